//! What there is to read: where the posts are, what they must be, how the site is built from them.

use std::path::PathBuf;

use serde::Deserialize;

use crate::extract::Dialect;

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
    /// The folder of the built site, relative to the working folder: its files are the addresses, and links are judged in
    /// its pages.
    pub built: Option<PathBuf>,
}

/// How links are found.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Extract {
    /// The engine that shows a file, by glob of its path; the last glob that fits wins.
    #[serde(deserialize_with = "dialects")]
    pub dialect: Vec<(String, Dialect)>,
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
