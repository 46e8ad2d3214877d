//! Every setting that counts, and where it comes from.

use std::collections::{BTreeMap, BTreeSet};

use serde_yaml::Value;

use super::environment::Override;
use super::file::File;
use super::schema::keys;
use crate::front_matter::{self, Content, Node};
use crate::text::LineIndex;

/// Where a setting comes from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Nobody said anything.
    Default,
    /// One of the archive's own files.
    Site {
        /// Its name.
        file: String,
        /// The line, from 1, where it is known.
        line: Option<usize>,
    },
    /// The settings file.
    File {
        /// The line, from 1, where it is known.
        line: Option<usize>,
    },
    /// A variable of the environment.
    Environment(String),
    /// The command line.
    Flag,
}

/// A setting that counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Effective {
    /// Its key, the parts joined by dots.
    pub key: String,
    /// Its value; null for one that nobody set and that has no default.
    pub value: Value,
    /// Where it comes from; several for a list that was added to, the strongest first.
    pub origins: Vec<Origin>,
}

/// What is said of a setting by one of the archive's own files.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// The setting's key.
    pub key: String,
    /// Its value.
    pub value: Value,
    /// Which file says so.
    pub origin: Origin,
}

/// The layers of settings, the weakest first.
#[derive(Clone, Copy, Debug)]
pub struct Layers<'l> {
    /// What counts where nobody says anything.
    pub defaults: &'l File,
    /// What the archive's own files say.
    pub site: &'l [Said],
    /// The text of the settings file.
    pub file: Option<&'l str>,
    /// The environment.
    pub environment: &'l [Override],
    /// The command line alone.
    pub flags: &'l File,
    /// Everything but defaults and the archive's own files, as it counts.
    pub all: &'l File,
}

/// Lists that a flag adds to, where other flags replace.
const EXTENDED: [&str; 2] = ["rules.ignore", "fetch.headers"];

/// Every setting, in the order of the keys.
pub fn effective(layers: &Layers<'_>) -> Vec<Effective> {
    let tree = |file: &File| leaves(&serde_yaml::to_value(file).unwrap_or_default());
    let (defaults, flags, all) = (tree(layers.defaults), tree(layers.flags), tree(layers.all));
    let site: BTreeMap<&str, &Said> = layers.site.iter().map(|said| (said.key.as_str(), said)).collect();
    let lines = layers.file.map(lines).unwrap_or_default();
    let mut keys: BTreeSet<String> = keys();
    for key in all.keys().chain(defaults.keys()) {
        // `rules.severity.FM009` stands for `rules.severity`.
        keys.retain(|known| !key.strip_prefix(known.as_str()).is_some_and(|rest| rest.starts_with('.')));
        keys.insert(key.clone());
    }
    let effective = |key: String| {
        let said = site.get(key.as_str());
        let (value, origins) = match (all.get(&key), said) {
            (Some(value), _) => (value.clone(), origins(layers, &key, &flags, &lines)),
            (None, Some(said)) => (said.value.clone(), vec![said.origin.clone()]),
            (None, None) => (defaults.get(&key).cloned().unwrap_or_default(), vec![Origin::Default]),
        };
        Effective { key, value, origins }
    };
    keys.into_iter().map(effective).collect()
}

fn origins(
    layers: &Layers<'_>,
    key: &str,
    flags: &BTreeMap<String, Value>,
    lines: &BTreeMap<String, usize>,
) -> Vec<Origin> {
    let of_key = |said: &str| said == key || key.strip_prefix(said).is_some_and(|rest| rest.starts_with('.'));
    let variable = layers.environment.iter().find(|set| of_key(&set.key)).map(|set| set.variable.clone());
    let mut found = Vec::new();
    if flags.contains_key(key) {
        found.push(Origin::Flag);
    }
    if found.is_empty() || EXTENDED.contains(&key) {
        if let Some(variable) = variable {
            found.push(Origin::Environment(variable));
        } else if layers.file.is_some() && (found.is_empty() || lines.contains_key(key)) {
            found.push(Origin::File { line: lines.get(key).copied() });
        }
    }
    found
}

/// The values of a tree by their paths; what is null or empty is not said.
fn leaves(tree: &Value) -> BTreeMap<String, Value> {
    let mut found = BTreeMap::new();
    let mut open = vec![(String::new(), tree)];
    while let Some((path, value)) = open.pop() {
        match value {
            Value::Null => {}
            Value::Sequence(items) if items.is_empty() => {}
            Value::Mapping(mapping) => {
                for (key, value) in mapping {
                    let key = key.as_str().unwrap_or_default();
                    open.push((if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }, value));
                }
            }
            value => {
                found.insert(path, value.clone());
            }
        }
    }
    found
}

/// The lines of the keys in a YAML file, by their paths.
pub fn lines(text: &str) -> BTreeMap<String, usize> {
    let fenced = format!("---\n{}\n---\n", text.strip_prefix('\u{FEFF}').unwrap_or(text));
    let parsed = front_matter::parse(&fenced);
    let index = LineIndex::new(&fenced);
    let mut found = BTreeMap::new();
    let mut open: Vec<(String, &Node<'_>)> = parsed.root.iter().map(|root| (String::new(), root)).collect();
    while let Some((path, node)) = open.pop() {
        let Content::Mapping(entries) = &node.content else { continue };
        for entry in entries {
            let key = if path.is_empty() { entry.key.to_string() } else { format!("{path}.{}", entry.key) };
            let line = index.position(&fenced, entry.key_span.start).line;
            found.insert(key.clone(), usize::try_from(line).unwrap_or(usize::MAX).saturating_sub(1));
            open.push((key, &entry.value));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use super::super::parse;
    use super::*;

    #[test]
    fn each_layer_wins_over_those_below() {
        let text = "# mine\nfetch:\n  pace: 1s\n  retries: 2\nrules:\n  ignore: [LK]\n  severity: {FM009: off}\n";
        let file = parse(Path::new("p"), text).unwrap();
        let mut defaults = File::default();
        defaults.fetch.retries = Some(1);
        defaults.fetch.timeout = Some(Duration::from_secs(20));
        let mut flags = File::default();
        flags.fetch.pace = Some(Duration::from_millis(250));
        flags.rules.ignore = vec!["TX".to_owned()];
        let mut all = file;
        all.fetch.pace = flags.fetch.pace;
        all.fetch.per_host = Some(3);
        all.rules.ignore.push("TX".to_owned());
        let environment = [Override {
            key: "fetch.per_host".to_owned(),
            variable: "POSTPROOF_FETCH_PER_HOST".to_owned(),
            value: Value::from(3),
        }];
        let site = [Said {
            key: "site.url".to_owned(),
            value: Value::from("https://a.cn"),
            origin: Origin::Site { file: "_config.yml".to_owned(), line: Some(4) },
        }];
        let layers = Layers {
            defaults: &defaults,
            site: &site,
            file: Some(text),
            environment: &environment,
            flags: &flags,
            all: &all,
        };
        let found = effective(&layers);
        let get = |key: &str| {
            let found = found.iter().find(|one| one.key == key).unwrap_or_else(|| panic!("{key}"));
            (found.value.clone(), found.origins.clone())
        };
        assert_eq!(get("fetch.pace"), (Value::from("250ms"), vec![Origin::Flag]));
        assert_eq!(get("fetch.retries"), (Value::from(2), vec![Origin::File { line: Some(4) }]));
        assert_eq!(get("fetch.timeout"), (Value::from("20s"), vec![Origin::Default]));
        assert_eq!(get("fetch.per_host").1, [Origin::Environment("POSTPROOF_FETCH_PER_HOST".to_owned())]);
        assert_eq!(get("rules.ignore").1, [Origin::Flag, Origin::File { line: Some(6) }]);
        assert_eq!(get("rules.severity.FM009"), (Value::from("off"), vec![Origin::File { line: Some(7) }]));
        assert_eq!(get("site.url").1, [Origin::Site { file: "_config.yml".to_owned(), line: Some(4) }]);
        assert_eq!(get("fetch.proxy"), (Value::Null, vec![Origin::Default]));
        assert!(!found.iter().any(|one| one.key == "rules.severity"));
    }

    #[test]
    fn lines_of_damaged_text_are_none() {
        assert!(lines("a: [").is_empty() && lines("").is_empty() && lines("- a").is_empty());
        assert_eq!(
            lines("\u{FEFF}a: 1\r\nb: {c: 2}\r\n").into_iter().collect::<Vec<_>>(),
            [("a".to_owned(), 1), ("b".to_owned(), 2), ("b.c".to_owned(), 2)]
        );
    }
}
