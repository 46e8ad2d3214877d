//! Which rules apply.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::finding::Severity;

/// Which rules apply.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
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
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
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
