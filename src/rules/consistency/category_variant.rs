//! NV010: two spellings of one category.

use std::collections::BTreeMap;

use unicode_normalization::UnicodeNormalization;

use crate::declare_rule;
use crate::document::{Document, Field};
use crate::facts::Facts;
use crate::finding::Meta;
use crate::language::{Message, say};
use crate::rules::conventions::category;
use crate::rules::overview::overview;
use crate::rules::{ArchiveSink, At, Rule, Settings};

declare_rule! {
    /// ## What it does
    ///
    /// Finds categories that differ only by case, by the width of letters, or by Unicode normalisation.
    /// The spelling of fewer posts is reported, once, at its first post.
    ///
    /// ## Why is this bad?
    ///
    /// Jekyll takes them for different categories: each lists a part of the posts.
    ///
    /// ## Example
    ///
    /// `categories: ShaMenRiBao` beside `categories: shamenribao`.
    ///
    /// ## Use instead
    ///
    /// One spelling.
    pub(crate) struct CategoryVariant; "NV010", "category-variant", Warning, DataSuspect
}

fn counted(posts: usize) -> Message {
    if posts == 1 { say!("1 post") } else { say!("{count} posts", count = posts) }
}

impl Rule for CategoryVariant {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_archive(&self, settings: &Settings, facts: &Facts<'_>, sink: &mut ArchiveSink) {
        let mut spellings: BTreeMap<&str, (usize, &Document)> = BTreeMap::new();
        for (document, posts) in overview(settings, facts).shelves.firsts(facts.archive) {
            if let Some(name) = category(facts.archive, document) {
                spellings.entry(name).or_insert((0, document)).0 += posts;
            }
        }
        for (name, (count, _)) in &mut spellings {
            *count += facts.elsewhere(name);
        }
        let mut families: BTreeMap<String, Vec<(&str, usize, &Document)>> = BTreeMap::new();
        for (name, (count, document)) in spellings {
            let folded: String = name.nfkc().collect::<String>().to_lowercase();
            families.entry(folded).or_default().push((name, count, document));
        }
        for mut family in families.into_values().filter(|family| family.len() > 1) {
            family.sort_by_key(|(name, count, _)| (std::cmp::Reverse(*count), *name));
            let Some(((usual, most, _), others)) = family.split_first() else { continue };
            for (name, count, document) in others {
                let at = At { document, span: document.place_of(Field::Categories), subject: name };
                sink.report(
                    &Self::META,
                    at,
                    say!(
                        "`{name}` ({posts}) is the category `{usual}` ({others}) in another spelling",
                        name,
                        posts = counted(*count),
                        usual,
                        others = counted(*most),
                    ),
                )
                .shared()
                .help(say!("write {usual}", usual));
            }
        }
    }
}
