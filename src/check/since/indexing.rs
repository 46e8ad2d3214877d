//! Brings the index to a commit: by what changed since the commit that it is of, by comparing lists where git no longer
//! knows that commit, or from nothing.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use super::changes::{Change, Compared, Content, Side, between};
use super::contents::{Item, Loaded, Roles, archive_of, load, number_of};
use super::error::CheckError;
use super::stamp::{place, stamp};
use super::ties::{Ties, ties};
use crate::check::Settings;
use crate::check::kinds::archive_folders;
use crate::check::load::Reader;
use crate::event::{Event, Stage};
use crate::language::{Message, say};
use crate::site::{self, published_paths};
use crate::source::is_part;
use crate::store::{Index, IndexBuilder, Indexed};
use crate::text::Interner;
use crate::vcs::{Comparison, ObjectId, Repository, Revision, Tracked};

/// Files whose ties are found together.
const BATCH: usize = 8192;

/// What indexing needs to know.
pub(super) struct Indexing<'a> {
    pub(super) settings: &'a Settings,
    pub(super) repository: &'a Repository,
    /// Reads without judging.
    pub(super) reader: &'a Reader<'a>,
    pub(super) is_own: &'a dyn Fn(&str) -> bool,
    /// Where the work tree is.
    pub(super) root: &'a Path,
    /// What is judged, and how its ends differ.
    pub(super) compared: (&'a Comparison, &'a Compared),
}

/// A file that was read, what git calls its content, and its ties.
pub(super) type Read = (Loaded, Option<ObjectId>, Ties);

/// The index, at the wanted commit.
pub(super) struct Ready {
    pub(super) index: Index,
    /// The folders of posts that are kept, as the index knows them.
    pub(super) archive_folders: Vec<String>,
    /// Why it had to be made.
    pub(super) notice: Option<String>,
}

impl Indexing<'_> {
    /// The index at a commit. One that has to be made is made at the commit `from` and follows from there: what was kept
    /// before the change is what has to be kept.
    pub(super) fn ready(&self, from: &Revision, commit: &Revision) -> Result<Ready, CheckError> {
        let path = place(self.settings);
        let stamp = stamp(self.settings);
        let opened = path.as_deref().map_or(Ok(None), |path| Index::open(path, &stamp));
        let notice =
            match opened {
                Ok(Some(index)) => match self.follow(index, commit) {
                    Ok(ready) => match self.new_archive_folders(&ready)? {
                        found if found.is_empty() => return Ok(ready),
                        found => return self.make_with(path.as_deref(), &stamp, (commit, ready, &found)),
                    },
                    // What git or the disk cannot do now it cannot do for a new index either.
                    Err(CheckError::Vcs(error)) => return Err(error.into()),
                    Err(error) => Some(self.said(&say!(
                        "the index of the archive was made anew, since it could not be used: {error}",
                        error
                    ))),
                },
                Ok(None) => path
                    .is_some()
                    .then(|| self.said(&say!("the index of the archive was made; the next check finds it"))),
                Err(why) => Some(self.said(&say!(
                    "the index of the archive was made anew, since the old one could not be used: {why}",
                    why
                ))),
            };
        let (index, _) = self.make(path.as_deref(), &stamp, (from, &[]))?;
        let ready = self.follow(index, commit)?;
        let found = self.new_archive_folders(&ready)?;
        if found.is_empty() {
            return Ok(Ready { notice, ..ready });
        }
        self.make_with(path.as_deref(), &stamp, (commit, ready, &found))
    }

    /// Makes an index anew with further archive folders.
    fn make_with(
        &self,
        path: Option<&Path>,
        stamp: &str,
        (commit, ready, found): (&Revision, Ready, &[String]),
    ) -> Result<Ready, CheckError> {
        ready.index.close();
        let known = [&ready.archive_folders, found].concat();
        let (index, archive_folders) = self.make(path, stamp, (commit, &known))?;
        let folders = found.join(", ");
        let notice =
            self.said(&say!("the index of the archive was made anew, since {folders} holds kept posts now", folders));
        Ok(Ready { index, archive_folders, notice: Some(notice) })
    }

    fn said(&self, message: &Message) -> String {
        message.in_language(self.settings.rules.language)
    }

    /// Folders that have become archive folders since the index was made.
    fn new_archive_folders(&self, ready: &Ready) -> Result<Vec<String>, CheckError> {
        let Settings { folders, .. } = self.settings;
        if folders.archive.is_some() {
            return Ok(Vec::new());
        }
        let pages: Vec<Indexed> = ready.index.of_few()?.into_iter().filter(|row| row.kind == 128).collect();
        let read = |path: &Arc<str>| {
            let at = pages.binary_search_by(|row| row.path.cmp(path)).ok()?;
            self.blob(ObjectId::from_bytes(pages.get(at)?.blob.as_deref()?)?)
        };
        let paths: Vec<Arc<str>> = pages.iter().map(|row| Arc::clone(&row.path)).collect();
        let mut found = archive_folders(folders, &paths, &read);
        found.retain(|folder| !ready.archive_folders.contains(folder));
        Ok(found)
    }

    fn blob(&self, blob: ObjectId) -> Option<Vec<u8>> {
        let mut text = None;
        self.repository.read_blobs(&[blob], |_, bytes| text = bytes.map(<[u8]>::to_vec)).ok()?;
        text
    }

    /// Applies to an index what changed since its commit.
    fn follow(&self, index: Index, commit: &Revision) -> Result<Ready, CheckError> {
        let known = index.fact("commit")?.unwrap_or_default();
        let archive_folders = folders(&index)?;
        if known != commit.as_str() {
            let changes = match self.repository.resolve(&known) {
                Ok(known) => match self.compared {
                    // It was asked already, and git looks through lists of a million files for it.
                    (comparison, compared) if known == comparison.from && comparison.to.is_some() => {
                        compared.changes.clone()
                    }
                    _ => between(self.repository, (&known, commit), self.is_own)?,
                },
                // The branch was rewritten, or the clone does not reach so far back: the list of files tells the difference.
                Err(_) => self.listed(&index, commit)?,
            };
            index.commit(|| {
                self.apply(&index, &archive_folders, &changes)?;
                index.set_fact("commit", commit.as_str()).map_err(CheckError::from)
            })?;
        }
        Ok(Ready { index, archive_folders, notice: None })
    }

    /// Lays changes of the work tree over an index for this run.
    pub(super) fn lay_over(&self, ready: &Ready, changes: &[Change]) -> Result<(), CheckError> {
        ready.index.lay_over()?;
        self.apply(&ready.index, &ready.archive_folders, changes)
    }

    fn apply(&self, index: &Index, archive_folders: &[String], changes: &[Change]) -> Result<(), CheckError> {
        for changes in changes.chunks(BATCH) {
            let sides = |of: fn(&Change) -> &Option<Side>| changes.iter().filter_map(of_side(of));
            let old: Vec<Side> = sides(|change| &change.old).cloned().collect();
            for (loaded, _, ties) in self.read(archive_folders, &old)? {
                index.remove(loaded.path(), &ties.contribution())?;
            }
            let new: Vec<Side> = sides(|change| &change.new).cloned().collect();
            for (loaded, blob, ties) in self.read(archive_folders, &new)? {
                index.put(&indexed(&loaded, blob, &ties), &ties.contribution(), None)?;
            }
        }
        Ok(())
    }

    /// The differences between what an index holds and a commit's files.
    fn listed(&self, index: &Index, commit: &Revision) -> Result<Vec<Change>, CheckError> {
        let mut now = self.files(commit)?.into_iter().peekable();
        let side = |path: &Arc<str>, blob: ObjectId, is_file: bool| Side {
            path: Arc::clone(path),
            content: Content::Blob(blob),
            is_file,
        };
        let came = |(path, file): (Arc<str>, Tracked)| Change {
            old: None,
            new: Some(side(&path, file.blob, file.is_file())),
            is_same: false,
        };
        let mut changes = Vec::new();
        for row in index.all()? {
            while let Some(file) = now.next_if(|(path, _)| *path < row.path) {
                changes.push(came(file));
            }
            let blob = row.blob.as_deref().and_then(ObjectId::from_bytes);
            let here = now.next_if(|(path, _)| *path == row.path);
            if here.as_ref().is_some_and(|(_, file)| Some(file.blob) == blob) {
                continue;
            }
            let old = blob.map(|blob| side(&row.path, blob, row.kind != 2 && row.kind != 130));
            changes.push(Change { old, new: here.and_then(|file| came(file).new), is_same: false });
        }
        changes.extend(now.map(came));
        Ok(changes)
    }

    /// Makes an index of a commit's files.
    fn make(
        &self,
        path: Option<&Path>,
        stamp: &str,
        (commit, known): (&Revision, &[String]),
    ) -> Result<(Index, Vec<String>), CheckError> {
        let Settings { folders, .. } = self.settings;
        let observer = self.reader.observer;
        let files = self.files(commit)?;
        observer.observe(&Event::Begin { stage: Stage::Read, total: Some(files.len() as u64) });
        let paths: Vec<Arc<str>> = files.iter().map(|(path, _)| Arc::clone(path)).collect();
        let read = |path: &Arc<str>| {
            let at = files.binary_search_by(|(known, _)| known.cmp(path)).ok()?;
            self.blob(files.get(at)?.1.blob)
        };
        let mut archive_folders = match &folders.archive {
            Some(named) => named.iter().map(|folder| folder.trim_matches('/').to_owned()).collect(),
            None => archive_folders(folders, &paths, &read),
        };
        archive_folders.extend(known.iter().cloned());
        archive_folders.sort_unstable();
        archive_folders.dedup();
        drop(paths);
        let mut builder = IndexBuilder::new(path, stamp)?;
        for files in files.chunks(BATCH) {
            let side = |(path, file): &(Arc<str>, Tracked)| Side {
                path: Arc::clone(path),
                content: Content::Blob(file.blob),
                is_file: file.is_file(),
            };
            for (loaded, blob, ties) in self.read(&archive_folders, &files.iter().map(side).collect::<Vec<_>>())? {
                builder.put(&indexed(&loaded, blob, &ties), ties.contribution())?;
            }
            observer.observe(&Event::Advance { stage: Stage::Read, count: files.len() as u64 });
        }
        observer.observe(&Event::End { stage: Stage::Read });
        let list = serde_json::to_string(&archive_folders).unwrap_or_default();
        let index = builder.finish(&[("commit", commit.as_str()), ("archive_folders", &list)])?;
        Ok((index, archive_folders))
    }

    /// The files of a commit that are part of the archive, sorted by path.
    fn files(&self, commit: &Revision) -> Result<Vec<(Arc<str>, Tracked)>, CheckError> {
        let files = self.repository.files_at(commit)?.into_iter().filter(|file| file.mode != 0o160_000);
        let named = files.map(|file| (Arc::from(String::from_utf8_lossy(&file.path)), file));
        let mut files: Vec<(Arc<str>, Tracked)> =
            named.filter(|(path, _)| is_part(path) && !(self.is_own)(path)).collect();
        files.sort_by(|one, other| one.0.cmp(&other.0));
        files.dedup_by(|one, other| one.0 == other.0);
        Ok(files)
    }

    /// Reads files and finds what ties them to others, in no given order.
    pub(super) fn read(&self, archive_folders: &[String], sides: &[Side]) -> Result<Vec<Read>, CheckError> {
        let is_read = published_paths(&self.settings.site);
        let roles = Roles { folders: &self.settings.folders, archive: archive_folders, is_read: &is_read };
        let items: Vec<Item> = sides.iter().map(|side| roles.item(side)).collect();
        let interner = Interner::default();
        let loaded = load(self.repository, self.reader, &items, &interner)?;
        let (mut archive, _) = archive_of(loaded);
        archive.strings = interner.freeze();
        let (documents, files) = ties(self.settings, &self.site(archive_folders), &archive);
        let blobs: HashMap<Arc<str>, ObjectId> = items
            .into_iter()
            .filter_map(|item| match item.content {
                Content::Blob(blob) => Some((item.path, blob)),
                Content::Disk(..) => None,
            })
            .collect();
        let blob = |path: &Arc<str>| blobs.get(path).copied();
        let documents = archive.documents.into_iter().zip(documents).map(|(document, ties)| {
            let blob = blob(&document.path);
            (Loaded::Document(Box::new(document), Vec::new()), blob, ties)
        });
        let files = archive.files.into_iter().zip(files).map(|(path, ties)| {
            let blob = blob(&path);
            (Loaded::File(path, None), blob, ties)
        });
        Ok(documents.chain(files).collect())
    }

    pub(super) fn site(&self, archive_folders: &[String]) -> site::Settings {
        site::Settings { archive_folders: archive_folders.to_vec(), ..self.settings.site.clone() }
    }
}

fn of_side(of: fn(&Change) -> &Option<Side>) -> impl Fn(&Change) -> Option<&Side> {
    move |change| of(change).as_ref()
}

fn indexed(loaded: &Loaded, blob: Option<ObjectId>, ties: &Ties) -> Indexed {
    Indexed {
        path: Arc::clone(loaded.path()),
        kind: number_of(loaded),
        blob: blob.map(|blob| blob.as_bytes().into()),
        // One without passages meets no other.
        sketch: ties.sketch.filter(|_| ties.passages().next().is_some()),
    }
}

fn folders(index: &Index) -> Result<Vec<String>, CheckError> {
    let list = index.fact("archive_folders")?.unwrap_or_default();
    Ok(serde_json::from_str(&list).unwrap_or_default())
}
