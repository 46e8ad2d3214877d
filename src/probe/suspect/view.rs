//! What a reader sees of a page, as far as it matters for a judgement.
//!
//! The text is taken block by block. What stands in links, what is repeated on every page of a site (menus, side columns,
//! imprints), and what scripts and templates hold is no part of it: an error page inside a full frame of menus says
//! no more than its one sentence.

use ego_tree::iter::Edge;
use scraper::Html;
use scraper::node::{Element, Node};

use super::phrases::IMPRINT;

/// Text further in is not looked at.
const LONGEST_TEXT: usize = 64 * 1024;
/// Of the scripts in the page only the beginning is looked at.
const LONGEST_SCRIPT: usize = 8 * 1024;
/// Less weight of text than this, with scripts, is a shell that scripts fill.
const SHELL: usize = 12;

/// A page, read.
#[derive(Clone, Debug, Default)]
pub(crate) struct View {
    /// The title, its white space collapsed.
    pub(crate) title: String,
    /// The blocks of text that are the page's own.
    pub(crate) blocks: Vec<String>,
    /// How much they say together, see [`weight`].
    pub(crate) weight: usize,
    /// All text that is shown, title and links too, in its normal form.
    pub(crate) text: String,
    pub(crate) has_scripts: bool,
    pub(crate) has_password: bool,
    pub(crate) links: usize,
    pub(crate) pictures: usize,
    /// Addresses of scripts, frames and links, and the scripts in the page, in lower case.
    pub(crate) machinery: String,
}

/// How much a text says: a Chinese character counts two, any other letter or digit one.
///
/// Five letters make an English word and two characters a Chinese one; four to five is the usual ratio of bytes between
/// translations, so one limit serves both.
pub(crate) fn weight(text: &str) -> usize {
    text.chars().filter(|letter| letter.is_alphanumeric()).map(|letter| if letter > '\u{2e80}' { 2 } else { 1 }).sum()
}

/// A text in the form in which texts are compared: without white space and capitals, full-width letters as usual ones.
pub(crate) fn normal(text: &str) -> String {
    let narrow = |letter: char| match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
        '’' | '‘' => '\'',
        _ => letter,
    };
    text.chars().filter(|letter| !letter.is_whitespace()).map(narrow).flat_map(char::to_lowercase).collect()
}

impl View {
    /// Reads a page.
    pub(crate) fn of(document: &Html) -> Self {
        let mut reader = Reader::default();
        reader.walk(document);
        reader.view
    }

    /// Whether it is empty until its scripts have run, so that nothing can be said of it.
    pub(crate) fn is_shell(&self) -> bool {
        let shown: usize = self.blocks.iter().map(|block| weight(block)).sum();
        self.has_scripts && shown <= SHELL && self.links < 3
    }
}

#[derive(Default)]
struct Reader {
    view: View,
    /// The block that is being read: its text, and how much of it stands in links.
    block: String,
    linked: usize,
}

/// What an element means for the text in it.
#[derive(Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "marks that are independent of each other")]
struct Inside {
    hidden: bool,
    script: bool,
    title: bool,
    link: bool,
    frame: bool,
}

impl Reader {
    fn walk(&mut self, document: &Html) {
        // Depth is whatever the page's author liked, so there is no recursion: the state of each open element is kept.
        let mut open: Vec<Inside> = vec![Inside::default()];
        for edge in document.tree.root().traverse() {
            match edge {
                Edge::Open(node) => match node.value() {
                    Node::Element(element) => {
                        let outer = open.last().copied().unwrap_or_default();
                        open.push(self.enter(element, outer));
                    }
                    Node::Text(text) => self.take(text, open.last().copied().unwrap_or_default()),
                    _ => {}
                },
                Edge::Close(node) => {
                    let Node::Element(element) = node.value() else { continue };
                    open.pop();
                    if is_block(element.name()) {
                        self.end_block();
                    }
                }
            }
        }
        self.end_block();
        let title: Vec<&str> = self.view.title.split_whitespace().collect();
        self.view.title = title.join(" ");
        self.view.weight = self.view.blocks.iter().map(|block| weight(block)).sum();
    }

    /// Takes note of an element, and says what it means for what is inside of it.
    fn enter(&mut self, element: &Element, outer: Inside) -> Inside {
        let name = element.name();
        if is_block(name) {
            self.end_block();
        }
        let view = &mut self.view;
        match name {
            "script" => view.has_scripts = true,
            "img" | "video" | "audio" | "svg" | "canvas" | "object" | "embed" => view.pictures += 1,
            "a" => view.links += usize::from(element.attr("href").is_some()),
            "input" => {
                let kind = element.attr("type").unwrap_or_default();
                view.has_password |= kind.eq_ignore_ascii_case("password");
            }
            _ => {}
        }
        let place = match name {
            "script" | "iframe" | "frame" | "img" => element.attr("src"),
            "a" | "link" => element.attr("href"),
            _ => None,
        };
        if let Some(place) = place.filter(|place| place.len() <= 300) {
            self.remember(place);
        }
        Inside {
            hidden: outer.hidden || matches!(name, "style" | "noscript" | "template" | "select" | "textarea" | "svg"),
            script: outer.script || name == "script",
            title: name == "title" && !outer.hidden && self.view.title.is_empty(),
            link: outer.link || matches!(name, "a" | "button" | "label"),
            frame: outer.frame || is_frame(element),
        }
    }

    fn take(&mut self, text: &str, inside: Inside) {
        if inside.script {
            self.remember(text);
            return;
        }
        if inside.title {
            self.view.title.push_str(text);
        }
        if inside.hidden || self.view.text.len() > LONGEST_TEXT {
            return;
        }
        self.view.text.push_str(&normal(text));
        if inside.title || inside.frame {
            return;
        }
        self.block.push_str(text);
        if inside.link {
            self.linked += weight(text);
        }
    }

    fn remember(&mut self, text: &str) {
        let machinery = &mut self.view.machinery;
        if machinery.len() < LONGEST_SCRIPT {
            let text: String = text.chars().take(LONGEST_SCRIPT / 4).flat_map(char::to_lowercase).collect();
            machinery.push_str(&text);
            machinery.push('\n');
        }
    }

    /// Keeps the block that was read, unless most of it is links or it is an imprint.
    fn end_block(&mut self) {
        let block = std::mem::take(&mut self.block);
        let linked = std::mem::take(&mut self.linked);
        let all = weight(&block);
        if all == 0 || linked * 2 > all {
            return;
        }
        let compared = normal(&block);
        if !IMPRINT.iter().any(|mark| compared.contains(mark)) {
            self.view.blocks.push(block.split_whitespace().collect::<Vec<_>>().join(" "));
        }
    }
}

/// Whether an element begins a block of its own.
fn is_block(name: &str) -> bool {
    const INLINE: [&str; 22] = [
        "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "em", "font", "i", "kbd", "label", "mark", "q", "s",
        "small", "span", "strong", "sub", "sup", "u",
    ];
    !INLINE.contains(&name)
}

/// Whether an element is part of what a site repeats on each of its pages.
fn is_frame(element: &Element) -> bool {
    matches!(element.name(), "nav" | "header" | "footer" | "aside" | "marquee")
}
