//! FX003: a post that the seal does not list.

use crate::declare_rule;
use crate::facts::Facts;
use crate::finding::Meta;
use crate::language::say;
use crate::rules::{ArchiveSink, At, Rule, Settings};
use crate::seal::{Entry, Refusal, Status, refusal};
use crate::text::Span;

declare_rule! {
    /// ## What it does
    ///
    /// Finds posts that the archive's seal does not list, and those that none can, since their names hold a line break or
    /// a backslash. Where there is no seal, nothing is said.
    ///
    /// ## Why is this bad?
    ///
    /// Nothing is known of what such a post was when it was written: a change of it is not seen.
    ///
    /// ## Example
    ///
    /// A bot that commits new posts, and `postproof seal` that nobody runs.
    ///
    /// ## Use instead
    ///
    /// `postproof seal` after each commit of the bot. It reads the new posts only and rewrites one small file.
    ///
    /// ## Settings
    ///
    /// `seal.check: false` does without the comparison.
    pub(crate) struct UnsealedPost; "FX003", "unsealed-post", Info, DataSuspect
}

impl Rule for UnsealedPost {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_archive(&self, _settings: &Settings, facts: &Facts<'_>, sink: &mut ArchiveSink) {
        let entries = facts.fixity.iter().flat_map(|fixity| &fixity.comparison.entries);
        for Entry { path, .. } in entries.filter(|entry| entry.status == Status::Extra) {
            let Some(document) = facts.archive.find(path).filter(|document| document.kind.is_post()) else { continue };
            let (message, help) = match refusal(path) {
                None => {
                    (say!("the seal does not list this post"), say!("run `postproof seal`, which reads new files only"))
                }
                Some(Refusal::Backslash) => {
                    (say!("no seal can list this post: its name holds a backslash"), say!("rename the file"))
                }
                Some(Refusal::LineBreak | Refusal::NotBelow) => {
                    (say!("no seal can list this post: its name holds a line break"), say!("rename the file"))
                }
            };
            sink.report(&Self::META, At { document, span: Span::at(0), subject: path }, message).help(help);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{said, sealed};
    use super::*;

    #[test]
    fn new_posts_are_told_and_new_pages_are_not() {
        let fixity = sealed("_posts/a 1", "_posts/a 1, _posts/b 2, index.md 3");
        assert_eq!(said(&UnsealedPost, Some(&fixity)), ["_posts/b info the seal does not list this post"]);
    }

    #[test]
    fn a_moved_post_is_listed_under_its_old_path() {
        assert_eq!(said(&UnsealedPost, Some(&sealed("_posts/a 1", "old_post/a 1"))), [""; 0]);
        assert_eq!(said(&UnsealedPost, None), [""; 0]);
    }
}
