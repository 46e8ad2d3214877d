//! NT003: an address that cannot be judged from here.

use crate::declare_rule;
use crate::facts::Facts;
use crate::finding::Meta;
use crate::language::say;
use crate::probe::Verdict;
use crate::rules::{ArchiveSink, Rule, Settings};

declare_rule! {
    /// ## What it does
    ///
    /// Lists addresses that cannot be judged from here: the server answers 401, 403, 429, 451 or 999,
    /// or asks for more patience than the run has.
    ///
    /// ## Why is this bad?
    ///
    /// It need not be: a person with a browser may get in.
    /// It is listed so that nobody takes it for checked.
    ///
    /// ## Example
    ///
    /// ```markdown
    /// <https://members.example/article/1>
    /// ```
    ///
    /// ## Use instead
    ///
    /// Nothing; open it in a browser to be sure.
    ///
    /// ## Settings
    ///
    /// `fetch.headers` sends headers, by host; `fetch.pace` slows down.
    pub(crate) struct BlockedLink; "NT003", "blocked-link", Info, LinkBroken
}

impl Rule for BlockedLink {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_archive(&self, _settings: &Settings, facts: &Facts<'_>, sink: &mut ArchiveSink) {
        super::report_verdict(
            &Self::META,
            Verdict::Blocked,
            &say!("open it in a browser to be sure; `fetch.headers` can send what the host asks for"),
            (facts, sink),
        );
    }
}
