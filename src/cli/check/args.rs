//! What `check` is told.

use std::path::PathBuf;

use clap::Args;

use super::super::args::When;
use super::SettingsArgs;
use super::wanted::{Wanted, WantedParser};
use crate::language::{Saying as _, say};
use crate::report::visible;
use crate::source;

/// What `check` is told: settings, and what is about one run.
#[derive(Clone, Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "a command line is a set of switches")]
pub(in crate::cli) struct CheckArgs {
    /// The archive's folder.
    #[arg(default_value = ".")]
    pub(in crate::cli) path: PathBuf,

    #[command(flatten)]
    pub(in crate::cli) settings: SettingsArgs,
    /// Judge only what changed since a commit, and what that broke: REV (against the work tree), A..B, or A...B.
    #[arg(long, value_name = "REV")]
    pub(in crate::cli) since: Option<String>,
    /// Outcomes that another place has written by `--format ndjson`; what is newer than what is known counts.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["no_state", "offline"], help_heading = "Network")]
    import: Vec<PathBuf>,
    /// Instead of a report, show how one address, as written or as asked for, or one line of a file was found, resolved,
    /// asked, remembered and judged; with --format json as data.
    #[arg(long, value_name = "ADDRESS|FILE:LINE", conflicts_with_all = ["since", "import"], help_heading = "Output")]
    pub(in crate::cli) explain: Option<String>,
    /// Write the baseline anew: what is found now is known, what is healed is taken out.
    #[arg(long, help_heading = "Rules")]
    pub(in crate::cli) update_baseline: bool,
    /// Write a format: NAME writes it to the reports folder, NAME=FILE to a file, NAME=- to standard output. Formats:
    /// terminal, json, markdown, ndjson, csv, junit, sarif, github, github-summary, gitlab, badge, prometheus.
    #[arg(long, value_name = "NAME[=FILE]", help_heading = "Output", value_parser = WantedParser)]
    pub(in crate::cli) format: Vec<Wanted>,
    /// Write no reports folder.
    #[arg(long, help_heading = "Output")]
    pub(in crate::cli) no_reports: bool,
    /// Colours.
    #[arg(long, value_enum, value_name = "WHEN", default_value = "auto", help_heading = "Output")]
    pub(in crate::cli) color: When,
    /// Progress bars.
    #[arg(long, value_enum, value_name = "WHEN", default_value = "auto", help_heading = "Output")]
    pub(in crate::cli) progress: When,
    /// Only the summary.
    #[arg(short, long, conflicts_with = "verbose", help_heading = "Output")]
    pub(in crate::cli) quiet: bool,
    /// More of each rule, and what is only worth knowing.
    #[arg(short, long, help_heading = "Output")]
    pub(in crate::cli) verbose: bool,
    /// The settings file [default: postproof.yml in the archive].
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) config: Option<PathBuf>,
}

impl CheckArgs {
    /// The name and the bytes of each file that is brought from elsewhere.
    pub(super) fn imported(&self) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
        let read = |path: &PathBuf| {
            let bytes = source::read(path).saying(|| say!("cannot read {path}", path = path.display()))?;
            Ok((visible(&path.to_string_lossy()).into_owned(), bytes))
        };
        self.import.iter().map(read).collect()
    }
}
