//! The formats and the packaging, held against the programs that read them.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[cfg(unix)]
#[path = "formats/action.rs"]
mod action;
#[path = "support/archive.rs"]
mod archive;
#[path = "formats/files.rs"]
mod files;
#[path = "formats/judges.rs"]
mod judges;
#[path = "formats/packaging.rs"]
mod packaging;
