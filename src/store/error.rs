//! What can go wrong with the state file, and what a person does about it.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;
use thiserror::Error;

use crate::language::{Message, say};

/// The state file cannot be used.
#[derive(Debug, Error)]
#[error("{}", self.message().english())]
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
#[error("{}", self.message().english())]
#[non_exhaustive]
pub enum StateErrorKind {
    /// A newer postproof wrote it.
    Newer {
        /// The version in the file.
        found: i64,
        /// The newest version that this postproof reads.
        known: i64,
    },
    /// It is a healthy database of another program.
    Foreign,
    /// It is no database, or a damaged one.
    Damaged(Message),
    /// Another process has held it for longer than the busy timeout.
    Busy,
    /// The file or its folder cannot be made or written.
    Unwritable(String),
    /// The disk is full.
    Full,
    /// The thread that writes has ended before its time.
    Stopped,
    /// The system or the database library failed in another way.
    Other(String),
}

impl StateError {
    pub(super) fn new(path: &Path, action: &'static str, kind: impl Into<StateErrorKind>) -> Self {
        Self { path: path.to_owned(), action, kind: kind.into() }
    }

    /// What failed, and why.
    pub fn message(&self) -> Message {
        let (path, what) = (self.path.display(), self.kind.message());
        match self.action {
            "make" => say!("cannot make the state file {path}: {what}", path, what),
            "open" => say!("cannot open the state file {path}: {what}", path, what),
            "write" => say!("cannot write the state file {path}: {what}", path, what),
            _ => say!("cannot read the state file {path}: {what}", path, what),
        }
    }
}

impl StateErrorKind {
    fn message(&self) -> Message {
        match self {
            Self::Newer { found, known } => say!(
                "a newer postproof wrote it (state version {found}, and this one knows {known}); update postproof, or name another state file",
                found,
                known
            ),
            Self::Foreign => say!("it is the database of another program; name another state file"),
            Self::Damaged(why) => say!(
                "it is damaged ({why}); move it away together with the files beside it that begin with its name, and run again: every address will be asked anew",
                why = why.clone()
            ),
            Self::Busy => say!(
                "another postproof has been writing to it for too long; wait until it is done, or name another state file"
            ),
            Self::Unwritable(why) => say!(
                "it cannot be written ({why}); make the file and its folder writable, or name another state file",
                why
            ),
            Self::Full => say!("the disk is full; free some space and run again"),
            Self::Stopped => say!("the writing thread has stopped"),
            Self::Other(why) => Message::text(why),
        }
    }
}

impl From<rusqlite::Error> for StateErrorKind {
    fn from(error: rusqlite::Error) -> Self {
        let Some(code) = error.sqlite_error_code() else {
            // Every statement of this room is fixed, so a value of the wrong kind means a file that was not written by it.
            return Self::Damaged(Message::text(error));
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
            | ErrorCode::Unknown => Self::Damaged(Message::text(error)),
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
