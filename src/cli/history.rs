//! `history`: what became of the archive over its runs, or of one address.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};

use super::args::{ListFormat, parse_count};
use super::exit_code::Exit;
use super::voice::Voice;
use super::{archive, output};
use crate::language::{Message, say};
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
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = parse_count::<usize>)]
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
    let text = if is_address { address(args, &state, voice)? } else { runs(args, &state, voice)? };
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

fn runs(args: &HistoryArgs, state: &State, voice: &Voice) -> anyhow::Result<String> {
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
        ListFormat::Text if chapters.is_empty() => writeln!(text, "{}", voice.say(&say!("no run is remembered")))?,
        ListFormat::Text => {
            for chapter in &chapters {
                describe(&mut text, chapter, if args.verbose { usize::MAX } else { SHOWN }, voice)?;
            }
        }
    }
    Ok(text)
}

/// Whether a verdict is one that a reader is content with.
fn is_well(change: &Change) -> bool {
    matches!(change.verdict.name(), "alive" | "moved")
}

fn describe(text: &mut String, chapter: &Chapter, most: usize, voice: &Voice) -> fmt::Result {
    let Chapter { run, changes, appeared, healed } = chapter;
    let [errors, warnings, infos] = run.by_severity();
    let standing = match (run.finished_at, run.healthy, run.complete) {
        (None, ..) => say!("was cut off"),
        (Some(_), _, false) => say!("not complete"),
        (Some(_), Some(true), true) => say!("healthy"),
        (Some(_), Some(false), true) => say!("not healthy"),
        (Some(_), None, true) => say!("complete"),
    };
    let place = match visible(&run.vantage) {
        place if place.is_empty() => Message::nothing(),
        place => say!(" from {place}", place),
    };
    let told = say!(
        "run {number} at {time}{place}: {standing}: {errors} errors, {warnings} warnings, {infos} infos",
        number = run.run.number(),
        time = format!("{:.0}", run.started_at),
        place,
        standing,
        errors,
        warnings,
        infos
    );
    writeln!(text, "{}", voice.say(&told))?;
    let verdicts = run.by_verdict().into_iter().filter(|(_, count)| *count > 0);
    let verdicts: Vec<String> = verdicts.map(|(verdict, count)| format!("{} {count}", verdict.name())).collect();
    if !verdicts.is_empty() {
        let told = say!("  web: {verdicts}", verdicts = verdicts.join(" · "));
        writeln!(text, "{}", voice.say(&told))?;
    }
    for (host, [broke, mended]) in hosts(changes) {
        let told = say!("  {host}: {broke} broke, {mended} healed", host = visible(host), broke, mended);
        writeln!(text, "{}", voice.say(&told))?;
    }
    let list = |text: &mut String, head: &Message, lines: &mut dyn Iterator<Item = String>| {
        list(text, &voice.say(head), lines, (most, voice))
    };
    let changed = |change: &Change| voice.say(&change_line(change));
    list(text, &say!("  broke   "), &mut changes.iter().filter(|change| !is_well(change)).map(changed))?;
    list(text, &say!("  healed  "), &mut changes.iter().filter(|change| is_well(change)).map(changed))?;
    list(text, &say!("  new     "), &mut appeared.iter().map(finding_line))?;
    list(text, &say!("  mended  "), &mut healed.iter().map(finding_line))
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

fn list(
    text: &mut String,
    head: &str,
    lines: &mut dyn Iterator<Item = String>,
    (most, voice): (usize, &Voice),
) -> fmt::Result {
    let mut rest = 0_usize;
    for (number, line) in lines.enumerate() {
        if number < most {
            writeln!(text, "{head}{line}")?;
        } else {
            rest += 1;
        }
    }
    if rest == 0 {
        return Ok(());
    }
    writeln!(text, "{head}{}", voice.say(&say!("… and {rest} more (-v lists them)", rest)))
}

fn change_line(change: &Change) -> Message {
    let before = change.before.map_or_else(|| say!("new"), |before| Message::text(before.name()));
    let place = change.origin.as_ref().map(|place| say!(", seen from {place}", place = visible(place)));
    say!(
        "{url}: {before} → {verdict} ({reason}{place})",
        url = visible(&mask(&change.url)),
        before,
        verdict = change.verdict.name(),
        reason = change.reason.name(),
        place = place.unwrap_or_else(Message::nothing)
    )
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

fn address(args: &HistoryArgs, state: &State, voice: &Voice) -> anyhow::Result<String> {
    // Without its fragment, as it is asked.
    let url = args.of.split('#').next().unwrap_or(&args.of);
    let url = url::Url::parse(url).map_or_else(|_| url.to_owned(), String::from);
    let memory = state.recall(&[&url])?.pop().flatten();
    let changes = state.changes_of_address(&url)?;
    let mut text = String::new();
    match args.format {
        ListFormat::Json => writeln!(text, "{:#}", address_data(&url, memory.as_ref(), &changes))?,
        ListFormat::Text => describe_address(&mut text, (&url, memory.as_ref(), &changes), voice)?,
    }
    Ok(text)
}

fn describe_address(
    text: &mut String,
    (url, memory, changes): (&str, Option<&Memory>, &[Change]),
    voice: &Voice,
) -> fmt::Result {
    writeln!(text, "{}", visible(&mask(url)))?;
    let mut line = |message: Message| writeln!(text, "{}", voice.say(&message));
    let Some(memory) = memory else {
        return line(say!("  nothing is remembered of it"));
    };
    let (outcome, track) = (&memory.outcome, &memory.track);
    let place = memory.origin.as_ref().map(|place| say!(", from {place}", place = visible(place)));
    line(say!(
        "  now: {verdict} ({reason}), asked at {at}{place}",
        verdict = outcome.verdict.name(),
        reason = outcome.reason.name(),
        at = outcome.checked_at.map_or_else(|| say!("never"), |at| Message::text(format!("{at:.0}"))),
        place = place.unwrap_or_else(Message::nothing)
    ))?;
    line(say!(
        "  {checks} checks, {well} in a row well, {failed} in a row failed",
        checks = track.checks,
        well = track.streak,
        failed = track.failures
    ))?;
    if let Some(moment) = track.first_failure_at {
        line(say!("  fails since {moment}", moment = format!("{moment:.0}")))?;
    }
    if let Some(moment) = track.last_success_at {
        line(say!("  well last at {moment}", moment = format!("{moment:.0}")))?;
    }
    for hop in &outcome.redirects {
        line(Message::text(format!("  {} → {}", hop.status, visible(&mask(&hop.to)))))?;
    }
    for change in changes {
        line(Message::text(format!("  {:.0}  {}", change.at, voice.say(&change_line(change)))))?;
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
