//! Keeps a large archive of posts true.
//!
//! postproof loads every post of a Markdown or HTML archive in Jekyll's layout, checks its front matter and its text,
//! resolves every link, asks the web politely, and writes a health report.
//! ARCHITECTURE.md describes the rooms; a module imports only from rooms above it in that table.

pub mod language;

pub mod text;

pub mod finding;

pub mod event;

pub mod source;

pub mod vcs;

pub mod front_matter;

pub mod extract;

pub mod document;

pub mod site;

pub mod resolve;

pub mod probe;

pub mod store;

pub mod seal;

pub mod facts;

pub mod rules;

pub mod learn;

pub mod fix;

pub mod report;

pub mod config;

pub mod check;

pub mod cli;
