//! The fields that nearly every post has, and what they are.

use std::collections::BTreeMap;

use super::Share;
use crate::document::Document;
use crate::front_matter::{self, Content};
use crate::language::mark;
use crate::text::decode;

/// A field of front matter.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its key.
    pub key: String,
    /// What its value mostly is, in words that the catalogue has: `text`, `a list`.
    pub kind: &'static str,
    /// How many posts have it, with something in it.
    pub share: Share,
}

/// The fields that at least nine of ten posts have, in the order in which posts mostly write them.
pub(super) fn learn<'a>(
    documents: impl Iterator<Item = &'a Document>,
    read: &(dyn Fn(&str) -> Option<Vec<u8>> + Sync),
) -> Vec<Field> {
    let documents: Vec<&Document> = documents.collect();
    let mut uses: BTreeMap<String, (BTreeMap<&'static str, usize>, usize)> = BTreeMap::new();
    let mut posts: Vec<Vec<String>> = Vec::with_capacity(documents.len());
    for document in &documents {
        let mut keys = Vec::new();
        if let Some(bytes) = read(&document.path) {
            let decoded = decode(&bytes);
            let front_matter = front_matter::parse(&decoded.text);
            let entries = front_matter.entries().iter().filter(|entry| !entry.value.is_blank());
            for (place, entry) in entries.enumerate() {
                let kind = match &entry.value.content {
                    Content::Scalar(scalar) => scalar.type_name(),
                    Content::Sequence(_) => mark!("a list"),
                    Content::Mapping(_) | Content::Alias(_) => mark!("a mapping"),
                };
                let (kinds, places) = uses.entry(entry.key.to_string()).or_default();
                *kinds.entry(kind).or_default() += 1;
                *places += place;
                keys.push(entry.key.to_string());
            }
        }
        posts.push(keys);
    }
    let mut found: Vec<(usize, Field)> = Vec::new();
    for (key, (kinds, places)) in uses {
        let mut share = Share::default();
        for (document, keys) in documents.iter().zip(&posts) {
            share.count(keys.contains(&key), document);
        }
        let kind = kinds.into_iter().max_by_key(|(_, count)| *count).map_or("text", |(kind, _)| kind);
        if share.permille() >= 900 {
            // The mean place, in hundredths, so that a post with a further field moves nothing.
            found.push((places * 100 / share.follow.max(1), Field { key, kind, share }));
        }
    }
    found.sort_by(|(a, one), (b, other)| a.cmp(b).then_with(|| one.key.cmp(&other.key)));
    found.into_iter().map(|(_, field)| field).collect()
}
