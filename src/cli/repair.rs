//! `repair`: which altered or missing files can be had back from another copy, and bringing them back.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::args::ListFormat;
use super::exit_code::Exit;
use super::output;
use super::seal::Files;
use super::voice::Voice;
use crate::language::{Message, Saying as _, say};
use crate::report::visible;
use crate::seal::repair::{self, Origin, Restored, Source, Step};
use crate::seal::{self, Entry, Status, Verification};
use crate::vcs::{Repository, Revision};

/// What `repair` is told.
#[derive(Clone, Debug, Args)]
pub(super) struct RepairArgs {
    /// The archive's folder.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Another copy: a folder (a clone, a bag), or a revision of the archive's own repository with its whole history.
    #[arg(long, value_name = "PATH|REV")]
    from: String,
    /// Bring back what can be had. What is replaced is kept in .postproof/aside.
    #[arg(long)]
    apply: bool,
    /// How the plan is printed.
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    format: ListFormat,
}

/// What `--from` means.
struct From {
    /// The top folder of the copy.
    copy: Option<PathBuf>,
    history: Option<(Repository, Revision)>,
}

impl From {
    /// A folder, else a revision; `Err` with what to say where it is neither.
    fn find(archive: &Path, from: &str) -> anyhow::Result<Result<Self, Message>> {
        let folder = Path::new(from);
        if folder.is_dir() {
            let history = match Repository::discover(folder)? {
                Some(repository) => repository.head()?.map(|head| (repository, head)),
                None => None,
            };
            let copy = if seal::is_bag(folder) { folder.join("data") } else { folder.to_owned() };
            return Ok(Ok(Self { copy: Some(copy), history }));
        }
        let Some(repository) = Repository::discover(archive)? else {
            return Ok(Err(say!(
                "`{from}` is no folder, and the archive is in no git repository whose history could have it",
                from
            )));
        };
        Ok(match repository.resolve(from) {
            Ok(revision) => Ok(Self { copy: None, history: Some((repository, revision)) }),
            Err(error) => Err(say!("`{from}` is no folder: {error}", from, error = error.message())),
        })
    }
}

/// The plan, and what became of it.
struct Outcome<'a> {
    args: &'a RepairArgs,
    verification: &'a Verification,
    steps: &'a [Step],
    /// Of each step, if the plan was carried out.
    results: Option<&'a [Restored]>,
}

/// Plans, applies if told to, and prints.
pub(super) fn repair(args: &RepairArgs, voice: &Voice) -> anyhow::Result<Exit> {
    let files = match Files::find(&args.path, voice)? {
        Ok(files) => files,
        Err(exit) => return Ok(exit),
    };
    let from = match From::find(&args.path, &args.from)? {
        Ok(from) => from,
        Err(message) => {
            voice.error(message);
            return Ok(Exit::Usage);
        }
    };
    let folder = files.folder();
    let verification = files.with(|archive| seal::verify(archive, &folder))?;
    let needs = repair::needs(&verification, &folder)?;
    let history = from.history.as_ref().map(|(repository, revision)| (repository, revision));
    let steps = repair::search(needs, &Source { copy: from.copy.as_deref(), history })
        .saying(|| say!("cannot search {place}", place = &args.from))?;
    let results = args.apply.then(|| {
        let aside = args.path.join(".postproof/aside").join(Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string());
        repair::apply(&args.path, &steps, from.history.as_ref().map(|(repository, _)| repository), &aside)
    });
    let outcome = Outcome { args, verification: &verification, steps: &steps, results: results.as_deref() };
    let text = match args.format {
        ListFormat::Text => describe(&outcome, voice)?,
        ListFormat::Json => format!("{:#}\n", data(&outcome)),
    };
    output::print(&text)?;
    Ok(if outcome.is_whole() { Exit::Healthy } else { Exit::Findings })
}

impl Outcome<'_> {
    /// Files that were sealed and that nothing can be written in the place of.
    fn blocked(&self) -> impl Iterator<Item = (&str, &str)> {
        self.verification.comparison.entries.iter().filter_map(|Entry { path, status }| match status {
            Status::Unreadable(why) => Some((&**path, &**why)),
            _ => None,
        })
    }

    /// Whether nothing is left to do.
    fn is_whole(&self) -> bool {
        let is_done = |result: &Restored| matches!(result, Restored::Written { .. } | Restored::Already);
        let is_done = self.results.map_or(self.steps.is_empty(), |results| results.iter().all(is_done));
        is_done && self.blocked().next().is_none()
    }
}

fn state(step: &Step) -> &'static str {
    match step.need.found {
        None => "missing",
        Some(_) if step.need.path != step.need.sealed_as => "altered-in-move",
        Some(_) => "altered",
    }
}

fn place(origin: &Origin) -> String {
    match origin {
        Origin::File(path) => path.display().to_string(),
        Origin::Blob(blob) => format!("git blob {blob}"),
    }
}

fn describe(outcome: &Outcome<'_>, voice: &Voice) -> Result<String, std::fmt::Error> {
    let mut text = String::new();
    let there = outcome.steps.iter().filter(|step| step.origin.is_some()).count();
    let nowhere = outcome.steps.len() - there;
    let mut line = |message: Message| writeln!(text, "{}", voice.say(&message));
    line(say!(
        "{files} files are not as they were sealed: {there} can be had back from {from}, {nowhere} cannot",
        files = outcome.steps.len(),
        there,
        from = visible(&outcome.args.from),
        nowhere
    ))?;
    for (at, step) in outcome.steps.iter().enumerate() {
        line(about(step, outcome.results.and_then(|results| results.get(at))))?;
    }
    for (path, why) in outcome.blocked() {
        line(say!(
            "blocked         {path}: {why}; move it away, then repair again",
            path = visible(path),
            why = visible(why)
        ))?;
    }
    if outcome.results.is_none() && there > 0 {
        line(say!(
            "Nothing was written. Run it again with --apply to bring these back; what is replaced is kept in .postproof/aside."
        ))?;
    }
    Ok(text)
}

/// The line of one file: where it can be had, or what became of it.
fn about(step: &Step, result: Option<&Restored>) -> Message {
    let path = visible(&step.need.path);
    match (result, &step.origin) {
        (None, Some(origin)) => {
            let origin = visible(&place(origin)).into_owned();
            match state(step) {
                "missing" => say!("missing         {path} <- {origin}", path, origin),
                "altered" => say!("altered         {path} <- {origin}", path, origin),
                _ => say!("altered-in-move {path} <- {origin}", path, origin),
            }
        }
        (None | Some(Restored::Nowhere), None) | (Some(Restored::Nowhere), _) => {
            say!("lost            {path}: not there; try another copy", path)
        }
        (Some(Restored::Written { aside: None }), _) => say!("restored        {path}", path),
        (Some(Restored::Written { aside: Some(aside) }), _) => say!(
            "restored        {path}; what lay there is kept in {aside}",
            path,
            aside = visible(&aside.display().to_string())
        ),
        (Some(Restored::Already), _) => say!("restored        {path}: already as it was sealed", path),
        (Some(Restored::Failed(why)), _) => say!("failed          {path}: {why}", path, why = visible(why)),
    }
}

fn data(outcome: &Outcome<'_>) -> Value {
    let steps = outcome.steps.iter().enumerate().map(|(at, step)| {
        let origin = step.origin.as_ref().map(|origin| match origin {
            Origin::File(path) => json!({ "kind": "file", "path": path.display().to_string() }),
            Origin::Blob(blob) => json!({ "kind": "blob", "id": blob.to_string() }),
        });
        let (result, why, aside) = match outcome.results.and_then(|results| results.get(at)) {
            None => (Value::Null, None, None),
            Some(Restored::Written { aside }) => ("restored".into(), None, aside.as_ref()),
            Some(Restored::Already) => ("already".into(), None, None),
            Some(Restored::Nowhere) => ("nowhere".into(), None, None),
            Some(Restored::Failed(why)) => ("failed".into(), Some(why), None),
        };
        json!({
            "path": step.need.path,
            "sealed_as": step.need.sealed_as,
            "state": state(step),
            "sha256": step.need.digest,
            "found_sha256": step.need.found,
            "origin": origin,
            "result": result,
            "why": why,
            "kept_aside": aside.map(|path| path.display().to_string()),
        })
    });
    let blocked = outcome.blocked().map(|(path, why)| json!({ "path": path, "why": why }));
    json!({
        "from": outcome.args.from,
        "sealed_at": outcome.verification.sealed_at,
        "applied": outcome.results.is_some(),
        "whole": outcome.is_whole(),
        "steps": steps.collect::<Vec<_>>(),
        "blocked": blocked.collect::<Vec<_>>(),
    })
}
