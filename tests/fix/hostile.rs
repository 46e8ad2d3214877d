//! Files that resist: line ends, encodings, permissions, links, a git that has something to lose, a seal.

use std::fs;
use std::process::Command;

use crate::archive::Archive;

const HEAD: &str = "---\nlayout: post\ntitle: \"x\"\ndate: 2022-01-17 07:46:06 +0800\ncategories: a\n---\n";

/// An archive with an old name, and one post.
fn archive(path: &str, bytes: &[u8]) -> Archive {
    let archive = Archive::empty();
    archive.write("_config.yml", b"url: https://new.example\ntimezone: Asia/Shanghai\n");
    archive.write("postproof.yml", b"site: {aliases: [old.example]}\n");
    archive.write(path, bytes);
    archive
}

fn git(archive: &Archive, arguments: &[&str]) {
    let output = Command::new("git")
        .args(["-c", "user.name=a", "-c", "user.email=a@b.cn", "-c", "init.defaultBranch=main"])
        .args(arguments)
        .current_dir(archive.path())
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

const POST: &str = "_posts/2022-01-17-a.md";

fn mended(bytes: &[u8]) -> Vec<u8> {
    let archive = archive(POST, bytes);
    archive.run(&["fix", "."]);
    fs::read(archive.join(POST)).unwrap()
}

#[test]
fn line_ends_marks_and_other_bytes_stay() {
    let windows = HEAD.replace('\n', "\r\n");
    assert_eq!(
        mended(format!("\u{FEFF}{windows}[a](//old.example/)\r\n[b](//old.example/b) \u{2028}\r").as_bytes()),
        format!("{windows}[a](//new.example/)\r\n[b](//new.example/b) \u{2028}\r").as_bytes()
    );
    // GBK, a NUL and no line end.
    let mixed = |host: &str| {
        [HEAD.as_bytes(), format!("<//{host}/x> [a](//{host}/)").as_bytes(), b"\xD0\xC2\xCE\xC5\0\xFF"].concat()
    };
    let old = [HEAD.as_bytes(), b"[a](//old.example/) \xD0\xC2\xCE\xC5\0\xFF"].concat();
    let new = [HEAD.as_bytes(), b"[a](//new.example/) \xD0\xC2\xCE\xC5\0\xFF"].concat();
    assert_eq!(mended(&old), new);
    assert_eq!(mended(&mixed("other.example")), mixed("other.example"));
    assert_eq!(mended(b""), b"");
}

#[cfg(unix)]
#[test]
fn permissions_hold_and_links_and_read_only_files_are_told() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let archive = archive(POST, format!("{HEAD}[a](//old.example/)\n").as_bytes());
    archive.write("_posts/2022-01-18-b.md", format!("{HEAD}[a](//old.example/)\n").as_bytes());
    symlink("2022-01-17-a.md", archive.join("_posts/2022-01-19-c.md")).unwrap();
    fs::set_permissions(archive.join(POST), fs::Permissions::from_mode(0o640)).unwrap();
    fs::set_permissions(archive.join("_posts/2022-01-18-b.md"), fs::Permissions::from_mode(0o444)).unwrap();
    let run = archive.run(&["fix", "."]);
    assert_eq!(run.code, 1, "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("2022-01-18-b.md\n  not written: it is read-only"), "{}", run.stdout);
    assert!(run.stdout.contains("2022-01-19-c.md\n  not written: it is a symbolic link"), "{}", run.stdout);
    assert!(fs::read_to_string(archive.join(POST)).unwrap().contains("//new.example/"));
    assert!(fs::read_to_string(archive.join("_posts/2022-01-18-b.md")).unwrap().contains("//old.example/"));
    assert_eq!(fs::metadata(archive.join(POST)).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(fs::symlink_metadata(archive.join("_posts/2022-01-19-c.md")).unwrap().is_symlink());
}

#[test]
fn what_git_has_no_commit_of_waits() {
    let text = format!("{HEAD}[a](//old.example/)\n");
    let archive = archive(POST, text.as_bytes());
    git(&archive, &["init", "--quiet"]);
    let untracked = archive.run(&["fix", "."]);
    assert!(untracked.code == 1 && untracked.stdout.contains("not committed"), "{}", untracked.stdout);
    git(&archive, &["add", "--all"]);
    git(&archive, &["commit", "--quiet", "--message=m"]);
    archive.write(POST, format!("{text}\nmore\n").as_bytes());
    let dirty = archive.run(&["fix", "."]);
    assert!(dirty.code == 1 && dirty.stdout.contains("--allow-dirty"), "{}", dirty.stdout);
    assert_eq!(fs::read_to_string(archive.join(POST)).unwrap(), format!("{text}\nmore\n"));
    git(&archive, &["commit", "--quiet", "--all", "--message=n"]);
    let clean = archive.run(&["fix", "."]);
    assert_eq!(clean.code, 0, "{}", clean.stdout);
    assert!(fs::read_to_string(archive.join(POST)).unwrap().contains("//new.example/"));
    let allowed = archive.run(&["fix", ".", "--allow-dirty"]);
    assert_eq!((allowed.code, allowed.stdout.as_str()), (0, "nothing to mend\n"));
}

#[test]
fn what_is_sealed_is_left_alone_unless_told() {
    let archive = archive(POST, format!("{HEAD}[a](//old.example/)\n").as_bytes());
    assert_eq!(archive.run(&["seal", "."]).code, 0);
    let run = archive.run(&["fix", "."]);
    assert!(run.code == 0 && run.stdout.contains("left alone since sealed: 1 file"), "{}", run.stdout);
    assert_eq!(archive.run(&["verify", "."]).code, 0);
    assert_eq!(archive.run(&["fix", ".", "--archived"]).code, 0);
    assert_eq!(archive.run(&["verify", "."]).code, 1);
}

#[test]
fn a_wrong_rule_and_a_chosen_one() {
    let archive = archive(POST, format!("\u{FEFF}{HEAD}[a](//old.example/)\n").as_bytes());
    let wrong = archive.run(&["fix", ".", "--rules", "XX"]);
    assert!(wrong.code == 2 && wrong.stderr.contains("postproof rules"), "{}", wrong.stderr);
    assert_eq!(archive.run(&["fix", ".", "--rules", "byte-order-mark"]).code, 0);
    assert_eq!(fs::read_to_string(archive.join(POST)).unwrap(), format!("{HEAD}[a](//old.example/)\n"));
}
