//! Every address, compactly: the text of its file, what makes it, and how its URL differs from the file.
//!
//! A million addresses must not cost more than some 100 bytes each, so none has a string of its own.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher};

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use super::article::Address;
use super::context::Source;
use super::url::escape_path;
use crate::front_matter::Engine;
use crate::text::{Blocks, spread};

/// When an address is written. Of two with one file the later one wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Stage {
    /// A page.
    Page,
    /// A page that a plugin adds.
    AddedPage,
    /// A file that is copied.
    Static,
    /// A post.
    Post,
    /// A document of another collection.
    Collection,
}

/// One address.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub source: Source,
    form: Form,
    pub stage: Stage,
}

/// How a URL is made of its file's path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// `/` and the path, percent-encoded or not, without this many bytes at its end.
    Cut { escaped: bool, bytes: u8 },
    /// Some other way: it is kept beside the table.
    Other,
}

/// Where an entry is found by its file: its number, and bits of the hash by which most others are told apart unseen.
#[derive(Clone, Copy, Debug)]
struct Slot {
    hash: u32,
    number: u32,
}

/// What the table keeps of an address beside its text, worked out on any core before the table takes it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Prepared {
    hash: u32,
    form: Form,
}

/// Works out what the table keeps.
#[derive(Clone, Debug, Default)]
pub(super) struct Preparer {
    hasher: FixedState,
    engine: Engine,
}

impl Preparer {
    /// What the table keeps of an address; `None` where its URL has to be kept as well.
    pub(super) fn prepare(&self, address: &Address) -> Option<Prepared> {
        let form = self.form_of(address);
        (form != Form::Other).then(|| Prepared { hash: self.hash_of(&address.destination), form })
    }

    fn hash_of(&self, destination: &str) -> u32 {
        let mut state = self.hasher.build_hasher();
        state.write(destination.as_bytes());
        // The upper half is the better mixed one.
        u32::try_from(state.finish() >> 32).unwrap_or(0)
    }

    fn form_of(&self, address: &Address) -> Form {
        let file = &address.destination;
        let url = address.url.strip_prefix('/').unwrap_or_default();
        let cuts = ["", ".html", "index.html", ".htm"].into_iter().filter(|end| file.ends_with(end));
        for end in cuts {
            let bytes = u8::try_from(end.len()).unwrap_or(0);
            let kept = file.strip_suffix(end).unwrap_or(file);
            if url == kept {
                return Form::Cut { escaped: false, bytes };
            }
            if url.contains('%') && escape_path(self.engine, kept) == url {
                return Form::Cut { escaped: true, bytes };
            }
        }
        Form::Other
    }
}

/// The table of all addresses.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// The file of each entry.
    files: Blocks,
    entries: Vec<Entry>,
    other_urls: HashMap<u32, Box<str>>,
    index: HashTable<Slot>,
    /// Addresses whose file another entry has as well: the entry of the file, and the other one.
    shared: Vec<(u32, u32)>,
    preparer: Preparer,
}

impl Table {
    /// A table that takes so many addresses without growing: growing would hash them all anew.
    pub(super) fn with_room_for(addresses: usize, engine: Engine) -> Self {
        let (files, entries) = (Blocks::with_room_for(addresses), Vec::with_capacity(addresses));
        let preparer = Preparer { engine, ..Preparer::default() };
        Self { files, entries, index: HashTable::with_capacity(addresses), preparer, ..Self::default() }
    }

    /// What works out, beside the table, what it keeps.
    pub(super) fn preparer(&self) -> Preparer {
        self.preparer.clone()
    }

    /// Adds an address and gives its number.
    pub(super) fn add(&mut self, address: &Address, source: Source, stage: Stage) -> u32 {
        let prepared = self.preparer.prepare(address).unwrap_or_else(|| {
            self.other_urls.insert(self.len(), Box::from(address.url.as_str()));
            Prepared { hash: self.preparer.hash_of(&address.destination), form: Form::Other }
        });
        self.add_prepared(&address.destination, prepared, source, stage)
    }

    /// Adds an address of which everything is worked out, and gives its number.
    pub(super) fn add_prepared(&mut self, destination: &str, made: Prepared, source: Source, stage: Stage) -> u32 {
        let (number, Prepared { hash, form }) = (self.len(), made);
        let found = self.find_hashed(destination, hash);
        self.files.push(destination);
        self.entries.push(Entry { source, form, stage });
        match found {
            Some(other) => self.shared.push((other, number)),
            None => {
                self.index.insert_unique(spread(hash), Slot { hash, number }, |slot| spread(slot.hash));
            }
        }
        number
    }

    fn find_hashed(&self, destination: &str, hash: u32) -> Option<u32> {
        let is_same = |slot: &Slot| slot.hash == hash && self.destination(slot.number) == destination;
        self.index.find(spread(hash), is_same).map(|slot| slot.number)
    }

    /// The number of the address that has a file.
    pub(super) fn find(&self, destination: &str) -> Option<u32> {
        self.find_hashed(destination, self.preparer.hash_of(destination))
    }

    /// Makes `number` the entry that [`Table::find`] gives for its file.
    pub(super) fn prefer(&mut self, number: u32) {
        let destination = self.files.get(number);
        let hash = self.preparer.hash_of(destination);
        let is_same = |slot: &Slot| slot.hash == hash && self.files.get(slot.number) == destination;
        if let Some(found) = self.index.find_mut(spread(hash), is_same) {
            found.number = number;
        }
    }

    pub(super) fn entry(&self, number: u32) -> Option<&Entry> {
        self.entries.get(number as usize)
    }

    /// The file of an address.
    pub(super) fn destination(&self, number: u32) -> &str {
        self.files.get(number)
    }

    /// The URL of an address.
    pub(super) fn url(&self, number: u32) -> Cow<'_, str> {
        match self.entry(number).map(|entry| entry.form) {
            Some(Form::Cut { escaped, bytes }) => {
                Cow::Owned(cut(self.preparer.engine, self.destination(number), escaped, bytes))
            }
            _ => Cow::Borrowed(self.other_urls.get(&number).map_or("", |url| &**url)),
        }
    }

    /// Pairs of addresses with one file.
    pub(super) fn shared(&self) -> &[(u32, u32)] {
        &self.shared
    }

    pub(super) fn len(&self) -> u32 {
        u32::try_from(self.entries.len()).unwrap_or(u32::MAX)
    }

    /// Gives back what growing reserved.
    pub(super) fn shrink(&mut self) {
        self.entries.shrink_to_fit();
        self.index.shrink_to_fit(|slot| spread(slot.hash));
    }
}

fn cut(engine: Engine, file: &str, escaped: bool, bytes: u8) -> String {
    let kept = file.get(..file.len().saturating_sub(usize::from(bytes))).unwrap_or_default();
    if escaped { format!("/{}", escape_path(engine, kept)) } else { format!("/{kept}") }
}
