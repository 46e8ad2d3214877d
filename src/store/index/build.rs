//! Makes an index from nothing: all keys are gathered and sorted first, since a table that is written in its order takes
//! a tenth of the time. It is written beside the old one and takes its place when it is whole.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, params};

use super::open::{APPLICATION_ID, INDEXES, TABLES, settle};
use super::{Contribution, Index, Indexed, Tally, digest, sketch};
use crate::store::error::{Context as _, StateError, StateErrorKind};
use crate::store::open::prepare_folder;

/// Memory for pages while it is made, in KiB.
const CACHE_KIB: i64 = 64 * 1024;

/// An index that is being made.
#[derive(Debug)]
pub struct IndexBuilder {
    connection: Connection,
    /// Where it will be, and where it is until it is whole; `None` is in memory alone.
    place: Option<(PathBuf, PathBuf)>,
    keys: Vec<(i64, u32)>,
    tallies: BTreeMap<Tally, u64>,
    next: u32,
}

impl IndexBuilder {
    /// Begins an index; without a path it is kept in memory and gone afterwards.
    pub fn new(path: Option<&Path>, stamp: &str) -> Result<Self, StateError> {
        let shown = path.unwrap_or_else(|| Path::new(":memory:"));
        let place = path.map(|path| {
            let mut name = path.file_name().unwrap_or_default().to_owned();
            name.push(format!(".{}.new", std::process::id()));
            (path.to_owned(), path.with_file_name(name))
        });
        if let Some((path, new)) = &place {
            prepare_folder(path)
                .map_err(|error| StateErrorKind::Unwritable(error.to_string()))
                .context(path, "make")?;
            // What a killed run left behind is no database to go on with.
            let _ = std::fs::remove_file(new);
        }
        let connection = begin(place.as_ref().map(|(_, new)| new.as_path()), stamp).context(shown, "make")?;
        Ok(Self { connection, place, keys: Vec::new(), tallies: BTreeMap::new(), next: 1 })
    }

    /// Adds a file; each path once.
    pub fn put(&mut self, file: &Indexed, contribution: Contribution) -> Result<(), StateError> {
        let id = self.next;
        self.next += 1;
        self.keys.extend(contribution.keys.into_iter().map(|key| (key, id)));
        if let Some(tally) = contribution.tally {
            *self.tallies.entry(tally).or_default() += 1;
        }
        let sql = "INSERT INTO files (id, path, digest, kind, blob, sketch) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let values = params![id, &*file.path, digest(&file.path), file.kind, file.blob.as_deref(), sketch(file)];
        let put = self.connection.prepare_cached(sql).and_then(|mut insert| insert.execute(values));
        put.map(|_| ()).context(&self.shown(), "write")
    }

    /// Makes it whole and opens it.
    pub fn finish(mut self, facts: &[(&str, &str)]) -> Result<Index, StateError> {
        let shown = self.shown();
        self.write_rest(facts).context(&shown, "write")?;
        let Some((path, new)) = self.place else {
            return Ok(Index { connection: self.connection, path: shown, is_laid_over: Cell::new(false) });
        };
        let stamp: String = self
            .connection
            .query_row("SELECT value FROM facts WHERE name = 'stamp'", [], |row| row.get(0))
            .context(&path, "write")?;
        self.connection.close().map_err(|(_, error)| error).context(&path, "write")?;
        for end in ["-wal", "-shm"] {
            // Beside an older index; it would be taken for this one's.
            let mut name = path.clone().into_os_string();
            name.push(end);
            let _ = std::fs::remove_file(name);
        }
        std::fs::rename(&new, &path)
            .map_err(|error| StateErrorKind::Unwritable(error.to_string()))
            .context(&path, "write")?;
        match Index::open(&path, &stamp) {
            Ok(Some(index)) => Ok(index),
            Ok(None) => Err(StateError::new(&path, "open", StateErrorKind::Other("it vanished".to_owned()))),
            Err(why) => Err(StateError::new(&path, "open", StateErrorKind::Other(why))),
        }
    }

    fn write_rest(&mut self, facts: &[(&str, &str)]) -> rusqlite::Result<()> {
        self.keys.sort_unstable();
        self.keys.dedup();
        let connection = &self.connection;
        let mut insert = connection.prepare("INSERT INTO keys (key, file) VALUES (?1, ?2)")?;
        for (key, id) in self.keys.drain(..) {
            insert.execute(params![key, id])?;
        }
        for ((category, tag), posts) in &self.tallies {
            let values = params![&**category, &**tag, i64::try_from(*posts).unwrap_or(i64::MAX)];
            connection.execute("INSERT INTO tallies (category, tag, posts) VALUES (?1, ?2, ?3)", values)?;
        }
        for (name, value) in facts {
            connection.execute("INSERT OR REPLACE INTO facts (name, value) VALUES (?1, ?2)", [name, value])?;
        }
        connection.execute_batch(INDEXES)?;
        connection.execute_batch("COMMIT; PRAGMA journal_mode = WAL")
    }

    fn shown(&self) -> PathBuf {
        self.place.as_ref().map_or_else(|| PathBuf::from(":memory:"), |(path, _)| path.clone())
    }
}

fn begin(path: Option<&Path>, stamp: &str) -> rusqlite::Result<Connection> {
    let connection = match path {
        Some(path) => Connection::open(path)?,
        None => Connection::open_in_memory()?,
    };
    settle(&connection)?;
    connection.pragma_update_and_check(None, "journal_mode", "OFF", |_| Ok(()))?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    connection.execute_batch(TABLES)?;
    connection.execute_batch("BEGIN")?;
    connection.execute("INSERT INTO facts (name, value) VALUES ('stamp', ?1)", [stamp])?;
    Ok(connection)
}
