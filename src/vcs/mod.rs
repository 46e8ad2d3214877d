//! What git knows of the archive: its revisions, the files it holds, and what changed between two of them.
//!
//! git itself is called, since only git reads every repository as git does (worktrees, alternates, partial clones, SHA-256).
//! Nothing is written to the repository, nothing is fetched, and nothing that the repository's own configuration names is run:
//! a file monitor, hooks, filters and external diffs of a repository that came as an archive are somebody else's programs.
//!
//! Paths are bytes, relative to the folder that was given, as git holds them. This file does not judge what it reads.

mod changes;
mod command;
mod log;
mod range;
mod snapshot;
mod tracked;
mod writer;

use std::path::{Path, PathBuf};

pub use changes::{Change, ChangeKind};
pub use command::{VcsError, VcsErrorKind};
pub use log::{Commit, Trailer};
pub use range::Comparison;
pub use snapshot::Snapshot;
pub use tracked::{Converted, Named, ObjectId, Tracked};
pub use writer::Writer;

use command::Git;

use crate::language::mark;
pub use command::path_of;

/// A commit's full name: 40 hexadecimal digits, or 64 in a repository with SHA-256.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Revision(Box<str>);

impl Revision {
    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first twelve of them, as a person is told of it.
    pub fn short(&self) -> &str {
        self.0.get(..12).unwrap_or(&self.0)
    }
}

impl std::fmt::Display for Revision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&self.0)
    }
}

/// Whether one commit led to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Descent {
    /// It did.
    Descends,
    /// It did not: the branch was rewritten, or these are two branches.
    Diverged,
    /// It cannot be told from a shallow clone, whose history is cut off.
    Unknown,
}

/// A folder in the work tree of a git repository.
#[derive(Clone, Debug)]
pub struct Repository {
    git: Git,
    top: PathBuf,
}

impl Repository {
    /// The repository whose work tree `folder` lies in, if it lies in one.
    ///
    /// Without git on this machine there is none to be found either; a repository that git refuses to read is an error.
    pub fn discover(folder: &Path) -> Result<Option<Self>, VcsError> {
        let mut git = Git::new(folder);
        let inside = match git.run(mark!("find the repository"), &["rev-parse", "--is-inside-work-tree"]) {
            Ok(inside) => inside,
            Err(VcsError { kind: VcsErrorKind::NotARepository | VcsErrorKind::NoGit, .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        if inside != b"true\n" {
            return Ok(None);
        }
        git.prefix = without_line_end(git.run(mark!("find the repository"), &["rev-parse", "--show-prefix"])?);
        let top = without_line_end(git.run(mark!("find the repository"), &["rev-parse", "--show-toplevel"])?);
        let top = path_of(&top);
        git.disarm()?;
        Ok(Some(Self { git, top }))
    }

    /// The top folder of the work tree.
    pub fn top(&self) -> &Path {
        &self.top
    }

    /// The commit that is checked out; `None` before the first.
    pub fn head(&self) -> Result<Option<Revision>, VcsError> {
        match self.resolve("HEAD") {
            Ok(revision) => Ok(Some(revision)),
            Err(VcsError { kind: VcsErrorKind::UnknownRevision { .. }, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The commit that `name` means: a branch, a tag, `HEAD~3`, a commit's name.
    pub fn resolve(&self, name: &str) -> Result<Revision, VcsError> {
        let commit = format!("{name}^{{commit}}");
        let arguments = ["rev-parse", "--verify", "--quiet", "--end-of-options", &commit];
        let (code, output) = self.git.run_with_code("resolve a revision", &arguments, &[0, 1, 128])?;
        let digits = output.split(|&byte| byte == b'\n').next().unwrap_or_default();
        let full = matches!(digits.len(), 40 | 64) && digits.iter().all(u8::is_ascii_hexdigit);
        match std::str::from_utf8(digits) {
            Ok(digits) if code == 0 && full => Ok(Revision(digits.into())),
            _ => {
                let kind = VcsErrorKind::UnknownRevision { name: name.to_owned(), shallow: self.is_shallow()? };
                Err(self.git.error("resolve a revision", kind))
            }
        }
    }

    /// Whether the history is cut off.
    pub fn is_shallow(&self) -> Result<bool, VcsError> {
        let output = self.git.run(mark!("look at the history"), &["rev-parse", "--is-shallow-repository"])?;
        Ok(output.starts_with(b"true"))
    }

    /// Whether `old` led to `new`.
    pub fn descent(&self, old: &Revision, new: &Revision) -> Result<Descent, VcsError> {
        let arguments = ["merge-base", "--is-ancestor", old.as_str(), new.as_str()];
        match self.git.run_with_code(mark!("compare two commits"), &arguments, &[0, 1])? {
            (0, _) => Ok(Descent::Descends),
            _ if self.is_shallow()? => Ok(Descent::Unknown),
            _ => Ok(Descent::Diverged),
        }
    }

    /// The files in git's index, under the folder.
    pub fn tracked(&self) -> Result<Vec<Tracked>, VcsError> {
        tracked::tracked(&self.git)
    }

    /// The files of a commit, under the folder.
    pub fn files_at(&self, revision: &Revision) -> Result<Vec<Tracked>, VcsError> {
        tracked::files_at(&self.git, revision)
    }

    /// What changed under the folder between two commits, or between a commit and the work tree.
    ///
    /// A file that vanished and one that came with the very same content are one rename. Files that git does not know
    /// are not looked at. Ignored changes of submodules stay ignored.
    pub fn changes(&self, from: &Revision, to: Option<&Revision>) -> Result<Vec<Change>, VcsError> {
        changes::changes(&self.git, from, to)
    }

    /// Which files' bytes in the work tree can differ from git's own.
    pub fn converted(&self) -> Result<Converted, VcsError> {
        tracked::converted(&self.git)
    }

    /// Which of these are converted in another way than by their line ends: by a program, an identifier, an encoding.
    pub fn converted_beyond_line_ends(&self) -> Result<Converted, VcsError> {
        tracked::converted_beyond_line_ends(&self.git)
    }

    /// The blob that git would make of each file in the work tree, conversions applied. Nothing is stored.
    /// One file that cannot be read fails them all.
    pub fn blobs_of_files(&self, paths: &[&str]) -> Result<Vec<ObjectId>, VcsError> {
        tracked::blobs_of_files(&self.git, paths)
    }

    /// Every blob of a commit and of everything that led to it, each once, with a path that it once had.
    pub fn blobs_of_history(&self, revision: &Revision) -> Result<Vec<Named>, VcsError> {
        tracked::blobs_of_history(&self.git, revision)
    }

    /// Reads blobs one after the other and calls `visit` with the position and the content of each; `None` for one that is not there.
    pub fn read_blobs(&self, blobs: &[ObjectId], visit: impl FnMut(usize, Option<&[u8]>)) -> Result<(), VcsError> {
        tracked::read_blobs(&self.git, blobs, visit)
    }
}

/// Takes off the one line feed that git adds; a folder's name may end with further ones.
fn without_line_end(mut output: Vec<u8>) -> Vec<u8> {
    output.pop();
    output
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::fs;
    use std::os::unix::ffi::OsStrExt as _;
    use std::process::Command;

    use super::*;

    /// A repository in a temporary folder.
    struct Sandbox(tempfile::TempDir);

    impl Sandbox {
        fn new() -> Self {
            let sandbox = Self(tempfile::tempdir().unwrap());
            sandbox.git(&["init", "--quiet", "--initial-branch=main"]);
            sandbox
        }

        fn path(&self) -> &Path {
            self.0.path()
        }

        fn git(&self, arguments: &[&str]) -> String {
            let output = Command::new("git")
                .args(["-c", "user.name=a", "-c", "user.email=a@b.cn", "-c", "protocol.file.allow=always"])
                .args(arguments)
                .current_dir(self.path())
                .env("GIT_CONFIG_GLOBAL", "/dev/null")
                .output()
                .unwrap();
            assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
            String::from_utf8_lossy(&output.stdout).trim().to_owned()
        }

        fn write(&self, path: &str, text: &str) {
            let path = self.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }

        fn commit(&self) -> Revision {
            self.git(&["add", "--all"]);
            self.git(&["commit", "--quiet", "--allow-empty", "--message=m"]);
            Revision(self.git(&["rev-parse", "HEAD"]).into())
        }

        fn open(&self) -> Repository {
            Repository::discover(self.path()).unwrap().unwrap()
        }
    }

    /// Changes as lines: kind, path, and where to.
    fn drawn(changes: &[Change]) -> Vec<String> {
        let text = |path: &[u8]| String::from_utf8_lossy(path).into_owned();
        let line = |change: &Change| {
            let to = change.to.as_deref().map(|to| format!(" -> {}", text(to))).unwrap_or_default();
            format!("{:?} {}{to}", change.kind, text(&change.path))
        };
        changes.iter().map(line).collect()
    }

    #[test]
    fn no_repository_is_none() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Repository::discover(folder.path()).unwrap().is_none());
        assert!(Repository::discover(&folder.path().join("absent")).is_err());
    }

    #[test]
    fn revisions_resolve_or_say_why_not() {
        let sandbox = Sandbox::new();
        let repository = sandbox.open();
        assert_eq!(repository.head().unwrap(), None);
        let first = sandbox.commit();
        let second = sandbox.commit();
        assert_eq!(repository.head().unwrap(), Some(second.clone()));
        assert_eq!(repository.resolve("HEAD~1").unwrap(), first);
        assert_eq!(repository.resolve(first.as_str().get(..10).unwrap()).unwrap(), first);
        for wrong in ["", "no-such", "--all", "-h", "HEAD~9", "a b", "HEAD:", "../x", "@{u}", "\n"] {
            let error = repository.resolve(wrong).unwrap_err();
            assert!(matches!(error.kind, VcsErrorKind::UnknownRevision { shallow: false, .. }), "{wrong}: {error}");
        }
        assert_eq!(repository.descent(&first, &second).unwrap(), Descent::Descends);
        assert_eq!(repository.descent(&second, &first).unwrap(), Descent::Diverged);
        let (count, lost) = repository.lost(&second, &first, 10).unwrap();
        assert_eq!((count, &lost[0].revision, &*lost[0].subject), (1, &second, "m"));
    }

    #[test]
    fn changes_between_commits_and_the_work_tree() {
        let sandbox = Sandbox::new();
        sandbox.write("_posts/a.md", "a\n");
        sandbox.write("_posts/b.md", "b\n");
        sandbox.write("_posts/c.md", "c\n");
        sandbox.write("_posts/新\n\"闻\".md", "d\n");
        fs::write(sandbox.path().join(OsStr::from_bytes(b"_posts/\xff.md")), "e\n").unwrap();
        let old = sandbox.commit();
        fs::create_dir(sandbox.path().join("old_post")).unwrap();
        fs::rename(sandbox.path().join("_posts/a.md"), sandbox.path().join("old_post/a.md")).unwrap();
        fs::rename(sandbox.path().join("_posts/新\n\"闻\".md"), sandbox.path().join("old_post/新\n\"闻\".md")).unwrap();
        sandbox.write("_posts/b.md", "B\n");
        fs::remove_file(sandbox.path().join("_posts/c.md")).unwrap();
        sandbox.write("_posts/n.md", "n\n");
        fs::remove_file(sandbox.path().join(OsStr::from_bytes(b"_posts/\xff.md"))).unwrap();
        let new = sandbox.commit();
        let repository = sandbox.open();
        let expected = [
            "Modified _posts/b.md",
            "Deleted _posts/c.md",
            "Added _posts/n.md",
            "Deleted _posts/\u{fffd}.md",
            "Renamed _posts/a.md -> old_post/a.md",
            "Renamed _posts/新\n\"闻\".md -> old_post/新\n\"闻\".md",
        ];
        assert_eq!(drawn(&repository.changes(&old, Some(&new)).unwrap()), expected);
        assert_eq!(drawn(&repository.changes(&old, None).unwrap()), expected);
        assert_eq!(drawn(&repository.changes(&new, None).unwrap()), [""; 0]);

        // From a folder below the top, only what lies in it is seen, by its path there.
        let below = Repository::discover(&sandbox.path().join("_posts")).unwrap().unwrap();
        let seen = drawn(&below.changes(&old, Some(&new)).unwrap());
        assert!(seen.contains(&"Deleted a.md".to_owned()), "{seen:?}");

        // A file that was only touched has not changed; one of the same size that was has.
        sandbox.write("_posts/b.md", "B\n");
        assert_eq!(drawn(&repository.changes(&new, None).unwrap()), [""; 0]);
        sandbox.write("_posts/b.md", "C\n");
        assert_eq!(drawn(&repository.changes(&new, None).unwrap()), ["Modified _posts/b.md"]);
    }

    #[test]
    fn files_and_their_content() {
        let sandbox = Sandbox::new();
        sandbox.write("_posts/a.md", "text\0with\nanything\n");
        sandbox.write("empty", "");
        std::os::unix::fs::symlink("empty", sandbox.path().join("link")).unwrap();
        let revision = sandbox.commit();
        let repository = sandbox.open();
        let files = repository.tracked().unwrap();
        assert_eq!(files, repository.files_at(&revision).unwrap());
        let listed: Vec<(&[u8], bool)> = files.iter().map(|file| (&*file.path, file.is_file())).collect();
        assert_eq!(listed, [(&b"_posts/a.md"[..], true), (b"empty", true), (b"link", false)]);
        let mut blobs: Vec<ObjectId> = files.iter().map(|file| file.blob).collect();
        blobs.insert(1, ObjectId::parse(&"1".repeat(40)).unwrap());
        let mut read = Vec::new();
        repository.read_blobs(&blobs, |_, content| read.push(content.map(<[u8]>::to_vec))).unwrap();
        let expected = [Some(&b"text\0with\nanything\n"[..]), None, Some(b""), Some(b"empty")];
        assert_eq!(read.iter().map(Option::as_deref).collect::<Vec<_>>(), expected);
        assert_eq!(repository.blobs_of_files(&["_posts/a.md"]).unwrap(), [files[0].blob]);
        let below = Repository::discover(&sandbox.path().join("_posts")).unwrap().unwrap();
        assert_eq!(below.blobs_of_files(&["a.md"]).unwrap(), [files[0].blob]);
        assert_eq!(&*below.tracked().unwrap()[0].path, b"a.md");
        assert!(repository.blobs_of_files(&["absent"]).is_err());
    }

    #[test]
    fn a_snapshot_is_read_by_paths() {
        let sandbox = Sandbox::new();
        sandbox.write("site/_posts/新 a.md", "one\n");
        sandbox.write("site/empty", "");
        sandbox.write("outside", "x");
        for (target, link) in [("empty", "to-empty"), ("_posts", "folder"), ("gone", "dangling"), ("loop", "loop")] {
            std::os::unix::fs::symlink(target, sandbox.path().join("site").join(link)).unwrap();
        }
        std::os::unix::fs::symlink("/etc/passwd", sandbox.path().join("site/absolute")).unwrap();
        let revision = sandbox.commit();
        sandbox.write("site/_posts/新 a.md", "two\n");
        sandbox.commit();
        let repository = Repository::discover(&sandbox.path().join("site")).unwrap().unwrap();
        let snapshot = repository.snapshot(revision);
        let read = |path: &str| snapshot.read(path).map(|bytes| String::from_utf8(bytes).unwrap());
        assert_eq!(read("_posts/新 a.md").as_deref(), Some("one\n"));
        for none in ["_posts", "gone", "a b", "", "_posts/新 a.md\n", "outside", "dangling", "loop", "absolute"] {
            assert_eq!(read(none), None, "{none:?}");
        }
        assert_eq!((read("to-empty").as_deref(), read("folder/新 a.md").as_deref()), (Some(""), Some("one\n")));
        assert_eq!(read("_posts/新 a.md").as_deref(), Some("one\n"), "an answer is never that of another question");
        assert_eq!(snapshot.files_below("_posts").unwrap(), ["_posts/新 a.md"]);
        assert_eq!(snapshot.files_below("gone").unwrap(), [""; 0]);
    }

    #[test]
    fn a_shallow_clone_says_how_to_deepen_it() {
        let origin = Sandbox::new();
        let first = origin.commit();
        origin.commit();
        let folder = tempfile::tempdir().unwrap();
        let url = format!("file://{}", origin.path().display());
        origin.git(&["clone", "--quiet", "--depth=1", &url, folder.path().to_str().unwrap()]);
        let repository = Repository::discover(folder.path()).unwrap().unwrap();
        assert!(repository.is_shallow().unwrap());
        let error = repository.resolve(first.as_str()).unwrap_err().to_string();
        assert!(error.contains("git fetch --unshallow"), "{error}");
    }

    #[test]
    fn files_that_git_converts_are_named() {
        let sandbox = Sandbox::new();
        sandbox.write("a.md", "a\n");
        sandbox.write("b.txt", "b\n");
        sandbox.commit();
        let repository = sandbox.open();
        assert_eq!(repository.converted().unwrap(), Converted::Only(Vec::new()));
        sandbox.write(".gitattributes", "*.txt text eol=crlf\n");
        sandbox.commit();
        let converted = repository.converted().unwrap();
        assert!(converted.contains(b"b.txt") && !converted.contains(b"a.md"), "{converted:?}");
        // Line ends of the work tree do not matter to the blob.
        let before = repository.blobs_of_files(&["b.txt"]).unwrap();
        sandbox.write("b.txt", "b\r\n");
        assert_eq!(repository.blobs_of_files(&["b.txt"]).unwrap(), before);
        sandbox.git(&["config", "core.autocrlf", "input"]);
        assert_eq!(repository.converted().unwrap(), Converted::All);
    }

    #[test]
    fn a_hostile_configuration_runs_nothing() {
        let sandbox = Sandbox::new();
        sandbox.write(".gitattributes", "*.md filter=evil diff=evil\n");
        sandbox.write("a.md", "a\n");
        let revision = sandbox.commit();
        let trap = format!("touch {}", sandbox.path().join("trapped").display());
        for key in [
            "core.fsmonitor",
            "filter.evil.clean",
            "filter.evil.smudge",
            "filter.evil.process",
            "diff.evil.command",
            "diff.evil.textconv",
            "diff.external",
            "core.pager",
            "pager.diff",
            "core.sshCommand",
            "core.editor",
        ] {
            sandbox.git(&["config", key, &trap]);
        }
        sandbox.git(&["config", "filter.evil.required", "true"]);
        sandbox.write("a.md", "altered\n");
        let repository = sandbox.open();
        assert_eq!(drawn(&repository.changes(&revision, None).unwrap()), ["Modified a.md"]);
        repository.tracked().unwrap();
        repository.converted().unwrap();
        repository.blobs_of_files(&["a.md"]).unwrap();
        repository.files_at(&revision).unwrap();
        assert!(!sandbox.path().join("trapped").exists());
    }

    #[test]
    fn a_sparse_checkout_is_told() {
        let sandbox = Sandbox::new();
        sandbox.write("in/a.md", "a\n");
        sandbox.write("out/b.md", "b\n");
        sandbox.commit();
        sandbox.git(&["sparse-checkout", "set", "in"]);
        let files = sandbox.open().tracked().unwrap();
        let skipped: Vec<bool> = files.iter().map(|file| file.skipped).collect();
        assert_eq!(skipped, [false, true]);
    }
}
