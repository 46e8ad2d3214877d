//! Digests of the archive, written once and verified for ever after.
//!
//! The seal lies in `.postproof/seal/`, in the repository, and says what every sealed file's bytes are:
//!
//! | file | what it is |
//! | --- | --- |
//! | `2022-01.sha256` | a manifest: the files whose name begins with a day of that month, in the very format of `sha256sum` |
//! | `other.sha256` | the manifest of all other files |
//! | `retired` | lines that were given up, in the same format; not to be checked, hence without the ending |
//! | `log/000000` | the leaves of the tree of RFC 9162 in the order of sealing, 4096 a file, one digest a line |
//! | `seal.json` | when and by which version, files, bytes and digest of each manifest, size, root and peaks of the tree |
//! | `.gitattributes` | keeps git from changing line ends here |
//!
//! `sha256sum -c .postproof/seal/*.sha256`, run at the archive's top, verifies it without postproof.
//! A bot that seals after each commit rewrites the manifest of a month, the last file of the log and `seal.json`, whatever the archive's size.
//!
//! The digests are of the bytes that git holds, where git converts a file on its way to the work tree, and of the file's own bytes elsewhere.
//! Who wrote the seal is not proven here: publish the tree's head, or sign the commit.
//!
//! `update`, `compare`, `manifest`, `merkle` and `names` are pure; files are touched by `folder`, `read`, `apply` (lengths only), `ledger`, `verify`, `repair` and `bag`.

mod apply;
mod bag;
mod companion;
mod compare;
mod digest;
mod error;
mod folder;
mod ledger;
mod listed;
mod manifest;
mod merkle;
mod names;
mod read;
pub mod repair;
mod update;
mod verify;

use std::path::Path;

use hashbrown::HashSet;
use jiff::Timestamp;

use crate::vcs::Repository;

pub use bag::{BagEntry, BagState, BagVerification, Bagged, Broken, is_bag, verify_bag, write_bag};
pub use companion::Problem;
pub use compare::{Comparison, Entry, Status};
pub use digest::Digest;
pub use error::{SealError, SealErrorKind};
pub use folder::FOLDER;
pub use ledger::{Fixity, Ledger};
pub use listed::listed;
pub use manifest::{Line, LineProblem};
pub use merkle::{Head, Published, consistency_proof, inclusion_proof, is_consistent, is_included, leaf, node, root};
pub use names::{Refusal, look_alikes, refusal};
pub use update::{Account, Update};
pub use verify::{Consistency, Count, Verification, consistency, verify};

use folder::Folder;

/// The files of an archive that are sealed or verified.
#[derive(Clone, Copy, Debug)]
pub struct Archive<'a> {
    /// The archive's top folder.
    pub top: &'a Path,
    /// The files, relative to it, with `/`. The seal's own folder is not among them.
    pub paths: &'a [&'a str],
    /// The repository, if the archive's top folder lies in one.
    pub repository: Option<&'a Repository>,
}

/// How a sealing is meant.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Where the seal is.
    pub folder: &'a Path,
    /// Files whose change, or whose loss, a person has accepted.
    pub accepted: &'a [&'a str],
    /// The time that the seal names.
    pub at: Timestamp,
}

/// What a sealing did.
#[derive(Clone, Debug)]
pub struct Sealed {
    /// The change of the seal, with what was found on the way.
    pub update: Update,
    /// Files that cannot be sealed by their name.
    pub refused: Vec<(Box<str>, Refusal)>,
    /// The tree's size and root afterwards: what is worth publishing.
    pub head: Head,
    /// Files that are sealed now.
    pub files: u64,
}

/// Seals what is new, and what `request` accepts. Reads no other file, and writes nothing if nothing changed.
///
/// The seal is written whole or not at all, whenever the process is killed; two at once exclude each other.
pub fn seal(archive: &Archive<'_>, request: &Request<'_>) -> Result<Sealed, SealError> {
    let (folder, _lock) = Folder::lock(request.folder)?;
    let before = folder.load()?;
    if let Some(problem) = before.problems.first() {
        return Err(folder.error("read", SealErrorKind::Damaged(problem.message())));
    }
    let (present, refused) = sorted_names(archive.paths);
    let accepted: HashSet<&str> = request.accepted.iter().copied().collect();
    let wanted = update::to_read(&before.lines, &present, &accepted);
    let read = read::read(archive, &wanted).map_err(|kind| folder.error("write", kind))?;
    let update = update::update(&before.lines, &present, &read, &accepted);
    let (head, files) = if update.added.is_empty() && update.removed.is_empty() {
        (before.companion.log.head(), before.companion.files)
    } else {
        let sizes = apply::Sizes::new(archive.top, &read);
        let (changes, companion) = apply::apply(&folder, before, &update, (&sizes, request.at))?;
        folder.write(&changes)?;
        (companion.log.head(), companion.files)
    };
    Ok(Sealed { update, refused, head, files })
}

/// The paths that can be sealed, sorted and without repetition, and the others.
fn sorted_names<'a>(paths: &[&'a str]) -> (Vec<&'a str>, Vec<(Box<str>, Refusal)>) {
    let mut present = Vec::with_capacity(paths.len());
    let mut refused = Vec::new();
    for &path in paths {
        match refusal(path) {
            None => present.push(path),
            Some(why) => refused.push((path.into(), why)),
        }
    }
    present.sort_unstable();
    present.dedup();
    refused.sort_unstable();
    (present, refused)
}
