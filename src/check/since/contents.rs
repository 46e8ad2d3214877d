//! Reads files from git or from the work tree, and parses them on all cores.

use std::panic::resume_unwind;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{self, SyncSender};

use rayon::prelude::*;

use super::changes::{Content, Side};
use super::error::CheckError;
use crate::check::kinds::{Folders, Role, role};
use crate::check::load::{Outcome, Reader};
use crate::document::{Archive, Document, Kind};
use crate::finding::Finding;
use crate::source;
use crate::store::Indexed;
use crate::text::Interner;
use crate::vcs::{ObjectId, Repository};

/// Files that are parsed together.
const BATCH: usize = 256;

/// So many times as many lie in memory before they are parsed.
const AHEAD: usize = 4;

/// The bytes of a file, or why it cannot be read.
type Read = Result<Vec<u8>, String>;

/// A file that is to be read.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) path: Arc<str>,
    pub(super) role: Role,
    pub(super) content: Content,
}

/// A file that was read.
#[derive(Clone)]
pub(super) enum Loaded {
    Document(Box<Document>, Vec<Finding>),
    /// It is no document, or cannot be read: then why not.
    File(Arc<str>, Option<String>),
}

impl Loaded {
    /// Why it could not be read, as a sentence.
    pub(super) fn trouble(&self) -> Option<String> {
        match self {
            Self::File(path, Some(why)) => Some(format!("cannot read {path}: {why}")),
            _ => None,
        }
    }

    pub(super) fn path(&self) -> &Arc<str> {
        match self {
            Self::Document(document, _) => &document.path,
            Self::File(path, _) => path,
        }
    }
}

/// What files are by their paths.
pub(super) struct Roles<'a> {
    pub(super) folders: &'a Folders,
    pub(super) archive: &'a [String],
    pub(super) is_read: &'a (dyn Fn(&str) -> bool + Sync),
}

impl Roles<'_> {
    pub(super) fn of(&self, path: &str, is_file: bool) -> Role {
        // What a link stands for is not followed through git; that something is there is known.
        if is_file { role(self.folders, self.archive, path, self.is_read) } else { Role::Static }
    }

    /// What a path says of a post.
    pub(super) fn kind(&self, path: &str) -> Option<Kind> {
        match self.of(path, true) {
            Role::Document(kind) => Some(kind),
            Role::Candidate | Role::Static | Role::Built => None,
        }
    }

    pub(super) fn item(&self, side: &Side) -> Item {
        Item { path: Arc::clone(&side.path), role: self.of(&side.path, side.is_file), content: side.content.clone() }
    }
}

/// The kinds of the index; of those from 128 on there are few, and all are at hand for every judgement.
pub(super) fn number_of(loaded: &Loaded) -> u8 {
    match loaded {
        Loaded::Document(document, _) => match document.kind {
            Kind::Post => 0,
            Kind::Archived => 1,
            Kind::Page => 128,
            Kind::Draft => 129,
        },
        // Layouts, includes, data; and what lies at the top, where plugins look.
        Loaded::File(path, _) if path.starts_with('_') || !path.contains('/') => 130,
        Loaded::File(..) => 2,
    }
}

/// The file of a row of the index, to be read; `root` is where the work tree is.
pub(super) fn item_of(row: &Indexed, root: &Path) -> Item {
    let role = match row.kind {
        0 => Role::Document(Kind::Post),
        1 => Role::Document(Kind::Archived),
        129 => Role::Document(Kind::Draft),
        128 => Role::Candidate,
        _ => Role::Static,
    };
    let blob = row.blob.as_deref().and_then(ObjectId::from_bytes);
    let content = blob.map_or_else(|| Content::Disk(root.join(&*row.path), None), Content::Blob);
    Item { path: Arc::clone(&row.path), role, content }
}

/// Reads and parses files, in their order. While some are parsed git is at the next ones.
pub(super) fn load(
    repository: &Repository,
    reader: &Reader<'_>,
    items: &[Item],
    interner: &Interner,
) -> Result<Vec<Loaded>, CheckError> {
    let parse = |(place, content): (usize, Read)| {
        let item = items.get(place)?;
        let path = Arc::clone(&item.path);
        let loaded = match content {
            Err(why) => Loaded::File(path, Some(why)),
            Ok(bytes) => match reader.parse((&item.path, item.role), &bytes, interner) {
                Outcome::Document(read) => {
                    let (document, findings, _) = *read;
                    Loaded::Document(Box::new(document), findings)
                }
                Outcome::Unreadable(path, why) => Loaded::File(path, Some(why)),
                Outcome::Static(path, _) => Loaded::File(path, None),
                Outcome::Skipped => Loaded::File(path, None),
            },
        };
        Some((place, loaded))
    };
    let mut loaded: Vec<(usize, Loaded)> = Vec::with_capacity(items.len());
    std::thread::scope(|scope| {
        let (sender, receiver) = mpsc::sync_channel(AHEAD);
        let reading = scope.spawn(move || contents(repository, items, &sender));
        for batch in receiver {
            loaded.par_extend(batch.into_par_iter().filter_map(parse));
        }
        reading.join().unwrap_or_else(|panic| resume_unwind(panic))
    })?;
    loaded.sort_unstable_by_key(|(place, _)| *place);
    Ok(loaded.into_iter().map(|(_, loaded)| loaded).collect())
}

/// The bytes of each file, or why it cannot be read; nothing of one that is not looked into.
fn contents(
    repository: &Repository,
    items: &[Item],
    sender: &SyncSender<Vec<(usize, Read)>>,
) -> Result<(), CheckError> {
    let (mut blobs, mut places, mut batch) = (Vec::new(), Vec::new(), Vec::with_capacity(BATCH));
    let mut give = |place: usize, content: Read| {
        batch.push((place, content));
        if batch.len() == BATCH {
            // Who parses goes on until this thread ends.
            let _ = sender.send(std::mem::replace(&mut batch, Vec::with_capacity(BATCH)));
        }
    };
    for (place, item) in items.iter().enumerate() {
        match &item.content {
            _ if item.role == Role::Static => give(place, Ok(Vec::new())),
            Content::Blob(blob) => {
                blobs.push(*blob);
                places.push(place);
            }
            Content::Disk(path, _) => give(place, read(path)),
        }
    }
    let mut missing = None;
    if !blobs.is_empty() {
        repository.read_blobs(&blobs, |position, bytes| {
            let place = places.get(position).copied().unwrap_or(usize::MAX);
            match bytes {
                Some(bytes) => give(place, Ok(bytes.to_vec())),
                None => missing = missing.or(Some(place)),
            }
        })?;
    }
    let _ = sender.send(batch);
    match missing.and_then(|place| items.get(place)) {
        Some(item) => Err(CheckError::NoContent(item.path.to_string())),
        None => Ok(()),
    }
}

fn read(path: &Path) -> Read {
    source::read(path).map_err(|error| error.to_string())
}

/// An archive of files that were read, sorted by path.
pub(super) fn archive_of(mut loaded: Vec<Loaded>) -> (Archive, Vec<Finding>) {
    loaded.sort_by(|one, other| one.path().cmp(other.path()));
    let (mut archive, mut findings) = (Archive::default(), Vec::new());
    for loaded in loaded {
        match loaded {
            Loaded::Document(document, found) => {
                archive.documents.push(*document);
                findings.extend(found);
            }
            Loaded::File(path, _) => archive.files.push(path),
        }
    }
    (archive, findings)
}
