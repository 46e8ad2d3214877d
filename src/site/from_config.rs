//! `_config.yml` to [`Settings`].
//!
//! Tolerant as Jekyll is: keys that nobody knows are no problem, and a value of a wrong type falls back on the default.
//! What Jekyll itself refuses, or what makes it fall back, is reported with its line.

use super::config_value::ConfigValue;
use super::sections::{archives, default_set, feed, promotion, texts};
use super::settings::{Collection, DefaultSet, Settings};
use crate::language::{Message, say};

/// Something wrong in `_config.yml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigProblem {
    /// Its line from 1, if it has one.
    pub line: Option<u32>,
    /// What is wrong and what Jekyll makes of it.
    pub message: Message,
    /// Whether Jekyll 4 refuses to build.
    pub stops_build: bool,
}

impl Settings {
    /// Reads the text of a `_config.yml`.
    ///
    /// A file that does not parse gives the defaults and a problem.
    pub fn from_config(yaml: &str) -> (Self, Vec<ConfigProblem>) {
        let mut problems = Vec::new();
        let yaml = yaml.strip_prefix('\u{FEFF}').unwrap_or(yaml);
        let is_blank = |line: &str| matches!(line.trim_end(), "" | "---" | "...") || line.trim_start().starts_with('#');
        if yaml.lines().all(is_blank) {
            return (Self::default(), problems);
        }
        if is_too_deep(yaml) {
            let message = say!("`_config.yml` nests brackets deeper than any reader of YAML goes");
            problems.push(ConfigProblem { line: None, message, stops_build: true });
            return (Self::default(), problems);
        }
        let root = match serde_yaml::from_str::<ConfigValue>(yaml) {
            Ok(root @ (ConfigValue::Mapping(_) | ConfigValue::Null | ConfigValue::Bool(false))) => root,
            Ok(_) => {
                let message = say!("`_config.yml` is no mapping of keys to values; Jekyll builds with its defaults");
                problems.push(ConfigProblem { line: Some(1), message, stops_build: false });
                ConfigValue::Null
            }
            Err(error) => {
                let line = error.location().and_then(|place| u32::try_from(place.line()).ok());
                let message = say!("`_config.yml` does not parse: {error}", error);
                problems.push(ConfigProblem { line, message, stops_build: true });
                ConfigValue::Null
            }
        };
        let mut reader = Reader { yaml, root: &root, problems };
        let mut settings = reader.settings();
        let problems = reader.problems;
        settings.root = root;
        (settings, problems)
    }
}

/// Whether brackets are nested so deep that libyaml, whose time grows with the square of the depth, would be kept busy.
fn is_too_deep(yaml: &str) -> bool {
    const LIMIT: usize = 1000;
    let mut depth = 0_usize;
    yaml.bytes().any(|byte| {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > LIMIT
    })
}

struct Reader<'y> {
    yaml: &'y str,
    root: &'y ConfigValue,
    problems: Vec<ConfigProblem>,
}

impl<'y> Reader<'y> {
    fn settings(&mut self) -> Settings {
        let mut settings = Settings::default();
        self.read_place(&mut settings);
        self.read_selection(&mut settings);
        self.read_plugins(&mut settings);
        self.read_collections(&mut settings);
        settings.defaults = self.default_sets();
        if let Some(kramdown) = self.get("kramdown") {
            settings.kramdown = kramdown.clone();
        }
        if let Some(extensions) = self.text("markdown_ext") {
            settings.markdown_ext = extensions.split(',').map(|name| format!(".{}", name.to_lowercase())).collect();
        }
        settings
    }

    fn read_place(&mut self, settings: &mut Settings) {
        let without_end = |text: String| text.trim_end_matches('/').to_owned();
        let bare = |text: &str| text.trim_matches('/').to_owned();
        settings.url = self.text("url").map(without_end).unwrap_or_default();
        settings.baseurl = self.text("baseurl").map(without_end).unwrap_or_default();
        settings.timezone = self.text("timezone");
        settings.collections_dir = self.text("collections_dir").map(|dir| bare(&dir)).unwrap_or_default();
        if let Some(permalink) = self.text("permalink") {
            settings.permalink = permalink;
        }
        if let Some(destination) = self.text("destination") {
            settings.destination = bare(destination.strip_prefix("./").unwrap_or(&destination));
        }
        if let Some(markdown) = self.text("markdown") {
            settings.markdown = markdown;
        }
        settings.theme = self.text("theme");
        settings.remote_theme = self.text("remote_theme");
    }

    fn read_selection(&mut self, settings: &mut Settings) {
        settings.include = self.list_or_words("include");
        settings.exclude = self.list_or_words("exclude");
        if let Some(kept) = self.get("keep_files") {
            settings.keep_files = texts(kept);
        }
        settings.future = self.is_on("future");
        settings.unpublished = self.is_on("unpublished");
        settings.show_drafts = self.is_on("show_drafts");
        settings.strict_front_matter = self.is_on("strict_front_matter");
        match self.get("limit_posts") {
            Some(ConfigValue::Integer(limit)) => match u64::try_from(*limit) {
                Ok(limit) => settings.limit_posts = limit,
                Err(_) => self.problem(
                    "limit_posts",
                    say!("`{key}` must not be negative; Jekyll refuses to build", key = "limit_posts"),
                    true,
                ),
            },
            Some(ConfigValue::Null) | None => {}
            Some(_) => self.problem(
                "limit_posts",
                say!("`{key}` is no whole number; Jekyll refuses to build", key = "limit_posts"),
                true,
            ),
        }
    }

    fn read_plugins(&mut self, settings: &mut Settings) {
        for key in ["plugins", "gems"] {
            match self.get(key) {
                Some(list @ ConfigValue::List(_)) => settings.plugins.extend(texts(list)),
                Some(ConfigValue::Null) | None => {}
                Some(_) => self.problem(key, say!("`{key}` is no list; Jekyll refuses to build", key), true),
            }
        }
        settings.paginate = self.get("paginate").and_then(|value| match value {
            ConfigValue::Integer(count) => Some(*count),
            ConfigValue::Text(text) => Some(text.trim().parse().unwrap_or(0)),
            _ => None,
        });
        if let Some(path) = self.text("paginate_path") {
            settings.paginate_path = path;
        }
        settings.archives = self.get("jekyll-archives").map(archives).unwrap_or_default();
        settings.feed = self.get("feed").map(feed).unwrap_or_default();
        let off = |value: Option<&ConfigValue>| value.and_then(ConfigValue::truth) == Some(false);
        settings.redirects_json = !off(self.get("redirect_from").and_then(|section| section.get("json")));
        settings.readme_index = self.get("readme_index").map(promotion).unwrap_or_default();
        settings.optional_front_matter = self.get("optional_front_matter").map(promotion).unwrap_or_default();
        if self.is_on("require_front_matter") {
            settings.optional_front_matter.disabled = true;
        }
        let links = self.get("relative_links");
        settings.relative_links = !off(links.and_then(|section| section.get("enabled")));
        let in_collections = links.and_then(|section| section.get("collections"));
        settings.relative_links_in_collections = in_collections.and_then(ConfigValue::truth) == Some(true);
        if let Some(ConfigValue::List(items)) = links.and_then(|section| section.get("exclude")) {
            settings.relative_links_exclude = items.iter().filter_map(ConfigValue::scalar_text).collect();
        }
        let maps = self.get("sass").and_then(|sass| sass.get("sourcemap")).and_then(ConfigValue::text);
        settings.sass_source_maps = maps != Some("never") && maps != Some("development");
    }

    fn read_collections(&mut self, settings: &mut Settings) {
        let sections: Vec<(String, ConfigValue)> = match self.get("collections") {
            Some(ConfigValue::Mapping(entries)) => entries.clone(),
            Some(ConfigValue::List(items)) => {
                items.iter().filter_map(|item| Some((item.scalar_text()?, ConfigValue::Null))).collect()
            }
            Some(ConfigValue::Null) | None => return,
            Some(_) => {
                self.problem(
                    "collections",
                    say!("`{key}` is neither a mapping nor a list; Jekyll refuses to build", key = "collections"),
                    true,
                );
                return;
            }
        };
        for (name, section) in sections {
            let permalink = section.get("permalink").and_then(ConfigValue::scalar_text);
            if name == "posts" {
                settings.posts_permalink = permalink.filter(|_| section.get("permalink") != Some(&ConfigValue::Null));
                continue;
            }
            let is_kept = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
            let label: String = name.chars().filter(is_kept).collect();
            // Metadata is looked up by the cleaned label, so that of an unclean one is lost.
            let output = label == name && section.get("output").is_some_and(ConfigValue::is_truthy);
            settings.collections.retain(|other| other.label != label);
            settings.collections.push(Collection { permalink: permalink.filter(|_| label == name), label, output });
        }
    }

    fn default_sets(&mut self) -> Vec<DefaultSet> {
        let Some(ConfigValue::List(items)) = self.get("defaults") else { return Vec::new() };
        let mut sets = Vec::new();
        for item in items {
            match item.get("values") {
                Some(values @ ConfigValue::Mapping(_)) => sets.push(default_set(item, values)),
                _ => self.problem(
                    "defaults",
                    say!("`{key}` has an entry without a mapping `values`; Jekyll skips it", key = "defaults"),
                    false,
                ),
            }
        }
        sets
    }

    fn get(&self, key: &str) -> Option<&'y ConfigValue> {
        self.root.get(key)
    }

    fn text(&mut self, key: &str) -> Option<String> {
        match self.get(key)? {
            ConfigValue::Null => None,
            value => {
                let text = value.scalar_text();
                if text.is_none() {
                    self.problem(key, say!("`{key}` is no text", key), true);
                }
                text
            }
        }
    }

    fn is_on(&self, key: &str) -> bool {
        self.get(key).is_some_and(ConfigValue::is_truthy)
    }

    fn list_or_words(&mut self, key: &str) -> Option<Vec<String>> {
        match self.get(key)? {
            list @ ConfigValue::List(_) => Some(texts(list)),
            ConfigValue::Text(words) => {
                self.problem(key, say!("`{key}` is no list; Jekyll 4 refuses to build", key), true);
                Some(words.split(',').map(|word| word.trim().to_owned()).collect())
            }
            _ => {
                self.problem(key, say!("`{key}` is no list; Jekyll 4 refuses to build", key), true);
                None
            }
        }
    }

    fn problem(&mut self, key: &str, message: Message, stops_build: bool) {
        let is_key = |line: &str| line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with(':'));
        let line = self.yaml.lines().position(is_key).and_then(|at| u32::try_from(at + 1).ok());
        self.problems.push(ConfigProblem { line, message, stops_build });
    }
}
