//! What keeps a seal from being written or read, and what a person does about it.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::language::{Message, say};
use crate::vcs::VcsError;

/// The seal cannot be written or read.
#[derive(Debug, Error)]
#[error("{}", self.message().english())]
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
#[error("{}", self.message().english())]
#[non_exhaustive]
pub enum SealErrorKind {
    /// There is none.
    NotSealed,
    /// A sealing was killed while it wrote.
    Unfinished,
    /// Another process is sealing.
    Locked,
    /// A newer postproof wrote it.
    Newer {
        /// The format of the file.
        found: u32,
        /// The newest format that this postproof reads.
        known: u32,
    },
    /// It is not as it was written.
    Damaged(Message),
    /// A file of it cannot be read or written.
    File {
        /// The file in the seal's folder.
        name: String,
        /// What the system says.
        error: io::Error,
    },
    /// The other copy cannot be searched.
    Copy(String),
    /// The bag cannot be written.
    Bag {
        /// Where it was to lie.
        path: PathBuf,
        /// Why it cannot.
        why: Message,
    },
    /// git could not say what it holds.
    Vcs(#[from] VcsError),
}

impl SealError {
    /// What failed, and why.
    pub fn message(&self) -> Message {
        let (folder, what) = (self.folder.display(), self.kind.message());
        match self.action {
            "write" => say!("cannot write the seal in {folder}: {what}", folder, what),
            "bag" => say!("cannot bag the seal in {folder}: {what}", folder, what),
            "repair by" => say!("cannot repair by the seal in {folder}: {what}", folder, what),
            _ => say!("cannot read the seal in {folder}: {what}", folder, what),
        }
    }
}

impl SealErrorKind {
    fn message(&self) -> Message {
        match self {
            Self::NotSealed => say!("there is none; make one by `postproof seal`"),
            Self::Unfinished => {
                say!("a sealing was cut off while it wrote; run `postproof seal` to complete it")
            }
            Self::Locked => say!("another postproof is sealing; wait until it is done"),
            Self::Newer { found, known } => say!(
                "a newer postproof wrote it (format {found}, and this one knows {known}); update postproof",
                found,
                known
            ),
            Self::Damaged(why) => say!(
                "it was changed by another hand ({why}); bring it back from git by `git checkout -- .postproof/seal`, then seal again",
                why = why.clone()
            ),
            Self::File { name, error } => say!("{place}: {what}", place = name, what = error),
            Self::Copy(why) => say!("the other copy cannot be read: {why}", why),
            Self::Bag { path, why } => say!("the bag {path}: {why}", path = path.display(), why = why.clone()),
            Self::Vcs(error) => error.message(),
        }
    }
}
