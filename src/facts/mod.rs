//! Everything that a rule may look at.
//!
//! A rule sees a file while its text is at hand ([`Reading`]), or the archive as a whole ([`Facts`]), and nothing else.

mod history;
mod overview;

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

pub use history::{Commits, FileChange, FileVersion, History, LostCommit, NamedEdit, Rewritten};
pub use overview::{Overview, Shelves, Symbols};

use crate::document::{Archive, Document, Kind, Link};
use crate::extract::{self, Dialect, Extraction};
use crate::finding::Lines;
use crate::front_matter::{self, FrontMatter};
use crate::probe::{HostBook, Outcome};
use crate::resolve::{Resolved, Target};
use crate::seal::Fixity;
use crate::site::SiteMap;
use crate::store::Record;
use crate::text::{Decoded, LineIndex, Span};

/// A post or page while its text is at hand.
#[derive(Debug)]
pub struct Reading<'t> {
    /// Its path relative to the archive, with `/`.
    pub path: Arc<str>,
    /// What it is to the site.
    pub kind: Kind,
    /// The engine that renders it.
    pub dialect: Dialect,
    /// Its bytes.
    pub bytes: &'t [u8],
    /// Its text, as long as the bytes; see [`crate::text::decode`].
    pub text: &'t str,
    /// The runs of bytes that are not UTF-8.
    pub invalid: &'t [Span],
    /// Its front matter.
    pub front_matter: FrontMatter<'t>,
    /// What comes after the front matter.
    pub body: Span,
    /// Its links.
    pub extraction: Extraction<'t>,
    /// Its lines, found when first needed.
    pub lines: OnceCell<LineIndex>,
}

impl<'t> Reading<'t> {
    /// Reads a file that was decoded: splits and parses its front matter, finds its links.
    pub fn new(
        settings: &extract::Settings,
        path: Arc<str>,
        (kind, dialect): (Kind, Dialect),
        bytes: &'t [u8],
        decoded: &'t Decoded<'_>,
    ) -> Self {
        let text: &'t str = &decoded.text;
        let front_matter = front_matter::parse(text);
        let body = front_matter.block.body(text);
        let extraction = extract::extract(settings, dialect, text, body);
        let lines = OnceCell::new();
        Self { path, kind, dialect, bytes, text, invalid: &decoded.invalid, front_matter, body, extraction, lines }
    }
}

impl Reading<'_> {
    /// The lines of a span.
    pub fn lines_of(&self, span: Span) -> Lines {
        let index = self.lines.get_or_init(|| LineIndex::new(self.text));
        Lines { start: index.position(self.text, span.start), end: index.position(self.text, span.end) }
    }

    /// The body's text.
    pub fn body_text(&self) -> &str {
        self.body.slice(self.text)
    }
}

/// The archive as a whole.
#[derive(Debug)]
pub struct Facts<'a> {
    /// Everything that was read.
    pub archive: &'a Archive,
    /// What the site will serve.
    pub site: &'a SiteMap<'a>,
    /// What its links lead to.
    pub resolved: &'a Resolved,
    /// What the web answered, by index of [`Resolved::addresses`]; empty until it was asked, and where nobody is to be.
    pub outcomes: &'a [Outcome],
    /// The archive against its seal, where there is one.
    pub fixity: Option<&'a Fixity>,
    /// What is known of addresses beside that, by index of [`Resolved::addresses`].
    pub record: &'a Record,
    /// What is known of hosts beside the outcomes of their addresses.
    pub hosts: &'a HostBook,
    /// What happened since a commit, if that was asked.
    pub history: Option<&'a History>,
    /// The part of the archive that is looked at, where it is not the whole.
    pub part: Option<&'a Part>,
    /// What several rules ask of every post, once one of them has found it.
    pub overview: OnceLock<Overview>,
}

/// What is known of an archive of which only a part is at hand.
#[derive(Debug, Default)]
pub struct Part {
    /// Whose links are judged, by index of [`Archive::documents`]; empty for those of all.
    pub judged: Vec<bool>,
    /// How many posts that are not at hand each category has, by tag; the empty tag stands for none.
    pub elsewhere: BTreeMap<Box<str>, BTreeMap<Box<str>, u64>>,
    /// How many posts that are not at hand have a passage ([`crate::text::Sketch::keys`]), of those passages that two
    /// posts at hand share.
    pub passages: BTreeMap<u32, usize>,
}

/// One link of the archive, by the indexes of its document and of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Occurrence {
    /// Index in [`Archive::documents`].
    pub document: u32,
    /// Index in [`Document::links`].
    pub link: u32,
}

impl<'a> Facts<'a> {
    /// The document and the link of an occurrence.
    pub fn link(&self, occurrence: Occurrence) -> Option<(&'a Document, Link)> {
        let document = self.archive.documents.get(occurrence.document as usize)?;
        Some((document, document.links.get(occurrence.link as usize)?))
    }

    /// Whether the links of a document, by its index, are judged.
    pub fn is_judged(&self, document: usize) -> bool {
        self.part.is_none_or(|part| part.judged.is_empty() || part.judged.get(document).copied().unwrap_or(false))
    }

    /// How many posts of a category are not at hand.
    pub fn elsewhere(&self, category: &str) -> usize {
        let tags = self.part.and_then(|part| part.elsewhere.get(category));
        tags.map_or(0, |tags| usize::try_from(tags.values().sum::<u64>()).unwrap_or(usize::MAX))
    }

    /// How many posts that have a passage are not at hand.
    pub fn passage_elsewhere(&self, passage: u32) -> usize {
        self.part.and_then(|part| part.passages.get(&passage)).copied().unwrap_or(0)
    }

    /// The tags that posts of a category carry which are not at hand, and how many do.
    pub fn tags_elsewhere(&self, category: &str) -> impl Iterator<Item = (&'a str, usize)> {
        let tags = self.part.and_then(|part| part.elsewhere.get(category));
        let named = tags.into_iter().flatten().filter(|(tag, _)| !tag.is_empty());
        named.map(|(tag, posts)| (&**tag, usize::try_from(*posts).unwrap_or(usize::MAX)))
    }

    /// The categories of posts that are not at hand.
    pub fn categories_elsewhere(&self) -> impl Iterator<Item = &'a str> {
        self.part.into_iter().flat_map(|part| part.elsewhere.keys().map(|name| &**name))
    }

    /// How many addresses there are of which there is no outcome.
    pub fn unasked(&self) -> usize {
        self.resolved.addresses.len().saturating_sub(self.outcomes.len())
    }

    /// Every link to the web that is wanted, by what `key` makes of its address, its fragment and its outcome; in the
    /// order of the archive, and none where nobody was asked.
    pub fn links_by_outcome<K: Ord + Clone>(
        &self,
        key: impl Fn(u32, Option<&'a str>, &'a Outcome) -> Option<K>,
    ) -> BTreeMap<K, Vec<Occurrence>> {
        if self.outcomes.is_empty() {
            return BTreeMap::new();
        }
        self.links_by(|target| match target {
            Target::Web { address, fragment } => {
                key(address, fragment.map(|fragment| &**fragment), self.outcomes.get(address as usize)?)
            }
            _ => None,
        })
    }

    /// Every link whose target is wanted, by what `key` makes of its target; in the order of the archive.
    ///
    /// `key` is asked once for each distinct target, not for each link.
    pub fn links_by<K: Ord + Clone>(&self, key: impl Fn(Target<'a>) -> Option<K>) -> BTreeMap<K, Vec<Occurrence>> {
        let mut found: BTreeMap<K, Vec<Occurrence>> = BTreeMap::new();
        let wanted: Vec<(u32, K)> =
            self.resolved.targets().filter_map(|(index, target)| Some((index, key(target)?))).collect();
        if wanted.is_empty() {
            return found;
        }
        let is_plain = |index: u32| self.resolved.target_at(index).is_some_and(Target::is_plain);
        let ranks = self.resolved.ranks_of(wanted.iter().map(|(index, _)| *index));
        let mut take = |document: usize, link: usize| {
            let target = self.resolved.target_index(self.archive, document, link);
            if let Some((_, key)) = target.and_then(|target| wanted.get(ranks.get(target)?)) {
                let place = Occurrence { document: narrow(document), link: narrow(link) };
                found.entry(key.clone()).or_default().push(place);
            }
        };
        // Most rules look for what few links lead to, which are known.
        if !wanted.iter().any(|(target, _)| is_plain(*target)) {
            let uncommon = self.resolved.uncommon().iter().map(|(document, link)| (*document as usize, *link as usize));
            uncommon
                .filter(|(document, _)| self.is_judged(*document))
                .for_each(|(document, link)| take(document, link));
            return found;
        }
        let documents = self.archive.documents.iter().enumerate();
        for (number, document) in documents.filter(|(number, _)| self.is_judged(*number)) {
            (0..document.links.len()).for_each(|link| take(number, link));
        }
        found
    }
}

fn narrow(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}
