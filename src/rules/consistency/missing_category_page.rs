//! NV004: posts of a category that has no page.

use std::collections::BTreeMap;

use crate::declare_rule;
use crate::document::Field;
use crate::facts::Facts;
use crate::finding::Meta;
use crate::language::say;
use crate::rules::conventions::{category, category_pages};
use crate::rules::overview::overview;
use crate::rules::{ArchiveSink, At, Rule, Settings};

declare_rule! {
    /// ## What it does
    ///
    /// In an archive with category pages (pages with a `category` key), finds categories of posts that have none.
    /// Each category is reported once, at its first post, with the number of its posts.
    ///
    /// ## Why is this bad?
    ///
    /// The posts are on no list, and their way back to the category leads nowhere.
    ///
    /// ## Example
    ///
    /// Posts with `categories: shamenribao`, and no page with `category: shamenribao`.
    ///
    /// ## Use instead
    ///
    /// ```markdown
    /// ---
    /// layout: category
    /// title: 厦门日报新闻
    /// category: shamenribao
    /// ---
    /// ```
    pub(crate) struct MissingCategoryPage; "NV004", "missing-category-page", Error, LinkBroken
}

impl Rule for MissingCategoryPage {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_archive(&self, settings: &Settings, facts: &Facts<'_>, sink: &mut ArchiveSink) {
        let pages = category_pages(facts.archive);
        if pages.is_empty() {
            return;
        }
        let shelves = &overview(settings, facts).shelves;
        let is_unlisted = |name: &&str| !pages.contains_key(name);
        let names = shelves.firsts(facts.archive).map(|(post, _)| category(facts.archive, post).filter(is_unlisted));
        let unlisted: Vec<Option<&str>> = names.collect();
        let mut missing: BTreeMap<&str, Vec<&crate::document::Document>> = BTreeMap::new();
        let documents = facts.archive.documents.iter().enumerate();
        for (number, document) in documents.filter(|(number, _)| facts.is_judged(*number)) {
            let Some(Some(name)) = shelves.of(number).and_then(|shelf| unlisted.get(shelf)) else { continue };
            missing.entry(name).or_default().push(document);
        }
        for (name, posts) in missing {
            let Some(document) = posts.first() else { continue };
            let at = At { document, span: document.place_of(Field::Categories), subject: name };
            let message = match posts.len() + facts.elsewhere(name) {
                1 => say!("no page lists the posts of the category `{name}`", name),
                posts => say!("no page lists the {posts} posts of the category `{name}`", posts, name),
            };
            sink.report(&Self::META, at, message)
                .shared()
                .help(say!("add a page with `category: {name}`, or correct the posts' categories", name));
        }
    }
}
