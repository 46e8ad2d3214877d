//! Unquoted days and times, as SafeYAML's two patterns see them.

use super::{all, is_ruby_space};
use crate::front_matter::tree::{Scalar, Time};

/// A day `YYYY-MM-DD`, or a day with a time of day down to the second. An impossible one stays text.
pub(super) fn date_or_time(value: &str) -> Option<Scalar<'static>> {
    let written = Written::read(value)?;
    match written.clock {
        None if written.month_digits == 2 && written.day_digits == 2 => written.date().map(Scalar::Date),
        None => None,
        Some(clock) => {
            let day = written.date()?;
            let seconds = clock.seconds()?;
            let midnight = day.to_datetime(jiff::civil::Time::midnight());
            let midnight = jiff::tz::Offset::UTC.to_timestamp(midnight).ok()?.as_second();
            // Ruby drops an offset of more than a day.
            let offset = clock.offset.map(|offset| if offset.abs() > 86_400 { 0 } else { offset });
            let at = midnight + seconds - i64::from(offset.unwrap_or(0));
            Some(Scalar::Time(Time { at: jiff::Timestamp::from_second(at).ok()?, offset }))
        }
    }
}

/// The parts of a date as written.
struct Written {
    year: i16,
    month: i8,
    month_digits: usize,
    day: i8,
    day_digits: usize,
    clock: Option<Clock>,
}

/// A time of day as written.
#[derive(Clone, Copy)]
struct Clock {
    hour: u8,
    minute: u8,
    second: u8,
    offset: Option<i32>,
}

impl Clock {
    /// Seconds since midnight; 24:00:00 is the next midnight, and Ruby reads a second 60 as 59.
    fn seconds(self) -> Option<i64> {
        let Self { hour, minute, second, .. } = self;
        let fits = hour < 24 && minute < 60 && second <= 60 || (hour, minute, second) == (24, 0, 0);
        fits.then(|| i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second.min(59)))
    }
}

impl Written {
    /// `\d{4}-\d{1,2}-\d{1,2}` alone, or with `(?:[Tt]|\s+)\d{1,2}:\d{2}:\d{2}(?:\.\d*)?\s*(?:Z|[-+]\d{1,2}(?::?\d{2})?)?`.
    fn read(value: &str) -> Option<Self> {
        let (year, rest) = digits(value, 4, 4)?;
        let (month, rest) = digits(rest.strip_prefix('-')?, 1, 2)?;
        let (day, rest) = digits(rest.strip_prefix('-')?, 1, 2)?;
        let clock = if rest.is_empty() { None } else { Some(Clock::read(rest)?) };
        Some(Self {
            year: year.parse().ok()?,
            month: month.parse().ok()?,
            month_digits: month.len(),
            day: day.parse().ok()?,
            day_digits: day.len(),
            clock,
        })
    }

    fn date(&self) -> Option<jiff::civil::Date> {
        jiff::civil::Date::new(self.year, self.month, self.day).ok()
    }
}

impl Clock {
    fn read(rest: &str) -> Option<Self> {
        let rest = match rest.strip_prefix(['T', 't']) {
            Some(rest) => rest,
            None => rest.strip_prefix(is_ruby_space)?.trim_start_matches(is_ruby_space),
        };
        let (hour, rest) = digits(rest, 1, 2)?;
        let (minute, rest) = digits(rest.strip_prefix(':')?, 2, 2)?;
        let (second, rest) = digits(rest.strip_prefix(':')?, 2, 2)?;
        let rest = rest.strip_prefix('.').map_or(rest, |rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
        let zone = rest.trim_start_matches(is_ruby_space);
        Some(Self {
            hour: hour.parse().ok()?,
            minute: minute.parse().ok()?,
            second: second.parse().ok()?,
            offset: if zone.is_empty() { None } else { Some(zone_offset(zone)?) },
        })
    }
}

/// The seconds of `Z` or `[-+]\d{1,2}(?::?\d{2})?`.
fn zone_offset(zone: &str) -> Option<i32> {
    if zone == "Z" {
        return Some(0);
    }
    let (sign, rest) = match zone.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, zone.strip_prefix('+')?),
    };
    let (hours, minutes) = match rest.split_once(':') {
        Some((hours, minutes)) if minutes.len() == 2 => (hours, minutes),
        Some(_) => return None,
        None => rest.split_at_checked(if rest.len() <= 2 { rest.len() } else { rest.len() - 2 })?,
    };
    let fits = matches!(hours.len(), 1 | 2) && all(hours, |byte| byte.is_ascii_digit());
    let minutes_fit = minutes.is_empty() || all(minutes, |byte| byte.is_ascii_digit());
    if !(fits && minutes_fit) {
        return None;
    }
    let minutes: i32 = if minutes.is_empty() { 0 } else { minutes.parse().ok()? };
    Some(sign * (hours.parse::<i32>().ok()? * 3600 + minutes * 60))
}

/// Between `least` and `most` digits at the head of a text, and what follows; more digits are no match.
fn digits(text: &str, least: usize, most: usize) -> Option<(&str, &str)> {
    let count = text.bytes().take_while(u8::is_ascii_digit).count();
    if !(least..=most).contains(&count) {
        return None;
    }
    text.split_at_checked(count)
}
