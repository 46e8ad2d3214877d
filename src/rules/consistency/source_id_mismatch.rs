//! NV008: a source link with another id than the file's name.

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
    /// Finds source links whose id is not the one in the file's name.
    ///
    /// ## Why is this bad?
    ///
    /// Either the file or the link is another article's.
    ///
    /// ## Example
    ///
    /// `2022-01-17-NW202201172249352683.md` with
    ///
    /// ```markdown
    /// <http://finews.zning.xyz/html_News/NewsShare.html?infoCode=NW202201172249352600>
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
    pub(crate) struct SourceIdMismatch; "NV008", "source-id-mismatch", Warning, DataSuspect
}

impl Rule for SourceIdMismatch {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_archive(&self, settings: &Settings, facts: &Facts<'_>, sink: &mut ArchiveSink) {
        if settings.source_links.is_empty() {
            return;
        }
        let overview = overview(settings, facts);
        for (number, document) in facts.archive.documents.iter().enumerate() {
            let (Some(first), Some(id)) = (overview.source(number), document.id()) else { continue };
            let sayings = document.links.sayings().enumerate().skip(first);
            for (index, link) in sayings.filter(|(_, link)| overview.followers.hold(link.destination)) {
                let address = facts.archive.text(link.destination);
                let Some(other) = settings.source_links.iter().find_map(|pattern| pattern.id_in(address)) else {
                    continue;
                };
                if other != id {
                    let span = document.links.get(index).map_or(Span::at(0), |link| link.destination_span);
                    let at = At { document, span, subject: other };
                    sink.report(
                        &Self::META,
                        at,
                        say!("the source link names `{other}`, and the file's name `{id}`", other, id),
                    )
                    .help(say!("correct whichever is wrong"));
                }
            }
        }
    }
}
