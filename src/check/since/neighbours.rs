//! Which files that did not change have to be at hand for a change to be judged: those that it can have broken, and
//! those that say what is broken in it. All are found by look-ups in the index.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;

use super::changes::{Change, Side};
use super::error::CheckError;
use super::indexing::{Indexing, Ready};
use super::keys::Key;
use super::ties::{Ties, paths_to};
use crate::rules::{ALIKE, COMMON};
use crate::site::candidates;
use crate::store::Indexed;
use crate::text::Sketch;

/// Posts of one key that are compared; a source link that more posts name is no source link.
const MOST_ALIKE: usize = 1000;

/// Files that make one address.
const MOST_MAKERS: usize = 64;

/// Files that are looked at to see whether what is said of a link was said before.
const MOST_FELLOWS: usize = 64;

/// Files that link to one address; of one that more link to, the whole archive is read.
pub(super) const MOST_LINKERS: usize = 20_000;

/// The ties of what changed.
#[derive(Debug, Default)]
pub(super) struct Touched {
    /// Of each file before and afterwards, by its path.
    pub(super) old: BTreeMap<Arc<str>, Ties>,
    pub(super) new: BTreeMap<Arc<str>, Ties>,
    /// Where files lay and lie now that hold what they held.
    moved: Vec<(Arc<str>, Arc<str>)>,
}

impl Touched {
    fn both(&self) -> impl Iterator<Item = &Ties> {
        self.old.values().chain(self.new.values())
    }
}

/// The ties of what changed, from both ends.
pub(super) fn touched(indexing: &Indexing<'_>, ready: &Ready, changes: &[Change]) -> Result<Touched, CheckError> {
    let old = changes.iter().filter_map(|change| change.old.clone()).collect();
    let new = changes.iter().filter_map(|change| change.new.clone()).collect();
    let by_path = |sides: Vec<Side>| -> Result<BTreeMap<Arc<str>, Ties>, CheckError> {
        let read = indexing.read(&ready.archive_folders, &sides)?;
        Ok(read.into_iter().map(|(loaded, _, ties)| (Arc::clone(loaded.path()), ties)).collect())
    };
    let moved = changes.iter().filter(|change| change.is_same).filter_map(|change| {
        let (old, new) = (change.old.as_ref()?, change.new.as_ref()?);
        Some((Arc::clone(&old.path), Arc::clone(&new.path)))
    });
    Ok(Touched { old: by_path(old)?, new: by_path(new)?, moved: moved.collect() })
}

/// The neighbours of a change, by path; `Err` in the result is an address that too many link to.
pub(super) fn neighbours(ready: &Ready, touched: &Touched) -> Result<Result<Vec<Indexed>, String>, CheckError> {
    let mut found = Found { ready, touched, rows: BTreeMap::new(), asked: HashMap::new() };
    found.take(ready.index.of_few()?);
    for ties in touched.both() {
        found.alike(ties)?;
        found.makers(ties)?;
    }
    if let Some(address) = found.linkers()? {
        return Ok(Err(address));
    }
    found.fellows()?;
    found.categories()?;
    found.near()?;
    Ok(Ok(found.rows.into_values().collect()))
}

struct Found<'a> {
    ready: &'a Ready,
    touched: &'a Touched,
    rows: BTreeMap<Arc<str>, Indexed>,
    /// How many files have a key that was asked for; three hundred posts of a day name the same pages.
    asked: HashMap<i64, usize>,
}

impl Found<'_> {
    fn take(&mut self, rows: Vec<Indexed>) {
        for row in rows {
            if !self.touched.new.contains_key(&row.path) {
                self.rows.insert(Arc::clone(&row.path), row);
            }
        }
    }

    fn with(&mut self, key: Key<'_>, limit: usize) -> Result<usize, CheckError> {
        let number = key.number();
        if let Some(count) = self.asked.get(&number) {
            return Ok(*count);
        }
        let rows = self.ready.index.with_key(number, limit)?;
        let count = rows.len();
        self.asked.insert(number, count);
        self.take(rows);
        Ok(count)
    }

    /// Posts that have in common with a post what no two should.
    fn alike(&mut self, ties: &Ties) -> Result<(), CheckError> {
        for key in ties.common() {
            self.with(key, MOST_ALIKE)?;
        }
        Ok(())
    }

    /// What lies at the addresses that a file makes, and at those that it links to.
    fn makers(&mut self, ties: &Ties) -> Result<(), CheckError> {
        for file in &ties.addresses {
            self.with(Key::Address(file), MOST_MAKERS)?;
            let mut folder = file.as_str();
            while let Some((parent, _)) = folder.rsplit_once('/') {
                self.with(Key::Address(parent), MOST_MAKERS)?;
                folder = parent;
            }
        }
        for path in &ties.links {
            for file in candidates(path.trim_start_matches('/')) {
                self.with(Key::Address(&file), MOST_MAKERS)?;
            }
        }
        for name in &ties.liquid {
            let name = name.trim_start_matches('/');
            self.with(Key::Post(name), MOST_MAKERS)?;
            let file = self.ready.index.find(name)?;
            self.take(file.into_iter().collect());
        }
        Ok(())
    }

    /// Who links to what is no longer, or no longer the same. The answer names what too many link to.
    fn linkers(&mut self) -> Result<Option<String>, CheckError> {
        let Touched { old, new, .. } = self.touched;
        let changed = |path: &Arc<str>, ties: &Ties, other: &BTreeMap<Arc<str>, Ties>| match other.get(path) {
            Some(other) => !other.still_serves(ties),
            None => true,
        };
        let gone = old.iter().filter(|(path, ties)| changed(path, ties, new));
        let came = new.iter().filter(|(path, ties)| changed(path, ties, old));
        for (path, ties) in gone.chain(came) {
            for to in ties.addresses.iter().flat_map(|file| paths_to(file)) {
                if self.with(Key::Link(to), MOST_LINKERS)? == MOST_LINKERS {
                    return Ok(Some(format!("/{to}")));
                }
            }
            // By its path, by its name, by its place among the includes.
            let names = ties.names.iter().map(|name| &**name);
            let names = names.chain([&**path]).chain(path.strip_prefix("_includes/")).chain(path.rsplit('/').next());
            for name in names {
                self.with(Key::Liquid(name), MOST_LINKERS)?;
            }
        }
        Ok(None)
    }

    /// Others that link to what a file links to only since it moved: what is said of that may have been said before.
    fn fellows(&mut self) -> Result<(), CheckError> {
        let Touched { old, new, moved } = self.touched;
        for (old, new) in moved.iter().filter_map(|(from, to)| Some((old.get(from)?, new.get(to)?))) {
            for path in new.links.iter().filter(|path| !old.links.contains(path)) {
                self.with(Key::Link(path), MOST_FELLOWS)?;
            }
        }
        Ok(())
    }

    /// A post of each category whose page changed, and of each that is now spelt in two ways.
    fn categories(&mut self) -> Result<(), CheckError> {
        let touched: BTreeSet<&str> = self.touched.both().filter_map(|ties| ties.lists.as_deref()).collect();
        let mut wanted: BTreeSet<String> = touched.into_iter().map(str::to_owned).collect();
        let fold = |name: &str| name.nfkc().collect::<String>().to_lowercase();
        let posts = self.touched.both().filter_map(|ties| ties.tally.as_ref());
        let mine: BTreeSet<&str> = posts.map(|(category, _)| &**category).collect();
        let mut families: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (category, _) in self.ready.index.tallies()?.into_keys() {
            families.entry(fold(&category)).or_default().insert(category.into());
        }
        for category in &mine {
            families.entry(fold(category)).or_default().insert((*category).to_owned());
        }
        for family in families.into_values().filter(|family| family.len() > 1) {
            if family.iter().any(|name| mine.contains(name.as_str())) {
                wanted.extend(family);
            }
        }
        // A finding about a category stands at the first of its posts.
        for category in wanted {
            let first = self.ready.index.first_with_key(Key::Category(&category).number())?;
            self.take(first.into_iter().collect());
        }
        // What is said of a category was said before if another post is of it.
        for category in mine {
            self.with(Key::Category(category), 1)?;
        }
        Ok(())
    }

    /// Posts that are nearly equal to one that changed; and of those whose likeness to others the change can tell in
    /// another way, the posts that are nearly equal to them. A passage of too many posts is the template's (see DU004), and
    /// how many posts have one is counted in the index, so of these none has to be at hand.
    fn near(&mut self) -> Result<(), CheckError> {
        let touched = self.touched;
        let (old, new) = (by_passage(touched.old.values()), by_passage(touched.new.values()));
        let mut mine: BTreeSet<u32> = old.keys().chain(new.keys()).copied().collect();
        let asked = mine.clone();
        let mut found: BTreeMap<Arc<str>, Indexed> = BTreeMap::new();
        // Passages that were the template's and are no longer, or the other way round.
        let mut turned = BTreeSet::new();
        for value in &asked {
            let [old, new] = [&old, &new].map(|holders| holders.get(value).map_or(0, Vec::len));
            let Some(rows) = self.sharing(*value, new)? else {
                mine.remove(value);
                continue;
            };
            let others = rows.iter().filter(|row| !touched.new.contains_key(&row.path)).count();
            if (others + old <= COMMON) != (others + new <= COMMON) {
                turned.insert(*value);
            }
            found.extend(rows.into_iter().map(|row| (Arc::clone(&row.path), row)));
        }
        found.retain(|path, _| !touched.new.contains_key(path));
        let is_concerned = |sketch: &Sketch| {
            sketch.keys().any(|value| turned.contains(&value))
                || sketch
                    .keys()
                    .filter(|value| mine.contains(value))
                    .any(|value| is_near(sketch, &old, value) || is_near(sketch, &new, value))
        };
        let mut concerned = Holders::new();
        for sketch in found.values().filter_map(|row| row.sketch).filter(is_concerned) {
            sketch.keys().for_each(|value| concerned.entry(value).or_default().push(sketch));
        }
        for value in concerned.keys().filter(|value| !asked.contains(value)) {
            let rows = self.sharing(*value, 0)?.unwrap_or_default();
            found.extend(rows.into_iter().map(|row| (Arc::clone(&row.path), row)));
        }
        let is_wanted =
            |sketch: &Sketch| is_concerned(sketch) || sketch.keys().any(|value| is_near(sketch, &concerned, value));
        self.take(found.into_values().filter(|row| row.sketch.as_ref().is_some_and(is_wanted)).collect());
        Ok(())
    }

    /// The posts that share a passage, `changed` of those that changed among them; `None` if it is the template's.
    fn sharing(&self, passage: u32, changed: usize) -> Result<Option<Vec<Indexed>>, CheckError> {
        let key = Key::Passage(passage).number();
        let most = changed + COMMON;
        if self.ready.index.count(key, most + 1)? > most {
            return Ok(None);
        }
        Ok(Some(self.ready.index.with_key(key, most)?))
    }
}

/// The sketches that have a passage.
type Holders = BTreeMap<u32, Vec<Sketch>>;

fn by_passage<'t>(ties: impl Iterator<Item = &'t Ties>) -> Holders {
    let mut holders = Holders::new();
    for sketch in ties.filter_map(|ties| ties.sketch) {
        sketch.keys().for_each(|value| holders.entry(value).or_default().push(sketch));
    }
    holders
}

/// Whether it is nearly one of those that have a passage.
fn is_near(sketch: &Sketch, holders: &Holders, passage: u32) -> bool {
    holders.get(&passage).into_iter().flatten().any(|other| sketch.likeness(other, ALIKE).is_some())
}
