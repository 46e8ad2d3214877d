//! What the commands on a whole archive begin with: its settings, and which of its files are postproof's own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf, absolute};

use jiff::Timestamp;

use super::exit_code::Exit;
use super::home::{self, Home, SETTINGS_FILES};
use super::voice::Voice;
use crate::check::{self, Settings, SettingsError, Surroundings};
use crate::config::{self, Override};
use crate::language::{Message, say};
use crate::report;

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

/// The settings that name files of which a commit can hold its own.
const SCHEMA: &str = "front_matter.schema";
const AUTHORITIES: &str = "fetch.ca_file";

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

/// Reads the settings file, the one that is named or the archive's, and lays the environment over it.
pub(super) fn layered(named: Option<PathBuf>, home: &Home, voice: &Voice) -> Result<LayeredFile, config::ConfigError> {
    let environment = environment();
    for (variable, near) in config::misspelt(&environment) {
        voice.note(say!("{variable} is no setting; did you mean {near}?", variable, near));
    }
    let overrides = config::overrides(&environment)?;
    let (path, text) = match (named, home.commit()) {
        (None, Some(commit)) => {
            let found = SETTINGS_FILES.iter().find_map(|name| Some((home.root().join(name), commit.read(name)?)));
            let found = found.map(|(path, bytes)| Ok((config::decode(&path, bytes)?, path))).transpose()?;
            found.map_or((None, None), |(text, path)| (Some(path), Some(text)))
        }
        (named, _) => {
            let found = || SETTINGS_FILES.iter().map(|name| home.root().join(name)).find(|path| path.is_file());
            let path = named.or_else(found);
            let text = path.as_deref().map(config::read).transpose()?;
            (path, text)
        }
    };
    let place = path.as_deref().unwrap_or(Path::new("postproof.yml"));
    let mut file = config::layered(place, text.as_deref().unwrap_or_default(), &overrides)?;
    // A path from the environment is one of the working folder, as a flag's is; one of the file lies beside the file.
    if overrides.iter().any(|set| set.key == SCHEMA) {
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
            let path = check::beside(settings_file.unwrap_or(home.root()), schema);
            Some(home.text_of(SCHEMA, &path)?.ok_or_else(|| no_schema(home, &path))?)
        }
        None => None,
    };
    // A generator copies it to where it is served from.
    let built = file.site.built.as_deref().map(|built| home::text_at(&built.join("CNAME"))).transpose()?.flatten();
    let authorities = match &file.fetch.ca_file {
        Some(path) => Some(home.bytes_or_disk(AUTHORITIES, path).map_err(|error| {
            let problem = say!("cannot read {path}: {why}", path = path.display(), why = error);
            SettingsError { setting: AUTHORITIES, problem }
        })?),
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

/// What is said of a schema that settings name and that is not there.
fn no_schema(home: &Home, path: &Path) -> SettingsError {
    let problem = if let Some((commit, path)) = home.holds(SCHEMA, path) {
        say!("{commit} holds no file {path}", commit = commit.revision().short(), path)
    } else {
        say!("there is no file {path}", path = path.display())
    };
    SettingsError { setting: SCHEMA, problem }
}

/// The files of the archive that decide, as settings do, what every other file means: a change of one touches
/// everything. Where the disk has a link in their place, the file that it leads to is one as well.
pub(super) fn deciding(home: &Home, file: &config::File, settings_file: Option<&Path>) -> Vec<String> {
    let beside = |schema: &PathBuf| check::beside(settings_file.unwrap_or(home.root()), schema);
    let named = file.front_matter.schema.as_ref().map(beside).into_iter().chain(settings_file.map(Path::to_owned));
    let both = named.flat_map(|path| [path.canonicalize().ok(), Some(path)]).flatten();
    both.filter_map(|path| home.inside(&path)).collect()
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
