//! The summary of a job on GitHub: the Markdown report, and below it the worst findings in a table that is folded away.
//!
//! GitHub takes one mebibyte of a step and refuses a larger summary whole, so the table ends where the space ends.

use std::io::{self, BufWriter, Write};

use super::super::markdown::{Markdown, code, prose};
use super::super::ranking::worst_first;
use super::super::shown::grouped;
use super::super::{Context, Format, Report, Reported};
use crate::language::say;

/// GitHub's limit for the summary of a step, with room for what other tools of the step write.
const MOST_BYTES: usize = 1_000_000;
/// Rows of the table.
const ROWS: usize = 500;

/// The format `github-summary`, file `health.github.md`.
#[derive(Clone, Copy, Debug)]
pub struct GithubSummary;

impl Format for GithubSummary {
    fn name(&self) -> &'static str {
        "github-summary"
    }

    fn file_name(&self) -> &'static str {
        "health.github.md"
    }

    fn write(&self, report: &Report, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
        let mut out = BufWriter::new(out);
        let mut page = Vec::new();
        Markdown.write(report, context, &mut page)?;
        // The Markdown report is short by itself; what would still be too long is cut between two lines.
        let mut end = page.len().min(MOST_BYTES / 2);
        if end < page.len() {
            end = page.get(..end).and_then(|kept| kept.iter().rposition(|&byte| byte == b'\n')).map_or(0, |at| at + 1);
        }
        out.write_all(page.get(..end).unwrap_or_default())?;
        table(report, context, MOST_BYTES - end, &mut out)?;
        out.flush()
    }
}

fn table(report: &Report, context: &Context<'_>, space: usize, out: &mut dyn Write) -> io::Result<()> {
    let worst = worst_first(report);
    if worst.is_empty() {
        return Ok(());
    }
    let mut rows = String::new();
    let mut written = 0;
    // The lines around the rows need less than that.
    let space = space.saturating_sub(500);
    for reported in worst.iter().take(ROWS) {
        let row = row(reported, context);
        if rows.len() + row.len() > space {
            break;
        }
        rows.push_str(&row);
        written += 1;
    }
    let (written, all) = (grouped(written), grouped(worst.len() as u64));
    let of = if written == all {
        say!("All {all} findings", all)
    } else {
        say!("The worst {written} of {all} findings", written, all)
    };
    let of = context.say(&of);
    writeln!(out, "\n<details><summary>{of}</summary>\n")?;
    writeln!(out, "{}", context.say(&say!("| severity | rule | place | what is wrong |")))?;
    writeln!(out, "| --- | --- | --- | --- |")?;
    out.write_all(rows.as_bytes())?;
    writeln!(out, "\n</details>")
}

fn row(reported: &Reported, context: &Context<'_>) -> String {
    let finding = &reported.finding;
    let path = context.in_repository(&finding.path);
    let place = finding
        .lines
        .map_or_else(|| path.to_string(), |lines| format!("{path}:{}:{}", lines.start.line, lines.start.column));
    let (severity, code_of_rule, name) = (finding.severity.name(), finding.meta.code, finding.meta.name);
    let known = context.say(&say!("(in the baseline)"));
    let known = if reported.known { format!(" {known}") } else { String::new() };
    let message = prose(context, &finding.message);
    format!("| {severity} | {code_of_rule} {name}{known} | {} | {message} |\n", code(context, &place))
}

#[cfg(test)]
mod tests {
    use super::super::super::model::tests::{ABORTS, finding, parts};
    use super::super::super::samples::{assert_harmless, hostile, pictured, written};
    use super::*;
    use pulldown_cmark::{Event, Options, Parser, Tag};

    #[test]
    fn the_summary_of_a_report() {
        insta::assert_snapshot!(pictured(&GithubSummary));
    }

    #[test]
    fn what_is_hostile_stays_text() {
        let text = written(&GithubSummary, &hostile());
        assert_harmless(&text);
        let (mut html, mut rows) = (Vec::new(), 0);
        for event in Parser::new_ext(&text, Options::all()) {
            match event {
                Event::Html(text) | Event::InlineHtml(text) => html.push(text.trim().to_owned()),
                Event::Start(Tag::TableRow) => rows += 1,
                Event::Start(tag @ (Tag::Link { .. } | Tag::Image { .. } | Tag::CodeBlock(_))) => panic!("{tag:?}"),
                _ => {}
            }
        }
        assert_eq!(html.join(" "), "<details><summary>All 3 findings</summary> </details>");
        assert!(rows >= 6, "{text}");
    }

    #[test]
    fn it_stays_within_a_mebibyte() {
        let long = "字".repeat(400);
        let findings = (0..2000).map(|n| finding(&ABORTS, &format!("{n}{long}.md"), (0, 1), &long));
        let text = written(&GithubSummary, &Report::new(parts(findings.collect())));
        assert!(text.len() <= 1 << 20, "{}", text.len());
        assert!(text.contains("of 2,000 findings</summary>"), "the table is there");
        assert!(text.ends_with("\n</details>\n"));
        let report = Report::new(parts(vec![finding(&ABORTS, "a.md", (0, 1), "m"); 400]));
        let mut out = Vec::new();
        table(&report, &Context::new(&|_| None, |url| url.into()), 2_000, &mut out).unwrap();
        let small = String::from_utf8(out).unwrap();
        assert!(small.len() < 2_000 && small.contains("<summary>The worst "), "{small}");
        let none = written(&GithubSummary, &Report::new(parts(vec![])));
        assert!(!none.contains("<details>"), "{none}");
    }
}
