//! `site`: what the site will serve, and why a file has no address.

use std::fmt::{self, Write as _};
use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};

use super::archive;
use super::args::ListFormat;
use super::exit_code::Exit;
use super::output;
use super::voice::Voice;
use crate::check::{Survey, survey};
use crate::event::Silent;
use crate::language::{Message, say};
use crate::probe::Cancel;
use crate::report::visible;
use crate::resolve::{Place, Resolver};
use crate::site::{Served, SiteMap, Unpublished, candidates};
use crate::text::secret::mask;

/// What `site` is told.
#[derive(Clone, Debug, Args)]
pub(super) struct SiteArgs {
    /// The archive's folder.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// How the list is printed.
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    format: ListFormat,
    /// Say instead what an address leads to: a path from the site's root, or a whole address.
    #[arg(long, value_name = "ADDRESS")]
    resolve: Option<String>,
}

/// Prints the site's addresses, or what one of them leads to.
pub(super) fn site(args: &SiteArgs, voice: &Voice) -> anyhow::Result<Exit> {
    let mut settings = match archive::settings(&args.path, voice)? {
        Ok(settings) => settings,
        Err(exit) => return Ok(exit),
    };
    // Nothing is judged here.
    settings.selection.select = Some(Vec::new());
    let survey = survey(&settings, &Silent, &Cancel::default())?;
    let map = survey.map(&settings);
    let mut text = String::new();
    let exit = if let Some(address) = &args.resolve {
        let lead = Lead::find(&settings.resolver, &survey, &map, address);
        match args.format {
            ListFormat::Text => lead.describe(&mut text, address, voice)?,
            ListFormat::Json => writeln!(text, "{:#}", lead.data(address))?,
        }
        if lead.is_there { Exit::Healthy } else { Exit::Findings }
    } else {
        match args.format {
            ListFormat::Text => describe(&mut text, &survey, &map, voice)?,
            ListFormat::Json => writeln!(text, "{:#}", data(&survey, &map))?,
        }
        Exit::Healthy
    };
    output::print(&text)?;
    for notice in settings.notices.iter().cloned().chain(survey.notices(voice.language())) {
        voice.note(visible(&notice));
    }
    Ok(if survey.is_complete() { exit } else { Exit::Failure })
}

/// The documents without an address, by path, with the reason.
fn unpublished<'m>(survey: &'m Survey, map: &'m SiteMap<'_>) -> impl Iterator<Item = (&'m str, Unpublished)> {
    let documents = survey.archive().documents.iter().enumerate();
    documents.filter_map(|(index, document)| Some((&*document.path, map.unpublished(index)?)))
}

/// What serves an address, as a person calls it.
fn source(survey: &Survey, served: &Served) -> String {
    match served {
        Served::Generated(name) => format!("({name})"),
        Served::Unknown(name) => format!("(perhaps {name})"),
        served => survey.path_of(served).map_or_else(String::new, ToString::to_string),
    }
}

fn describe(text: &mut String, survey: &Survey, map: &SiteMap<'_>, voice: &Voice) -> fmt::Result {
    let line = |text: &mut String, message: Message| writeln!(text, "{}", voice.say(&message));
    let addresses = map.addresses();
    let (without, stops) = (unpublished(survey, map).count(), map.build_aborts().count());
    line(
        text,
        say!(
            "addresses: {addresses}, documents without one: {without}, faults that stop the build: {stops}",
            addresses = addresses.len(),
            without,
            stops
        ),
    )?;
    for (served, abort) in map.build_aborts() {
        let path = source(survey, &served);
        line(text, say!("stops the build  {path}: {why}", path = visible(&path), why = abort.message()))?;
    }
    for address in &addresses {
        writeln!(text, "{}  {}", visible(&address.url), visible(&source(survey, &address.served)))?;
    }
    for (path, why) in unpublished(survey, map) {
        line(text, say!("no address  {path}: {why}", path = visible(path), why = why.message()))?;
    }
    Ok(())
}

fn data(survey: &Survey, map: &SiteMap<'_>) -> Value {
    let addresses = map.addresses().into_iter().map(|address| {
        json!({
            "address": address.url,
            "file": address.destination,
            "kind": kind(&address.served),
            "source": source(survey, &address.served),
        })
    });
    let without = unpublished(survey, map).map(|(path, why)| json!({ "source": path, "why": why.message().english() }));
    let stops = map
        .build_aborts()
        .map(|(served, abort)| json!({ "source": source(survey, &served), "why": abort.to_string() }));
    json!({
        "addresses": addresses.collect::<Vec<_>>(),
        "unpublished": without.collect::<Vec<_>>(),
        "build_aborts": stops.collect::<Vec<_>>(),
        "complete": survey.is_complete(),
    })
}

fn kind(served: &Served) -> &'static str {
    match served {
        Served::Document(_) => "document",
        Served::File(_) => "file",
        Served::Generated(_) => "generated",
        Served::Unpublished(..) | Served::LeftOut(_) => "unpublished",
        Served::Unknown(_) => "unknown",
        Served::Nothing => "nothing",
    }
}

/// What one address leads to.
struct Lead {
    /// Whether it is served, or may be.
    is_there: bool,
    kind: &'static str,
    source: Option<String>,
    /// How that was decided, step by step.
    steps: Vec<Message>,
}

impl Lead {
    fn find(resolver: &Resolver, survey: &Survey, map: &SiteMap<'_>, address: &str) -> Self {
        let beside = |kind, step: Message| Self { is_there: false, kind, source: None, steps: vec![step] };
        let (path, fragment) = match resolver.place(address) {
            Place::Site { path, fragment } => (path, fragment),
            Place::OutsideBaseurl => {
                return beside("nothing", say!("it is on the site's host, and outside `baseurl`"));
            }
            Place::Web(url) => {
                let step = say!("it is {url}, on another host: only a check asks the web", url = mask(&url));
                return Self { is_there: true, ..beside("web", step) };
            }
            Place::Nowhere(why) => return beside("nowhere", why),
        };
        let served = map.lookup(&path);
        let mut steps = vec![say!("it is the path {path} of the site itself", path = &path)];
        let files = candidates(path.trim_start_matches('/')).collect::<Vec<_>>().join(", ");
        steps.push(say!("the server looks for {files}", files));
        let served = match served {
            Served::Nothing | Served::LeftOut(_) | Served::Unknown(_) => survey
                .kept(&path)
                .inspect(|_| {
                    steps.push(say!("nobody serves it; a file of an archive folder lies at that path"));
                })
                .unwrap_or(served),
            served => served,
        };
        steps.push(match &served {
            Served::Document(_) | Served::File(_) => say!("the file at that place is made of the source"),
            Served::Generated(_) => say!("a plugin, the theme or a setting makes it"),
            Served::Unpublished(_, why) => say!("it would be the page of the source, but {why}", why = why.message()),
            Served::LeftOut(_) => say!("`exclude` or a rule of Jekyll's leaves the file out"),
            Served::Unknown(_) => say!("the source does not show it, and something else may serve it"),
            Served::Nothing => say!("no source makes any of these"),
        });
        if let Some(fragment) = fragment {
            steps.push(say!("whether #{fragment} is on the page is for the browser", fragment));
        }
        let is_there = !matches!(served, Served::Nothing | Served::LeftOut(_) | Served::Unpublished(..));
        let source = Some(source(survey, &served)).filter(|source| !source.is_empty());
        Self { is_there, kind: kind(&served), source, steps }
    }

    fn describe(&self, text: &mut String, address: &str, voice: &Voice) -> fmt::Result {
        let source = self.source.as_ref().map_or_else(String::new, |source| format!(" {}", visible(source)));
        let address = mask(address);
        let leads = say!("{address} leads to: {kind}{source}", address = visible(&address), kind = self.kind, source);
        writeln!(text, "{}", voice.say(&leads))?;
        for step in &self.steps {
            writeln!(text, "  {}", visible(&voice.say(step)))?;
        }
        Ok(())
    }

    fn data(&self, address: &str) -> Value {
        json!({
            "address": mask(address),
            "kind": self.kind,
            "source": self.source,
            "served": self.is_there,
            "decided": self.steps.iter().map(Message::english).collect::<Vec<_>>(),
        })
    }
}
