//! `check`: the main job from the command line.

mod args;
mod baseline;
mod explain;
mod judging;
mod memory;
mod outputs;
mod settings_args;
mod wanted;

use std::path::{Path, PathBuf};

use anyhow::anyhow;
use jiff::Timestamp;

use super::archive::{LayeredFile, deciding, layered, surroundings};
use super::args::When;
use super::exit_code::Exit;
use super::home::Home;
use super::output;
use super::progress::Progress;
use super::voice::Voice;
use crate::check::{self, Checked, Settings};
use crate::config::FailOn;
use crate::event::{Event, Observer, Stage};
use crate::language::{Saying as _, say};
use crate::probe::Cancel;
use crate::report::{Format, Report};

pub(super) use args::CheckArgs;
use outputs::{Destination, outputs, own_files, published_reports, write};
pub(super) use settings_args::SettingsArgs;

/// Checks an archive, prints what was found, and writes the reports.
pub(super) fn check(args: &CheckArgs, voice: &Voice) -> anyhow::Result<Exit> {
    let root = args.path.clone();
    let mut home = Home::of_change(&root, args.since.as_deref());
    let layered = match layered(args.config.clone(), &home, voice) {
        Ok(found) => found,
        Err(error) => {
            voice.error(error.message());
            return Ok(Exit::Usage);
        }
    };
    let LayeredFile { file, path: settings_file, overrides, .. } = layered;
    let typed = args.settings.named_files().map(str::to_owned);
    home.leave_on_disk(overrides.into_iter().map(|set| set.key).chain(typed));
    let mut file = args.settings.clone().over(file);
    file.report.language = Some(voice.settle(file.report.language));
    let surroundings = surroundings(&home, &file, settings_file.as_deref())?;
    let folder = file.report.folder.clone().unwrap_or_else(|| PathBuf::from("reports"));
    let outputs = outputs(args, &folder);
    let mut settings = match Settings::new(&root, &file, &surroundings, Box::new(Timestamp::now)) {
        Ok(settings) => settings,
        Err(error) => {
            voice.error(error.message());
            return Ok(Exit::Usage);
        }
    };
    if let Some(about) = &args.explain {
        return explain::explain(args, settings, (about, voice));
    }
    settings.deciding = deciding(&home, &file, settings_file.as_deref());
    let baseline = match baseline::Known::open(&home, file.report.baseline.as_deref(), args.update_baseline) {
        Ok(baseline) => baseline,
        Err(error) => {
            voice.failed(&error);
            return Ok(Exit::Usage);
        }
    };
    if args.config.is_none() {
        let notice = home.notice(settings_file.as_deref());
        settings.notices.extend(notice.map(|notice| notice.in_language(settings.rules.language)));
    }
    run((args, baseline), (settings, &home), (&folder, &outputs), voice)
}

fn run(
    (args, baseline): (&CheckArgs, baseline::Known),
    (mut settings, home): (Settings, &Home),
    (folder, outputs): (&Path, &[(&'static dyn Format, Destination)]),
    voice: &Voice,
) -> anyhow::Result<Exit> {
    settings.revision = revision(&settings.walk.root, home);
    settings.import = args.imported()?;
    settings.since.clone_from(&args.since);
    settings.baseline = baseline.findings();
    settings.hands_over = outputs.iter().any(|(format, _)| format.hands_over());
    let root = settings.walk.root.clone();
    settings.walk.own = own_files(&root, (folder, settings.state.as_deref()), outputs);
    settings.walk.own.extend(baseline.path().and_then(|path| outputs::in_archive(&root, path)));
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
    let progress = Progress::new(is_on(args.progress, output::is_error_watched()), voice.language());
    let checked = check::check(&settings, &progress, &cancel);
    progress.finish();
    let Checked { mut report, trouble, state_trouble } = match checked {
        Err(error) if error.is_usage() => {
            voice.error(error.message());
            return Ok(Exit::Usage);
        }
        checked => checked?,
    };
    baseline.update(&mut report)?;
    progress.observe(&Event::Begin { stage: Stage::Report, total: None });
    let written = write(args, (&settings, home), &report, outputs);
    progress.finish();
    if let Some(trouble) = &state_trouble {
        voice.error(say!("{trouble} (--no-state runs without one)", trouble = trouble.message()));
    }
    written?;
    if let Some(trouble) = trouble {
        return Ok(
            Err(anyhow!(trouble)).saying(|| say!("the web could not be asked; no link was called broken for it"))?
        );
    }
    let exit = if state_trouble.is_some() { Exit::Failure } else { exit(&settings, &report, &cancel) };
    // The process ends here: what millions of small values hold need not be given back one by one.
    std::mem::forget(report);
    Ok(exit)
}

fn exit(settings: &Settings, report: &Report, cancel: &Cancel) -> Exit {
    let fails = match settings.fail_on {
        FailOn::Error | FailOn::Warning => !report.summary.healthy,
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

/// The commit that is judged, or that is checked out.
fn revision(root: &Path, home: &Home) -> Option<String> {
    if let Some(commit) = home.commit() {
        return Some(commit.revision().as_str().to_owned());
    }
    // Outside a repository, or without git, there is no commit to name.
    let repository = crate::vcs::Repository::discover(root).ok()??;
    Some(repository.head().ok()??.as_str().to_owned())
}
