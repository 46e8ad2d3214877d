//! The sealed digests, for a job that has the archive's files in its hands anyway.
//!
//! A check reads every document once. While the bytes are at hand, [`Ledger::holds`] tells the ones that are as they were sealed,
//! and only the others are read again, by the very code that verifies: what git converts, what a sparse checkout leaves out,
//! and what was moved is judged in one place. Files that the job did not read are not judged, unless they are gone.

use std::path::Path;

use hashbrown::HashSet;

use super::companion::{Contents, Problem};
use super::compare::{Comparison, Entry, Status, compare, side_by_side};
use super::digest::Digest;
use super::error::SealError;
use super::folder::Folder;
use super::manifest::Line;
use super::names::refusal;
use super::{Archive, read};

/// What is not as it was sealed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fixity {
    /// The archive against the manifests.
    pub comparison: Comparison,
    /// What is wrong with the seal itself. The log is not read for this; a verification does.
    pub problems: Vec<Problem>,
}

/// What was sealed: every file's digest, by its path.
#[derive(Debug)]
pub struct Ledger {
    folder: Folder,
    lines: Vec<Line>,
    problems: Vec<Problem>,
}

impl Ledger {
    /// Reads the seal in a folder; `None` where there is none.
    pub fn open(folder: &Path) -> Result<Option<Self>, SealError> {
        let folder = Folder::open(folder)?;
        let Contents { companion, lines, problems, .. } = folder.load()?;
        let is_sealed = companion.format != 0 || !problems.is_empty();
        Ok(is_sealed.then_some(Self { folder, lines, problems }))
    }

    /// Whether these bytes are what was sealed under this path.
    pub fn holds(&self, path: &str, bytes: &[u8]) -> bool {
        self.line(path).is_some_and(|line| line.digest == Digest::of(bytes))
    }

    /// Holds the archive's files against the seal. `archive.paths` is every file that is there, sorted;
    /// `suspects` are those of them that were read and that [`Self::holds`] did not know, sorted.
    ///
    /// Nothing is said of files that were neither read nor sealed, except that a missing one may have become one of them.
    pub fn judge(self, archive: &Archive<'_>, suspects: &[&str]) -> Result<Fixity, SealError> {
        let failed = |kind| self.folder.error("verify", kind);
        let pairs = side_by_side(&self.lines, archive.paths, |line| &line.path, |path| path);
        let (mut missing, mut strangers) = (Vec::new(), Vec::new());
        for pair in pairs {
            match pair {
                (Some(line), None) => missing.push(line),
                (None, Some(&path)) => strangers.push(path),
                _ => {}
            }
        }
        let absent: Vec<&str> = missing.iter().map(|line| &*line.path).collect();
        let skipped = archive.repository.map_or(Ok(Vec::new()), |git| read::read_skipped(git, &absent));
        let mut found = skipped.map_err(failed)?;
        let judged: HashSet<&str> = suspects.iter().copied().collect();
        let mut wanted: Vec<&str> = suspects.iter().copied().filter(|path| refusal(path).is_none()).collect();
        if found.len() < missing.len() {
            wanted.extend(strangers.iter().filter(|path| !judged.contains(**path) && refusal(path).is_none()));
        }
        found.extend(read::read(archive, &wanted).map_err(failed)?);
        found.sort_unstable_by(|one, other| one.path.cmp(other.path));
        let is_concerned = |line: &Line| judged.contains(&*line.path) || absent.binary_search(&&*line.path).is_ok();
        let concerned: Vec<Line> = self.lines.iter().filter(|line| is_concerned(line)).cloned().collect();
        let mut comparison = compare(&concerned, &found);
        comparison.intact += self.lines.len() - concerned.len();
        comparison.entries.retain(|entry| match entry.status {
            Status::Extra => judged.contains(&*entry.path),
            Status::Unreadable(_) => self.line(&entry.path).is_some(),
            _ => true,
        });
        // What no seal can hold is not sealed, whatever is in it.
        let refused = suspects.iter().filter(|path| refusal(path).is_some());
        comparison.entries.extend(refused.map(|path| Entry { path: (*path).into(), status: Status::Extra }));
        comparison.entries.sort_unstable_by(|one, other| one.path.cmp(&other.path));
        Ok(Fixity { comparison, problems: self.problems })
    }

    fn line(&self, path: &str) -> Option<&Line> {
        let at = self.lines.binary_search_by(|line| (*line.path).cmp(path)).ok()?;
        self.lines.get(at)
    }
}
