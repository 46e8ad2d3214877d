//! FX004: a post that was kept, and was changed or deleted.

use crate::declare_rule;
use crate::document::Kind;
use crate::facts::{Facts, FileChange, FileVersion};
use crate::finding::Meta;
use crate::language::say;
use crate::rules::history::allowed::{Said, help, said};
use crate::rules::{ArchiveSink, Rule, Settings};
use crate::text::Span;

declare_rule! {
    /// ## What it does
    ///
    /// With `--since`, finds posts of an archive folder that were changed or deleted between the two states.
    /// A move with the same content is no finding, wherever it leads, and neither is a change of a file's mode.
    ///
    /// ## Why is this bad?
    ///
    /// What is in the archive folder is what was published. Who changes it changes what was said.
    ///
    /// ## Example
    ///
    /// A commit that edits `old_post/2022-01-17-NW202201172249352683.md`, or a clean-up script that deletes it.
    ///
    /// ## Use instead
    ///
    /// The file as it was: `git checkout REV -- FILE`. A rewrite that is meant says so in the message of its commit:
    ///
    /// ```text
    /// Archive-Edit: old_post/2022-01-17-NW202201172249352683.md the court ordered it
    /// ```
    ///
    /// ## Settings
    ///
    /// `history.allow` lists globs of paths that may be rewritten, each with its `reason`. `posts.archive` names the archive folders.
    pub(crate) struct RewrittenHistory; "FX004", "rewritten-history", Error, DataSuspect
}

impl Rule for RewrittenHistory {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_archive(&self, settings: &Settings, facts: &Facts<'_>, sink: &mut ArchiveSink) {
        let Some(history) = facts.history else { return };
        for FileChange { old, new, is_same } in &history.changes {
            let Some(old) = old.as_ref().filter(|old| old.kind == Some(Kind::Archived) && !is_same) else { continue };
            // One that was rewritten on its way to another place of the archive came under the same name.
            let moved = if new.is_none() { arrival(&history.changes, old) } else { None };
            let paths: Vec<&str> =
                [Some(old), new.as_ref(), moved].into_iter().flatten().map(|version| &*version.path).collect();
            let said = said(settings, history, &paths);
            if said == Said::Allowed {
                continue;
            }
            let since = &history.since;
            let message = match (new, moved) {
                (None, None) => say!("this post of the archive was deleted since {since}", since),
                (None, Some(FileVersion { path, .. })) => {
                    say!(
                        "this post of the archive was moved to {path} since {since}, and changed on the way",
                        path,
                        since
                    )
                }
                (Some(new), _) if old.is_file && !new.is_file => {
                    say!("this post of the archive became a link or a submodule since {since}", since)
                }
                (Some(_), _) => say!("this post of the archive was changed since {since}", since),
            };
            let bring_back = format!("git checkout {since} -- '{}'", old.path);
            sink.report_file(&Self::META, old.path.clone(), Span::at(0), (&old.path, message)).help(help(
                &said,
                &bring_back,
                &old.path,
            ));
        }
    }
}

/// A post that came under the name of one that went.
fn arrival<'h>(changes: &'h [FileChange], gone: &FileVersion) -> Option<&'h FileVersion> {
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let gone = name(&gone.path);
    let came = changes.iter().filter(|change| change.old.is_none()).filter_map(|change| change.new.as_ref());
    came.filter(|new| new.kind.is_some_and(Kind::is_post)).find(|new| name(&new.path) == gone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::history::testing::{changes, judge, settings};

    #[test]
    fn a_kept_post_that_changed_or_vanished() {
        let history = changes("M old_post/a.md\nD old_post/b.md\nT old_post/c.md\nD old_post/d.md\nA archive/d.md");
        let expected = [
            "FX004 old_post/a.md this post of the archive was changed since abc",
            "FX004 old_post/b.md this post of the archive was deleted since abc",
            "FX004 old_post/c.md this post of the archive became a link or a submodule since abc",
            "FX004 old_post/d.md this post of the archive was moved to archive/d.md since abc, and changed on the way",
        ];
        assert_eq!(judge(&RewrittenHistory, &Settings::default(), &history), expected);
    }

    #[test]
    fn what_is_no_rewrite() {
        let quiet = "A old_post/a.md\nM _posts/b.md\nD _posts/c.md\nR _posts/d.md old_post/d.md\nR old_post/e.md archive/e.md\nM README.md\nS old_post/mode.md";
        assert_eq!(judge(&RewrittenHistory, &Settings::default(), &changes(quiet)), [""; 0]);
    }

    #[test]
    fn a_rewrite_that_is_named_with_a_reason() {
        let mut history = changes("M old_post/a.md\nD old_post/b.md\nM old_post/2019-x.md");
        let settings = settings(&[("old_post/2019-*", "the licence ended")]);
        assert_eq!(judge(&RewrittenHistory, &settings, &history).len(), 2);
        history.edit("old_post/a.md", "a court's order");
        history.edit("old_post/b.md", "");
        let found = judge(&RewrittenHistory, &settings, &history);
        assert_eq!(found, ["FX004 old_post/b.md this post of the archive was deleted since abc"]);
        history.edit("old_post/[", "no glob, and no path either");
        assert_eq!(judge(&RewrittenHistory, &settings, &history).len(), 1);
    }
}
