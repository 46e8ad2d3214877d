//! `history`: what became of the archive over its runs, or of one address.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};

use super::args::ListFormat;
use super::exit_code::Exit;
use super::voice::Voice;
use super::{archive, output};
use crate::language::say;
use crate::probe::Verdict;
use crate::report::visible;
use crate::store::{Change, Memory, PastFinding, RunSummary, State, host_of};
use crate::text::secret::mask;

/// Lines of one kind that people are shown without being asked.
const SHOWN: usize = 20;

/// What `history` is told.
#[derive(Clone, Debug, Args)]
pub(super) struct HistoryArgs {
    /// The archive's folder, or an address of the web (then the archive is the working folder).
    #[arg(default_value = ".", value_name = "PATH|ADDRESS")]
    of: String,
    /// The archive's folder, where an address is given.
    #[arg(long, value_name = "PATH", default_value = ".")]
    archive: PathBuf,
    /// How many runs are told of, the newest first.
    #[arg(long, value_name = "N", default_value_t = 10)]
    runs: usize,
    /// The file that remembers what the web answered [default: .postproof/state.db in the archive].
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Everything that broke and healed, not only the beginning.
    #[arg(short, long)]
    verbose: bool,
    /// How the history is printed.
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    format: ListFormat,
}

/// Tells of the runs of an archive, or of an address.
pub(super) fn history(args: &HistoryArgs, voice: &Voice) -> anyhow::Result<Exit> {
    let is_address = ["http://", "https://", "mailto:@"].iter().any(|start| args.of.starts_with(start));
    let root = if is_address { args.archive.clone() } else { PathBuf::from(&args.of) };
    let settings = match archive::settings(&root, voice)? {
        Ok(settings) => settings,
        Err(exit) => return Ok(exit),
    };
    let Some(place) = args.state.clone().or(settings.state) else { return Ok(Exit::Usage) };
    if !place.is_file() {
        voice.error(say!("there is no state file {path}: run `postproof check` first", path = place.display()));
        return Ok(Exit::Failure);
    }
    let state = State::open(&place, &settings.store)?;
    let text = if is_address { address(args, &state)? } else { runs(args, &state)? };
    output::print(&text)?;
    Ok(Exit::Healthy)
}

/// One run with what changed in it.
struct Chapter {
    run: RunSummary,
    changes: Vec<Change>,
    appeared: Vec<PastFinding>,
    healed: Vec<PastFinding>,
}

fn runs(args: &HistoryArgs, state: &State) -> anyhow::Result<String> {
    let mut chapters = Vec::new();
    for run in state.runs(args.runs)? {
        let (appeared, healed) = state.findings_of_run(run.run)?;
        chapters.push(Chapter { changes: state.changes_of_run(run.run)?, appeared, healed, run });
    }
    let mut text = String::new();
    match args.format {
        ListFormat::Json => {
            let chapters: Vec<Value> = chapters.iter().map(chapter_data).collect();
            writeln!(text, "{:#}", json!({ "runs": chapters }))?;
        }
        ListFormat::Text if chapters.is_empty() => text.push_str("no run is remembered\n"),
        ListFormat::Text => {
            for chapter in &chapters {
                describe(&mut text, chapter, if args.verbose { usize::MAX } else { SHOWN })?;
            }
        }
    }
    Ok(text)
}

/// Whether a verdict is one that a reader is content with.
fn is_well(change: &Change) -> bool {
    matches!(change.verdict.name(), "alive" | "moved")
}

fn describe(text: &mut String, chapter: &Chapter, most: usize) -> fmt::Result {
    let Chapter { run, changes, appeared, healed } = chapter;
    let [errors, warnings, infos] = run.by_severity();
    let standing = match (run.finished_at, run.healthy, run.complete) {
        (None, ..) => "was cut off",
        (Some(_), _, false) => "not complete",
        (Some(_), Some(true), true) => "healthy",
        (Some(_), Some(false), true) => "not healthy",
        (Some(_), None, true) => "complete",
    };
    let place = if run.vantage.is_empty() { String::new() } else { format!(" from {}", visible(&run.vantage)) };
    writeln!(
        text,
        "run {} at {:.0}{place}: {standing}: {errors} errors, {warnings} warnings, {infos} infos",
        run.run.number(),
        run.started_at
    )?;
    let verdicts = run.by_verdict().into_iter().filter(|(_, count)| *count > 0);
    let verdicts: Vec<String> = verdicts.map(|(verdict, count)| format!("{} {count}", verdict.name())).collect();
    if !verdicts.is_empty() {
        writeln!(text, "  web: {}", verdicts.join(" · "))?;
    }
    for (host, [broke, mended]) in hosts(changes) {
        writeln!(text, "  {}: {broke} broke, {mended} healed", visible(host))?;
    }
    list(text, "  broke   ", changes.iter().filter(|change| !is_well(change)).map(change_line), most)?;
    list(text, "  healed  ", changes.iter().filter(|change| is_well(change)).map(change_line), most)?;
    list(text, "  new     ", appeared.iter().map(finding_line), most)?;
    list(text, "  mended  ", healed.iter().map(finding_line), most)
}

/// Addresses that broke and that healed, by host.
fn hosts(changes: &[Change]) -> BTreeMap<&str, [usize; 2]> {
    let mut hosts: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    for change in changes {
        let [broke, healed] = hosts.entry(host_of(&change.url)).or_default();
        *if is_well(change) { healed } else { broke } += 1;
    }
    hosts
}

fn list(text: &mut String, head: &str, lines: impl Iterator<Item = String>, most: usize) -> fmt::Result {
    let mut rest = 0_usize;
    for (number, line) in lines.enumerate() {
        if number < most {
            writeln!(text, "{head}{line}")?;
        } else {
            rest += 1;
        }
    }
    if rest > 0 { writeln!(text, "{head}… and {rest} more (-v lists them)") } else { Ok(()) }
}

fn change_line(change: &Change) -> String {
    let before = change.before.map_or("new", |before| before.name());
    let place = change.origin.as_ref().map(|place| format!(", seen from {}", visible(place))).unwrap_or_default();
    format!("{}: {before} → {} ({}{place})", visible(&mask(&change.url)), change.verdict.name(), change.reason.name())
}

fn finding_line(finding: &PastFinding) -> String {
    format!("{} {}: {}", finding.code, visible(&finding.path), visible(&finding.message))
}

fn change_data(change: &Change) -> Value {
    json!({
        "run": change.run.number(),
        "url": mask(&change.url),
        "at": change.at.to_string(),
        "before": change.before.map(Verdict::name),
        "verdict": change.verdict.name(),
        "reason": change.reason.name(),
        "origin": change.origin,
    })
}

fn chapter_data(chapter: &Chapter) -> Value {
    let Chapter { run, changes, appeared, healed } = chapter;
    let [errors, warnings, infos] = run.by_severity();
    let verdicts: serde_json::Map<String, Value> =
        run.by_verdict().into_iter().map(|(verdict, count)| (verdict.name().to_owned(), count.into())).collect();
    let findings = |list: &[PastFinding]| {
        let data = list.iter().map(|finding| {
            json!({ "code": finding.code, "path": finding.path, "message": finding.message, "url": finding.url })
        });
        data.collect::<Vec<_>>()
    };
    let hosts: serde_json::Map<String, Value> = hosts(changes)
        .into_iter()
        .map(|(host, [broke, healed])| (host.to_owned(), json!({ "broke": broke, "healed": healed })))
        .collect();
    json!({
        "run": run.run.number(),
        "started_at": run.started_at.to_string(),
        "finished_at": run.finished_at.map(|at| at.to_string()),
        "complete": run.complete,
        "healthy": run.healthy,
        "vantage": Some(&run.vantage).filter(|name| !name.is_empty()),
        "errors": errors,
        "warnings": warnings,
        "infos": infos,
        "by_verdict": verdicts,
        "hosts": hosts,
        "changes": changes.iter().map(change_data).collect::<Vec<_>>(),
        "new_findings": findings(appeared),
        "healed_findings": findings(healed),
    })
}

fn address(args: &HistoryArgs, state: &State) -> anyhow::Result<String> {
    // Without its fragment, as it is asked.
    let url = args.of.split('#').next().unwrap_or(&args.of);
    let url = url::Url::parse(url).map_or_else(|_| url.to_owned(), String::from);
    let memory = state.recall(&[&url])?.pop().flatten();
    let changes = state.changes_of_address(&url)?;
    let mut text = String::new();
    match args.format {
        ListFormat::Json => writeln!(text, "{:#}", address_data(&url, memory.as_ref(), &changes))?,
        ListFormat::Text => describe_address(&mut text, &url, memory.as_ref(), &changes)?,
    }
    Ok(text)
}

fn describe_address(text: &mut String, url: &str, memory: Option<&Memory>, changes: &[Change]) -> fmt::Result {
    writeln!(text, "{}", visible(&mask(url)))?;
    let Some(memory) = memory else {
        return writeln!(text, "  nothing is remembered of it");
    };
    let (outcome, track) = (&memory.outcome, &memory.track);
    let at = outcome.checked_at.map_or_else(|| "never".to_owned(), |at| format!("{at:.0}"));
    let place = memory.origin.as_ref().map(|place| format!(", from {}", visible(place))).unwrap_or_default();
    writeln!(text, "  now: {} ({}), asked at {at}{place}", outcome.verdict.name(), outcome.reason.name())?;
    writeln!(text, "  {} checks, {} in a row well, {} in a row failed", track.checks, track.streak, track.failures)?;
    for (name, moment) in [("fails since", track.first_failure_at), ("well last at", track.last_success_at)] {
        if let Some(moment) = moment {
            writeln!(text, "  {name} {moment:.0}")?;
        }
    }
    for hop in &outcome.redirects {
        writeln!(text, "  {} → {}", hop.status, visible(&mask(&hop.to)))?;
    }
    for change in changes {
        writeln!(text, "  {:.0}  {}", change.at, change_line(change))?;
    }
    Ok(())
}

fn address_data(url: &str, memory: Option<&Memory>, changes: &[Change]) -> Value {
    let now = memory.map(|memory| {
        let (outcome, track) = (&memory.outcome, &memory.track);
        json!({
            "verdict": outcome.verdict.name(),
            "reason": outcome.reason.name(),
            "checked_at": outcome.checked_at.map(|at| at.to_string()),
            "origin": memory.origin,
            "checks": track.checks,
            "streak": track.streak,
            "failures": track.failures,
            "first_failure_at": track.first_failure_at.map(|at| at.to_string()),
            "last_success_at": track.last_success_at.map(|at| at.to_string()),
        })
    });
    json!({ "url": mask(url), "now": now, "changes": changes.iter().map(change_data).collect::<Vec<_>>() })
}
