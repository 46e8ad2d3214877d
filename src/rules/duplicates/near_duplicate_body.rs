//! DU004: two bodies that are nearly the same.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::repeated::Repeated;
use crate::declare_rule;
use crate::document::{Document, Field};
use crate::facts::Facts;
use crate::finding::Meta;
use crate::language::say;
use crate::rules::{ArchiveSink, At, Rule, Settings};

/// So many percent of the sampled shingles must be common.
pub(crate) const ALIKE: usize = 70;

/// Posts that may share a key before it counts as a part of the template.
pub(crate) const COMMON: usize = 32;

/// Keys by which a post is known, at the most.
const KEYS: usize = 11;

/// Keys that are held against each other at once, more or less: all those of a million posts are a hundred megabytes. For
/// each part every sketch is brought from memory, so that smaller ones cost more than they save.
const PART: usize = 1 << 20;

declare_rule! {
    /// ## What it does
    ///
    /// Lists posts whose body is nearly that of another post, Markdown links and white space aside:
    /// about three quarters of the passages of eight characters are the same.
    /// The first post, by path, is taken for the original; the others are reported and point at it.
    /// Posts are compared by a sample of their passages, which finds nearly every such pair;
    /// pairs of passages that more than 32 posts share are taken for a template.
    ///
    /// ## Why is this bad?
    ///
    /// It need not be: a corrected version of an article is nearly the same. Often it is one article taken in twice.
    ///
    /// ## Example
    ///
    /// Two posts that differ in one sentence.
    ///
    /// ## Use instead
    ///
    /// The version that is right.
    pub(crate) struct NearDuplicateBody; "DU004", "near-duplicate-body", Info, DataSuspect
}

impl Rule for NearDuplicateBody {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_archive(&self, _settings: &Settings, facts: &Facts<'_>, sink: &mut ArchiveSink) {
        let documents = &facts.archive.documents;
        let mut told = BTreeSet::new();
        for (original, copy, likeness) in alike(documents, PART, &|passage| facts.passage_elsewhere(passage)) {
            let (Some(first), Some(document)) = (documents.get(original as usize), documents.get(copy as usize)) else {
                continue;
            };
            if !told.insert(copy) {
                continue;
            }
            let at = At { document, span: document.place_of(Field::Title), subject: first.file_name() };
            sink.report(
                &Self::META,
                at,
                say!("about {likeness} % of the body is that of {other}", likeness, other = &first.path),
            )
            .help(say!("keep the version that is right"))
            .see_in(first.path.clone(), first.place_of(Field::Title), say!("nearly the same body"));
        }
    }
}

/// Pairs of posts that are nearly equal, the earlier first, and how much so; sorted.
///
/// Each post stands under eleven keys, so nearly equal ones meet; no post is compared with more than a few others.
/// `part` keys, more or less, are held against each other at once; `elsewhere` tells how many posts that are not at hand
/// have a passage.
fn alike(documents: &[Document], part: usize, elsewhere: &(dyn Fn(u32) -> usize + Sync)) -> Vec<(u32, u32, usize)> {
    let keys = documents.len() * KEYS;
    let parts = u32::try_from(keys.div_ceil(part).next_power_of_two()).unwrap_or(1);
    let of_part =
        |part| alike_by((documents, keys.div_ceil(parts as usize)), elsewhere, move |key| key & (parts - 1) == part);
    let pairs = (0..parts).into_par_iter().flat_map_iter(of_part);
    let mut pairs: Vec<_> = pairs.collect();
    pairs.par_sort_unstable();
    pairs.dedup();
    pairs
}

/// Those that meet under some of the keys, of which about so many are expected.
fn alike_by(
    (documents, expected): (&[Document], usize),
    elsewhere: &dyn Fn(u32) -> usize,
    is_meant: impl Fn(u32) -> bool,
) -> Vec<(u32, u32, usize)> {
    let is_template = |group: &[(u32, u32)]| {
        let others = group.first().map_or(0, |(passage, _)| elsewhere(*passage));
        group.len() + others > COMMON
    };
    let likeness = |original: u32, copy: u32| {
        let (first, document) = (documents.get(original as usize)?, documents.get(copy as usize)?);
        // Equal bodies are another rule's.
        let differ = first.body != document.body;
        first.sketch.as_ref()?.likeness(document.sketch.as_ref().filter(|_| differ)?, ALIKE)
    };
    let known = shared_keys((documents, expected), is_meant);
    let mut pairs = Vec::new();
    let groups = known.chunk_by(|one, other| one.0 == other.0);
    for group in groups.filter(|group| group.len() > 1 && !is_template(group)) {
        for (index, (_, original)) in group.iter().enumerate() {
            let copies = group.iter().skip(index + 1).map(|(_, copy)| *copy);
            pairs.extend(copies.filter_map(|copy| Some((*original, copy, likeness(*original, copy)?))));
        }
    }
    pairs
}

/// Of some keys those by which more than one post is known, and a few others, each with the number of a post; sorted.
fn shared_keys((documents, expected): (&[Document], usize), is_meant: impl Fn(u32) -> bool) -> Vec<(u32, u32)> {
    let mut keys: Vec<(u32, u32)> = Vec::with_capacity(expected + expected / 8);
    let sketches = (0_u32..).zip(documents).filter_map(|(number, document)| Some((number, document.sketch.as_ref()?)));
    for (number, sketch) in sketches {
        keys.extend(sketch.keys().filter(|key| is_meant(*key)).map(|key| (key, number)));
    }
    let repeated = Repeated::of(keys.len(), keys.iter().map(|(key, _)| u64::from(*key)));
    keys.retain(|(key, _)| repeated.may_hold(u64::from(*key)));
    keys.sort_unstable();
    keys
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::document::{Ending, Fields, Head, Kind, Links, Places};
    use crate::extract::Dialect;
    use crate::text::Sketch;

    /// A post whose body has these words.
    fn post(number: usize, words: impl Iterator<Item = u64>) -> Document {
        let text = words.map(|word| format!("文{word:x}e中")).collect::<Vec<_>>().concat();
        Document {
            path: Arc::from(format!("_posts/{number}.md")),
            kind: Kind::Post,
            dialect: Dialect::GitHub,
            bytes: 0,
            head: Head::Parsed,
            fields: Fields::default(),
            places: Places::default(),
            body: number as u64,
            sketch: (number % 50 != 49).then(|| Sketch::of(text.as_bytes())),
            ending: Ending::default(),
            links: Links::default(),
            ids: Box::default(),
            rare: None,
        }
    }

    #[test]
    fn the_same_pairs_are_found_in_parts_of_any_size() {
        let spread = |n: u64| n.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
        // Every seventh post is another version of the one before, and forty have a template and no more.
        let words = |number: u64| {
            let own = if number % 7 == 6 { number - 1 } else { number };
            let template = (0..60).filter(move |_| number >= 400);
            let changed = 120 - 4 * (number - own) / (number - own).max(1);
            template.chain((0..changed).map(move |word| spread(own * 1000 + word))).chain([number])
        };
        let posts: Vec<Document> = (0..440).map(|number| post(number, words(number as u64))).collect();
        let whole = alike(&posts, PART, &|_| 0);
        assert!(whole.len() > 40 && whole.len() < 80, "{}", whole.len());
        assert!(whole.iter().all(|(original, copy, likeness)| original + 1 == *copy && *likeness >= ALIKE));
        for part in [1, 7, 100, 1000, posts.len() * KEYS - 1] {
            assert_eq!(alike(&posts, part, &|_| 0), whole, "{part}");
        }
        // What many others have, which are not at hand, is a template.
        assert_eq!(alike(&posts, 100, &|_| COMMON), []);
        assert_eq!(alike(&[], PART, &|_| 0), []);
    }
}
