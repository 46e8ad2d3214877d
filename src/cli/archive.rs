//! What the commands on a whole archive begin with: its settings, and which of its files are postproof's own.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf, absolute};

use anyhow::{Context as _, anyhow};
use jiff::Timestamp;

use super::exit_code::Exit;
use super::output;
use crate::check::{self, Settings, Surroundings};
use crate::config::{self, Override};
use crate::report;
use crate::source;

/// The names that a settings file may have.
const SETTINGS_FILES: [&str; 2] = ["postproof.yml", "postproof.yaml"];

/// Reads the settings of the archive in a folder; where they are wrong, tells so and gives the exit code.
pub(super) fn settings(root: &Path) -> anyhow::Result<Result<Settings, Exit>> {
    settings_from(root, None)
}

/// [`settings`], from a settings file that was named.
pub(super) fn settings_from(root: &Path, named: Option<PathBuf>) -> anyhow::Result<Result<Settings, Exit>> {
    let wrong = |error: &dyn std::fmt::Display| {
        output::error(&error.to_string());
        Ok(Err(Exit::Usage))
    };
    let (file, place) = match settings_file(named, root) {
        Ok(found) => found,
        Err(error) => return wrong(&error),
    };
    let surroundings = surroundings(root, &file, place.as_deref())?;
    let own = own_files(root, &file);
    match Settings::new(root, &file, &surroundings, Box::new(Timestamp::now)) {
        Ok(mut settings) => {
            settings.walk.own = own;
            Ok(Ok(settings))
        }
        Err(error) => wrong(&error),
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

/// Reads the settings file, the one that is named or the archive's, and lays the environment over it.
pub(super) fn layered(named: Option<PathBuf>, root: &Path) -> Result<LayeredFile, config::ConfigError> {
    let environment = environment();
    for (variable, near) in config::misspelt(&environment) {
        output::note(&format!("{variable} is no setting; did you mean {near}?"));
    }
    let overrides = config::overrides(&environment)?;
    let found = || SETTINGS_FILES.iter().map(|name| root.join(name)).find(|path| path.is_file());
    let path = named.or_else(found);
    let text = path.as_deref().map(config::read).transpose()?;
    let place = path.as_deref().unwrap_or(Path::new("postproof.yml"));
    let file = config::layered(place, text.as_deref().unwrap_or_default(), &overrides)?;
    Ok(LayeredFile { file, path, text, overrides })
}

/// [`layered`]: the settings, and where their file is.
pub(super) fn settings_file(
    named: Option<PathBuf>,
    root: &Path,
) -> Result<(config::File, Option<PathBuf>), config::ConfigError> {
    layered(named, root).map(|LayeredFile { file, path, .. }| (file, path))
}

/// The variables of the environment whose names and values are text.
fn environment() -> BTreeMap<String, String> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .collect()
}

/// Reads the archive's own files that settings are made from. What is not there is not missed.
pub(super) fn surroundings(
    root: &Path,
    file: &config::File,
    settings_file: Option<&Path>,
) -> anyhow::Result<Surroundings> {
    let text = |path: &Path| match source::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    };
    let schema = match &file.front_matter.schema {
        Some(schema) => {
            let path = check::beside(settings_file.unwrap_or(root), schema);
            Some(text(&path)?.ok_or_else(|| anyhow!("front_matter.schema: there is no file {}", path.display()))?)
        }
        None => None,
    };
    // A generator copies it to where it is served from.
    let built = file.site.built.as_deref().map(|built| text(&built.join("CNAME"))).transpose()?.flatten();
    let authorities = match &file.fetch.ca_file {
        Some(path) => {
            Some(source::read(path).with_context(|| format!("fetch.ca_file: cannot read {}", path.display()))?)
        }
        None => None,
    };
    Ok(Surroundings {
        config: text(&root.join("_config.yml"))?,
        cname: text(&root.join("CNAME"))?.or(built),
        gemfile_lock: text(&root.join("Gemfile.lock"))?,
        gemfile: text(&root.join("Gemfile"))?,
        workflows: workflows(root)
            .iter()
            .map(|path| Ok(text(path)?.unwrap_or_default()))
            .collect::<anyhow::Result<_>>()?,
        is_without_jekyll: root.join(".nojekyll").is_file(),
        schema,
        authorities,
        environment: environment(),
    })
}

/// The workflows of an archive, sorted; none where their folder cannot be listed.
fn workflows(root: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root.join(".github/workflows")).into_iter().flatten();
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "yml" || end == "yaml"));
    paths.sort_unstable();
    paths
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
