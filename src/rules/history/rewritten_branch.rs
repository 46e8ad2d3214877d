//! FX006: a branch that lost commits.

use std::fmt::Write as _;
use std::sync::Arc;

use crate::declare_rule;
use crate::facts::{Facts, LostCommit, Rewritten};
use crate::finding::Meta;
use crate::language::{Message, say};
use crate::rules::{ArchiveSink, Rule, Settings};
use crate::text::Span;

/// Lost commits and files that are named; their number is told in full.
const NAMED: usize = 5;

declare_rule! {
    /// ## What it does
    ///
    /// Finds that the commit which was checked last on this branch, or the one that `--since` names, is no ancestor of the
    /// commit at hand: history was rewritten. The commits that were lost are named, with the files whose content went with them.
    /// `--since A...B`, with three dots, compares with the commit where two branches parted and asks nothing of their order.
    /// In a shallow clone nothing is said, since its history is cut off.
    ///
    /// ## Why is this bad?
    ///
    /// A force push takes published posts away without a trace: whoever clones afterwards never sees that they were there.
    ///
    /// ## Example
    ///
    /// `git commit --amend` or `git rebase`, and `git push --force`.
    ///
    /// ## Use instead
    ///
    /// A further commit. The lost ones are found by their names for as long as some clone holds them: `git merge NAME`.
    pub(crate) struct RewrittenBranch; "FX006", "rewritten-branch", Error, DataSuspect
}

impl Rule for RewrittenBranch {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_archive(&self, _settings: &Settings, facts: &Facts<'_>, sink: &mut ArchiveSink) {
        for rewritten in facts.history.iter().flat_map(|history| &history.rewritten) {
            let mut named = String::new();
            for LostCommit { name, subject, .. } in rewritten.commits.iter().take(NAMED) {
                let separator = if named.is_empty() { ": " } else { ", " };
                // Writing to a string cannot fail.
                let _ = write!(named, "{separator}{name} \"{subject}\"");
            }
            if rewritten.count > NAMED {
                named.push_str(", …");
            }
            let message = lost(rewritten, &named);
            let files: Vec<&Arc<str>> = rewritten.commits.iter().flat_map(|commit| &commit.files).collect();
            let place = files.first().map_or_else(|| Arc::from("."), |file| Arc::clone(file));
            let newest = rewritten.commits.first().map_or("the lost commit", |commit| &commit.name);
            let finding = sink.report_file(&Self::META, place, Span::at(0), (&rewritten.previous, message));
            finding.help(match files.len() {
                0 => say!("bring them back by `git merge {newest}`; no file's content was lost with them", newest),
                lost => say!(
                    "bring them back by `git merge {newest}`; files whose content was lost with them: {lost}",
                    newest,
                    lost
                ),
            });
            let mut others: Vec<&Arc<str>> = files.into_iter().skip(1).collect();
            others.sort_unstable();
            others.dedup();
            for file in others.into_iter().take(NAMED) {
                finding.see_in(Arc::clone(file), Span::at(0), say!("lost with them"));
            }
        }
    }
}

/// What is said of it; `named` are the commits.
fn lost(rewritten: &Rewritten, named: &str) -> Message {
    let (previous, count) = (&rewritten.previous, rewritten.count);
    match (rewritten.is_remembered, count) {
        (true, 1) => say!(
            "{previous}, which was checked last on this branch, is no ancestor of this commit: one commit is lost{named}",
            previous,
            named
        ),
        (true, _) => say!(
            "{previous}, which was checked last on this branch, is no ancestor of this commit: {count} commits are lost{named}",
            previous,
            count,
            named
        ),
        (false, 1) => say!(
            "{previous}, given by --since, is no ancestor of this commit: one commit is lost{named}",
            previous,
            named
        ),
        (false, _) => say!(
            "{previous}, given by --since, is no ancestor of this commit: {count} commits are lost{named}",
            previous,
            count,
            named
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::History;
    use crate::rules::history::testing::{changes, judge};

    fn lost(count: usize, files: &[&str]) -> History {
        let mut history = changes("");
        let commits = (0..count.min(10)).map(|number| LostCommit {
            name: format!("c{number}"),
            subject: format!("post \"{number}\""),
            files: files.iter().map(|file| Arc::from(*file)).collect(),
        });
        let commits = commits.collect();
        history.rewritten = vec![Rewritten { previous: "1a2b3c".to_owned(), is_remembered: count > 1, count, commits }];
        history.0
    }

    #[test]
    fn lost_commits_are_named_and_counted() {
        let one = judge(&RewrittenBranch, &Settings::default(), &lost(1, &["_posts/a.md"]));
        assert_eq!(
            one,
            [
                "FX006 _posts/a.md 1a2b3c, given by --since, is no ancestor of this commit: one commit is lost: c0 \"post \"0\"\""
            ]
        );
        let many = judge(&RewrittenBranch, &Settings::default(), &lost(2000, &[]));
        assert!(many[0].starts_with("FX006 . 1a2b3c, which was checked last on this branch,"), "{many:?}");
        assert!(many[0].contains("2000 commits are lost: c0 ") && many[0].ends_with("\"post \"4\"\", …"), "{many:?}");
    }

    #[test]
    fn a_branch_that_went_on_is_quiet() {
        assert_eq!(judge(&RewrittenBranch, &Settings::default(), &changes("M old_post/a.md")), [""; 0]);
    }
}
