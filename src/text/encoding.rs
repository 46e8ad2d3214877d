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

/// The encoding that bytes which are not UTF-8 most likely have, by its WHATWG name (`GB18030`, `Big5`, `windows-1252`).
pub fn likely_encoding(bytes: &[u8]) -> &'static str {
    match bytes {
        [0xFF, 0xFE, ..] => return "UTF-16LE",
        [0xFE, 0xFF, ..] => return "UTF-16BE",
        _ => {}
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    match detector.guess(None, chardetng::Utf8Detection::Deny).name() {
        // GB18030 is GBK and more; archives call the whole family by the newer name.
        "GBK" => "GB18030",
        name => name,
    }
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

    #[test]
    fn encodings_are_named() {
        let text = "日前，人力资源社会保障部办公厅联合发文，通报表扬全国清理整顿人力资源市场秩序专项行动。";
        assert_eq!(likely_encoding(&encoding_rs::GB18030.encode(text).0), "GB18030");
        let text = "記者從市政府獲悉，這項措施將於下個月開始實施，歡迎廣大市民監督與參與。";
        assert_eq!(likely_encoding(&encoding_rs::BIG5.encode(text).0), "Big5");
    }
}
