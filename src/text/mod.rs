//! Text and places in it: byte spans, lines and columns, encodings, interned strings.
//!
//! Everything that postproof says about a file is said about a range of its bytes.
//! A range becomes line and column only where a person or another program reads it.
//! This room knows nothing about posts, links or rules.

mod blocks;
mod encoding;
mod intern;
mod likely;
mod line_index;
pub mod mail;
mod path;
pub mod private;
mod repair;
pub mod secret;
mod sketch;
mod span;

pub(crate) use blocks::Blocks;
pub use encoding::{Decoded, decode};
pub(crate) use intern::spread;
pub use intern::{Interner, Strings, Symbol};
pub use likely::{Likely, likely};
pub use line_index::{LineCursor, LineIndex, Position};
pub use path::{behind_slashes, file_name, folder, plain_host};
pub use repair::{gbk_bytes, latin_byte, read_as};
pub use sketch::Sketch;
pub use span::Span;
