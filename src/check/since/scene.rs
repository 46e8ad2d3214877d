//! Gathers what a change is judged by: the files that changed, as they are and as they were, and their neighbours.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::changes::Change;
use super::contents::{Item, Loaded, Roles, archive_of, item_of, load};
use super::error::CheckError;
use super::indexing::{Indexing, Ready};
use super::keys::Key;
use super::neighbours::{MOST_LINKERS, Touched, neighbours, touched};
use super::verdict::{Elsewhere, Scene};
use crate::check::Settings;
use crate::check::load::Reader;
use crate::document::{Archive, Field};
use crate::language::{Message, say};
use crate::rules::{COMMON, category, first_text};
use crate::store::Indexed;
use crate::text::{Interner, Sketch};

/// Files that decide what every other means.
const DECIDING: [&str; 8] =
    ["_config.yml", "CNAME", "Gemfile", "Gemfile.lock", ".nojekyll", "postproof.yml", "postproof.yaml", ".gitignore"];

/// What is needed to gather.
pub(super) struct Gathering<'a> {
    pub(super) indexing: &'a Indexing<'a>,
    pub(super) ready: &'a Ready,
    pub(super) roles: &'a Roles<'a>,
    /// Reads and judges.
    pub(super) judging: &'a Reader<'a>,
}

/// What a change is judged by.
pub(super) struct Both {
    /// `None` where the change concerns everything, and everything is judged.
    pub(super) before: Option<Scene>,
    pub(super) after: Scene,
    /// The files that came or hold something else than before.
    pub(super) touched: BTreeSet<Arc<str>>,
    pub(super) elsewhere: Elsewhere,
    /// How many posts that are not at hand have a passage that posts at hand share.
    pub(super) passages: BTreeMap<u32, usize>,
    /// Addresses of the web that nothing in the archive named before.
    pub(super) new_addresses: BTreeSet<Box<str>>,
    pub(super) notices: Vec<String>,
    /// How many files could not be read.
    pub(super) unreadable: usize,
}

/// How far a change reaches.
enum Reach {
    /// To these.
    Some(Vec<Indexed>),
    /// It has to be judged with everything at hand.
    All(String),
    /// It touches everything.
    Everything(String),
}

impl Gathering<'_> {
    pub(super) fn gather(&self, changes: &[Change]) -> Result<Both, CheckError> {
        let ties = touched(self.indexing, self.ready, changes)?;
        let reach = self.reach(changes, &ties)?;
        let (rows, notice, is_everything) = match reach {
            Reach::Some(rows) => (rows, None, false),
            Reach::All(why) => (self.untouched(&ties)?, Some(why), false),
            Reach::Everything(why) => (self.untouched(&ties)?, Some(why), true),
        };
        let interner = Interner::default();
        let root = self.indexing.root;
        let neighbours: Vec<Item> = rows.iter().map(|row| item_of(row, root)).collect();
        let reader = if is_everything { self.judging } else { self.indexing.reader };
        let neighbours = self.load(reader, &neighbours, &interner)?;
        let new = self.sides(changes.iter().filter_map(|change| change.new.as_ref()));
        let new = self.load(self.judging, &new, &interner)?;
        // What moved has the findings that it had, unless its new place makes others of them.
        let moved = changes.iter().filter(|change| change.is_same).filter_map(|change| change.old.as_ref());
        let moved = self.load(self.judging, &self.sides(moved), &interner)?;
        let gone = changes.iter().filter(|change| !change.is_same).filter_map(|change| change.old.as_ref());
        let gone = self.load(self.indexing.reader, &self.sides(gone), &interner)?;

        let unreadable: Vec<String> = neighbours.iter().chain(&new).filter_map(Loaded::trouble).collect();
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for loaded in neighbours {
            if !is_everything {
                before.push(loaded.clone());
            }
            after.push(loaded);
        }
        after.extend(new);
        before.extend(moved);
        before.extend(gone);
        let strings = interner.freeze();
        let mut after = scene(after);
        let before = (!is_everything).then(|| {
            let mut before = scene(before);
            before.archive.strings = strings.clone();
            before
        });
        after.archive.strings = strings;
        let touched = if is_everything {
            let documents = after.archive.documents.iter().map(|document| &document.path);
            documents.chain(&after.archive.files).cloned().collect()
        } else {
            changes
                .iter()
                .filter(|change| !change.is_same)
                .filter_map(|change| change.new.as_ref())
                .map(|side| Arc::clone(&side.path))
                .collect()
        };
        let at_hand = [before.as_ref().map(|before| &before.archive), Some(&after.archive)];
        Ok(Both {
            elsewhere: self.elsewhere(&after.archive)?,
            passages: self.passages(at_hand.into_iter().flatten())?,
            new_addresses: self.new_addresses(&ties)?,
            before,
            after,
            touched,
            unreadable: unreadable.len(),
            notices: unreadable.into_iter().chain(notice).collect(),
        })
    }

    fn reach(&self, changes: &[Change], ties: &Touched) -> Result<Reach, CheckError> {
        let Settings { site, deciding, .. } = self.indexing.settings;
        let sides = || changes.iter().flat_map(|change| [&change.old, &change.new]).flatten();
        let decides = |path: &str| {
            // Without a Gemfile.lock the workflows tell which Jekyll builds the site.
            let names_engine = path.starts_with(".github/workflows/");
            let is_named = DECIDING.contains(&path) || deciding.iter().any(|file| file == path);
            is_named || names_engine || path.ends_with("/.gitignore")
        };
        if let Some(side) = sides().find(|side| decides(&side.path)) {
            return Ok(Reach::Everything(
                self.said(&say!("{path} changed, so everything was judged", path = &*side.path)),
            ));
        }
        let is_whole = |change: &&Change| change.old.is_none() || change.new.is_none() || change.is_same;
        let mut came_or_went = changes.iter().filter(is_whole).flat_map(|change| [&change.old, &change.new]).flatten();
        if let Some(side) =
            came_or_went.find(|side| side.path.starts_with("_layouts/") || side.path.starts_with("_plugins/"))
        {
            return Ok(Reach::All(self.said(&say!("{path} came or went, so everything was read", path = &*side.path))));
        }
        let counts_posts = ["jekyll-paginate", "jekyll-paginate-v2", "jekyll-archives"];
        let plugin = site.plugins.iter().find(|plugin| counts_posts.contains(&plugin.as_str()));
        let feed_by_posts = site.feed.tags || site.feed.tags_path.is_some();
        let reason = match plugin {
            Some(plugin) => Some(plugin.as_str()),
            None if site.paginate.is_some() => Some("paginate"),
            None if site.limit_posts > 0 => Some("limit_posts"),
            None if feed_by_posts => Some("feed.tags"),
            None => None,
        };
        if let Some(reason) = reason {
            let why = say!("which pages the site has depends on all posts ({reason}), so everything was read", reason);
            return Ok(Reach::All(self.said(&why)));
        }
        Ok(match neighbours(self.ready, ties)? {
            Ok(rows) => Reach::Some(rows),
            Err(address) => {
                let why = say!(
                    "more than {count} files link to {address}, so everything was read",
                    count = MOST_LINKERS,
                    address
                );
                Reach::All(self.said(&why))
            }
        })
    }

    fn said(&self, message: &Message) -> String {
        message.in_language(self.indexing.settings.rules.language)
    }

    /// Every file that did not change.
    fn untouched(&self, ties: &Touched) -> Result<Vec<Indexed>, CheckError> {
        let mut rows = self.ready.index.all()?;
        rows.retain(|row| !ties.new.contains_key(&row.path));
        Ok(rows)
    }

    fn sides<'c>(&self, sides: impl Iterator<Item = &'c super::changes::Side>) -> Vec<Item> {
        sides.map(|side| self.roles.item(side)).collect()
    }

    fn load(&self, reader: &Reader<'_>, items: &[Item], interner: &Interner) -> Result<Vec<Loaded>, CheckError> {
        load(self.indexing.repository, reader, items, interner)
    }

    /// The posts that are counted and not at hand.
    fn elsewhere(&self, at_hand: &Archive) -> Result<Elsewhere, CheckError> {
        let mut elsewhere = Elsewhere::new();
        for ((name, tag), posts) in self.ready.index.tallies()? {
            elsewhere.entry(name).or_default().insert(tag, posts);
        }
        for document in at_hand.documents.iter().filter(|document| document.kind.is_post()) {
            let Some(tags) = category(at_hand, document).and_then(|name| elsewhere.get_mut(name)) else { continue };
            let tag = document.fields.get(Field::Tags).and_then(|value| first_text(at_hand, value)).unwrap_or_default();
            if let Some(posts) = tags.get_mut(tag) {
                *posts = posts.saturating_sub(1);
            }
        }
        elsewhere.retain(|_, tags| {
            tags.retain(|_, posts| *posts > 0);
            !tags.is_empty()
        });
        Ok(elsewhere)
    }

    /// Of the passages that posts at hand share, how many others have them; the last archive is what the index holds.
    fn passages<'a>(&self, archives: impl Iterator<Item = &'a Archive>) -> Result<BTreeMap<u32, usize>, CheckError> {
        let (mut shared, mut at_hand) = (BTreeSet::new(), BTreeMap::<u32, usize>::new());
        for archive in archives {
            at_hand.clear();
            for value in archive.documents.iter().flat_map(|document| &document.sketch).flat_map(Sketch::keys) {
                *at_hand.entry(value).or_default() += 1;
            }
            shared.extend(at_hand.iter().filter(|(_, posts)| **posts > 1).map(|(value, _)| *value));
        }
        let mut elsewhere = BTreeMap::new();
        for value in shared {
            let mine = at_hand.get(&value).copied().unwrap_or(0);
            let posts = self.ready.index.count(Key::Passage(value).number(), mine + COMMON + 1)?;
            if posts > mine {
                elsewhere.insert(value, posts - mine);
            }
        }
        Ok(elsewhere)
    }

    /// The addresses of the web that are in what changed, and neither were in it before nor are elsewhere.
    fn new_addresses(&self, ties: &Touched) -> Result<BTreeSet<Box<str>>, CheckError> {
        let known: BTreeSet<&str> = ties.old.values().flat_map(|ties| ties.web.iter().map(|url| &**url)).collect();
        let mut named: BTreeMap<&str, usize> = BTreeMap::new();
        for ties in ties.new.values() {
            let own: BTreeSet<&str> = ties.web.iter().map(|url| &**url).collect();
            for url in own.into_iter().filter(|url| !known.contains(url)) {
                *named.entry(url).or_default() += 1;
            }
        }
        let mut new = BTreeSet::new();
        for (url, files) in named {
            if self.ready.index.count(Key::Web(url).number(), files + 1)? <= files {
                new.insert(Box::from(url));
            }
        }
        Ok(new)
    }
}

fn scene(loaded: Vec<Loaded>) -> Scene {
    let (archive, findings) = archive_of(loaded);
    Scene { archive, findings }
}
