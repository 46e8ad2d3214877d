//! Finds the fences as Jekyll's regular expression does.
//!
//! Jekyll cuts with `\A(---\s*\n.*?\n?)^((---|\.\.\.)\s*$\n?)`, where `.` is any character, `^` and `$` know lines by
//! `\n` alone, and `\s` eats line ends too. Written out: the file begins with `---` and white space that has a line
//! end in it; the block ends at the first line that is `---` or `...` and white space, also inside a block scalar; the
//! white space after that fence, blank lines included, is no part of the body. One pass over the lines, no backtracking.

use super::Block;
use crate::text::Span;

/// Finds the block of a file's text. A byte order mark before it is skipped, as Jekyll does for posts.
pub(super) fn split(text: &str) -> Block {
    let start = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
    let bytes = text.as_bytes();
    let Some(rest) = bytes.get(start..).filter(|rest| rest.starts_with(b"---")) else {
        return Block::Missing;
    };
    let Some((blank, line_end)) = fence_end(rest) else {
        return Block::Missing;
    };
    let fence = Span::of(start..start + 3 + blank);
    let content = start + line_end;
    let mut line = content;
    loop {
        let Some(here) = bytes.get(line..) else {
            return Block::Unterminated { fence };
        };
        if let Some(length) = closing_fence(here) {
            return Block::Present {
                fence,
                yaml: Span::of(content..line),
                body: Span::of(line + length..line + length).start,
            };
        }
        match memchr::memchr(b'\n', here) {
            Some(at) => line += at + 1,
            None => return Block::Unterminated { fence },
        }
    }
}

/// Whether Jekyll takes a file for a page (a file with front matter) rather than for one to copy.
///
/// It looks at the first line only and, other than for posts, does not skip a byte order mark.
pub fn is_page(bytes: &[u8]) -> bool {
    bytes.strip_prefix(b"---").and_then(fence_end_after).is_some()
}

/// The length of the white space between an opening `---` and its line end (a `\r` before it left out),
/// and the offset behind that line end.
fn fence_end(rest: &[u8]) -> Option<(usize, usize)> {
    let after = rest.get(3..)?;
    let line_end = fence_end_after(after)?;
    let blank = after.get(..line_end)?;
    let blank = blank.strip_suffix(b"\r").unwrap_or(blank);
    Some((blank.len(), 3 + line_end + 1))
}

/// The offset of the first `\n`, if only white space comes before it.
fn fence_end_after(after: &[u8]) -> Option<usize> {
    let at = after.iter().position(|byte| !is_blank(*byte))?;
    (after.get(at) == Some(&b'\n')).then_some(at)
}

/// The length of a closing fence with what belongs to it, if a line begins with one.
fn closing_fence(line: &[u8]) -> Option<usize> {
    if !(line.starts_with(b"---") || line.starts_with(b"...")) {
        return None;
    }
    let after = line.get(3..)?;
    let space = after.iter().take_while(|byte| is_blank(**byte) || **byte == b'\n').count();
    if space == after.len() {
        return Some(3 + space);
    }
    // The last line end in the white space is where `\s*$\n?` stops.
    let last = memchr::memrchr(b'\n', after.get(..space)?)?;
    Some(3 + last + 1)
}

/// Ruby's `\s` without the line end.
fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\x0B' | b'\x0C')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Option<(&str, &str, &str)> {
        match split(text) {
            Block::Present { fence, yaml, body } => {
                Some((fence.slice(text), yaml.slice(text), text.get(body as usize..).unwrap()))
            }
            Block::Missing | Block::Unterminated { .. } => None,
        }
    }

    #[test]
    fn the_block_ends_at_the_first_fence_line() {
        assert_eq!(parts("---\na: b\n---\nbody\n"), Some(("---", "a: b\n", "body\n")));
        assert_eq!(parts("---\na: b\n...\nbody\n"), Some(("---", "a: b\n", "body\n")));
        assert_eq!(parts("---  \r\na: b\r\n---\r\nbody"), Some(("---  ", "a: b\r\n", "body")));
        assert_eq!(parts("---\na: |\n  x\n---\n  y\n---\n"), Some(("---", "a: |\n  x\n", "  y\n---\n")));
        assert_eq!(parts("---\n---\nbody"), Some(("---", "", "body")));
        assert_eq!(parts("---\n---"), Some(("---", "", "")));
    }

    #[test]
    fn white_space_after_the_closing_fence_is_no_body() {
        assert_eq!(parts("---\n---\n\n\n  body"), Some(("---", "", "  body")));
        assert_eq!(parts("---\n--- \n \t\nbody"), Some(("---", "", "body")));
        assert_eq!(parts("---\n---\n\n  "), Some(("---", "", "")));
        assert_eq!(parts("---\n\n\na: b\n---\n"), Some(("---", "\n\na: b\n", "")));
    }

    #[test]
    fn what_only_looks_like_a_fence_is_none() {
        assert_eq!(parts("---\na: b\n--- x\n---\n"), Some(("---", "a: b\n--- x\n", "")));
        assert_eq!(parts("---\na: b\n----\n---\n"), Some(("---", "a: b\n----\n", "")));
        for text in
            ["", "-", "---", "--- ", "----\n---\n", " ---\n---\n", "\n---\n---\n", "---\ra\r---\r", "--- a\n---\n"]
        {
            assert_eq!(split(text), Block::Missing, "{text:?}");
        }
        for text in ["---\n", "---\na: b\n", "---\na: b\n --- \n", "---\na: b ---\n", "---\n--- x"] {
            assert!(matches!(split(text), Block::Unterminated { .. }), "{text:?}");
        }
    }

    #[test]
    fn a_byte_order_mark_hides_a_page_and_no_post() {
        let text = "\u{FEFF}---\na: b\n---\nbody";
        assert_eq!(parts(text), Some(("---", "a: b\n", "body")));
        assert!(!is_page(text.as_bytes()));
        assert!(is_page(b"--- \r\nx"));
        assert!(!is_page(b"---"));
    }

    #[test]
    fn a_million_lines_are_one_pass() {
        let text = format!("---\n{}", "a: b\n".repeat(1_000_000));
        assert!(matches!(split(&text), Block::Unterminated { .. }));
        assert_eq!(parts(&format!("{text}---\nx")).unwrap().2, "x");
    }
}
