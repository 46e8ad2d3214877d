//! Small facts that other rooms ask to have remembered, by kind and key:
//! the commit that was checked last, what a host answers for an address that cannot exist, the last copy in an archive.
//!
//! This room does not know what they mean.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::row;

pub(super) fn read(connection: &Connection, kind: &str, key: &str) -> rusqlite::Result<Option<(String, Timestamp)>> {
    let sql = "SELECT value, noted_at FROM notes WHERE kind = ?1 AND key = ?2";
    let note = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row::time(row, 1)?.unwrap_or_default()));
    connection.prepare_cached(sql)?.query_row([kind, key], note).optional()
}

pub(super) fn write(
    connection: &Connection,
    (kind, key): (&str, &str),
    value: &str,
    at: Timestamp,
) -> rusqlite::Result<()> {
    let sql = "INSERT OR REPLACE INTO notes (kind, key, value, noted_at) VALUES (?1, ?2, ?3, ?4)";
    connection.prepare_cached(sql)?.execute(params![kind, key, value, at.as_millisecond()])?;
    Ok(())
}
