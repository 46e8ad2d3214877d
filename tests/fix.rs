//! `fix` as a user runs it: what is written, what is left alone, and what a second run finds.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on fails")]

#[expect(dead_code, reason = "every test binary takes what it needs of it")]
#[path = "support/archive.rs"]
mod archive;
#[path = "fix/hostile.rs"]
mod hostile;
#[path = "fix/https.rs"]
mod https;
#[path = "fix/sample.rs"]
mod sample;
#[expect(dead_code, reason = "every test binary takes what it needs of it")]
#[path = "probe/server.rs"]
mod server;
#[path = "support/web/mod.rs"]
mod web;
