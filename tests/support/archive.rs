//! An archive in a temporary folder, and postproof run on it as a user runs it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A small archive on disk; it goes away with the value.
pub(crate) struct Archive {
    folder: tempfile::TempDir,
}

/// What a run of postproof gave.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Archive {
    /// An archive of the files of a picture: `//- path` lines, each followed by the file's text.
    pub(crate) fn new(picture: &str) -> Self {
        let archive = Self::empty();
        let picture = picture.strip_prefix('\n').unwrap_or(picture);
        let mut path: Option<&str> = None;
        let mut text = String::new();
        for line in picture.split_inclusive('\n') {
            if let Some(next) = line.strip_prefix("//- ") {
                if let Some(path) = path.replace(next.trim()) {
                    archive.write(path, text.as_bytes());
                }
                text.clear();
            } else {
                text.push_str(line);
            }
        }
        if let Some(path) = path {
            archive.write(path, text.as_bytes());
        }
        archive
    }

    /// A folder with nothing in it.
    pub(crate) fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn join(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// Writes a file, and the folders that it needs.
    pub(crate) fn write(&self, path: &str, bytes: &[u8]) -> &Self {
        let path = self.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
        self
    }

    /// Runs `postproof check` offline on the archive, with more arguments.
    pub(crate) fn check(&self, args: &[&str]) -> Run {
        let mut all = vec!["check", ".", "--offline", "--no-reports", "--color", "never"];
        all.extend(args);
        self.run(&all)
    }

    /// Runs postproof in the archive's folder.
    pub(crate) fn run(&self, args: &[&str]) -> Run {
        Run::of(&self.command().args(args).output().unwrap())
    }

    /// A command that runs postproof in the archive's folder, with nothing of this machine's settings.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_postproof"));
        command.current_dir(self.path()).env("LC_ALL", "C");
        for name in
            ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "all_proxy", "no_proxy"]
        {
            command.env_remove(name);
        }
        command
    }

    /// The JSON report of an offline check.
    pub(crate) fn report(&self, args: &[&str]) -> serde_json::Value {
        let mut all = vec!["--format", "json=-"];
        all.extend(args);
        let run = self.check(&all);
        serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}{}", run.stdout, run.stderr))
    }

    /// The findings of an offline check as `path:line:column CODE`, in the order of the report.
    pub(crate) fn findings(&self, args: &[&str]) -> Vec<String> {
        findings(&self.report(args))
    }
}

/// The findings of a report as `path:line:column CODE`.
pub(crate) fn findings(report: &serde_json::Value) -> Vec<String> {
    let list = report["findings"].as_array().unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    list.iter().map(|f| format!("{}:{}:{} {}", text(&f["path"]), f["line"], f["column"], text(&f["code"]))).collect()
}

impl Run {
    pub(crate) fn of(output: &Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}
