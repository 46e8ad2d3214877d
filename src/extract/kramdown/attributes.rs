//! Attributes in braces: `{: #id .class key="value" reference}`, and the lists that a reference names.

use std::collections::HashMap;

use crate::text::Span;

use super::buffer::Buffer;
use super::characters::{
    byte_at, is_ascii_word, is_space, name_end, part, skip_while, space_then_newline, within_reach,
};

/// One attribute that braces give to an element.
#[derive(Clone, Debug)]
pub(super) struct Given {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) span: Span,
}

/// What one or more pairs of braces say.
#[derive(Clone, Debug, Default)]
pub(super) struct Attributes {
    /// Names of lists that are defined elsewhere.
    pub(super) references: Vec<String>,
    /// The attributes, in order; of two with one name the last counts.
    pub(super) given: Vec<Given>,
}

/// Lists of attributes by their names.
pub(super) type Lists = HashMap<String, Attributes>;

/// How many references are followed for one element; kramdown overruns its stack on a ring.
const REFERENCES: usize = 64;

/// How many attributes one list gives to an element.
const GIVEN: usize = 64;

impl Attributes {
    /// Reads what stands between the braces.
    pub(super) fn read(&mut self, buffer: &Buffer<'_>, from: usize, to: usize) {
        let inner = part(buffer.text(), from, to);
        let mut at = 0;
        while at <= inner.len() {
            let first = (at == 0).then(|| self.item(buffer, from, inner, 0)).flatten();
            let found = first
                .or_else(|| if is_space(byte_at(inner, at)) { self.item(buffer, from, inner, at + 1) } else { None });
            at = found.unwrap_or(at + 1);
        }
    }

    fn item(&mut self, buffer: &Buffer<'_>, base: usize, inner: &str, at: usize) -> Option<usize> {
        if let Some(stop) = name_end(inner, at) {
            if byte_at(inner, stop) == b'=' {
                let (from, to) = quoted(inner, stop + 1)?;
                let quote = byte_at(inner, stop + 1);
                self.given.push(Given {
                    name: part(inner, at, stop).to_owned(),
                    value: unescaped(part(inner, from, to), quote),
                    span: buffer.span(base + from, base + to),
                });
                return Some(to + 1);
            }
            if at_end(inner, stop) {
                self.references.push(part(inner, at, stop).to_owned());
                return Some(stop);
            }
            return None;
        }
        self.shorthands(buffer, base, inner, at)
    }

    /// `#id.class.class`.
    fn shorthands(&mut self, buffer: &Buffer<'_>, base: usize, inner: &str, at: usize) -> Option<usize> {
        let kept = self.given.len();
        let mut stop = at;
        loop {
            let start = stop + 1;
            let (name, end) = match byte_at(inner, stop) {
                b'#' if byte_at(inner, start).is_ascii_alphabetic() => {
                    ("id", skip_while(inner, start, |byte| is_ascii_word(byte) || matches!(byte, b':' | b'-')))
                }
                b'.' => ("class", skip_while(inner, start, |byte| !is_space(byte) && byte != b'.' && byte != b'#')),
                _ => break,
            };
            if end == start {
                break;
            }
            stop = end;
            let span = buffer.span(base + start, base + stop);
            let value = part(inner, start, stop).to_owned();
            self.given.push(Given { name: name.to_owned(), value, span });
        }
        if stop > at && at_end(inner, stop) {
            return Some(stop);
        }
        self.given.truncate(kept);
        None
    }

    /// Adds what other braces say, within what [`Self::resolve`] looks at.
    pub(super) fn add(&mut self, other: Self) {
        let room = REFERENCES.saturating_sub(self.references.len());
        self.references.extend(other.references.into_iter().take(room));
        for given in other.given {
            self.given.retain(|known| known.name != given.name || given.name == "class");
            if self.given.len() < GIVEN {
                self.given.push(given);
            }
        }
    }

    /// Appends all attributes, those of the lists that are referred to first.
    pub(super) fn resolve(&self, lists: &Lists, into: &mut Vec<Given>) {
        let mut followed = 0;
        let mut waiting = vec![(self, 0)];
        while let Some((list, next)) = waiting.pop() {
            match list.references.get(next) {
                Some(name) if followed < REFERENCES => {
                    followed += 1;
                    waiting.push((list, next + 1));
                    waiting.extend(lists.get(name).map(|list| (list, 0)));
                }
                _ => into.extend(list.given.iter().take(GIVEN).cloned()),
            }
        }
    }
}

fn at_end(inner: &str, at: usize) -> bool {
    at >= inner.len() || is_space(byte_at(inner, at))
}

/// The content of a quoted value whose end is followed by white space or nothing.
fn quoted(inner: &str, at: usize) -> Option<(usize, usize)> {
    let quote = byte_at(inner, at);
    if !matches!(quote, b'"' | b'\'') {
        return None;
    }
    let mut stop = at + 1;
    let mut escaped = None;
    while stop < inner.len() {
        let byte = byte_at(inner, stop);
        let next = byte_at(inner, stop + 1);
        if byte == quote && at_end(inner, stop + 1) {
            return Some((at + 1, stop));
        }
        if byte == b'\\' && (next == b'}' || next == quote) {
            if next == quote && at_end(inner, stop + 2) {
                escaped = Some((at + 1, stop + 1));
            }
            stop += 2;
        } else if byte == b'}' {
            break;
        } else {
            stop += 1;
        }
    }
    escaped
}

fn unescaped(value: &str, quote: u8) -> String {
    let mut plain = String::with_capacity(value.len());
    let mut characters = value.chars().peekable();
    while let Some(character) = characters.next() {
        let next = characters.peek().copied();
        if !(character == '\\' && (next == Some('}') || next == Some(char::from(quote)))) {
            plain.push(character);
        }
    }
    plain
}

/// Finds the brace that closes a list from an offset on: the first that is not escaped and that `accept` takes,
/// or else the last escaped one that it takes.
pub(super) fn closing_brace<T>(text: &str, from: usize, accept: impl Fn(usize) -> Option<T>) -> Option<(usize, T)> {
    let mut escaped = None;
    let bytes = within_reach(text, from);
    for offset in memchr::memchr_iter(b'}', bytes).take(64) {
        let at = from + offset;
        if at == from {
            return None;
        }
        if byte_at(text, at - 1) != b'\\' {
            return accept(at).map(|found| (at, found)).or(escaped);
        }
        if let Some(found) = accept(at) {
            escaped = Some((at, found));
        }
    }
    escaped
}

/// The brace that closes a list which is the last thing on its line, and the offset behind that line.
pub(super) fn brace_then_newline(text: &str, from: usize) -> Option<(usize, usize)> {
    closing_brace(text, from, |at| space_then_newline(text, at + 1))
}
