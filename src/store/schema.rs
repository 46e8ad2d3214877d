//! Whose file it is, and the way from any older version of its tables to this one.

use rusqlite::{Connection, TransactionBehavior};

use super::error::StateErrorKind;
use super::migrations::{self, Migration};
use crate::language::say;

/// `pprf` in ASCII: by this number a state file is told from another program's database.
const APPLICATION_ID: i64 = 0x7070_7266;

/// Refuses a file that is not ours or too new, before anything is written to it.
pub(super) fn identify(connection: &Connection) -> Result<(), StateErrorKind> {
    let application: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let version = version(connection)?;
    let objects: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let blank = application == 0 && version == 0 && objects == 0;
    let known = newest(migrations::ALL);
    match (application == APPLICATION_ID, blank) {
        (false, false) => Err(StateErrorKind::Foreign),
        (true, _) if version > known => Err(StateErrorKind::Newer { found: version, known }),
        (true, _) if version < 0 => Err(StateErrorKind::Damaged(say!("state version {version}", version))),
        _ => Ok(()),
    }
}

/// Brings the file to the newest version, whole or not at all.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), StateErrorKind> {
    migrate_by(connection, migrations::ALL)
}

/// Reads from each table, so that a file whose tables are missing or cut off is refused at once.
pub(super) fn probe(connection: &Connection) -> Result<(), StateErrorKind> {
    for table in migrations::ALL.iter().flat_map(|step| step.tables) {
        connection.prepare(&format!("SELECT * FROM {table} LIMIT 1"))?.exists([])?;
    }
    Ok(())
}

fn newest(steps: &[Migration]) -> i64 {
    steps.last().map_or(0, |step| step.version)
}

fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

fn migrate_by(connection: &mut Connection, steps: &[Migration]) -> Result<(), StateErrorKind> {
    let known = newest(steps);
    if version(connection)? == known {
        return Ok(());
    }
    // The lock comes before the second look: another postproof may have migrated while this one waited for it.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let from = version(&transaction)?;
    for step in steps.iter().filter(|step| step.version > from) {
        transaction.execute_batch(step.script)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", known.max(from))?;
    transaction.commit()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps<const N: usize>(scripts: [&'static str; N]) -> [Migration; N] {
        let mut version = 0;
        scripts.map(|script| {
            version += 1;
            Migration { version, script, tables: &[] }
        })
    }

    #[test]
    fn a_blank_file_gets_every_table() {
        let mut connection = Connection::open_in_memory().unwrap();
        identify(&connection).unwrap();
        assert!(probe(&connection).is_err());
        migrate(&mut connection).unwrap();
        identify(&connection).unwrap();
        probe(&connection).unwrap();
        assert_eq!(version(&connection).unwrap(), newest(migrations::ALL));
        migrate(&mut connection).unwrap();
    }

    #[test]
    fn each_version_is_reached_from_each_older_one() {
        let steps = steps(["CREATE TABLE a (x INTEGER) STRICT", "ALTER TABLE a ADD y TEXT", "DROP TABLE a"]);
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
        migrate_by(&mut connection, &steps(["CREATE TABLE a (x INTEGER) STRICT"])).unwrap();
        let broken =
            steps(["CREATE TABLE a (x INTEGER) STRICT", "CREATE TABLE b (x INTEGER) STRICT; CREATE TABLE a (y TEXT)"]);
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
        let newer = format!("Newer {{ found: 99, known: {} }}", newest(migrations::ALL));
        assert_eq!(kind(&format!("{ours} PRAGMA user_version = 99")), Some(newer));
        assert!(kind(&format!("{ours} PRAGMA user_version = -5")).unwrap().starts_with("Damaged"));
    }
}
