//! NV005: a category page titled as another medium's.

use std::collections::BTreeMap;

use crate::declare_rule;
use crate::document::Field;
use crate::facts::Facts;
use crate::finding::Meta;
use crate::language::say;
use crate::rules::conventions::{category, category_pages, first_text};
use crate::rules::overview::overview;
use crate::rules::{ArchiveSink, At, Rule, Settings};

declare_rule! {
    /// ## What it does
    ///
    /// Finds category pages whose `title` is not the tag that most posts of the category carry.
    ///
    /// ## Why is this bad?
    ///
    /// The page names one paper and lists the posts of another.
    ///
    /// ## Example
    ///
    /// `category/shamenribao.html` with `title: 美尔雅期货新闻`, where the posts of `shamenribao` carry `tags: 厦门日报新闻`.
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
    pub(crate) struct CategoryTitleMismatch; "NV005", "category-title-mismatch", Warning, DataSuspect
}

impl Rule for CategoryTitleMismatch {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_archive(&self, settings: &Settings, facts: &Facts<'_>, sink: &mut ArchiveSink) {
        let archive = facts.archive;
        let mut tags: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
        for (document, posts) in overview(settings, facts).shelves.firsts(archive) {
            let tag = document.fields.get(Field::Tags).and_then(|value| first_text(archive, value));
            if let (Some(category), Some(tag)) = (category(archive, document), tag) {
                *tags.entry(category).or_default().entry(tag).or_default() += posts;
            }
        }
        for (category, document) in category_pages(archive) {
            let mut counts = tags.remove(category).unwrap_or_default();
            for (tag, posts) in facts.tags_elsewhere(category) {
                *counts.entry(tag).or_default() += posts;
            }
            let posts: usize = counts.values().sum();
            let Some((tag, count)) = counts.iter().max_by_key(|(tag, count)| (**count, std::cmp::Reverse(**tag)))
            else {
                continue;
            };
            let Some(title) = document.fields.get(Field::Title).and_then(|value| first_text(archive, value)) else {
                continue;
            };
            if title == *tag || count * 2 <= posts {
                continue;
            }
            let at = At { document, span: document.place_of(Field::Title), subject: title };
            sink.report(
                &Self::META,
                at,
                say!(
                    "the page is titled `{title}`, and {count} of {posts} posts of `{category}` carry `{tag}`",
                    title,
                    count,
                    posts,
                    category,
                    tag
                ),
            )
            .help(say!("write title: {tag}", tag));
        }
    }
}
