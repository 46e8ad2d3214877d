//! Writes a file whole or not at all.
//!
//! A report that is cut in the middle is worse than none: a script would read it, a person would believe it.
//! So the bytes go to a temporary file in the same folder, reach the disk, and take the name in one step.

use std::fs::{self, File};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc;

use thiserror::Error;

use crate::language::{Message, say};

/// A file could not be written; what stood under its name before still stands there.
#[derive(Debug, Error)]
#[error("{}", self.message().english())]
pub struct WriteError {
    /// The file that was to be written.
    pub path: PathBuf,
    /// What was being done.
    pub doing: Doing,
    /// What the system said.
    pub why: io::Error,
}

/// The step of writing that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Doing {
    /// Making the folder.
    Folder,
    /// Making the temporary file beside it.
    Create,
    /// Writing the bytes and bringing them to the disk.
    Write,
    /// Giving the file its name.
    Rename,
}

impl WriteError {
    /// What failed, why, and what to do about it.
    pub fn message(&self) -> Message {
        let (path, why, advice) = (self.path.display(), &self.why, advice(&self.why));
        match self.doing {
            Doing::Folder => say!("cannot make the folder of {path}: {why}; {advice}", path, why, advice),
            Doing::Create => say!("cannot create a file beside {path}: {why}; {advice}", path, why, advice),
            Doing::Write => say!("cannot write {path}: {why}; {advice}", path, why, advice),
            Doing::Rename => say!("cannot replace {path}: {why}; {advice}", path, why, advice),
        }
    }
}

fn advice(error: &io::Error) -> Message {
    match error.kind() {
        ErrorKind::PermissionDenied => say!("make its folder writable, or name another place"),
        ErrorKind::ReadOnlyFilesystem => say!("the file system is read-only; name a place on another one"),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => say!("free some space and run again"),
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists => {
            say!("a file stands where its folder should be; move it away, or name another place")
        }
        ErrorKind::IsADirectory => say!("a folder has that name; remove it, or name another place"),
        _ => say!("name another place, or look at the disk"),
    }
}

/// How the names of temporary files begin and end.
const BEGIN: &str = ".postproof-";
const END: &str = ".partial";

/// Writes a file: `write` gives the bytes, and only if it succeeds does the file appear under its name.
///
/// The folder is made if it is missing. A file that is there keeps its permissions; a symbolic link is followed. What is no
/// file, such as `/dev/null` or a named pipe, is not replaced by one: it is written to.
pub fn write_whole(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), WriteError> {
    let fail = |doing| move |why| WriteError { path: path.to_owned(), doing, why };
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if target.is_dir() {
        return Err(fail(Doing::Rename)(ErrorKind::IsADirectory.into()));
    }
    if fs::metadata(&target).is_ok_and(|there| !there.is_file()) {
        let special = File::options().write(true).open(&target).map_err(fail(Doing::Write))?;
        let mut out = BufWriter::with_capacity(1 << 16, special);
        return write(&mut out).and_then(|()| out.flush()).map_err(fail(Doing::Write));
    }
    let folder = match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    fs::create_dir_all(folder).map_err(fail(Doing::Folder))?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(BEGIN).suffix(END);
    #[cfg(unix)]
    builder.permissions(permissions(&target));
    let temporary = builder.tempfile_in(folder).map_err(fail(Doing::Create))?;
    write_early(temporary.as_file(), write).map_err(fail(Doing::Write))?;
    temporary.as_file().sync_all().map_err(fail(Doing::Write))?;
    temporary.persist(&target).map_err(|error| fail(Doing::Rename)(error.error))?;
    // The name itself reaches the disk with the folder; where a folder cannot be synced, the file is whole all the same.
    let _synced = File::open(folder).and_then(|folder| folder.sync_all());
    Ok(())
}

/// Bytes that are brought to the disk in one go while the next ones are made.
const EARLY: usize = 1 << 23;

/// Writes to a file that is synced afterwards. Of a large one most is on the disk by then: a thread of its own brings
/// there what is written so far, which is waiting for a device and hardly any work.
fn write_early(file: &File, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    std::thread::scope(|scope| {
        let (begin, begun) = mpsc::sync_channel::<()>(1);
        let early = Early { file, begin, waiting: 0 };
        // What it could not do, the sync in the end says; and without this thread that one takes a little longer.
        let sync = move || drop(begun.iter().try_for_each(|()| file.sync_data()));
        let _started = std::thread::Builder::new().spawn_scoped(scope, sync);
        let mut out = BufWriter::with_capacity(1 << 16, early);
        write(&mut out).and_then(|()| out.flush())
    })
}

/// A file of which a sync is begun now and then.
struct Early<'f> {
    file: &'f File,
    begin: mpsc::SyncSender<()>,
    waiting: usize,
}

impl Write for Early<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.waiting += written;
        if self.waiting >= EARLY && self.begin.try_send(()).is_ok() {
            self.waiting = 0;
        }
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Whether a file of this name is one that [`write_whole`] had not finished when its process was killed.
pub(super) fn is_unfinished(name: &str) -> bool {
    name.starts_with(BEGIN) && name.ends_with(END)
}

/// Those of the file that is replaced, or the usual ones of a new file.
#[cfg(unix)]
fn permissions(target: &Path) -> fs::Permissions {
    use std::os::unix::fs::PermissionsExt;
    let usual = fs::Permissions::from_mode(0o666);
    fs::metadata(target).map_or(usual, |metadata| metadata.permissions())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_large_file_is_whole_and_one_that_fails_is_not_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("health.json");
        let piece = |number: usize| format!("{number:0100}").into_bytes();
        let pieces = 5 * EARLY / 100;
        write_whole(&path, |out| (0..pieces).try_for_each(|number| out.write_all(&piece(number)))).unwrap();
        assert!(fs::read(&path).unwrap().chunks(100).enumerate().all(|(number, read)| read == piece(number)));
        assert_eq!(fs::metadata(&path).unwrap().len(), 100 * pieces as u64);
        let half = |out: &mut dyn Write| {
            (0..pieces / 2).try_for_each(|number| out.write_all(&piece(number + 1)))?;
            Err(ErrorKind::StorageFull.into())
        };
        assert_eq!(write_whole(&path, half).unwrap_err().doing, Doing::Write);
        assert_eq!(fs::metadata(&path).unwrap().len(), 100 * pieces as u64);
        assert_eq!(names(folder.path()), ["health.json"]);
    }

    #[test]
    fn folders_are_made_and_files_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b/health.json");
        write_whole(&path, |out| out.write_all(b"one")).unwrap();
        write_whole(&path, |out| out.write_all(b"two")).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(names(path.parent().unwrap()), ["health.json"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_pipe_is_written_to_and_stays_one() {
        use std::os::unix::fs::FileTypeExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        let reader = std::thread::spawn({
            let path = path.clone();
            move || fs::read(path).unwrap()
        });
        write_whole(&path, |out| out.write_all(b"whole")).unwrap();
        assert!(fs::metadata(&path).unwrap().file_type().is_fifo());
        assert_eq!(reader.join().unwrap(), b"whole");
        assert_eq!(names(folder.path()), ["pipe"]);
    }

    #[test]
    fn a_failure_leaves_what_was_there_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("health.json");
        fs::write(&path, "old").unwrap();
        let error = write_whole(&path, |out| {
            out.write_all(&vec![b'x'; 1 << 20])?;
            Err(ErrorKind::StorageFull.into())
        });
        let error = error.unwrap_err();
        assert_eq!(error.doing, Doing::Write);
        assert!(error.to_string().contains("health.json") && error.to_string().contains("free some space"), "{error}");
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(names(folder.path()), ["health.json"]);
    }

    #[test]
    fn a_file_in_place_of_the_folder_and_a_folder_in_place_of_the_file() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("reports"), "").unwrap();
        let error = write_whole(&folder.path().join("reports/health.json"), |_| Ok(())).unwrap_err();
        assert_eq!(error.doing, Doing::Folder);
        assert!(error.to_string().contains("move it away"), "{error}");
        fs::create_dir(folder.path().join("health.json")).unwrap();
        let error = write_whole(&folder.path().join("health.json"), |_| Ok(())).unwrap_err();
        assert!(error.to_string().contains("a folder has that name"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn permissions_and_links_are_kept() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real.json"), folder.path().join("link.json"));
        fs::write(&real, "old").unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).unwrap();
        symlink(&real, &link).unwrap();
        write_whole(&link, |out| out.write_all(b"new")).unwrap();
        assert_eq!(fs::read(&real).unwrap(), b"new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o640);
    }
}
