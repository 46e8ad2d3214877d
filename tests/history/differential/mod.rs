//! Random archives with random histories: what `--since` says is what two full checks say.
//!
//! The truth is made of full checks of both ends. Every finding of `--since` is one of the full check of the newer end,
//! and either new or in a file that the change touched; every finding that is new, or in a touched file, is told.
//! `POSTPROOF_HISTORIES=1000..1300` tries other histories than the few that always run.

mod archive;
mod step;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::repository::{Repository, check_in};
use archive::Archive;

#[path = "../../support/generator/random.rs"]
mod random;

use random::Random;

/// The histories that always run.
const USUAL: Range<u64> = 0..6;

/// Commits of a history.
const STEPS: usize = 5;

#[test]
fn a_change_is_judged_as_two_full_checks_would() {
    let histories = std::env::var("POSTPROOF_HISTORIES").ok().map_or(USUAL, |range| {
        let (from, to) = range.split_once("..").unwrap();
        from.parse().unwrap()..to.parse().unwrap()
    });
    let wrong: Vec<String> = histories.flat_map(history).collect();
    assert!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
}

/// A finding, as far as both ways of checking must agree on it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Told {
    print: String,
    code: String,
    path: String,
    message: String,
}

/// Makes a history and gives what is wrong about it.
fn history(seed: u64) -> Vec<String> {
    let mut random = Random::new(seed, 7);
    let repository = Repository::empty();
    let mut archive = Archive::new(&mut random);
    save(&repository, &BTreeMap::new(), archive.files());
    repository.commit("first");
    let mut wrong = Vec::new();
    let mut ends = vec![(archive.files().clone(), full(&repository))];
    for number in 1..=STEPS {
        let before = archive.files().clone();
        let mut steps = Vec::new();
        for _ in 0..=random.below(3) {
            steps.push(archive.step(&mut random));
        }
        save(&repository, &before, archive.files());
        // Some changes are judged before they are committed.
        let is_committed = random.chance(800);
        if is_committed {
            repository.commit("change");
        }
        let after = full(&repository);
        let back = if random.chance(250) { 2.min(ends.len()) } else { 1 };
        let (old, known) = &ends[ends.len() - back];
        let since = format!("HEAD~{}", if is_committed { back } else { back - 1 });
        let change = Change { old, new: archive.files(), known, after: &after };
        // The index follows from commit to commit, or is made anew.
        let flags: &[&str] = if random.chance(200) { &["--no-state"] } else { &[] };
        let run = check_in(repository.path(), &[&["--since", &since, "--ignore", "FX"], flags].concat());
        assert!(run.code < 2, "history {seed}, step {number}: {}", run.stderr);
        let is_whole = run.said.contains("so everything was judged");
        let differences = change.differences(&told(&run.report), is_whole);
        let place = |difference: &String| format!("history {seed}, step {number} {since} {steps:?}: {difference}");
        wrong.extend(differences.iter().map(place));
        if !is_committed {
            repository.commit("change");
        }
        ends.push((archive.files().clone(), after));
    }
    if !wrong.is_empty() && std::env::var_os("POSTPROOF_HISTORIES").is_some() {
        let kept = std::env::temp_dir().join(format!("history-{seed}"));
        let _ = std::fs::remove_dir_all(&kept);
        repository.keep(&kept);
    }
    wrong
}

/// Two ends of a history, and what full checks say of them.
struct Change<'a> {
    old: &'a BTreeMap<String, Vec<u8>>,
    new: &'a BTreeMap<String, Vec<u8>>,
    known: &'a [Told],
    after: &'a [Told],
}

impl Change<'_> {
    fn differences(&self, told: &[Told], is_whole: bool) -> Vec<String> {
        let (touched, moved) = self.touched();
        let is_new = |finding: &Told| !self.known.iter().any(|known| self.is_same(known, finding));
        let mut wrong = Vec::new();
        for finding in self.after {
            // What moved keeps its findings to itself, even if its new name makes others of them.
            let must =
                is_whole || touched.contains(&*finding.path) || is_new(finding) && !moved.contains(&*finding.path);
            if must && !told.iter().any(|told| told.is(finding)) {
                wrong.push(format!("not told: {finding:?}"));
            }
        }
        for finding in told {
            if !self.after.iter().any(|after| after.is(finding)) {
                wrong.push(format!("the full check does not say: {finding:?}"));
            } else if !is_whole && !is_new(finding) && !finding.concerns(&touched) {
                wrong.push(format!("was there before: {finding:?}"));
            }
        }
        wrong
    }

    /// Whether a finding of the older end is one of the newer.
    fn is_same(&self, known: &Told, finding: &Told) -> bool {
        if finding.is_shared() {
            return known.print == finding.print;
        }
        let has_stayed = known.path == finding.path || !self.new.contains_key(&known.path);
        // A copy whose original went is still one, now of another post.
        if matches!(&*finding.code, "DU002" | "DU003") && (&known.code, &known.path) == (&finding.code, &finding.path) {
            return true;
        }
        // One that is still told as itself is not another one of the same words.
        let is_itself = |after: &Told| (&after.print, &after.path) == (&known.print, &known.path);
        known.code == finding.code
            && name_of(&known.path) == name_of(&finding.path)
            && has_stayed
            && (known.print == finding.print || known.message == finding.message && !self.after.iter().any(is_itself))
    }

    /// The files that came or hold something else, and those that moved as they were.
    fn touched(&self) -> (BTreeSet<&str>, BTreeSet<&str>) {
        let is_other = |(path, bytes): &(&String, &Vec<u8>)| self.old.get(*path) != Some(*bytes);
        let (mut touched, mut moved) = (BTreeSet::new(), BTreeSet::new());
        let mut gone: Vec<(&String, &Vec<u8>)> =
            self.old.iter().filter(|(path, _)| !self.new.contains_key(*path)).collect();
        // Of several files with the content of one that went, the one that kept its name is the one that moved.
        for keeps_name in [true, false] {
            for (path, bytes) in self.new.iter().filter(is_other).filter(|(path, _)| !self.old.contains_key(*path)) {
                let is_source = |(from, old): &(&String, &Vec<u8>)| {
                    *old == bytes && (!keeps_name || name_of(from) == name_of(path))
                };
                if !moved.contains(path.as_str())
                    && let Some(at) = gone.iter().position(is_source)
                {
                    gone.remove(at);
                    moved.insert(path.as_str());
                }
            }
        }
        let changed = self.new.iter().filter(is_other).map(|(path, _)| path.as_str());
        touched.extend(changed.filter(|path| !moved.contains(path)));
        (touched, moved)
    }
}

impl Told {
    /// Whether it is the same, told by another run about the same files. Fingerprints count equal findings of files of one
    /// name, and a part of the archive may have fewer of them.
    fn is(&self, other: &Self) -> bool {
        self.print == other.print
            || (&self.code, &self.path, &self.message) == (&other.code, &other.path, &other.message)
    }

    /// Whether it is one finding for many places.
    fn is_shared(&self) -> bool {
        matches!(&*self.code, "LK004" | "LK005" | "LK006" | "NV004" | "NV010" | "NV011")
    }

    /// Whether it lies in a touched file, or names one: another post, or one of the places that have the same fault.
    fn concerns(&self, touched: &BTreeSet<&str>) -> bool {
        let names = |path: &&str| self.message.contains(path);
        touched.contains(&*self.path) || (self.is_shared() && !touched.is_empty()) || touched.iter().any(names)
    }
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

fn full(repository: &Repository) -> Vec<Told> {
    let run = repository.check(&["--ignore", "FX"]);
    assert!(run.code < 2, "{}", run.stderr);
    told(&run.report)
}

fn told(report: &serde_json::Value) -> Vec<Told> {
    let text = |finding: &serde_json::Value, key: &str| finding[key].as_str().unwrap().to_owned();
    let finding = |finding: &serde_json::Value| Told {
        print: text(finding, "fingerprint"),
        code: text(finding, "code"),
        path: text(finding, "path"),
        message: text(finding, "message"),
    };
    report["findings"].as_array().unwrap().iter().map(finding).collect()
}

/// Writes what changed.
fn save(repository: &Repository, before: &BTreeMap<String, Vec<u8>>, after: &BTreeMap<String, Vec<u8>>) {
    for path in before.keys().filter(|path| !after.contains_key(*path)) {
        repository.remove(path);
    }
    for (path, bytes) in after.iter().filter(|(path, bytes)| before.get(*path) != Some(*bytes)) {
        repository.write_bytes(path, bytes);
    }
}
