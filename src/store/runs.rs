//! Runs, what they found, and what broke or healed between them.
//!
//! A finding is known by its fingerprint. It is there from the first run that saw it until a run that looked at the whole archive
//! does not see it; if it comes back after that, it is new.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension as _, Row, TransactionBehavior, params};

use super::row;
use crate::probe::{Reason, Verdict};

/// The number of a run in its state file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Run(pub(super) i64);

impl Run {
    /// The number, from 1.
    pub fn number(self) -> i64 {
        self.0
    }
}

/// How a run begins.
#[derive(Clone, Copy, Debug)]
pub struct Start<'a> {
    /// When.
    pub at: Timestamp,
    /// Digest of the settings that decide what it finds.
    pub settings: &'a str,
    /// The place from which it sees the web.
    pub vantage: &'a str,
}

/// How a run ends.
#[derive(Clone, Debug)]
pub struct Ending {
    /// When.
    pub at: Timestamp,
    /// Whether it did all that it set out to do.
    pub complete: bool,
    /// Whether the archive was healthy.
    pub healthy: bool,
    /// What it counted, by name.
    pub counts: BTreeMap<String, u64>,
}

/// A finding, as far as it is remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FindingRecord<'a> {
    /// By what it is known from run to run.
    pub fingerprint: &'a str,
    /// The rule's code.
    pub code: &'a str,
    /// The file.
    pub path: &'a str,
    /// The address that it is about.
    pub url: Option<&'a str>,
    /// What is wrong.
    pub message: &'a str,
}

/// What is known of a run's findings once they are compared with those of the runs before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Since when each finding has been there, in the order in which they were given.
    pub since: Vec<Timestamp>,
    /// How many of them no earlier run knew.
    pub new: usize,
    /// How many are gone. A run that did not look at everything cannot tell, and says 0.
    pub healed: usize,
}

/// A finding that healed: a run over the whole archive did not see it any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HealedFinding {
    /// The rule's code.
    pub code: String,
    /// The file.
    pub path: String,
    /// What was wrong.
    pub message: String,
    /// When it was first seen.
    pub since: Timestamp,
}

/// A run, for the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunSummary {
    /// Its number.
    pub run: Run,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended; `None` if it was killed, or still runs.
    pub finished_at: Option<Timestamp>,
    /// Digest of its settings.
    pub settings: String,
    /// From where it saw the web.
    pub vantage: String,
    /// Whether it did all that it set out to do.
    pub complete: bool,
    /// Whether the archive was healthy; `None` if it was killed, still runs, or was entered by an early version.
    pub healthy: Option<bool>,
    /// What it counted: `posts`, `addresses`, `errors`, `warnings`, `infos`, and addresses by the name of their verdict.
    pub counts: BTreeMap<String, u64>,
}

impl RunSummary {
    /// A number that it counted, by name; 0 if it counted no such thing.
    pub fn count(&self, name: &str) -> u64 {
        self.counts.get(name).copied().unwrap_or(0)
    }

    /// Its findings of severity error, warning and info.
    pub fn by_severity(&self) -> [u64; 3] {
        ["errors", "warnings", "infos"].map(|name| self.count(name))
    }

    /// Its addresses by verdict, every verdict named.
    pub fn by_verdict(&self) -> BTreeMap<Verdict, u64> {
        Verdict::ALL.into_iter().map(|verdict| (verdict, self.count(verdict.name()))).collect()
    }
}

/// An address whose verdict changed, or that was first seen and was not well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The run that saw it.
    pub run: Run,
    /// The address.
    pub url: String,
    /// When.
    pub at: Timestamp,
    /// The verdict until then.
    pub before: Option<Verdict>,
    /// The verdict from then on.
    pub verdict: Verdict,
    /// What led to it.
    pub reason: Reason,
    /// The place that saw it, if it was not this one.
    pub origin: Option<String>,
}

/// A finding as it is remembered, for the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastFinding {
    /// The rule's code.
    pub code: String,
    /// The file.
    pub path: String,
    /// The address that it is about.
    pub url: Option<String>,
    /// What was wrong.
    pub message: String,
}

pub(super) fn begin(connection: &Connection, start: &Start<'_>) -> rusqlite::Result<Run> {
    let sql = "INSERT INTO runs (started_at, settings, vantage) VALUES (?1, ?2, ?3)";
    connection.prepare_cached(sql)?.insert(params![start.at.as_millisecond(), start.settings, start.vantage]).map(Run)
}

pub(super) fn end(connection: &Connection, run: Run, ending: &Ending) -> rusqlite::Result<()> {
    let counts = serde_json::to_string(&ending.counts).unwrap_or_default();
    let sql = "UPDATE runs SET finished_at = ?2, complete = ?3, counts = ?4, healthy = ?5 WHERE id = ?1";
    let at = ending.at.as_millisecond();
    connection.prepare_cached(sql)?.execute(params![run.0, at, ending.complete, counts, ending.healthy])?;
    Ok(())
}

pub(super) fn enter(
    connection: &mut Connection,
    (run, at): (Run, Timestamp),
    findings: &[FindingRecord<'_>],
    whole: bool,
) -> rusqlite::Result<Ledger> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let now = at.as_millisecond();
    let mut ledger = Ledger::default();
    {
        let mut known = transaction.prepare_cached(
            "SELECT first_seen, first_run FROM findings WHERE fingerprint = ?1 AND healed_at IS NULL",
        )?;
        let mut enter = transaction.prepare_cached(
            "INSERT OR REPLACE INTO findings
             (fingerprint, code, path, url, message, first_seen, first_run, last_seen, last_run)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?;
        for finding in findings {
            let FindingRecord { fingerprint, code, path, url, message } = *finding;
            let before = known
                .query_row([fingerprint], |row| Ok((row::time(row, 0)?, row.get::<_, i64>(1)?)))
                .optional()?
                .and_then(|(since, first)| since.map(|since| (since, first)));
            ledger.new += usize::from(before.is_none());
            let (since, first) = before.unwrap_or((at, run.0));
            ledger.since.push(since);
            let since = since.as_millisecond();
            enter.execute(params![fingerprint, code, path, url, message, since, first, now, run.0])?;
        }
        if whole {
            ledger.healed = transaction
                .prepare_cached(
                    "UPDATE findings SET healed_at = ?1, healed_run = ?2 WHERE healed_at IS NULL AND last_run <> ?2",
                )?
                .execute(params![now, run.0])?;
        }
    }
    transaction.commit()?;
    Ok(ledger)
}

/// What appeared and what healed in a run.
pub(super) fn findings_of_run(
    connection: &Connection,
    run: Run,
) -> rusqlite::Result<(Vec<PastFinding>, Vec<PastFinding>)> {
    let find = |column: &str| -> rusqlite::Result<Vec<PastFinding>> {
        let sql =
            format!("SELECT code, path, url, message FROM findings WHERE {column} = ?1 ORDER BY code, path, message");
        let read = |row: &Row<'_>| {
            Ok(PastFinding { code: row.get(0)?, path: row.get(1)?, url: row.get(2)?, message: row.get(3)? })
        };
        connection.prepare_cached(&sql)?.query_map([run.0], read)?.collect()
    };
    Ok((find("first_run")?, find("healed_run")?))
}

pub(super) fn latest(connection: &Connection, limit: usize) -> rusqlite::Result<Vec<RunSummary>> {
    let sql = "SELECT id, started_at, finished_at, settings, vantage, complete, counts, healthy
               FROM runs ORDER BY id DESC LIMIT ?1";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    connection.prepare_cached(sql)?.query_map([limit], summary)?.collect()
}

fn summary(row: &Row<'_>) -> rusqlite::Result<RunSummary> {
    let damaged = |error| rusqlite::Error::FromSqlConversionFailure(6, Type::Text, Box::new(error));
    Ok(RunSummary {
        run: Run(row.get(0)?),
        started_at: row::time(row, 1)?.unwrap_or_default(),
        finished_at: row::time(row, 2)?,
        settings: row.get(3)?,
        vantage: row.get(4)?,
        complete: row.get(5)?,
        counts: serde_json::from_str(row.get_ref(6)?.as_str()?).map_err(damaged)?,
        healthy: row.get(7)?,
    })
}

pub(super) fn healed_in(connection: &Connection, run: Run, limit: usize) -> rusqlite::Result<Vec<HealedFinding>> {
    let sql = "SELECT code, path, message, first_seen FROM findings WHERE healed_run = ?1
               ORDER BY path, code, message LIMIT ?2";
    let healed = |row: &Row<'_>| {
        Ok(HealedFinding {
            code: row.get(0)?,
            path: row.get(1)?,
            message: row.get(2)?,
            since: row::time(row, 3)?.unwrap_or_default(),
        })
    };
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    connection.prepare_cached(sql)?.query_map((run.0, limit), healed)?.collect()
}

const CHANGE: &str = "SELECT run, url, at, before, verdict, reason, origin FROM changes";

pub(super) fn changes_of_run(connection: &Connection, run: Run) -> rusqlite::Result<Vec<Change>> {
    let sql = format!("{CHANGE} WHERE run = ?1 ORDER BY url, id");
    let found: rusqlite::Result<Vec<_>> = connection.prepare_cached(&sql)?.query_map([run.0], change)?.collect();
    Ok(found?.into_iter().flatten().collect())
}

pub(super) fn changes_of_address(connection: &Connection, url: &str) -> rusqlite::Result<Vec<Change>> {
    let sql = format!("{CHANGE} WHERE url = ?1 ORDER BY id");
    let found: rusqlite::Result<Vec<_>> = connection.prepare_cached(&sql)?.query_map([url], change)?.collect();
    Ok(found?.into_iter().flatten().collect())
}

/// A change; `None` if a verdict or reason has a name that is not known here.
fn change(row: &Row<'_>) -> rusqlite::Result<Option<Change>> {
    let verdict = row::verdict_named(row.get_ref(4)?.as_str()?);
    let reason = row::reason_named(row.get_ref(5)?.as_str()?);
    let (Some(verdict), Some(reason)) = (verdict, reason) else { return Ok(None) };
    Ok(Some(Change {
        run: Run(row.get(0)?),
        url: row.get(1)?,
        at: row::time(row, 2)?.unwrap_or_default(),
        before: row.get_ref(3)?.as_str_or_null()?.and_then(row::verdict_named),
        verdict,
        reason,
        origin: row.get(6)?,
    }))
}
