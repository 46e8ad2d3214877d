//! The sample archive, mended twice.

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::archive::Archive;
use crate::web::Web;

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/archive");

/// A copy of the sample archive.
fn sample() -> Archive {
    let archive = Archive::empty();
    copy(Path::new(SAMPLE), Path::new(""), &archive);
    archive
}

fn copy(from: &Path, below: &Path, to: &Archive) {
    for entry in fs::read_dir(from.join(below)).unwrap() {
        let entry = entry.unwrap();
        let path = below.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(from, &path, to);
        } else {
            to.write(path.to_str().unwrap(), &fs::read(entry.path()).unwrap());
        }
    }
}

/// Every file of a folder and its bytes, but for the state.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
            if path.is_dir() && name != ".postproof" && name != ".git" {
                open.push(path);
            } else if path.is_file() {
                found.insert(name, fs::read(path).unwrap());
            }
        }
    }
    found
}

fn count(report: &Value, code: &str) -> u64 {
    report["summary"]["by_rule"][code].as_u64().unwrap_or(0)
}

/// What the SARIF log offers for the findings of a rule, by what is remembered: file, bytes, and what to write there.
fn offered(archive: &Archive, code: &str) -> Vec<(String, Range<usize>, String)> {
    let log = archive.run(&["check", ".", "--no-reports", "--select", code, "--format", "sarif=-"]);
    let log: Value = serde_json::from_str(&log.stdout).unwrap_or_else(|_| panic!("{}", log.stderr));
    let results = log["runs"][0]["results"].as_array().unwrap();
    let change = |result: &Value| {
        let file = &result["fixes"][0]["artifactChanges"][0];
        let change = &file["replacements"][0];
        let number = |key: &str| usize::try_from(change["deletedRegion"][key].as_u64().unwrap()).unwrap();
        let start = number("byteOffset");
        let path = file["artifactLocation"]["uri"].as_str().unwrap();
        let text = change["insertedContent"]["text"].as_str().unwrap();
        (path.to_owned(), start..start + number("byteLength"), text.to_owned())
    };
    results.iter().map(change).collect()
}

/// Other changes of a file move what was offered; the bytes before and behind it stay.
fn assert_written(
    offered: &[(String, Range<usize>, String)],
    old: &BTreeMap<String, Vec<u8>>,
    new: &BTreeMap<String, Vec<u8>>,
) {
    for (path, range, text) in offered {
        let old = &old[path];
        let expected = [&old[range.start - 1..range.start], text.as_bytes(), &old[range.end..=range.end]].concat();
        let is_written = new[path].windows(expected.len()).any(|window| window == expected);
        assert!(old[range.clone()].starts_with(b"http") && is_written, "{path}: {text} is offered and not written");
    }
}

#[test]
fn what_was_mended_is_not_found_again_and_a_second_run_changes_nothing() {
    let web = Web::start(Path::new(SAMPLE)).unwrap();
    let archive = sample();
    let proxy = web.proxy();
    let check = || {
        let flags = ["check", ".", "--proxy", &proxy, "--pace", "1ms", "--no-reports", "--format", "json=-"];
        let run = archive.run(&flags);
        serde_json::from_str::<Value>(&run.stdout).unwrap_or_else(|_| panic!("{}", run.stderr))
    };
    let before = check();
    assert!(count(&before, "NT004") > 0 && count(&before, "FM003") > 0, "{}", before["summary"]);
    let old = files(archive.path());

    let asked = web.hits();
    let offered = offered(&archive, "NT004");
    let run = archive.run(&["fix", ".", "--archived", "--format", "json"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert_eq!(web.hits(), asked, "`fix` asks nobody");
    let told: Value = serde_json::from_str(&run.stdout).unwrap();
    let changed: Vec<&str> = told["files"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|file| file["state"] == "written")
        .map(|file| file["path"].as_str().unwrap())
        .collect();
    let new = files(archive.path());
    let differing: Vec<&str> =
        new.iter().filter(|(path, bytes)| old.get(*path) != Some(*bytes)).map(|(path, _)| path.as_str()).collect();
    assert_eq!(changed, differing, "what changed is what was told");
    assert_eq!(old.len(), new.len());
    assert_eq!(offered.len() as u64, count(&before, "NT004"));
    assert_written(&offered, &old, &new);

    let again = archive.run(&["fix", ".", "--archived"]);
    assert!(again.stdout.starts_with("nothing to mend\n") && again.code == 0, "{}", again.stdout);
    assert_eq!(files(archive.path()), new);

    let after = check();
    // The safe changes of the first run are gone; those for a person are still there.
    for code in ["NT004", "LK008", "TX002"] {
        assert_eq!(count(&after, code), 0, "{code}");
    }
    let done = |code: &str| {
        let changes = told["files"].as_array().unwrap().iter().flat_map(|file| file["changes"].as_array().unwrap());
        changes.filter(|change| change["code"] == code).count() as u64
    };
    assert!(done("NT004") > 0);
    assert_eq!(count(&after, "FM003"), count(&before, "FM003") - done("FM003"));
    assert!(after["summary"]["errors"].as_u64() <= before["summary"]["errors"].as_u64());
}

#[test]
fn a_diff_writes_nothing_and_git_applies_it() {
    let archive = sample();
    let old = files(archive.path());
    let run = archive.run(&["fix", ".", "--archived", "--unsafe", "--diff"]);
    assert_eq!(run.code, 1, "there is something to mend: {}", run.stderr);
    assert_eq!(files(archive.path()), old);
    archive.write("mend.patch", run.stdout.as_bytes());
    let applied = Command::new("git")
        .args(["apply", "--whitespace=nowarn", "mend.patch"])
        .current_dir(archive.path())
        .output()
        .unwrap();
    assert!(applied.status.success(), "{}", String::from_utf8_lossy(&applied.stderr));
    fs::remove_file(archive.join("mend.patch")).unwrap();

    let other = sample();
    other.run(&["fix", ".", "--archived", "--unsafe"]);
    assert_eq!(files(other.path()), files(archive.path()));
}

#[test]
fn archive_folders_are_left_alone_unless_told() {
    let archive = sample();
    let old = files(archive.path());
    let run = archive.run(&["fix", ".", "--offline"]);
    assert!(
        run.stdout.contains("left alone in archive folders") && run.stdout.contains("--archived"),
        "{}",
        run.stdout
    );
    for (path, bytes) in files(archive.path()) {
        assert!(!path.starts_with("old_post/") || old.get(&path) == Some(&bytes), "{path}");
    }
}
