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

/// The summary's figures: exit code, findings that are known, all findings.
fn figures(run: &Run) -> (i32, u64, usize) {
    (run.code, run.report["summary"]["known"].as_u64().unwrap_or_default(), run.findings.len())
}

/// A commit whose new post links astray, and whose settings name a baseline that knows of it.
fn with_baseline(name: &str) -> Repository {
    let repository = Repository::new();
    repository.write("postproof.yml", &format!("report: {{baseline: '{name}'}}\nrules: {{select: [LK]}}\n"));
    repository.commit("settings");
    repository.write(NEW, &format!("{}[astray](/nowhere/)\n", post("NW20220118001", "新")));
    let run = repository.check(&["--update-baseline"]);
    assert_eq!(figures(&run), (0, 1, 1), "{}", run.stderr);
    repository.commit("a new post");
    repository
}

const NOTHING_KNOWN: &str = "{\"postproof_baseline\":1}\n";

#[test]
fn the_baseline_that_settings_name_is_the_commits() {
    for name in ["known.jsonl", "./known.jsonl", "_posts/../known.jsonl", "conf/deep/known.jsonl"] {
        let repository = with_baseline(name);
        let check = |more: &[&str]| repository.check(&[&["--since", "HEAD~1..HEAD"], more].concat());
        assert_eq!(figures(&check(&[])), (0, 1, 1), "{name}");
        repository.write(name, NOTHING_KNOWN);
        assert_eq!(figures(&check(&[])), (0, 1, 1), "{name}");
        // Who names it for this run means the file that he sees.
        assert_eq!(figures(&check(&["--baseline", name])), (1, 0, 1), "{name}");
        repository.write(name, "<<<<<<< HEAD\n");
        assert_eq!(figures(&check(&[])), (0, 1, 1), "{name}");
        assert_eq!(check(&["--baseline", name]).code, 2);
        repository.remove(name);
        assert_eq!(figures(&check(&[])), (0, 1, 1), "{name}");
        // Against the work tree the work tree's counts.
        let run = repository.check(&["--since", "HEAD~1"]);
        assert!(run.code == 2 && run.stderr.contains("there is no baseline"), "{}", run.stderr);
    }
}

#[test]
fn a_baseline_that_the_commit_lacks_is_told_with_what_to_do() {
    let repository = with_baseline("known.jsonl");
    repository.git(&["rm", "--quiet", "--cached", "known.jsonl"]);
    repository.git(&["commit", "--quiet", "--amend", "--message", "without the baseline"]);
    let commit = repository.git(&["rev-parse", "HEAD"]);
    let run = repository.check(&["--since", "HEAD~1..HEAD"]);
    let told = format!(
        "{} holds no baseline known.jsonl, which its settings name: commit the file, or take that of the disk by `--baseline known.jsonl`",
        &commit[..12]
    );
    assert!(run.code == 2 && run.stderr.contains(&told), "{} {}", run.code, run.stderr);
    let run = repository.check(&["--since", "HEAD~1..HEAD", "--baseline", "known.jsonl"]);
    assert_eq!(figures(&run), (0, 1, 1), "{}", run.stderr);
    // A folder in its place is no baseline, and a link is followed as far as it stays in the commit.
    repository.remove("known.jsonl").write("known.jsonl/x", "").commit("a folder");
    assert_eq!(repository.check(&["--since", "HEAD~2..HEAD"]).code, 2);
}

#[test]
fn a_baseline_outside_of_the_archive_is_the_disks() {
    let outside = tempfile::tempdir().unwrap();
    let place = outside.path().join("known.jsonl");
    let repository = with_baseline(place.to_str().unwrap());
    assert_eq!(figures(&repository.check(&["--since", "HEAD~1..HEAD"])), (0, 1, 1));
    std::fs::write(&place, NOTHING_KNOWN).unwrap();
    assert_eq!(figures(&repository.check(&["--since", "HEAD~1..HEAD"])), (1, 0, 1));
}

#[test]
fn an_update_loses_nothing_that_the_work_tree_knows() {
    let repository = with_baseline("known.jsonl");
    let ours = "{\"path\":\"a.md\",\"code\":\"LK004\",\"fingerprint\":\"0123456789abcdef\",\"message\":\"m\"}";
    repository.write("known.jsonl", &format!("{NOTHING_KNOWN}{ours}\n"));
    let run = repository.check(&["--since", "HEAD~1..HEAD", "--update-baseline"]);
    assert_eq!(figures(&run), (0, 1, 1), "{}", run.stderr);
    let written = std::fs::read_to_string(repository.path().join("known.jsonl")).unwrap();
    assert!(written.contains(ours) && written.lines().count() == 3, "{written}");
}

const ALL_JUDGED: &str = "changed, so everything was judged";

#[test]
fn a_schema_that_changed_judges_everything() {
    let (repository, _) = between();
    repository
        .write("conf/schema.json", "{\"required\": [\"title\", \"editor\", \"place\"]}")
        .commit("a stricter schema");
    let run = repository.check(&["--since", "HEAD~1..HEAD", "--select", "FM"]);
    assert!(run.said.contains(&format!("conf/schema.json {ALL_JUDGED}")), "{}", run.said);
    let old = run.findings.iter().filter(|line| line.contains(OLD)).count();
    assert_eq!(old, 2, "the old post lacks both: {:?}", run.messages);
    // The same against the work tree, and no longer once it is what it was.
    repository.write("note.md", "---\ntitle: n\n---\n").commit("a page");
    let run = repository.check(&["--since", "HEAD~1..HEAD"]);
    assert!(!run.said.contains(ALL_JUDGED), "{}", run.said);
    repository.write("conf/schema.json", "{\"required\": [\"title\"]}");
    let run = repository.check(&["--since", "HEAD"]);
    assert!(run.said.contains(&format!("conf/schema.json {ALL_JUDGED}")), "{}", run.said);
    // Between two commits the work tree is not looked at.
    assert!(!repository.check(&["--since", "HEAD~1..HEAD"]).said.contains(ALL_JUDGED));
}

#[test]
fn a_schema_that_moved_is_found_where_the_newer_settings_say() {
    let (repository, _) = between();
    repository.rename("conf/schema.json", "conf/posts.json").commit("moved, and the settings forgotten");
    let run = repository.check(&["--since", "HEAD~1..HEAD"]);
    let commit = repository.git(&["rev-parse", "HEAD"]);
    let told = format!("front_matter.schema: {} holds no file conf/schema.json", &commit[..12]);
    assert!(run.code == 2 && run.stderr.contains(&told), "{} {}", run.code, run.stderr);
    repository.write("postproof.yml", "front_matter: {schema: conf/posts.json}\n").commit("remembered");
    repository.write("conf/posts.json", "{}").remove("postproof.yml");
    let run = repository.check(&["--since", "HEAD~2..HEAD", "--select", "FM"]);
    assert!(run.findings.contains(&format!("FM005 {OLD}")), "{:?} {}", run.messages, run.stderr);
    // On the disk too a file that is missing is the settings' fault.
    repository.git(&["checkout", "--quiet", "."]);
    repository.remove("conf/posts.json");
    let run = repository.check(&[]);
    assert!(run.code == 2 && run.stderr.contains("front_matter.schema: there is no file"), "{}", run.stderr);
}

#[test]
fn a_settings_file_that_was_named_decides_too() {
    let repository = Repository::new();
    repository.write("ci/strict.yml", "front_matter: {schema: schema.json}\n").write("ci/schema.json", "{}");
    repository.commit("settings of a job");
    repository.write("ci/strict.yml", "front_matter: {schema: schema.json}\nrules: {ignore: [LK]}\n").commit("others");
    let check = |more: &[&str]| repository.check(&[&["--since", "HEAD~1..HEAD"], more].concat());
    for config in ["ci/strict.yml", "./ci/strict.yml", "_posts/../ci/strict.yml"] {
        let run = check(&["--config", config]);
        assert!(run.said.contains(&format!("ci/strict.yml {ALL_JUDGED}")), "{config} {}", run.said);
    }
    assert!(!check(&[]).said.contains(ALL_JUDGED));
    // So does the schema beside it, which is the commit's.
    repository.write("ci/schema.json", "{\"required\": [\"editor\"]}").commit("a stricter schema");
    repository.write("ci/schema.json", "{}");
    let run = check(&["--config", "ci/strict.yml", "--select", "FM"]);
    assert!(run.said.contains(&format!("ci/schema.json {ALL_JUDGED}")), "{}", run.said);
    assert!(run.findings.contains(&format!("FM005 {OLD}")), "{:?}", run.findings);
}

#[test]
fn a_workflow_that_changed_judges_everything_since_it_may_name_another_engine() {
    let repository = Repository::new();
    repository.commit("an archive");
    repository.write(".github/workflows/pages.yml", "jobs: {b: {steps: [{uses: actions/jekyll-build-pages@v1}]}}\n");
    repository.commit("built by GitHub's action");
    let run = repository.check(&["--since", "HEAD~1..HEAD"]);
    assert!(run.said.contains(&format!(".github/workflows/pages.yml {ALL_JUDGED}")), "{}", run.said);
    repository.write(".github/CODEOWNERS", "* @owner\n").commit("no workflow");
    assert!(!repository.check(&["--since", "HEAD~1..HEAD"]).said.contains(ALL_JUDGED));
}

#[cfg(unix)]
#[test]
fn a_link_to_a_schema_decides_where_it_leads() {
    let (repository, _) = between();
    repository.rename("conf/schema.json", "conf/posts.json");
    std::os::unix::fs::symlink("posts.json", repository.path().join("conf/schema.json")).unwrap();
    repository.commit("a link");
    repository.write("conf/posts.json", "{\"required\": [\"place\"]}").commit("a stricter schema");
    let run = repository.check(&["--since", "HEAD~1..HEAD", "--select", "FM"]);
    assert!(run.said.contains(&format!("conf/posts.json {ALL_JUDGED}")), "{}", run.said);
    assert!(run.findings.contains(&format!("FM005 {OLD}")), "{:?}", run.findings);
}
