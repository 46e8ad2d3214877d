//! The languages that postproof speaks.

use crate::archive::Archive;

const POST: &str = "
//- _posts/2022-01-17-a.md
---
layout: post
title: \"他说\"你好\"\"
date: 2022-01-17 07:46:06 +0800
categories: a
---
<p>正文</p>
";

#[test]
fn findings_are_said_in_the_language_that_is_asked_for() {
    let archive = Archive::new(POST);
    let english = archive.check(&[]).stdout;
    assert!(english.contains("did not find expected key while parsing a block mapping: Jekyll publishes"), "{english}");
    let chinese = archive.check(&["--lang", "zh"]).stdout;
    assert!(chinese.contains("解析块映射时未找到应有的键：Jekyll 发布这篇文章时不带其数据"), "{chinese}");
    assert!(chinese.contains("文章发布有误（published-wrong）") && chinese.contains("不健康：1 个错误"), "{chinese}");
}

#[test]
fn the_flag_wins_over_the_file_and_the_file_over_the_environment() {
    let archive = Archive::new(POST);
    let said = |args: &[&str], locale: &str| {
        let mut command = archive.command();
        command.env("LC_ALL", locale).args(["check", ".", "--offline", "--no-reports"]).args(args);
        let text = String::from_utf8(command.output().unwrap().stdout).unwrap();
        if text.contains("不健康") { "zh" } else { "en" }
    };
    assert_eq!(said(&[], "zh_CN.UTF-8"), "zh");
    assert_eq!(said(&[], "C.UTF-8"), "en");
    archive.write("postproof.yml", b"report: {language: zh}\n");
    assert_eq!(said(&[], "en_GB.UTF-8"), "zh");
    assert_eq!(said(&["--lang", "en"], "zh_CN.UTF-8"), "en");
}

#[test]
fn what_programs_know_a_finding_by_has_no_language() {
    let archive = Archive::new(POST);
    let without_words = |language: &str| {
        let mut report = archive.report(&["--lang", language]);
        report["run"] = serde_json::Value::Null;
        for finding in report["findings"].as_array_mut().unwrap() {
            finding["message"] = serde_json::Value::Null;
            finding["help"] = serde_json::Value::Null;
        }
        report.to_string()
    };
    assert_eq!(without_words("zh"), without_words("en"));
    assert!(archive.report(&["--lang", "zh"])["findings"][0]["message"].as_str().unwrap().contains("未找到"));
}

#[test]
fn a_language_that_is_not_spoken_is_refused() {
    let archive = Archive::new(POST);
    assert_eq!(archive.check(&["--lang", "de"]).code, 2);
    archive.write("postproof.yml", b"report: {language: klingon}\n");
    let run = archive.check(&[]);
    assert!(run.code == 2 && run.stderr.contains("write en or zh"), "{}", run.stderr);
}
