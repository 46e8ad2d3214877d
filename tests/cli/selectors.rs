//! Words that name no rule, flags before the command, and paths from the environment.

use crate::archive::{Archive, Run};

const SITE: &str = "
//- _config.yml
url: https://a.example
//- _posts/2022-01-17-one.md
---
layout: post
title: 1
date: 2022-01-17 07:46:06 +0800
categories: news
---
one
";

#[test]
fn a_word_that_names_no_rule_is_refused_with_the_nearest() {
    let archive = Archive::new(SITE);
    for arguments in [
        &["--select", "LK0004"][..],
        &["--select", "FM,LK0004"],
        &["--ignore", "LK0004"],
        &["--severity", "LK0004=info"],
    ] {
        let run = archive.check(arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains("`LK0004` is no rule; did you mean `LK004`?"), "{}", run.stderr);
    }
    for text in ["rules: {select: [fm-missing]}", "rules: {ignore: [x]}", "rules: {paths: [{glob: '*', ignore: [x]}]}"]
    {
        archive.write("postproof.yml", text.as_bytes());
        let run = archive.check(&[]);
        assert!(run.code == 2 && run.stderr.contains("is no rule; did you mean"), "{text}: {}", run.stderr);
    }
    archive.write("postproof.yml", b"rules: {select: [fm, broken-internal-link, ALL]}");
    assert!(archive.check(&[]).code < 2);
}

#[test]
fn flags_before_the_command_are_those_behind_it() {
    let archive = Archive::new(SITE);
    let behind = archive.run(&["verify", ".", "--lang", "zh"]);
    for before in [&["--lang", "zh", "verify", "."][..], &["--lang=zh", "verify", "."]] {
        let run = archive.run(before);
        assert_eq!((run.code, run.stderr), (behind.code, behind.stderr.clone()), "{before:?}");
    }
    let check = ["--offline", "--no-reports"];
    for first in [
        &["--lang", "zh", "check", "."][..],
        &["--lang", "zh", "--color", "never", "check", "."],
        &["--lang", "zh", "."],
        &["--color", "never", "--lang", "zh"],
    ] {
        let run = archive.run(&[first, &check].concat());
        assert!(run.code < 2 && run.stdout.contains("健康"), "{first:?}: {} {}", run.stdout, run.stderr);
    }
    assert_eq!(archive.run(&["--lang", "klingon", "check", "."]).code, 2);
    assert_eq!(archive.run(&["--color", "never", "seal", "."]).code, 2, "a command takes only its own flags");
}

#[test]
fn a_schema_from_the_environment_is_looked_for_in_the_working_folder() {
    let archive = Archive::new(SITE);
    archive.write("schema.json", br#"{"properties": {"title": {"type": "string"}}}"#);
    archive.write("site/_posts/2022-01-17-one.md", b"---\nlayout: post\ntitle: 1\n---\none\n");
    archive.write("site/other.json", br#"{"properties": {"title": {"type": "string"}}}"#);
    let arguments = ["check", "site", "--offline", "--no-reports", "--select", "FM005"];
    let run = |schema: &str| {
        Run::of(&archive.command().env("POSTPROOF_FRONT_MATTER_SCHEMA", schema).args(arguments).output().unwrap())
    };
    let found = run("schema.json");
    assert!(found.code == 1 && found.stdout.contains("FM005"), "{}{}", found.stdout, found.stderr);
    // One that a settings file names lies beside the file.
    assert!(run("other.json").code > 1);
    archive.write("site/postproof.yml", b"front_matter: {schema: other.json}");
    let found = run("");
    assert!(found.code == 1 && found.stdout.contains("FM005"), "{}{}", found.stdout, found.stderr);
}
