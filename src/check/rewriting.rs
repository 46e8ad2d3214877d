//! Looks whether a branch still holds the commits that it held.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::journal::Journal;
use crate::facts::{History, LostCommit, Rewritten};
use crate::vcs::{ChangeKind, Commit, Descent, Repository, Revision, VcsError, VcsErrorKind};

/// Lost commits that are looked at.
const MOST_LOST: usize = 50;

/// Holds the commit at hand against the one that the last check of its branch saw.
///
/// Without a branch there is nothing to hold it against: who checks out an older commit rewrites nothing.
pub(super) fn remembered(
    repository: &Repository,
    journal: &mut Journal,
    tip: &Revision,
    history: &mut History,
) -> Result<(), VcsError> {
    let Some(branch) = repository.branch()? else { return Ok(()) };
    let Some(last) = journal.commit_of(&branch) else { return Ok(()) };
    let is_told = history.rewritten.iter().any(|told| last.starts_with(&told.previous));
    if last == tip.as_str() || is_told {
        return Ok(());
    }
    match repository.resolve(&last) {
        Ok(previous) => {
            look_for_rewriting(repository, history, (&previous, tip), true)?;
        }
        Err(VcsError { kind: VcsErrorKind::UnknownRevision { shallow: true, .. }, .. }) => {}
        // Nobody holds it any more, and what was in it nobody knows.
        Err(VcsError { kind: VcsErrorKind::UnknownRevision { .. }, .. }) => {
            let previous = last.get(..12).unwrap_or(&last).to_owned();
            history.rewritten.push(Rewritten { previous, is_remembered: true, count: 1, commits: Vec::new() });
        }
        Err(error) => return Err(error),
    }
    Ok(())
}

/// Enters that a branch no longer holds a commit, if so. `Ok(false)` if a shallow clone cannot tell.
pub(super) fn look_for_rewriting(
    repository: &Repository,
    history: &mut History,
    (previous, tip): (&Revision, &Revision),
    is_remembered: bool,
) -> Result<bool, VcsError> {
    match repository.descent(previous, tip)? {
        Descent::Descends => return Ok(true),
        Descent::Unknown => return Ok(false),
        Descent::Diverged => {}
    }
    let (count, commits) = repository.lost(previous, tip, MOST_LOST)?;
    let gone = repository.changes(previous, Some(tip))?;
    let gone = gone.into_iter().filter(|change| !matches!(change.kind, ChangeKind::Added | ChangeKind::Renamed));
    let gone: BTreeSet<Box<[u8]>> = gone.map(|change| change.path).collect();
    let lost = |commit: Commit| LostCommit {
        name: commit.revision.short().to_owned(),
        subject: commit.subject,
        files: commit
            .files
            .iter()
            .filter(|file| gone.contains(*file))
            .map(|file| Arc::from(String::from_utf8_lossy(file)))
            .collect(),
    };
    let commits = commits.into_iter().map(lost).collect();
    history.rewritten.push(Rewritten { previous: previous.short().to_owned(), is_remembered, count, commits });
    Ok(true)
}
