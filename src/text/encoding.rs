//! Bytes to text, losing no place.

use std::borrow::Cow;

use super::Span;

/// A file's bytes as text.
#[derive(Clone, Debug)]
pub struct Decoded<'b> {
    /// The text. It is as long as the bytes, so that an offset means the same in both.
    pub text: Cow<'b, str>,
    /// The runs of bytes that are not UTF-8; in `text` each of their bytes is a `?`.
    pub invalid: Vec<Span>,
}

/// Reads `bytes` as UTF-8.
///
/// A byte that belongs to no character becomes `?`, one for one: every offset still holds,
/// and links and keys, which are ASCII in every encoding that archives were written in, are still found.
pub fn decode(bytes: &[u8]) -> Decoded<'_> {
    if let Ok(text) = simdutf8::basic::from_utf8(bytes) {
        return Decoded { text: Cow::Borrowed(text), invalid: Vec::new() };
    }
    let mut text = String::with_capacity(bytes.len());
    let mut invalid: Vec<Span> = Vec::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        let bad = chunk.invalid().len();
        if bad == 0 {
            continue;
        }
        let span = Span::of(text.len()..text.len() + bad);
        text.extend(std::iter::repeat_n('?', bad));
        match invalid.last_mut() {
            Some(last) if last.end == span.start => last.end = span.end,
            _ => invalid.push(span),
        }
    }
    Decoded { text: Cow::Owned(text), invalid }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_survive_bad_bytes() {
        let bytes = b"ab\xC4\xFA\xBA\xC3 [x](/y)";
        let decoded = decode(bytes);
        assert_eq!(decoded.text.len(), bytes.len());
        assert_eq!(decoded.invalid, [Span::new(2, 6)]);
        assert_eq!(decoded.text, "ab???? [x](/y)");
    }

    #[test]
    fn good_text_is_borrowed() {
        assert!(matches!(decode("中文".as_bytes()).text, Cow::Borrowed("中文")));
    }
}
