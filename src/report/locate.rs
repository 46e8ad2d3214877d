//! Lines and columns for findings that were made without the text at hand.
//!
//! A rule about the whole archive knows offsets only. Here each file that such a finding names is read once, its lines
//! are found once, and all offsets in it are placed in one pass: a file of one long line with ten thousand findings
//! costs no more than its length. The files are read on all cores.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::finding::{Finding, Lines};
use crate::text::{Position, Span, decode};

/// Fills the missing lines of findings and of the places that explain them.
///
/// A place whose file cannot be read keeps none.
pub fn locate(findings: &mut [Finding], read: &(dyn Fn(&str) -> Option<Vec<u8>> + Sync)) {
    let mut wanted: BTreeMap<Arc<str>, Vec<(Span, &mut Option<Lines>)>> = BTreeMap::new();
    for finding in findings {
        let own = (&finding.path, finding.span, &mut finding.lines);
        let related = finding.related.iter_mut().map(|related| (&related.path, related.span, &mut related.lines));
        for (path, span, lines) in std::iter::once(own).chain(related) {
            if lines.is_none() {
                wanted.entry(Arc::clone(path)).or_default().push((span, lines));
            }
        }
    }
    wanted.into_par_iter().for_each(|(path, places)| {
        let Some(bytes) = read(&path) else { return };
        let decoded = decode(&bytes);
        let mut offsets: Vec<u32> = places.iter().flat_map(|(span, _)| [span.start, span.end]).collect();
        offsets.sort_unstable();
        offsets.dedup();
        let positions = positions(&decoded.text, &offsets);
        let at = |offset| positions.get(offsets.partition_point(|&other| other < offset)).copied();
        for (span, lines) in places {
            *lines = at(span.start).zip(at(span.end)).map(|(start, end)| Lines { start, end });
        }
    });
}

/// The positions of sorted offsets.
fn positions(text: &str, offsets: &[u32]) -> Vec<Position> {
    let mut found = Vec::with_capacity(offsets.len());
    let (mut position, mut done) = (Position { line: 1, column: 1, utf16_column: 1 }, 0);
    for &offset in offsets {
        let mut end = (offset as usize).min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        advance(&mut position, text.get(done..end).unwrap_or_default());
        done = end.max(done);
        found.push(position);
    }
    found
}

fn advance(position: &mut Position, passed: &str) {
    let mut rest = passed;
    if let Some(last) = memchr::memrchr(b'\n', passed.as_bytes()) {
        position.line += narrow(memchr::memchr_iter(b'\n', passed.as_bytes()).count());
        (position.column, position.utf16_column) = (1, 1);
        rest = passed.get(last + 1..).unwrap_or_default();
    }
    position.column += narrow(rest.chars().count());
    position.utf16_column += narrow(rest.chars().map(char::len_utf16).sum());
}

fn narrow(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::model::tests::{ABORTS, finding};
    use super::*;
    use crate::language::say;
    use crate::text::LineIndex;
    use proptest::prelude::*;
    use std::sync::Mutex;

    #[test]
    fn each_file_is_read_once_and_only_if_needed() {
        let mut findings = vec![
            finding(&ABORTS, "a.md", (3, 6), "m"),
            finding(&ABORTS, "b.md", (0, 1), "m"),
            finding(&ABORTS, "a.md", (0, 1), "m"),
            finding(&ABORTS, "gone.md", (0, 1), "m"),
        ];
        findings[0].see_in("c.md".into(), Span::new(2, 2), say!("here"));
        let known = Position { line: 7, column: 7, utf16_column: 7 };
        findings[1].lines = Some(Lines { start: known, end: known });
        let reads = Mutex::new(Vec::new());
        locate(&mut findings, &|path| {
            reads.lock().unwrap().push(path.to_owned());
            (path != "gone.md").then(|| "x\ny中z".as_bytes().to_vec())
        });
        let mut reads = reads.into_inner().unwrap();
        reads.sort();
        assert_eq!(reads, ["a.md", "c.md", "gone.md"]);
        let lines = findings[0].lines.unwrap();
        assert_eq!((lines.start.line, lines.start.column, lines.end.column), (2, 2, 3));
        assert_eq!(findings[0].related[0].lines.unwrap().start.line, 2);
        assert_eq!(findings[1].lines.unwrap().start.line, 7);
        assert_eq!(findings[2].lines.unwrap().start.line, 1);
        assert!(findings[3].lines.is_none());
    }

    proptest! {
        #[test]
        fn it_agrees_with_the_line_index(text in "[a\n中🎉]{0,40}", mut offsets in prop::collection::vec(0_u32..200, 0..20)) {
            offsets.sort_unstable();
            let index = LineIndex::new(&text);
            let expected: Vec<Position> = offsets.iter().map(|&offset| index.position(&text, offset)).collect();
            prop_assert_eq!(positions(&text, &offsets), expected);
        }
    }
}
