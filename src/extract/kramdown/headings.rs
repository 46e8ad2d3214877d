//! Headings, and the ids that they name themselves.

use std::rc::Rc;

use super::blocks::{Parser, Step};
use super::characters::{
    byte_at, char_at, line_end, line_stop, part, skip_spaces, skip_while, space_then_newline, trimmed_end,
};
use super::lines::numbered_heading;
use super::scan::Scan;
use super::tree::{Id, Kind, Slice};

impl<'t> Parser<'t> {
    /// A heading that begins with `#`.
    pub(super) fn numbered_heading(&mut self, parent: Id, scan: &mut Scan<'t>) -> Step {
        let buffer = Rc::clone(&scan.buffer);
        let text = buffer.text();
        let github = self.options.is_github();
        let early = self.options.ends_paragraphs_early();
        let Some(start) = numbered_heading(text, scan.at, github) else { return Step::Not };
        if !early && !self.after_boundary(parent) {
            return Step::Not;
        }
        // kramdown's own expression takes a newline for the first character of the text.
        let stop =
            if byte_at(text, start) == b'\n' && !github { line_stop(text, start + 1) } else { line_stop(text, start) };
        let (id, mut end) = heading_parts(text, start, stop);
        let marks = part(text, start, end).trim_end_matches('#').len() + start;
        let before = if marks > start { byte_at(text, marks - 1) } else { 0 };
        if marks < end && early && matches!(before, b' ' | b'\t') {
            end = trimmed_end(text, start, marks);
        } else if marks < end && !early {
            let kept = usize::from(before == b'\\');
            end = trimmed_end(text, start, (marks + kept).min(end));
        }
        if end <= start {
            return Step::Not;
        }
        scan.at = line_end(text, stop);
        self.heading(parent, Slice { buffer: Rc::clone(&buffer), from: start, to: end }, id);
        Step::Done
    }

    /// A heading with a line of `-` or `=` below it.
    pub(super) fn underlined_heading(&mut self, parent: Id, scan: &mut Scan<'t>) -> bool {
        if !self.after_boundary(parent) {
            return false;
        }
        let buffer = Rc::clone(&scan.buffer);
        let text = buffer.text();
        let start = skip_spaces(text, scan.at, 3);
        let below = line_end(text, start);
        let mark = byte_at(text, below);
        if !matches!(mark, b'-' | b'=') || matches!(byte_at(text, start), b' ' | b'\t') {
            return false;
        }
        let marks = skip_while(text, below, |byte| matches!(byte, b'-' | b'='));
        let Some(end) = space_then_newline(text, marks) else { return false };
        let (id, to) = heading_parts(text, start, below - 1);
        if to <= start {
            return false;
        }
        scan.at = end;
        self.heading(parent, Slice { buffer: Rc::clone(&buffer), from: start, to }, id);
        true
    }

    fn heading(&mut self, parent: Id, slice: Slice<'t>, id: Option<(usize, usize)>) {
        let named = id.map(|(from, to)| Slice { buffer: Rc::clone(&slice.buffer), from, to });
        let heading = self.append(parent, Kind::Heading);
        self.tree.append(heading, Kind::Text(slice));
        if let Some(node) = self.tree.node_mut(heading) {
            node.id = named;
        }
    }
}

/// The end of a heading's text, and the id that stands behind it.
fn heading_parts(text: &str, from: usize, to: usize) -> (Option<(usize, usize)>, usize) {
    let end = trimmed_end(text, from, to);
    let contents = part(text, from, end);
    let named = contents.strip_suffix('}').and_then(|inner| {
        let open = inner.rfind("{#")?;
        let name = part(inner, open + 2, inner.len());
        let before = open.checked_sub(1).map(|at| byte_at(inner, at));
        (matches!(before, Some(b' ' | b'\t')) && is_name(name)).then_some(open)
    });
    match named {
        Some(open) => (Some((from + open + 2, end - 1)), trimmed_end(text, from, from + open)),
        None => (None, end),
    }
}

/// A name as XML spells one.
fn is_name(name: &str) -> bool {
    let starts = |c: char| {
        matches!(c, ':' | '_' | 'A'..='Z' | 'a'..='z' | '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}'
            | '\u{370}'..='\u{37D}' | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}'
            | '\u{2C00}'..='\u{2FEF}' | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}'
            | '\u{10000}'..='\u{EFFFF}')
    };
    let goes_on = |c: char| {
        starts(c) || matches!(c, '-' | '.' | '0'..='9' | '\u{B7}' | '\u{300}'..='\u{36F}' | '\u{203F}'..='\u{2040}')
    };
    char_at(name, 0).is_some_and(starts) && name.chars().all(goes_on)
}
