//! Finds the links of a file as the engine that renders the file finds them.
//!
//! Pure and total: any text gives an [`Extraction`], and what is broken in it is data.

mod collector;
mod github;
mod html;
mod jekyll;
pub mod kramdown;
pub mod liquid;
mod malformed;
mod source;

use std::borrow::Cow;

use crate::text::Span;
use collector::Collector;
use liquid::Liquid;
use source::Source;

/// The engine that turns a file into a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// kramdown with the GFM parser: what Jekyll uses.
    Kramdown,
    /// GitHub's Markdown: what its web pages use for files of a repository.
    GitHub,
    /// Plain HTML.
    Html,
}

/// What carries a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Carrier {
    /// `[text](destination)`.
    Inline,
    /// `[text][label]` with a definition elsewhere.
    Reference,
    /// `<http://…>`.
    Autolink,
    /// A bare address that the dialect makes a link.
    Bare,
    /// `![alt](destination)`.
    Image,
    /// An attribute of an HTML element that a browser follows or shows: `a`, `area`, `form`, `iframe`, ….
    Anchor,
    /// An attribute of an HTML element that a browser loads: `img`, `script`, `link`, `video`, ….
    Resource,
}

/// A link as it stands in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawLink<'t> {
    /// What carries it.
    pub carrier: Carrier,
    /// The destination with entities and escapes resolved as the engine resolves them, otherwise as written.
    pub destination: Cow<'t, str>,
    /// The bytes that spell the destination; in a reference link, those of the definition.
    pub destination_span: Span,
    /// The whole link.
    pub span: Span,
    /// What the reader clicks on: its text, or the `alt` of an image; white space collapsed.
    pub text: Cow<'t, str>,
}

/// What a file holds for the stages after it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extraction<'t> {
    /// The links, in the order of their spans.
    pub links: Vec<RawLink<'t>>,
    /// Ids that a fragment can name: headings, `id` and `name` attributes, footnotes.
    pub ids: Vec<Cow<'t, str>>,
    /// What was meant as a link and is none.
    pub malformed: Vec<Malformed>,
    /// The links that were meant where `malformed` has one with a destination: its span is that of the malformed text.
    pub intended: Vec<RawLink<'t>>,
    /// The destination of the file's first `<base href>`.
    pub base: Option<Cow<'t, str>>,
    /// The Liquid in it, whether or not the dialect runs it.
    pub liquid: Liquid<'t>,
    /// What looks like a link and is printed as text; only kramdown does so.
    pub swallowed: Vec<kramdown::Swallowed>,
    /// Links of one of the two engines that show a Jekyll source, and text in the other.
    pub dialect_links: Vec<DialectLink>,
}

/// A link in one of the engines that show a file, and plain text in the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DialectLink {
    /// The link.
    pub span: Span,
    /// The engine that makes a link of it.
    pub shown_by: Dialect,
}

impl<'t> Extraction<'t> {
    /// The links, and those that were meant as one, each address once: a link that was meant may be there all the same,
    /// as a bare address.
    pub fn meant(&self) -> impl Iterator<Item = &RawLink<'t>> {
        let is_bare = |intended: &RawLink<'t>| {
            let start = intended.destination_span.start;
            let from = self.links.partition_point(|link| link.span.start < start);
            self.links.get(from).is_some_and(|link| link.carrier == Carrier::Bare && link.span.start == start)
        };
        self.links.iter().chain(self.intended.iter().filter(move |intended| !is_bare(intended)))
    }
}

/// Text that was meant as a link and is none to the engine that renders it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// The text.
    pub span: Span,
    /// Why it is none.
    pub why: Why,
}

/// Why text that was meant as a link is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Why {
    /// `[text](http://a/b c)`: white space in the destination.
    SpaceInDestination,
    /// `[text](http://a/b` without its end.
    UnclosedDestination,
    /// `[text` before a destination in parentheses is never closed, or its bracket is never opened.
    UnbalancedBracket,
    /// `<http://a/b` without its end.
    UnclosedAutolink,
    /// `<http://a/b c>`: white space in an autolink.
    SpaceInAutolink,
    /// `［text］（http://a/b）`: full-width brackets or parentheses.
    FullWidthBracket,
    /// `<>` where a link belongs.
    EmptyAutolink,
}

/// What the stages before tell the extraction.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Whether Liquid runs before what Jekyll renders; not in what was built already.
    pub runs_liquid: bool,
    /// Names of Liquid tags that the site's plugins add to Jekyll's own.
    pub liquid_tags: Vec<String>,
    /// What `_config.yml` sets for kramdown.
    pub kramdown: kramdown::Options,
}

impl Default for Settings {
    fn default() -> Self {
        Self { runs_liquid: true, liquid_tags: Vec::new(), kramdown: kramdown::Options::default() }
    }
}

/// Finds the links and ids of a file's body.
///
/// `body` lies in `text`; every span of the result counts from the start of `text`.
pub fn extract<'t>(settings: &Settings, dialect: Dialect, text: &'t str, body: Span) -> Extraction<'t> {
    let body = clamp(text, body);
    let liquid = if settings.runs_liquid { liquid::scan(&settings.liquid_tags, text, body) } else { Liquid::default() };
    // GitHub shows the Liquid in a file as it stands; Jekyll runs it first.
    let masked = if dialect == Dialect::GitHub { None } else { liquid::mask(text, &liquid) };
    let source = Source { text, seen: masked.as_deref().unwrap_or(text), body };
    let mut collector = Collector::default();
    match dialect {
        Dialect::Html => html::extract(source, &mut collector),
        Dialect::GitHub | Dialect::Kramdown => github::extract(source, &mut collector),
    }
    collector.finish();
    let Collector { links, intended, ids, malformed, base, .. } = collector;
    let shown = Extraction { links, ids, malformed, intended, base, liquid, ..Extraction::default() };
    match dialect {
        Dialect::Html | Dialect::GitHub => shown,
        Dialect::Kramdown => jekyll::extract(&settings.kramdown, text, (masked.as_deref(), body), shown),
    }
}

/// The part of `body` that is in `text`, on character boundaries.
fn clamp(text: &str, body: Span) -> Span {
    let start = text.floor_char_boundary(body.start as usize);
    Span::of(start..text.floor_char_boundary(body.end as usize).max(start))
}

#[cfg(test)]
mod tests;
