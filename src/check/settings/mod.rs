//! From `postproof.yml`, `_config.yml` and flags to what each stage is told.

mod defaults;
mod for_archive;
mod for_hosts;
mod for_probe;
mod for_rules;
mod for_site;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use globset::{Glob, GlobMatcher, GlobSet, GlobSetBuilder};
use jiff::Timestamp;

use super::built::LEFT_OUT;
use super::{Folders, Judge};
use crate::config::{FailOn, File};
use crate::document::Kind;
use crate::extract::{self, Dialect};
use crate::finding::Severity;
use crate::language::{Message, say};
use crate::probe;
use crate::report::Baseline;
use crate::resolve::Resolver;
use crate::rules::{self, Selection};
use crate::seal;
use crate::site;
use crate::source::Walk;
use crate::store;

pub use defaults::{defaults, site_says};
use for_probe::{confirmation, mail_settings, max_age, probe_settings};
use for_rules::{rules_settings, selection};
use for_site::{kramdown_options, site_settings};

/// The state file, from the archive's folder.
const STATE_FILE: &str = ".postproof/state.db";

/// What each stage of a check is told.
#[expect(missing_debug_implementations, reason = "the clock is a closure")]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Settings {
    /// What is read.
    pub walk: Walk,
    /// Where the posts are.
    pub folders: Folders,
    /// How links are found.
    pub extract: extract::Settings,
    /// The engine that shows a file, by path; the last that fits wins.
    pub dialects: Vec<(GlobMatcher, Dialect)>,
    /// What the site serves.
    pub site: site::Settings,
    /// The folder of the built site, where that is what is judged.
    pub built: Option<PathBuf>,
    /// How destinations are resolved.
    pub resolver: Resolver,
    /// What the rules know.
    pub rules: rules::Settings,
    /// Which rules apply.
    pub selection: Selection,
    /// How the web is asked.
    pub probe: probe::Settings,
    /// How it is looked up who takes the mail of the domains that links name; `None` asks nobody.
    pub mail: Option<probe::MailSettings>,
    /// Whose pages are judged by what they say.
    pub judge: Judge,
    /// How a web archive is asked.
    pub archive: probe::ArchiveSettings,
    /// Most addresses that are asked; `None` is all that are due.
    pub budget: Option<usize>,
    /// The name of the place from which the web is seen; may be empty.
    pub vantage: String,
    /// What other places have learnt: the name and the bytes of each file that `--format ndjson` wrote there.
    pub import: Vec<(String, Vec<u8>)>,
    /// Ask nothing of the web.
    pub offline: bool,
    /// Addresses that are not asked.
    pub exclude: GlobSet,
    /// List every address in the report.
    pub all_addresses: bool,
    /// Tell of every address in the report, for a format that hands over what all of them answered.
    pub hands_over: bool,
    /// The least severity that makes the archive unhealthy; `None` is none.
    pub fail_on: FailOn,
    /// Sentences about the settings themselves.
    pub notices: Vec<String>,
    /// The file that remembers what the web answered; `None` remembers nothing.
    pub state: Option<PathBuf>,
    /// Ask for every address, whatever is remembered of it.
    pub fresh: bool,
    /// Believe what is remembered, ask for nothing, and enter no run.
    pub recalls_only: bool,
    /// Find out of each address over `http` whether it answers over `https` as well.
    pub proves_https: bool,
    /// How long an answer is believed.
    pub store: store::Settings,
    /// Where the seal is that documents are held against; `None` holds them against none.
    pub seal: Option<PathBuf>,
    /// The findings that are known and fail no run.
    pub baseline: Option<Baseline>,
    /// Judge only what changed since this commit: `REV`, `A..B` or `A...B`.
    pub since: Option<String>,
    /// Files of the archive that settings name and that decide, as settings do, what every other means.
    pub deciding: Vec<String>,
    /// The commit that is checked out.
    pub revision: Option<String>,
    /// Tells the time.
    pub clock: Box<dyn Fn() -> Timestamp + Sync>,
}

/// A setting that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.message().english())]
pub struct SettingsError {
    /// The setting's name.
    pub setting: &'static str,
    /// What is wrong and what to write instead.
    pub problem: Message,
}

impl SettingsError {
    /// The setting, and what is wrong with it.
    pub fn message(&self) -> Message {
        say!("{place}: {what}", place = self.setting, what = self.problem.clone())
    }
}

fn wrong(setting: &'static str) -> impl Fn(Message) -> SettingsError {
    move |problem| SettingsError { setting, problem }
}

/// A setting that a library refuses, in its words.
fn refused(setting: &'static str, error: &dyn std::fmt::Display) -> SettingsError {
    wrong(setting)(say!("{unusable}", unusable = error))
}

/// The texts of an archive's own files that settings are made from.
#[derive(Clone, Debug, Default)]
pub struct Surroundings {
    /// `_config.yml`.
    pub config: Option<String>,
    /// `CNAME`.
    pub cname: Option<String>,
    /// `Gemfile.lock`.
    pub gemfile_lock: Option<String>,
    /// `Gemfile`.
    pub gemfile: Option<String>,
    /// The workflows below `.github/workflows`.
    pub workflows: Vec<String>,
    /// Whether there is a `.nojekyll`.
    pub is_without_jekyll: bool,
    /// The JSON Schema that `front_matter.schema` names.
    pub schema: Option<String>,
    /// The certificates that `fetch.ca_file` names, in PEM.
    pub authorities: Option<Vec<u8>>,
    /// The variables of the environment.
    pub environment: BTreeMap<String, String>,
}

impl Settings {
    /// Makes the settings of a check of the archive in `root`.
    pub fn new(
        root: &Path,
        file: &File,
        surroundings: &Surroundings,
        clock: Box<dyn Fn() -> Timestamp + Sync>,
    ) -> Result<Self, SettingsError> {
        let language = file.report.language.unwrap_or_default();
        let mut notices = Vec::new();
        let site = site_settings(file, surroundings, &mut notices);
        let home = Some(site.url.as_str()).filter(|url| !url.is_empty());
        let resolver = Resolver::new(home, site.aliases.iter().cloned(), &site.baseurl);
        let mut selection = selection(&file.rules)?;
        refuse_unknown(&selection)?;
        if file.site.built.is_some() {
            selection.everywhere.ignore.extend(LEFT_OUT.map(str::to_owned));
        }
        let mut probe = probe_settings(&file.fetch, home, &surroundings.environment)?;
        probe.extra_roots = surroundings.authorities.clone().unwrap_or_default();
        let asks_https = |rule: &&'static dyn rules::Rule| rule.meta().name == "insecure-link";
        probe.ask_https = file.fetch.check_https.unwrap_or(true) && selection.rules().iter().any(asks_https);
        Ok(Self {
            built: file.site.built.clone(),
            walk: Walk { root: root.to_owned(), own: Vec::new(), threads: file.threads.unwrap_or(0) },
            folders: Folders {
                posts: file.posts.folders.clone().unwrap_or_default(),
                archive: file.posts.archive.clone(),
            },
            extract: extract::Settings { kramdown: kramdown_options(&site), ..extract::Settings::default() },
            dialects: dialects(file)?,
            rules: rules_settings(file, &site, surroundings, clock())?,
            resolver,
            site,
            selection,
            probe,
            mail: mail_settings(&file.fetch)?,
            archive: for_archive::archive_settings(&file.archive, &surroundings.environment)?,
            budget: file.fetch.budget,
            vantage: file.fetch.vantage.clone().unwrap_or_default(),
            import: Vec::new(),
            judge: judge(file.fetch.judge),
            offline: file.fetch.offline.unwrap_or(false),
            exclude: globs("fetch.exclude", &file.fetch.exclude)?,
            all_addresses: file.report.all_addresses.unwrap_or(false),
            hands_over: false,
            fail_on: file.report.fail_on.unwrap_or_default(),
            notices: notices.iter().map(|notice| notice.in_language(language)).collect(),
            state: file.remember.unwrap_or(true).then(|| file.state.clone().unwrap_or_else(|| root.join(STATE_FILE))),
            fresh: file.fetch.fresh.unwrap_or(false),
            recalls_only: false,
            proves_https: false,
            seal: file.seal.check.unwrap_or(true).then(|| root.join(seal::FOLDER)),
            baseline: None,
            store: store::Settings {
                max_age: max_age(&file.fetch.max_age),
                confirmation: confirmation(&file.fetch.confirm),
                ..store::Settings::default()
            },
            since: None,
            deciding: Vec::new(),
            revision: None,
            clock,
        })
    }

    /// The engine that shows a file.
    pub fn dialect(&self, path: &str, kind: Kind) -> Dialect {
        if let Some((_, dialect)) = self.dialects.iter().rev().find(|(glob, _)| glob.is_match(path)) {
            return *dialect;
        }
        let end = path.rsplit('.').next().unwrap_or_default();
        if ["html", "htm", "xhtml", "xml", "svg"].iter().any(|html| end.eq_ignore_ascii_case(html)) {
            return Dialect::Html;
        }
        // Nobody builds an archive folder: its readers see the files as GitHub shows them.
        // `markdown: CommonMarkGhPages`, and `GFM`, which GitHub Pages takes for it, is GitHub's Markdown too.
        if kind != Kind::Archived && self.site.markdown.eq_ignore_ascii_case("kramdown") {
            Dialect::Kramdown
        } else {
            Dialect::GitHub
        }
    }
}

/// What is misspelt would be judged by no rule, or by one that was to be off, and the run be called healthy.
fn refuse_unknown(selection: &Selection) -> Result<(), SettingsError> {
    let Some(&word) = selection.unknown_words().first() else { return Ok(()) };
    let nearest = rules::nearest(word);
    Err(wrong("rules")(say!(
        "`{word}` is no rule; did you mean `{nearest}`? `postproof rules` lists them all",
        word,
        nearest
    )))
}

fn judge(named: Option<crate::config::Judge>) -> Judge {
    match named {
        None | Some(crate::config::Judge::SourceLinks) => Judge::SourceLinks,
        Some(crate::config::Judge::All) => Judge::All,
        Some(crate::config::Judge::None) => Judge::None,
    }
}

fn dialects(file: &File) -> Result<Vec<(GlobMatcher, Dialect)>, SettingsError> {
    let compile = |(pattern, dialect): &(String, Dialect)| Ok((glob("extract.dialect", pattern)?, *dialect));
    file.extract.dialect.iter().map(compile).collect()
}

fn glob(setting: &'static str, pattern: &str) -> Result<GlobMatcher, SettingsError> {
    Ok(Glob::new(pattern).map_err(|error| refused(setting, &error))?.compile_matcher())
}

fn globs(setting: &'static str, patterns: &[String]) -> Result<GlobSet, SettingsError> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        set.add(Glob::new(pattern).map_err(|error| refused(setting, &error))?);
    }
    set.build().map_err(|error| refused(setting, &error))
}

/// The severity at which an archive counts as unhealthy.
pub(super) fn fail_at(fail_on: FailOn) -> Severity {
    match fail_on {
        FailOn::Error | FailOn::Never => Severity::Error,
        FailOn::Warning => Severity::Warning,
    }
}

/// Where the file of a setting is, if it is relative to the settings file.
pub fn beside(settings_file: &Path, path: &Path) -> PathBuf {
    settings_file.parent().map_or_else(|| path.to_owned(), |folder| folder.join(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engine_is_the_named_one_else_the_locked_one_else_that_of_github_pages() {
        let engine = |named: Option<&str>, lock: Option<&str>| {
            let mut file = File::default();
            file.site.engine = named.map(str::to_owned);
            let surroundings = Surroundings { gemfile_lock: lock.map(str::to_owned), ..Surroundings::default() };
            let settings = Settings::new(Path::new("."), &file, &surroundings, Box::new(Timestamp::now)).unwrap();
            assert_eq!(settings.site.engine, settings.rules.front_matter.engine);
            settings.site.engine
        };
        let lock = Some("GEM\n  specs:\n    jekyll (4.3.3)\n");
        assert_eq!(engine(None, None), site::Engine::Jekyll3);
        assert_eq!(engine(None, Some("GEM\n")), site::Engine::Jekyll3);
        assert_eq!(engine(None, lock), site::Engine::Jekyll4);
        assert_eq!(engine(Some("jekyll-3.10"), lock), site::Engine::Jekyll3);
        assert_eq!(engine(Some("jekyll-4"), None), site::Engine::Jekyll4);
    }
}
