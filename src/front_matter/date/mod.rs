//! What Ruby makes of a post's `date`.
//!
//! Jekyll writes the value with `to_s` and gives that text to `Time.parse`, which looks for anything like a date in it
//! and, where it finds none, stops the build of the whole site. `fragments` looks as Ruby's `Date._parse` looks,
//! `moment` puts together what was found as `Time.parse` does.
//! A date of the calendar before 1582 is read in today's calendar, which no post will notice.

mod digits;
mod field_order;
mod fragments;
mod moment;
mod patterns;

use super::tree::{Content, Node, Scalar};

/// A date as Jekyll reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Date {
    /// When it is.
    pub moment: Moment,
    /// Whether an offset from UTC, or a zone that Ruby knows, is written.
    pub has_offset: bool,
    /// That offset in seconds.
    pub offset: Option<i32>,
    /// The zone's name, if one is written in letters (`CST`).
    pub zone: Option<Zone>,
    /// Whether the day as written is no day of its month, or the clock runs past its end, so that the date is
    /// another one than it says.
    pub rolled_over: bool,
}

/// When a date is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// It stops the build.
    Invalid(Why),
    /// Seconds since 1970-01-01T00:00:00Z.
    Instant(i64),
    /// Seconds since 1970-01-01T00:00:00 on the clock of the machine that builds.
    Local(i64),
    /// The year, the day or the hour is that of the build.
    OfBuild,
}

/// Why a date stops the build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// There is nothing.
    Empty,
    /// Nothing in it looks like a date.
    NoDate,
    /// A part of it is out of range: month 13, hour 25.
    OutOfRange,
    /// It is longer than the 128 bytes that Ruby looks at.
    TooLong,
    /// A number in it is beyond 32 bits. Ruby then raises another kind of error, which does not stop the build:
    /// Jekyll drops the post's data.
    TooGreat,
}

/// A zone written in letters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    /// As written.
    pub name: String,
    /// The seconds that Ruby adds for it; `None` where Ruby does not know it and reads the clock of the build.
    pub offset: Option<i32>,
}

/// Reads the value of a `date` key.
pub fn read(value: &Node<'_>) -> Date {
    match &value.content {
        Content::Scalar(Scalar::Time(time)) => Date {
            moment: Moment::Instant(time.at.as_second()),
            has_offset: time.offset.is_some(),
            offset: time.offset,
            zone: None,
            rolled_over: false,
        },
        Content::Scalar(Scalar::Date(day)) => Date::on_the_clock(*day),
        _ => parse(&value.to_ruby_string()),
    }
}

/// Reads a text as `Time.parse` does.
pub fn parse(text: &str) -> Date {
    if text.trim().is_empty() {
        return Date::invalid(Why::Empty);
    }
    if text.len() > 128 {
        return Date::invalid(Why::TooLong);
    }
    if let Some(day) = bare_day(text) {
        return Date::on_the_clock(day);
    }
    moment::assemble(&fragments::find(text))
}

/// The short cut for `YYYY-MM-DD`, which the name of every post has: a day that exists.
fn bare_day(text: &str) -> Option<jiff::civil::Date> {
    let is_bare = text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(at, byte)| if matches!(at, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() });
    let part = |from: usize, to: usize| text.get(from..to).filter(|_| is_bare);
    let (year, month, day) = (part(0, 4)?, part(5, 7)?, part(8, 10)?);
    jiff::civil::Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

impl Date {
    /// Midnight of a day on the clock of the machine that builds.
    fn on_the_clock(day: jiff::civil::Date) -> Self {
        let days = moment::days_from_civil(day.year().into(), day.month().into(), day.day().into());
        Self { moment: Moment::Local(days * 86_400), has_offset: false, offset: None, zone: None, rolled_over: false }
    }

    fn invalid(why: Why) -> Self {
        Self { moment: Moment::Invalid(why), has_offset: false, offset: None, zone: None, rolled_over: false }
    }

    /// The moment, read in a zone where it is written without one; `None` for what is invalid or depends on the build.
    pub fn instant(&self, zone: &jiff::tz::TimeZone) -> Option<jiff::Timestamp> {
        match self.moment {
            Moment::Instant(second) => jiff::Timestamp::from_second(second).ok(),
            Moment::Local(second) => {
                let clock = jiff::Timestamp::from_second(second).ok()?;
                let civil = jiff::tz::Offset::UTC.to_datetime(clock);
                zone.to_timestamp(civil).ok()
            }
            Moment::Invalid(_) | Moment::OfBuild => None,
        }
    }

    /// The day of its address when it is built in a zone.
    pub fn day_in(&self, zone: &jiff::tz::TimeZone) -> Option<jiff::civil::Date> {
        Some(zone.to_datetime(self.instant(zone)?).date())
    }
}
