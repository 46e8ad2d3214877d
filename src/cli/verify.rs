//! `verify`: the archive against its seal, and the seal against what was published of it.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::path::PathBuf;

use clap::Args;
use serde_json::{Value, json};

use super::args::ListFormat;
use super::bag;
use super::exit_code::Exit;
use super::output;
use super::seal::Files;
use super::voice::Voice;
use crate::language::say;
use crate::report::visible;
use crate::seal::{self, Consistency, Entry, Published, Status, Verification};

/// What `verify` is told.
#[derive(Clone, Debug, Args)]
pub(super) struct VerifyArgs {
    /// The archive's folder, or a bag.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// The root that the seal's log must have: 64 hexadecimal digits.
    #[arg(long, value_name = "HEX", value_parser = parse_head)]
    root: Option<Published>,
    /// A head published earlier: everything that was sealed then must still be sealed, and none of it given up.
    #[arg(long, value_name = "SIZE:HEX", value_parser = parse_head)]
    consistent_with: Option<Published>,
    /// How the result is printed.
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    format: ListFormat,
}

fn parse_head(text: &str) -> Result<Published, &'static str> {
    Published::parse(text).ok_or("write the root's 64 hexadecimal digits, or SIZE:ROOT as `postproof seal` prints it")
}

/// Everything that was found.
struct Outcome<'a> {
    verification: &'a Verification,
    /// Whether the log has the root that was asked for.
    has_root: Option<bool>,
    consistency: Option<&'a Consistency>,
    notices: Vec<String>,
}

impl Outcome<'_> {
    fn is_consistent(&self) -> bool {
        self.consistency.is_none_or(|consistency| consistency.holds && consistency.given_up.is_empty())
    }

    fn is_intact(&self) -> bool {
        self.verification.is_intact() && self.has_root != Some(false) && self.is_consistent()
    }
}

/// Verifies an archive and tells what was found.
pub(super) fn verify(args: &VerifyArgs, voice: &Voice) -> anyhow::Result<Exit> {
    if seal::is_bag(&args.path) && !args.path.join(seal::FOLDER).is_dir() {
        if args.root.is_some() || args.consistent_with.is_some() {
            voice.error(say!("a bag has no log; verify its payload, DIR/data, by the seal in it"));
            return Ok(Exit::Usage);
        }
        return bag::verify(&args.path, args.format);
    }
    let files = match Files::find(&args.path, voice)? {
        Ok(files) => files,
        Err(exit) => return Ok(exit),
    };
    let folder = files.folder();
    let verification = files.with(|archive| seal::verify(archive, &folder))?;
    let consistency = match &args.consistent_with {
        Some(published) => Some(seal::consistency(&folder, published)?),
        None => None,
    };
    let is_head = |wanted: Published| {
        wanted.root == verification.head.root && wanted.size.is_none_or(|size| size == verification.head.size)
    };
    let mut notices = files.notices();
    notices
        .extend(files.odd_names().map(|name| format!("{name} cannot be sealed: a name that is not UTF-8; rename it")));
    let outcome = Outcome {
        verification: &verification,
        has_root: args.root.map(is_head),
        consistency: consistency.as_ref(),
        notices,
    };
    let text = match args.format {
        ListFormat::Text => {
            let mut text = String::new();
            describe(&mut text, &outcome)?;
            text
        }
        ListFormat::Json => format!("{:#}\n", data(&outcome)),
    };
    output::print(&text)?;
    Ok(if outcome.is_intact() { Exit::Healthy } else { Exit::Findings })
}

/// The name of a status, and what a person does about it.
fn words(status: &Status) -> (&'static str, &'static str) {
    match status {
        Status::Altered { .. } => ("altered", "bring it back from git, or accept it by `postproof seal --accept PATH`"),
        Status::Missing { .. } => {
            ("missing", "bring it back from git, or accept its loss by `postproof seal --accept PATH`")
        }
        Status::Moved { .. } => ("moved", "run `postproof seal`, which takes its line along"),
        Status::AlteredInMove { .. } => {
            ("altered-in-move", "bring it back from git, or accept it by `postproof seal --accept PATH`")
        }
        Status::Extra => ("extra", "run `postproof seal`, which seals it"),
        Status::Unreadable(_) => ("unreadable", "make it a regular file that can be read"),
    }
}

/// The names of the statuses in the order in which they are told, worst first.
const ORDER: [&str; 6] = ["altered", "altered-in-move", "missing", "unreadable", "moved", "extra"];

fn counts(verification: &Verification) -> BTreeMap<&'static str, usize> {
    let mut counts: BTreeMap<&'static str, usize> = ORDER.iter().map(|name| (*name, 0)).collect();
    for entry in &verification.comparison.entries {
        *counts.entry(words(&entry.status).0).or_default() += 1;
    }
    counts
}

fn describe(text: &mut String, outcome: &Outcome<'_>) -> fmt::Result {
    let verification = outcome.verification;
    let counts = counts(verification);
    write!(
        text,
        "{} files are as they were sealed on {}",
        verification.comparison.intact,
        visible(&verification.sealed_at)
    )?;
    for name in ORDER {
        write!(text, ", {} {name}", counts.get(name).copied().unwrap_or(0))?;
    }
    writeln!(text)?;
    for count in &verification.counts {
        writeln!(
            text,
            "{}: {} files of {} bytes were sealed, {} files of {} bytes are there",
            visible(&count.manifest),
            count.sealed_files,
            count.sealed_bytes,
            count.found_files,
            count.found_bytes
        )?;
    }
    for name in ORDER {
        let mut entries =
            verification.comparison.entries.iter().filter(|entry| words(&entry.status).0 == name).peekable();
        if let Some(first) = entries.peek() {
            writeln!(text, "\n{name}: {}", words(&first.status).1)?;
        }
        entries.try_for_each(|entry| line(text, entry))?;
    }
    describe_seal(text, outcome)?;
    for notice in &outcome.notices {
        writeln!(text, "note: {}", visible(notice))?;
    }
    let verdict = if outcome.is_intact() { "The archive is intact." } else { "The archive is not intact." };
    writeln!(text, "\n{verdict}\nhead {}", verification.head)
}

fn line(text: &mut String, entry: &Entry) -> fmt::Result {
    let path = visible(&entry.path);
    match &entry.status {
        Status::Moved { to } | Status::AlteredInMove { to, .. } => writeln!(text, "  {path} -> {}", visible(to)),
        Status::Unreadable(why) => writeln!(text, "  {path}: {}", visible(why)),
        Status::Altered { .. } | Status::Missing { .. } | Status::Extra => writeln!(text, "  {path}"),
    }
}

/// What is wrong with the seal itself, and how it stands to what was published.
fn describe_seal(text: &mut String, outcome: &Outcome<'_>) -> fmt::Result {
    let verification = outcome.verification;
    let account = &verification.account;
    if !verification.problems.is_empty() || !account.unlogged.is_empty() || account.unaccounted > 0 {
        writeln!(text, "\nseal: changed by another hand; bring it back by `git checkout -- {}`", seal::FOLDER)?;
    }
    for problem in &verification.problems {
        writeln!(text, "  {}", visible(&problem.to_string()))?;
    }
    for path in &account.unlogged {
        writeln!(text, "  {} has a line that no sealing wrote", visible(path))?;
    }
    if account.unaccounted > 0 {
        writeln!(text, "  {} lines that were sealed are in no manifest", account.unaccounted)?;
    }
    for (path, why) in &verification.refused {
        writeln!(text, "refused: {} cannot be sealed: {}; rename it", visible(path), why.message())?;
    }
    match outcome.has_root {
        Some(true) => writeln!(text, "root: the log has the root that was asked for")?,
        Some(false) => writeln!(text, "root: the log has another root than was asked for")?,
        None => {}
    }
    let Some(consistency) = outcome.consistency else { return Ok(()) };
    match &consistency.published {
        Some(published) if consistency.holds => {
            writeln!(text, "consistent: the log goes on from {published}")?;
        }
        _ => writeln!(
            text,
            "inconsistent: the log never had that head; it was rewritten, or the head is of another archive"
        )?,
    }
    for line in &consistency.given_up {
        writeln!(text, "given up since: {} {}", line.digest, visible(&line.path))?;
    }
    Ok(())
}

fn data(outcome: &Outcome<'_>) -> Value {
    let verification = outcome.verification;
    let head = |head: &seal::Head| json!({ "size": head.size, "root": head.root });
    let manifests = verification.counts.iter().map(|count| {
        json!({
            "manifest": count.manifest,
            "sealed_files": count.sealed_files,
            "sealed_bytes": count.sealed_bytes,
            "found_files": count.found_files,
            "found_bytes": count.found_bytes,
        })
    });
    let consistency = outcome.consistency.map(|consistency| {
        let given_up = consistency.given_up.iter().map(|line| json!({ "path": line.path, "sha256": line.digest }));
        json!({
            "holds": consistency.holds,
            "published": consistency.published.as_ref().map(head),
            "proof": consistency.proof,
            "given_up": given_up.collect::<Vec<_>>(),
        })
    });
    let refused = verification.refused.iter().map(|(path, why)| json!({ "path": path, "why": why.message() }));
    json!({
        "intact": outcome.is_intact(),
        "sealed_at": verification.sealed_at,
        "sealed_by": verification.version,
        "head": head(&verification.head),
        "counts": { "intact": verification.comparison.intact, "other": counts(verification) },
        "manifests": manifests.collect::<Vec<_>>(),
        "files": verification.comparison.entries.iter().map(file).collect::<Vec<_>>(),
        "problems": verification.problems.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "unlogged": verification.account.unlogged,
        "unaccounted": verification.account.unaccounted,
        "refused": refused.collect::<Vec<_>>(),
        "root_matches": outcome.has_root,
        "consistency": consistency,
        "notices": outcome.notices,
    })
}

fn file(entry: &Entry) -> Value {
    let (to, sealed, found, why) = match &entry.status {
        Status::Altered { sealed, found } => (None, Some(sealed), Some(found), None),
        Status::Missing { sealed } => (None, Some(sealed), None, None),
        Status::Moved { to } => (Some(to), None, None, None),
        Status::AlteredInMove { to, sealed, found } => (Some(to), Some(sealed), Some(found), None),
        Status::Extra => (None, None, None, None),
        Status::Unreadable(why) => (None, None, None, Some(why)),
    };
    json!({
        "path": entry.path,
        "status": words(&entry.status).0,
        "to": to,
        "sealed": sealed,
        "found": found,
        "why": why,
    })
}
