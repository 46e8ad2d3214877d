//! Everything that a rule may look at.
//!
//! A rule sees a file while its text is at hand ([`Reading`]), or the archive as a whole ([`Facts`]), and nothing else.

use std::cell::OnceCell;
use std::sync::Arc;

use crate::document::{Archive, Kind};
use crate::extract::{Dialect, Extraction};
use crate::finding::Lines;
use crate::front_matter::FrontMatter;
use crate::text::{LineIndex, Span};

/// A post or page while its text is at hand.
#[derive(Debug)]
pub struct Reading<'t> {
    /// Its path relative to the archive, with `/`.
    pub path: Arc<str>,
    /// What it is to the site.
    pub kind: Kind,
    /// The engine that renders it.
    pub dialect: Dialect,
    /// Its bytes.
    pub bytes: &'t [u8],
    /// Its text, as long as the bytes; see [`crate::text::decode`].
    pub text: &'t str,
    /// The runs of bytes that are not UTF-8.
    pub invalid: &'t [Span],
    /// Its front matter.
    pub front_matter: FrontMatter<'t>,
    /// What comes after the front matter.
    pub body: Span,
    /// Its links.
    pub extraction: Extraction<'t>,
    /// Its lines, found when first needed.
    pub lines: OnceCell<LineIndex>,
}

impl Reading<'_> {
    /// The lines of a span.
    pub fn lines_of(&self, span: Span) -> Lines {
        let index = self.lines.get_or_init(|| LineIndex::new(self.text));
        Lines { start: index.position(self.text, span.start), end: index.position(self.text, span.end) }
    }

    /// The body's text.
    pub fn body_text(&self) -> &str {
        self.body.slice(self.text)
    }
}

/// The archive as a whole.
#[derive(Debug)]
pub struct Facts<'a> {
    /// Everything that was read.
    pub archive: &'a Archive,
}
