//! Real Jekyll as the judge of the site map.
//!
//! Each `tests/site/*.txt` is a small site as readable text. `tests/site/judge.rb` builds them with Jekyll and says which
//! files it wrote; its answers are kept in `tests/site/verdicts.json`, and a plain `cargo test` holds the map against
//! them, both ways. With `POSTPROOF_JUDGES=1` Jekyll runs: the record must then be what it says, and a few hundred
//! random sites are compared as well.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test that cannot go on must fail"
)]

#[expect(dead_code, reason = "every test binary takes what it needs of it")]
#[path = "support/archive.rs"]
mod archive;
#[path = "site/built.rs"]
mod built;
#[path = "site/damage.rs"]
mod damage;
#[path = "site/random.rs"]
mod random;
#[path = "site/rules.rs"]
mod rules;
#[path = "site/support.rs"]
mod support;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use postproof::site::Engine;
use support::{JEKYLL_3, JEKYLL_4, Judge, Source, Verdict, compare, judge};

fn sites() -> BTreeMap<String, Source> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/site");
    let mut sites = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "txt") {
            let text = std::fs::read_to_string(&path).unwrap();
            sites.insert(path.file_stem().unwrap().to_str().unwrap().to_owned(), Source::parse(&text));
        }
    }
    sites
}

fn is_live() -> bool {
    std::env::var_os("POSTPROOF_JUDGES").is_some_and(|value| value == "1")
}

/// Compares every site and tells of all differences at once.
fn hold(engine: Engine, sites: &BTreeMap<String, Source>, verdicts: &BTreeMap<String, Verdict>) {
    let mut differences = String::new();
    for (name, source) in sites {
        let verdict =
            verdicts.get(name).unwrap_or_else(|| panic!("{name}: no verdict; run with POSTPROOF_JUDGES=record"));
        if let Err(difference) = compare(engine, source, verdict) {
            writeln!(differences, "== {name}\n{difference}").unwrap();
            if is_live() {
                differences.push_str(&source.picture());
            }
        }
    }
    assert!(differences.is_empty(), "the map and Jekyll differ:\n{differences}");
}

/// Holds the sites against a judge that runs, or against what it said.
fn hold_against(judge_of: &Judge) {
    let sites = sites();
    assert!(sites.len() >= 25, "there are only {} sites", sites.len());
    let asked = std::env::var("POSTPROOF_JUDGES").unwrap_or_default();
    let program = judge_of.program().filter(|_| matches!(asked.as_str(), "1" | "record"));
    let Some(program) = program else {
        println!("judge: the recorded answers of Jekyll ({:?})", judge_of.engine);
        return hold(judge_of.engine, &sites, &judge_of.recorded());
    };
    println!("judge: Jekyll, run on this machine ({:?})", judge_of.engine);
    let verdicts = judge(&program, &sites);
    if asked == "record" {
        judge_of.keep(&verdicts);
    } else {
        assert_eq!(verdicts, judge_of.recorded(), "the record is stale; POSTPROOF_JUDGES=record writes it");
    }
    hold(judge_of.engine, &sites, &verdicts);
}

#[test]
fn the_map_is_what_jekyll_writes() {
    hold_against(&JEKYLL_4);
}

#[test]
fn the_map_is_what_the_older_jekyll_writes() {
    hold_against(&JEKYLL_3);
}

fn hold_random_sites_against(judge_of: &Judge) {
    let Some(program) = judge_of.program().filter(|_| is_live()) else {
        println!("skipped: POSTPROOF_JUDGES=1 builds random sites with Jekyll ({:?})", judge_of.engine);
        return;
    };
    let number = |name| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let (count, first) =
        (number("POSTPROOF_RANDOM_SITES").unwrap_or(300), number("POSTPROOF_RANDOM_SEED").unwrap_or(1));
    let sites: BTreeMap<String, Source> =
        (first..first + count).map(|seed: u64| (format!("seed-{seed:05}"), random::site(seed))).collect();
    let verdicts = judge(&program, &sites);
    let built = verdicts.values().filter(|verdict| matches!(verdict, Verdict::Built { .. })).count();
    println!("judge: Jekyll ({:?}) built {built} of {count} random sites", judge_of.engine);
    hold(judge_of.engine, &sites, &verdicts);
}

#[test]
fn random_sites_are_what_jekyll_writes() {
    hold_random_sites_against(&JEKYLL_4);
}

#[test]
fn random_sites_are_what_the_older_jekyll_writes() {
    hold_random_sites_against(&JEKYLL_3);
}
