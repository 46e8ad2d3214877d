//! The rules about the archive as a whole, as pictures: a small archive, with carets under the guilty bytes.
//!
//! Each file of `tests/rules` is named after a rule and holds archives: where it fires, where it nearly fires and must
//! not, and damaged input. A line of carets says: on the line above, under these cells, is such a finding with these
//! words in its message. Every finding of the rule must be drawn, and every drawing be found. A file without a byte has
//! its carets on its first line. `POSTPROOF_EXAMPLES=write` draws what is found; look at it before it is kept.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test that cannot go on fails")]

#[path = "support/archive.rs"]
#[expect(dead_code, reason = "other tests use the rest")]
mod archive;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use archive::Archive;
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rules");

#[test]
fn every_archive_has_the_findings_that_are_drawn() {
    let mut files: Vec<_> = fs::read_dir(FOLDER).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut wrong = String::new();
    for file in &files {
        let code = file.file_stem().unwrap().to_str().unwrap();
        let drawn = fs::read_to_string(file).unwrap();
        let sections: Vec<String> = drawn.split("=== ").skip(1).map(|section| draw(code, section)).collect();
        let found = format!("=== {}", sections.join("=== "));
        if found != drawn {
            if std::env::var_os("POSTPROOF_EXAMPLES").is_some_and(|value| value == "write") {
                fs::write(file, &found).unwrap();
            } else {
                writeln!(wrong, "{}: the findings are\n{found}", file.display()).unwrap();
            }
        }
        let sections = found.matches("=== ").count();
        assert!(
            sections >= 2 && found.contains(&format!("^ {code} ")),
            "{code} has no picture where it fires, or none where not"
        );
    }
    assert!(files.len() >= 20, "the pictures are gone");
    assert!(wrong.is_empty(), "{wrong}");
}

/// A section with the findings of its archive drawn in it.
fn draw(code: &str, section: &str) -> String {
    let (title, picture) = section.split_once('\n').unwrap();
    let plain: String = picture.split_inclusive('\n').filter(|line| !is_mark(line, code)).collect();
    let archive = Archive::new(plain.trim_end_matches('\n'));
    let report = archive.report(&["--select", code]);
    let findings = report["findings"].as_array().unwrap();
    let mut drawn = format!("{title}\n");
    let (mut path, mut number) = ("", 0);
    for line in plain.split_inclusive('\n') {
        drawn.push_str(line);
        if let Some(next) = line.strip_prefix("//- ") {
            (path, number) = (next.trim(), 0);
        } else {
            number += 1;
        }
        for finding in findings {
            let here = finding["path"] == path && finding["line"] == number.max(1);
            let is_first = number == 0 && is_empty(&archive, path);
            if here && (number > 0 || is_first) {
                drawn.push_str(&mark(finding, line));
            }
        }
    }
    let marks = drawn.lines().filter(|line| is_mark(line, code)).count();
    assert_eq!(marks, findings.len(), "{title}: a finding has no place in the picture: {findings:#?}");
    drawn
}

fn is_empty(archive: &Archive, path: &str) -> bool {
    fs::read(Path::new(archive.path()).join(path)).is_ok_and(|bytes| bytes.is_empty())
}

fn is_mark(line: &str, code: &str) -> bool {
    let rest = line.trim_start_matches(' ').trim_start_matches('^');
    line.contains('^') && rest.strip_prefix(' ').is_some_and(|rest| rest.starts_with(code))
}

fn mark(finding: &Value, line: &str) -> String {
    let column = |key: &str| usize::try_from(finding[key].as_u64().unwrap()).unwrap() - 1;
    let cells = |columns: usize| line.trim_end().chars().take(columns).collect::<String>().width();
    let start = cells(column("column"));
    let end =
        if finding["end_line"] == finding["line"] { cells(column("end_column")) } else { line.trim_end().width() };
    let (code, message) = (finding["code"].as_str().unwrap(), finding["message"].as_str().unwrap());
    format!("{:start$}{} {code} {message}\n", "", "^".repeat(end.saturating_sub(start).max(1)))
}
