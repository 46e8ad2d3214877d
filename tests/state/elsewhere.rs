//! What another place has learnt: brought here, merged, and told apart.

use jiff::Timestamp;

use super::{Server, addresses, age, finding, run, state};

fn line(url: &str, verdict: &str, reason: &str, at: Timestamp) -> String {
    let head = r#"{"type":"outcome","vantage":"shanghai","attempts":1,"elapsed_ms":3,"redirects":[]"#;
    format!("{head},\"url\":\"{url}\",\"verdict\":\"{verdict}\",\"reason\":\"{reason}\",\"checked_at\":\"{at}\"}}\n")
}

#[test]
fn outcomes_from_elsewhere_are_merged_newest_first() {
    let server = Server::start();
    let archive = server.archive(&["fail/1", "ok/2", "ok/3"]);
    run(&archive, &["--vantage", "here"]);
    server.take();
    let now = Timestamp::now();
    let mut text = String::from("{\"type\":\"run\",\"format\":1}\nno record\n");
    text += &line(&server.url("fail/1"), "alive", "http-200", now);
    text += &line(&server.url("ok/2"), "dead", "http-404", "2020-01-01T00:00:00Z".parse().unwrap());
    text += &line("http://foreign.cn/", "dead", "http-404", now);
    archive.write("outcomes.ndjson", text.as_bytes());
    let more = ["--import", "outcomes.ndjson", "--vantage", "here", "--format", "terminal=told.txt"];
    let (merged, report) = run(&archive, &more);
    assert_eq!(server.take(), Vec::<String>::new(), "what was learnt elsewhere is not asked here");
    assert_eq!(addresses(&report), ["fail/1 alive remembered", "ok/2 alive remembered", "ok/3 alive remembered"]);
    let told = std::fs::read_to_string(archive.join("told.txt")).unwrap();
    for words in [
        "outcomes.ndjson:2: it is no record",
        "outcomes.ndjson: 1 outcomes are of addresses that this archive does not name",
        "1 outcomes from elsewhere were taken over, 1 were older than what is known",
    ] {
        assert!(told.contains(&format!("note: {words}")), "{told}");
    }
    assert!(merged.code < 2);
    assert_eq!(report["run"]["vantage"], "here");
    assert_eq!(
        [&report["addresses"][0]["origin"], &report["addresses"][1]["origin"]],
        [&"shanghai".into(), &serde_json::Value::Null]
    );
    let origins = "SELECT group_concat(origin) FROM addresses";
    let origin: String = state(&archive).query_row(origins, (), |row| row.get(0)).unwrap();
    assert_eq!(origin, "shanghai");
    let vantages = "SELECT group_concat(DISTINCT vantage) FROM runs";
    let vantage: String = state(&archive).query_row(vantages, (), |row| row.get(0)).unwrap();
    assert_eq!(vantage, "here");

    // Asked here again, it is this place's word that counts.
    age(&archive, "fail/1", 50);
    let (_, report) = run(&archive, &[]);
    assert_eq!(addresses(&report)[0], "fail/1 failing");
    assert!(!finding(&report, "NT002")["message"].as_str().unwrap().contains("shanghai"));
}

#[test]
fn what_is_wrong_elsewhere_says_so() {
    let server = Server::start();
    let archive = server.archive(&["ok/1"]);
    archive.write("o.ndjson", line(&server.url("ok/1"), "dead", "http-410", Timestamp::now()).as_bytes());
    let (_, report) = run(&archive, &["--import", "o.ndjson"]);
    let message = finding(&report, "NT001")["message"].as_str().unwrap();
    assert!(message.contains("answers 410, seen from shanghai"), "{message}");
    let missing = archive.run(&["check", ".", "--no-reports", "--import", "none.ndjson"]);
    assert_eq!(missing.code, 3);
    assert!(missing.stderr.contains("cannot read none.ndjson"), "{}", missing.stderr);
}

#[test]
fn what_is_said_of_outcomes_from_elsewhere_is_said_in_chinese() {
    let server = Server::start();
    let archive = server.archive(&["ok/1", "fail/2"]);
    let mut text = String::from("no record\n");
    text += &line(&server.url("ok/1"), "alive", "http-404", Timestamp::now());
    text += &line(&server.url("fail/2"), "splendid", "timeout", Timestamp::now());
    text += &line("http://foreign.cn/", "dead", "http-404", Timestamp::now());
    text += &line(&server.url("ok/1"), "alive", "http-200", Timestamp::now());
    archive.write("o.ndjson", text.as_bytes());
    let (_, report) = run(&archive, &["--import", "o.ndjson", "--lang", "zh"]);
    let notices: Vec<&str> = report["notices"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    assert!(notices.len() >= 5, "{notices:?}");
    let is_chinese = |letter: char| ('\u{4e00}'..='\u{9fff}').contains(&letter);
    assert!(notices.iter().all(|notice| notice.contains(is_chinese)), "{notices:?}");
}
