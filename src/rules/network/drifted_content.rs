//! NT006: a source page that shows something else by now.

use crate::declare_rule;
use crate::facts::Facts;
use crate::finding::Meta;
use crate::language::say;
use crate::probe::Verdict;
use crate::rules::{ArchiveSink, Rule, Settings};
use crate::text::secret::mask;

declare_rule! {
    /// ## What it does
    ///
    /// Finds source links whose page no longer shows what the post was taken from it:
    /// less than half of the post's title and less than 30 % of the beginning of its text, by runs of three Chinese
    /// characters or six letters. The message gives both figures.
    ///
    /// A page that is empty until its scripts have run is not judged.
    ///
    /// ## Why is this bad?
    ///
    /// The post names a source that does not say what the post says.
    ///
    /// ## Example
    ///
    /// ```markdown
    /// <http://news.example/share.html?id=1>
    /// ```
    ///
    /// ## Use instead
    ///
    /// The address at which the article is today, or a copy that a web archive holds.
    ///
    /// ## Settings
    ///
    /// `source_link` is the pattern of source links; without it the rule does nothing.
    pub(crate) struct DriftedContent; "NT006", "drifted-content", Warning, DataSuspect
}

impl Rule for DriftedContent {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_archive(&self, _settings: &Settings, facts: &Facts<'_>, sink: &mut ArchiveSink) {
        let drifted = facts.links_by_outcome(|address, _, outcome| {
            let drift = outcome.seen.and_then(|seen| seen.drift).filter(|drift| drift.is_replaced())?;
            let is_well = matches!(outcome.verdict, Verdict::Alive | Verdict::Moved);
            is_well.then(|| (facts.resolved.url(&facts.archive.strings, address), drift))
        });
        for ((url, drift), places) in drifted {
            let shown = mask(url);
            let message = say!(
                "{address} shows something else: {title} % of the title and {lead} % of the lead are there",
                address = &shown,
                title = drift.title,
                lead = drift.lead,
            );
            if let Some(finding) = sink.report_places(&Self::META, facts, &places, (url, message)) {
                finding
                    .url(&*shown)
                    .help(say!("find the article's address of today, or link to a copy that a web archive holds"));
            }
        }
    }
}
