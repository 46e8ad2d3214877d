//! The files of the later side: what is judged is what is shown, and what pages of the web are held against.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use super::changes::{Change, Content};
use super::indexing::Indexing;
use crate::check::judged::Texts;
use crate::source;
use crate::vcs::{ObjectId, Snapshot};

/// The files of the later side, by their paths.
pub(super) struct Later {
    root: PathBuf,
    /// The commit, unless it is the work tree.
    commit: Option<Snapshot>,
    /// What changed: for a path git reads the list of a folder, and one can hold a million files.
    blobs: HashMap<Arc<str>, ObjectId>,
}

impl Later {
    pub(super) fn new(indexing: &Indexing<'_>, changes: &[Change]) -> Self {
        let (comparison, _) = indexing.compared;
        let new = changes.iter().filter_map(|change| change.new.as_ref()).filter(|side| side.is_file);
        let blobs = new.filter_map(|side| match side.content {
            Content::Blob(blob) => Some((Arc::clone(&side.path), blob)),
            Content::Disk(..) => None,
        });
        Self {
            root: indexing.root.to_owned(),
            commit: comparison.to.clone().map(|to| indexing.repository.snapshot(to)),
            blobs: blobs.collect(),
        }
    }

    /// Reads the files for as long as the web is asked.
    pub(super) fn texts(later: &Arc<Self>) -> Texts {
        let later = Arc::clone(later);
        Arc::new(move |path| later.read(path))
    }

    /// The content of a file; `None` where it cannot be read.
    pub(super) fn read(&self, path: &str) -> Option<Vec<u8>> {
        match (&self.commit, self.blobs.get(path)) {
            (Some(commit), Some(blob)) => commit.read_blob(*blob),
            (Some(commit), None) => commit.read(path),
            (None, _) => source::read(&self.root.join(path)).ok(),
        }
    }
}
