//! The last run as metrics, in Prometheus' text exposition format 0.0.4: for a server on which cron runs postproof,
//! written into the folder of the node exporter's textfile collector.
//!
//! Every metric is a gauge, since each run tells the state anew. A rule that found nothing says 0, so that an alert on
//! it ends. Times are Unix seconds.

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};

use jiff::Timestamp;

use super::shown::visible;
use super::{Context, Format, Report};
use crate::finding::Severity;
use crate::probe::Verdict;
use crate::rules;

/// The format `prometheus`, file `health.prom`.
#[derive(Clone, Copy, Debug)]
pub struct Prometheus;

impl Format for Prometheus {
    fn name(&self) -> &'static str {
        "prometheus"
    }

    fn file_name(&self) -> &'static str {
        "health.prom"
    }

    fn write(&self, report: &Report, _: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
        let mut out = BufWriter::new(out);
        run(report, &mut out)?;
        archive(report, &mut out)?;
        findings(report, &mut out)?;
        addresses(report, &mut out)?;
        out.flush()
    }
}

/// The labels of one sample and its value.
type Sample<'s> = (&'s [(&'s str, &'s str)], String);

fn run(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let run = &report.run;
    let version = [("version", env!("CARGO_PKG_VERSION"))];
    let seconds = run.finished_at.duration_since(run.started_at).as_secs_f64();
    gauge(out, "build_info", "The postproof that ran.", &[(&version, "1".into())])?;
    plain(out, "healthy", "Whether the run ended and found nothing that fails it.", flag(report.summary.healthy))?;
    plain(out, "run_complete", "Whether the run came to its end.", flag(run.complete))?;
    plain(out, "run_offline", "Whether the run asked nothing of the web.", flag(run.offline))?;
    plain(out, "run_start_timestamp_seconds", "When the run began.", unix(run.started_at))?;
    plain(out, "run_end_timestamp_seconds", "When the run ended.", unix(run.finished_at))?;
    plain(out, "run_duration_seconds", "How long the run took.", seconds.to_string())
}

fn archive(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let archive = report.archive;
    plain(out, "archive_posts", "Posts that were read.", archive.posts.to_string())?;
    plain(out, "archive_pages", "Pages that were read.", archive.pages.to_string())?;
    plain(out, "archive_files", "Static files that were seen.", archive.files.to_string())?;
    plain(out, "archive_size_bytes", "Size of the posts and pages.", archive.bytes.to_string())
}

fn findings(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut counts: BTreeMap<(&str, &str, Severity), u64> = BTreeMap::new();
    for reported in &report.findings {
        let finding = &reported.finding;
        *counts.entry((finding.meta.code.as_str(), finding.meta.name, finding.severity)).or_default() += 1;
    }
    for rule in rules::ALL {
        let meta = rule.meta();
        counts.entry((meta.code.as_str(), meta.name, meta.severity)).or_default();
    }
    let labels: Vec<([(&str, &str); 3], u64)> = counts
        .iter()
        .map(|(&(code, name, severity), &count)| {
            ([("code", code), ("name", name), ("severity", severity.name())], count)
        })
        .collect();
    let samples: Vec<Sample<'_>> = labels.iter().map(|(labels, count)| (&labels[..], count.to_string())).collect();
    gauge(out, "findings", "Findings by rule and severity.", &samples)?;
    plain(out, "findings_known", "Findings that the baseline knows.", report.summary.known.to_string())
}

fn addresses(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let links = &report.summary.links;
    plain(out, "links", "Links as they stand in files.", links.occurrences.to_string())?;
    let labels = Verdict::ALL.map(|verdict| ([("verdict", verdict.name())], links.of(verdict)));
    let samples: Vec<Sample<'_>> = labels.iter().map(|(labels, count)| (&labels[..], count.to_string())).collect();
    gauge(out, "addresses", "Addresses of the web by verdict.", &samples)?;
    plain(
        out,
        "addresses_answered",
        "Addresses with an answer that is still believed.",
        report.coverage.answered.to_string(),
    )?;
    let labels: Vec<([(&str, &str); 1], u64)> =
        report.coverage.not_checked.iter().map(|(reason, &count)| ([("reason", reason.as_str())], count)).collect();
    let samples: Vec<Sample<'_>> = labels.iter().map(|(labels, count)| (&labels[..], count.to_string())).collect();
    gauge(out, "not_checked", "What was not checked, by reason.", &samples)
}

fn flag(is_set: bool) -> String {
    u8::from(is_set).to_string()
}

fn unix(at: Timestamp) -> String {
    at.as_second().to_string()
}

fn plain(out: &mut dyn Write, name: &str, help: &str, value: String) -> io::Result<()> {
    gauge(out, name, help, &[(&[], value)])
}

/// One metric; a metric without samples is left out.
fn gauge(out: &mut dyn Write, name: &str, help: &str, samples: &[Sample<'_>]) -> io::Result<()> {
    if samples.is_empty() {
        return Ok(());
    }
    writeln!(out, "# HELP postproof_{name} {help}\n# TYPE postproof_{name} gauge")?;
    for (labels, value) in samples {
        let labels: Vec<String> = labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        writeln!(out, "postproof_{name}{labels} {value}")?;
    }
    Ok(())
}

/// A label's value: `\`, `"` and line ends have an escape of their own, of which no line end is left here.
fn escaped(value: &str) -> String {
    visible(value).replace('\\', "\\\\").replace('"', "\\\"")
}

#[cfg(test)]
mod tests {
    use super::super::samples::{assert_harmless, hostile, usual, written};
    use super::*;

    /// Without the rules that found nothing: they would change the picture with each new rule.
    fn told(report: &Report) -> String {
        let text = written(&Prometheus, report).replace(env!("CARGO_PKG_VERSION"), "VERSION");
        let is_told = |line: &&str| !line.starts_with("postproof_findings{") || !line.ends_with(" 0");
        text.lines().filter(is_told).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_metrics_of_a_report() {
        insta::assert_snapshot!(told(&usual()));
    }

    #[test]
    fn the_metrics_of_a_hostile_report() {
        insta::assert_snapshot!(told(&hostile()));
    }

    #[test]
    fn a_rule_that_found_nothing_says_so() {
        let text = written(&Prometheus, &hostile());
        assert!(text.contains("\npostproof_findings{code=\"FM003\",name=\"invalid-yaml\",severity=\"error\"} 0\n"));
        assert!(text.contains("\npostproof_findings{code=\"FM008\",name=\"invalid-date\",severity=\"error\"} 1\n"));
    }

    #[test]
    fn every_line_is_a_comment_or_a_sample() {
        let text = written(&Prometheus, &hostile());
        assert_harmless(&text);
        for line in text.lines() {
            let sample = line.strip_prefix("postproof_").and_then(|rest| rest.rsplit_once(' '));
            let is_sample = sample.is_some_and(|(_, value)| value.parse::<f64>().is_ok());
            assert!(
                line.starts_with("# HELP postproof_") || line.starts_with("# TYPE postproof_") || is_sample,
                "{line}"
            );
        }
    }

    #[test]
    fn labels_are_escaped() {
        assert_eq!(escaped("a\\b\"c\nd"), "a\\\\b\\\"c␊d");
    }
}
