//! Where what settings are made of is read: in the archive's folder, or, where `--since` names two commits, in the newer.

use std::io;
use std::path::{Component, Path, PathBuf, absolute};

use crate::language::{Message, Saying as _, say};
use crate::source;
use crate::vcs::{Repository, Snapshot};

/// The names that a settings file may have.
pub(super) const SETTINGS_FILES: [&str; 2] = ["postproof.yml", "postproof.yaml"];

/// Where an archive's own settings are read: in its folder, or in a commit.
#[derive(Debug)]
pub(super) struct Home {
    root: PathBuf,
    commit: Option<Snapshot>,
    /// The settings that were named for this run: on the command line, in the environment.
    named: Vec<String>,
}

impl Home {
    /// An archive as it lies in its folder.
    pub(super) fn on_disk(root: &Path) -> Self {
        Self { root: root.to_owned(), commit: None, named: Vec::new() }
    }

    /// The archive that `--since` judges: where that names two commits, as it is in the newer one. A name that git does
    /// not know is told when the two are compared.
    pub(super) fn of_change(root: &Path, since: Option<&str>) -> Self {
        let commit = since.filter(|since| since.contains("..")).and_then(|since| {
            let repository = Repository::discover(root).ok()??;
            let to = repository.comparison(since).ok()?.to?;
            Some(repository.snapshot(to))
        });
        Self { root: root.to_owned(), commit, named: Vec::new() }
    }

    /// Takes the files of these settings from the disk: who names one for a run means the one that he sees.
    pub(super) fn leave_on_disk(&mut self, settings: impl Iterator<Item = String>) {
        self.named.extend(settings);
    }

    /// The archive's folder.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// The commit, if it is one.
    pub(super) fn commit(&self) -> Option<&Snapshot> {
        self.commit.as_ref()
    }

    /// The text of a file of the archive.
    pub(super) fn text(&self, path: &str) -> anyhow::Result<Option<String>> {
        match &self.commit {
            Some(commit) => Ok(commit.read(path).as_deref().map(lossy)),
            None => text_at(&self.root.join(path)),
        }
    }

    /// The path of a file within the archive, with `/`; none of one that lies elsewhere. It need not be there.
    pub(super) fn inside(&self, path: &Path) -> Option<String> {
        let (root, path) = (absolute(&self.root).ok()?, absolute(path).ok()?);
        let spelt = || plain(path.strip_prefix(&root).ok()?);
        // The one may be named through a link, or by `..`, and the other not.
        let real = || {
            let (folder, real) =
                path.ancestors().skip(1).find_map(|folder| Some((folder, folder.canonicalize().ok()?)))?;
            plain(real.join(path.strip_prefix(folder).ok()?).strip_prefix(root.canonicalize().ok()?).ok()?)
        };
        spelt().or_else(real)
    }

    /// The commit that holds the file of a setting, and the path that it has there. What was named for this run is the
    /// disk's, and so is what lies outside of the archive.
    pub(super) fn holds(&self, setting: &str, path: &Path) -> Option<(&Snapshot, String)> {
        let commit = self.commit.as_ref().filter(|_| !self.named.iter().any(|named| named == setting))?;
        Some((commit, self.inside(path)?))
    }

    /// The text of the file of a setting.
    pub(super) fn text_of(&self, setting: &str, path: &Path) -> anyhow::Result<Option<String>> {
        match self.holds(setting, path) {
            Some((commit, path)) => Ok(commit.read(&path).as_deref().map(lossy)),
            None => text_at(path),
        }
    }

    /// The bytes of the file of a setting; those of the disk where the commit has none.
    pub(super) fn bytes_or_disk(&self, setting: &str, path: &Path) -> io::Result<Vec<u8>> {
        let held = self.holds(setting, path).and_then(|(commit, path)| commit.read(&path));
        held.map_or_else(|| source::read(path), Ok)
    }

    /// The workflows of an archive, sorted; none where their folder cannot be listed.
    pub(super) fn workflows(&self) -> anyhow::Result<Vec<String>> {
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
        let there = commit.read(name).as_deref().map(lossy);
        let here = text_at(&shown).ok()??;
        let is_same = there.as_deref().unwrap_or_default().lines().eq(here.lines());
        let commit = commit.revision().short();
        (!is_same).then(|| {
            say!(
                "the settings are those of {commit}, and {name} in the work tree differs; `--config {name}` takes it instead",
                commit,
                name
            )
        })
    }
}

/// A path below a folder, with `/`, if it neither climbs nor has a name that is no text.
fn plain(path: &Path) -> Option<String> {
    let part = |part: Component<'_>| match part {
        Component::Normal(part) => Some(part.to_str().map(str::to_owned)),
        Component::CurDir => None,
        _ => Some(None),
    };
    let parts: Option<Vec<String>> = path.components().filter_map(part).collect();
    parts.map(|parts| parts.join("/"))
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The text of a file of the disk. What is not there is not missed.
pub(super) fn text_at(path: &Path) -> anyhow::Result<Option<String>> {
    match source::read(path) {
        Ok(bytes) => Ok(Some(lossy(&bytes))),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Ok(Err(error).saying(|| say!("cannot read {path}", path = path.display()))?),
    }
}
