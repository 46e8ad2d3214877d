//! The flags that settings have keys for, and how they are laid over the settings file.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{EnumValueParser, TypedValueParser};
use clap::{Arg, Args, Command, Error, ValueEnum};

use super::super::args::{parse_count, parse_some};
use super::judging::JudgingArgs;
use super::memory::MemoryArgs;
use crate::config::{self, parse_duration};
use crate::language::{Trouble, say};

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

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Level {
    Off,
    Info,
    Warning,
    Error,
}

impl Level {
    fn setting(self) -> config::Level {
        match self {
            Self::Off => config::Level::Off,
            Self::Info => config::Level::Info,
            Self::Warning => config::Level::Warning,
            Self::Error => config::Level::Error,
        }
    }
}

/// Flags that stand for settings: each names its key in postproof.yml.
#[derive(Clone, Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "a command line is a set of switches")]
pub(in crate::cli) struct SettingsArgs {
    /// Ask nothing of the web [key: `fetch.offline`]
    #[arg(long, help_heading = "Network")]
    offline: bool,
    /// Requests at once, all hosts together [default: 128] [key: `fetch.concurrency`]
    #[arg(long, value_name = "N", help_heading = "Network", value_parser = parse_some::<u32>)]
    concurrency: Option<u32>,
    /// Requests at once to one host [default: 2] [key: `fetch.per_host`]
    #[arg(long, value_name = "N", help_heading = "Network", value_parser = parse_some::<u32>)]
    per_host: Option<u32>,
    /// Time between the starts of two requests to one host [default: 100ms] [key: `fetch.pace`]
    #[arg(long, value_name = "DURATION", help_heading = "Network", value_parser = parse_duration)]
    pace: Option<Duration>,
    /// Time for one request, whole [default: 20s] [key: `fetch.timeout`]
    #[arg(long, value_name = "DURATION", help_heading = "Network", value_parser = parse_duration)]
    timeout: Option<Duration>,
    /// Further tries after a failure that may pass [default: 2] [key: `fetch.retries`]
    #[arg(long, value_name = "N", help_heading = "Network", value_parser = parse_count::<u32>)]
    retries: Option<u32>,
    /// Redirects that are followed [default: 10] [key: `fetch.max_redirects`]
    #[arg(long, value_name = "N", help_heading = "Network", value_parser = parse_count::<usize>)]
    max_redirects: Option<usize>,
    /// Time for the whole of the asking; what is left is skipped [default: no limit] [key: `fetch.max_time`]
    #[arg(long, value_name = "DURATION", help_heading = "Network", value_parser = parse_duration)]
    max_time: Option<Duration>,
    /// Who asks: the User-Agent header [default: postproof, its version and the contact] [key: `fetch.user_agent`]
    #[arg(long, value_name = "TEXT", help_heading = "Network")]
    user_agent: Option<String>,
    /// A header for the hosts of a glob: 'HOST-GLOB: Name: value'; a value $NAME is the environment's [key: `fetch.headers`]
    #[arg(long, value_name = "HEADER", help_heading = "Network", value_parser = parse_header)]
    header: Vec<config::HostHeader>,
    /// A proxy for every request [default: that of `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`] [key: `fetch.proxy`]
    #[arg(long, value_name = "URL", help_heading = "Network")]
    proxy: Option<String>,
    /// The address of a host, in place of DNS: HOST:ADDRESS [key: `fetch.resolve`]
    #[arg(long, value_name = "HOST:ADDR", help_heading = "Network", value_parser = parse_resolve)]
    resolve: Vec<(String, String)>,
    /// Also ask hosts on loopback and private networks [key: `fetch.allow_private`]
    #[arg(long, help_heading = "Network")]
    allow_private: bool,
    #[command(flatten)]
    judging: JudgingArgs,
    #[command(flatten)]
    memory: MemoryArgs,
    /// The file that remembers what the web answered [default: .postproof/state.db in the archive] [key: `state`]
    #[arg(long, value_name = "FILE", help_heading = "Network")]
    state: Option<PathBuf>,
    /// Remember nothing, and ask for every address [key: `remember`]
    #[arg(long, conflicts_with = "state", help_heading = "Network")]
    no_state: bool,
    /// Ask for every address, whatever is remembered of it [key: `fetch.fresh`]
    #[arg(long, help_heading = "Network")]
    fresh: bool,

    /// Only these rules: codes, beginnings of codes, or names, separated by commas [default: ALL] [key: `rules.select`]
    #[arg(long, value_name = "CODES", value_delimiter = ',', help_heading = "Rules")]
    select: Option<Vec<String>>,
    /// Not these rules, besides those that settings leave out [key: `rules.ignore`]
    #[arg(long, value_name = "CODES", value_delimiter = ',', help_heading = "Rules")]
    ignore: Vec<String>,
    /// Another severity for a rule: CODE=off|info|warning|error [key: `rules.severity`]
    #[arg(long, value_name = "CODE=LEVEL", help_heading = "Rules", value_parser = SeverityParser)]
    severity: Vec<(String, config::Level)>,
    /// The least severity that makes the exit code 1 [default: error] [key: `report.fail_on`]
    #[arg(long, value_enum, value_name = "SEVERITY", help_heading = "Rules")]
    fail_on: Option<FailOn>,
    /// The findings that are known, one a line: they are counted and do not fail the run [key: `report.baseline`]
    #[arg(long, value_name = "FILE", help_heading = "Rules")]
    baseline: Option<PathBuf>,

    /// The reports folder [default: reports] [key: `report.folder`]
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    reports: Option<PathBuf>,
    /// List every address in the report, those that are well too [key: `report.all_addresses`]
    #[arg(long, help_heading = "Output")]
    all_addresses: bool,

    /// The folder of the built site, whatever built it: its files are the addresses, and links are judged in its pages
    /// [key: `site.built`]
    #[arg(long, value_name = "DIR")]
    site: Option<PathBuf>,
    /// Threads for reading and judging [default: one for each core] [key: `threads`]
    #[arg(long, value_name = "N", value_parser = parse_count::<usize>)]
    threads: Option<usize>,
}

fn parse_header(text: &str) -> Result<config::HostHeader, Trouble> {
    let mut parts = text.splitn(3, ':').map(str::trim);
    match (parts.next(), parts.next(), parts.next()) {
        (Some(host), Some(name), Some(value)) if !host.is_empty() && !name.is_empty() => {
            Ok(config::HostHeader { host: host.to_owned(), name: name.to_owned(), value: value.to_owned() })
        }
        _ => Err(Trouble::new(say!("write 'HOST-GLOB: Name: value', such as '*.example.cn: Accept-Language: zh-CN'"))),
    }
}

fn parse_resolve(text: &str) -> Result<(String, String), Trouble> {
    let wrong = || Trouble::new(say!("write HOST:ADDRESS, such as news.example.cn:192.0.2.1"));
    let (host, address) = text.split_once(':').ok_or_else(wrong)?;
    Ok((host.to_owned(), address.to_owned()))
}

fn parse_severity(text: &str) -> Result<(String, String), Trouble> {
    let wrong = || Trouble::new(say!("write CODE=LEVEL, such as FM009=off"));
    let (code, level) = text.split_once('=').ok_or_else(wrong)?;
    Ok((code.to_owned(), level.to_owned()))
}

/// Reads a rule and its severity. A severity that is none is told in clap's words, with the one that is like it.
#[derive(Clone, Copy, Debug)]
struct SeverityParser;

impl TypedValueParser for SeverityParser {
    type Value = (String, config::Level);

    fn parse_ref(&self, command: &Command, argument: Option<&Arg>, value: &OsStr) -> Result<Self::Value, Error> {
        let (code, level) = parse_severity.parse_ref(command, argument, value)?;
        let level = EnumValueParser::<Level>::new().parse_ref(command, argument, OsStr::new(&level))?;
        Ok((code, level.setting()))
    }
}

impl SettingsArgs {
    /// The settings of which the command line names the file.
    pub(in crate::cli) fn named_files(&self) -> impl Iterator<Item = &'static str> {
        let baseline = self.baseline.is_some().then_some("report.baseline");
        baseline.into_iter().chain(self.judging.named_file())
    }

    /// Lays what was typed over the settings file.
    pub(in crate::cli) fn over(self, mut file: config::File) -> config::File {
        let fetch = &mut file.fetch;
        let wide = |count: u32| usize::try_from(count).unwrap_or(usize::MAX);
        fetch.offline = self.offline.then_some(true).or(fetch.offline);
        fetch.fresh = self.fresh.then_some(true).or(fetch.fresh);
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
        fetch.allow_private = self.allow_private.then_some(true).or(fetch.allow_private);
        self.judging.over(fetch);
        self.memory.over(fetch);
        file.site.built = self.site.or(file.site.built.take());
        file.rules.select = self.select.or(file.rules.select.take());
        file.rules.ignore.extend(self.ignore);
        file.rules.severity.extend(self.severity);
        file.report.baseline = self.baseline.or(file.report.baseline.take());
        file.report.folder = self.reports.or(file.report.folder.take());
        file.report.all_addresses = self.all_addresses.then_some(true).or(file.report.all_addresses);
        file.report.fail_on = self.fail_on.map(FailOn::setting).or(file.report.fail_on);
        // A file that is named on the command line is wanted, whatever the settings say.
        let remember = if self.no_state { Some(false) } else { self.state.is_some().then_some(true) };
        file.remember = remember.or(file.remember);
        file.state = self.state.or(file.state.take());
        file.threads = self.threads.or(file.threads);
        file
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::{Command, FromArgMatches as _};

    use super::super::CheckArgs;
    use super::*;

    /// A use of each flag.
    const USES: [&str; 33] = [
        "--baseline=x",
        "--offline",
        "--concurrency=3",
        "--per-host=3",
        "--pace=3s",
        "--timeout=3s",
        "--retries=3",
        "--max-redirects=3",
        "--max-time=3s",
        "--user-agent=x",
        "--header=a: b: c",
        "--proxy=http://p/",
        "--resolve=a:127.0.0.1",
        "--allow-private",
        "--judge=all",
        "--check-mail",
        "--ca-file=x",
        "--insecure",
        "--budget=3",
        "--contact=x",
        "--respect-robots",
        "--vantage=x",
        "--site=x",
        "--state=x",
        "--no-state",
        "--fresh",
        "--select=LK",
        "--ignore=LK",
        "--severity=LK001=off",
        "--fail-on=never",
        "--reports=x",
        "--all-addresses",
        "--threads=3",
    ];

    /// Flags and arguments of `check` that are about one run or its output: what is looked at, what is printed and where.
    const ABOUT_ONE_RUN: [&str; 14] = [
        "update_baseline",
        "path",
        "format",
        "no_reports",
        "color",
        "progress",
        "quiet",
        "verbose",
        "config",
        "explain",
        "import",
        "since",
        "language",
        "lang",
    ];

    fn command() -> Command {
        SettingsArgs::augment_args(Command::new("x").no_binary_name(true))
    }

    /// The key that a flag's help names.
    fn key_of(argument: &Arg) -> Option<String> {
        let help = argument.get_help()?.to_string();
        let (_, key) = help.split_once("[key: ")?;
        Some(key.split(']').next()?.trim_matches('`').to_owned())
    }

    #[test]
    fn every_flag_names_its_key_and_sets_it() {
        let keys = config::keys();
        let mut unused: BTreeSet<String> = command().get_arguments().map(|one| one.get_id().to_string()).collect();
        for typed in USES {
            let matches = command().try_get_matches_from([typed]).unwrap();
            let args = SettingsArgs::from_arg_matches(&matches).unwrap();
            let name = typed.trim_start_matches('-').split('=').next().unwrap();
            let command = command();
            let argument = command.get_arguments().find(|one| one.get_long() == Some(name)).unwrap();
            unused.remove(argument.get_id().as_str());
            let key = key_of(argument).unwrap_or_else(|| panic!("{typed} names no key"));
            assert!(keys.contains(&key), "{typed}: `{key}` is no key");
            let (nothing, file) = (config::File::default(), args.over(config::File::default()));
            let pointer = format!("/{}", key.replace('.', "/"));
            let value = |file| serde_json::to_value(file).unwrap().pointer(&pointer).cloned();
            assert_ne!(value(nothing), value(file), "{typed} does not set {key}");
        }
        assert!(unused.is_empty(), "flags without a use here: {unused:?}");
    }

    #[test]
    fn every_other_flag_of_check_is_about_one_run() {
        let of_settings: BTreeSet<String> = command().get_arguments().map(|one| one.get_id().to_string()).collect();
        for argument in CheckArgs::augment_args(Command::new("x")).get_arguments() {
            let id = argument.get_id().as_str();
            let is_known = of_settings.contains(id) || ABOUT_ONE_RUN.contains(&id);
            assert!(is_known, "--{id} is a setting: give it a key, and move it to the flags that have one");
        }
    }

    #[test]
    fn defaults_in_the_help_are_those_that_count() {
        let file = crate::check::defaults(std::path::Path::new("."));
        let file = serde_json::to_value(&file).unwrap();
        let plain = |value: &serde_json::Value| match value {
            serde_json::Value::String(text) => text.clone(),
            serde_json::Value::Array(items) => items.iter().filter_map(|item| item.as_str()).collect(),
            other => other.to_string(),
        };
        for argument in command().get_arguments() {
            let help = argument.get_help().unwrap().to_string();
            let Some((_, rest)) = help.split_once("[default: ") else { continue };
            let told = rest.split(']').next().unwrap();
            let pointer = format!("/{}", key_of(argument).unwrap().replace('.', "/"));
            // Sentences describe what no value does.
            if !told.contains(' ') {
                assert_eq!(Some(told.to_owned()), file.pointer(&pointer).map(plain), "{help}");
            }
        }
    }
}
