//! NV006: a category page that no post belongs to.

use std::collections::BTreeSet;

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
    /// Lists category pages to whose category no post belongs.
    ///
    /// ## Why is this bad?
    ///
    /// It need not be; but a page that lists nothing is often one whose category is misspelt.
    ///
    /// ## Example
    ///
    /// `category/shamenribo.html` with `category: shamenribo`.
    ///
    /// ## Use instead
    ///
    /// The category's name as the posts spell it, or no page.
    pub(crate) struct OrphanCategoryPage; "NV006", "orphan-category-page", Info, DataSuspect
}

impl Rule for OrphanCategoryPage {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_archive(&self, settings: &Settings, facts: &Facts<'_>, sink: &mut ArchiveSink) {
        let posts = overview(settings, facts).shelves.firsts(facts.archive);
        let used: BTreeSet<&str> = posts.filter_map(|(document, _)| category(facts.archive, document)).collect();
        for (name, document) in category_pages(facts.archive) {
            if !used.contains(name) && facts.elsewhere(name) == 0 {
                let at = At { document, span: document.place_of(Field::Category), subject: name };
                sink.report(&Self::META, at, say!("no post belongs to the category `{name}`", name))
                    .help(say!("correct its name, or take the page out"));
            }
        }
    }
}
