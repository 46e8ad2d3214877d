//! What the commits themselves say: their subjects, their files, their trailers.

use super::command::VcsError;
use super::{Repository, Revision};

use crate::language::mark;

/// Stands before each commit; a message could hold it too, and what follows it then is no commit's name.
const COMMIT: u8 = 1;
const FIELD: u8 = 2;

/// A commit and what it touched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its name.
    pub revision: Revision,
    /// The first line of its message.
    pub subject: String,
    /// The files that it touched, under the folder.
    pub files: Vec<Box<[u8]>>,
}

/// A trailer of a commit's message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trailer {
    /// The commit.
    pub revision: Revision,
    /// What follows the key.
    pub value: String,
}

impl Repository {
    /// How many commits lead to `old` and not to `new`, and the newest of them: what a rewritten branch lost.
    pub fn lost(&self, old: &Revision, new: &Revision, limit: usize) -> Result<(usize, Vec<Commit>), VcsError> {
        let without = format!("^{new}");
        let count = self.git.run(mark!("count commits"), &["rev-list", "--count", old.as_str(), &without, "--"])?;
        let count = String::from_utf8_lossy(count.trim_ascii()).parse().unwrap_or(0);
        let limit = format!("--max-count={limit}");
        let shape =
            ["log", "-z", "--format=%x01%H%x02%s%x02", "--name-only", "--no-renames", "--no-ext-diff", "--relative"];
        let arguments = [&shape[..], &[&limit, old.as_str(), &without, "--"]].concat();
        let output = self.git.run(mark!("list commits"), &arguments)?;
        Ok((count, chunks(&output).map(|(revision, rest)| commit(revision, rest)).collect()))
    }

    /// The trailers with a key in the messages of the commits that lead to `to` and not to `from`, newest first.
    pub fn trailers(&self, key: &str, from: Option<&Revision>, to: &Revision) -> Result<Vec<Trailer>, VcsError> {
        let format = format!("--format=%x01%H%x02%(trailers:key={key},valueonly,unfold)");
        let without = from.map(|from| format!("^{from}"));
        let mut arguments = vec!["log", &format, to.as_str()];
        arguments.extend(without.as_deref());
        arguments.push("--");
        let output = self.git.run(mark!("read the messages of commits"), &arguments)?;
        let mut trailers = Vec::new();
        for (revision, rest) in chunks(&output) {
            let values = rest.split(|&byte| byte == b'\n').map(|line| String::from_utf8_lossy(line.trim_ascii()));
            let values = values.filter(|value| !value.is_empty());
            trailers.extend(values.map(|value| Trailer { revision: revision.clone(), value: value.into_owned() }));
        }
        Ok(trailers)
    }

    /// The branch that is checked out, by its full name; `None` where none is.
    pub fn branch(&self) -> Result<Option<String>, VcsError> {
        let (code, output) =
            self.git.run_with_code(mark!("find the branch"), &["symbolic-ref", "--quiet", "HEAD"], &[0, 1])?;
        Ok((code == 0).then(|| String::from_utf8_lossy(output.trim_ascii()).into_owned()))
    }

    /// The files of the work tree under the folder that git neither holds nor is told to ignore.
    pub fn untracked(&self) -> Result<Vec<Box<[u8]>>, VcsError> {
        let output =
            self.git.run(mark!("list new files"), &["ls-files", "-z", "--others", "--exclude-standard", "--"])?;
        Ok(output.split(|&byte| byte == 0).filter(|path| !path.is_empty()).map(Into::into).collect())
    }
}

/// Each commit's name and what follows it.
fn chunks(output: &[u8]) -> impl Iterator<Item = (Revision, &[u8])> {
    output.split(|&byte| byte == COMMIT).filter_map(|chunk| {
        let at = memchr::memchr(FIELD, chunk)?;
        let (name, rest) = chunk.split_at_checked(at)?;
        let name = std::str::from_utf8(name).ok()?;
        let is_name = matches!(name.len(), 40 | 64) && name.bytes().all(|digit| digit.is_ascii_hexdigit());
        is_name.then(|| (Revision(name.into()), rest.get(1..).unwrap_or_default()))
    })
}

fn commit(revision: Revision, rest: &[u8]) -> Commit {
    let mut parts = rest.splitn(2, |&byte| byte == FIELD);
    let subject = String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned();
    let names = parts.next().unwrap_or_default().split(|&byte| byte == 0);
    let files = names.map(|name| name.strip_prefix(b"\n").unwrap_or(name)).filter(|name| !name.is_empty());
    Commit { revision, subject, files: files.map(Into::into).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commits_are_read_and_what_is_none_is_not() {
        let name = "a".repeat(40);
        let output =
            format!("\u{1}{name}\u{2}新的 一条\u{2}\0\n_posts/a\nb.md\0_posts/新.md\0\u{1}not a name\u{2}x\u{2}");
        let commits: Vec<Commit> = chunks(output.as_bytes()).map(|(revision, rest)| commit(revision, rest)).collect();
        assert_eq!(commits.len(), 1);
        assert_eq!(commits[0].subject, "新的 一条");
        assert_eq!(commits[0].files, [b"_posts/a\nb.md"[..].into(), "_posts/新.md".as_bytes().into()]);
        assert_eq!(chunks(b"").count(), 0);
        assert_eq!(chunks(b"\x01\x02\x01").count(), 0);
    }
}
