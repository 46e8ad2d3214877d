//! Between two commits everything is as it is in the newer one: settings, addresses, lines.

use super::repository::{CONFIG, Repository, Run, post};

const OLD: &str = "_posts/2022-01-17-NW20220117001.md";
const NEW: &str = "_posts/2022-01-18-NW20220118001.md";

/// What a run says of the archive, with the lines.
fn told(run: &Run) -> (i32, serde_json::Value, serde_json::Value) {
    (run.code, run.report["findings"].clone(), run.report["run"]["revision"].clone())
}

/// A commit, and one with a new post that links astray, in an archive whose addresses need its own settings.
fn between() -> (Repository, String) {
    let repository = Repository::new();
    repository
        .write("_config.yml", &format!("{CONFIG}baseurl: /news\npermalink: /:title/\n"))
        .write("postproof.yml", "rules: {severity: {LK004: warning}}\nfront_matter: {schema: conf/schema.json}\n")
        .write("conf/schema.json", "{\"required\": [\"title\", \"editor\"]}")
        .commit("settings");
    let text = post("NW20220118001", "新的一篇。");
    let links = "[well](/news/NW20220117001/)\n\n[astray](/news/nowhere/)\n";
    repository.write(NEW, &format!("{text}{links}")).commit("a new post");
    let range = format!("{}..{}", repository.git(&["rev-parse", "HEAD~1"]), repository.git(&["rev-parse", "HEAD"]));
    (repository, range)
}

#[test]
fn what_is_checked_out_does_not_matter() {
    let (repository, range) = between();
    let expected = repository.check(&["--since", &range]);
    let codes: Vec<&str> = expected.findings.iter().filter_map(|line| line.split(' ').next()).collect();
    assert!(codes.contains(&"LK004") && codes.contains(&"FM005"), "{:?} {}", expected.messages, expected.stderr);
    assert!(!expected.said.contains("the settings are those of"), "{}", expected.said);
    // Everything is other by now, and the post is longer at its beginning.
    repository
        .write("_config.yml", "url: https://other.example\n")
        .write("postproof.yml", "rules: {select: [FM]}\n")
        .write("conf/schema.json", "{}")
        .write(NEW, &format!("\n\n\n\n\n{}", post("NW20220118001", "换了。")))
        .remove(OLD)
        .commit("later");
    for is_reset in [false, true] {
        if is_reset {
            // A work tree without any settings.
            repository.git(&["checkout", "--quiet", "--detach", "HEAD~3"]);
            repository.remove("_config.yml");
        }
        let run = repository.check(&["--since", &range]);
        assert_eq!(told(&run), told(&expected), "{}", run.stderr);
        assert_eq!(run.said.contains("the settings are those of"), !is_reset, "{}", run.said);
        assert!(run.said.contains("[astray](/news/nowhere/)"), "the line is shown: {}", run.said);
    }
}

#[test]
fn a_settings_file_that_no_commit_holds_is_told_and_can_be_named() {
    let repository = Repository::new();
    repository.write(NEW, &format!("{}[astray](/nowhere/)\n", post("NW20220118001", "新"))).commit("a new post");
    repository.write("postproof.yml", "rules: {select: [FM]}\n");
    let run = repository.check(&["--since", "HEAD~1..HEAD"]);
    assert_eq!(run.findings, [format!("LK004 {NEW}")], "{}", run.stderr);
    assert!(run.said.contains("`--config postproof.yml` takes it instead"), "{}", run.said);
    let run = repository.check(&["--since", "HEAD~1..HEAD", "--config", "postproof.yml"]);
    assert_eq!((run.findings.len(), run.said.contains("takes it instead")), (0, false), "{}", run.said);
    // Against the work tree the work tree's settings hold.
    assert_eq!(repository.check(&["--since", "HEAD~1", "--ignore", "FM"]).findings.len(), 0);
}

#[test]
fn settings_that_are_wrong_in_the_commit_are_told_with_their_line() {
    let repository = Repository::new();
    repository.write("postproof.yml", "rules:\n  selekt: [FM]\n").commit("a misspelt key");
    repository.write("postproof.yml", "rules:\n  select: [FM]\n");
    let run = repository.check(&["--since", "HEAD~1..HEAD"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("postproof.yml:2: `selekt` is no setting here"), "{}", run.stderr);
    repository.commit("mended");
    assert_eq!(repository.check(&["--since", "HEAD~1..HEAD"]).code, 0);
    assert_eq!(repository.check(&["--since", "HEAD~2..HEAD~1"]).code, 2);
}

#[test]
fn the_newer_end_of_a_pull_request_is_a_commit_too() {
    let (repository, range) = between();
    let expected = repository.check(&["--since", &range]);
    repository.git(&["checkout", "--quiet", "-b", "other", "HEAD~2"]);
    let run = repository.check(&["--since", &range.replace("..", "...")]);
    assert_eq!(told(&run), told(&expected), "{}", run.stderr);
}

#[test]
fn an_archive_below_the_top_has_its_own_settings() {
    let (repository, _) = between();
    let below = Repository::empty();
    for path in repository.git(&["ls-files"]).lines() {
        let text = std::fs::read_to_string(repository.path().join(path)).unwrap();
        below.write(&format!("site/{path}"), &text);
    }
    below.remove(&format!("site/{NEW}")).commit("settings");
    let text = std::fs::read_to_string(repository.path().join(NEW)).unwrap();
    below.write(&format!("site/{NEW}"), &text).write("postproof.yml", "rules: {select: [FX]}\n").commit("a new post");
    below.write("site/_config.yml", "{}\n").write("site/postproof.yml", "{}\n");
    let check = |folder: &std::path::Path, range: &str| {
        super::repository::check_in(folder, &["--no-state", "--since", range]).report["findings"].clone()
    };
    let expected = check(repository.path(), "HEAD~1..HEAD");
    assert_eq!(check(&below.path().join("site"), "HEAD~1..HEAD"), expected);
    assert!(expected.as_array().is_some_and(|findings| !findings.is_empty()));
}
