//! Bags: what `seal --bagit` writes and what `verify` says of one.

use std::fmt::Write as _;
use std::path::{Path, absolute};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::args::ListFormat;
use super::exit_code::Exit;
use super::output;
use super::seal::Files;
use crate::language::{Message, Saying as _, say};
use crate::report::visible;
use crate::seal::{self, BagState, BagVerification};

/// Why a bag cannot lie there, if it cannot.
pub(super) fn refusal(archive: &Path, target: &Path) -> Option<Message> {
    let (archive, place) = (absolute(archive).ok()?, absolute(target).ok()?);
    let archive = archive.canonicalize().unwrap_or(archive);
    let place = match (place.parent().and_then(|parent| parent.canonicalize().ok()), place.file_name()) {
        (Some(parent), Some(name)) => parent.join(name),
        _ => place,
    };
    place.starts_with(&archive).then(|| {
        say!("{path} lies in the archive, and would be sealed with it; name a folder outside", path = target.display())
    })
}

/// Writes a bag of what is sealed, and tells so.
pub(super) fn write(files: &Files, target: &Path, at: Timestamp) -> anyhow::Result<Exit> {
    let folder = files.folder();
    let bagged = files.with(|archive| seal::write_bag(archive, &folder, target, at))?;
    let mut text = String::new();
    for (path, why) in &bagged.broken {
        writeln!(
            text,
            "broken      {}: {}; no bag was written, `postproof verify` tells more",
            visible(path),
            visible(why)
        )?;
    }
    for path in &bagged.misread {
        writeln!(
            text,
            "note        {}: Python's bagit misreads this name, with a percent sign or a blank at its end; other readers of bags do not",
            visible(path)
        )?;
    }
    if bagged.broken.is_empty() {
        let place = target.display().to_string();
        writeln!(text, "bag         {}: {} files of {} bytes", visible(&place), bagged.files, bagged.bytes)?;
    }
    output::print(&text)?;
    Ok(if bagged.broken.is_empty() { Exit::Healthy } else { Exit::Findings })
}

/// Verifies a bag and tells what was found.
pub(super) fn verify(path: &Path, format: ListFormat) -> anyhow::Result<Exit> {
    let verification =
        seal::verify_bag(path).saying(|| say!("cannot read the bag in {path}", path = path.display()))?;
    let text = match format {
        ListFormat::Text => describe(&verification)?,
        ListFormat::Json => format!("{:#}\n", data(&verification)),
    };
    output::print(&text)?;
    Ok(if verification.is_valid() { Exit::Healthy } else { Exit::Findings })
}

fn words(state: &BagState) -> (&'static str, String) {
    match state {
        BagState::Altered(algorithm) => ("altered", format!(" (by {algorithm})")),
        BagState::Missing => ("missing", String::new()),
        BagState::NotFetched => ("not-fetched", " (fetch.txt says where it could be had)".to_owned()),
        BagState::Extra => ("extra", " (no manifest lists it)".to_owned()),
        BagState::Unreadable(why) => ("unreadable", format!(" ({why})")),
    }
}

fn describe(verification: &BagVerification) -> Result<String, std::fmt::Error> {
    let mut text = String::new();
    let BagVerification { version: (major, minor), intact, files, bytes, .. } = verification;
    writeln!(text, "a bag of version {major}.{minor}: {files} files of {bytes} bytes in its payload")?;
    writeln!(text, "{intact} files are as its manifests say, {} are not", verification.entries.len())?;
    for entry in &verification.entries {
        let (name, more) = words(&entry.state);
        writeln!(text, "{name:<12}{}{}", visible(&entry.path), visible(&more))?;
    }
    for problem in &verification.problems {
        writeln!(text, "{:<12}{}", "problem", visible(problem))?;
    }
    for warning in &verification.warnings {
        writeln!(text, "{:<12}{}", "note", visible(warning))?;
    }
    let verdict = if verification.is_valid() { "The bag is complete and valid." } else { "The bag is not valid." };
    writeln!(text, "{verdict}")?;
    Ok(text)
}

fn data(verification: &BagVerification) -> Value {
    let entries = verification.entries.iter().map(|entry| {
        let (name, _) = words(&entry.state);
        json!({ "path": entry.path, "status": name })
    });
    let (major, minor) = verification.version;
    json!({
        "bag": format!("{major}.{minor}"),
        "valid": verification.is_valid(),
        "files": verification.files,
        "bytes": verification.bytes,
        "intact": verification.intact,
        "entries": entries.collect::<Vec<_>>(),
        "problems": verification.problems,
        "warnings": verification.warnings,
    })
}
