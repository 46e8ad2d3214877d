//! `seal`: digests of what is new, written into the archive.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::Timestamp;

use super::exit_code::Exit;
use super::output;
use super::voice::Voice;
use super::{archive, bag};
use crate::language::{Message, say};
use crate::report::visible;
use crate::seal::{self, Archive, FOLDER, Request, Sealed, look_alikes};
use crate::source::{self, Walk, Walked};
use crate::vcs::Repository;

/// What `seal` is told.
#[derive(Clone, Debug, Args)]
pub(super) struct SealArgs {
    /// The archive's folder.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// A sealed file whose change or loss is meant, as a path from the archive's folder.
    #[arg(long, value_name = "PATH")]
    accept: Vec<String>,
    /// Also write what is sealed as a bag (RFC 8493) into this folder, which must not exist yet.
    #[arg(long, value_name = "DIR")]
    bagit: Option<PathBuf>,
}

/// The files of an archive, and what is to be said of those that no seal can hold.
pub(super) struct Files {
    root: PathBuf,
    walked: Walked,
    repository: Option<Repository>,
}

impl Files {
    /// Finds the files; where the settings are wrong, gives the exit code.
    pub(super) fn find(root: &Path, voice: &Voice) -> anyhow::Result<Result<Self, Exit>> {
        let Walk { own, .. } = match archive::settings(root, voice)? {
            Ok(settings) => settings.walk,
            Err(exit) => return Ok(Err(exit)),
        };
        let mut walked = source::walk(&Walk { root: root.to_owned(), own, threads: 0 })?;
        leave_out_links(&mut walked);
        let repository = Repository::discover(root)?;
        Ok(Ok(Self { root: root.to_owned(), walked, repository }))
    }

    /// Does some work with the archive.
    pub(super) fn with<T>(&self, work: impl FnOnce(&Archive<'_>) -> T) -> T {
        let is_plain = |path: &&str| !self.walked.odd_names.contains_key(*path);
        let paths: Vec<&str> = self.walked.files.iter().map(|path| &**path).filter(is_plain).collect();
        work(&Archive { top: &self.root, paths: &paths, repository: self.repository.as_ref() })
    }

    /// Where the seal is.
    pub(super) fn folder(&self) -> PathBuf {
        self.root.join(FOLDER)
    }

    /// The names that are not UTF-8, as they can be shown.
    pub(super) fn odd_names(&self) -> impl Iterator<Item = &str> {
        self.walked.odd_names.keys().map(|name| &**name)
    }

    /// What is worth knowing beside the files, as sentences.
    pub(super) fn notices(&self) -> Vec<Message> {
        let mut notices = self.walked.notices.clone();
        let groups = self.with(|archive| {
            look_alikes(archive.paths).into_iter().map(|group| group.join(" and ")).collect::<Vec<_>>()
        });
        notices.extend(
            groups
                .into_iter()
                .map(|names| say!("{names} are one name on systems that ignore case or normalise names", names)),
        );
        notices
    }
}

/// Takes out symbolic links: what they lead to in the archive is sealed, and they have no bytes of their own.
fn leave_out_links(walked: &mut Walked) {
    let links = std::mem::take(&mut walked.links);
    walked.files.retain(|path| links.binary_search(path).is_err());
    let told = links.iter().map(|path| say!("{path} is a symbolic link, which is not sealed; the file of the archive that it leads to is, under its own name", path));
    walked.notices.extend(told);
}

/// Seals what is new, and what is accepted.
pub(super) fn seal(args: &SealArgs, voice: &Voice) -> anyhow::Result<Exit> {
    if let Some(refusal) = args.bagit.as_ref().and_then(|target| bag::refusal(&args.path, target)) {
        voice.error(refusal);
        return Ok(Exit::Usage);
    }
    let files = match Files::find(&args.path, voice)? {
        Ok(files) => files,
        Err(exit) => return Ok(exit),
    };
    let accepted: Vec<&str> = args.accept.iter().map(|path| path.trim_start_matches("./")).collect();
    let folder = files.folder();
    let at = Timestamp::now();
    let request = Request { folder: &folder, accepted: &accepted, at };
    let sealed = files.with(|archive| seal::seal(archive, &request))?;
    let mut text = String::new();
    let is_whole = describe(&mut text, &files, &sealed, voice)?;
    output::print(&text)?;
    let bagged = match &args.bagit {
        Some(target) => bag::write(&files, target, at, voice)?,
        None => Exit::Healthy,
    };
    Ok(if is_whole { bagged } else { Exit::Findings })
}

/// Writes what was done; whether nothing is left to do.
fn describe(text: &mut String, files: &Files, sealed: &Sealed, voice: &Voice) -> Result<bool, std::fmt::Error> {
    let update = &sealed.update;
    let refused = sealed.refused.len() + files.odd_names().count();
    let mut line = |message: Message| writeln!(text, "{}", voice.say(&message));
    line(say!(
        "{files} files are sealed: {new} new, {moved} moved, {retired} given up; {missing} missing, {altered} altered in a move, {unreadable} unreadable, {refused} refused",
        files = sealed.files,
        new = update.added.len().saturating_sub(update.moved.len()),
        moved = update.moved.len(),
        retired = update.retired.len(),
        missing = update.missing.len(),
        altered = update.altered_in_move.len(),
        unreadable = update.unreadable.len(),
        refused,
    ))?;
    for (from, to) in &update.moved {
        line(say!("moved       {from} -> {to}", from = visible(from), to = visible(to)))?;
    }
    for path in &update.missing {
        line(say!(
            "missing     {path}; bring it back from git or a copy, or, if it is meant, run `postproof seal --accept PATH`",
            path = visible(path)
        ))?;
    }
    for (from, to) in &update.altered_in_move {
        line(say!(
            "altered     {from} -> {to}; if it is meant, run `postproof seal --accept PATH`",
            from = visible(from),
            to = visible(to)
        ))?;
    }
    for (path, why) in &update.unreadable {
        line(say!("unreadable  {path}: {why}; it is not sealed", path = visible(path), why = visible(why)))?;
    }
    for (path, why) in &sealed.refused {
        line(say!("refused     {path}: {why}; rename it", path = visible(path), why = why.message()))?;
    }
    for path in files.odd_names() {
        line(say!("refused     {path}: a name that is not UTF-8; rename it", path = visible(path)))?;
    }
    for path in &update.unknown {
        line(say!(
            "unknown     {path}: named to be accepted, and neither sealed nor there; paths count from the archive's folder",
            path = visible(path)
        ))?;
    }
    for notice in files.notices() {
        line(say!("note        {notice}", notice = visible(&voice.say(&notice))))?;
    }
    line(say!("head        {head}", head = &sealed.head))?;
    line(say!("Commit {folder}, and publish the head where nobody can change it.", folder = FOLDER))?;
    Ok(refused == 0
        && update.missing.is_empty()
        && update.altered_in_move.is_empty()
        && update.unreadable.is_empty()
        && update.unknown.is_empty())
}
