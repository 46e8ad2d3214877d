//! NT001: an address that is gone.

use crate::declare_rule;
use crate::facts::Facts;
use crate::finding::Meta;
use crate::language::say;
use crate::probe::Verdict;
use crate::rules::{ArchiveSink, Rule, Settings};

declare_rule! {
    /// ## What it does
    ///
    /// Finds addresses that are gone: the server answers 404 or 410, or the host does not exist.
    /// Each address is asked once, whatever the number of posts that name it, and reported once, at the first link;
    /// a host that does not exist is reported once for all of its addresses.
    ///
    /// With `--check-mail`, domains of `mailto:` links too: those that do not exist, and those that take no mail
    /// (RFC 5321, 7505). Name servers are asked for that, once for each domain, and no mail host is contacted.
    ///
    /// ## Why is this bad?
    ///
    /// The reader who clicks finds nothing.
    ///
    /// ## Example
    ///
    /// ```markdown
    /// <http://news.example/2022/gone.html>
    /// ```
    ///
    /// ## Use instead
    ///
    /// The address to which the page moved, or a copy that a web archive holds.
    ///
    /// ## Settings
    ///
    /// `fetch.exclude` names, by globs, addresses that are not asked; a domain of mail is `mailto:@example.com` there.
    /// `fetch.check_mail: true` looks up who takes mail, `fetch.name_servers` says whom to ask in place of the system's.
    /// `postproof archived` asks a web archive for copies; then the help names the one nearest to the post's day.
    pub(crate) struct DeadLink; "NT001", "dead-link", Error, LinkBroken
}

impl Rule for DeadLink {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_archive(&self, _settings: &Settings, facts: &Facts<'_>, sink: &mut ArchiveSink) {
        let mut dead = super::judged(Verdict::Dead, facts);
        super::hosts::report_vanished(&Self::META, &mut dead, (facts, sink));
        let help = say!("correct the address, or link to a copy that a web archive holds");
        super::report_each(&Self::META, dead, &help, (facts, sink));
        super::mail::report(&Self::META, Verdict::Dead, &say!("correct the mail address"), (facts, sink));
    }
}
