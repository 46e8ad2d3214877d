//! What a browser makes of an element that kramdown prints: its links and ids.

use std::borrow::Cow;

use crate::extract::{Carrier, RawLink};
use crate::text::Span;

use super::characters::{byte_at, is_ascii_word, is_space, skip_while, starts_with};

/// The attributes of an element, as it asks for them by name: the value as kramdown prints it, and where it stands.
pub(super) trait Values<'t> {
    /// The value of an attribute.
    fn value(&self, name: &str) -> Option<(Cow<'t, str>, Span)>;
}

/// The elements whose attributes are links.
const LINKS: [(&str, &[(&str, Carrier)]); 26] = {
    use Carrier::{Anchor, Resource};
    [
        ("a", &[("href", Anchor)]),
        ("area", &[("href", Anchor)]),
        ("audio", &[("src", Resource)]),
        ("blockquote", &[("cite", Anchor)]),
        ("body", &[("background", Resource)]),
        ("button", &[("formaction", Anchor)]),
        ("del", &[("cite", Anchor)]),
        ("embed", &[("src", Resource)]),
        ("form", &[("action", Anchor)]),
        ("frame", &[("src", Anchor)]),
        ("iframe", &[("src", Anchor)]),
        ("image", &[("href", Resource)]),
        ("img", &[("src", Resource)]),
        ("input", &[("src", Resource), ("formaction", Anchor)]),
        ("ins", &[("cite", Anchor)]),
        ("link", &[("href", Resource)]),
        ("object", &[("data", Resource)]),
        ("q", &[("cite", Anchor)]),
        ("script", &[("src", Resource)]),
        ("source", &[("src", Resource)]),
        ("table", &[("background", Resource)]),
        ("td", &[("background", Resource)]),
        ("th", &[("background", Resource)]),
        ("tr", &[("background", Resource)]),
        ("track", &[("src", Resource)]),
        ("video", &[("src", Resource), ("poster", Resource)]),
    ]
};

/// The element whose content a browser reads as text up to its first end tag, if a name is that of one.
pub(super) fn hidden_by(name: &str) -> Option<&'static str> {
    let names = ["textarea", "title", "iframe", "xmp", "noembed", "noframes", "style", "script", "plaintext"];
    names.into_iter().find(|hidden| hidden.eq_ignore_ascii_case(name))
}

/// The links of an element; its text is not known yet.
pub(super) fn links<'t>(name: &str, values: &impl Values<'t>, span: Span) -> Vec<RawLink<'t>> {
    let found = LINKS.iter().find(|(element, _)| element.eq_ignore_ascii_case(name));
    let attributes = found.map_or([].as_slice(), |(_, attributes)| attributes);
    let link = |(attribute, carrier): &(&str, Carrier)| {
        let (value, destination_span) = values.value(attribute)?;
        let link = RawLink { carrier: *carrier, destination: decoded(value), destination_span, span, text: "".into() };
        let is_form = matches!(*attribute, "action" | "formaction");
        (!is_form || !link.destination.trim().is_empty()).then_some(link)
    };
    attributes.iter().filter_map(link).collect()
}

/// The value of an attribute after a browser has read what kramdown wrote.
///
/// kramdown leaves references as they are and escapes each other `&`.
pub(super) fn decoded(value: Cow<'_, str>) -> Cow<'_, str> {
    if !memchr::memchr_iter(b'&', value.as_bytes()).any(|at| reference_end(&value, at).is_some()) {
        return value;
    }
    let mut html = String::with_capacity(value.len() + 16);
    html.push_str("<a b=\"");
    let mut kept = 0;
    for (at, character) in value.char_indices() {
        if at < kept {
            html.push(character);
            continue;
        }
        match character {
            '&' => match reference_end(&value, at) {
                Some(end) => {
                    kept = end;
                    html.push('&');
                }
                None => html.push_str("&amp;"),
            },
            '"' => html.push_str("&quot;"),
            _ => html.push(character),
        }
    }
    html.push_str("\">");
    let tag = html5gum::Tokenizer::new(html.as_str()).flatten().find_map(|token| match token {
        html5gum::Token::StartTag(tag) => Some(tag),
        _ => None,
    });
    let bytes = tag.and_then(|tag| tag.attributes.values().next().map(|value| value.to_vec()));
    bytes.map_or(value, |bytes| Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()))
}

/// `&name;`, `&#1;` or `&#x1;` at an offset: the offset behind it.
fn reference_end(text: &str, at: usize) -> Option<usize> {
    let from = at + 1;
    let (start, stop) = if starts_with(text, from, "#x") {
        (from + 2, skip_while(text, from + 2, |byte| byte.is_ascii_hexdigit()))
    } else if byte_at(text, from) == b'#' {
        (from + 1, skip_while(text, from + 1, |byte| byte.is_ascii_digit()))
    } else if is_ascii_word(byte_at(text, from)) || byte_at(text, from) == b':' {
        (from, skip_while(text, from, |byte| is_ascii_word(byte) || matches!(byte, b'-' | b'.' | b':')))
    } else {
        return None;
    };
    (stop > start && byte_at(text, stop) == b';').then_some(stop + 1)
}

/// Text with its white space collapsed, and without any at its ends.
pub(super) fn collapsed(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_ascii() && is_space(c as u8)).filter(|word| !word.is_empty()) {
        if !plain.is_empty() {
            plain.push(' ');
        }
        plain.push_str(word);
    }
    plain
}
