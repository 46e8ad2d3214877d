//! Every address, compactly: the text of its file, what makes it, and how its URL differs from the file.
//!
//! A million addresses must not cost more than some 100 bytes each, so there are no strings but one.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher};

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use super::article::Address;
use super::context::Source;
use super::url::escape_path;
use crate::front_matter::Engine;

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
    end: u32,
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

/// The table of all addresses.
#[derive(Debug, Default)]
pub(super) struct Table {
    text: String,
    entries: Vec<Entry>,
    other_urls: HashMap<u32, Box<str>>,
    index: HashTable<u32>,
    /// Addresses whose file another entry has as well: the entry of the file, and the other one.
    shared: Vec<(u32, u32)>,
    hasher: FixedState,
    engine: Engine,
}

impl Table {
    /// A table that takes so many addresses without growing: growing would hash them all anew.
    pub(super) fn with_room_for(addresses: usize, engine: Engine) -> Self {
        let entries = Vec::with_capacity(addresses);
        Self { entries, index: HashTable::with_capacity(addresses), engine, ..Self::default() }
    }

    /// Adds an address and gives its number.
    pub(super) fn add(&mut self, address: &Address, source: Source, stage: Stage) -> u32 {
        let number = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        let form = self.form_of(address);
        if form == Form::Other {
            self.other_urls.insert(number, Box::from(address.url.as_str()));
        }
        let hash = hash_of(&self.hasher, &address.destination);
        let found = self.index.find(hash, |&other| self.destination(other) == address.destination).copied();
        self.text.push_str(&address.destination);
        let end = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        self.entries.push(Entry { end, source, form, stage });
        if let Some(other) = found {
            self.shared.push((other, number));
            return number;
        }
        let Self { text, entries, index, hasher, .. } = self;
        index.insert_unique(hash, number, |&other| hash_of(hasher, slice(text, entries, other)));
        number
    }

    /// The number of the address that has a file.
    pub(super) fn find(&self, destination: &str) -> Option<u32> {
        let hash = hash_of(&self.hasher, destination);
        self.index.find(hash, |&number| self.destination(number) == destination).copied()
    }

    /// Makes `number` the entry that [`Table::find`] gives for its file.
    pub(super) fn prefer(&mut self, number: u32) {
        let destination = slice(&self.text, &self.entries, number);
        let hash = hash_of(&self.hasher, destination);
        let same = |&other: &u32| slice(&self.text, &self.entries, other) == destination;
        if let Some(found) = self.index.find_mut(hash, same) {
            *found = number;
        }
    }

    pub(super) fn entry(&self, number: u32) -> Option<&Entry> {
        self.entries.get(number as usize)
    }

    /// The file of an address.
    pub(super) fn destination(&self, number: u32) -> &str {
        slice(&self.text, &self.entries, number)
    }

    /// The URL of an address.
    pub(super) fn url(&self, number: u32) -> Cow<'_, str> {
        match self.entry(number).map(|entry| entry.form) {
            Some(Form::Cut { escaped, bytes }) => {
                Cow::Owned(cut(self.engine, self.destination(number), escaped, bytes))
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
        self.text.shrink_to_fit();
        self.entries.shrink_to_fit();
        let Self { text, entries, index, hasher, .. } = self;
        index.shrink_to_fit(|&number| hash_of(hasher, slice(text, entries, number)));
    }

    fn form_of(&self, address: &Address) -> Form {
        let file = &address.destination;
        let cuts = ["", ".html", "index.html", ".htm"].into_iter().filter(|end| file.ends_with(end));
        for end in cuts {
            let bytes = u8::try_from(end.len()).unwrap_or(0);
            let kept = file.strip_suffix(end).unwrap_or(file);
            let url = address.url.strip_prefix('/').unwrap_or_default();
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

fn cut(engine: Engine, file: &str, escaped: bool, bytes: u8) -> String {
    let kept = file.get(..file.len().saturating_sub(usize::from(bytes))).unwrap_or_default();
    if escaped { format!("/{}", escape_path(engine, kept)) } else { format!("/{kept}") }
}

fn slice<'t>(text: &'t str, entries: &[Entry], number: u32) -> &'t str {
    let number = number as usize;
    let start = number.checked_sub(1).and_then(|before| entries.get(before)).map_or(0, |entry| entry.end);
    let end = entries.get(number).map_or(start, |entry| entry.end);
    text.get(start as usize..end as usize).unwrap_or_default()
}

fn hash_of(hasher: &FixedState, text: &str) -> u64 {
    let mut state = hasher.build_hasher();
    state.write(text.as_bytes());
    state.finish()
}
