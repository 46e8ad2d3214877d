//! How often the archive has posts.

mod gaps;
mod missing_days;
mod silence;

pub(crate) use missing_days::MissingDays;

use crate::facts::Commits;

/// Whether the program that adds posts has fallen silent.
pub(crate) fn has_fallen_silent(commits: &Commits) -> bool {
    silence::silence(commits).is_some()
}
