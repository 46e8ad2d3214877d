//! The addresses of a report, each made when a format asks for it.
//!
//! An archive of a million posts names two million addresses. Rows of them, all at once, would take more memory than
//! the posts do; so a report has a source that makes one row at a time, out of what is in memory anyway.

use std::fmt;
use std::sync::Arc;

use super::MAX_PLACES;
use crate::probe::{Outcome, Reason, Verdict};

/// A use of an address, held by itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file, relative to the archive, with `/`.
    pub path: Arc<str>,
    /// Line of the link's first byte, from 1.
    pub line: u32,
    /// Column of the link's first byte in code points, from 1.
    pub column: u32,
    /// What the reader clicks on.
    pub text: Arc<str>,
}

impl Place {
    fn spot(&self) -> Spot<'_> {
        Spot { path: &self.path, line: self.line, column: self.column, text: &self.text }
    }
}

/// An address of the web and what became of it, held by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The address, absolute and without fragment.
    pub url: Arc<str>,
    /// What it answered.
    pub outcome: Outcome,
    /// Whether the answer is an earlier run's, remembered.
    pub from_state: bool,
    /// The place that asked, if it was another.
    pub origin: Option<Arc<str>>,
    /// The fragments that links name behind it, sorted: those that its page was read for.
    pub fragments: Box<[Arc<str>]>,
    /// How many links name it.
    pub occurrences: u64,
    /// The first of them.
    pub places: Vec<Place>,
}

/// Whether more is known of an address than that nobody asked.
pub(crate) fn was_asked(outcome: &Outcome) -> bool {
    outcome.verdict != Verdict::Skipped || outcome.reason != Reason::Offline
}

/// What makes the rows of a report's addresses, in the order of their spellings.
pub trait Source: fmt::Debug + Send + Sync {
    /// How many addresses there are.
    fn count(&self) -> usize;

    /// The numbers of those of which more is known than that nobody asked, in their order.
    fn asked(&self) -> Vec<usize>;

    /// One of them, by its number in the order; `None` behind the last.
    fn row(&self, number: usize) -> Option<Row<'_>>;

    /// Its uses, sorted; at most [`MAX_PLACES`].
    fn places(&self, number: usize) -> Vec<Spot<'_>>;
}

/// An address as a format sees it.
#[derive(Clone, Copy, Debug)]
pub struct Row<'r> {
    /// The address, absolute and without fragment.
    pub url: &'r str,
    /// What it answered.
    pub outcome: &'r Outcome,
    /// Whether the answer is an earlier run's, remembered.
    pub from_state: bool,
    /// The place that asked, if it was another.
    pub origin: Option<&'r str>,
    /// The fragments that links name behind it, sorted: those that its page was read for.
    pub fragments: &'r [Arc<str>],
    /// How many links name it.
    pub occurrences: u64,
}

/// A use of an address as a format sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spot<'r> {
    /// The file, relative to the archive, with `/`.
    pub path: &'r str,
    /// Line of the link's first byte, from 1.
    pub line: u32,
    /// Column of the link's first byte in code points, from 1.
    pub column: u32,
    /// What the reader clicks on.
    pub text: &'r str,
}

/// The addresses that a report tells of, sorted by their spellings.
#[derive(Clone, Debug)]
pub struct Addresses(Arc<dyn Source>);

impl Addresses {
    /// The addresses that a source makes.
    pub fn of(source: impl Source + 'static) -> Self {
        Self(Arc::new(source))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.count()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The numbers of those of which more is known than that nobody asked, in their order: after an offline run none,
    /// of however many there are.
    pub fn asked(&self) -> Vec<usize> {
        self.0.asked()
    }

    /// One of them, by its number in the order.
    pub fn get(&self, number: usize) -> Option<Row<'_>> {
        self.0.row(number)
    }

    /// The first uses of one of them, sorted; at most [`MAX_PLACES`].
    pub fn places(&self, number: usize) -> Vec<Spot<'_>> {
        self.0.places(number)
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = Row<'_>> {
        (0..self.len()).filter_map(|number| self.get(number))
    }
}

impl From<Vec<Address>> for Addresses {
    fn from(mut addresses: Vec<Address>) -> Self {
        addresses.sort_unstable_by(|a, b| a.url.cmp(&b.url));
        for address in &mut addresses {
            address.places.sort();
            address.places.truncate(MAX_PLACES);
        }
        Self::of(Held(addresses))
    }
}

/// Addresses that are all in memory.
#[derive(Debug)]
struct Held(Vec<Address>);

impl Source for Held {
    fn count(&self) -> usize {
        self.0.len()
    }

    fn asked(&self) -> Vec<usize> {
        (0..self.0.len())
            .filter(|number| self.0.get(*number).is_some_and(|address| was_asked(&address.outcome)))
            .collect()
    }

    fn row(&self, number: usize) -> Option<Row<'_>> {
        let Address { url, outcome, from_state, origin, fragments, occurrences, places: _ } = self.0.get(number)?;
        let (from_state, occurrences) = (*from_state, *occurrences);
        Some(Row { url, outcome, from_state, origin: origin.as_deref(), fragments, occurrences })
    }

    fn places(&self, number: usize) -> Vec<Spot<'_>> {
        let places = self.0.get(number).map_or(&[][..], |address| &address.places);
        places.iter().map(Place::spot).collect()
    }
}
