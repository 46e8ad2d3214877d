//! Formats as a user asks for them: where each goes, and what is in it.

use serde_json::Value;

use crate::archive::{Archive, findings};

const BLOG: &str = "
//- _config.yml
url: https://a.example
//- _posts/2022-01-17-a.md
---
layout: post
title: \"他说\"好\"\"
date: 2022-01-17 07:46:06 +0800
categories: news
---
<>
//- _posts/2022-01-18-b.md
---
layout: post
title: b
date: 明天
categories: news
---
b
";

/// Every format but the terminal's, and the file that it is written to.
const FILES: [(&str, &str); 11] = [
    ("json", "health.json"),
    ("markdown", "health.md"),
    ("ndjson", "health.ndjson"),
    ("csv", "health.csv"),
    ("junit", "health.junit.xml"),
    ("sarif", "health.sarif"),
    ("github", "health.github.txt"),
    ("github-summary", "health.github.md"),
    ("gitlab", "health.gitlab.json"),
    ("badge", "health.badge.json"),
    ("prometheus", "health.prom"),
];

#[test]
fn every_format_is_written_at_once_and_none_is_taken_for_the_archive() {
    let archive = Archive::new(BLOG);
    let before: Value = archive.report(&[]);
    assert_eq!(archive.findings(&["--select", "FM008"]), ["_posts/2022-01-18-b.md:4:7 FM008"]);
    let mut arguments = vec!["check", ".", "--offline"];
    for (name, _) in FILES {
        arguments.extend(["--format", name]);
    }
    let run = archive.run(&arguments);
    assert_eq!(run.code, 1, "{}{}", run.stdout, run.stderr);
    for (name, file) in FILES {
        let text = std::fs::read_to_string(archive.join("reports").join(file)).unwrap();
        assert!(text.contains("FM008") || name == "badge", "{name}: {text}");
    }
    let after: Value = archive.report(&[]);
    assert_eq!(after["archive"], before["archive"], "the reports are no files of the archive");
}

#[test]
fn a_format_goes_to_a_file_of_its_own_or_to_standard_output() {
    let archive = Archive::new(BLOG);
    let run = archive.check(&["--format", "sarif=out/deep/x.sarif", "--format", "github=-"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(run.stdout.starts_with("::error file=_posts/2022-01-18-b.md,line=4,endLine=4,col="), "{}", run.stdout);
    let log: Value = serde_json::from_slice(&std::fs::read(archive.join("out/deep/x.sarif")).unwrap()).unwrap();
    assert_eq!(log["runs"][0]["results"][0]["ruleId"], "FM008");
}

#[test]
fn a_format_that_is_none_is_told_with_the_one_that_is_like_it() {
    let archive = Archive::new(BLOG);
    let stderr = |format: &str| {
        let run = archive.check(&["--format", format]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{format}: {}", run.stderr);
        run.stderr
    };
    for (typed, nearest) in
        [("josn", "json"), ("JSON", ""), ("josn=out.json", "json"), ("gihub-summary=-", "github-summary")]
    {
        let told = stderr(typed);
        let name = typed.split('=').next().unwrap();
        assert!(
            told.contains(&format!("invalid value '{name}' for '--format <NAME[=FILE]>'\n  [possible values: ")),
            "{told}"
        );
        assert!(nearest.is_empty() || told.contains(&format!("tip: a similar value exists: '{nearest}'")), "{told}");
    }
    assert!(!stderr("word").contains("tip:"));
    for nothing in ["", "=x"] {
        assert!(stderr(nothing).contains("a value is required for '--format <NAME[=FILE]>'"), "{nothing}");
    }
    assert!(!archive.join("out.json").exists());
}

#[test]
fn forges_get_paths_from_the_top_of_the_repository() {
    let archive = Archive::empty();
    for line in BLOG.split("//- ").skip(1) {
        let (path, text) = line.split_once('\n').unwrap();
        archive.write(&format!("sites/blog/{path}"), text.as_bytes());
    }
    let git = std::process::Command::new("git").args(["init", "-q"]).current_dir(archive.path()).status().unwrap();
    assert!(git.success());
    let run = archive.run(&["check", "sites/blog", "--offline", "--no-reports", "--format", "github=-"]);
    assert!(run.stdout.starts_with("::error file=sites/blog/_posts/2022-01-18-b.md,"), "{}", run.stdout);
    let run = archive.run(&["check", "sites/blog", "--offline", "--no-reports", "--format", "json=-"]);
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let found = findings(&report);
    assert!(found.contains(&"_posts/2022-01-18-b.md:4:7 FM008".to_owned()), "{found:?}");
}

#[test]
fn the_help_names_every_format() {
    let help = Archive::empty().run(&["check", "--help"]).stdout;
    let words: Vec<&str> = help.split(|c: char| !c.is_alphanumeric() && c != '-').collect();
    for (name, _) in FILES {
        assert!(words.contains(&name), "{name} is not in the help");
    }
}
