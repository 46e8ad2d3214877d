//! The addresses of a report, out of what a check holds in memory anyway: each is made when a format asks for it.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use foldhash::fast::RandomState;
use rayon::prelude::*;

use super::Settings;
use crate::document::Archive;
use crate::facts::Facts;
use crate::probe::{Outcome, Reason, Verdict};
use crate::report::{Addresses, MAX_PLACES, Row, Source, Spot, was_asked};
use crate::resolve::{Resolved, Target};

/// How often addresses of the web are used, and where.
#[derive(Debug)]
pub(super) struct Uses {
    occurrences: u64,
    by_address: Vec<u32>,
    /// Where the places of each address begin in `places`; one more than there are addresses.
    begins: Vec<u32>,
    /// The first places of each listed address, as document and link.
    places: Vec<(u32, u32)>,
}

impl Uses {
    /// Counts what the report tells of.
    pub(super) fn of_report(settings: &Settings, facts: &Facts<'_>) -> Self {
        let tells_all = settings.all_addresses || settings.hands_over;
        Self::count(facts, |outcome| tells_all || outcome.verdict != Verdict::Alive)
    }

    /// Counts first, so that the places of all addresses stand in one list without gaps.
    fn count(facts: &Facts<'_>, is_listed: impl Fn(&Outcome) -> bool) -> Self {
        let mut by_address = vec![0; facts.resolved.addresses.len()];
        for_each_use(facts, |address, _| {
            if let Some(count) = by_address.get_mut(address) {
                *count += 1;
            }
        });
        let most = u32::try_from(MAX_PLACES).unwrap_or(u32::MAX);
        // One that nobody asked is not known to be well.
        let is_listed = |address: usize| facts.outcomes.get(address).is_none_or(&is_listed);
        let kept = by_address.iter().enumerate();
        let kept = kept.map(|(address, count)| if is_listed(address) { most.min(*count) } else { 0 });
        let mut begins = vec![0];
        begins.extend(kept.scan(0, |total, kept| {
            *total += kept;
            Some(*total)
        }));
        let mut next: Vec<u32> = begins.clone();
        let mut places = vec![(0, 0); begins.last().map_or(0, |total| *total as usize)];
        for_each_use(facts, |address, place| {
            let (Some(next), Some(end)) = (next.get_mut(address), begins.get(address + 1)) else { return };
            if *next < *end
                && let Some(slot) = places.get_mut(*next as usize)
            {
                *slot = place;
                *next += 1;
            }
        });
        let occurrences = facts.archive.documents.iter().map(|document| document.links.len() as u64).sum();
        Self { occurrences, by_address, begins, places }
    }

    /// How many links there are, in whatever they lead to.
    pub(super) fn occurrences(&self) -> u64 {
        self.occurrences
    }

    /// The kept places of an address.
    fn of(&self, address: usize) -> &[(u32, u32)] {
        let bound = |index: usize| self.begins.get(index).map_or(0, |begin| *begin as usize);
        self.places.get(bound(address)..bound(address + 1)).unwrap_or_default()
    }
}

/// Every link to the web: its address, and its document and itself by index.
fn for_each_use(facts: &Facts<'_>, mut take: impl FnMut(usize, (u32, u32))) {
    let narrow = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
    for (number, document) in facts.archive.documents.iter().enumerate() {
        for index in 0..document.links.len() {
            if let Some(Target::Web { address, .. }) = facts.resolved.target(facts.archive, number, index) {
                take(address as usize, (narrow(number), narrow(index)));
            }
        }
    }
}

/// What is known of every address, by index of [`Resolved::addresses`]; nothing where nobody was asked.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) outcomes: Vec<Outcome>,
    /// Which of them an earlier run learnt.
    pub(super) remembered: Vec<bool>,
    /// Those that another place has asked, and its name.
    pub(super) origins: BTreeMap<u32, Box<str>>,
}

/// The addresses that a report lists.
#[derive(Debug)]
struct Listed {
    archive: Archive,
    resolved: Resolved,
    known: Known,
    /// What is not known of an address.
    nothing: Outcome,
    uses: Uses,
    /// The fragments that links name behind addresses, sorted; of those that have any.
    fragments: HashMap<u32, Box<[Arc<str>]>, RandomState>,
    /// The listed ones, in the order of their spellings.
    order: Vec<u32>,
}

/// What is found of the listed addresses while the archive is still needed for something else.
#[derive(Debug)]
pub(super) struct Index {
    order: Vec<u32>,
    fragments: HashMap<u32, Box<[Arc<str>]>, RandomState>,
}

impl Index {
    pub(super) fn of(archive: &Archive, resolved: &Resolved, uses: &Uses) -> Self {
        let (order, fragments) = rayon::join(|| order(archive, resolved, uses), || fragments(resolved));
        Self { order, fragments }
    }
}

/// The addresses that a report lists, of an archive of which nothing else is needed any more.
pub(super) fn listed(archive: Archive, resolved: Resolved, known: Known, (uses, index): (Uses, Index)) -> Addresses {
    let nothing = Outcome::skipped(Reason::Offline);
    let Index { order, fragments } = index;
    Addresses::of(Listed { archive, resolved, known, nothing, uses, fragments, order })
}

/// The listed addresses in the order of their spellings, found on all cores: there are millions.
fn order(archive: &Archive, resolved: &Resolved, uses: &Uses) -> Vec<u32> {
    let count = u32::try_from(resolved.addresses.len()).unwrap_or(u32::MAX);
    let is_listed = |index: &u32| !uses.of(*index as usize).is_empty();
    // The spellings themselves, since a comparison that looks two up costs more than one that has them.
    let mut listed: Vec<(&str, u32)> = Vec::with_capacity((0..count).filter(is_listed).count());
    listed.extend((0..count).filter(is_listed).map(|index| (resolved.url(&archive.strings, index), index)));
    listed.par_sort_unstable();
    listed.into_iter().map(|(_, index)| index).collect()
}

fn fragments(resolved: &Resolved) -> HashMap<u32, Box<[Arc<str>]>, RandomState> {
    let named = resolved.fragments().into_iter();
    named.map(|(address, named)| (address, named.into_iter().map(Arc::clone).collect())).collect()
}

impl Source for Listed {
    fn count(&self) -> usize {
        self.order.len()
    }

    fn asked(&self) -> Vec<usize> {
        if self.known.outcomes.is_empty() {
            return Vec::new();
        }
        let is_asked = |address: &u32| self.known.outcomes.get(*address as usize).is_some_and(was_asked);
        self.order.par_iter().enumerate().filter(|(_, address)| is_asked(address)).map(|(number, _)| number).collect()
    }

    fn row(&self, number: usize) -> Option<Row<'_>> {
        let address = *self.order.get(number)?;
        let index = address as usize;
        Some(Row {
            url: self.resolved.url(&self.archive.strings, address),
            outcome: self.known.outcomes.get(index).unwrap_or(&self.nothing),
            from_state: self.known.remembered.get(index).copied().unwrap_or(false),
            origin: self.known.origins.get(&address).map(|place| &**place),
            fragments: self.fragments.get(&address).map_or(&[], |named| &**named),
            occurrences: self.uses.by_address.get(index).copied().unwrap_or(0).into(),
        })
    }

    fn places(&self, number: usize) -> Vec<Spot<'_>> {
        let kept = self.order.get(number).map_or(&[][..], |address| self.uses.of(*address as usize));
        let spot = |(document, link): &(u32, u32)| {
            let document = self.archive.documents.get(*document as usize)?;
            let link = document.links.get(*link as usize)?;
            let text = self.archive.text(link.text);
            Some(Spot { path: &document.path, line: link.line, column: link.column, text })
        };
        let mut spots = Vec::with_capacity(kept.len());
        spots.extend(kept.iter().filter_map(spot));
        spots.sort_unstable();
        spots
    }
}
