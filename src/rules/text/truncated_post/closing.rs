//! The closing part of an archive's posts, learned from them: the bytes and the links that nearly all of them end with.
//!
//! The bytes at the end are compared as they stand, since a link that is not one to the engine still stands there; the
//! links tell a post that was cut before them from one that goes on behind them.

use std::collections::BTreeMap;

use crate::document::{Archive, Document, Field, Head};
use crate::facts::{Facts, Shelves};
use crate::rules::overview::overview;
use crate::rules::{Settings, category, first_text};

/// Posts of a folder below which nothing is called its closing part.
const LEAST: usize = 50;
/// So many percent of the posts end alike, or none is missing anything.
const ALWAYS: usize = 95;
/// One post in so many makes an ending a form of its own: older posts write the same links otherwise.
const FORM: usize = 50;
/// Posts whose links are looked at.
const SAMPLE: usize = 2000;
/// Links that a closing part is known by, from the last one.
const LINKS: usize = 2;

/// What the posts of a folder end with.
#[derive(Debug)]
pub(super) struct Closing {
    /// The texts of its links, with `{tag}` and `{category}` in them.
    pub(super) links: Vec<String>,
    /// How many posts end so.
    pub(super) follow: usize,
    /// Of how many.
    pub(super) of: usize,
}

/// The posts that end before the closing part of their folder, with that.
pub(super) fn cut<'a>(settings: &Settings, facts: &Facts<'a>) -> Vec<(&'a Document, std::rc::Rc<Closing>)> {
    let archive = facts.archive;
    let shelves = &overview(settings, facts).shelves;
    let mut folders: BTreeMap<&str, Vec<(usize, &Document)>> = BTreeMap::new();
    let posts = archive.documents.iter().enumerate().filter_map(|(number, post)| Some((shelves.of(number)?, post)));
    // A file that ends within its front matter is another rule's.
    for (shelf, post) in posts.filter(|(_, post)| post.ending.digest != 0 && post.head != Head::Unterminated) {
        let (folder, _) = post.path.split_once('/').unwrap_or_default();
        folders.entry(folder).or_default().push((shelf, post));
    }
    let names: Vec<Option<&str>> = shelves.firsts(archive).map(|(post, _)| category(archive, post)).collect();
    let mut found = Vec::new();
    for on_shelves in folders.into_values() {
        let posts: Vec<&Document> = on_shelves.iter().map(|(_, post)| *post).collect();
        let forms = forms(&posts);
        let ends = |post: &&Document| forms.contains(&post.ending.digest);
        let follow: Vec<&Document> = posts.iter().copied().filter(ends).collect();
        let Some(closing) = learn(archive, &posts, &follow) else { continue };
        let closing = std::rc::Rc::new(closing);
        let has_link = |post: &Document| {
            post.links.sayings().any(|link| closing.links.contains(&shape(archive, post, archive.text(link.text))))
        };
        let without: Vec<(usize, &Document)> =
            on_shelves.iter().filter(|(_, post)| !ends(post) && !has_link(post)).copied().collect();
        let habits = habits((shelves, &names), &on_shelves, &without);
        let is_cut = |post: &&Document| !post.ending.is_torn && !habits.contains(&category(archive, post));
        let without = without.into_iter().map(|(_, post)| post);
        found.extend(without.filter(is_cut).map(|post| (post, std::rc::Rc::clone(&closing))));
    }
    found
}

/// The ends that posts have often enough to be meant, sorted.
fn forms(posts: &[&Document]) -> Vec<u32> {
    let mut ends: Vec<u32> = posts.iter().map(|post| post.ending.digest).collect();
    ends.sort_unstable();
    let often = ends.chunk_by(|one, other| one == other).filter(|same| same.len() * FORM >= posts.len());
    often.filter_map(|same| same.first().copied()).collect()
}

/// The closing part of a folder, if nearly all of its posts have one.
fn learn(archive: &Archive, posts: &[&Document], follow: &[&Document]) -> Option<Closing> {
    if posts.len() < LEAST || follow.len() * 100 < posts.len() * ALWAYS {
        return None;
    }
    let sample: Vec<&Document> = follow.iter().copied().step_by(follow.len().div_ceil(SAMPLE).max(1)).collect();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for post in &sample {
        for link in post.links.sayings().rev().take(LINKS) {
            *counts.entry(shape(archive, post, archive.text(link.text))).or_default() += 1;
        }
    }
    let is_usual = |count: usize| count * 100 >= sample.len() * ALWAYS;
    let links: Vec<String> = counts.into_iter().filter(|(_, count)| is_usual(*count)).map(|(text, _)| text).collect();
    (links.len() == LINKS).then_some(Closing { links, follow: follow.len(), of: posts.len() })
}

/// The text of a link, without what differs from post to post: its own category and tag, and what an address leads to.
fn shape(archive: &Archive, post: &Document, text: &str) -> String {
    if let Some((_, rest)) = text.split_once("://") {
        return rest.split(['/', '?', '#']).next().unwrap_or_default().to_owned();
    }
    let value = |field: Field| post.fields.get(field).and_then(|value| first_text(archive, value));
    let tag = value(Field::Tags).or_else(|| value(Field::Tag));
    for (own, name) in [(tag, "{tag}"), (category(archive, post), "{category}")] {
        if let Some(own) = own.filter(|own| text.contains(own)) {
            return text.replace(own, name);
        }
    }
    text.to_owned()
}

/// The categories of which no post has the closing part: that is their way, and no accident. Posts are given with their
/// shelves, of which `names` are the categories.
fn habits<'a>(
    (shelves, names): (&Shelves, &[Option<&'a str>]),
    posts: &[(usize, &Document)],
    without: &[(usize, &Document)],
) -> Vec<Option<&'a str>> {
    let count = |of: &[(usize, &Document)]| {
        let mut counts: BTreeMap<Option<&'a str>, usize> = BTreeMap::new();
        for (name, posts) in names.iter().zip(shelves.counted(of.iter().map(|(shelf, _)| *shelf))) {
            *counts.entry(*name).or_default() += posts;
        }
        counts
    };
    let all = count(posts);
    let is_habit =
        |(name, lacking): &(Option<&str>, usize)| name.is_some() && *lacking > 1 && all.get(name) == Some(lacking);
    count(without).into_iter().filter(is_habit).map(|(name, _)| name).collect()
}
