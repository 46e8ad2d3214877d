//! From what rules offer to a file's new bytes.
//!
//! Pure: bytes in, bytes out. A change touches the bytes of its edits and no other; what it gives is read again and
//! judged again by the rules that judged the file before, and a change that does not heal, or that brings up something
//! as bad, is refused. This room decides which changes can be made together. It opens no file and asks nobody.

mod address;
mod apply;
mod candidates;
mod judged;
mod mend;
mod proof;

pub use address::{Written, spellings};
pub use apply::{apply, diff, overlaps};
pub use mend::{Better, Done, Left, Mended, Offers, Why, mend};

use std::sync::Arc;

use crate::document::Kind;
use crate::extract::{self, Dialect};
use crate::rules::{self, Rule, Selection};

/// How a file is read and judged.
#[derive(Clone)]
#[expect(missing_debug_implementations, reason = "rules are not shown")]
pub struct Reader<'s> {
    /// How links are found.
    pub extract: &'s extract::Settings,
    /// What the rules know.
    pub rules: &'s rules::Settings,
    /// The rules that judge.
    pub active: &'s [&'static dyn Rule],
    /// Which of them apply where.
    pub selection: &'s Selection,
    /// The file's path relative to the archive, with `/`.
    pub path: Arc<str>,
    /// What the file is to the site.
    pub kind: Kind,
    /// The engine that renders it.
    pub dialect: Dialect,
}

#[cfg(test)]
mod tests;
