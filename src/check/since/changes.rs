//! What changed, file by file: the commits' differences, with those of the work tree laid over them.

use std::collections::{BTreeMap, HashMap};
use std::panic::resume_unwind;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::ScopedJoinHandle;

use crate::source::is_part;
use crate::vcs::{self, ChangeKind, Comparison, ObjectId, Repository, VcsError};

/// Where the content of a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// In git.
    Blob(ObjectId),
    /// In the work tree, and what git calls it if it would be stored.
    Disk(PathBuf, Option<ObjectId>),
}

impl Content {
    fn name(&self) -> Option<ObjectId> {
        match self {
            Self::Blob(blob) => Some(*blob),
            Self::Disk(_, blob) => *blob,
        }
    }
}

/// A file at one end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Side {
    /// Its path, relative to the archive, with `/`.
    pub(super) path: Arc<str>,
    pub(super) content: Content,
    /// Whether it is a regular file, and no link.
    pub(super) is_file: bool,
}

/// A file that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) old: Option<Side>,
    pub(super) new: Option<Side>,
    /// Whether both ends hold the same bytes: it moved, or only its mode changed.
    pub(super) is_same: bool,
}

/// Paths as git has them, and both ends.
type Ends = BTreeMap<Box<[u8]>, (Option<End>, Option<End>)>;

#[derive(Clone, Debug)]
struct End {
    content: Content,
    mode: u32,
}

/// What a comparison gives.
#[derive(Debug, Default)]
pub(super) struct Compared {
    /// From the one end to the other.
    pub(super) changes: Vec<Change>,
    /// From the commit that is checked out to the work tree; a part of what `changes` holds.
    pub(super) unsaved: Vec<Change>,
}

/// Compares what is to be compared; `is_own` tells the files that postproof itself writes.
pub(super) fn compare(
    repository: &Repository,
    (root, comparison): (&std::path::Path, &Comparison),
    is_own: &dyn Fn(&str) -> bool,
) -> Result<Compared, VcsError> {
    let tip = comparison.tip.as_ref().filter(|tip| **tip != comparison.from);
    let base = comparison.tip.as_ref().unwrap_or(&comparison.from);
    let is_of_work_tree = comparison.to.is_none();
    // git looks at every file of the work tree for each of two of these questions, so they are asked at once.
    let (committed, altered, came) = std::thread::scope(|scope| {
        let altered = is_of_work_tree.then(|| scope.spawn(|| repository.changes(base, None)));
        let came = is_of_work_tree.then(|| scope.spawn(|| repository.untracked()));
        let committed = tip.map(|tip| repository.changes(&comparison.from, Some(tip)));
        (committed, altered.map(joined), came.map(joined))
    });
    let mut ends = Ends::new();
    lay(&mut ends, committed.transpose()?.unwrap_or_default());
    let mut unsaved = Ends::new();
    if is_of_work_tree {
        lay(&mut unsaved, altered.transpose()?.unwrap_or_default());
        for path in came.transpose()?.unwrap_or_default() {
            // A repository within this one ends with a slash.
            if !path.ends_with(b"/") {
                let content = Content::Disk(PathBuf::new(), None);
                unsaved.entry(path).or_default().1 = Some(End { content, mode: 0o100_644 });
            }
        }
        name_contents(repository, root, &mut unsaved);
    }
    for (path, (old, new)) in &unsaved {
        match ends.get_mut(path) {
            Some(known) => known.1.clone_from(new),
            None => {
                ends.insert(path.clone(), (old.clone(), new.clone()));
            }
        }
    }
    Ok(Compared { changes: changes(ends, is_own), unsaved: changes(unsaved, is_own) })
}

fn joined<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| resume_unwind(panic))
}

/// What changed between two commits.
pub(super) fn between(
    repository: &Repository,
    (from, to): (&vcs::Revision, &vcs::Revision),
    is_own: &dyn Fn(&str) -> bool,
) -> Result<Vec<Change>, VcsError> {
    let mut ends = Ends::new();
    lay(&mut ends, repository.changes(from, Some(to))?);
    Ok(changes(ends, is_own))
}

/// Enters what git said; a rename is a file that went and one that came.
fn lay(ends: &mut Ends, said: Vec<vcs::Change>) {
    for change in said {
        let content = |blob: Option<ObjectId>| blob.map_or_else(|| Content::Disk(PathBuf::new(), None), Content::Blob);
        let (mode, new_mode) = change.modes;
        let old = (mode != 0).then(|| End { content: content(change.old), mode });
        let new = (new_mode != 0).then(|| End { content: content(change.new), mode: new_mode });
        match (change.kind, change.to) {
            (ChangeKind::Renamed, Some(to)) => {
                ends.entry(change.path).or_default().0 = old;
                ends.entry(to).or_default().1 = new;
            }
            // A merge that is not finished; what stands in the work tree is told by another line, if it is a file.
            (ChangeKind::Unmerged, _) => {}
            _ => {
                let known = ends.entry(change.path).or_default();
                if old.is_some() {
                    known.0 = old;
                }
                known.1 = new;
            }
        }
    }
}

/// Says where files of the work tree are, and what git would call their content.
fn name_contents(repository: &Repository, root: &std::path::Path, ends: &mut Ends) {
    let mut disk: Vec<(&str, &mut Option<ObjectId>)> = Vec::new();
    for (path, (_, new)) in ends.iter_mut() {
        if let Some(End { content: Content::Disk(place, blob), mode }) = new {
            *place = root.join(vcs::path_of(path));
            if *mode != 0o120_000
                && let Ok(path) = std::str::from_utf8(path)
            {
                disk.push((path, blob));
            }
        }
    }
    let paths: Vec<&str> = disk.iter().map(|(path, _)| *path).collect();
    if paths.is_empty() {
        return;
    }
    if let Ok(blobs) = repository.blobs_of_files(&paths) {
        for ((_, slot), blob) in disk.iter_mut().zip(blobs) {
            **slot = Some(blob);
        }
        return;
    }
    // One that cannot be read fails them all; it is told when it is to be read.
    for (path, slot) in &mut disk {
        **slot = repository.blobs_of_files(&[path]).ok().and_then(|blobs| blobs.first().copied());
    }
}

fn changes(ends: Ends, is_own: &dyn Fn(&str) -> bool) -> Vec<Change> {
    let mut changes: Vec<Change> = Vec::new();
    for (path, (old, new)) in ends {
        let path: Arc<str> = Arc::from(String::from_utf8_lossy(&path));
        if !is_part(&path) || is_own(&path) {
            continue;
        }
        // The commit of a submodule is no file.
        let side = |end: Option<End>| {
            end.filter(|end| end.mode != 0o160_000).map(|end| Side {
                path: Arc::clone(&path),
                content: end.content,
                is_file: end.mode & 0o170_000 == 0o100_000,
            })
        };
        let (old, new) = (side(old), side(new));
        let is_same = matches!((&old, &new), (Some(old), Some(new)) if is_alike(old, new));
        // A file that is at both ends what it was has not changed, whatever happened between.
        let is_unchanged = is_same && matches!((&old, &new), (Some(old), Some(new)) if old.is_file == new.is_file);
        if (old.is_some() || new.is_some()) && !is_unchanged {
            changes.push(Change { old, new, is_same });
        }
    }
    pair(changes)
}

fn is_alike(old: &Side, new: &Side) -> bool {
    old.is_file == new.is_file && old.content.name().is_some() && old.content.name() == new.content.name()
}

/// Makes one change of a file that went and one that came with the very same content, those of one name first.
fn pair(changes: Vec<Change>) -> Vec<Change> {
    let mut gone: HashMap<ObjectId, Vec<Side>> = HashMap::new();
    let (mut came, mut paired) = (Vec::new(), Vec::new());
    for change in changes {
        match change {
            Change { old: Some(old), new: None, .. } => match old.content.name().filter(|_| old.is_file) {
                Some(blob) => gone.entry(blob).or_default().push(old),
                None => paired.push(Change { old: Some(old), new: None, is_same: false }),
            },
            Change { old: None, new: Some(new), .. } => came.push(new),
            change => paired.push(change),
        }
    }
    let file_name = |side: &Side| side.path.rsplit('/').next().unwrap_or_default().to_owned();
    let mut left = Vec::new();
    // Twice over what came: one of the same name must not lose its other half to a copy.
    for new in came {
        let sides = new.content.name().filter(|_| new.is_file).and_then(|blob| gone.get_mut(&blob));
        let name = file_name(&new);
        match sides.and_then(|sides| sides.iter().position(|old| file_name(old) == name).map(|at| sides.remove(at))) {
            Some(old) => paired.push(Change { old: Some(old), new: Some(new), is_same: true }),
            None => left.push(new),
        }
    }
    for new in left {
        let sides = new.content.name().filter(|_| new.is_file).and_then(|blob| gone.get_mut(&blob));
        match sides.and_then(Vec::pop) {
            Some(old) => paired.push(Change { old: Some(old), new: Some(new), is_same: true }),
            None => paired.push(Change { old: None, new: Some(new), is_same: false }),
        }
    }
    let gone = gone.into_values().flatten();
    paired.extend(gone.map(|old| Change { old: Some(old), new: None, is_same: false }));
    paired.sort_by(|one, other| path_of(one).cmp(path_of(other)));
    paired
}

/// The path by which a change is sorted.
fn path_of(change: &Change) -> &str {
    change.new.as_ref().or(change.old.as_ref()).map_or("", |side| &side.path)
}
