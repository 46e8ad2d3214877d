//! Hostile names: what cannot be sealed is told, what can be is sealed, and other programs read it.

use std::fs;
use std::process::Command;

use crate::archive::Archive;

/// Names that a manifest carries as they are.
const GOOD: [&str; 14] = [
    " leading",
    "trailing ",
    "*star",
    "-dash",
    "--flag",
    "a'b\"c",
    "#hash",
    "tab\there",
    "%0A",
    "~",
    "$(reboot)",
    "新 闻.html",
    "\u{202e}cod",
    "e\u{301}",
];

/// Names that no manifest can carry.
const BAD: [&str; 6] = ["a\nb.md", "a\r.md", "a\\b.md", "\\", "\n", "a\\nb"];

fn lay(archive: &Archive, names: &[&str]) {
    for name in names {
        archive.write(&format!("_posts/{name}"), name.as_bytes());
    }
}

#[test]
fn twenty_hostile_names() {
    let archive = Archive::empty();
    lay(&archive, &GOOD);
    lay(&archive, &BAD);
    let run = archive.run(&["seal"]);
    assert_eq!(run.code, 1, "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.starts_with("14 files are sealed") && run.stdout.contains("6 refused"), "{}", run.stdout);
    assert_eq!(run.stdout.lines().filter(|line| line.starts_with("refused ")).count(), 6, "{}", run.stdout);
    // What is told is one line each, whatever the name holds.
    assert!(run.stdout.lines().all(|line| !line.contains('\r') && !line.contains('\t')), "{}", run.stdout);
    let script = "sha256sum --check --strict --quiet .postproof/seal/*.sha256";
    let output = Command::new("sh").args(["-c", script]).current_dir(archive.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    // Each is found when it changes, and the names that were refused are told again.
    for name in GOOD {
        archive.write(&format!("_posts/{name}"), b"altered");
        let run = archive.run(&["verify", "--format", "json"]);
        let said: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        let entries = said["files"].as_array().unwrap();
        assert_eq!((run.code, entries.len()), (1, 1), "{name:?}: {said:#}");
        assert_eq!(entries[0]["path"], format!("_posts/{name}"));
        archive.write(&format!("_posts/{name}"), name.as_bytes());
    }
}

#[test]
fn a_check_tells_a_post_that_cannot_be_sealed() {
    let archive = Archive::empty();
    let post = b"---\nlayout: post\ntitle: a\ndate: 2022-01-17 07:46:06 +0800\ncategories: a\n---\nwords\n";
    archive.write("_posts/2022-01-17-a.md", post);
    archive.write("_posts/2022-01-17-a\\b.md", post);
    assert_eq!(archive.run(&["seal"]).code, 1);
    let report = archive.report(&["--select", "FX", "--severity", "FX003=warning"]);
    let findings = report["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1, "{findings:#?}");
    assert_eq!(findings[0]["path"], "_posts/2022-01-17-a\\b.md");
    assert_eq!(findings[0]["message"], "no seal can list this post: its name holds a backslash");
}

#[test]
fn names_that_are_one_elsewhere_are_told() {
    let archive = Archive::empty();
    lay(&archive, &["caf\u{e9}.md", "cafe\u{301}.md", "A.md", "a.md"]);
    let run = archive.run(&["seal"]);
    assert_eq!(run.code, 0, "they are sealed: {}", run.stdout);
    assert!(run.stdout.contains("_posts/A.md and _posts/a.md are one name on systems"), "{}", run.stdout);
    assert!(run.stdout.contains("_posts/cafe\u{301}.md and _posts/caf\u{e9}.md are one name"), "{}", run.stdout);
    assert!(archive.run(&["verify"]).stdout.contains("are one name on systems"));
}

#[cfg(unix)]
#[test]
fn a_name_that_is_not_utf8_is_refused() {
    use std::os::unix::ffi::OsStrExt as _;
    let archive = Archive::empty();
    archive.write("a.md", b"a");
    fs::write(archive.path().join(std::ffi::OsStr::from_bytes(b"\xd0\xc2\xce\xc5.md")), "b").unwrap();
    let run = archive.run(&["seal"]);
    assert_eq!(run.code, 1);
    assert!(run.stdout.contains("a name that is not UTF-8; rename it"), "{}", run.stdout);
    assert!(run.stdout.starts_with("1 files are sealed"), "{}", run.stdout);
}
