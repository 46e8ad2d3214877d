//! The classes of characters and the small line patterns that kramdown's expressions are made of.
//!
//! Every function looks at a text from an offset and allocates nothing.
//! An offset beyond the text is the end of the text.

use std::sync::LazyLock;

use regex::Regex;

/// The marks, digits and connectors among the characters outside ASCII that are not alphabetic.
static WORD: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^[\p{M}\p{Nd}\p{Pc}]$").ok());
static DIGIT: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^\p{Nd}$").ok());

/// The byte at an offset; zero behind the end.
pub(super) fn byte_at(text: &str, at: usize) -> u8 {
    text.as_bytes().get(at).copied().unwrap_or(0)
}

/// The text between two offsets; empty if they do not lie in order on character boundaries.
pub(super) fn part(text: &str, from: usize, to: usize) -> &str {
    text.get(from..to).unwrap_or_default()
}

/// The bytes from an offset on.
pub(super) fn bytes_from(text: &str, at: usize) -> &[u8] {
    text.as_bytes().get(at..).unwrap_or_default()
}

/// How far the end of an attribute list, an address or a title is looked for.
///
/// kramdown looks to the end of the text each time, which takes quadratic time on text that opens many and closes none.
const REACH: usize = 8192;

/// The bytes in which the end of a short construct is looked for.
pub(super) fn within_reach(text: &str, at: usize) -> &[u8] {
    let rest = bytes_from(text, at);
    rest.get(..REACH).unwrap_or(rest)
}

/// Whether the text goes on with `prefix` at an offset.
pub(super) fn starts_with(text: &str, at: usize, prefix: &str) -> bool {
    bytes_from(text, at).starts_with(prefix.as_bytes())
}

/// White space as `\s` means it in Ruby.
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | 0x0B | 0x0C | b'\r')
}

/// A character of `\w` in Ruby.
pub(super) fn is_ascii_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// A character of `[[:alpha:]]`.
pub(super) fn is_alpha(character: char) -> bool {
    character.is_alphabetic()
}

/// A character of `[[:alnum:]]`.
pub(super) fn is_alnum(character: char) -> bool {
    character.is_alphabetic() || character.is_ascii_digit() || (!character.is_ascii() && matches(&DIGIT, character))
}

/// A character of `\p{Word}`.
pub(super) fn is_word(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_alphanumeric() || character == '_';
    }
    character.is_alphabetic() || matches(&WORD, character)
}

fn matches(class: &LazyLock<Option<Regex>>, character: char) -> bool {
    let mut room = [0; 4];
    class.as_ref().is_some_and(|class| class.is_match(character.encode_utf8(&mut room)))
}

/// The character at an offset.
pub(super) fn char_at(text: &str, at: usize) -> Option<char> {
    let byte = byte_at(text, at);
    if byte != 0 && byte.is_ascii() { Some(char::from(byte)) } else { text.get(at..)?.chars().next() }
}

/// The character that ends at an offset.
pub(super) fn char_before(text: &str, at: usize) -> Option<char> {
    text.get(..at)?.chars().next_back()
}

/// The offset behind the white space at an offset.
pub(super) fn skip_space(text: &str, at: usize) -> usize {
    at + bytes_from(text, at).iter().take_while(|byte| is_space(**byte)).count()
}

/// The offset behind the spaces and tabs at an offset.
pub(super) fn skip_blanks(text: &str, at: usize) -> usize {
    at + bytes_from(text, at).iter().take_while(|byte| matches!(**byte, b' ' | b'\t')).count()
}

/// The offset behind at most `most` spaces.
pub(super) fn skip_spaces(text: &str, at: usize, most: usize) -> usize {
    at + bytes_from(text, at).iter().take(most).take_while(|byte| **byte == b' ').count()
}

/// The offset behind the bytes of a class.
pub(super) fn skip_while(text: &str, at: usize, class: impl Fn(u8) -> bool) -> usize {
    at + bytes_from(text, at).iter().take_while(|byte| class(**byte)).count()
}

/// The offset behind the end of the line.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    memchr::memchr(b'\n', bytes_from(text, at)).map_or(text.len(), |newline| at + newline + 1)
}

/// The end of the line, its newline left out.
pub(super) fn line_stop(text: &str, at: usize) -> usize {
    memchr::memchr(b'\n', bytes_from(text, at)).map_or(text.len(), |newline| at + newline)
}

/// `\s*?\n`: the offset behind the first newline, if only white space comes before it.
pub(super) fn space_then_newline(text: &str, at: usize) -> Option<usize> {
    let stop = skip_while(text, at, |byte| byte != b'\n' && is_space(byte));
    (byte_at(text, stop) == b'\n').then_some(stop + 1)
}

/// `[ \t]*\n`: the offset behind the newline, if only spaces and tabs come before it.
pub(super) fn blanks_then_newline(text: &str, at: usize) -> Option<usize> {
    let stop = skip_blanks(text, at);
    (byte_at(text, stop) == b'\n').then_some(stop + 1)
}

/// `(?>^\s*\n)+`: the offset behind all blank lines at an offset.
pub(super) fn blank_lines(text: &str, at: usize) -> Option<usize> {
    let stop = skip_space(text, at);
    let run = text.as_bytes().get(at..stop)?;
    memchr::memrchr(b'\n', run).map(|newline| at + newline + 1)
}

/// `(?:\t| {4})`: the offset behind one step of indentation.
pub(super) fn indentation(text: &str, at: usize) -> Option<usize> {
    if byte_at(text, at) == b'\t' {
        return Some(at + 1);
    }
    starts_with(text, at, "    ").then_some(at + 4)
}

/// `\w[\w-]*`: the offset behind a name.
pub(super) fn name_end(text: &str, at: usize) -> Option<usize> {
    is_ascii_word(byte_at(text, at)).then(|| skip_while(text, at, |byte| is_ascii_word(byte) || byte == b'-'))
}

/// The offsets of a range with the white space at both ends left out.
pub(super) fn trimmed(text: &str, from: usize, to: usize) -> (usize, usize) {
    let inner = part(text, from, to);
    let start = from + inner.len() - inner.trim_start_matches(|c: char| c.is_ascii() && is_space(c as u8)).len();
    (start, trimmed_end(text, start, to))
}

/// The end of a range with the white space at its end left out.
pub(super) fn trimmed_end(text: &str, from: usize, to: usize) -> usize {
    let inner = part(text, from, to);
    from + inner.trim_end_matches(|c: char| c == '\0' || (c.is_ascii() && is_space(c as u8))).len()
}
