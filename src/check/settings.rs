//! From `postproof.yml`, `_config.yml` and flags to what each stage is told.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use globset::{Glob, GlobMatcher, GlobSet, GlobSetBuilder};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use reqwest::header::{HeaderName, HeaderValue};
use url::Url;

use super::Folders;
use crate::config::{self, FailOn, File, Level};
use crate::document::Kind;
use crate::extract::{self, Dialect, kramdown};
use crate::finding::Severity;
use crate::front_matter::schema::Schema;
use crate::probe::{self, ProxySetting};
use crate::resolve::Resolver;
use crate::rules::{self, Changes, FrontMatterSettings, PathChanges, Selection};
use crate::site;
use crate::source::Walk;
use crate::store;

/// The state file, from the archive's folder.
const STATE_FILE: &str = ".postproof/state.db";

/// What each stage of a check is told.
#[expect(missing_debug_implementations, reason = "the clock is a closure")]
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
    /// How destinations are resolved.
    pub resolver: Resolver,
    /// What the rules know.
    pub rules: rules::Settings,
    /// Which rules apply.
    pub selection: Selection,
    /// How the web is asked.
    pub probe: probe::Settings,
    /// Ask nothing of the web.
    pub offline: bool,
    /// Addresses that are not asked.
    pub exclude: GlobSet,
    /// List every address in the report.
    pub all_addresses: bool,
    /// The least severity that makes the archive unhealthy; `None` is none.
    pub fail_on: FailOn,
    /// Sentences about the settings themselves.
    pub notices: Vec<String>,
    /// The file that remembers what the web answered; `None` remembers nothing.
    pub state: Option<PathBuf>,
    /// Ask for every address, whatever is remembered of it.
    pub fresh: bool,
    /// How long an answer is believed.
    pub store: store::Settings,
    /// The commit that is checked out.
    pub revision: Option<String>,
    /// Tells the time.
    pub clock: Box<dyn Fn() -> Timestamp + Sync>,
}

/// A setting that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{setting}: {problem}")]
pub struct SettingsError {
    /// The setting's name.
    pub setting: &'static str,
    /// What is wrong and what to write instead.
    pub problem: String,
}

fn wrong(setting: &'static str) -> impl Fn(String) -> SettingsError {
    move |problem| SettingsError { setting, problem }
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
    /// The JSON Schema that `front_matter.schema` names.
    pub schema: Option<String>,
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
        let mut notices = Vec::new();
        let site = site_settings(file, surroundings, &mut notices);
        let home = Some(site.url.as_str()).filter(|url| !url.is_empty());
        let resolver = Resolver::new(home, site.aliases.iter().cloned(), &site.baseurl);
        let selection = selection(&file.rules)?;
        for word in selection.unknown_words() {
            notices.push(format!("the settings name `{word}`, and no rule is called so; `postproof rules` lists them"));
        }
        Ok(Self {
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
            probe: probe_settings(&file.fetch, &surroundings.environment)?,
            offline: file.fetch.offline.unwrap_or(false),
            exclude: globs("fetch.exclude", &file.fetch.exclude)?,
            all_addresses: file.report.all_addresses.unwrap_or(false),
            fail_on: file.report.fail_on.unwrap_or_default(),
            notices,
            state: Some(file.state.clone().unwrap_or_else(|| root.join(STATE_FILE))),
            fresh: false,
            store: store::Settings { max_age: max_age(&file.fetch.max_age), ..store::Settings::default() },
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

fn site_settings(file: &File, surroundings: &Surroundings, notices: &mut Vec<String>) -> site::Settings {
    let (mut site, problems) = site::Settings::from_config(surroundings.config.as_deref().unwrap_or_default());
    for problem in problems {
        let line = problem.line.map_or(String::new(), |line| format!(":{line}"));
        notices.push(format!("_config.yml{line}: {}", problem.message));
    }
    if let Some(url) = &file.site.url {
        url.trim_end_matches('/').clone_into(&mut site.url);
    }
    site.aliases.extend(file.site.aliases.iter().flatten().cloned());
    let cname = surroundings.cname.as_deref().unwrap_or_default().trim();
    if !cname.is_empty() {
        site.aliases.push(cname.to_ascii_lowercase());
        if site.url.is_empty() {
            // GitHub Pages serves the site there, whatever `_config.yml` leaves out.
            site.url = format!("https://{cname}");
        }
    }
    site.engine = surroundings.gemfile_lock.as_deref().and_then(site::locked_engine).unwrap_or_default();
    match file.site.engine.as_deref() {
        None => {}
        Some("jekyll-4") => site.engine = site::Engine::Jekyll4,
        Some("jekyll-3.10") => site.engine = site::Engine::Jekyll3,
        Some(other) => notices.push(format!("site.engine: `{other}` is no engine; write jekyll-3.10 or jekyll-4")),
    }
    site.also_serves.extend(file.site.also_serves.iter().flatten().cloned());
    site.posts_folders = file.posts.folders.clone().unwrap_or_default();
    site
}

fn rules_settings(
    file: &File,
    site: &site::Settings,
    surroundings: &Surroundings,
    now: Timestamp,
) -> Result<rules::Settings, SettingsError> {
    let cname = surroundings.cname.as_deref().map(str::trim).filter(|cname| !cname.is_empty());
    let patterns = file.source_link.iter().map(|pattern| {
        rules::Template::around_id(pattern)
            .ok_or_else(|| wrong("source_link")(format!("`{pattern}` has no {{id}} in it")))
    });
    let ways =
        file.navigation.iter().map(|way| rules::Navigation { text: way.text.clone(), targets: way.target.clone() });
    Ok(rules::Settings {
        now,
        navigation: ways.collect(),
        source_links: patterns.collect::<Result<_, _>>()?,
        cname: cname.map(str::to_owned),
        host: Url::parse(&site.url).ok().and_then(|url| url.host_str().map(str::to_owned)),
        aliases: site.aliases.clone(),
        theme: site.theme.clone(),
        front_matter: front_matter_settings(file, site, surroundings)?,
    })
}

fn front_matter_settings(
    file: &File,
    site: &site::Settings,
    surroundings: &Surroundings,
) -> Result<FrontMatterSettings, SettingsError> {
    let defaults = FrontMatterSettings::default();
    // What `defaults` of `_config.yml` gives to every post need not stand in any.
    let is_given = |key: &String| {
        let to_posts = |set: &&site::DefaultSet| {
            set.path.as_deref().is_none_or(str::is_empty) && matches!(set.kind.as_deref(), None | Some("" | "posts"))
        };
        site.defaults.iter().filter(to_posts).any(|set| set.values.get(key).is_some())
    };
    let required = file.front_matter.required.clone();
    let required = required.unwrap_or_else(|| defaults.required.into_iter().filter(|key| !is_given(key)).collect());
    let schema = match &surroundings.schema {
        Some(text) => {
            Some(Arc::new(Schema::from_text(text).map_err(|error| wrong("front_matter.schema")(error.to_string()))?))
        }
        None => None,
    };
    Ok(FrontMatterSettings {
        required,
        schema,
        time_zone: site.timezone.as_deref().and_then(|name| TimeZone::get(name).ok()),
        engine: site.engine,
        publishes_future: site.future,
    })
}

/// What `_config.yml` sets for kramdown, over what Jekyll sets.
fn kramdown_options(site: &site::Settings) -> kramdown::Options {
    let mut options = kramdown::Options::default();
    let set = |key: &str, field: &mut bool| {
        if let Some(value) = site.kramdown.get(key) {
            *field = value.is_truthy();
        }
    };
    set("auto_ids", &mut options.auto_ids);
    set("parse_block_html", &mut options.parse_block_html);
    set("parse_span_html", &mut options.parse_span_html);
    set("hard_wrap", &mut options.hard_wrap);
    let text = |key: &str| site.kramdown.get(key).and_then(site::ConfigValue::scalar_text);
    options.auto_id_prefix = text("auto_id_prefix").unwrap_or_default();
    options.footnote_prefix = text("footnote_prefix").unwrap_or_default();
    if text("input").is_some_and(|input| input.eq_ignore_ascii_case("kramdown")) {
        options.input = kramdown::Input::Kramdown;
    }
    options
}

fn dialects(file: &File) -> Result<Vec<(GlobMatcher, Dialect)>, SettingsError> {
    let compile = |(pattern, dialect): &(String, Dialect)| Ok((glob("extract.dialect", pattern)?, *dialect));
    file.extract.dialect.iter().map(compile).collect()
}

fn glob(setting: &'static str, pattern: &str) -> Result<GlobMatcher, SettingsError> {
    Ok(Glob::new(pattern).map_err(|error| wrong(setting)(error.to_string()))?.compile_matcher())
}

fn globs(setting: &'static str, patterns: &[String]) -> Result<GlobSet, SettingsError> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        set.add(Glob::new(pattern).map_err(|error| wrong(setting)(error.to_string()))?);
    }
    set.build().map_err(|error| wrong(setting)(error.to_string()))
}

fn selection(rules: &config::Rules) -> Result<Selection, SettingsError> {
    let severities = |levels: &BTreeMap<String, Level>| {
        levels.iter().map(|(code, level)| (code.clone(), level.severity())).collect()
    };
    let mut paths = Vec::new();
    for path in &rules.paths {
        let changes = Changes { ignore: path.ignore.clone(), severity: severities(&path.severity) };
        paths.push(PathChanges { glob: glob("rules.paths", &path.glob)?, changes });
    }
    let everywhere = Changes { ignore: rules.ignore.clone(), severity: severities(&rules.severity) };
    Ok(Selection { select: rules.select.clone(), everywhere, paths })
}

fn probe_settings(
    fetch: &config::Fetch,
    environment: &BTreeMap<String, String>,
) -> Result<probe::Settings, SettingsError> {
    let mut settings = probe::Settings::default();
    let set = |value: Option<usize>, field: &mut usize| {
        if let Some(value) = value {
            *field = value;
        }
    };
    set(fetch.concurrency, &mut settings.concurrency);
    set(fetch.per_host, &mut settings.per_host);
    set(fetch.max_redirects, &mut settings.max_redirects);
    settings.pace = fetch.pace.unwrap_or(settings.pace);
    settings.timeout = fetch.timeout.unwrap_or(settings.timeout);
    settings.connect_timeout = settings.connect_timeout.min(settings.timeout);
    settings.retries = fetch.retries.map_or(settings.retries, |retries| u8::try_from(retries).unwrap_or(u8::MAX));
    settings.max_time = fetch.max_time;
    settings.allow_private = fetch.allow_private.unwrap_or(false);
    if let Some(user_agent) = &fetch.user_agent {
        HeaderValue::from_str(user_agent).map_err(|error| wrong("fetch.user_agent")(error.to_string()))?;
        settings.user_agent.clone_from(user_agent);
    }
    if let Some(proxy) = &fetch.proxy {
        settings.proxy = ProxySetting::Url { url: proxy.clone(), bypass: String::new() };
    }
    for header in &fetch.headers {
        settings.headers.push(host_header(header, environment)?);
    }
    for (host, address) in &fetch.resolve {
        settings.resolve.push((host.clone(), socket_address(address)?));
    }
    Ok(settings)
}

fn max_age(ages: &config::MaxAge) -> store::MaxAge {
    let defaults = store::MaxAge::default();
    store::MaxAge {
        alive: ages.alive.unwrap_or(defaults.alive),
        moved: ages.moved.unwrap_or(defaults.moved),
        dead: ages.dead.unwrap_or(defaults.dead),
        failing: ages.failing.unwrap_or(defaults.failing),
        blocked: ages.blocked.unwrap_or(defaults.blocked),
        suspect: ages.suspect.unwrap_or(defaults.suspect),
        longest: defaults.longest,
    }
}

fn host_header(
    header: &config::HostHeader,
    environment: &BTreeMap<String, String>,
) -> Result<probe::HostHeader, SettingsError> {
    let wrong = wrong("fetch.headers");
    let value = match header.value.strip_prefix('$') {
        Some(name) => environment
            .get(name)
            .ok_or_else(|| wrong(format!("the environment has no variable {name}, which `{}` takes", header.name)))?
            .clone(),
        None => header.value.clone(),
    };
    let mut value = HeaderValue::from_str(&value).map_err(|error| wrong(format!("`{}`: {error}", header.name)))?;
    value.set_sensitive(true);
    Ok(probe::HostHeader {
        hosts: glob("fetch.headers", &header.host)?,
        name: HeaderName::from_bytes(header.name.as_bytes())
            .map_err(|error| wrong(format!("`{}`: {error}", header.name)))?,
        value,
    })
}

/// `192.0.2.1`, `192.0.2.1:8080`, `[2001:db8::1]:8080`; without a port, that of the web address.
fn socket_address(text: &str) -> Result<SocketAddr, SettingsError> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    if let Ok(address) = bare.parse::<IpAddr>() {
        return Ok(SocketAddr::new(address, 0));
    }
    text.parse()
        .map_err(|_| wrong("fetch.resolve")(format!("`{text}` is no address: write 192.0.2.1 or 192.0.2.1:8080")))
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
