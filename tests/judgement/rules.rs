//! What pages, redirects and certificates tell, as findings of a run.

use serde_json::Value;

use super::archive::Archive;
use super::online;
use super::server::{Server, Visit};

const ARTICLE: &str = "<h1>地铁六号线全线贯通</h1><p>昨日上午，随着最后一台盾构机破土而出，地铁六号线实现全线隧道贯通，\
                       为明年年底试运营打下基础。六号线全长二十三公里，设站十七座，其中换乘站五座。</p>";

pub(crate) fn page(visit: &mut Visit<'_>, title: &str, body: &str) {
    let html = format!("<html><head><meta charset=utf-8><title>{title}</title></head><body>{body}</body></html>");
    visit.page("200 OK", html.as_bytes());
}

/// A post with a source link and other links.
fn post(number: u32, title: &str, links: &str) -> String {
    format!(
        "//- _posts/2022-01-17-{number}.md\n---\nlayout: post\ntitle: \"{title}\"\ndate: 2022-01-17 07:46:06 +0800\n---\n\
         <p>昨日上午，随着最后一台盾构机破土而出，地铁六号线实现全线隧道贯通。</p>\n\n\
         <http://site.example/share.html?id={number}>\n\n{links}\n"
    )
}

const SETTINGS: &str = "//- postproof.yml\nsource_link: 'http://site.example/share.html?id={id}'\n";

pub(crate) fn told(report: &Value) -> Vec<String> {
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .map(|finding| format!("{} {}", finding["code"].as_str().unwrap(), finding["message"].as_str().unwrap()))
        .collect()
}

#[test]
fn source_links_are_judged_by_what_their_pages_say() {
    let server = Server::http(|visit| match visit.path() {
        "/share.html?id=1" => page(visit, "地铁", ARTICLE),
        "/share.html?id=2" => page(visit, "没有找到", "<p>没有找到您要的文章。</p>"),
        "/share.html?id=3" => page(visit, "本地天气", "<p>今天多云转晴，最高气温二十七度，适合外出活动。</p>"),
        "/other" => page(visit, "404", "<p>页面不存在</p>"),
        _ => visit.answer("404 Not Found", &[]),
    });
    let archive = Archive::new(
        &[
            SETTINGS,
            &post(1, "地铁六号线全线贯通", "[other](http://site.example/other)"),
            &post(2, "地铁六号线全线贯通", ""),
            &post(3, "地铁六号线全线贯通", ""),
        ]
        .concat(),
    );
    let select = ["--select", "NT", "--all-addresses"];
    let expected = [
        "NT005 http://site.example/share.html?id=2 answers 200 with a page that says it was not found: \
         its title is “没有找到” and it says “没有找到您要的文章。”",
        "NT006 http://site.example/share.html?id=3 shows something else: 0 % of the title and 0 % of the lead are there",
    ];
    let first = online(&archive, &server, &select);
    assert_eq!(told(&first), expected, "{first:#}");
    let asked = server.log.count();
    assert_eq!(
        asked,
        3 + 1 + 2,
        "three pages, one that cannot exist, HEAD and GET for the other: {:?}",
        server.log.hits()
    );
    let suspect = &first["addresses"].as_array().unwrap()[2];
    assert_eq!((suspect["verdict"].as_str(), suspect["reason"].as_str()), (Some("suspect"), Some("soft-404")));
    assert!(suspect["evidence"].as_str().unwrap().contains("没有找到"), "{suspect}");
    // All of it is remembered.
    assert_eq!(told(&online(&archive, &server, &select)), expected);
    assert_eq!(server.log.count(), asked);
    // A fresh run asks for the pages again, and not for what cannot exist.
    assert_eq!(told(&online(&archive, &server, &[&select[..], &["--fresh"]].concat())), expected);
    assert_eq!(server.log.count(), asked + asked - 1);
    let all = online(&archive, &server, &[&select[..], &["--fresh", "--judge", "all"]].concat());
    assert_eq!(told(&all).len(), 3, "{all:#}");
    let none = online(&archive, &server, &[&select[..], &["--fresh", "--judge", "none"]].concat());
    assert_eq!(told(&none), Vec::<String>::new());
}

#[test]
fn a_page_that_has_not_changed_shows_what_it_showed() {
    let server = Server::http(|visit| {
        let known = visit.hit.header("if-none-match") == "\"v1\"";
        match visit.path() {
            "/share.html?id=1" if known => visit.answer("304 Not Modified", &["ETag: \"v1\""]),
            "/share.html?id=1" => {
                let html =
                    "<meta charset=utf-8><title>本地天气</title><p>今天多云转晴，最高气温二十七度，适合外出活动。</p>";
                visit.send(format!("HTTP/1.1 200 OK\r\nETag: \"v1\"\r\nContent-Length: {}\r\n\r\n{html}", html.len()));
            }
            _ => visit.answer("404 Not Found", &[]),
        }
    });
    let settings = format!("{SETTINGS}fetch: {{max_age: {{alive: 0}}}}\n");
    let archive = Archive::new(&[&settings, &*post(1, "地铁六号线全线贯通", "")].concat());
    for _ in 0..3 {
        let report = online(&archive, &server, &["--select", "NT", "--all-addresses"]);
        assert_eq!(told(&report).len(), 1, "{report:#}");
        assert!(told(&report)[0].starts_with("NT006"), "{report:#}");
    }
    let conditional = server.log.hits().iter().filter(|hit| !hit.header("if-none-match").is_empty()).count();
    assert_eq!(conditional, 2);
}

#[test]
fn redirects_are_judged_without_reading_a_page() {
    let server = Server::http(|visit| match visit.path() {
        "/" | "/sorry.html" => page(visit, "首页", ARTICLE),
        path if path.starts_with("/gone/") => visit.answer("302 Found", &["Location: /sorry.html"]),
        path if path.starts_with("/few/") => visit.answer("302 Found", &["Location: /sorry.html"]),
        path if path.starts_with("/home/") => visit.answer("301 Moved Permanently", &["Location: /"]),
        _ => visit.answer("404 Not Found", &[]),
    });
    let links: Vec<String> =
        (1000..1006).map(|number| format!("<http://site.example/gone/{number}.html>\n\n")).collect();
    let archive = Archive::new(&format!(
        "//- a.md\n---\ntitle: a\n---\n{}<http://site.example/home/2022/1.html>\n",
        links.concat()
    ));
    let report = online(&archive, &server, &["--select", "NT"]);
    let told = told(&report);
    assert_eq!(told.len(), 7, "{report:#}");
    assert!(
        told[..6].iter().all(|words| words.contains("leads to a page that many other addresses lead to")),
        "{told:#?}"
    );
    assert!(told[6].ends_with("leads to the home page of a site: redirects to http://site.example/"), "{told:#?}");
    assert_eq!(report["summary"]["links"]["by_verdict"]["suspect"], 7);
}

/// The findings as `CODE severity path`, sorted.
fn judged(report: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let findings = report["findings"].as_array().unwrap().iter();
    let mut lines: Vec<String> = findings
        .map(|finding| {
            let url = text(&finding["url"]);
            let path = url.splitn(4, '/').nth(3).unwrap();
            format!("{} {} {path}", text(&finding["code"]), text(&finding["severity"]))
        })
        .collect();
    lines.sort();
    lines
}

#[test]
fn what_cannot_be_judged_from_here_is_listed_and_is_no_fault() {
    let server = Server::http(|visit| match visit.path() {
        "/401" => visit.answer("401 Unauthorized", &["WWW-Authenticate: Basic"]),
        "/403" => visit.answer("403 Forbidden", &[]),
        "/451" => visit.answer("451 Unavailable For Legal Reasons", &[]),
        "/999" => visit.answer("999 Request denied", &[]),
        "/wall" => visit.answer("503 Service Unavailable", &["cf-mitigated: challenge"]),
        // What is only near to it: an error of the asker's, one of the server's, what is gone, and what is well.
        "/400" => visit.answer("400 Bad Request", &[]),
        "/503" => visit.answer("503 Service Unavailable", &[]),
        "/404" => visit.answer("404 Not Found", &[]),
        "/to-403" => visit.answer("302 Found", &["Location: /403"]),
        _ => visit.page("200 OK", b"page"),
    });
    let paths = ["401", "403", "451", "999", "wall", "400", "503", "404", "to-403", "200"];
    let links: Vec<String> = paths.iter().map(|path| format!("<http://site.example/{path}>\n\n")).collect();
    let archive = Archive::new(&format!("//- a.md\n---\ntitle: a\n---\n{}", links.concat()));
    let report = online(&archive, &server, &["--select", "NT001,NT002,NT003", "--no-state"]);
    let expected = [
        "NT001 error 404",
        "NT002 warning 400",
        "NT002 warning 503",
        "NT003 info 401",
        "NT003 info 403",
        "NT003 info 451",
        "NT003 info 999",
        "NT003 info to-403",
        "NT003 info wall",
    ];
    assert_eq!(judged(&report), expected, "{report:#}");
}

#[test]
fn what_moved_for_good_is_told_with_its_new_address() {
    let server = Server::http(|visit| match visit.path() {
        "/old/2022/1.html" => visit.answer("301 Moved Permanently", &["Location: /new/2022/1.html"]),
        "/old/2022/2.html" => visit.answer("308 Permanent Redirect", &["Location: /old/2022/1.html"]),
        // What is only near to it: for a while, in part for a while, for good to nothing, and to the home page.
        "/today/2022/3.html" => visit.answer("302 Found", &["Location: /new/2022/1.html"]),
        "/part/2022/4.html" => visit.answer("301 Moved Permanently", &["Location: /today/2022/3.html"]),
        "/lost/2022/5.html" => visit.answer("301 Moved Permanently", &["Location: /gone"]),
        "/home/2022/6.html" => visit.answer("301 Moved Permanently", &["Location: /"]),
        "/gone" => visit.answer("404 Not Found", &[]),
        _ => visit.page("200 OK", b"page"),
    });
    let paths = [
        "old/2022/1.html",
        "old/2022/2.html",
        "today/2022/3.html",
        "part/2022/4.html",
        "lost/2022/5.html",
        "home/2022/6.html",
        "new/2022/1.html",
    ];
    let links: Vec<String> = paths.iter().map(|path| format!("<http://site.example/{path}>\n\n")).collect();
    let archive = Archive::new(&format!("//- a.md\n---\ntitle: a\n---\n{}", links.concat()));
    let report = online(&archive, &server, &["--select", "NT001,NT004,NT005", "--no-state"]);
    let expected = [
        "NT001 error lost/2022/5.html",
        "NT004 warning old/2022/1.html",
        "NT004 warning old/2022/2.html",
        "NT005 warning home/2022/6.html",
    ];
    assert_eq!(judged(&report), expected, "{report:#}");
    for finding in report["findings"].as_array().unwrap().iter().filter(|finding| finding["code"] == "NT004") {
        let told = format!("{} {}", finding["message"], finding["help"]);
        assert!(told.contains("http://site.example/new/2022/1.html"), "{finding:#}");
    }
}

#[test]
fn trusting_everything_is_never_silent() {
    let server = Server::http(|visit| visit.page("200 OK", b"page"));
    let archive = Archive::new("//- a.md\n---\ntitle: a\n---\n<http://site.example/a>\n");
    assert_eq!(online(&archive, &server, &[])["run"]["insecure"], false);
    assert_eq!(online(&archive, &server, &["--insecure"])["run"]["insecure"], true);
    let resolve = format!("site.example:{}", server.address);
    let run = archive.run(&["check", ".", "--no-reports", "--allow-private", "--resolve", &resolve, "--insecure"]);
    assert!(
        format!("{}{}", run.stdout, run.stderr).contains("every certificate was trusted"),
        "{}{}",
        run.stdout,
        run.stderr
    );
    let run = archive.run(&["check", ".", "--no-reports", "--ca-file", "nowhere.pem"]);
    assert!(
        run.code != 0 && run.stderr.contains("fetch.ca_file: cannot read nowhere.pem"),
        "{} {}",
        run.code,
        run.stderr
    );
    archive.write("bad.pem", b"-----BEGIN NOTHING-----\n");
    let run = archive.run(&["check", ".", "--no-reports", "--ca-file", "bad.pem"]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert!(run.stderr.contains("extra certificates are"), "{}", run.stderr);
}
