//! The web archive that is asked for copies.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The web archive that is asked for copies of what is gone, and to keep what is new.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct WebArchive {
    /// Its CDX interface.
    pub cdx: Option<String>,
    /// What the address of a copy begins with.
    pub replay: Option<String>,
    /// Its Save Page Now interface.
    pub save: Option<String>,
    /// The account that saves, as `access:secret`; written `$NAME` and taken from the environment.
    pub credentials: Option<String>,
    /// Most questions in a minute.
    pub per_minute: Option<u32>,
}
