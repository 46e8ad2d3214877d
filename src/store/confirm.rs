//! Whether a failure is an error: only history can tell a bad night from an end.
//!
//! Pure. A failure is confirmed by a row of checks over days, so that a flaky host does not turn a commit red;
//! an address that keeps changing is called flapping, and a host of which everything fails is reported as a host.

use std::time::Duration;

use jiff::Timestamp;

use super::memory::Track;
use super::settings::Confirmation;

/// A nightly run does not start at the same second each night; without this the third night would count or not by chance.
const START_TOLERANCE: Duration = Duration::from_hours(1);

/// What an address's record says about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It did not fail when it was last asked.
    Well,
    /// It fails, and not for long enough to be sure.
    Unconfirmed {
        /// Checks in a row that failed.
        failures: u32,
        /// The first of them.
        since: Timestamp,
    },
    /// It fails now, as it did before between times when it was well.
    Flapping {
        /// Changes between well and failing within the last sixteen checks.
        changes: u32,
    },
    /// It has failed for long enough.
    Confirmed {
        /// Checks in a row that failed.
        failures: u32,
        /// The first of them.
        since: Timestamp,
    },
}

/// What an address's record says about it; `checked_at` is its last check.
pub fn standing(track: &Track, checked_at: Timestamp, settings: &Confirmation) -> Standing {
    let Some(since) = track.first_failure_at else { return Standing::Well };
    let failures = track.failures;
    let span = Duration::try_from(checked_at.duration_since(since)).unwrap_or_default();
    if failures >= settings.runs && span.saturating_add(START_TOLERANCE) >= settings.span {
        return Standing::Confirmed { failures, since };
    }
    let changes = track.changes();
    if changes >= settings.flapping_changes {
        return Standing::Flapping { changes };
    }
    Standing::Unconfirmed { failures, since }
}

/// How the addresses of one host did in this run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HostTally {
    /// Addresses that were asked.
    pub asked: u32,
    /// Those of them with the verdict `failing`.
    pub failing: u32,
    /// Those of them that are flapping.
    pub flapping: u32,
}

/// What the addresses of a host say about the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostStanding {
    /// Nothing: its addresses speak for themselves.
    Mixed,
    /// Everything that was asked of it fails: one report for the host says it all.
    Down,
    /// A fifth of its addresses or more are flapping.
    Flapping,
}

/// What the addresses of a host say about the host.
pub fn host_standing(tally: HostTally, settings: &Confirmation) -> HostStanding {
    if tally.asked < settings.host_addresses.max(1) {
        HostStanding::Mixed
    } else if tally.failing >= tally.asked {
        HostStanding::Down
    } else if tally.flapping >= tally.asked.div_ceil(5) {
        HostStanding::Flapping
    } else {
        HostStanding::Mixed
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probe::Verdict;

    /// The record of an address checked at these hours; `f` is a failure, `a` a success.
    fn track(checks: &[(char, i64)]) -> (Track, Timestamp) {
        let mut track = Track::default();
        let mut last = Timestamp::UNIX_EPOCH;
        for &(letter, hour) in checks {
            last = Timestamp::from_second(hour * 3600).unwrap();
            let verdict = if letter == 'f' { Verdict::Failing } else { Verdict::Alive };
            track = track.after(verdict, last);
        }
        (track, last)
    }

    fn word(checks: &[(char, i64)]) -> &'static str {
        let (track, last) = track(checks);
        match standing(&track, last, &Confirmation::default()) {
            Standing::Well => "well",
            Standing::Unconfirmed { .. } => "unconfirmed",
            Standing::Flapping { .. } => "flapping",
            Standing::Confirmed { .. } => "confirmed",
        }
    }

    #[test]
    fn three_checks_over_three_days() {
        let table: &[(&[(char, i64)], &str)] = &[
            (&[], "well"),
            (&[('a', 0)], "well"),
            (&[('f', 0)], "unconfirmed"),
            (&[('f', 0), ('f', 100)], "unconfirmed"),
            (&[('f', 0), ('f', 1), ('f', 2)], "unconfirmed"),
            (&[('f', 0), ('f', 24), ('f', 48)], "unconfirmed"),
            (&[('f', 0), ('f', 24), ('f', 48), ('f', 71)], "confirmed"),
            (&[('f', 0), ('f', 24), ('f', 48), ('f', 70)], "unconfirmed"),
            (&[('f', 0), ('f', 24), ('f', 72)], "confirmed"),
            (&[('f', 0), ('f', 24), ('f', 72), ('a', 96)], "well"),
            (&[('f', 0), ('f', 24), ('a', 48), ('f', 96)], "unconfirmed"),
            (&[('a', 0), ('f', 1), ('a', 2), ('f', 3), ('a', 4)], "well"),
            (&[('a', 0), ('f', 1), ('a', 2), ('f', 3)], "unconfirmed"),
            (&[('f', 0), ('a', 1), ('f', 2), ('a', 3), ('f', 4)], "flapping"),
            (&[('f', 0), ('a', 1), ('f', 2), ('a', 3), ('f', 4), ('f', 50), ('f', 80)], "confirmed"),
        ];
        for (checks, expected) in table {
            assert_eq!(word(checks), *expected, "{checks:?}");
        }
    }

    #[test]
    fn settings_decide() {
        let (once, last) = track(&[('f', 0)]);
        let at_once = Confirmation { runs: 1, span: Duration::ZERO, ..Confirmation::default() };
        assert!(matches!(standing(&once, last, &at_once), Standing::Confirmed { failures: 1, .. }));
    }

    #[test]
    fn a_check_before_the_first_failure_confirms_nothing() {
        let (track, _) = track(&[('f', 100), ('f', 101), ('f', 102)]);
        let standing = standing(&track, Timestamp::UNIX_EPOCH, &Confirmation::default());
        assert!(matches!(standing, Standing::Unconfirmed { .. }));
    }

    #[test]
    fn a_host_speaks_for_its_addresses() {
        let table = [
            ((0, 0, 0), HostStanding::Mixed),
            ((2, 2, 0), HostStanding::Mixed),
            ((3, 3, 0), HostStanding::Down),
            ((5000, 5000, 0), HostStanding::Down),
            ((5000, 4999, 0), HostStanding::Mixed),
            ((5000, 100, 1000), HostStanding::Flapping),
            ((5000, 100, 999), HostStanding::Mixed),
        ];
        for ((asked, failing, flapping), expected) in table {
            let tally = HostTally { asked, failing, flapping };
            assert_eq!(host_standing(tally, &Confirmation::default()), expected, "{tally:?}");
        }
    }
}
