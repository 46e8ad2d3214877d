//! Sites as text, their archives, Jekyll's verdicts on them, and the comparison.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use postproof::document::{Archive, Date, Document, Field, Fields, Head, Kind, Value};
use postproof::extract::Dialect;
use postproof::site::{CollisionKind, Engine, Served, Settings, SiteMap};
use postproof::text::Interner;

/// The moment of every build; `judge.rb` has the same.
pub(crate) const NOW: &str = "2024-06-15T12:00:00Z";

/// A site as its files.
#[derive(Clone, Debug, Default)]
pub(crate) struct Source {
    pub(crate) files: BTreeMap<String, Vec<u8>>,
}

impl Source {
    /// Reads the text of a site. After `//- path` flags can stand in brackets: `[bom]`, `[crlf]`, `[no-newline]`, and
    /// `[latin1]`, which writes each character as one byte. What stands before the first header describes the site.
    pub(crate) fn parse(text: &str) -> Self {
        let mut source = Self::default();
        for part in format!("\n{text}").split("\n//- ").skip(1) {
            let (header, body) = part.split_once('\n').unwrap_or((part, ""));
            let (path, flags) = match header.rsplit_once(" [") {
                Some((path, flags)) if flags.ends_with(']') => (path, flags.trim_end_matches(']')),
                _ => (header, ""),
            };
            let mut body =
                if body.is_empty() || flags.contains("no-newline") { body.to_owned() } else { format!("{body}\n") };
            if flags.contains("crlf") {
                body = body.replace('\n', "\r\n");
            }
            if flags.contains("bom") {
                body.insert(0, '\u{FEFF}');
            }
            let bytes = if flags.contains("latin1") {
                body.chars().map(|c| u8::try_from(c).unwrap()).collect()
            } else {
                body.into_bytes()
            };
            source.files.insert(path.to_owned(), bytes);
        }
        source
    }

    fn write(&self, folder: &Path) {
        std::fs::create_dir_all(folder).unwrap();
        for (path, bytes) in &self.files {
            let path = folder.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
    }

    /// The settings of its `_config.yml`, for the judge's engine.
    pub(crate) fn settings(&self) -> (Settings, bool) {
        let config = self.files.get("_config.yml").map(|bytes| String::from_utf8(bytes.clone()).unwrap());
        let (settings, problems) = Settings::from_config(&config.unwrap_or_default());
        let stops = problems.iter().any(|problem| problem.stops_build);
        (Settings { engine: Engine::Jekyll4, ..settings }, stops)
    }

    /// Its archive, as the loader makes it.
    pub(crate) fn archive(&self) -> Archive {
        let interner = Interner::default();
        let (mut documents, mut files) = (Vec::new(), Vec::new());
        for (path, bytes) in &self.files {
            let is_post = path.starts_with("_posts/") || path.contains("/_posts/");
            let is_draft = path.starts_with("_drafts/") || path.contains("/_drafts/");
            let is_text = [".md", ".markdown", ".html"].iter().any(|end| path.to_lowercase().ends_with(end));
            let has_fence = bytes.starts_with(b"---") || (is_post && bytes.starts_with(b"\xEF\xBB\xBF---"));
            if !is_text && !has_fence {
                files.push(Arc::from(path.as_str()));
                continue;
            }
            let kind = match path {
                _ if is_post => Kind::Post,
                _ if is_draft => Kind::Draft,
                path if path.starts_with("old_post/") => Kind::Archived,
                _ => Kind::Page,
            };
            let (head, fields) = front_matter(&interner, bytes, kind);
            documents.push(Document {
                path: Arc::from(path.as_str()),
                kind,
                dialect: Dialect::Kramdown,
                bytes: 0,
                head,
                fields,
                links: Box::default(),
                ids: Box::default(),
            });
        }
        Archive { documents, files, strings: interner.freeze() }
    }
}

/// The front matter of a file, typed. Simple on purpose: this stands in for the room that really reads it.
fn front_matter(interner: &Interner, bytes: &[u8], kind: Kind) -> (Head, Fields) {
    let Ok(text) = std::str::from_utf8(bytes) else { return (Head::Undecodable, Fields::default()) };
    // A page behind a byte order mark is copied as it is, and yet a plugin can find its front matter.
    if let Some(rest) = text.strip_prefix('\u{FEFF}') {
        let (head, fields) = front_matter(interner, rest.as_bytes(), kind);
        return (if kind == Kind::Page { Head::Missing } else { head }, fields);
    }
    let mut lines = text.split_inclusive('\n');
    let is_fence = |line: &str, marks: &[&str]| marks.contains(&line.trim_end()) && !line.starts_with(' ');
    match lines.next() {
        Some(first) if is_fence(first, &["---"]) && first.ends_with('\n') => {}
        _ => return (Head::Missing, Fields::default()),
    }
    let (mut yaml, mut closed) = (String::new(), false);
    for line in lines {
        if is_fence(line, &["---", "..."]) {
            closed = true;
            break;
        }
        yaml.push_str(line);
    }
    if !closed {
        return (Head::Unterminated, Fields::default());
    }
    match serde_yaml::from_str::<serde_yaml::Value>(&yaml) {
        Ok(serde_yaml::Value::Null) => (Head::Parsed, Fields::default()),
        Ok(serde_yaml::Value::Mapping(mapping)) => {
            let lost = |value: &serde_yaml::Value| value.is_number() || value.is_bool() || value.is_mapping();
            if kind != Kind::Page && mapping.get("categories").is_some_and(lost) {
                return (Head::Dropped, Fields::default());
            }
            let value_of = |key: &str| mapping.get(key).map(|value| typed(interner, value));
            let values = Field::ALL.iter().filter_map(|(field, key)| Some((*field, value_of(key)?)));
            let quoted = yaml.contains("date: \"") || yaml.contains("date: '");
            let date = mapping.get("date").map_or(Date::Absent, |value| date(value, quoted));
            (Head::Parsed, Fields { date, values: values.collect() })
        }
        _ => (Head::Dropped, Fields::default()),
    }
}

fn typed(interner: &Interner, value: &serde_yaml::Value) -> Value {
    match value {
        serde_yaml::Value::Null => Value::Null,
        serde_yaml::Value::Bool(value) => Value::Bool(*value),
        serde_yaml::Value::Number(number) => match number.as_i64() {
            Some(number) => Value::Integer(number),
            None => Value::Float(number.as_f64().unwrap()),
        },
        serde_yaml::Value::String(text) => match text.as_str() {
            "no" | "off" => Value::Bool(false),
            "yes" | "on" => Value::Bool(true),
            text => Value::Text(interner.intern(text)),
        },
        serde_yaml::Value::Sequence(items) => Value::List(items.iter().map(|item| typed(interner, item)).collect()),
        _ => Value::Mapping,
    }
}

fn date(value: &serde_yaml::Value, quoted: bool) -> Date {
    let Some(text) = value.as_str() else { return Date::Invalid };
    let (day, rest) = text.split_at_checked(10).unwrap_or((text, ""));
    let Ok(day) = day.replace('/', "-").parse::<jiff::civil::Date>() else { return Date::Invalid };
    let (clock, zone) = rest.trim().split_once(' ').unwrap_or((rest.trim(), ""));
    let padded = if clock.len() == 5 { format!("{clock}:00") } else { clock.to_owned() };
    let Ok(time) = (if clock.is_empty() { Ok(jiff::civil::Time::midnight()) } else { padded.parse() }) else {
        return Date::Invalid;
    };
    let wall = jiff::tz::TimeZone::UTC.to_timestamp(day.to_datetime(time)).unwrap().as_second();
    match zone {
        "" if clock.len() == 8 && !quoted => Date::Instant(wall),
        "" => Date::Local(wall),
        "Z" | "UTC" => Date::Instant(wall),
        zone => {
            let hours: i64 = zone.get(..3).unwrap().parse().unwrap();
            Date::Instant(wall - hours * 3600)
        }
    }
}

/// What Jekyll says of a site: its files, each with its source and URL, or what stopped it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(untagged)]
pub(crate) enum Verdict {
    Built { files: BTreeMap<String, (Option<String>, String)>, engine: String },
    Stopped { error: String },
}

/// Builds sites with Jekyll, all in one batch.
pub(crate) fn judge(sites: &BTreeMap<String, Source>) -> BTreeMap<String, Verdict> {
    let folder = tempfile::tempdir().unwrap();
    for (name, source) in sites {
        source.write(&folder.path().join(name));
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/site/judge.rb");
    let output = Command::new("ruby").arg(script).arg(folder.path()).stdin(Stdio::null()).output().expect("ruby runs");
    assert!(output.status.success(), "judge.rb failed: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn record_path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/site/verdicts.json")
}

/// The verdicts that are kept in the repository.
pub(crate) fn recorded() -> BTreeMap<String, Verdict> {
    serde_json::from_slice(&std::fs::read(record_path()).unwrap()).unwrap()
}

/// Keeps verdicts in the repository.
pub(crate) fn record(verdicts: &BTreeMap<String, Verdict>) {
    let mut file = std::fs::File::create(record_path()).unwrap();
    file.write_all(serde_json::to_string_pretty(verdicts).unwrap().as_bytes()).unwrap();
    file.write_all(b"\n").unwrap();
}

/// Holds the map of a site against Jekyll's verdict; the error tells every difference.
pub(crate) fn compare(source: &Source, verdict: &Verdict) -> Result<(), String> {
    let (settings, stops) = source.settings();
    let archive = source.archive();
    let map = SiteMap::build(&settings, &archive, NOW.parse().unwrap());
    let name = |served: &Served| match served {
        Served::Document(index) => Some(archive.documents[*index].path.to_string()),
        Served::File(index) => Some(archive.files[*index].to_string()),
        _ => None,
    };
    let aborts: Vec<String> =
        map.build_aborts().map(|(index, abort)| format!("{}: {abort}", archive.documents[index].path)).collect();
    let clash = map.collisions().iter().any(|collision| collision.kind == CollisionKind::FileAndFolder);
    let stops = stops || clash || !aborts.is_empty();
    let files = match verdict {
        Verdict::Stopped { .. } if stops => return Ok(()),
        Verdict::Stopped { error } => return Err(format!("  Jekyll stops: {error}\n  the map does not\n")),
        Verdict::Built { .. } if stops => return Err(format!("  Jekyll builds, the map stops: {aborts:?} {clash}\n")),
        Verdict::Built { files, .. } => files,
    };
    let ours: BTreeMap<String, (Option<String>, String)> = map
        .addresses()
        .iter()
        .map(|address| (address.destination.to_owned(), (name(&address.served), address.url.to_string())))
        .collect();
    let mut differences = String::new();
    for (file, (maker, url)) in files {
        match ours.get(file) {
            None => writeln!(differences, "  only Jekyll writes {file} (from {maker:?})").unwrap(),
            Some((our_maker, our_url)) => {
                if our_maker != maker {
                    writeln!(differences, "  {file}: Jekyll takes {maker:?}, the map {our_maker:?}").unwrap();
                }
                // Jekyll 4.4 escapes a question mark; the judge is older and does not.
                if our_url != url && !url.contains('?') {
                    writeln!(differences, "  {file}: Jekyll's address is {url}, the map's {our_url}").unwrap();
                }
            }
        }
    }
    for (file, (maker, _)) in ours.iter().filter(|(file, _)| !files.contains_key(*file)) {
        writeln!(differences, "  only the map has {file} (from {maker:?})").unwrap();
    }
    if differences.is_empty() { Ok(()) } else { Err(differences) }
}
