//! Verifies the archive against its seal, the seal against its log, and the log against a head that was published earlier.

use crate::language::mark;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use hashbrown::HashSet;
use rayon::prelude::*;

use super::companion::{Contents, Problem};
use super::compare::{Comparison, Entry, Found, Status, compare, side_by_side};
use super::digest::Digest;
use super::error::{SealError, SealErrorKind};
use super::folder::Folder;
use super::manifest::{Line, manifest_of};
use super::merkle::{Head, Peaks, Published, consistency_proof, is_consistent, size_of};
use super::names::Refusal;
use super::update::{Account, account, retired_leaf, sealed_leaf};
use super::{Archive, read, sorted_names};

/// Files and bytes of one manifest, as sealed and as found, before anything is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Count {
    /// The manifest.
    pub manifest: String,
    /// Files that it lists.
    pub sealed_files: u64,
    /// Bytes that they had.
    pub sealed_bytes: u64,
    /// Those of them that are there.
    pub found_files: u64,
    /// Bytes that they have.
    pub found_bytes: u64,
}

impl Count {
    /// Whether both agree.
    pub fn agrees(&self) -> bool {
        self.sealed_files == self.found_files && self.sealed_bytes == self.found_bytes
    }
}

/// What a verification found.
#[derive(Clone, Debug)]
pub struct Verification {
    /// When the archive was last sealed, as `seal.json` says.
    pub sealed_at: String,
    /// By which postproof.
    pub version: String,
    /// Manifests whose files or bytes do not agree. A hint only: git may convert bytes, and equal counts prove nothing.
    pub counts: Vec<Count>,
    /// The archive against the manifests.
    pub comparison: Comparison,
    /// The manifests against the log.
    pub account: Account,
    /// What is wrong with the seal itself.
    pub problems: Vec<Problem>,
    /// Files that cannot be sealed by their name.
    pub refused: Vec<(Box<str>, Refusal)>,
    /// Size and root of the log, computed from its leaves.
    pub head: Head,
}

impl Verification {
    /// Whether every sealed file is there as it was sealed, if perhaps moved, and the seal fits its log.
    pub fn is_intact(&self) -> bool {
        let is_harmless = |entry: &Entry| matches!(entry.status, Status::Moved { .. } | Status::Extra);
        self.problems.is_empty()
            && self.account == Account::default()
            && self.comparison.entries.iter().all(is_harmless)
    }
}

/// Verifies every file: first counts and bytes, then digests on all cores.
pub fn verify(archive: &Archive<'_>, folder: &Path) -> Result<Verification, SealError> {
    let folder = Folder::open(folder)?;
    let Contents { companion, lines, retired, mut problems } = load(&folder)?;
    let counts = count(
        archive.top,
        &companion.manifests.iter().map(|one| (&*one.name, one.files, one.bytes)).collect::<Vec<_>>(),
        &lines,
    );
    let (present, refused) = sorted_names(archive.paths);
    let failed = |kind| folder.error("verify", kind);
    let mut found = read::read(archive, &present).map_err(failed)?;
    found.extend(skipped(archive, &lines, &present).map_err(failed)?);
    found.sort_unstable_by(|one, other| one.path.cmp(other.path));
    let leaves = folder.leaves(companion.log.leaves)?;
    let head = Peaks::over(&leaves).head();
    if head != companion.log.head() {
        problems.push(Problem::Log(mark!("the log does not have the root that seal.json names")));
    }
    Ok(Verification {
        sealed_at: companion.sealed_at,
        version: companion.postproof,
        counts,
        comparison: compare(&lines, &found),
        account: account(lines.iter(), &retired, &leaves),
        problems,
        refused,
        head,
    })
}

/// The log against a head that was published earlier.
#[derive(Clone, Debug)]
pub struct Consistency {
    /// The log now.
    pub head: Head,
    /// The published head with its size; `None` if the log has never had that root: it was rewritten.
    pub published: Option<Head>,
    /// The proof of RFC 9162 §2.1.4 from the published head to this one.
    pub proof: Vec<Digest>,
    /// Whether the proof holds.
    pub holds: bool,
    /// Lines that were sealed then and have been given up since, by path.
    pub given_up: Vec<Line>,
}

/// Proves that everything that was sealed when `published` was the head is still sealed, or names what was given up since.
pub fn consistency(folder: &Path, published: &Published) -> Result<Consistency, SealError> {
    let folder = Folder::open(folder)?;
    let Contents { companion, retired, .. } = load(&folder)?;
    let leaves = folder.leaves(companion.log.leaves)?;
    let head = Peaks::over(&leaves).head();
    let then = |size: u64| leaves.get(..usize::try_from(size).ok()?);
    let has_root = |size: &u64| then(*size).is_some_and(|leaves| Peaks::over(leaves).head().root == published.root);
    let size = published.size.map_or_else(|| size_of(&leaves, &published.root), |size| Some(size).filter(has_root));
    let old = size.map(|size| Head { size, root: published.root });
    let position = size.and_then(|size| usize::try_from(size).ok()).unwrap_or(0);
    let proof = consistency_proof(&leaves, position).unwrap_or_default();
    let (early, late) = leaves.split_at_checked(position).unwrap_or_default();
    let (early, late): (HashSet<&Digest>, HashSet<&Digest>) = (early.iter().collect(), late.iter().collect());
    let mut given_up: Vec<Line> = retired;
    given_up.retain(|line| early.contains(&sealed_leaf(line)) && late.contains(&retired_leaf(line)));
    Ok(Consistency {
        head,
        published: old,
        holds: old.is_some_and(|old| is_consistent(&old, &head, &proof)),
        proof,
        given_up,
    })
}

fn load(folder: &Folder) -> Result<Contents, SealError> {
    let contents = folder.load()?;
    if contents.companion.format == 0 { Err(folder.error("read", SealErrorKind::NotSealed)) } else { Ok(contents) }
}

/// What git holds of sealed files that a sparse checkout leaves out.
fn skipped<'a>(
    archive: &Archive<'_>,
    lines: &'a [Line],
    present: &'a [&'a str],
) -> Result<Vec<Found<'a>>, SealErrorKind> {
    let Some(repository) = archive.repository else { return Ok(Vec::new()) };
    let pairs = side_by_side(lines, present, |line| &line.path, |path| path);
    let absent: Vec<&str> =
        pairs.filter_map(|(line, path)| line.filter(|_| path.is_none())).map(|line| &*line.path).collect();
    read::read_skipped(repository, &absent)
}

fn count(top: &Path, manifests: &[(&str, u64, u64)], lines: &[Line]) -> Vec<Count> {
    let size = |line: &Line| fs::symlink_metadata(top.join(&*line.path)).ok().map(|file| file.len());
    let sizes: Vec<Option<u64>> = lines.par_iter().map(size).collect();
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    for &(name, sealed_files, sealed_bytes) in manifests {
        let count = Count { manifest: name.to_owned(), sealed_files, sealed_bytes, found_files: 0, found_bytes: 0 };
        counts.insert(name.to_owned(), count);
    }
    for (line, size) in lines.iter().zip(sizes) {
        if let (Some(count), Some(size)) = (counts.get_mut(&manifest_of(&line.path)), size) {
            count.found_files += 1;
            count.found_bytes += size;
        }
    }
    counts.into_values().filter(|count| !count.agrees()).collect()
}
