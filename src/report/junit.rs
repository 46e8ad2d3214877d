//! The report as `JUnit` XML, which every CI shows: a case per file in which something is wrong, a case per address of
//! the web about which there is a finding, and one case for the run itself.
//!
//! A case fails if a finding in it fails the run; what only warns or informs, or is in the baseline, is written into its
//! `system-out`.
//! Posts in which nothing is wrong have no case: a report of a million of them would be read by nobody. The properties
//! of the suites say how many were checked. A run that did not come to its end is an error, so that it is never green.
//! What XML 1.0 forbids cannot be in it: controls become visible signs, the rest is left out.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};
use std::time::Duration;

use quick_junit::{NonSuccessKind, Report as Xml, TestCase, TestCaseStatus, TestSuite};

use super::json::moment;
use super::shown::shown as visible;
use super::{Context, Format, Report, Reported};
use crate::language::say;

/// The format `junit`, file `health.junit.xml`.
#[derive(Clone, Copy, Debug)]
pub struct Junit;

impl Format for Junit {
    fn name(&self) -> &'static str {
        "junit"
    }

    fn file_name(&self) -> &'static str {
        "health.junit.xml"
    }

    fn write(&self, report: &Report, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
        let mut out = BufWriter::with_capacity(1 << 16, out);
        let mut xml = Xml::new("postproof");
        xml.set_time(duration(report));
        let (mut files, mut addresses): (Cases<'_>, Cases<'_>) = (BTreeMap::new(), BTreeMap::new());
        for reported in &report.findings {
            let finding = &reported.finding;
            // A finding about an address belongs to the address, not to the post that happens to name it first.
            match finding.url.as_deref().filter(|_| finding.meta.code.as_str().starts_with("NT")) {
                Some(url) => addresses.entry(url).or_default().push(reported),
                None => files.entry(&finding.path).or_default().push(reported),
            }
        }
        xml.add_test_suite(run_suite(report, context));
        for (name, cases) in [("files", files), ("addresses", addresses)] {
            xml.add_test_suite(suite(name, &cases, report, context));
        }
        xml.serialize(&mut out).map_err(io::Error::other)?;
        out.flush()
    }
}

/// Findings by the file or the address that they are about.
type Cases<'r> = BTreeMap<&'r str, Vec<&'r Reported>>;

fn duration(report: &Report) -> Duration {
    report.run.finished_at.duration_since(report.run.started_at).unsigned_abs()
}

fn run_suite(report: &Report, context: &Context<'_>) -> TestSuite {
    let mut suite = TestSuite::new("run");
    suite.extra.insert("timestamp".into(), moment(report.run.started_at).into());
    suite.set_time(duration(report));
    let (archive, links) = (report.archive, &report.summary.links);
    for (name, count) in [
        ("posts", archive.posts),
        ("pages", archive.pages),
        ("files", archive.files),
        ("links", links.occurrences),
        ("addresses", links.external),
    ] {
        suite.add_property((name, count.to_string().as_str()));
    }
    if let Some(revision) = report.run.revision.as_deref() {
        suite.add_property(("revision", &*shown(context, revision)));
    }
    let status = if report.run.complete {
        TestCaseStatus::success()
    } else {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
        let message = context.say(&say!("the run did not come to its end; this is what it found"));
        status.set_type("incomplete").set_message(message);
        status
    };
    let mut case = TestCase::new("the run came to its end", status);
    case.set_classname("run").set_time(duration(report));
    let notices: Vec<String> = report.notices.iter().map(|notice| shown(context, notice)).collect();
    if !notices.is_empty() {
        case.set_system_out(notices.join("\n"));
    }
    suite.add_test_case(case);
    suite
}

fn suite(name: &str, cases: &Cases<'_>, report: &Report, context: &Context<'_>) -> TestSuite {
    let mut suite = TestSuite::new(name);
    suite.extra.insert("timestamp".into(), moment(report.run.started_at).into());
    for (about, findings) in cases {
        suite.add_test_case(case(name, about, (findings, report), context));
    }
    suite
}

fn case(suite: &str, about: &str, (findings, report): (&[&Reported], &Report), context: &Context<'_>) -> TestCase {
    let fails = |reported: &&&Reported| reported.fails_at(report.fail_at);
    let lines = |findings: Vec<&&Reported>| {
        let lines: Vec<String> = findings.iter().map(|reported| line(reported, context)).collect();
        lines.join("\n")
    };
    let (failing, passing): (Vec<&&Reported>, Vec<&&Reported>) = findings.iter().partition(fails);
    let status = match failing.iter().max_by_key(|reported| worth(reported)) {
        None => TestCaseStatus::success(),
        Some(worst) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_type(format!("{} {}", worst.finding.meta.code, worst.finding.meta.name));
            status.set_message(shown(context, &worst.finding.message)).set_description(lines(failing));
            status
        }
    };
    let mut case = TestCase::new(shown(context, about), status);
    case.set_classname(format!("postproof.{suite}"));
    if !passing.is_empty() {
        case.set_system_out(lines(passing));
    }
    case
}

/// Foreign text without the two characters that are visible to nobody and forbidden in XML 1.0.
fn shown(context: &Context<'_>, text: &str) -> String {
    visible(context, text).replace(['\u{FFFE}', '\u{FFFF}'], "\u{FFFD}")
}

/// The worst severity, then the worst effect; of equals the last one wins, so the order of places is turned round.
fn worth(reported: &Reported) -> impl Ord + use<> {
    use std::cmp::Reverse;
    let finding = &reported.finding;
    (finding.severity, Reverse(finding.effect), Reverse(finding.span.start))
}

fn line(reported: &Reported, context: &Context<'_>) -> String {
    let finding = &reported.finding;
    let (line, column) = finding.lines.map_or((1, 1), |lines| (lines.start.line, lines.start.column));
    let (path, message) = (shown(context, &finding.path), shown(context, &finding.message));
    let (severity, code) = (finding.severity.name(), finding.meta.code);
    let help = finding.help.as_deref().map(|help| format!("\n  help: {}", shown(context, help))).unwrap_or_default();
    let known = if reported.known { " (in the baseline)" } else { "" };
    format!("{path}:{line}:{column}: {severity} {code}{known}: {message}{help}")
}

#[cfg(test)]
mod tests {
    use super::super::Baseline;
    use super::super::model::tests::{ABORTS, BROKEN, finding, parts};
    use super::super::samples::{assert_harmless, hostile, pictured, usual, written};
    use super::*;
    use crate::finding::Severity;

    #[test]
    fn the_cases_of_a_report() {
        insta::assert_snapshot!(pictured(&Junit));
    }

    #[test]
    fn the_cases_of_a_hostile_report() {
        insta::assert_snapshot!(written(&Junit, &hostile()));
    }

    #[test]
    fn what_is_hostile_stays_text() {
        let text = written(&Junit, &hostile());
        assert_harmless(&text);
        let is_forbidden = |c: char| matches!(c, '\u{FFFE}' | '\u{FFFF}' | '\0'..='\u{8}' | '\u{B}'..='\u{1F}');
        assert!(!text.contains(is_forbidden), "{text}");
        let xml = Xml::deserialize_from_str(&text).unwrap();
        assert_eq!((xml.tests, xml.failures, xml.errors), (4, 2, 0));
    }

    #[test]
    fn the_lists_of_cases_are_read_back() {
        let xml = Xml::deserialize_from_str(&written(&Junit, &usual())).unwrap();
        let cases: Vec<(&str, bool)> = xml
            .test_suites
            .iter()
            .flat_map(|suite| &suite.test_cases)
            .map(|case| (case.name.as_str(), matches!(case.status, TestCaseStatus::Success { .. })))
            .collect();
        assert_eq!(
            cases,
            [
                ("the run came to its end", true),
                ("_posts/2022-01-17-a.md", false),
                ("old_post/2019-01-01-gone.md", true),
                ("http://gone.example/x", false)
            ]
        );
    }

    #[test]
    fn warnings_fail_a_case_only_where_they_fail_the_run() {
        for (fail_at, failures) in [(Severity::Error, 0), (Severity::Warning, 1)] {
            let mut parts = parts(vec![finding(&BROKEN, "a.md", (0, 1), "m")]);
            parts.fail_at = fail_at;
            let xml = Xml::deserialize_from_str(&written(&Junit, &Report::new(parts))).unwrap();
            assert_eq!((xml.tests, xml.failures), (2, failures));
        }
    }

    #[test]
    fn what_the_baseline_knows_fails_no_case_and_is_told() {
        let mut report = Report::new(parts(vec![
            finding(&ABORTS, "a.md", (0, 1), "known"),
            finding(&ABORTS, "b.md", (0, 1), "known"),
        ]));
        let baseline = Baseline::default().updated(&report);
        report.hold_against(&baseline);
        let xml = Xml::deserialize_from_str(&written(&Junit, &report)).unwrap();
        assert_eq!((xml.tests, xml.failures, xml.errors), (3, 0, 0));
        report.findings[1].known = false;
        let text = written(&Junit, &report);
        assert!(text.contains("a.md:1:1: error FM008 (in the baseline): known"), "{text}");
        let xml = Xml::deserialize_from_str(&text).unwrap();
        assert_eq!((xml.tests, xml.failures, xml.errors), (3, 1, 0));
    }

    #[test]
    fn a_run_that_was_cut_is_never_green() {
        let mut parts = parts(vec![finding(&ABORTS, "a.md", (0, 1), "m")]);
        parts.run.complete = false;
        let xml = Xml::deserialize_from_str(&written(&Junit, &Report::new(parts))).unwrap();
        assert_eq!((xml.tests, xml.failures, xml.errors), (2, 1, 1));
    }
}
