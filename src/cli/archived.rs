//! `archived`: which addresses a web archive holds, and keeping what is new.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use serde_json::{Value, json};

use super::args::{ListFormat, parse_count};
use super::exit_code::Exit;
use super::progress::Progress;
use super::voice::Voice;
use super::{archive, output};
use crate::check::archived::{self, Saved, Swept, Wanted};
use crate::check::{Settings, survey};
use crate::config::parse_duration;
use crate::event::Silent;
use crate::language::{Message, say};
use crate::probe::{ArchiveError, Cancel, Verdict};
use crate::report::visible;
use crate::store::{State, host_of};
use crate::text::secret::mask;

/// What `archived` is told.
#[derive(Clone, Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "a command line is a set of switches")]
pub(super) struct ArchivedArgs {
    /// The archive's folder.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Ask about every address of a post, and not only about those that are gone, failing or suspect.
    #[arg(long)]
    all: bool,
    /// Ask about every address anew, whatever is remembered.
    #[arg(long)]
    fresh: bool,
    /// Ask nothing: tell what is remembered.
    #[arg(long, conflicts_with_all = ["fresh", "save"])]
    offline: bool,
    /// Hand source links without a copy over to be saved, those of the newest posts first.
    #[arg(long)]
    save: bool,
    /// Most pages that are handed over in one run.
    #[arg(long, value_name = "N", default_value_t = 500, value_parser = parse_count::<usize>, requires = "save")]
    save_limit: usize,
    /// Time for the whole of the asking; the next run goes on from there.
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    max_time: Option<Duration>,
    /// The file that remembers what the web answered [default: .postproof/state.db in the archive].
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// How the result is printed.
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    format: ListFormat,
}

/// Asks a web archive and tells what it holds.
pub(super) fn archived(args: &ArchivedArgs, voice: &Voice) -> anyhow::Result<Exit> {
    let mut settings = match archive::settings(&args.path, voice)? {
        Ok(settings) => settings,
        Err(exit) => return Ok(exit),
    };
    // Nothing is judged here.
    settings.selection.select = Some(Vec::new());
    settings.archive.max_time = args.max_time.or(settings.archive.max_time);
    let place = args.state.clone().or_else(|| settings.state.clone());
    let Some(place) = place else { return Ok(Exit::Usage) };
    if args.save && settings.rules.source_links.is_empty() {
        voice.error(say!("--save hands over source links: give their pattern in `source_link` of postproof.yml"));
        return Ok(Exit::Usage);
    }
    if settings.walk.own.is_empty() {
        settings.walk.own.push(place.clone());
    }
    let cancel = Cancel::default();
    let from_signal = cancel.clone();
    // A second handler in one process is refused; the first one's flag is then the one that counts.
    let _ = ctrlc::set_handler(move || from_signal.cancel());
    let survey = survey(&settings, &Silent, &cancel)?;
    let mut state = State::open(&place, &settings.store)?;
    let mut wanted = archived::wanted(&settings, &survey, &state)?;
    let mut told = Told::default();
    if !args.offline {
        let progress = Progress::new(output::is_error_watched(), voice.language());
        let now = (settings.clock)();
        let is_due = |one: &Wanted| {
            is_listed(args, one) && (args.fresh || !one.held.as_ref().is_some_and(|held| held.is_believed(now)))
        };
        told.swept = archived::sweep(&settings, (&mut wanted, &mut state), &is_due, (&progress, &cancel))?;
        if args.save && told.swept.trouble.is_none() {
            told.saved = Some(archived::save(&settings, (&mut wanted, &mut state), args.save_limit, &cancel)?);
            wanted = archived::wanted(&settings, &survey, &state)?;
        }
        progress.finish();
    }
    wanted.retain(|one| is_listed(args, one));
    print(args, &settings, (&wanted, &told), voice)?;
    for notice in settings.notices.iter().cloned().chain(survey.notices(voice.language())) {
        voice.note(visible(&notice));
    }
    let trouble = told.swept.trouble.as_ref().or_else(|| told.saved.as_ref()?.trouble.as_ref());
    Ok(match trouble {
        _ if cancel.is_cancelled() => Exit::Interrupted,
        // A run that was given so much time has done what it was told.
        None | Some(ArchiveError::Over) if survey.is_complete() && told.swept.notices.is_empty() => Exit::Healthy,
        trouble => {
            if let Some(trouble) = trouble {
                voice.error(trouble.message());
            }
            Exit::Failure
        }
    })
}

/// What happened.
#[derive(Default)]
struct Told {
    swept: Swept,
    saved: Option<Saved>,
}

fn is_listed(args: &ArchivedArgs, one: &Wanted) -> bool {
    let is_bad = matches!(one.verdict, Some(Verdict::Dead | Verdict::Failing | Verdict::Suspect));
    args.all || is_bad || (args.save && one.is_source)
}

fn print(
    args: &ArchivedArgs,
    settings: &Settings,
    (wanted, told): (&[Wanted], &Told),
    voice: &Voice,
) -> anyhow::Result<()> {
    let text = match args.format {
        ListFormat::Json => format!("{:#}\n", data(settings, wanted, told)),
        ListFormat::Text => {
            let mut text = String::new();
            describe(&mut text, settings, (wanted, told), voice)?;
            text
        }
    };
    output::print(&text)?;
    Ok(())
}

/// `held`, `none`, or `unknown`.
fn standing(one: &Wanted) -> &'static str {
    match &one.held {
        Some(held) if held.copy.is_some() => "held",
        Some(_) => "none",
        None => "unknown",
    }
}

fn describe(text: &mut String, settings: &Settings, (wanted, told): (&[Wanted], &Told), voice: &Voice) -> fmt::Result {
    let count = |name: &str| wanted.iter().filter(|one| standing(one) == name).count();
    let mut line = |message: Message| writeln!(text, "{}", voice.say(&message));
    line(say!(
        "{all} addresses: {held} have a copy, {none} have none, {unknown} are not known yet ({questions} questions)",
        all = wanted.len(),
        held = count("held"),
        none = count("none"),
        unknown = count("unknown"),
        questions = told.swept.questions
    ))?;
    let mut hosts: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    for one in wanted {
        let [all, held] = hosts.entry(host_of(&one.url)).or_default();
        *all += 1;
        *held += usize::from(standing(one) == "held");
    }
    for (host, [all, held]) in hosts {
        line(say!("{host}: {held} of {all}", host = visible(host), held, all))?;
    }
    for one in wanted {
        let url = mask(&one.url);
        let url = visible(&url);
        line(match (one.copy(settings), standing(one)) {
            (Some((address, day)), _) => {
                say!("held     {url}  {day}  {address}", url, day, address = visible(&mask(&address)))
            }
            (None, "none") => say!("none     {url}", url),
            (None, "held") => say!("held     {url}", url),
            (None, _) => say!("unknown  {url}", url),
        })?;
    }
    if let Some(saved) = &told.saved {
        line(say!(
            "saved: {saved}, under way: {pending}, refused: {refused}",
            saved = saved.saved,
            pending = saved.pending,
            refused = saved.refused.len()
        ))?;
        for (url, words) in &saved.refused {
            line(say!("refused  {url}: {words}", url = visible(&mask(url)), words = visible(words)))?;
        }
    }
    for notice in &told.swept.notices {
        line(say!("note: {notice}", notice = visible(notice)))?;
    }
    if let Some(trouble @ ArchiveError::Over) = &told.swept.trouble {
        let trouble = trouble.message();
        line(say!("note: {notice}", notice = say!("{trouble}; the next run goes on from here", trouble)))?;
    }
    Ok(())
}

fn data(settings: &Settings, wanted: &[Wanted], told: &Told) -> Value {
    let addresses = wanted.iter().map(|one| {
        let copy = one.copy(settings);
        json!({
            "url": mask(&one.url),
            "verdict": one.verdict.map(Verdict::name),
            "standing": standing(one),
            "copy": copy.as_ref().map(|(address, _)| mask(address)),
            "taken_on": copy.as_ref().map(|(_, day)| day),
            "asked_at": one.held.as_ref().map(|held| held.asked_at.to_string()),
        })
    });
    let saved = told.saved.as_ref().map(|saved| {
        let refused = saved.refused.iter().map(|(url, words)| json!({ "url": mask(url), "why": words }));
        json!({ "saved": saved.saved, "pending": saved.pending, "refused": refused.collect::<Vec<_>>() })
    });
    json!({
        "addresses": addresses.collect::<Vec<_>>(),
        "questions": told.swept.questions,
        "saved": saved,
        "notices": told.swept.notices,
        "complete": told.swept.trouble.is_none(),
    })
}
