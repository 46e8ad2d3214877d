//! FX005: a post that changed on its way to the archive folder.

use std::collections::HashMap;

use crate::declare_rule;
use crate::document::Kind;
use crate::facts::Facts;
use crate::finding::Meta;
use crate::language::say;
use crate::rules::history::allowed::{Said, help, said};
use crate::rules::{ArchiveSink, Rule, Settings};
use crate::text::Span;

declare_rule! {
    /// ## What it does
    ///
    /// With `--since`, finds posts that left a posts folder and came to an archive folder under the same name with other content.
    ///
    /// ## Why is this bad?
    ///
    /// The archive should hold what was published. A change that hides in a move of thousands of files is seen by nobody.
    ///
    /// ## Example
    ///
    /// A commit that moves `_posts/2022-01-17-NW202201172249352683.md` to `old_post/` and cuts its last line off.
    ///
    /// ## Use instead
    ///
    /// `git mv`, and nothing else in the file. A change that is meant says so in the message of its commit:
    ///
    /// ```text
    /// Archive-Edit: old_post/2022-01-17-NW202201172249352683.md corrected before it was archived
    /// ```
    ///
    /// ## Settings
    ///
    /// `history.allow` lists globs of paths that may be rewritten, each with its `reason`. `posts.archive` names the archive folders.
    pub(crate) struct AlteredInMove; "FX005", "altered-in-move", Error, DataSuspect
}

impl Rule for AlteredInMove {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_archive(&self, settings: &Settings, facts: &Facts<'_>, sink: &mut ArchiveSink) {
        let Some(history) = facts.history else { return };
        let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
        let gone =
            history.changes.iter().filter(|change| change.new.is_none()).filter_map(|change| change.old.as_ref());
        let gone = gone.filter(|old| old.kind == Some(Kind::Post));
        let gone: HashMap<String, &str> = gone.map(|old| (name(&old.path), &*old.path)).collect();
        let came =
            history.changes.iter().filter(|change| change.old.is_none()).filter_map(|change| change.new.as_ref());
        for new in came.filter(|new| new.kind == Some(Kind::Archived)) {
            let Some(from) = gone.get(&name(&new.path)) else { continue };
            let said = said(settings, history, &[from, &new.path]);
            if said == Said::Allowed {
                continue;
            }
            let since = &history.since;
            let message = say!("this post changed on its way from {from} since {since}", from, since);
            let bring_back = format!("git show {since}:'{from}' > '{}'", new.path);
            sink.report_file(&Self::META, new.path.clone(), Span::at(0), (&new.path, message)).help(help(
                &said,
                &bring_back,
                &new.path,
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::history::testing::{changes, judge, settings};

    #[test]
    fn a_post_that_changed_on_the_way() {
        let history = changes("D _posts/a.md\nA old_post/a.md\nD _posts/b.md\nA old_post/2022/b.md");
        let expected = [
            "FX005 old_post/a.md this post changed on its way from _posts/a.md since abc",
            "FX005 old_post/2022/b.md this post changed on its way from _posts/b.md since abc",
        ];
        assert_eq!(judge(&AlteredInMove, &Settings::default(), &history), expected);
        assert_eq!(judge(&AlteredInMove, &settings(&[("old_post/**", "all of it")]), &history), [""; 0]);
    }

    #[test]
    fn a_plain_move_and_posts_of_other_names() {
        let quiet = "R _posts/a.md old_post/a.md\nD _posts/b.md\nA old_post/c.md\nA old_post/d.md\nD pages/d.md\nD old_post/e.md\nA _posts/e.md";
        assert_eq!(judge(&AlteredInMove, &Settings::default(), &changes(quiet)), [""; 0]);
    }
}
