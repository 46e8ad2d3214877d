//! LK005: the page is there, the place in it is not.

use crate::declare_rule;
use crate::document::fragment_digest;
use crate::facts::Facts;
use crate::finding::Meta;
use crate::language::say;
use crate::resolve::{OnSite, Target};
use crate::rules::{ArchiveSink, Rule, Settings};
use crate::site::Served;
use crate::text::secret::mask;

declare_rule! {
    /// ## What it does
    ///
    /// Finds links whose page is there, and whose `#fragment` names no heading, `id` or `name` of that page.
    /// `#` and `#top` are always there.
    ///
    /// A page of the site is judged by its source alone, though its layout may add ids of its own; a text fragment
    /// (`#:~:text=…`) counts as there.
    /// A page of the web is fetched once, whatever the number of fragments that links name, and judged as a browser
    /// would find the place; the words of a text fragment must stand in its text.
    /// What only a script could make there is not called missing: routes (`#/a`, `#!a`), lines of code (`#L10`), and
    /// everything on a page that is empty until its scripts have run.
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
        check_site(facts, sink);
        check_web(facts, sink);
    }
}

fn check_site(facts: &Facts<'_>, sink: &mut ArchiveSink) {
    let missing = facts.links_by(|target| match target {
        Target::Site(site) => {
            let OnSite { path, fragment: Some(fragment), served: Served::Document(index) } = site else {
                return None;
            };
            let document = facts.archive.documents.get(*index)?;
            let is_there = is_always_there(fragment) || document.ids.binary_search(&fragment_digest(fragment)).is_ok();
            (!is_there).then_some((&**path, &**fragment, *index))
        }
        _ => None,
    });
    for ((path, fragment, index), places) in missing {
        let Some(page) = facts.archive.documents.get(index) else { continue };
        let subject = format!("{path}#{fragment}");
        let message = say!("{path} has no place named `{fragment}`", path, fragment);
        if let Some(finding) = sink.report_places(&MissingFragment::META, facts, &places, (&subject, message)) {
            finding.help(say!("name a heading, `id` or `name` of {page}", page = &page.path));
        }
    }
}

fn check_web(facts: &Facts<'_>, sink: &mut ArchiveSink) {
    let missing = facts.links_by_outcome(|address, fragment, outcome| {
        let fragment = fragment?;
        let is_missing = outcome.missing_fragments.iter().any(|missing| **missing == *fragment);
        is_missing.then(|| (facts.resolved.url(&facts.archive.strings, address), fragment))
    });
    for ((url, fragment), places) in missing {
        let subject = format!("{url}#{fragment}");
        let shown = mask(url);
        let message = say!("{path} has no place named `{fragment}`", path = &shown, fragment);
        if let Some(finding) = sink.report_places(&MissingFragment::META, facts, &places, (&subject, message)) {
            finding.url(mask(&subject)).help(say!("name a place that the page has, or leave the fragment away"));
        }
    }
}

/// HTML, "indicated part of the document": the empty fragment and `top` are the top of the page.
fn is_always_there(fragment: &str) -> bool {
    fragment.is_empty() || fragment.eq_ignore_ascii_case("top") || fragment.contains(":~:")
}
