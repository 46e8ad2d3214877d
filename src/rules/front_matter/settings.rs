//! What the rules for front matter need to know beside a post.

use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::front_matter::Engine;
use crate::front_matter::schema::Schema;

/// Settings of the rules for front matter.
#[derive(Debug, Clone)]
pub struct FrontMatterSettings {
    /// The fields that every post must have; those that `_config.yml` gives by default are not among them.
    pub required: Vec<String>,
    /// The archive's own schema; without one, the built-in schema holds.
    pub schema: Option<Arc<Schema>>,
    /// The site's `timezone`; without one, the zone of the machine that builds decides.
    pub time_zone: Option<TimeZone>,
    /// The Jekyll that builds the site.
    pub engine: Engine,
    /// Whether the site publishes posts of the future (`future: true`).
    pub publishes_future: bool,
}

impl Default for FrontMatterSettings {
    fn default() -> Self {
        Self {
            required: ["layout", "title", "date", "categories"].map(str::to_owned).to_vec(),
            schema: None,
            time_zone: None,
            engine: Engine::default(),
            publishes_future: false,
        }
    }
}

impl FrontMatterSettings {
    /// The zone in which the site is built, as far as it is known; GitHub's machines are in UTC.
    pub fn zone(&self) -> TimeZone {
        self.time_zone.clone().unwrap_or(TimeZone::UTC)
    }
}
