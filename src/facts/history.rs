//! What happened to the archive's files between two states that git knows.
//!
//! The paths are the archive's; who asked git, and how, does not matter to a rule.

use std::sync::Arc;

use crate::document::Kind;

/// What happened to the archive since a commit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// The commit that was compared with, as a reader knows it.
    pub since: String,
    /// Every file that changed, sorted by path.
    pub changes: Vec<FileChange>,
    /// Rewrites that commits themselves name, with their reason.
    pub edits: Vec<NamedEdit>,
    /// Commits that were there and are no longer.
    pub rewritten: Vec<Rewritten>,
    /// When commits were made, of the whole archive.
    pub commits: Option<Commits>,
}

/// A file before and afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileChange {
    /// Before; `None` if it came.
    pub old: Option<FileVersion>,
    /// Afterwards; `None` if it vanished.
    pub new: Option<FileVersion>,
    /// Whether both hold the very same bytes.
    pub is_same: bool,
}

/// A file at one end of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileVersion {
    /// Its path, relative to the archive, with `/`.
    pub path: Arc<str>,
    /// What a file of this path is, as far as paths tell; `None` for one that is no post.
    pub kind: Option<Kind>,
    /// Whether it is a file rather than a link or a submodule.
    pub is_file: bool,
}

/// A rewrite that a commit's message names: `Archive-Edit: path reason`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedEdit {
    /// The path or glob.
    pub path: String,
    /// Why; empty if nothing is said.
    pub reason: String,
    /// The commit, shortened.
    pub commit: String,
}

/// A branch that no longer holds a commit that it held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewritten {
    /// The commit that was there, as a reader knows it.
    pub previous: String,
    /// Whether it is the one that the last check saw, and not one that was named.
    pub is_remembered: bool,
    /// How many commits were lost.
    pub count: usize,
    /// The newest of them.
    pub commits: Vec<LostCommit>,
}

/// A commit that was lost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LostCommit {
    /// Its name, shortened.
    pub name: String,
    /// The first line of its message.
    pub subject: String,
    /// The files that it touched whose content is lost with it.
    pub files: Vec<Arc<str>>,
}

/// When the program that adds posts committed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Commits {
    /// Seconds since 1970, newest first.
    pub times: Vec<i64>,
    /// Until when a later commit would be known, in the same seconds.
    pub until: i64,
}
