//! `links`: what each engine takes for a link in a file, side by side.
//!
//! A file is read as its archive's settings have it: those of the nearest folder above with a `_config.yml` or a
//! `postproof.yml`; without one, with the options that Jekyll gives kramdown. No other file of the archive plays a part.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt::{self, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value, json};

use super::archive;
use super::args::ListFormat;
use super::exit_code::Exit;
use super::output;
use super::voice::{Voice, causes};
use crate::extract::{Dialect, Extraction, RawLink, Settings, extract};
use crate::front_matter;
use crate::language::{Message, Saying as _, Trouble, say};
use crate::report::{masked, visible};
use crate::source;
use crate::text::secret::mask;
use crate::text::{LineCursor, Span, decode};

/// What `links` is told.
#[derive(Clone, Debug, Args)]
pub(super) struct LinksArgs {
    /// The files.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// How the list is printed.
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    format: ListFormat,
}

/// The engines, in the order of the columns.
const ENGINES: [(&str, Dialect); 3] =
    [("kramdown", Dialect::Kramdown), ("github", Dialect::GitHub), ("html", Dialect::Html)];

/// What an engine makes of a place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Seen {
    /// Text like any other, or nothing that a reader sees.
    #[default]
    Text,
    /// Text that was meant as a link.
    Malformed,
    /// What looks like a link, printed as it was typed because of something before it.
    Swallowed,
    /// A link.
    Link,
}

impl Seen {
    fn name(self) -> &'static str {
        match self {
            Self::Text => "-",
            Self::Malformed => "malformed",
            Self::Swallowed => "swallowed",
            Self::Link => "link",
        }
    }
}

/// A place that at least one engine has something to say of.
#[derive(Debug, Default)]
struct Row {
    line: u32,
    column: u32,
    destination: String,
    text: String,
    seen: [Seen; 3],
}

/// Prints the links of files.
pub(super) fn links(args: &LinksArgs, voice: &Voice) -> anyhow::Result<Exit> {
    let (mut text, mut list, mut exit) = (String::new(), Vec::new(), Exit::Healthy);
    let mut archives: BTreeMap<PathBuf, Settings> = BTreeMap::new();
    for path in &args.files {
        let settings = match root_of(path) {
            None => &Settings::default(),
            Some(root) => match archives.entry(root) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(unknown) => match archive::settings(unknown.key(), voice)? {
                    Ok(settings) => unknown.insert(settings.extract),
                    Err(exit) => return Ok(exit),
                },
            },
        };
        let rows = match read(settings, path, voice) {
            Ok(rows) => rows,
            Err(error) => {
                voice.error(Message::text(visible(&voice.say(&causes(&error)))));
                exit = Exit::Failure;
                continue;
            }
        };
        match args.format {
            ListFormat::Text => describe(&mut text, (path, &rows), voice)?,
            ListFormat::Json => {
                list.push(
                    json!({ "path": path.to_string_lossy(), "links": rows.iter().map(data).collect::<Vec<_>>() }),
                );
            }
        }
    }
    if args.format == ListFormat::Json {
        text = format!("{:#}\n", Value::Array(list));
    }
    output::print(&text)?;
    Ok(exit)
}

/// The folder of the archive that a file lies in.
fn root_of(path: &Path) -> Option<PathBuf> {
    let path = std::path::absolute(path).ok()?;
    let is_root = |folder: &&Path| ["_config.yml", "postproof.yml"].iter().any(|name| folder.join(name).is_file());
    path.ancestors().skip(1).find(is_root).map(Path::to_owned)
}

/// The rows of a file.
fn read(settings: &Settings, path: &Path, voice: &Voice) -> anyhow::Result<Vec<Row>> {
    let bytes = source::read(path).saying(|| say!("cannot read {path}", path = path.display()))?;
    if memchr::memchr(0, &bytes).is_some() {
        return Err(Trouble::new(say!("{path} is not text: there is a NUL byte in it", path = path.display())).into());
    }
    let decoded = decode(&bytes);
    if !decoded.invalid.is_empty() {
        let (path, places) = (path.to_string_lossy(), decoded.invalid.len());
        voice.note(say!("{path} is not UTF-8 in {places} places", path = visible(&path), places));
    }
    Ok(rows(settings, &decoded.text))
}

fn rows(settings: &Settings, text: &str) -> Vec<Row> {
    let body = front_matter::parse(text).block.body(text);
    let mut found: BTreeMap<(Span, String), Row> = BTreeMap::new();
    let pages = ENGINES.map(|(_, dialect)| extract(settings, dialect, text, body));
    for (engine, page) in pages.iter().enumerate() {
        for link in &page.links {
            let row = found.entry((link.span, link.destination.to_string())).or_default();
            see(row, engine, Seen::Link);
            row.text = link.text.to_string();
        }
    }
    // What is text to one engine is marked in the row of the link that another makes of it.
    for (engine, page) in pages.iter().enumerate() {
        for mark_at in marks(page) {
            mark(&mut found, (text, page), engine, mark_at);
        }
    }
    let mut cursor = LineCursor::new(text);
    let placed = found.into_iter().map(|((span, destination), mut row)| {
        (row.line, row.column) = cursor.advance(span.start);
        row.destination = destination;
        row
    });
    placed.collect()
}

fn see(row: &mut Row, engine: usize, seen: Seen) {
    if let Some(cell) = row.seen.get_mut(engine) {
        *cell = seen.max(*cell);
    }
}

/// What an engine leaves as text although it was meant as a link.
fn marks(page: &Extraction<'_>) -> impl Iterator<Item = (Span, Seen)> {
    let malformed = page.malformed.iter().map(|malformed| (malformed.span, Seen::Malformed));
    malformed.chain(page.swallowed.iter().map(|swallowed| (swallowed.span, Seen::Swallowed)))
}

/// Marks the rows at a span, or makes one of it.
fn mark(
    found: &mut BTreeMap<(Span, String), Row>,
    (text, page): (&str, &Extraction<'_>),
    engine: usize,
    (span, seen): (Span, Seen),
) {
    let rows = found.range_mut((span, String::new())..).take_while(|((other, _), _)| *other == span);
    let mut is_known = false;
    for (_, row) in rows {
        see(row, engine, seen);
        is_known = true;
    }
    if !is_known {
        let at = page.intended.partition_point(|link| link.span < span);
        let intended: Option<&RawLink<'_>> = page.intended.get(at).filter(|link| link.span == span);
        let destination = intended.map_or_else(String::new, |link| link.destination.to_string());
        let row = found.entry((span, destination)).or_default();
        row.text = intended.map_or_else(|| span.slice(text).to_owned(), |link| link.text.to_string());
        see(row, engine, seen);
    }
}

fn describe(text: &mut String, (path, rows): (&Path, &[Row]), voice: &Voice) -> fmt::Result {
    let name = path.to_string_lossy();
    let counted = say!("{path}: {count} links or what was meant as one", path = visible(&name), count = rows.len());
    writeln!(text, "{}", voice.say(&counted))?;
    if rows.is_empty() {
        return Ok(());
    }
    let head = say!(
        "place     {kramdown}{github}{html}destination  text",
        kramdown = format!("{:<11}", ENGINES[0].0),
        github = format!("{:<11}", ENGINES[1].0),
        html = format!("{:<11}", ENGINES[2].0),
    );
    writeln!(text, "{}", voice.say(&head))?;
    for row in rows {
        write!(text, "{:<10}", format!("{}:{}", row.line, row.column))?;
        for seen in row.seen {
            write!(text, "{:<11}", seen.name())?;
        }
        let words = visible(&masked(mask, &row.text)).replace('\n', " ");
        writeln!(text, "{}  {words}", visible(&mask(&row.destination)).replace('\n', " "))?;
    }
    Ok(())
}

fn data(row: &Row) -> Value {
    let engines = ENGINES.iter().zip(row.seen).map(|((name, _), seen)| {
        (
            (*name).to_owned(),
            match seen {
                Seen::Text => Value::from("text"),
                seen => Value::from(seen.name()),
            },
        )
    });
    json!({
        "line": row.line,
        "column": row.column,
        "destination": mask(&row.destination),
        "text": masked(mask, &row.text),
        "engines": engines.collect::<serde_json::Map<_, _>>(),
    })
}
