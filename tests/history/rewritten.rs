//! What happens to commits: merges, rebases, amended and lost ones.

use super::repository::{Repository, check_in, check_online_in, git_in, post};

const KEPT: &str = "old_post/2022-01-10-NW20220110002.md";

fn fresh(number: u32) -> (String, String) {
    let id = format!("NW2022011800{number}");
    (format!("_posts/2022-01-18-{id}.md"), post(&id, &format!("新的 {number}")))
}

fn add(repository: &Repository, number: u32) -> String {
    let (path, text) = fresh(number);
    repository.write(&path, &text);
    repository.commit(&format!("post {number}"))
}

#[test]
fn a_merge_that_brings_new_posts() {
    let repository = Repository::new();
    repository.git(&["checkout", "--quiet", "-b", "bot"]);
    add(&repository, 1);
    repository.git(&["checkout", "--quiet", "main"]);
    let before = add(&repository, 2);
    repository.git(&["merge", "--quiet", "--no-edit", "bot"]);
    assert_eq!(repository.history_since(&before), [""; 0]);
}

#[test]
fn a_merge_that_hides_an_edit() {
    let repository = Repository::new();
    repository.git(&["checkout", "--quiet", "-b", "bot"]);
    add(&repository, 1);
    repository.git(&["checkout", "--quiet", "main"]);
    let before = add(&repository, 2);
    repository.git(&["merge", "--quiet", "--no-commit", "bot"]);
    repository.write(KEPT, &post("NW20220110002", "悄悄"));
    repository.commit("an evil merge");
    assert_eq!(repository.history_since(&before), [format!("FX004 {KEPT}")]);
}

#[test]
fn a_merge_that_is_not_finished() {
    let repository = Repository::new();
    repository.git(&["checkout", "--quiet", "-b", "other"]);
    repository.write(KEPT, &post("NW20220110002", "这样")).commit("one way");
    repository.git(&["checkout", "--quiet", "main"]);
    repository.write(KEPT, &post("NW20220110002", "那样")).commit("another");
    // It stops at the conflict, and leaves its marks in the file.
    let merged =
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| repository.git(&["merge", "--quiet", "other"])));
    assert!(merged.is_err());
    let run = repository.check(&["--since", "HEAD", "--select", "FX,TX006"]);
    assert!(run.findings.contains(&format!("FX004 {KEPT}")), "{:?}", run.findings);
    assert!(run.findings.contains(&format!("TX006 {KEPT}")), "{:?}", run.findings);
}

#[test]
fn an_amended_commit_is_a_lost_one() {
    let repository = Repository::new();
    let before = add(&repository, 1);
    let (path, text) = fresh(1);
    repository.write(&path, &text.replace("新的", "改过的"));
    repository.git(&["add", "--all"]);
    repository.git(&["commit", "--quiet", "--amend", "--message", "post 1, again"]);
    let run = repository.check(&["--since", &before, "--select", "FX"]);
    assert_eq!(run.findings, [format!("FX006 {path}")]);
    let short = &before[..12];
    assert!(run.messages[0].contains(&format!("one commit is lost: {short} \"post 1\"")), "{:?}", run.messages);
}

#[test]
fn an_amended_message_loses_no_file() {
    let repository = Repository::new();
    let before = add(&repository, 1);
    repository.git(&["commit", "--quiet", "--amend", "--message", "better words"]);
    let run = repository.check(&["--since", &before, "--select", "FX"]);
    assert_eq!(run.findings, ["FX006 ."]);
    let help = run.report["findings"][0]["help"].as_str().unwrap();
    assert!(help.contains("no file's content was lost"), "{help}");
}

#[test]
fn a_rebased_branch_keeps_its_files() {
    let repository = Repository::new();
    repository.git(&["checkout", "--quiet", "-b", "bot"]);
    let before = add(&repository, 1);
    repository.git(&["checkout", "--quiet", "main"]);
    add(&repository, 2);
    repository.git(&["checkout", "--quiet", "bot"]);
    repository.git(&["rebase", "--quiet", "main"]);
    let run = repository.check(&["--since", &before, "--select", "FX"]);
    assert_eq!(run.findings, ["FX006 ."], "{:?}", run.messages);
}

#[test]
fn a_branch_that_was_reset_lost_what_it_held() {
    let repository = Repository::new();
    let lost = [add(&repository, 1), add(&repository, 2), add(&repository, 3)];
    repository.git(&["reset", "--quiet", "--hard", "HEAD~2"]);
    let run = repository.check(&["--since", &lost[2], "--select", "FX"]);
    assert_eq!(run.findings, [format!("FX006 {}", fresh(3).0)]);
    assert!(run.messages[0].contains("2 commits are lost"), "{:?}", run.messages);
    assert!(run.messages[0].contains("\"post 3\"") && run.messages[0].contains("\"post 2\""), "{:?}", run.messages);
}

#[test]
fn a_pull_request_compares_with_where_it_parted() {
    let repository = Repository::new();
    repository.git(&["checkout", "--quiet", "-b", "request"]);
    add(&repository, 1);
    repository.git(&["checkout", "--quiet", "main"]);
    repository.write(KEPT, &post("NW20220110002", "别人改的")).commit("somebody else's");
    repository.git(&["checkout", "--quiet", "request"]);
    assert_eq!(repository.history_since("main..."), [""; 0]);
    assert_eq!(repository.history_since("main...request"), [""; 0]);
    // With two dots main's own edit looks like one that was taken back, and main like a branch that was lost.
    assert_eq!(repository.history_since("main..request"), [format!("FX004 {KEPT}"), format!("FX006 {KEPT}")]);
}

#[test]
fn a_new_branch_has_nothing_before_it() {
    let repository = Repository::new();
    let zeros = "0".repeat(40);
    let run = repository.check(&["--since", &format!("{zeros}..HEAD"), "--select", "FX,FM"]);
    assert_eq!((run.findings.len(), run.code), (0, 0), "{:?}", run.messages);
    assert_eq!(run.report["archive"]["posts"], 3);
    assert_eq!(repository.check(&["--since", &zeros]).report["archive"]["posts"], 3);
}

#[test]
fn a_branch_that_was_deleted_is_nothing_to_check() {
    let repository = Repository::new();
    let run = repository.check(&["--since", &format!("HEAD..{}", "0".repeat(40))]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("the branch was deleted"), "{}", run.stderr);
}

#[test]
fn unknown_revisions_are_a_wrong_use() {
    let repository = Repository::new();
    for wrong in ["no-such", "HEAD~9", "", "--help", "HEAD..no-such", "a b", &"1".repeat(40)] {
        let run = repository.check(&[&format!("--since={wrong}")]);
        assert_eq!(run.code, 2, "{wrong}: {}", run.stderr);
        assert!(run.stderr.contains("there is no commit"), "{wrong}: {}", run.stderr);
    }
}

#[test]
fn no_commit_in_common() {
    let repository = Repository::new();
    repository.git(&["checkout", "--quiet", "--orphan", "other"]);
    repository.commit("another beginning");
    let run = repository.check(&["--since", "main..."]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("no commit in common"), "{}", run.stderr);
    assert_eq!(repository.history_since("main"), ["FX006 ."]);
}

#[test]
fn the_commit_that_was_checked_last_is_remembered_for_its_branch() {
    let repository = Repository::new();
    let state = tempfile::tempdir().unwrap();
    let file = state.path().join("state.db");
    let exclude = ["--state", file.to_str().unwrap(), "--select", "FX"];
    let check = || check_online_in(repository.path(), &exclude);
    repository.write("postproof.yml", "fetch:\n  exclude: ['*']\n").commit("ask nothing");
    assert_eq!(check().findings, [""; 0]);
    let seen = add(&repository, 1);
    assert_eq!(check().findings, [""; 0]);
    // Another branch is another story, and so is no branch.
    repository.git(&["checkout", "--quiet", "-b", "other", "HEAD~2"]);
    assert_eq!(check().findings, [""; 0]);
    repository.git(&["checkout", "--quiet", "--detach", "HEAD"]);
    assert_eq!(check().findings, [""; 0]);
    repository.git(&["checkout", "--quiet", "main"]);
    repository.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    let run = check();
    assert_eq!(run.findings, [format!("FX006 {}", fresh(1).0)]);
    assert!(run.messages[0].starts_with(&format!("{}, which was checked last", &seen[..12])), "{:?}", run.messages);
    // It is told once: from here on this commit is the one that was checked last.
    assert_eq!(check().findings, [""; 0]);
}

#[test]
fn a_force_push_is_seen_in_another_clone() {
    let bot = Repository::new();
    bot.write("postproof.yml", "fetch:\n  exclude: ['*']\n").write(".gitignore", ".postproof/\n").commit("ask nothing");
    let remote = tempfile::tempdir().unwrap();
    let remote = remote.path().join("archive.git");
    bot.git(&["clone", "--quiet", "--bare", ".", remote.to_str().unwrap()]);
    bot.git(&["remote", "add", "origin", remote.to_str().unwrap()]);
    let [kept, lost] = [1, 2].map(|number| add(&bot, number));
    bot.git(&["push", "--quiet", "origin", "main"]);

    let folder = tempfile::tempdir().unwrap();
    let reader = folder.path().join("clone");
    bot.git(&["clone", "--quiet", remote.to_str().unwrap(), reader.to_str().unwrap()]);
    let check = || check_online_in(&reader, &["--select", "FX"]);
    assert_eq!(check().findings, [""; 0]);

    // The bot takes its last commit back and writes another in its place; the remote takes it only by force.
    bot.git(&["reset", "--quiet", "--hard", &kept]);
    add(&bot, 3);
    let refused = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| bot.git(&["push", "origin", "main"])));
    assert!(refused.is_err());
    bot.git(&["push", "--quiet", "--force", "origin", "main"]);

    // Nothing is told of what was fetched and is not checked out.
    git_in(&reader, &["fetch", "--quiet", "origin"]);
    assert_eq!(check().findings, [""; 0]);
    git_in(&reader, &["reset", "--quiet", "--hard", "origin/main"]);
    let run = check();
    assert_eq!(run.findings, [format!("FX006 {}", fresh(2).0)], "{}", run.stderr);
    assert!(run.messages[0].contains(&format!("one commit is lost: {} \"post 2\"", &lost[..12])), "{:?}", run.messages);
    // What CI knows of a push says the same, with the commit that the push came from and no state.
    let run = check_in(&reader, &["--no-state", "--since", &lost, "--select", "FX"]);
    assert_eq!(run.findings, [format!("FX006 {}", fresh(2).0)], "{}", run.stderr);
    // It is told once, and what follows is nobody's loss.
    assert_eq!(check().findings, [""; 0]);
    add(&bot, 4);
    bot.git(&["push", "--quiet", "origin", "main"]);
    git_in(&reader, &["pull", "--quiet", "--ff-only"]);
    assert_eq!(check().findings, [""; 0]);
}
