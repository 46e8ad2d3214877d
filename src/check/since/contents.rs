//! Reads files from git or from the work tree, and parses them on all cores.

use std::path::Path;
use std::sync::Arc;

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

/// Files whose contents lie in memory at once.
const BATCH: usize = 2048;

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

/// Reads and parses files, in their order.
pub(super) fn load(
    repository: &Repository,
    reader: &Reader<'_>,
    items: &[Item],
    interner: &Interner,
) -> Result<Vec<Loaded>, CheckError> {
    let mut loaded = Vec::with_capacity(items.len());
    for items in items.chunks(BATCH) {
        let contents = contents(repository, items)?;
        let parse = |(item, content): (&Item, Result<Vec<u8>, String>)| {
            let path = Arc::clone(&item.path);
            match content {
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
            }
        };
        loaded.par_extend(items.par_iter().zip(contents).map(parse));
    }
    Ok(loaded)
}

/// The bytes of each file, or why it cannot be read; nothing of one that is not looked into.
fn contents(repository: &Repository, items: &[Item]) -> Result<Vec<Result<Vec<u8>, String>>, CheckError> {
    let mut contents: Vec<Result<Vec<u8>, String>> = Vec::with_capacity(items.len());
    let (mut blobs, mut places) = (Vec::new(), Vec::new());
    for (place, item) in items.iter().enumerate() {
        contents.push(Ok(Vec::new()));
        match &item.content {
            _ if item.role == Role::Static => {}
            Content::Blob(blob) => {
                blobs.push(*blob);
                places.push(place);
            }
            Content::Disk(path, _) => {
                if let Some(slot) = contents.get_mut(place) {
                    *slot = read(path);
                }
            }
        }
    }
    let mut missing = None;
    if !blobs.is_empty() {
        repository.read_blobs(&blobs, |position, bytes| {
            let place = places.get(position).copied().unwrap_or(usize::MAX);
            match (contents.get_mut(place), bytes) {
                (Some(slot), Some(bytes)) => *slot = Ok(bytes.to_vec()),
                _ => missing = missing.or(Some(place)),
            }
        })?;
    }
    match missing.and_then(|place| items.get(place)) {
        Some(item) => Err(CheckError::NoContent(item.path.to_string())),
        None => Ok(contents),
    }
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
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
