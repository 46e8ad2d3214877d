//! Edits applied to bytes, and shown as a diff.

use std::io;

use similar::TextDiff;

use crate::finding::Edit;

/// Lines around a change in a diff.
const CONTEXT: usize = 3;

/// Whether two edits cannot both be made: they share a byte, or stand at one place.
pub fn overlaps(one: &Edit, other: &Edit) -> bool {
    let (one, other) = (one.span, other.span);
    one.start == other.start || (one.start < other.end && other.start < one.end)
}

/// The bytes with the edits made; `None` if two of them overlap or one lies outside.
pub fn apply(bytes: &[u8], edits: &[&Edit]) -> Option<Vec<u8>> {
    let mut sorted: Vec<&Edit> = edits.to_vec();
    sorted.sort_by_key(|edit| edit.span);
    let grown: usize = sorted.iter().map(|edit| edit.text.len()).sum();
    let mut out = Vec::with_capacity(bytes.len() + grown);
    let mut done = 0;
    for (index, edit) in sorted.iter().enumerate() {
        if index.checked_sub(1).and_then(|before| sorted.get(before)).is_some_and(|before| overlaps(before, edit)) {
            return None;
        }
        let range = edit.span.range();
        out.extend_from_slice(bytes.get(done..range.start)?);
        out.extend_from_slice(edit.text.as_bytes());
        bytes.get(range.clone())?;
        done = range.end;
    }
    out.extend_from_slice(bytes.get(done..)?);
    Some(out)
}

/// Writes a unified diff that `git apply` takes, of bytes in any encoding and with any line ends.
pub fn diff(path: &str, (old, new): (&[u8], &[u8]), out: &mut dyn io::Write) -> io::Result<()> {
    let lines = TextDiff::configure().diff_lines(old, new);
    let mut unified = lines.unified_diff();
    let (before, after) = (header("a/", path), header("b/", path));
    unified.context_radius(CONTEXT).header(&before, &after).to_writer(out)
}

/// A path as git writes it in a diff: in quotes, if it has characters that would end the line or the name.
fn header(side: &str, path: &str) -> String {
    if !path.contains(['"', '\\', '\t', '\n', '\r']) {
        // The tab ends a name with spaces in it.
        let end = if path.contains(' ') { "\t" } else { "" };
        return format!("{side}{path}{end}");
    }
    let mut quoted = format!("\"{side}");
    for c in path.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\t' => quoted.push_str("\\t"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::Span;

    fn edit(start: u32, end: u32, text: &str) -> Edit {
        Edit { span: Span::new(start, end), text: text.to_owned() }
    }

    #[test]
    fn edits_in_any_order_and_none_that_overlap() {
        let (one, two, three) = (edit(0, 0, ">"), edit(2, 3, ""), edit(5, 5, "<"));
        assert_eq!(apply(b"abcde", &[&three, &one, &two]).unwrap(), b">abde<");
        assert_eq!(apply(b"abcde", &[&edit(1, 3, "x"), &edit(2, 4, "y")]), None);
        assert_eq!(apply(b"abcde", &[&edit(2, 2, "x"), &edit(2, 2, "y")]), None);
        assert_eq!(apply(b"abcde", &[&edit(4, 6, "x")]), None);
        assert_eq!(apply(b"abcde", &[&edit(9, 9, "x")]), None);
        assert_eq!(apply(b"abcde", &[&edit(1, 2, "x"), &edit(2, 3, "y")]).unwrap(), b"axyde");
    }

    #[test]
    fn a_diff_keeps_line_ends_and_says_where_none_is() {
        let mut out = Vec::new();
        diff("a b.md", (b"one\r\ntwo\xC4\xFA", b"one\r\nTWO\xC4\xFA"), &mut out).unwrap();
        let expected: &[u8] = b"--- a/a b.md\t\n+++ b/a b.md\t\n@@ -1,2 +1,2 @@\n one\r\n-two\xC4\xFA\n\\ No newline at end of file\n+TWO\xC4\xFA\n\\ No newline at end of file\n";
        assert_eq!(String::from_utf8_lossy(&out), String::from_utf8_lossy(expected));
    }

    proptest! {
        #[test]
        fn no_byte_outside_the_spans_changes(
            bytes in prop::collection::vec(any::<u8>(), 0..60),
            cuts in prop::collection::vec((0_u32..60, 0_u32..6, "[a-z]{0,4}"), 0..6),
        ) {
            let edits: Vec<Edit> = cuts.iter().map(|(start, length, text)| edit(*start, start + length, text)).collect();
            let Some(changed) = apply(&bytes, &edits.iter().collect::<Vec<_>>()) else { return Ok(()) };
            let mut sorted = edits;
            sorted.sort_by_key(|edit| edit.span);
            let (mut old, mut new) = (0, 0);
            for edit in &sorted {
                let kept = edit.span.start as usize - old;
                prop_assert_eq!(&bytes[old..old + kept], &changed[new..new + kept]);
                new += kept;
                prop_assert_eq!(&changed[new..new + edit.text.len()], edit.text.as_bytes());
                new += edit.text.len();
                old = edit.span.end as usize;
            }
            prop_assert_eq!(&bytes[old..], &changed[new..]);
        }
    }
}
