//! Sites as text, their archives, Jekyll's verdicts on them, and the comparison.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use postproof::check::{Folders, condense, kind_of, roles};
use postproof::document::{Archive, Document, Kind};
use postproof::extract::{self, Dialect};
use postproof::facts::Reading;
use postproof::site::{CollisionKind, ConfigProblem, Engine, Served, Settings, SiteMap, published_paths};
use postproof::text::{Interner, decode};

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

    pub(crate) fn put(&mut self, path: impl Into<String>, text: impl Into<String>) {
        self.files.insert(path.into(), text.into().into_bytes());
    }

    /// The site as text, to see what differs in.
    pub(crate) fn picture(&self) -> String {
        let mut text = String::new();
        for (path, bytes) in &self.files {
            writeln!(text, "    //- {path}").unwrap();
            for line in String::from_utf8_lossy(bytes).lines() {
                writeln!(text, "    {line}").unwrap();
            }
        }
        text
    }

    fn write(&self, folder: &Path) {
        std::fs::create_dir_all(folder).unwrap();
        for (path, bytes) in &self.files {
            let path = folder.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
    }

    /// The settings of its `_config.yml`, for the engine of a judge.
    pub(crate) fn settings(&self, engine: Engine) -> (Settings, bool) {
        let config = self.files.get("_config.yml").map(|bytes| String::from_utf8(bytes.clone()).unwrap());
        let (settings, problems) = Settings::from_config(&config.unwrap_or_default());
        let is_4_only = |problem: &ConfigProblem| problem.message.english().contains("Jekyll 4 refuses");
        let stops =
            problems.iter().any(|problem| problem.stops_build && (engine == Engine::Jekyll4 || !is_4_only(problem)));
        (Settings { engine, ..settings }, stops)
    }

    /// Its archive, as the loader makes it.
    pub(crate) fn archive(&self, engine: Engine) -> Archive {
        let interner = Interner::default();
        let paths: Vec<Arc<str>> = self.files.keys().map(|path| Arc::from(path.as_str())).collect();
        let folders = Folders { archive: Some(vec!["old_post".to_owned()]), ..Folders::default() };
        let (settings, _) = self.settings(engine);
        let read = |path: &Arc<str>| self.files.get(&**path).cloned();
        let (roles, _) = roles(&folders, &paths, &published_paths(&settings), &read);
        let (mut documents, mut files) = (Vec::new(), Vec::new());
        for (path, role) in paths.into_iter().zip(roles) {
            let bytes = &self.files[&*path];
            match kind_of(role, bytes) {
                Some(kind) => documents.push(document(&interner, path, kind, bytes)),
                None => files.push(path),
            }
        }
        Archive { documents, files, strings: interner.freeze() }
    }
}

fn document(interner: &Interner, path: Arc<str>, kind: Kind, bytes: &[u8]) -> Document {
    let decoded = decode(bytes);
    let settings = extract::Settings::default();
    condense(&Reading::new(&settings, path, (kind, Dialect::Html), bytes, &decoded), interner)
}

/// What Jekyll says of a site: its files, each with its source and URL, or what stopped it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(untagged)]
pub(crate) enum Verdict {
    Built { files: BTreeMap<String, (Option<String>, String)>, engine: String },
    Stopped { error: String },
}

/// Real Jekyll: of which line, how it is run, and where its answers are kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Judge {
    pub(crate) engine: Engine,
    /// The variable that names the program to run in the place of `ruby`; without one it is Debian's.
    ruby: Option<&'static str>,
    record: &'static str,
}

/// Debian's Jekyll 4.3.
pub(crate) const JEKYLL_4: Judge = Judge { engine: Engine::Jekyll4, ruby: None, record: "tests/site/verdicts.json" };

/// The Jekyll 3.9 of the Debian release before: the line that GitHub Pages stays on with 3.10, with the very versions of
/// its plugins. `.ci/run` unpacks it and says in `POSTPROOF_JEKYLL3_RUBY` how to run it.
pub(crate) const JEKYLL_3: Judge =
    Judge { engine: Engine::Jekyll3, ruby: Some("POSTPROOF_JEKYLL3_RUBY"), record: "tests/site/verdicts_3.json" };

impl Judge {
    /// The program that runs it; `None` if it is not on this machine.
    pub(crate) fn program(&self) -> Option<PathBuf> {
        self.ruby.map_or_else(|| Some(PathBuf::from("ruby")), |name| std::env::var_os(name).map(PathBuf::from))
    }

    fn record_path(&self) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join(self.record)
    }

    /// The verdicts that are kept in the repository.
    pub(crate) fn recorded(&self) -> BTreeMap<String, Verdict> {
        serde_json::from_slice(&std::fs::read(self.record_path()).unwrap()).unwrap()
    }

    /// Keeps verdicts in the repository.
    pub(crate) fn keep(&self, verdicts: &BTreeMap<String, Verdict>) {
        let mut file = std::fs::File::create(self.record_path()).unwrap();
        file.write_all(serde_json::to_string_pretty(verdicts).unwrap().as_bytes()).unwrap();
        file.write_all(b"\n").unwrap();
    }
}

/// Builds sites with Jekyll, all in one batch.
pub(crate) fn judge(ruby: &Path, sites: &BTreeMap<String, Source>) -> BTreeMap<String, Verdict> {
    let folder = tempfile::tempdir().unwrap();
    for (name, source) in sites {
        source.write(&folder.path().join(name));
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/site/judge.rb");
    let output = Command::new(ruby).arg(script).arg(folder.path()).stdin(Stdio::null()).output().expect("ruby runs");
    assert!(output.status.success(), "judge.rb failed: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Holds the map of a site against Jekyll's verdict; the error tells every difference.
pub(crate) fn compare(engine: Engine, source: &Source, verdict: &Verdict) -> Result<(), String> {
    let (settings, stops) = source.settings(engine);
    let archive = source.archive(engine);
    let map = SiteMap::build(&settings, &archive, NOW.parse().unwrap());
    let name = |served: &Served| match served {
        Served::Document(index) => Some(archive.documents[*index].path.to_string()),
        Served::File(index) => Some(archive.files[*index].to_string()),
        _ => None,
    };
    let aborts: Vec<String> = map.build_aborts().map(|(file, abort)| format!("{:?}: {abort}", name(&file))).collect();
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
                // Jekyll sorts pages by their names alone, so that the order of two of one name is chance.
                let file_name =
                    |path: &Option<String>| path.as_deref().map(|path| path.rsplit('/').next().unwrap().to_owned());
                let is_chance = maker.is_some() && file_name(our_maker) == file_name(maker);
                if our_maker != maker && !is_chance {
                    writeln!(differences, "  {file}: Jekyll takes {maker:?}, the map {our_maker:?}").unwrap();
                }
                // Jekyll 4.4 escapes a question mark; the judge is older and does not.
                if our_url != url && !url.contains('?') && !is_chance {
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
