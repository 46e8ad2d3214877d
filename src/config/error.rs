//! What can be wrong with settings.

use std::path::PathBuf;

use crate::language::{Message, say};

/// A settings file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.message().english())]
pub struct ConfigError {
    /// The file.
    pub file: PathBuf,
    /// The guilty line, from 1, where there is one.
    pub line: Option<usize>,
    /// What is wrong.
    pub kind: ConfigErrorKind,
}

impl ConfigError {
    /// What is wrong, and where.
    pub fn message(&self) -> Message {
        let line = self.line.map_or_else(String::new, |line| format!(":{line}"));
        say!("{place}: {what}", place = format!("{}{line}", self.file.display()), what = self.kind.message())
    }
}

/// What is wrong with a settings file.
#[derive(Debug)]
pub enum ConfigErrorKind {
    /// It cannot be read.
    Unreadable(std::io::Error),
    /// A key that no setting has.
    UnknownKey {
        /// The key.
        key: String,
        /// The known key that is most like it.
        nearest: Option<String>,
    },
    /// Bytes that are no text.
    NotUtf8,
    /// A value that a setting cannot have.
    Unusable {
        /// The setting, as a path of keys; empty where it is told otherwise.
        key: String,
        /// Why not, and what to write instead.
        why: Message,
    },
    /// Another value that a setting cannot have, or text that is no YAML; in the words of who read it.
    Invalid(String),
}

impl ConfigErrorKind {
    fn message(&self) -> Message {
        match self {
            Self::Unreadable(why) => say!("cannot be read: {why}", why),
            Self::UnknownKey { key, nearest: None } => say!("`{key}` is no setting here", key),
            Self::UnknownKey { key, nearest: Some(near) } => {
                say!("`{key}` is no setting here; did you mean `{near}`?", key, near)
            }
            Self::NotUtf8 => say!("it is not UTF-8"),
            Self::Unusable { key, why } if key.is_empty() => why.clone(),
            Self::Unusable { key, why } => say!("{place}: {what}", place = key, what = why.clone()),
            Self::Invalid(unusable) => say!("{unusable}", unusable),
        }
    }
}
