//! NV002: a way back that leads elsewhere.

use crate::declare_rule;
use crate::facts::Facts;
use crate::finding::Meta;
use crate::language::say;
use crate::rules::navigation::stray;
use crate::rules::{ArchiveSink, At, Rule, Settings};

declare_rule! {
    /// ## What it does
    ///
    /// Finds links whose text is that of a way back, and whose target is not: 返回首页 that does not lead to the home page.
    ///
    /// ## Why is this bad?
    ///
    /// The reader lands on another page than the one that the link names.
    ///
    /// ## Example
    ///
    /// ```markdown
    /// [返回首页](//finews.withounder.com/index2.html)
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```markdown
    /// [返回首页](//finews.withounder.com/)
    /// ```
    ///
    /// ## Settings
    ///
    /// `navigation` lists the ways back: `text` with `{tag}` or `{category}` in it, and `targets`, the first of which is the one to write.
    /// Without it the rule does nothing.
    pub(crate) struct WrongNavigationTarget; "NV002", "wrong-navigation-target", Error, LinkBroken
}

impl Rule for WrongNavigationTarget {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_archive(&self, settings: &Settings, facts: &Facts<'_>, sink: &mut ArchiveSink) {
        for found in stray(settings, facts, |way| !way.names_category()) {
            let subject = facts.archive.text(found.link.destination);
            let at = At { document: found.document, span: found.link.span, subject };
            sink.report(
                &Self::META,
                at,
                say!(
                    "`{text}` leads to {place}, and not to {expected}",
                    text = &found.text,
                    place = found.leads_to,
                    expected = &found.expected,
                ),
            )
            .help(say!("write {text}", text = found.expected));
        }
    }
}
