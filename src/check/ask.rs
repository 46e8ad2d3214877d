//! Asks the web for every address of which nothing is known that is still believed.
//!
//! Each answer is handed to the state file as it comes, so that a run that is killed costs nothing but its last half
//! second. An address that is due and was not reached stays skipped, whatever is remembered of it: what is too old to be
//! believed is not reported. Offline nothing is remembered, so that the same files always give the same report.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use foldhash::fast::RandomState;
use jiff::Timestamp;

use super::Settings;
use super::journal::Journal;
use crate::document::Archive;
use crate::event::{Event, Observer, Stage};
use crate::probe::{self, Cancel, Outcome, ProbeError, Reason, Validators, Verdict};
use crate::resolve::{Resolved, Target};
use crate::store::{self, Candidate, Checked, Due, Memory, Standing, Track};

/// What is known of every address.
pub(super) struct Asked {
    /// By index of [`Resolved::addresses`].
    pub(super) outcomes: Vec<Outcome>,
    /// Which of them an earlier run learnt.
    pub(super) remembered: Vec<bool>,
    /// Since when addresses have failed of which it is certain.
    pub(super) confirmed: BTreeMap<u32, Timestamp>,
    /// Why the web could not be asked at all.
    pub(super) trouble: Option<ProbeError>,
    /// The state file.
    pub(super) journal: Journal,
}

/// The addresses of a run: which are to be asked, and what is remembered of those.
struct Work<'a> {
    /// Index of each address that may be asked, and its spelling.
    wanted: Vec<(u32, &'a str)>,
    due: Vec<Due>,
    /// Of addresses that are due, by position in `wanted`.
    validators: HashMap<usize, Validators, RandomState>,
    tracks: HashMap<usize, Track, RandomState>,
    /// The fragments that links name, by index of their address; only of addresses that have any.
    fragments: BTreeMap<u32, Vec<&'a str>>,
}

/// Asks the web for every address that is due, or says why not.
pub(super) fn ask(
    settings: &Settings,
    (archive, resolved): (&Archive, &Resolved),
    started_at: Timestamp,
    observer: &dyn Observer,
    cancel: &Cancel,
) -> Asked {
    let total = resolved.addresses.len();
    let reason = if settings.offline || settings.recalls_only { Reason::Offline } else { Reason::Excluded };
    let mut asked = Asked {
        outcomes: vec![Outcome::skipped(reason); total],
        remembered: vec![false; total],
        confirmed: BTreeMap::new(),
        trouble: None,
        journal: Journal::open(settings, started_at),
    };
    if settings.offline {
        return asked;
    }
    let url = |address: u32| resolved.url(&archive.strings, address);
    let all = (0..u32::try_from(total).unwrap_or(u32::MAX)).map(|address| (address, url(address)));
    let mut wanted: Vec<(u32, &str)> = all.filter(|(_, url)| !settings.exclude.is_match(url)).collect();
    // The order of symbols depends on threads; the order of requests must not.
    wanted.sort_unstable_by_key(|(_, url)| *url);
    let work = asked.recall(settings, wanted, fragments(resolved));
    if settings.recalls_only {
        return asked;
    }
    let candidates: Vec<Candidate<'_>> =
        work.wanted.iter().zip(&work.due).map(|((_, url), due)| Candidate { host: host_of(url), due: *due }).collect();
    let plan = store::plan(&candidates, None);
    asked.ask(settings, &work, &plan.ask, (observer, cancel));
    asked
}

impl Asked {
    /// Takes what is still believed, and finds out what is due.
    fn recall<'a>(
        &mut self,
        settings: &Settings,
        wanted: Vec<(u32, &'a str)>,
        fragments: BTreeMap<u32, Vec<&'a str>>,
    ) -> Work<'a> {
        let now = (settings.clock)();
        let due = vec![Due::NeverSeen; wanted.len()];
        let urls: Vec<&str> = wanted.iter().map(|(_, url)| *url).collect();
        let (validators, tracks) = (HashMap::default(), HashMap::default());
        let mut work = Work { wanted, due, validators, tracks, fragments };
        let Self { outcomes, remembered, confirmed, journal, .. } = self;
        journal.recall(&urls, |position, memory| {
            let (Some(&(address, url)), Some(slot)) = (work.wanted.get(position), work.due.get_mut(position)) else {
                return;
            };
            *slot = due_of(settings, (url, &memory), now);
            let fragments = work.fragments.get(&address).map_or(&[][..], Vec::as_slice);
            if matches!(slot, Due::Fresh(_)) && !memory.knows(fragments) {
                *slot = Due::Overdue(Duration::ZERO);
            }
            if !matches!(slot, Due::Fresh(_)) {
                work.remember(position, &memory, settings.fresh);
                return;
            }
            if let Some(since) = confirmed_since(settings, &memory.outcome, &memory.track) {
                confirmed.insert(address, since);
            }
            if let (Some(outcome), Some(flag)) =
                (outcomes.get_mut(address as usize), remembered.get_mut(address as usize))
            {
                *outcome = Outcome { validators: None, ..memory.outcome };
                *flag = true;
            }
        });
        work
    }

    /// Asks for the addresses at these positions, in this order.
    fn ask(
        &mut self,
        settings: &Settings,
        work: &Work<'_>,
        order: &[u32],
        (observer, cancel): (&dyn Observer, &Cancel),
    ) {
        let addresses: Vec<probe::Address<'_>> =
            order.iter().filter_map(|position| work.address(*position as usize)).collect();
        let writer = self.journal.writer();
        observer.observe(&Event::Begin { stage: Stage::Fetch, total: Some(addresses.len() as u64) });
        // What is learnt now could not be kept: hours of asking would be for nothing.
        let asked = if self.journal.is_troubled() {
            Ok(vec![Outcome::skipped(Reason::Offline); addresses.len()])
        } else {
            probe::probe(&settings.probe, &addresses, observer, cancel, &|index, outcome| {
                if let (Some(writer), Some(address)) = (&writer, addresses.get(index)) {
                    let (url, outcome) = (address.url.into(), outcome.clone());
                    let fragments = address.fragments.iter().map(|&fragment| fragment.into()).collect();
                    writer.record(Checked { url, outcome, fragments, origin: None });
                }
            })
        };
        observer.observe(&Event::End { stage: Stage::Fetch });
        if let Some(writer) = writer {
            let written = writer.finish();
            self.journal.note(written);
        }
        let answers = asked.unwrap_or_else(|trouble| {
            self.trouble = Some(trouble);
            vec![Outcome::skipped(Reason::Offline); addresses.len()]
        });
        for (position, answer) in order.iter().zip(answers) {
            self.take(settings, work, *position as usize, answer);
        }
    }

    fn take(&mut self, settings: &Settings, work: &Work<'_>, position: usize, answer: Outcome) {
        let Some(&(address, _)) = work.wanted.get(position) else { return };
        if let Some(at) = answer.checked_at {
            let before = work.tracks.get(&position).copied().unwrap_or_default();
            if let Some(since) = confirmed_since(settings, &answer, &before.after(answer.verdict, at)) {
                self.confirmed.insert(address, since);
            }
        }
        if let Some(slot) = self.outcomes.get_mut(address as usize) {
            *slot = answer;
        }
    }

    /// Whether nothing went wrong with the web or the state file.
    pub(super) fn is_untroubled(&self) -> bool {
        self.trouble.is_none() && !self.journal.is_troubled()
    }

    /// Whether every address was judged that was to be.
    pub(super) fn is_whole(&self) -> bool {
        let is_cut = |outcome: &Outcome| {
            outcome.verdict == Verdict::Skipped
                && matches!(outcome.reason, Reason::Budget | Reason::Interrupted | Reason::Offline)
        };
        !self.outcomes.iter().any(is_cut)
    }
}

impl<'a> Work<'a> {
    /// Keeps of an address that is due what its next answer is held against.
    fn remember(&mut self, position: usize, memory: &Memory, is_fresh: bool) {
        if memory.track.failures > 0 {
            self.tracks.insert(position, memory.track);
        }
        // Who asks for everything anew wants no answer that rests on what is remembered.
        if !is_fresh && let Some(validators) = memory.validators() {
            self.validators.insert(position, validators.clone());
        }
    }

    fn address(&'a self, position: usize) -> Option<probe::Address<'a>> {
        let (address, url) = self.wanted.get(position)?;
        let fragments = self.fragments.get(address).map_or(&[][..], Vec::as_slice);
        Some(probe::Address { url, fragments, validators: self.validators.get(&position) })
    }
}

/// The fragments that links to the web name, sorted: all of one address are looked for in one answer.
fn fragments(resolved: &Resolved) -> BTreeMap<u32, Vec<&str>> {
    let mut fragments: BTreeMap<u32, Vec<&str>> = BTreeMap::new();
    for target in &resolved.targets {
        if let Target::Web { address, fragment: Some(fragment) } = target {
            fragments.entry(*address).or_default().push(fragment);
        }
    }
    for fragments in fragments.values_mut() {
        fragments.sort_unstable();
        fragments.dedup();
    }
    fragments
}

/// Whether an address is to be asked; with `--fresh` each is, the longest unasked first.
fn due_of(settings: &Settings, (url, memory): (&str, &Memory), now: Timestamp) -> Due {
    if !settings.fresh {
        return store::due(url, Some(memory), now, &settings.store.max_age);
    }
    match store::due(url, Some(memory), now, &store::MaxAge::ZERO) {
        Due::Fresh(_) => Due::Overdue(Duration::ZERO),
        due => due,
    }
}

/// Since when an address has failed, if it is certain that this is no bad night.
fn confirmed_since(settings: &Settings, outcome: &Outcome, track: &Track) -> Option<Timestamp> {
    if outcome.verdict != Verdict::Failing {
        return None;
    }
    match store::standing(track, outcome.checked_at?, &settings.store.confirmation) {
        Standing::Confirmed { since, .. } => Some(since),
        _ => None,
    }
}

/// The host of an address as politeness counts hosts: one for both schemes.
fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    authority.rsplit('@').next().unwrap_or(authority)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_those_of_politeness() {
        for (url, host) in [
            ("https://a.cn/x?y#z", "a.cn"),
            ("http://a.cn", "a.cn"),
            ("http://a.cn:8080?x", "a.cn:8080"),
            ("https://me:secret@a.cn/@b", "a.cn"),
            ("", ""),
        ] {
            assert_eq!(host_of(url), host, "{url}");
        }
    }
}
