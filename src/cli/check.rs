//! `check`: the main job from the command line.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};
use jiff::Timestamp;

use super::args::{CheckArgs, When};
use super::exit_code::Exit;
use super::output;
use super::progress::Progress;
use crate::check::{self, Checked, Settings, Surroundings};
use crate::config::{self, FailOn};
use crate::event::{Event, Observer, Stage};
use crate::probe::Cancel;
use crate::report::{self, Context, Format, Report, Verbosity};
use crate::site;
use crate::source;
use crate::text::secret::mask;

/// The names that a settings file may have.
const SETTINGS_FILES: [&str; 2] = ["postproof.yml", "postproof.yaml"];

/// Where one format goes.
enum Destination {
    StandardOutput,
    File(PathBuf),
}

/// Checks an archive, prints what was found, and writes the reports.
pub(super) fn check(args: &CheckArgs) -> anyhow::Result<Exit> {
    let root = args.path.clone();
    let (file, settings_file) = match settings_file(args.config.clone(), &root) {
        Ok(found) => found,
        Err(error) => {
            output::error(&error.to_string());
            return Ok(Exit::Usage);
        }
    };
    let surroundings = surroundings(&root, &file, settings_file.as_deref())?;
    let file = args.clone().over(file);
    let folder = file.report.folder.clone().unwrap_or_else(|| PathBuf::from("reports"));
    let outputs = match outputs(args, &folder) {
        Ok(outputs) => outputs,
        Err(error) => {
            output::error(&error.to_string());
            return Ok(Exit::Usage);
        }
    };
    let settings = match Settings::new(&root, &file, &surroundings, Box::new(Timestamp::now)) {
        Ok(settings) => settings,
        Err(error) => {
            output::error(&error.to_string());
            return Ok(Exit::Usage);
        }
    };
    run(args, settings, (&folder, &outputs))
}

fn run(
    args: &CheckArgs,
    mut settings: Settings,
    (folder, outputs): (&Path, &[(&'static dyn Format, Destination)]),
) -> anyhow::Result<Exit> {
    settings.revision = revision(&settings.walk.root);
    settings.fresh = args.fresh;
    settings.state.take_if(|_| args.no_state);
    let root = settings.walk.root.clone();
    settings.walk.own = own_files(&root, (folder, settings.state.as_deref()), outputs);
    if !args.no_reports {
        settings.notices.extend(published_reports(&root, folder, &settings));
    }
    if let Some(threads) = Some(settings.walk.threads).filter(|threads| *threads > 0) {
        // A second pool in one process is refused; the first one's size holds.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
    }
    let cancel = Cancel::default();
    let from_signal = cancel.clone();
    // A second handler in one process is refused; the first one's flag is then the one that counts.
    let _ = ctrlc::set_handler(move || from_signal.cancel());
    let progress = Progress::new(is_on(args.progress, output::is_error_watched()));
    let checked = check::check(&settings, &progress, &cancel);
    progress.finish();
    let Checked { report, trouble, state_trouble } = checked?;
    progress.observe(&Event::Begin { stage: Stage::Report, total: None });
    let written = write(args, &settings, &report, outputs);
    progress.finish();
    if let Some(trouble) = &state_trouble {
        output::error(&format!("{trouble} (--no-state runs without one)"));
    }
    written?;
    if let Some(trouble) = trouble {
        return Err(anyhow!(trouble)).context("the web could not be asked; no link was called broken for it");
    }
    Ok(if state_trouble.is_some() { Exit::Failure } else { exit(&settings, &report, &cancel) })
}

fn exit(settings: &Settings, report: &Report, cancel: &Cancel) -> Exit {
    let fails = match settings.fail_on {
        FailOn::Error => report.summary.errors > 0,
        FailOn::Warning => report.summary.errors + report.summary.warnings > 0,
        FailOn::Never => false,
    };
    match (cancel.is_cancelled(), report.run.complete, fails) {
        (true, ..) => Exit::Interrupted,
        (false, false, _) => Exit::Failure,
        (false, true, true) => Exit::Findings,
        (false, true, false) => Exit::Healthy,
    }
}

fn is_on(when: When, is_watched: bool) -> bool {
    match when {
        When::Auto => is_watched,
        When::Always => true,
        When::Never => false,
    }
}

/// The settings file, typed, and where it is.
pub(super) fn settings_file(
    named: Option<PathBuf>,
    root: &Path,
) -> Result<(config::File, Option<PathBuf>), config::ConfigError> {
    let found = || SETTINGS_FILES.iter().map(|name| root.join(name)).find(|path| path.is_file());
    match named.or_else(found) {
        Some(path) => Ok((config::load(&path)?, Some(path))),
        None => Ok((config::File::default(), None)),
    }
}

/// Reads the archive's own files that settings are made from. What is not there is not missed.
pub(super) fn surroundings(
    root: &Path,
    file: &config::File,
    settings_file: Option<&Path>,
) -> anyhow::Result<Surroundings> {
    let text = |path: &Path| match source::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    };
    let schema = match &file.front_matter.schema {
        Some(schema) => {
            let path = check::beside(settings_file.unwrap_or(root), schema);
            Some(text(&path)?.ok_or_else(|| anyhow!("front_matter.schema: there is no file {}", path.display()))?)
        }
        None => None,
    };
    let environment =
        std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    Ok(Surroundings {
        config: text(&root.join("_config.yml"))?,
        cname: text(&root.join("CNAME"))?,
        gemfile_lock: text(&root.join("Gemfile.lock"))?,
        schema,
        environment: environment.collect(),
    })
}

/// Every format that is asked for, and where it goes.
fn outputs(args: &CheckArgs, folder: &Path) -> anyhow::Result<Vec<(&'static dyn Format, Destination)>> {
    let mut outputs: Vec<(&'static dyn Format, Destination)> = Vec::new();
    for wanted in &args.format {
        let (name, target) = wanted.split_once('=').map_or((wanted.as_str(), None), |(name, file)| (name, Some(file)));
        let format = report::format(name).ok_or_else(|| {
            let known: Vec<&str> = report::ALL.iter().map(|format| format.name()).collect();
            anyhow!("`{name}` is no format; write one of {}", known.join(", "))
        })?;
        let destination = match target {
            Some("-") => Destination::StandardOutput,
            Some(file) => Destination::File(PathBuf::from(file)),
            None => Destination::File(folder.join(format.file_name())),
        };
        outputs.push((format, destination));
    }
    if !args.no_reports {
        for name in ["json", "markdown"] {
            let Some(format) = report::format(name) else { continue };
            if !args.format.iter().any(|wanted| wanted == name) {
                outputs.push((format, Destination::File(folder.join(format.file_name()))));
            }
        }
    }
    Ok(outputs)
}

/// What postproof itself writes in the archive, as the walk will meet it: the reports of this run, what an earlier one
/// left in the reports folder, and the state.
fn own_files(
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
    written.chain(left).chain(states).filter_map(|path| Some(root.join(inside(root, &path)?))).collect()
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// A path relative to the archive, if it lies in it.
fn inside(root: &Path, path: &Path) -> Option<PathBuf> {
    let (root, path) = (std::path::absolute(root).ok()?, std::path::absolute(path).ok()?);
    Some(path.strip_prefix(root).ok()?.to_owned())
}

/// Says how to keep Jekyll from publishing the reports, where it would.
fn published_reports(root: &Path, folder: &Path, settings: &Settings) -> Option<String> {
    let folder = inside(root, folder)?;
    let name = folder.to_str().filter(|name| !name.is_empty())?.replace(std::path::MAIN_SEPARATOR, "/");
    site::published_path(&settings.site, &format!("{name}/health.json")).then(|| {
        format!("Jekyll will publish the reports in {name}/; add a line to `exclude` in _config.yml:  - {name}/")
    })
}

fn revision(root: &Path) -> Option<String> {
    // Outside a repository, or without git, there is no commit to name.
    let repository = crate::vcs::Repository::discover(root).ok()??;
    Some(repository.head().ok()??.as_str().to_owned())
}

fn write(
    args: &CheckArgs,
    settings: &Settings,
    report: &Report,
    outputs: &[(&'static dyn Format, Destination)],
) -> anyhow::Result<()> {
    let root = &settings.walk.root;
    let read = |path: &str| source::read(&root.join(path)).ok();
    let mut context = Context::new(&read, mask);
    context.verbosity = match (args.quiet, args.verbose) {
        (true, _) => Verbosity::Quiet,
        (_, true) => Verbosity::Verbose,
        _ => Verbosity::Normal,
    };
    for (format, destination) in outputs {
        match destination {
            Destination::StandardOutput => {
                let mut out = BufWriter::new(io::stdout().lock());
                let written = format.write(report, &context, &mut out).and_then(|()| out.flush());
                output::ignore_closed_pipe(written).context("cannot write to standard output")?;
            }
            Destination::File(path) => source::write_whole(path, |out| format.write(report, &context, out))?,
        }
    }
    let is_taken = outputs.iter().any(|(_, destination)| matches!(destination, Destination::StandardOutput));
    if !is_taken {
        context.color = is_on(args.color, output::is_watched());
        let mut out = BufWriter::new(io::stdout().lock());
        let written = report::Terminal.write(report, &context, &mut out).and_then(|()| out.flush());
        output::ignore_closed_pipe(written).context("cannot write to standard output")?;
    }
    Ok(())
}
