//! Tells a text that is damaged from one that writes about such damage.

use crate::text::Span;

/// Words that by themselves say that a text is about garbled characters.
const STRONG: [&str; 6] = ["乱码", "亂碼", "文字化け", "mojibake", "Mojibake", "锟斤拷是"];
/// Words of which several say so.
const WEAK: [&str; 10] =
    ["编码", "編碼", "字符集", "Unicode", "UTF-8", "utf-8", "GBK", "GB2312", "encoding", "替换字符"];

/// What stands around characters that somebody shows.
const PAIRS: [(&str, &str); 9] = [
    ("`", "`"),
    ("“", "”"),
    ("‘", "’"),
    ("「", "」"),
    ("『", "』"),
    ("《", "》"),
    ("（", "）"),
    ("<code>", "</code>"),
    ("<kbd>", "</kbd>"),
];

/// Whether a text is probably about garbled characters.
pub(super) fn is_topic(text: &str) -> bool {
    STRONG.iter().any(|word| text.contains(word)) || WEAK.iter().filter(|word| text.contains(*word)).count() > 1
}

/// Whether just these characters stand in quotation marks or in code: somebody shows them.
///
/// Straight quotation marks do not count, because YAML and HTML put every damaged value in them.
pub(super) fn is_shown(text: &str, span: Span) -> bool {
    let before = text.get(..span.start as usize).unwrap_or_default();
    let behind = text.get(span.end as usize..).unwrap_or_default();
    PAIRS.iter().any(|(open, close)| before.ends_with(open) && behind.starts_with(close))
}
