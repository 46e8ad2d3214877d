//! What is written, and what makes a run fail.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::language::{Language, Message, say};

/// What is written.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Report {
    /// The folder of the reports, relative to the working folder.
    pub folder: Option<PathBuf>,
    /// The file of the findings that are known and fail no run, relative to the working folder.
    pub baseline: Option<PathBuf>,
    /// The least severity that makes the run fail.
    pub fail_on: Option<FailOn>,
    /// List every address, those that are well too.
    pub all_addresses: Option<bool>,
    /// The language of findings and reports: `en` or `zh`; that of the environment if left out.
    #[serde(deserialize_with = "language", serialize_with = "by_tag")]
    #[schemars(with = "Option<String>", regex(pattern = "^([eE][nN]|[zZ][hH])([-_.@].*)?$"))]
    pub language: Option<Language>,
}

/// The least severity that makes the run fail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
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

fn language<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Language>, D::Error> {
    let Some(name) = Option::<String>::deserialize(deserializer)? else { return Ok(None) };
    let unknown = || serde::de::Error::custom(unknown_language(&name).english());
    Language::named(&name).map(Some).ok_or_else(unknown)
}

/// What is said of a language that postproof does not speak.
pub(super) fn unknown_language(name: &str) -> Message {
    say!("`{name}` is no language that postproof speaks: write en or zh", name)
}

#[expect(clippy::ref_option, clippy::trivially_copy_pass_by_ref, reason = "serde gives the field as it is")]
fn by_tag<S: serde::Serializer>(language: &Option<Language>, serializer: S) -> Result<S::Ok, S::Error> {
    language.map(Language::tag).serialize(serializer)
}
