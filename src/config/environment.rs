//! Settings from the environment: `POSTPROOF_` and the key in capitals, its dots as underscores.
//!
//! A value is read as YAML (`[a, b]`, `{FM009: off}`); where a list belongs, words with commas between them do too.
//! An empty variable sets nothing, so that a workflow may always define it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_yaml::{Mapping, Value};

use super::error::{ConfigError, ConfigErrorKind};
use super::file::File;
use super::load::kind_of;
use super::schema::{keys, variable};

const PREFIX: &str = "POSTPROOF_";

/// Settings that are secrets: what they become is the name of the variable, which whoever needs it looks up.
const SECRETS: [&str; 1] = ["archive.credentials"];

/// A setting from the environment.
#[derive(Clone, Debug, PartialEq)]
pub struct Override {
    /// The key, its parts joined by dots.
    pub key: String,
    /// The variable.
    pub variable: String,
    /// The value.
    pub value: Value,
}

/// The settings in the environment, in the order of their keys.
pub fn overrides(environment: &BTreeMap<String, String>) -> Result<Vec<Override>, ConfigError> {
    if !environment.keys().any(|name| name.starts_with(PREFIX)) {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for key in keys() {
        let variable = variable(&key);
        let Some(text) = environment.get(&variable).filter(|text| !text.is_empty()) else { continue };
        let by_name = format!("${variable}");
        let text = if SECRETS.contains(&key.as_str()) && !text.starts_with('$') { &by_name } else { text };
        let value = read(&key, text).map_err(|problem| ConfigError {
            file: PathBuf::from(&variable),
            line: None,
            kind: problem,
        })?;
        found.push(Override { key, variable, value });
    }
    Ok(found)
}

/// Variables that look like settings and are none, each with the one that is probably meant.
pub fn misspelt(environment: &BTreeMap<String, String>) -> Vec<(String, String)> {
    let names = environment.keys().filter_map(|name| name.strip_prefix(PREFIX));
    let names: Vec<&str> = names.collect();
    if names.is_empty() {
        return Vec::new();
    }
    let known: Vec<String> = keys().iter().map(|key| variable(key)).collect();
    let nearest = |name: &&str| {
        let likeness = |known: &String| strsim::jaro_winkler(known.strip_prefix(PREFIX).unwrap_or(known), name);
        let best = known.iter().max_by(|a, b| likeness(a).total_cmp(&likeness(b)))?;
        let score = likeness(best);
        (score > 0.9 && score < 1.0).then(|| (format!("{PREFIX}{name}"), best.clone()))
    };
    names.iter().filter_map(nearest).collect()
}

/// The value that a text is for a key; the first reading that the setting takes.
fn read(key: &str, text: &str) -> Result<Value, ConfigErrorKind> {
    let mut problem = None;
    let words = text.split(',').map(|word| Value::from(word.trim())).collect();
    let readings = [serde_yaml::from_str(text).ok(), Some(Value::from(text)), Some(Value::Sequence(words))];
    for reading in readings.into_iter().flatten() {
        let mut tree = Value::Mapping(Mapping::new());
        set(&mut tree, key, reading.clone());
        match serde_yaml::from_value::<File>(tree) {
            Ok(_) => return Ok(reading),
            Err(error) => problem = problem.or_else(|| Some(kind_of(&error.to_string()))),
        }
    }
    Err(problem.unwrap_or_else(|| ConfigErrorKind::Invalid("it cannot be read".to_owned())))
}

/// Sets a key of a tree, making the mappings above it.
pub(super) fn set(tree: &mut Value, key: &str, value: Value) {
    if !tree.is_mapping() {
        *tree = Value::Mapping(Mapping::new());
    }
    let Some(mapping) = tree.as_mapping_mut() else { return };
    match key.split_once('.') {
        None => {
            mapping.insert(Value::from(key), value);
        }
        Some((first, rest)) => set(mapping.entry(Value::from(first)).or_insert(Value::Null), rest, value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn one(name: &str, value: &str) -> Result<Value, String> {
        let found = overrides(&environment(&[(name, value)])).map_err(|error| error.to_string())?;
        Ok(found.first().map_or(Value::Null, |found| found.value.clone()))
    }

    #[test]
    fn values_are_read_as_the_setting_needs_them() {
        assert_eq!(one("POSTPROOF_FETCH_PACE", "250ms"), Ok(Value::from("250ms")));
        assert_eq!(one("POSTPROOF_FETCH_CONCURRENCY", "8"), Ok(Value::from(8)));
        assert_eq!(one("POSTPROOF_FETCH_USER_AGENT", "123"), Ok(Value::from("123")));
        let list = |words: &[&str]| Ok(Value::Sequence(words.iter().map(|word| Value::from(*word)).collect()));
        assert_eq!(one("POSTPROOF_RULES_IGNORE", "FM009, LK"), list(&["FM009", "LK"]));
        assert_eq!(one("POSTPROOF_POSTS_ARCHIVE", "[old_post]"), list(&["old_post"]));
        assert_eq!(one("POSTPROOF_POSTS_ARCHIVE", ""), Ok(Value::Null));
        assert_eq!(one("POSTPROOF_JUDGES", "1"), Ok(Value::Null));
        let account = "POSTPROOF_ARCHIVE_CREDENTIALS";
        assert_eq!(one(account, "access:secret"), Ok(Value::from("$POSTPROOF_ARCHIVE_CREDENTIALS")));
        assert_eq!(one(account, "$OTHER"), Ok(Value::from("$OTHER")));
        assert_eq!(one("HOME", "/"), Ok(Value::Null));
    }

    #[test]
    fn a_wrong_value_names_its_variable_and_a_misspelt_one_its_neighbour() {
        let error = one("POSTPROOF_FETCH_PACE", "soon").unwrap_err();
        assert!(error.starts_with("POSTPROOF_FETCH_PACE: ") && error.contains("soon"), "{error}");
        let near = misspelt(&environment(&[("POSTPROOF_FETCH_PAEC", "1s"), ("POSTPROOF_JUDGES", "1"), ("PATH", "")]));
        assert_eq!(near, [("POSTPROOF_FETCH_PAEC".to_owned(), "POSTPROOF_FETCH_PACE".to_owned())]);
        assert!(misspelt(&environment(&[("POSTPROOF_FETCH_PACE", "1s")])).is_empty());
    }
}
