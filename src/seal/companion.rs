//! What the seal says of itself in `seal.json`, and what can be wrong with it.

use crate::language::{Message, say};
use std::fmt;

use serde::{Deserialize, Serialize};

use super::digest::Digest;
use super::manifest::{Line, LineProblem};
use super::merkle::{Head, Peaks};

/// The newest format that is read, and the one that is written.
pub(super) const FORMAT: u32 = 1;

pub(super) const COMPANION: &str = "seal.json";
pub(super) const RETIRED: &str = "retired";

/// What is wrong with the seal itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// A line of a manifest cannot be used.
    Line {
        /// The manifest.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        problem: LineProblem,
    },
    /// A file is not the one that `seal.json` describes.
    Changed(String),
    /// A file that `seal.json` names is not there.
    Gone(String),
    /// A manifest that `seal.json` does not name.
    Unlisted(String),
    /// `seal.json` does not agree with itself, or with the log.
    Log(&'static str),
}

impl Problem {
    /// The file in the seal's folder that it is about.
    pub fn file(&self) -> &str {
        match self {
            Self::Line { file, .. } | Self::Changed(file) | Self::Gone(file) | Self::Unlisted(file) => file,
            Self::Log(_) => COMPANION,
        }
    }
}

impl Problem {
    /// What is wrong, and where.
    pub fn message(&self) -> Message {
        match self {
            Self::Line { file, line, problem: LineProblem::Malformed } => {
                say!("{file}:{line} is no digest, two spaces and a path", file, line)
            }
            Self::Line { file, line, problem: LineProblem::Repeated } => {
                say!("{file}:{line} names a path again", file, line)
            }
            Self::Line { file, line, problem: LineProblem::Refused(why) } => {
                say!("{file}:{line} has {why}", file, line, why = why.message())
            }
            Self::Changed(file) => say!("{file} is not as it was sealed", file),
            Self::Gone(file) => say!("{file} is gone", file),
            Self::Unlisted(file) => say!("{file} is not in {listing}", file, listing = COMPANION),
            Self::Log(what) => Message::marked(what),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message().english())
    }
}

/// The content of `seal.json`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Companion {
    pub(super) format: u32,
    pub(super) postproof: String,
    pub(super) sealed_at: String,
    pub(super) files: u64,
    pub(super) bytes: u64,
    pub(super) manifests: Vec<Listed>,
    pub(super) retired: Option<Digest>,
    pub(super) log: Log,
}

/// A manifest, as `seal.json` describes it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Listed {
    pub(super) name: String,
    pub(super) files: u64,
    pub(super) bytes: u64,
    pub(super) sha256: Digest,
}

/// The log, as `seal.json` describes it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Log {
    pub(super) leaves: u64,
    pub(super) root: Digest,
    pub(super) peaks: Vec<Digest>,
}

impl Default for Log {
    fn default() -> Self {
        Self { leaves: 0, root: Peaks::default().head().root, peaks: Vec::new() }
    }
}

impl Log {
    pub(super) fn head(&self) -> Head {
        Head { size: self.leaves, root: self.root }
    }
}

/// Everything that the seal says but its log.
#[derive(Clone, Debug, Default)]
pub(super) struct Contents {
    pub(super) companion: Companion,
    /// The lines of all manifests, by path, each path once.
    pub(super) lines: Vec<Line>,
    pub(super) retired: Vec<Line>,
    pub(super) problems: Vec<Problem>,
}
