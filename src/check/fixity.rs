//! The archive against its seal, as far as a check reads it.
//!
//! The digests of documents are taken while their bytes are at hand, so this costs a check next to nothing.
//! Files that no rule reads (pictures, style sheets) are only missed here if they are gone; `postproof verify` reads them all.

use std::path::Path;
use std::sync::Arc;

use super::Settings;
use crate::seal::{Archive, Fixity, Ledger, SealError};
use crate::source::Walked;
use crate::vcs::Repository;

/// The seal, where there is one, a rule asks for it, and settings do not forbid it; or why it cannot be read.
pub(super) fn open(settings: &Settings) -> Result<Option<Ledger>, String> {
    let is_wanted = settings.selection.rules().iter().any(|rule| rule.meta().code.as_str().starts_with("FX"));
    let Some(folder) = settings.seal.as_deref().filter(|folder| is_wanted && folder.is_dir()) else { return Ok(None) };
    Ledger::open(folder).map_err(|error| error.message().in_language(settings.rules.language))
}

/// What is not as it was sealed; `unproven` are the files whose bytes the ledger did not know.
pub(super) fn judge(root: &Path, walked: &Walked, ledger: Ledger, unproven: &[Arc<str>]) -> Result<Fixity, SealError> {
    let is_plain = |path: &&Arc<str>| !walked.odd_names.contains_key(*path);
    let paths: Vec<&str> = walked.files.iter().filter(is_plain).map(|path| &**path).collect();
    // What a link leads to has bytes of its own and a name of its own: the link is not what was sealed.
    let mut suspects: Vec<&str> = unproven.iter().chain(&walked.links).filter(is_plain).map(|path| &**path).collect();
    suspects.sort_unstable();
    suspects.dedup();
    // Without a repository, or with one that git refuses to read, a file's bytes are its own.
    let repository = Repository::discover(root).ok().flatten();
    ledger.judge(&Archive { top: root, paths: &paths, repository: repository.as_ref() }, &suspects)
}
