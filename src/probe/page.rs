//! The bytes of a page as the text that a browser would see.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8};

/// Where browsers look for `<meta charset>`.
const PRESCAN: usize = 1024;

/// Decodes a page: by its byte order mark, the charset of its `Content-Type`, or its `<meta charset>`, in this order
/// (WHATWG HTML §13.2.3.2), and by its bytes where none of them says anything.
///
/// A charset in which the bytes make no text is a lie: then the page's own, and at last the likeliest one, is taken if
/// the page is text in it. A browser would show nonsense, and the page would be there all the same.
pub(crate) fn decode(content_type: Option<&str>, bytes: &[u8]) -> String {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(bytes.get(length..).unwrap_or_default()).0.into_owned();
    }
    let head = bytes.get(..PRESCAN).unwrap_or(bytes);
    let from_header = content_type.and_then(|value| after(value.as_bytes(), b"charset")).and_then(Encoding::for_label);
    // A page that can be read so far is not in UTF-16, whatever it says (step 3 of the prescan).
    let from_page = prescan(head).and_then(Encoding::for_label).map(Encoding::output_encoding);
    let declared = from_header.or(from_page);
    if let Some(encoding) = declared {
        let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
        if !had_errors {
            return text.into_owned();
        }
    }
    let others = [from_page, Some(UTF_8), Some(guess(bytes))].into_iter().flatten();
    let clean = others
        .filter(|encoding| Some(*encoding) != declared)
        .find_map(|encoding| encoding.decode_without_bom_handling_and_without_replacement(bytes));
    match (clean, declared) {
        (Some(text), _) => text.into_owned(),
        (None, declared) => declared.unwrap_or_else(|| guess(bytes)).decode_without_bom_handling(bytes).0.into_owned(),
    }
}

/// Whether a `Content-Type` is that of a page that can be judged.
pub(crate) fn is_html(content_type: Option<&str>) -> bool {
    let kind = content_type.unwrap_or("text/html").split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("text/html") || kind.eq_ignore_ascii_case("application/xhtml+xml")
}

/// The likeliest encoding of bytes that say nothing about it.
fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Allow)
}

/// The charset that a `<meta>` declares (WHATWG HTML, "prescan a byte stream"): one in a comment, or of another tag such
/// as `<script charset=…>`, is none.
fn prescan(mut head: &[u8]) -> Option<&[u8]> {
    loop {
        let at = memchr::memchr(b'<', head)?;
        head = head.get(at..)?;
        if let Some(rest) = head.strip_prefix(b"<!--") {
            let end = rest.windows(3).position(|window| window == b"-->")?;
            head = rest.get(end + 3..)?;
            continue;
        }
        let end = memchr::memchr(b'>', head).unwrap_or(head.len());
        let (tag, rest) = head.split_at_checked(end)?;
        let is_meta = tag.get(1..5).is_some_and(|name| name.eq_ignore_ascii_case(b"meta"));
        if let Some(charset) = after(tag, b"charset").filter(|_| is_meta) {
            return Some(charset);
        }
        head = rest.get(1..).unwrap_or_default();
    }
}

/// The value after the first `name=`.
fn after<'b>(bytes: &'b [u8], name: &[u8]) -> Option<&'b [u8]> {
    let at = bytes.windows(name.len()).position(|window| window.eq_ignore_ascii_case(name))?;
    let rest = bytes.get(at + name.len()..)?.trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let rest = rest.strip_prefix(b"\"").or_else(|| rest.strip_prefix(b"'")).unwrap_or(rest);
    let end = rest.iter().position(|byte| b"\"';> \t\r\n/".contains(byte)).unwrap_or(rest.len());
    rest.get(..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEWS_IN_GBK: &[u8] = b"\xd0\xc2\xce\xc5";

    #[test]
    fn the_charset_is_found_wherever_it_stands() {
        assert_eq!(decode(Some("text/html; charset=GB2312"), NEWS_IN_GBK), "新闻");
        assert_eq!(decode(Some("text/html; Charset = \"gb18030\""), NEWS_IN_GBK), "新闻");
        assert_eq!(decode(None, &[b"<meta charset=gbk>".as_slice(), NEWS_IN_GBK].concat()), "<meta charset=gbk>新闻");
        let old = b"<meta http-equiv=Content-Type content='text/html; charset=gb2312'>".as_slice();
        assert!(decode(Some("text/html"), &[old, NEWS_IN_GBK].concat()).ends_with("新闻"));
        assert_eq!(decode(Some("text/html; charset=gbk"), "\u{feff}新闻".as_bytes()), "新闻");
        assert_eq!(decode(None, "新闻".as_bytes()), "新闻");
        assert!(decode(None, b"<meta charset=utf-16le>ab").ends_with("ab"));
        // Four bytes, which only GB18030 has.
        let four = encoding_rs::GB18030.encode("\u{20bb7}").0;
        assert_eq!((four.len(), decode(Some("text/html; charset=gb2312"), &four)), (4, "\u{20bb7}".to_owned()));
    }

    #[test]
    fn only_a_meta_declares() {
        let page = |head: &str| decode(None, &[head.as_bytes(), NEWS_IN_GBK].concat());
        assert!(
            page("<!-- <meta charset=utf-8> --><script charset=utf-8></script><meta charset=gbk>").ends_with("新闻")
        );
        assert!(page("<script src=a.js charset='utf-8'></script><META CHARSET='GBK' />").ends_with("新闻"));
    }

    #[test]
    fn a_lie_is_seen_by_its_nonsense() {
        let text = "今日央行开展七千亿元中期借贷便利操作，中标利率均下降十个基点。";
        let gbk = encoding_rs::GBK.encode(text).0;
        assert_eq!(decode(Some("text/html; charset=utf-8"), &gbk), text);
        assert_eq!(decode(Some("text/html"), &gbk), text);
        let page = format!("<meta charset=gbk>{text}");
        assert_eq!(decode(Some("text/html; charset=utf-8"), &encoding_rs::GBK.encode(&page).0), page);
        assert_eq!(decode(Some("text/html; charset=gbk"), format!("{text}。").as_bytes()), format!("{text}。"));
    }

    #[test]
    fn damage_is_read_as_well_as_it_can_be() {
        for content_type in [None, Some(""), Some("charset"), Some("charset="), Some("text/html; charset=klingon")] {
            assert!(decode(content_type, b"a\xffb").starts_with('a'), "{content_type:?}");
        }
        assert_eq!(
            decode(Some("text/html; charset=utf-8"), b"<meta charset=utf-8>a\xff\xfeb\x81").matches('a').count(),
            3
        );
        assert!(is_html(None) && is_html(Some("Text/HTML ;charset=x")) && !is_html(Some("application/pdf")));
    }
}
