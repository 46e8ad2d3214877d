//! Places in pages of the web that links name.

use super::archive::Archive;
use super::online;
use super::server::Server;

#[test]
fn a_page_is_fetched_once_for_all_its_fragments() {
    let server = Server::http(|visit| match visit.path() {
        "/app" => visit.page("200 OK", b"<div id=root></div><script>fill()</script>"),
        _ => visit.page("200 OK", "<h2 id=one>一</h2><a name='二'></a><p>厦门日报新闻</p>".as_bytes()),
    });
    let archive = Archive::new(
        "//- _posts/2022-01-17-a.md
---
layout: post
title: \"a\"
date: 2022-01-17 07:46:06 +0800
---
[1](http://site.example/page#one) [2](http://site.example/page#%E4%BA%8C) [3](http://site.example/page#三)
[4](http://site.example/page#:~:text=厦门日报) [5](http://site.example/page#:~:text=%E5%8C%97%E4%BA%AC)
[6](http://site.example/page#/route) [7](http://site.example/app#any) [8](http://site.example/page)
[again](http://site.example/page#三)
",
    );
    let report = online(&archive, &server, &["--select", "LK005"]);
    let findings = report["findings"].as_array().unwrap();
    let told: Vec<(u64, u64, &str)> = findings
        .iter()
        .map(|finding| {
            let number = |key: &str| finding[key].as_u64().unwrap();
            (number("line"), number("column"), finding["url"].as_str().unwrap())
        })
        .collect();
    assert_eq!(
        told,
        [(6, 75, "http://site.example/page#三"), (7, 44, "http://site.example/page#:~:text=北京")],
        "{report:#}"
    );
    assert!(findings[0]["message"].as_str().unwrap().contains("no place named `三` (2 links in this file)"));
    let hits: Vec<String> = server.log.hits().iter().map(|hit| format!("{} {}", hit.method, hit.target)).collect();
    assert_eq!(hits.iter().filter(|hit| *hit == "GET /page").count(), 1, "{hits:?}");
    assert_eq!(hits.len(), 2, "{hits:?}");
    // What is remembered of the page says what it lacks.
    let again = online(&archive, &server, &["--select", "LK005"]);
    assert_eq!(again["findings"], report["findings"]);
    assert_eq!(server.log.count(), 2);
    // A place that nobody asked about is not known.
    archive.write("b.md", b"---\ntitle: b\n---\n[9](http://site.example/page#four)\n");
    let later = online(&archive, &server, &["--select", "LK005"]);
    assert_eq!(later["findings"].as_array().unwrap().len(), 3, "{later:#}");
    assert_eq!(server.log.count(), 3);
}
