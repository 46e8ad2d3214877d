//! LK005: the page is there, the place in it is not.

use crate::declare_rule;
use crate::document::fragment_digest;
use crate::facts::Facts;
use crate::finding::Meta;
use crate::resolve::Target;
use crate::rules::{ArchiveSink, Rule, Settings};
use crate::site::Served;

declare_rule! {
    /// ## What it does
    ///
    /// Finds links whose page the site will serve, and whose `#fragment` names no heading, `id` or `name` of that page.
    /// `#`, `#top` and text fragments (`#:~:text=…`) are always there.
    /// A page whose layout may add ids of its own is judged by its source alone.
    ///
    /// ## Why is this bad?
    ///
    /// The reader lands at the top of the page and not at the place that was meant.
    ///
    /// ## Example
    ///
    /// ```markdown
    /// [下文](#xia-wen)
    ///
    /// ## 下文
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```markdown
    /// [下文](#下文)
    ///
    /// ## 下文
    /// ```
    pub(crate) struct MissingFragment; "LK005", "missing-fragment", Warning, LinkBroken
}

impl Rule for MissingFragment {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_archive(&self, _settings: &Settings, facts: &Facts<'_>, sink: &mut ArchiveSink) {
        let missing = facts.links_by(|target| match target {
            Target::Site { path, fragment: Some(fragment), served: Served::Document(index) } => {
                let document = facts.archive.documents.get(*index)?;
                let is_there =
                    is_always_there(fragment) || document.ids.binary_search(&fragment_digest(fragment)).is_ok();
                (!is_there).then_some((&**path, &**fragment, *index))
            }
            _ => None,
        });
        for ((path, fragment, index), places) in missing {
            let Some(page) = facts.archive.documents.get(index) else { continue };
            let subject = format!("{path}#{fragment}");
            if let Some(finding) = sink.report_places(
                &Self::META,
                facts,
                &places,
                (&subject, |count: &str| format!("{path} has no place named `{fragment}`{count}")),
            ) {
                finding.help(format!("name a heading, `id` or `name` of {}", page.path));
            }
        }
    }
}

/// HTML, "indicated part of the document": the empty fragment and `top` are the top of the page.
fn is_always_there(fragment: &str) -> bool {
    fragment.is_empty() || fragment.eq_ignore_ascii_case("top") || fragment.contains(":~:")
}
