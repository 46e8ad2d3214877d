//! NT005: an address that answers, and not with what was linked.

use crate::declare_rule;
use crate::facts::Facts;
use crate::finding::Meta;
use crate::probe::Verdict;
use crate::rules::{ArchiveSink, Rule, Settings};

declare_rule! {
    /// ## What it does
    ///
    /// Finds addresses that answer 200, and yet what was linked is probably gone:
    /// the page says that it was not found, the domain is parked, or a deep address leads to the home page or to a log-in page.
    /// The finding names the evidence.
    ///
    /// ## Why is this bad?
    ///
    /// The reader who clicks gets a page, and not the one that was meant.
    ///
    /// ## Example
    ///
    /// ```markdown
    /// <http://news.example/article?id=1>
    /// ```
    ///
    /// where the page is titled 没有找到.
    ///
    /// ## Use instead
    ///
    /// The address to which the page moved, or a copy that a web archive holds.
    ///
    /// ## Settings
    ///
    /// `fetch.exclude` names, by globs, addresses that are not asked.
    pub(crate) struct SuspectLink; "NT005", "suspect-link", Warning, LinkBroken
}

impl Rule for SuspectLink {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_archive(&self, _settings: &Settings, facts: &Facts<'_>, sink: &mut ArchiveSink) {
        super::report_verdict(
            &Self::META,
            Verdict::Suspect,
            "open it; if the page is gone, link to a copy that a web archive holds",
            (facts, sink),
        );
    }
}
