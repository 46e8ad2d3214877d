//! Whether a program that commits in a rhythm has fallen silent.

use crate::facts::Commits;

/// Commits from which there is a rhythm.
const LEAST: usize = 50;

/// So many times the usual interval is no chance, and no late start of a scheduler.
const MANY: i64 = 8;

const DAY: i64 = 24 * 60 * 60;

/// A silence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Silence {
    /// When the last commit was made, in seconds since 1970.
    pub(crate) since: i64,
    /// For how many seconds nothing came.
    pub(crate) length: i64,
    /// The seconds between two commits, usually.
    pub(crate) usual: i64,
}

/// The silence after the newest commit: of a day at least, eight times as long as the usual interval, and twice as long
/// as any that is known. Who commits now and then has no rhythm, and cannot fall silent.
pub(crate) fn silence(commits: &Commits) -> Option<Silence> {
    let since = *commits.times.first()?;
    let length = commits.until.checked_sub(since)?;
    let gaps = commits.times.iter().zip(commits.times.iter().skip(1));
    let mut gaps: Vec<i64> = gaps.map(|(later, earlier)| later.saturating_sub(*earlier).max(1)).collect();
    if gaps.len() + 1 < LEAST {
        return None;
    }
    gaps.sort_unstable();
    let (usual, nearly_all, longest) = (*gaps.get(gaps.len() / 2)?, *gaps.get(gaps.len() * 9 / 10)?, *gaps.last()?);
    let is_steady = nearly_all <= usual.saturating_mul(MANY);
    let least = DAY.max(usual.saturating_mul(MANY)).max(longest.saturating_mul(2));
    (is_steady && length > least).then_some(Silence { since, length, usual })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MINUTE: i64 = 60;
    const HOUR: i64 = 60 * MINUTE;
    const NOW: i64 = 1_700_000_000;

    /// Whether it is silent whose newest commit is so old, and whose earlier ones follow each other in these intervals.
    fn is_silent(age: i64, intervals: impl IntoIterator<Item = i64>) -> bool {
        let mut times = vec![NOW - age];
        for interval in intervals {
            times.push(times[times.len() - 1] - interval);
        }
        silence(&Commits { times, until: NOW }).is_some()
    }

    /// Each five minutes of the day, and never at night.
    fn by_day() -> Vec<i64> {
        (0..2000).map(|number| if number % 192 == 191 { 8 * HOUR } else { 5 * MINUTE }).collect()
    }

    #[test]
    fn a_bot_falls_silent_and_a_night_is_none() {
        assert!(is_silent(25 * HOUR, [5 * MINUTE; 200]));
        assert!(!is_silent(23 * HOUR, [5 * MINUTE; 200]));
        assert!(!is_silent(9 * HOUR, by_day()));
        assert!(is_silent(25 * HOUR, by_day()));
        assert!(!is_silent(-HOUR, [5 * MINUTE; 200]), "the clock of another machine is ahead");
    }

    #[test]
    fn a_daily_bot_may_rest_for_a_week() {
        assert!(!is_silent(7 * DAY, [DAY; 100]));
        assert!(is_silent(9 * DAY, [DAY; 100]));
        let on_workdays = || (0..100).map(|number| if number % 5 == 4 { 3 * DAY } else { DAY });
        assert!(!is_silent(6 * DAY, on_workdays()));
    }

    #[test]
    fn a_pause_for_chinese_new_year_is_known_from_the_year_before() {
        let year = |number| if number == 20_000 { 8 * DAY } else { 5 * MINUTE };
        assert!(!is_silent(10 * DAY, (0..40_000).map(year)));
        assert!(is_silent(17 * DAY, (0..40_000).map(year)));
    }

    #[test]
    fn people_have_no_rhythm_and_few_commits_have_none() {
        let people = (0..400).map(|number| if number % 4 == 3 { 3 * DAY } else { 10 * MINUTE });
        assert!(!is_silent(90 * DAY, people));
        assert!(!is_silent(90 * DAY, [5 * MINUTE; 48]));
        assert!(is_silent(90 * DAY, [5 * MINUTE; 49]));
        assert!(!is_silent(90 * DAY, []));
    }

    proptest! {
        #[test]
        fn any_times_give_an_answer(times in prop::collection::vec(any::<i64>(), 0..80), until in any::<i64>()) {
            let _ = silence(&Commits { times, until });
        }
    }
}
