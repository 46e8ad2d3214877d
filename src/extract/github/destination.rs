//! Finds the bytes that spell a link's destination in Markdown, which the parser does not tell.

use std::ops::Range;

use memchr::memmem;

/// The destination of `](destination "title")`, searched in `range` of `text`; `](` is its first one there.
///
/// `read` is what the parser made of it: where the link is broken over the lines of a quote, the marks of the quote
/// stand before the destination, and it is found by what it says.
pub(super) fn of_inline(text: &str, range: Range<usize>, read: &str) -> Option<Range<usize>> {
    let searched = text.get(range.clone())?;
    let behind = range.start + memmem::find(searched.as_bytes(), b"](")? + 2;
    let found = spelled(text, behind, range.end);
    if text.get(found.clone()) == Some(read) {
        return Some(found);
    }
    let rest = text.get(behind..range.end)?;
    match memmem::find(rest.as_bytes(), read.as_bytes()) {
        Some(length) if !read.is_empty() => Some(behind + length..behind + length + read.len()),
        _ => Some(found),
    }
}

/// The destination of `[label]: destination "title"`, the definition at `range`.
pub(super) fn of_definition(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let searched = text.get(range.clone())?;
    // A label is shorter than 1,000 characters, and a `]` in it is escaped.
    let label_end = memmem::find_iter(searched.as_bytes(), b"]:").take(LONGEST_LABEL).find(|&end| {
        let before = searched.as_bytes().get(..end).unwrap_or_default();
        before.iter().rev().take_while(|&&byte| byte == b'\\').count() % 2 == 0
    })?;
    Some(spelled(text, range.start + label_end + 2, range.end))
}

const LONGEST_LABEL: usize = 1000;

/// The destination that begins behind white space at `from`, without its angle brackets.
fn spelled(text: &str, from: usize, end: usize) -> Range<usize> {
    let bytes = text.as_bytes().get(..end).unwrap_or_default();
    // Behind a line's end the marks of a quote around the link may come again.
    let is_space = |byte: &u8| byte.is_ascii_whitespace();
    let mut start = from;
    while bytes.get(start).is_some_and(is_space) {
        start += 1;
    }
    let rest = bytes.get(start..).unwrap_or_default();
    if rest.first() == Some(&b'<') {
        let inner = rest.get(1..).unwrap_or_default();
        let length = find_unescaped(inner, |byte| byte == b'>').unwrap_or(inner.len());
        return start + 1..start + 1 + length;
    }
    let mut depth = 0usize;
    let length = find_unescaped(rest, |byte| match byte {
        b'(' => {
            depth += 1;
            false
        }
        b')' if depth == 0 => true,
        b')' => {
            depth -= 1;
            false
        }
        byte => byte.is_ascii_whitespace(),
    });
    start..start + length.unwrap_or(rest.len())
}

/// The first byte that `is_wanted` and that no backslash escapes.
fn find_unescaped(bytes: &[u8], mut is_wanted: impl FnMut(u8) -> bool) -> Option<usize> {
    let mut is_escaped = false;
    bytes.iter().position(|&byte| {
        if is_escaped && byte.is_ascii_punctuation() {
            is_escaped = false;
            return false;
        }
        is_escaped = byte == b'\\';
        is_wanted(byte)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inline(text: &str) -> &str {
        text.get(of_inline(text, 0..text.len(), "?").unwrap()).unwrap()
    }

    #[test]
    fn the_bytes_of_an_inline_destination_are_found() {
        for (text, expected) in [
            ("[a](/b)", "/b"),
            ("[a]( /b 'c' )", "/b"),
            ("[a](<b c>)", "b c"),
            ("[a](/b(c)d)", "/b(c)d"),
            ("[a](/b\\)c)", "/b\\)c"),
            ("[a]()", ""),
            ("[a](\n/b\n\"c\")", "/b"),
            ("![返回](//h/类.html)", "//h/类.html"),
        ] {
            assert_eq!(inline(text), expected, "{text}");
        }
    }

    #[test]
    fn the_bytes_of_a_definition_are_found() {
        for (text, expected) in [("[a]: /b 'c'", "/b"), ("[a\\]: x]:\n  </b c>", "/b c"), ("[]:", "")] {
            assert_eq!(text.get(of_definition(text, 0..text.len()).unwrap()).unwrap(), expected, "{text}");
        }
    }
}
