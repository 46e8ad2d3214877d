//! The short cut for the shape that nearly every post has: `key: value` lines, one value a line.
//!
//! It takes a block only where the event parser could come to no other result, and leaves everything else to it:
//! keys are plain words, values are plain text without anything that YAML knows, or `"…"` without escapes.
//! A test holds its trees against the event parser's, over generated blocks.

use std::borrow::Cow;

use super::scalar;
use super::tree::{Content, Entry, Key, Node, Scalar, Style};
use crate::text::Span;

/// Reads the lines between the fences; `None` where the shape is any other.
pub(super) fn parse(text: &str, yaml: Span) -> Option<Node<'_>> {
    let block = text.get(yaml.range())?;
    // The opening fence must be a bare `---` line, or its white space has line ends in it that shift nothing here
    // and yet are rare enough to leave to the event parser.
    if block.is_empty() || !block.ends_with('\n') {
        return None;
    }
    let mut entries = Vec::with_capacity(6);
    let mut start = yaml.start as usize;
    for line in memchr::memchr_iter(b'\n', block.as_bytes()) {
        let end = yaml.start as usize + line;
        entries.push(entry(text, start, end)?);
        start = end + 1;
    }
    let (first, last) = (entries.first()?, entries.last()?);
    let span = Span::new(first.key_span.start, last.value.span.end);
    Some(Node { span, content: Content::Mapping(entries), style: Style::Lines, properties: None })
}

/// The entry of the line `start..end`.
fn entry(text: &str, start: usize, end: usize) -> Option<Entry<'_>> {
    let line = text.get(start..end)?;
    let line = line.strip_suffix('\r').unwrap_or(line);
    let bytes = line.as_bytes();
    let colon = bytes.iter().position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')))?;
    let key = line.get(..colon)?;
    if bytes.get(colon) != Some(&b':') || colon > 64 || !is_plain_key(key) {
        return None;
    }
    let after = bytes.get(colon + 1..)?;
    let gap = after.iter().take_while(|byte| **byte == b' ').count();
    let rest = line.get(colon + 1 + gap..)?;
    let key_span = Span::of(start..start + colon);
    if rest.is_empty() {
        // Nothing: libyaml puts the empty value right behind the colon.
        let value = node(Span::at(key_span.end + 1), Scalar::Null, Style::Plain);
        return Some(Entry { key: Cow::Borrowed(key), key_span, kind: Key::Text, value });
    }
    if gap == 0 {
        return None;
    }
    let value = value(rest, start + colon + 1 + gap)?;
    Some(Entry { key: Cow::Borrowed(key), key_span, kind: Key::Text, value })
}

/// Whether a key of letters, digits, `_` and `-` is text to SafeYAML, whatever it is: a letter first, no known word.
fn is_plain_key(key: &str) -> bool {
    // What stands in every post is known.
    if matches!(key, "title" | "date" | "tags") {
        return true;
    }
    let is_word = || matches!(scalar::guess(Cow::Borrowed(key)), Some(Scalar::Text(_)));
    key.starts_with(|c: char| c.is_ascii_alphabetic()) && (key.len() > 5 || is_word())
}

fn value(rest: &str, start: usize) -> Option<Node<'_>> {
    if let Some(quoted) = rest.strip_prefix('"') {
        let end = memchr::memchr2(b'"', b'\\', quoted.as_bytes())?;
        let inner = quoted.get(..end).filter(|inner| is_ordinary(inner))?;
        let after = quoted.get(end..)?.strip_prefix('"')?;
        if !after.bytes().all(|byte| byte == b' ') {
            return None;
        }
        let span = Span::of(start..start + end + 2);
        return Some(node(span, Scalar::Text(Cow::Borrowed(inner)), Style::Double));
    }
    let rest = rest.trim_end_matches(' ');
    let first = *rest.as_bytes().first()?;
    let begins_plainly =
        first.is_ascii_alphanumeric() || matches!(first, b'/' | b'_' | b'(' | b'.' | b'+') || first >= 0x80;
    if !begins_plainly || !is_ordinary(rest) || !is_plain(rest.as_bytes()) {
        return None;
    }
    let scalar = scalar::guess(Cow::Borrowed(rest))?;
    Some(node(Span::of(start..start + rest.len()), scalar, Style::Plain))
}

fn node(span: Span, scalar: Scalar<'_>, style: Style) -> Node<'_> {
    Node { span, content: Content::Scalar(scalar), style, properties: None }
}

/// Whether no `: `, no `:` at the end and no ` #` is in a plain value.
fn is_plain(value: &[u8]) -> bool {
    memchr::memchr2_iter(b':', b'#', value).all(|at| match value.get(at) {
        Some(b':') => value.get(at + 1).is_some_and(|next| *next != b' '),
        _ => at > 0 && value.get(at - 1) != Some(&b' '),
    })
}

/// Whether every character is one that YAML gives no meaning: no controls, no line ends of any kind, no marks.
fn is_ordinary(value: &str) -> bool {
    let mut bytes = value.bytes();
    while let Some(byte) = bytes.next() {
        let special = match byte {
            0..=0x1F | 0x7F => true,
            // U+0080–U+009F: the other controls, U+0085 among them.
            0xC2 => bytes.next().is_none_or(|next| next < 0xA0),
            // U+2028 and U+2029 lie in E2 80 xx; that whole row, with its quotes and dashes, needs a second look.
            0xE2 => match (bytes.next(), bytes.next()) {
                (Some(0x80), Some(last)) => matches!(last, 0xA8 | 0xA9),
                _ => false,
            },
            // U+FEFF and the noncharacters U+FFFE and U+FFFF.
            0xEF => match (bytes.next(), bytes.next()) {
                (Some(0xBB), Some(last)) => last == 0xBF,
                (Some(0xBF), Some(last)) => last >= 0xBE,
                _ => false,
            },
            _ => false,
        };
        if special {
            return false;
        }
    }
    true
}
