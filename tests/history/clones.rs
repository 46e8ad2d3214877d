//! Clones that do not hold everything.

use super::repository::{Repository, check_in, clone, git_in, post};

const KEPT: &str = "old_post/2022-01-10-NW20220110002.md";

#[test]
fn a_shallow_clone_that_lacks_the_commit_says_what_deepens_it() {
    let repository = Repository::new();
    let first = repository.git(&["rev-parse", "HEAD"]);
    repository.write(KEPT, &post("NW20220110002", "改")).commit("edit");
    let (_folder, place) = clone(&repository, &["--depth=1"]);
    let run = check_in(&place, &["--since", &first, "--no-state"]);
    assert_eq!(run.code, 3);
    assert!(run.stderr.contains("git fetch --unshallow"), "{}", run.stderr);
    git_in(&place, &["fetch", "--quiet", "--unshallow"]);
    let run = check_in(&place, &["--since", &first, "--select", "FX", "--no-state"]);
    assert_eq!(run.findings, [format!("FX004 {KEPT}")]);
}

#[test]
fn a_shallow_clone_that_reaches_far_enough() {
    let repository = Repository::new();
    let first = repository.git(&["rev-parse", "HEAD"]);
    repository.write(KEPT, &post("NW20220110002", "改")).commit("edit");
    let (_folder, place) = clone(&repository, &["--depth=2"]);
    for since in [first.clone(), format!("{first}..HEAD"), "HEAD~1".to_owned()] {
        let run = check_in(&place, &["--since", &since, "--select", "FX", "--no-state"]);
        assert_eq!(run.findings, [format!("FX004 {KEPT}")], "{since}");
    }
}

#[test]
fn a_shallow_clone_cannot_tell_whether_history_was_rewritten() {
    let repository = Repository::new();
    let lost = repository.write("_posts/2022-01-18-NW20220118001.md", &post("NW20220118001", "新")).commit("lost");
    repository.git(&["branch", "kept"]);
    repository.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    repository.write("_posts/2022-01-18-NW20220118002.md", &post("NW20220118002", "别")).commit("other");
    let (_folder, place) = clone(&repository, &["--depth=1", "--branch=main"]);
    git_in(&place, &["fetch", "--quiet", "--depth=1", "origin", "kept"]);
    let run = check_in(&place, &["--since", &lost, "--select", "FX", "--no-state"]);
    assert_eq!(run.findings, [""; 0]);
    assert!(run.said.contains("this clone is shallow"), "{}", run.said);
    // The whole clone can tell.
    git_in(&place, &["fetch", "--quiet", "--unshallow"]);
    let run = check_in(&place, &["--since", &lost, "--select", "FX", "--no-state"]);
    assert_eq!(run.findings, ["FX006 _posts/2022-01-18-NW20220118001.md"], "{}", run.stderr);
}

#[test]
fn a_partial_clone_without_contents_says_what_fetches_them() {
    let repository = Repository::new();
    repository.git(&["config", "uploadpack.allowFilter", "true"]);
    repository.write(KEPT, &post("NW20220110002", "改")).commit("edit");
    let (_folder, place) = clone(&repository, &["--filter=blob:none", "--no-checkout"]);
    let run = check_in(&place, &["--since", "HEAD~1..HEAD", "--no-state"]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(run.stderr.contains("git fetch --refetch"), "{}", run.stderr);
    git_in(&place, &["fetch", "--quiet", "--refetch", "--no-filter"]);
    let run = check_in(&place, &["--since", "HEAD~1..HEAD", "--select", "FX", "--no-state"]);
    assert_eq!(run.findings, [format!("FX004 {KEPT}")], "{}", run.stderr);
}

#[test]
fn an_index_that_was_carried_here_from_another_clone() {
    let repository = Repository::new();
    let (_one, first) = clone(&repository, &[]);
    let run = check_in(&first, &["--since", "HEAD"]);
    assert!(run.said.contains("the index of the archive was made"), "{}", run.said);
    repository.write("_posts/2022-01-18-NW20220118007.md", &post("NW20220110002", "二")).commit("a copy");
    // The other clone is shallow: git cannot tell it what changed since the index's commit, and its list of files can.
    let (_two, second) = clone(&repository, &["--depth=2"]);
    std::fs::create_dir_all(second.join(".postproof")).unwrap();
    std::fs::copy(first.join(".postproof/index.db"), second.join(".postproof/index.db")).unwrap();
    let run = check_in(&second, &["--since", "HEAD~1", "--select", "DU003"]);
    assert_eq!(run.findings, ["DU003 _posts/2022-01-18-NW20220118007.md"], "{} {}", run.stderr, run.said);
    assert!(!run.said.contains("the index"), "{}", run.said);
}

#[test]
fn a_damaged_index_is_made_anew_and_that_is_said() {
    let repository = Repository::new();
    let index = repository.path().join(".postproof/index.db");
    assert_eq!(check_in(repository.path(), &["--since", "HEAD"]).code, 0);
    repository.write("_posts/2022-01-18-NW20220118007.md", &post("NW20220110002", "二"));
    let bytes = std::fs::read(&index).unwrap();
    let mut scrambled = bytes.clone();
    for byte in scrambled.iter_mut().skip(4096) {
        *byte ^= 0x5a;
    }
    for damaged in [&b"nonsense"[..], &bytes[..bytes.len() / 2], &scrambled, &vec![7; 20_000]] {
        std::fs::write(&index, damaged).unwrap();
        let run = check_in(repository.path(), &["--since", "HEAD", "--select", "DU003"]);
        assert_eq!(run.findings, ["DU003 _posts/2022-01-18-NW20220118007.md"], "{}", run.stderr);
        assert!(run.said.contains("made anew"), "{}", run.said);
        let run = check_in(repository.path(), &["--since", "HEAD", "--select", "DU003"]);
        assert!(run.findings.len() == 1 && !run.said.contains("the index"), "{}", run.said);
    }
}
