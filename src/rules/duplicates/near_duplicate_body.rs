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
        for (original, copy, likeness) in alike(facts) {
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
fn alike(facts: &Facts<'_>) -> Vec<(u32, u32, usize)> {
    let keys = facts.archive.documents.len() * KEYS;
    let parts = u32::try_from(keys.div_ceil(PART).next_power_of_two()).unwrap_or(1);
    let pairs = (0..parts).into_par_iter().flat_map_iter(|part| alike_by(facts, |key| key & (parts - 1) == part));
    let mut pairs: Vec<_> = pairs.collect();
    pairs.par_sort_unstable();
    pairs.dedup();
    pairs
}

/// Those that meet under some of the keys.
fn alike_by(facts: &Facts<'_>, is_meant: impl Fn(u32) -> bool) -> Vec<(u32, u32, usize)> {
    let documents = &facts.archive.documents;
    let is_template = |group: &[(u32, u32)]| {
        let elsewhere = group.first().map_or(0, |(passage, _)| facts.passage_elsewhere(*passage));
        group.len() + elsewhere > COMMON
    };
    let likeness = |original: u32, copy: u32| {
        let (first, document) = (documents.get(original as usize)?, documents.get(copy as usize)?);
        // Equal bodies are another rule's.
        let differ = first.body != document.body;
        first.sketch.as_ref()?.likeness(document.sketch.as_ref().filter(|_| differ)?, ALIKE)
    };
    let known = shared_keys(documents, is_meant);
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
fn shared_keys(documents: &[Document], is_meant: impl Fn(u32) -> bool) -> Vec<(u32, u32)> {
    let sketches =
        || (0_u32..).zip(documents).filter_map(|(number, document)| Some((number, document.sketch.as_ref()?)));
    let mut keys: Vec<(u32, u32)> = Vec::with_capacity((documents.len() * KEYS).min(PART));
    for (number, sketch) in sketches() {
        keys.extend(sketch.keys().filter(|key| is_meant(*key)).map(|key| (key, number)));
    }
    let repeated = Repeated::of(keys.len(), keys.iter().map(|(key, _)| u64::from(*key)));
    keys.retain(|(key, _)| repeated.may_hold(u64::from(*key)));
    keys.sort_unstable();
    keys
}
