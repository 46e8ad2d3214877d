//! The flags of `check`, and how they are laid over the settings file.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::super::args::When;
use super::judging::JudgingArgs;
use super::memory::MemoryArgs;
use crate::config::{self, parse_duration};

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(in crate::cli) enum FailOn {
    /// Errors.
    Error,
    /// Errors and warnings.
    Warning,
    /// Nothing that is found.
    Never,
}

impl FailOn {
    fn setting(self) -> config::FailOn {
        match self {
            Self::Error => config::FailOn::Error,
            Self::Warning => config::FailOn::Warning,
            Self::Never => config::FailOn::Never,
        }
    }
}

#[derive(Clone, Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "a command line is a set of switches")]
pub(in crate::cli) struct CheckArgs {
    /// The archive's folder.
    #[arg(default_value = ".")]
    pub(in crate::cli) path: PathBuf,

    /// Judge only what changed since a commit, and what that broke: REV (against the work tree), A..B, or A...B.
    #[arg(long, value_name = "REV")]
    pub(in crate::cli) since: Option<String>,

    /// Ask nothing of the web.
    #[arg(long, help_heading = "Network")]
    pub(in crate::cli) offline: bool,
    /// Requests at once, all hosts together.
    #[arg(long, value_name = "N", help_heading = "Network", value_parser = clap::value_parser!(u32).range(1..))]
    pub(in crate::cli) concurrency: Option<u32>,
    /// Requests at once to one host.
    #[arg(long, value_name = "N", help_heading = "Network", value_parser = clap::value_parser!(u32).range(1..))]
    pub(in crate::cli) per_host: Option<u32>,
    /// Time between the starts of two requests to one host, such as 250ms.
    #[arg(long, value_name = "DURATION", help_heading = "Network", value_parser = parse_duration)]
    pub(in crate::cli) pace: Option<Duration>,
    /// Time for one request, whole.
    #[arg(long, value_name = "DURATION", help_heading = "Network", value_parser = parse_duration)]
    pub(in crate::cli) timeout: Option<Duration>,
    /// Further tries after a failure that may pass.
    #[arg(long, value_name = "N", help_heading = "Network")]
    pub(in crate::cli) retries: Option<u32>,
    /// Redirects that are followed.
    #[arg(long, value_name = "N", help_heading = "Network")]
    pub(in crate::cli) max_redirects: Option<usize>,
    /// Time for the whole of the asking; what is left is skipped.
    #[arg(long, value_name = "DURATION", help_heading = "Network", value_parser = parse_duration)]
    pub(in crate::cli) max_time: Option<Duration>,
    /// Who asks: the User-Agent header.
    #[arg(long, value_name = "TEXT", help_heading = "Network")]
    pub(in crate::cli) user_agent: Option<String>,
    /// A header for the hosts of a glob: 'HOST-GLOB: Name: value'; a value $NAME is the environment's.
    #[arg(long, value_name = "HEADER", help_heading = "Network", value_parser = parse_header)]
    pub(in crate::cli) header: Vec<config::HostHeader>,
    /// A proxy for every request; otherwise `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` count.
    #[arg(long, value_name = "URL", help_heading = "Network")]
    pub(in crate::cli) proxy: Option<String>,
    /// The address of a host, in place of DNS: HOST:ADDRESS.
    #[arg(long, value_name = "HOST:ADDR", help_heading = "Network", value_parser = parse_resolve)]
    pub(in crate::cli) resolve: Vec<(String, String)>,
    /// Also ask hosts on loopback and private networks.
    #[arg(long, help_heading = "Network")]
    pub(in crate::cli) allow_private: bool,
    #[command(flatten)]
    judging: JudgingArgs,

    /// The file that remembers what the web answered [default: .postproof/state.db in the archive].
    #[arg(long, value_name = "FILE", help_heading = "Network")]
    pub(in crate::cli) state: Option<PathBuf>,
    /// Remember nothing, and ask for every address.
    #[arg(long, conflicts_with = "state", help_heading = "Network")]
    pub(in crate::cli) no_state: bool,
    /// Ask for every address, whatever is remembered of it.
    #[arg(long, help_heading = "Network")]
    pub(in crate::cli) fresh: bool,
    #[command(flatten)]
    pub(in crate::cli) memory: MemoryArgs,

    /// Only these rules: codes, beginnings of codes, or names, separated by commas.
    #[arg(long, value_name = "CODES", value_delimiter = ',', help_heading = "Rules")]
    pub(in crate::cli) select: Option<Vec<String>>,
    /// Not these rules.
    #[arg(long, value_name = "CODES", value_delimiter = ',', help_heading = "Rules")]
    pub(in crate::cli) ignore: Vec<String>,
    /// Another severity for a rule: CODE=off|info|warning|error.
    #[arg(long, value_name = "CODE=LEVEL", help_heading = "Rules", value_parser = parse_severity)]
    pub(in crate::cli) severity: Vec<(String, config::Level)>,
    /// The least severity that makes the exit code 1 [default: error].
    #[arg(long, value_enum, value_name = "SEVERITY", help_heading = "Rules")]
    pub(in crate::cli) fail_on: Option<FailOn>,

    /// The findings that are known, one a line: they are counted and do not fail the run.
    #[arg(long, value_name = "FILE", help_heading = "Rules")]
    pub(in crate::cli) baseline: Option<PathBuf>,
    /// Write the baseline anew: what is found now is known, what is healed is taken out.
    #[arg(long, help_heading = "Rules")]
    pub(in crate::cli) update_baseline: bool,

    /// Write a format: NAME writes it to the reports folder, NAME=FILE to a file, NAME=- to standard output. Formats:
    /// terminal, json, markdown, ndjson, csv, junit, sarif, github, github-summary, gitlab, badge, prometheus.
    #[arg(long, value_name = "NAME[=FILE]", help_heading = "Output")]
    pub(in crate::cli) format: Vec<String>,
    /// The reports folder [default: reports].
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    pub(in crate::cli) reports: Option<PathBuf>,
    /// Write no reports folder.
    #[arg(long, help_heading = "Output")]
    pub(in crate::cli) no_reports: bool,
    /// List every address in the report, those that are well too.
    #[arg(long, help_heading = "Output")]
    pub(in crate::cli) all_addresses: bool,
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

    /// The folder of the built site, whatever built it: its files are the addresses, and links are judged in its pages.
    #[arg(long, value_name = "DIR")]
    pub(in crate::cli) site: Option<PathBuf>,
    /// The settings file [default: postproof.yml in the archive].
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) config: Option<PathBuf>,
    /// Threads for reading and judging [default: one for each core].
    #[arg(long, value_name = "N")]
    pub(in crate::cli) threads: Option<usize>,
}

impl CheckArgs {
    /// Lays what was typed over the settings file.
    pub(in crate::cli) fn over(self, mut file: config::File) -> config::File {
        let fetch = &mut file.fetch;
        let wide = |count: u32| usize::try_from(count).unwrap_or(usize::MAX);
        fetch.offline = self.offline.then_some(true).or(fetch.offline);
        fetch.concurrency = self.concurrency.map(wide).or(fetch.concurrency);
        fetch.per_host = self.per_host.map(wide).or(fetch.per_host);
        fetch.pace = self.pace.or(fetch.pace);
        fetch.timeout = self.timeout.or(fetch.timeout);
        fetch.retries = self.retries.or(fetch.retries);
        fetch.max_redirects = self.max_redirects.or(fetch.max_redirects);
        fetch.max_time = self.max_time.or(fetch.max_time);
        fetch.user_agent = self.user_agent.or(fetch.user_agent.take());
        fetch.headers.extend(self.header);
        fetch.proxy = self.proxy.or(fetch.proxy.take());
        fetch.resolve.extend(self.resolve);
        self.judging.over(fetch);
        fetch.allow_private = self.allow_private.then_some(true).or(fetch.allow_private);
        file.site.built = self.site.or(file.site.built.take());
        self.memory.over(fetch);
        file.rules.select = self.select.or(file.rules.select.take());
        file.rules.ignore.extend(self.ignore);
        file.rules.severity.extend(self.severity);
        file.report.baseline = self.baseline.or(file.report.baseline.take());
        file.report.folder = self.reports.or(file.report.folder.take());
        file.report.all_addresses = self.all_addresses.then_some(true).or(file.report.all_addresses);
        file.report.fail_on = self.fail_on.map(FailOn::setting).or(file.report.fail_on);
        file.state = self.state.or(file.state.take());
        file.threads = self.threads.or(file.threads);
        file
    }
}

fn parse_header(text: &str) -> Result<config::HostHeader, String> {
    let mut parts = text.splitn(3, ':').map(str::trim);
    match (parts.next(), parts.next(), parts.next()) {
        (Some(host), Some(name), Some(value)) if !host.is_empty() && !name.is_empty() => {
            Ok(config::HostHeader { host: host.to_owned(), name: name.to_owned(), value: value.to_owned() })
        }
        _ => Err("write 'HOST-GLOB: Name: value', such as '*.example.cn: Accept-Language: zh-CN'".to_owned()),
    }
}

fn parse_resolve(text: &str) -> Result<(String, String), String> {
    let (host, address) = text.split_once(':').ok_or("write HOST:ADDRESS, such as news.example.cn:192.0.2.1")?;
    Ok((host.to_owned(), address.to_owned()))
}

fn parse_severity(text: &str) -> Result<(String, config::Level), String> {
    let (code, level) = text.split_once('=').ok_or("write CODE=LEVEL, such as FM009=off")?;
    let level = match level {
        "off" => config::Level::Off,
        "info" => config::Level::Info,
        "warning" => config::Level::Warning,
        "error" => config::Level::Error,
        other => return Err(format!("`{other}` is no severity: write off, info, warning or error")),
    };
    Ok((code.to_owned(), level))
}
