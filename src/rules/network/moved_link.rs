//! NT004: an address that moved for good.

use crate::declare_rule;
use crate::facts::Facts;
use crate::finding::Meta;
use crate::language::say;
use crate::probe::Verdict;
use crate::rules::{ArchiveSink, Rule, Settings};

declare_rule! {
    /// ## What it does
    ///
    /// Finds addresses that redirect for good (301 or 308 all the way), to an address that is well.
    ///
    /// ## Why is this bad?
    ///
    /// The link works as long as the old host keeps the redirect. Such redirects are the first thing to go.
    ///
    /// ## Example
    ///
    /// ```markdown
    /// <http://old.example/a.html>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```markdown
    /// <https://new.example/a.html>
    /// ```
    pub(crate) struct MovedLink; "NT004", "moved-link", Warning, Style
}

impl Rule for MovedLink {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_archive(&self, _settings: &Settings, facts: &Facts<'_>, sink: &mut ArchiveSink) {
        super::report_verdict(&Self::META, Verdict::Moved, &say!("write the new address"), (facts, sink));
    }
}
