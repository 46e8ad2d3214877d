//! Who writes a branch, and when: the program that adds posts commits in a rhythm of its own.

use std::collections::HashMap;
use std::fs;
use std::time::UNIX_EPOCH;

use super::command::VcsError;
use super::{Repository, Revision};

use crate::language::mark;

/// The author of most commits of a branch, and when these were made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Writer {
    /// Seconds since 1970, newest first.
    pub times: Vec<i64>,
    /// Until when this clone would know of a later commit, in the same seconds.
    pub known_until: i64,
}

impl Repository {
    /// Who made more than half of the newest `limit` commits of the branch that is checked out, and when; of a merge
    /// only what it was merged into counts. `now` is the time, in seconds since 1970.
    ///
    /// `None` where no branch is checked out, nobody made so many, or nobody can say until when this clone would know.
    pub fn writer(&self, limit: usize, now: i64) -> Result<Option<Writer>, VcsError> {
        if self.branch()?.is_none() || self.head()?.is_none() {
            return Ok(None);
        }
        let limit = format!("--max-count={limit}");
        let arguments = ["log", "--first-parent", "--format=%ct %H %ae", &limit, "HEAD", "--"];
        let output = self.git.run(mark!("read when commits were made"), &arguments)?;
        let commits: Vec<Made<'_>> = output.split(|&byte| byte == b'\n').filter_map(made).collect();
        let mut authors: HashMap<&[u8], usize> = HashMap::new();
        for commit in &commits {
            *authors.entry(commit.author).or_default() += 1;
        }
        let Some((author, _)) = authors.into_iter().find(|(_, count)| *count > commits.len() / 2) else {
            return Ok(None);
        };
        let own: Vec<&Made<'_>> = commits.iter().filter(|commit| commit.author == author).collect();
        let Some(newest) = own.first() else { return Ok(None) };
        let Some(known_until) = self.known_until(&newest.revision, now)? else { return Ok(None) };
        let mut times: Vec<i64> = own.iter().map(|commit| commit.time).collect();
        // Another branch may be ahead of this one.
        let tips = self.tips()?;
        times.extend(tips.iter().filter_map(|tip| made(tip)).filter(|tip| tip.author == author).map(|tip| tip.time));
        times.sort_unstable_by(|one, other| other.cmp(one));
        times.dedup();
        Ok(Some(Writer { times, known_until }))
    }

    /// The newest commit of each branch, its own and those of other clones.
    fn tips(&self) -> Result<Vec<Vec<u8>>, VcsError> {
        let format = "--format=%(committerdate:unix) %(objectname) %(authoremail:trim)";
        let output = self.git.run(mark!("list branches"), &["for-each-ref", format, "refs/heads", "refs/remotes"])?;
        Ok(output.split(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect())
    }

    /// Until when this clone would know of commits after one: until now if it was made here, or comes from no other
    /// clone; else until something was last fetched.
    fn known_until(&self, commit: &Revision, now: i64) -> Result<Option<i64>, VcsError> {
        let remotes = self.git.run(mark!("list other clones"), &["remote"])?;
        if remotes.is_empty() {
            return Ok(Some(now));
        }
        // The log of what this clone did is missing in a bare one, and may be cut off.
        let arguments =
            ["log", "--walk-reflogs", "--date=unix", "--format=%H %gd %gs", "--max-count=1000", "HEAD", "--"];
        let (_, done) = self.git.run_with_code(mark!("read what was done here"), &arguments, &[0, 128])?;
        let done = String::from_utf8_lossy(&done);
        let (mut until, mut is_made_here) = (None, false);
        for (name, deed) in done.lines().filter_map(|line| line.split_once(' ')) {
            let (time, deed) = deed.split_once("} ").unwrap_or_default();
            let time: Option<i64> = time.rsplit('{').next().and_then(|time| time.parse().ok());
            is_made_here |= name == commit.as_str() && deed.starts_with("commit");
            if ["clone", "pull", "fetch"].iter().any(|word| deed.starts_with(word)) {
                until = until.max(time);
            }
        }
        if is_made_here {
            return Ok(Some(now));
        }
        let path = self.git.run(mark!("find what was fetched"), &["rev-parse", "--git-path", "FETCH_HEAD"])?;
        let path = self.git.folder().join(super::path_of(&super::without_line_end(path)));
        let fetched = fs::metadata(path).and_then(|file| file.modified()).ok();
        let fetched = fetched.and_then(|time| i64::try_from(time.duration_since(UNIX_EPOCH).ok()?.as_secs()).ok());
        Ok(until.max(fetched).map(|until| until.min(now)))
    }
}

/// A commit, as a line says it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Made<'l> {
    time: i64,
    revision: Revision,
    author: &'l [u8],
}

/// Reads `TIME NAME AUTHOR`.
fn made(line: &[u8]) -> Option<Made<'_>> {
    let mut words = line.splitn(3, |&byte| byte == b' ');
    let (time, name) = (std::str::from_utf8(words.next()?).ok()?, std::str::from_utf8(words.next()?).ok()?);
    Some(Made { time: time.parse().ok()?, revision: Revision(name.into()), author: words.next()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_and_what_is_none_is_not() {
        let line = made("17 abc a b@c.cn 新".as_bytes()).unwrap();
        assert_eq!((line.time, line.revision.as_str(), line.author), (17, "abc", "a b@c.cn 新".as_bytes()));
        for none in ["", "17", "17 abc", "x abc a", " "] {
            assert_eq!(made(none.as_bytes()), None, "{none:?}");
        }
    }
}
