//! Rewrites of the archive that somebody answers for: named in settings, or by a trailer of a commit.

use globset::{Glob, GlobMatcher};

use crate::facts::History;
use crate::language::{Message, say};
use crate::rules::Settings;

/// A rewrite that settings allow.
#[derive(Clone, Debug)]
pub struct AllowedEdit {
    /// The paths.
    pub path: GlobMatcher,
    /// Why.
    pub reason: String,
}

/// What is said about a rewrite of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said<'h> {
    /// It is allowed.
    Allowed,
    /// The message of this commit names it, and says no reason.
    WithoutReason(&'h str),
    /// Nothing.
    Nothing,
}

/// What settings and commits say about a rewrite of the files at these paths.
pub(super) fn said<'h>(settings: &Settings, history: &'h History, paths: &[&str]) -> Said<'h> {
    let is_set = |path: &&str| settings.allowed_edits.iter().any(|edit| edit.path.is_match(path));
    if paths.iter().any(is_set) {
        return Said::Allowed;
    }
    let names = |pattern: &str| {
        let glob = Glob::new(pattern).ok().map(|glob| glob.compile_matcher());
        paths.iter().any(|path| pattern == *path || glob.as_ref().is_some_and(|glob| glob.is_match(path)))
    };
    let mut said = Said::Nothing;
    for edit in history.edits.iter().filter(|edit| names(&edit.path)) {
        if !edit.reason.is_empty() {
            return Said::Allowed;
        }
        said = Said::WithoutReason(&edit.commit);
    }
    said
}

/// What to do about a rewrite that nobody answers for.
pub(super) fn help(said: &Said<'_>, bring_back: &str, path: &str) -> Message {
    if let Said::WithoutReason(commit) = said {
        return say!(
            "commit {commit} names it without a reason; write `Archive-Edit: {path} REASON`, or bring it back: {bring_back}",
            commit,
            path,
            bring_back
        );
    }
    say!(
        "bring it back: {bring_back}; a rewrite that is meant is named by `Archive-Edit: {path} REASON` in a commit's message, or by `history.allow` in postproof.yml",
        bring_back,
        path
    )
}
