//! A git repository in a temporary folder, with nothing of this machine's settings, and postproof run on it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A repository; it goes away with the value.
pub(crate) struct Repository {
    folder: tempfile::TempDir,
}

/// What a run found.
pub(crate) struct Run {
    pub(crate) code: i32,
    /// `CODE path`, in the order of the report; with the place of related files left out.
    pub(crate) findings: Vec<String>,
    pub(crate) messages: Vec<String>,
    /// What was said to the person at the terminal.
    pub(crate) said: String,
    pub(crate) stderr: String,
    pub(crate) report: serde_json::Value,
}

pub(crate) const CONFIG: &str = "url: https://news.example\ntimezone: Asia/Shanghai\n";

/// A post whose body is made of `text`, with the id in its name as its source link's; the id holds the day of the post.
pub(crate) fn post(id: &str, text: &str) -> String {
    let digits: String = id.chars().filter(char::is_ascii_digit).chain("20220117".chars()).take(8).collect();
    let (year, month, day) = (&digits[..4], &digits[4..6], &digits[6..]);
    format!(
        "---\nlayout: post\ntitle: 新闻 {id}\ndate: {year}-{month}-{day} 07:46:06 +0800\ncategories: ribao\ntags: 日报\n---\n<p>{text}</p>\n<p>本报记者报道，{id}。</p>\n\n<http://source.example/news?id={id}>\n"
    )
}

impl Repository {
    /// A repository without a commit.
    pub(crate) fn empty() -> Self {
        let repository = Self { folder: tempfile::tempdir().unwrap() };
        repository.git(&["init", "--quiet", "--initial-branch=main"]);
        repository
    }

    /// One commit with three posts, of which two are in the archive folder, and what a site needs.
    pub(crate) fn new() -> Self {
        let repository = Self::empty();
        repository.write("_config.yml", CONFIG);
        repository.write("_layouts/post.html", "{{ content }}\n");
        repository.write("_posts/2022-01-17-NW20220117001.md", &post("NW20220117001", "一"));
        repository.write("old_post/2022-01-10-NW20220110002.md", &post("NW20220110002", "二"));
        repository.write("old_post/2022-01-10-NW20220110003.md", &post("NW20220110003", "三"));
        repository.commit("first");
        repository
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn url(&self) -> String {
        format!("file://{}", self.path().display())
    }

    pub(crate) fn write(&self, path: &str, text: &str) -> &Self {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        self
    }

    pub(crate) fn write_bytes(&self, path: &str, bytes: &[u8]) {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    /// Leaves a copy for a person to look at.
    pub(crate) fn keep(&self, place: &Path) {
        std::fs::create_dir_all(place).unwrap();
        self.git(&["clone", "--quiet", &self.url(), place.to_str().unwrap()]);
    }

    pub(crate) fn remove(&self, path: &str) -> &Self {
        std::fs::remove_file(self.path().join(path)).unwrap();
        self
    }

    pub(crate) fn rename(&self, from: &str, to: &str) -> &Self {
        let to = self.path().join(to);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::rename(self.path().join(from), to).unwrap();
        self
    }

    /// Commits everything, and gives the commit's name.
    pub(crate) fn commit(&self, message: &str) -> String {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// Runs git and gives what it printed.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        git_in(self.path(), arguments)
    }

    /// The findings of the history's rules since a commit.
    pub(crate) fn history_since(&self, since: &str) -> Vec<String> {
        self.check(&["--since", since, "--select", "FX"]).findings
    }

    /// Runs `postproof check` offline, without a state file.
    pub(crate) fn check(&self, arguments: &[&str]) -> Run {
        check_in(self.path(), &[&["--no-state"], arguments].concat())
    }
}

/// Runs `postproof check` offline in a folder.
pub(crate) fn check_in(folder: &Path, arguments: &[&str]) -> Run {
    run(folder, &[&["--offline"], arguments].concat())
}

/// Runs `postproof check` as settings say.
pub(crate) fn check_online_in(folder: &Path, arguments: &[&str]) -> Run {
    run(folder, arguments)
}

fn run(folder: &Path, arguments: &[&str]) -> Run {
    let file = tempfile::NamedTempFile::new().unwrap();
    let format = format!("json={}", file.path().display());
    let first = ["check", ".", "--no-reports", "--color", "never", "--format", &format];
    let mut command = Command::new(env!("CARGO_BIN_EXE_postproof"));
    let output = isolate(&mut command).current_dir(folder).args(first).args(arguments).output().unwrap();
    read(&output, &std::fs::read_to_string(file.path()).unwrap_or_default())
}

fn read(output: &Output, report: &str) -> Run {
    let report: serde_json::Value = serde_json::from_str(report).unwrap_or_default();
    let texts = |list: &str, fields: &[&str]| -> Vec<String> {
        let items = report[list].as_array().cloned().unwrap_or_default();
        let text = |item: &serde_json::Value| {
            let words: Vec<&str> = fields.iter().map(|field| item[field].as_str().unwrap()).collect();
            words.join(" ")
        };
        items.iter().map(text).collect()
    };
    Run {
        code: output.status.code().unwrap(),
        findings: texts("findings", &["code", "path"]),
        messages: texts("findings", &["message"]),
        said: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        report,
    }
}

/// Runs git in a folder, with nothing of this machine's settings, and gives what it printed.
pub(crate) fn git_in(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    let settings = ["-c", "user.name=a", "-c", "user.email=a@b.cn", "-c", "protocol.file.allow=always"];
    let output = isolate(&mut command).current_dir(folder).args(settings).args(arguments).output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn isolate(command: &mut Command) -> &mut Command {
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"] {
        command.env_remove(name);
    }
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("GIT_")) {
            command.env_remove(name);
        }
    }
    command
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .env("LC_ALL", "C")
        .env("GIT_AUTHOR_DATE", "2022-01-18T00:00:00Z")
        .env("GIT_COMMITTER_DATE", "2022-01-18T00:00:00Z")
}

/// A clone of a repository, in a folder that goes away with the value.
pub(crate) fn clone(of: &Repository, arguments: &[&str]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("clone");
    let url = of.url();
    let all = [&["clone", "--quiet"], arguments, &[&*url, place.to_str().unwrap()]].concat();
    of.git(&all);
    (folder, place)
}
