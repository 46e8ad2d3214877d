//! Strings that stand many times in an archive, kept once.
//!
//! A million posts name the same few thousand addresses and link texts.
//! Each distinct string gets a [`Symbol`] of four bytes while files are read on all cores;
//! afterwards the table is frozen and read without locks.
//! The number of a symbol depends on the order in which threads came, so nothing is ever sorted by it.

use std::hash::{BuildHasher, Hasher};
use std::sync::{Mutex, PoisonError};

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use super::Blocks;

/// Shards, each with a lock of its own: many more than cores, so that threads rarely meet.
const SHARDS: u32 = 64;

/// An interned string. Meaningful only to the table that gave it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Symbol(u32);

impl Symbol {
    /// A small dense-ish number for tables keyed by symbols; not stable between runs.
    pub fn index(self) -> u32 {
        self.0
    }

    /// The symbol of [`Symbol::index`], for what packs symbols.
    pub(crate) fn of(index: u32) -> Self {
        Self(index)
    }
}

/// Where a string is in its shard, and bits of its hash that the table does not look at: another string that falls on
/// the same place is told apart without a look at its bytes, and a table that grows reads no string again.
#[derive(Clone, Copy, Debug)]
struct Slot {
    hash: u32,
    index: u32,
}

#[derive(Clone, Debug, Default)]
struct Shard {
    table: HashTable<Slot>,
    texts: Blocks,
}

impl Shard {
    fn find(&self, text: &str, hash: u32) -> Option<u32> {
        let is_same = |slot: &Slot| slot.hash == hash && self.texts.get(slot.index) == text;
        self.table.find(spread(hash), is_same).map(|slot| slot.index)
    }

    fn intern(&mut self, text: &str, hash: u32) -> u32 {
        if let Some(index) = self.find(text, hash) {
            return index;
        }
        let index = self.texts.push(text);
        self.table.insert_unique(spread(hash), Slot { hash, index }, |slot| spread(slot.hash));
        index
    }
}

/// The shard of a string, and the 32 bits by which the shard knows it.
fn hashed(hasher: &FixedState, text: &str) -> (u32, u32) {
    let mut state = hasher.build_hasher();
    state.write(text.as_bytes());
    let hash = state.finish();
    let [low, high] = [hash, hash >> 32].map(|half| u32::try_from(half & u64::from(u32::MAX)).unwrap_or(0));
    (low % SHARDS, high)
}

/// What a hash table asks for, of 32 bits that are kept of a hash: it places an entry by the lowest bits and tells it
/// apart by the topmost seven.
pub(crate) fn spread(hash: u32) -> u64 {
    u64::from(hash) << 32 | u64::from(hash)
}

/// Strings that a thread of the pool remembers: in 256 KiB, which stay in a core's own cache.
const REMEMBERED: usize = 4096;

/// The longest string that is remembered, in bytes. What is longer is an address that no other post names.
const LONGEST_REMEMBERED: usize = 58;

/// A string that was interned, whole, so that it is known again without a look at the table: one line of a cache.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Remembered {
    symbol: Symbol,
    /// No string has more bytes than fit, so this tells an empty place.
    length: u8,
    bytes: [u8; LONGEST_REMEMBERED],
}

/// The strings that one thread interned last, placed by their hashes. Most strings of a post are those of the posts
/// before it, and the shards are shared: every lock and every look at a table that another core changed costs more than
/// the comparison here.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Memory {
    /// Empty until the first string comes.
    places: Vec<Remembered>,
}

impl Memory {
    fn get(&self, text: &str, hash: u32) -> Option<Symbol> {
        let known = self.places.get(hash as usize % REMEMBERED)?;
        let bytes = known.bytes.get(..usize::from(known.length))?;
        (bytes == text.as_bytes()).then_some(known.symbol)
    }

    fn keep(&mut self, text: &str, hash: u32, symbol: Symbol) {
        if self.places.is_empty() {
            let empty = Remembered { symbol, length: u8::MAX, bytes: [0; LONGEST_REMEMBERED] };
            self.places.resize(REMEMBERED, empty);
        }
        let Some(place) = self.places.get_mut(hash as usize % REMEMBERED) else { return };
        let (Some(bytes), Ok(length)) = (place.bytes.get_mut(..text.len()), u8::try_from(text.len())) else { return };
        bytes.copy_from_slice(text.as_bytes());
        (place.length, place.symbol) = (length, symbol);
    }
}

/// The table while it grows. Shared between threads by reference.
#[derive(Debug)]
pub struct Interner {
    shards: Vec<Mutex<Shard>>,
    /// One for each thread of the pool, which alone takes its lock.
    memories: Vec<Mutex<Memory>>,
    hasher: FixedState,
}

impl Default for Interner {
    fn default() -> Self {
        Self::with_room_for(0)
    }
}

impl Interner {
    /// An empty table with room for about so many distinct strings: a table that grows is copied.
    pub fn with_room_for(strings: usize) -> Self {
        let each = strings.div_ceil(SHARDS as usize);
        let shard = || Mutex::new(Shard { table: HashTable::with_capacity(each), texts: Blocks::with_room_for(each) });
        Self {
            shards: (0..SHARDS).map(|_| shard()).collect(),
            memories: (0..rayon::current_num_threads()).map(|_| Mutex::default()).collect(),
            hasher: FixedState::default(),
        }
    }

    /// The symbol of `text`; the same text always gives the same symbol.
    pub fn intern(&self, text: &str) -> Symbol {
        let (number, hash) = hashed(&self.hasher, text);
        let memory = rayon::current_thread_index().and_then(|thread| self.memories.get(thread));
        let Some(memory) = memory.filter(|_| text.len() <= LONGEST_REMEMBERED) else {
            return self.look_up(text, number, hash);
        };
        let mut memory = memory.lock().unwrap_or_else(PoisonError::into_inner);
        memory.get(text, hash).unwrap_or_else(|| {
            let symbol = self.look_up(text, number, hash);
            memory.keep(text, hash, symbol);
            symbol
        })
    }

    fn look_up(&self, text: &str, number: u32, hash: u32) -> Symbol {
        let Some(shard) = self.shards.get(number as usize) else { return Symbol(0) };
        let index = shard.lock().unwrap_or_else(PoisonError::into_inner).intern(text, hash);
        Symbol(index * SHARDS + number)
    }

    /// Ends the growing: from here on strings are only read.
    pub fn freeze(self) -> Strings {
        let shards = self.shards.into_iter().map(|shard| shard.into_inner().unwrap_or_else(PoisonError::into_inner));
        Strings { shards: shards.collect(), hasher: self.hasher }
    }
}

/// The finished table: symbols to strings and back, without locks.
#[derive(Clone, Debug, Default)]
pub struct Strings {
    shards: Vec<Shard>,
    hasher: FixedState,
}

impl Strings {
    /// The string of `symbol`; empty for a symbol of another table.
    pub fn get(&self, symbol: Symbol) -> &str {
        self.shards.get((symbol.0 % SHARDS) as usize).map_or("", |shard| shard.texts.get(symbol.0 / SHARDS))
    }

    /// The symbol of `text`, if the archive holds it.
    pub fn find(&self, text: &str) -> Option<Symbol> {
        let (number, hash) = hashed(&self.hasher, text);
        let index = self.shards.get(number as usize)?.find(text, hash)?;
        Some(Symbol(index * SHARDS + number))
    }

    /// Every string, with its symbol, in no order that means anything.
    pub fn iter(&self) -> impl Iterator<Item = (Symbol, &str)> {
        (0_u32..).zip(&self.shards).flat_map(|(number, shard)| {
            let count = u32::try_from(shard.texts.len()).unwrap_or(u32::MAX);
            (0..count).map(move |index| (Symbol(index * SHARDS + number), shard.texts.get(index)))
        })
    }

    /// Number of distinct strings.
    pub fn len(&self) -> usize {
        self.shards.iter().map(|shard| shard.texts.len()).sum()
    }

    /// Whether there is no string at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One more than the largest [`Symbol::index`], for tables indexed by symbols.
    pub fn bound(&self) -> usize {
        let longest = self.shards.iter().map(|shard| shard.texts.len()).max().unwrap_or(0);
        longest * SHARDS as usize
    }
}

#[cfg(test)]
mod tests {
    use rayon::prelude::*;

    use super::*;

    #[test]
    fn equal_strings_share_a_symbol() {
        let interner = Interner::default();
        let words: Vec<String> = (0..5000).map(|n| format!("http://a.cn/{n}")).collect();
        let first: Vec<Symbol> = words.iter().map(|word| interner.intern(word)).collect();
        let again: Vec<Symbol> = words.iter().map(|word| interner.intern(word)).collect();
        assert_eq!(first, again);
        let strings = interner.freeze();
        assert_eq!(strings.len(), 5000);
        for (word, &symbol) in words.iter().zip(&first) {
            assert_eq!(strings.get(symbol), word);
            assert_eq!(strings.find(word), Some(symbol));
            assert!((symbol.index() as usize) < strings.bound());
        }
        assert_eq!(strings.find("http://b.cn/"), None);
    }

    #[test]
    fn threads_agree_on_symbols() {
        let interner = Interner::default();
        let symbols: Vec<Vec<Symbol>> = std::thread::scope(|scope| {
            let work = || (0..1000).map(|n| interner.intern(&n.to_string())).collect::<Vec<_>>();
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(work)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(symbols.windows(2).all(|pair| pair[0] == pair[1]));
        assert_eq!(interner.freeze().len(), 1000);
    }

    #[test]
    fn what_a_thread_remembers_is_what_the_table_holds() {
        // Many more strings than places, around the length that fits, from threads of a pool, each many times.
        let words: Vec<String> = (0..20_000_usize).map(|n| format!("{n:0width$}", width = 50 + n % 20)).collect();
        let pool = rayon::ThreadPoolBuilder::new().num_threads(4).build().unwrap();
        let (symbols, interner) = pool.install(|| {
            let interner = Interner::default();
            let work = |n: usize| (n / 5 % words.len(), interner.intern(&words[n / 5 % words.len()]));
            let symbols: Vec<(usize, Symbol)> = (0..200_000_usize).into_par_iter().map(work).collect();
            (symbols, interner)
        });
        let strings = interner.freeze();
        assert_eq!(strings.len(), words.len());
        for (n, symbol) in symbols {
            assert_eq!(strings.get(symbol), words[n]);
        }
    }

    #[test]
    fn the_empty_string_is_a_string() {
        let interner = Interner::default();
        let empty = interner.intern("");
        let full = interner.intern("x");
        assert_ne!(empty, full);
        assert_eq!(interner.freeze().get(empty), "");
    }
}
