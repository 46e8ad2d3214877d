//! Carries a plan out: one file after the other, each written whole, read again, and what it replaces kept aside.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::super::digest::Digest;
use super::super::names::refusal;
use super::{Need, Origin, Step};
use crate::source::{self, write_whole};
use crate::vcs::{ObjectId, Repository};

/// What became of one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Restored {
    /// The sealed content is in its place; what lay there before is kept here.
    Written {
        /// The copy of what was replaced; `None` where nothing was.
        aside: Option<PathBuf>,
    },
    /// The sealed content was there already.
    Already,
    /// It can be had nowhere in what was searched.
    Nowhere,
    /// It was not written, and why.
    Failed(String),
}

/// Carries out the steps, in their order. `aside` is the folder for what is replaced, below the archive's own `.postproof`.
pub fn apply(top: &Path, steps: &[Step], repository: Option<&Repository>, aside: &Path) -> Vec<Restored> {
    let place = Place { top, aside };
    let mut results: Vec<Restored> = steps.iter().map(|step| place.take(step)).collect();
    let from_git: Vec<(usize, ObjectId)> = (0..)
        .zip(steps)
        .filter_map(|(at, step)| match step.origin {
            Some(Origin::Blob(blob)) => Some((at, blob)),
            _ => None,
        })
        .collect();
    let blobs: Vec<ObjectId> = from_git.iter().map(|&(_, blob)| blob).collect();
    let Some(repository) = repository.filter(|_| !blobs.is_empty()) else { return results };
    let mut set = |position: usize, result: Restored| {
        let at = from_git.get(position).map(|&(at, _)| at);
        if let Some(slot) = at.and_then(|at| results.get_mut(at)) {
            *slot = result;
        }
    };
    let read = repository.read_blobs(&blobs, |position, bytes| {
        let step = from_git.get(position).and_then(|&(at, _)| steps.get(at));
        if let (Some(step), Some(bytes)) = (step, bytes) {
            set(position, place.put(&step.need, bytes));
        }
    });
    if let Err(error) = read {
        let unread = |result: &Restored| *result == Restored::Failed(NOT_READ.to_owned());
        results
            .iter_mut()
            .filter(|result| unread(result))
            .for_each(|result| *result = Restored::Failed(error.to_string()));
    }
    results
}

const NOT_READ: &str = "git no longer has it";

/// Where files are written, and where what they replace is kept.
struct Place<'a> {
    top: &'a Path,
    aside: &'a Path,
}

impl Place<'_> {
    fn take(&self, step: &Step) -> Restored {
        match &step.origin {
            None => Restored::Nowhere,
            Some(Origin::Blob(_)) => Restored::Failed(NOT_READ.to_owned()),
            Some(Origin::File(path)) => match source::read(path) {
                Ok(bytes) => self.put(&step.need, &bytes),
                Err(error) => Restored::Failed(format!("cannot read {}: {error}", path.display())),
            },
        }
    }

    fn put(&self, need: &Need, bytes: &[u8]) -> Restored {
        self.try_put(need, bytes).unwrap_or_else(Restored::Failed)
    }

    fn try_put(&self, need: &Need, bytes: &[u8]) -> Result<Restored, String> {
        if Digest::of(bytes) != need.digest {
            return Err("the copy has changed since it was found; plan again".to_owned());
        }
        if refusal(&need.path).is_some() {
            return Err("its path leads out of the archive".to_owned());
        }
        self.look_at_folders(&need.path)?;
        let target = self.top.join(&*need.path);
        let before = present(&target).map_err(|error| error.to_string())?;
        let aside = match before {
            None => None,
            Some(before) if Digest::of(&before) == need.digest => return Ok(Restored::Already),
            Some(_) if need.found.is_none() => {
                return Err("a file has come there since the plan was made; plan again".to_owned());
            }
            Some(before) => Some(self.keep(&need.path, &before)?),
        };
        write_whole(&target, |out| out.write_all(bytes)).map_err(|error| error.to_string())?;
        let written = source::read(&target).map_err(|error| error.to_string())?;
        if Digest::of(&written) == need.digest {
            Ok(Restored::Written { aside })
        } else {
            Err("it reads otherwise than it was written; look at the disk".to_owned())
        }
    }

    /// A folder on the way that is a link would lead the file elsewhere.
    fn look_at_folders(&self, path: &str) -> Result<(), String> {
        for (slash, _) in path.match_indices('/') {
            let folder = path.get(..slash).unwrap_or_default();
            match fs::symlink_metadata(self.top.join(folder)) {
                Ok(metadata) if metadata.is_dir() => {}
                Ok(_) => return Err(format!("{folder} is no folder of the archive; move it away")),
                Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
                Err(error) => return Err(error.to_string()),
            }
        }
        Ok(())
    }

    /// Keeps what is about to be replaced, whoever wrote it and whether git has it or not.
    fn keep(&self, path: &str, bytes: &[u8]) -> Result<PathBuf, String> {
        let failed = |error: &dyn std::fmt::Display| format!("cannot keep what lies there: {error}");
        let ignore = self.aside.join(".gitignore");
        if !ignore.exists() {
            // A bot that adds everything must not commit what was altered a second time.
            write_whole(&ignore, |out| out.write_all(b"*\n")).map_err(|error| failed(&error))?;
        }
        let copy = self.aside.join(path);
        match present(&copy).map_err(|error| failed(&error))? {
            None => {}
            // A run that was cut off in this very second kept it.
            Some(kept) if kept == bytes => return Ok(copy),
            Some(_) => return Err(failed(&format!("{} is there already", copy.display()))),
        }
        write_whole(&copy, |out| out.write_all(bytes)).map_err(|error| failed(&error))?;
        Ok(copy)
    }
}

/// The bytes of a regular file; nothing where nothing is; an error for anything else.
fn present(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
        Ok(metadata) if metadata.is_file() => source::read(path).map(Some),
        Ok(_) => Err(io::Error::other("what lies there is no regular file; move it away")),
    }
}
