//! What a run remembers for the next: the program as a user runs it, twice, against a counting server on loopback.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test that cannot go on fails")]

#[expect(dead_code, reason = "every test binary takes what it needs of it")]
#[path = "support/archive.rs"]
mod archive;

#[path = "state/elsewhere.rs"]
mod elsewhere;

#[path = "state/history.rs"]
mod history;

#[path = "state/killed.rs"]
mod killed;

#[path = "state/hosts.rs"]
mod hosts;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use serde_json::Value;

use archive::{Archive, Run};

/// No test waits longer for anything.
const PATIENCE: Duration = Duration::from_mins(1);

/// A server that answers by the path's first part, and writes down what it was asked.
struct Server {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
    /// How many requests are answered; the others wait until it is raised.
    most: Arc<AtomicUsize>,
}

impl Server {
    fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let (asked, most) = (Arc::default(), Arc::new(AtomicUsize::new(usize::MAX)));
        let (noted, limit) = (Arc::clone(&asked), Arc::clone(&most));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (asked, most) = (Arc::clone(&noted), Arc::clone(&limit));
                thread::spawn(move || answer(&stream, &asked, &most));
            }
        });
        Self { port, asked, most }
    }

    fn url(&self, path: &str) -> String {
        format!("http://site.example:{}/{path}", self.port)
    }

    /// The paths asked since this was last called, in order, each once; `?` marks a conditional request.
    fn take(&self) -> Vec<String> {
        let mut seen = BTreeSet::new();
        let mut asked = std::mem::take(&mut *self.asked.lock().unwrap());
        asked.retain(|path| seen.insert(path.clone()));
        asked
    }

    /// An archive with one post that links to these paths.
    fn archive(&self, paths: &[&str]) -> Archive {
        let mut post = "---\nlayout: post\ntitle: \"x\"\ndate: 2022-01-17 07:46:06 +0800\n---\n\n".to_owned();
        for path in paths {
            writeln!(post, "[{path}]({})\n", self.url(path)).unwrap();
        }
        let archive = Archive::empty();
        archive.write("_posts/2022-01-17-a.md", post.as_bytes());
        archive
    }
}

fn answer(mut stream: &TcpStream, asked: &Mutex<Vec<String>>, most: &AtomicUsize) {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok).take_while(|line| !line.is_empty());
    let Some(request) = lines.next() else { return };
    let is_conditional = lines.any(|line| line.to_ascii_lowercase().starts_with("if-none-match:"));
    let path = request.split(' ').nth(1).unwrap_or_default().trim_start_matches('/').to_owned();
    let status = match path.split('/').next() {
        Some("tagged") if is_conditional => "304 Not Modified",
        Some("ok" | "tagged") => "200 OK",
        Some("gone") => "404 Not Found",
        _ => "503 Service Unavailable",
    };
    let tag = if path.starts_with("tagged") { "etag: \"v1\"\r\n" } else { "" };
    let number = {
        let mut asked = asked.lock().unwrap();
        asked.push(if is_conditional { format!("{path}?") } else { path });
        asked.len()
    };
    let begun = Instant::now();
    while number > most.load(Ordering::SeqCst) && begun.elapsed() < PATIENCE {
        thread::sleep(Duration::from_millis(1));
    }
    let page = "<title>a page</title>";
    let (length, body) = match (status.get(..3), request.starts_with("HEAD")) {
        (Some("304"), _) => (String::new(), ""),
        (_, is_head) => (format!("content-length: {}\r\n", page.len()), if is_head { "" } else { page }),
    };
    // A client that was killed reads no answer.
    let _ =
        write!(stream, "HTTP/1.1 {status}\r\ncontent-type: text/html\r\n{tag}{length}connection: close\r\n\r\n{body}");
}

const FLAGS: [&str; 16] = [
    "check",
    ".",
    "--no-reports",
    "--format",
    "json=-",
    "--all-addresses",
    "--allow-private",
    "--resolve",
    "site.example:127.0.0.1",
    "--retries",
    "0",
    "--pace",
    "0",
    "--color",
    "never",
    "--progress=never",
];

fn run(archive: &Archive, args: &[&str]) -> (Run, Value) {
    let run = archive.run(&[&FLAGS, args].concat());
    let report = serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}", run.stderr));
    (run, report)
}

/// The addresses of a report as `path verdict`, with `remembered` where an earlier run learnt it.
fn addresses(report: &Value) -> Vec<String> {
    let list = report["addresses"].as_array().unwrap();
    let shown = list.iter().map(|address| {
        let path: Vec<&str> = address["url"].as_str().unwrap().splitn(4, '/').collect();
        let source = if address["from_state"] == true { " remembered" } else { "" };
        format!("{} {}{source}", path[3], address["verdict"].as_str().unwrap())
    });
    shown.collect()
}

fn finding<'r>(report: &'r Value, code: &str) -> &'r Value {
    let found = report["findings"].as_array().unwrap().iter().find(|finding| finding["code"] == code);
    found.unwrap_or_else(|| panic!("no {code} in {report:#}"))
}

fn state(archive: &Archive) -> Connection {
    Connection::open(archive.join(".postproof/state.db")).unwrap()
}

/// Makes every check of the addresses whose path begins so older.
fn age(archive: &Archive, path: &str, days: i64) {
    let sql = "UPDATE addresses SET checked_at = checked_at - ?2 WHERE url LIKE '%/' || ?1 || '%'";
    let changed = state(archive).execute(sql, (path, days * 86_400_000)).unwrap();
    assert!(changed > 0, "nothing is remembered of {path}");
}

/// Lets the findings of a rule have been there for longer, and tells since when.
fn finding_is_older(archive: &Archive, code: &str) -> &'static str {
    let sql = "UPDATE findings SET first_seen = 1640908800000 WHERE code = ?1";
    assert_eq!(state(archive).execute(sql, [code]).unwrap(), 1);
    "2021-12-31T00:00:00Z"
}

#[test]
fn a_second_run_asks_only_what_is_due() {
    let server = Server::start();
    let archive = server.archive(&["ok/1", "gone/1", "ok/2"]);
    let (_, first) = run(&archive, &[]);
    assert_eq!(addresses(&first), ["gone/1 dead", "ok/1 alive", "ok/2 alive"]);
    assert_eq!(server.take().len(), 3);

    let since = finding_is_older(&archive, "NT001");
    let (second_run, second) = run(&archive, &[]);
    assert_eq!(server.take(), Vec::<String>::new());
    assert_eq!(addresses(&second), ["gone/1 dead remembered", "ok/1 alive remembered", "ok/2 alive remembered"]);
    assert_eq!(second["summary"], first["summary"]);
    assert_eq!(second["run"]["complete"], true);
    assert_eq!(second_run.code, 1);
    assert_eq!(finding(&first, "NT001")["since"], first["run"]["started_at"]);
    assert_eq!(finding(&second, "NT001")["since"], since);

    age(&archive, "gone/1", 2);
    let (_, third) = run(&archive, &[]);
    assert_eq!(server.take(), ["gone/1"]);
    assert_eq!(addresses(&third), ["gone/1 dead", "ok/1 alive remembered", "ok/2 alive remembered"]);

    let (_, fresh) = run(&archive, &["--fresh"]);
    assert_eq!(server.take().len(), 3);
    assert_eq!(addresses(&fresh), addresses(&first));
}

#[test]
fn the_settings_say_how_long_an_answer_is_believed() {
    let server = Server::start();
    let archive = server.archive(&["ok/1", "gone/1"]);
    archive.write("postproof.yml", b"state: other/place.db\nfetch:\n  max_age: {alive: 0}\n");
    run(&archive, &[]);
    server.take();
    run(&archive, &[]);
    assert_eq!(server.take(), ["ok/1"]);
    assert!(archive.join("other/place.db").is_file());
    assert!(!archive.join(".postproof").exists());
}

#[test]
fn nothing_is_kept_without_a_state_or_offline() {
    let server = Server::start();
    let archive = server.archive(&["ok/1"]);
    for _ in 0..2 {
        let (_, report) = run(&archive, &["--no-state"]);
        assert_eq!(addresses(&report), ["ok/1 alive"]);
        assert_eq!(server.take(), ["ok/1"]);
    }
    let (_, report) = run(&archive, &["--offline"]);
    assert_eq!(addresses(&report), ["ok/1 skipped"]);
    assert!(!archive.join(".postproof").exists());
    run(&archive, &[]);
    let before = std::fs::read(archive.join(".postproof/state.db")).unwrap();
    let (_, report) = run(&archive, &["--offline"]);
    assert_eq!(addresses(&report), ["ok/1 skipped"]);
    assert_eq!(std::fs::read(archive.join(".postproof/state.db")).unwrap(), before);
}

#[test]
fn a_state_in_the_archive_is_no_file_of_it() {
    let server = Server::start();
    let archive = server.archive(&["ok/1"]);
    for expected in [&["ok/1"][..], &[]] {
        let (_, report) = run(&archive, &["--state", "here.db"]);
        assert_eq!(server.take(), expected);
        assert_eq!(report["archive"]["files"], 0);
    }
    assert!(archive.join("here.db").is_file());
    assert_eq!(archive.run(&["check", ".", "--state", "here.db", "--no-state"]).code, 2);
}

#[test]
fn a_page_that_is_known_is_asked_whether_it_changed() {
    let server = Server::start();
    let archive = server.archive(&["tagged/1"]);
    run(&archive, &[]);
    assert_eq!(server.take(), ["tagged/1"]);
    for _ in 0..2 {
        age(&archive, "tagged/1", 40);
        let (_, report) = run(&archive, &[]);
        assert_eq!(addresses(&report), ["tagged/1 alive"]);
        assert_eq!(server.take(), ["tagged/1?"]);
    }
    run(&archive, &["--fresh"]);
    assert_eq!(server.take(), ["tagged/1"]);
}

#[test]
fn the_most_overdue_comes_first() {
    let server = Server::start();
    let archive = server.archive(&["ok/1", "ok/2", "ok/3"]);
    run(&archive, &[]);
    server.take();
    for (path, days) in [("ok/1", 100), ("ok/2", 300), ("ok/3", 200)] {
        age(&archive, path, days);
    }
    archive.write("_posts/2022-01-18-b.md", format!("---\ntitle: y\n---\n[new]({})\n", server.url("ok/4")).as_bytes());
    run(&archive, &["--per-host", "1"]);
    assert_eq!(server.take(), ["ok/4", "ok/2", "ok/3", "ok/1"]);
}

#[test]
fn a_failure_that_lasts_becomes_an_error() {
    let server = Server::start();
    let archive = server.archive(&["ok/1", "fail/1"]);
    let select = ["--select", "NT"];
    for _ in 0..3 {
        let (run, report) = run(&archive, &select);
        // Three failures within a moment are one bad moment.
        assert_eq!(finding(&report, "NT002")["severity"], "warning");
        assert_eq!(run.code, 0);
    }
    let sql = "UPDATE addresses SET first_failure_at = first_failure_at - 4 * 86400000 WHERE failures > 0";
    assert_eq!(state(&archive).execute(sql, ()).unwrap(), 1);
    let (confirmed, report) = run(&archive, &select);
    let found = finding(&report, "NT002");
    assert_eq!(found["severity"], "error");
    assert!(found["message"].as_str().unwrap().contains(" has failed since 20"), "{found}");
    assert_eq!(confirmed.code, 1);
}

#[test]
fn what_heals_and_comes_back_is_new() {
    let server = Server::start();
    let archive = server.archive(&["gone/1", "ok/1"]);
    archive.write(
        "postproof.yml",
        b"rules:\n  paths: [{glob: 'drafts/**', ignore: [FM]}]\nfetch: {exclude: ['*/x?y*']}\n",
    );
    run(&archive, &[]);
    let since = finding_is_older(&archive, "NT001");
    // A run with other rules says nothing about what it did not look for.
    run(&archive, &["--ignore", "NT001"]);
    let (_, again) = run(&archive, &[]);
    assert_eq!(finding(&again, "NT001")["since"], since);
    let post = std::fs::read(archive.join("_posts/2022-01-17-a.md")).unwrap();
    archive.write("_posts/2022-01-17-a.md", b"---\nlayout: post\n---\nwords\n");
    run(&archive, &[]);
    archive.write("_posts/2022-01-17-a.md", &post);
    let (_, back) = run(&archive, &[]);
    assert_eq!(finding(&back, "NT001")["since"], back["run"]["started_at"]);
}

#[test]
fn a_report_says_what_changed_since_the_last_run_and_since_when_it_is_so() {
    let server = Server::start();
    let archive = server.archive(&["gone/1", "ok/1"]);
    let (_, first) = run(&archive, &["--select", "NT"]);
    assert_eq!(first["history"], serde_json::json!({"since": null, "changes": null, "trend": []}));
    assert_eq!(first["freshness"]["this_run"], 2);

    archive.write("_posts/2022-01-18-b.md", format!("---\ntitle: y\n---\n[x]({})\n", server.url("gone/2")).as_bytes());
    let (_, second) = run(&archive, &["--select", "NT"]);
    let changes = &second["history"]["changes"];
    assert_eq!((&changes["new"], &changes["healed"], &changes["comparable"]), (&1.into(), &0.into(), &true.into()));
    assert_eq!(changes["since"], first["run"]["started_at"]);
    assert_eq!(second["history"]["since"], first["run"]["started_at"]);
    assert_eq!(
        second["freshness"],
        serde_json::json!({"this_run": 1, "day": 2, "week": 0, "month": 0, "older": 0, "never": 0})
    );

    archive.write("_posts/2022-01-17-a.md", b"---\ntitle: x\n---\nwords\n");
    let (_, third) = run(&archive, &["--select", "NT"]);
    let changes = &third["history"]["changes"];
    assert_eq!((&changes["new"], &changes["healed"]), (&0.into(), &1.into()));
    assert_eq!(changes["healed_findings"][0]["code"], "NT001");
    assert_eq!(changes["healed_findings"][0]["path"], "_posts/2022-01-17-a.md");
    assert_eq!(third["history"]["trend"].as_array().unwrap().len(), 2);
    assert_eq!(third["history"]["trend"][1]["counts"]["errors"], 2);
}

#[test]
fn with_other_rules_than_the_last_run_nothing_is_called_healed() {
    let server = Server::start();
    let archive = server.archive(&["gone/1"]);
    run(&archive, &["--select", "NT"]);
    let (_, other) = run(&archive, &["--select", "TX"]);
    assert_eq!(other["history"]["changes"]["comparable"], false);
    assert_eq!(other["history"]["changes"]["healed"], 0);
    assert_eq!(other["history"]["since"], Value::Null);
    assert!(other["coverage"]["rules_off"].as_array().unwrap().contains(&"NT001".into()));
}

#[test]
fn what_is_not_checked_is_counted_by_its_reason() {
    let server = Server::start();
    let archive = server.archive(&["ok/1", "gone/1", "secret/1"]);
    archive.write("postproof.yml", b"fetch: {exclude: ['*/secret/*']}\n");
    archive.write("_posts/2022-01-18-b.md", b"---\ntitle: y\n---\n[x]({{ site.nothing }}/a) [y](mailto:a@b.cn)\n");
    let (_, report) = run(&archive, &[]);
    let coverage = &report["coverage"];
    assert_eq!((&coverage["addresses"], &coverage["answered"]), (&3.into(), &2.into()));
    assert_eq!(coverage["not_checked"]["excluded"], 1);
    assert_eq!(coverage["not_checked"]["mail"], 1);
    assert_eq!(coverage["rules_off"], serde_json::json!([]));
    let (_, offline) = run(&archive, &["--offline"]);
    assert_eq!(offline["coverage"]["share"], 0.0);
    assert_eq!(offline["coverage"]["not_checked"]["offline"], 3);
}

#[test]
fn what_a_run_had_no_time_for_is_not_healed() {
    let server = Server::start();
    let archive = server.archive(&["gone/1"]);
    run(&archive, &[]);
    let since = finding_is_older(&archive, "NT001");
    age(&archive, "gone/1", 9);
    let (_, cut) = run(&archive, &["--max-time", "0"]);
    assert_eq!(addresses(&cut), ["gone/1 dead remembered"]);
    assert_eq!(finding(&cut, "NT001")["since"], since);
    assert_eq!(server.take(), ["gone/1"]);
    // Who asks for everything anew wants no answer of yesterday.
    let (_, fresh) = run(&archive, &["--max-time", "0", "--fresh"]);
    assert_eq!(addresses(&fresh), ["gone/1 skipped"]);
    let (_, report) = run(&archive, &[]);
    assert_eq!(addresses(&report), ["gone/1 dead"]);
    assert_eq!(finding(&report, "NT001")["since"], since);
}

#[test]
fn a_killed_run_is_continued() {
    let server = Server::start();
    server.most.store(100, Ordering::SeqCst);
    let paths: Vec<String> = (0..300).map(|number| format!("ok/{number}")).collect();
    let archive = server.archive(&paths.iter().map(String::as_str).collect::<Vec<_>>());
    let mut command = archive.command();
    command.args(FLAGS).args(["--per-host", "4"]).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let remembered = || -> BTreeSet<String> {
        // Before the file is made whole there is nothing to read.
        let Ok(connection) = Connection::open(archive.join(".postproof/state.db")) else { return BTreeSet::new() };
        let Ok(mut statement) = connection.prepare("SELECT url FROM addresses") else { return BTreeSet::new() };
        let Ok(rows) = statement.query_map((), |row| row.get::<_, String>(0)) else { return BTreeSet::new() };
        rows.map_while(Result::ok).map(|url| url.splitn(4, '/').nth(3).unwrap().to_owned()).collect()
    };
    let begun = Instant::now();
    while server.asked.lock().unwrap().is_empty() || remembered().len() < 20 {
        assert!(begun.elapsed() < PATIENCE, "nothing was written");
        thread::sleep(Duration::from_millis(20));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let kept = remembered();
    assert!(kept.len() <= 100, "{} are remembered, and 100 were answered", kept.len());
    // What is written down late was not remembered, and is asked again in any case.
    server.take();
    server.most.store(usize::MAX, Ordering::SeqCst);

    let (run, report) = run(&archive, &["--per-host", "4"]);
    let asked: BTreeSet<String> = server.take().into_iter().collect();
    assert!(asked.is_disjoint(&kept), "{asked:?} {kept:?}");
    assert_eq!(asked.len() + kept.len(), 300);
    assert_eq!(report["summary"]["links"]["by_verdict"]["alive"], 300, "{:#}", report["summary"]);
    assert_eq!(report["addresses"].as_array().unwrap().iter().filter(|a| a["from_state"] == true).count(), kept.len());
    assert_ne!(run.code, 3);
}

#[test]
fn a_damaged_state_is_told_and_left_as_it_is() {
    let server = Server::start();
    let archive = server.archive(&["ok/1"]);
    archive.write("_posts/2022-01-18-b.md", b"---\ntitle: a: b\n---\n");
    let garbage = b"this is no database. ".repeat(1000);
    archive.write(".postproof/state.db", &garbage);
    let (run, report) = run(&archive, &[]);
    assert_eq!(run.code, 3);
    for words in ["state.db", "damaged", "move it away", "--no-state"] {
        assert!(run.stderr.contains(words), "{}", run.stderr);
    }
    assert_eq!(server.take(), Vec::<String>::new());
    assert_eq!(addresses(&report), ["ok/1 skipped"]);
    assert_eq!(report["run"]["complete"], false);
    // What is wrong with the archive is still told.
    finding(&report, "FM003");
    assert_eq!(std::fs::read(archive.join(".postproof/state.db")).unwrap(), garbage);
}
