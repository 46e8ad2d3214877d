//! The open state file, and what can be asked of it.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::copies::{self, Copy, Handed, Held, Sweep};
use super::error::{Context as _, StateError};
use super::memory::Memory;
use super::runs::{self, Change, Ending, FindingRecord, HealedFinding, Ledger, PastFinding, Run, RunSummary, Start};
use super::settings::Settings;
use super::writer::Writer;
use super::{notes, open, recall};

/// The open state file.
#[derive(Debug)]
pub struct State {
    connection: Connection,
    path: PathBuf,
    settings: Settings,
}

impl State {
    /// Opens the state file, and makes it and its folder if need be.
    ///
    /// A folder named `.postproof` gets a `.gitignore` that keeps the state out of the repository.
    pub fn open(path: &Path, settings: &Settings) -> Result<Self, StateError> {
        let connection = open::open(path, settings)?;
        Ok(Self { connection, path: path.to_owned(), settings: settings.clone() })
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is remembered of each address, in the order in which they are given.
    pub fn recall(&self, urls: &[&str]) -> Result<Vec<Option<Memory>>, StateError> {
        let mut memories = vec![None; urls.len()];
        self.recall_each(urls, |position, memory| {
            if let Some(slot) = memories.get_mut(position) {
                *slot = Some(memory);
            }
        })?;
        Ok(memories)
    }

    /// Calls `visit` with the position of each address that is remembered, in no given order:
    /// for millions of addresses of which little is to be kept.
    pub fn recall_each(&self, urls: &[&str], visit: impl FnMut(usize, Memory)) -> Result<(), StateError> {
        recall::recall(&self.connection, urls, visit).context(&self.path, "read")
    }

    /// Enters a run that begins.
    pub fn begin(&self, start: &Start<'_>) -> Result<Run, StateError> {
        runs::begin(&self.connection, start).context(&self.path, "write")
    }

    /// Starts the thread that writes the outcomes of `run` as they come in.
    pub fn writer(&self, run: Run) -> Result<Writer, StateError> {
        Writer::start(&self.path, &self.settings, run)
    }

    /// Enters a run's findings and compares them with those of earlier runs.
    ///
    /// `whole` says that the run looked at the whole archive with all its rules, so that what it did not find is healed.
    pub fn enter(
        &mut self,
        run: Run,
        at: Timestamp,
        findings: &[FindingRecord<'_>],
        whole: bool,
    ) -> Result<Ledger, StateError> {
        runs::enter(&mut self.connection, (run, at), findings, whole).context(&self.path, "write")
    }

    /// Enters the end of a run.
    pub fn end(&self, run: Run, ending: &Ending) -> Result<(), StateError> {
        runs::end(&self.connection, run, ending).context(&self.path, "write")
    }

    /// The last runs, newest first.
    pub fn runs(&self, limit: usize) -> Result<Vec<RunSummary>, StateError> {
        runs::latest(&self.connection, limit).context(&self.path, "read")
    }

    /// The findings that healed in `run`, by path; at most `limit`.
    pub fn healed_in(&self, run: Run, limit: usize) -> Result<Vec<HealedFinding>, StateError> {
        runs::healed_in(&self.connection, run, limit).context(&self.path, "read")
    }

    /// The findings that appeared in `run`, and those that were gone in it. One that healed and came back is told of
    /// where it came back last.
    pub fn findings_of_run(&self, run: Run) -> Result<(Vec<PastFinding>, Vec<PastFinding>), StateError> {
        runs::findings_of_run(&self.connection, run).context(&self.path, "read")
    }

    /// The addresses whose verdict changed in `run`, by address.
    pub fn changes_of_run(&self, run: Run) -> Result<Vec<Change>, StateError> {
        runs::changes_of_run(&self.connection, run).context(&self.path, "read")
    }

    /// The changes of one address, oldest first.
    pub fn changes_of_address(&self, url: &str) -> Result<Vec<Change>, StateError> {
        runs::changes_of_address(&self.connection, url).context(&self.path, "read")
    }

    /// A small fact that was noted, and when.
    pub fn note(&self, kind: &str, key: &str) -> Result<Option<(String, Timestamp)>, StateError> {
        notes::read(&self.connection, kind, key).context(&self.path, "read")
    }

    /// Notes a small fact in place of an earlier one of that kind and key.
    pub fn set_note(&self, kind: &str, key: &str, value: &str, at: Timestamp) -> Result<(), StateError> {
        notes::write(&self.connection, (kind, key), value, at).context(&self.path, "write")
    }

    /// What a web archive holds of an address, as far as it was asked.
    pub fn held(&self, url: &str) -> Result<Option<Held>, StateError> {
        copies::held(&self.connection, url).context(&self.path, "read")
    }

    /// Enters what one answer of a web archive told, and how far the place is known by it: `None` is wholly.
    pub fn enter_held(
        &mut self,
        (place, sweep): (&str, Option<&Sweep>),
        found: &[(&str, Option<Copy>)],
        at: Timestamp,
    ) -> Result<(), StateError> {
        copies::enter(&mut self.connection, (place, sweep), found, at).context(&self.path, "write")
    }

    /// How far a place was asked about.
    pub fn sweep(&self, place: &str) -> Result<Option<Sweep>, StateError> {
        copies::sweep(&self.connection, place).context(&self.path, "read")
    }

    /// What became of a page that was handed over to be saved.
    pub fn handed(&self, url: &str) -> Result<Option<Handed>, StateError> {
        copies::handed(&self.connection, url).context(&self.path, "read")
    }

    /// Enters what became of it.
    pub fn hand(&self, url: &str, handed: &Handed) -> Result<(), StateError> {
        copies::hand(&self.connection, url, handed).context(&self.path, "write")
    }

    /// Forgets what no run has touched since `before`: addresses, changes, runs, healed findings, notes.
    pub fn forget(&mut self, before: Timestamp) -> Result<(), StateError> {
        forget(&mut self.connection, before).context(&self.path, "write")
    }
}

fn forget(connection: &mut Connection, before: Timestamp) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    for sql in [
        "DELETE FROM addresses WHERE checked_at < ?1",
        "DELETE FROM changes WHERE at < ?1",
        "DELETE FROM runs WHERE started_at < ?1",
        "DELETE FROM findings WHERE healed_at < ?1",
        "DELETE FROM notes WHERE noted_at < ?1",
    ] {
        transaction.execute(sql, params![before.as_millisecond()])?;
    }
    transaction.commit()
}
