//! The type of an unquoted value, as SafeYAML guesses it for Jekyll.
//!
//! It tries whole number, number, nothing, truth value and date, in this order; what is none of them is text.
//! These rules are neither YAML 1.1's (`y` is text, `1,234` a number) nor YAML 1.2's (`on` is true, `007` is 7).
//! Nearly all values are text by their first byte, and are borrowed.

mod timestamp;

use std::borrow::Cow;

use super::tree::Scalar;
use timestamp::date_or_time;

/// The type of an unquoted value; `None` where SafeYAML stops at it with an error.
pub(super) fn guess(text: Cow<'_, str>) -> Option<Scalar<'_>> {
    if text.bytes().next().is_some_and(|byte| !may_be_typed(byte)) {
        return Some(Scalar::Text(text));
    }
    // Ruby's `\Z` looks past one line end; a tagged block scalar is the only unquoted value that has one.
    let value = text.strip_suffix('\n').unwrap_or(&text);
    // Whole numbers have no dash but the first; a date has one behind its year.
    let is_dated = value.as_bytes().get(4) == Some(&b'-');
    let whole = if is_dated { None } else { integer(value).or_else(|| sexagesimal_integer(value)) };
    let guessed = match whole {
        Some(scalar) => Some(scalar),
        None => match number(value) {
            Guess::Is(value) => Some(Scalar::Float(value)),
            Guess::Fails => return None,
            Guess::IsNot => word(&text).or_else(|| date_or_time(value)),
        },
    };
    Some(guessed.unwrap_or(Scalar::Text(text)))
}

/// Whether a value that begins with `byte` may be anything but text.
fn may_be_typed(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'_' | b',' | b'~' | b' ')
        || matches!(byte, b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O')
        || byte.is_ascii_whitespace()
}

/// A whole number: decimal, octal by a leading `0`, `0x`, `0b`. Underscores and commas anywhere are dropped first.
fn integer(value: &str) -> Option<Scalar<'static>> {
    let first = value.bytes().find(|byte| !matches!(byte, b'_' | b','))?;
    if !(first.is_ascii_digit() || matches!(first, b'+' | b'-' | b' ' | b'\t')) {
        return None;
    }
    let stripped: Cow<'_, str> = if value.bytes().any(|byte| matches!(byte, b'_' | b',')) {
        Cow::Owned(value.replace(['_', ','], ""))
    } else {
        Cow::Borrowed(value)
    };
    let (sign, digits) = match stripped.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", stripped.strip_prefix('+').unwrap_or(&stripped)),
    };
    let is_decimal = digits == "0" || (!digits.starts_with('0') && all(digits, |byte| byte.is_ascii_digit()));
    if is_decimal {
        let signed = format!("{sign}{digits}");
        return Some(signed.parse().map_or_else(|_| Scalar::BigInteger(signed), Scalar::Integer));
    }
    if let Some(octal) = stripped.strip_prefix('0').filter(|rest| all(rest, |byte| matches!(byte, b'0'..=b'7'))) {
        return Some(in_base(octal, 8, false));
    }
    if let Some(binary) = stripped.strip_prefix("0b").filter(|rest| all(rest, |byte| matches!(byte, b'0' | b'1'))) {
        return Some(in_base(binary, 2, false));
    }
    let trimmed = stripped.trim_matches(is_ruby_space);
    let (negative, magnitude) = match trimmed.strip_prefix('-') {
        Some(magnitude) => (true, magnitude),
        None => (false, trimmed.strip_prefix('+').unwrap_or(trimmed)),
    };
    let prefixed = magnitude.strip_prefix("0x").or_else(|| stripped.strip_prefix("0X"))?;
    all(prefixed, |byte| byte.is_ascii_hexdigit()).then(|| in_base(prefixed, 16, negative))
}

/// Whether a text has bytes, and all of a kind.
fn all(text: &str, kind: impl Fn(u8) -> bool) -> bool {
    !text.is_empty() && text.bytes().all(kind)
}

fn is_ruby_space(c: char) -> bool {
    matches!(c, ' ' | '\t'..='\r')
}

fn in_base(digits: &str, base: u32, negative: bool) -> Scalar<'static> {
    match i64::from_str_radix(digits, base) {
        Ok(value) => Scalar::Integer(if negative { -value } else { value }),
        // Nobody reads the digits of a number this long; what matters is that it is one.
        Err(_) => Scalar::BigInteger(format!("{}0x{digits}", if negative { "-" } else { "" })),
    }
}

/// `12:30`, which SafeYAML reads as a number of base 60 and returns as `750.0`.
fn sexagesimal_integer(value: &str) -> Option<Scalar<'static>> {
    if !value.contains(':') {
        return None;
    }
    let value = value.replace(['_', ','], "");
    let (places, _) = sexagesimal_parts(&value, false)?;
    Some(Scalar::Float(base_60(places)?))
}

/// What a guess came to.
enum Guess {
    Is(f64),
    IsNot,
    /// It has the shape, and Ruby's `Float()` refuses it.
    Fails,
}

/// A number with a point, `.inf`, `.nan`, or base 60 with a point.
fn number(value: &str) -> Guess {
    if !value.contains('.') {
        return Guess::IsNot;
    }
    if is_float(value) {
        return ruby_float(value).map_or(Guess::Fails, Guess::Is);
    }
    match value {
        ".inf" | ".Inf" | ".INF" => return Guess::Is(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => return Guess::Is(f64::NEG_INFINITY),
        ".nan" | ".NaN" | ".NAN" => return Guess::Is(f64::NAN),
        _ => {}
    }
    let Some((places, fraction)) = sexagesimal_parts(value, true) else {
        return Guess::IsNot;
    };
    let fraction = match fraction {
        "" => Some(0.0),
        digits => ruby_float(&format!(".{digits}")),
    };
    match (base_60(places), fraction) {
        (Some(whole), Some(fraction)) => {
            // Ruby adds the fraction after it has spoilt the sign of what has one; so does this.
            let sum = if value.starts_with('-') { -(-whole + fraction) } else { whole + fraction };
            Guess::Is(sum)
        }
        _ => Guess::Fails,
    }
}

/// `[-+]?(\d[\d_]*)?\.[\d_]+([eE][-+]\d+)?`
fn is_float(value: &str) -> bool {
    let value = value.strip_prefix(['-', '+']).unwrap_or(value);
    let Some((whole, rest)) = value.split_once('.') else {
        return false;
    };
    let (fraction, exponent) = match rest.find(['e', 'E']) {
        Some(at) => (rest.get(..at).unwrap_or_default(), rest.get(at + 1..)),
        None => (rest, None),
    };
    let is_place = |byte: u8| byte.is_ascii_digit() || byte == b'_';
    let exponent_fits = exponent.is_none_or(|exponent| {
        exponent.strip_prefix(['-', '+']).is_some_and(|digits| all(digits, |byte| byte.is_ascii_digit()))
    });
    !whole.starts_with('_') && whole.bytes().all(is_place) && all(fraction, is_place) && exponent_fits
}

/// Ruby's `Float()`, for what has a number's shape: an underscore must stand between two digits.
fn ruby_float(text: &str) -> Option<f64> {
    let bytes = text.as_bytes();
    let digit_at = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_digit);
    let misplaced = bytes
        .iter()
        .enumerate()
        .any(|(at, byte)| *byte == b'_' && !(digit_at(at.checked_sub(1)) && digit_at(Some(at + 1))));
    if misplaced {
        return None;
    }
    text.replace('_', "").trim_matches(is_ruby_space).parse().ok()
}

/// The places and the fraction of `[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+`, with `\.[0-9_]*` behind if `fraction` is wanted.
fn sexagesimal_parts(value: &str, fraction: bool) -> Option<(&str, &str)> {
    let value = value.trim_matches(is_ruby_space);
    let (places, fraction) = if fraction { value.split_once('.')? } else { (value, "") };
    let mut parts = places.split(':');
    let first = parts.next()?.trim_start_matches(['-', '+']);
    let signs = places.bytes().take_while(|byte| matches!(byte, b'-' | b'+')).count();
    let first_fits = first.starts_with(|c: char| c.is_ascii_digit())
        && first.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    let mut count = 0_usize;
    let rest_fits = parts.all(|part| {
        count += 1;
        match part.as_bytes() {
            [last] | [b'0'..=b'5', last] => last.is_ascii_digit(),
            _ => false,
        }
    });
    let fraction_fits = fraction.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    (signs <= 1 && first_fits && rest_fits && count > 0 && fraction_fits).then_some((places, fraction))
}

/// The value of places in base 60. A sign belongs to the first place alone until the sum is negated as a whole,
/// which is how SafeYAML comes to `-1:30` = 30.0.
fn base_60(places: &str) -> Option<f64> {
    let mut sum = 0.0;
    for part in places.split(':') {
        sum = sum * 60.0 + ruby_float(part)?;
    }
    Some(if places.starts_with('-') { -sum } else { sum })
}

/// Nothing and truth values, in any case of letters.
fn word(value: &str) -> Option<Scalar<'static>> {
    let is_one_of = |words: &[&str]| words.iter().any(|word| value.eq_ignore_ascii_case(word));
    if is_one_of(&["", "~", "null"]) {
        Some(Scalar::Null)
    } else if is_one_of(&["yes", "on", "true"]) {
        Some(Scalar::Bool(true))
    } else if is_one_of(&["no", "off", "false"]) {
        Some(Scalar::Bool(false))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ruby(text: &str) -> String {
        match guess(Cow::Borrowed(text)) {
            None => "fails".to_owned(),
            Some(scalar) => format!("{} {}", scalar.type_name(), scalar.to_ruby_string()),
        }
    }

    #[test]
    fn numbers() {
        for (text, expected) in [
            ("0", "a whole number 0"),
            ("-12", "a whole number -12"),
            ("+1_000", "a whole number 1000"),
            ("1,234", "a whole number 1234"),
            ("007", "a whole number 7"),
            ("0,7", "a whole number 7"),
            ("08", "text 08"),
            ("0o17", "text 0o17"),
            ("0x1F", "a whole number 31"),
            ("-0x1f", "a whole number -31"),
            ("0b101", "a whole number 5"),
            ("202112082206935918", "a whole number 202112082206935918"),
            ("20211208220693591812345", "a whole number 20211208220693591812345"),
            ("12:30", "a number 750.0"),
            ("190:20:30", "a number 685230.0"),
            ("-1:30", "a number 30.0"),
            ("12:60", "text 12:60"),
            ("12:30.5", "a number 750.5"),
            ("1.50", "a number 1.5"),
            (".5", "a number 0.5"),
            ("1.5e+3", "a number 1500.0"),
            ("1e3", "text 1e3"),
            ("1.", "text 1."),
            ("1_.5", "fails"),
            ("1._5", "fails"),
            (".inf", "a number Infinity"),
            ("1.2.3", "text 1.2.3"),
            ("-", "text -"),
            ("+", "text +"),
            ("_", "text _"),
            (",", "text ,"),
        ] {
            assert_eq!(ruby(text), expected, "{text}");
        }
    }

    #[test]
    fn words() {
        for (text, expected) in [
            ("", "nothing "),
            ("~", "nothing "),
            ("NuLL", "nothing "),
            ("oN", "a truth value true"),
            ("No", "a truth value false"),
            ("y", "text y"),
            ("n", "text n"),
            ("true ", "text true "),
        ] {
            assert_eq!(ruby(text), expected, "{text}");
        }
    }

    #[test]
    fn dates() {
        for (text, expected) in [
            ("2021-05-06", "a date 2021-05-06"),
            ("2021-5-6", "text 2021-5-6"),
            ("2021-02-30", "text 2021-02-30"),
            ("2021-05-06 07:46:06 +0800", "a time 2021-05-06 07:46:06 +0800"),
            ("2021-05-06T07:46:06Z", "a time 2021-05-06 07:46:06 +0000"),
            ("2021-5-6 7:46:06.25", "a time 2021-05-06 07:46:06 +0000"),
            ("2021-05-06 24:00:00", "a time 2021-05-07 00:00:00 +0000"),
            ("2021-05-06 12:00:60", "a time 2021-05-06 12:00:59 +0000"),
            ("2021-05-06 07:46:06 -5", "a time 2021-05-06 07:46:06 -0500"),
            ("2021-05-06 07:46:06 +830", "a time 2021-05-06 07:46:06 +0830"),
            ("2021-05-06 25:00:00", "text 2021-05-06 25:00:00"),
            ("2021-05-06 07:46", "text 2021-05-06 07:46"),
            ("2021-05-06 07:46:06 CST", "text 2021-05-06 07:46:06 CST"),
        ] {
            assert_eq!(ruby(text), expected, "{text}");
        }
    }
}
