//! NT002: an address that fails today.

use crate::declare_rule;
use crate::facts::Facts;
use crate::finding::Meta;
use crate::language::say;
use crate::probe::Verdict;
use crate::rules::{ArchiveSink, Rule, Settings};

declare_rule! {
    /// ## What it does
    ///
    /// Finds addresses that fail today: the server answers 5xx or not at all, refuses or cuts the connection,
    /// shows a certificate that is not trusted, has ended or is another host's, or redirects in a circle.
    /// What may pass was tried again first.
    /// With `--check-mail`, also domains of `mailto:` links whose name servers cannot say who takes their mail.
    ///
    /// ## Why is this bad?
    ///
    /// The reader who clicks today gets an error.
    /// It may be well tomorrow, so this is a warning.
    /// Once the state file remembers three failures in a row over three days, it is an error.
    /// An address that comes and goes is named as such.
    /// A host of which everything that was asked fails is reported once, and not for each of its addresses.
    ///
    /// ## Example
    ///
    /// ```markdown
    /// <https://expired-certificate.example/>
    /// ```
    ///
    /// ## Use instead
    ///
    /// Nothing yet; if it stays so, the address to which the page moved, or a copy that a web archive holds.
    ///
    /// ## Settings
    ///
    /// `fetch.timeout` and `fetch.retries` say how patient postproof is,
    /// `fetch.confirm: {runs: 3, days: 3}` when a failure is an error.
    pub(crate) struct FailingLink; "NT002", "failing-link", Warning, LinkBroken
}

impl Rule for FailingLink {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_archive(&self, _settings: &Settings, facts: &Facts<'_>, sink: &mut ArchiveSink) {
        let mut failing = super::judged(Verdict::Failing, facts);
        super::hosts::report_failing(&Self::META, &mut failing, (facts, sink));
        let help = say!("look again later; if it stays so, link to a copy that a web archive holds");
        super::report_each(&Self::META, failing, &help, (facts, sink));
        super::mail::report(&Self::META, Verdict::Failing, &say!("look again later"), (facts, sink));
    }
}
