//! GitLab's Code Quality report: the widget of a merge request reads it as `artifacts:reports:codequality`.
//!
//! GitLab reads a subset of the Code Climate specification: a description, a check's name, a fingerprint that is unique
//! in the file, a severity, and a path with a line. Nothing else is written.

use std::borrow::Cow;
use std::io::{self, BufWriter, Write};

use serde::Serialize;

use super::json::lines::OneLine;
use super::shown::shown;
use super::{Context, Fingerprint, Format, Report, Reported};
use crate::finding::{Effect, Severity};

/// The format `gitlab`, file `health.gitlab.json`.
#[derive(Clone, Copy, Debug)]
pub struct Gitlab;

impl Format for Gitlab {
    fn name(&self) -> &'static str {
        "gitlab"
    }

    fn file_name(&self) -> &'static str {
        "health.gitlab.json"
    }

    fn write(&self, report: &Report, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
        let mut out = BufWriter::with_capacity(1 << 16, out);
        out.write_all(b"[")?;
        for (at, reported) in report.findings.iter().enumerate() {
            out.write_all(if at == 0 { b"\n" } else { b",\n" })?;
            let mut serializer = serde_json::Serializer::with_formatter(&mut out, OneLine);
            issue(reported, context).serialize(&mut serializer)?;
        }
        out.write_all(b"\n]\n")?;
        out.flush()
    }
}

#[derive(Serialize)]
struct Issue<'r> {
    description: Cow<'r, str>,
    check_name: String,
    fingerprint: Fingerprint,
    severity: &'static str,
    location: Location<'r>,
}

#[derive(Serialize)]
struct Location<'r> {
    path: Cow<'r, str>,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

fn issue<'r>(reported: &'r Reported, context: &Context<'_>) -> Issue<'r> {
    let finding = &reported.finding;
    let (begin, end) = finding.lines.map_or((1, 1), |lines| (lines.start.line, lines.end.line));
    let message = shown(context, &finding.message);
    let known = if reported.known { " (in the baseline)" } else { "" };
    let description = match finding.help.as_deref() {
        Some(help) => Cow::Owned(format!("{message}{known}. Help: {}", shown(context, help))),
        None if reported.known => Cow::Owned(format!("{message}{known}")),
        None => message,
    };
    Issue {
        description,
        check_name: format!("{} {}", finding.meta.code, finding.meta.name),
        fingerprint: reported.fingerprint,
        // GitLab has no word for what is accepted; the least severity comes nearest.
        severity: if reported.known { "info" } else { severity(finding.severity, finding.effect) },
        location: Location { path: context.in_repository(&finding.path), lines: Lines { begin, end } },
    }
}

/// GitLab's five words: what stops the build blocks, what loses or misplaces a post is critical.
fn severity(severity: Severity, effect: Effect) -> &'static str {
    match (severity, effect) {
        (Severity::Info, _) => "info",
        (Severity::Warning, _) => "minor",
        (Severity::Error, Effect::BuildAbort) => "blocker",
        (Severity::Error, Effect::PostLost | Effect::PublishedWrong) => "critical",
        (Severity::Error, Effect::LinkBroken | Effect::DataSuspect | Effect::Style) => "major",
    }
}

#[cfg(test)]
mod tests {
    use super::super::model::tests::parts;
    use super::super::samples::{assert_harmless, hostile, pictured, usual, written};
    use super::*;
    use serde_json::{Value, json};
    use std::collections::BTreeSet;

    /// What GitLab's documentation of the format demands.
    fn schema() -> Value {
        json!({
            "type": "array",
            "items": {
                "type": "object",
                "required": ["description", "check_name", "fingerprint", "severity", "location"],
                "properties": {
                    "description": {"type": "string", "minLength": 1},
                    "check_name": {"type": "string", "minLength": 1},
                    "fingerprint": {"type": "string", "minLength": 1},
                    "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
                    "location": {
                        "type": "object",
                        "required": ["path", "lines"],
                        "properties": {
                            "path": {"type": "string", "pattern": "^[^/]"},
                            "lines": {
                                "type": "object",
                                "required": ["begin"],
                                "properties": {"begin": {"type": "integer", "minimum": 1}}
                            }
                        }
                    }
                }
            }
        })
    }

    #[test]
    fn the_issues_of_a_report() {
        insta::assert_snapshot!(pictured(&Gitlab));
    }

    #[test]
    fn the_format_is_kept_and_fingerprints_are_unique() {
        let validator = jsonschema::validator_for(&schema()).unwrap();
        for report in [usual(), hostile(), Report::new(parts(vec![]))] {
            let text = written(&Gitlab, &report);
            assert_harmless(&text);
            let value: Value = serde_json::from_str(&text).unwrap();
            let errors: Vec<String> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
            assert_eq!(errors, [""; 0]);
            let issues = value.as_array().unwrap();
            let prints: BTreeSet<&str> = issues.iter().filter_map(|issue| issue["fingerprint"].as_str()).collect();
            assert_eq!((issues.len(), prints.len()), (report.findings.len(), report.findings.len()));
        }
    }
}
