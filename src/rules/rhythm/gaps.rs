//! Days with far fewer posts than the days before them let expect.
//!
//! What is usual is learnt for each day of the week from the eight last ones, so that a paper which does not appear on
//! Sundays lacks none, and a rhythm that changes is followed. A day is told only where its number could not have come
//! about by chance, as the archive's own ups and downs are: who has between none and ten posts a day lacks nothing on a
//! day without one.

use std::collections::VecDeque;
use std::ops::Range;

use jiff::Span;
use jiff::civil::Date;

/// Days of the same weekday that are remembered.
const WEEKS: usize = 8;

/// Days of the same weekday from which something is learnt.
pub(super) const LEAST: usize = 4;

/// So many times the usual deviation is no chance any more.
const DEVIATIONS: f64 = 4.0;

/// Days of an unbroken rhythm after which a day without a post is told, however few posts a day has.
const UNBROKEN: usize = 42;

/// Days in a row with fewer posts than usual which are a new rhythm.
const NEW_RHYTHM: usize = 28;

/// Days in a row that have too few posts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Gap {
    /// Its first day and the one after its last, counted from the first that was given.
    pub(super) days: (usize, usize),
    /// The posts that there are.
    pub(super) posts: usize,
    /// The posts that are usual.
    pub(super) usual: usize,
}

impl Gap {
    fn length(&self) -> usize {
        self.days.1 - self.days.0
    }

    /// Whether another is of much the same length.
    fn is_like(&self, other: &Self) -> bool {
        let (one, other) = (self.length(), other.length());
        one <= other * 2 && other <= one * 2
    }
}

/// The gaps in the numbers of posts of consecutive days; days that are `None` are not judged.
pub(super) fn gaps(counts: &[Option<usize>]) -> Vec<Gap> {
    let mut rhythm = Rhythm::default();
    let mut gaps: Vec<Gap> = Vec::new();
    for (day, count) in counts.iter().enumerate() {
        let Some(count) = *count else { continue };
        let Some(usual) = rhythm.misses(day, count) else {
            rhythm.learn(day, count);
            continue;
        };
        match gaps.last_mut().filter(|gap| gap.days.1 == day) {
            Some(gap) => {
                gap.days.1 = day + 1;
                gap.posts += count;
                gap.usual += usual;
            }
            None => gaps.push(Gap { days: (day, day + 1), posts: count, usual }),
        }
        // Fewer posts for weeks are how it is now; none for weeks is a gap still.
        if gaps.last().is_some_and(|gap| gap.posts > 0 && gap.days.1 - gap.days.0 > NEW_RHYTHM) {
            gaps.pop();
            rhythm = Rhythm::default();
        }
    }
    gaps
}

/// Days in a row from which a pause may be a holiday that moves with the moon.
const LONG: usize = 3;

/// Days by which such a holiday moves from year to year.
const MOON: usize = 30;

/// Takes out the pauses that come every year: of much the same length, on the same date, or, if they are long, within
/// the month by which a holiday moves that follows the moon. `first` is the day that is counted as 0; `known` are the
/// days on which a gap would have been found.
pub(super) fn without_holidays(gaps: &[Gap], first: Date, known: &Range<usize>) -> Vec<Gap> {
    let is_holiday = |gap: &Gap| {
        let like: Vec<usize> = gaps.iter().filter(|other| gap.is_like(other)).map(|other| other.days.0).collect();
        let years = known.len() / 365 + 1;
        // Where such gaps are many, one will be near the date of another by chance.
        if like.len() > years * 3 {
            return false;
        }
        let (reach, least) = if gap.length() < LONG { (1, 2) } else { (MOON, 1) };
        let looks_known = |day: usize| day >= known.start + reach && day + gap.length() + reach <= known.end;
        let others: Vec<usize> = on_other_years(gap.days.0, first, known).filter(|day| looks_known(*day)).collect();
        let is_repeated = |day: &&usize| like.iter().any(|start| start.abs_diff(**day) <= reach);
        let repeated = others.iter().filter(is_repeated).count();
        others.len() >= least && repeated * 3 >= others.len() * 2
    };
    gaps.iter().filter(|gap| !is_holiday(gap)).copied().collect()
}

/// The same date in the other years of a calendar.
fn on_other_years(day: usize, first: Date, known: &Range<usize>) -> impl Iterator<Item = usize> {
    let at = |day: usize| first.saturating_add(Span::new().days(i64::try_from(day).unwrap_or(0)));
    let (date, last) = (at(day), at(known.end));
    let years = (first.year()..=last.year()).filter(move |year| *year != date.year());
    years.filter_map(move |year| {
        let other = date.saturating_add(Span::new().years(i64::from(year - date.year())));
        usize::try_from((other - first).get_days()).ok()
    })
}

/// What the last weeks were like.
#[derive(Debug, Default)]
struct Rhythm {
    /// The posts of the last days of each weekday.
    known: [VecDeque<usize>; 7],
}

impl Rhythm {
    fn learn(&mut self, day: usize, count: usize) {
        if let Some(known) = self.known.get_mut(day % 7) {
            known.push_back(count);
            if known.len() > WEEKS {
                known.pop_front();
            }
        }
    }

    /// How many posts are usual on such a day, if it has far fewer.
    fn misses(&self, day: usize, count: usize) -> Option<usize> {
        let known = self.known.get(day % 7).filter(|known| known.len() >= LEAST)?;
        let usual = median(known);
        if usual == 0 || count * 4 > usual {
            return None;
        }
        let is_beyond_chance = {
            let expected = as_float(usual);
            as_float(count) < expected - DEVIATIONS * self.variance().sqrt()
        };
        (is_beyond_chance || (count == 0 && self.is_unbroken())).then_some(usual)
    }

    /// Whether each day that usually has posts had one, and their numbers hardly differ.
    fn is_unbroken(&self) -> bool {
        let usual = self.known.iter().filter(|known| !known.is_empty() && median(known) > 0);
        let days: Vec<usize> = usual.flatten().copied().collect();
        let mean = as_float(days.iter().sum()) / as_float(days.len().max(1));
        // The numbers of what happens by chance have a variance that is their mean.
        days.len() >= UNBROKEN && days.iter().all(|count| *count > 0) && self.variance() < mean / 4.0
    }

    /// The mean square of what days differ by from what is usual on their weekday.
    fn variance(&self) -> f64 {
        let (mut sum, mut days) = (0.0, 0);
        for known in self.known.iter().filter(|known| !known.is_empty()) {
            let usual = as_float(median(known));
            sum += known.iter().map(|count| (as_float(*count) - usual).powi(2)).sum::<f64>();
            days += known.len();
        }
        sum / as_float(days.max(1))
    }
}

fn median(counts: &VecDeque<usize>) -> usize {
    let mut sorted: Vec<usize> = counts.iter().copied().collect();
    sorted.sort_unstable();
    sorted.get((sorted.len().max(1) - 1) / 2).copied().unwrap_or(0)
}

fn as_float(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn days(counts: impl IntoIterator<Item = usize>) -> Vec<(usize, usize)> {
        let counts: Vec<Option<usize>> = counts.into_iter().map(Some).collect();
        gaps(&counts).into_iter().map(|gap| gap.days).collect()
    }

    /// Numbers as they come about by chance: the posts of a day, of `chances` that each come with one in `one_in`.
    fn by_chance(seed: u64, (chances, one_in): (usize, u64), number: usize) -> Vec<usize> {
        let mut state = seed.wrapping_mul(2).wrapping_add(1);
        let mut draw = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33).is_multiple_of(one_in)
        };
        (0..number).map(|_| (0..chances).filter(|_| draw()).count()).collect()
    }

    #[test]
    fn a_day_without_a_post_is_missing_once_there_is_a_rhythm() {
        let one_a_day = |gap: usize| (0..60).map(move |day| usize::from(day != gap));
        assert_eq!(days(one_a_day(50)), [(50, 51)]);
        assert_eq!(days(one_a_day(10)), []);
        assert_eq!(days([]), []);
        assert_eq!(days([0; 90]), []);
    }

    #[test]
    fn days_in_a_row_are_one_gap_and_what_is_usual_is_counted() {
        let counts: Vec<Option<usize>> =
            (0..60).map(|day| Some(if (50..53).contains(&day) { day - 50 } else { 20 })).collect();
        assert_eq!(gaps(&counts), [Gap { days: (50, 53), posts: 3, usual: 60 }]);
    }

    #[test]
    fn a_week_has_its_rhythm() {
        let weekly = |gap: usize| (0..100).map(move |day| if day % 7 == 6 || day == gap { 0 } else { 12 });
        assert_eq!(days(weekly(100)), []);
        assert_eq!(days(weekly(71)), [(71, 72)]);
        assert_eq!(days(weekly(69)), []);
    }

    #[test]
    fn ups_and_downs_are_no_gaps() {
        for mean in [1, 3, 8, 20, 60] {
            for seed in 0..20 {
                assert_eq!(days(by_chance(seed, (mean * 20, 20), 365)), [], "{mean} {seed}");
            }
        }
    }

    #[test]
    fn fewer_for_weeks_is_a_new_rhythm_and_none_for_weeks_is_a_gap() {
        assert_eq!(days((0..200).map(|day| if day < 60 { 40 } else { 8 })), []);
        assert_eq!(days((0..200).map(|day| if day < 60 { 40 } else { 0 })), [(60, 200)]);
    }

    #[test]
    fn days_that_are_not_judged_say_nothing() {
        let mut counts: Vec<Option<usize>> = vec![Some(5); 80];
        counts[60] = None;
        assert_eq!(gaps(&counts), []);
    }

    /// Days without a post in an archive of five a day from 2019-11-01 on, apart from holidays.
    fn told(years: i16, pauses: &[(&str, usize)]) -> Vec<(usize, usize)> {
        let first: Date = "2019-11-01".parse().unwrap();
        let last: Date = format!("{}-10-31", 2019 + years).parse().unwrap();
        let mut counts = vec![Some(5); usize::try_from((last - first).get_days()).unwrap()];
        for (from, length) in pauses {
            let from = usize::try_from((from.parse::<Date>().unwrap() - first).get_days()).unwrap();
            counts.iter_mut().skip(from).take(*length).for_each(|count| *count = Some(0));
        }
        let gaps = gaps(&counts);
        assert_eq!(gaps.len(), pauses.len());
        without_holidays(&gaps, first, &(LEAST * 7..counts.len())).into_iter().map(|gap| gap.days).collect()
    }

    const NEW_YEAR: [(&str, usize); 4] = [("2020-01-24", 7), ("2021-02-11", 7), ("2022-01-31", 6), ("2023-01-21", 8)];

    #[test]
    fn an_archive_that_always_pauses_for_chinese_new_year_lacks_nothing_then() {
        assert_eq!(told(4, &NEW_YEAR), []);
        assert_eq!(told(2, &NEW_YEAR[..2]), []);
        // Another week, in one year only, is still missing; so is the pause of a year in which all others had posts.
        let other = [&NEW_YEAR[..], &[("2022-06-01", 7)]].concat();
        assert_eq!(told(4, &other).len(), 1);
        assert_eq!(told(4, &NEW_YEAR[1..2]).len(), 1);
        assert_eq!(told(1, &NEW_YEAR[..1]).len(), 1, "of the first year nobody knows yet");
    }

    #[test]
    fn a_holiday_on_a_date_is_known_from_its_third_year_on() {
        let day = |years: i16| (0..years).map(|year| format!("{}-01-01", 2020 + year)).collect::<Vec<_>>();
        let each = |years: i16| told(years, &day(years).iter().map(|day| (&**day, 1)).collect::<Vec<_>>()).len();
        assert_eq!((each(2), each(3), each(4)), (2, 0, 0));
        let weeks = [("2020-10-01", 7), ("2021-10-01", 7), ("2022-10-01", 7)];
        assert_eq!(told(3, &[&NEW_YEAR[..3], &weeks].concat()), []);
    }

    #[test]
    fn a_program_that_fails_again_and_again_keeps_no_holidays() {
        let monthly: Vec<String> =
            (2020..2023).flat_map(|year| (1..=12).map(move |month| format!("{year}-{month:02}-11"))).collect();
        let fails = |length| monthly.iter().map(|day| (&**day, length)).take(30).collect::<Vec<_>>();
        assert_eq!(told(3, &fails(4)).len(), 30);
        assert_eq!(told(3, &fails(1)).len(), 30);
    }

    proptest! {
        #[test]
        fn any_numbers_give_gaps_in_their_order(counts in prop::collection::vec(prop::option::of(0..usize::MAX / 400), 0..300)) {
            let gaps = gaps(&counts);
            prop_assert!(gaps.iter().all(|gap| gap.days.0 < gap.days.1 && gap.days.1 <= counts.len()));
            prop_assert!(gaps.is_sorted_by_key(|gap| gap.days));
        }
    }
}
