//! NV001: a post without one of the ways back that every post has.

use crate::declare_rule;
use crate::facts::Facts;
use crate::finding::Meta;
use crate::language::say;
use crate::rules::navigation::Written;
use crate::rules::overview::overview;
use crate::rules::{ArchiveSink, At, Rule, Settings};
use crate::text::Span;

declare_rule! {
    /// ## What it does
    ///
    /// Finds posts that lack one of the archive's ways back, such as 返回首页.
    ///
    /// ## Why is this bad?
    ///
    /// The reader has no way on, and a way back that is missing is the first sign that the end of a post was cut off.
    ///
    /// ## Example
    ///
    /// A post that ends behind its source link.
    ///
    /// ## Use instead
    ///
    /// ```markdown
    /// [返回厦门日报新闻](//finews.withounder.com/category/shamenribao.html)｜[返回首页](//finews.withounder.com/)
    /// ```
    ///
    /// ## Settings
    ///
    /// `navigation` lists the ways back: `text` with `{tag}` or `{category}` in it, and `targets`, the first of which is the one to write.
    /// Without it the rule does nothing.
    pub(crate) struct MissingNavigation; "NV001", "missing-navigation", Error, LinkBroken
}

impl Rule for MissingNavigation {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_archive(&self, settings: &Settings, facts: &Facts<'_>, sink: &mut ArchiveSink) {
        for (document, way) in &overview(settings, facts).without {
            let (document, way) = (facts.archive.documents.get(*document as usize), settings.navigation.get(*way));
            let (Some(document), Some(way)) = (document, way) else { continue };
            let Some(written) = Written::on(way, facts.archive, document) else { continue };
            let text = &written.text;
            let target = written.targets.first().map_or("/", String::as_str);
            let at = At { document, span: Span::at(document.bytes), subject: text };
            sink.report(&Self::META, at, say!("the way back `{text}` is missing", text)).help(say!(
                "end the post with [{text}]({target})",
                text,
                target
            ));
        }
    }
}
