//! `--since`: judges a change, and not the archive.
//!
//! git says which files changed. The index says, by a few look-ups for each, which others that concerns: who links to a
//! page that is gone, who names the same source, what lies at the addresses that are named. These files, and the pages,
//! make a small archive, and the same rules judge it as it is now and as it was before. So nothing that a full check
//! finds is found in another way here, and what a million other posts hold is never read.

mod changes;
mod contents;
mod error;
mod history;
mod indexing;
mod keys;
mod later;
mod neighbours;
mod scene;
mod stamp;
mod ties;
mod verdict;

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

pub use error::CheckError;
use jiff::Timestamp;

use super::rewriting::{look_for_rewriting, remembered};
use super::shared::SharedValues;
use super::{Checked, Settings, ask, assemble, listed, load, place, resolve_links};
use crate::document::{Archive, Kind};
use crate::event::{Event, Observer, Stage};
use crate::facts::{Facts, History};
use crate::finding::Finding;
use crate::language::say;
use crate::probe::Cancel;
use crate::report;
use crate::rules::Rule;
use crate::site::{SiteMap, published_paths};
use crate::source::Walked;
use crate::vcs::{Comparison, Repository};
use changes::Compared;
use contents::Roles;
use indexing::Indexing;
use later::Later;
use scene::{Both, Gathering};
use verdict::Ground;

/// What a run is told, and who watches it.
struct Run<'a> {
    settings: &'a Settings,
    since: &'a str,
    started_at: Timestamp,
    observer: &'a dyn Observer,
    cancel: &'a Cancel,
}

/// Checks what changed since a commit.
pub(super) fn check_since(
    settings: &Settings,
    since: &str,
    observer: &dyn Observer,
    cancel: &Cancel,
) -> Result<Checked, CheckError> {
    let run = Run { settings, since, started_at: (settings.clock)(), observer, cancel };
    let root = &settings.walk.root;
    let repository = Repository::discover(root)?.ok_or_else(|| CheckError::NoRepository(root.display().to_string()))?;
    observer.observe(&Event::Begin { stage: Stage::Walk, total: None });
    let comparison = repository.comparison(since)?;
    let own = own_files(settings);
    let is_own = |path: &str| own.contains(path);
    let compared = changes::compare(&repository, (root, &comparison), &is_own)?;
    observer.observe(&Event::End { stage: Stage::Walk });

    let dialect = |path: &str, kind: Kind| settings.dialect(path, kind);
    let locate = |path: &Arc<str>| place(settings, &Walked::default(), path);
    let active = settings.selection.rules();
    let reader = |active| load::Reader {
        extract: &settings.extract,
        rules: &settings.rules,
        active,
        built: None,
        compares: true,
        ledger: None,
        dialect: &dialect,
        locate: &locate,
        observer,
        cancel,
        shared: SharedValues::for_threads(),
    };
    let (quiet, loud): (load::Reader<'_>, load::Reader<'_>) = (reader(&[]), reader(&active));
    let indexing = Indexing {
        settings,
        repository: &repository,
        reader: &quiet,
        is_own: &is_own,
        root,
        compared: (&comparison, &compared),
    };
    run.judge(&indexing, (&comparison, &compared), &loud)
}

impl Run<'_> {
    fn judge(
        &self,
        indexing: &Indexing<'_>,
        (comparison, compared): (&Comparison, &Compared),
        judging: &load::Reader<'_>,
    ) -> Result<Checked, CheckError> {
        let Self { settings, observer, .. } = *self;
        let Compared { changes, unsaved } = compared;
        let ready = indexing.ready(&comparison.from, comparison.tip.as_ref().unwrap_or(&comparison.from))?;
        if !unsaved.is_empty() {
            indexing.lay_over(&ready, unsaved)?;
        }
        observer.observe(&Event::Begin { stage: Stage::Judge, total: None });
        let is_read = published_paths(&settings.site);
        let roles = Roles { folders: &settings.folders, archive: &ready.archive_folders, is_read: &is_read };
        let history = history::history(indexing.repository, (self.since, comparison), (changes, &roles))?;
        let mut both = Gathering { indexing, ready: &ready, roles: &roles, judging }.gather(changes)?;
        both.notices.extend(ready.notice.iter().cloned());
        observer.observe(&Event::End { stage: Stage::Judge });
        let site = indexing.site(&ready.archive_folders);
        let later = Arc::new(Later::new(indexing, changes));
        let checked = self.conclude(indexing.repository, comparison, (&site, both, history), &later);
        ready.index.close();
        checked
    }

    /// Asks the web for what is new, judges, and reports.
    fn conclude(
        &self,
        repository: &Repository,
        comparison: &Comparison,
        (site, both, mut history): (&crate::site::Settings, Both, History),
        later: &Arc<Later>,
    ) -> Result<Checked, CheckError> {
        let Self { settings, observer, cancel, .. } = *self;
        let own = part_of(&both.after.archive, |path| both.touched.contains(path));
        let map = SiteMap::build(site, &own, settings.rules.now);
        let resolved = resolve_links(settings, (site, &map), &own);
        let is_new = |url: &str| both.new_addresses.contains(url);
        let texts = Later::texts(later);
        let mut asked = ask::ask(settings, (&own, &resolved, (&is_new, &texts)), self.started_at, observer, cancel);
        let mut notices = both.notices;
        notices.append(&mut asked.notices);
        self.look_back(repository, comparison, (&mut history, &mut notices, &mut asked))?;
        observer.observe(&Event::Begin { stage: Stage::Judge, total: None });
        let facts = Facts {
            archive: &own,
            site: &map,
            resolved: &resolved,
            outcomes: &asked.outcomes,
            record: &asked.record,
            hosts: &settings.probe.book,
            fixity: None,
            history: None,
            part: None,
            overview: OnceLock::new(),
        };
        let is_of_web = |rule: &&'static dyn Rule| rule.meta().code.as_str().starts_with("NT");
        let of_web = settings.selection.rules().into_iter().filter(is_of_web);
        let answers: Vec<Finding> = of_web.flat_map(|rule| super::judge_by(settings, &facts, rule)).collect();
        let Both { elsewhere, passages, .. } = both;
        let ground = Ground { settings, site, elsewhere, passages, history: &history, answers };
        let mut findings = match &both.before {
            Some(before) => ground.verdict(before, &both.after, &both.touched),
            None => ground.everything(&both.after),
        };
        report::locate(&mut findings, &|path| later.read(path));
        super::offers::offer(&facts, &mut findings, &|path| later.read(path));
        observer.observe(&Event::End { stage: Stage::Judge });
        let is_complete = both.unreadable == 0 && asked.is_untroubled() && !cancel.is_cancelled();
        let uses = listed::Uses::of_report(settings, &facts);
        let run = assemble::Run {
            uses: &uses,
            started_at: self.started_at,
            is_complete,
            remembered: &asked.remembered,
            notices,
            unreadable: both.unreadable,
            since: Some(self.since),
        };
        let index = || listed::Index::of(&own, &resolved, &uses);
        let (mut report, index) = rayon::join(|| assemble::report(settings, &facts, findings, run), index);
        if let Some(baseline) = &settings.baseline {
            report.hold_against(baseline);
        }
        if is_complete && let Some(tip) = comparison.tip.as_ref().filter(|_| comparison.to.is_none()) {
            asked.journal.remember_commit(repository, tip)?;
        }
        let (known, journal, trouble) = asked.parts();
        let state_trouble = journal.close(&mut report, false);
        drop(map);
        report.addresses = listed::listed(own, resolved, known, (uses, index));
        Ok(Checked { report, trouble, state_trouble })
    }

    /// Looks whether commits were lost: of the one that was named, and of the one that the last check saw.
    fn look_back(
        &self,
        repository: &Repository,
        comparison: &Comparison,
        (history, notices, asked): (&mut History, &mut Vec<String>, &mut ask::Asked),
    ) -> Result<(), CheckError> {
        let Some(tip) = &comparison.tip else { return Ok(()) };
        if let Some(previous) = &comparison.previous
            && !look_for_rewriting(repository, history, (previous, tip), false)?
        {
            let message = say!(
                "this clone is shallow, so it cannot be told whether history was rewritten since {since}; `git fetch --unshallow` gets the whole of it",
                since = self.since
            );
            notices.push(message.in_language(self.settings.rules.language));
        }
        if comparison.to.is_none() {
            remembered(repository, &mut asked.journal, tip, history)?;
        }
        Ok(())
    }
}

/// The documents of a part of an archive, with what they need to be read.
fn part_of(archive: &Archive, is_wanted: impl Fn(&Arc<str>) -> bool) -> Archive {
    Archive {
        documents: archive.documents.iter().filter(|document| is_wanted(&document.path)).cloned().collect(),
        files: archive.files.iter().filter(|path| is_wanted(path)).cloned().collect(),
        strings: archive.strings.clone(),
    }
}

/// The files that postproof itself writes, as paths of the archive.
fn own_files(settings: &Settings) -> BTreeSet<String> {
    let root = &settings.walk.root;
    let inside =
        |path: &std::path::PathBuf| path.strip_prefix(root).ok().map(|path| path.to_string_lossy().into_owned());
    settings.walk.own.iter().filter_map(inside).collect()
}
