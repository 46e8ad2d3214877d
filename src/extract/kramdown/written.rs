//! The attributes of a tag as kramdown prints them.

use std::borrow::Cow;

use crate::text::Span;

use super::attributes::Given;
use super::buffer::Buffer;
use super::characters::part;
use super::output::last;
use super::printed::{Values, decoded};
use super::tags::Tag;

/// The attributes of a tag, those that braces give counting before its own.
pub(super) struct Written<'e, 't> {
    pub(super) text: &'t str,
    pub(super) buffer: &'e Buffer<'t>,
    pub(super) tag: &'e Tag,
    pub(super) given: &'e [Given],
    /// Whether newlines in values become spaces.
    pub(super) joined: bool,
}

impl<'t> Values<'t> for Written<'_, 't> {
    fn value(&self, name: &str) -> Option<(Cow<'t, str>, Span)> {
        if let Some(given) = last(self.given, name) {
            return Some((Cow::Owned(given.value.clone()), given.span));
        }
        let text = self.buffer.text();
        let named = |[from, to, ..]: &&[usize; 4]| part(text, *from, *to).eq_ignore_ascii_case(name);
        let [_, _, from, to] = self.tag.attributes.iter().rev().find(named)?;
        let (value, span) = whole(self.text, self.buffer, *from, *to);
        if self.joined && value.contains('\n') {
            return Some((Cow::Owned(joined(&value)), span));
        }
        Some((value, span))
    }
}

impl Written<'_, '_> {
    /// The tag as kramdown prints it: each attribute once, where it stood first, with the value that it had last.
    pub(super) fn source(&self, name: &str) -> String {
        let text = self.buffer.text();
        let own =
            self.tag.attributes.iter().map(|[from, to, start, end]| {
                (part(text, *from, *to), decoded(Cow::Borrowed(part(text, *start, *end))))
            });
        let own = own.filter(|(name, _)| *name != "markdown");
        let given = self.given.iter().map(|given| (given.name.as_str(), Cow::Borrowed(given.value.as_str())));
        let mut printed: Vec<(&str, Cow<'_, str>)> = Vec::new();
        for (name, value) in own.take(64).chain(given.take(64)) {
            match printed.iter_mut().find(|(earlier, _)| *earlier == name) {
                Some((_, earlier)) => *earlier = value,
                None => printed.push((name, value)),
            }
        }
        let mut source = format!("<{name}");
        for (name, value) in printed.into_iter().filter(|(name, value)| *name != "id" || !value.trim().is_empty()) {
            source.extend([" ", name, "=\"", &value, "\""]);
        }
        // In a block, an element without content keeps its slash.
        source.push_str(if self.tag.closed && !self.joined { " />" } else { ">" });
        source
    }
}

/// Whether a browser takes a name for the name of a tag: kramdown takes letters of any script.
pub(super) fn is_tag(name: &str) -> bool {
    name.as_bytes().first().is_some_and(u8::is_ascii_alphabetic)
}

/// Each run of newlines becomes a space.
fn joined(value: &str) -> String {
    let mut lines = value.split('\n');
    let mut plain = lines.next().unwrap_or_default().to_owned();
    let mut gap = false;
    for line in lines {
        if !gap {
            plain.push(' ');
        }
        gap = line.is_empty();
        plain.push_str(line);
    }
    plain
}

/// A range of a buffer: borrowed from the file if it stands there as it is.
pub(super) fn whole<'t>(text: &'t str, buffer: &Buffer<'t>, from: usize, to: usize) -> (Cow<'t, str>, Span) {
    let value = part(buffer.text(), from, to);
    let span = buffer.span(from, to);
    let written = span.slice(text);
    (if written == value { Cow::Borrowed(written) } else { Cow::Owned(value.to_owned()) }, span)
}
