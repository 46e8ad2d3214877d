//! `history`: what the state file tells of runs and of addresses.

use serde_json::Value;

use super::archive::Archive;
use super::{Server, age, run, state};

#[test]
fn runs_tell_what_broke_and_what_healed() {
    let server = Server::start();
    let archive = server.archive(&["ok/1", "gone/2", "fail/3"]);
    run(&archive, &["--vantage", "shanghai"]);
    // What failed is well in the next run, and what was well is gone.
    let sql = "UPDATE addresses SET verdict = 'failing', reason = 'timeout', failures = 1, checked_at = checked_at - 1 \
               WHERE url LIKE '%ok/1'";
    assert_eq!(state(&archive).execute(sql, ()).unwrap(), 1);
    run(&archive, &[]);
    let history = archive.run(&["history"]);
    assert_eq!(history.code, 0, "{}", history.stderr);
    let text = history.stdout.replace(&server.port.to_string(), "PORT");
    let runs: Vec<&str> = text.split("run ").filter(|run| !run.is_empty()).collect();
    assert_eq!(runs.len(), 2, "{text}");
    assert!(runs[0].starts_with("2 at 20"), "the newest first: {text}");
    assert!(runs[0].contains("  site.example:PORT: 0 broke, 1 healed\n"), "{text}");
    assert!(runs[0].contains("  healed  http://site.example:PORT/ok/1: failing → alive (http-200)\n"), "{text}");
    assert!(runs[1].contains("Z from shanghai: not healthy: "), "{text}");
    assert!(runs[1].contains("  web: alive 1 · dead 1 · failing 1\n"), "{text}");
    assert!(runs[1].contains("  broke   http://site.example:PORT/gone/2: new → dead (http-404)\n"), "{text}");
    assert!(runs[1].contains("  new     NT001 _posts/2022-01-17-a.md: "), "{text}");
    data_tells_the_same(&archive, server.port);
}

fn data_tells_the_same(archive: &Archive, port: u16) {
    let data: Value = serde_json::from_str(&archive.run(&["history", "--format", "json"]).stdout).unwrap();
    assert_eq!(data["runs"][0]["run"], 2);
    assert_eq!(data["runs"][1]["vantage"], "shanghai");
    assert_eq!(data["runs"][1]["by_verdict"]["dead"], 1);
    assert_eq!(data["runs"][1]["hosts"][format!("site.example:{port}")]["broke"], 2);
    assert_eq!(data["runs"][0]["changes"][0]["before"], "failing");
    let one: Value =
        serde_json::from_str(&archive.run(&["history", "--format", "json", "--runs", "1"]).stdout).unwrap();
    assert_eq!(one["runs"].as_array().unwrap().len(), 1);
}

#[test]
fn an_address_is_told_of_through_time() {
    let server = Server::start();
    let archive = server.archive(&["gone/1", "ok/2"]);
    run(&archive, &[]);
    age(&archive, "gone/1", 3);
    run(&archive, &[]);
    let told = archive.run(&["history", &format!("{}#part", server.url("gone/1"))]);
    let text = told.stdout.replace(&server.port.to_string(), "PORT");
    assert!(text.starts_with("http://site.example:PORT/gone/1\n  now: dead (http-404), asked at 20"), "{text}");
    assert!(text.contains("  2 checks, 0 in a row well, 2 in a row failed\n"), "{text}");
    assert_eq!(text.matches("new → dead (http-404)").count(), 1, "only changes are kept: {text}");
    let unknown = archive.run(&["history", "http://nobody.example/"]);
    assert_eq!((unknown.code, unknown.stdout.contains("nothing is remembered of it")), (0, true));
    let data: Value =
        serde_json::from_str(&archive.run(&["history", &server.url("gone/1"), "--format", "json"]).stdout).unwrap();
    assert_eq!((data["now"]["checks"].as_u64(), data["changes"].as_array().map(Vec::len)), (Some(2), Some(1)));
}

#[test]
fn without_a_state_it_says_what_to_do() {
    let archive = Archive::empty();
    let history = archive.run(&["history"]);
    assert_eq!(history.code, 3);
    assert!(history.stderr.contains("run `postproof check` first"), "{}", history.stderr);
    assert!(!archive.join(".postproof").exists(), "looking makes no file");
    archive.write(".postproof/state.db", b"garbage that is long enough to be looked at by whoever opens such files");
    assert_eq!(archive.run(&["history"]).code, 3);
}
