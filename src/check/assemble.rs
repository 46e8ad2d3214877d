//! From facts and findings to the report.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::Timestamp;
use rayon::prelude::*;

use super::{Folders, Settings, audit};
use crate::document::{Archive, Kind, Link};
use crate::facts::Facts;
use crate::finding::Finding;
use crate::language::say;
use crate::probe::{Outcome, Reason, Verdict};
use crate::report::{Address, ArchiveCounts, LinkCounts, MAX_PLACES, Parts, Place, Report, Run as ReportRun};
use crate::resolve::Target;
use crate::text::Symbol;

/// What is known of the run beside its facts.
pub(super) struct Run<'r> {
    pub(super) uses: Uses,
    pub(super) started_at: Timestamp,
    pub(super) is_complete: bool,
    pub(super) notices: Vec<String>,
    /// Files that could not be read.
    pub(super) unreadable: usize,
    /// The commit since which changes were judged.
    pub(super) since: Option<&'r str>,
    /// Which outcomes an earlier run learnt, by address.
    pub(super) remembered: &'r [bool],
}

/// The report of a run.
pub(super) fn report(settings: &Settings, facts: &Facts<'_>, findings: Vec<Finding>, run: Run<'_>) -> Report {
    let uses = &run.uses;
    let mut notices = run.notices;
    notices.extend(settings.notices.iter().cloned());
    if settings.probe.insecure && !settings.offline {
        let notice = say!("every certificate was trusted (insecure): what https answers may come from anybody");
        notices.push(notice.in_language(settings.rules.language));
    }
    let counts = archive_counts(facts.archive);
    if counts.posts == 0 && run.since.is_none() {
        let notice = say!(
            "no post was found in {root}: a post is a file `YYYY-MM-DD-slug.md` in `_posts`; name other folders of posts in `posts.folders`, or another path",
            root = settings.walk.root.display(),
        );
        notices.push(notice.in_language(settings.rules.language));
    }
    let categories = audit::categories(facts, &findings);
    Report::new(Parts {
        run: ReportRun {
            started_at: run.started_at,
            finished_at: (settings.clock)(),
            offline: settings.offline,
            since: run.since.map(str::to_owned),
            revision: settings.revision.clone(),
            complete: run.is_complete && (run.since.is_some() || !is_nothing(settings, counts)),
            insecure: settings.probe.insecure,
            vantage: Some(settings.vantage.clone()).filter(|name| !name.is_empty()),
        },
        archive: counts,
        links: link_counts(facts, uses),
        findings,
        addresses: addresses(facts, uses, run.remembered),
        lists_alive: settings.all_addresses,
        notices,
        coverage: audit::coverage(settings, facts, run.unreadable),
        freshness: audit::freshness(facts, run.remembered, run.started_at),
        categories,
        fail_at: super::settings::fail_at(settings.fail_on),
    })
}

/// Whether a full check has nothing to judge, or not what settings say is there: nothing was found wrong with it, and
/// nobody may take that for health.
fn is_nothing(settings: &Settings, counts: ArchiveCounts) -> bool {
    let Folders { posts, archive } = &settings.folders;
    let is_named = !posts.is_empty() || archive.as_ref().is_some_and(|folders| !folders.is_empty());
    counts.posts == 0 && (counts.pages == 0 || is_named)
}

fn archive_counts(archive: &Archive) -> ArchiveCounts {
    let is_post = |kind: Kind| kind != Kind::Page;
    let posts = archive.documents.iter().filter(|document| is_post(document.kind)).count();
    ArchiveCounts {
        posts: posts as u64,
        pages: (archive.documents.len() - posts) as u64,
        files: archive.files.len() as u64,
        bytes: archive.documents.iter().map(|document| u64::from(document.bytes)).sum(),
    }
}

/// How often addresses of the web are used, and where.
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
        let kept = facts
            .outcomes
            .iter()
            .zip(&by_address)
            .map(|(outcome, count)| if is_listed(outcome) { most.min(*count) } else { 0 });
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
                take(*address as usize, (narrow(number), narrow(index)));
            }
        }
    }
}

fn link_counts(facts: &Facts<'_>, uses: &Uses) -> LinkCounts {
    let mut internal: Vec<&str> = facts
        .resolved
        .targets
        .iter()
        .filter_map(|target| match target {
            Target::Site { path, .. } => Some(&**path),
            _ => None,
        })
        .collect();
    internal.sort_unstable();
    internal.dedup();
    let external = facts.resolved.addresses.len() as u64;
    let mut counts = LinkCounts {
        occurrences: uses.occurrences,
        unique: internal.len() as u64 + external,
        internal: internal.len() as u64,
        external,
        by_verdict: BTreeMap::new(),
    };
    for outcome in facts.outcomes {
        counts.judged(outcome.verdict);
    }
    counts
}

/// The listed addresses in the order of their spellings, made on all cores: there are hundreds of thousands.
fn addresses(facts: &Facts<'_>, uses: &Uses, remembered: &[bool]) -> Vec<Address> {
    let url_of = |index: u32| facts.resolved.url(&facts.archive.strings, index);
    let count = u32::try_from(uses.by_address.len()).unwrap_or(u32::MAX);
    let is_listed = |index: &u32| !uses.of(*index as usize).is_empty();
    // The spellings themselves, since a comparison that looks two up costs more than one that has them.
    let mut listed: Vec<(&str, u32)> = (0..count).filter(is_listed).map(|index| (url_of(index), index)).collect();
    listed.par_sort_unstable();
    let mut fragments: BTreeMap<u32, Vec<Arc<str>>> = BTreeMap::new();
    for target in &facts.resolved.targets {
        if let Target::Web { address, fragment: Some(fragment) } = target {
            fragments.entry(*address).or_default().push(Arc::clone(fragment));
        }
    }
    for named in fragments.values_mut() {
        named.sort_unstable();
        named.dedup();
    }
    let address = |texts: &mut HashMap<Symbol, Arc<str>>, (url, index): &(&str, u32)| {
        let url: Arc<str> = (*url).into();
        let index = *index as usize;
        let kept = uses.of(index);
        let mut places = Vec::with_capacity(kept.len());
        places.extend(kept.iter().filter_map(|place| place_of(facts, &url, *place, texts)));
        let outcome = facts.outcomes.get(index).cloned().unwrap_or_else(|| Outcome::skipped(Reason::Offline));
        let occurrences = uses.by_address.get(index).copied().unwrap_or(0).into();
        let number = u32::try_from(index).unwrap_or(u32::MAX);
        let origin = facts.record.origins.get(&number).map(|place| Arc::from(&**place));
        let from_state = remembered.get(index).copied().unwrap_or(false);
        let fragments = fragments.get(&number).map(|named| named.as_slice().into()).unwrap_or_default();
        Address { url, outcome, from_state, origin, fragments, occurrences, places }
    };
    listed.par_iter().map_init(HashMap::new, address).collect()
}

fn place_of(
    facts: &Facts<'_>,
    url: &Arc<str>,
    (document, link): (u32, u32),
    texts: &mut HashMap<Symbol, Arc<str>>,
) -> Option<Place> {
    let document = facts.archive.documents.get(document as usize)?;
    let link: &Link = document.links.get(link as usize)?;
    let written = facts.archive.text(link.text);
    // An autolink's text is its address: one string serves both.
    let text = if *written == **url { Arc::clone(url) } else { shared(texts, link.text, written) };
    Some(Place { path: Arc::clone(&document.path), line: link.line, column: link.column, text })
}

fn shared(texts: &mut HashMap<Symbol, Arc<str>>, symbol: Symbol, text: &str) -> Arc<str> {
    Arc::clone(texts.entry(symbol).or_insert_with(|| text.into()))
}
