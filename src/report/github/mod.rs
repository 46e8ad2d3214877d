//! Annotations on GitHub: workflow commands, which the runner reads from what a step prints.
//!
//! GitHub shows ten errors, ten warnings and ten notices of a step and drops the rest without a word. So of each level
//! the worst come first, and where there are more than ten, the tenth annotation says how many more and of which rules.
//! What a baseline knows is counted in one notice and takes nobody's place.
//! Nothing foreign can begin a command of its own: a text has no line end, and what a command reads is escaped.

mod summary;

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};

pub use summary::GithubSummary;

use super::ranking::worst_first;
use super::shown::{grouped, shown};
use super::{Context, Format, Report, Reported};
use crate::finding::{Code, Severity};
use crate::language::{mark, say};

/// Annotations of one level that GitHub shows for a step.
const MOST: usize = 10;
/// Rules that the last annotation names.
const RULES: usize = 8;

/// The format `github`, file `health.github.txt`.
#[derive(Clone, Copy, Debug)]
pub struct Github;

impl Format for Github {
    fn name(&self) -> &'static str {
        "github"
    }

    fn file_name(&self) -> &'static str {
        "health.github.txt"
    }

    fn write(&self, report: &Report, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
        let mut out = BufWriter::new(out);
        let mut worst = worst_first(report);
        worst.retain(|reported| !reported.known);
        for severity in [Severity::Error, Severity::Warning, Severity::Info] {
            let of_level: Vec<&Reported> =
                worst.iter().copied().filter(|reported| reported.finding.severity == severity).collect();
            level(severity, &of_level, context, &mut out)?;
        }
        if report.summary.known > 0 {
            let known = context.counted(report.summary.known, mark!("finding"));
            let notice = context.say(&say!("the baseline knows {known}, not shown here", known));
            writeln!(out, "::notice title=postproof::{notice}")?;
        }
        if !report.run.complete {
            let warning = context.say(&say!("the run did not come to its end; this is what it found"));
            writeln!(out, "::warning title=postproof::{warning}")?;
        }
        out.flush()
    }
}

fn level(severity: Severity, findings: &[&Reported], context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    let annotated = if findings.len() > MOST { MOST - 1 } else { findings.len() };
    for reported in findings.iter().take(annotated) {
        annotate(reported, context, out)?;
    }
    let Some(rest) = findings.get(annotated..).filter(|rest| !rest.is_empty()) else { return Ok(()) };
    let mut counts: BTreeMap<Code, u64> = BTreeMap::new();
    for reported in rest {
        *counts.entry(reported.finding.meta.code).or_default() += 1;
    }
    let mut counts: Vec<(Code, u64)> = counts.into_iter().collect();
    counts.sort_by_key(|&(code, count)| (std::cmp::Reverse(count), code));
    let named: Vec<String> =
        counts.iter().take(RULES).map(|(code, count)| format!("{code} × {}", grouped(*count))).collect();
    let others = counts.len().saturating_sub(RULES);
    let named = named.join(", ");
    let (command, count) = (command(severity), context.counted(rest.len() as u64, more(severity)));
    let text = match others {
        0 => say!("{count}: {rules}", count, rules = named),
        others => say!("{count}: {rules} and {others} more rules", count, rules = named, others),
    };
    writeln!(out, "::{command} title=postproof::{}", context.say(&text))
}

/// The noun for findings of a severity that are not shown.
fn more(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => mark!("more error"),
        Severity::Warning => mark!("more warning"),
        Severity::Info => mark!("more info"),
    }
}

fn command(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    }
}

fn annotate(reported: &Reported, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    let finding = &reported.finding;
    let file = property(&shown(context, &context.in_repository(&finding.path)));
    write!(out, "::{} file={file}", command(finding.severity))?;
    if let Some(lines) = finding.lines {
        let (start, end) = (lines.start, lines.end);
        write!(out, ",line={},endLine={}", start.line, end.line)?;
        // GitHub takes columns only within one line.
        if start.line == end.line {
            write!(out, ",col={},endColumn={}", start.column, end.column)?;
        }
    }
    let title = property(&format!("{} {}", finding.meta.code, finding.meta.name));
    let message = data(&shown(context, &finding.message));
    let help = finding.help.as_deref().map(|help| context.say(&say!("Help: {help}", help = shown(context, help))));
    let help = help.map(|help| format!("%0A{}", data(&help)));
    writeln!(out, ",title={title}::{message}{}", help.unwrap_or_default())
}

/// What stands behind the second `::` of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property of a command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::super::Baseline;
    use super::super::model::tests::{ABORTS, BROKEN, STYLE, finding, parts};
    use super::super::samples::{assert_harmless, hostile, pictured, written, written_in};
    use super::*;
    use crate::language::Language;

    #[test]
    fn the_annotations_of_a_report() {
        insta::assert_snapshot!(pictured(&Github));
    }

    #[test]
    fn nothing_foreign_begins_a_command() {
        let text = written(&Github, &hostile());
        assert_harmless(&text);
        assert_eq!(text.lines().count(), 3, "{text}");
        for line in text.lines() {
            let command = ["::error file=", "::warning file="].iter().find_map(|begin| line.strip_prefix(begin));
            let (properties, data) = command.unwrap().split_once("::").unwrap();
            let names: Vec<&str> = properties.split(',').skip(1).filter_map(|one| one.split('=').next()).collect();
            assert_eq!(names, ["title"], "{line}");
            assert!(data.starts_with("=HYPERLINK") || data.len() == 2, "{line}");
        }
        assert!(text.contains("file=-x.md,title=NT001 dead-link::+1\n"), "{text}");
    }

    #[test]
    fn ten_of_a_level_are_shown_and_the_rest_is_summed_up() {
        let mut findings: Vec<_> = (0..2000).map(|n| finding(&BROKEN, &format!("{n}.md"), (0, 1), "m")).collect();
        findings.extend((0..10).map(|n| finding(&ABORTS, &format!("{n}.md"), (0, 1), "m")));
        findings.extend((0..11).map(|n| finding(&STYLE, &format!("{n}.md"), (0, 1), "m")));
        let text = written(&Github, &Report::new(parts(findings)));
        let count = |begin: &str| text.lines().filter(|line| line.starts_with(begin)).count();
        assert_eq!((count("::error "), count("::warning "), count("::notice ")), (10, 10, 10));
        assert!(text.contains("\n::warning title=postproof::1,991 more warnings: LK002 × 1,991\n"), "{text}");
        assert!(text.ends_with("\n::notice title=postproof::2 more infos: FM009 × 2\n"), "{text}");
        assert!(!text.contains("more errors"), "{text}");
    }

    #[test]
    fn what_is_said_beside_findings_is_said_in_chinese_too() {
        let findings = (0..12).map(|n| finding(&BROKEN, &format!("{n:02}.md"), (0, 1), "m")).collect();
        let mut parts = parts(findings);
        parts.run.complete = false;
        let report = Report::new(parts);
        let text = written_in(Language::Chinese, &Github, &report);
        assert!(text.contains("\n::warning title=postproof::3 个其他警告：LK002 × 3\n"), "{text}");
        assert!(text.ends_with("\n::warning title=postproof::本次运行未完成；以下是已发现的内容\n"), "{text}");
        let summary = written_in(Language::Chinese, &GithubSummary, &report);
        assert!(
            summary.contains("<summary>全部 12 个问题</summary>\n\n| 级别 | 规则 | 位置 | 问题 |\n| --- |"),
            "{summary}"
        );
    }

    #[test]
    fn what_the_baseline_knows_is_counted_and_not_annotated() {
        let findings = (0..12).map(|n| finding(&ABORTS, &format!("{n:02}.md"), (0, 1), "m")).collect();
        let mut report = Report::new(parts(findings));
        let baseline = Baseline::default().updated(&report);
        report.hold_against(&baseline);
        report.findings[11].known = false;
        report.summary.known = 11;
        assert_eq!(
            written(&Github, &report),
            "::error file=11.md,title=FM008 invalid-date::m\n\
             ::notice title=postproof::the baseline knows 11 findings, not shown here\n"
        );
    }

    #[test]
    fn an_archive_in_a_folder_of_the_repository_is_found_by_github() {
        let report = Report::new(parts(vec![finding(&ABORTS, "a.md", (0, 1), "m")]));
        let mut context = Context::new(&|_| None, crate::text::secret::mask);
        context.prefix = "blog/";
        let mut out = Vec::new();
        Github.write(&report, &context, &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "::error file=blog/a.md,title=FM008 invalid-date::m\n");
    }
}
