//! What can go wrong with the state file, and what a person does about it.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;
use thiserror::Error;

/// The state file cannot be used.
#[derive(Debug, Error)]
#[error("cannot {action} the state file {}: {kind}", path.display())]
pub struct StateError {
    /// The file.
    pub path: PathBuf,
    /// What was being done, as a verb: `open`, `read`, `write`.
    pub action: &'static str,
    /// Why it failed.
    pub kind: StateErrorKind,
}

/// Why the state file cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StateErrorKind {
    /// A newer postproof wrote it.
    #[error(
        "a newer postproof wrote it (state version {found}, and this one knows {known}); update postproof, or name another state file"
    )]
    Newer {
        /// The version in the file.
        found: i64,
        /// The newest version that this postproof reads.
        known: i64,
    },
    /// It is a healthy database of another program.
    #[error("it is the database of another program; name another state file")]
    Foreign,
    /// It is no database, or a damaged one.
    #[error(
        "it is damaged ({0}); move it away together with the files beside it that begin with its name, and run again: every address will be asked anew"
    )]
    Damaged(String),
    /// Another process has held it for longer than the busy timeout.
    #[error("another postproof has been writing to it for too long; wait until it is done, or name another state file")]
    Busy,
    /// The file or its folder cannot be made or written.
    #[error("it cannot be written ({0}); make the file and its folder writable, or name another state file")]
    Unwritable(String),
    /// The disk is full.
    #[error("the disk is full; free some space and run again")]
    Full,
    /// The thread that writes has ended before its time.
    #[error("the writing thread has stopped")]
    Stopped,
    /// The system or the database library failed in another way.
    #[error("{0}")]
    Other(String),
}

impl StateError {
    pub(super) fn new(path: &Path, action: &'static str, kind: impl Into<StateErrorKind>) -> Self {
        Self { path: path.to_owned(), action, kind: kind.into() }
    }
}

impl From<rusqlite::Error> for StateErrorKind {
    fn from(error: rusqlite::Error) -> Self {
        let Some(code) = error.sqlite_error_code() else {
            // Every statement of this room is fixed, so a value of the wrong kind means a file that was not written by it.
            return Self::Damaged(error.to_string());
        };
        match code {
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed => Self::Busy,
            ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied => {
                Self::Unwritable(error.to_string())
            }
            ErrorCode::DiskFull => Self::Full,
            // A missing table or column is reported as `Unknown`: the file claims a version that it does not have.
            ErrorCode::DatabaseCorrupt
            | ErrorCode::NotADatabase
            | ErrorCode::ConstraintViolation
            | ErrorCode::TypeMismatch
            | ErrorCode::TooBig
            | ErrorCode::Unknown => Self::Damaged(error.to_string()),
            _ => Self::Other(error.to_string()),
        }
    }
}

/// Names the file and the action for an error of the database library.
pub(super) trait Context<T> {
    /// Names the file and the action.
    fn context(self, path: &Path, action: &'static str) -> Result<T, StateError>;
}

impl<T, E: Into<StateErrorKind>> Context<T> for Result<T, E> {
    fn context(self, path: &Path, action: &'static str) -> Result<T, StateError> {
        self.map_err(|error| StateError::new(path, action, error))
    }
}
