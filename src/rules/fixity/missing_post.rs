//! FX002: a sealed file that is gone.

use std::sync::Arc;

use crate::declare_rule;
use crate::facts::Facts;
use crate::finding::Meta;
use crate::language::say;
use crate::rules::{ArchiveSink, Rule, Settings};
use crate::seal::{Entry, Status};
use crate::text::Span;

declare_rule! {
    /// ## What it does
    ///
    /// Finds files that were sealed and are gone. One that lies elsewhere with the same content was moved, and is not gone;
    /// one that a sparse checkout leaves out is still in git.
    ///
    /// ## Why is this bad?
    ///
    /// A post was lost, and every link to it with it.
    ///
    /// ## Example
    ///
    /// ```text
    /// $ postproof seal
    /// $ rm old_post/2022-01-17-NW202201172249352683.md
    /// ```
    ///
    /// ## Use instead
    ///
    /// The post: `postproof repair --from HEAD` says where it can be had back, and does so with `--apply`.
    /// A loss that is meant is accepted by name: `postproof seal --accept PATH`.
    ///
    /// ## Settings
    ///
    /// `seal.check: false` does without the comparison.
    pub(crate) struct MissingPost; "FX002", "missing-post", Error, PostLost
}

impl Rule for MissingPost {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_archive(&self, _settings: &Settings, facts: &Facts<'_>, sink: &mut ArchiveSink) {
        let entries = facts.fixity.iter().flat_map(|fixity| &fixity.comparison.entries);
        for Entry { path, .. } in entries.filter(|entry| matches!(entry.status, Status::Missing { .. })) {
            let message = say!("this was sealed and is gone");
            sink.report_file(&Self::META, Arc::from(&**path), Span::at(0), (path, message)).help(say!(
                "see where it can be had back by `postproof repair --from HEAD`; if the loss is meant, `postproof seal --accept PATH`"
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{said, sealed};
    use super::*;

    #[test]
    fn what_is_gone_is_told_by_its_path() {
        let fixity = sealed("_posts/a 1, _posts/b 2, _posts/c 3", "_posts/a 1");
        let expected = ["_posts/b error this was sealed and is gone", "_posts/c error this was sealed and is gone"];
        assert_eq!(said(&MissingPost, Some(&fixity)), expected);
    }

    #[test]
    fn what_was_moved_is_not_gone() {
        assert_eq!(said(&MissingPost, Some(&sealed("p/a 1, p/b 2", "q/a 1, q/c 2"))), [""; 0]);
        assert_eq!(
            said(&MissingPost, Some(&sealed("p/a 1", "q/a 2"))),
            [""; 0],
            "altered on the way, which is another finding"
        );
        assert_eq!(said(&MissingPost, None), [""; 0]);
        // Of two equal posts one was moved, and the other is gone.
        assert_eq!(
            said(&MissingPost, Some(&sealed("p/a 1, p/b 1", "q/b 1"))),
            ["p/a error this was sealed and is gone"]
        );
    }
}
