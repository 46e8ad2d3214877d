//! Lengths of time as people write them: `500ms`, `10s`, `1.5m`, `1h`, `7d`, or a bare number of seconds.

use std::time::Duration;

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serializer};

use crate::language::{Message, say};

/// A text that is no length of time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.message().english())]
pub struct LengthError {
    text: String,
    fault: Fault,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    NoNumber,
    NoUnit,
    TooLong,
}

impl LengthError {
    /// What is wrong, and what to write instead.
    pub fn message(&self) -> Message {
        let text = &self.text;
        match self.fault {
            Fault::NoNumber => say!("`{text}` is no length of time: write 500ms, 10s, 5m or 1h", text),
            Fault::NoUnit => say!("`{text}` has no unit of time: write 500ms, 10s, 5m, 1h or 7d", text),
            Fault::TooLong => say!("`{text}` is too long", text),
        }
    }
}

/// Reads a length of time.
pub fn parse_duration(text: &str) -> Result<Duration, LengthError> {
    let text = text.trim();
    let fail = |fault| LengthError { text: text.to_owned(), fault };
    let digits = text.bytes().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
    let (number, unit) = text.split_at_checked(digits).unwrap_or((text, ""));
    let number: f64 = number.parse().map_err(|_| fail(Fault::NoNumber))?;
    let factor = match unit.trim() {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        "d" => 86400.0,
        _ => return Err(fail(Fault::NoUnit)),
    };
    Duration::try_from_secs_f64(number * factor).map_err(|_| fail(Fault::TooLong))
}

/// Reads a length of time from a setting, a string or a number of seconds.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Spelling {
        Seconds(f64),
        Text(String),
    }
    let spelling = Option::<Spelling>::deserialize(deserializer)?;
    let duration = match spelling {
        None => return Ok(None),
        Some(Spelling::Seconds(seconds)) => parse_duration(&seconds.to_string()),
        Some(Spelling::Text(text)) => parse_duration(&text),
    };
    duration.map(Some).map_err(serde::de::Error::custom)
}

/// Writes a length of time as people write it.
#[expect(clippy::ref_option, reason = "serde gives the field as it is")]
pub(super) fn serialize<S: Serializer>(duration: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
    match duration {
        Some(duration) => serializer.serialize_str(&spelling(*duration)),
        None => serializer.serialize_none(),
    }
}

/// The shortest spelling: `7d`, `1h`, `5m`, `20s`, `250ms`.
fn spelling(duration: Duration) -> String {
    let milliseconds = duration.as_millis();
    let units = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000)];
    let whole = units.iter().find(|(_, size)| milliseconds > 0 && milliseconds.is_multiple_of(*size));
    match whole {
        Some((unit, size)) => format!("{}{unit}", milliseconds / size),
        None if milliseconds == 0 => "0s".to_owned(),
        None => format!("{milliseconds}ms"),
    }
}

/// The shape of a length of time in the schema.
pub(super) struct Length;

impl JsonSchema for Length {
    fn schema_name() -> Cow<'static, str> {
        "Length".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A length of time: 500ms, 10s, 1.5m, 1h, 7d, or a number of seconds.",
            "anyOf": [
                {"type": "number", "minimum": 0},
                {"type": "string", "pattern": r"^\s*[0-9]+(\.[0-9]*)?\s*(ms|s|m|min|h|d)?\s*$"},
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_are_read_back() {
        for text in ["0s", "1ms", "250ms", "1500ms", "20s", "90s", "5m", "1h", "36h", "7d"] {
            assert_eq!(spelling(parse_duration(text).unwrap()), text);
        }
    }

    #[test]
    fn lengths_of_time() {
        assert_eq!(parse_duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(parse_duration("10"), Ok(Duration::from_secs(10)));
        assert_eq!(parse_duration(" 1.5 m"), Ok(Duration::from_secs_f64(90.0)));
        assert_eq!(parse_duration("7d"), Ok(Duration::from_hours(7 * 24)));
        for wrong in ["", "x", "10 parsecs", "-1s", "1e400s", "1.2.3s"] {
            assert!(parse_duration(wrong).is_err(), "{wrong}");
        }
    }
}
