//! What was altered or lost is had back from a clone, a bag, or history, and nothing else is touched.

use std::fs;
use std::process::Command;

use serde_json::Value;

use crate::archive::Archive;

const POST: &str = "_posts/2022-01-17-a.md";
const OLD: &str = "old_post/2021-01-17-b.md";
const CUT: &str = "old_post/2021-01-18-c.md";

fn fill(archive: &Archive) {
    for path in [POST, OLD, CUT] {
        archive.write(path, format!("---\nlayout: post\ntitle: {path}\n---\n厦门日报\n").as_bytes());
    }
    archive.write("img/logo.png", b"\x89PNG\r\n\0\xff");
}

fn sealed() -> Archive {
    let archive = Archive::empty();
    fill(&archive);
    seal(&archive);
    archive
}

fn seal(archive: &Archive) {
    let run = archive.run(&["seal"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
}

fn git(archive: &Archive, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    command.args(["-c", "user.name=a", "-c", "user.email=a@b.cn"]).args(arguments).current_dir(archive.path());
    let output = command.env("GIT_CONFIG_GLOBAL", "/dev/null").output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Runs `repair` for its JSON: the exit code, and what it says.
fn repair(archive: &Archive, from: &str, more: &[&str]) -> (i32, Value) {
    let mut arguments = vec!["repair", "--from", from, "--format", "json"];
    arguments.extend(more);
    let run = archive.run(&arguments);
    let said =
        serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}{}", run.stdout, run.stderr));
    (run.code, said)
}

/// Steps as `path state result`.
fn steps(said: &Value) -> Vec<String> {
    let word = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let line = |step: &Value| {
        let origin = word(&step["origin"]["kind"]);
        format!("{} {} {origin} {}", word(&step["path"]), word(&step["state"]), word(&step["result"]))
    };
    said["steps"].as_array().unwrap().iter().map(line).collect()
}

fn is_intact(archive: &Archive) -> bool {
    archive.run(&["verify"]).code == 0
}

/// Alters one file, cuts another, and loses a third.
fn damage(archive: &Archive) {
    archive.write(POST, b"altered");
    fs::remove_file(archive.join(OLD)).unwrap();
    archive.write("img/logo.png", b"\x89PNG");
}

#[test]
fn a_plan_writes_nothing_and_a_copy_gives_all_back() {
    let (archive, copy) = (sealed(), sealed());
    let from = copy.path().to_str().unwrap().to_owned();
    assert_eq!(
        repair(&archive, &from, &[]),
        (
            0,
            serde_json::json!({
                "from": from, "sealed_at": repair(&archive, &from, &[]).1["sealed_at"], "applied": false, "whole": true, "steps": [], "blocked": [],
            })
        )
    );
    damage(&archive);
    let (code, plan) = repair(&archive, &from, &[]);
    let expected =
        [format!("{POST} altered file -"), "img/logo.png altered file -".to_owned(), format!("{OLD} missing file -")];
    assert_eq!((code, steps(&plan)), (1, expected.to_vec()));
    assert_eq!(fs::read(archive.join(POST)).unwrap(), b"altered");
    assert!(!archive.join(".postproof/aside").exists());
    let text = archive.run(&["repair", "--from", &from]);
    assert!(text.stdout.contains("3 can be had back") && text.stdout.contains("--apply"), "{}", text.stdout);

    let (code, done) = repair(&archive, &from, &["--apply"]);
    assert_eq!(code, 0, "{done:#}");
    assert!(is_intact(&archive));
    // What was replaced is kept, and git does not see it.
    let aside = done["steps"][0]["kept_aside"].as_str().unwrap();
    assert_eq!(fs::read(archive.join(aside)).unwrap(), b"altered");
    assert!(done["steps"][2]["kept_aside"].is_null(), "nothing lay there");
    git(&archive, &["init", "--quiet"]);
    assert!(!git(&archive, &["status", "--porcelain", "-uall"]).contains("aside"));
    assert_eq!(repair(&archive, &from, &["--apply"]).0, 0);
}

#[test]
fn history_gives_back_what_no_commit_holds_at_that_path_any_more() {
    let archive = Archive::empty();
    git(&archive, &["init", "--quiet"]);
    // A post is committed under another name, moved, sealed, altered, committed, and lost.
    fill(&archive);
    fs::rename(archive.join(OLD), archive.join("draft.md")).unwrap();
    git(&archive, &["add", "--all"]);
    git(&archive, &["commit", "--quiet", "--message=1"]);
    fs::rename(archive.join("draft.md"), archive.join(OLD)).unwrap();
    seal(&archive);
    fs::remove_file(archive.join(OLD)).unwrap();
    archive.write(POST, b"altered");
    git(&archive, &["add", "--all"]);
    git(&archive, &["commit", "--quiet", "--message=2"]);
    archive.write(CUT, b"uncommitted words of a user");
    let (code, done) = repair(&archive, "HEAD", &["--apply"]);
    assert_eq!(code, 0, "{done:#}");
    assert!(is_intact(&archive));
    let kept: Vec<Vec<u8>> = done["steps"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|step| fs::read(archive.join(step["kept_aside"].as_str()?)).ok())
        .collect();
    assert_eq!(kept, [b"altered".to_vec(), b"uncommitted words of a user".to_vec()]);
}

#[test]
fn a_clone_gives_from_its_history_what_its_work_tree_lacks() {
    let archive = Archive::empty();
    fill(&archive);
    git(&archive, &["init", "--quiet"]);
    seal(&archive);
    git(&archive, &["add", "--all"]);
    git(&archive, &["commit", "--quiet", "--message=1"]);
    let clone = Archive::empty();
    git(&clone, &["-c", "protocol.file.allow=always", "clone", "--quiet", archive.path().to_str().unwrap(), "c"]);
    fs::remove_file(clone.join("c").join(POST)).unwrap();
    fs::write(clone.join("c").join("img/logo.png"), "x").unwrap();
    fs::remove_dir_all(archive.join(".git")).unwrap();
    damage(&archive);
    let (code, done) = repair(&archive, clone.join("c").to_str().unwrap(), &["--apply"]);
    let expected = [
        format!("{POST} altered blob restored"),
        "img/logo.png altered blob restored".to_owned(),
        format!("{OLD} missing file restored"),
    ];
    assert_eq!((code, steps(&done)), (0, expected.to_vec()));
    assert!(is_intact(&archive));
}

#[test]
fn a_bag_gives_back() {
    let (archive, target) = (sealed(), Archive::empty());
    let bag = target.join("bag");
    assert_eq!(archive.run(&["seal", "--bagit", bag.to_str().unwrap()]).code, 0);
    damage(&archive);
    let (code, done) = repair(&archive, bag.to_str().unwrap(), &["--apply"]);
    assert_eq!((code, done["steps"].as_array().unwrap().len()), (0, 3), "{done:#}");
    assert!(is_intact(&archive));
}

#[test]
fn a_move_is_kept_and_what_was_altered_on_the_way_is_mended_there() {
    let (archive, copy) = (sealed(), sealed());
    fs::remove_file(archive.join(POST)).unwrap();
    archive.write("old_post/2022-01-17-a.md", b"cut");
    let (code, done) = repair(&archive, copy.path().to_str().unwrap(), &["--apply"]);
    assert_eq!((code, steps(&done)), (0, vec!["old_post/2022-01-17-a.md altered-in-move file restored".to_owned()]));
    assert!(!archive.join(POST).exists());
    assert!(is_intact(&archive));
}

#[test]
fn what_cannot_be_had_is_said_and_the_rest_is_mended() {
    let (archive, copy) = (sealed(), sealed());
    damage(&archive);
    // The copy has one under another name, one altered too, and one not at all.
    fs::rename(copy.join(POST), copy.join("elsewhere.txt")).unwrap();
    copy.write("img/logo.png", b"other");
    fs::remove_file(copy.join(OLD)).unwrap();
    let (code, done) = repair(&archive, copy.path().to_str().unwrap(), &["--apply"]);
    let expected = [
        format!("{POST} altered file restored"),
        "img/logo.png altered - nowhere".to_owned(),
        format!("{OLD} missing - nowhere"),
    ];
    assert_eq!((code, steps(&done)), (1, expected.to_vec()));
    assert_eq!(fs::read(archive.join("img/logo.png")).unwrap(), b"\x89PNG", "what cannot be had is left as it is");
}

#[test]
fn line_ends_that_git_converts_are_mended_from_history() {
    let archive = Archive::empty();
    fill(&archive);
    archive.write(".gitattributes", b"*.md text eol=crlf\n");
    git(&archive, &["init", "--quiet"]);
    git(&archive, &["add", "--all"]);
    git(&archive, &["commit", "--quiet", "--message=1"]);
    seal(&archive);
    archive.write(POST, b"altered\r\n");
    assert_eq!(repair(&archive, "HEAD", &["--apply"]).0, 0);
    assert!(is_intact(&archive));
    assert_eq!(git(&archive, &["status", "--porcelain", POST]), "");
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link() {
    let (archive, copy) = (sealed(), sealed());
    let outside = Archive::empty();
    fs::remove_dir_all(archive.join("old_post")).unwrap();
    std::os::unix::fs::symlink(outside.path(), archive.join("old_post")).unwrap();
    let (code, done) = repair(&archive, copy.path().to_str().unwrap(), &["--apply"]);
    assert_eq!(code, 1, "{done:#}");
    assert!(steps(&done).iter().all(|step| step.ends_with("missing file failed")), "{done:#}");
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
    assert!(done["steps"][0]["why"].as_str().unwrap().contains("old_post is no folder"), "{done:#}");
}

#[test]
fn what_cannot_be_used_says_what_to_do() {
    let archive = sealed();
    let run = archive.run(&["repair", "--from", "nowhere"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("`nowhere` is no folder"), "{}", run.stderr);
    git(&archive, &["init", "--quiet"]);
    let run = archive.run(&["repair", "--from", "nowhere"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("there is no commit `nowhere`"), "{}", run.stderr);
    // A seal that somebody changed would bring back what they chose.
    let manifest = archive.join(".postproof/seal/2022-01.sha256");
    archive.write(POST, b"altered");
    let text = fs::read_to_string(&manifest).unwrap();
    fs::write(&manifest, "0".repeat(64) + &text[64..]).unwrap();
    let run = archive.run(&["repair", "--from", ".", "--apply"]);
    assert_eq!(run.code, 3, "{}", run.stdout);
    assert!(run.stderr.contains("git checkout -- .postproof/seal"), "{}", run.stderr);
    assert_eq!(archive.run(&["repair", "--from", "."]).code, 3);
    assert_eq!(Archive::empty().run(&["repair", "--from", "."]).code, 3, "there is no seal");
}
