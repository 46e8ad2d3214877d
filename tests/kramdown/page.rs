//! What a reader finds on a page: read from kramdown's HTML as a browser tokenises it, or from our scanner.

use std::borrow::Cow;

use html5gum::{DefaultEmitter, StartTag, Token, Tokenizer};
use postproof::extract::Carrier;
use postproof::extract::kramdown::{Input, Options, Quirk, page};
use postproof::text::Span;

/// The links and ids of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    /// `a` or `img` (followed or loaded), address and text.
    pub(crate) links: Vec<(&'static str, String, String)>,
    /// The ids, sorted.
    pub(crate) ids: Vec<String>,
}

const ATTRIBUTES: [(&str, &str, &str); 29] = [
    ("a", "href", "a"),
    ("area", "href", "a"),
    ("audio", "src", "img"),
    ("blockquote", "cite", "a"),
    ("body", "background", "img"),
    ("button", "formaction", "a"),
    ("del", "cite", "a"),
    ("embed", "src", "img"),
    ("form", "action", "a"),
    ("frame", "src", "a"),
    ("iframe", "src", "a"),
    ("image", "href", "img"),
    ("img", "src", "img"),
    ("input", "src", "img"),
    ("input", "formaction", "a"),
    ("ins", "cite", "a"),
    ("link", "href", "img"),
    ("object", "data", "img"),
    ("q", "cite", "a"),
    ("script", "src", "img"),
    ("source", "src", "img"),
    ("table", "background", "img"),
    ("td", "background", "img"),
    ("th", "background", "img"),
    ("tr", "background", "img"),
    ("track", "src", "img"),
    ("video", "src", "img"),
    ("video", "poster", "img"),
    ("none", "none", "a"),
];

/// The elements whose content is no text that a reader clicks on, and in which no tag counts.
const HIDDEN: [&str; 8] = ["textarea", "title", "iframe", "xmp", "noembed", "noframes", "style", "script"];

fn collapsed(text: &str) -> String {
    text.split(|c: char| c.is_ascii_whitespace() || c == '\u{B}')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

fn value(tag: &StartTag<()>, name: &str) -> Option<String> {
    tag.attributes.get(name.as_bytes()).map(|value| String::from_utf8_lossy(value).into_owned())
}

/// Whether kramdown made the link, for a footnote or a table of contents.
fn is_made(tag: &StartTag<()>) -> bool {
    let class = value(tag, "class").unwrap_or_default();
    let href = value(tag, "href").unwrap_or_default();
    let id = value(tag, "id").unwrap_or_default();
    (class == "footnote" && href.starts_with("#fn:"))
        || class == "reversefootnote"
        || (href.starts_with('#') && id.ends_with(&format!("-{}", &href[1..])))
}

/// Reads kramdown's HTML.
pub(crate) fn printed(html: &str) -> Seen {
    let mut seen = Seen::default();
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let mut open: Vec<(Option<usize>, String)> = Vec::new();
    let mut hidden: Option<Vec<u8>> = None;
    for token in Tokenizer::new_with_emitter(html, emitter).flatten() {
        match token {
            Token::StartTag(tag) => {
                start(&tag, &mut seen, &mut open);
                hidden = HIDDEN.contains(&String::from_utf8_lossy(&tag.name).as_ref()).then(|| tag.name.to_vec());
            }
            Token::EndTag(tag) if hidden.as_deref() == Some(tag.name.as_slice()) => hidden = None,
            Token::EndTag(tag) if tag.name.as_slice() == b"a" => close(&mut seen, &mut open),
            Token::String(text) if hidden.is_none() => {
                let text = String::from_utf8_lossy(&text.value);
                for (_, collected) in &mut open {
                    collected.push_str(&text);
                }
            }
            _ => {}
        }
    }
    while !open.is_empty() {
        close(&mut seen, &mut open);
    }
    seen.ids.sort();
    seen
}

fn start(tag: &StartTag<()>, seen: &mut Seen, open: &mut Vec<(Option<usize>, String)>) {
    let name = String::from_utf8_lossy(&tag.name).into_owned();
    let id = value(tag, "id").filter(|id| !id.trim().is_empty());
    let anchor =
        value(tag, "name").filter(|anchor| name == "a" && !anchor.trim().is_empty() && Some(anchor) != id.as_ref());
    seen.ids.extend(id.into_iter().chain(anchor));
    let alt = value(tag, "alt").unwrap_or_default();
    if name == "img" {
        for (_, collected) in open.iter_mut() {
            collected.push_str(&alt);
        }
    }
    let mut place = None;
    for (_, attribute, kind) in ATTRIBUTES.iter().filter(|(element, ..)| *element == name) {
        let Some(address) = value(tag, attribute).filter(|_| !is_made(tag)) else { continue };
        if attribute.contains("action") && address.trim().is_empty() {
            continue;
        }
        place = Some(seen.links.len());
        let text = if name == "img" || name == "area" { collapsed(&alt) } else { String::new() };
        seen.links.push((kind, address, text));
    }
    if name == "a" {
        open.push((place, String::new()));
    }
}

fn close(seen: &mut Seen, open: &mut Vec<(Option<usize>, String)>) {
    if let Some((place, text)) = open.pop()
        && let Some(place) = place
    {
        seen.links[place].2 = collapsed(&text);
    }
}

/// Settings as `_config.yml` writes them, for our scanner.
pub(crate) fn options(written: &serde_json::Value) -> Options {
    let mut options = Options::default();
    if written["input"] == "kramdown" {
        options.input = Input::Kramdown;
    }
    let truth = |name: &str, default: bool| written[name].as_bool().unwrap_or(default);
    options.auto_ids = truth("auto_ids", true);
    options.parse_block_html = truth("parse_block_html", false);
    options.parse_span_html = truth("parse_span_html", true);
    options.hard_wrap = truth("hard_wrap", false);
    written["auto_id_prefix"].as_str().unwrap_or_default().clone_into(&mut options.auto_id_prefix);
    written["footnote_prefix"].as_str().unwrap_or_default().clone_into(&mut options.footnote_prefix);
    if let Some(quirks) = written["gfm_quirks"].as_array() {
        let quirk = |name: &serde_json::Value| match name.as_str() {
            Some("paragraph_end") => Quirk::ParagraphEnd,
            _ => Quirk::NoAutoTypographic,
        };
        options.quirks = quirks.iter().map(quirk).collect();
    }
    options
}

/// Runs our scanner.
pub(crate) fn scanned(text: &str, options: &Options) -> Seen {
    let found = page(options, text, Span::of(0..text.len()));
    let mut seen = Seen::default();
    for link in &found.extraction.links {
        for span in [link.span, link.destination_span] {
            assert!(text.get(span.range()).is_some(), "{span:?} lies inside a character of {text:?}");
        }
        let kind = if matches!(link.carrier, Carrier::Image | Carrier::Resource) { "img" } else { "a" };
        seen.links.push((kind, link.destination.to_string(), link.text.to_string()));
    }
    seen.ids = found.extraction.ids.into_iter().map(Cow::into_owned).collect();
    seen.ids.sort();
    seen
}

/// Whether two pages are the same; the order of links counts unless footnotes move them.
pub(crate) fn same(text: &str, one: &Seen, other: &Seen) -> bool {
    if one == other {
        return true;
    }
    if !text.contains("[^") {
        return false;
    }
    let sorted = |seen: &Seen| {
        let mut seen = seen.clone();
        seen.links.sort();
        seen
    };
    sorted(one) == sorted(other)
}
