//! What is written, and what makes a run fail.

use std::path::PathBuf;

use serde::Deserialize;

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
