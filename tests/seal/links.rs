//! Symbolic links: what is sealed is files. A link is told and left out, and never stands for what was sealed.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::archive::Archive;

const KEPT: &str = "old_post/2021-01-17-b.md";
const POST: &str = "_posts/2022-01-17-a.md";

/// Links of every kind: their path, and what it says where they lead.
const LINKS: [(&str, &str); 9] = [
    ("_posts/2022-01-18-to-file.md", "../old_post/2021-01-17-b.md"),
    ("chain.md", "_posts/2022-01-18-to-file.md"),
    ("posts", "_posts"),
    ("_posts/2022-01-19-gone.md", "nowhere.md"),
    ("hosts.md", "/etc/passwd"),
    ("self", "self"),
    ("ring/a", "b"),
    ("ring/b", "a"),
    ("old_post/up", ".."),
];

fn git(place: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    let settings = ["-c", "user.name=a", "-c", "user.email=a@b.cn", "-c", "protocol.file.allow=always"];
    let output = command
        .args(settings)
        .args(arguments)
        .current_dir(place)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Whether `sha256sum` agrees with every line of the seal.
fn sums_agree(place: &Path) -> bool {
    let script = "sha256sum --check --strict --quiet .postproof/seal/*.sha256";
    Command::new("sh").args(["-c", script]).current_dir(place).output().unwrap().status.success()
}

/// The paths that are sealed.
fn sealed(archive: &Archive) -> Vec<String> {
    let entries = fs::read_dir(archive.join(".postproof/seal")).unwrap().map(|entry| entry.unwrap().path());
    let manifests = entries.filter(|path| path.extension().is_some_and(|end| end == "sha256"));
    let texts = manifests.map(|path| fs::read_to_string(path).unwrap());
    let mut paths: Vec<String> =
        texts.flat_map(|text| text.lines().map(|line| line[66..].to_owned()).collect::<Vec<_>>()).collect();
    paths.sort();
    paths
}

/// What `verify` says: the exit code, and each file that is not as it was sealed.
fn verify(archive: &Archive) -> (i32, Vec<String>) {
    let run = archive.run(&["verify", "--format", "json"]);
    let said: Value = serde_json::from_str(&run.stdout).unwrap();
    let word = |file: &Value, key: &str| file[key].as_str().unwrap().to_owned();
    let files = said["files"].as_array().unwrap().iter();
    (run.code, files.map(|file| format!("{} {}", word(file, "status"), word(file, "path"))).collect())
}

fn linked() -> Archive {
    let archive = Archive::empty();
    for path in [POST, KEPT, "ring/file"] {
        archive.write(path, path.as_bytes());
    }
    for (path, to) in LINKS {
        symlink(to, archive.join(path)).unwrap();
    }
    git(archive.path(), &["init", "--quiet"]);
    git(archive.path(), &["add", "--all"]);
    git(archive.path(), &["commit", "--quiet", "--message=1"]);
    archive
}

#[test]
fn files_are_sealed_and_links_are_told() {
    let archive = linked();
    let run = archive.run(&["seal"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert_eq!(sealed(&archive), [POST, KEPT, "ring/file"]);
    for (path, _) in LINKS {
        let told = run.stdout.lines().filter(|line| line.starts_with("note ") && line.contains(path)).count();
        assert!(told >= 1, "{path} is not told:\n{}", run.stdout);
    }
    assert!(sums_agree(archive.path()));
    assert_eq!(verify(&archive), (0, Vec::new()));
    // A clone has the links too, and the same seal.
    git(archive.path(), &["add", "--all"]);
    git(archive.path(), &["commit", "--quiet", "--message=sealed"]);
    let other = Archive::empty();
    git(other.path(), &["clone", "--quiet", archive.path().to_str().unwrap(), "."]);
    assert!(fs::symlink_metadata(other.join("ring/a")).unwrap().is_symlink());
    assert!(sums_agree(other.path()));
    assert_eq!(verify(&other), (0, Vec::new()));
    // On a system without links git writes what they say into files; these were never sealed, and that is all.
    let plain = Archive::empty();
    git(plain.path(), &["clone", "--quiet", "-c", "core.symlinks=false", archive.path().to_str().unwrap(), "."]);
    assert!(sums_agree(plain.path()));
    let (code, said) = verify(&plain);
    assert!(said.iter().all(|line| line.starts_with("extra ")), "{code} {said:?}");
}

#[test]
fn a_link_that_changes_or_comes_is_no_change_of_what_is_sealed() {
    let archive = linked();
    assert_eq!(archive.run(&["seal"]).code, 0);
    fs::remove_file(archive.join("chain.md")).unwrap();
    symlink(POST, archive.join("chain.md")).unwrap();
    fs::remove_file(archive.join("self")).unwrap();
    symlink("nowhere", archive.join("another")).unwrap();
    assert_eq!(verify(&archive), (0, Vec::new()));
    assert_eq!(archive.run(&["seal"]).code, 0);
    assert_eq!(sealed(&archive), [POST, KEPT, "ring/file"]);
}

#[test]
fn a_link_in_place_of_a_sealed_file_is_found_even_if_it_leads_to_the_same_bytes() {
    let archive = linked();
    assert_eq!(archive.run(&["seal"]).code, 0);
    let outside = Archive::empty();
    outside.write("copy.md", POST.as_bytes());
    fs::remove_file(archive.join(POST)).unwrap();
    symlink(outside.join("copy.md"), archive.join(POST)).unwrap();
    assert!(sums_agree(archive.path()), "sha256sum follows links, and cannot tell");
    assert_eq!(verify(&archive), (1, vec![format!("missing {POST}")]));
    // A new sealing does not bless it, nor lose the line.
    assert_eq!(archive.run(&["seal"]).code, 1);
    assert!(sealed(&archive).contains(&POST.to_owned()));
    // What was sealed is not written through it, and where it leads nothing changes.
    let copy = Archive::empty();
    copy.write(POST, POST.as_bytes());
    let run = archive.run(&["repair", "--from", copy.path().to_str().unwrap(), "--apply"]);
    assert_eq!(run.code, 1, "{}", run.stdout);
    assert!(run.stdout.contains("no regular file; move it away"), "{}", run.stdout);
    // Git that is asked about the file sees a link too.
    git(archive.path(), &["add", "--all"]);
    git(archive.path(), &["commit", "--quiet", "--message=swap"]);
    assert_eq!(verify(&archive).0, 1);
}

#[test]
fn a_link_in_place_of_a_folder_is_found() {
    let archive = linked();
    assert_eq!(archive.run(&["seal"]).code, 0);
    fs::rename(archive.join("old_post"), archive.join("moved")).unwrap();
    symlink("moved", archive.join("old_post")).unwrap();
    assert!(sums_agree(archive.path()));
    let (code, said) = verify(&archive);
    assert!(said.iter().any(|line| line.ends_with(KEPT)), "{code} {said:?}");
    // With the same bytes elsewhere it has moved; where the bytes are outside it is missing.
    fs::remove_file(archive.join("old_post")).unwrap();
    let outside = Archive::empty();
    fs::create_dir(outside.join("old_post")).unwrap();
    fs::copy(archive.join("moved/2021-01-17-b.md"), outside.join(KEPT)).unwrap();
    fs::remove_dir_all(archive.join("moved")).unwrap();
    symlink(outside.join("old_post"), archive.join("old_post")).unwrap();
    assert!(sums_agree(archive.path()));
    assert_eq!(verify(&archive), (1, vec![format!("missing {KEPT}")]));
}

#[test]
fn a_file_in_place_of_a_link_is_a_new_file() {
    let archive = linked();
    assert_eq!(archive.run(&["seal"]).code, 0);
    fs::remove_file(archive.join("chain.md")).unwrap();
    archive.write("chain.md", b"a file now");
    assert_eq!(verify(&archive).1, ["extra chain.md"]);
    assert_eq!(archive.run(&["seal"]).code, 0);
    assert_eq!(sealed(&archive).len(), 4);
    assert!(sums_agree(archive.path()));
}

#[test]
fn a_bag_has_no_links() {
    let (archive, place) = (linked(), Archive::empty());
    let bag = place.join("bag");
    assert_eq!(archive.run(&["seal", "--bagit", bag.to_str().unwrap()]).code, 0);
    let links = Command::new("find").arg(&bag).args(["-type", "l"]).output().unwrap();
    assert!(links.stdout.is_empty(), "{}", String::from_utf8_lossy(&links.stdout));
    assert_eq!(archive.run(&["verify", bag.to_str().unwrap()]).code, 0);
}
