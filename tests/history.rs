//! `check --since` on real git repositories that the tests make.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that cannot go on fails"
)]

#[path = "history/broken.rs"]
mod broken;
#[path = "history/clones.rs"]
mod clones;
#[path = "history/differential/mod.rs"]
mod differential;
#[path = "history/odd.rs"]
mod odd;
#[path = "history/repository.rs"]
mod repository;
#[path = "history/rewrites.rs"]
mod rewrites;
#[path = "history/rewritten.rs"]
mod rewritten;
#[path = "history/settings.rs"]
mod settings;
#[path = "history/silence.rs"]
mod silence;
