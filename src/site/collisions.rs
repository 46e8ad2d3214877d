//! Addresses that more than one source makes, and addresses that some servers and disks take for the same.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::Served;
use super::map::SiteMap;
use super::table::Stage;
use crate::document::fragment_digest;

/// In what way addresses collide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CollisionKind {
    /// They are one file: what is written last overwrites the rest.
    Same,
    /// They differ by case alone.
    Case,
    /// They differ by their Unicode normal form alone.
    Form,
    /// One is a file where the other needs a folder: Jekyll stops when it writes them.
    FileAndFolder,
}

/// Addresses that collide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Collision {
    /// In what way.
    pub kind: CollisionKind,
    /// The files, relative to the site's root: one if they are the same.
    pub destinations: Vec<String>,
    /// What makes each, in the order of writing; the last one is what a reader gets.
    pub sources: Vec<Served>,
}

impl SiteMap<'_> {
    /// All collisions, sorted by kind and file.
    pub fn collisions(&self) -> Vec<Collision> {
        let mut collisions = self.same();
        collisions.extend(self.alike(CollisionKind::Case));
        collisions.extend(self.alike(CollisionKind::Form));
        collisions.extend(self.file_and_folder());
        collisions
    }

    /// Lets the address that is written last stand for each file.
    pub(super) fn settle_shared(&mut self) {
        for (_, numbers) in self.shared_numbers() {
            if let Some(&last) = numbers.last() {
                self.table.prefer(last);
            }
        }
    }

    /// The numbers of the addresses of each file that has several, in the order of writing.
    fn shared_numbers(&self) -> BTreeMap<String, Vec<u32>> {
        let mut shared: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for &(first, other) in self.table.shared() {
            let numbers = shared.entry(self.table.destination(other).to_owned()).or_default();
            numbers.extend([first, other]);
        }
        for numbers in shared.values_mut() {
            numbers.sort_unstable();
            numbers.dedup();
            // Where one document has no date, Jekyll compares paths.
            let mut documents = numbers
                .iter()
                .filter(|&&number| self.table.entry(number).is_some_and(|entry| entry.stage == Stage::Collection));
            let is_dated = documents.all(|&number| self.instant_of(number).is_some());
            numbers.sort_by_cached_key(|&number| self.order_of(number, is_dated));
        }
        shared
    }

    /// When an address is written.
    fn order_of(&self, number: u32, is_dated: bool) -> (Stage, usize, i64, String, u32) {
        let Some(entry) = self.table.entry(number) else {
            return (Stage::Page, 0, 0, String::new(), number);
        };
        let path = self.item_of(entry.source).map(|item| item.path.to_owned()).unwrap_or_default();
        let (first, path) = match entry.stage {
            // A plugin goes through the files in the order of their paths; what others add comes behind.
            Stage::AddedPage if number < self.placed => (0, path),
            Stage::AddedPage => (i64::from(number) + 1, String::new()),
            Stage::Page => (0, format!("{}\n{path}", super::url::file_name(&path))),
            Stage::Static => (0, path),
            Stage::Post => (self.instant_of(number).unwrap_or(0), path),
            Stage::Collection => (self.instant_of(number).filter(|_| is_dated).unwrap_or(0), path),
        };
        // Pages that plugins add come behind those of the source, and before files.
        let collection = self.context.entries.roles(&path).collection.filter(|_| entry.stage == Stage::Collection);
        (entry.stage, collection.unwrap_or(0), first, path, number)
    }

    fn instant_of(&self, number: u32) -> Option<i64> {
        let item = self.item_of(self.table.entry(number)?.source)?;
        let roles = self.context.entries.roles(item.path);
        super::judge::judge(&self.context, &item, roles).instant
    }

    fn same(&self) -> Vec<Collision> {
        let collision = |(destination, numbers): (String, Vec<u32>)| Collision {
            kind: CollisionKind::Same,
            destinations: vec![destination],
            sources: numbers.into_iter().map(|number| self.served_by(number)).collect(),
        };
        self.shared_numbers().into_iter().map(collision).collect()
    }

    /// Different files that become one text in lower case or in NFC.
    fn alike(&self, kind: CollisionKind) -> Vec<Collision> {
        let folded = |file: &str| match kind {
            CollisionKind::Case => super::slug::lowercase(file),
            _ => file.nfc().collect(),
        };
        let winners: Vec<u32> = self.winners().collect();
        let is_composed = |&number: &u32| is_nfc_quick(self.table.destination(number).chars()) == IsNormalized::Yes;
        if kind == CollisionKind::Form && winners.par_iter().all(is_composed) {
            return Vec::new();
        }
        // Digests first: a million files are compared without a million strings.
        let digest = |&number: &u32| (fragment_digest(&folded(self.table.destination(number))), number);
        let mut digests: Vec<(u64, u32)> = winners.par_iter().map(digest).collect();
        digests.par_sort_unstable();
        let groups = digests.chunk_by(|(one, _), (other, _)| one == other).filter(|group| group.len() > 1);
        let mut collisions: Vec<Collision> = groups
            .map(|group| {
                let mut numbers: Vec<u32> = group.iter().map(|&(_, number)| number).collect();
                numbers.sort_by_key(|&number| self.table.destination(number).to_owned());
                self.collision(kind, &numbers)
            })
            .collect();
        collisions.sort_by(|one, other| one.destinations.cmp(&other.destinations));
        collisions
    }

    fn file_and_folder(&self) -> Vec<Collision> {
        let mut pairs: BTreeSet<(u32, u32)> = BTreeSet::new();
        let mut last_folder = String::new();
        for number in self.winners() {
            let folder = super::url::folder(self.table.destination(number));
            if folder == last_folder {
                continue;
            }
            folder.clone_into(&mut last_folder);
            let mut parent = folder;
            while !parent.is_empty() {
                if let Some(file) = self.table.find(parent) {
                    pairs.insert((file, number));
                }
                parent = super::url::folder(parent);
            }
        }
        pairs.into_iter().map(|(file, inside)| self.collision(CollisionKind::FileAndFolder, &[file, inside])).collect()
    }

    fn collision(&self, kind: CollisionKind, numbers: &[u32]) -> Collision {
        Collision {
            kind,
            destinations: numbers.iter().map(|&number| self.table.destination(number).to_owned()).collect(),
            sources: numbers.iter().map(|&number| self.served_by(number)).collect(),
        }
    }

    /// The addresses that are served, each file once.
    pub(super) fn winners(&self) -> impl Iterator<Item = u32> + '_ {
        let mut losers: Vec<u32> = self.table.shared().iter().flat_map(|&(one, other)| [one, other]).collect();
        losers.retain(|&number| self.table.find(self.table.destination(number)) != Some(number));
        losers.sort_unstable();
        (0..self.table.len()).filter(move |number| losers.binary_search(number).is_err())
    }

    /// Every file of the site with its address and what makes it, sorted by file.
    pub fn addresses(&self) -> Vec<ServedAddress<'_>> {
        let mut numbers: Vec<u32> = self.winners().collect();
        numbers.sort_unstable_by(|&a, &b| self.table.destination(a).cmp(self.table.destination(b)));
        let address = |number: u32| ServedAddress {
            url: self.table.url(number),
            destination: self.table.destination(number),
            served: self.served_by(number),
        };
        numbers.into_iter().map(address).collect()
    }
}

/// One file of the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServedAddress<'m> {
    /// The address: percent-encoded as Jekyll writes it, with its leading `/`, without `baseurl`.
    pub url: std::borrow::Cow<'m, str>,
    /// The file, relative to the site's root.
    pub destination: &'m str,
    /// What makes it.
    pub served: Served,
}
