//! Reads YAML or JSON text that people write for postproof, a schema for one, as values of a type, through `serde_yaml`.
//!
//! Posts do not come through here: what Jekyll makes of them is not what any YAML library for Rust makes of them.
//! The text is bounded first, since libyaml takes quadratic time over deep brackets.

use serde::de::DeserializeOwned;

const MAX_BYTES: usize = 1024 * 1024;
const MAX_BRACKETS: usize = 128;

/// Why a text could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Unreadable {
    /// What is wrong, as a fragment.
    pub message: String,
    /// The line and column of the trouble, both from 1, where they are known.
    pub place: Option<(usize, usize)>,
}

/// Reads a text as a value.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, Unreadable> {
    if text.len() > MAX_BYTES {
        return Err(Unreadable { message: "more than 1 MiB".to_owned(), place: None });
    }
    if bracket_depth(text) > MAX_BRACKETS {
        return Err(Unreadable { message: format!("brackets more than {MAX_BRACKETS} deep"), place: None });
    }
    serde_yaml::from_str(text).map_err(|error| Unreadable {
        message: error.to_string(),
        place: error.location().map(|location| (location.line(), location.column())),
    })
}

/// How deep brackets go at most, quoted ones included.
fn bracket_depth(text: &str) -> usize {
    let (mut depth, mut most) = (0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        most = most.max(depth);
    }
    most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_and_yaml_are_read_alike() {
        let yaml: serde_json::Value = read("type: object\nrequired: [title]\n").unwrap();
        let json: serde_json::Value = read("{\"type\": \"object\", \"required\": [\"title\"]}").unwrap();
        assert_eq!(yaml, json);
    }

    #[test]
    fn trouble_has_a_place() {
        let trouble = read::<serde_json::Value>("a: b\nc: d: e\n").unwrap_err();
        assert_eq!(trouble.place, Some((2, 5)));
    }

    #[test]
    fn bombs_are_refused_or_small() {
        assert!(read::<serde_json::Value>(&"[".repeat(1_000_000)).is_err());
        let bomb = "a: &a [1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n\
                    d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\n\
                    g: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]\nh: [*g,*g,*g,*g,*g,*g,*g,*g,*g]\n";
        assert!(read::<serde_json::Value>(bomb).is_err());
    }
}
