//! SARIF 2.1.0 (OASIS, errata 01): what GitHub's code scanning, editors and dashboards read.
//!
//! The file keeps GitHub's limits for uploads: 25,000 results in a run, 10 MB once compressed, 100 locations shown for
//! a result. The worst results come first, those that a baseline knows last and as accepted suppressions, and a notification of the run says what was left out; GitHub shows the first
//! 5,000. Columns count UTF-16 code units, as the run declares; regions give bytes as well.
//!
//! Nothing here decides what is worst: that is `ranking`.

mod log;
mod region;
mod results;

use std::collections::BTreeMap;
use std::io::{self, BufWriter, Write};

use serde::{Serialize, Serializer};

use self::log::{
    AutomationDetails, Configuration, Descriptor, Driver, Invocation, Log, Message, MultiformatMessage, Notification,
    RuleProperties, Run, RunProperties, Tool, UriBase,
};
use self::region::Files;
use self::results::{Rules, fitting, result};
use super::json::lines::OneLine;
use super::json::moment;
use super::ranking::worst_first;
use super::shown::{grouped, shown};
use super::{Context, Format, Report, Reported};
use crate::finding::{Meta, Severity};
use crate::language::say;

/// GitHub refuses a run with more results.
const MOST_RESULTS: usize = 25_000;
/// GitHub shows so many.
const SHOWN_RESULTS: usize = 5_000;
/// GitHub refuses a file that is larger once compressed; a little is left for what stands around the results.
const MOST_BYTES: u64 = 9_500_000;

/// The format `sarif`, file `health.sarif`.
#[derive(Clone, Copy, Debug)]
pub struct Sarif;

impl Format for Sarif {
    fn name(&self) -> &'static str {
        "sarif"
    }

    fn file_name(&self) -> &'static str {
        "health.sarif"
    }

    fn write(&self, report: &Report, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
        write_within(report, context, (MOST_RESULTS, MOST_BYTES), out)
    }
}

/// Writes at most so many results and compressed bytes.
fn write_within(
    report: &Report,
    context: &Context<'_>,
    (most_results, most_bytes): (usize, u64),
    out: &mut dyn Write,
) -> io::Result<()> {
    let rules = rules(report);
    let mut worst = worst_first(report);
    worst.truncate(most_results);
    let has_baseline = report.has_baseline;
    let fits = fitting(&worst, ((&rules, has_baseline), &Files::new(context)), most_bytes);
    worst.truncate(fits);
    let mut out = BufWriter::with_capacity(1 << 16, out);
    let results = Results { worst: &worst, rules: &rules, has_baseline, context };
    let mut serializer = serde_json::Serializer::with_formatter(&mut out, OneLine);
    log(report, context, (&rules, results)).serialize(&mut serializer)?;
    out.write_all(b"\n")?;
    out.flush()
}

/// The results, made while they are written.
struct Results<'r> {
    worst: &'r [&'r Reported],
    rules: &'r Rules,
    has_baseline: bool,
    context: &'r Context<'r>,
}

impl Serialize for Results<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let files = Files::new(self.context);
        let rules = (self.rules, self.has_baseline);
        serializer.collect_seq(self.worst.iter().map(|reported| result(reported, rules, &files)))
    }
}

/// The rules that found something, by code, and where each stands in the list.
fn rules(report: &Report) -> Rules {
    let metas: BTreeMap<&'static str, &'static Meta> =
        report.findings.iter().map(|reported| (reported.finding.meta.code.as_str(), reported.finding.meta)).collect();
    Rules(metas.into_values().collect())
}

fn log<'r>(report: &'r Report, context: &Context<'_>, (rules, results): (&'r Rules, Results<'r>)) -> impl Serialize {
    let kept = results.worst.len();
    let run = &report.run;
    Log {
        schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: env!("CARGO_PKG_NAME"),
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    rules: rules.0.iter().map(|meta| descriptor(meta, context)).collect(),
                },
            },
            automation_details: AutomationDetails { id: "postproof/" },
            column_kind: "utf16CodeUnits",
            original_uri_base_ids: BTreeMap::from([(
                region::BASE,
                UriBase { description: Message::new("The top folder of the repository, or the archive's folder.") },
            )]),
            invocations: [Invocation {
                execution_successful: run.complete,
                start_time_utc: moment(run.started_at),
                end_time_utc: moment(run.finished_at),
                tool_execution_notifications: notifications(report, context, kept),
            }],
            results,
            properties: RunProperties {
                revision: run.revision.as_deref().map(|revision| shown(context, revision).into_owned()),
                findings: report.findings.len(),
                left_out: report.findings.len() - kept,
            },
        }],
    }
}

/// What the run wants to say beside its results, what was cut first.
fn notifications(report: &Report, context: &Context<'_>, kept: usize) -> Vec<Notification> {
    let note = |level, text: String| Notification { level, message: Message::new(text) };
    let mut notes = Vec::new();
    let all = report.findings.len();
    let number = |count: usize| grouped(count as u64);
    if kept < all {
        let left_out = number(all - kept);
        let text = say!(
            "{left_out} of {all} findings are left out to keep GitHub's limits for uploads; the worst {kept} are here. The JSON and the NDJSON report have all of them.",
            left_out,
            all = number(all),
            kept = number(kept),
        );
        notes.push(note("warning", context.say(&text)));
    }
    if kept > SHOWN_RESULTS {
        let text = say!("GitHub shows the first {count} results.", count = number(SHOWN_RESULTS));
        notes.push(note("note", context.say(&text)));
    }
    if !report.run.complete {
        let text = say!("The run did not come to its end; this is what it found.");
        notes.push(note("error", context.say(&text)));
    }
    notes.extend(report.notices.iter().map(|notice| note("note", shown(context, notice).into_owned())));
    notes
}

fn descriptor(meta: &'static Meta, context: &Context<'_>) -> Descriptor {
    let help = meta.page_in(context.language);
    Descriptor {
        id: meta.code.as_str(),
        name: pascal(meta.name),
        short_description: Message::new(format!("{}: {}", meta.code, meta.name.replace('-', " "))),
        full_description: Message::new(meta.summary_in(context.language)),
        help: MultiformatMessage { text: help.clone(), markdown: help },
        default_configuration: Configuration { level: level(meta.severity) },
        properties: RuleProperties {
            tags: [family(meta.code.as_str()), meta.effect.name()],
            precision: "high",
            problem_severity: problem(meta.severity),
        },
    }
}

/// SARIF asks for names in Pascal case.
fn pascal(name: &str) -> String {
    let words = name.split('-').map(|word| {
        let mut letters = word.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    });
    words.collect()
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// GitHub's own words, by which it puts alerts in order.
fn problem(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "recommendation",
    }
}

/// What the two letters of a code stand for.
fn family(code: &str) -> &'static str {
    match code.get(..2) {
        Some("FM") => "front-matter",
        Some("TX") => "text",
        Some("LK") => "links",
        Some("LQ") => "liquid",
        Some("NV") => "consistency",
        Some("DU") => "duplicates",
        Some("FX" | "AR") => "integrity",
        Some("NT") => "network",
        _ => "postproof",
    }
}

#[cfg(test)]
mod tests;
