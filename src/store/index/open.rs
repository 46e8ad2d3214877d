//! Opens an index, or says why it cannot be used; nobody mends one, since it is made again in its stead.

use std::fs;
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, OptionalExtension as _};

/// `ppix` in ASCII: by this number an index is told from another database.
pub(super) const APPLICATION_ID: i64 = 0x7070_6978;

/// Memory for pages, in KiB.
const CACHE_KIB: i64 = 32 * 1024;

/// How long another run may hold the file.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) const TABLES: &str = "
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE files (
    id     INTEGER PRIMARY KEY,
    path   TEXT NOT NULL,
    digest INTEGER NOT NULL,
    kind   INTEGER NOT NULL,
    blob   BLOB,
    sketch BLOB
) STRICT;
CREATE TABLE keys (key INTEGER NOT NULL, file INTEGER NOT NULL, PRIMARY KEY (key, file)) STRICT, WITHOUT ROWID;
CREATE TABLE tallies (
    category TEXT NOT NULL,
    tag      TEXT NOT NULL,
    posts    INTEGER NOT NULL,
    PRIMARY KEY (category, tag)
) STRICT, WITHOUT ROWID;
";

pub(super) const INDEXES: &str = "
CREATE INDEX files_by_digest ON files (digest);
CREATE INDEX files_of_few ON files (path) WHERE kind >= 128;
";

/// The index at `path`; `Ok(None)` if there is none.
pub(super) fn open(path: &Path, stamp: &str) -> Result<Option<Connection>, String> {
    match fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.to_string()),
        // SQLite takes a file of a few bytes for an empty database.
        Ok(file) if file.len() < 512 => return Err("it is shorter than any database".to_owned()),
        Ok(_) => {}
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|error| error.to_string())?;
    match inspect(&connection, stamp) {
        Ok(None) => Ok(Some(connection)),
        Ok(Some(doubt)) => Err(doubt),
        Err(error) => Err(error.to_string()),
    }
}

/// What is doubtful about a database.
fn inspect(connection: &Connection, stamp: &str) -> rusqlite::Result<Option<String>> {
    connection.busy_timeout(PATIENCE)?;
    settle(connection)?;
    let application: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if application != APPLICATION_ID {
        return Ok(Some("it is another program's database".to_owned()));
    }
    let found: Option<String> =
        connection.query_row("SELECT value FROM facts WHERE name = 'stamp'", [], |row| row.get(0)).optional()?;
    if found.as_deref() != Some(stamp) {
        return Ok(Some("it was made by another version or with other settings".to_owned()));
    }
    // The file says how many pages it has; one that was cut off has fewer.
    let pages: u64 =
        connection.pragma_query_value(None, "page_count", |row| row.get::<_, i64>(0))?.try_into().unwrap_or(0);
    let size: u64 =
        connection.pragma_query_value(None, "page_size", |row| row.get::<_, i64>(0))?.try_into().unwrap_or(0);
    let is_cut =
        connection.path().and_then(|path| fs::metadata(path).ok()).is_some_and(|file| file.len() < pages * size);
    let in_wal =
        connection.path().is_some_and(|path| fs::metadata(format!("{path}-wal")).is_ok_and(|wal| wal.len() > 0));
    Ok((is_cut && !in_wal).then(|| "it was cut off".to_owned()))
}

/// The file may come from a cache that others can write: nothing in it is to be run.
pub(super) fn settle(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    connection.set_prepared_statement_cache_capacity(32);
    // A kill takes the last change and no more, and a power cut at worst the index.
    connection.pragma_update(None, "synchronous", "OFF")
}
