//! Runs git so that it only reads, asks nobody, and runs nothing that the repository names.

use std::ffi::OsStr;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::{ChildStdout, Command, Stdio};
use std::thread;

use thiserror::Error;

use crate::language::{Message, mark, say};

/// git could not answer.
#[derive(Debug, Error)]
#[error("{}", self.message().english())]
pub struct VcsError {
    /// The folder in which git ran.
    pub folder: PathBuf,
    /// What was being done, as a verb that the catalogue holds.
    pub action: &'static str,
    /// Why it failed.
    pub kind: VcsErrorKind,
}

/// Why git could not answer.
#[derive(Debug, Error)]
#[error("{}", self.message().english())]
#[non_exhaustive]
pub enum VcsErrorKind {
    /// There is no program of that name.
    NoGit,
    /// The folder is in no repository.
    NotARepository,
    /// git does not trust the folder's owner.
    Untrusted,
    /// There is no such commit.
    UnknownRevision {
        /// What was asked for.
        name: String,
        /// Whether the history is cut off, so that it may well exist elsewhere.
        shallow: bool,
    },
    /// There is no commit from which both came.
    Unrelated {
        /// Whether the history is cut off, so that there may well be one.
        shallow: bool,
    },
    /// The newer end is the zeros that a forge sends for a branch that was deleted.
    Deleted,
    /// git answered what this program does not understand.
    Unreadable(&'static str),
    /// The system could not run it.
    System(#[from] io::Error),
    /// git failed; its own words.
    Failed(String),
}

impl VcsError {
    /// What failed, and why.
    pub fn message(&self) -> Message {
        let (action, folder, what) = (Message::marked(self.action), self.folder.display(), self.kind.message());
        say!("cannot {action} with git in {folder}: {what}", action, folder, what)
    }
}

impl VcsErrorKind {
    fn message(&self) -> Message {
        // What makes a shallow clone whole.
        let deepen =
            || say!("get the whole history by `git fetch --unshallow` (`fetch-depth: 0` for actions/checkout)");
        match self {
            Self::NoGit => say!("git is not installed, or not on the path; install it"),
            Self::NotARepository => {
                say!("the folder is in no git repository; clone the archive, or leave out what needs its history")
            }
            Self::Untrusted => say!(
                "git does not trust this folder, which belongs to another user; allow it by `git config --global --add safe.directory FOLDER`"
            ),
            Self::UnknownRevision { name, shallow: true } => {
                say!("there is no commit `{name}` in this shallow clone; {deepen}", name, deepen = deepen())
            }
            Self::UnknownRevision { name, shallow: false } => {
                say!("there is no commit `{name}`; fetch the branch that holds it, or name another", name)
            }
            Self::Unrelated { shallow: true } => {
                say!("they have no commit in common in this shallow clone; {deepen}", deepen = deepen())
            }
            Self::Unrelated { shallow: false } => say!("they have no commit in common; name another"),
            Self::Deleted => {
                say!("the newer commit is all zeros: the branch was deleted, and there is nothing to check")
            }
            Self::Unreadable(what) => say!(
                "git answered in a way that is not understood here ({what}); report it with the output of `git --version`",
                what
            ),
            Self::System(why) => Message::text(why),
            Self::Failed(why) => Message::text(why),
        }
    }
}

/// Settings that hold whatever the repository's own configuration says.
const OVERRIDES: [(&str, &str); 5] = [
    ("core.fsmonitor", "false"),
    ("core.hooksPath", "/dev/null"),
    ("core.quotePath", "false"),
    ("log.showSignature", "false"),
    ("submodule.recurse", "false"),
];

/// Variables that would lead git to another repository than the one that the folder lies in.
const FOREIGN: [&str; 9] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_EXTERNAL_DIFF",
    "GIT_DIFF_OPTS",
];

/// git, to be run in one folder.
#[derive(Clone, Debug)]
pub(super) struct Git {
    folder: PathBuf,
    /// The folder below the work tree's top, with a slash at its end unless it is the top.
    pub(super) prefix: Vec<u8>,
    overrides: Vec<(String, String)>,
}

impl Git {
    pub(super) fn new(folder: &Path) -> Self {
        let overrides = OVERRIDES.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
        Self { folder: folder.to_owned(), prefix: Vec::new(), overrides }
    }

    /// The folder in which git runs.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Takes away the programs that the repository's own configuration would have run to convert or compare files.
    /// Those of the user and of the system stay: large-file storage is set up there.
    pub(super) fn disarm(&mut self) -> Result<(), VcsError> {
        let programs = r"^(filter|diff)\..*\.(clean|smudge|process|textconv|command)$";
        let arguments = ["config", "-z", "--show-scope", "--name-only", "--get-regexp", programs];
        let (_, output) = self.run_with_code(mark!("read the configuration"), &arguments, &[0, 1])?;
        let mut words = output.split(|&byte| byte == 0);
        while let (Some(scope), Some(key)) = (words.next(), words.next()) {
            let Ok(key) = std::str::from_utf8(key) else { continue };
            if !matches!(scope, b"local" | b"worktree") {
                continue;
            }
            self.overrides.push((key.to_owned(), String::new()));
            if let Some((driver, _)) = key.rsplit_once('.').filter(|_| key.starts_with("filter.")) {
                self.overrides.push((format!("{driver}.required"), "false".to_owned()));
            }
        }
        Ok(())
    }

    /// Runs git and gives its output; any exit code but 0 is an error.
    pub(super) fn run(&self, action: &'static str, arguments: &[&str]) -> Result<Vec<u8>, VcsError> {
        self.run_with_code(action, arguments, &[0]).map(|(_, output)| output)
    }

    /// Runs git and gives its exit code, which must be one of `codes`, and its output.
    pub(super) fn run_with_code(
        &self,
        action: &'static str,
        arguments: &[&str],
        codes: &[i32],
    ) -> Result<(i32, Vec<u8>), VcsError> {
        let output = self.command(arguments).output().map_err(|error| self.error(action, of_start(error)))?;
        match output.status.code() {
            Some(code) if codes.contains(&code) => Ok((code, output.stdout)),
            _ => Err(self.error(action, of_stderr(&output.stderr))),
        }
    }

    /// Runs git with `input` on its standard input, and gives what it writes to `read`.
    pub(super) fn feed<T>(
        &self,
        (action, arguments): (&'static str, &[&str]),
        input: &[u8],
        read: impl FnOnce(&mut io::BufReader<ChildStdout>) -> Result<T, VcsErrorKind>,
    ) -> Result<T, VcsError> {
        let mut command = self.command(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| self.error(action, of_start(error)))?;
        let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        // All three pipes are served at once: git stops reading when nobody takes what it writes.
        let (outcome, complaint) = thread::scope(|scope| {
            scope.spawn(move || stdin.map(|mut stdin| stdin.write_all(input)));
            let complaint = scope.spawn(move || {
                let mut bytes = Vec::new();
                let read = stderr.map(|mut stderr| io::Read::read_to_end(&mut stderr, &mut bytes));
                read.and_then(Result::ok).map_or_else(Vec::new, |_| bytes)
            });
            let outcome = stdout.map(|stdout| read(&mut io::BufReader::with_capacity(1 << 16, stdout)));
            (outcome.unwrap_or(Err(VcsErrorKind::Unreadable("no output"))), complaint.join().unwrap_or_default())
        });
        let status = child.wait().map_err(|error| self.error(action, error.into()))?;
        if !status.success() {
            return Err(self.error(action, of_stderr(&complaint)));
        }
        outcome.map_err(|kind| self.error(action, kind))
    }

    pub(super) fn error(&self, action: &'static str, kind: VcsErrorKind) -> VcsError {
        VcsError { folder: self.folder.clone(), action, kind }
    }

    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        for name in FOREIGN {
            command.env_remove(name);
        }
        // Settings from the environment outrank every file; those that are there already, such as trusted folders in CI, stay.
        let before: usize = std::env::var("GIT_CONFIG_COUNT").ok().and_then(|count| count.parse().ok()).unwrap_or(0);
        for (number, (key, value)) in (before..).zip(&self.overrides) {
            command.env(format!("GIT_CONFIG_KEY_{number}"), key).env(format!("GIT_CONFIG_VALUE_{number}"), value);
        }
        command
            .env("GIT_CONFIG_COUNT", (before + self.overrides.len()).to_string())
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("GIT_NO_LAZY_FETCH", "1")
            .env("GIT_NO_REPLACE_OBJECTS", "1")
            .env("LC_ALL", "C")
            .arg("--no-pager")
            .arg("-C")
            .arg(if self.folder.as_os_str().is_empty() { OsStr::new(".") } else { self.folder.as_os_str() })
            .args(arguments)
            .stdin(Stdio::null());
        command
    }
}

/// A path from git's bytes.
#[cfg(unix)]
pub fn path_of(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt as _;
    PathBuf::from(OsStr::from_bytes(bytes))
}

/// A path from git's bytes.
#[cfg(not(unix))]
pub fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
}

fn of_start(error: io::Error) -> VcsErrorKind {
    if error.kind() == io::ErrorKind::NotFound { VcsErrorKind::NoGit } else { VcsErrorKind::System(error) }
}

fn of_stderr(stderr: &[u8]) -> VcsErrorKind {
    let text = String::from_utf8_lossy(stderr);
    if text.contains("not a git repository") {
        return VcsErrorKind::NotARepository;
    }
    if text.contains("dubious ownership") {
        return VcsErrorKind::Untrusted;
    }
    let line = text.lines().find(|line| line.starts_with("fatal: ") || line.starts_with("error: "));
    let words = line.or_else(|| text.lines().next()).unwrap_or("it failed without a word");
    VcsErrorKind::Failed(words.trim_start_matches("fatal: ").trim_start_matches("error: ").to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_says_becomes_a_kind() {
        let kind = |text: &str| of_stderr(text.as_bytes()).to_string();
        assert!(matches!(
            of_stderr(b"fatal: not a git repository (or any of the parent)"),
            VcsErrorKind::NotARepository
        ));
        assert!(matches!(
            of_stderr(b"fatal: detected dubious ownership in repository at '/x'\n"),
            VcsErrorKind::Untrusted
        ));
        assert_eq!(kind("warning: x\nfatal: bad object HEAD\n"), "bad object HEAD");
        assert_eq!(kind(""), "it failed without a word");
        assert!(!kind("\u{fffd}\0").is_empty());
    }
}
