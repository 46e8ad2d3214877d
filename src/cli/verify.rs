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
use crate::language::{Message, Trouble, say};
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

fn parse_head(text: &str) -> Result<Published, Trouble> {
    let wrong = || say!("write the root's 64 hexadecimal digits, or SIZE:ROOT as `postproof seal` prints it");
    Published::parse(text).ok_or_else(|| Trouble::new(wrong()))
}

/// Everything that was found.
struct Outcome<'a> {
    verification: &'a Verification,
    /// Whether the log has the root that was asked for.
    has_root: Option<bool>,
    consistency: Option<&'a Consistency>,
    notices: Vec<Message>,
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
        return bag::verify(&args.path, args.format, voice);
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
    notices.extend(
        files.odd_names().map(|name| say!("{name} cannot be sealed: a name that is not UTF-8; rename it", name)),
    );
    let outcome = Outcome {
        verification: &verification,
        has_root: args.root.map(is_head),
        consistency: consistency.as_ref(),
        notices,
    };
    let text = match args.format {
        ListFormat::Text => {
            let mut text = String::new();
            describe(&mut text, &outcome, voice)?;
            text
        }
        ListFormat::Json => format!("{:#}\n", data(&outcome)),
    };
    output::print(&text)?;
    Ok(if outcome.is_intact() { Exit::Healthy } else { Exit::Findings })
}

/// The name of a status.
fn name(status: &Status) -> &'static str {
    match status {
        Status::Altered { .. } => "altered",
        Status::Missing { .. } => "missing",
        Status::Moved { .. } => "moved",
        Status::AlteredInMove { .. } => "altered-in-move",
        Status::Extra => "extra",
        Status::Unreadable(_) => "unreadable",
    }
}

/// What stands above the files of a status: what a person does about them.
fn heading(status: &Status) -> Message {
    match status {
        Status::Altered { .. } => {
            say!("altered: bring it back from git, or accept it by `postproof seal --accept PATH`")
        }
        Status::Missing { .. } => {
            say!("missing: bring it back from git, or accept its loss by `postproof seal --accept PATH`")
        }
        Status::Moved { .. } => say!("moved: run `postproof seal`, which takes its line along"),
        Status::AlteredInMove { .. } => {
            say!("altered-in-move: bring it back from git, or accept it by `postproof seal --accept PATH`")
        }
        Status::Extra => say!("extra: run `postproof seal`, which seals it"),
        Status::Unreadable(_) => say!("unreadable: make it a regular file that can be read"),
    }
}

/// The names of the statuses in the order in which they are told, worst first.
const ORDER: [&str; 6] = ["altered", "altered-in-move", "missing", "unreadable", "moved", "extra"];

fn counts(verification: &Verification) -> BTreeMap<&'static str, usize> {
    let mut counts: BTreeMap<&'static str, usize> = ORDER.iter().map(|name| (*name, 0)).collect();
    for entry in &verification.comparison.entries {
        *counts.entry(name(&entry.status)).or_default() += 1;
    }
    counts
}

fn describe(text: &mut String, outcome: &Outcome<'_>, voice: &Voice) -> fmt::Result {
    let verification = outcome.verification;
    let counts = counts(verification);
    let count = |name: &str| counts.get(name).copied().unwrap_or(0);
    let line = |text: &mut String, message: Message| writeln!(text, "{}", voice.say(&message));
    let standing = say!(
        "{intact} files are as they were sealed on {day}, {altered} altered, {moves} altered-in-move, {missing} missing, {unreadable} unreadable, {moved} moved, {extra} extra",
        intact = verification.comparison.intact,
        day = visible(&verification.sealed_at),
        altered = count("altered"),
        moves = count("altered-in-move"),
        missing = count("missing"),
        unreadable = count("unreadable"),
        moved = count("moved"),
        extra = count("extra"),
    );
    line(text, standing)?;
    for count in &verification.counts {
        let counted = say!(
            "{manifest}: {sealed_files} files of {sealed_bytes} bytes were sealed, {found_files} files of {found_bytes} bytes are there",
            manifest = visible(&count.manifest),
            sealed_files = count.sealed_files,
            sealed_bytes = count.sealed_bytes,
            found_files = count.found_files,
            found_bytes = count.found_bytes,
        );
        line(text, counted)?;
    }
    for status in ORDER {
        let mut entries =
            verification.comparison.entries.iter().filter(|entry| name(&entry.status) == status).peekable();
        if let Some(first) = entries.peek() {
            writeln!(text, "\n{}", voice.say(&heading(&first.status)))?;
        }
        entries.try_for_each(|entry| entry_line(text, entry))?;
    }
    describe_seal(text, outcome, voice)?;
    for notice in &outcome.notices {
        line(text, say!("note: {notice}", notice = visible(&voice.say(notice))))?;
    }
    let is_intact = outcome.is_intact();
    let verdict = if is_intact { say!("The archive is intact.") } else { say!("The archive is not intact.") };
    writeln!(text, "\n{}", voice.say(&verdict))?;
    line(text, say!("head {head}", head = &verification.head))
}

fn entry_line(text: &mut String, entry: &Entry) -> fmt::Result {
    let path = visible(&entry.path);
    match &entry.status {
        Status::Moved { to } | Status::AlteredInMove { to, .. } => writeln!(text, "  {path} -> {}", visible(to)),
        Status::Unreadable(why) => writeln!(text, "  {path}: {}", visible(why)),
        Status::Altered { .. } | Status::Missing { .. } | Status::Extra => writeln!(text, "  {path}"),
    }
}

/// What is wrong with the seal itself, and how it stands to what was published.
fn describe_seal(text: &mut String, outcome: &Outcome<'_>, voice: &Voice) -> fmt::Result {
    let verification = outcome.verification;
    let account = &verification.account;
    let mut line = |message: Message| writeln!(text, "{}", voice.say(&message));
    if !verification.problems.is_empty() || !account.unlogged.is_empty() || account.unaccounted > 0 {
        line(Message::nothing())?;
        line(say!(
            "seal: changed by another hand; bring it back by `git checkout -- {folder}`",
            folder = seal::FOLDER
        ))?;
    }
    for problem in &verification.problems {
        line(Message::text(format!("  {}", visible(&voice.say(&problem.message())))))?;
    }
    for path in &account.unlogged {
        line(say!("  {path} has a line that no sealing wrote", path = visible(path)))?;
    }
    if account.unaccounted > 0 {
        line(say!("  {lines} lines that were sealed are in no manifest", lines = account.unaccounted))?;
    }
    for (path, why) in &verification.refused {
        line(say!("refused: {path} cannot be sealed: {why}; rename it", path = visible(path), why = why.message()))?;
    }
    match outcome.has_root {
        Some(true) => line(say!("root: the log has the root that was asked for"))?,
        Some(false) => line(say!("root: the log has another root than was asked for"))?,
        None => {}
    }
    let Some(consistency) = outcome.consistency else { return Ok(()) };
    match &consistency.published {
        Some(published) if consistency.holds => {
            line(say!("consistent: the log goes on from {published}", published))?;
        }
        _ => line(say!(
            "inconsistent: the log never had that head; it was rewritten, or the head is of another archive"
        ))?,
    }
    for given in &consistency.given_up {
        line(say!("given up since: {digest} {path}", digest = given.digest, path = visible(&given.path)))?;
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
    let refused =
        verification.refused.iter().map(|(path, why)| json!({ "path": path, "why": why.message().english() }));
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
        "notices": outcome.notices.iter().map(Message::english).collect::<Vec<_>>(),
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
        "status": name(&entry.status),
        "to": to,
        "sealed": sealed,
        "found": found,
        "why": why,
    })
}
