//! The JSON Schema of the settings file, and the keys that are in it; both from the types that the file is read into.

use std::collections::BTreeSet;

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

use super::file::File;

/// The first line of a generated settings file: it points editors to what `postproof schema config` writes. The program
/// has no home on the web to publish a schema at, and a file beside the settings fits the version that is installed.
pub const MODELINE: &str = "# yaml-language-server: $schema=postproof.schema.json";

/// The JSON Schema (draft 2020-12) of the settings file.
pub fn schema() -> Value {
    let schema = SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<File>();
    let mut schema = schema.to_value();
    tidy(&mut schema);
    if let Some(top) = schema.as_object_mut() {
        top.insert("title".to_owned(), Value::from("postproof.yml"));
    }
    schema
}

/// Takes out what tells an editor nothing: defaults that only say that a key may be left out, and a null that nobody writes.
fn tidy(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            object.remove("default");
            object.remove("format");
            object.values_mut().for_each(tidy);
        }
        Value::Array(items) => items.iter_mut().for_each(tidy),
        _ => {}
    }
}

/// Every key, with its parts joined by dots: `fetch.max_age.alive`.
pub fn keys() -> BTreeSet<String> {
    let schema = schema();
    let mut found = BTreeSet::new();
    gather(&schema, &schema, "", &mut found);
    found
}

fn gather(whole: &Value, here: &Value, prefix: &str, found: &mut BTreeSet<String>) {
    let Some(properties) = properties(whole, here) else {
        found.insert(prefix.to_owned());
        return;
    };
    for (key, value) in properties {
        let path = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        gather(whole, value, &path, found);
    }
}

/// The properties of a part of the settings; `None` for a single value, a list, or a mapping of any keys.
fn properties<'s>(whole: &'s Value, here: &'s Value) -> Option<&'s Map<String, Value>> {
    let object = match here.get("$ref").and_then(Value::as_str) {
        Some(reference) => whole.pointer(reference.strip_prefix('#')?)?,
        None => here,
    };
    object.get("properties")?.as_object()
}

/// The variable of the environment that sets a key: `POSTPROOF_FETCH_PACE`.
pub fn variable(key: &str) -> String {
    format!("POSTPROOF_{}", key.to_ascii_uppercase().replace('.', "_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_schema_is_the_one_of_the_types() {
        let published = include_str!("settings.schema.json");
        let current = format!("{:#}\n", schema());
        assert!(
            published == current,
            "run `postproof schema config > src/config/settings.schema.json` and look at the difference"
        );
    }

    #[test]
    fn keys_are_known_and_each_has_a_variable_of_its_own() {
        let keys = keys();
        for key in ["fetch.pace", "fetch.max_age.alive", "rules.severity", "posts.archive", "source_link", "threads"] {
            assert!(keys.contains(key), "{key}: {keys:?}");
        }
        assert!(!keys.contains("fetch") && !keys.contains(""), "{keys:?}");
        let variables: BTreeSet<String> = keys.iter().map(|key| variable(key)).collect();
        assert_eq!(variables.len(), keys.len());
    }

    #[test]
    fn an_editor_accepts_what_is_read_and_refuses_what_is_not() {
        let validator = jsonschema::validator_for(&schema()).unwrap();
        let judge = |text: &str| {
            let read = super::super::parse(std::path::Path::new("p"), text).is_ok();
            let value: Value = serde_yaml::from_str(text).unwrap();
            (read, validator.is_valid(&value))
        };
        for good in [
            "{}",
            "fetch: {pace: 250ms, timeout: 20, max_age: {alive: 7d}, resolve: {a.cn: 127.0.0.1}, concurrency: 8}",
            "posts: {folders: [news], archive: []}",
            "rules: {ignore: [FM009], severity: {LK006: warning}, paths: [{glob: 'x/*', ignore: [TX]}]}",
            "navigation: [{text: a, target: /}, {text: b, target: [/, /b]}]\nsource_link: http://a/{id}",
            "source_link: [a, b]\nextract: {dialect: {'old/**': github}}\nreport: {fail_on: never}",
        ] {
            assert_eq!(judge(good), (true, true), "{good}");
        }
        for bad in [
            "fetsh: {}",
            "fetch: {paec: 1s}",
            "fetch: {pace: soon}",
            "fetch: {concurrency: -1}",
            "report: {fail_on: sometimes}",
            "rules: {severity: {A: deadly}}",
            "rules: {paths: [{ignore: [TX]}]}",
            "extract: {dialect: {a: word}}",
            "navigation: [{text: a}]",
            "[1]",
        ] {
            assert_eq!(judge(bad), (false, false), "{bad}");
        }
    }
}
