//! Walks the archive and reads its files, and writes files whole; the only room that opens the archive's files.
//!
//! It knows which names are never part of an archive and what ignore files leave out.
//! What a file is to the site, and what is wrong in it, other rooms say.

mod read;
mod replace;
mod walk;
mod write;

pub use read::{LARGEST, read, read_into_if};
pub use replace::{ReplaceError, replace};
pub use walk::{SourceError, Walk, Walked, is_part, walk, walk_built};
pub use write::{Doing, WriteError, write_whole};
