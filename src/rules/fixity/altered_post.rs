//! FX001: a sealed file whose bytes are not those that were sealed.

use std::sync::Arc;

use crate::declare_rule;
use crate::facts::Facts;
use crate::finding::{Finding, Meta};
use crate::language::{Message, say};
use crate::rules::{ArchiveSink, Rule, Settings};
use crate::seal::{self, Entry, Status};
use crate::text::Span;

declare_rule! {
    /// ## What it does
    ///
    /// Finds posts and pages whose bytes are not those that `postproof seal` took the digest of, also where they were
    /// moved and changed on the way, and a seal that another hand than postproof's has changed.
    /// A move without a change is no finding. Line ends that git converts are none either.
    ///
    /// Only files that a check reads are held against the seal; `postproof verify` reads pictures and all others too.
    ///
    /// ## Why is this bad?
    ///
    /// What was written should stay written. A post that changes after it was sealed was edited, cut, overwritten by
    /// another post, or damaged by the disk.
    ///
    /// ## Example
    ///
    /// ```text
    /// $ postproof seal
    /// $ echo more >> old_post/2022-01-17-NW202201172249352683.md
    /// ```
    ///
    /// ## Use instead
    ///
    /// The post as it was: `postproof repair --from HEAD` says where it can be had back, and does so with `--apply`.
    /// A change that is meant is accepted by name: `postproof seal --accept PATH`.
    ///
    /// ## Settings
    ///
    /// `seal.check: false` does without the comparison.
    pub(crate) struct AlteredPost; "FX001", "altered-post", Error, DataSuspect
}

fn help() -> Message {
    say!(
        "see where it can be had back by `postproof repair --from HEAD`; if the change is meant, `postproof seal --accept PATH`"
    )
}

impl Rule for AlteredPost {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_archive(&self, _settings: &Settings, facts: &Facts<'_>, sink: &mut ArchiveSink) {
        let Some(fixity) = facts.fixity else { return };
        for Entry { path, status } in &fixity.comparison.entries {
            match status {
                Status::Altered { sealed, found } => {
                    let message = say!(
                        "this is not what was sealed: its digest is {found}…, and was {sealed}…",
                        found = format!("{found:.12}"),
                        sealed = format!("{sealed:.12}"),
                    );
                    report(sink, path, path, message).help(help());
                }
                Status::AlteredInMove { to, sealed, found } => {
                    let message = say!(
                        "this was sealed as {path} and altered when it was moved: its digest is {found}…, and was {sealed}…",
                        path,
                        found = format!("{found:.12}"),
                        sealed = format!("{sealed:.12}"),
                    );
                    report(sink, to, path, message).help(help());
                }
                Status::Unreadable(why) => {
                    report(sink, path, path, say!("this was sealed and cannot be read: {why}", why))
                        .help(say!("put the file that was sealed in its place"));
                }
                Status::Missing { .. } | Status::Moved { .. } | Status::Extra => {}
            }
        }
        // One finding for each file of the seal: a manifest that lost its order has thousands of odd lines.
        let mut last = None;
        for problem in &fixity.problems {
            let file = format!("{}/{}", seal::FOLDER, problem.file());
            if last.as_ref() != Some(&file) {
                let message = say!("another hand than postproof's has changed the seal: {problem}", problem);
                report(sink, &file, &file, message).help(say!(
                    "bring the seal back by `git checkout -- .postproof/seal`; until then its digests prove nothing"
                ));
                last = Some(file);
            }
        }
    }
}

fn report<'s>(sink: &'s mut ArchiveSink, path: &str, subject: &str, message: Message) -> &'s mut Finding {
    sink.report_file(&AlteredPost::META, Arc::from(path), Span::at(0), (subject, message))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{said, sealed};
    use super::*;
    use crate::seal::Problem;

    #[test]
    fn what_was_altered_is_told_where_it_lies() {
        let fixity = sealed(
            "_posts/a 1, _posts/b 1, _posts/c 1, _posts/d 1",
            "_posts/a 1, _posts/b 2, old_post/c 1, old_post/d 2",
        );
        let lines = said(&AlteredPost, Some(&fixity));
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert!(
            lines[0].starts_with("_posts/b error this is not what was sealed: its digest is d4735e3a265e…"),
            "{}",
            lines[0]
        );
        assert!(lines[1].starts_with("old_post/d error this was sealed as _posts/d and altered when"), "{}", lines[1]);
    }

    #[test]
    fn nothing_is_said_of_what_is_as_it_was_or_was_never_sealed() {
        assert_eq!(said(&AlteredPost, Some(&sealed("a 1, b 2", "a 1, b 2, c 3"))), [""; 0]);
        assert_eq!(
            said(&AlteredPost, Some(&sealed("a 1, b 2", "x/a 1"))),
            [""; 0],
            "a move and a loss are others' findings"
        );
        assert_eq!(said(&AlteredPost, None), [""; 0]);
    }

    #[test]
    fn a_damaged_seal_is_one_finding_a_file() {
        let mut fixity = sealed("a 1", "a 1");
        let line =
            |line| Problem::Line { file: "2022-01.sha256".to_owned(), line, problem: seal::LineProblem::Malformed };
        fixity.problems = vec![
            line(3),
            line(4),
            Problem::Changed("2022-01.sha256".to_owned()),
            Problem::Gone("other.sha256".to_owned()),
        ];
        let lines = said(&AlteredPost, Some(&fixity));
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert!(lines[0].starts_with(".postproof/seal/2022-01.sha256 error another hand"), "{}", lines[0]);
        assert!(lines[1].ends_with("other.sha256 is gone"), "{}", lines[1]);
    }
}
