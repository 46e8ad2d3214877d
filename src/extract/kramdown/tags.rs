//! HTML tags as kramdown's expressions recognise them.
//!
//! kramdown's tags are not those of a browser: an unquoted value is word characters only,
//! a name may be in any script, and `<` that begins no complete tag is text.

use memchr::memchr;

use super::characters::{
    byte_at, bytes_from, char_at, is_alnum, is_alpha, is_space, is_word, part, skip_space, starts_with,
};
use super::known::lookup;

/// The offset behind a name of a tag or an attribute, with or without a prefix and a colon.
pub(super) fn name_end(text: &str, at: usize) -> Option<usize> {
    let stop = plain_name_end(text, at)?;
    if byte_at(text, stop) == b':' {
        return Some(plain_name_end(text, stop + 1).unwrap_or(stop));
    }
    Some(stop)
}

fn plain_name_end(text: &str, at: usize) -> Option<usize> {
    let first = char_at(text, at)?;
    if !(first == '_' || is_alpha(first)) {
        return None;
    }
    let mut stop = at + first.len_utf8();
    while let Some(next) = char_at(text, stop) {
        if !(matches!(next, '-' | '.' | '_') || is_alnum(next)) {
            break;
        }
        stop += next.len_utf8();
    }
    Some(stop)
}

/// A start tag in a text; all offsets are of that text.
#[derive(Clone, Debug, Default)]
pub(super) struct Tag {
    /// Where `<` is.
    pub(super) start: usize,
    /// The end of the name, which begins behind `<`.
    pub(super) name_end: usize,
    /// Offset behind `>`.
    pub(super) end: usize,
    /// Whether `/` stands before `>`.
    pub(super) closed: bool,
    /// The attributes: start and end of the name, start and end of the value.
    pub(super) attributes: Vec<[usize; 4]>,
}

/// The start tag at an offset.
pub(super) fn start_tag(text: &str, at: usize) -> Option<Tag> {
    if byte_at(text, at) != b'<' {
        return None;
    }
    let name_end = name_end(text, at + 1)?;
    let mut tag = Tag { start: at, name_end, ..Tag::default() };
    let mut stop = name_end;
    while is_space(byte_at(text, stop)) {
        let Some(attribute) = attribute(text, skip_space(text, stop)) else { break };
        stop = attribute.1;
        tag.attributes.push(attribute.0);
    }
    stop = skip_space(text, stop);
    if byte_at(text, stop) == b'/' {
        tag.closed = true;
        stop += 1;
    }
    tag.end = stop + 1;
    (byte_at(text, stop) == b'>').then_some(tag)
}

fn attribute(text: &str, at: usize) -> Option<([usize; 4], usize)> {
    let end = name_end(text, at)?;
    let sign = skip_space(text, end);
    if byte_at(text, sign) == b'=' {
        let value = skip_space(text, sign + 1);
        let quote = byte_at(text, value);
        if matches!(quote, b'"' | b'\'') {
            if let Some(length) = memchr(quote, bytes_from(text, value + 1)) {
                let stop = value + 1 + length;
                return Some(([at, end, value + 1, stop], stop + 1));
            }
        } else {
            let mut stop = value;
            while let Some(next) = char_at(text, stop).filter(|next| is_word(*next)) {
                stop += next.len_utf8();
            }
            if stop > value {
                return Some(([at, end, value, stop], stop));
            }
        }
    }
    Some(([at, end, end, end], end))
}

/// The end tag at an offset: the end of its name, and the offset behind it.
pub(super) fn end_tag(text: &str, at: usize) -> Option<(usize, usize)> {
    if !starts_with(text, at, "</") {
        return None;
    }
    let name_end = name_end(text, at + 2)?;
    let stop = skip_space(text, name_end);
    (byte_at(text, stop) == b'>').then_some((name_end, stop + 1))
}

/// Whether a line at an offset begins with what ends a lazy continuation: a tag that makes blocks.
pub(super) fn ends_lazy_line(text: &str, at: usize) -> bool {
    if byte_at(text, at) != b'<' {
        return false;
    }
    if byte_at(text, at + 1) == b'/' {
        return !stands_in_text(text, at + 2) && end_tag(text, at).is_some();
    }
    !stands_in_text(text, at + 1) && name_end(text, at + 1).is_some()
}

/// Whether the word at an offset is the name of an element that stands in text, in lower case.
fn stands_in_text(text: &str, at: usize) -> bool {
    let mut stop = at;
    while let Some(next) = char_at(text, stop).filter(|next| is_word(*next)) {
        stop += next.len_utf8();
        if stop > at + 8 {
            return false;
        }
    }
    let word = part(text, at, stop);
    !word.bytes().any(|byte| byte.is_ascii_uppercase())
        && lookup(word).is_some_and(|element| element.span || element.name == "script")
}

/// Whether `</name` with optional white space and `>` stands at an offset.
pub(super) fn closes(text: &str, at: usize, name: &str, any_case: bool) -> Option<usize> {
    if !starts_with(text, at, "</") {
        return None;
    }
    let stop = at + 2 + name.len();
    let written = text.get(at + 2..stop)?;
    let same = if any_case { written.eq_ignore_ascii_case(name) } else { written == name };
    let end = skip_space(text, stop);
    (same && byte_at(text, end) == b'>').then_some(end + 1)
}

/// The offset of the first end tag of an element from an offset on, and the offset behind it.
pub(super) fn find_close(text: &str, from: usize, name: &str) -> Option<(usize, usize)> {
    let finder = memchr::memmem::find_iter(bytes_from(text, from), "</");
    finder.map(|offset| from + offset).find_map(|at| closes(text, at, name, true).map(|end| (at, end)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_without_quotes_holds_word_characters_only() {
        assert!(start_tag("<a href=b>", 0).is_some());
        assert!(start_tag("<a href=/b>", 0).is_none());
        assert!(start_tag("<a href=\"/x\" / >", 0).is_none());
        assert!(start_tag("<公告>", 0).is_some());
    }
}
