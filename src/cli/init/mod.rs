//! `init`: learns the archive's conventions and writes them into `postproof.yml`.

mod merge;
mod render;

use std::path::{Path, PathBuf};

use clap::Args;

use super::archive;
use super::exit_code::Exit;
use super::output;
use super::voice::Voice;
use crate::check::survey;
use crate::config;
use crate::event::Silent;
use crate::language::{Saying as _, Trouble, say};
use crate::learn::{Material, learn};
use crate::probe::Cancel;
use crate::source;

/// The file that is written where there is none.
const FILE: &str = "postproof.yml";

/// The workflow that `--workflow` writes.
const WORKFLOW: &str = include_str!("workflow.yml");
const WORKFLOW_FILE: &str = ".github/workflows/postproof.yml";

#[derive(Clone, Debug, Args)]
pub(super) struct InitArgs {
    /// The archive's folder.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Print the file and write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Print what would change and write nothing.
    #[arg(long, conflicts_with = "dry_run")]
    diff: bool,
    /// Also write a workflow for GitHub, .github/workflows/postproof.yml, unless there is one.
    #[arg(long)]
    workflow: bool,
}

/// Learns from the posts and writes what was learned.
pub(super) fn init(args: &InitArgs, voice: &Voice) -> anyhow::Result<Exit> {
    let root = &args.path;
    let mut settings = match archive::settings(root, voice)? {
        Ok(settings) => settings,
        Err(exit) => return Ok(exit),
    };
    // Learning judges nothing.
    settings.selection.select = Some(Vec::new());
    let survey = survey(&settings, &Silent, &Cancel::default())?;
    let map = survey.map(&settings);
    let resolved = survey.resolve(&settings, &map);
    let read = |path: &str| source::read(&root.join(path)).ok();
    let learned = learn(&Material { archive: survey.archive(), resolved: &resolved }, &read);

    let place = ["postproof.yml", "postproof.yaml"].iter().map(|name| root.join(name)).find(|path| path.is_file());
    let old = place.as_deref().map(read_text).transpose()?;
    let place = place.unwrap_or_else(|| root.join(FILE));
    let posts = learned.posts;
    let about = [
        say!(
            "settings of postproof, learned from {posts} posts by `postproof init`; what you edit here stays yours",
            posts
        ),
        say!("the line above points editors to the schema: `postproof schema config > postproof.schema.json`"),
    ];
    let about = about.map(|line| voice.say(&line));
    let merged = merge::merge(old.as_deref(), &render::blocks(&learned, voice.language()), &about);
    // Whatever posts hold, what is written must be settings.
    if let Err(error) = config::parse(&place, &merged.text) {
        return Err(Trouble::new(say!(
            "what was learned makes no settings; please report it with the file that --dry-run prints: {error}",
            error = error.message()
        ))
        .into());
    }
    let difference = merge::difference(old.as_deref().unwrap_or_default(), &merged.text);
    if args.dry_run || args.diff {
        output::print(if args.diff { &difference } else { &merged.text })?;
    } else if difference.is_empty() {
        voice.note(say!("nothing has changed"));
    } else {
        source::write_whole(&place, |out| out.write_all(merged.text.as_bytes()))?;
        output::print(&difference)?;
        let path = place.display();
        voice.note(say!("{path} is written; look it over, then run `postproof check`", path));
    }
    for name in merged.kept {
        let kept = say!(
            "`{name}` is as you wrote it; what was learned of it differs: run init with --dry-run on a copy without it",
            name
        );
        voice.note(kept);
    }
    if posts == 0 {
        voice.note(say!("no post was found, so nothing was learned"));
    } else if learned.navigation.is_empty() && learned.source_links.is_empty() {
        voice.note(say!("posts have no ways back and no source link in common"));
    }
    if args.workflow && !args.dry_run && !args.diff {
        workflow(root, voice)?;
    }
    Ok(Exit::Healthy)
}

fn read_text(path: &Path) -> anyhow::Result<String> {
    let bytes = source::read(path).saying(|| say!("cannot read {path}", path = path.display()))?;
    Ok(String::from_utf8(bytes).saying(|| say!("{path} is not UTF-8", path = path.display()))?)
}

fn workflow(root: &Path, voice: &Voice) -> anyhow::Result<()> {
    let path = root.join(WORKFLOW_FILE);
    if path.exists() {
        let path = path.display();
        voice.note(say!("{path} is there already and stays as it is", path));
        return Ok(());
    }
    source::write_whole(&path, |out| out.write_all(WORKFLOW.as_bytes()))?;
    let path = path.display();
    voice.note(say!("{path} is written", path));
    Ok(())
}
