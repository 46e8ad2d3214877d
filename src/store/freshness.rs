//! When an address is asked again.
//!
//! Pure: the time is given. An outcome is believed for as long as its verdict allows, never longer,
//! and a part of that is taken off, different for each address and always the same for one:
//! a million addresses that were first asked on one day would otherwise all fall due on one day, for ever.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::memory::Memory;
use super::settings::MaxAge;
use crate::probe::Verdict;

/// The largest part of an outcome's age that is taken off, in percent.
const JITTER_PERCENT: u64 = 25;

/// An outcome from further ahead than this was stamped by a clock that was wrong, and is not believed.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_hours(1);

/// Whether an address is to be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// It was never asked.
    NeverSeen,
    /// Its outcome is too old, by this much.
    Overdue(Duration),
    /// Its outcome is still believed, until then.
    Fresh(Timestamp),
}

/// Whether an address is to be asked at `now`, by what is remembered of it. Its fragments are another question: [`Memory::knows`].
pub fn due(url: &str, memory: Option<&Memory>, now: Timestamp, max_age: &MaxAge) -> Due {
    let Some(memory) = memory else { return Due::NeverSeen };
    let Some(checked_at) = memory.outcome.checked_at else { return Due::NeverSeen };
    if checked_at.duration_since(now) > CLOCK_TOLERANCE {
        return Due::Overdue(Duration::ZERO);
    }
    let believed = shortened(believed_for(memory.outcome.verdict, memory.track.streak, max_age), url);
    let until = checked_at.saturating_add(believed).unwrap_or(Timestamp::MAX);
    match Duration::try_from(now.duration_since(until)) {
        Ok(late) => Due::Overdue(late),
        Err(_) => Due::Fresh(until),
    }
}

/// How long an outcome is believed: what stays well is asked ever more rarely.
fn believed_for(verdict: Verdict, streak: u32, max_age: &MaxAge) -> Duration {
    match verdict {
        Verdict::Alive => grown(max_age.alive, streak, max_age.longest),
        Verdict::Moved => grown(max_age.moved, streak, max_age.longest),
        Verdict::Dead => max_age.dead,
        Verdict::Failing => max_age.failing,
        Verdict::Blocked => max_age.blocked,
        Verdict::Suspect => max_age.suspect,
        Verdict::Skipped => Duration::ZERO,
    }
}

/// Half of `base` more for each success after the first, up to `longest`; a `base` above `longest` stays as it is.
fn grown(base: Duration, streak: u32, longest: Duration) -> Duration {
    let more = (base / 2).saturating_mul(streak.saturating_sub(1));
    base.saturating_add(more).min(longest.max(base))
}

fn shortened(age: Duration, url: &str) -> Duration {
    let share = u128::from(spread(url) >> 32) * u128::from(JITTER_PERCENT);
    let off = (age.as_millis() * share / 100) >> 32;
    age.saturating_sub(Duration::from_millis(u64::try_from(off).unwrap_or(u64::MAX)))
}

/// FNV-1a with a final mix: the same on every machine and in every version, since a change would move every due date.
fn spread(url: &str) -> u64 {
    let hash = url
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    let mixed = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    mixed ^ (mixed >> 33)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::probe::{Outcome, Reason};
    use crate::store::Track;

    const DAY: Duration = Duration::from_hours(24);

    fn memory(verdict: Verdict, checked_at: Timestamp, streak: u32) -> Memory {
        Memory {
            outcome: Outcome { verdict, checked_at: Some(checked_at), ..Outcome::skipped(Reason::Status(200)) },
            fragments: Box::default(),
            origin: None,
            track: Track { streak, ..Track::default() },
        }
    }

    #[test]
    fn each_verdict_is_believed_for_its_time() {
        let half_days = |streak, verdict| {
            let age = believed_for(verdict, streak, &MaxAge::default());
            age.as_secs() / (12 * 3600)
        };
        let table = [
            (Verdict::Alive, 1, 14),
            (Verdict::Alive, 2, 21),
            (Verdict::Alive, 3, 28),
            (Verdict::Alive, 7, 56),
            (Verdict::Alive, 8, 60),
            (Verdict::Alive, u32::MAX, 60),
            (Verdict::Moved, 1, 14),
            (Verdict::Moved, 3, 28),
            (Verdict::Dead, 0, 2),
            (Verdict::Failing, 0, 0),
            (Verdict::Blocked, 0, 6),
            (Verdict::Suspect, 0, 2),
            (Verdict::Skipped, 0, 0),
        ];
        for (verdict, streak, expected) in table {
            assert_eq!(half_days(streak, verdict), expected, "{verdict:?} {streak}");
        }
        let long = MaxAge { alive: DAY * 90, ..MaxAge::default() };
        assert_eq!(believed_for(Verdict::Alive, 9, &long), DAY * 90, "who asks for 90 days gets them");
    }

    #[test]
    fn due_at_its_time_and_not_before() {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let ages = MaxAge::default();
        assert_eq!(due("http://a.cn/", None, now, &ages), Due::NeverSeen);
        let ago = |age: Duration| now - age;
        let is_fresh = |memory: &Memory| matches!(due("http://a.cn/", Some(memory), now, &ages), Due::Fresh(_));
        assert!(is_fresh(&memory(Verdict::Alive, ago(DAY * 5), 1)));
        assert!(!is_fresh(&memory(Verdict::Alive, ago(DAY * 7), 1)));
        assert!(is_fresh(&memory(Verdict::Alive, ago(DAY * 20), 9)));
        assert!(!is_fresh(&memory(Verdict::Alive, ago(DAY * 30), 9)));
        assert!(!is_fresh(&memory(Verdict::Failing, now, 0)));
        assert!(is_fresh(&memory(Verdict::Dead, ago(DAY / 2), 0)));
        assert!(!is_fresh(&memory(Verdict::Dead, ago(DAY), 0)), "a daily run asks a dead address each day");
        assert_eq!(due("u", Some(&memory(Verdict::Dead, ago(DAY * 3), 0)), now, &MaxAge::ZERO), Due::Overdue(DAY * 3));
    }

    #[test]
    fn a_clock_that_ran_ahead_is_not_believed() {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let ahead = memory(Verdict::Alive, now + DAY * 365, 9);
        assert_eq!(due("u", Some(&ahead), now, &MaxAge::default()), Due::Overdue(Duration::ZERO));
        let slightly = memory(Verdict::Alive, now + Duration::from_mins(1), 1);
        assert!(matches!(due("u", Some(&slightly), now, &MaxAge::default()), Due::Fresh(_)));
    }

    #[test]
    fn due_dates_spread_evenly() {
        let mut buckets = [0_u32; 10];
        for number in 0..10_000 {
            let url = format!("http://finews.zning.xyz/html_News/{number}.html");
            let off = (DAY * 10).saturating_sub(shortened(DAY * 10, &url));
            let bucket = usize::try_from(off.as_millis() * 10 / (DAY * 10 / 4).as_millis()).unwrap();
            buckets[bucket.min(9)] += 1;
        }
        assert!(buckets.iter().all(|&count| (850..1150).contains(&count)), "{buckets:?}");
    }

    proptest! {
        #[test]
        fn never_longer_than_allowed_nor_shorter_than_three_quarters(url in ".{0,40}", seconds in 0_u64..4_000_000_000) {
            let age = Duration::from_secs(seconds);
            let short = shortened(age, &url);
            prop_assert!(short <= age);
            prop_assert!(short >= age * 3 / 4);
        }

        #[test]
        fn any_time_is_judged(checked in -377_705_023_201_i64..=253_402_207_200, now in -377_705_023_201_i64..=253_402_207_200) {
            let (checked, now) = (Timestamp::from_second(checked).unwrap(), Timestamp::from_second(now).unwrap());
            let ages = MaxAge { alive: Duration::MAX, longest: Duration::MAX, ..MaxAge::default() };
            due("u", Some(&memory(Verdict::Alive, checked, 7)), now, &ages);
            due("u", Some(&memory(Verdict::Dead, checked, 7)), now, &MaxAge::default());
        }
    }
}
