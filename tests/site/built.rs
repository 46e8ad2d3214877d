//! One site twice: the check of its sources, and `check --site` of what real Jekyll built of them.
//!
//! `built/source.txt` is the site, `built/site.txt` what Jekyll wrote. What breaks for the reader must be the same.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use super::is_live;
use super::support::Source;
use crate::archive::{Archive, Run};

fn read(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/site/built").join(name)).unwrap()
}

fn archive_of(text: &str) -> Archive {
    let archive = Archive::empty();
    for (path, bytes) in Source::parse(text).files {
        archive.write(&path, &bytes);
    }
    archive
}

/// What Jekyll writes for the site, as text.
fn built() -> String {
    let (archive, built) = (archive_of(&read("source.txt")), Archive::empty());
    let output = Command::new("jekyll")
        .args(["build", "--quiet", "--disable-disk-cache", "--destination"])
        .arg(built.path())
        .current_dir(archive.path())
        .env("TZ", "UTC")
        .env("JEKYLL_ENV", "production")
        .env("JEKYLL_NO_BUNDLER_REQUIRE", "true")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut files = Vec::new();
    collect(built.path(), "", &mut files);
    files.sort();
    let mut text = "Written by Jekyll from source.txt; POSTPROOF_JUDGES=record writes it anew.\n".to_owned();
    for path in files {
        let content = std::fs::read_to_string(built.join(&path)).unwrap();
        let content = content.strip_suffix('\n').map_or_else(|| content.clone(), str::to_owned);
        writeln!(text, "//- {path}\n{content}").unwrap();
    }
    text
}

fn collect(root: &Path, below: &str, files: &mut Vec<String>) {
    for entry in std::fs::read_dir(root.join(below)).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let path = if below.is_empty() { name } else { format!("{below}/{name}") };
        if entry.file_type().unwrap().is_dir() { collect(root, &path, files) } else { files.push(path) }
    }
}

/// The record, or Jekyll's answer of now, which the record must be.
fn site() -> String {
    let mode = std::env::var("POSTPROOF_JUDGES").unwrap_or_default();
    if mode == "record" {
        std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/site/built/site.txt"), built()).unwrap();
    } else if is_live() {
        assert_eq!(built(), read("site.txt"), "tests/site/built/site.txt is stale; POSTPROOF_JUDGES=record writes it");
    }
    read("site.txt")
}

/// What breaks for the reader: the addresses and the places on pages that are not there.
fn broken(run: &Run) -> BTreeSet<String> {
    let report: serde_json::Value =
        serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}", run.stderr));
    let missing = |finding: &serde_json::Value| {
        let message = finding["message"].as_str().unwrap();
        let words: Vec<&str> = message.split(' ').collect();
        match finding["code"].as_str().unwrap() {
            "LK004" if message.starts_with("the site will serve nothing at ") => words[6].to_owned(),
            "LK006" => words[0].to_owned(),
            // A page has its address without an ending, if its source is judged.
            "LK005" => format!("{} on {}", words[5], words[0].trim_end_matches(".html").trim_end_matches("/index")),
            code => format!("{code}: {message}"),
        }
    };
    report["findings"].as_array().unwrap().iter().map(missing).collect()
}

#[test]
fn the_pages_that_jekyll_built_break_where_their_sources_do() {
    let (sources, pages) = (archive_of(&read("source.txt")), archive_of(&site()));
    let select = ["--format", "json=-", "--select", "LK004,LK005,LK006"];
    let of_sources = broken(&sources.check(&select));
    let folder = pages.path().display().to_string();
    let of_pages = broken(&sources.check(&[&select[..], &["--site", &folder]].concat()));
    assert_eq!(of_sources, of_pages);
    assert!(of_pages.len() > 15, "{of_pages:?}");
}
