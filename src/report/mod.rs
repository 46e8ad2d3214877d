//! The versioned report and its formats: one format, one file.
//!
//! A [`Report`] is a value: what was read, what is wrong, what the web answered. A [`Format`] turns it into bytes and
//! looks at nothing else but its [`Context`]; the same report always gives the same bytes.
//! Nothing here decides what is wrong, reads the archive by itself, or opens a file to write.

mod addresses;
mod audit;
mod badge;
mod baseline;
mod csv;
mod fingerprint;
mod github;
mod gitlab;
mod html;
mod json;
mod junit;
mod locate;
mod markdown;
mod model;
mod ndjson;
mod prometheus;
mod ranking;
#[cfg(test)]
mod samples;
mod sarif;
mod shown;
mod terminal;
mod window;

use std::borrow::Cow;
use std::{fmt, io};

use crate::language::{Language, Message};

pub(crate) use addresses::was_asked;
pub use addresses::{Address, Addresses, Place, Row, Source, Spot};
pub use audit::{Breakdown, Changes, Coverage, Freshness, Healed, History, MAX_HEALED, PastRun, TREND_POINTS, Tally};
pub use badge::Badge;
pub use baseline::{Baseline, BaselineError};
pub use csv::Csv;
pub use fingerprint::{Fingerprint, fingerprints};
pub use github::{Github, GithubSummary};
pub use gitlab::Gitlab;
pub use html::Html;
pub use json::Json;
pub use junit::Junit;
pub use locate::locate;
pub use markdown::Markdown;
pub use model::{ArchiveCounts, LinkCounts, Parts, Report, Reported, Run, Summary};
pub use ndjson::Ndjson;
pub use prometheus::Prometheus;
pub use sarif::Sarif;
pub(crate) use shown::{masked, visible};
pub use terminal::Terminal;

/// Version of the JSON report; it changes when a reader of the report must.
pub const VERSION: u32 = 1;

/// At most so many places of an address are reported; the count of its uses is always whole.
pub const MAX_PLACES: usize = 50;

/// Every format, in the order in which help lists them.
pub const ALL: &[&dyn Format] = &[
    &Terminal,
    &Json,
    &Markdown,
    &Html,
    &Ndjson,
    &Csv,
    &Junit,
    &Sarif,
    &Github,
    &GithubSummary,
    &Gitlab,
    &Badge,
    &Prometheus,
];

/// A format of the report.
pub trait Format: Sync {
    /// Its name, as `--format` takes it.
    fn name(&self) -> &'static str;

    /// The file of the reports folder that it is written to.
    fn file_name(&self) -> &'static str;

    /// Whether it hands over what every address answered, so that those that are alive are told of too.
    fn hands_over(&self) -> bool {
        false
    }

    /// Writes the report; fails only as `out` fails.
    fn write(&self, report: &Report, context: &Context<'_>, out: &mut dyn io::Write) -> io::Result<()>;
}

/// The format of a name.
pub fn format(name: &str) -> Option<&'static dyn Format> {
    ALL.iter().copied().find(|format| format.name() == name)
}

/// How much a person wants to see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verbosity {
    /// Only the summary.
    Quiet,
    /// A few pictures of each rule, without infos.
    #[default]
    Normal,
    /// Many pictures of each rule, infos among them.
    Verbose,
}

/// What a format needs and the report does not hold.
#[derive(Clone, Copy)]
pub struct Context<'c> {
    /// Whether colours may be used.
    pub color: bool,
    /// How much a person wants to see.
    pub verbosity: Verbosity,
    /// Width of the terminal in cells.
    pub width: usize,
    /// The language of what the format says itself.
    pub language: Language,
    /// The bytes of a file of the archive, for pictures; `None` if it cannot be read any more.
    pub source: &'c (dyn Fn(&str) -> Option<Vec<u8>> + Sync),
    /// The archive's folder within its repository, with `/` at its end; empty if it is the top.
    pub prefix: &'c str,
    /// Hides the secrets of one address. Every address that is written goes through it.
    pub mask: fn(&str) -> Cow<'_, str>,
}

impl<'c> Context<'c> {
    /// No colours, normal verbosity, 100 cells.
    pub fn new(source: &'c (dyn Fn(&str) -> Option<Vec<u8>> + Sync), mask: fn(&str) -> Cow<'_, str>) -> Self {
        Self {
            color: false,
            verbosity: Verbosity::Normal,
            width: 100,
            language: Language::English,
            source,
            prefix: "",
            mask,
        }
    }
}

impl Context<'_> {
    /// A sentence in the report's language.
    pub(crate) fn say(&self, message: &Message) -> String {
        message.in_language(self.language)
    }

    /// A number and its noun: `1 file`, `2,000 files`. The noun is marked for the catalogue.
    pub(crate) fn counted(&self, number: u64, noun: &'static str) -> String {
        match self.language {
            Language::English => shown::counted(number, noun),
            Language::Chinese => format!("{} {}", shown::grouped(number), self.say(&Message::marked(noun))),
        }
    }

    /// The path of a file of the archive within its repository, as forges name it.
    fn in_repository<'p>(&self, path: &'p str) -> Cow<'p, str> {
        if self.prefix.is_empty() { Cow::Borrowed(path) } else { Cow::Owned(format!("{}{path}", self.prefix)) }
    }
}

impl fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { color, verbosity, width, language, source: _, prefix, mask: _ } = self;
        let mut shown = f.debug_struct("Context");
        shown
            .field("color", color)
            .field("verbosity", verbosity)
            .field("width", width)
            .field("language", language)
            .field("prefix", prefix)
            .finish_non_exhaustive()
    }
}

/// The JSON Schema (draft 2020-12) of the JSON report.
pub fn schema() -> &'static str {
    include_str!("health.schema.json")
}
