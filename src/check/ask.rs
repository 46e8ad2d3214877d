//! Asks the web for every address of which nothing is known that is still believed.
//!
//! Each answer is handed to the state file as it comes, so that a run that is killed costs nothing but its last half
//! second. An address that is due and was not reached keeps what an earlier run learnt: a link that was dead last week
//! has not healed because this run had no time for it. Offline nothing is remembered, so that the same files always give
//! the same report.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use foldhash::fast::RandomState;
use jiff::Timestamp;

use super::journal::Journal;
use super::judged::{Sources, Texts};
use super::listed::Known;
use super::twins;
use super::{Settings, archived, import, mail};
use crate::document::Archive;
use crate::event::{Event, Observer, Stage};
use crate::language::say;
use crate::probe::{self, Cancel, Claims, Outcome, ProbeError, Reason, Seen, Validators, Verdict};
use crate::resolve::Resolved;
use crate::store::{self, Candidate, Checked, Due, Memory, Record, Standing, Track, host_of};

/// What is known of every address.
pub(super) struct Asked {
    /// By index of [`Resolved::addresses`]; empty where nobody was to be asked.
    pub(super) outcomes: Vec<Outcome>,
    /// Which of them an earlier run learnt.
    pub(super) remembered: Vec<bool>,
    /// What is known of them beside their outcomes.
    pub(super) record: Record,
    /// Sentences about outcomes that were brought from elsewhere.
    pub(super) notices: Vec<String>,
    /// Why the web could not be asked at all.
    pub(super) trouble: Option<ProbeError>,
    /// Whether mail hosts could not be looked up at all, and whether the run ended before they were.
    mail_trouble: (bool, bool),
    /// The state file.
    pub(super) journal: Journal,
}

/// Whether an address is to be asked.
pub(super) type IsWanted<'w> = &'w dyn Fn(&str) -> bool;

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
    /// The addresses whose pages are judged.
    sources: Sources,
    /// What an earlier run saw of pages that may be as they were, by position in `wanted`.
    seen: HashMap<usize, Seen, RandomState>,
}

/// Asks the web for every address that is due, or says why not; of those that are not wanted, only what is remembered counts.
pub(super) fn ask(
    settings: &Settings,
    (archive, resolved, (is_wanted, texts)): (&Archive, &Resolved, (IsWanted<'_>, &Texts)),
    started_at: Timestamp,
    observer: &dyn Observer,
    cancel: &Cancel,
) -> Asked {
    let total = resolved.addresses.len();
    let mut asked = Asked {
        outcomes: Vec::new(),
        remembered: Vec::new(),
        record: Record::default(),
        notices: Vec::new(),
        trouble: None,
        mail_trouble: (false, false),
        journal: Journal::open(settings, started_at),
    };
    if settings.offline {
        return asked;
    }
    let reason = if settings.recalls_only { Reason::Offline } else { Reason::Excluded };
    asked.outcomes = vec![Outcome::skipped(reason); total];
    asked.remembered = vec![false; total];
    let url = |address: u32| resolved.url(&archive.strings, address);
    let all = (0..u32::try_from(total).unwrap_or(u32::MAX)).map(|address| (address, url(address)));
    let mut wanted: Vec<(u32, &str)> = Vec::with_capacity(total);
    wanted.extend(all.filter(|(_, url)| !settings.exclude.is_match(url)));
    // The order of symbols depends on threads; the order of requests must not.
    wanted.sort_unstable_by_key(|(_, url)| *url);
    asked.import(settings, &wanted);
    let sources = Sources::find(settings, archive, resolved);
    // All fragments of one address are looked for in one answer.
    let fragments = resolved.fragments().into_iter();
    let fragments = fragments.map(|(address, named)| (address, named.into_iter().map(|name| &**name).collect()));
    let mut work = asked.recall(settings, wanted, (fragments.collect(), sources));
    let begun = Instant::now();
    let took = asked.look_up_mail(settings, (resolved, is_wanted), cancel);
    if settings.recalls_only {
        asked.prove_https(settings, &work.scene(texts), twins::Left::NOTHING, (observer, cancel));
        return asked;
    }
    let due = std::mem::take(&mut work.due);
    let candidates = work.wanted.iter().zip(due).map(|((_, url), due)| Candidate { host: host_of(url), due });
    let mut plan = store::plan(&candidates.collect::<Vec<_>>(), settings.budget);
    for position in &plan.left {
        asked.take(settings, &work, *position as usize, Outcome::skipped(Reason::Budget));
    }
    plan.ask.retain(|position| work.wanted.get(*position as usize).is_some_and(|(_, url)| is_wanted(url)));
    let addresses = plan.ask.iter().filter_map(|position| Some(work.wanted.get(*position as usize)?.0));
    let claims = work.sources.claims(addresses, texts);
    asked.journal.recall_hosts(work.wanted.iter().map(|(_, url)| host_of(url)), &settings.probe.book);
    asked.ask(settings, &work, (&plan.ask, claims, took), (observer, cancel));
    let left = twins::Left {
        addresses: settings.budget.map(|budget| budget.saturating_sub(plan.ask.len())),
        time: settings.probe.max_time.map(|time| time.saturating_sub(begun.elapsed())),
    };
    asked.prove_https(settings, &work.scene(texts), left, (observer, cancel));
    asked.journal.note_hosts(&settings.probe.book, (settings.clock)());
    asked.suspect_funnels(|address| url(u32::try_from(address).unwrap_or(u32::MAX)));
    asked.find_copies(settings, &work.wanted);
    asked
}

impl Asked {
    /// Remembers what other places have learnt of these addresses, which are sorted by spelling.
    fn import(&mut self, settings: &Settings, wanted: &[(u32, &str)]) {
        let now = (settings.clock)();
        let is_wanted = |url: &str| wanted.binary_search_by(|(_, known)| (*known).cmp(url)).is_ok();
        let mut checked = Vec::new();
        for (name, bytes) in &settings.import {
            let imported = import::read(name, bytes, now, &is_wanted);
            let said = imported.notices.iter().map(|notice| notice.in_language(settings.rules.language));
            self.notices.extend(said);
            checked.extend(imported.checked);
        }
        let Some(writer) = Some(checked).filter(|list| !list.is_empty()).zip(self.journal.writer()) else { return };
        let (checked, writer) = writer;
        for one in import::newest(checked) {
            writer.record(one);
        }
        if let Some(written) = self.journal.note(writer.finish()) {
            let (taken, passed) = (written.remembered, written.passed_over);
            let notice = say!(
                "{taken} outcomes from elsewhere were taken over, {passed} were older than what is known",
                taken,
                passed,
            );
            self.notices.push(notice.in_language(settings.rules.language));
        }
    }

    /// Takes what is still believed, and finds out what is due.
    fn recall<'a>(
        &mut self,
        settings: &Settings,
        wanted: Vec<(u32, &'a str)>,
        (fragments, sources): (BTreeMap<u32, Vec<&'a str>>, Sources),
    ) -> Work<'a> {
        let now = (settings.clock)();
        let due = vec![Due::NeverSeen; wanted.len()];
        let urls: Vec<&str> = wanted.iter().map(|(_, url)| *url).collect();
        let (validators, tracks) = (HashMap::default(), HashMap::default());
        let mut work = Work { wanted, due, validators, tracks, fragments, sources, seen: HashMap::default() };
        let Self { outcomes, remembered, record, journal, .. } = self;
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
                if settings.fresh {
                    return;
                }
                record.stale.insert(address);
            }
            if let Some(standing) = standing(settings, &memory.outcome, &memory.track) {
                record.standings.insert(address, standing);
            }
            if let Some(origin) = memory.origin {
                record.origins.insert(address, origin);
            }
            if let (Some(outcome), Some(flag)) =
                (outcomes.get_mut(address as usize), remembered.get_mut(address as usize))
            {
                *outcome = memory.outcome.without_validators();
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
        (order, claims, took): (&[u32], Claims, Duration),
        (observer, cancel): (&dyn Observer, &Cancel),
    ) {
        let mut addresses: Vec<probe::Address<'_>> = Vec::with_capacity(order.len());
        addresses.extend(order.iter().filter_map(|position| work.address(*position as usize)));
        let writer = self.journal.writer();
        observer.observe(&Event::Begin { stage: Stage::Fetch, total: Some(addresses.len() as u64) });
        let is_troubled = self.journal.is_troubled();
        let mut take = |index: usize, outcome: Outcome| {
            let (Some(address), Some(position)) = (addresses.get(index), order.get(index)) else { return };
            if let Some(writer) = &writer {
                let (url, outcome) = (address.url.into(), outcome.clone());
                let fragments = address.fragments.iter().map(|&fragment| fragment.into()).collect();
                writer.record(Checked { url, outcome, fragments, origin: None });
            }
            self.take(settings, work, *position as usize, outcome.without_validators());
        };
        // What is learnt with a troubled journal could not be kept: hours of asking would be for nothing.
        let asked = (!is_troubled).then(|| {
            let max_time = settings.probe.max_time.map(|time| time.saturating_sub(took));
            let settings = probe::Settings { max_time, claims, ..settings.probe.clone() };
            probe::probe(&settings, &addresses, observer, cancel, &mut take)
        });
        observer.observe(&Event::End { stage: Stage::Fetch });
        drop(addresses);
        if let Some(writer) = writer {
            let written = writer.finish();
            self.journal.note(written);
        }
        if !matches!(asked, Some(Ok(()))) {
            for position in order {
                self.take(settings, work, *position as usize, Outcome::skipped(Reason::Offline));
            }
        }
        self.trouble = asked.and_then(Result::err);
        let Self { record, outcomes, .. } = self;
        let stale = std::mem::take(&mut record.stale);
        let asked = order.iter().filter_map(|position| work.wanted.get(*position as usize));
        let asked = asked.filter(|(address, _)| !stale.contains(address));
        let asked = asked.filter_map(|(address, url)| Some((*address, *url, outcomes.get(*address as usize)?)));
        record.judge_hosts(asked, &settings.store.confirmation);
        record.stale = stale;
    }

    /// Looks up who takes the mail of the domains that links name, and says how long that took.
    fn look_up_mail(
        &mut self,
        settings: &Settings,
        (resolved, is_wanted): (&Resolved, IsWanted<'_>),
        cancel: &Cancel,
    ) -> Duration {
        let mail::Mail { record, trouble, took, is_cut } =
            mail::look_up(settings, (resolved, is_wanted), &mut self.journal, cancel);
        self.record.mail = record;
        self.mail_trouble = (trouble.is_some(), is_cut);
        self.notices.extend(trouble);
        took
    }

    /// Believes none of the addresses of a host that all end at one page.
    fn suspect_funnels<'u>(&mut self, url: impl Fn(usize) -> &'u str) {
        for (address, suspicion) in probe::funnels(&self.outcomes, url) {
            if let Some(outcome) = self.outcomes.get_mut(address) {
                outcome.verdict = Verdict::Suspect;
                outcome.reason = suspicion.reason;
                outcome.evidence = Some(suspicion.evidence);
            }
        }
    }

    /// Looks up which of the addresses that are not well a web archive holds.
    fn find_copies(&mut self, settings: &Settings, wanted: &[(u32, &str)]) {
        for (address, url) in wanted {
            let outcome = self.outcomes.get(*address as usize);
            let is_bad =
                |outcome: &Outcome| matches!(outcome.verdict, Verdict::Dead | Verdict::Failing | Verdict::Suspect);
            if outcome.is_some_and(is_bad)
                && let Some(copy) = self.journal.copy_of(url)
            {
                self.record.copies.insert(*address, archived::copy_address(settings, &copy));
            }
        }
    }

    fn take(&mut self, settings: &Settings, work: &Work<'_>, position: usize, mut answer: Outcome) {
        let Some(&(address, _)) = work.wanted.get(position) else { return };
        if answer.status == Some(304) {
            answer.seen = work.seen.get(&position).copied();
        }
        let is_cut = matches!(answer.reason, Reason::Budget | Reason::Interrupted);
        if is_cut && answer.verdict == Verdict::Skipped && self.record.stale.contains(&address) {
            return;
        }
        self.record.stale.remove(&address);
        self.record.origins.remove(&address);
        self.record.standings.remove(&address);
        if let Some(at) = answer.checked_at {
            let before = work.tracks.get(&position).copied().unwrap_or_default();
            if let Some(standing) = standing(settings, &answer, &before.after(answer.verdict, at)) {
                self.record.standings.insert(address, standing);
            }
        }
        if let Some(slot) = self.outcomes.get_mut(address as usize) {
            *slot = answer;
        }
        if let Some(flag) = self.remembered.get_mut(address as usize) {
            *flag = false;
        }
    }

    /// What the report lists, the state file, and why the web could not be asked.
    pub(super) fn parts(self) -> (Known, Journal, Option<ProbeError>) {
        let Self { outcomes, remembered, record, journal, trouble, .. } = self;
        (Known { outcomes, remembered, origins: record.origins }, journal, trouble)
    }

    /// Whether nothing went wrong with the web or the state file.
    pub(super) fn is_untroubled(&self) -> bool {
        self.trouble.is_none() && !self.mail_trouble.0 && !self.journal.is_troubled()
    }

    /// Whether there is an answer, of this run or an earlier one, for every address that settings let be asked.
    pub(super) fn has_all_answers(&self, settings: &Settings, resolved: &Resolved) -> bool {
        !settings.offline && self.is_whole(resolved) && self.is_untroubled()
    }

    /// Whether every address was judged that was to be.
    pub(super) fn is_whole(&self, resolved: &Resolved) -> bool {
        let is_cut = |outcome: &Outcome| {
            outcome.verdict == Verdict::Skipped
                && matches!(outcome.reason, Reason::Budget | Reason::Interrupted | Reason::Offline)
        };
        let is_each_judged = self.outcomes.len() == resolved.addresses.len() && !self.outcomes.iter().any(is_cut);
        is_each_judged && !self.mail_trouble.1 && self.record.stale.is_empty()
    }
}

impl<'a> Work<'a> {
    /// Keeps of an address that is due what its next answer is held against.
    fn remember(&mut self, position: usize, memory: &Memory, is_fresh: bool) {
        // An address that was well all the time has a record like one that nobody knows.
        if memory.track.failures > 0 || memory.track.recent != 0 {
            self.tracks.insert(position, memory.track);
        }
        // Who asks for everything anew wants no answer that rests on what is remembered.
        if is_fresh {
            return;
        }
        let Some(validators) = memory.validators() else { return };
        // That a page is as it was says nothing of one that was never judged.
        let is_judged = self.wanted.get(position).is_some_and(|(address, _)| self.sources.judges(*address));
        if !is_judged || memory.outcome.seen.is_some() {
            self.validators.insert(position, validators.clone());
            self.seen.extend(memory.outcome.seen.map(|seen| (position, seen)));
        }
    }

    fn scene(&'a self, texts: &'a Texts) -> twins::Scene<'a> {
        twins::Scene { wanted: &self.wanted, fragments: &self.fragments, sources: &self.sources, texts }
    }

    fn address(&'a self, position: usize) -> Option<probe::Address<'a>> {
        let (address, url) = self.wanted.get(position)?;
        let fragments = self.fragments.get(address).map_or(&[][..], Vec::as_slice);
        Some(probe::Address {
            url,
            fragments,
            validators: self.validators.get(&position),
            judge: self.sources.judges(*address),
        })
    }
}

/// Whether an address is to be asked; with `--fresh` each is, the longest unasked first.
pub(super) fn due_of(settings: &Settings, (url, memory): (&str, &Memory), now: Timestamp) -> Due {
    if !settings.fresh {
        return store::due(url, Some(memory), now, &settings.store.max_age);
    }
    match store::due(url, Some(memory), now, &store::MaxAge::ZERO) {
        Due::Fresh(_) => Due::Overdue(Duration::ZERO),
        due => due,
    }
}

/// Of an address that fails, whether this is certain to be no bad night.
pub(super) fn standing(settings: &Settings, outcome: &Outcome, track: &Track) -> Option<Standing> {
    let is_failing = outcome.verdict == Verdict::Failing;
    is_failing.then(|| Some(store::standing(track, outcome.checked_at?, &settings.store.confirmation))).flatten()
}
