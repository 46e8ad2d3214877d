//! How the seal counts.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How the seal counts.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Seal {
    /// Hold what a check reads against the seal, where there is one.
    pub check: Option<bool>,
}
