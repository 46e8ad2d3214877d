//! DU002: two posts of one source.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::declare_rule;
use crate::document::{Document, Link};
use crate::facts::Facts;
use crate::finding::Meta;
use crate::language::say;
use crate::rules::conventions::source_link;
use crate::rules::overview::overview;
use crate::rules::{ArchiveSink, At, Rule, Settings};
use crate::text::Symbol;

declare_rule! {
    /// ## What it does
    ///
    /// Finds posts that name the same source link as another post.
    /// A source link is one that follows `source_link`; without that setting, the only autolink (`<http://…>`) of a post.
    /// The first post, by path, is taken for the original; the others are reported and point at it.
    ///
    /// ## Why is this bad?
    ///
    /// The same article was taken in twice.
    ///
    /// ## Example
    ///
    /// Two files with
    ///
    /// ```markdown
    /// <http://finews.zning.xyz/html_News/NewsShare.html?infoCode=NW202201172249352683>
    /// ```
    ///
    /// ## Use instead
    ///
    /// One of them.
    ///
    /// ## Settings
    ///
    /// `source_link` is the pattern of source links with `{id}` in it.
    pub(crate) struct DuplicateSource; "DU002", "duplicate-source", Warning, DataSuspect
}

impl Rule for DuplicateSource {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_archive(&self, settings: &Settings, facts: &Facts<'_>, sink: &mut ArchiveSink) {
        let mut first: HashMap<Symbol, (&Document, Link), RandomState> = HashMap::default();
        let patterns = &settings.source_links;
        let overview = overview(settings, facts);
        let source = |(number, document): (usize, &Document)| {
            Some(u64::from(document.links.saying(overview.source(number)?)?.destination.index()))
        };
        for document in super::sharing(facts.archive, source) {
            let Some(link) = source_link(patterns, facts.archive, document) else { continue };
            let (original, original_link) = *first.entry(link.destination).or_insert((document, link));
            if original.path == document.path {
                continue;
            }
            let at = At { document, span: link.span, subject: facts.archive.text(link.destination) };
            sink.report(&Self::META, at, say!("{other} has the same source", other = &original.path))
                .help(say!("keep one of the two"))
                .see_in(original.path.clone(), original_link.span, say!("first named here"));
        }
    }
}
