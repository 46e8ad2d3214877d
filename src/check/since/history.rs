//! What git tells of a change, as the rules about history look at it.

use std::sync::Arc;

use super::changes::{Change, Side};
use super::contents::Roles;
use super::error::CheckError;
use crate::facts::{FileChange, FileVersion, History, NamedEdit};
use crate::vcs::{Comparison, Repository, Revision};

/// The trailer by which a commit's message names a rewrite.
const TRAILER: &str = "Archive-Edit";

/// What changed between the ends, with what the commits say of it.
pub(super) fn history(
    repository: &Repository,
    (shown, comparison): (&str, &Comparison),
    (changes, roles): (&[Change], &Roles<'_>),
) -> Result<History, CheckError> {
    let version =
        |side: &Side| FileVersion { path: Arc::clone(&side.path), kind: roles.kind(&side.path), is_file: side.is_file };
    let change = |change: &Change| FileChange {
        old: change.old.as_ref().map(version),
        new: change.new.as_ref().map(version),
        is_same: change.is_same,
    };
    let mut history = History {
        since: shown_as(shown, &comparison.from),
        changes: changes.iter().map(change).collect(),
        ..History::default()
    };
    if let Some(tip) = &comparison.tip {
        let from = Some(&comparison.from).filter(|_| !comparison.from_nothing);
        for trailer in repository.trailers(TRAILER, from, tip)? {
            history.edits.push(named_edit(&trailer.value, trailer.revision.short().to_owned()));
        }
    }
    Ok(history)
}

/// `path reason`; a path with spaces stands in quotation marks.
fn named_edit(value: &str, commit: String) -> NamedEdit {
    let value = value.trim();
    let quoted = value.strip_prefix('"').and_then(|rest| rest.split_once('"'));
    let (path, reason) = quoted.or_else(|| value.split_once(char::is_whitespace)).unwrap_or((value, ""));
    NamedEdit { path: path.to_owned(), reason: reason.trim().to_owned(), commit }
}

/// The commit as it was typed, unless that is a long name or names two.
fn shown_as(typed: &str, revision: &Revision) -> String {
    let is_name = matches!(typed.len(), 40 | 64) && typed.bytes().all(|digit| digit.is_ascii_hexdigit());
    if is_name || typed.contains("..") { revision.short().to_owned() } else { typed.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trailer_names_a_path_and_a_reason() {
        let read = |value: &str| {
            let edit = named_edit(value, "c".to_owned());
            (edit.path, edit.reason)
        };
        let pair = |path: &str, reason: &str| (path.to_owned(), reason.to_owned());
        assert_eq!(read("old_post/a.md a court's order"), pair("old_post/a.md", "a court's order"));
        assert_eq!(read("\"old_post/a b.md\"  typo "), pair("old_post/a b.md", "typo"));
        assert_eq!(read("old_post/a.md"), pair("old_post/a.md", ""));
        assert_eq!(read("\"old_post/a.md why"), pair("\"old_post/a.md", "why"));
        assert_eq!(read(""), pair("", ""));
    }
}
