//! The bytes of a page as the text that a browser would see.

use encoding_rs::{Encoding, UTF_8};

/// Where browsers look for `<meta charset>`.
const PRESCAN: usize = 1024;

/// Decodes a page: by its byte order mark, the charset of its `Content-Type`, or its `<meta charset>`, in this order
/// (WHATWG HTML §13.2.3.2), and as UTF-8 where none of them says anything.
pub(crate) fn decode(content_type: Option<&str>, bytes: &[u8]) -> String {
    let declared = content_type.and_then(|value| after(value.as_bytes(), b"charset"));
    let encoding = declared.and_then(Encoding::for_label).or_else(|| {
        let head = bytes.get(..PRESCAN).unwrap_or(bytes);
        // A page that can be read so far is not in UTF-16, whatever it says (step 3 of the prescan).
        let declared = after(head, b"charset").and_then(Encoding::for_label)?;
        Some(declared.output_encoding())
    });
    encoding.unwrap_or(UTF_8).decode(bytes).0.into_owned()
}

/// Whether a `Content-Type` is that of a page in which fragments can be looked for.
pub(crate) fn is_html(content_type: Option<&str>) -> bool {
    let kind = content_type.unwrap_or("text/html").split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("text/html") || kind.eq_ignore_ascii_case("application/xhtml+xml")
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
    }

    #[test]
    fn damage_is_read_as_well_as_it_can_be() {
        for content_type in [None, Some(""), Some("charset"), Some("charset="), Some("text/html; charset=klingon")] {
            assert_eq!(decode(content_type, b"a\xffb"), "a\u{fffd}b", "{content_type:?}");
        }
        assert!(is_html(None) && is_html(Some("Text/HTML ;charset=x")) && !is_html(Some("application/pdf")));
    }
}
