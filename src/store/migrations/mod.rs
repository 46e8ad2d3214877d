//! The steps from each version of the state file to the next, one file each.
//!
//! A step that was released is never edited: a change of the tables is a further file and a further line in [`ALL`].
//! Times are milliseconds since 1970 in UTC; verdicts and reasons are stored by their names in every output.

mod v001_addresses_and_runs;
mod v002_health_of_runs;
mod v003_copies;
mod v004_pages;

/// One step.
#[derive(Clone, Copy, Debug)]
pub(super) struct Migration {
    /// The version that it makes (`PRAGMA user_version`).
    pub(super) version: i64,
    /// The SQL that makes it of the version before.
    pub(super) script: &'static str,
    /// The tables that it adds: a file that lacks one of them is damaged.
    pub(super) tables: &'static [&'static str],
}

/// Every step, in the order of their versions.
pub(super) const ALL: &[Migration] = &[
    v001_addresses_and_runs::MIGRATION,
    v002_health_of_runs::MIGRATION,
    v003_copies::MIGRATION,
    v004_pages::MIGRATION,
];

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    #[test]
    fn versions_follow_each_other_and_tables_come_with_their_step() {
        let connection = Connection::open_in_memory().unwrap();
        for (step, version) in ALL.iter().zip(1..) {
            assert_eq!(step.version, version, "two steps of one version, or a gap");
            let exists = |table: &&str| connection.prepare(&format!("SELECT * FROM {table}")).is_ok();
            assert!(!step.tables.iter().any(exists), "version {version} adds a table that is there already");
            connection.execute_batch(step.script).unwrap();
            assert!(step.tables.iter().all(exists), "version {version} lacks a table that it names");
        }
        let sql = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
        let tables: i64 = connection.query_row(sql, [], |row| row.get(0)).unwrap();
        let named = ALL.iter().map(|step| step.tables.len()).sum::<usize>();
        assert_eq!(usize::try_from(tables).unwrap(), named, "a step does not name its table");
    }
}
