//! The settings file, typed. Flags are given in the same shape and laid over it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

use super::duration::deserialize as duration;
use super::error::{ConfigError, ConfigErrorKind};
use crate::extract::Dialect;
use crate::finding::Severity;

/// Everything that can be set. Every part and key may be left out.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct File {
    /// Where the posts are.
    pub posts: Posts,
    /// What front matter must be.
    pub front_matter: FrontMatter,
    /// What `_config.yml` does not say of the site.
    pub site: Site,
    /// How links are found.
    pub extract: Extract,
    /// Which rules apply.
    pub rules: Rules,
    /// How the web is asked.
    pub fetch: Fetch,
    /// What is written.
    pub report: Report,
    /// The ways back that every post has.
    pub navigation: Vec<Navigation>,
    /// The pattern of source links, with `{id}` in it; or a list of them, the usual one first.
    #[serde(deserialize_with = "one_or_many")]
    pub source_link: Vec<String>,
    /// The file that remembers what the web answered, relative to the working folder.
    pub state: Option<PathBuf>,
    /// Threads for reading and judging; 0 takes one for each core.
    pub threads: Option<usize>,
}

/// A way back that every post has.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Navigation {
    /// The text of the link, with `{category}` and `{tag}` filled in from the post.
    pub text: String,
    /// Where it leads: a path of the site, or a list of them, the one to write first.
    #[serde(deserialize_with = "one_or_many")]
    pub target: Vec<String>,
}

/// Where the posts are.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Posts {
    /// Folders whose files are posts, beside every `_posts`.
    pub folders: Option<Vec<String>>,
    /// Folders of posts that are kept and not published; found by their files' names where nothing is said.
    pub archive: Option<Vec<String>>,
}

/// What front matter must be.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FrontMatter {
    /// A JSON Schema in JSON or YAML, relative to the settings file.
    pub schema: Option<PathBuf>,
    /// Keys that every post must have.
    pub required: Option<Vec<String>>,
}

/// What `_config.yml` does not say of the site.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Site {
    /// The site's address, in place of `url` of `_config.yml`.
    pub url: Option<String>,
    /// Other hosts that mean the site itself.
    pub aliases: Option<Vec<String>>,
    /// The Jekyll that builds it: `jekyll-4` or `jekyll-3.10`.
    pub engine: Option<String>,
    /// Globs of addresses that a plugin or theme serves.
    pub also_serves: Option<Vec<String>>,
}

/// How links are found.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Extract {
    /// The engine that shows a file, by glob of its path; the last glob that fits wins.
    #[serde(deserialize_with = "dialects")]
    pub dialect: Vec<(String, Dialect)>,
}

/// Which rules apply.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Rules {
    /// Only rules whose code begins so, or `ALL`.
    pub select: Option<Vec<String>>,
    /// No rules whose code begins so.
    pub ignore: Vec<String>,
    /// Another severity for a rule.
    pub severity: BTreeMap<String, Level>,
    /// Other settings for some paths.
    pub paths: Vec<PathRules>,
}

/// Rules for some paths.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PathRules {
    /// The paths.
    pub glob: String,
    /// No rules whose code begins so.
    #[serde(default)]
    pub ignore: Vec<String>,
    /// Another severity for a rule.
    #[serde(default)]
    pub severity: BTreeMap<String, Level>,
}

/// A severity, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The rule is off.
    Off,
    /// [`Severity::Info`].
    Info,
    /// [`Severity::Warning`].
    Warning,
    /// [`Severity::Error`].
    Error,
}

impl Level {
    /// The severity, if the rule is on.
    pub fn severity(self) -> Option<Severity> {
        match self {
            Self::Off => None,
            Self::Info => Some(Severity::Info),
            Self::Warning => Some(Severity::Warning),
            Self::Error => Some(Severity::Error),
        }
    }
}

/// How the web is asked.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fetch {
    /// Ask nothing.
    pub offline: Option<bool>,
    /// Requests at once, all hosts together.
    pub concurrency: Option<usize>,
    /// Requests at once to one host.
    pub per_host: Option<usize>,
    /// Time between the starts of two requests to one host.
    #[serde(deserialize_with = "duration")]
    pub pace: Option<Duration>,
    /// Time for one request, whole.
    #[serde(deserialize_with = "duration")]
    pub timeout: Option<Duration>,
    /// Further tries after a failure that may pass.
    pub retries: Option<u32>,
    /// Redirects that are followed.
    pub max_redirects: Option<usize>,
    /// Time for the whole of the asking.
    #[serde(deserialize_with = "duration")]
    pub max_time: Option<Duration>,
    /// Who asks.
    pub user_agent: Option<String>,
    /// More headers, by host.
    pub headers: Vec<HostHeader>,
    /// A proxy for every request.
    pub proxy: Option<String>,
    /// Addresses of hosts, in place of DNS: `host: address[:port]`.
    pub resolve: BTreeMap<String, String>,
    /// Also ask hosts on loopback and private networks.
    pub allow_private: Option<bool>,
    /// Globs of addresses that are not asked.
    pub exclude: Vec<String>,
    /// How long an answer is believed.
    pub max_age: MaxAge,
}

/// How long an answer is believed before its address is asked again, by its verdict.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MaxAge {
    /// It answers. What stays well is asked ever more rarely.
    #[serde(deserialize_with = "duration")]
    pub alive: Option<Duration>,
    /// It answers elsewhere; as for `alive`.
    #[serde(deserialize_with = "duration")]
    pub moved: Option<Duration>,
    /// It is gone.
    #[serde(deserialize_with = "duration")]
    pub dead: Option<Duration>,
    /// It failed.
    #[serde(deserialize_with = "duration")]
    pub failing: Option<Duration>,
    /// It cannot be judged from here.
    #[serde(deserialize_with = "duration")]
    pub blocked: Option<Duration>,
    /// It answers with what is probably not what was linked.
    #[serde(deserialize_with = "duration")]
    pub suspect: Option<Duration>,
}

/// A header for the hosts of a glob.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HostHeader {
    /// The hosts.
    pub host: String,
    /// The header's name.
    pub name: String,
    /// Its value; `$NAME` takes the environment's.
    pub value: String,
}

/// What is written.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Report {
    /// The folder of the reports, relative to the working folder.
    pub folder: Option<PathBuf>,
    /// The least severity that makes the run fail.
    pub fail_on: Option<FailOn>,
    /// List every address, those that are well too.
    pub all_addresses: Option<bool>,
}

/// The least severity that makes the run fail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FailOn {
    /// Errors.
    #[default]
    Error,
    /// Warnings too.
    Warning,
    /// Nothing.
    Never,
}

fn one_or_many<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Spelling {
        One(String),
        Many(Vec<String>),
    }
    Ok(match Option::<Spelling>::deserialize(deserializer)? {
        None => Vec::new(),
        Some(Spelling::One(text)) => vec![text],
        Some(Spelling::Many(texts)) => texts,
    })
}

fn dialects<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<(String, Dialect)>, D::Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Name {
        Kramdown,
        GitHub,
        Html,
    }
    let map = serde_yaml::Mapping::deserialize(deserializer)?;
    map.into_iter()
        .map(|(glob, name)| {
            let glob = serde_yaml::from_value(glob).map_err(serde::de::Error::custom)?;
            let dialect = match serde_yaml::from_value(name).map_err(serde::de::Error::custom)? {
                Name::Kramdown => Dialect::Kramdown,
                Name::GitHub => Dialect::GitHub,
                Name::Html => Dialect::Html,
            };
            Ok((glob, dialect))
        })
        .collect()
}

/// Reads a settings file.
pub fn load(path: &Path) -> Result<File, ConfigError> {
    let fail = |kind| ConfigError { file: path.to_owned(), line: None, kind };
    let bytes = crate::source::read(path).map_err(|error| fail(ConfigErrorKind::Unreadable(error)))?;
    let text = String::from_utf8(bytes).map_err(|_| fail(ConfigErrorKind::Invalid("it is not UTF-8".to_owned())))?;
    parse(path, &text)
}

/// Reads settings from text; `path` is where it came from.
pub fn parse(path: &Path, text: &str) -> Result<File, ConfigError> {
    let document: Option<File> = serde_yaml::from_str(text).map_err(|error| {
        let line = error.location().map(|location| location.line());
        ConfigError { file: path.to_owned(), line, kind: kind_of(&error.to_string()) }
    })?;
    Ok(document.unwrap_or_default())
}

/// Finds the misspelt key and its neighbours in serde's words: unknown field, the key, expected one of, the keys.
fn kind_of(message: &str) -> ConfigErrorKind {
    let Some((_, rest)) = message.split_once("unknown field `") else {
        return ConfigErrorKind::Invalid(message.to_owned());
    };
    let (key, rest) = rest.split_once('`').unwrap_or((rest, ""));
    let known = rest.split('`').skip(1).step_by(2);
    let nearest = known
        .map(|name| (strsim::jaro_winkler(name, key), name))
        .filter(|(likeness, _)| *likeness > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name.to_owned());
    ConfigErrorKind::UnknownKey { key: key.to_owned(), nearest }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        parse(Path::new("postproof.yml"), text).unwrap_err().to_string()
    }

    #[test]
    fn a_misspelt_key_is_named_with_its_line_and_its_neighbour() {
        assert_eq!(
            error("fetch:\n  timeout: 5s\n  paec: 1s\n"),
            "postproof.yml:3: `paec` is no setting here; did you mean `pace`?"
        );
        assert_eq!(error("rulez: {}\n"), "postproof.yml:1: `rulez` is no setting here; did you mean `rules`?");
        assert_eq!(error("zzz: 1\n"), "postproof.yml:1: `zzz` is no setting here");
    }

    #[test]
    fn wrong_values_name_their_line() {
        assert!(
            error("fetch:\n  pace: soon\n").starts_with("postproof.yml:2: "),
            "{}",
            error("fetch:\n  pace: soon\n")
        );
        assert!(error("rules:\n  severity:\n    FM009: deadly\n").contains(":3: "));
        assert!(error("a: [\n").starts_with("postproof.yml:"));
        assert!(error("- 1\n").starts_with("postproof.yml"));
    }

    #[test]
    fn an_empty_file_is_all_defaults() {
        for text in ["", "# nothing\n", "fetch:\n", "fetch: {}\n"] {
            let file = parse(Path::new("p"), text);
            assert!(file.is_ok(), "{text:?}: {file:?}");
        }
    }

    #[test]
    fn settings_arrive() {
        let file = parse(
            Path::new("p"),
            "state: s.db\nfetch: {pace: 250ms, max_age: {alive: 7d, failing: 0}, resolve: {a.cn: 127.0.0.1}}\nextract:\n  dialect:\n    'old_post/**': github\n",
        )
        .unwrap();
        assert_eq!(file.fetch.pace, Some(Duration::from_millis(250)));
        assert_eq!(file.state, Some(PathBuf::from("s.db")));
        let MaxAge { alive, failing, dead, .. } = file.fetch.max_age;
        assert_eq!((alive, failing, dead), (Some(Duration::from_hours(168)), Some(Duration::ZERO), None));
        assert_eq!(file.extract.dialect, [("old_post/**".to_owned(), Dialect::GitHub)]);
    }
}
