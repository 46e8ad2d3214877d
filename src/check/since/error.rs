//! Why a check could not be done at all.

use crate::source::SourceError;
use crate::store::StateError;
use crate::vcs::{VcsError, VcsErrorKind};

/// Why a check could not be done at all.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// There is no archive to read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// git could not answer.
    #[error(transparent)]
    Vcs(#[from] VcsError),
    /// The index can neither be read nor made.
    #[error("{0} (--no-state keeps none)")]
    Index(#[from] StateError),
    /// What is compared is not in git.
    #[error("--since compares with a commit, and {0} lies in no git repository (or git is not installed)")]
    NoRepository(String),
    /// git holds a file's name and not its content.
    #[error(
        "git does not have the content of {0}: this is a partial clone; fetch everything by `git fetch --refetch --no-filter`"
    )]
    NoContent(String),
}

impl CheckError {
    /// Whether what was typed is to blame, and not the machine or the archive.
    pub fn is_usage(&self) -> bool {
        match self {
            Self::NoRepository(_) => true,
            Self::Vcs(error) => {
                matches!(
                    error.kind,
                    VcsErrorKind::Deleted
                        | VcsErrorKind::UnknownRevision { shallow: false, .. }
                        | VcsErrorKind::Unrelated { shallow: false }
                )
            }
            Self::Source(_) | Self::Index(_) | Self::NoContent(_) => false,
        }
    }
}
