//! Finds whatever looks like a part of a date in a text, as Ruby's `Date._parse` does.
//!
//! The order of the attempts is Ruby's: the time of day first, then the first of a dozen shapes of a day that fits.
//! What an attempt used is blanked, so that the next one does not see it.

use regex::Captures;

use super::digits::digits;
use super::field_order::assign;
use super::patterns::{self, Pattern};

/// What was found.
#[derive(Clone, Debug, Default)]
pub(super) struct Fragments {
    pub(super) year: Option<i64>,
    pub(super) month: Option<i64>,
    pub(super) day: Option<i64>,
    pub(super) day_of_year: Option<i64>,
    pub(super) hour: Option<i64>,
    pub(super) minute: Option<i64>,
    pub(super) second: Option<i64>,
    pub(super) has_fraction: bool,
    pub(super) zone: Option<String>,
    /// Whether a year below 100 stands for one of our time.
    pub(super) is_short_year: bool,
    is_before_christ: bool,
}

/// A number of digits with or without a sign; what is beyond 64 bits counts as the greatest.
pub(super) fn number(digits: &str) -> i64 {
    let unsigned = digits.trim_start_matches(['-', '+']);
    let value = unsigned
        .bytes()
        .fold(0_i64, |value, byte| value.saturating_mul(10).saturating_add(i64::from(byte.saturating_sub(b'0'))));
    if digits.starts_with('-') { -value } else { value }
}

/// Finds the parts of a date in a text.
pub(super) fn find(text: &str) -> Fragments {
    let mut text = patterns::NOISE.blank_all(text);
    let mut found = Fragments { is_short_year: true, ..Fragments::default() };
    if has_letter(&text) {
        blank_first(&mut text, &patterns::DAY);
    }
    if has_digit(&text) {
        let time = patterns::TIME.captures(&text).map(|time| {
            let span = time.get(0).map(|all| all.range());
            (span, part(&time, 1).to_owned(), time.get(2).map(|zone| zone.as_str().to_owned()))
        });
        if let Some((Some(span), clock, zone)) = time {
            text.replace_range(span, " ");
            found.zone = zone;
            read_clock(&mut found, &clock);
        }
    }
    find_day(&mut text, &mut found);
    if has_letter(&text) && blank_first(&mut text, &patterns::BEFORE_CHRIST) {
        found.is_before_christ = true;
    }
    if let Some(lone) = patterns::LONE_NUMBER.captures(&text) {
        let lone = number(part(&lone, 1));
        if found.hour.is_some() && found.day.is_none() && (1..=31).contains(&lone) {
            found.day = Some(lone);
        }
        if found.day.is_some() && found.hour.is_none() && (0..=24).contains(&lone) {
            found.hour = Some(lone);
        }
    }
    if found.is_before_christ {
        found.year = found.year.map(|year| 1 - year);
    }
    if found.is_short_year {
        found.year = found.year.map(|year| match year {
            0..=68 => year + 2000,
            69..=99 => year + 1900,
            _ => year,
        });
    }
    found
}

/// Tries the shapes of a day, each where the text has the characters for it, until one fits.
fn find_day(text: &mut String, found: &mut Fragments) {
    let (letter, digit) = (has_letter(text), has_digit(text));
    let has = |c: char| digit && text.contains(c);
    let (dash, dot, slash) = (has('-'), has('.'), has('/'));
    let attempts: [(bool, Attempt); 12] = [
        (letter && digit, european),
        (letter && digit, american),
        (dash, iso),
        (dot, japanese),
        (letter && dash, vms),
        (slash, slashes),
        (dot, dots),
        (digit, iso_odd),
        (digit, year),
        (letter, month),
        (digit, ordinal),
        (digit, digits),
    ];
    let _ = attempts.iter().any(|(fits, attempt)| *fits && attempt(text, found));
}

type Attempt = fn(&mut String, &mut Fragments) -> bool;

fn european(text: &mut String, found: &mut Fragments) -> bool {
    attempt(text, &patterns::EUROPEAN, |m| {
        found.is_before_christ |= part(m, 3).starts_with(['b', 'B']);
        assign(found, m.get(4).map(|year| year.as_str()), &month_number(part(m, 2)), Some(part(m, 1)));
    })
}

fn american(text: &mut String, found: &mut Fragments) -> bool {
    attempt(text, &patterns::AMERICAN, |m| {
        found.is_before_christ |= part(m, 3).starts_with(['b', 'B']);
        assign(found, m.get(4).map(|year| year.as_str()), &month_number(part(m, 1)), Some(part(m, 2)));
    })
}

fn iso(text: &mut String, found: &mut Fragments) -> bool {
    attempt(text, &patterns::ISO, |m| in_order(m, found))
}

fn slashes(text: &mut String, found: &mut Fragments) -> bool {
    attempt(text, &patterns::SLASHES, |m| in_order(m, found))
}

fn dots(text: &mut String, found: &mut Fragments) -> bool {
    attempt(text, &patterns::DOTS, |m| in_order(m, found))
}

fn in_order(m: &Captures<'_>, found: &mut Fragments) {
    assign(found, Some(part(m, 1)), part(m, 2), m.get(3).map(|day| day.as_str()));
}

fn japanese(text: &mut String, found: &mut Fragments) -> bool {
    attempt(text, &patterns::JAPANESE, |m| {
        let era = match part(m, 1) {
            "m" | "M" => 1867,
            "t" | "T" => 1911,
            "s" | "S" => 1925,
            "h" | "H" => 1988,
            _ => 2018,
        };
        found.year = Some(number(part(m, 2)).saturating_add(era));
        found.month = Some(number(part(m, 3)));
        found.day = Some(number(part(m, 4)));
    })
}

fn vms(text: &mut String, found: &mut Fragments) -> bool {
    attempt(text, &patterns::VMS, |m| {
        assign(found, Some(part(m, 3)), &month_number(part(m, 2)), Some(part(m, 1)));
    }) || attempt(text, &patterns::VMS_MONTH_FIRST, |m| {
        assign(found, m.get(3).map(|year| year.as_str()), &month_number(part(m, 1)), Some(part(m, 2)));
    })
}

/// Weeks, which `Time.parse` then ignores, and days without a year.
fn iso_odd(text: &mut String, found: &mut Fragments) -> bool {
    if attempt(text, &patterns::ISO_WEEK, |_| {}) || attempt(text, &patterns::ISO_WEEKDAY, |_| {}) {
        return true;
    }
    let takes_month_and_day = |m: &Captures<'_>, found: &mut Fragments| {
        found.month = m.get(1).map(|month| number(month.as_str())).or(found.month);
        found.day = m.get(2).map(|day| number(day.as_str())).or(found.day);
    };
    if attempt(text, &patterns::ISO_MONTH_DAY, |m| takes_month_and_day(m, found))
        || attempt(text, &patterns::ISO_MONTH, |m| takes_month_and_day(m, found))
    {
        return true;
    }
    let year_day = !patterns::NO_YEAR_DAY.is_match(text)
        && attempt(text, &patterns::YEAR_DAY, |m| {
            found.year = Some(number(part(m, 1)));
            found.day_of_year = Some(number(part(m, 2)));
        });
    year_day
        || !patterns::NO_DAY_OF_YEAR.is_match(text)
            && attempt(text, &patterns::DAY_OF_YEAR, |m| found.day_of_year = Some(number(part(m, 1))))
}

fn year(text: &mut String, found: &mut Fragments) -> bool {
    attempt(text, &patterns::YEAR, |m| found.year = Some(number(part(m, 1))))
}

fn month(text: &mut String, found: &mut Fragments) -> bool {
    attempt(text, &patterns::MONTH, |m| found.month = Some(number(&month_number(part(m, 1)))))
}

fn ordinal(text: &mut String, found: &mut Fragments) -> bool {
    attempt(text, &patterns::ORDINAL, |m| found.day = Some(number(part(m, 1))))
}

fn read_clock(found: &mut Fragments, clock: &str) {
    let Some(m) = patterns::CLOCK.captures(clock) else { return };
    let mut hour = number(part(&m, 1));
    if let Some(half) = m.get(5)
        && i32::try_from(hour).is_ok()
    {
        hour %= 12;
        if half.as_str().eq_ignore_ascii_case("p") {
            hour += 12;
        }
    }
    found.hour = Some(hour);
    found.minute = m.get(2).map(|minute| number(minute.as_str()));
    found.second = m.get(3).map(|second| number(second.as_str()));
    found.has_fraction |= m.get(4).is_some();
}

/// Blanks the first match of a pattern and hands it over; whether there was one.
pub(super) fn attempt(text: &mut String, pattern: &Pattern, take: impl FnOnce(&Captures<'_>)) -> bool {
    let Some(captures) = pattern.captures(text) else { return false };
    take(&captures);
    let span = captures.get(0).map(|all| all.range());
    drop(captures);
    if let Some(span) = span {
        text.replace_range(span, " ");
    }
    true
}

fn blank_first(text: &mut String, pattern: &Pattern) -> bool {
    attempt(text, pattern, |_| {})
}

pub(super) fn part<'t>(captures: &Captures<'t>, index: usize) -> &'t str {
    captures.get(index).map_or("", |part| part.as_str())
}

/// A month's name as its number in digits.
fn month_number(name: &str) -> String {
    const NAMES: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let index = NAMES.iter().position(|known| name.eq_ignore_ascii_case(known)).unwrap_or(12);
    (index + 1).to_string()
}

fn has_letter(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_alphabetic())
}

fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}
