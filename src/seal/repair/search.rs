//! Looks for sealed contents, by digest: where they should be first, then under the same file name, then everywhere.

use std::path::{Path, PathBuf};

use hashbrown::{HashMap, HashSet};
use rayon::prelude::*;

use super::super::compare::Content;
use super::super::digest::Digest;
use super::super::error::SealErrorKind;
use super::super::manifest::file_name;
use super::super::read;
use super::{Need, Origin, Step};
use crate::source::{self, Walk};
use crate::vcs::{ObjectId, Repository, Revision};

/// What is searched, in this order.
#[derive(Clone, Copy, Debug)]
pub struct Source<'a> {
    /// The top folder of another copy; of a bag, its payload.
    pub copy: Option<&'a Path>,
    /// A repository, and the commit whose files and whole history are searched.
    pub history: Option<(&'a Repository, &'a Revision)>,
}

/// Finds where each need can be had. Reads the whole of a source only for what is not found where it should be.
pub fn search(needs: Vec<Need>, source: &Source<'_>) -> Result<Vec<Step>, SealErrorKind> {
    let mut search = Search { open: HashSet::new(), found: HashMap::new() };
    search.open.extend(needs.iter().map(|need| need.digest));
    if let Some(top) = source.copy {
        search.copy(top, &needs)?;
    }
    if let Some((repository, revision)) = source.history {
        search.history(repository, revision, &needs)?;
    }
    let step = |need: Need| {
        let origin = search.found.get(&need.digest).cloned();
        Step { need, origin }
    };
    Ok(needs.into_iter().map(step).collect())
}

/// What is still looked for, and what was found.
struct Search {
    open: HashSet<Digest>,
    found: HashMap<Digest, Origin>,
}

impl Search {
    fn take(&mut self, digest: Digest, origin: impl FnOnce() -> Origin) {
        if self.open.remove(&digest) {
            self.found.insert(digest, origin());
        }
    }

    /// The needs that are still open.
    fn names<'n>(&self, needs: &'n [Need]) -> HashSet<&'n str> {
        let open = needs.iter().filter(|need| self.open.contains(&need.digest));
        open.flat_map(|need| [file_name(&need.path), file_name(&need.sealed_as)]).collect()
    }

    fn copy(&mut self, top: &Path, needs: &[Need]) -> Result<(), SealErrorKind> {
        let places = needs.iter().flat_map(|need| [&need.path, &need.sealed_as]);
        self.files(places.map(|path| top.join(&**path)).collect());
        if self.open.is_empty() {
            return Ok(());
        }
        let walk = Walk { root: top.to_owned(), own: Vec::new(), threads: 0 };
        let walked = source::walk(&walk).map_err(|error| SealErrorKind::Copy(error.to_string()))?;
        let names = self.names(needs);
        let (near, far): (Vec<_>, Vec<_>) =
            walked.files.iter().partition(|path| names.contains(file_name(path.as_ref())));
        for paths in [near, far] {
            if !self.open.is_empty() {
                self.files(paths.into_iter().map(|path| walked.locate(top, path)).collect());
            }
        }
        Ok(())
    }

    fn files(&mut self, files: Vec<PathBuf>) {
        let contents: Vec<Content> =
            files.par_iter().map_init(read::buffer, |buffer, path| read::read_file(path, buffer)).collect();
        for (path, content) in files.into_iter().zip(contents) {
            if let Content::Read { digest, .. } = content {
                self.take(digest, || Origin::File(path));
            }
        }
    }

    fn history(&mut self, repository: &Repository, revision: &Revision, needs: &[Need]) -> Result<(), SealErrorKind> {
        if self.open.is_empty() {
            return Ok(());
        }
        let places: HashSet<&[u8]> =
            needs.iter().flat_map(|need| [need.path.as_bytes(), need.sealed_as.as_bytes()]).collect();
        let held = repository.files_at(revision)?;
        let held = held.iter().filter(|file| file.is_file() && places.contains(&*file.path));
        self.blobs(repository, &held.map(|file| file.blob).collect::<Vec<_>>())?;
        if self.open.is_empty() {
            return Ok(());
        }
        let names = self.names(needs);
        let all = repository.blobs_of_history(revision)?;
        let is_near = |path: &[u8]| {
            let name = path.rsplit(|&byte| byte == b'/').next().unwrap_or(path);
            std::str::from_utf8(name).is_ok_and(|name| names.contains(name))
        };
        let (near, far): (Vec<_>, Vec<_>) = all.iter().partition(|(_, path)| is_near(path));
        for blobs in [near, far] {
            if !self.open.is_empty() {
                self.blobs(repository, &blobs.into_iter().map(|(blob, _)| *blob).collect::<Vec<_>>())?;
            }
        }
        Ok(())
    }

    fn blobs(&mut self, repository: &Repository, blobs: &[ObjectId]) -> Result<(), SealErrorKind> {
        repository.read_blobs(blobs, |position, bytes| {
            if let (Some(blob), Some(bytes)) = (blobs.get(position), bytes) {
                self.take(Digest::of(bytes), || Origin::Blob(*blob));
            }
        })?;
        Ok(())
    }
}
