//! `fix`: mends what can be mended without a person.

mod told;

use std::collections::{BTreeMap, HashSet};
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::args::ListFormat;
use super::exit_code::Exit;
use super::progress::Progress;
use super::voice::Voice;
use super::{archive, output};
use crate::check::{self, Checked, FileChange, MendOptions, Plan, Settings};
use crate::fix;
use crate::language::{Saying as _, say};
use crate::probe::Cancel;
use crate::seal;
use crate::vcs::{ChangeKind, Repository};
use told::{Told, Untouched};

/// What `fix` is told.
#[derive(Clone, Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "a command line is a set of switches")]
pub(super) struct FixArgs {
    /// The archive's folder.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Show the changes as a diff that `git apply` takes, and write nothing.
    #[arg(long, conflicts_with = "format")]
    diff: bool,
    /// Also make changes that a person should look at.
    #[arg(long = "unsafe")]
    unsafe_too: bool,
    /// Only what these rules find: codes, beginnings of codes, or names, separated by commas.
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    rules: Option<Vec<String>>,
    /// Also mend posts of archive folders, and files that are sealed.
    #[arg(long)]
    archived: bool,
    /// Also mend files with changes that git has no commit of.
    #[arg(long)]
    allow_dirty: bool,
    /// Use no knowledge of the web at all [default: what earlier checks remember, as long as it is believed].
    #[arg(long)]
    offline: bool,
    /// Ask the web first, as `check` does, for every address that is due, and for those over http whether they answer over https.
    #[arg(long, conflicts_with = "offline")]
    ask: bool,
    /// The file that remembers what the web answered [default: .postproof/state.db in the archive] [key: `state`].
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// The settings file [default: postproof.yml in the archive].
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// How the changes are told.
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    format: ListFormat,
}

/// Mends an archive.
pub(super) fn fix(args: &FixArgs, voice: &Voice) -> anyhow::Result<Exit> {
    let mut settings = match archive::settings_from((&args.path, args.config.clone()), voice)? {
        Ok(settings) => settings,
        Err(exit) => return Ok(exit),
    };
    if let Some(word) = unknown_rule(args) {
        let nearest = crate::rules::nearest(word);
        voice.error(say!(
            "`{word}` is no rule; did you mean `{nearest}`? `postproof rules` lists them all",
            word,
            nearest
        ));
        return Ok(Exit::Usage);
    }
    remember(args, &mut settings);
    let options = MendOptions { rules: args.rules.clone(), unsafe_too: args.unsafe_too };
    let cancel = Cancel::default();
    let from_signal = cancel.clone();
    // A second handler in one process is refused; the first one's flag is then the one that counts.
    let _ = ctrlc::set_handler(move || from_signal.cancel());
    let progress = Progress::new(output::is_error_watched(), settings.rules.language);
    let planned = check::plan(&settings, &options, &progress, &cancel);
    progress.finish();
    let (Checked { report, trouble, state_trouble }, mut plan) = planned?;
    if let Some(trouble) = trouble {
        return Ok(Err(trouble).saying(|| say!("the web could not be asked; nothing was changed"))?);
    }
    if let Some(trouble) = state_trouble {
        return Ok(Err(trouble).saying(|| say!("nothing was changed (--offline runs without a state file)"))?);
    }
    if cancel.is_cancelled() {
        return Ok(Exit::Interrupted);
    }
    let mut told = Told::in_language(settings.rules.language);
    told.untouched = untouched(args, &mut plan)?;
    carry_out(args, &settings, &plan, &cancel, &mut told)?;
    tell(args, &told, voice)?;
    for notice in &report.notices {
        voice.note(notice);
    }
    Ok(match (cancel.is_cancelled(), told.is_failed(), told.is_left(args.diff)) {
        (true, ..) => Exit::Interrupted,
        (false, true, _) => Exit::Failure,
        (false, false, true) => Exit::Findings,
        (false, false, false) => Exit::Healthy,
    })
}

fn unknown_rule(args: &FixArgs) -> Option<&str> {
    let is_known = |word: &str| crate::rules::ALL.iter().any(|rule| crate::rules::is_named(rule.meta(), word));
    args.rules.iter().flatten().map(String::as_str).find(|word| !is_known(word))
}

/// Where knowledge of the web comes from.
fn remember(args: &FixArgs, settings: &mut Settings) {
    if let Some(state) = &args.state {
        settings.state = Some(state.clone());
    }
    settings.offline |= args.offline;
    let is_https = |word: &String| {
        let named = crate::rules::ALL.iter().map(|rule| rule.meta()).filter(|meta| crate::rules::is_named(meta, word));
        named.map(|meta| meta.name).any(|name| name == "insecure-link")
    };
    let is_on = settings.selection.rules().iter().any(|rule| rule.meta().name == "insecure-link");
    settings.proves_https = is_on && args.rules.as_ref().is_none_or(|words| words.iter().any(is_https));
    if args.ask || settings.offline {
        return;
    }
    settings.recalls_only = true;
    // A state file that is only read is not made.
    settings.state.take_if(|path| !path.exists());
}

/// Takes out of the plan what must not be touched, and says why.
fn untouched(args: &FixArgs, plan: &mut Plan) -> anyhow::Result<BTreeMap<Arc<str>, Untouched>> {
    let mut found: BTreeMap<Arc<str>, Untouched> = BTreeMap::new();
    if plan.files().next().is_none() {
        return Ok(found);
    }
    if !args.archived {
        let sealed = seal::listed(&args.path.join(seal::FOLDER))
            .saying(|| say!("what is sealed is not known, so nothing was changed (--archived does not ask)"))?;
        for (path, is_archived) in plan.files() {
            if is_archived || sealed.contains(&**path) {
                let why = if sealed.contains(&**path) { Untouched::Sealed } else { Untouched::Archived };
                found.insert(Arc::clone(path), why);
            }
        }
    }
    if !args.allow_dirty && !args.diff {
        let dirty = Uncommitted::find(&args.path)?;
        for (path, _) in plan.files() {
            if dirty.as_ref().is_some_and(|dirty| dirty.contains(path)) {
                found.entry(Arc::clone(path)).or_insert(Untouched::Dirty);
            }
        }
    }
    plan.retain(|path| !found.contains_key(path));
    Ok(found)
}

/// What git has no commit of.
struct Uncommitted {
    tracked: HashSet<Box<[u8]>>,
    changed: HashSet<Box<[u8]>>,
}

impl Uncommitted {
    /// `None` outside a repository, where there is no commit to go back to either.
    fn find(root: &Path) -> anyhow::Result<Option<Self>> {
        let Some(repository) = Repository::discover(root)? else { return Ok(None) };
        let Some(head) = repository.head()? else {
            return Ok(Some(Self { tracked: HashSet::new(), changed: HashSet::new() }));
        };
        let changes = repository.changes(&head, None)?;
        let changed = changes.into_iter().flat_map(|change| {
            let is_gone = change.kind == ChangeKind::Deleted;
            [(!is_gone).then_some(change.path), change.to]
        });
        let tracked = repository.tracked()?.into_iter().map(|file| file.path);
        Ok(Some(Self { tracked: tracked.collect(), changed: changed.flatten().collect() }))
    }

    fn contains(&self, path: &str) -> bool {
        !self.tracked.contains(path.as_bytes()) || self.changed.contains(path.as_bytes())
    }
}

fn carry_out(args: &FixArgs, settings: &Settings, plan: &Plan, cancel: &Cancel, told: &mut Told) -> anyhow::Result<()> {
    let progress = Progress::new(output::is_error_watched() && !args.diff, settings.rules.language);
    let mut out = BufWriter::new(io::stdout().lock());
    let mut written = Ok(());
    plan.carry_out(settings, !args.diff, (&progress, cancel), &mut |change: FileChange| {
        if let (true, Some(new), Ok(())) = (args.diff, &change.new, &written) {
            written = fix::diff(&change.path, (&change.old, new), &mut out);
        }
        told.take(change);
    });
    progress.finish();
    output::ignore_closed_pipe(written.and_then(|()| out.flush()))
        .saying(|| say!("cannot write to standard output"))?;
    Ok(())
}

/// Says what was done. Where a diff takes standard output, the summary goes to standard error.
fn tell(args: &FixArgs, told: &Told, voice: &Voice) -> anyhow::Result<()> {
    match (args.format, args.diff) {
        (ListFormat::Json, _) => output::print(&format!("{:#}\n", told.data()))?,
        (ListFormat::Text, false) => output::print(&told.text())?,
        (ListFormat::Text, true) => {
            for line in told.summary(true) {
                voice.note(line);
            }
        }
    }
    Ok(())
}
