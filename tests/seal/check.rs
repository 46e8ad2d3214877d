//! What a check says of an archive that was sealed.

use std::process::Command;

use crate::archive::Archive;

const ARCHIVE: &str = "
//- _config.yml
url: https://a.example
//- index.md
---
title: home
---
home
//- feed.html
---
layout: none
---
feed
//- _posts/2022-01-17-NW202201172249352683.md
---
layout: post
title: one
date: 2022-01-17 07:46:06 +0800
categories: news
---
one
//- old_post/2021-01-17-NW202101172249352683.md
---
layout: post
title: two
date: 2021-01-17 07:46:06 +0800
categories: news
---
two
//- old_post/2021-01-18-NW202101182249352683.md
---
layout: post
title: three
date: 2021-01-18 07:46:06 +0800
categories: news
---
three
";

const NEW: &str = "_posts/2022-01-17-NW202201172249352683.md";
const TWO: &str = "old_post/2021-01-17-NW202101172249352683.md";
const THREE: &str = "old_post/2021-01-18-NW202101182249352683.md";

fn sealed() -> Archive {
    let archive = Archive::new(ARCHIVE);
    let run = archive.run(&["seal"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    archive
}

/// Findings of the rules about fixity, as `path CODE`.
fn said(archive: &Archive) -> Vec<String> {
    archive
        .findings(&["--select", "FX"])
        .iter()
        .map(|line| line.replace(":1:1", "").replace(":null:null", ""))
        .collect()
}

fn git(archive: &Archive, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.args(["-c", "user.name=a", "-c", "user.email=a@b.cn"]).args(arguments).current_dir(archive.path());
    let output = command.env("GIT_CONFIG_GLOBAL", "/dev/null").output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn move_file(archive: &Archive, from: &str, to: &str) {
    std::fs::create_dir_all(archive.join(to).parent().unwrap()).unwrap();
    std::fs::rename(archive.join(from), archive.join(to)).unwrap();
}

#[test]
fn an_archive_as_it_was_sealed_has_no_finding() {
    let archive = sealed();
    assert_eq!(said(&archive), [""; 0]);
    // The bot moves a post to the archive folder.
    move_file(&archive, NEW, "old_post/2022-01-17-NW202201172249352683.md");
    assert_eq!(said(&archive), [""; 0]);
}

#[test]
fn what_is_altered_missing_or_new_is_told() {
    let archive = sealed();
    let text = std::fs::read_to_string(archive.join(TWO)).unwrap();
    archive.write(TWO, text.replace("two", "tw0").as_bytes());
    std::fs::remove_file(archive.join(THREE)).unwrap();
    archive.write("_posts/2022-01-18-NW202201182249352683.md", text.as_bytes());
    archive.write("about.md", b"---\ntitle: about\n---\n");
    let expected =
        ["_posts/2022-01-18-NW202201182249352683.md FX003", &format!("{TWO} FX001"), &format!("{THREE} FX002")];
    assert_eq!(said(&archive), expected);
    let run = archive.check(&["--select", "FX"]);
    assert_eq!(run.code, 1);
    assert!(run.stdout.contains("postproof repair --from HEAD"), "{}", run.stdout);
    // Without the comparison nothing is said, and nothing is said of it by other rules.
    archive.write("postproof.yml", b"seal:\n  check: false\n");
    assert_eq!(said(&archive), [""; 0]);
}

#[test]
fn a_move_with_a_change_is_told_where_the_file_is() {
    let archive = sealed();
    move_file(&archive, NEW, "old_post/2022-01-17-NW202201172249352683.md");
    archive.write("old_post/2022-01-17-NW202201172249352683.md", b"---\nlayout: post\n---\ncut");
    assert_eq!(said(&archive), ["old_post/2022-01-17-NW202201172249352683.md FX001"]);
}

#[test]
fn a_page_that_lost_its_front_matter_is_altered() {
    let archive = sealed();
    archive.write("feed.html", b"feed\n");
    assert_eq!(said(&archive), ["feed.html FX001"]);
}

#[cfg(unix)]
#[test]
fn a_link_in_place_of_a_post_is_not_the_post() {
    let archive = sealed();
    move_file(&archive, TWO, "copy.md");
    std::os::unix::fs::symlink("../copy.md", archive.join(TWO)).unwrap();
    assert_eq!(said(&archive), [format!("{TWO} FX001")]);
}

#[test]
fn line_ends_that_git_converts_are_no_change() {
    let archive = Archive::new(ARCHIVE);
    archive.write(".gitattributes", b"*.md text\n");
    git(&archive, &["init", "--quiet"]);
    git(&archive, &["add", "--all"]);
    git(&archive, &["commit", "--quiet", "--message=m"]);
    assert_eq!(archive.run(&["seal"]).code, 0);
    let text = std::fs::read_to_string(archive.join(TWO)).unwrap();
    archive.write(TWO, text.replace('\n', "\r\n").as_bytes());
    assert_eq!(said(&archive), [""; 0]);
    archive.write(TWO, text.replace('\n', "\r\n").replace("two", "TWO").as_bytes());
    assert_eq!(said(&archive), [format!("{TWO} FX001")]);
}

#[test]
fn a_seal_that_was_changed_is_told_and_one_that_cannot_be_read_ends_the_run() {
    let archive = sealed();
    let manifest = archive.join(".postproof/seal/2021-01.sha256");
    let text = std::fs::read_to_string(&manifest).unwrap();
    std::fs::write(&manifest, text.lines().next().unwrap()).unwrap();
    let expected = [".postproof/seal/2021-01.sha256 FX001".to_owned(), format!("{THREE} FX003")];
    assert_eq!(said(&archive), expected);
    std::fs::write(&manifest, text).unwrap();
    assert_eq!(said(&archive), [""; 0]);
    let companion = archive.join(".postproof/seal/seal.json");
    std::fs::write(&companion, "{").unwrap();
    let run = archive.check(&["--select", "FX"]);
    assert_eq!(run.code, 3, "{}", run.stdout);
    assert!(
        run.stdout.contains("git checkout -- .postproof/seal")
            || run.stderr.contains("git checkout -- .postproof/seal"),
        "{}{}",
        run.stdout,
        run.stderr
    );
}

#[test]
fn without_a_seal_nothing_is_said() {
    let archive = Archive::new(ARCHIVE);
    assert_eq!(said(&archive), [""; 0]);
    std::fs::create_dir_all(archive.join(".postproof/seal")).unwrap();
    assert_eq!(said(&archive), [""; 0]);
}
