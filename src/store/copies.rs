//! What a web archive holds of an address, how far it was asked, and what was handed over to it.

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, params};

use super::row;

/// That there is no copy is believed for so long; what is held once is held.
const NONE_FOR: Duration = Duration::from_hours(24 * 30);

/// A copy in a web archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copy {
    /// When it was taken.
    pub taken_at: Timestamp,
    /// The address under which it is held.
    pub original: Box<str>,
}

/// What was learnt of an address: its copy, or that there is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The copy nearest to the day that matters.
    pub copy: Option<Copy>,
    /// When the archive was asked.
    pub asked_at: Timestamp,
}

impl Held {
    /// Whether it is still believed.
    pub fn is_believed(&self, now: Timestamp) -> bool {
        let age = Duration::try_from(now.duration_since(self.asked_at)).unwrap_or_default();
        self.copy.is_some() || age < NONE_FOR
    }
}

/// How far a place was asked about, for the run that goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sweep {
    /// When the first question was asked.
    pub begun_at: Timestamp,
    /// The key to go on with.
    pub resume: String,
}

/// A page that was handed over to be saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handed {
    /// `pending`, `saved`, `later`, or `never`.
    pub state: String,
    /// The number under which the archive knows it.
    pub job: Option<String>,
    /// Why it was not saved.
    pub words: Option<String>,
    /// When it was asked about last.
    pub asked_at: Timestamp,
}

pub(super) fn held(connection: &Connection, url: &str) -> rusqlite::Result<Option<Held>> {
    let sql = "SELECT taken_at, original, asked_at FROM copies WHERE url = ?1";
    let read = |row: &rusqlite::Row<'_>| {
        let (taken_at, original): (_, Option<Box<str>>) = (row::time(row, 0)?, row.get(1)?);
        let copy = taken_at.zip(original).map(|(taken_at, original)| Copy { taken_at, original });
        Ok(Held { copy, asked_at: row::time(row, 2)?.unwrap_or_default() })
    };
    connection.prepare_cached(sql)?.query_row([url], read).optional()
}

/// Enters what one answer told, and how far the place is known by it; whole or not at all.
pub(super) fn enter(
    connection: &mut Connection,
    (place, sweep): (&str, Option<&Sweep>),
    found: &[(&str, Option<Copy>)],
    at: Timestamp,
) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    {
        let sql = "INSERT OR REPLACE INTO copies (url, taken_at, original, asked_at) VALUES (?1, ?2, ?3, ?4)";
        let mut statement = transaction.prepare_cached(sql)?;
        for (url, copy) in found {
            let taken_at = copy.as_ref().map(|copy| copy.taken_at.as_millisecond());
            let original = copy.as_ref().map(|copy| &*copy.original);
            statement.execute(params![url, taken_at, original, at.as_millisecond()])?;
        }
        match sweep {
            Some(Sweep { begun_at, resume }) => transaction
                .prepare_cached("INSERT OR REPLACE INTO sweeps (place, begun_at, resume) VALUES (?1, ?2, ?3)")?
                .execute(params![place, begun_at.as_millisecond(), resume])?,
            None => transaction.prepare_cached("DELETE FROM sweeps WHERE place = ?1")?.execute([place])?,
        };
    }
    transaction.commit()
}

pub(super) fn sweep(connection: &Connection, place: &str) -> rusqlite::Result<Option<Sweep>> {
    let sql = "SELECT begun_at, resume FROM sweeps WHERE place = ?1";
    let read =
        |row: &rusqlite::Row<'_>| Ok(Sweep { begun_at: row::time(row, 0)?.unwrap_or_default(), resume: row.get(1)? });
    connection.prepare_cached(sql)?.query_row([place], read).optional()
}

pub(super) fn handed(connection: &Connection, url: &str) -> rusqlite::Result<Option<Handed>> {
    let sql = "SELECT state, job, words, asked_at FROM saves WHERE url = ?1";
    let read = |row: &rusqlite::Row<'_>| {
        let asked_at = row::time(row, 3)?.unwrap_or_default();
        Ok(Handed { state: row.get(0)?, job: row.get(1)?, words: row.get(2)?, asked_at })
    };
    connection.prepare_cached(sql)?.query_row([url], read).optional()
}

pub(super) fn hand(connection: &Connection, url: &str, handed: &Handed) -> rusqlite::Result<()> {
    let Handed { state, job, words, asked_at } = handed;
    let sql = "INSERT OR REPLACE INTO saves (url, job, state, words, asked_at) VALUES (?1, ?2, ?3, ?4, ?5)";
    connection.prepare_cached(sql)?.execute(params![url, job, state, words, asked_at.as_millisecond()])?;
    Ok(())
}
