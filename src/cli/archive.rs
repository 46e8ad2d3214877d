//! What the commands on a whole archive begin with: its settings, and which of its files are postproof's own.

use std::collections::BTreeMap;
use std::io;
use std::path::{Component, Path, PathBuf, absolute};

use jiff::Timestamp;

use super::exit_code::Exit;
use super::voice::Voice;
use crate::check::{self, Settings, Surroundings};
use crate::config::{self, Override};
use crate::language::{Message, Saying as _, Trouble, say};
use crate::report;
use crate::source;
use crate::vcs::{Repository, Snapshot};

/// The names that a settings file may have.
const SETTINGS_FILES: [&str; 2] = ["postproof.yml", "postproof.yaml"];

/// Reads the settings of the archive in a folder; where they are wrong, tells so and gives the exit code.
pub(super) fn settings(root: &Path, voice: &Voice) -> anyhow::Result<Result<Settings, Exit>> {
    settings_from((root, None), voice)
}

/// [`settings`], from a settings file that was named.
pub(super) fn settings_from(
    (root, named): (&Path, Option<PathBuf>),
    voice: &Voice,
) -> anyhow::Result<Result<Settings, Exit>> {
    let wrong = |error: Message| {
        voice.error(error);
        Ok(Err(Exit::Usage))
    };
    let home = Home::on_disk(root);
    let (mut file, place) = match settings_file(named, &home, voice) {
        Ok(found) => found,
        Err(error) => return wrong(error.message()),
    };
    file.report.language = Some(voice.settle(file.report.language));
    let surroundings = surroundings(&home, &file, place.as_deref())?;
    let own = own_files(root, &file);
    match Settings::new(root, &file, &surroundings, Box::new(Timestamp::now)) {
        Ok(mut settings) => {
            settings.walk.own = own;
            Ok(Ok(settings))
        }
        Err(error) => wrong(error.message()),
    }
}

/// What the settings file and the environment say.
#[derive(Debug, Default)]
pub(super) struct LayeredFile {
    /// Both, the environment over the file.
    pub(super) file: config::File,
    /// Where the file is.
    pub(super) path: Option<PathBuf>,
    /// Its text.
    pub(super) text: Option<String>,
    /// The environment alone.
    pub(super) overrides: Vec<Override>,
}

/// Where an archive's own settings are read: in its folder, or in a commit.
#[derive(Debug)]
pub(super) struct Home {
    root: PathBuf,
    commit: Option<Snapshot>,
}

impl Home {
    /// An archive as it lies in its folder.
    pub(super) fn on_disk(root: &Path) -> Self {
        Self { root: root.to_owned(), commit: None }
    }

    /// The archive that `--since` judges: where that names two commits, as it is in the newer one. A name that git does
    /// not know is told when the two are compared.
    pub(super) fn of_change(root: &Path, since: Option<&str>) -> Self {
        let commit = since.filter(|since| since.contains("..")).and_then(|since| {
            let repository = Repository::discover(root).ok()??;
            let to = repository.comparison(since).ok()?.to?;
            Some(repository.snapshot(to))
        });
        Self { root: root.to_owned(), commit }
    }

    /// The commit, if it is one.
    pub(super) fn commit(&self) -> Option<&Snapshot> {
        self.commit.as_ref()
    }

    /// The text of a file of the archive.
    fn text(&self, path: &str) -> anyhow::Result<Option<String>> {
        match &self.commit {
            Some(commit) => Ok(commit.read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())),
            None => text_at(&self.root.join(path)),
        }
    }

    /// The text of a file at a path of the disk, which may lie in the archive.
    fn text_at(&self, path: &Path) -> anyhow::Result<Option<String>> {
        let plain = |part: Component<'_>| match part {
            Component::Normal(part) => Some(part.to_str().map(str::to_owned)),
            Component::CurDir => None,
            _ => Some(None),
        };
        let inside = path.strip_prefix(&self.root).ok().filter(|_| self.commit.is_some());
        let inside: Option<Vec<String>> = inside.and_then(|path| path.components().filter_map(plain).collect());
        inside.map_or_else(|| text_at(path), |parts| self.text(&parts.join("/")))
    }

    /// The workflows of an archive, sorted; none where their folder cannot be listed.
    fn workflows(&self) -> anyhow::Result<Vec<String>> {
        const FOLDER: &str = ".github/workflows";
        let mut paths: Vec<String> = if let Some(commit) = &self.commit {
            commit.files_below(FOLDER).unwrap_or_default()
        } else {
            let entries = std::fs::read_dir(self.root.join(FOLDER)).into_iter().flatten();
            let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
            names.map(|name| format!("{FOLDER}/{name}")).collect()
        };
        let is_workflow = |path: &String| Path::new(path).extension().is_some_and(|end| end == "yml" || end == "yaml");
        paths.retain(|path| is_workflow(path) && path.matches('/').count() == 2);
        paths.sort_unstable();
        paths.iter().map(|path| Ok(self.text(path)?.unwrap_or_default())).collect()
    }

    /// What is to be said where the settings file of the commit is another than that of the work tree.
    pub(super) fn notice(&self, file: Option<&Path>) -> Option<Message> {
        let commit = self.commit.as_ref()?;
        let on_disk = || SETTINGS_FILES.iter().map(|name| self.root.join(name)).find(|path| path.is_file());
        let shown = file.map(Path::to_owned).or_else(on_disk)?;
        let name = shown.file_name()?.to_str()?;
        let there = commit.read(name).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let here = text_at(&shown).ok()??;
        let is_same = there.as_deref().unwrap_or_default().lines().eq(here.lines());
        let commit = commit.revision().as_str().get(..12).unwrap_or_default();
        (!is_same).then(|| {
            say!(
                "the settings are those of {commit}, and {name} in the work tree differs; `--config {name}` takes it instead",
                commit,
                name
            )
        })
    }
}

/// The text of a file of the disk. What is not there is not missed.
fn text_at(path: &Path) -> anyhow::Result<Option<String>> {
    match source::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Ok(Err(error).saying(|| say!("cannot read {path}", path = path.display()))?),
    }
}

/// Reads the settings file, the one that is named or the archive's, and lays the environment over it.
pub(super) fn layered(named: Option<PathBuf>, home: &Home, voice: &Voice) -> Result<LayeredFile, config::ConfigError> {
    let environment = environment();
    for (variable, near) in config::misspelt(&environment) {
        voice.note(say!("{variable} is no setting; did you mean {near}?", variable, near));
    }
    let overrides = config::overrides(&environment)?;
    let (path, text) = match (named, &home.commit) {
        (None, Some(commit)) => {
            let found = SETTINGS_FILES.iter().find_map(|name| Some((home.root.join(name), commit.read(name)?)));
            let found = found.map(|(path, bytes)| Ok((config::decode(&path, bytes)?, path))).transpose()?;
            found.map_or((None, None), |(text, path)| (Some(path), Some(text)))
        }
        (named, _) => {
            let found = || SETTINGS_FILES.iter().map(|name| home.root.join(name)).find(|path| path.is_file());
            let path = named.or_else(found);
            let text = path.as_deref().map(config::read).transpose()?;
            (path, text)
        }
    };
    let place = path.as_deref().unwrap_or(Path::new("postproof.yml"));
    let mut file = config::layered(place, text.as_deref().unwrap_or_default(), &overrides)?;
    // A path from the environment is one of the working folder, as a flag's is; one of the file lies beside the file.
    if overrides.iter().any(|set| set.key == "front_matter.schema") {
        let schema = file.front_matter.schema.take();
        file.front_matter.schema = schema.map(|path| absolute(&path).unwrap_or(path));
    }
    Ok(LayeredFile { file, path, text, overrides })
}

/// [`layered`]: the settings, and where their file is.
pub(super) fn settings_file(
    named: Option<PathBuf>,
    home: &Home,
    voice: &Voice,
) -> Result<(config::File, Option<PathBuf>), config::ConfigError> {
    layered(named, home, voice).map(|LayeredFile { file, path, .. }| (file, path))
}

/// The variables of the environment whose names and values are text.
fn environment() -> BTreeMap<String, String> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

/// Reads the archive's own files that settings are made from. What is not there is not missed.
pub(super) fn surroundings(
    home: &Home,
    file: &config::File,
    settings_file: Option<&Path>,
) -> anyhow::Result<Surroundings> {
    let schema = match &file.front_matter.schema {
        Some(schema) => {
            let path = check::beside(settings_file.unwrap_or(&home.root), schema);
            let text = home.text_at(&path)?;
            Some(text.ok_or_else(|| {
                Trouble::new(say!("front_matter.schema: there is no file {path}", path = path.display()))
            })?)
        }
        None => None,
    };
    // A generator copies it to where it is served from.
    let built = file.site.built.as_deref().map(|built| text_at(&built.join("CNAME"))).transpose()?.flatten();
    let authorities = match &file.fetch.ca_file {
        Some(path) => {
            Some(source::read(path).saying(|| say!("fetch.ca_file: cannot read {path}", path = path.display()))?)
        }
        None => None,
    };
    Ok(Surroundings {
        config: home.text("_config.yml")?,
        cname: home.text("CNAME")?.or(built),
        gemfile_lock: home.text("Gemfile.lock")?,
        gemfile: home.text("Gemfile")?,
        workflows: home.workflows()?,
        is_without_jekyll: home.text(".nojekyll")?.is_some(),
        schema,
        authorities,
        environment: environment(),
    })
}

/// The reports that a check leaves in the archive: each run writes them anew, and no site or seal should hold them.
fn own_files(root: &Path, file: &config::File) -> Vec<PathBuf> {
    let folder = file.report.folder.clone().unwrap_or_else(|| PathBuf::from("reports"));
    let top = absolute(root).ok();
    let below = |path: &PathBuf| {
        let path = absolute(path).ok()?;
        // The walk names files as the root is spelt, which may be `.` or relative.
        Some(root.join(path.strip_prefix(top.as_ref()?).ok()?))
    };
    report::ALL.iter().filter_map(|format| below(&folder.join(format.file_name()))).collect()
}
