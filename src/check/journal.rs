//! The state file during one run: what is asked of it, and what the run enters.
//!
//! A run without a state file, or one that asks nothing of the web, has an empty journal that remembers nothing.
//! The first trouble with the file is kept until the end of the run, so that its report is not lost with it.
//! Nothing here decides what is asked.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::Settings;
use crate::finding::subject_of;
use crate::probe::HostBook;
use crate::report::{Changes, Healed, History, MAX_HEALED, PastRun, Report, Reported};
use crate::store::{
    Copy, Ending, FindingRecord, HealedFinding, Memory, Run, RunSummary, Start, State, StateError, Writer,
};

/// Past runs that are read: a week of runs every five minutes.
const MAX_PAST: usize = 2016;
use crate::vcs::{Repository, Revision, VcsError};

/// The kind of note that names the commit which was checked last.
const CHECKED: &str = "checked";

/// The kind of notes about hosts.
const HOSTS: &str = "host";

/// The state file during one run.
pub(super) struct Journal {
    open: Option<(State, Run)>,
    /// The state file of a run that only reads it.
    read: Option<State>,
    trouble: Option<StateError>,
    started_at: Timestamp,
    /// Whether the run before this one looked for the same.
    is_comparable: bool,
    /// The runs before this one that came to an end, oldest first.
    past: Vec<PastRun>,
}

impl Journal {
    /// Opens the state file that the settings name, and enters that a run begins.
    pub(super) fn open(settings: &Settings, started_at: Timestamp) -> Self {
        let mut journal =
            Self { open: None, read: None, trouble: None, started_at, is_comparable: false, past: Vec::new() };
        if settings.offline {
            return journal;
        }
        match settings.state.as_ref().map(|path| State::open(path, &settings.store)) {
            None => {}
            Some(Err(trouble)) => journal.trouble = Some(trouble),
            Some(Ok(state)) if settings.recalls_only => journal.read = Some(state),
            Some(Ok(state)) => journal.begin(settings, state),
        }
        journal
    }

    fn begin(&mut self, settings: &Settings, state: State) {
        let digest = digest(settings);
        let start = Start { at: self.started_at, settings: &digest, vantage: &settings.vantage };
        let begun = state.runs(MAX_PAST).and_then(|last| Ok((last, state.begin(&start)?)));
        match begun {
            Ok((last, run)) => {
                self.is_comparable = last.first().is_some_and(|last| last.settings == digest);
                let ended = last.into_iter().rev().filter(|run| run.finished_at.is_some());
                self.past = ended.map(past_run).collect();
                self.open = Some((state, run));
            }
            Err(trouble) => self.trouble = Some(trouble),
        }
    }

    /// Whether there is anything to remember by.
    pub(super) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// Whether something is wrong with the state file.
    pub(super) fn is_troubled(&self) -> bool {
        self.trouble.is_some()
    }

    /// The commit that the last check of a branch saw.
    pub(super) fn commit_of(&mut self, branch: &str) -> Option<String> {
        let note = self.open.as_ref().map(|(state, _)| state.note(CHECKED, branch))?;
        self.note(note).flatten().map(|(commit, _)| commit)
    }

    /// Remembers the commit that this check saw of its branch.
    pub(super) fn remember_commit(&mut self, repository: &Repository, tip: &Revision) -> Result<(), VcsError> {
        let Some(branch) = repository.branch()?.filter(|_| self.open.is_some()) else { return Ok(()) };
        let set = self.open.as_ref().map(|(state, _)| state.set_note(CHECKED, &branch, tip.as_str(), self.started_at));
        set.and_then(|set| self.note(set));
        Ok(())
    }

    /// Keeps the first trouble.
    pub(super) fn note<T>(&mut self, outcome: Result<T, StateError>) -> Option<T> {
        match outcome {
            Ok(value) => Some(value),
            Err(trouble) => {
                self.trouble.get_or_insert(trouble);
                None
            }
        }
    }

    /// Calls `visit` with the position of each address that is remembered.
    pub(super) fn recall(&mut self, urls: &[&str], visit: impl FnMut(usize, Memory)) {
        let state = self.open.as_ref().map(|(state, _)| state).or(self.read.as_ref());
        if let Some(Err(trouble)) = state.map(|state| state.recall_each(urls, visit)) {
            self.trouble.get_or_insert(trouble);
        }
    }

    /// The copy that a web archive holds of an address, if it was asked.
    pub(super) fn copy_of(&mut self, url: &str) -> Option<Copy> {
        let held = self.open.as_ref().map(|(state, _)| state.held(url))?;
        self.note(held)?.and_then(|held| held.copy)
    }

    /// Takes what is remembered of hosts, given as often as they come.
    pub(super) fn recall_hosts<'u>(&mut self, hosts: impl Iterator<Item = &'u str>, book: &HostBook) {
        let Some(state) = self.open.as_ref().map(|(state, _)| state).or(self.read.as_ref()) else { return };
        let names = hosts.flat_map(|host| [host, host.rsplit_once(':').map_or(host, |(name, _)| name)]);
        let names: BTreeSet<&str> = names.collect();
        for name in names {
            match state.note(HOSTS, name) {
                Ok(Some((line, _))) => book.recall(name, &line),
                Ok(None) => {}
                Err(trouble) => {
                    self.trouble.get_or_insert(trouble);
                    return;
                }
            }
        }
    }

    /// Enters what was learnt of hosts.
    pub(super) fn note_hosts(&mut self, book: &HostBook, now: Timestamp) {
        let Some((state, _)) = &self.open else { return };
        for (host, line) in book.changes() {
            if let Err(trouble) = state.set_note(HOSTS, &host, &line, now) {
                self.trouble.get_or_insert(trouble);
                return;
            }
        }
    }

    /// Starts to write outcomes as they come.
    pub(super) fn writer(&mut self) -> Option<Writer> {
        let writer = self.open.as_ref().map(|(state, run)| state.writer(*run))?;
        self.note(writer)
    }

    /// Enters the findings and the end of the run, fills in since when each finding has been there, and tells the first
    /// trouble. `is_whole` says that the run judged everything that it found.
    pub(super) fn close(mut self, report: &mut Report, is_whole: bool) -> Option<StateError> {
        if let Some((mut state, run)) = self.open.take() {
            // With other rules than the run before, what is not found need not have healed.
            let is_whole = is_whole && self.is_comparable && !self.is_troubled();
            let prints: Vec<String> = report.findings.iter().map(|reported| reported.fingerprint.to_string()).collect();
            let records: Vec<FindingRecord<'_>> = report.findings.iter().zip(&prints).map(record).collect();
            let ledger = state.enter(run, self.started_at, &records, is_whole);
            if let Some(ledger) = self.note(ledger) {
                let healed = state.healed_in(run, MAX_HEALED);
                let healed = self.note(healed).unwrap_or_default();
                let past = std::mem::take(&mut self.past);
                let changes = past.last().map(|last| Changes {
                    since: last.started_at,
                    comparable: is_whole,
                    new: ledger.new as u64,
                    healed: ledger.healed as u64,
                    healed_findings: healed.into_iter().map(healed_finding).collect(),
                });
                report.history = History::new(report.summary.healthy, report.fail_at, changes, past);
                for (reported, since) in report.findings.iter_mut().zip(ledger.since) {
                    reported.since = Some(since);
                }
            }
            let ended = state.end(run, &ending(report));
            self.note(ended);
        }
        self.trouble
    }
}

fn past_run(run: RunSummary) -> PastRun {
    PastRun { started_at: run.started_at, complete: run.complete, healthy: run.healthy, counts: run.counts }
}

fn healed_finding(finding: HealedFinding) -> Healed {
    let HealedFinding { code, path, message, since } = finding;
    Healed { code, path, message, since }
}

fn record<'r>((reported, print): (&'r Reported, &'r String)) -> FindingRecord<'r> {
    let finding = &reported.finding;
    FindingRecord {
        fingerprint: print,
        code: finding.meta.code.as_str(),
        path: &finding.path,
        url: finding.url.as_deref(),
        message: &finding.message,
    }
}

fn ending(report: &Report) -> Ending {
    let summary = &report.summary;
    let counts = [
        ("posts", report.archive.posts),
        ("addresses", summary.links.external),
        ("errors", summary.errors),
        ("warnings", summary.warnings),
        ("infos", summary.infos),
    ];
    let verdicts = summary.links.by_verdict.iter().map(|(verdict, count)| (verdict.name().to_owned(), *count));
    let counts: BTreeMap<String, u64> =
        counts.into_iter().map(|(name, count)| (name.to_owned(), count)).chain(verdicts).collect();
    Ending { at: report.run.finished_at, complete: report.run.complete, healthy: summary.healthy, counts }
}

/// Two runs with the same digest look for the same in the same files.
fn digest(settings: &Settings) -> String {
    let Settings { selection, folders, .. } = settings;
    // A compiled glob shows what it has learnt from its use; its text is always the same.
    let paths: Vec<_> = selection.paths.iter().map(|path| (path.glob.glob().glob(), &path.changes)).collect();
    let words = format!("{:?} {:?} {paths:?} {folders:?}", selection.select, selection.everywhere);
    format!("{:016x}", subject_of(&words))
}
