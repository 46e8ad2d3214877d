//! The state of the archive as a badge: the JSON that shields.io's endpoint badge reads (schema version 1).

use std::io::{self, Write};

use serde::Serialize;

use super::shown::grouped;
use super::{Context, Format, Report, Reported};
use crate::finding::Severity;
use crate::language::{mark, say};

/// The format `badge`, file `health.badge.json`.
#[derive(Clone, Copy, Debug)]
pub struct Badge;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Endpoint {
    schema_version: u32,
    label: String,
    message: String,
    color: &'static str,
    /// Shown in the error colour whatever badge style a page asks for.
    is_error: bool,
}

impl Format for Badge {
    fn name(&self) -> &'static str {
        "badge"
    }

    fn file_name(&self) -> &'static str {
        "health.badge.json"
    }

    fn write(&self, report: &Report, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
        let (message, color) = message(report, context);
        let is_error = !report.summary.healthy;
        let endpoint = Endpoint { schema_version: 1, label: context.say(&say!("archive")), message, color, is_error };
        serde_json::to_writer(&mut *out, &endpoint)?;
        out.write_all(b"\n")
    }
}

/// What the badge says, and its colour; what a baseline knows is counted apart. A run that did not come to its end is not called healthy or ill.
fn message(report: &Report, context: &Context<'_>) -> (String, &'static str) {
    let unknown = |severity| {
        let of = |reported: &&Reported| !reported.known && reported.finding.severity == severity;
        report.findings.iter().filter(of).count() as u64
    };
    let (error_count, warning_count) = (unknown(Severity::Error), unknown(Severity::Warning));
    let (errors, warnings) =
        (context.counted(error_count, mark!("error")), context.counted(warning_count, mark!("warning")));
    match (report.run.complete, report.summary.healthy) {
        (false, _) => (context.say(&say!("not checked to the end")), "lightgrey"),
        (true, false) if error_count == 0 => (warnings, "orange"),
        (true, false) => (errors, "red"),
        // With `--fail-on never` an archive may be called healthy that has errors.
        (true, true) if error_count > 0 => (errors, "orange"),
        (true, true) if warning_count > 0 => (context.say(&say!("healthy, {warnings}", warnings)), "green"),
        (true, true) if report.summary.known > 0 => {
            (context.say(&say!("healthy, {known} known", known = grouped(report.summary.known))), "green")
        }
        (true, true) => (context.say(&say!("healthy")), "brightgreen"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Baseline;
    use super::super::model::tests::{ABORTS, BROKEN, finding, parts};
    use super::super::samples::written;
    use super::*;
    use crate::finding::Finding;
    use crate::language::Language;
    use serde_json::{Value, json};

    fn badge(findings: Vec<Finding>, fail_at: Severity, complete: bool) -> Value {
        let mut parts = parts(findings);
        (parts.fail_at, parts.run.complete) = (fail_at, complete);
        serde_json::from_str(&written(&Badge, &Report::new(parts))).unwrap()
    }

    fn error() -> Finding {
        finding(&ABORTS, "a.md", (0, 1), "m")
    }

    fn warning() -> Finding {
        finding(&BROKEN, "a.md", (0, 1), "m")
    }

    #[test]
    fn what_the_badge_says() {
        let healthy = badge(vec![], Severity::Error, true);
        assert_eq!(
            healthy,
            json!({"schemaVersion": 1, "label": "archive", "message": "healthy", "color": "brightgreen", "isError": false})
        );
        for (findings, fail_at, complete, message, color) in [
            (vec![warning()], Severity::Error, true, "healthy, 1 warning", "green"),
            (vec![warning()], Severity::Warning, true, "1 warning", "orange"),
            (vec![error(); 1234], Severity::Error, true, "1,234 errors", "red"),
            (vec![], Severity::Error, false, "not checked to the end", "lightgrey"),
            (vec![error()], Severity::Error, false, "not checked to the end", "lightgrey"),
        ] {
            let badge = badge(findings, fail_at, complete);
            assert_eq!((&badge["message"], &badge["color"]), (&json!(message), &json!(color)));
        }
    }

    #[test]
    fn what_the_baseline_knows_is_no_error_of_the_badge() {
        let mut report = Report::new(parts(vec![error(), error(), warning()]));
        report.hold_against(&Baseline::default().updated(&report));
        let english = Context::new(&|_| None, |url| url.into());
        assert_eq!(message(&report, &english), ("healthy, 3 known".to_owned(), "green"));
        let chinese = Context { language: Language::Chinese, ..english };
        assert_eq!(message(&report, &chinese), ("健康，3 个已知问题".to_owned(), "green"));
        (report.findings[0].known, report.summary.healthy) = (false, false);
        assert_eq!(message(&report, &english), ("1 error".to_owned(), "red"));
        assert_eq!(message(&report, &chinese), ("1 个错误".to_owned(), "red"));
    }
}
