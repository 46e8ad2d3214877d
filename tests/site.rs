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

use support::{Source, Verdict, compare, judge, recorded};

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
fn hold(sites: &BTreeMap<String, Source>, verdicts: &BTreeMap<String, Verdict>) {
    let mut differences = String::new();
    for (name, source) in sites {
        let verdict =
            verdicts.get(name).unwrap_or_else(|| panic!("{name}: no verdict; run with POSTPROOF_JUDGES=record"));
        if let Err(difference) = compare(source, verdict) {
            writeln!(differences, "== {name}\n{difference}").unwrap();
            if is_live() {
                differences.push_str(&source.picture());
            }
        }
    }
    assert!(differences.is_empty(), "the map and Jekyll differ:\n{differences}");
}

#[test]
fn the_map_is_what_jekyll_writes() {
    let sites = sites();
    assert!(sites.len() >= 25, "there are only {} sites", sites.len());
    if is_live() {
        println!("judge: Jekyll, run on this machine");
        let verdicts = judge(&sites);
        assert_eq!(verdicts, recorded(), "tests/site/verdicts.json is stale; POSTPROOF_JUDGES=record writes it");
        hold(&sites, &verdicts);
    } else if std::env::var_os("POSTPROOF_JUDGES").is_some_and(|value| value == "record") {
        println!("judge: Jekyll, run on this machine and recorded");
        let verdicts = judge(&sites);
        support::record(&verdicts);
        hold(&sites, &verdicts);
    } else {
        println!("judge: the answers of Jekyll in tests/site/verdicts.json");
        hold(&sites, &recorded());
    }
}

#[test]
fn random_sites_are_what_jekyll_writes() {
    if !is_live() {
        println!("skipped: POSTPROOF_JUDGES=1 builds random sites with Jekyll");
        return;
    }
    let count = std::env::var("POSTPROOF_RANDOM_SITES").ok().and_then(|count| count.parse().ok()).unwrap_or(300);
    let first = std::env::var("POSTPROOF_RANDOM_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let sites: BTreeMap<String, Source> =
        (first..first + count).map(|seed| (format!("seed-{seed:05}"), random::site(seed))).collect();
    let verdicts = judge(&sites);
    let built = verdicts.values().filter(|verdict| matches!(verdict, Verdict::Built { .. })).count();
    println!("judge: Jekyll built {built} of {count} random sites");
    hold(&sites, &verdicts);
}
