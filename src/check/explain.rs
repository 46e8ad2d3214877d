//! One address, or one line of one file, through all stages: how it was found, what it leads to, what is known of it,
//! and what the rules say.

use std::collections::BTreeSet;

use serde::Serialize;
use url::Url;

use super::{Settings, View};
use crate::document::{Document, Link};
use crate::extract::{Carrier, Dialect, extract};
use crate::facts::{Facts, Reading};
use crate::finding::Finding;
use crate::language::{Message, say};
use crate::probe::{Hop, Outcome, Reason, Verdict};
use crate::resolve::Target;
use crate::site::Served;
use crate::text::secret::mask;
use crate::text::{Span, decode};

/// Places of an address that are told.
const MOST_PLACES: usize = 50;

/// A link as it was found.
#[derive(Clone, Debug, Serialize)]
pub struct Found {
    /// Its file.
    pub path: String,
    /// Its line, from 1.
    pub line: u32,
    /// Its column in code points, from 1.
    pub column: u32,
    /// What carries it.
    pub carrier: String,
    /// What the engine reads as its destination.
    pub destination: String,
    /// What the reader clicks on.
    pub text: String,
    /// What it leads to.
    pub leads_to: String,
    /// The address that is asked, without secrets.
    pub address: Option<String>,
    /// What is known of that address.
    pub outcome: Option<Answer>,
    /// Whether an earlier run learnt it.
    pub from_state: bool,
    /// The engines that show a link there; for a line only.
    pub shown_by: Vec<&'static str>,
}

/// What an address answered.
#[derive(Clone, Debug, Serialize)]
pub struct Answer {
    /// The verdict.
    pub verdict: Verdict,
    /// What led to it.
    pub reason: String,
    /// The status of the last answer.
    pub status: Option<u16>,
    /// Where the last answer came from, if elsewhere than asked.
    pub final_url: Option<String>,
    /// The redirects on the way.
    pub redirects: Vec<Hop>,
    /// When it was asked, in RFC 3339.
    pub checked_at: Option<String>,
    /// Requests that were sent for it.
    pub attempts: u16,
    /// Time that they took, in milliseconds.
    pub elapsed_ms: u32,
    /// What a person should know beside the reason.
    pub evidence: Option<String>,
    /// The fragments asked about that the page lacks.
    pub missing_fragments: Vec<String>,
}

/// A finding, briefly.
#[derive(Clone, Debug, Serialize)]
pub struct Remark {
    /// Its rule.
    pub code: &'static str,
    /// How bad it is.
    pub severity: &'static str,
    /// Its file.
    pub path: String,
    /// Its line, from 1; 0 if it is not known.
    pub line: u32,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

/// Everything about an address or a line.
#[derive(Clone, Debug, Serialize)]
pub struct Explained {
    /// What was asked about, without secrets.
    pub about: String,
    /// The address of the web that it is, as it is asked for: not masked, and therefore not part of any output.
    #[serde(skip)]
    pub asked_as: Option<String>,
    /// How many links there are; more may be meant than are listed.
    pub occurrences: usize,
    /// The links, in the order of the archive.
    pub links: Vec<Found>,
    /// What the rules say.
    pub findings: Vec<Remark>,
}

/// Explains an address, as it is written in a file or as it is asked for; `Err` names the nearest known one.
pub fn explain_address(view: &View<'_>, wanted: &str) -> Result<Explained, Option<String>> {
    let facts = view.facts;
    let normal = Url::parse(wanted).ok().map(|mut url| {
        url.set_fragment(None);
        url.to_string()
    });
    let is_meant = |document: usize, index: usize, link: &Link| {
        if facts.archive.text(link.destination) == wanted {
            return true;
        }
        match facts.resolved.target(facts.archive, document, index) {
            Some(Target::Web { address, .. }) => {
                normal.as_deref() == Some(facts.resolved.url(&facts.archive.strings, address))
            }
            Some(Target::Site(site)) => *site.path == *wanted,
            _ => false,
        }
    };
    let (mut links, mut places, mut occurrences, mut asked_as) = (Vec::new(), Vec::new(), 0, None);
    for (number, document) in facts.archive.documents.iter().enumerate() {
        for (index, link) in document.links.iter().enumerate() {
            if !is_meant(number, index, &link) {
                continue;
            }
            occurrences += 1;
            if let Some(Target::Web { address, .. }) = facts.resolved.target(facts.archive, number, index) {
                asked_as.get_or_insert_with(|| facts.resolved.url(&facts.archive.strings, address).to_owned());
            }
            if links.len() < MOST_PLACES {
                links.push(found(view, (number, document), (index, &link)));
                places.push((document.path.as_ref(), link.span));
            }
        }
    }
    if links.is_empty() {
        return Err(nearest(wanted, addresses(facts).iter().map(String::as_str)));
    }
    let shown = asked_as.as_deref().map(mask);
    let is_about = |finding: &&Finding| {
        let is_there = |(path, span): &(&str, Span)| *path == &*finding.path && meets(finding.span, *span);
        finding.url.as_deref().is_some_and(|url| shown.as_deref() == Some(url)) || places.iter().any(is_there)
    };
    let findings = view.findings.iter().filter(is_about).map(said).collect();
    Ok(Explained { about: mask(wanted).into_owned(), asked_as, occurrences, links, findings })
}

/// Explains a line of a file; `Err` says what is there instead.
pub fn explain_line(
    settings: &Settings,
    view: &View<'_>,
    (path, line): (&str, u32),
    read: &dyn Fn(&str) -> Option<Vec<u8>>,
) -> Result<Explained, Message> {
    let documents = &view.facts.archive.documents;
    let Ok(number) = documents.binary_search_by(|document| (*document.path).cmp(path)) else {
        let near = nearest(path, documents.iter().map(|document| &*document.path));
        let near = near.map_or_else(Message::nothing, |near| say!("; the nearest is {near}", near));
        return Err(say!("{path} is no post or page of the archive{near}", path, near));
    };
    let gone = || say!("{path} cannot be read any more", path);
    let document = documents.get(number).ok_or_else(gone)?;
    let bytes = read(path).ok_or_else(gone)?;
    let decoded = decode(&bytes);
    let lines = decoded.text.lines().count();
    if line == 0 || line as usize > lines {
        return Err(say!("{path} has {lines} lines, and no line {line}", path, lines, line));
    }
    let kind_and_dialect = (document.kind, document.dialect);
    let reading = Reading::new(&settings.extract, document.path.clone(), kind_and_dialect, &bytes, &decoded);
    let on_line = |span: Span| {
        let lines = reading.lines_of(span);
        lines.start.line <= line && line <= lines.end.line
    };
    let engines = [("kramdown", Dialect::Kramdown), ("github", Dialect::GitHub), ("html", Dialect::Html)];
    let starts = engines.map(|(name, dialect)| {
        let links = extract(&settings.extract, dialect, reading.text, reading.body).links;
        let places = links.iter().map(|link| (link.destination_span.start, link.destination.clone().into_owned()));
        (name, places.collect::<BTreeSet<(u32, String)>>())
    });
    let links: Vec<Found> = document
        .links
        .iter()
        .enumerate()
        .filter(|(_, link)| on_line(link.span))
        .map(|(index, link)| {
            let mut found = found(view, (number, document), (index, &link));
            // A bare address may begin where the link does, and end earlier.
            let here = (link.destination_span.start, view.facts.archive.text(link.destination).to_owned());
            found.shown_by = starts.iter().filter(|(_, at)| at.contains(&here)).map(|(name, _)| *name).collect();
            found
        })
        .collect();
    let here = |finding: &&Finding| {
        let is_here = finding.lines.is_some_and(|lines| lines.start.line <= line && line <= lines.end.line);
        *finding.path == *path && is_here
    };
    let findings = view.findings.iter().filter(here).map(said).collect();
    let about = format!("{path}:{line}");
    Ok(Explained { about, asked_as: None, occurrences: links.len(), links, findings })
}

fn found(view: &View<'_>, (number, document): (usize, &Document), (index, link): (usize, &Link)) -> Found {
    let facts = view.facts;
    let target = facts.resolved.target(facts.archive, number, index);
    let address = match target {
        Some(Target::Web { address, .. }) => Some(address as usize),
        _ => None,
    };
    let url = address.map(|address| facts.resolved.url(&facts.archive.strings, u32::try_from(address).unwrap_or(0)));
    Found {
        path: document.path.to_string(),
        line: link.line,
        column: link.column,
        carrier: carrier(link.carrier).in_language(view.language),
        destination: mask(facts.archive.text(link.destination)).into_owned(),
        text: mask(facts.archive.text(link.text)).into_owned(),
        leads_to: target.map_or_else(|| say!("nothing"), |target| leads_to(facts, target)).in_language(view.language),
        address: url.map(|url| mask(url).into_owned()),
        outcome: address.map(|address| match facts.outcomes.get(address) {
            Some(outcome) => Answer::of(outcome),
            None => Answer::of(&Outcome::skipped(Reason::Offline)),
        }),
        from_state: address.and_then(|address| view.remembered.get(address)).copied().unwrap_or(false),
        shown_by: Vec::new(),
    }
}

impl Answer {
    /// What an outcome says, without secrets.
    pub fn of(outcome: &Outcome) -> Self {
        let hop = |hop: &Hop| Hop { status: hop.status, to: mask(&hop.to).into() };
        Self {
            verdict: outcome.verdict,
            reason: outcome.reason.name().into_owned(),
            status: outcome.status,
            final_url: outcome.final_url.as_deref().map(|url| mask(url).into_owned()),
            redirects: outcome.redirects.iter().map(hop).collect(),
            checked_at: outcome.checked_at.map(|at| at.to_string()),
            attempts: outcome.attempts,
            elapsed_ms: outcome.elapsed_ms,
            evidence: outcome.evidence.as_deref().map(str::to_owned),
            missing_fragments: outcome.missing_fragments.iter().map(ToString::to_string).collect(),
        }
    }
}

fn said(finding: &Finding) -> Remark {
    Remark {
        code: finding.meta.code.as_str(),
        severity: finding.severity.name(),
        path: finding.path.to_string(),
        line: finding.lines.map_or(0, |lines| lines.start.line),
        message: finding.message.clone(),
        help: finding.help.clone(),
    }
}

fn meets(one: Span, other: Span) -> bool {
    one.start < other.end && other.start < one.end
}

fn carrier(carrier: Carrier) -> Message {
    match carrier {
        Carrier::Inline => say!("[text](destination)"),
        Carrier::Reference => say!("[text][label]"),
        Carrier::Autolink => say!("<address>"),
        Carrier::Bare => say!("bare address"),
        Carrier::Image => say!("![text](destination)"),
        Carrier::Anchor => say!("HTML that a browser follows"),
        Carrier::Resource => say!("HTML that a browser loads"),
    }
}

/// What a link leads to, as a clause.
fn leads_to(facts: &Facts<'_>, target: Target<'_>) -> Message {
    let document = |index: usize| facts.archive.documents.get(index).map_or("?", |document| &document.path);
    let file = |index: usize| facts.archive.files.get(index).map_or("", |file| file);
    match target {
        Target::Web { address, .. } => {
            say!("the web address {url}", url = mask(facts.resolved.url(&facts.archive.strings, address)))
        }
        Target::Site(site) => {
            let what = match &site.served {
                Served::Document(index) => say!("made of {file}", file = document(*index)),
                Served::File(index) => say!("the file {file}", file = file(*index)),
                Served::Unpublished(index, why) => {
                    say!("{file} would be there, but {why}", file = document(*index), why = why.message())
                }
                Served::Generated(name) => say!("made by {name}", name),
                Served::Unknown(name) => say!("perhaps made by {name}", name),
                Served::LeftOut(index) => {
                    say!(
                        "the file {file} would be there, but `exclude` or a rule of Jekyll's leaves it out",
                        file = file(*index)
                    )
                }
                Served::Nothing => say!("where nothing is"),
            };
            say!("{path} of the site itself, {what}", path = &site.path, what)
        }
        Target::Mail(to) => say!("mail to {to}", to),
        Target::Other => say!("a scheme that nobody fetches"),
        Target::Empty => say!("nothing: the destination is empty"),
        Target::Unsafe => say!("a scheme that must not be in an archive"),
        Target::Invalid(words) => say!("no address: {words}", words = Message::marked(words)),
        Target::Template => say!("whatever Liquid makes of it, which the source alone does not say"),
    }
}

/// Every address and path that some link names.
fn addresses(facts: &Facts<'_>) -> BTreeSet<String> {
    let web = (0..u32::try_from(facts.resolved.addresses.len()).unwrap_or(u32::MAX))
        .map(|address| mask(facts.resolved.url(&facts.archive.strings, address)).into_owned());
    let site = facts.resolved.others_than_addresses().filter_map(|(_, target)| match target {
        Target::Site(site) => Some(site.path.to_string()),
        _ => None,
    });
    web.chain(site).collect()
}

fn nearest<'n>(wanted: &str, known: impl Iterator<Item = &'n str>) -> Option<String> {
    let scored = known.map(|name| (strsim::jaro_winkler(name, wanted), name));
    scored.max_by(|one, other| one.0.total_cmp(&other.0)).map(|(_, name)| name.to_owned())
}
