//! Tests of rules as pictures: a small archive as one string, with carets under the guilty bytes.
//!
//! ```text
//! //- _posts/2022-01-17-a.md
//! ---
//! title: a: b
//!         ^ FM003 mapping values are not allowed
//! ---
//! ```
//!
//! A line of spaces, carets, a code and words from the message says: on the line above, under these cells, there is
//! such a finding. It is taken out before the text is read. Cells are those of a terminal (a Chinese character has two).
//! Every finding must be drawn and every drawing must be found. An empty span is drawn as one caret.

#![expect(clippy::string_slice, reason = "a picture that is cut in a character is a mistake of the test")]

use std::fmt::Write as _;
use std::sync::Arc;

use unicode_width::UnicodeWidthStr;

use super::{DocumentSink, Rule, Settings};
use crate::document::Kind;
use crate::extract::{self, Dialect};
use crate::facts::Reading;
use crate::finding::Finding;
use crate::text::decode;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Mark {
    line: u32,
    cell: usize,
    width: usize,
    code: String,
    words: String,
}

/// Runs a rule over the documents of a picture and holds its findings against the marks.
pub(crate) fn check(rule: &dyn Rule, picture: &str) {
    check_with(rule, &Settings::default(), picture);
}

/// [`check`] of files that Jekyll renders.
pub(crate) fn check_jekyll(rule: &dyn Rule, picture: &str) {
    check_in(rule, &Settings::default(), (picture, Dialect::Kramdown));
}

/// [`check`] with settings.
pub(crate) fn check_with(rule: &dyn Rule, settings: &Settings, picture: &str) {
    check_in(rule, settings, (picture, Dialect::GitHub));
}

fn check_in(rule: &dyn Rule, settings: &Settings, (picture, markdown): (&str, Dialect)) {
    for (path, drawn) in files(picture) {
        let (text, expected) = take_marks(&drawn);
        let findings = findings_in(rule, settings, (&path, markdown), text.as_bytes());
        let found: Vec<Mark> = findings.iter().map(|finding| mark_of(finding, &text)).collect();
        let matches = found.len() == expected.len()
            && found.iter().zip(&expected).all(|(found, expected)| {
                let same_place =
                    (found.line, found.cell, found.width) == (expected.line, expected.cell, expected.width);
                same_place && found.code == expected.code && found.words.contains(&expected.words)
            });
        assert!(matches, "{path}: the findings are\n{}\nexpected {expected:#?}", draw(&text, &found));
    }
}

/// The findings of a rule about one file of any bytes.
pub(crate) fn findings(rule: &dyn Rule, settings: &Settings, path: &str, bytes: &[u8]) -> Vec<Finding> {
    findings_in(rule, settings, (path, Dialect::GitHub), bytes)
}

fn findings_in(rule: &dyn Rule, settings: &Settings, (path, markdown): (&str, Dialect), bytes: &[u8]) -> Vec<Finding> {
    let decoded = decode(bytes);
    let kind = match path {
        path if path.starts_with("_posts/") || path.contains("/_posts/") => Kind::Post,
        path if path.starts_with("old_post/") => Kind::Archived,
        _ => Kind::Page,
    };
    let is_html = path.rsplit('.').next().is_some_and(|end| end.eq_ignore_ascii_case("html"));
    let dialect = if is_html { Dialect::Html } else { markdown };
    let reading = Reading::new(&extract::Settings::default(), Arc::from(path), (kind, dialect), bytes, &decoded);
    let mut sink = DocumentSink::new(&reading, settings.language);
    rule.check_document(settings, &reading, &mut sink);
    let mut findings = sink.into_findings();
    findings.sort_by(Finding::cmp_by_place);
    findings
}

/// The files of a picture; without a header it is one post.
pub(crate) fn files(picture: &str) -> Vec<(String, String)> {
    let picture = picture.strip_prefix('\n').unwrap_or(picture);
    let mut files: Vec<(String, String)> = Vec::new();
    for line in picture.split_inclusive('\n') {
        if let Some(path) = line.strip_prefix("//- ") {
            files.push((path.trim().to_owned(), String::new()));
            continue;
        }
        if files.is_empty() {
            files.push(("_posts/2022-01-17-a.md".to_owned(), String::new()));
        }
        files.last_mut().unwrap().1.push_str(line);
    }
    files
}

fn take_marks(drawn: &str) -> (String, Vec<Mark>) {
    let (mut text, mut marks, mut line) = (String::new(), Vec::new(), 0);
    for drawn_line in drawn.split_inclusive('\n') {
        if let Some(mark) = parse_mark(drawn_line, line) {
            marks.push(mark);
        } else {
            text.push_str(drawn_line);
            line += 1;
        }
    }
    marks.sort();
    (text, marks)
}

fn parse_mark(drawn: &str, line: u32) -> Option<Mark> {
    let carets = drawn.trim_start_matches(' ');
    let rest = carets.trim_start_matches('^');
    let (cell, width) = (drawn.len() - carets.len(), carets.len() - rest.len());
    let rest = rest.strip_prefix(' ')?.trim_end();
    let (code, words) = rest.split_once(' ').unwrap_or((rest, ""));
    let (family, number) = (code.get(..2)?, code.get(2..)?);
    let is_code = number.len() == 3
        && family.bytes().all(|b| b.is_ascii_uppercase())
        && number.bytes().all(|b| b.is_ascii_digit());
    (width > 0 && is_code).then(|| Mark { line, cell, width, code: code.to_owned(), words: words.to_owned() })
}

fn mark_of(finding: &Finding, text: &str) -> Mark {
    let start = (finding.span.start as usize).min(text.len());
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
    let end = (finding.span.end as usize).clamp(start, line_end.max(start));
    Mark {
        line: finding.lines.unwrap().start.line,
        cell: text[line_start..start].width(),
        width: text[start..end].width().max(1),
        code: finding.meta.code.to_string(),
        words: finding.message.clone(),
    }
}

fn draw(text: &str, marks: &[Mark]) -> String {
    let mut drawn = String::new();
    for (number, line) in (1..).zip(text.split('\n')) {
        drawn.push_str(line);
        drawn.push('\n');
        for mark in marks.iter().filter(|mark| mark.line == number) {
            let carets = "^".repeat(mark.width);
            writeln!(drawn, "{:cell$}{carets} {} {}", "", mark.code, mark.words, cell = mark.cell).unwrap();
        }
    }
    drawn
}
