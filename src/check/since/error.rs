//! Why a check could not be done at all.

use crate::language::{Message, say};
use crate::source::SourceError;
use crate::store::StateError;
use crate::vcs::{VcsError, VcsErrorKind};

/// Why a check could not be done at all.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.message().english())]
pub enum CheckError {
    /// There is no archive to read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// git could not answer.
    #[error(transparent)]
    Vcs(#[from] VcsError),
    /// The index can neither be read nor made.
    Index(StateError),
    /// What is compared is not in git.
    NoRepository(String),
    /// git holds a file's name and not its content.
    NoContent(String),
}

// Its sentence is part of ours, so it is no cause to be told once more.
impl From<StateError> for CheckError {
    fn from(error: StateError) -> Self {
        Self::Index(error)
    }
}

impl CheckError {
    /// Why it could not be done.
    pub fn message(&self) -> Message {
        match self {
            Self::Source(error) => error.message(),
            Self::Vcs(error) => error.message(),
            Self::Index(error) => say!("{trouble} (--no-state keeps none)", trouble = error.message()),
            Self::NoRepository(place) => say!(
                "--since compares with a commit, and {place} lies in no git repository (or git is not installed)",
                place
            ),
            Self::NoContent(path) => say!(
                "git does not have the content of {path}: this is a partial clone; fetch everything by `git fetch --refetch --no-filter`",
                path
            ),
        }
    }

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
