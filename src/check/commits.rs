//! When the program that adds posts committed, as far as git knows.

use super::Settings;
use crate::facts::Commits;
use crate::rules;
use crate::vcs::{Repository, Writer};

/// Commits that are looked at.
const RECENT: usize = 2_000;

/// Commits that are looked at before anybody is called silent: at one each five minutes more than two years.
const MOST: usize = 250_000;

/// When the commits were made, where a rule asks for them. Without git, a branch, or a rhythm there is nothing to say.
pub(super) fn commits(settings: &Settings) -> Option<Commits> {
    if !settings.selection.rules().iter().any(|rule| rule.meta().name == "missing-days") {
        return None;
    }
    let repository = Repository::discover(&settings.walk.root).ok()??;
    let read = |limit| {
        let Writer { times, known_until } = repository.writer(limit, settings.rules.now.as_second()).ok()??;
        Some(Commits { times, until: known_until })
    };
    let recent = read(RECENT)?;
    if rules::has_fallen_silent(&recent) { read(MOST) } else { Some(recent) }
}
