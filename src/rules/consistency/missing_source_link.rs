//! NV007: a post that does not say where it comes from.

use crate::declare_rule;
use crate::facts::Facts;
use crate::finding::Meta;
use crate::language::say;
use crate::rules::overview::overview;
use crate::rules::{ArchiveSink, At, Rule, Settings};
use crate::text::Span;

declare_rule! {
    /// ## What it does
    ///
    /// Finds posts without a link that follows the archive's pattern of source links.
    ///
    /// ## Why is this bad?
    ///
    /// Nobody can look up where the text comes from, and a post without its source link is often one that was cut off.
    ///
    /// ## Example
    ///
    /// ```markdown
    /// <>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```markdown
    /// <http://finews.zning.xyz/html_News/NewsShare.html?infoCode=NW202201172249352683>
    /// ```
    ///
    /// ## Settings
    ///
    /// `source_link` is the pattern of source links with `{id}` in it: `http://finews.zning.xyz/html_News/NewsShare.html?infoCode={id}`.
    /// Older patterns can follow in a list. Without it the rule does nothing.
    pub(crate) struct MissingSourceLink; "NV007", "missing-source-link", Error, DataSuspect
}

impl Rule for MissingSourceLink {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_archive(&self, settings: &Settings, facts: &Facts<'_>, sink: &mut ArchiveSink) {
        if settings.source_links.is_empty() {
            return;
        }
        let overview = overview(settings, facts);
        for (number, document) in facts.archive.documents.iter().enumerate() {
            if overview.shelves.of(number).is_some() && overview.source(number).is_none() {
                let at = At { document, span: Span::at(document.bytes), subject: "" };
                sink.report(&Self::META, at, say!("the post has no source link"))
                    .help(say!("add the link to the page that it was taken from"));
            }
        }
    }
}
