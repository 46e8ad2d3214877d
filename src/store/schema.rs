//! The tables, and the way from any older version of them to this one.
//!
//! A migration is an SQL script; its place in the list is the version that it makes (`PRAGMA user_version`).
//! A released migration is never edited: a change is a further one.

use rusqlite::{Connection, TransactionBehavior};

use super::error::StateErrorKind;

/// `pprf` in ASCII: by this number a state file is told from another program's database.
const APPLICATION_ID: i64 = 0x7070_7266;

const MIGRATIONS: &[&str] = &[VERSION_1];

/// Times are milliseconds since 1970 in UTC; verdicts and reasons are their names in every output.
const VERSION_1: &str = "
CREATE TABLE addresses (
    url              TEXT PRIMARY KEY,
    verdict          TEXT NOT NULL,
    reason           TEXT NOT NULL,
    status           INTEGER,
    final_url        TEXT,
    redirects        TEXT,
    checked_at       INTEGER NOT NULL,
    attempts         INTEGER NOT NULL,
    elapsed_ms       INTEGER NOT NULL,
    evidence         TEXT,
    fragments        TEXT,
    missing          TEXT,
    etag             TEXT,
    last_modified    TEXT,
    origin           TEXT,
    checks           INTEGER NOT NULL,
    streak           INTEGER NOT NULL,
    failures         INTEGER NOT NULL,
    first_failure_at INTEGER,
    last_success_at  INTEGER,
    recent           INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE runs (
    id          INTEGER PRIMARY KEY,
    started_at  INTEGER NOT NULL,
    settings    TEXT NOT NULL,
    vantage     TEXT NOT NULL,
    finished_at INTEGER,
    complete    INTEGER NOT NULL DEFAULT 0,
    counts      TEXT NOT NULL DEFAULT '{}'
) STRICT;

CREATE TABLE changes (
    id      INTEGER PRIMARY KEY,
    run     INTEGER NOT NULL,
    url     TEXT NOT NULL,
    at      INTEGER NOT NULL,
    before  TEXT,
    verdict TEXT NOT NULL,
    reason  TEXT NOT NULL
) STRICT;
CREATE INDEX changes_by_url ON changes (url);
CREATE INDEX changes_by_run ON changes (run);

CREATE TABLE findings (
    fingerprint TEXT PRIMARY KEY,
    code        TEXT NOT NULL,
    path        TEXT NOT NULL,
    url         TEXT,
    message     TEXT NOT NULL,
    first_seen  INTEGER NOT NULL,
    first_run   INTEGER NOT NULL,
    last_seen   INTEGER NOT NULL,
    last_run    INTEGER NOT NULL,
    healed_at   INTEGER,
    healed_run  INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE notes (
    kind     TEXT NOT NULL,
    key      TEXT NOT NULL,
    value    TEXT NOT NULL,
    noted_at INTEGER NOT NULL,
    PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;
";

/// Refuses a file that is not ours or too new, before anything is written to it.
pub(super) fn identify(connection: &Connection) -> Result<(), StateErrorKind> {
    let application: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let version = version(connection)?;
    let objects: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let blank = application == 0 && version == 0 && objects == 0;
    let known = newest(MIGRATIONS);
    match (application == APPLICATION_ID, blank) {
        (false, false) => Err(StateErrorKind::Foreign),
        (true, _) if version > known => Err(StateErrorKind::Newer { found: version, known }),
        (true, _) if version < 0 => Err(StateErrorKind::Damaged(format!("state version {version}"))),
        _ => Ok(()),
    }
}

/// Brings the file to the newest version, whole or not at all.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), StateErrorKind> {
    migrate_by(connection, MIGRATIONS)
}

/// Reads from each table, so that a file whose tables are missing or cut off is refused at once.
pub(super) fn probe(connection: &Connection) -> Result<(), StateErrorKind> {
    for table in ["addresses", "runs", "changes", "findings", "notes"] {
        connection.prepare(&format!("SELECT * FROM {table} LIMIT 1"))?.exists([])?;
    }
    Ok(())
}

fn newest(migrations: &[&str]) -> i64 {
    i64::try_from(migrations.len()).unwrap_or(i64::MAX)
}

fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

fn migrate_by(connection: &mut Connection, migrations: &[&str]) -> Result<(), StateErrorKind> {
    let known = newest(migrations);
    if version(connection)? == known {
        return Ok(());
    }
    // The lock comes before the second look: another postproof may have migrated while this one waited for it.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let from = version(&transaction)?;
    for migration in migrations.iter().skip(usize::try_from(from).unwrap_or(usize::MAX)) {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", known.max(from))?;
    transaction.commit()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_file_gets_every_table() {
        let mut connection = Connection::open_in_memory().unwrap();
        identify(&connection).unwrap();
        assert!(probe(&connection).is_err());
        migrate(&mut connection).unwrap();
        identify(&connection).unwrap();
        probe(&connection).unwrap();
        assert_eq!(version(&connection).unwrap(), newest(MIGRATIONS));
        migrate(&mut connection).unwrap();
    }

    #[test]
    fn each_version_is_reached_from_each_older_one() {
        let steps = ["CREATE TABLE a (x INTEGER) STRICT", "ALTER TABLE a ADD y TEXT", "DROP TABLE a"];
        for from in 0..=steps.len() {
            let mut connection = Connection::open_in_memory().unwrap();
            migrate_by(&mut connection, &steps[..from]).unwrap();
            migrate_by(&mut connection, &steps).unwrap();
            assert_eq!(version(&connection).unwrap(), 3, "from {from}");
        }
    }

    #[test]
    fn a_migration_that_fails_leaves_the_file_as_it_was() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate_by(&mut connection, &["CREATE TABLE a (x INTEGER) STRICT"]).unwrap();
        let broken =
            ["CREATE TABLE a (x INTEGER) STRICT", "CREATE TABLE b (x INTEGER) STRICT; CREATE TABLE a (y TEXT)"];
        assert!(migrate_by(&mut connection, &broken).is_err());
        assert_eq!(version(&connection).unwrap(), 1);
        assert!(connection.prepare("SELECT * FROM b").is_err());
    }

    #[test]
    fn other_files_are_told_apart() {
        let kind = |sql: &str| {
            let connection = Connection::open_in_memory().unwrap();
            connection.execute_batch(sql).unwrap();
            identify(&connection).err().map(|kind| format!("{kind:?}"))
        };
        assert_eq!(kind(""), None);
        assert_eq!(kind("CREATE TABLE bookmarks (url)").as_deref(), Some("Foreign"));
        assert_eq!(kind("PRAGMA application_id = 7").as_deref(), Some("Foreign"));
        assert_eq!(kind("PRAGMA user_version = 1").as_deref(), Some("Foreign"));
        let ours = format!("PRAGMA application_id = {APPLICATION_ID};");
        assert_eq!(kind(&format!("{ours} PRAGMA user_version = 99")).as_deref(), Some("Newer { found: 99, known: 1 }"));
        assert!(kind(&format!("{ours} PRAGMA user_version = -5")).unwrap().starts_with("Damaged"));
    }
}
