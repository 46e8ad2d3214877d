//! Finds the files of an archive, on all cores.

use crate::language::{Message, say};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::sync::{Arc, Mutex, PoisonError};

use ignore::{DirEntry, WalkBuilder, WalkState};
use rayon::prelude::*;

use super::write::is_unfinished;

/// Folders that are never part of an archive: what tools keep there, and what Jekyll writes.
const NEVER: [&str; 9] = [
    ".git",
    ".hg",
    ".svn",
    "_site",
    "node_modules",
    "vendor",
    ".jekyll-cache",
    ".sass-cache",
    // The state and the seal.
    ".postproof",
];

/// What to walk.
#[derive(Clone, Debug)]
pub struct Walk {
    /// The archive's folder.
    pub root: PathBuf,
    /// Files that postproof itself writes, absolute: reports that an earlier run left in the archive.
    pub own: Vec<PathBuf>,
    /// Threads; 0 takes one for each core.
    pub threads: usize,
}

/// What was found.
#[derive(Debug, Default)]
pub struct Walked {
    /// Every file, relative to the root, with `/`, sorted.
    pub files: Vec<Arc<str>>,
    /// Where the files really are whose names are not UTF-8, by their names as shown.
    pub odd_names: BTreeMap<Arc<str>, PathBuf>,
    /// Those of the files that are symbolic links to others, sorted.
    pub links: Vec<Arc<str>>,
    /// What could not be looked at, as sentences.
    pub notices: Vec<Message>,
}

impl Walked {
    /// The place of a file in the file system.
    pub fn locate(&self, root: &Path, path: &str) -> PathBuf {
        self.odd_names.get(path).cloned().unwrap_or_else(|| root.join(path))
    }
}

/// Why an archive cannot be walked.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.message().english())]
pub enum SourceError {
    /// Nothing is there.
    Missing(PathBuf),
    /// A file is there.
    NotAFolder(PathBuf),
    /// It cannot be read.
    Unreadable {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl SourceError {
    /// What is wrong, without what the system says.
    pub fn message(&self) -> Message {
        match self {
            Self::Missing(path) => say!("there is no folder {path}", path = path.display()),
            Self::NotAFolder(path) => {
                say!("{path} is a file, not a folder; give the folder of the archive", path = path.display())
            }
            Self::Unreadable { path, .. } => say!("cannot read the folder {path}", path = path.display()),
        }
    }
}

enum Met {
    File(Name),
    /// A symbolic link to a file of the archive.
    Link(Name),
    Notice(Message),
}

/// The name of a file.
struct Name {
    /// As it is shown.
    shown: Arc<str>,
    /// Where it really is, if it is not UTF-8.
    odd: Option<PathBuf>,
}

impl Name {
    fn of(root: &Path, path: PathBuf) -> Self {
        let relative = below(root, &path);
        let shown = match relative.to_str() {
            Some(name) if std::path::MAIN_SEPARATOR == '/' => Arc::from(name),
            _ => Arc::from(relative.to_string_lossy().replace(std::path::MAIN_SEPARATOR, "/")),
        };
        let is_odd = relative.to_str().is_none();
        Self { shown, odd: is_odd.then_some(path) }
    }
}

/// A path as its root sees it. The walk spells it as the root with more behind it, so that neither need be taken apart.
fn below<'p>(root: &Path, path: &'p Path) -> &'p Path {
    let spelled = |path: &'p Path| path.to_str().zip(root.to_str());
    let behind = spelled(path).and_then(|(path, root)| path.strip_prefix(root)?.strip_prefix('/'));
    behind.map(Path::new).or_else(|| path.strip_prefix(root).ok()).unwrap_or(path)
}

/// What one thread of the walk has met, handed over as a whole when it ends.
struct Pack {
    met: Vec<Met>,
    to: mpsc::Sender<Vec<Met>>,
}

impl Drop for Pack {
    fn drop(&mut self) {
        // The receiver lives until the walk ends.
        let _ = self.to.send(std::mem::take(&mut self.met));
    }
}

/// Finds every file under a folder that no ignore file leaves out.
///
/// Symbolic links to files inside the archive are files; links to folders are told and not followed,
/// so that no loop and no other tree is walked.
pub fn walk(settings: &Walk) -> Result<Walked, SourceError> {
    let mut builder = WalkBuilder::new(&settings.root);
    builder.ignore(false).require_git(false).filter_entry(|entry| !is_left_out(entry));
    walk_with(settings, &mut builder)
}

/// Finds every file under a folder that a generator wrote: no ignore file and no folder's name leaves one out, for a
/// server serves them all.
pub fn walk_built(settings: &Walk) -> Result<Walked, SourceError> {
    let mut builder = WalkBuilder::new(&settings.root);
    builder.standard_filters(false);
    walk_with(settings, &mut builder)
}

fn walk_with(settings: &Walk, builder: &mut WalkBuilder) -> Result<Walked, SourceError> {
    let root = &settings.root;
    let metadata = std::fs::metadata(root).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => SourceError::Missing(root.clone()),
        _ => SourceError::Unreadable { path: root.clone(), source: error },
    })?;
    if !metadata.is_dir() {
        return Err(SourceError::NotAFolder(root.clone()));
    }
    std::fs::read_dir(root).map_err(|source| SourceError::Unreadable { path: root.clone(), source })?;

    let (sender, receiver) = mpsc::channel();
    // The lock only guards the cloning of senders.
    let sender = Mutex::new(sender);
    let walker = builder.hidden(false).threads(settings.threads).build_parallel();
    walker.run(|| {
        let to = sender.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut pack = Pack { met: Vec::new(), to };
        Box::new(move |entry| {
            pack.met.extend(look_at(root, entry));
            WalkState::Continue
        })
    });
    drop(sender);
    Ok(gather(settings, receiver.into_iter().flatten()))
}

/// Whether a path, relative to the archive and with `/`, can be part of it: no tool's own folder is on its way.
/// What ignore files say of it is not looked at.
pub fn is_part(path: &str) -> bool {
    let mut folders = path.split('/');
    let name = folders.next_back();
    name.is_some_and(|name| name != ".git" && !is_unfinished(name)) && !folders.any(|folder| NEVER.contains(&folder))
}

fn is_left_out(entry: &DirEntry) -> bool {
    let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
    let name = entry.file_name();
    // In a linked worktree or a submodule `.git` is a file.
    name == OsStr::new(".git") || is_folder && entry.depth() > 0 && NEVER.iter().any(|never| name == OsStr::new(never))
}

fn look_at(root: &Path, entry: Result<DirEntry, ignore::Error>) -> Option<Met> {
    let entry = match entry {
        Ok(entry) => entry,
        Err(error) => return Some(Met::Notice(say!("left out: {error}", error))),
    };
    let kind = entry.file_type()?;
    if kind.is_file() && entry.file_name().to_str().is_some_and(is_unfinished) {
        let shown = entry.path().strip_prefix(root).unwrap_or(entry.path()).display().to_string();
        return Some(Met::Notice(say!(
            "left out: {shown} was being written by postproof; delete it unless a run is still at it",
            shown
        )));
    }
    if kind.is_file() {
        return Some(Met::File(Name::of(root, entry.into_path())));
    }
    if !kind.is_symlink() {
        return None;
    }
    let shown = entry.path().strip_prefix(root).unwrap_or(entry.path()).display().to_string();
    match std::fs::canonicalize(entry.path()) {
        Err(error) => {
            Some(Met::Notice(say!("left out: the symbolic link {shown} leads nowhere ({error})", shown, error)))
        }
        Ok(target) if target.is_dir() => {
            Some(Met::Notice(say!("left out: {shown} is a symbolic link to a folder, which is not followed", shown)))
        }
        Ok(target) if !target.starts_with(std::fs::canonicalize(root).ok()?) => {
            Some(Met::Notice(say!("left out: the symbolic link {shown} leads out of the archive", shown)))
        }
        Ok(_) => Some(Met::Link(Name::of(root, entry.into_path()))),
    }
}

fn gather(settings: &Walk, messages: impl Iterator<Item = Met>) -> Walked {
    let mut walked = Walked::default();
    // `.` and the working folder's full name are one root, and `./a` is not equal to `a`.
    let root = std::path::absolute(&settings.root).unwrap_or_else(|_| settings.root.clone());
    let inside = |own| Path::strip_prefix(own, &root).or_else(|_| Path::strip_prefix(own, &settings.root)).ok();
    // What the walk gives is spelled in one way, so that names can be compared as they are.
    let spelled = |path: &Path| Name::of(Path::new(""), path.components().collect::<PathBuf>()).shown;
    let own: Vec<Arc<str>> = settings.own.iter().filter_map(|own| inside(own)).map(spelled).collect();
    for message in messages {
        let (name, is_link) = match message {
            Met::Notice(notice) => {
                walked.notices.push(notice);
                continue;
            }
            Met::File(name) => (name, false),
            Met::Link(name) => (name, true),
        };
        if let Some(path) = name.odd {
            walked.odd_names.insert(Arc::clone(&name.shown), path);
        }
        if is_link {
            walked.links.push(Arc::clone(&name.shown));
        }
        walked.files.push(name.shown);
    }
    walked.links.sort_unstable();
    walked.files.par_sort_unstable();
    // Two names that are not UTF-8 can look alike once shown.
    walked.files.dedup();
    for own in &own {
        if let Ok(at) = walked.files.binary_search(own) {
            walked.files.remove(at);
            walked.links.retain(|link| link != own);
            walked.odd_names.remove(own);
        }
    }
    walked.notices.sort_by_cached_key(Message::english);
    walked
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(root: &Path) -> Vec<String> {
        let walked =
            walk(&Walk { root: root.to_owned(), own: vec![root.join("reports/health.json")], threads: 2 }).unwrap();
        walked.files.iter().map(ToString::to_string).collect()
    }

    fn archive(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "x").unwrap();
        }
        folder
    }

    #[test]
    fn tools_folders_and_ignored_files_are_no_part_of_the_archive() {
        let folder = archive(&[
            "_posts/厦门 日报.md",
            "_site/index.html",
            ".git/HEAD",
            "node_modules/a.md",
            "vendor/b.md",
            ".postproof/state.db",
            "drafts/no.md",
            ".well-known/x",
            "reports/health.json",
            "reports/2021.html",
        ]);
        std::fs::write(folder.path().join(".gitignore"), "drafts/\n").unwrap();
        assert_eq!(names(folder.path()), [".gitignore", ".well-known/x", "_posts/厦门 日报.md", "reports/2021.html"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_to_files_of_the_archive_only() {
        let folder = archive(&["a.md", "sub/b.md"]);
        let link = |to: &str, name: &str| std::os::unix::fs::symlink(to, folder.path().join(name)).unwrap();
        link("a.md", "same.md");
        link(".", "loop");
        link("/etc/hostname", "outside");
        link("nothing", "broken");
        let walked = walk(&Walk { root: folder.path().to_owned(), own: Vec::new(), threads: 2 }).unwrap();
        let files: Vec<&str> = walked.files.iter().map(|path| &**path).collect();
        assert_eq!(files, ["a.md", "same.md", "sub/b.md"]);
        assert_eq!(walked.links, [Arc::from("same.md")]);
        assert_eq!(walked.notices.len(), 3, "{:?}", walked.notices);
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_not_utf8_are_found_and_can_be_opened() {
        use std::os::unix::ffi::OsStrExt;
        let folder = archive(&["a.md"]);
        std::fs::write(folder.path().join(OsStr::from_bytes(b"\xC4\xFA.md")), "y").unwrap();
        let walked = walk(&Walk { root: folder.path().to_owned(), own: Vec::new(), threads: 1 }).unwrap();
        let odd = walked.files.iter().find(|path| path.contains('\u{FFFD}')).unwrap();
        assert_eq!(std::fs::read(walked.locate(folder.path(), odd)).unwrap(), b"y");
    }

    #[test]
    fn a_path_is_seen_from_its_root_however_that_is_spelled() {
        let seen = |root: &str, path: &str| below(Path::new(root), Path::new(path)).to_str().unwrap().to_owned();
        for (root, path) in [("/a", "/a/b/c"), ("/a/", "/a/b/c"), (".", "./b/c"), ("a/.", "a/./b/c"), ("/", "/b/c")] {
            assert_eq!(seen(root, path), "b/c", "{path} from {root}");
        }
        assert_eq!(seen("/a", "/ab/c"), "/ab/c");
    }

    #[test]
    fn what_is_no_folder_is_an_error() {
        let folder = archive(&["a.md"]);
        let at = |name: &str| walk(&Walk { root: folder.path().join(name), own: Vec::new(), threads: 1 });
        assert!(matches!(at("a.md"), Err(SourceError::NotAFolder(_))));
        assert!(matches!(at("none"), Err(SourceError::Missing(_))));
    }
}
