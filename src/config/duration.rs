//! Lengths of time as people write them: `500ms`, `10s`, `1.5m`, `1h`, `7d`, or a bare number of seconds.

use std::time::Duration;

use serde::{Deserialize, Deserializer};

/// Reads a length of time.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let digits = text.bytes().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
    let (number, unit) = text.split_at_checked(digits).unwrap_or((text, ""));
    let factor = match unit.trim() {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        "d" => 86400.0,
        _ => return Err(format!("`{text}` has no unit of time: write 500ms, 10s, 5m, 1h or 7d")),
    };
    let number: f64 =
        number.parse().map_err(|_| format!("`{text}` is no length of time: write 500ms, 10s, 5m or 1h"))?;
    Duration::try_from_secs_f64(number * factor).map_err(|_| format!("`{text}` is too long"))
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
        Some(Spelling::Seconds(seconds)) => Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string()),
        Some(Spelling::Text(text)) => parse_duration(&text),
    };
    duration.map(Some).map_err(serde::de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

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
