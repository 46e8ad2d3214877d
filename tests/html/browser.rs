//! The pages in headless Chromium, used as a person uses them: what it saw is recorded in `verdicts.json`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use postproof::language::Language;
use rusqlite::Connection;
use serde_json::Value;

use crate::{reports, web, written};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn record() -> PathBuf {
    Path::new(ROOT).join("tests/html/verdicts.json")
}

fn recorded() -> Value {
    serde_json::from_slice(&fs::read(record()).unwrap()).unwrap()
}

/// The sample archive as an owner meets it after a week: some posts healed, others new.
fn demo(folder: &Path, language: &str, days: usize) {
    let archive = Path::new(ROOT).join("tests/fixtures/archive");
    let copy = folder.join("archive");
    copy_folder(&archive, &copy);
    fs::write(copy.join("postproof.yml"), format!("report: {{language: {language}}}\n{}", settings(&copy))).unwrap();
    let web = web::Web::start(&archive).unwrap();
    let proxy = web.proxy();
    let state = folder.join(format!("{language}.db"));
    let page = folder.join(format!("demo.{language}.html"));
    // Each day some of what is damaged has not been written yet; on the first day something is that is mended later.
    let mut held = hold_back(&copy, &folder.join("held"));
    let mended = copy.join("_posts/2022-05-01-mended.md");
    fs::write(&mended, "---\nlayout: post\ntitle: \"a\" b\"\ndate: 2022-05-01 08:00:00 +0800\n---\n[x](a b)\n")
        .unwrap();
    for day in 0..days {
        if day + 1 == days {
            fs::remove_file(&mended).unwrap();
        }
        let left = held.len() - held.len() / (days - day);
        for (from, to) in held.split_off(left) {
            fs::rename(from, to).unwrap();
        }
        let arguments =
            ["--proxy", &proxy, "--pace", "2ms", "--state", state.to_str().unwrap(), "--no-reports", "--quiet"];
        let format = format!("html={}", page.display());
        let mut command = Command::new(env!("CARGO_BIN_EXE_postproof"));
        command.arg("check").arg(&copy).args(arguments).args(["--format", &format]);
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
        let sql = "UPDATE runs SET started_at = started_at - 86400000, finished_at = finished_at - 86400000;
                   UPDATE findings SET first_seen = first_seen - 86400000, last_seen = last_seen - 86400000;";
        Connection::open(&state).unwrap().execute_batch(sql).unwrap();
    }
    fs::remove_dir_all(&copy).unwrap();
}

/// What the sample archive's own settings say, without a part that is set here.
fn settings(archive: &Path) -> String {
    fs::read_to_string(archive.join("postproof.yml")).unwrap_or_default()
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_folder(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}

/// Takes every third post away, and tells where each was.
fn hold_back(archive: &Path, shelf: &Path) -> Vec<(PathBuf, PathBuf)> {
    fs::create_dir_all(shelf).unwrap();
    let mut posts: Vec<PathBuf> =
        fs::read_dir(archive.join("_posts")).unwrap().map(|entry| entry.unwrap().path()).collect();
    posts.sort();
    let held: Vec<(PathBuf, PathBuf)> =
        posts.into_iter().step_by(3).map(|post| (shelf.join(post.file_name().unwrap()), post)).collect();
    for (shelved, post) in &held {
        fs::rename(post, shelved).unwrap();
    }
    held
}

#[test]
fn a_browser_shows_them_as_they_are_meant() {
    let mode = std::env::var("POSTPROOF_JUDGES").unwrap_or_default();
    if mode.is_empty() {
        println!("no browser was asked: its recorded verdicts were used (POSTPROOF_JUDGES=1 asks it)");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    demo(folder.path(), "en", 4);
    demo(folder.path(), "zh", 1);
    let write = |name: &str, page: &str| fs::write(folder.path().join(name), page).unwrap();
    write("large.html", &written(&reports::large(100_000), Language::English, &reports::large_source));
    write("hostile.html", &written(&reports::hostile(), Language::English, &reports::hostile_source));
    write("known.html", &written(&reports::half_known(500), Language::English, &reports::large_source));
    let modules = Path::new(ROOT).join("target/judges");
    let mut command = Command::new("node");
    command.arg(Path::new(ROOT).join("tests/html/judge.mjs")).arg(folder.path()).arg(modules);
    if mode == "record" {
        command.arg(Path::new(ROOT).join("target/html"));
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let seen: Value = serde_json::from_slice(&output.stdout).unwrap();
    println!("100,000 findings in the browser: {:#}", seen["timings"]);
    for (what, time) in seen["timings"].as_object().unwrap() {
        // What the page is made for is a second. How long it takes is told and decides nothing, unless it is a minute,
        // which no load explains.
        assert!(time.as_f64().unwrap() < 60_000.0, "{what} takes {time} ms");
    }
    if mode == "record" {
        fs::write(record(), format!("{:#}\n", seen["verdicts"])).unwrap();
    }
    assert_eq!(seen["verdicts"], recorded(), "the record is stale: POSTPROOF_JUDGES=record writes it anew");
}

#[test]
fn what_the_browser_saw_is_well() {
    let verdicts = recorded();
    let none = Value::Array(Vec::new());
    let axe = verdicts["axe"].as_object().unwrap();
    assert_eq!(axe.len(), 4);
    for (name, page) in axe {
        assert_eq!((&page["violations"], &page["troubles"]), (&none, &none), "{name}");
        assert_eq!(page["scrolls_sideways"], false, "{name}");
    }
    for part in ["clicks", "keys", "large", "hostile"] {
        assert_eq!(verdicts[part]["troubles"], none, "{part}");
    }
    assert_eq!(verdicts["large"]["violations"], none);
    assert_eq!(verdicts["keys"]["reached"], none, "controls that no key reaches");
    let hostile = &verdicts["hostile"];
    for moment in ["at_first", "after"] {
        assert_eq!(hostile[moment]["evil"], "never ran");
        assert_eq!((&hostile[moment]["foreign"], &hostile[moment]["handlers"]), (&none, &0.into()));
    }
    assert_eq!(hostile["policy"], "refused");
    for (name, fact) in verdicts["without_scripts"].as_object().unwrap() {
        assert!(fact == &Value::Bool(true) || fact == &Value::from(1), "{name}: {fact}");
    }
}

#[test]
fn what_the_baseline_knows_was_filtered_in_a_browser() {
    let (none, known) = (Value::Array(Vec::new()), &recorded()["known"]);
    assert_eq!((&known["troubles"], &known["violations"], &known["address"]), (&none, &none, &"#fresh=1".into()));
    assert_eq!((&known["marks"], &known["no_marks"]), (&true.into(), &true.into()));
}
