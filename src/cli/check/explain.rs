//! `check --explain`: one address or one line through all stages, instead of a report.

use std::fmt::{self, Write as _};
use std::io;

use anyhow::anyhow;
use serde_json::json;

use super::super::exit_code::Exit;
use super::super::output;
use super::args::CheckArgs;
use crate::check::{self, Answer, Explained, Found, Judge, Settings, explain_address, explain_line};
use crate::event::Silent;
use crate::probe::{self, Cancel, Verdict};
use crate::report::visible;
use crate::source;
use crate::store::{Memory, State};

/// What is to be explained.
enum About<'a> {
    Address(&'a str),
    Line(&'a str, u32),
}

/// Explains what was asked about. The rest of the archive is judged by what is remembered; only the address itself is
/// asked, if it is due, and what it answers is not kept.
pub(super) fn explain(args: &CheckArgs, mut settings: Settings, about: &str) -> anyhow::Result<Exit> {
    settings.recalls_only = true;
    // A state file that is only read is not made.
    settings.state.take_if(|path| !path.exists());
    let about = parse(args, about);
    let root = settings.walk.root.clone();
    let read = |path: &str| source::read(&root.join(path)).ok();
    let mut explained = None;
    let checked = check::check_and(&settings, &Silent, &Cancel::default(), &mut |view| {
        explained = Some(match about {
            About::Address(address) => explain_address(view, address).map_err(|near| {
                let near = near.map_or_else(String::new, |near| format!("; the nearest that one leads to is {near}"));
                format!("no link of the archive leads to {}{near}", crate::text::secret::mask(address))
            }),
            About::Line(path, line) => explain_line(&settings, view, (path, line), &read),
        });
    })?;
    if let Some(trouble) = checked.state_trouble {
        return Err(anyhow!(trouble));
    }
    let explained = match explained.ok_or_else(|| anyhow!("nothing was read"))? {
        Ok(explained) => explained,
        Err(why) => {
            output::error(&visible(&why));
            return Ok(Exit::Usage);
        }
    };
    let memory = match (&settings.state, &explained.asked_as, settings.offline) {
        (Some(path), Some(url), false) => State::open(path, &settings.store)?.recall(&[url])?.pop().flatten(),
        _ => None,
    };
    let asked = ask(&settings, &explained)?;
    if args.format.iter().any(|format| format.split('=').next() == Some("json")) {
        let memory = memory.as_ref().map(remembered);
        output::print(&format!(
            "{:#}\n",
            json!({"version": 1, "explained": explained, "remembered": memory, "asked": asked})
        ))?;
    } else {
        let mut text = String::new();
        describe(&mut text, &explained, memory.as_ref(), asked.as_ref())?;
        output::print(&text)?;
    }
    Ok(Exit::Healthy)
}

/// `FILE:LINE`, the file from the archive or with the archive's own folder before it; anything else is an address.
fn parse<'a>(args: &CheckArgs, about: &'a str) -> About<'a> {
    let place = about.rsplit_once(':').filter(|_| !about.contains("://"));
    let Some((path, line)) = place.and_then(|(path, line)| Some((path, line.parse().ok()?))) else {
        return About::Address(about);
    };
    let below = args.path.to_str().and_then(|root| path.strip_prefix(root.trim_end_matches('/')));
    let path = below.and_then(|rest| rest.strip_prefix('/')).unwrap_or(path);
    About::Line(path.trim_start_matches("./"), line)
}

/// Asks the address, if nothing that is believed is known of it and it may be asked.
fn ask(settings: &Settings, explained: &Explained) -> io::Result<Option<Answer>> {
    let known = explained.links.iter().find_map(|link| link.outcome.as_ref());
    let is_known = known.is_some_and(|outcome| outcome.verdict != Verdict::Skipped);
    let Some(url) = explained.asked_as.as_deref().filter(|_| !is_known && !settings.offline) else { return Ok(None) };
    if settings.exclude.is_match(url) {
        return Ok(None);
    }
    let is_source = explained
        .links
        .iter()
        .any(|link| settings.rules.source_links.iter().any(|pattern| pattern.id_in(&link.destination).is_some()));
    let judge = match settings.judge {
        Judge::All => true,
        Judge::SourceLinks => is_source,
        Judge::None => false,
    };
    let address = probe::Address { url, fragments: &[], validators: None, judge };
    let answers = probe::probe(&settings.probe, &[address], &Silent, &Cancel::default(), &|_, _| ());
    Ok(answers.map_err(io::Error::other)?.first().map(Answer::of))
}

fn remembered(memory: &Memory) -> serde_json::Value {
    let track = &memory.track;
    json!({
        "outcome": Answer::of(&memory.outcome),
        "checks": track.checks,
        "successes_in_a_row": track.streak,
        "failures_in_a_row": track.failures,
        "failing_since": track.first_failure_at.map(|at| at.to_string()),
        "last_well": track.last_success_at.map(|at| at.to_string()),
    })
}

fn describe(text: &mut String, explained: &Explained, memory: Option<&Memory>, asked: Option<&Answer>) -> fmt::Result {
    let count = explained.occurrences;
    writeln!(text, "{}  ({count} {})\n", visible(&explained.about), if count == 1 { "link" } else { "links" })?;
    for link in &explained.links {
        describe_link(text, link)?;
    }
    if count > explained.links.len() {
        writeln!(text, "  and {} more\n", count - explained.links.len())?;
    }
    if let Some(memory) = memory {
        let track = &memory.track;
        writeln!(text, "remembered  {}", outcome_words(&Answer::of(&memory.outcome)))?;
        writeln!(
            text,
            "            {} checks, {} times well in a row, {} times failed in a row",
            track.checks, track.streak, track.failures
        )?;
    }
    match asked {
        Some(outcome) => {
            writeln!(text, "asked now   {}", outcome_words(outcome))?;
            hops(text, outcome)?;
        }
        None if explained.asked_as.is_some() => writeln!(text, "asked now   no")?,
        None => {}
    }
    if explained.findings.is_empty() {
        writeln!(text, "judged      nothing is wrong here")?;
    }
    for said in &explained.findings {
        let place = format!("{}:{}", said.path, said.line);
        writeln!(
            text,
            "judged      {} {}: {} ({})",
            said.code,
            said.severity,
            visible(&said.message),
            visible(&place)
        )?;
        if let Some(help) = &said.help {
            writeln!(text, "            help: {}", visible(help))?;
        }
    }
    Ok(())
}

fn describe_link(text: &mut String, link: &Found) -> fmt::Result {
    let Found { path, line, column, carrier, destination, leads_to, .. } = link;
    writeln!(text, "found       {}:{line}:{column}  {carrier}", visible(path))?;
    writeln!(text, "  written   {}", visible(destination))?;
    if !link.shown_by.is_empty() {
        writeln!(text, "  shown by  {}", link.shown_by.join(", "))?;
    }
    writeln!(text, "  leads to  {}", visible(leads_to))?;
    if let Some(outcome) = &link.outcome {
        let source = if link.from_state { ", remembered and believed" } else { "" };
        writeln!(text, "  verdict   {}{source}", outcome_words(outcome))?;
        hops(text, outcome)?;
    }
    writeln!(text)
}

fn outcome_words(outcome: &Answer) -> String {
    let mut words = format!("{} ({})", outcome.verdict.name(), outcome.reason);
    if let Some(at) = &outcome.checked_at {
        let _ = write!(words, ", asked {at}, {} requests, {} ms", outcome.attempts, outcome.elapsed_ms);
    }
    if let Some(evidence) = &outcome.evidence {
        let _ = write!(words, ": {}", visible(evidence));
    }
    words
}

fn hops(text: &mut String, outcome: &Answer) -> fmt::Result {
    for hop in &outcome.redirects {
        writeln!(text, "            {} -> {}", hop.status, visible(&hop.to))?;
    }
    Ok(())
}
