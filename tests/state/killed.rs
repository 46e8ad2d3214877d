//! Runs that are killed at random moments, and two at once on one file.
//!
//! Plain tests kill twelve runs over 3,000 addresses; with the judges it is fifty over 20,000.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use postproof::store::{Settings, State};
use rusqlite::Connection;
use serde_json::Value;

use super::PATIENCE;
use super::archive::Archive;

/// Hosts that share the addresses.
const HOSTS: usize = 20;

/// How long an answer takes.
const THOUGHT: Duration = Duration::from_millis(20);

/// A server that keeps connections and says yes to everything after a moment, so that a run takes its time.
struct Quick {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Quick {
    fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let noted = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let asked = Arc::clone(&noted);
                thread::spawn(move || answer(&stream, &asked));
            }
        });
        Self { port, asked }
    }

    /// The addresses asked since this was last called.
    fn take(&self) -> BTreeSet<String> {
        std::mem::take(&mut *self.asked.lock().unwrap()).into_iter().collect()
    }

    /// An archive with so many addresses, in posts of two hundred links.
    fn archive(&self, count: usize) -> Archive {
        let archive = Archive::empty();
        for (number, first) in (0..count).step_by(200).enumerate() {
            let mut post = "---\nlayout: post\ntitle: x\ndate: 2022-01-17 07:46:06 +0800\n---\n".to_owned();
            for page in first..(first + 200).min(count) {
                writeln!(post, "<http://h{}.example:{}/{page}>", page % HOSTS, self.port).unwrap();
            }
            archive.write(&format!("_posts/2022-01-17-NW{number}.md"), post.as_bytes());
        }
        archive
    }
}

fn answer(mut stream: &TcpStream, asked: &Mutex<Vec<String>>) {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    while let Some(request) = lines.next() {
        let host = lines.by_ref().take_while(|line| !line.is_empty()).fold(String::new(), |host, line| {
            line.to_ascii_lowercase().strip_prefix("host:").map_or(host, |name| name.trim().to_owned())
        });
        let path = request.split(' ').nth(1).unwrap_or_default();
        asked.lock().unwrap().push(format!("http://{host}{path}"));
        thread::sleep(THOUGHT);
        let body = if request.starts_with("HEAD") { "" } else { "x" };
        let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{body}");
        if stream.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

fn arguments() -> Vec<String> {
    let flags =
        ["check", ".", "--no-reports", "--select", "NT001,NT002", "--allow-private", "--pace", "0", "--per-host", "1"];
    let mut arguments: Vec<String> = flags.map(str::to_owned).to_vec();
    for host in 0..HOSTS {
        arguments.extend(["--resolve".to_owned(), format!("h{host}.example:127.0.0.1")]);
    }
    arguments
}

fn spawn(archive: &Archive) -> Child {
    let mut command = archive.command();
    command.args(arguments()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().unwrap()
}

/// Every address that is remembered, as far as there is a file yet.
fn remembered(path: &Path) -> BTreeSet<String> {
    let Ok(connection) = Connection::open(path) else { return BTreeSet::new() };
    let Ok(mut statement) = connection.prepare("SELECT url FROM addresses") else { return BTreeSet::new() };
    let Ok(rows) = statement.query_map((), |row| row.get(0)) else { return BTreeSet::new() };
    rows.map_while(Result::ok).collect()
}

#[test]
fn killed_at_random_moments_a_run_costs_nothing_that_was_written() {
    let (addresses, kills) = if std::env::var_os("POSTPROOF_JUDGES").is_some() { (20_000, 50) } else { (3_000, 12) };
    let server = Quick::start();
    let archive = server.archive(addresses);
    let state = archive.join(".postproof/state.db");
    let mut dice = u64::from(std::process::id());
    let mut kept = BTreeSet::new();
    let mut progress = 0;
    for round in 0..kills {
        let mut child = spawn(&archive);
        let begun = Instant::now();
        // Every third dies once it has written something, most others while they ask, and some before, whenever that is.
        let has_begun = || match round % 6 {
            0 | 3 => remembered(&state).len() > kept.len(),
            5 => true,
            _ => !server.asked.lock().unwrap().is_empty(),
        };
        while !has_begun() {
            assert!(begun.elapsed() < PATIENCE, "round {round}: nothing was asked or written");
            if child.try_wait().unwrap().is_some() {
                break;
            }
            thread::sleep(Duration::from_millis(2));
        }
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        thread::sleep(Duration::from_millis((dice >> 33) % 900));
        let before = remembered(&state);
        child.kill().unwrap();
        child.wait().unwrap();
        let asked = server.take();
        let again: Vec<&String> = asked.intersection(&kept).collect();
        assert!(again.is_empty(), "round {round}: {} were asked again, such as {:?}", again.len(), again.first());
        assert!(State::open(&state, &Settings::default()).is_ok(), "round {round}: the state does not open");
        let now = remembered(&state);
        assert!(before.is_subset(&now) && kept.is_subset(&now), "round {round}: outcomes are lost");
        progress += usize::from(now.len() > kept.len());
        kept = now;
        // A quick machine is done before it was killed often enough: then it is all asked anew.
        if kept.len() == addresses && round + 1 < kills {
            std::fs::remove_dir_all(archive.join(".postproof")).unwrap();
            kept.clear();
        }
    }
    assert!(progress >= kills / 6, "only {progress} of {kills} runs wrote what stayed");
    let run = archive.run(&arguments().iter().map(String::as_str).chain(["--format", "json=-"]).collect::<Vec<_>>());
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["summary"]["links"]["by_verdict"]["alive"], addresses);
    assert!(server.take().is_disjoint(&kept));
    assert_eq!(remembered(&state).len(), addresses);
}

#[test]
fn two_runs_at_once_share_one_file() {
    let server = Quick::start();
    let archive = server.archive(600);
    let mut children = [spawn(&archive), spawn(&archive), spawn(&archive)];
    for child in &mut children {
        assert!(matches!(child.wait().unwrap().code(), Some(0 | 1)));
    }
    let state = archive.join(".postproof/state.db");
    assert_eq!(remembered(&state).len(), 600);
    let connection = Connection::open(&state).unwrap();
    let sound: String = connection.pragma_query_value(None, "integrity_check", |row| row.get(0)).unwrap();
    assert_eq!(sound, "ok");
    let runs: i64 = connection.query_row("SELECT count(*) FROM runs WHERE complete", (), |row| row.get(0)).unwrap();
    assert_eq!(runs, 3);
}
