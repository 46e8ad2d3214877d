//! NV004: posts of a category that has no page.

use std::collections::BTreeMap;

use crate::declare_rule;
use crate::document::Field;
use crate::facts::Facts;
use crate::finding::Meta;
use crate::language::say;
use crate::rules::conventions::{category, category_pages};
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

    fn check_archive(&self, _settings: &Settings, facts: &Facts<'_>, sink: &mut ArchiveSink) {
        let pages = category_pages(facts.archive);
        if pages.is_empty() {
            return;
        }
        let mut missing: BTreeMap<&str, Vec<&crate::document::Document>> = BTreeMap::new();
        let documents = facts.archive.documents.iter().enumerate();
        let judged = documents.filter(|(number, document)| document.kind.is_post() && facts.is_judged(*number));
        for (_, document) in judged {
            match category(facts.archive, document) {
                Some(name) if !pages.contains_key(name) => missing.entry(name).or_default().push(document),
                _ => {}
            }
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
