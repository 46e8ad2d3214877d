//! The map of a site's addresses.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use jiff::Timestamp;
use rayon::prelude::*;

use super::abort::Abort;
use super::beyond::Beyond;
use super::context::{Context, Item, Source};
use super::intended::intended;
use super::judge::{Verdict, judge};
use super::settings::Settings;
use super::table::{Prepared, Preparer, Stage, Table};
use super::{Served, Unpublished};
use crate::document::{Archive, Kind};

/// No number of the table.
const NONE: u32 = u32::MAX;

/// Files that are judged in one go, before their addresses are put in the table.
const BATCH: usize = 1 << 13;

/// Every address that a site will serve.
pub struct SiteMap<'a> {
    pub(super) context: Context<'a>,
    pub(super) table: Table,
    /// What became of each document.
    states: Vec<State>,
    /// Names of what generates pages.
    pub(super) generators: Vec<Arc<str>>,
    /// Digests of the files that unpublished documents would be, with the document, sorted.
    pub(super) intended: Vec<(u64, u32)>,
    aborts: Vec<(Source, Abort)>,
    pub(super) beyond: Beyond,
    /// Addresses that files make by themselves come before this number.
    pub(super) placed: u32,
    pub(super) stems: OnceLock<Vec<(u64, u32)>>,
}

/// What became of a document.
#[derive(Clone, Copy, Debug)]
struct State {
    number: u32,
    reason: Option<Unpublished>,
    unstable: bool,
}

/// What the plugins need of the files that were judged.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    /// The published posts with their dates.
    pub posts: Vec<(i64, Source)>,
    /// Addresses that lead on, with the one whose `redirect_from` names them.
    pub redirects: Vec<(String, Source)>,
    /// Files named `README`.
    pub readmes: Vec<(super::judge::Readme, Source)>,
}

impl<'a> SiteMap<'a> {
    /// Maps a site as it will be built at `now`.
    pub fn build(settings: &'a Settings, archive: &'a Archive, now: Timestamp) -> Self {
        let mut map = Self::empty(settings, archive, now);
        map.beyond = Beyond::new(settings, archive);
        let kept = map.newest_posts();
        let gathered = map.place_files(kept.as_deref());
        map.placed = map.table.len();
        map.add_generated(&gathered);
        map.aborts.sort_unstable();
        map.settle_shared();
        map.table.shrink();
        map.learn_intended();
        map
    }

    /// A map without any address.
    pub(super) fn empty(settings: &'a Settings, archive: &'a Archive, now: Timestamp) -> Self {
        Self {
            context: Context::new(settings, archive, now.as_second()),
            table: Table::with_room_for(archive.documents.len() + archive.files.len(), settings.engine),
            states: Vec::with_capacity(archive.documents.len()),
            generators: Vec::new(),
            intended: Vec::new(),
            aborts: Vec::new(),
            beyond: Beyond::default(),
            placed: 0,
            stems: OnceLock::new(),
        }
    }

    /// The path of a document's address as Jekyll writes it: percent-encoded, with its leading `/`, without `baseurl`.
    ///
    /// A document that is not served has the address that it would have; one that can have none has no address.
    pub fn address_of(&self, document: usize) -> Option<Cow<'_, str>> {
        let state = self.states.get(document)?;
        if state.number != NONE {
            return Some(self.table.url(state.number));
        }
        let item = Item::document(self.context.archive, document)?;
        intended(&self.context, &item, self.is_archived(document)).map(|address| Cow::Owned(address.url))
    }

    /// Whether a document is served at an address that is made of the moment of the build, and moves with each one.
    pub fn is_unstable(&self, document: usize) -> bool {
        self.states.get(document).is_some_and(|state| state.unstable)
    }

    /// Why a document has no address of its own; `None` if it has one.
    pub fn unpublished(&self, document: usize) -> Option<Unpublished> {
        let state = self.states.get(document)?;
        let is_moved = state.number == NONE && self.is_archived(document);
        if is_moved { Some(Unpublished::Archived) } else { state.reason }
    }

    /// The documents and files because of which Jekyll builds nothing, sorted, with the reason.
    ///
    /// The rest of the map tells what would be served without them.
    pub fn build_aborts(&self) -> impl Iterator<Item = (Served, &Abort)> {
        self.aborts.iter().map(|(source, abort)| (self.served_as(*source), abort))
    }

    /// Number of addresses.
    pub fn len(&self) -> usize {
        self.table.len() as usize
    }

    /// Whether nothing is served.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of a document's address, if it has one.
    pub(super) fn served_number(&self, document: usize) -> Option<u32> {
        self.states.get(document).map(|state| state.number).filter(|&number| number != NONE)
    }

    pub(super) fn served_by(&self, number: u32) -> Served {
        self.table.entry(number).map_or(Served::Nothing, |entry| self.served_as(entry.source))
    }

    fn served_as(&self, source: Source) -> Served {
        match source {
            Source::Document(index) => Served::Document(index as usize),
            Source::File(index) => Served::File(index as usize),
            Source::Generated(index) => {
                Served::Generated(self.generators.get(index as usize).cloned().unwrap_or_default())
            }
        }
    }

    /// Where only so many posts are published: the newest, by date and path. `None` is no limit.
    fn newest_posts(&self) -> Option<Vec<Source>> {
        let limit = usize::try_from(self.context.settings.limit_posts).ok().filter(|&limit| limit > 0)?;
        let context = &self.context;
        let posts = (0..total(context)).into_par_iter().filter_map(|at| {
            let item = item(context, at)?;
            let verdict = judged(context, &item);
            verdict.instant.filter(|_| verdict.is_post).map(|instant| (instant, item.path, item.source))
        });
        let mut posts: Vec<_> = posts.collect();
        posts.par_sort_unstable();
        let mut newest: Vec<Source> = posts.iter().rev().take(limit).map(|&(_, _, source)| source).collect();
        newest.sort_unstable();
        Some(newest)
    }

    fn place_files(&mut self, kept: Option<&[Source]>) -> Gathered {
        let Self { context, table, states, aborts, .. } = self;
        let context = &*context;
        let mut places = Places { table, states, aborts, gathered: Gathered::default() };
        let total = total(context);
        let preparer = places.table.preparer();
        let judge_from = |start: usize| -> Vec<Batch> {
            let add_judged = |mut batch: Batch, item: Item<'a>| {
                let mut verdict = judged(context, &item);
                limit(&mut verdict, item.source, kept);
                batch.push(&preparer, item.source, verdict);
                batch
            };
            let files = start.min(total)..(start + BATCH).min(total);
            files.into_par_iter().filter_map(|at| item(context, at)).fold(Batch::default, add_judged).collect()
        };
        // The table is filled on one core, while the others judge what comes next.
        let mut batch = judge_from(0);
        for start in (0..total).step_by(BATCH) {
            let place = || batch.into_iter().for_each(|batch| places.place_all(batch));
            ((), batch) = rayon::join(place, || judge_from(start + BATCH));
        }
        places.gathered
    }

    /// Puts a file in its place of whose site nothing else is gathered.
    pub(super) fn place(&mut self, source: Source, verdict: Verdict) {
        let Self { table, states, aborts, .. } = self;
        Places { table, states, aborts, gathered: Gathered::default() }.place(source, verdict);
    }
    /// Remembers that Jekyll builds nothing because of a file.
    pub(super) fn stop(&mut self, source: Source, abort: Abort) {
        self.aborts.push((source, abort));
    }

    /// Makes `number` the address that stands for a document.
    pub(super) fn set_number(&mut self, source: Source, number: u32) {
        if let Source::Document(index) = source
            && let Some(state) = self.states.get_mut(index as usize)
        {
            state.number = number;
        }
    }

    pub(super) fn is_archived(&self, document: usize) -> bool {
        self.context.archive.documents.get(document).is_some_and(|document| document.kind == Kind::Archived)
    }
}

impl std::fmt::Debug for SiteMap<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("SiteMap").field("addresses", &self.len()).finish_non_exhaustive()
    }
}

/// Files that were judged on one core.
///
/// What is usual of them is kept together: a million addresses that one core makes and another frees, each a string of its
/// own, keep both waiting for the allocator.
#[derive(Debug, Default)]
struct Batch {
    /// The files of the usual addresses, one behind the other.
    text: String,
    files: Vec<(Source, Judged)>,
}

/// What became of a file.
#[derive(Debug)]
enum Judged {
    /// It has one address and nothing beside it, as nearly every file has.
    Usual { end: u32, prepared: Prepared, stage: Stage, post: Option<i64>, unstable: bool },
    /// It has no address, and nothing beside it.
    Nothing(Option<Unpublished>),
    /// Anything else.
    Other(Box<Verdict>),
}

impl Batch {
    fn push(&mut self, preparer: &Preparer, source: Source, verdict: Verdict) {
        let judged = self.judged(preparer, verdict);
        self.files.push((source, judged));
    }

    fn judged(&mut self, preparer: &Preparer, verdict: Verdict) -> Judged {
        let has_more = verdict.abort.is_some() || !verdict.redirects.is_empty() || verdict.readme.is_some();
        match verdict.made.as_slice() {
            [] if !has_more && !verdict.unstable && !verdict.is_post => Judged::Nothing(verdict.reason),
            [(address, stage)] if !has_more && verdict.reason.is_none() => match preparer.prepare(address) {
                Some(prepared) => {
                    self.text.push_str(&address.destination);
                    let end = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
                    let post = verdict.instant.filter(|_| verdict.is_post);
                    Judged::Usual { end, prepared, stage: *stage, post, unstable: verdict.unstable }
                }
                None => Judged::Other(Box::new(verdict)),
            },
            _ => Judged::Other(Box::new(verdict)),
        }
    }
}

/// Where files that were judged are put.
struct Places<'m> {
    table: &'m mut Table,
    states: &'m mut Vec<State>,
    aborts: &'m mut Vec<(Source, Abort)>,
    gathered: Gathered,
}

impl Places<'_> {
    fn place_all(&mut self, batch: Batch) {
        let mut start = 0;
        for (source, judged) in batch.files {
            let state = match judged {
                Judged::Other(verdict) => {
                    self.place(source, *verdict);
                    continue;
                }
                Judged::Nothing(reason) => State { number: NONE, reason, unstable: false },
                Judged::Usual { end, prepared, stage, post, unstable } => {
                    let destination = batch.text.get(start..end as usize).unwrap_or_default();
                    start = end as usize;
                    self.gathered.posts.extend(post.map(|instant| (instant, source)));
                    let number = self.table.add_prepared(destination, prepared, source, stage);
                    State { number, reason: None, unstable }
                }
            };
            self.remember(source, state);
        }
    }

    fn remember(&mut self, source: Source, state: State) {
        if let Source::Document(_) = source {
            self.states.push(state);
        }
    }

    fn place(&mut self, source: Source, verdict: Verdict) {
        let (mut number, mut is_rendered) = (NONE, false);
        let is_static = |stage: Stage| stage == Stage::Static;
        for (address, stage) in &verdict.made {
            let added = self.table.add(address, source, *stage);
            // A page is what a reader means, and not the copy of its source.
            if number == NONE || (!is_rendered && !is_static(*stage)) {
                (number, is_rendered) = (added, !is_static(*stage));
            }
        }
        if let Some(abort) = verdict.abort {
            self.aborts.push((source, abort));
        }
        let gathered = &mut self.gathered;
        gathered.posts.extend(verdict.instant.filter(|_| verdict.is_post).map(|instant| (instant, source)));
        gathered.redirects.extend(verdict.redirects.into_iter().map(|from| (from, source)));
        gathered.readmes.extend(verdict.readme.map(|readme| (readme, source)));
        self.remember(source, State { number, reason: verdict.reason, unstable: verdict.unstable });
    }
}

fn judged<'a>(context: &Context<'a>, item: &Item<'a>) -> Verdict {
    judge(context, item, context.entries.roles(item.path))
}

fn total(context: &Context<'_>) -> usize {
    context.archive.documents.len() + context.archive.files.len()
}

/// Documents first, then files.
fn item<'a>(context: &Context<'a>, at: usize) -> Option<Item<'a>> {
    match at.checked_sub(context.archive.documents.len()) {
        None => Item::document(context.archive, at),
        Some(file) => Item::file(context.archive, file),
    }
}

/// Takes a post off the site that `limit_posts` leaves out.
fn limit(verdict: &mut Verdict, source: Source, kept: Option<&[Source]>) {
    let Some(kept) = kept.filter(|_| verdict.is_post) else { return };
    if kept.binary_search(&source).is_err() {
        verdict.made.retain(|(_, stage)| *stage != Stage::Post);
        verdict.is_post = false;
        verdict.abort = None;
        verdict.redirects.clear();
        verdict.reason = Some(Unpublished::Excluded);
    }
}
