//! Where each format of a report goes, and writing them.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use super::super::home::Home;
use super::super::output;
use super::args::CheckArgs;
use super::is_on;
use super::wanted::Wanted;
use crate::check::Settings;
use crate::language::{Saying as _, say};
use crate::report::{self, Context, Format, Report, Verbosity};
use crate::site;
use crate::source;
use crate::text::secret::mask;
use crate::vcs::Repository;

/// Where one format goes.
pub(super) enum Destination {
    StandardOutput,
    File(PathBuf),
}

/// Every format that is asked for, and where it goes.
pub(super) fn outputs(args: &CheckArgs, folder: &Path) -> Vec<(&'static dyn Format, Destination)> {
    let in_folder = |format: &'static dyn Format| (format, Destination::File(folder.join(format.file_name())));
    let place = |wanted: &Wanted| {
        let format = report::format(&wanted.name)?;
        Some(match wanted.target.as_deref() {
            Some("-") => (format, Destination::StandardOutput),
            Some(file) => (format, Destination::File(PathBuf::from(file))),
            None => in_folder(format),
        })
    };
    let mut outputs: Vec<_> = args.format.iter().filter_map(place).collect();
    if !args.no_reports {
        let is_there = |name: &str| args.format.iter().any(|wanted| wanted.name == name && wanted.target.is_none());
        let usual = ["json", "markdown", "html"].into_iter().filter(|name| !is_there(name));
        outputs.extend(usual.filter_map(report::format).map(in_folder));
    }
    outputs
}

/// What postproof itself writes in the archive, as the walk will meet it: the reports of this run, what an earlier one
/// left in the reports folder, and the state.
pub(super) fn own_files(
    root: &Path,
    (folder, state): (&Path, Option<&Path>),
    outputs: &[(&'static dyn Format, Destination)],
) -> Vec<PathBuf> {
    let written = outputs.iter().filter_map(|(_, destination)| match destination {
        Destination::File(path) => Some(path.clone()),
        Destination::StandardOutput => None,
    });
    let left = report::ALL.iter().map(|format| folder.join(format.file_name()));
    // SQLite keeps two files beside its own.
    let states = state.into_iter().flat_map(|path| ["", "-wal", "-shm"].map(|end| with_end(path, end)));
    let indexes = state
        .into_iter()
        .flat_map(|path| ["", "-wal", "-shm"].map(|end| with_end(&path.with_file_name("index.db"), end)));
    written.chain(left).chain(states).chain(indexes).filter_map(|path| Some(root.join(inside(root, &path)?))).collect()
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// A path as the walk will meet it, if it lies in the archive.
pub(super) fn in_archive(root: &Path, path: &Path) -> Option<PathBuf> {
    Some(root.join(inside(root, path)?))
}

/// A path relative to the archive, if it lies in it.
fn inside(root: &Path, path: &Path) -> Option<PathBuf> {
    let (root, path) = (std::path::absolute(root).ok()?, std::path::absolute(path).ok()?);
    Some(path.strip_prefix(root).ok()?.to_owned())
}

/// Says how to keep Jekyll from publishing the reports, where it would.
pub(super) fn published_reports(root: &Path, folder: &Path, settings: &Settings) -> Option<String> {
    let folder = inside(root, folder)?;
    let name = folder.to_str().filter(|name| !name.is_empty())?.replace(std::path::MAIN_SEPARATOR, "/");
    site::published_paths(&settings.site)(&format!("{name}/health.json")).then(|| {
        say!("Jekyll will publish the reports in {name}/; add a line to `exclude` in _config.yml:  - {name}/", name)
            .in_language(settings.rules.language)
    })
}

/// The archive's folder within its repository, with `/` at its end; empty if it is the top, or lies in none.
fn prefix(root: &Path) -> String {
    let within = || {
        let repository = Repository::discover(root).ok()??;
        let (root, top) = (root.canonicalize().ok()?, repository.top().canonicalize().ok()?);
        let folder = root.strip_prefix(top).ok()?.to_str()?.replace(std::path::MAIN_SEPARATOR, "/");
        Some(if folder.is_empty() { folder } else { folder + "/" })
    };
    within().unwrap_or_default()
}

pub(super) fn write(
    args: &CheckArgs,
    (settings, home): (&Settings, &Home),
    report: &Report,
    outputs: &[(&'static dyn Format, Destination)],
) -> anyhow::Result<()> {
    let root = &settings.walk.root;
    let read = |path: &str| match home.commit() {
        Some(commit) => commit.read(path),
        None => source::read(&root.join(path)).ok(),
    };
    let prefix = prefix(root);
    let mut context = Context::new(&read, mask);
    context.language = settings.rules.language;
    context.prefix = &prefix;
    context.verbosity = match (args.quiet, args.verbose) {
        (true, _) => Verbosity::Quiet,
        (_, true) => Verbosity::Verbose,
        _ => Verbosity::Normal,
    };
    let is_taken = outputs.iter().any(|(_, destination)| matches!(destination, Destination::StandardOutput));
    let terminal = || if is_taken { Ok(Vec::new()) } else { terminal(args, report, (&context, outputs)) };
    // Each file on a core of its own: the largest report decides how long this takes, not their sum.
    let files = || {
        outputs.par_iter().try_for_each(|(format, destination)| match destination {
            Destination::StandardOutput => Ok(()),
            Destination::File(path) => source::write_whole(path, |out| format.write(report, &context, out)),
        })
    };
    let (written, said) = rayon::join(files, terminal);
    written?;
    for (format, _) in outputs.iter().filter(|(_, destination)| matches!(destination, Destination::StandardOutput)) {
        let mut out = BufWriter::new(io::stdout().lock());
        let written = format.write(report, &context, &mut out).and_then(|()| out.flush());
        output::ignore_closed_pipe(written).saying(|| say!("cannot write to standard output"))?;
    }
    let mut out = io::stdout().lock();
    let written = said.and_then(|said| out.write_all(&said)).and_then(|()| out.flush());
    output::ignore_closed_pipe(written).saying(|| say!("cannot write to standard output"))?;
    Ok(())
}

/// What the terminal shows, once all files are written.
fn terminal(
    args: &CheckArgs,
    report: &Report,
    (context, outputs): (&Context<'_>, &[(&'static dyn Format, Destination)]),
) -> io::Result<Vec<u8>> {
    let context = Context { color: is_on(args.color, output::is_watched()), ..*context };
    let page = outputs.iter().find_map(|(format, destination)| match destination {
        Destination::File(path) if format.name() == "html" => Some(path.as_path()),
        _ => None,
    });
    let mut said = Vec::new();
    report::Terminal.write(report, &context, &mut said)?;
    page.map_or(Ok(()), |page| say_where(page, &context, &mut said))?;
    Ok(said)
}

/// Says where the page for people is; a terminal that knows links (OSC 8) makes it one.
fn say_where(page: &Path, context: &Context<'_>, out: &mut dyn Write) -> io::Result<()> {
    let shown = page.display().to_string();
    let shown = report::visible(&shown);
    let address = std::path::absolute(page).ok().and_then(|path| url::Url::from_file_path(path).ok());
    let page = match address.filter(|_| context.color) {
        Some(address) => format!("\u{1b}]8;;{address}\u{1b}\\{shown}\u{1b}]8;;\u{1b}\\"),
        None => shown.into_owned(),
    };
    writeln!(out, "{}", context.say(&say!("report: {page}", page)))
}
