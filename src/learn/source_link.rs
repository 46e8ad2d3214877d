//! How nearly every post names the page that it was taken from.

use std::collections::{BTreeMap, BTreeSet};

use super::{Habit, LEAST, Material, Share};
use crate::document::Document;

use crate::resolve::Target;

/// The patterns of source links with `{id}` in them, the usual one first; none where most posts have none.
pub(super) fn learn(facts: &Material<'_>, posts: &[usize]) -> Vec<Habit> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut of_post: Vec<(&Document, BTreeSet<String>)> = Vec::new();
    for &number in posts {
        let Some(document) = facts.archive.documents.get(number) else { continue };
        let patterns = document.id().filter(|id| is_telling(id)).map(|id| patterns(facts, number, id));
        let Some(patterns) = patterns else { continue };
        for pattern in &patterns {
            *counts.entry(pattern.clone()).or_default() += 1;
        }
        of_post.push((document, patterns));
    }
    let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    if counts.first().is_none_or(|(_, most)| most * 2 <= of_post.len() || *most < LEAST) {
        return Vec::new();
    }
    // What one post in fifty has is an older pattern, and not a mistake.
    counts.retain(|(_, count)| count * 50 >= of_post.len() && *count >= LEAST);
    let known: BTreeSet<&String> = counts.iter().map(|(pattern, _)| pattern).collect();
    let mut strays = Share::default();
    for (document, patterns) in &of_post {
        strays.count(patterns.iter().any(|pattern| known.contains(pattern)), document);
    }
    let habit = |(value, follow): (String, usize)| {
        let share = Share { of: of_post.len(), follow, strays: strays.strays.clone() };
        Habit { value, share }
    };
    counts.clone().into_iter().map(habit).collect()
}

/// An id that stands in an address on purpose and not by chance.
fn is_telling(id: &str) -> bool {
    id.len() >= 6 && id.bytes().filter(u8::is_ascii_digit).count() >= 4
}

/// The addresses of the web with a post's id in them, the id taken out.
fn patterns(facts: &Material<'_>, number: usize, id: &str) -> BTreeSet<String> {
    let Some(document) = facts.archive.documents.get(number) else { return BTreeSet::new() };
    let links = document.links.sayings().enumerate();
    let of_web = links
        .filter(|(index, _)| matches!(facts.resolved.target(facts.archive, number, *index), Some(Target::Web { .. })));
    let patterns = of_web.filter_map(|(_, link)| {
        let (before, after) = facts.archive.text(link.destination).split_once(id)?;
        Some(format!("{before}{{id}}{after}"))
    });
    patterns.collect()
}
