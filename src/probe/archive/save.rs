//! The Save Page Now interface (SPN2): a page is handed over, and asked after later.
//!
//! Pure: answers as text. What a refusal means decides what follows: some pass, some last for the day, some for ever.

use serde::Deserialize;

/// What became of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saving {
    /// It is being saved under this number.
    Pending(String),
    /// It is saved.
    Saved {
        /// The moment, as fourteen digits.
        timestamp: String,
        /// The address at the end of its redirects.
        original: String,
    },
    /// It was not saved; another day it may be.
    Later(String),
    /// It was not saved, and will not be.
    Never(String),
    /// Nothing more is saved today.
    Enough(String),
}

#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    status_ext: Option<String>,
    #[serde(default)]
    message: Option<String>,
    #[serde(default)]
    job_id: Option<String>,
    #[serde(default)]
    timestamp: Option<String>,
    #[serde(default)]
    original_url: Option<String>,
}

/// Refusals that last for the day.
const FOR_TODAY: [&str; 4] =
    ["too-many-daily-captures", "max-daily-bandwidth", "max-daily-bandwidth-exceeded", "bandwidth-limit-exceeded"];

/// Refusals that are about the page itself.
const FOR_EVER: [&str; 12] = [
    "not-found",
    "no-access",
    "unauthorized",
    "blocked-url",
    "blocked",
    "invalid-url-syntax",
    "invalid-host-resolution",
    "filesize-limit",
    "method-not-allowed",
    "gone",
    "not-implemented",
    "http-version-not-supported",
];

/// Reads the answer to one page handed over, or to one question after it.
pub(crate) fn parse(bytes: &[u8]) -> Result<Saving, String> {
    // A list would pass for an object whose members come in order.
    let object: serde_json::Map<String, serde_json::Value> =
        serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    serde_json::from_value(object.into()).map(meaning).map_err(|error| error.to_string())
}

fn meaning(answer: Answer) -> Saving {
    let Answer { status, status_ext, message, job_id, timestamp, original_url } = answer;
    match (status.as_deref(), job_id) {
        (Some("success"), _) => match (timestamp, original_url) {
            (Some(timestamp), Some(original)) => Saving::Saved { timestamp, original },
            _ => Saving::Later("it is said to be saved, and not when".to_owned()),
        },
        (Some("pending") | None, Some(job)) => Saving::Pending(job),
        _ => {
            let kind = status_ext.as_deref().unwrap_or_default().trim_start_matches("error:").to_owned();
            let words = message.filter(|words| !words.is_empty()).unwrap_or_else(|| kind.clone());
            let words = words.chars().take(300).collect();
            if FOR_TODAY.iter().any(|today| kind.starts_with(today)) {
                Saving::Enough(words)
            } else if FOR_EVER.contains(&kind.as_str()) {
                Saving::Never(words)
            } else {
                Saving::Later(words)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_as_the_interface_writes_them() {
        let parse = |text: &str| parse(text.as_bytes()).unwrap();
        assert_eq!(parse(r#"{"url":"U","job_id":"ac58789b"}"#), Saving::Pending("ac58789b".to_owned()));
        assert_eq!(parse(r#"{"status":"pending","job_id":"j","resources":[]}"#), Saving::Pending("j".to_owned()));
        let success = r#"{"status":"success","job_id":"j","timestamp":"20180326070330","original_url":"http://a.cn/","duration_sec":6.2,"resources":[],"outlinks":{}}"#;
        let (timestamp, original) = ("20180326070330".to_owned(), "http://a.cn/".to_owned());
        assert_eq!(parse(success), Saving::Saved { timestamp, original });
        let error = |kind: &str| parse(&format!(r#"{{"status":"error","status_ext":"error:{kind}","message":"m"}}"#));
        assert_eq!(error("not-found"), Saving::Never("m".to_owned()));
        assert_eq!(error("too-many-daily-captures"), Saving::Enough("m".to_owned()));
        for passing in ["too-many-requests", "user-session-limit", "browsing-timeout", "something-new"] {
            assert_eq!(error(passing), Saving::Later("m".to_owned()));
        }
        assert!(matches!(parse("{}"), Saving::Later(_)));
    }

    #[test]
    fn damage_is_told() {
        for damage in ["", "[]", "<html>", "{\"job_id\": 7}"] {
            assert!(parse(damage.as_bytes()).is_err(), "{damage}");
        }
    }
}
