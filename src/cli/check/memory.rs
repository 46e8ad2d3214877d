//! The flags of `check` about what is asked of the web first, by whom, and from where.

use clap::Args;

use super::super::args::parse_count;
use crate::config;

#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct MemoryArgs {
    /// Most addresses that this run asks: the never asked and the most overdue first, each host in turn [default: all that are due] [key: `fetch.budget`]
    #[arg(long, value_name = "N", help_heading = "Network", value_parser = parse_count::<usize>)]
    budget: Option<usize>,
    /// Whom to complain to, in the User-Agent header [default: the site's address] [key: `fetch.contact`]
    #[arg(long, value_name = "ADDRESS", help_heading = "Network")]
    contact: Option<String>,
    /// Obey robots.txt, Crawl-delay too [key: `fetch.respect_robots`]
    #[arg(long, help_heading = "Network")]
    respect_robots: bool,
    /// The name of the place from which this run sees the web [key: `fetch.vantage`]
    #[arg(long, value_name = "NAME", help_heading = "Network")]
    vantage: Option<String>,
}

impl MemoryArgs {
    /// Lays what was typed over the settings file.
    pub(super) fn over(self, fetch: &mut config::Fetch) {
        fetch.budget = self.budget.or(fetch.budget);
        fetch.contact = self.contact.or(fetch.contact.take());
        fetch.respect_robots = self.respect_robots.then_some(true).or(fetch.respect_robots);
        fetch.vantage = self.vantage.or(fetch.vantage.take());
    }
}
