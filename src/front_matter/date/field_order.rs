//! Which of three numbers is the year, the month and the day.
//!
//! Ruby guesses by their shape: more than two digits, a sign or an apostrophe make a year wherever they stand.

use super::fragments::{Fragments, number};

/// Takes three parts in the order in which their pattern names them, and sets what they turn out to be.
pub(super) fn assign(found: &mut Fragments, year: Option<&str>, month: &str, day: Option<&str>) {
    let (mut year, mut month, mut day) = (year, Some(month), day);
    if year.is_some() && day.is_none() {
        (year, month, day) = (None, year, month);
    }
    if year.is_none() && day.is_some_and(|day| day.len() > 2 || day.starts_with('\'')) {
        (year, day) = (day, None);
    }
    if let Some((digits, rest)) = year.and_then(signed_digits)
        && !rest.is_empty()
    {
        (year, day) = (day, Some(digits));
    }
    if month.is_some_and(is_year) {
        (year, month, day) = (month, day, year);
    }
    if day.is_some_and(is_year) {
        (year, day) = (day, year);
    }
    if let Some((digits, _)) = year.and_then(signed_digits) {
        let unsigned = digits.trim_start_matches(['-', '+']);
        if unsigned.len() != digits.len() || unsigned.len() > 2 {
            found.is_short_year = false;
        }
        found.year = Some(number(digits));
    }
    if let Some(digits) = month.and_then(plain_digits) {
        found.month = Some(number(digits));
    }
    if let Some(digits) = day.and_then(plain_digits) {
        found.day = Some(number(digits));
    }
}

fn is_year(part: &str) -> bool {
    part.starts_with('\'') || part.len() > 2
}

/// The first number of a part with its sign, and what follows it.
fn signed_digits(part: &str) -> Option<(&str, &str)> {
    let start = part.find(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+'))?;
    let part = part.get(start..)?;
    let sign = usize::from(part.starts_with(['-', '+']));
    let digits = part.bytes().skip(sign).take_while(u8::is_ascii_digit).count();
    part.split_at_checked(sign + digits)
}

/// The first number of a part, without its sign.
fn plain_digits(part: &str) -> Option<&str> {
    let part = part.get(part.find(|c: char| c.is_ascii_digit())?..)?;
    let digits = part.bytes().take_while(u8::is_ascii_digit).count();
    part.get(..digits)
}
