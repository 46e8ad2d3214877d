//! The seal's folder: read with everything checked, written whole or not at all.
//!
//! A sealing changes several files. Their new contents are written beside them first, then a journal that names them;
//! from that moment the change is decided, and whoever comes next completes it. Before, it never was.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::companion::{COMPANION, Companion, Contents, FORMAT, Problem, RETIRED};
use super::digest::Digest;
use super::error::{SealError, SealErrorKind};
use super::manifest::{self, Line};
use super::merkle::Peaks;
use super::names;
use crate::language::{mark, say};
use rayon::prelude::*;

/// Where the seal lies, from the archive's top.
pub const FOLDER: &str = ".postproof/seal";

/// Leaves in a file of the log: a sealing rewrites one such file, and a complete one is a subtree that never changes.
pub(super) const LEAVES_PER_FILE: u64 = 4096;

const JOURNAL: &str = "journal";
const NEW: &str = ".new";

/// A file to be written, or with `None` to be removed, by its name in the folder.
pub(super) type FileChange = (String, Option<Vec<u8>>);

/// The seal's folder.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
}

/// The hold on the folder.
#[derive(Debug)]
pub(super) struct Lock(File);

impl Drop for Lock {
    /// Let go of by name: closing the file does not do it while a process that is just being started has inherited it.
    fn drop(&mut self) {
        drop(self.0.unlock());
    }
}

impl Folder {
    /// The folder, to be read.
    pub(super) fn open(path: &Path) -> Result<Self, SealError> {
        let folder = Self { path: path.to_owned() };
        if path.join(JOURNAL).exists() { Err(folder.error("read", SealErrorKind::Unfinished)) } else { Ok(folder) }
    }

    /// The folder, to be written: made if need be, held against others for as long as the lock is kept,
    /// and with an unfinished change completed or undone.
    pub(super) fn lock(path: &Path) -> Result<(Self, Option<Lock>), SealError> {
        let folder = Self { path: path.to_owned() };
        fs::create_dir_all(path.join("log")).map_err(|error| folder.file_error("write", "log", error))?;
        // Where a folder cannot be opened like a file, there is no lock; the journal still keeps the seal whole.
        // The system lets go of a lock when the process ends, however it ends.
        let lock = File::open(path).ok().map(Lock);
        if let Some(Err(fs::TryLockError::WouldBlock)) = lock.as_ref().map(|lock| lock.0.try_lock()) {
            return Err(folder.error("write", SealErrorKind::Locked));
        }
        folder.recover().map_err(|error| folder.file_error("write", JOURNAL, error))?;
        Ok((folder, lock))
    }

    /// Reads and checks everything but the log. Without a `seal.json` there is nothing, and no problem.
    pub(super) fn load(&self) -> Result<Contents, SealError> {
        let Some(bytes) = self.read(COMPANION)? else { return Ok(Contents::default()) };
        let damaged = |error: serde_json::Error| {
            self.error("read", SealErrorKind::Damaged(say!("{place}: {what}", place = COMPANION, what = error)))
        };
        let value: serde_json::Value = serde_json::from_slice(&bytes).map_err(damaged)?;
        let format = value.get("format").and_then(serde_json::Value::as_u64).unwrap_or(0);
        let found = u32::try_from(format).unwrap_or(u32::MAX);
        if found > FORMAT {
            return Err(self.error("read", SealErrorKind::Newer { found, known: FORMAT }));
        }
        let companion: Companion = serde_json::from_value(value).map_err(damaged)?;
        let mut contents = Contents { problems: self.unlisted(&companion)?, ..Contents::default() };
        let parts: Result<Vec<_>, SealError> =
            companion.manifests.par_iter().map(|listed| self.load_lines(&listed.name, Some(&listed.sha256))).collect();
        for (lines, problems) in parts? {
            contents.lines.extend(lines);
            contents.problems.extend(problems);
        }
        contents.lines.sort_unstable();
        contents.lines.dedup_by(|later, earlier| later.path == earlier.path);
        let (retired, problems) = self.load_lines(RETIRED, companion.retired.as_ref())?;
        contents.retired = retired;
        contents.problems.extend(problems);
        let peaks = Peaks::new(companion.log.leaves, companion.log.peaks.clone());
        if peaks.map(|peaks| peaks.head()) != Some(companion.log.head()) {
            contents.problems.push(Problem::Log(mark!("the root in seal.json does not follow from its peaks")));
        }
        contents.companion = companion;
        Ok(contents)
    }

    /// The first `count` leaves of the log; fewer, if some are gone or cannot be read.
    pub(super) fn leaves(&self, count: u64) -> Result<Vec<Digest>, SealError> {
        let files = count.div_ceil(LEAVES_PER_FILE);
        let parts: Result<Vec<Vec<Digest>>, SealError> =
            (0..files).into_par_iter().map(|number| self.log_file(number)).collect();
        let mut leaves = Vec::with_capacity(usize::try_from(count).unwrap_or(0).min(1 << 24));
        for (number, part) in (0..files).zip(parts?) {
            let wanted = (count - number * LEAVES_PER_FILE).min(LEAVES_PER_FILE);
            let is_whole = part.len() as u64 >= wanted;
            leaves.extend(part.into_iter().take(usize::try_from(wanted).unwrap_or(0)));
            if !is_whole {
                break;
            }
        }
        Ok(leaves)
    }

    /// The leaves in one file of the log, up to the first that cannot be read.
    pub(super) fn log_file(&self, number: u64) -> Result<Vec<Digest>, SealError> {
        let bytes = self.read(&log_file_name(number))?.unwrap_or_default();
        let lines = bytes.split(|&byte| byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
        Ok(lines.map_while(Digest::parse).collect())
    }

    /// Makes all changes, or none.
    pub(super) fn write(&self, changes: &[FileChange]) -> Result<(), SealError> {
        let mut journal = String::new();
        for (name, content) in changes {
            if let Some(content) = content {
                self.write_beside(name, content).map_err(|error| self.file_error("write", name, error))?;
            }
            journal.push_str(if content.is_some() { "+" } else { "-" });
            journal.push_str(name);
            journal.push('\n');
        }
        let decide = || {
            self.write_beside(JOURNAL, journal.as_bytes())?;
            self.sync()?;
            fs::rename(self.beside(JOURNAL), self.path.join(JOURNAL))?;
            self.sync()?;
            self.recover()
        };
        decide().map_err(|error| self.file_error("write", JOURNAL, error))
    }

    pub(super) fn error(&self, action: &'static str, kind: SealErrorKind) -> SealError {
        SealError { folder: self.path.clone(), action, kind }
    }

    /// Completes a change that was decided, and clears away one that was not.
    fn recover(&self) -> io::Result<()> {
        match fs::read_to_string(self.path.join(JOURNAL)) {
            Ok(journal) => {
                for line in journal.lines() {
                    let (kind, name) = line.split_at_checked(1).unwrap_or_default();
                    if names::refusal(name).is_some() {
                        continue;
                    }
                    let step = match kind {
                        "+" => fs::rename(self.beside(name), self.path.join(name)),
                        _ => fs::remove_file(self.path.join(name)),
                    };
                    // What is not there any more was done before the process was killed.
                    step.or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) })?;
                }
                self.sync()?;
                fs::remove_file(self.path.join(JOURNAL))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => self.clear(),
            Err(error) => Err(error),
        }
    }

    fn clear(&self) -> io::Result<()> {
        for folder in [self.path.clone(), self.path.join("log")] {
            for entry in fs::read_dir(folder)? {
                let path = entry?.path();
                if path.extension().is_some_and(|extension| extension == "new") {
                    fs::remove_file(path)?;
                }
            }
        }
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        // A folder that cannot be opened like a file is one of a system that keeps renames in order without being told.
        [self.path.clone(), self.path.join("log")]
            .into_iter()
            .filter_map(|folder| File::open(folder).ok())
            .try_for_each(|folder| folder.sync_all())
    }

    fn beside(&self, name: &str) -> PathBuf {
        self.path.join(format!("{name}{NEW}"))
    }

    fn write_beside(&self, name: &str, content: &[u8]) -> io::Result<()> {
        let mut file = File::create(self.beside(name))?;
        file.write_all(content)?;
        file.sync_all()
    }

    fn read(&self, name: &str) -> Result<Option<Vec<u8>>, SealError> {
        match fs::read(self.path.join(name)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.file_error("read", name, error)),
        }
    }

    fn load_lines(&self, name: &str, expected: Option<&Digest>) -> Result<(Vec<Line>, Vec<Problem>), SealError> {
        if names::refusal(name).is_some() {
            return Ok((Vec::new(), vec![Problem::Gone(name.to_owned())]));
        }
        let Some(bytes) = self.read(name)? else {
            let gone = expected.map(|_| Problem::Gone(name.to_owned()));
            return Ok((Vec::new(), gone.into_iter().collect()));
        };
        let parse = if name == RETIRED { manifest::parse_repeating } else { manifest::parse };
        let (lines, problems) = parse(&bytes);
        let found = |(line, problem)| Problem::Line { file: name.to_owned(), line, problem };
        let mut problems: Vec<Problem> = problems.into_iter().map(found).collect();
        // Printed anew, so that line ends that git changed in the work tree are no change.
        if expected != Some(&Digest::of(manifest::print(&lines).as_bytes())) {
            problems.push(Problem::Changed(name.to_owned()));
        }
        Ok((lines, problems))
    }

    fn unlisted(&self, companion: &Companion) -> Result<Vec<Problem>, SealError> {
        let entries = fs::read_dir(&self.path).map_err(|error| self.file_error("read", ".", error))?;
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let is_manifest = |name: &String| Path::new(name).extension().is_some_and(|extension| extension == "sha256");
        let is_listed = |name: &String| companion.manifests.iter().any(|listed| listed.name == *name);
        let mut unlisted: Vec<String> = names.filter(|name| is_manifest(name) && !is_listed(name)).collect();
        unlisted.sort_unstable();
        Ok(unlisted.into_iter().map(Problem::Unlisted).collect())
    }

    fn file_error(&self, action: &'static str, name: &str, error: io::Error) -> SealError {
        self.error(action, SealErrorKind::File { name: name.to_owned(), error })
    }
}

/// The name of a file of the log, by its number.
pub(super) fn log_file_name(number: u64) -> String {
    format!("log/{number:06}")
}
