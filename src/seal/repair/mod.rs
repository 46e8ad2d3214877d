//! Which altered or missing files can be had back, byte for byte as they were sealed, and bringing them back.
//!
//! What is wanted is known by its digest, so it does not matter where it comes from: another clone, a bag, or any blob of a
//! repository's history, under whatever name it lies there. A plan only says so; [`apply`] carries it out, file by file,
//! keeps what it replaces, and reads again what it wrote. What is not altered is never touched.

mod restore;
mod search;

use std::path::PathBuf;

use super::compare::{Entry, Status};
use super::digest::Digest;
use super::error::{SealError, SealErrorKind};
use super::update::Account;
use super::verify::Verification;
use crate::language::{Message, say};
use crate::vcs::ObjectId;

pub use restore::{Restored, apply};
pub use search::{Source, search};

/// A file that is not as it was sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// Where the sealed content belongs: the sealed path, or where the file was moved to.
    pub path: Box<str>,
    /// The path that was sealed.
    pub sealed_as: Box<str>,
    /// The digest that was sealed.
    pub digest: Digest,
    /// The digest of what lies there now; `None` where nothing does.
    pub found: Option<Digest>,
}

/// Where a sealed content can be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A file of the other copy.
    File(PathBuf),
    /// A blob of the repository that was searched.
    Blob(ObjectId),
}

/// A need, and where it can be had; `None` if nowhere in what was searched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What is wanted.
    pub need: Need,
    /// Where it is.
    pub origin: Option<Origin>,
}

/// What a verification leaves to be brought back, by path.
///
/// Refused if the seal itself was changed by another hand: its digests would bring back what somebody else chose.
pub fn needs(verification: &Verification, folder: &std::path::Path) -> Result<Vec<Need>, SealError> {
    let damaged = |what: Message| SealError {
        folder: folder.to_owned(),
        action: "repair by",
        kind: SealErrorKind::Damaged(what),
    };
    if let Some(problem) = verification.problems.first() {
        return Err(damaged(problem.message()));
    }
    if verification.account != Account::default() {
        return Err(damaged(say!("its manifests do not fit its log")));
    }
    let mut needs: Vec<Need> = verification.comparison.entries.iter().filter_map(need).collect();
    needs.sort_unstable_by(|one, other| one.path.cmp(&other.path));
    Ok(needs)
}

fn need(Entry { path, status }: &Entry) -> Option<Need> {
    let (place, digest, found) = match status {
        Status::Altered { sealed, found } => (path, *sealed, Some(*found)),
        Status::Missing { sealed } => (path, *sealed, None),
        // The move itself was meant: the sealed content belongs where the file is now.
        Status::AlteredInMove { to, sealed, found } => (to, *sealed, Some(*found)),
        Status::Moved { .. } | Status::Extra | Status::Unreadable(_) => return None,
    };
    Some(Need { path: place.clone(), sealed_as: path.clone(), digest, found })
}
