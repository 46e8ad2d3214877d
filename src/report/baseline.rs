//! What an archive's owner knows already: the findings of one day, so that only new ones fail a run.
//!
//! A baseline is a file of lines, each a JSON object, sorted by path, code and fingerprint: what changes in it can be
//! read in a diff. A finding is known by its fingerprint; code, path and message are there for people.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Report, Reported};
use crate::finding::Severity;
use crate::language::{Message, say};

/// The first line of the file.
const HEAD: &str = r#"{"postproof_baseline":1}"#;

/// The findings that are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    lines: BTreeSet<Line>,
}

/// A known finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    path: String,
    code: String,
    fingerprint: String,
    message: String,
}

/// A baseline that cannot be read.
#[derive(Debug, Error)]
#[error("{}", self.message().english())]
pub struct BaselineError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: Message,
}

impl BaselineError {
    /// What is wrong, and where.
    pub fn message(&self) -> Message {
        say!("line {line}: {problem}", line = self.line, problem = self.problem.clone())
    }
}

impl Baseline {
    /// Reads a baseline.
    pub fn parse(text: &str) -> Result<Self, BaselineError> {
        let mut lines = text.trim_start_matches('\u{FEFF}').lines();
        if lines.next().map(str::trim_end) != Some(HEAD) {
            return Err(BaselineError { line: 1, problem: say!("a baseline begins with {head}", head = HEAD) });
        }
        let lines = (2..).zip(lines).filter(|(_, text)| !text.trim().is_empty()).map(|(line, text)| {
            serde_json::from_str(text)
                .map_err(|error| BaselineError { line, problem: say!("{unusable}", unusable = error) })
        });
        Ok(Self { lines: lines.collect::<Result<_, _>>()? })
    }

    /// How many findings are known.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The baseline after a run: what it found, and of the old one what it could not judge.
    ///
    /// A run that did not come to its end, or that judged changes only, takes nothing out; a run without the web
    /// takes out no finding of the web, and a rule that is off none of its own.
    #[must_use]
    pub fn updated(&self, report: &Report) -> Self {
        let is_whole = report.run.complete && report.run.since.is_none();
        let off: BTreeSet<&str> = report.coverage.rules_off.iter().map(|code| code.as_str()).collect();
        let was_judged = |line: &&Line| {
            is_whole && !off.contains(line.code.as_str()) && !(report.run.offline && line.code.starts_with("NT"))
        };
        let found = report.findings.iter().filter(|reported| reported.finding.severity > Severity::Info).map(Line::of);
        let found: BTreeMap<String, Line> = found.map(|line| (line.fingerprint.clone(), line)).collect();
        let kept = self.lines.iter().filter(|line| !was_judged(line) && !found.contains_key(&line.fingerprint));
        Self { lines: kept.cloned().chain(found.values().cloned()).collect() }
    }

    /// Writes the file.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "{HEAD}")?;
        for line in &self.lines {
            writeln!(out, "{}", serde_json::to_string(line)?)?;
        }
        Ok(())
    }
}

impl Line {
    fn of(reported: &Reported) -> Self {
        let Reported { finding, fingerprint, .. } = reported;
        Self {
            path: finding.path.to_string(),
            code: finding.meta.code.as_str().to_owned(),
            fingerprint: fingerprint.to_string(),
            message: super::shown::masked(crate::text::secret::mask, &finding.message).into_owned(),
        }
    }
}

impl Reported {
    /// Whether it fails a run that such findings fail: what a baseline knows fails none.
    pub fn fails_at(&self, fail_at: Severity) -> bool {
        !self.known && self.finding.severity >= fail_at
    }
}

impl Report {
    /// Marks the findings that are known: they are counted and do not fail the run.
    pub fn hold_against(&mut self, baseline: &Baseline) {
        let known: BTreeSet<&str> = baseline.lines.iter().map(|line| line.fingerprint.as_str()).collect();
        let mut fails = false;
        self.has_baseline = true;
        self.summary.known = 0;
        for reported in &mut self.findings {
            reported.known = known.contains(reported.fingerprint.to_string().as_str());
            self.summary.known += u64::from(reported.known);
            fails |= reported.fails_at(self.fail_at);
        }
        self.summary.healthy = self.run.complete && !fails;
    }
}

#[cfg(test)]
mod tests {
    use super::super::model::tests::{ABORTS, BROKEN, STYLE, finding, parts};
    use super::*;

    fn report(findings: &[(&'static crate::finding::Meta, &str, u32)]) -> Report {
        let findings = findings.iter().map(|(meta, path, length)| finding(meta, path, (1, 1 + length), "m"));
        Report::new(parts(findings.collect()))
    }

    fn text(baseline: &Baseline) -> String {
        let mut out = Vec::new();
        baseline.write(&mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_is_known_does_not_fail_and_what_is_new_does() {
        let first = report(&[(&ABORTS, "_posts/2022-01-17-a.md", 3), (&STYLE, "b.md", 1)]);
        let baseline = Baseline::default().updated(&first);
        assert_eq!(baseline.len(), 1);
        // Moved to the archive folder, and down by some lines.
        let mut moved = finding(&ABORTS, "old_post/2022-01-17-a.md", (50, 53), "m");
        moved.lines = None;
        let mut second = Report::new(parts(vec![moved]));
        second.hold_against(&baseline);
        assert!(second.summary.healthy && second.summary.known == 1 && second.findings[0].known);
        let mut third = report(&[(&ABORTS, "_posts/2022-01-17-a.md", 3), (&ABORTS, "c.md", 3)]);
        third.hold_against(&baseline);
        assert!(!third.summary.healthy && third.summary.known == 1);
    }

    #[test]
    fn it_is_written_in_one_order_and_read_again() {
        let baseline = Baseline::default().updated(&report(&[(&BROKEN, "b.md", 2), (&ABORTS, "a.md", 1)]));
        let written = text(&baseline);
        assert_eq!(Baseline::parse(&written).unwrap(), baseline);
        let paths: Vec<&str> = written.lines().skip(1).map(|line| line.split('"').nth(3).unwrap()).collect();
        assert_eq!(paths, ["a.md", "b.md"]);
    }

    #[test]
    fn an_update_takes_out_only_what_was_judged() {
        let baseline = Baseline::default().updated(&report(&[(&ABORTS, "a.md", 1), (&BROKEN, "a.md", 1)]));
        assert_eq!(baseline.updated(&report(&[])).len(), 0);
        let mut interrupted = report(&[]);
        interrupted.run.complete = false;
        assert_eq!(baseline.updated(&interrupted), baseline);
        let mut without = report(&[]);
        without.coverage.rules_off = vec![BROKEN.code].into_iter().collect();
        assert_eq!(baseline.updated(&without).len(), 1);
    }

    #[test]
    fn damage_is_told_with_its_line() {
        for (text, line) in [
            ("", 1),
            ("{}", 1),
            ("{\"postproof_baseline\":1}\nx", 2),
            ("{\"postproof_baseline\":1}\n\n{\"path\":\"a\"}", 3),
            ("<<<<<<< HEAD", 1),
        ] {
            assert_eq!(Baseline::parse(text).unwrap_err().line, line, "{text}");
        }
        assert!(Baseline::parse("{\"postproof_baseline\":1}\r\n").unwrap().is_empty());
    }
}
