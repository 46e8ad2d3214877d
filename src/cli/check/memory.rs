//! The flags of `check` about what is asked of the web first, and what is known of it from before and from elsewhere.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;

use crate::config;
use crate::report::visible;
use crate::source;

#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct MemoryArgs {
    /// Most addresses that this run asks: the never asked and the most overdue first, each host in turn.
    #[arg(long, value_name = "N", help_heading = "Network")]
    budget: Option<usize>,
    /// Whom to complain to, in the User-Agent header [default: the site's address].
    #[arg(long, value_name = "ADDRESS", help_heading = "Network")]
    contact: Option<String>,
    /// Obey robots.txt, Crawl-delay too.
    #[arg(long, help_heading = "Network")]
    respect_robots: bool,
    /// The name of the place from which this run sees the web.
    #[arg(long, value_name = "NAME", help_heading = "Network")]
    vantage: Option<String>,
    /// Outcomes that another place has written by `--format ndjson`; what is newer than what is known counts.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["no_state", "offline"], help_heading = "Network")]
    import: Vec<PathBuf>,
}

impl MemoryArgs {
    /// Lays what was typed over the settings file.
    pub(super) fn over(self, fetch: &mut config::Fetch) {
        fetch.budget = self.budget.or(fetch.budget);
        fetch.contact = self.contact.or(fetch.contact.take());
        fetch.respect_robots = self.respect_robots.then_some(true).or(fetch.respect_robots);
        fetch.vantage = self.vantage.or(fetch.vantage.take());
    }

    /// The name and the bytes of each file that is brought from elsewhere.
    pub(super) fn imported(&self) -> anyhow::Result<Vec<(String, Vec<u8>)>> {
        let read = |path: &PathBuf| {
            let bytes = source::read(path).with_context(|| format!("cannot read {}", path.display()))?;
            Ok((visible(&path.to_string_lossy()).into_owned(), bytes))
        };
        self.import.iter().map(read).collect()
    }
}
