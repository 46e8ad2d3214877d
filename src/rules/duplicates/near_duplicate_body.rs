//! DU004: two bodies that are nearly the same.

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::declare_rule;
use crate::document::Field;
use crate::facts::Facts;
use crate::finding::Meta;
use crate::language::say;
use crate::rules::{ArchiveSink, At, Rule, Settings};
use crate::text::Sketch;

/// So many percent of the sampled shingles must be common.
pub(crate) const ALIKE: usize = 70;

/// Posts that may share a key before it counts as a part of the template.
pub(crate) const COMMON: usize = 32;

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
        for (original, copy) in candidates(facts) {
            let (Some(first), Some(document)) = (documents.get(original as usize), documents.get(copy as usize)) else {
                continue;
            };
            let likeness = match (&first.sketch, &document.sketch) {
                // Equal bodies are another rule's.
                (Some(one), Some(other)) if first.body != document.body => one.likeness(other, ALIKE),
                _ => None,
            };
            let Some(likeness) = likeness.filter(|_| told.insert(copy)) else { continue };
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

/// Pairs of posts that share one of the keys by which they are known, the earlier first; sorted.
///
/// Each post stands under eleven keys, so nearly equal ones meet; no post is compared with more than a few others.
fn candidates(facts: &Facts<'_>) -> Vec<(u32, u32)> {
    let sketches = || facts.archive.documents.iter().filter_map(|document| document.sketch.as_ref());
    // Eleven for each of a million posts: a list that grew would stand in memory twice.
    let mut known: Vec<(u32, u32)> = Vec::with_capacity(sketches().map(|sketch| sketch.keys().count()).sum());
    for (number, document) in (0_u32..).zip(&facts.archive.documents) {
        let keys = document.sketch.iter().flat_map(Sketch::keys);
        known.extend(keys.map(|key| (key, number)));
    }
    known.par_sort_unstable();
    let mut pairs = Vec::new();
    let is_template = |group: &[(u32, u32)]| {
        let elsewhere = group.first().map_or(0, |(passage, _)| facts.passage_elsewhere(*passage));
        group.len() + elsewhere > COMMON
    };
    let groups = known.chunk_by(|one, other| one.0 == other.0);
    for group in groups.filter(|group| group.len() > 1 && !is_template(group)) {
        for (index, (_, original)) in group.iter().enumerate() {
            pairs.extend(group.iter().skip(index + 1).map(|(_, copy)| (*original, *copy)));
        }
    }
    pairs.par_sort_unstable();
    pairs.dedup();
    pairs
}
