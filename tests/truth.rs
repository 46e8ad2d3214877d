//! Holds the whole program to the lists of planted defects: every one is found under its code, in its line,
//! and nothing else is.

#[path = "truth/example.rs"]
mod example;
#[path = "truth/generated.rs"]
mod generated;
#[path = "support/generator/mod.rs"]
mod generator;
#[path = "truth/planted.rs"]
mod planted;
#[path = "support/run.rs"]
mod run;
#[path = "support/web/mod.rs"]
mod web;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use serde_json::Value;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");

/// Lines by path and code; sorted.
type Lines = BTreeMap<(String, String), Vec<u64>>;

/// What a run reports about an archive, leaving out `skipped` codes.
fn found(archive: &Path, arguments: &[&str], skipped: &[&str]) -> io::Result<Lines> {
    let folder = tempfile::tempdir()?;
    let report = folder.path().join("health.json");
    run::check_into(&report, archive, arguments)?;
    let report: Value = serde_json::from_slice(&fs::read(&report)?)?;
    let findings = report.get("findings").and_then(Value::as_array).ok_or_else(|| io::Error::other("no findings"))?;
    let mut lines = Lines::new();
    for finding in findings {
        let text = |key| finding.get(key).and_then(Value::as_str).unwrap_or_default();
        let line = finding.get("line").and_then(Value::as_u64).unwrap_or_default();
        if !skipped.contains(&text("code")) {
            add(&mut lines, text("path"), text("code"), line);
        }
    }
    for lines in lines.values_mut() {
        lines.sort_unstable();
    }
    Ok(lines)
}

/// The differences between what was planted and what was found. Line 0 fits every line.
fn differences(planted: &Lines, found: &Lines) -> Vec<String> {
    let none = Vec::new();
    let mut keys: Vec<_> = planted.keys().chain(found.keys()).collect();
    keys.sort();
    keys.dedup();
    let mut told = Vec::new();
    for key in keys {
        let (planted, found) = (planted.get(key).unwrap_or(&none), found.get(key).unwrap_or(&none));
        let fits =
            planted.len() == found.len() && planted.iter().filter(|line| **line != 0).all(|line| found.contains(line));
        if !fits {
            told.push(format!("{} {}: planted in lines {planted:?}, found in lines {found:?}", key.0, key.1));
        }
    }
    told
}

fn add(lines: &mut Lines, path: &str, code: &str, line: u64) {
    lines.entry((path.to_owned(), code.to_owned())).or_default().push(line);
}

#[test]
fn every_defect_of_the_sample_archive_is_found_and_nothing_else() {
    let archive = Path::new(FIXTURES).join("archive");
    let mut planted = Lines::new();
    for row in fs::read_to_string(format!("{FIXTURES}/archive.truth.tsv")).unwrap().lines().skip(1) {
        let [path, line, code, _] = row.split('\t').collect::<Vec<_>>()[..] else { panic!("{row}") };
        add(&mut planted, path, code, line.parse().unwrap());
    }
    let web = web::Web::start(&archive).unwrap();
    let proxy = web.proxy();
    let found = found(&archive, &["--proxy", &proxy, "--pace", "5ms"], &[]).unwrap();
    let told = differences(&planted, &found);
    assert!(told.is_empty(), "{}", told.join("\n"));
    assert!(web.hits().len() > 15, "the web was not asked");
}

#[test]
fn nothing_is_wrong_with_the_healthy_archive() {
    let found = found(&Path::new(FIXTURES).join("healthy"), &["--offline"], &["FM009"]).unwrap();
    let told = differences(&Lines::new(), &found);
    assert!(told.is_empty(), "{}", told.join("\n"));
}
