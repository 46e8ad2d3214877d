//! Repositories that are not as plain as a test would like.

use std::os::unix::fs::{PermissionsExt as _, symlink};

use super::repository::{CONFIG, Repository, check_in, git_in, post};

const KEPT: &str = "old_post/2022-01-10-NW20220110002.md";
const FRESH: &str = "_posts/2022-01-17-NW20220117001.md";

#[test]
fn no_repository_at_all() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("_config.yml"), CONFIG).unwrap();
    let run = check_in(folder.path(), &["--since", "HEAD", "--no-state"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("lies in no git repository"), "{}", run.stderr);
    std::fs::write(folder.path().join("index.md"), "---\ntitle: a\n---\nx\n").unwrap();
    // A full check asks nothing of git.
    assert_eq!(check_in(folder.path(), &["--no-state", "--select", "FX"]).code, 0);
}

#[test]
fn a_repository_without_a_commit() {
    let repository = Repository::empty();
    repository.write(FRESH, &post("NW20220117001", "一"));
    assert_eq!(repository.check(&["--since", "HEAD"]).code, 2);
    let run = repository.check(&["--since", &"0".repeat(40), "--select", "FX,TX,DU"]);
    assert_eq!((run.code, run.findings.len()), (0, 0), "{:?} {}", run.messages, run.stderr);
    assert_eq!(run.report["archive"]["posts"], 1);
}

#[test]
fn the_first_commit_of_all() {
    let repository = Repository::new();
    let run = repository.check(&["--since", &format!("{}..HEAD", "0".repeat(40)), "--select", "FX"]);
    assert_eq!((run.code, run.findings.len()), (0, 0), "{}", run.stderr);
}

#[test]
fn a_detached_head() {
    let repository = Repository::new();
    let first = repository.git(&["rev-parse", "HEAD"]);
    repository.write(KEPT, &post("NW20220110002", "改")).commit("edit");
    repository.git(&["checkout", "--quiet", "--detach", "HEAD"]);
    assert_eq!(repository.history_since(&first), [format!("FX004 {KEPT}")]);
}

#[test]
fn a_mode_is_no_content() {
    let repository = Repository::new();
    let path = repository.path().join(KEPT);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(repository.history_since("HEAD"), [""; 0]);
    repository.commit("executable");
    assert_eq!(repository.history_since("HEAD~1..HEAD"), [""; 0]);
}

#[test]
fn a_post_becomes_a_link_to_another() {
    let repository = Repository::new();
    repository.remove(KEPT);
    symlink("2022-01-10-NW20220110003.md", repository.path().join(KEPT)).unwrap();
    repository.commit("swap");
    let run = repository.check(&["--since", "HEAD~1..HEAD", "--select", "FX"]);
    assert_eq!(run.findings, [format!("FX004 {KEPT}")]);
    assert!(run.messages[0].contains("became a link"), "{:?}", run.messages);
    assert_eq!(repository.history_since("HEAD~1"), [format!("FX004 {KEPT}")]);
}

#[test]
fn a_post_becomes_a_submodule() {
    let repository = Repository::new();
    let other = Repository::new();
    repository.git(&["rm", "--quiet", KEPT]);
    repository.git(&["submodule", "--quiet", "add", &other.url(), KEPT]);
    repository.commit("swap");
    assert_eq!(repository.history_since("HEAD~1..HEAD"), [format!("FX004 {KEPT}")]);
}

#[test]
fn a_submodule_goes_its_own_way() {
    let repository = Repository::new();
    let theme = Repository::new();
    repository.git(&["submodule", "--quiet", "add", &theme.url(), "theme"]);
    let before = repository.commit("theme");
    theme.write("old_post/2022-01-10-NW20220110002.md", "altered\n").commit("theirs");
    git_in(&repository.path().join("theme"), &["pull", "--quiet"]);
    assert_eq!(repository.history_since(&before), [""; 0]);
    repository.commit("newer theme");
    assert_eq!(repository.history_since(&before), [""; 0]);
}

#[test]
fn line_ends_of_the_work_tree_are_not_the_archive() {
    let repository = Repository::new();
    repository.write(".gitattributes", "*.md text\n").commit("attributes");
    let text = post("NW20220110002", "二").replace('\n', "\r\n");
    repository.write(KEPT, &text);
    assert_eq!(repository.history_since("HEAD"), [""; 0]);
    repository.git(&["config", "core.autocrlf", "true"]);
    assert_eq!(repository.history_since("HEAD"), [""; 0]);
}

#[test]
fn line_ends_that_are_committed_are() {
    let repository = Repository::new();
    repository.write(KEPT, &post("NW20220110002", "二").replace('\n', "\r\n")).commit("CRLF");
    assert_eq!(repository.history_since("HEAD~1"), [format!("FX004 {KEPT}")]);
}

#[test]
fn a_sparse_checkout_has_lost_nothing() {
    let repository = Repository::new();
    repository.write("_posts/2022-01-18-NW20220118009.md", &post("NW20220118009", "九")).commit("more");
    repository.git(&["sparse-checkout", "set", "_posts"]);
    assert!(!repository.path().join(KEPT).exists());
    assert_eq!(repository.history_since("HEAD"), [""; 0]);
    assert_eq!(repository.history_since("HEAD~1"), [""; 0]);
    // What is not checked out is judged all the same: the copy's twin lies in the folder that is left out.
    let copy = "_posts/2022-01-18-NW20220118007.md";
    repository.write(copy, &post("NW20220110002", "二"));
    let run = repository.check(&["--since", "HEAD", "--select", "DU003"]);
    assert_eq!(run.findings, [format!("DU003 {copy}")]);
}

#[test]
fn a_linked_worktree() {
    let repository = Repository::new();
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("linked");
    repository.git(&["worktree", "add", "--quiet", "-b", "linked", place.to_str().unwrap()]);
    std::fs::write(place.join(KEPT), post("NW20220110002", "改")).unwrap();
    let run = check_in(&place, &["--since", "main", "--select", "FX", "--no-state"]);
    assert_eq!(run.findings, [format!("FX004 {KEPT}")]);
    assert_eq!(repository.history_since("main"), [""; 0]);
}

#[test]
fn an_archive_below_the_top_of_its_repository() {
    let repository = Repository::empty();
    repository.write("site/_config.yml", CONFIG).write(&format!("site/{KEPT}"), &post("NW20220110002", "二"));
    repository.write("other/old_post/2022-01-10-x.md", &post("NW20220110009", "外"));
    repository.commit("first");
    repository.write(&format!("site/{KEPT}"), "---\n---\n").write("other/old_post/2022-01-10-x.md", "gone\n");
    repository.commit("edit");
    let run = check_in(&repository.path().join("site"), &["--since", "HEAD~1", "--select", "FX", "--no-state"]);
    assert_eq!(run.findings, [format!("FX004 {KEPT}")], "{}", run.stderr);
}

#[test]
fn names_that_differ_by_case_alone() {
    let repository = Repository::new();
    let shouted = "old_post/2022-01-10-nw20220110002.md";
    repository.write(shouted, &post("NW20220110002", "二之二")).commit("its twin");
    assert_eq!(repository.history_since("HEAD~1"), [""; 0]);
    repository.remove(KEPT).commit("one of them goes");
    assert_eq!(repository.history_since("HEAD~1"), [format!("FX004 {KEPT}")]);
}

#[test]
fn names_that_git_would_quote() {
    let repository = Repository::new();
    let odd = "old_post/2022-01-10-新闻 \"一\"\\t.md";
    repository.write(odd, &post("NW20220110008", "八")).commit("odd");
    repository.write(odd, &post("NW20220110008", "八八"));
    assert_eq!(repository.history_since("HEAD"), [format!("FX004 {odd}")]);
    repository.commit("x\n\nArchive-Edit: old_post/2022-01-10-* odd names\n");
    assert_eq!(repository.history_since("HEAD~1"), [""; 0]);
}

#[test]
fn files_that_are_ignored_or_a_tool_s_own_are_no_change() {
    let repository = Repository::new();
    repository.write(".gitignore", "drafts/\n").commit("ignore");
    repository
        .write("drafts/old_post/2022-01-10-x.md", "x")
        .write("_site/index.html", "<p>")
        .write("node_modules/a.md", "---\n---\n");
    let run = repository.check(&["--since", "HEAD"]);
    assert_eq!((run.code, run.findings.len()), (0, 0), "{:?}", run.findings);
}

#[test]
fn a_hostile_repository_runs_nothing() {
    let repository = Repository::new();
    let trap = format!("touch {}", repository.path().join("trapped").display());
    for key in ["core.fsmonitor", "diff.external", "filter.evil.clean", "core.sshCommand"] {
        repository.git(&["config", key, &trap]);
    }
    repository.write(".gitattributes", "*.md filter=evil\n").write(KEPT, "---\n---\n");
    let run = repository.check(&["--since", "HEAD", "--select", "FX"]);
    assert_eq!(run.findings, [format!("FX004 {KEPT}")]);
    assert!(!repository.path().join("trapped").exists());
}
