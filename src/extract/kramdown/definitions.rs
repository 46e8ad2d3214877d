//! Definitions of links, abbreviations and footnotes.

use std::rc::Rc;

use super::blocks::{Parser, Step};
use super::buffer::Builder;
use super::characters::{
    blanks_then_newline, byte_at, indentation, is_space, line_end, line_stop, name_end, part, skip_blanks, skip_spaces,
    skip_while, starts_with,
};
use super::lines::code_lines;
use super::scan::Scan;
use super::tree::{Id, Kind, Left, Slice};

/// A definition of a link.
#[derive(Clone, Debug)]
pub(super) struct Definition<'t> {
    /// The destination.
    pub(super) destination: Slice<'t>,
    /// The block that it left, which holds its attributes.
    pub(super) place: Id,
}

impl<'t> Parser<'t> {
    /// A definition of a footnote, a link or an abbreviation.
    pub(super) fn definition(&mut self, parent: Id, scan: &mut Scan<'t>) -> Step {
        let buffer = Rc::clone(&scan.buffer);
        let text = buffer.text();
        let start = skip_spaces(text, scan.at, 3);
        if byte_at(text, start) == b'*' {
            let line = part(text, start, line_stop(text, start));
            let abbreviation = line.starts_with("*[") && line.get(3..).is_some_and(|rest| rest.contains("]:"));
            if !abbreviation {
                return Step::Not;
            }
            scan.at = line_end(text, start);
            self.append(parent, Kind::Left(Left::Definition));
            return Step::Done;
        }
        if byte_at(text, start + 1) == b'^'
            && let Some(step) = self.footnote_definition(parent, scan, start)
        {
            return step;
        }
        self.link_definition(parent, scan, start)
    }

    fn footnote_definition(&mut self, parent: Id, scan: &mut Scan<'t>, start: usize) -> Option<Step> {
        let buffer = Rc::clone(&scan.buffer);
        let text = buffer.text();
        let stop = name_end(text, start + 2)?;
        starts_with(text, stop, "]:").then_some(())?;
        let end = code_lines(text, line_end(text, stop));
        let mut inner = Builder::default();
        let mut line = stop + 2;
        while line < end {
            let next = line_end(text, line).min(end);
            inner.push(&buffer, indentation(text, line).unwrap_or(line).min(next), next);
            line = next;
        }
        scan.at = end;
        let content = self.tree.add(Kind::Footnote);
        let waiting = self.waiting.take();
        self.parse_text(content, inner.finish());
        self.waiting = waiting;
        let place = self.append(parent, Kind::Left(Left::Definition));
        self.footnotes.insert(part(text, start + 2, stop).to_owned(), (content, place));
        Some(Step::Done)
    }

    fn link_definition(&mut self, parent: Id, scan: &mut Scan<'t>, start: usize) -> Step {
        let buffer = Rc::clone(&scan.buffer);
        let text = buffer.text();
        let stop = skip_while(text, start + 1, |byte| byte != b']' && byte != b'\n');
        if byte_at(text, start) != b'[' || stop == start + 1 || !starts_with(text, stop, "]:") {
            return Step::Not;
        }
        let Some((from, to, end)) = definition_target(text, skip_blanks(text, stop + 2)) else { return Step::Not };
        let id = normalized(part(text, start + 1, stop));
        scan.at = end;
        let place = self.append(parent, Kind::Left(Left::Definition));
        self.links.insert(id, Definition { destination: Slice { buffer: Rc::clone(&buffer), from, to }, place });
        Step::Done
    }
}

/// An id of a link with its white space collapsed, in lower case.
pub(super) fn normalized(id: &str) -> String {
    let mut plain = String::with_capacity(id.len());
    let mut space = false;
    for character in id.chars() {
        if character.is_ascii() && is_space(character as u8) {
            if !space {
                plain.push(' ');
            }
            space = true;
        } else {
            space = false;
            plain.extend(character.to_lowercase());
        }
    }
    plain
}

/// The destination of a definition and the offset behind its last line.
fn definition_target(text: &str, at: usize) -> Option<(usize, usize, usize)> {
    let stop = line_stop(text, at);
    if byte_at(text, at) == b'<' {
        let closes = memchr::memchr_iter(b'>', part(text, at, stop).as_bytes()).map(|offset| at + offset);
        for close in closes.take(64) {
            if let Some(end) = definition_tail(text, close + 1) {
                return Some((at + 1, close, end));
            }
        }
    }
    let line = part(text, at, stop);
    // Only blanks and tabs are taken off its end; a form feed, say, is a part of the address.
    let last = at + line.trim_end_matches([' ', '\t']).len();
    let first = line.bytes().position(|byte| !is_space(byte))?;
    if byte_at(text, stop) != b'\n' {
        return None;
    }
    let mut end = at + first + 1;
    while end < last {
        let blank = matches!(byte_at(text, end), b' ' | b'\t');
        if blank && is_last_title(text, skip_blanks(text, end), last) {
            return Some((at, end, stop + 1)).filter(|_| !has_quoted_blank(part(text, at, end)));
        }
        end = if blank { skip_blanks(text, end) } else { end + 1 };
    }
    let behind = next_line_title(text, stop).or_else(|| blanks_then_newline(text, last))?;
    Some((at, last, behind)).filter(|_| !has_quoted_blank(part(text, at, last)))
}

/// Whether a title begins at an offset and ends with the line's text.
fn is_last_title(text: &str, open: usize, last: usize) -> bool {
    let quote = byte_at(text, open);
    matches!(quote, b'"' | b'\'') && last > open + 2 && byte_at(text, last - 1) == quote
}

/// Whether a quotation mark follows a blank.
fn has_quoted_blank(url: &str) -> bool {
    url.as_bytes().windows(2).any(|pair| matches!(pair, [b' ' | b'\t', b'"' | b'\'']))
}

fn definition_tail(text: &str, at: usize) -> Option<usize> {
    let blanks = skip_blanks(text, at);
    if blanks > at
        && let Some(end) = same_line_title(text, at)
    {
        return Some(end);
    }
    (byte_at(text, blanks) == b'\n').then(|| next_line_title(text, blanks).unwrap_or(blanks + 1))
}

/// A title behind blanks that ends its line: the offset behind the line.
fn same_line_title(text: &str, at: usize) -> Option<usize> {
    let open = skip_blanks(text, at);
    let quote = byte_at(text, open);
    if !matches!(quote, b'"' | b'\'') {
        return None;
    }
    let stop = line_stop(text, open);
    let inner = part(text, open, stop);
    let last = open + inner.trim_end_matches([' ', '\t']).len();
    (last > open + 2 && byte_at(text, last - 1) == quote && stop < text.len()).then_some(stop + 1)
}

/// A title on the line after: the offset behind that line.
fn next_line_title(text: &str, newline: usize) -> Option<usize> {
    if byte_at(text, newline) == b'\n' { same_line_title(text, newline + 1) } else { None }
}
