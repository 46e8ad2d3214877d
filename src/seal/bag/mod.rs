//! Bags (RFC 8493): a folder of files with a list of their digests, as libraries and archives hand them on.
//!
//! [`write_bag`] lays out what is sealed, and the seal with it, under `data/`. [`verify_bag`] reads bags of any origin back to
//! version 0.93: it holds payload and tag files against every manifest whose algorithm it knows, and trusts no path in them.
//! Nothing is fetched: a file that `fetch.txt` promises and that is not there is told.

mod algorithm;
mod lines;
mod verify;
mod write;

use std::path::Path;

pub use verify::{BagEntry, BagState, BagVerification, verify_bag};
pub use write::{Bagged, Broken, write_bag};

/// The file that makes a folder a bag.
const DECLARATION: &str = "bagit.txt";
/// The folder of the payload, with a slash.
const PAYLOAD: &str = "data/";

/// Whether a folder is a bag.
pub fn is_bag(folder: &Path) -> bool {
    folder.join(DECLARATION).is_file()
}
