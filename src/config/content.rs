//! What there is to read: where the posts are, what they must be, how the site is built from them.

use std::path::PathBuf;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::extract::Dialect;

/// Where the posts are.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Posts {
    /// Folders whose files are posts, beside every `_posts`.
    pub folders: Option<Vec<String>>,
    /// Folders of posts that are kept and not published; found by their files' names where nothing is said.
    pub archive: Option<Vec<String>>,
}

/// What front matter must be.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct FrontMatter {
    /// A JSON Schema in JSON or YAML, relative to the settings file.
    pub schema: Option<PathBuf>,
    /// Keys that every post must have.
    pub required: Option<Vec<String>>,
}

/// What `_config.yml` does not say of the site.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
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
    /// The folder of the built site, relative to the working folder: its files are the addresses, and links are judged in
    /// its pages.
    pub built: Option<PathBuf>,
}

/// How links are found.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Extract {
    /// The engine that shows a file, by glob of its path; the last glob that fits wins.
    #[serde(deserialize_with = "dialects", serialize_with = "by_glob")]
    #[schemars(with = "BTreeMap<String, DialectName>")]
    pub dialect: Vec<(String, Dialect)>,
}

/// An engine, as settings name it.
#[derive(Clone, Copy, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum DialectName {
    /// kramdown with the GFM parser: what Jekyll uses.
    Kramdown,
    /// GitHub's Markdown: what its web pages use for files of a repository.
    GitHub,
    /// Plain HTML.
    Html,
}

fn dialects<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(String, Dialect)>, D::Error> {
    let map = serde_yaml::Mapping::deserialize(deserializer)?;
    map.into_iter()
        .map(|(glob, name)| {
            let glob = serde_yaml::from_value(glob).map_err(serde::de::Error::custom)?;
            let dialect = match serde_yaml::from_value(name).map_err(serde::de::Error::custom)? {
                DialectName::Kramdown => Dialect::Kramdown,
                DialectName::GitHub => Dialect::GitHub,
                DialectName::Html => Dialect::Html,
            };
            Ok((glob, dialect))
        })
        .collect()
}

fn by_glob<S: Serializer>(dialects: &[(String, Dialect)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(dialects.iter().map(|(glob, dialect)| {
        let name = match dialect {
            Dialect::Kramdown => DialectName::Kramdown,
            Dialect::GitHub => DialectName::GitHub,
            Dialect::Html => DialectName::Html,
        };
        (glob, name)
    }))
}
