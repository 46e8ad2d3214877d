//! The settings file as a whole. Flags are given in the same shape and laid over it.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

use super::content::{Extract, FrontMatter, Posts, Site};
use super::fetch::Fetch;
use super::history::History;
use super::report::Report;
use super::rules::Rules;
use super::seal::Seal;
use super::web_archive::WebArchive;

/// Everything that can be set. Every part and key may be left out.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
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
    /// The web archive that is asked for copies.
    pub archive: WebArchive,
    /// What is written.
    pub report: Report,
    /// How the seal counts.
    pub seal: Seal,
    /// What may happen to the archive's history.
    pub history: History,
    /// The ways back that every post has.
    pub navigation: Vec<Navigation>,
    /// The pattern of source links, with `{id}` in it; or a list of them, the usual one first.
    #[serde(deserialize_with = "one_or_many")]
    #[schemars(with = "OneOrMany")]
    pub source_link: Vec<String>,
    /// The file that remembers what the web answered, relative to the working folder.
    pub state: Option<PathBuf>,
    /// Keep what the web answered in that file; without it, every address is asked in every run.
    pub remember: Option<bool>,
    /// Threads for reading and judging; 0 takes one for each core.
    pub threads: Option<usize>,
}

/// A way back that every post has.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Navigation {
    /// The text of the link, with `{category}` and `{tag}` filled in from the post.
    pub text: String,
    /// Where it leads: a path of the site, or a list of them, the one to write first.
    #[serde(deserialize_with = "one_or_many")]
    #[schemars(with = "OneOrMany")]
    pub target: Vec<String>,
}

/// One text, or a list of them.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
enum OneOrMany {
    /// One.
    One(String),
    /// Several, the usual one first.
    Many(Vec<String>),
}

fn one_or_many<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    Ok(match Option::<OneOrMany>::deserialize(deserializer)? {
        None => Vec::new(),
        Some(OneOrMany::One(text)) => vec![text],
        Some(OneOrMany::Many(texts)) => texts,
    })
}
