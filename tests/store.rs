//! The state file against what happens to files: processes that are killed, two writers, damage, other versions.

#![expect(clippy::unwrap_used, reason = "the helpers of a test fail it by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use jiff::Timestamp;
use postproof::probe::{Details, Drift, Hop, Outcome, Reason, Seen, Validators, Verdict};
use postproof::store::{
    self, Candidate, Checked, Ending, FindingRecord, MaxAge, Memory, Settings, Start, State, StateErrorKind,
};

/// Tells the test binary that it is the child of one of its own tests: the state file, and the first number to write.
const CHILD: &str = "POSTPROOF_TEST_STORE_CHILD";

fn time(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn start() -> Start<'static> {
    Start { at: time(0), settings: "digest", vantage: "here" }
}

fn url(number: u64) -> String {
    format!("http://finews.zning.xyz/html_News/NewsShare.html?infoCode=NW{number:018}")
}

fn checked(url: &str, verdict: Verdict, second: i64) -> Checked {
    let reason = if verdict == Verdict::Failing { Reason::Timeout } else { Reason::Status(200) };
    let outcome = Outcome { verdict, checked_at: Some(time(second)), ..Outcome::skipped(reason) };
    Checked { url: url.into(), outcome, fragments: Box::default(), origin: None }
}

/// Small numbers without a pattern.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

fn spawn_child(path: &Path, first: u64, count: u64) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child_that_writes", "--nocapture", "--test-threads=1"])
        .env(CHILD, format!("{first} {count} {}", path.display()))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Not a test of its own: what the children of the other tests do.
#[test]
fn child_that_writes() {
    let Ok(order) = std::env::var(CHILD) else { return };
    let mut words = order.splitn(3, ' ');
    let first: u64 = words.next().unwrap().parse().unwrap();
    let count: u64 = words.next().unwrap().parse().unwrap();
    let path = PathBuf::from(words.next().unwrap());
    // Three that write without a pause leave each other little room, and SQLite's waiting is not fair.
    let patient = Settings { busy_timeout: Duration::from_mins(5), ..Settings::default() };
    let state = State::open(&path, &patient).unwrap();
    let run = state.begin(&start()).unwrap();
    let writer = state.writer(run).unwrap();
    for number in first..first + count {
        writer.record(checked(&url(number), Verdict::Alive, i64::try_from(number).unwrap()));
        writer.record(checked("http://shared.cn/", Verdict::Alive, i64::try_from(number).unwrap()));
        if number % 50 == 49 {
            writer.flush().unwrap();
            println!("durable {number}");
        }
    }
    writer.finish().unwrap();
    println!("durable {}", first + count - 1);
}

/// The highest number that a child reported in these lines.
fn durable(lines: &[String]) -> Option<u64> {
    lines.iter().rev().find_map(|line| line.split_once("durable ")?.1.parse().ok())
}

fn integrity(path: &Path) -> String {
    let connection = rusqlite::Connection::open(path).unwrap();
    connection.pragma_query_value(None, "integrity_check", |row| row.get(0)).unwrap()
}

/// How many of these addresses a run at `now` asks.
fn asked_again(urls: &[&str], memories: &[Option<Memory>], now: Timestamp) -> usize {
    let due = |(url, memory): (&&str, &Option<Memory>)| store::due(url, memory.as_ref(), now, &MaxAge::default());
    let candidates: Vec<Candidate<'_>> =
        urls.iter().zip(memories).map(due).map(|due| Candidate { host: "finews.zning.xyz", due }).collect();
    store::plan(&candidates, None).ask.len()
}

#[test]
fn killed_at_any_moment_nothing_reported_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let mut dice = Dice(u64::from(std::process::id()));
    let mut first = 0_u64;
    for round in 0..40_u64 {
        let path = folder.path().join(format!("state-{}.db", round / 10));
        if round % 10 == 0 {
            first = 0;
        }
        let mut child = spawn_child(&path, first, 1_000_000);
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (sender, receiver) = mpsc::channel();
        let reader = thread::spawn(move || lines.map_while(Result::ok).try_for_each(|line| sender.send(line)));
        let mut lines: Vec<String> = Vec::new();
        if round % 2 == 1 {
            // Every other child lives until it has reported something, however slow the machine is.
            lines.extend(receiver.iter().find(|line| line.contains("durable ")));
        }
        thread::sleep(Duration::from_micros(dice.roll(90_000)));
        child.kill().unwrap();
        child.wait().unwrap();
        lines.extend(receiver);
        reader.join().unwrap().unwrap();
        let last = durable(&lines);
        assert!(last.is_some() || round % 2 == 0, "round {round}: a child ended without a report");

        let state = State::open(&path, &Settings::default()).unwrap();
        let known = last.map_or(first, |last| last + 1);
        let urls: Vec<String> = (0..known).map(url).collect();
        let urls: Vec<&str> = urls.iter().map(String::as_str).collect();
        let memories = state.recall(&urls).unwrap();
        let lost = memories.iter().position(Option::is_none);
        assert_eq!(
            lost,
            None,
            "round {round}: {} of {known} are lost",
            memories.iter().filter(|m| m.is_none()).count()
        );
        assert_eq!(asked_again(&urls, &memories, time(i64::try_from(known).unwrap())), 0, "round {round}");
        drop(state);
        assert_eq!(integrity(&path), "ok", "round {round}");
        first = known;
    }
}

#[test]
fn two_processes_write_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(".postproof/state.db");
    let children: Vec<Child> = (0..3).map(|number| spawn_child(&path, number * 100_000, 600)).collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success());
    }
    let state = State::open(&path, &Settings::default()).unwrap();
    let urls: Vec<String> =
        (0..3).flat_map(|child| (0..600).map(move |number| url(child * 100_000 + number))).collect();
    let urls: Vec<&str> = urls.iter().map(String::as_str).collect();
    assert!(state.recall(&urls).unwrap().iter().all(Option::is_some));
    let shared = state.recall(&["http://shared.cn/"]).unwrap().remove(0).unwrap();
    assert_eq!(shared.track.checks, 1800, "no process undid what another had counted");
    assert_eq!(state.runs(10).unwrap().len(), 3);
    assert_eq!(integrity(&path), "ok");
}

#[test]
fn what_is_handed_over_is_written_without_being_asked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.db");
    let settings = Settings { write_interval: Duration::from_millis(20), ..Settings::default() };
    let state = State::open(&path, &settings).unwrap();
    let writer = state.writer(state.begin(&start()).unwrap()).unwrap();
    writer.record(checked("http://a.cn/", Verdict::Alive, 1));
    let seen = (0..6000).any(|_| {
        thread::sleep(Duration::from_millis(10));
        state.recall(&["http://a.cn/"]).unwrap()[0].is_some()
    });
    assert!(seen);
    drop(writer);
}

#[test]
fn everything_of_an_outcome_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let state = State::open(&folder.path().join("状态 '1'.db"), &Settings::default()).unwrap();
    let writer = state.writer(state.begin(&start()).unwrap()).unwrap();
    let details = Details {
        final_url: Some("https://b.cn/新".into()),
        redirects: [Hop { status: 301, to: "https://b.cn/新".into() }, Hop { status: 302, to: "/\u{1F4A1}".into() }]
            .into(),
        evidence: Some("<title>404</title>".into()),
        missing_fragments: ["没有".into()].into(),
        validators: Some(Validators {
            etag: Some("W/\"é\"".into()),
            last_modified: Some("Mon, 23 Nov 2026 17:20:06 GMT".into()),
        }),
    };
    let full = Checked {
        url: "http://例子.cn/\u{0}?q='\"--\n".into(),
        outcome: Outcome {
            verdict: Verdict::Moved,
            status: Some(200),
            checked_at: Some(Timestamp::from_millisecond(1_800_000_000_123).unwrap()),
            attempts: u16::MAX,
            elapsed_ms: u32::MAX,
            reason: Reason::Status(301),
            seen: Some(Seen { drift: Some(Drift { title: 100, lead: 7 }) }),
            details: Some(Box::new(details)),
        },
        fragments: ["没有".into(), "".into(), ":~:text=\"x\"".into()].into(),
        origin: Some("cn-north".into()),
    };
    writer.record(full.clone());
    writer.record(Checked { outcome: Outcome::skipped(Reason::Offline), ..full.clone() });
    let written = writer.finish().unwrap();
    assert_eq!((written.remembered, written.passed_over), (1, 1));
    let memories = state.recall(&["http://other.cn/", &full.url, &full.url]).unwrap();
    assert_eq!(memories[0], None);
    assert_eq!(memories[1], memories[2]);
    let memory = memories[1].as_ref().unwrap();
    assert_eq!(memory.outcome, full.outcome);
    assert_eq!((&memory.fragments, &memory.origin), (&full.fragments, &full.origin));
    assert_eq!((memory.track.checks, memory.track.streak), (1, 1));
}

#[test]
fn runs_and_what_changed_between_them() {
    let folder = tempfile::tempdir().unwrap();
    let mut state = State::open(&folder.path().join("state.db"), &Settings::default()).unwrap();
    let finding =
        |fingerprint| FindingRecord { fingerprint, code: "LK004", path: "_posts/a.md", url: None, message: "m" };
    let verdicts = [Verdict::Alive, Verdict::Failing, Verdict::Failing, Verdict::Alive];
    let found: [&[&str]; 4] = [&["x"], &["x", "y"], &["y"], &["x", "y"]];
    let mut ledgers = Vec::new();
    let mut changes = Vec::new();
    for (number, (verdict, found)) in (1..).zip(verdicts.into_iter().zip(found)) {
        let run = state.begin(&Start { at: time(number * 100), ..start() }).unwrap();
        let writer = state.writer(run).unwrap();
        writer.record(checked("http://a.cn/", verdict, number * 100));
        writer.finish().unwrap();
        let findings: Vec<FindingRecord<'_>> = found.iter().copied().map(finding).collect();
        let ledger = state.enter(run, time(number * 100), &findings, true).unwrap();
        let since: Vec<i64> = ledger.since.iter().map(|at| at.as_second() - 1_800_000_000).collect();
        ledgers.push((since, ledger.new, ledger.healed));
        changes.push(state.changes_of_run(run).unwrap().len());
        let counts = BTreeMap::from([("posts".to_owned(), 7)]);
        state
            .end(run, &Ending { at: time(number * 100 + 9), complete: number != 2, healthy: number > 2, counts })
            .unwrap();
    }
    assert_eq!(ledgers, [(vec![100], 1, 0), (vec![100, 200], 1, 0), (vec![200], 0, 1), (vec![400, 200], 1, 0),]);
    assert_eq!(changes, [0, 1, 0, 1]);
    let history = state.changes_of_address("http://a.cn/").unwrap();
    let history: Vec<_> = history.iter().map(|change| (change.run.number(), change.before, change.verdict)).collect();
    assert_eq!(history, [(2, Some(Verdict::Alive), Verdict::Failing), (4, Some(Verdict::Failing), Verdict::Alive)]);
    let runs = state.runs(2).unwrap();
    assert_eq!(runs.iter().map(|run| run.run.number()).collect::<Vec<_>>(), [4, 3]);
    assert_eq!((runs[0].complete, runs[0].finished_at, runs[0].counts["posts"]), (true, Some(time(409)), 7));
    let early = state.runs(9).unwrap().remove(2);
    assert_eq!((early.complete, early.healthy, runs[0].healthy), (false, Some(false), Some(true)));

    // A run over a part of the archive says nothing about the rest.
    let run = state.begin(&start()).unwrap();
    assert_eq!(state.enter(run, time(500), &[finding("z")], false).unwrap().healed, 0);
    assert_eq!(state.enter(run, time(500), &[finding("x")], true).unwrap().since, [time(400)]);
}

#[test]
fn notes_are_kept_and_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let mut state = State::open(&folder.path().join("state.db"), &Settings::default()).unwrap();
    assert_eq!(state.note("commit", "").unwrap(), None);
    state.set_note("commit", "", "abc", time(1)).unwrap();
    state.set_note("commit", "", "def", time(2)).unwrap();
    state.set_note("soft-404", "", "other", time(9)).unwrap();
    assert_eq!(state.note("commit", "").unwrap(), Some(("def".to_owned(), time(2))));
    state.forget(time(3)).unwrap();
    assert_eq!(state.note("commit", "").unwrap(), None);
    assert!(state.note("soft-404", "").unwrap().is_some());
}

/// A healthy file with some thousand addresses, closed.
fn healthy(path: &Path) -> Vec<u8> {
    let state = State::open(path, &Settings::default()).unwrap();
    let writer = state.writer(state.begin(&start()).unwrap()).unwrap();
    for number in 0..2000 {
        writer.record(checked(&url(number), if number % 3 == 0 { Verdict::Failing } else { Verdict::Alive }, 1));
    }
    writer.finish().unwrap();
    drop(state);
    fs::read(path).unwrap()
}

/// Opens the file and reads and writes all it can; the first error, if any.
fn use_everything(path: &Path) -> Result<usize, StateErrorKind> {
    let settings = Settings { busy_timeout: Duration::from_millis(100), ..Settings::default() };
    let mut state = State::open(path, &settings).map_err(|error| error.kind)?;
    let urls: Vec<String> = (0..2000).map(url).collect();
    let urls: Vec<&str> = urls.iter().map(String::as_str).collect();
    let memories = state.recall(&urls).map_err(|error| error.kind)?;
    state.recall(&["http://a.cn/"]).map_err(|error| error.kind)?;
    state.runs(10).map_err(|error| error.kind)?;
    state.changes_of_address(&url(3)).map_err(|error| error.kind)?;
    let run = state.begin(&start()).map_err(|error| error.kind)?;
    let writer = state.writer(run).map_err(|error| error.kind)?;
    writer.record(checked("http://new.cn/", Verdict::Dead, 1));
    writer.finish().map_err(|error| error.kind)?;
    state.enter(run, time(1), &[], true).map_err(|error| error.kind)?;
    Ok(memories.iter().flatten().count())
}

#[test]
fn a_file_cut_anywhere_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.db");
    let whole = healthy(&path);
    assert_eq!(use_everything(&path).unwrap(), 2000);
    let cuts = [1, 2, 15, 16, 17, 24, 27, 28, 59, 99, 100, 101, 511, 512, 4095, 4096, 4097, 8192, whole.len() - 1];
    let steps = (1..40).map(|step| whole.len() * step / 40);
    for cut in cuts.into_iter().chain(steps) {
        let path = folder.path().join(format!("cut-{cut}.db"));
        fs::write(&path, &whole[..cut]).unwrap();
        match use_everything(&path) {
            // Less than a page may be missing where nothing was.
            Ok(found) => assert!(found == 2000 && cut > whole.len() - 4096, "cut at {cut}: {found} addresses are left"),
            Err(StateErrorKind::Damaged(_)) => {
                let left = fs::read(&path).unwrap();
                assert_eq!(left, &whole[..cut], "a damaged file is left as it is, for whoever wants to save it");
            }
            Err(error) => panic!("cut at {cut}: {error}"),
        }
    }
}

#[test]
fn damaged_bytes_never_panic() {
    let folder = tempfile::tempdir().unwrap();
    let whole = healthy(&folder.path().join("state.db"));
    let mut dice = Dice(7);
    let mut told = 0;
    for round in 0..150 {
        let mut bytes = whole.clone();
        // Headers and page heads are where most of the structure is; text in the middle of a page says nothing of damage.
        let length = u64::try_from(bytes.len()).unwrap();
        for _ in 0..=dice.roll(20) {
            let page = dice.roll(length / 4096) * 4096;
            let offset = if round % 2 == 0 { page + dice.roll(100) } else { dice.roll(length) };
            bytes[usize::try_from(offset).unwrap()] = u8::try_from(dice.roll(256)).unwrap();
        }
        let path = folder.path().join(format!("damaged-{round}.db"));
        fs::write(&path, &bytes).unwrap();
        if let Err(error) = use_everything(&path) {
            assert!(!error.to_string().is_empty());
            told += 1;
        }
        fs::remove_file(&path).unwrap();
    }
    assert!(told > 50, "only {told} of 150 damaged files were told");
    for length in [1, 10, 100, 1000, 100_000] {
        let noise: Vec<u8> = (0..length).map(|_| u8::try_from(dice.roll(256)).unwrap()).collect();
        let path = folder.path().join(format!("noise-{length}.db"));
        fs::write(&path, noise).unwrap();
        assert!(matches!(use_everything(&path), Err(StateErrorKind::Damaged(_))));
    }
}

#[test]
fn a_damaged_journal_costs_at_most_what_is_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let origin = folder.path().join("origin.db");
    healthy(&origin);
    let state = State::open(&origin, &Settings::default()).unwrap();
    let writer = state.writer(state.begin(&start()).unwrap()).unwrap();
    for number in 5000..5300 {
        writer.record(checked(&url(number), Verdict::Alive, 1));
    }
    writer.flush().unwrap();
    // What a process leaves behind that is killed here.
    let (whole, journal) = (fs::read(&origin).unwrap(), fs::read(folder.path().join("origin.db-wal")).unwrap());
    assert!(!journal.is_empty());
    let mut dice = Dice(3);
    let length = u64::try_from(journal.len()).unwrap();
    for round in 0..60 {
        let path = folder.path().join(format!("copy-{round}.db"));
        let mut damaged = journal.clone();
        if round % 3 == 0 {
            damaged.truncate(usize::try_from(dice.roll(length)).unwrap());
        } else {
            for _ in 0..=dice.roll(30) {
                let offset = if round % 3 == 1 { dice.roll(64) } else { dice.roll(length) };
                damaged[usize::try_from(offset).unwrap()] = u8::try_from(dice.roll(256)).unwrap();
            }
        }
        fs::write(&path, &whole).unwrap();
        fs::write(folder.path().join(format!("copy-{round}.db-wal")), damaged).unwrap();
        fs::write(folder.path().join(format!("copy-{round}.db-shm")), vec![u8::try_from(round).unwrap(); 32_768])
            .unwrap();
        // Its frames carry checksums: those behind the first bad one count as never written.
        assert_eq!(use_everything(&path).unwrap(), 2000, "round {round}");
        assert_eq!(integrity(&path), "ok", "round {round}");
    }
}

/// What a person reads when the file cannot be opened.
fn message(path: &Path) -> String {
    let error =
        State::open(path, &Settings { busy_timeout: Duration::from_millis(50), ..Settings::default() }).unwrap_err();
    let message = error.to_string().replace(&path.display().to_string(), "state.db");
    // Each migration raises the version that is known.
    match message.split_once("this one knows ") {
        Some((before, after)) => {
            format!("{before}this one knows less{}", after.trim_start_matches(|c: char| c.is_ascii_digit()))
        }
        None => message,
    }
}

#[test]
fn what_cannot_be_opened_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("newer.db");
    healthy(&path);
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.pragma_update(None, "user_version", 777).unwrap();
    drop(connection);
    let before = fs::read(&path).unwrap();
    insta::assert_snapshot!(message(&path), @"cannot open the state file state.db: a newer postproof wrote it (state version 777, and this one knows less); update postproof, or name another state file");
    assert_eq!(fs::read(&path).unwrap(), before, "a newer file is not touched");

    let path = folder.path().join("foreign.db");
    rusqlite::Connection::open(&path).unwrap().execute_batch("CREATE TABLE bookmarks (url)").unwrap();
    let before = fs::read(&path).unwrap();
    insta::assert_snapshot!(message(&path), @"cannot open the state file state.db: it is the database of another program; name another state file");
    assert_eq!(fs::read(&path).unwrap(), before, "another program's file is not touched");

    let path = folder.path().join("noise.db");
    fs::write(&path, "SQLite is not what is in here, whatever the name says".repeat(40)).unwrap();
    insta::assert_snapshot!(message(&path), @"cannot open the state file state.db: it is damaged (file is not a database); move it away together with the files beside it that begin with its name, and run again: every address will be asked anew");

    let path = folder.path().join("hollow.db");
    healthy(&path);
    rusqlite::Connection::open(&path).unwrap().execute_batch("DROP TABLE changes").unwrap();
    insta::assert_snapshot!(message(&path), @"cannot open the state file state.db: it is damaged (no such table: changes); move it away together with the files beside it that begin with its name, and run again: every address will be asked anew");

    // A file where the folder should be stands for a folder that cannot be written: the superuser may write anywhere.
    fs::write(folder.path().join("plain"), "").unwrap();
    insta::assert_snapshot!(message(&folder.path().join("plain/state.db")), @"cannot open the state file state.db: it cannot be written (File exists (os error 17)); make the file and its folder writable, or name another state file");
    fs::create_dir(folder.path().join("directory.db")).unwrap();
    insta::assert_snapshot!(message(&folder.path().join("directory.db")), @"cannot open the state file state.db: it cannot be written (unable to open database file: state.db); make the file and its folder writable, or name another state file");
}

#[test]
fn a_file_that_is_held_is_waited_for_and_then_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.db");
    healthy(&path);
    let settings = Settings {
        busy_timeout: Duration::from_millis(30),
        write_interval: Duration::from_millis(5),
        ..Settings::default()
    };
    let state = State::open(&path, &settings).unwrap();
    let run = state.begin(&start()).unwrap();
    let holder = rusqlite::Connection::open(&path).unwrap();
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(state.recall(&[&url(1)]).unwrap().len(), 1, "reading goes on while another writes");
    let writer = state.writer(run).unwrap();
    writer.record(checked("http://held.cn/", Verdict::Alive, 1));
    let error = writer.flush().unwrap_err();
    assert!(matches!(error.kind, StateErrorKind::Busy), "{error}");
    holder.execute_batch("COMMIT").unwrap();
    writer.flush().unwrap();
    assert!(state.recall(&["http://held.cn/"]).unwrap()[0].is_some(), "what was handed over meanwhile is not lost");
    // However much is handed over while nothing can be written, nobody is kept waiting for good, and nothing is lost.
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    let many: Vec<String> = (0..20_000).map(url).collect();
    for url in &many {
        writer.record(checked(url, Verdict::Alive, 1));
    }
    holder.execute_batch("COMMIT").unwrap();
    writer.flush().unwrap();
    let known = state.recall(&many.iter().map(String::as_str).collect::<Vec<_>>()).unwrap();
    assert!(known.iter().all(Option::is_some));
    holder.execute_batch("BEGIN IMMEDIATE").unwrap();
    writer.record(checked("http://lost.cn/", Verdict::Alive, 1));
    assert!(writer.finish().is_err(), "what could not be written is told");
}

#[test]
fn the_folder_ignores_the_state_and_lets_the_seal_in() {
    let folder = tempfile::tempdir().unwrap();
    let git = |arguments: &[&str]| {
        let output = Command::new("git").args(arguments).current_dir(folder.path()).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    git(&["init", "--quiet"]);
    let path = folder.path().join(".postproof/state.db");
    let state = State::open(&path, &Settings::default()).unwrap();
    state.begin(&start()).unwrap();
    fs::create_dir(folder.path().join(".postproof/seal")).unwrap();
    fs::write(folder.path().join(".postproof/seal/2022-01.sha256"), "").unwrap();
    let status = git(&["status", "--porcelain", "--untracked-files=all"]);
    assert_eq!(status, "?? .postproof/.gitignore\n?? .postproof/seal/2022-01.sha256\n");

    // What a person wrote there stays, and so does a folder that is not ours.
    fs::write(folder.path().join(".postproof/.gitignore"), "mine").unwrap();
    State::open(&path, &Settings::default()).unwrap();
    assert_eq!(fs::read_to_string(folder.path().join(".postproof/.gitignore")).unwrap(), "mine");
    State::open(&folder.path().join("elsewhere/state.db"), &Settings::default()).unwrap();
    assert!(!folder.path().join("elsewhere/.gitignore").exists());
}
