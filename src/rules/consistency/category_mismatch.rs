//! NV003: a way back to another category than the post's own.

use crate::declare_rule;
use crate::facts::Facts;
use crate::finding::Meta;
use crate::language::say;
use crate::rules::navigation::stray;
use crate::rules::{ArchiveSink, At, Navigation, Rule, Settings};

declare_rule! {
    /// ## What it does
    ///
    /// Finds posts whose way back to their category leads to another category's page.
    ///
    /// ## Why is this bad?
    ///
    /// The reader who came from one paper is led back to another.
    /// It is the mark of a script that used a variable of the post before.
    ///
    /// ## Example
    ///
    /// ```markdown
    /// ---
    /// categories: shamenribao
    /// tags: 厦门日报新闻
    /// ---
    /// [返回厦门日报新闻](//finews.withounder.com/category/xiamenwanbao.html)
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```markdown
    /// [返回厦门日报新闻](//finews.withounder.com/category/shamenribao.html)
    /// ```
    ///
    /// ## Settings
    ///
    /// `navigation` with `{category}` in a target. Without it the rule does nothing.
    pub(crate) struct CategoryMismatch; "NV003", "category-mismatch", Error, LinkBroken
}

impl Rule for CategoryMismatch {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_archive(&self, settings: &Settings, facts: &Facts<'_>, sink: &mut ArchiveSink) {
        for found in stray(settings, facts, Navigation::names_category) {
            let subject = facts.archive.text(found.link.destination);
            let at = At { document: found.document, span: found.link.span, subject };
            sink.report(
                &Self::META,
                at,
                say!(
                    "`{text}` leads to {place}, and the post's category is at {expected}",
                    text = &found.text,
                    place = found.leads_to,
                    expected = &found.expected,
                ),
            )
            .help(say!("write {expected}, or correct the post's categories", expected = found.expected));
        }
    }
}
