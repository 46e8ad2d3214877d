//! The program as a user runs it, on an archive in a folder of its own.

use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

/// Writes a file below `root`, with its folders.
pub(crate) fn write(root: &Path, path: &str, bytes: &[u8]) -> io::Result<()> {
    let place = root.join(path);
    if let Some(folder) = place.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(place, bytes)
}

/// Runs `postproof check` with a JSON report in `report` and no other, without a state, prints nothing, and gives the exit code.
pub(crate) fn check_into(report: &Path, archive: &Path, arguments: &[&str]) -> io::Result<i32> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_postproof"));
    command
        .env("LC_ALL", "C")
        .arg("check")
        .arg(archive)
        .args(["--no-reports", "--no-state", "--quiet"])
        .args(arguments);
    command.arg("--format").arg(format!("json={}", report.display()));
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    // A run that could not do its work leaves no report.
    fs::metadata(report)?;
    Ok(status.code().unwrap_or(-1))
}
