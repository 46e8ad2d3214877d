//! Reading a settings file, and saying what is wrong with it.

use std::path::Path;

use serde_yaml::Value;

use super::duration::parse_duration;
use super::environment::{Override, set};
use super::error::{ConfigError, ConfigErrorKind};
use super::file::File;
use super::report::unknown_language;
use super::words::{nearest, taken_apart};

/// Reads a settings file.
pub fn load(path: &Path) -> Result<File, ConfigError> {
    parse(path, &read(path)?)
}

/// The text of a settings file.
pub fn read(path: &Path) -> Result<String, ConfigError> {
    let fail = |error| ConfigError { file: path.to_owned(), line: None, kind: ConfigErrorKind::Unreadable(error) };
    decode(path, crate::source::read(path).map_err(fail)?)
}

/// The text of a settings file whose bytes are at hand; `path` is where they came from.
pub fn decode(path: &Path, bytes: Vec<u8>) -> Result<String, ConfigError> {
    let kind = ConfigErrorKind::NotUtf8;
    String::from_utf8(bytes).map_err(|_| ConfigError { file: path.to_owned(), line: None, kind })
}

/// Reads settings from text; `path` is where it came from.
pub fn parse(path: &Path, text: &str) -> Result<File, ConfigError> {
    let document: Option<File> = serde_yaml::from_str(text).map_err(|error| {
        let line = error.location().map(|location| location.line());
        ConfigError { file: path.to_owned(), line, kind: kind_of(&error.to_string()) }
    })?;
    Ok(document.unwrap_or_default())
}

/// [`parse`], with what the environment sets laid over it.
pub fn layered(path: &Path, text: &str, overrides: &[Override]) -> Result<File, ConfigError> {
    let file = parse(path, text)?;
    if overrides.is_empty() {
        return Ok(file);
    }
    let fail =
        |error: serde_yaml::Error| ConfigError { file: path.to_owned(), line: None, kind: kind_of(&error.to_string()) };
    let mut tree: Value = serde_yaml::from_str(text).map_err(fail)?;
    for Override { key, value, .. } in overrides {
        set(&mut tree, key, value.clone());
    }
    serde_yaml::from_value(tree).map_err(fail)
}

/// What is wrong, in words that can be said in every language where they are ours or can be taken apart: serde hands on
/// nothing but text.
pub(super) fn kind_of(words: &str) -> ConfigErrorKind {
    unknown_key(words)
        .or_else(|| unusable(words))
        .or_else(|| taken_apart(words))
        .unwrap_or_else(|| ConfigErrorKind::Invalid(words.to_owned()))
}

/// The key of a value that one of our own types refused, and why, in serde's words: the key, our sentence about the
/// quoted value, the place.
fn unusable(words: &str) -> Option<ConfigErrorKind> {
    let (key, sentence) = words.split_at_checked(words.find('`')?)?;
    let quoted = sentence.match_indices('`').skip(1).filter_map(|(end, _)| sentence.get(1..end));
    let why = quoted
        .flat_map(|value| [parse_duration(value).err().map(|error| error.message()), Some(unknown_language(value))])
        .flatten()
        .find(|why| sentence.starts_with(&why.english()))?;
    Some(ConfigErrorKind::Unusable { key: key.trim_end_matches(": ").to_owned(), why })
}

/// The misspelt key and its neighbours in serde's words: unknown field, the key, expected one of, the keys.
fn unknown_key(words: &str) -> Option<ConfigErrorKind> {
    let (_, rest) = words.split_once("unknown field `")?;
    let (key, rest) = rest.split_once('`').unwrap_or((rest, ""));
    let known = rest.split('`').skip(1).step_by(2);
    Some(ConfigErrorKind::UnknownKey { key: key.to_owned(), nearest: nearest(key, known).map(str::to_owned) })
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::time::Duration;

    use super::super::MaxAge;
    use super::*;
    use crate::extract::Dialect;

    fn error(text: &str) -> String {
        parse(Path::new("postproof.yml"), text).unwrap_err().to_string()
    }

    #[test]
    fn a_misspelt_key_is_named_with_its_line_and_its_neighbour() {
        assert_eq!(
            error("fetch:\n  timeout: 5s\n  paec: 1s\n"),
            "postproof.yml:3: `paec` is no setting here; did you mean `pace`?"
        );
        assert_eq!(error("rulez: {}\n"), "postproof.yml:1: `rulez` is no setting here; did you mean `rules`?");
        assert_eq!(error("zzz: 1\n"), "postproof.yml:1: `zzz` is no setting here");
    }

    #[test]
    fn wrong_values_name_their_line() {
        let told = "postproof.yml:2: fetch: `soon` is no length of time: write 500ms, 10s, 5m or 1h";
        assert_eq!(error("fetch:\n  pace: soon\n"), told);
        assert!(error("rules:\n  severity:\n    FM009: deadly\n").contains(":3: "));
        assert!(error("a: [\n").starts_with("postproof.yml:"));
        assert!(error("- 1\n").starts_with("postproof.yml"));
    }

    #[test]
    fn what_our_own_types_refuse_is_said_in_every_language() {
        let chinese = |text: &str| {
            let message = parse(Path::new("p.yml"), text).unwrap_err().message();
            message.in_language(crate::language::Language::Chinese)
        };
        for (text, place) in [
            ("fetch: {pace: soon}", "p.yml:1：fetch：`soon` "),
            ("fetch: {pace: '10 `x`'}", "p.yml:1：fetch：`10 `x`` "),
            ("fetch: {pace: -1}", "p.yml:1：fetch：`-1` "),
            ("fetch: {max_age: {alive: 9e99}}", "p.yml:1：fetch.max_age：`9"),
            ("report: {language: klingon}", "p.yml:1：report：`klingon` "),
        ] {
            let told = chinese(text);
            let is_english = ["time", "write", "long", "speaks"].iter().any(|word| told.contains(word));
            assert!(told.starts_with(place) && !is_english, "{told}");
        }
    }

    #[test]
    fn an_empty_file_is_all_defaults() {
        for text in ["", "# nothing\n", "fetch:\n", "fetch: {}\n"] {
            let file = parse(Path::new("p"), text);
            assert!(file.is_ok(), "{text:?}: {file:?}");
        }
    }

    #[test]
    fn settings_arrive() {
        let file = parse(
            Path::new("p"),
            "state: s.db\nfetch: {pace: 250ms, max_age: {alive: 7d, failing: 0}, resolve: {a.cn: 127.0.0.1}}\nextract:\n  dialect:\n    'old_post/**': github\n",
        )
        .unwrap();
        assert_eq!(file.fetch.pace, Some(Duration::from_millis(250)));
        assert_eq!(file.state, Some(PathBuf::from("s.db")));
        let MaxAge { alive, failing, dead, .. } = file.fetch.max_age;
        assert_eq!((alive, failing, dead), (Some(Duration::from_hours(168)), Some(Duration::ZERO), None));
        assert_eq!(file.extract.dialect, [("old_post/**".to_owned(), Dialect::GitHub)]);
    }
}
