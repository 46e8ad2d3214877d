//! Reads what stands in the place of a destination where the engine sees none.

use std::ops::Range;

use memchr::memchr;

use crate::extract::github::ends_address;

/// No address that anybody typed is longer; nothing is searched further ahead.
const LONGEST: usize = 2048;

/// What is in the parentheses behind a bracket.
#[derive(Debug)]
pub(super) struct Destination {
    /// The bytes that were meant as the destination.
    pub(super) range: Range<usize>,
    /// Behind the parenthesis that closes it, if one does on its line.
    pub(super) end: Option<usize>,
    /// Whether white space stands in it.
    pub(super) has_space: bool,
}

impl Destination {
    /// Reads it from behind the opening parenthesis.
    pub(super) fn read(text: &str, from: usize) -> Self {
        let window = window(text, from);
        let line = window.split('\n').next().unwrap_or_default();
        let start = line.len() - line.trim_start().len();
        let start = start + usize::from(line.get(start..).is_some_and(|rest| rest.starts_with('<')));
        let address = line.get(start..).unwrap_or_default();
        let broken_off = Self { range: from + start..from + start + bare_length(address), end: None, has_space: false };
        let Some((length, closing)) = closing(address) else { return broken_off };
        let inner = address.get(..length).unwrap_or_default();
        let title = inner.find([' ', '\t']).and_then(|space| {
            let rest = inner.get(space..)?;
            rest.trim_start().starts_with(['"', '\'']).then_some(space)
        });
        let destination = inner.get(..title.unwrap_or(length)).unwrap_or_default().trim_end().trim_end_matches('>');
        if is_sentence(destination) {
            return broken_off;
        }
        Self {
            range: from + start..from + start + destination.len(),
            end: Some(from + start + length + closing),
            has_space: destination.contains([' ', '\t', '\u{3000}']),
        }
    }
}

/// The offset and length of the parenthesis that closes a destination; another link's beginning ends the search.
fn closing(address: &str) -> Option<(usize, usize)> {
    let mut depth = 0usize;
    let mut before = ' ';
    for (at, c) in address.char_indices() {
        match c {
            '(' if before == ']' => return None,
            _ if before == '\\' => {}
            '(' => depth += 1,
            ')' if depth > 0 => depth -= 1,
            ')' | '）' => return Some((at, c.len_utf8())),
            _ => {}
        }
        before = c;
    }
    None
}

/// What can be seen of a text from an offset: the rest of the line and of the window.
pub(super) fn window(text: &str, from: usize) -> &str {
    let end = text.floor_char_boundary(from.saturating_add(LONGEST));
    let window = text.get(from..end).unwrap_or_default();
    let line_end = memchr(b'\n', window.as_bytes()).map_or(window.len(), |length| length + 1);
    window.get(..line_end).unwrap_or_default()
}

/// How long an address is that ends where white space, Chinese or markup begins.
pub(super) fn bare_length(address: &str) -> usize {
    let is_end = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '[' | ']') || ends_address(c);
    address.find(is_end).unwrap_or(address.len())
}

/// Whether a text begins with the scheme of an address of the web.
pub(super) fn has_scheme(text: &str) -> bool {
    ["http://", "https://", "ftp://", "mailto:"].iter().any(|scheme| {
        text.as_bytes().get(..scheme.len()).is_some_and(|found| found.eq_ignore_ascii_case(scheme.as_bytes()))
    })
}

/// Whether a text begins so that it can hardly be anything but an address.
pub(super) fn is_strong_address(text: &str) -> bool {
    let text = text.trim_start_matches([' ', '\t', '<']);
    let goes_on = |rest: &str| rest.starts_with(char::is_alphanumeric);
    has_scheme(text)
        || ["//", "./", "../", "www."].iter().any(|start| text.strip_prefix(start).is_some_and(goes_on))
        || text.starts_with("../")
        || text.strip_prefix('/').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
}

/// Whether a text is a path to a page or a picture.
pub(super) fn is_path(text: &str) -> bool {
    const ENDS: [&str; 9] = [".html", ".htm", ".md", ".pdf", ".jpg", ".jpeg", ".png", ".gif", ".webp"];
    ENDS.iter().any(|end| text.ends_with(end))
}

/// Whether a text goes on as prose does.
pub(super) fn is_sentence(text: &str) -> bool {
    text.contains(['，', '。', '；', '！', '？', '、'])
}
