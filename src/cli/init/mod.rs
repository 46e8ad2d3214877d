//! `init`: learns the archive's conventions and writes them into `postproof.yml`.

mod merge;
mod render;

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;

use super::archive;
use super::exit_code::Exit;
use super::output;
use crate::check::survey;
use crate::config;
use crate::event::Silent;
use crate::language::{Language, say};
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
pub(super) fn init(args: &InitArgs, language: Language) -> anyhow::Result<Exit> {
    let root = &args.path;
    let mut settings = match archive::settings(root)? {
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
    let about = about.map(|line| line.in_language(language));
    let merged = merge::merge(old.as_deref(), &render::blocks(&learned, language), &about);
    // Whatever posts hold, what is written must be settings.
    if let Err(error) = config::parse(&place, &merged.text) {
        bail!("what was learned makes no settings; please report it with the file that --dry-run prints: {error}");
    }
    let difference = merge::difference(old.as_deref().unwrap_or_default(), &merged.text);
    if args.dry_run || args.diff {
        output::print(if args.diff { &difference } else { &merged.text })?;
    } else if difference.is_empty() {
        output::note(&say!("nothing has changed").in_language(language));
    } else {
        source::write_whole(&place, |out| out.write_all(merged.text.as_bytes()))?;
        output::print(&difference)?;
        let path = place.display();
        output::note(&say!("{path} is written; look it over, then run `postproof check`", path).in_language(language));
    }
    for name in merged.kept {
        let kept = say!(
            "`{name}` is as you wrote it; what was learned of it differs: run init with --dry-run on a copy without it",
            name
        );
        output::note(&kept.in_language(language));
    }
    if posts == 0 {
        output::note(&say!("no post was found, so nothing was learned").in_language(language));
    } else if learned.navigation.is_empty() && learned.source_links.is_empty() {
        output::note(&say!("posts have no ways back and no source link in common").in_language(language));
    }
    if args.workflow && !args.dry_run && !args.diff {
        workflow(root, language)?;
    }
    Ok(Exit::Healthy)
}

fn read_text(path: &Path) -> anyhow::Result<String> {
    let bytes = source::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    String::from_utf8(bytes).with_context(|| format!("{} is not UTF-8", path.display()))
}

fn workflow(root: &Path, language: Language) -> anyhow::Result<()> {
    let path = root.join(WORKFLOW_FILE);
    if path.exists() {
        let path = path.display();
        output::note(&say!("{path} is there already and stays as it is", path).in_language(language));
        return Ok(());
    }
    source::write_whole(&path, |out| out.write_all(WORKFLOW.as_bytes()))?;
    let path = path.display();
    output::note(&say!("{path} is written", path).in_language(language));
    Ok(())
}
