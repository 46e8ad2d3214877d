//! What every file of the archive contributes to the whole, so that a change is judged without reading the rest again.
//!
//! A database of its own beside the state, `.postproof/index.db`: it can be made again from git at any time, so it is
//! written without waiting for the disk, thrown away when anything about it is doubtful, and carried between CI runs or
//! not. It holds the files of exactly one commit, each with git's name of its content; what the work tree holds beside
//! that is laid over it for one run and taken back ([`Index::lay_over`]).
//!
//! A contribution is a set of keys, digests of what files can have in common: an address, a link's target, a source
//! link, a body. Who else has a key is one look-up. What the keys mean is not known here.

mod build;
mod open;

use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::error::{Context as _, StateError};
use crate::text::Sketch;
pub use build::IndexBuilder;

/// Of a post: its category and its tag, by which posts are counted.
pub type Tally = (Box<str>, Box<str>);

/// A file in the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Indexed {
    /// Its path, relative to the archive, with `/`.
    pub path: Arc<str>,
    /// What it is; the numbers are the caller's.
    pub kind: u8,
    /// git's name of its content; `None` for a file of the work tree that differs from git's.
    pub blob: Option<Box<[u8]>>,
    /// By which nearly equal bodies are told; read by [`Index::with_key`] alone.
    pub sketch: Option<Sketch>,
}

/// What a file contributes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Contribution {
    /// Its keys, sorted, each once.
    pub keys: Vec<i64>,
    /// For a post: what it is counted under.
    pub tally: Option<Tally>,
}

/// The open index.
#[derive(Debug)]
pub struct Index {
    connection: Connection,
    path: PathBuf,
    /// Whether a change is laid over it.
    is_laid_over: Cell<bool>,
}

impl Index {
    /// Opens an index that was made with the same `stamp`; `Ok(None)` where there is none, and `Err` says why it cannot be used.
    pub fn open(path: &Path, stamp: &str) -> Result<Option<Self>, String> {
        let Some(connection) = open::open(path, stamp)? else { return Ok(None) };
        Ok(Some(Self { connection, path: path.to_owned(), is_laid_over: Cell::new(false) }))
    }

    /// A fact that was kept beside the files, such as the commit that they are of.
    pub fn fact(&self, name: &str) -> Result<Option<String>, StateError> {
        let sql = "SELECT value FROM facts WHERE name = ?1";
        let read =
            |connection: &Connection| connection.prepare_cached(sql)?.query_row([name], |row| row.get(0)).optional();
        self.read(read)
    }

    /// Keeps a fact in place of an earlier one of that name.
    pub fn set_fact(&self, name: &str, value: &str) -> Result<(), StateError> {
        let sql = "INSERT OR REPLACE INTO facts (name, value) VALUES (?1, ?2)";
        self.write(|connection| connection.prepare_cached(sql)?.execute([name, value]).map(|_| ()))
    }

    /// The file of a path.
    pub fn find(&self, path: &str) -> Result<Option<Indexed>, StateError> {
        let sql = "SELECT path, kind, blob, NULL FROM files WHERE digest = ?1 AND path = ?2";
        let read = |connection: &Connection| {
            connection.prepare_cached(sql)?.query_row(params![digest(path), path], indexed).optional()
        };
        self.read(read)
    }

    /// The files that have a key, sorted by path. Of more than `limit` some, since a key can be every file's, and to look
    /// at all of them would cost as much as to read the archive.
    pub fn with_key(&self, key: i64, limit: usize) -> Result<Vec<Indexed>, StateError> {
        let sql = "SELECT path, kind, blob, sketch FROM keys CROSS JOIN files ON files.id = keys.file WHERE key = ?1
            ORDER BY keys.file LIMIT ?2";
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let read = |connection: &Connection| {
            connection.prepare_cached(sql)?.query_map(params![key, limit], indexed)?.collect::<Result<Vec<_>, _>>()
        };
        let mut files = self.read(read)?;
        files.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(files)
    }

    /// The first file, by path, that has a key.
    pub fn first_with_key(&self, key: i64) -> Result<Option<Indexed>, StateError> {
        let sql = "SELECT path, kind, blob, NULL FROM keys CROSS JOIN files ON files.id = keys.file WHERE key = ?1
            ORDER BY path LIMIT 1";
        self.read(|connection| connection.prepare_cached(sql)?.query_row([key], indexed).optional())
    }

    /// How many files have a key; more than `most` are not counted.
    pub fn count(&self, key: i64, most: usize) -> Result<usize, StateError> {
        let limit = i64::try_from(most).unwrap_or(i64::MAX);
        let sql = "SELECT count(*) FROM (SELECT 1 FROM keys WHERE key = ?1 LIMIT ?2)";
        let count = |connection: &Connection| {
            connection.prepare_cached(sql)?.query_row([key, limit], |row| row.get::<_, i64>(0))
        };
        self.read(count).map(|count| usize::try_from(count).unwrap_or(0))
    }

    /// Every file of a kind of which there are few: one that was put in with `kind` of 128 or more.
    pub fn of_few(&self) -> Result<Vec<Indexed>, StateError> {
        let sql = "SELECT path, kind, blob, NULL FROM files WHERE kind >= 128 ORDER BY path";
        self.read(|connection| connection.prepare_cached(sql)?.query_map([], indexed)?.collect())
    }

    /// Every file, sorted by path.
    pub fn all(&self) -> Result<Vec<Indexed>, StateError> {
        let sql = "SELECT path, kind, blob, NULL FROM files ORDER BY path";
        self.read(|connection| connection.prepare_cached(sql)?.query_map([], indexed)?.collect())
    }

    /// The posts under each category and tag.
    pub fn tallies(&self) -> Result<BTreeMap<Tally, u64>, StateError> {
        let tally = |row: &Row<'_>| {
            let names: (String, String) = (row.get(0)?, row.get(1)?);
            let posts: i64 = row.get(2)?;
            Ok(((names.0.into(), names.1.into()), u64::try_from(posts).unwrap_or(0)))
        };
        let sql = "SELECT category, tag, posts FROM tallies WHERE posts > 0";
        self.read(|connection| connection.prepare_cached(sql)?.query_map([], tally)?.collect())
    }

    /// Adds a file, or puts it in place of what stood at its path, whose contribution `before` is taken back.
    pub fn put(
        &self,
        file: &Indexed,
        contribution: &Contribution,
        before: Option<&Contribution>,
    ) -> Result<(), StateError> {
        if let Some(before) = before {
            self.remove(&file.path, before)?;
        }
        self.write(|connection| {
            connection
                .prepare_cached("INSERT INTO files (path, digest, kind, blob, sketch) VALUES (?1, ?2, ?3, ?4, ?5)")?
                .execute(params![&*file.path, digest(&file.path), file.kind, file.blob.as_deref(), sketch(file)])?;
            let id = connection.last_insert_rowid();
            let mut insert = connection.prepare_cached("INSERT OR IGNORE INTO keys (key, file) VALUES (?1, ?2)")?;
            for key in &contribution.keys {
                insert.execute([*key, id])?;
            }
            tally(connection, contribution, 1)
        })
    }

    /// Takes a file out, with what it contributed.
    pub fn remove(&self, path: &str, contribution: &Contribution) -> Result<(), StateError> {
        self.write(|connection| {
            let id: Option<i64> = connection
                .prepare_cached("DELETE FROM files WHERE digest = ?1 AND path = ?2 RETURNING id")?
                .query_row(params![digest(path), path], |row| row.get(0))
                .optional()?;
            let Some(id) = id else { return Ok(()) };
            let mut delete = connection.prepare_cached("DELETE FROM keys WHERE key = ?1 AND file = ?2")?;
            for key in &contribution.keys {
                delete.execute([*key, id])?;
            }
            tally(connection, contribution, -1)
        })
    }

    /// Makes the changes of `work` for good, all or none.
    pub fn commit<T, E: From<StateError>>(&self, work: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        self.write(|connection| connection.execute_batch("BEGIN IMMEDIATE"))?;
        match work() {
            Ok(value) => {
                self.write(|connection| connection.execute_batch("COMMIT"))?;
                Ok(value)
            }
            Err(error) => {
                // The first error says what happened; what was begun is taken back with the connection if not here.
                let _ = self.connection.execute_batch("ROLLBACK");
                Err(error)
            }
        }
    }

    /// Begins changes that hold until the index is closed, and are then taken back.
    pub fn lay_over(&self) -> Result<(), StateError> {
        self.is_laid_over.set(true);
        self.write(|connection| connection.execute_batch("BEGIN IMMEDIATE"))
    }

    /// Closes the file and moves what stands beside it into it, so that it can be carried elsewhere alone.
    pub fn close(self) {
        if self.is_laid_over.get() {
            // A connection that closes takes back by itself what was not committed.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
        drop(self.connection.close());
    }

    fn read<T>(&self, read: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StateError> {
        read(&self.connection).context(&self.path, "read")
    }

    fn write<T>(&self, write: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StateError> {
        write(&self.connection).context(&self.path, "write")
    }
}

fn tally(connection: &Connection, contribution: &Contribution, posts: i64) -> rusqlite::Result<()> {
    let Some((category, name)) = &contribution.tally else { return Ok(()) };
    let sql = "INSERT INTO tallies (category, tag, posts) VALUES (?1, ?2, ?3)
        ON CONFLICT (category, tag) DO UPDATE SET posts = posts + excluded.posts";
    connection.prepare_cached(sql)?.execute(params![&**category, &**name, posts]).map(|_| ())
}

fn indexed(row: &Row<'_>) -> rusqlite::Result<Indexed> {
    let (path, blob): (String, Option<Vec<u8>>) = (row.get(0)?, row.get(2)?);
    let sketch = row.get_ref(3)?.as_blob_or_null()?.map(Sketch::from_bytes);
    Ok(Indexed { path: path.into(), kind: row.get(1)?, blob: blob.map(Into::into), sketch })
}

/// The sketch as it is kept.
fn sketch(file: &Indexed) -> Option<Vec<u8>> {
    file.sketch.as_ref().map(Sketch::to_bytes)
}

/// The digest by which a path is looked up: half as large an index as one of the paths themselves.
fn digest(path: &str) -> i64 {
    crate::finding::subject_of(path).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, kind: u8) -> Indexed {
        Indexed { path: Arc::from(path), kind, blob: Some(Box::from(*b"blob")), sketch: None }
    }

    fn contribution(keys: &[i64], tally: Option<(&str, &str)>) -> Contribution {
        Contribution { keys: keys.to_vec(), tally: tally.map(|(category, tag)| (category.into(), tag.into())) }
    }

    fn paths(files: &[Indexed]) -> Vec<&str> {
        files.iter().map(|file| &*file.path).collect()
    }

    #[test]
    fn what_was_built_is_found_and_changed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".postproof/index.db");
        assert!(Index::open(&path, "1").unwrap().is_none());
        let mut builder = IndexBuilder::new(Some(&path), "1").unwrap();
        builder.put(&file("b.md", 1), contribution(&[7, 9], Some(("报", "新闻")))).unwrap();
        builder.put(&file("a.md", 1), contribution(&[7, -1], Some(("报", "新闻")))).unwrap();
        builder.put(&file("page.html", 128), contribution(&[9], None)).unwrap();
        let index = builder.finish(&[("commit", "c1")]).unwrap();
        assert_eq!(paths(&index.with_key(7, 10).unwrap()), ["a.md", "b.md"]);
        assert_eq!(index.with_key(7, 1).unwrap().len(), 1);
        assert_eq!(&*index.first_with_key(7).unwrap().unwrap().path, "a.md");
        assert_eq!(index.first_with_key(8).unwrap(), None);
        assert_eq!([1, 2, 3].map(|most| index.count(9, most).unwrap()), [1, 2, 2]);
        assert_eq!(paths(&index.of_few().unwrap()), ["page.html"]);
        assert_eq!(index.tallies().unwrap().into_values().sum::<u64>(), 2);
        index.close();

        let index = Index::open(&path, "1").unwrap().unwrap();
        assert_eq!(index.fact("commit").unwrap().as_deref(), Some("c1"));
        index.lay_over().unwrap();
        index
            .put(&file("b.md", 2), &contribution(&[1], None), Some(&contribution(&[7, 9], Some(("报", "新闻")))))
            .unwrap();
        index.remove("absent.md", &contribution(&[7], Some(("报", "新闻")))).unwrap();
        assert_eq!(index.find("b.md").unwrap().unwrap().kind, 2);
        assert_eq!(paths(&index.with_key(7, 10).unwrap()), ["a.md"]);
        index.close();

        // What was laid over is gone.
        let index = Index::open(&path, "1").unwrap().unwrap();
        assert_eq!(index.count(7, 9).unwrap(), 2);
        let stopped: Result<(), StateError> = index.commit(|| {
            index.remove("a.md", &contribution(&[7, -1], Some(("报", "新闻"))))?;
            index.fact("commit")?;
            Err(StateError::new(Path::new("x"), "write", super::super::StateErrorKind::Stopped))
        });
        assert!(stopped.is_err());
        assert_eq!(index.count(7, 9).unwrap(), 2);
    }

    #[test]
    fn an_index_of_another_kind_or_a_damaged_one_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("index.db");
        IndexBuilder::new(Some(&path), "1").unwrap().finish(&[]).unwrap().close();
        assert!(Index::open(&path, "2").unwrap_err().contains("other settings"));
        let bytes = std::fs::read(&path).unwrap();
        for cut in [1, 100, 4096, bytes.len() - 1] {
            std::fs::write(&path, &bytes[..cut]).unwrap();
            assert!(Index::open(&path, "1").is_err(), "{cut}");
        }
        std::fs::write(&path, [b'x'; 9000]).unwrap();
        assert!(Index::open(&path, "1").is_err());
    }
}
