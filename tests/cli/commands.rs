//! The commands beside `check`: what they print, and how they end.

use serde_json::{Value, json};

use crate::archive::{Archive, Run};

const SITE: &str = "
//- _config.yml
url: https://a.example
timezone: Asia/Shanghai
//- index.md
---
title: home
---
//- img/a.png
PNG
//- _posts/2022-01-17-one.md
---
layout: post
title: one
date: 2022-01-17 07:46:06 +0800
categories: news
---
one
//- _posts/2022-01-18-two.md
---
layout: post
title: two
date: 2022-01-18 07:46:06 +0800
published: false
---
two
//- old_post/2021-01-17-old.md
---
layout: post
title: old
date: 2021-01-17 07:46:06 +0800
categories: news
---
old
";

fn json_of(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}{}", run.stdout, run.stderr))
}

/// The head that a run printed.
fn head(run: &Run) -> &str {
    let line = run.stdout.lines().find_map(|line| line.strip_prefix("head")).unwrap();
    line.trim()
}

#[test]
fn what_was_sealed_is_intact() {
    let archive = Archive::new(SITE);
    archive.write("reports/health.json", b"{}");
    let sealed = archive.run(&["seal"]);
    assert_eq!(sealed.code, 0, "{}{}", sealed.stdout, sealed.stderr);
    assert!(sealed.stdout.starts_with("6 files are sealed: 6 new,"), "{}", sealed.stdout);
    let verified = archive.run(&["verify"]);
    assert_eq!(verified.code, 0, "{}{}", verified.stdout, verified.stderr);
    assert!(verified.stdout.starts_with("6 files are as they were sealed"), "{}", verified.stdout);
    assert_eq!(head(&sealed), head(&verified));
    let again = archive.run(&["seal"]);
    assert!(again.stdout.starts_with("6 files are sealed: 0 new,"), "{}", again.stdout);
    assert_eq!(head(&again), head(&sealed));
}

#[test]
fn every_kind_of_damage_is_told_by_its_path() {
    let archive = Archive::new(SITE);
    archive.run(&["seal"]);
    archive.write("index.md", b"changed");
    archive.write("new.md", b"new");
    std::fs::remove_file(archive.join("img/a.png")).unwrap();
    std::fs::rename(archive.join("_posts/2022-01-17-one.md"), archive.join("old_post/2022-01-17-one.md")).unwrap();
    let run = archive.run(&["verify"]);
    assert_eq!(run.code, 1, "{}", run.stdout);
    for words in [
        "altered: bring it back from git, or accept it by `postproof seal --accept PATH`\n  index.md\n",
        "missing: bring it back from git, or accept its loss by `postproof seal --accept PATH`\n  img/a.png\n",
        "  _posts/2022-01-17-one.md -> old_post/2022-01-17-one.md\n",
        "extra: run `postproof seal`, which seals it\n  new.md\n",
        "The archive is not intact.",
    ] {
        assert!(run.stdout.contains(words), "{words}\n{}", run.stdout);
    }
    let list = json_of(&archive.run(&["verify", "--format", "json"]));
    assert_eq!(list["intact"], false);
    let expected = json!({"altered": 1, "altered-in-move": 0, "extra": 1, "missing": 1, "moved": 1, "unreadable": 0});
    assert_eq!(list["counts"], json!({"intact": 3, "other": expected}));
    assert_eq!(list["files"][0]["path"], "_posts/2022-01-17-one.md");
    assert_eq!(list["files"][0]["to"], "old_post/2022-01-17-one.md");
}

#[test]
fn only_what_is_accepted_is_sealed_anew() {
    let archive = Archive::new(SITE);
    archive.run(&["seal"]);
    archive.write("index.md", b"changed");
    std::fs::remove_file(archive.join("img/a.png")).unwrap();
    let run = archive.run(&["seal"]);
    assert_eq!(run.code, 1, "{}", run.stdout);
    assert!(run.stdout.contains("missing     img/a.png"), "{}", run.stdout);
    assert_eq!(archive.run(&["verify"]).code, 1);
    let run = archive.run(&["seal", "--accept", "./index.md", "--accept", "img/a.png"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert_eq!(archive.run(&["verify"]).code, 0);
    let run = archive.run(&["seal", "--accept", "none.md"]);
    assert_eq!(run.code, 1, "{}", run.stdout);
    assert!(run.stdout.contains("unknown     none.md"), "{}", run.stdout);
}

#[test]
fn a_published_head_is_held_against_the_log() {
    let archive = Archive::new(SITE);
    let first = archive.run(&["seal"]);
    let first = head(&first);
    archive.write("_posts/2022-01-19-three.md", b"three");
    archive.run(&["seal"]);
    let grown = archive.run(&["verify", "--consistent-with", first]);
    assert_eq!(grown.code, 0, "{}{}", grown.stdout, grown.stderr);
    assert!(grown.stdout.contains(&format!("consistent: the log goes on from {first}")), "{}", grown.stdout);
    let (_, root) = head(&grown).split_once(':').unwrap();
    assert_eq!(archive.run(&["verify", "--root", root]).code, 0);
    let (_, old) = first.split_once(':').unwrap();
    assert_eq!(archive.run(&["verify", "--root", old]).code, 1);
    let never = format!("1:{}", "0".repeat(64));
    let run = archive.run(&["verify", "--consistent-with", &never]);
    assert_eq!(run.code, 1, "{}", run.stdout);
    assert!(run.stdout.contains("inconsistent"), "{}", run.stdout);
    archive.write("index.md", b"changed");
    archive.run(&["seal", "--accept", "index.md"]);
    let run = archive.run(&["verify", "--consistent-with", first]);
    assert_eq!(run.code, 1, "{}", run.stdout);
    assert!(run.stdout.contains("given up since: "), "{}", run.stdout);
    assert_eq!(archive.run(&["verify"]).code, 0);
}

#[test]
fn a_seal_that_is_not_there_or_damaged_is_told() {
    let archive = Archive::new(SITE);
    let run = archive.run(&["verify"]);
    assert_eq!(run.code, 3, "{}", run.stdout);
    assert!(run.stderr.contains("there is none; make one by `postproof seal`"), "{}", run.stderr);
    assert_eq!(archive.run(&["verify", "--root", "abc"]).code, 2);
    assert_eq!(archive.run(&["verify", "--consistent-with", "x:y"]).code, 2);
    archive.run(&["seal"]);
    archive.write(".postproof/seal/other.sha256", b"garbage\n");
    let run = archive.run(&["verify"]);
    assert_eq!(run.code, 1, "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("other.sha256"), "{}", run.stdout);
    assert_eq!(archive.run(&["seal"]).code, 3);
}

#[test]
fn every_address_has_its_source_and_every_other_file_a_reason() {
    let archive = Archive::new(SITE);
    let run = archive.run(&["site"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    for words in [
        "/news/2022/01/17/one.html  _posts/2022-01-17-one.md\n",
        "/img/a.png  img/a.png\n",
        "no address  _posts/2022-01-18-two.md: it says `published: false`\n",
        "/old_post/2021-01-17-old.html  old_post/2021-01-17-old.md\n",
    ] {
        assert!(run.stdout.contains(words), "{words}\n{}", run.stdout);
    }
    let list = json_of(&archive.run(&["site", "--format", "json"]));
    assert_eq!(list["unpublished"][0]["source"], "_posts/2022-01-18-two.md");
    let addresses = list["addresses"].as_array().unwrap();
    let post = addresses.iter().find(|address| address["source"] == "_posts/2022-01-17-one.md").unwrap();
    assert_eq!(post["address"], "/news/2022/01/17/one.html");
}

#[test]
fn what_stops_the_build_is_told() {
    let archive = Archive::new("//- a.md\n---\npermalink: ''\n---\n");
    let run = archive.run(&["site"]);
    assert!(run.stdout.contains("stops the build  a.md: its `permalink` is empty"), "{}", run.stdout);
}

#[test]
fn an_address_is_resolved_as_a_check_does() {
    let archive = Archive::new(SITE);
    for (address, code, words) in [
        ("/news/2022/01/17/one.html", 0, "leads to: document _posts/2022-01-17-one.md"),
        ("//a.example/news/2022/01/17/one", 0, "leads to: document _posts/2022-01-17-one.md"),
        ("/img/a.png", 0, "leads to: file img/a.png"),
        ("/", 0, "leads to: document index.md"),
        ("/2022/01/18/two.html", 1, "leads to: unpublished _posts/2022-01-18-two.md"),
        ("/nothing", 1, "the server looks for nothing, nothing.html, nothing/index.html"),
        ("https://b.example/x", 0, "on another host"),
        ("/news/2021/01/17/old.html", 1, "but it is in an archive folder"),
        ("/old_post/2021-01-17-old.md", 0, "a file of an archive folder lies at that path"),
        ("javascript:x", 1, "leads to: nowhere"),
    ] {
        let run = archive.run(&["site", "--resolve", address]);
        assert_eq!(run.code, code, "{address}: {}{}", run.stdout, run.stderr);
        assert!(run.stdout.contains(words), "{address}: {}", run.stdout);
    }
    let lead = json_of(&archive.run(&["site", "--resolve", "/img/a.png", "--format", "json"]));
    assert_eq!((&lead["kind"], &lead["source"], &lead["served"]), (&json!("file"), &json!("img/a.png"), &json!(true)));
}

#[test]
fn engines_are_shown_side_by_side() {
    let archive = Archive::empty();
    archive
        .write("a.md", "---\ntitle: 标\n---\n文 [返回](//a.cn/b c.html) [x](/y)\n\n<a href=\"/z\">z</a>\n".as_bytes());
    archive.write("b.md", b"<p>a<p>b\n\n[home](/)\n\n[x](/y\n");
    let list = json_of(&archive.run(&["links", "a.md", "b.md", "--format", "json"]));
    let rows = |file: usize| -> Vec<String> {
        let links = list[file]["links"].as_array().unwrap().iter();
        let row = |link: &Value| {
            let seen = |engine: &str| link["engines"][engine].as_str().unwrap().to_owned();
            let (kramdown, github, html) = (seen("kramdown"), seen("github"), seen("html"));
            let destination = link["destination"].as_str().unwrap();
            format!("{}:{} {kramdown} {github} {html} {destination}", link["line"], link["column"])
        };
        links.map(row).collect()
    };
    assert_eq!(
        rows(0),
        ["4:3 link malformed text //a.cn/b c.html", "4:25 link link text /y", "6:1 link link link /z",]
    );
    assert_eq!(rows(1).first().unwrap(), "3:1 swallowed link text /");
    let run = archive.run(&["links", "a.md"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stdout.contains("4:3       link       malformed  -          //a.cn/b c.html  返回\n"),
        "{}",
        run.stdout
    );
}

#[test]
fn secrets_in_addresses_are_not_printed() {
    let archive = Archive::empty();
    archive.write("a.md", b"<http://me:geheim@a.example/> [http://me:geheim@a.example/](/y)\n");
    for format in ["text", "json"] {
        let run = archive.run(&["links", "a.md", "--format", format]);
        assert!(run.stdout.contains("a.example") && !run.stdout.contains("geheim"), "{}", run.stdout);
    }
}

#[cfg(unix)]
#[test]
fn links_to_files_and_names_without_a_manifest_line_are_told() {
    use std::os::unix::ffi::OsStrExt;
    let archive = Archive::new(SITE);
    std::os::unix::fs::symlink("index.md", archive.join("link.md")).unwrap();
    let run = archive.run(&["seal"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("link.md is a symbolic link, which is not sealed"), "{}", run.stdout);
    assert_eq!(archive.run(&["verify"]).code, 0);
    std::fs::remove_file(archive.join("img/a.png")).unwrap();
    std::os::unix::fs::symlink("../index.md", archive.join("img/a.png")).unwrap();
    let run = archive.run(&["verify"]);
    assert_eq!(run.code, 1, "{}", run.stdout);
    assert!(run.stdout.contains("\n  img/a.png\n"), "{}", run.stdout);
    archive.write("a\nb.md", b"x");
    archive.write("Index.md", b"x");
    std::fs::write(archive.join("").join(std::ffi::OsStr::from_bytes(b"\xC4\xFA.md")), "x").unwrap();
    let run = archive.run(&["seal"]);
    assert_eq!(run.code, 1, "{}", run.stdout);
    for words in ["a line break in the name", "a name that is not UTF-8", "Index.md and index.md are one name"] {
        assert!(run.stdout.contains(words), "{words}: {}", run.stdout);
    }
    let run = archive.run(&["verify"]);
    assert!(run.stdout.contains("cannot be sealed: a name that is not UTF-8"), "{}", run.stdout);
    assert!(run.stdout.contains("cannot be sealed: a line break in the name"), "{}", run.stdout);
}

#[test]
fn files_that_are_no_text_are_refused_and_the_others_shown() {
    let archive = Archive::empty();
    archive.write("binary.md", b"\x89PNG\r\n\x1a\n\0\0\0");
    archive.write("gbk.md", b"\xC4\xFA [x](/y)\n");
    archive.write("hostile.md", "[\u{1b}[31m](/\u{202e}x)\n".as_bytes());
    let run = archive.run(&["links", "binary.md", "missing.md", ".", "gbk.md", "hostile.md"]);
    assert_eq!(run.code, 3);
    for words in ["binary.md is not text", "cannot read missing.md", "cannot read .", "gbk.md is not UTF-8"] {
        assert!(run.stderr.contains(words), "{words}: {}", run.stderr);
    }
    assert!(run.stdout.contains("/y"), "{}", run.stdout);
    assert!(!run.stdout.contains(['\u{1b}', '\u{202e}']), "{}", run.stdout);
    assert_eq!(archive.run(&["links"]).code, 2);
}

#[test]
fn what_is_no_folder_is_an_error_to_every_command() {
    let archive = Archive::empty();
    archive.write("file.md", b"x");
    for command in ["seal", "verify", "site"] {
        for (path, words) in [("missing", "there is no folder missing"), ("file.md", "file.md is a file, not a folder")]
        {
            let run = archive.run(&[command, path]);
            assert_eq!(run.code, 3, "{command} {path}: {}{}", run.stdout, run.stderr);
            assert!(run.stderr.contains(words), "{command} {path}: {}", run.stderr);
        }
    }
    assert!(!archive.join("missing").exists());
    archive.write("postproof.yml", b"fetch:\n  paec: 1s\n");
    for command in ["seal", "verify", "site"] {
        assert_eq!(archive.run(&[command]).code, 2, "{command}");
    }
}

#[test]
fn links_are_shown_as_the_settings_of_their_archive_have_them() {
    let archive = Archive::new("//- site/a/post.md\n<div>\n[a](/b)\n</div>\n");
    let seen = |config: &str| {
        archive.write("site/_config.yml", config.as_bytes());
        let run = archive.run(&["links", "site/a/post.md", "--format", "json"]);
        json_of(&run)[0]["links"][0]["engines"]["kramdown"].clone()
    };
    assert_eq!(seen("title: x\n"), json!("swallowed"));
    assert_eq!(seen("kramdown: {parse_block_html: true}\n"), json!("link"));
    std::fs::remove_file(archive.join("site/_config.yml")).unwrap();
    archive.write("site/postproof.yml", b"paec: 1\n");
    let run = archive.run(&["links", "site/a/post.md"]);
    assert_eq!(run.code, 2, "{}", run.stdout);
    assert!(run.stderr.contains("postproof.yml:1: `paec`"), "{}", run.stderr);
}
