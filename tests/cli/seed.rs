//! The kind of post that the archive is made of, alone in a folder.

use crate::archive::{Archive, findings};

const POST: &str = "//- _config.yml
url: https://finews.withounder.com
timezone: Asia/Shanghai
//- _layouts/post.html
{{ content }}
//- index.html
---
layout: post
title: 首页
---
//- _posts/2022-01-17-NW202201172249352683.md
---
layout: post
title: \"海边的邮局重新开门\"
date: 2022-01-17 07:46:06 +0800
categories: shamenribao
tags: 厦门日报新闻
---
<p>邮局在海边。</p>
 <p>它关了三年。</p><p class=\"em_media\">（文章来源：厦门日报）</p>

<http://finews.zning.xyz/html_News/NewsShare.html?infoCode=NW202201172249352683>

[返回厦门日报新闻](//finews.withounder.com/category/shamenribao.html)｜[返回首页](//finews.withounder.com/)";

#[test]
fn its_three_links_are_found_and_only_the_source_link_is_for_the_web() {
    let archive = Archive::new(POST);
    let report = archive.report(&[]);
    let links = &report["summary"]["links"];
    assert_eq!((links["occurrences"].as_u64(), links["internal"].as_u64()), (Some(3), Some(2)), "{links}");
    assert_eq!(links["external"], 1);
    let address = &report["addresses"][0];
    assert_eq!(address["url"], "http://finews.zning.xyz/html_News/NewsShare.html?infoCode=NW202201172249352683");
    assert_eq!((address["verdict"].as_str(), address["reason"].as_str()), (Some("skipped"), Some("offline")));
    assert_eq!(address["places"][0]["line"], 11);
    assert_eq!(findings(&report), ["_posts/2022-01-17-NW202201172249352683.md:13:1 LK004"]);
    let finding = &report["findings"][0];
    assert_eq!((finding["column"].as_u64(), finding["end_column"].as_u64()), (Some(1), Some(62)));
    assert!(finding["message"].as_str().unwrap().contains("/category/shamenribao.html"), "{finding}");
}

#[test]
fn with_its_category_page_it_is_healthy() {
    let archive = Archive::new(POST);
    archive.write("category/shamenribao.html", "---\nlayout: post\ntitle: 厦门日报新闻\n---\n".as_bytes());
    let run = archive.check(&[]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert_eq!(archive.findings(&[]), Vec::<String>::new());
}

#[test]
fn the_same_input_gives_the_same_report_whatever_the_threads() {
    let archive = Archive::new(POST);
    for number in 0..50 {
        let post = POST.split("//- _posts/2022-01-17-NW202201172249352683.md\n").nth(1).unwrap();
        archive.write(
            &format!("_posts/2022-01-17-{number}.md"),
            post.replace("shamenribao.html", &format!("{number}.html")).as_bytes(),
        );
    }
    let stable = |threads: &str| {
        let mut report = archive.report(&["--threads", threads]);
        report["run"] = serde_json::Value::Null;
        report.to_string()
    };
    assert_eq!(stable("1"), stable("4"));
}
