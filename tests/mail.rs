//! Who takes the mail of domains, against a name server on loopback that also lies, and as a user runs it.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a test that fails is to stop"
)]

#[expect(dead_code, reason = "every test binary takes what it needs of it")]
#[path = "support/archive.rs"]
mod archive;

#[expect(dead_code, reason = "every test binary takes what it needs of it")]
#[path = "history/repository.rs"]
mod repository;

#[path = "mail/name_server.rs"]
mod name_server;

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, UdpSocket};
use std::time::Duration;

use archive::Archive;
use name_server::{Asked, NameServer};
use postproof::probe::{Cancel, MailError, MailSettings, Outcome, Reason, Verdict, ask_mail};
use repository::{Repository, check_online_in};
use serde_json::Value;

/// Longer than any answer takes on a machine that is busy with other things.
const PATIENCE: Duration = Duration::from_mins(1);

fn patient(server: &NameServer) -> MailSettings {
    MailSettings { servers: vec![server.address], timeout: PATIENCE, rounds: 1, max_time: None }
}

fn ask(settings: &MailSettings, domains: &[&str]) -> Vec<Outcome> {
    ask_mail(settings, domains, &Cancel::new()).unwrap().outcomes
}

fn word(outcome: &Outcome) -> String {
    format!("{} {}", outcome.verdict.name(), outcome.reason.name())
}

#[test]
fn what_name_servers_say_decides() {
    let server = NameServer::new();
    let table = [
        ("well.cn", "alive mail-host", ""),
        ("implicit.cn", "alive mail-host", ""),
        ("six.cn", "alive mail-host", ""),
        ("bare.cn", "dead no-mail", "it has neither a mail host nor an address"),
        ("null.cn", "dead no-mail", "it says itself that it takes none"),
        ("mixed.cn", "alive mail-host", ""),
        ("gone.cn", "dead dns-not-found", ""),
        ("hostless.cn", "dead no-mail", "none of its mail hosts has an address: mx.gone.cn, bare.cn"),
        ("second.cn", "alive mail-host", ""),
        ("servfail.cn", "failing dns-failure", "the name server answers SERVFAIL"),
        ("refused.cn", "failing dns-failure", "the name server answers REFUSED"),
        ("formerr.cn", "failing dns-failure", "the name server answers FORMERR"),
        ("alias.cn", "alive mail-host", ""),
        ("aliasonly.cn", "alive mail-host", ""),
        ("aliasgone.cn", "dead dns-not-found", ""),
        ("circle.cn", "failing dns-failure", "its name is an alias that leads in a circle"),
        ("chase.cn", "failing dns-failure", "its name is an alias that leads in a circle"),
        // Somebody guesses answers ahead of the right one.
        ("guessed.cn", "alive mail-host", ""),
        ("another.cn", "alive mail-host", ""),
        ("big.cn", "alive mail-host", ""),
        ("bigguess.cn", "failing dns-failure", "what the name server sends is no answer"),
        ("bigshort.cn", "failing dns-failure", "no name server answers"),
        ("bigclosed.cn", "failing dns-failure", "no name server answers"),
    ];
    let domains: Vec<&str> = table.iter().map(|(domain, ..)| *domain).collect();
    for ((domain, expected, evidence), outcome) in table.iter().zip(ask(&patient(&server), &domains)) {
        assert_eq!(word(&outcome), *expected, "{domain}: {:?}", outcome.evidence);
        assert_eq!(outcome.evidence.as_deref().unwrap_or_default(), *evidence, "{domain}");
        assert!(outcome.checked_at.is_some() && outcome.attempts > 0, "{domain}");
    }
    let over_tcp: BTreeSet<String> = server.asked().iter().filter(|a| a.over_tcp).map(|a| a.name.clone()).collect();
    assert!(over_tcp.iter().all(|name| name.starts_with("big")) && over_tcp.len() == 4, "{over_tcp:?}");
}

#[test]
fn a_server_that_sends_no_answer_does_not_hold_up_the_run() {
    let server = NameServer::new();
    // Each round may be late on a busy machine; the first question of `deaf.cn` is answered in one of them.
    let settings = MailSettings { timeout: Duration::from_millis(300), rounds: 15, ..patient(&server) };
    let domains = ["deaf.cn", "silent.cn", "garbage.cn", "guesses.cn", "unasked.cn", "knot.cn", "far.cn"];
    for (domain, outcome) in domains.iter().zip(ask(&settings, &domains)) {
        assert_eq!(word(&outcome), "failing dns-failure", "{domain}: {:?}", outcome.evidence);
    }
}

#[test]
fn a_question_that_got_lost_is_asked_again() {
    let server = NameServer::new();
    let settings = MailSettings { timeout: Duration::from_millis(300), rounds: 200, ..patient(&server) };
    assert_eq!(word(&ask(&settings, &["late.cn"])[0]), "alive mail-host");
    assert!(server.asked().iter().filter(|asked| asked.name == "late.cn").count() >= 2);
}

#[test]
fn another_server_is_asked_where_one_does_not_know() {
    let server = NameServer::new();
    // Nobody listens there.
    let closed = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
    let settings = MailSettings { servers: vec![closed, server.address], ..patient(&server) };
    assert_eq!(word(&ask(&settings, &["well.cn"])[0]), "alive mail-host");
}

#[test]
fn where_nobody_answers_no_domain_is_blamed() {
    let server = NameServer::new();
    let settings = MailSettings { timeout: Duration::from_millis(50), ..patient(&server) };
    let result = ask_mail(&settings, &["silent.cn", "guesses.cn"], &Cancel::new());
    assert!(matches!(result, Err(MailError::NoAnswer)), "{result:?}");
    assert!(ask_mail(&settings, &[], &Cancel::new()).unwrap().outcomes.is_empty());
}

#[test]
fn a_run_that_is_cut_says_so() {
    let server = NameServer::new();
    let cancel = Cancel::new();
    cancel.cancel();
    let outcomes = ask_mail(&patient(&server), &["silent.cn"], &cancel).unwrap().outcomes;
    assert_eq!((outcomes[0].verdict, outcomes[0].reason), (Verdict::Skipped, Reason::Interrupted));
    let settings = MailSettings { max_time: Some(Duration::from_millis(30)), ..patient(&server) };
    let outcomes = ask(&settings, &["silent.cn"]);
    assert_eq!((outcomes[0].verdict, outcomes[0].reason), (Verdict::Skipped, Reason::Budget));
}

#[test]
fn each_domain_is_asked_about_once_however_many_there_are() {
    let server = NameServer::new();
    let domains: Vec<String> = (0..2000).map(|number| format!("host{number}.cn")).collect();
    let domains: Vec<&str> = domains.iter().map(String::as_str).collect();
    let outcomes = ask(&MailSettings { rounds: 5, ..patient(&server) }, &domains);
    assert!(outcomes.iter().all(|outcome| word(outcome) == "dead no-mail"));
    // For each: its mail hosts, and the two kinds of addresses.
    assert_eq!(server.asked().len(), 3 * domains.len());
    let ids: BTreeSet<[u8; 2]> = server.asked().iter().map(Asked::id).collect();
    assert!(ids.len() > 3000, "numbers that cannot be guessed seldom come twice: {} of 6000", ids.len());
}

/// An archive that sends mail everywhere, and asks this server.
fn archive(server: &NameServer, more: &str) -> Archive {
    let archive = Archive::new(
        "
//- _posts/2022-01-01-a.md
---
title: a
---
[a](mailto:a@well.cn) [b](mailto:b@GONE.cn?subject=x) [c](mailto:c@null.cn,d@gone.cn) <mailto:e@例.cn>
[d](mailto:f@servfail.cn) [e](mailto:g@[192.0.2.1]) [f](mailto:h@localhost)
",
    );
    let settings = format!("fetch: {{name_servers: ['{}'], check_https: false{more}}}\n", server.address);
    archive.write("postproof.yml", settings.as_bytes());
    archive
}

fn check(archive: &Archive, args: &[&str]) -> (i32, Vec<String>, Value) {
    let base = ["check", ".", "--no-reports", "--format", "json=-", "--select", "NT", "--progress", "never"];
    let run = archive.run(&[&base[..], args].concat());
    let report: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}", run.stderr));
    let findings = report["findings"].as_array().unwrap().iter();
    let lines = findings.map(|one| format!("{} {}", one["code"].as_str().unwrap(), one["message"].as_str().unwrap()));
    (run.code, lines.collect(), report)
}

#[test]
fn mail_is_looked_up_on_demand_and_remembered() {
    let server = NameServer::new();
    let archive = archive(&server, "");
    let (code, findings, _) = check(&archive, &[]);
    assert_eq!((code, findings.len(), server.asked().len()), (0, 0, 0), "nobody asked for it");
    let expected = [
        "NT001 gone.cn does not exist, so no mail arrives there (2 links in this file)",
        "NT001 null.cn takes no mail: it says itself that it takes none",
        "NT002 servfail.cn is a domain whose mail hosts cannot be looked up today: the name server answers SERVFAIL",
    ];
    let (code, mut findings, report) = check(&archive, &["--check-mail"]);
    findings.sort();
    assert_eq!((code, &findings[..]), (1, &expected.map(str::to_owned)[..]));
    assert_eq!(report["findings"][0]["url"], "mailto:@gone.cn");
    assert_eq!(report["run"]["complete"], true);
    // The address literal and the name without a dot: no name server is asked about those.
    assert_eq!(report["coverage"]["not_checked"]["mail"], 2, "{}", report["coverage"]);
    let names: BTreeSet<String> = server.asked().into_iter().map(|asked| asked.name).collect();
    let expected_names = ["gone.cn", "mx.well.cn", "null.cn", "servfail.cn", "well.cn", "xn--fsq.cn"];
    assert_eq!(names.into_iter().collect::<Vec<_>>(), expected_names);

    // The second run believes what it remembers, but for what failed.
    let count = server.asked().len();
    let (_, mut again, _) = check(&archive, &["--check-mail"]);
    again.sort();
    assert_eq!(again, expected);
    let names: BTreeSet<String> = server.asked().into_iter().skip(count).map(|asked| asked.name).collect();
    assert_eq!(names.into_iter().collect::<Vec<_>>(), ["servfail.cn"]);

    // Offline nobody is asked, and nothing is believed.
    let count = server.asked().len();
    let (_, offline, _) = check(&archive, &["--check-mail", "--offline"]);
    assert_eq!((offline.len(), server.asked().len()), (0, count));
}

#[test]
fn a_domain_can_be_left_out_and_a_failure_is_confirmed() {
    let server = NameServer::new();
    let archive = archive(
        &server,
        ", check_mail: true, exclude: ['mailto:@gone.cn', 'mailto:@null.cn'], confirm: {runs: 2, days: 0}",
    );
    let (code, findings, _) = check(&archive, &[]);
    assert_eq!((code, findings.len()), (0, 1), "{findings:?}");
    let (code, findings, report) = check(&archive, &[]);
    assert!(findings[0].contains("servfail.cn has failed since 2"), "{findings:?}");
    assert_eq!((code, &report["findings"][0]["severity"]), (1, &Value::from("error")));
    let history = archive.run(&["history", "mailto:@servfail.cn"]);
    assert!(history.stdout.contains("dns-failure"), "{}{}", history.stdout, history.stderr);
}

#[test]
fn a_name_service_that_is_down_is_no_fault_of_the_archive() {
    let server = NameServer::new();
    let archive = archive(&server, ", timeout: 200ms, check_mail: true");
    archive.write("_posts/2022-01-01-a.md", b"---\ntitle: a\n---\n[a](mailto:a@silent.cn) [b](mailto:a@guesses.cn)\n");
    let (code, findings, report) = check(&archive, &[]);
    assert_eq!((code, findings.len()), (3, 0), "{findings:?}");
    let notices = report["notices"].to_string();
    assert!(notices.contains("who takes the mail of 2 domains could not be looked up"), "{notices}");
}

#[test]
fn a_change_asks_only_about_domains_that_it_brings() {
    let server = NameServer::new();
    let repository = Repository::new();
    let settings = "check_mail: true, check_https: false, exclude: ['http://source.example/*']";
    let settings = format!("fetch: {{name_servers: ['{}'], {settings}}}\nrules: {{select: [NT]}}\n", server.address);
    repository.write("postproof.yml", &settings).write(".gitignore", ".postproof\n").commit("settings");
    let page = |domains: &[&str]| {
        let links: Vec<String> = domains.iter().map(|domain| format!("[x](mailto:x@{domain})\n")).collect();
        format!("---\ntitle: a\n---\n{}", links.concat())
    };
    repository.write("a.md", &page(&["well.cn", "gone.cn", "servfail.cn"])).commit("a page");
    // The names that a run asks about, and what it finds.
    let check = |args: &[&str]| {
        let before = server.asked().len();
        let run = check_online_in(repository.path(), args);
        let names: BTreeSet<String> = server.asked().into_iter().skip(before).map(|asked| asked.name).collect();
        let told = run.messages.iter().filter_map(|words| words.split(' ').next().map(str::to_owned));
        (run.code, names.into_iter().collect::<Vec<_>>(), told.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>())
    };
    let all = ["gone.cn", "mx.well.cn", "servfail.cn", "well.cn"];
    let (code, names, told) = check(&["--since", "HEAD~1..HEAD", "--no-state"]);
    assert_eq!(
        (code, &names[..], told),
        (1, &all.map(str::to_owned)[..], vec!["gone.cn".to_owned(), "servfail.cn".to_owned()])
    );
    // The whole archive remembers them, and each is named once more beside a new one.
    assert_eq!(check(&[]).1, all);
    repository.write("b.md", &page(&["well.cn", "gone.cn", "servfail.cn", "null.cn"])).commit("another page");
    let bad = ["gone.cn", "null.cn", "servfail.cn"];
    let (_, names, told) = check(&["--since", "HEAD~1..HEAD"]);
    assert_eq!(
        (names, told),
        (vec!["null.cn".to_owned()], bad.map(str::to_owned).to_vec()),
        "what is known is believed"
    );
    let (_, names, told) = check(&["--since", "HEAD~1..HEAD"]);
    assert_eq!((names, told), (Vec::new(), bad.map(str::to_owned).to_vec()), "what is new was answered");
    // Nothing is remembered, and what the archive named before is the full check's to ask.
    let (_, names, told) = check(&["--since", "HEAD~1..HEAD", "--no-state"]);
    assert_eq!((names, told), (vec!["null.cn".to_owned()], vec!["null.cn".to_owned()]));
    // One that is named no longer elsewhere is no new one either: it was named before.
    repository.write("a.md", &page(&[])).commit("links go");
    assert_eq!(check(&["--since", "HEAD~1..HEAD", "--no-state"]).1, Vec::<String>::new());
    repository.write("a.md", &page(&["well.cn"])).write("b.md", &page(&[])).commit("a link moves");
    assert_eq!(check(&["--since", "HEAD~1..HEAD", "--no-state"]).1, Vec::<String>::new());
}
