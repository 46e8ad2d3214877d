//! What is done to an archive after it was sealed and committed, and which rules must see it.

use super::draft::Draft;
use super::{File, Truth};

/// What becomes of one post.
#[derive(Clone, Debug)]
pub(crate) struct Rewrite {
    /// The file when the archive was sealed; none if it came later.
    pub(crate) was: Option<File>,
    /// The file afterwards, which knows what is wrong with it; none if it is gone.
    pub(crate) is: Option<File>,
    /// Whether a commit that was lost had it, and no other.
    pub(crate) is_lost: bool,
    /// What is wrong at the path of a file that is not there.
    pub(crate) truth: Vec<(String, Truth)>,
}

/// Each kind of rewrite, of a healthy post.
pub(super) const KINDS: &[fn(Draft) -> Rewrite] = &[altered, deleted, altered_in_move, moved, unsealed];

fn kept(mut draft: Draft, folder: &'static str) -> Draft {
    draft.folder = folder;
    draft
}

fn file(draft: &Draft, truth: &[(&'static str, &'static str)]) -> File {
    let truth = truth.iter().map(|&(code, note)| Truth { line: 0, code, note }).collect();
    File { path: draft.path(), bytes: draft.render().0, truth }
}

fn altered(draft: Draft) -> Rewrite {
    let was = kept(draft, "old_post");
    let mut is = was.clone();
    is.body.push(" <p>（本文已更正）</p>".into());
    let truth = [("FX001", "a paragraph more than was sealed"), ("FX004", "a paragraph more than was committed")];
    Rewrite { was: Some(file(&was, &[])), is: Some(file(&is, &truth)), is_lost: false, truth: Vec::new() }
}

fn deleted(draft: Draft) -> Rewrite {
    let was = file(&kept(draft, "old_post"), &[]);
    let truth = [("FX002", "sealed and deleted"), ("FX004", "committed and deleted")];
    let truth = truth.map(|(code, note)| (was.path.clone(), Truth { line: 0, code, note })).into();
    Rewrite { was: Some(was), is: None, is_lost: false, truth }
}

fn altered_in_move(draft: Draft) -> Rewrite {
    let was = kept(draft, "_posts");
    let mut is = kept(was.clone(), "old_post");
    is.body.push(" <p>（归档时更正）</p>".into());
    let truth =
        [("FX001", "a paragraph more since it was moved"), ("FX005", "changed on its way to the archive folder")];
    Rewrite { was: Some(file(&was, &[])), is: Some(file(&is, &truth)), is_lost: false, truth: Vec::new() }
}

fn moved(draft: Draft) -> Rewrite {
    let was = kept(draft, "_posts");
    let is = kept(was.clone(), "old_post");
    Rewrite { was: Some(file(&was, &[])), is: Some(file(&is, &[])), is_lost: false, truth: Vec::new() }
}

fn unsealed(draft: Draft) -> Rewrite {
    let is = file(&kept(draft, "_posts"), &[("FX003", "came after the archive was sealed")]);
    Rewrite { was: None, is: Some(is), is_lost: false, truth: Vec::new() }
}

/// The post that a lost commit had, and no other.
pub(super) fn lost(draft: Draft) -> Rewrite {
    let is = file(&kept(draft, "_posts"), &[]);
    let truth = Truth { line: 0, code: "FX006", note: "the commit that had it is lost" };
    let truth = vec![(is.path.clone(), truth)];
    Rewrite { was: None, is: Some(is), is_lost: true, truth }
}
