//! What kramdown knows of each element of HTML.

/// What kramdown parses the content of an element as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Model {
    /// Blocks.
    Block,
    /// Text with links and emphasis.
    Span,
    /// HTML and text that is printed as it stands.
    Raw,
}

/// What kramdown knows of an element.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    /// Its name.
    pub(super) name: &'static str,
    /// Whether it stands in text: such a tag never begins a block.
    pub(super) span: bool,
    /// Whether its tag is printed as text where it stands in text.
    pub(super) block: bool,
    /// Whether it has no content and no end tag.
    pub(super) void: bool,
    /// How its content is parsed where HTML is parsed at all.
    pub(super) model: Model,
}

const fn known(name: &'static str, kinds: &str, model: Model) -> Known {
    let kinds = kinds.as_bytes();
    let (mut span, mut block, mut void) = (false, false, false);
    let mut rest = kinds;
    while let [kind, tail @ ..] = rest {
        match kind {
            b's' => span = true,
            b'b' => block = true,
            _ => void = true,
        }
        rest = tail;
    }
    Known { name, span, block, void, model }
}

use Model::{Block, Raw, Span};

/// Every element that kramdown knows, sorted by name: `s` stands in text, `b` makes blocks, `v` has no content.
static ELEMENTS: [Known; 106] = [
    known("a", "s", Span),
    known("abbr", "s", Span),
    known("acronym", "s", Span),
    known("address", "b", Block),
    known("applet", "b", Block),
    known("area", "v", Raw),
    known("article", "b", Block),
    known("aside", "b", Block),
    known("b", "s", Span),
    known("base", "v", Raw),
    known("bdo", "s", Span),
    known("big", "s", Span),
    known("blockquote", "b", Block),
    known("body", "b", Block),
    known("br", "sv", Raw),
    known("button", "s", Span),
    known("caption", "b", Span),
    known("cite", "s", Span),
    known("code", "s", Raw),
    known("col", "bv", Raw),
    known("colgroup", "b", Raw),
    known("command", "v", Raw),
    known("dd", "b", Block),
    known("del", "s", Span),
    known("details", "", Block),
    known("dfn", "s", Span),
    known("div", "b", Block),
    known("dl", "b", Block),
    known("dt", "b", Span),
    known("em", "s", Span),
    known("embed", "v", Raw),
    known("fieldset", "b", Block),
    known("figcaption", "b", Block),
    known("figure", "", Block),
    known("footer", "b", Block),
    known("form", "b", Block),
    known("h1", "b", Span),
    known("h2", "b", Span),
    known("h3", "b", Span),
    known("h4", "b", Span),
    known("h5", "b", Span),
    known("h6", "b", Span),
    known("head", "b", Raw),
    known("header", "b", Block),
    known("hgroup", "b", Block),
    known("hr", "bv", Raw),
    known("html", "b", Raw),
    known("i", "s", Span),
    known("iframe", "b", Block),
    known("img", "sv", Raw),
    known("input", "sv", Raw),
    known("ins", "s", Span),
    known("kbd", "s", Raw),
    known("keygen", "v", Raw),
    known("label", "s", Span),
    known("legend", "b", Span),
    known("li", "b", Block),
    known("link", "v", Raw),
    known("main", "b", Block),
    known("map", "b", Block),
    known("mark", "s", Raw),
    known("math", "", Raw),
    known("menu", "b", Block),
    known("meta", "v", Raw),
    known("nav", "b", Block),
    known("noscript", "", Block),
    known("object", "", Block),
    known("ol", "b", Raw),
    known("optgroup", "b", Span),
    known("option", "s", Raw),
    known("p", "b", Span),
    known("param", "v", Raw),
    known("pre", "b", Raw),
    known("q", "s", Span),
    known("rb", "s", Span),
    known("rbc", "s", Span),
    known("rp", "s", Span),
    known("rt", "s", Span),
    known("rtc", "s", Span),
    known("ruby", "s", Span),
    known("samp", "s", Raw),
    known("script", "", Raw),
    known("section", "b", Block),
    known("select", "s", Span),
    known("small", "s", Span),
    known("source", "v", Raw),
    known("span", "s", Span),
    known("strong", "s", Span),
    known("style", "", Raw),
    known("sub", "s", Span),
    known("summary", "b", Block),
    known("sup", "s", Span),
    known("table", "b", Raw),
    known("tbody", "b", Raw),
    known("td", "b", Block),
    known("textarea", "", Raw),
    known("tfoot", "b", Raw),
    known("th", "b", Span),
    known("thead", "b", Raw),
    known("tr", "b", Raw),
    known("track", "v", Raw),
    known("tt", "s", Span),
    known("u", "s", Raw),
    known("ul", "b", Raw),
    known("var", "s", Raw),
    known("wbr", "v", Raw),
];

/// What kramdown knows of the element of a name, in any case.
pub(super) fn lookup(name: &str) -> Option<&'static Known> {
    let lower = |text: &'static str| text.bytes();
    let wanted = || name.bytes().map(|byte| byte.to_ascii_lowercase());
    let index = ELEMENTS.binary_search_by(|element| lower(element.name).cmp(wanted())).ok()?;
    ELEMENTS.get(index)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted() {
        assert!(ELEMENTS.windows(2).all(|pair| pair[0].name < pair[1].name));
    }
}
