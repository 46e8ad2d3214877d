//! Whether a page has the places that links name behind `#`.
//!
//! As a browser finds them (WHATWG HTML §7.4.6.4): by `id`, or by the `name` of an `a`, first as written, then
//! percent-decoded. What only a script could make, such as the lines of a code viewer or the routes of an application, is
//! never called missing: only a browser knows.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use scraper::{Html, Node};

/// What begins the part of a fragment that points at a text (WICG Scroll To Text Fragment).
const DIRECTIVE: &str = ":~:";
/// A page with scripts and fewer characters of text than this is an empty shell that its scripts fill.
const SHELL: usize = 200;

/// The fragments that a page lacks.
pub(crate) fn missing(html: &str, wanted: &[Box<str>]) -> Box<[Box<str>]> {
    let mut left: Vec<Target<'_>> = wanted.iter().filter_map(|fragment| Target::of(fragment)).collect();
    if left.is_empty() {
        return Box::default();
    }
    let page = Page::read(&Html::parse_document(html), &mut left);
    if page.is_shell() {
        return Box::default();
    }
    left.retain(|target| !(target.found && page.says(&target.texts)));
    left.into_iter().map(|target| target.fragment.into()).collect()
}

/// A fragment to be found.
struct Target<'f> {
    fragment: &'f str,
    /// Its names, as written and decoded.
    id: &'f str,
    decoded: Cow<'f, str>,
    found: bool,
    /// Texts that the page must have.
    texts: Vec<String>,
}

impl<'f> Target<'f> {
    /// `None` for a fragment that every page has, or that only scripts understand.
    fn of(fragment: &'f str) -> Option<Self> {
        let (id, directive) = fragment.split_once(DIRECTIVE).unwrap_or((fragment, ""));
        let texts = texts(directive);
        let always = id.is_empty() || id.eq_ignore_ascii_case("top");
        if (always && texts.is_empty()) || is_for_scripts(id) {
            return None;
        }
        Some(Self { fragment, id, decoded: percent_decode_str(id).decode_utf8_lossy(), found: always, texts })
    }

    fn is(&self, name: &str) -> bool {
        // GitHub writes its headings' ids with this prefix and finds them by script without it.
        let name = name.strip_prefix("user-content-").filter(|_| !self.id.starts_with("user-content-")).unwrap_or(name);
        name == self.id || name == self.decoded
    }
}

/// Whether a fragment is a route (`#/a`, `#!a`) or a line (`#L10`, `#L10-L20`) that scripts give a meaning to.
fn is_for_scripts(id: &str) -> bool {
    let is_line = |text: &str| {
        let digits = text.strip_prefix('L').unwrap_or_default();
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'C')
    };
    id.starts_with(['/', '!']) || id.split('-').all(is_line)
}

/// The texts that `text=[prefix-,]start[,end][,-suffix]` directives name, normalised.
fn texts(directive: &str) -> Vec<String> {
    let directives = directive.split('&').filter_map(|directive| directive.strip_prefix("text="));
    let parts = directives.flat_map(|directive| directive.split(','));
    let core = parts.filter(|part| !part.ends_with('-') && !part.starts_with('-'));
    core.map(|part| normal(&percent_decode_str(part).decode_utf8_lossy())).filter(|text| !text.is_empty()).collect()
}

/// What matters of a page.
#[derive(Default)]
struct Page {
    text: String,
    has_scripts: bool,
}

impl Page {
    /// Reads a page once, and marks the targets that it has.
    fn read(document: &Html, targets: &mut [Target<'_>]) -> Self {
        let mut page = Self::default();
        for node in document.tree.nodes() {
            match node.value() {
                Node::Element(element) => {
                    page.has_scripts |= element.name() == "script";
                    let name = element.attr("name").filter(|_| element.name() == "a");
                    for target in targets.iter_mut() {
                        target.found |= [element.attr("id"), name].into_iter().flatten().any(|name| target.is(name));
                    }
                }
                Node::Text(text) => {
                    let parent = node.parent().and_then(|parent| parent.value().as_element());
                    if !parent
                        .is_some_and(|parent| matches!(parent.name(), "script" | "style" | "noscript" | "template"))
                    {
                        page.text.push_str(text);
                    }
                }
                _ => {}
            }
        }
        page.text = normal(&page.text);
        page
    }

    fn is_shell(&self) -> bool {
        self.has_scripts && self.text.chars().take(SHELL).count() < SHELL
    }

    fn says(&self, texts: &[String]) -> bool {
        texts.iter().all(|text| self.text.contains(text))
    }
}

/// A text without its spaces and capitals: pages break lines where they like, and Chinese has no spaces to break at.
fn normal(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_whitespace()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lacks(html: &str, fragment: &str) -> bool {
        !missing(html, &[fragment.into()]).is_empty()
    }

    #[test]
    fn found_by_id_or_by_name() {
        let page = "<h2 id=one>1</h2><a name='two'></a><p id='新闻'>3</p><b id='a b'>4</b><i name=five>5</i>\
                    <h3 id=user-content-six>6</h3><p id='%E6'>7</p>";
        for fragment in ["one", "two", "新闻", "%E6%96%B0%E9%97%BB", "a%20b", "six", "user-content-six", "%E6"] {
            assert!(!lacks(page, fragment), "{fragment}");
        }
        for fragment in ["One", "five", "seven", "%E6%96", "on"] {
            assert!(lacks(page, fragment), "{fragment}");
        }
    }

    #[test]
    fn what_every_page_has_and_what_only_scripts_know() {
        for fragment in ["", "top", "TOP", "/route", "!route", "L10", "L10-L20", "L10C4-L20C5"] {
            assert!(!lacks("<p>page</p>", fragment), "{fragment}");
        }
        for fragment in ["L", "Lima", "L10-", "topmost"] {
            assert!(lacks("<p>page</p>", fragment), "{fragment}");
        }
        let shell = "<div id=root></div><script>fill()</script>";
        assert!(!lacks(shell, "anything"));
        assert!(lacks(&format!("{shell}<p>{}</p>", "text ".repeat(100)), "anything"));
    }

    #[test]
    fn texts_are_looked_for_in_the_text() {
        let page = "<p id=p>The <b>quick</b>\n brown fox</p><p>厦门日报\n新闻</p><script>'hidden'</script>".to_owned()
            + &"<p>more</p>".repeat(100);
        for fragment in [
            ":~:text=quick%20brown",
            "p:~:text=The,fox",
            ":~:text=the-,quick,-brown",
            ":~:text=厦门日报新闻",
            ":~:text=fox&text=more",
        ] {
            assert!(!lacks(&page, fragment), "{fragment}");
        }
        for fragment in [":~:text=slow", ":~:text=hidden", "q:~:text=fox", ":~:text=fox&text=slow"] {
            assert!(lacks(&page, fragment), "{fragment}");
        }
    }

    #[test]
    fn damage_ends_soon() {
        let bodies = ["<b>", "<a><table>", "<p id=", "<!--", "</p>", "<svg><a>", "&#x1f600;", "<select><option>"];
        for body in bodies {
            let page = body.repeat(20_000);
            assert!(lacks(&(page + "<p>text"), "nowhere"), "{body}");
        }
    }
}
