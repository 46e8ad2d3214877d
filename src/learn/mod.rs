//! The conventions that an archive's own posts keep, learned from them.
//!
//! Nothing is told beforehand: which texts lead where, how a source link is made, which fields every post has, is read
//! off what most posts do. What is learned comes with its share and with posts that do otherwise, so that a person can
//! judge it. Judging posts by it is the work of `rules`.

mod fields;
mod navigation;
mod source_link;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use fields::Field;
pub use navigation::Way;

use crate::document::{Archive, Document, Field as Key, Head, Kind, Value};
use crate::resolve::Resolved;

/// Posts that are looked at; of more, every second, third, … one.
const MOST: usize = 20_000;
/// Posts below which nothing is called a convention.
const LEAST: usize = 3;
/// Examples of posts that do otherwise.
const EXAMPLES: usize = 3;

/// What is learned from.
#[derive(Clone, Copy, Debug)]
pub struct Material<'a> {
    /// Everything that was read.
    pub archive: &'a Archive,
    /// What its links lead to.
    pub resolved: &'a Resolved,
}

/// What an archive's posts have in common.
#[derive(Clone, Debug, Default)]
pub struct Learned {
    /// Posts that were looked at.
    pub posts: usize,
    /// All posts of each folder, without subfolders.
    pub folders: BTreeMap<String, usize>,
    /// Folders that may be of posts, with their files, where no post was found.
    pub likely_folders: BTreeMap<String, usize>,
    /// The fields that nearly every post has.
    pub fields: Vec<Field>,
    /// The layout that nearly every post names.
    pub layout: Option<Habit>,
    /// What nearly every tag ends with.
    pub tag_suffix: Option<Habit>,
    /// The ways back.
    pub navigation: Vec<Way>,
    /// The patterns of source links, the usual one first.
    pub source_links: Vec<Habit>,
    /// Other hosts by which posts name the site.
    pub hosts: Vec<Habit>,
}

/// What many posts do alike.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Habit {
    /// What they do.
    pub value: String,
    /// How many do.
    pub share: Share,
}

/// How many posts do something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Posts that could.
    pub of: usize,
    /// Posts that do.
    pub follow: usize,
    /// Some of those that do not.
    pub strays: Vec<Arc<str>>,
}

impl Share {
    /// The share in thousandths, rounded down.
    pub fn permille(&self) -> usize {
        (self.follow * 1000).checked_div(self.of).unwrap_or(0)
    }

    /// Counts a post.
    fn count(&mut self, follows: bool, document: &Document) {
        self.of += 1;
        if follows {
            self.follow += 1;
        } else if self.strays.len() < EXAMPLES {
            self.strays.push(Arc::clone(&document.path));
        }
    }
}

/// Learns what the posts of an archive have in common; `read` gives the bytes of a file.
pub fn learn(facts: &Material<'_>, read: &(dyn Fn(&str) -> Option<Vec<u8>> + Sync)) -> Learned {
    let archive = facts.archive;
    let is_post = |number: &usize| archive.documents.get(*number).is_some_and(|document| document.kind.is_post());
    let all: Vec<usize> = (0..archive.documents.len()).filter(is_post).collect();
    let posts: Vec<usize> = all.iter().copied().step_by(all.len().div_ceil(MOST).max(1)).collect();
    let mut learned = Learned { posts: posts.len(), ..Learned::default() };
    let documents = || posts.iter().filter_map(|number| archive.documents.get(*number));
    for document in all.iter().filter_map(|number| archive.documents.get(*number)) {
        *learned.folders.entry(folder(document).to_owned()).or_default() += 1;
    }
    if all.len() < LEAST {
        learned.likely_folders = likely_folders(archive);
        return learned;
    }
    learned.fields = fields::learn(documents(), read);
    learned.layout = usual(archive, documents(), Key::Layout);
    learned.tag_suffix = suffix(archive, documents());
    (learned.navigation, learned.hosts) = navigation::learn(facts, &posts);
    learned.source_links = source_link::learn(facts, &posts);
    learned
}

fn folder(document: &Document) -> &str {
    document.path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Folders of Markdown with front matter, where there are no posts: what another generator calls its posts.
fn likely_folders(archive: &Archive) -> BTreeMap<String, usize> {
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    let is_text = |document: &&Document| {
        document.kind == Kind::Page
            && document.head == Head::Parsed
            && document.fields.get(Key::Title).is_some()
            && !folder(document).is_empty()
            && document.file_name().rsplit('.').next().is_some_and(|end| matches!(end, "md" | "markdown"))
    };
    for document in archive.documents.iter().filter(is_text) {
        *found.entry(folder(document).to_owned()).or_default() += 1;
    }
    found.retain(|_, files| *files >= LEAST);
    found
}

/// The text of a field, or of the first item of its list.
fn text_of<'a>(archive: &'a Archive, document: &Document, key: Key) -> Option<&'a str> {
    let symbol = match document.fields.get(key)? {
        Value::Text(symbol) => *symbol,
        Value::List(items) => match items.first()? {
            Value::Text(symbol) => *symbol,
            _ => return None,
        },
        _ => return None,
    };
    Some(archive.text(symbol).trim()).filter(|text| !text.is_empty())
}

/// The value that at least nine of ten posts have.
fn usual<'a>(archive: &'a Archive, documents: impl Iterator<Item = &'a Document> + Clone, key: Key) -> Option<Habit> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for text in documents.clone().filter_map(|document| text_of(archive, document, key)) {
        *counts.entry(text).or_default() += 1;
    }
    let (value, _) = counts.into_iter().max_by_key(|(text, count)| (*count, std::cmp::Reverse(*text)))?;
    let mut share = Share::default();
    documents.for_each(|document| share.count(text_of(archive, document, key) == Some(value), document));
    (share.permille() >= 900).then(|| Habit { value: value.to_owned(), share })
}

/// What at least nine of ten tags end with, beside what makes them differ.
fn suffix<'a>(archive: &'a Archive, documents: impl Iterator<Item = &'a Document> + Clone) -> Option<Habit> {
    let tags: Vec<&str> = documents.clone().filter_map(|document| text_of(archive, document, Key::Tags)).collect();
    let distinct: std::collections::BTreeSet<&str> = tags.iter().copied().collect();
    if distinct.len() < LEAST {
        return None;
    }
    let mut best = String::new();
    loop {
        let mut counts: BTreeMap<char, usize> = BTreeMap::new();
        for before in tags.iter().filter_map(|tag| tag.strip_suffix(best.as_str())) {
            if let Some(last) = before.chars().next_back() {
                *counts.entry(last).or_default() += 1;
            }
        }
        let Some((last, count)) = counts.into_iter().max_by_key(|(_, count)| *count) else { break };
        if count * 10 < tags.len() * 9 {
            break;
        }
        best.insert(0, last);
    }
    if best.chars().count() < 2 {
        return None;
    }
    let mut share = Share::default();
    documents.for_each(|document| {
        let follows = text_of(archive, document, Key::Tags).is_some_and(|tag| tag.ends_with(&best));
        share.count(follows, document);
    });
    (share.permille() >= 900).then_some(Habit { value: best, share })
}
