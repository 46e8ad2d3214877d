//! NT005: an address that answers well and is probably not what was linked.

use crate::declare_rule;
use crate::facts::Facts;
use crate::finding::Meta;
use crate::language::say;
use crate::probe::Verdict;
use crate::rules::{ArchiveSink, Rule, Settings};

declare_rule! {
    /// ## What it does
    ///
    /// Finds addresses that answer 200, and yet what was linked is probably gone:
    ///
    /// - the page says that it was not found, in Chinese or English, and little else;
    /// - the host answers an address that cannot exist with the same page;
    /// - a deep address redirects to a home page or to a log-in page, or shows nothing but a form to log in;
    /// - five or more different addresses of a host end at one page;
    /// - the domain is parked or for sale.
    ///
    /// The message says what was seen. A page is read only where that is wanted, see Settings;
    /// redirects are judged always, since they cost nothing.
    ///
    /// ## Why is this bad?
    ///
    /// To a program the link looks well; the reader who clicks finds nothing.
    ///
    /// ## Example
    ///
    /// ```markdown
    /// <http://news.example/2015/gone.html>
    /// ```
    ///
    /// ## Use instead
    ///
    /// The address to which the page moved, or a copy that a web archive holds.
    ///
    /// ## Settings
    ///
    /// `fetch.judge` says whose pages are read: `source-links` (the default: links that follow `source_link`), `all`, or `none`.
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
            &say!("open it in a browser; if what was linked is gone, link to a copy that a web archive holds"),
            (facts, sink),
        );
    }
}
