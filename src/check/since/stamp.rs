//! Where the index is, and what it has to agree with to be used.

use std::path::PathBuf;

use super::keys::canary;
use crate::check::Settings;
use crate::finding::subject_of;

/// Changes with what the index holds of a file.
const FORMAT: u32 = 4;

/// Where the index is kept.
pub(super) fn place(settings: &Settings) -> Option<PathBuf> {
    settings.state.as_ref().map(|state| state.with_file_name("index.db"))
}

/// What an index has to agree with.
pub(super) fn stamp(settings: &Settings) -> String {
    let Settings { site, folders, extract, resolver, .. } = settings;
    let dialects: Vec<_> = settings.dialects.iter().map(|(glob, dialect)| (glob.glob().glob(), dialect)).collect();
    let words = format!(
        "{FORMAT} {} {site:?} {folders:?} {extract:?} {resolver:?} {dialects:?} {:?}",
        canary(),
        settings.rules.source_links
    );
    format!("{} {:016x}", env!("CARGO_PKG_VERSION"), subject_of(&words))
}
