//! `check --explain`: one address or one line through all stages, instead of a report.

use std::io;

use anyhow::anyhow;
use serde_json::json;

use super::super::exit_code::Exit;
use super::super::output;
use super::super::voice::Voice;
use super::args::CheckArgs;
use crate::check::{self, Answer, Explained, Found, Judge, Settings, explain_address, explain_line};
use crate::event::Silent;
use crate::language::{Language, Message, Trouble, mark, say};
use crate::probe::{self, Cancel, Verdict, evidence_in};
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
pub(super) fn explain(
    args: &CheckArgs,
    mut settings: Settings,
    (about, voice): (&str, &Voice),
) -> anyhow::Result<Exit> {
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
                let near =
                    near.map_or_else(Message::nothing, |near| say!("; the nearest that one leads to is {near}", near));
                say!(
                    "no link of the archive leads to {address}{near}",
                    address = crate::text::secret::mask(address),
                    near
                )
            }),
            About::Line(path, line) => explain_line(&settings, view, (path, line), &read),
        });
    })?;
    if let Some(trouble) = checked.state_trouble {
        return Err(anyhow!(trouble));
    }
    let explained = match explained.ok_or_else(|| Trouble::new(say!("nothing was read")))? {
        Ok(explained) => explained,
        Err(why) => {
            voice.error(Message::text(visible(&voice.say(&why))));
            return Ok(Exit::Usage);
        }
    };
    let memory = match (&settings.state, &explained.asked_as, settings.offline) {
        (Some(path), Some(url), false) => State::open(path, &settings.store)?.recall(&[url])?.pop().flatten(),
        _ => None,
    };
    let asked = ask(&settings, &explained)?;
    if args.format.iter().any(|format| format.name == "json") {
        let memory = memory.as_ref().map(remembered);
        output::print(&format!(
            "{:#}\n",
            json!({"version": 1, "explained": explained, "remembered": memory, "asked": asked})
        ))?;
    } else {
        let mut page = Page { text: String::new(), language: settings.rules.language };
        page.describe(&explained, memory.as_ref(), asked.as_ref());
        output::print(&page.text)?;
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
    let mut answer = None;
    let mut take = |_, outcome| answer = Some(Answer::of(&outcome));
    probe::probe(&settings.probe, &[address], &Silent, &Cancel::default(), &mut take).map_err(io::Error::other)?;
    Ok(answer)
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

/// What is told to a person, while it is written: rows of a name and what is said under it.
struct Page {
    text: String,
    language: Language,
}

impl Page {
    fn describe(&mut self, explained: &Explained, memory: Option<&Memory>, asked: Option<&Answer>) {
        let count = explained.occurrences;
        let links = if count == 1 { say!("1 link") } else { say!("{count} links", count) };
        let about = visible(&explained.about);
        self.line(&say!("{about}  ({links})", about, links));
        self.text.push('\n');
        for link in &explained.links {
            self.link(link);
        }
        if count > explained.links.len() {
            self.line(&say!("  and {count} more", count = count - explained.links.len()));
            self.text.push('\n');
        }
        if let Some(memory) = memory {
            let track = &memory.track;
            let remembered = self.outcome(&Answer::of(&memory.outcome));
            self.row(mark!("remembered"), &remembered);
            let history = say!(
                "{checks} checks, {well} times well in a row, {failed} times failed in a row",
                checks = track.checks,
                well = track.streak,
                failed = track.failures,
            );
            self.row("", &history);
        }
        match asked {
            Some(outcome) => {
                let answer = self.outcome(outcome);
                self.row(mark!("asked now"), &answer);
                self.hops(outcome);
            }
            None if explained.asked_as.is_some() => self.row(mark!("asked now"), &say!("no")),
            None => {}
        }
        if explained.findings.is_empty() {
            self.row(mark!("judged"), &say!("nothing is wrong here"));
        }
        for said in &explained.findings {
            let place = format!("{}:{}", said.path, said.line);
            let (message, place) = (visible(&said.message), visible(&place));
            let told = format!("{} {}: {message} ({place})", said.code, said.severity);
            self.row(mark!("judged"), &say!("{told}", told));
            if let Some(help) = &said.help {
                self.row("", &say!("help: {help}", help = visible(help)));
            }
        }
    }

    fn link(&mut self, link: &Found) {
        let Found { path, line, column, carrier, destination, leads_to, .. } = link;
        let place = format!("{}:{line}:{column}  {carrier}", visible(path));
        self.row(mark!("found"), &say!("{told}", told = place));
        self.row(mark!("  written"), &say!("{told}", told = visible(destination)));
        if !link.shown_by.is_empty() {
            self.row(mark!("  shown by"), &say!("{told}", told = link.shown_by.join(", ")));
        }
        self.row(mark!("  leads to"), &say!("{told}", told = visible(leads_to)));
        if let Some(outcome) = &link.outcome {
            let answer = self.outcome(outcome);
            let told = if link.from_state { say!("{answer}, remembered and believed", answer) } else { answer };
            self.row(mark!("  verdict"), &told);
            self.hops(outcome);
        }
        self.text.push('\n');
    }

    fn outcome(&self, outcome: &Answer) -> Message {
        let mut told = format!("{} ({})", outcome.verdict.name(), outcome.reason);
        if let Some(at) = &outcome.checked_at {
            let (requests, ms) = (outcome.attempts, outcome.elapsed_ms);
            let asked = say!(", asked {at}, {requests} requests, {ms} ms", at, requests, ms);
            told.push_str(&asked.in_language(self.language));
        }
        if let Some(evidence) = &outcome.evidence {
            told = format!("{told}: {}", visible(&evidence_in(evidence).in_language(self.language)));
        }
        say!("{told}", told)
    }

    fn hops(&mut self, outcome: &Answer) {
        for hop in &outcome.redirects {
            self.row("", &say!("{told}", told = format!("{} -> {}", hop.status, visible(&hop.to))));
        }
    }

    /// A row of two columns; Chinese characters take two cells each.
    fn row(&mut self, name: &'static str, message: &Message) {
        let name = Message::marked(name).in_language(self.language);
        let cells: usize = name.chars().map(|c| if c < '\u{2E80}' { 1 } else { 2 }).sum();
        let room = 12_usize.saturating_sub(cells);
        self.text.push_str(&name);
        self.text.extend(std::iter::repeat_n(' ', room));
        self.line(message);
    }

    fn line(&mut self, message: &Message) {
        self.text.push_str(&message.in_language(self.language));
        self.text.push('\n');
    }
}
