//! Archives of the generator, which may be of any size: what is planted in them is found, and nothing else.
//!
//! `POSTPROOF_TRUTH_POSTS=100000 cargo test --release --test truth generated` holds it against a large archive, in two
//! minutes once it is built; without `--release` that takes more than a quarter of an hour.
//! `POSTPROOF_TRUTH_SEED` against another one, `POSTPROOF_TRUTH_DAMAGE` against one with so many damaged posts among a
//! thousand.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on fails")]

#[path = "everything.rs"]
mod everything;

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use crate::generator::{self, Settings, Truth};
use crate::{Lines, add, differences, found, run};

/// The usual archive of these tests.
pub(crate) const SETTINGS: Settings = Settings { posts: 3000, seed: 9, damage: 200 };

fn settings(posts: usize) -> Settings {
    let number = |name: &str, usual: u64| env::var(name).map_or(usual, |value| value.parse().expect(name));
    let posts = number("POSTPROOF_TRUTH_POSTS", posts.try_into().unwrap()).try_into().unwrap();
    let damage = number("POSTPROOF_TRUTH_DAMAGE", SETTINGS.damage.into()).try_into().unwrap();
    Settings { posts, seed: number("POSTPROOF_TRUTH_SEED", SETTINGS.seed), damage }
}

/// Writes the archive as it was at first, and gives what is planted in it and counts for this run.
fn write(archive: &Path, settings: Settings, counts: impl Fn(&str) -> bool) -> Lines {
    let mut planted = Lines::new();
    for file in generator::files(settings) {
        run::write(archive, &file.path, &file.bytes).unwrap();
        plant(&mut planted, file.truth.iter().map(|truth| (&*file.path, truth)), &counts);
    }
    planted
}

fn plant<'a>(planted: &mut Lines, truths: impl Iterator<Item = (&'a str, &'a Truth)>, counts: &impl Fn(&str) -> bool) {
    for (path, truth) in truths.filter(|(_, truth)| counts(truth.code)) {
        add(planted, path, truth.code, u64::from(truth.line));
    }
}

/// What nobody can know who asks nobody.
fn is_known_offline(code: &str) -> bool {
    !code.starts_with("NT")
}

#[test]
fn every_defect_of_a_generated_archive_is_found_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("archive");
    let planted = write(&archive, settings(SETTINGS.posts), is_known_offline);
    let told = differences(&planted, &found(&archive, &["--offline"], &[]).unwrap());
    assert!(told.is_empty(), "{}", told.join("\n"));
}

/// The archive is sealed and committed, then somebody rewrites it, and loses a commit.
#[test]
fn every_rewrite_of_a_generated_archive_is_found_and_nothing_else() {
    let settings = settings(SETTINGS.posts);
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("archive");
    let is_sealed = |code: &str| is_known_offline(code) && !matches!(code, "FX004" | "FX005" | "FX006");
    let is_history = |code: &str| matches!(code, "FX004" | "FX005" | "FX006");
    let mut planted = write(&archive, settings, is_sealed);
    let sealed = Command::new(env!("CARGO_BIN_EXE_postproof")).arg("seal").arg(&archive).output().unwrap();
    assert!(sealed.status.success(), "{}", String::from_utf8_lossy(&sealed.stderr));
    generator::repository::commit(&archive, "archive").unwrap();
    let rewrites = generator::rewrites(settings);
    let lost = generator::repository::rewrite(&archive, &rewrites).unwrap();
    let mut since = Lines::new();
    for rewrite in &rewrites {
        let truths = || {
            let of_file = rewrite.is.iter().flat_map(|file| file.truth.iter().map(|truth| (&*file.path, truth)));
            of_file.chain(rewrite.truth.iter().map(|(path, truth)| (&**path, truth)))
        };
        plant(&mut planted, truths(), &is_sealed);
        plant(&mut since, truths(), &is_history);
    }
    assert!(since.len() > 3 && planted.keys().any(|(_, code)| code == "FX003"), "nothing was rewritten");
    let told = differences(&planted, &found(&archive, &["--offline"], &[]).unwrap());
    assert!(told.is_empty(), "{}", told.join("\n"));
    let arguments = ["--offline", "--since", &lost, "--select", "FX004,FX005,FX006"];
    let told = differences(&since, &found(&archive, &arguments, &[]).unwrap());
    assert!(told.is_empty(), "{}", told.join("\n"));
}

/// Every address of it is asked, of a web on loopback that answers as each host's name says.
#[test]
fn every_defect_of_a_generated_archive_and_of_its_web_is_found_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("archive");
    let planted = write(&archive, settings(SETTINGS.posts), |_| true);
    let web = everything::Everything::start(&archive).unwrap();
    let authority = folder.path().join("authority.pem");
    fs::write(&authority, web.authority()).unwrap();
    let proxy = web.proxy();
    let arguments = ["--proxy", &proxy, "--pace", "0s", "--retries", "0", "--ca-file", authority.to_str().unwrap()];
    let told = differences(&planted, &found(&archive, &arguments, &[]).unwrap());
    assert!(told.is_empty(), "{}", told.join("\n"));
    for code in ["NT001", "NT002", "NT003", "NT004", "NT005", "NT007", "NT008"] {
        assert!(planted.keys().any(|(_, planted)| planted == code), "{code} is not planted");
    }
}
