//! What looks like a link and is printed as text.

use crate::text::Span;

use super::characters::{byte_at, bytes_from, is_space, part};

/// What makes a link text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Swallower {
    /// A tag without an end tag: everything behind it is raw.
    UnclosedTag,
    /// An element in which Markdown does not count.
    RawElement,
    /// A pipe that makes the line a row of a table.
    TablePipe,
    /// A tag that kramdown does not take for one, such as `<a href=/b>`.
    NoTag,
}

/// Text that was meant as a link and that the reader sees as it was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Swallowed {
    /// The text.
    pub span: Span,
    /// What makes it text: the tag or the pipe.
    pub by: Span,
    /// Why it does.
    pub why: Swallower,
}

/// How far the beginning of a link is looked for.
const REACH: usize = 512;

/// The ranges of `text` that look like links: `[…](…)` and `<http://…>`.
pub(super) fn lookalikes(text: &str, from: usize, to: usize) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let window = part(text, 0, to);
    let mut behind = from;
    for offset in memchr::memmem::find_iter(bytes_from(window, from), b"](") {
        let middle = from + offset;
        if middle < behind {
            continue;
        }
        let begin = opening(window, behind.max(middle.saturating_sub(REACH)), middle);
        let rest = bytes_from(window, middle + 2);
        let end = memchr::memchr2(b')', b'\n', rest.get(..REACH).unwrap_or(rest)).map(|end| middle + 2 + end);
        if let (Some(begin), Some(end)) = (begin, end.filter(|end| byte_at(window, *end) == b')')) {
            found.push((begin, end + 1));
            behind = end + 1;
        }
    }
    for offset in memchr::memmem::find_iter(bytes_from(window, from), b"<http") {
        let begin = from + offset;
        let rest = bytes_from(window, begin);
        let end = memchr::memchr3(b'>', b'\n', b' ', rest.get(..REACH).unwrap_or(rest)).map(|end| begin + end);
        let address = bytes_from(window, begin + 5);
        let scheme = address.starts_with(b"://") || address.starts_with(b"s://");
        if let Some(end) = end.filter(|end| scheme && byte_at(window, *end) == b'>') {
            found.push((begin, end + 1));
        }
    }
    found
}

/// The end of what was meant as the tag of a link or an image at an offset, and is none.
pub(super) fn no_tag(text: &str, at: usize) -> Option<usize> {
    let rest = bytes_from(text, at + 1);
    let rest = rest.get(..REACH).unwrap_or(rest);
    let name = ["a", "img"].into_iter().find(|name| {
        let (written, behind) = rest.split_at_checked(name.len()).unwrap_or((b"", b""));
        written.eq_ignore_ascii_case(name.as_bytes()) && behind.first().is_some_and(|byte| is_space(*byte))
    })?;
    let length = memchr::memchr2(b'>', b'<', rest)?;
    let inner = rest.get(name.len()..length)?;
    let address: &[u8] = if name == "a" { b"href" } else { b"src" };
    let has_address = inner.windows(address.len()).any(|window| window.eq_ignore_ascii_case(address));
    (has_address && rest.get(length) == Some(&b'>')).then_some(at + length + 2)
}

/// The bracket that opens the text of a link, whose closing bracket is at `middle`.
fn opening(text: &str, from: usize, middle: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for at in (from..middle).rev() {
        match byte_at(text, at) {
            b']' => depth += 1,
            b'[' if depth == 0 => return Some(at),
            b'[' => depth -= 1,
            _ => {}
        }
    }
    None
}
