//! From facts and findings to the report.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use jiff::Timestamp;

use super::Settings;
use crate::document::{Archive, Kind, Link};
use crate::facts::Facts;
use crate::finding::Finding;
use crate::probe::{Outcome, Verdict};
use crate::report::{Address, ArchiveCounts, LinkCounts, MAX_PLACES, Parts, Place, Report, Run as ReportRun};
use crate::resolve::Target;
use crate::text::Symbol;

/// What is known of the run beside its facts.
pub(super) struct Run {
    pub(super) started_at: Timestamp,
    pub(super) is_complete: bool,
    pub(super) notices: Vec<String>,
}

/// The report of a run.
pub(super) fn report(settings: &Settings, facts: &Facts<'_>, findings: Vec<Finding>, run: Run) -> Report {
    let uses = Uses::count(facts, |outcome| settings.all_addresses || outcome.verdict != Verdict::Alive);
    let mut notices = run.notices;
    notices.extend(settings.notices.iter().cloned());
    let counts = archive_counts(facts.archive);
    if counts.posts == 0 {
        let root = settings.walk.root.display();
        notices.push(format!(
            "no post was found in {root}: name the folders of posts in `posts.folders`, or another path"
        ));
    }
    Report::new(Parts {
        run: ReportRun {
            started_at: run.started_at,
            finished_at: (settings.clock)(),
            offline: settings.offline,
            since: None,
            revision: settings.revision.clone(),
            complete: run.is_complete,
        },
        archive: counts,
        links: link_counts(facts, &uses),
        findings,
        addresses: addresses(facts, uses),
        notices,
        not_checked: not_checked(facts),
        fail_at: super::settings::fail_at(settings.fail_on),
    })
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
struct Uses {
    occurrences: u64,
    by_address: Vec<u32>,
    /// The first places of each listed address, as document and link.
    places: Vec<Vec<(u32, u32)>>,
}

impl Uses {
    fn count(facts: &Facts<'_>, is_listed: impl Fn(&Outcome) -> bool) -> Self {
        let count = facts.resolved.addresses.len();
        let listed: Vec<bool> = facts.outcomes.iter().map(is_listed).collect();
        let mut uses = Self { occurrences: 0, by_address: vec![0; count], places: vec![Vec::new(); count] };
        for (number, document) in facts.archive.documents.iter().enumerate() {
            uses.occurrences += document.links.len() as u64;
            for index in 0..document.links.len() {
                let Some(Target::Web { address, .. }) = facts.resolved.target(facts.archive, number, index) else {
                    continue;
                };
                let address = *address as usize;
                if let Some(count) = uses.by_address.get_mut(address) {
                    *count += 1;
                }
                let narrow = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
                match (uses.places.get_mut(address), listed.get(address)) {
                    (Some(places), Some(true)) if places.len() < MAX_PLACES => {
                        places.push((narrow(number), narrow(index)));
                    }
                    _ => {}
                }
            }
        }
        uses
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

fn not_checked(facts: &Facts<'_>) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for outcome in facts.outcomes.iter().filter(|outcome| outcome.verdict == Verdict::Skipped) {
        *counts.entry(outcome.reason.name().into_owned()).or_default() += 1;
    }
    let templates = facts.resolved.targets.iter().filter(|target| **target == Target::Template).count() as u64;
    if templates > 0 {
        counts.insert("template".to_owned(), templates);
    }
    counts
}

fn addresses(facts: &Facts<'_>, uses: Uses) -> Vec<Address> {
    let mut texts: HashMap<Symbol, Arc<str>> = HashMap::new();
    let mut listed = Vec::new();
    for (index, places) in uses.places.into_iter().enumerate() {
        if places.is_empty() {
            continue;
        }
        let number = u32::try_from(index).unwrap_or(u32::MAX);
        let Some(outcome) = facts.outcomes.get(index) else { continue };
        let url: Arc<str> = facts.resolved.url(&facts.archive.strings, number).into();
        let place = |(document, link): (u32, u32)| {
            let document = facts.archive.documents.get(document as usize)?;
            let link: &Link = document.links.get(link as usize)?;
            let written = facts.archive.text(link.text);
            // An autolink's text is its address: one string serves both.
            let text = if *written == *url { Arc::clone(&url) } else { shared(&mut texts, link.text, written) };
            Some(Place { path: Arc::clone(&document.path), line: link.line, column: link.column, text })
        };
        let places = places.into_iter().filter_map(place).collect();
        let occurrences = uses.by_address.get(index).copied().unwrap_or(0).into();
        listed.push(Address { url, outcome: outcome.clone(), from_state: false, occurrences, places });
    }
    listed
}

fn shared(texts: &mut HashMap<Symbol, Arc<str>>, symbol: Symbol, text: &str) -> Arc<str> {
    Arc::clone(texts.entry(symbol).or_insert_with(|| text.into()))
}
