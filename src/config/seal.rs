//! How the seal counts.

use serde::Deserialize;

/// How the seal counts.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Seal {
    /// Hold what a check reads against the seal, where there is one.
    pub check: Option<bool>,
}
