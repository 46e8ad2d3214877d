//! A run of digits without anything between them, such as `20210506T013000`.

use super::fragments::{Fragments, attempt, number, part};
use super::patterns;

/// A run of digits: which parts it holds depends on how many there are, and on what follows it.
pub(super) fn digits(text: &mut String, found: &mut Fragments) -> bool {
    attempt(text, &patterns::DIGITS, |m| {
        let (run, clock, fraction) = (part(m, 2), m.get(3), m.get(4));
        if clock.is_none() && fraction.is_some() {
            digits_before_fraction(run, found);
        } else {
            digits_from_the_front(run, part(m, 1) == "-", found);
        }
        if let Some(clock) = clock {
            clock_digits(clock.as_str(), fraction.is_some(), found);
        }
        found.has_fraction |= fraction.is_some();
        if let Some(zone) = m.get(5) {
            let zone = zone.as_str();
            let inner = zone.strip_prefix('[').map(|inner| inner.strip_suffix(']').unwrap_or(inner));
            found.zone =
                Some(inner.map_or(zone, |inner| inner.split_once(':').map_or(inner, |(_, name)| name)).to_owned());
        }
    })
}

/// `20210506…` from the front: year, month, day, hour, minute, second, as far as they go.
fn digits_from_the_front(run: &str, is_negative: bool, found: &mut Fragments) {
    let pair = |at: usize, width: usize| run.get(at..at + width).map(number);
    let signed = |year: Option<i64>| if is_negative { year.map(|year| -year) } else { year };
    match run.len() {
        2 => found.day = pair(0, 2),
        3 => found.day_of_year = pair(0, 3),
        4 => (found.month, found.day) = (pair(0, 2), pair(2, 2)),
        5 => (found.year, found.day_of_year) = (signed(pair(0, 2)), pair(2, 3)),
        6 => (found.year, found.month, found.day) = (signed(pair(0, 2)), pair(2, 2), pair(4, 2)),
        7 => (found.year, found.day_of_year) = (signed(pair(0, 4)), pair(4, 3)),
        length @ (8 | 10 | 12 | 14) => {
            (found.year, found.month, found.day) = (signed(pair(0, 4)), pair(4, 2), pair(6, 2));
            found.hour = if length >= 10 { pair(8, 2) } else { found.hour };
            found.minute = if length >= 12 { pair(10, 2) } else { found.minute };
            found.second = if length >= 14 { pair(12, 2) } else { found.second };
            found.is_short_year = false;
        }
        _ => {}
    }
}

/// The same before a fraction of a second: second, minute, hour, day, month, year from the back.
fn digits_before_fraction(run: &str, found: &mut Fragments) {
    let length = run.len();
    if matches!(length, 9 | 11 | 13) {
        return;
    }
    let pair =
        |from_end: usize, width: usize| length.checked_sub(from_end).and_then(|at| run.get(at..at + width)).map(number);
    found.second = pair(2, 2);
    match length {
        3 => found.minute = pair(3, 1),
        4.. => found.minute = pair(4, 2),
        _ => {}
    }
    match length {
        5 => found.hour = pair(5, 1),
        6.. => found.hour = pair(6, 2),
        _ => {}
    }
    match length {
        7 => found.day = pair(7, 1),
        8.. => found.day = pair(8, 2),
        _ => {}
    }
    if length >= 10 {
        found.month = pair(10, 2);
    }
    match length {
        12 => found.year = pair(12, 2),
        14 => (found.year, found.is_short_year) = (pair(14, 4), false),
        _ => {}
    }
}

/// Pairs of digits after a day: hour, minute, second from the front, or, before a fraction, the same from the back.
fn clock_digits(clock: &str, is_before_fraction: bool, found: &mut Fragments) {
    if clock.len() % 2 == 1 {
        return;
    }
    let pair = |at: usize| clock.get(2 * at..2 * at + 2).map(number);
    let count = clock.len() / 2;
    let first = if is_before_fraction { 3_usize.saturating_sub(count) } else { 0 };
    let slots = [&mut found.hour, &mut found.minute, &mut found.second];
    for (at, slot) in slots.into_iter().skip(first).take(count).enumerate() {
        *slot = pair(at);
    }
}
