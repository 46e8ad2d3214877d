//! postproof as a user runs it: what it prints, what it writes, how it ends.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

#[path = "support/archive.rs"]
mod archive;
#[path = "cli/bad_input.rs"]
mod bad_input;
#[path = "cli/baseline.rs"]
mod baseline;
#[path = "cli/built.rs"]
mod built;
#[path = "cli/closing.rs"]
mod closing;
#[path = "cli/commands.rs"]
mod commands;
#[path = "cli/init.rs"]
mod init;
#[path = "cli/language.rs"]
mod language;
#[path = "cli/links.rs"]
mod links;
#[path = "cli/seed.rs"]
mod seed;
#[path = "cli/selectors.rs"]
mod selectors;
#[path = "cli/settings.rs"]
mod settings;

#[path = "cli/spoken.rs"]
mod spoken;
#[path = "cli/words.rs"]
mod words;
