//! What may happen to the archive's history.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What may happen to the archive's history.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct History {
    /// Rewrites that are meant.
    pub allow: Vec<AllowedEdit>,
}

/// A rewrite that is meant.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AllowedEdit {
    /// A glob of the paths.
    pub path: String,
    /// Why.
    pub reason: String,
}
