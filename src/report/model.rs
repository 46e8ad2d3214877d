//! The report as a value.
//!
//! Everything in it is sorted by what it says, so nothing depends on threads or on the order of answers.
//! It holds no texts of the archive: formats that draw pictures fetch them through their context.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::addresses::{Address, Addresses, Row};
use super::audit::{Breakdown, Coverage, Freshness, History};
use super::fingerprint::{Fingerprint, fingerprints};
use crate::finding::{Code, Finding, Severity};
use crate::probe::Verdict;
use jiff::Timestamp;

/// The run that the report is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub finished_at: Timestamp,
    /// Whether it asked nothing of the web.
    pub offline: bool,
    /// The revision since which changes were judged, as given.
    pub since: Option<String>,
    /// The commit that was checked out.
    pub revision: Option<String>,
    /// Whether it came to its end; an interrupted run reports what it has.
    pub complete: bool,
    /// Whether every certificate was trusted.
    pub insecure: bool,
    /// The place that the web was asked from, if it has a name.
    pub vantage: Option<String>,
}

/// What was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ArchiveCounts {
    /// Posts, those of archive folders and drafts among them.
    pub posts: u64,
    /// Other files with front matter or that the site renders.
    pub pages: u64,
    /// Static files.
    pub files: u64,
    /// Bytes of posts and pages.
    pub bytes: u64,
}

/// How many links there are, and what became of the addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkCounts {
    /// Links as they stand in files.
    pub occurrences: u64,
    /// Distinct targets.
    pub unique: u64,
    /// Distinct targets inside the site.
    pub internal: u64,
    /// Distinct addresses of the web.
    pub external: u64,
    /// Addresses of the web by verdict.
    pub by_verdict: BTreeMap<Verdict, u64>,
}

impl LinkCounts {
    /// Counts one address of the web under its verdict.
    pub fn judged(&mut self, verdict: Verdict) {
        *self.by_verdict.entry(verdict).or_default() += 1;
    }

    /// How many addresses have the verdict.
    pub fn of(&self, verdict: Verdict) -> u64 {
        self.by_verdict.get(&verdict).copied().unwrap_or(0)
    }
}

/// The report in a few numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Whether the run came to its end and found nothing at or above the severity that fails it.
    pub healthy: bool,
    /// Findings of severity error.
    pub errors: u64,
    /// Findings of severity warning.
    pub warnings: u64,
    /// Findings of severity info.
    pub infos: u64,
    /// Findings that a baseline knows; they are counted by their severity too.
    pub known: u64,
    /// Findings of each rule that found something.
    pub by_rule: BTreeMap<Code, u64>,
    /// The links.
    pub links: LinkCounts,
}

/// A finding in a report.
#[derive(Clone, Debug)]
pub struct Reported {
    /// What is wrong.
    pub finding: Finding,
    /// What it is known by in other runs.
    pub fingerprint: Fingerprint,
    /// When it was first seen, if an earlier run is remembered.
    pub since: Option<Timestamp>,
    /// The first category of its post, as the front matter spells it.
    pub category: Option<Arc<str>>,
    /// Whether a baseline knows it: it is counted, and does not fail the run.
    pub known: bool,
}

/// What a report is made from.
#[derive(Clone, Debug)]
pub struct Parts {
    /// The run.
    pub run: Run,
    /// What was read.
    pub archive: ArchiveCounts,
    /// The links, every address counted under its verdict.
    pub links: LinkCounts,
    /// What is wrong, in any order.
    pub findings: Vec<Finding>,
    /// The addresses to tell of, in any order: those that are not alive, or all. Whoever has a source of them puts that
    /// into the report instead.
    pub addresses: Vec<Address>,
    /// Whether those that are alive are listed too, and not only handed to other machines.
    pub lists_alive: bool,
    /// What a person should know and that is no finding: whole sentences.
    pub notices: Vec<String>,
    /// What was checked and what was not.
    pub coverage: Coverage,
    /// How old the answers are.
    pub freshness: Freshness,
    /// The first category of each post that has a finding, by path.
    pub categories: BTreeMap<Arc<str>, Arc<str>>,
    /// The lowest severity that makes the archive unhealthy.
    pub fail_at: Severity,
}

/// What one run says about an archive.
#[derive(Clone, Debug)]
pub struct Report {
    /// The run.
    pub run: Run,
    /// What was read.
    pub archive: ArchiveCounts,
    /// The report in a few numbers.
    pub summary: Summary,
    /// What is wrong, sorted by [`Finding::cmp_by_place`].
    pub findings: Vec<Reported>,
    /// Addresses of the web, sorted.
    pub addresses: Addresses,
    /// Whether those that are alive are listed too, and not only handed to other machines.
    pub lists_alive: bool,
    /// What a person should know and that is no finding.
    pub notices: Vec<String>,
    /// What was checked and what was not.
    pub coverage: Coverage,
    /// How old the answers are.
    pub freshness: Freshness,
    /// The findings by month, category and host.
    pub breakdown: Breakdown,
    /// How the run compares with the runs before it; empty until a state file fills it in.
    pub history: History,
    /// The lowest severity that makes the archive unhealthy.
    pub fail_at: Severity,
    /// Whether it was held against a baseline, which may know none of its findings.
    pub has_baseline: bool,
}

impl Report {
    /// Sorts, counts and names what a run found.
    pub fn new(parts: Parts) -> Self {
        let Parts {
            run,
            archive,
            links,
            mut findings,
            addresses,
            lists_alive,
            notices,
            coverage,
            freshness,
            categories,
            fail_at,
        } = parts;
        // The order must not depend on the threads that found them, so nothing that is shown is left out of it.
        let rest = |finding: &Finding| (finding.severity, finding.effect, finding.subject);
        findings.sort_by(|a, b| {
            let shown = || (rest(a), &a.help, &a.url).cmp(&(rest(b), &b.help, &b.url));
            a.cmp_by_place(b).then_with(shown)
        });
        let mut summary = Summary { links, ..Summary::default() };
        let mut fails = false;
        for finding in &findings {
            let count = match finding.severity {
                Severity::Error => &mut summary.errors,
                Severity::Warning => &mut summary.warnings,
                Severity::Info => &mut summary.infos,
            };
            *count += 1;
            *summary.by_rule.entry(finding.meta.code).or_default() += 1;
            fails |= finding.severity >= fail_at;
        }
        summary.healthy = run.complete && !fails;
        let prints = fingerprints(&findings);
        let findings = findings.into_iter().zip(prints);
        let reported = |(finding, fingerprint): (Finding, Fingerprint)| {
            let category = categories.get(&finding.path).cloned();
            Reported { finding, fingerprint, since: None, category, known: false }
        };
        let findings: Vec<Reported> = findings.map(reported).collect();
        let breakdown = Breakdown::of(&findings);
        let history = History::default();
        Self {
            run,
            archive,
            summary,
            findings,
            addresses: addresses.into(),
            lists_alive,
            notices,
            coverage,
            freshness,
            breakdown,
            history,
            fail_at,
            has_baseline: false,
        }
    }

    /// Whether a list for people and programs that read the report names an address.
    pub(super) fn lists(&self, address: &Row<'_>) -> bool {
        self.lists_alive || address.outcome.verdict != Verdict::Alive
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::finding::{Effect, Meta};
    use crate::language::{Language, say};
    use crate::probe::{Outcome, Reason};
    use crate::report::Place;
    use crate::text::Span;

    pub(in crate::report) static ABORTS: Meta = Meta {
        code: Code::new("FM008"),
        name: "invalid-date",
        severity: Severity::Error,
        effect: Effect::BuildAbort,
        explanation: "## What it does\nFinds dates that stop the build.\n",
    };
    pub(in crate::report) static STYLE: Meta = Meta {
        code: Code::new("FM009"),
        name: "date-without-offset",
        severity: Severity::Info,
        effect: Effect::Style,
        explanation: "## What it does\nFinds dates without an offset.\n",
    };
    pub(in crate::report) static BROKEN: Meta = Meta {
        code: Code::new("LK002"),
        name: "malformed-link",
        severity: Severity::Warning,
        effect: Effect::LinkBroken,
        explanation: "## What it does\nFinds broken links.\n",
    };

    pub(in crate::report) fn finding(meta: &'static Meta, path: &str, span: (u32, u32), message: &str) -> Finding {
        let mut finding = Finding::new(
            meta,
            (Arc::from(path), Span::new(span.0, span.1)),
            (Language::English, &say!("{message}", message)),
        );
        finding.subject = u64::from(span.1 - span.0);
        finding
    }

    pub(in crate::report) fn address(url: &str, verdict: Verdict, reason: Reason) -> Address {
        let outcome = Outcome { verdict, ..Outcome::skipped(reason) };
        let place = Place { path: "_posts/2022-01-17-a.md".into(), line: 9, column: 1, text: "原文".into() };
        Address {
            url: url.into(),
            outcome,
            from_state: false,
            origin: None,
            fragments: Box::default(),
            occurrences: 3,
            places: vec![place],
        }
    }

    pub(in crate::report) fn parts(findings: Vec<Finding>) -> Parts {
        Parts {
            run: Run {
                started_at: "2022-01-18T00:00:00Z".parse().unwrap(),
                finished_at: "2022-01-18T00:00:02.5Z".parse().unwrap(),
                offline: false,
                since: None,
                revision: Some("0123456789abcdef".into()),
                complete: true,
                insecure: false,
                vantage: None,
            },
            archive: ArchiveCounts { posts: 20_000, pages: 19, files: 3, bytes: 66_342_010 },
            links: LinkCounts::default(),
            findings,
            addresses: Vec::new(),
            lists_alive: true,
            notices: Vec::new(),
            coverage: Coverage::default(),
            freshness: Freshness::default(),
            categories: BTreeMap::new(),
            fail_at: Severity::Error,
        }
    }

    #[test]
    fn a_report_is_healthy_only_if_nothing_fails_it_and_it_is_complete() {
        let healthy = |findings: Vec<Finding>, fail_at, complete| {
            let mut parts = parts(findings);
            (parts.fail_at, parts.run.complete) = (fail_at, complete);
            Report::new(parts).summary.healthy
        };
        let warning = || vec![finding(&BROKEN, "a.md", (1, 2), "m")];
        assert!(healthy(vec![], Severity::Error, true));
        assert!(!healthy(vec![], Severity::Error, false));
        assert!(healthy(warning(), Severity::Error, true));
        assert!(!healthy(warning(), Severity::Warning, true));
        assert!(!healthy(vec![finding(&ABORTS, "a.md", (1, 2), "m")], Severity::Error, true));
    }

    #[test]
    fn the_order_of_parts_does_not_matter() {
        let mut twin = finding(&ABORTS, "a.md", (7, 8), "three");
        twin.help(say!("differs in this only"));
        let found = vec![
            twin,
            finding(&STYLE, "b.md", (5, 6), "one"),
            finding(&ABORTS, "b.md", (1, 2), "two"),
            finding(&ABORTS, "a.md", (7, 8), "three"),
        ];
        let mut forward = parts(found.clone());
        let mut backward = parts(found.into_iter().rev().collect());
        forward.addresses = ["http://b.cn/", "http://a.cn/"]
            .map(|url| address(url, Verdict::Dead, Reason::Status(404)))
            .into_iter()
            .collect();
        backward.addresses = forward.addresses.iter().rev().cloned().collect();
        let (forward, backward) = (Report::new(forward), Report::new(backward));
        assert_eq!(format!("{forward:?}"), format!("{backward:?}"));
        assert_eq!(forward.findings[0].finding.message, "three");
        assert_eq!(forward.addresses.get(0).unwrap().url, "http://a.cn/");
    }

    #[test]
    fn places_are_cut_and_uses_are_not() {
        let mut long = address("http://a.cn/", Verdict::Dead, Reason::Status(404));
        long.occurrences = 1000;
        long.places = (0..1000).rev().map(|line| Place { line, ..long.places[0].clone() }).collect();
        let mut parts = parts(vec![]);
        parts.addresses.push(long);
        let report = Report::new(parts);
        let lines: Vec<u32> = report.addresses.places(0).iter().map(|place| place.line).collect();
        assert_eq!(lines, (0..50).collect::<Vec<_>>());
        assert_eq!(report.addresses.get(0).unwrap().occurrences, 1000);
    }
}
