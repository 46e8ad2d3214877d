//! How long an outcome is believed, when a failure counts, and how the file is written.

use std::time::Duration;

const DAY: Duration = Duration::from_hours(24);

/// Settings of the whole room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How long an outcome is believed before the address is asked again.
    pub max_age: MaxAge,
    /// When a failure is an error.
    pub confirmation: Confirmation,
    /// How long to wait for another postproof that holds the file.
    pub busy_timeout: Duration,
    /// How long a result may wait in memory before it is written: what `kill -9` can cost.
    pub write_interval: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            max_age: MaxAge::default(),
            confirmation: Confirmation::default(),
            busy_timeout: Duration::from_secs(10),
            write_interval: Duration::from_millis(500),
        }
    }
}

/// How long an outcome is believed, for each verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MaxAge {
    /// For an address that answers. It grows by half with each further check that finds it well.
    pub alive: Duration,
    /// For an address that answers elsewhere. It grows as for `alive`.
    pub moved: Duration,
    /// For an address that is gone.
    pub dead: Duration,
    /// For an address that failed: nothing, so that each run asks again until the failure ends or is confirmed.
    pub failing: Duration,
    /// For an address that cannot be judged from here.
    pub blocked: Duration,
    /// For an address that answers with what is probably not what was linked.
    pub suspect: Duration,
    /// What `alive` and `moved` grow to at most.
    pub longest: Duration,
}

impl MaxAge {
    /// Believes nothing: every address is asked.
    pub const ZERO: Self = Self {
        alive: Duration::ZERO,
        moved: Duration::ZERO,
        dead: Duration::ZERO,
        failing: Duration::ZERO,
        blocked: Duration::ZERO,
        suspect: Duration::ZERO,
        longest: Duration::ZERO,
    };
}

impl Default for MaxAge {
    fn default() -> Self {
        Self {
            alive: DAY * 7,
            moved: DAY * 7,
            dead: DAY,
            failing: Duration::ZERO,
            blocked: DAY * 3,
            suspect: DAY,
            longest: DAY * 30,
        }
    }
}

/// When a failure is an error rather than a warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Confirmation {
    /// Checks in a row that must have failed.
    pub runs: u32,
    /// Time that must lie between the first and the last of them.
    pub span: Duration,
    /// Changes between well and failing, within the last sixteen checks, from which an address is called flapping.
    pub flapping_changes: u32,
    /// Addresses of a host that must have been asked before anything is said of the host as a whole.
    pub host_addresses: u32,
}

impl Default for Confirmation {
    fn default() -> Self {
        Self { runs: 3, span: DAY * 3, flapping_changes: 4, host_addresses: 3 }
    }
}
