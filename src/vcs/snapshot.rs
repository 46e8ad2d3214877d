//! The files of a commit by their paths, read when they are asked for.

use std::fmt;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::{Mutex, PoisonError};

use super::command::VcsError;
use super::{ObjectId, Repository, Revision};

use crate::language::mark;

/// The files of a commit under a repository's folder.
///
/// Links are followed as far as they stay in the commit, as reading the work tree would follow them.
#[derive(Debug)]
pub struct Snapshot {
    repository: Repository,
    revision: Revision,
    /// git, once something was asked for.
    reader: Mutex<Option<Reader>>,
}

impl Repository {
    /// The files of a commit.
    pub fn snapshot(&self, revision: Revision) -> Snapshot {
        Snapshot { repository: self.clone(), revision, reader: Mutex::default() }
    }
}

impl Snapshot {
    /// The commit.
    pub fn revision(&self) -> &Revision {
        &self.revision
    }

    /// The content of the file at a path, with `/` and without `.` or `..`; `None` where there is none, or git lacks it.
    pub fn read(&self, path: &str) -> Option<Vec<u8>> {
        if path.is_empty() || path.contains('\n') {
            return None;
        }
        self.ask(
            &[self.revision.as_str().as_bytes(), b":", &self.repository.git.prefix, path.as_bytes(), b"\n"].concat(),
        )
    }

    /// The content of a blob. For a path git reads the whole list of a folder, and one can hold a million files.
    pub fn read_blob(&self, blob: ObjectId) -> Option<Vec<u8>> {
        self.ask(format!("{blob}\n").as_bytes())
    }

    fn ask(&self, name: &[u8]) -> Option<Vec<u8>> {
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        if reader.is_none() {
            *reader = Reader::start(&self.repository).ok();
        }
        let answer = reader.as_mut()?.ask(name);
        if answer.is_err() {
            // What it would say next belongs to this question.
            *reader = None;
        }
        answer.ok().flatten()
    }

    /// The paths of the files below a folder, sorted; none where there is no such folder.
    pub fn files_below(&self, folder: &str) -> Result<Vec<String>, VcsError> {
        let folder = format!("{folder}/");
        let arguments = ["ls-tree", "-r", "-z", "--name-only", self.revision.as_str(), "--", &folder];
        let output = self.repository.git.run(mark!("list the files of a folder"), &arguments)?;
        let paths = output.split(|&byte| byte == 0).filter(|path| !path.is_empty());
        let mut paths: Vec<String> = paths.map(|path| String::from_utf8_lossy(path).into_owned()).collect();
        paths.sort_unstable();
        Ok(paths)
    }
}

/// git, which answers one question after the other.
struct Reader {
    child: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "git {}", self.child.id())
    }
}

impl Reader {
    fn start(repository: &Repository) -> io::Result<Self> {
        let mut command = repository.git.command(&["cat-file", "--batch", "--follow-symlinks"]);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let (questions, answers) = (child.stdin.take(), child.stdout.take());
        let answers = BufReader::new(answers.ok_or(io::ErrorKind::BrokenPipe)?);
        Ok(Self { child, questions, answers })
    }

    /// The blob of a name; `None` for what is no blob.
    fn ask(&mut self, name: &[u8]) -> io::Result<Option<Vec<u8>>> {
        let questions = self.questions.as_mut().ok_or(io::ErrorKind::BrokenPipe)?;
        questions.write_all(name)?;
        questions.flush()?;
        let mut head = Vec::new();
        self.answers.read_until(b'\n', &mut head)?;
        let Some((is_blob, size)) = answer(&head) else {
            return if head.ends_with(b"\n") { Ok(None) } else { Err(io::ErrorKind::UnexpectedEof.into()) };
        };
        let mut content = Vec::new();
        self.answers.by_ref().take(size.saturating_add(1)).read_to_end(&mut content)?;
        if content.pop() != Some(b'\n') || content.len() as u64 != size {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(is_blob.then_some(content))
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        // It ends when nothing more is asked.
        self.questions = None;
        drop(self.child.wait());
    }
}

/// Whether what follows is a blob's content, and its length: `ID blob SIZE`, and `dangling SIZE` and its like for links
/// that lead nowhere in the commit; `None` for `NAME missing`.
fn answer(head: &[u8]) -> Option<(bool, u64)> {
    let head = std::str::from_utf8(head).ok()?.strip_suffix('\n')?;
    let mut words = head.rsplit(' ');
    let size = words.next()?.parse().ok()?;
    let kind = words.next()?;
    Some((kind == "blob" && words.count() == 1, size))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_and_what_is_none_is_not() {
        assert_eq!(answer(b"0123 blob 7\n"), Some((true, 7)));
        assert_eq!(answer(b"0123 tree 7\n"), Some((false, 7)));
        assert_eq!(answer(b"dangling 12\n"), Some((false, 12)));
        assert_eq!(answer(b"x y blob 7\n"), Some((false, 7)));
        for none in [&b"HEAD:a missing\n"[..], b"HEAD:a b 7 missing\n", b"", b"\n", b"blob 7", b"0123 blob -1\n"] {
            assert_eq!(answer(none), None, "{none:?}");
        }
    }
}
