//! Bags: what `seal --bagit` writes and what `verify` says of one.

use std::fmt::Write as _;
use std::path::{Path, absolute};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::args::ListFormat;
use super::exit_code::Exit;
use super::output;
use super::seal::Files;
use super::voice::Voice;
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
pub(super) fn write(files: &Files, target: &Path, at: Timestamp, voice: &Voice) -> anyhow::Result<Exit> {
    let folder = files.folder();
    let bagged = files.with(|archive| seal::write_bag(archive, &folder, target, at))?;
    let mut text = String::new();
    let mut line = |message: Message| writeln!(text, "{}", voice.say(&message));
    for (path, why) in &bagged.broken {
        line(say!(
            "broken      {path}: {why}; no bag was written, `postproof verify` tells more",
            path = visible(path),
            why = visible(why)
        ))?;
    }
    for path in &bagged.misread {
        line(say!(
            "note        {path}: Python's bagit misreads this name, with a percent sign or a blank at its end; other readers of bags do not",
            path = visible(path)
        ))?;
    }
    if bagged.broken.is_empty() {
        let place = target.display().to_string();
        line(say!(
            "bag         {place}: {files} files of {bytes} bytes",
            place = visible(&place),
            files = bagged.files,
            bytes = bagged.bytes
        ))?;
    }
    output::print(&text)?;
    Ok(if bagged.broken.is_empty() { Exit::Healthy } else { Exit::Findings })
}

/// Verifies a bag and tells what was found.
pub(super) fn verify(path: &Path, format: ListFormat, voice: &Voice) -> anyhow::Result<Exit> {
    let verification =
        seal::verify_bag(path).saying(|| say!("cannot read the bag in {path}", path = path.display()))?;
    let text = match format {
        ListFormat::Text => describe(&verification, voice)?,
        ListFormat::Json => format!("{:#}\n", data(&verification)),
    };
    output::print(&text)?;
    Ok(if verification.is_valid() { Exit::Healthy } else { Exit::Findings })
}

/// The name of a state in the data.
fn name(state: &BagState) -> &'static str {
    match state {
        BagState::Altered(_) => "altered",
        BagState::Missing => "missing",
        BagState::NotFetched => "not-fetched",
        BagState::Extra => "extra",
        BagState::Unreadable(_) => "unreadable",
    }
}

/// A line about a file that is not as the manifests say.
fn about(path: &str, state: &BagState) -> Message {
    let path = visible(path);
    match state {
        BagState::Altered(algorithm) => say!("altered     {path} (by {algorithm})", path, algorithm),
        BagState::Missing => say!("missing     {path}", path),
        BagState::NotFetched => say!("not-fetched {path} (fetch.txt says where it could be had)", path),
        BagState::Extra => say!("extra       {path} (no manifest lists it)", path),
        BagState::Unreadable(why) => say!("unreadable  {path} ({why})", path, why = visible(why)),
    }
}

fn describe(verification: &BagVerification, voice: &Voice) -> Result<String, std::fmt::Error> {
    let mut text = String::new();
    let BagVerification { version: (major, minor), intact, files, bytes, .. } = verification;
    let mut line = |message: Message| writeln!(text, "{}", voice.say(&message));
    line(say!(
        "a bag of version {major}.{minor}: {files} files of {bytes} bytes in its payload",
        major,
        minor,
        files,
        bytes
    ))?;
    line(say!(
        "{intact} files are as its manifests say, {others} are not",
        intact,
        others = verification.entries.len()
    ))?;
    for entry in &verification.entries {
        line(about(&entry.path, &entry.state))?;
    }
    for problem in &verification.problems {
        line(say!("problem     {problem}", problem = visible(&voice.say(problem))))?;
    }
    for warning in &verification.warnings {
        line(say!("note        {notice}", notice = visible(&voice.say(warning))))?;
    }
    let is_valid = verification.is_valid();
    line(if is_valid { say!("The bag is complete and valid.") } else { say!("The bag is not valid.") })?;
    Ok(text)
}

fn data(verification: &BagVerification) -> Value {
    let english = |said: &[Message]| said.iter().map(Message::english).collect::<Vec<_>>();
    let entries = verification.entries.iter().map(|entry| json!({ "path": entry.path, "status": name(&entry.state) }));
    let (major, minor) = verification.version;
    json!({
        "bag": format!("{major}.{minor}"),
        "valid": verification.is_valid(),
        "files": verification.files,
        "bytes": verification.bytes,
        "intact": verification.intact,
        "entries": entries.collect::<Vec<_>>(),
        "problems": english(&verification.problems),
        "warnings": english(&verification.warnings),
    })
}
