//! What happens to single posts: edits, deletions, moves.

use super::repository::{Repository, post};

const KEPT: &str = "old_post/2022-01-10-NW20220110002.md";
const OTHER: &str = "old_post/2022-01-10-NW20220110003.md";
const FRESH: &str = "_posts/2022-01-17-NW20220117001.md";
const ARCHIVED: &str = "old_post/2022-01-17-NW20220117001.md";

#[test]
fn nothing_changed() {
    let repository = Repository::new();
    assert_eq!(repository.history_since("HEAD"), [""; 0]);
    repository.commit("empty");
    assert_eq!(repository.history_since("HEAD~1..HEAD"), [""; 0]);
}

#[test]
fn a_kept_post_is_edited() {
    let repository = Repository::new();
    repository.write(KEPT, &post("NW20220110002", "另一个二")).commit("edit");
    assert_eq!(repository.history_since("HEAD~1"), [format!("FX004 {KEPT}")]);
    assert_eq!(repository.history_since("HEAD~1..HEAD"), [format!("FX004 {KEPT}")]);
    assert_eq!(repository.history_since("HEAD"), [""; 0]);
}

#[test]
fn a_kept_post_is_edited_and_not_committed() {
    let repository = Repository::new();
    repository.write(KEPT, &post("NW20220110002", "另一个二"));
    assert_eq!(repository.history_since("HEAD"), [format!("FX004 {KEPT}")]);
    assert_eq!(repository.history_since("HEAD..HEAD"), [""; 0]);
}

#[test]
fn an_edit_that_was_taken_back_is_none() {
    let repository = Repository::new();
    let first = repository.git(&["rev-parse", "HEAD"]);
    repository.write(KEPT, &post("NW20220110002", "另一个二")).commit("edit");
    repository.write(KEPT, &post("NW20220110002", "二"));
    assert_eq!(repository.history_since(&first), [""; 0]);
    repository.commit("and back");
    assert_eq!(repository.history_since(&first), [""; 0]);
}

#[test]
fn a_kept_post_is_deleted() {
    let repository = Repository::new();
    repository.remove(KEPT).commit("delete");
    let run = repository.check(&["--since", "HEAD~1", "--select", "FX"]);
    assert_eq!(run.findings, [format!("FX004 {KEPT}")]);
    assert!(run.messages[0].contains("was deleted since HEAD~1"), "{:?}", run.messages);
    assert_eq!(run.code, 1);
}

#[test]
fn the_whole_archive_folder_is_deleted() {
    let repository = Repository::new();
    repository.git(&["rm", "-r", "--quiet", "old_post"]);
    repository.write("postproof.yml", "posts:\n  archive: [old_post]\n").commit("clean up");
    assert_eq!(repository.history_since("HEAD~1"), [format!("FX004 {KEPT}"), format!("FX004 {OTHER}")]);
}

#[test]
fn a_post_is_moved_to_the_archive() {
    let repository = Repository::new();
    repository.rename(FRESH, ARCHIVED);
    assert_eq!(repository.history_since("HEAD"), [""; 0]);
    repository.commit("move");
    assert_eq!(repository.history_since("HEAD~1..HEAD"), [""; 0]);
}

#[test]
fn a_post_changes_on_its_way_to_the_archive() {
    let repository = Repository::new();
    repository.rename(FRESH, ARCHIVED).write(ARCHIVED, &post("NW20220117001", "一点"));
    assert_eq!(repository.history_since("HEAD"), [format!("FX005 {ARCHIVED}")]);
    repository.commit("move");
    assert_eq!(repository.history_since("HEAD~1..HEAD"), [format!("FX005 {ARCHIVED}")]);
}

#[test]
fn a_post_changes_in_one_commit_and_is_moved_in_the_next() {
    let repository = Repository::new();
    let first = repository.git(&["rev-parse", "HEAD"]);
    repository.write(FRESH, &post("NW20220117001", "更正")).commit("correct");
    repository.rename(FRESH, ARCHIVED).commit("move");
    // Between the two ends it was moved and changed; of the last commit alone it was only moved.
    assert_eq!(repository.history_since(&first), [format!("FX005 {ARCHIVED}")]);
    assert_eq!(repository.history_since("HEAD~1"), [""; 0]);
}

#[test]
fn a_kept_post_is_moved_within_the_archive() {
    let repository = Repository::new();
    repository.write("postproof.yml", "posts:\n  archive: [old_post]\n").commit("settings");
    repository.rename(KEPT, "old_post/2022/2022-01-10-NW20220110002.md").commit("move");
    assert_eq!(repository.history_since("HEAD~1"), [""; 0]);
}

#[test]
fn a_kept_post_is_moved_within_the_archive_and_changed() {
    let repository = Repository::new();
    repository.write("postproof.yml", "posts:\n  archive: [old_post]\n").commit("settings");
    let to = "old_post/2022/2022-01-10-NW20220110002.md";
    repository.rename(KEPT, to).write(to, &post("NW20220110002", "改")).commit("move");
    let run = repository.check(&["--since", "HEAD~1", "--select", "FX"]);
    assert_eq!(run.findings, [format!("FX004 {KEPT}")]);
    assert!(run.messages[0].contains(&format!("was moved to {to}")), "{:?}", run.messages);
}

#[test]
fn a_kept_post_goes_back_to_the_posts() {
    let repository = Repository::new();
    repository.rename(KEPT, "_posts/2022-01-10-NW20220110002.md").commit("back");
    assert_eq!(repository.history_since("HEAD~1"), [""; 0]);
}

#[test]
fn a_kept_post_is_renamed_with_its_content() {
    let repository = Repository::new();
    repository.rename(KEPT, "old_post/2022-01-10-NW20220110009.md").commit("rename");
    assert_eq!(repository.history_since("HEAD~1"), [""; 0]);
}

#[test]
fn two_kept_posts_change_places() {
    let repository = Repository::new();
    repository.rename(KEPT, "old_post/x.md").rename(OTHER, KEPT).rename("old_post/x.md", OTHER).commit("swap");
    assert_eq!(repository.history_since("HEAD~1"), [format!("FX004 {KEPT}"), format!("FX004 {OTHER}")]);
}

#[test]
fn posts_that_are_not_kept_may_change() {
    let repository = Repository::new();
    repository.write(FRESH, &post("NW20220117001", "更正")).commit("correct");
    assert_eq!(repository.history_since("HEAD~1"), [""; 0]);
    repository.remove(FRESH).commit("withdraw");
    assert_eq!(repository.history_since("HEAD~1"), [""; 0]);
}

#[test]
fn a_new_post_in_the_archive_is_no_rewrite() {
    let repository = Repository::new();
    repository.write("old_post/2022-01-11-NW20220111004.md", &post("NW20220111004", "四"));
    assert_eq!(repository.history_since("HEAD"), [""; 0]);
    repository.commit("late");
    assert_eq!(repository.history_since("HEAD~1"), [""; 0]);
}

#[test]
fn a_move_that_copies_and_leaves_the_old_file() {
    let repository = Repository::new();
    repository.write(ARCHIVED, &post("NW20220117001", "一")).commit("copy");
    let run = repository.check(&["--since", "HEAD~1", "--select", "FX,DU002,DU003"]);
    // The copy is no rewrite, and yet one article stands twice now.
    assert_eq!(run.findings, [format!("DU003 {ARCHIVED}"), format!("DU002 {ARCHIVED}")]);
}

#[test]
fn a_rewrite_that_settings_allow() {
    let repository = Repository::new();
    repository.write(
        "postproof.yml",
        "history:\n  allow:\n    - path: old_post/2022-01-10-*\n      reason: the licence ended\n",
    );
    repository.commit("settings");
    repository.remove(KEPT).remove(OTHER).commit("delete");
    assert_eq!(repository.history_since("HEAD~1"), [""; 0]);
}

#[test]
fn an_allowance_without_a_reason_is_a_wrong_setting() {
    let repository = Repository::new();
    repository.write("postproof.yml", "history:\n  allow:\n    - path: old_post/**\n      reason: ''\n");
    let run = repository.check(&["--since", "HEAD"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("history.allow") && run.stderr.contains("needs a reason"), "{}", run.stderr);
}

#[test]
fn a_rewrite_that_a_commit_names() {
    let repository = Repository::new();
    repository.remove(KEPT).commit(&format!("withdraw\n\nArchive-Edit: {KEPT} a court's order\n"));
    repository.remove(OTHER).commit("withdraw too");
    assert_eq!(repository.history_since("HEAD~2"), [format!("FX004 {OTHER}")]);
    // Without its reason, or in a commit that is not between the two, a trailer allows nothing.
    assert_eq!(repository.history_since("HEAD~1"), [format!("FX004 {OTHER}")]);
    repository.write(OTHER, &post("NW20220110003", "三")).commit("back");
    repository.write(OTHER, "---\n---\n").commit(&format!("x\n\nArchive-Edit: {OTHER}\n"));
    let run = repository.check(&["--since", "HEAD~1", "--select", "FX"]);
    assert_eq!(run.findings, [format!("FX004 {OTHER}")]);
    let help = run.report["findings"][0]["help"].as_str().unwrap();
    assert!(help.contains("names it without a reason"), "{help}");
}
