//! What stops Jekyll's build, as far as addresses are concerned.

use crate::language::{Message, say};
use std::fmt;

/// Why Jekyll builds no site at all because of one file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Abort {
    /// Its `date` is one that Ruby refuses.
    InvalidDate,
    /// The day in its name is one that Ruby refuses: `2020-13-45-x.md`.
    InvalidFileDate,
    /// A page whose `permalink` is the empty text.
    EmptyPermalink,
    /// A placeholder in its permalink template that the engine does not know: which.
    UnknownPlaceholder(String),
    /// A key whose value must be text and is something else: which.
    NotText(&'static str),
    /// A page or document in Markdown that is not UTF-8.
    Undecodable,
    /// A page whose front matter is text, a number or a list.
    NoMapping,
    /// A file of data in a folder of posts, in which Jekyll 3 looks for a text and finds none.
    NoText,
    /// Its template leaves nothing: the file would be the site's own folder.
    EmptyAddress,
}

impl Abort {
    /// Why, as a clause.
    pub fn message(&self) -> Message {
        match self {
            Self::InvalidDate => say!("its `date` is not one that Ruby reads"),
            Self::InvalidFileDate => say!("the day in its name does not exist"),
            Self::EmptyPermalink => say!("its `permalink` is empty"),
            Self::UnknownPlaceholder(name) => say!("its permalink has the unknown placeholder `{name}`", name),
            Self::NotText(key) => say!("its `{key}` is not text", key),
            Self::Undecodable => say!("it is not UTF-8"),
            Self::NoMapping => say!("its front matter is no list of `key: value` lines"),
            Self::NoText => say!("it is data, in which Jekyll 3 looks for the text of a post"),
            Self::EmptyAddress => say!("its permalink template leaves nothing of its address"),
        }
    }
}

impl fmt::Display for Abort {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message().english())
    }
}
