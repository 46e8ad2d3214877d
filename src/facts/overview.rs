//! What several rules ask of every post, found once for all of them.

use crate::document::{Archive, Document};
use crate::facts::Occurrence;
use crate::text::Symbol;

/// What one walk over the archive found, by indexes: a walk by each rule would bring all of it from memory again.
#[derive(Debug, Default)]
pub struct Overview {
    /// The shelf of each post.
    pub shelves: Shelves,
    /// The links that follow a pattern of source links.
    pub followers: Symbols,
    /// The link of each document that is its source link, if it is a post and has one; [`Overview::NONE`] else.
    pub sources: Vec<u32>,
    /// The posts that lack a way back, each with the way, in the order of the archive.
    pub without: Vec<(u32, usize)>,
    /// The links with the text of a way back that lead elsewhere, each with the way, in the order of the archive.
    pub stray: Vec<(Occurrence, usize)>,
}

impl Overview {
    /// No link, no shelf.
    pub const NONE: u32 = u32::MAX;

    /// The source link of a post.
    pub fn source(&self, document: usize) -> Option<usize> {
        self.sources.get(document).filter(|link| **link != Self::NONE).map(|link| *link as usize)
    }
}

/// The posts by what they say of their categories and tags: those that say the same stand on one shelf. There are some
/// hundreds of shelves for a million posts.
#[derive(Debug, Default)]
pub struct Shelves {
    /// The shelf of each document; [`Overview::NONE`] where it is no post.
    pub of: Vec<u32>,
    /// The first post of each shelf, and how many there are; in the order of their first posts.
    pub all: Vec<(u32, usize)>,
}

impl Shelves {
    /// The shelf of a document, if it is a post.
    pub fn of(&self, document: usize) -> Option<usize> {
        self.of.get(document).filter(|shelf| **shelf != Overview::NONE).map(|shelf| *shelf as usize)
    }

    /// How many of some posts are on each shelf, given by their shelves.
    pub fn counted(&self, posts: impl Iterator<Item = usize>) -> Vec<usize> {
        let mut counts = vec![0; self.all.len()];
        for shelf in posts {
            counts.get_mut(shelf).into_iter().for_each(|count| *count += 1);
        }
        counts
    }

    /// The first post of each shelf, and how many there are.
    pub fn firsts<'a>(&self, archive: &'a Archive) -> impl Iterator<Item = (&'a Document, usize)> {
        self.all.iter().filter_map(|(first, posts)| Some((archive.documents.get(*first as usize)?, *posts)))
    }
}

/// Some of an archive's strings.
#[derive(Clone, Debug, Default)]
pub struct Symbols(Vec<u64>);

impl Symbols {
    /// Looks at every string of an archive.
    pub fn of(archive: &Archive, is_meant: impl Fn(&str) -> bool) -> Self {
        let mut marks = vec![0_u64; archive.strings.bound().div_ceil(64)];
        for (symbol, text) in archive.strings.iter() {
            if let Some(mark) = marks.get_mut(symbol.index() as usize / 64).filter(|_| is_meant(text)) {
                *mark |= 1 << (symbol.index() % 64);
            }
        }
        Self(marks)
    }

    /// Whether a string is one of them.
    pub fn hold(&self, symbol: Symbol) -> bool {
        let number = symbol.index();
        self.0.get(number as usize / 64).is_some_and(|mark| mark >> (number % 64) & 1 == 1)
    }
}
