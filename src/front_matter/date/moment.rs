//! Puts the parts of a date together as Ruby's `Time.parse` does.
//!
//! Missing parts at the top are those of the build, missing parts at the bottom are the least ones.
//! A day that its month does not have runs on into the next month; hour 24 and second 60 run on too.

use super::fragments::Fragments;
use super::{Date, Moment, Why, Zone};

/// The moment that the parts of a date name.
pub(super) fn assemble(found: &Fragments) -> Date {
    let parts = [found.year, found.day_of_year, found.month, found.day, found.hour, found.minute, found.second];
    if parts.iter().all(Option::is_none) && !found.has_fraction {
        return Date::invalid(Why::NoDate);
    }
    let named = found.zone.as_deref().map(|zone| (zone, zone_offset(zone)));
    let offset = named.and_then(|(_, offset)| offset);
    let zone = named.filter(|(name, _)| name.bytes().any(|byte| byte.is_ascii_alphabetic()) || !name.is_ascii());
    let zone = zone.map(|(name, offset)| Zone { name: name.to_owned(), offset });
    let build =
        |moment, rolled_over| Date { moment, has_offset: offset.is_some(), offset, zone: zone.clone(), rolled_over };

    // Ruby has no clocks that are a day or more away from UTC.
    if offset.is_some_and(|offset| offset.abs() >= 86_400) {
        return build(Moment::Invalid(Why::OutOfRange), false);
    }
    let Some((month, day)) = month_and_day(found) else {
        return build(Moment::Invalid(Why::OutOfRange), false);
    };
    let (hour, minute, second) = (found.hour.unwrap_or(0), found.minute.unwrap_or(0), found.second.unwrap_or(0));
    // The year decides nothing about whether Ruby accepts the rest, except through the shift of an offset, which
    // may carry an impossible month into the next year.
    let year = found.year.unwrap_or(2000);
    let is_too_great = |part: &Option<i64>| part.is_some_and(|part| i32::try_from(part).is_err());
    if [found.month, found.day, found.hour, found.minute, found.second].iter().any(is_too_great) {
        return build(Moment::Invalid(Why::TooGreat), false);
    }
    let civil = shift(Civil { year, month, day, hour, minute, second }, i64::from(offset.unwrap_or(0)));
    if !civil.is_accepted() {
        // Without a year, what was found are stray numbers: the offset of a date that is missing, an epoch.
        let why = if found.year.is_some() { Why::OutOfRange } else { Why::NoDate };
        return build(Moment::Invalid(why), false);
    }
    if found.year.is_none() {
        return build(Moment::OfBuild, false);
    }
    let rolled_over = day > month_days(year, month).unwrap_or(31) || hour == 24 || second == 60;
    let moment = if offset.is_some() { Moment::Instant(civil.seconds()) } else { Moment::Local(civil.seconds()) };
    build(moment, rolled_over)
}

/// The month and day, also out of a day of the year; `None` where Ruby refuses it.
fn month_and_day(found: &Fragments) -> Option<(i64, i64)> {
    let Some(day_of_year) = found.day_of_year else {
        return Some((found.month.unwrap_or(1), found.day.unwrap_or(1)));
    };
    let (mut month, mut day) = (1, day_of_year);
    if !(1..=366).contains(&day_of_year) {
        return None;
    }
    while let Some(days) = month_days(found.year.unwrap_or(2000), month)
        && day > days
    {
        (month, day) = (month + 1, day - days);
    }
    (month <= 12).then_some((month, day))
}

/// A date and time of day by their numbers, not yet known to be possible.
#[derive(Clone, Copy)]
struct Civil {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
}

impl Civil {
    /// What Ruby's `Time.utc` and `Time.local` accept.
    fn is_accepted(self) -> bool {
        let Self { month, day, hour, minute, second, .. } = self;
        let clock = (0..=23).contains(&hour) && (0..=59).contains(&minute) && (0..=60).contains(&second)
            || (hour, minute, second) == (24, 0, 0);
        (1..=12).contains(&month) && (1..=31).contains(&day) && clock
    }

    /// Seconds since 1970 on this clock; what does not exist runs on.
    fn seconds(self) -> i64 {
        let days = days_from_civil(self.year, self.month, self.day);
        days.saturating_mul(86_400)
            .saturating_add(self.hour * 3600)
            .saturating_add(self.minute * 60)
            .saturating_add(self.second)
    }
}

/// Takes an offset off a clock the way Ruby does it: part by part, borrowing from the next greater one.
///
/// Ruby carries into a month by the days of the month as written, so that an impossible day behaves as it does there.
fn shift(civil: Civil, offset: i64) -> Civil {
    let Civil { year, month, day, hour, minute, second } = civil;
    if offset == 0 {
        return civil;
    }
    // Only a part whose share of the offset is not zero is touched: 12:00:60 keeps its second.
    let step = |value: i64, share: i64, size: i64| match share {
        0 => (0, value),
        share => ((value - share).div_euclid(size), (value - share).rem_euclid(size)),
    };
    let sign = offset.signum();
    let rest = offset.abs();
    let (seconds, rest) = (rest % 60, rest / 60);
    let (borrow, second) = step(second, sign * seconds, 60);
    let rest = rest - sign * borrow;
    let (minutes, rest) = (rest % 60, rest / 60);
    let (borrow, minute) = step(minute, sign * minutes, 60);
    let rest = rest - sign * borrow;
    let (hours, rest) = (rest % 24, rest / 24);
    let (borrow, hour) = step(hour, sign * hours, 24);
    let days = rest - sign * borrow;
    let mut shifted = Civil { year, month, day: day - sign * days, hour, minute, second };
    if sign < 0 && days != 0 && month_days(year, month).is_some_and(|most| most < shifted.day) {
        shifted = Civil { month: month + 1, day: 1, ..shifted };
        if shifted.month > 12 {
            shifted = Civil { year: year.saturating_add(1), month: 1, ..shifted };
        }
    } else if sign > 0 && days != 0 && shifted.day < 1 {
        shifted.month -= 1;
        if shifted.month < 1 {
            shifted = Civil { year: year.saturating_sub(1), month: 12, ..shifted };
        }
        shifted.day = month_days(shifted.year, shifted.month).unwrap_or(0);
    }
    shifted
}

/// The days of a month; month 0 is December, as an index of -1 is the last one in Ruby.
fn month_days(year: i64, month: i64) -> Option<i64> {
    let is_multiple = |of: i64| year.rem_euclid(of) == 0;
    let is_leap = is_multiple(4) && !is_multiple(100) || is_multiple(400);
    match month {
        0 | 1 | 3 | 5 | 7 | 8 | 10 | 12 => Some(31),
        4 | 6 | 9 | 11 => Some(30),
        2 => Some(if is_leap { 29 } else { 28 }),
        _ => None,
    }
}

/// Days since 1970-01-01 in today's calendar; a day beyond its month runs on.
pub(super) fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    // Years count from March, so that the leap day is the last of its year.
    let year = if month <= 2 { year.saturating_sub(1) } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era.saturating_mul(146_097).saturating_add(day_of_era).saturating_sub(719_468)
}

/// The seconds of a zone as `Time.zone_offset` knows it: digits, and the few names that it has a table of.
fn zone_offset(zone: &str) -> Option<i32> {
    if let Some(digits) = zone.strip_prefix(['+', '-']) {
        let seconds = numeric_offset(digits)?;
        return Some(if zone.starts_with('-') { -seconds } else { seconds });
    }
    let upper = zone.to_uppercase();
    let hours = match upper.as_str() {
        "UTC" | "Z" | "UT" | "GMT" => 0,
        "EST" | "CDT" | "R" => -5,
        "EDT" | "Q" => -4,
        "CST" | "MDT" | "S" => -6,
        "MST" | "PDT" | "T" => -7,
        "PST" | "U" => -8,
        name => military_hours(name)?,
    };
    Some(hours * 3600)
}

/// The one-letter zones; `J` is none.
fn military_hours(name: &str) -> Option<i32> {
    let [letter] = name.as_bytes() else { return None };
    match letter {
        b'A'..=b'I' => Some(i32::from(letter - b'A') + 1),
        b'K'..=b'M' => Some(i32::from(letter - b'K') + 10),
        b'N'..=b'Y' => Some(-i32::from(letter - b'N') - 1),
        _ => None,
    }
}

/// `hh`, `hhmm`, `hh:mm`, `hhmmss`, `hh:mm:ss`.
fn numeric_offset(digits: &str) -> Option<i32> {
    let places: Vec<&str> = if digits.contains(':') {
        digits.split(':').collect()
    } else {
        [digits.get(..2)?, digits.get(2..)?.get(..2).unwrap_or_default(), digits.get(4..).unwrap_or_default()].to_vec()
    };
    let joined: usize = places.iter().map(|place| place.len()).sum();
    let is_whole = joined == digits.bytes().filter(u8::is_ascii_digit).count() && joined.is_multiple_of(2);
    let fits = is_whole
        && (1..=3).contains(&places.len())
        && places.first().is_some_and(|hours| hours.len() == 2)
        && places.iter().all(|place| place.is_empty() && !digits.contains(':') || place.len() == 2);
    let place = |index: usize| places.get(index).map_or(0, |place| place.parse::<i32>().unwrap_or(0));
    fits.then(|| place(0) * 3600 + place(1) * 60 + place(2))
}
