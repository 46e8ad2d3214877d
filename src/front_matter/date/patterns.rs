//! The shapes that `Date._parse` looks for, as regular expressions.
//!
//! They are written with ASCII digits and spaces and Unicode word boundaries, which is what Ruby's mean on UTF-8 text.
//! Each is compiled when a date first needs it; the dates of most posts never do.

use std::sync::OnceLock;

use regex::{Captures, Regex};

/// A regular expression that is compiled when first used.
pub(super) struct Pattern {
    source: &'static str,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    const fn new(source: &'static str) -> Self {
        Self { source, compiled: OnceLock::new() }
    }

    fn regex(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| Regex::new(self.source).ok()).as_ref()
    }

    /// The first match in a text.
    pub(super) fn captures<'t>(&self, text: &'t str) -> Option<Captures<'t>> {
        self.regex()?.captures(text)
    }

    /// Whether it matches somewhere.
    pub(super) fn is_match(&self, text: &str) -> bool {
        self.regex().is_some_and(|regex| regex.is_match(text))
    }

    /// The text with every match replaced by a space.
    pub(super) fn blank_all(&self, text: &str) -> String {
        self.regex().map_or_else(|| text.to_owned(), |regex| regex.replace_all(text, " ").into_owned())
    }
}

macro_rules! days {
    () => {
        "sun|mon|tue|wed|thu|fri|sat"
    };
}

macro_rules! months {
    () => {
        "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
    };
}

macro_rules! era {
    () => {
        r"(c(?:e|\.e\.)|b(?:ce|\.c\.e\.)|a(?:d|\.d\.)|b(?:c|\.c\.))?"
    };
}

pub(super) static NOISE: Pattern = Pattern::new(r"[^-+',./:@\p{Alphabetic}\p{Nd}\[\]]+");

pub(super) static DAY: Pattern = Pattern::new(concat!(r"(?i)\b(", days!(), r")[^-/0-9\t-\r ]*"));

pub(super) static TIME: Pattern = Pattern::new(concat!(
    r"(?i)((?:[0-9]+[\t-\r ]*:[\t-\r ]*[0-9]+(?:[\t-\r ]*:[\t-\r ]*[0-9]+(?:[,.][0-9]*)?)?",
    r"|[0-9]+[\t-\r ]*h(?:[\t-\r ]*[0-9]+m?(?:[\t-\r ]*[0-9]+s?)?)?)",
    r"(?:[\t-\r ]*[ap](?:m\b|\.m\.))?|[0-9]+[\t-\r ]*[ap](?:m\b|\.m\.))",
    r"(?:[\t-\r ]*((?:gmt|utc?)?[-+][0-9]+(?:[,.:][0-9]+(?::[0-9]+)?)?",
    r"|(?-i:[\p{Alphabetic}.\t-\r ]+)(?:standard|daylight)[\t-\r ]time\b",
    r"|(?-i:\p{Alphabetic}+)(?:[\t-\r ]dst)?\b))?",
));

pub(super) static CLOCK: Pattern = Pattern::new(concat!(
    r"(?i)\A([0-9]+)h?(?:[\t-\r ]*:?[\t-\r ]*([0-9]+)m?(?:[\t-\r ]*:?[\t-\r ]*([0-9]+)(?:[,.]([0-9]+))?s?)?)?",
    r"(?:[\t-\r ]*([ap])(?:m\b|\.m\.))?",
));

pub(super) static EUROPEAN: Pattern = Pattern::new(concat!(
    r"(?i)('?[0-9]+)[^-0-9\t-\r ]*[\t-\r ]*(",
    months!(),
    r")[^-0-9\t-\r ']*(?:[\t-\r ]*",
    era!(),
    r"[\t-\r ]*('?-?[0-9]+(?:(?:st|nd|rd|th)\b)?))?",
));

pub(super) static AMERICAN: Pattern = Pattern::new(concat!(
    r"(?i)\b(",
    months!(),
    r")[^-0-9\t-\r ']*[\t-\r ]*('?[0-9]+)[^-0-9\t-\r ']*(?:[\t-\r ]*,?[\t-\r ]*",
    era!(),
    r"[\t-\r ]*('?-?[0-9]+))?",
));

pub(super) static ISO: Pattern = Pattern::new(r"('?[-+]?[0-9]+)-([0-9]+)-('?-?[0-9]+)");
pub(super) static ISO_WEEK: Pattern = Pattern::new(r"(?i)\b([0-9]{2}|[0-9]{4})?-?w([0-9]{2})(?:-?([0-9]))?\b");
pub(super) static ISO_WEEKDAY: Pattern = Pattern::new(r"(?i)-w-([0-9])\b");
pub(super) static ISO_MONTH_DAY: Pattern = Pattern::new(r"--([0-9]{2})?-([0-9]{2})\b");
pub(super) static ISO_MONTH: Pattern = Pattern::new(r"--([0-9]{2})([0-9]{2})?\b");
pub(super) static NO_YEAR_DAY: Pattern = Pattern::new(r"[,.]([0-9]{2}|[0-9]{4})-[0-9]{3}\b");
pub(super) static YEAR_DAY: Pattern = Pattern::new(r"\b([0-9]{2}|[0-9]{4})-([0-9]{3})\b");
pub(super) static NO_DAY_OF_YEAR: Pattern = Pattern::new(r"[0-9]-[0-9]{3}\b");
pub(super) static DAY_OF_YEAR: Pattern = Pattern::new(r"\b-([0-9]{3})\b");
pub(super) static JAPANESE: Pattern = Pattern::new(r"(?i)\b([mtshr])([0-9]+)\.([0-9]+)\.([0-9]+)");
pub(super) static VMS: Pattern = Pattern::new(concat!(r"(?i)('?-?[0-9]+)-(", months!(), r")[^-/.]*-('?-?[0-9]+)"));
pub(super) static VMS_MONTH_FIRST: Pattern =
    Pattern::new(concat!(r"(?i)\b(", months!(), r")[^-/.]*-('?-?[0-9]+)(?:-('?-?[0-9]+))?"));
pub(super) static SLASHES: Pattern = Pattern::new(r"('?-?[0-9]+)/[\t-\r ]*('?[0-9]+)(?:[^0-9][\t-\r ]*('?-?[0-9]+))?");
pub(super) static DOTS: Pattern = Pattern::new(r"('?-?[0-9]+)\.[\t-\r ]*('?[0-9]+)\.[\t-\r ]*('?-?[0-9]+)");
pub(super) static YEAR: Pattern = Pattern::new(r"'([0-9]+)\b");
pub(super) static MONTH: Pattern = Pattern::new(concat!(r"(?i)\b(", months!(), r")[^\t-\r ]*"));
pub(super) static ORDINAL: Pattern = Pattern::new(r"(?i)([0-9]+)(st|nd|rd|th)\b");
pub(super) static DIGITS: Pattern = Pattern::new(concat!(
    r"(?i)([-+]?)([0-9]{2,14})(?:[\t-\r ]*t?[\t-\r ]*([0-9]{2,6})?(?:[,.]([0-9]*))?)?",
    r"(?:[\t-\r ]*(z\b|[-+][0-9]{1,4}\b|\[[-+]?[0-9][^\]]*\]))?",
));
pub(super) static BEFORE_CHRIST: Pattern = Pattern::new(r"(?i)\b(bc\b|bce\b|b\.c\.|b\.c\.e\.)");
pub(super) static LONE_NUMBER: Pattern = Pattern::new(r"\A[\t-\r ]*([0-9]{1,2})[\t-\r ]*\z");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        for pattern in [
            &NOISE,
            &DAY,
            &TIME,
            &CLOCK,
            &EUROPEAN,
            &AMERICAN,
            &ISO,
            &ISO_WEEK,
            &ISO_WEEKDAY,
            &ISO_MONTH_DAY,
            &ISO_MONTH,
            &NO_YEAR_DAY,
            &YEAR_DAY,
            &NO_DAY_OF_YEAR,
            &DAY_OF_YEAR,
            &JAPANESE,
            &VMS,
            &VMS_MONTH_FIRST,
            &SLASHES,
            &DOTS,
            &YEAR,
            &MONTH,
            &ORDINAL,
            &DIGITS,
            &BEFORE_CHRIST,
            &LONE_NUMBER,
        ] {
            assert!(pattern.regex().is_some(), "{}", pattern.source);
        }
    }
}
