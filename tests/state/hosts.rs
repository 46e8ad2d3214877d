//! Hosts as a whole: one report for one event, a budget that is shared by all, settings for some.

use serde_json::Value;
use std::fmt::Write as _;

use super::archive::Archive;
use super::{Server, addresses, age, finding, run, state};

fn findings<'r>(report: &'r Value, code: &str) -> Vec<&'r Value> {
    report["findings"].as_array().unwrap().iter().filter(|finding| finding["code"] == code).collect()
}

#[test]
fn a_host_of_which_everything_fails_is_reported_once() {
    let server = Server::start();
    let paths: Vec<String> = (0..30).map(|number| format!("fail/{number}")).collect();
    let archive = server.archive(&paths.iter().map(String::as_str).collect::<Vec<_>>());
    let (down, report) = run(&archive, &["--select", "NT"]);
    let found = findings(&report, "NT002");
    assert_eq!(found.len(), 1, "{found:#?}");
    let message = found[0]["message"].as_str().unwrap();
    let host = format!("site.example:{}", server.port);
    assert!(
        message.starts_with(&format!("everything that was asked of {host} fails today: 30 addresses (http-503 30)")),
        "{message}"
    );
    assert!(message.ends_with("(30 links in this file)"), "{message}");
    assert_eq!(found[0]["severity"], "warning");
    assert_eq!(found[0]["url"], format!("http://{host}/"));
    assert_eq!(addresses(&report).len(), 30, "each is listed all the same");
    assert_eq!(down.code, 0);

    // A few that failed long before are no part of this morning.
    let sql = "UPDATE addresses SET failures = 9, first_failure_at = first_failure_at - 9 * 86400000";
    state(&archive).execute(&format!("{sql} WHERE url LIKE '%/fail/1_'"), ()).unwrap();
    let (_, report) = run(&archive, &["--select", "NT"]);
    let found = findings(&report, "NT002");
    assert_eq!(found.len(), 11);
    assert_eq!(found.iter().filter(|finding| finding["severity"] == "error").count(), 10);
    assert!(found.iter().any(|finding| finding["message"].as_str().unwrap().contains("fails today: 20 addresses")));

    // Where most of them did, it is the host that is gone.
    state(&archive).execute(sql, ()).unwrap();
    let (gone, report) = run(&archive, &["--select", "NT"]);
    let found = findings(&report, "NT002");
    assert_eq!((found.len(), found[0]["severity"].as_str()), (1, Some("error")));
    assert!(found[0]["message"].as_str().unwrap().contains("(http-503 30), since 20"), "{found:#?}");
    assert_eq!(gone.code, 1);
}

#[test]
fn an_international_name_is_one_host_in_either_of_its_forms() {
    let server = Server::start();
    for (written, resolved) in [
        ("例え.テスト", "例え.テスト"),
        ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
        ("xn--r8jz45g.xn--zckzah", "例え.テスト"),
        ("XN--R8JZ45G.XN--ZCKZAH", "XN--R8JZ45G.xn--zckzah"),
    ] {
        let archive = Archive::empty();
        let link = format!("http://{written}:{}/ok/1", server.port);
        archive.write("a.md", format!("---\ntitle: a\n---\n[a]({link})\n").as_bytes());
        let (_, report) = run(&archive, &["--resolve", &format!("{resolved}:127.0.0.1")]);
        assert_eq!(addresses(&report), ["ok/1 alive"], "{written} by {resolved}");
        let url = report["addresses"][0]["url"].as_str().unwrap();
        assert!(url.contains("xn--r8jz45g.xn--zckzah") || url.contains("例え.テスト"), "{url}");
        assert_eq!(server.take(), ["ok/1"]);
    }
}

#[test]
fn one_that_answers_speaks_for_its_host() {
    let server = Server::start();
    let archive = server.archive(&["fail/1", "fail/2", "fail/3", "ok/1"]);
    let (_, report) = run(&archive, &[]);
    assert_eq!(findings(&report, "NT002").len(), 3);
    // Today only what fails is asked again, but what was well yesterday is no reason to call it mixed.
    let (_, report) = run(&archive, &[]);
    assert_eq!(findings(&report, "NT002").len(), 1);
}

#[test]
fn hosts_that_do_not_exist_are_reported_once() {
    let archive = Archive::empty();
    let mut post = "---\nlayout: post\ntitle: x\ndate: 2022-01-17 07:46:06 +0800\n---\n".to_owned();
    for number in 0..12 {
        writeln!(post, "[a](http://gone.invalid/{number}) [b](https://gone.invalid/{number})").unwrap();
    }
    post.push_str("[c](http://lone.invalid/)\n[d](http://site.example:1/)");
    archive.write("_posts/2022-01-17-a.md", post.as_bytes());
    let server = Server::start();
    archive.write("_posts/2022-01-18-b.md", format!("---\ntitle: y\n---\n[e]({})\n", server.url("ok/1")).as_bytes());
    let (_, report) = run(&archive, &["--select", "NT"]);
    let found: Vec<&str> = findings(&report, "NT001").iter().map(|f| f["message"].as_str().unwrap()).collect();
    // Where this machine has no resolver, names fail instead of not being there, which is the host's event too.
    let (all, code) = if found.is_empty() {
        ("everything that was asked of gone.invalid", "NT002")
    } else {
        ("gone.invalid", "NT001")
    };
    let found = findings(&report, code);
    let of_host: Vec<&&Value> =
        found.iter().filter(|f| f["message"].as_str().unwrap().contains("gone.invalid")).collect();
    assert_eq!(of_host.len(), 1, "{found:#?}");
    let message = of_host[0]["message"].as_str().unwrap();
    assert!(message.starts_with(all) && message.contains(": 24 addresses"), "{message}");
}

#[test]
fn an_address_that_comes_and_goes_is_named_as_such() {
    let server = Server::start();
    let archive = server.archive(&["fail/1", "ok/1"]);
    run(&archive, &[]);
    let sql = "UPDATE addresses SET recent = 21, checks = 6, failures = 1 WHERE url LIKE '%fail%'";
    assert_eq!(state(&archive).execute(sql, ()).unwrap(), 1);
    let (_, report) = run(&archive, &[]);
    let found = finding(&report, "NT002");
    let message = found["message"].as_str().unwrap();
    assert!(message.contains("comes and goes (5 changes in its last 16 checks): now it answers 503"), "{message}");
    assert_eq!(found["severity"], "warning");
}

#[test]
fn the_settings_say_when_a_failure_is_certain() {
    let server = Server::start();
    let archive = server.archive(&["fail/1", "ok/1"]);
    archive.write("postproof.yml", b"fetch: {confirm: {runs: 2, days: 0}}\n");
    let severity = || finding(&run(&archive, &[]).1, "NT002")["severity"].clone();
    assert_eq!([severity(), severity()], ["warning", "error"]);
}

#[test]
fn a_budget_goes_through_everything_and_tells_what_is_left() {
    let server = Server::start();
    let archive = server.archive(&["ok/1", "ok/2", "gone/3", "ok/4", "ok/5"]);
    let mut asked = Vec::new();
    for left in [3, 1] {
        let (run, report) = run(&archive, &["--budget", "2"]);
        asked.extend(server.take());
        let skipped = addresses(&report).iter().filter(|line| line.ends_with("skipped")).count();
        assert_eq!(skipped, left, "{:?}", addresses(&report));
        assert_eq!(report["run"]["complete"], true);
        assert!(run.code < 2);
    }
    run(&archive, &["--budget", "2"]);
    asked.extend(server.take());
    asked.sort();
    assert_eq!(asked, ["gone/3", "ok/1", "ok/2", "ok/4", "ok/5"]);

    // What is due and not reached is told as it was.
    age(&archive, "ok/", 400);
    age(&archive, "gone/", 300);
    let (cut, report) = run(&archive, &["--budget", "1"]);
    assert_eq!(server.take().len(), 1);
    let known = addresses(&report);
    assert_eq!(known.iter().filter(|line| line.ends_with("alive remembered")).count(), 3, "{known:?}");
    assert_eq!(known[0], "gone/3 dead remembered");
    finding(&report, "NT001");
    assert_eq!(cut.code, 1);
}

#[test]
fn some_hosts_are_asked_otherwise() {
    let server = Server::start();
    let archive = server.archive(&["ok/1"]);
    let settings = "fetch:\n  hosts:\n    - {host: 'site.*', method: head, headers: {X-Key: $POSTPROOF_TEST_KEY}}\n";
    archive.write("postproof.yml", settings.as_bytes());
    let refused = archive.run(&["check", ".", "--no-reports"]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("the environment has no variable POSTPROOF_TEST_KEY"), "{}", refused.stderr);
    archive.write("postproof.yml", b"fetch: {hosts: [{host: '*', credentials: {user: me, password: open}}]}\n");
    let refused = archive.run(&["check", ".", "--no-reports"]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("write $NAME") && !refused.stderr.contains("open"), "{}", refused.stderr);
    let contact = archive.run(&["check", ".", "--no-reports", "--contact", "a (b)"]);
    assert_eq!(contact.code, 2, "{}", contact.stderr);
}
