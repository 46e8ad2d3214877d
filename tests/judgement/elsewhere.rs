//! What another place saw of pages, brought here: the whole way, from its NDJSON to the findings here.

use std::fs;

use super::archive::Archive;
use super::online;
use super::rules::{page, told};
use super::server::Server;

const ARCHIVE: &str = "//- postproof.yml
source_link: 'http://site.example/share.html?id={id}'
//- _posts/2022-01-17-3.md
---
layout: post
title: \"地铁六号线全线贯通\"
date: 2022-01-17 07:46:06 +0800
---
<p>昨日上午，随着最后一台盾构机破土而出，地铁六号线实现全线隧道贯通。</p>

<http://site.example/share.html?id=3>

[there](http://site.example/page#one) [not there](http://site.example/page#two)
[gone](http://site.example/gone) [said to be found](http://site.example/not-found)
";

#[test]
fn what_another_place_saw_is_judged_here_without_a_question() {
    let server = Server::http(|visit| match visit.path() {
        "/share.html?id=3" => page(visit, "本地天气", "<p>今天多云转晴，最高气温二十七度，适合外出活动。</p>"),
        "/page" => page(visit, "page", "<h2 id=one>one</h2>"),
        "/not-found" => page(visit, "404", "<p>页面不存在</p>"),
        _ => visit.answer("404 Not Found", &[]),
    });
    let (there, here) = (Archive::new(ARCHIVE), Archive::new(ARCHIVE));
    let judged = ["--judge", "all", "--select", "NT,LK005"];
    let told_there = online(&there, &server, &[&judged[..], &["--vantage", "shanghai"]].concat());
    let written = [&judged[..], &["--format", "ndjson=outcomes.ndjson"]].concat();
    let report = online(&there, &server, &written);
    let listed = report["addresses"].as_array().unwrap();
    assert!(
        listed.iter().all(|address| address["verdict"] != "alive"),
        "what is handed over is not listed: {report:#}"
    );
    let asked = server.log.count();
    here.write("outcomes.ndjson", &fs::read(there.join("outcomes.ndjson")).unwrap());
    let told_here = online(&here, &server, &[&judged[..], &["--import", "outcomes.ndjson"]].concat());
    assert_eq!(server.log.count(), asked, "what was learnt there is asked again: {:?}", server.log.hits());
    let codes = |report: &serde_json::Value| -> Vec<String> {
        told(report).iter().map(|words| words.split(' ').next().unwrap_or_default().to_owned()).collect()
    };
    let mut expected = codes(&told_there);
    expected.sort_unstable();
    assert_eq!(expected, ["LK005", "NT001", "NT005", "NT006"], "{told_there:#}");
    let mut same = codes(&told_here);
    same.sort_unstable();
    assert_eq!(same, expected, "{told_here:#}");
    let drift = |report| told(report).into_iter().find(|words| words.starts_with("NT006")).unwrap();
    let figures = "shows something else: 0 % of the title and 0 % of the lead are there";
    assert!(drift(&told_here).contains(figures) && drift(&told_there).contains(figures));
}
