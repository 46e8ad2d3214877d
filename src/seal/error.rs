//! What keeps a seal from being written or read, and what a person does about it.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::vcs::VcsError;

/// The seal cannot be written or read.
#[derive(Debug, Error)]
#[error("cannot {action} the seal in {}: {kind}", folder.display())]
pub struct SealError {
    /// The seal's folder.
    pub folder: PathBuf,
    /// What was being done, as a verb: `read`, `write`.
    pub action: &'static str,
    /// Why it failed.
    pub kind: SealErrorKind,
}

/// Why the seal cannot be written or read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SealErrorKind {
    /// There is none.
    #[error("there is none; make one by `postproof seal`")]
    NotSealed,
    /// A sealing was killed while it wrote.
    #[error("a sealing was cut off while it wrote; run `postproof seal` to complete it")]
    Unfinished,
    /// Another process is sealing.
    #[error("another postproof is sealing; wait until it is done")]
    Locked,
    /// A newer postproof wrote it.
    #[error("a newer postproof wrote it (format {found}, and this one knows {known}); update postproof")]
    Newer {
        /// The format of the file.
        found: u32,
        /// The newest format that this postproof reads.
        known: u32,
    },
    /// It is not as it was written.
    #[error(
        "it was changed by another hand ({0}); bring it back from git by `git checkout -- .postproof/seal`, then seal again"
    )]
    Damaged(String),
    /// A file of it cannot be read or written.
    #[error("{name}: {error}")]
    File {
        /// The file in the seal's folder.
        name: String,
        /// What the system says.
        error: io::Error,
    },
    /// The other copy cannot be searched.
    #[error("the other copy cannot be read: {0}")]
    Copy(String),
    /// The bag cannot be written.
    #[error("the bag {}: {why}", path.display())]
    Bag {
        /// Where it was to lie.
        path: PathBuf,
        /// Why it cannot.
        why: String,
    },
    /// git could not say what it holds.
    #[error("{0}")]
    Vcs(#[from] VcsError),
}
