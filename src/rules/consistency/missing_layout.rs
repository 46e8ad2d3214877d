//! NV011: a layout that does not exist.

use std::collections::BTreeMap;

use crate::declare_rule;
use crate::document::{Document, Field};
use crate::facts::Facts;
use crate::finding::Meta;
use crate::language::say;
use crate::rules::{ArchiveSink, At, Rule, Settings};

declare_rule! {
    /// ## What it does
    ///
    /// Finds `layout` values for which `_layouts` has no file.
    /// With a theme whose layouts are not known nothing is reported. Each layout is reported once, at the first file that names it.
    ///
    /// ## Why is this bad?
    ///
    /// Jekyll warns in its log and publishes the page without a layout: bare text without head, style or navigation.
    ///
    /// ## Example
    ///
    /// ```markdown
    /// ---
    /// layout: posts
    /// ---
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```markdown
    /// ---
    /// layout: post
    /// ---
    /// ```
    pub(crate) struct MissingLayout; "NV011", "missing-layout", Warning, PublishedWrong
}

impl Rule for MissingLayout {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_archive(&self, settings: &Settings, facts: &Facts<'_>, sink: &mut ArchiveSink) {
        let Some(theme) = theme_layouts(settings.theme.as_deref()) else { return };
        let own: Vec<&str> = facts.archive.files.iter().filter_map(|path| layout_name(path)).collect();
        if own.is_empty() && theme.is_empty() {
            return;
        }
        let mut missing: BTreeMap<&str, (usize, &Document)> = BTreeMap::new();
        let documents = facts.archive.documents.iter().enumerate();
        for (_, document) in documents.filter(|(number, _)| facts.is_judged(*number)) {
            let Some(layout) = document.fields.text(Field::Layout).map(|symbol| facts.archive.text(symbol)) else {
                continue;
            };
            if !matches!(layout, "none" | "") && !own.contains(&layout) && !theme.contains(&layout) {
                missing.entry(layout).or_insert((0, document)).0 += 1;
            }
        }
        for (layout, (count, document)) in missing {
            let at = At { document, span: document.place_of(Field::Layout), subject: layout };
            let nearest =
                own.iter().chain(theme).max_by(|a, b| strsim::jaro(a, layout).total_cmp(&strsim::jaro(b, layout)));
            let message = say!("there is no layout `{layout}`: Jekyll publishes the page without one", layout);
            let message = match count {
                1 => message,
                count => say!("{message} ({count} files name it)", message, count),
            };
            let nearest = nearest.copied().unwrap_or("default");
            sink.report(&Self::META, at, message).shared().help(say!(
                "add _layouts/{layout}.html, or write layout: {nearest}",
                layout,
                nearest
            ));
        }
    }
}

/// The layout that a file of `_layouts` makes: its path below that folder, without its ending.
fn layout_name(path: &str) -> Option<&str> {
    let name = path.strip_prefix("_layouts/")?;
    Some(name.rsplit_once('.').map_or(name, |(name, _)| name))
}

/// The layouts of a theme; `None` for a theme that is not known.
fn theme_layouts(theme: Option<&str>) -> Option<&'static [&'static str]> {
    match theme {
        None => Some(&[]),
        Some("minima") => Some(&["base", "default", "home", "page", "post"]),
        // The themes that GitHub Pages offers have these two.
        Some(name) if name.starts_with("jekyll-theme-") => Some(&["default", "post"]),
        Some(_) => None,
    }
}
