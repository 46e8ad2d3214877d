//! The archive in git: the same commits on every machine.

use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

use super::rewrites::Rewrite;

/// Commits everything in a folder, which becomes a repository if it is none, and gives the commit's name.
pub(crate) fn commit(folder: &Path, message: &str) -> io::Result<String> {
    if !folder.join(".git").exists() {
        git(folder, &["init", "--quiet", "--initial-branch=main"])?;
    }
    git(folder, &["-c", "core.autocrlf=false", "add", "--all"])?;
    git(folder, &["commit", "--quiet", "--message", message])?;
    git(folder, &["rev-parse", "HEAD"])
}

/// Does to a committed archive what was done to it: first a commit that is lost afterwards, of which the name is given,
/// then one with everything else.
pub(crate) fn rewrite(folder: &Path, rewrites: &[Rewrite]) -> io::Result<String> {
    for file in rewrites.iter().filter(|rewrite| rewrite.is_lost).filter_map(|rewrite| rewrite.is.as_ref()) {
        fs::write(folder.join(&file.path), &file.bytes)?;
    }
    let lost = commit(folder, "lost")?;
    git(folder, &["reset", "--quiet", "--hard", "HEAD~1"])?;
    for rewrite in rewrites.iter().filter(|rewrite| !rewrite.is_lost) {
        if let Some(was) = &rewrite.was {
            fs::remove_file(folder.join(&was.path))?;
        }
        if let Some(is) = &rewrite.is {
            fs::write(folder.join(&is.path), &is.bytes)?;
        }
    }
    commit(folder, "rewritten")?;
    Ok(lost)
}

/// Runs git under a fixed name and time, with nothing of this machine's settings, and gives what it printed.
fn git(folder: &Path, arguments: &[&str]) -> io::Result<String> {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).args(arguments).env("GIT_CONFIG_NOSYSTEM", "1").env("GIT_CONFIG_GLOBAL", "/dev/null");
    for role in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{role}_NAME"), "bot").env(format!("GIT_{role}_EMAIL"), "bot@example.invalid");
        command.env(format!("GIT_{role}_DATE"), "2022-06-01T00:00:00Z");
    }
    let output = command.output()?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
    }
    Err(io::Error::other(format!("git {arguments:?} failed: {}", String::from_utf8_lossy(&output.stderr))))
}
