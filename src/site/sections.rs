//! Sections of `_config.yml` that stand by themselves.

use super::config_value::ConfigValue;
use super::settings::{Archives, DefaultSet, Feed, Promotion};

/// One entry of `defaults`.
pub(super) fn default_set(item: &ConfigValue, values: &ConfigValue) -> DefaultSet {
    let scope = item.get("scope");
    let path = scope.and_then(|scope| scope.get("path")).and_then(ConfigValue::text).map(str::to_owned);
    let kind = scope.and_then(|scope| scope.get("type")).and_then(ConfigValue::scalar_text);
    let kind = kind.map(|kind| match kind.as_str() {
        "page" | "post" | "draft" => format!("{kind}s"),
        _ => kind,
    });
    DefaultSet { path, kind, values: values.clone() }
}

/// The texts of a list, or of a single value.
pub(super) fn texts(value: &ConfigValue) -> Vec<String> {
    match value {
        ConfigValue::List(items) => items.iter().filter_map(ConfigValue::scalar_text).collect(),
        ConfigValue::Null => Vec::new(),
        scalar => scalar.scalar_text().into_iter().collect(),
    }
}

/// The switch that plugins share.
pub(super) fn promotion(section: &ConfigValue) -> Promotion {
    let is = |key: &str, value: bool| section.get(key).and_then(ConfigValue::truth) == Some(value);
    Promotion {
        disabled: is("enabled", false),
        remove_originals: is("remove_originals", true),
        with_front_matter: is("with_frontmatter", true),
    }
}

/// The section of `jekyll-archives`.
pub(super) fn archives(section: &ConfigValue) -> Archives {
    let enabled = section.get("enabled");
    let all = enabled.and_then(ConfigValue::truth) == Some(true) || enabled.and_then(ConfigValue::text) == Some("all");
    let named = |key: &str| section.get(key).map(ConfigValue::entries).unwrap_or_default();
    let permalinks = named("permalinks").iter();
    Archives {
        all,
        enabled: enabled.map(texts).unwrap_or_default(),
        permalinks: permalinks.filter_map(|(kind, value)| Some((kind.clone(), value.scalar_text()?))).collect(),
        slug_mode: section.get("slug_mode").and_then(ConfigValue::text).map(str::to_owned),
    }
}

/// The section of `jekyll-feed`.
pub(super) fn feed(section: &ConfigValue) -> Feed {
    let path = |section: &ConfigValue| section.get("path").and_then(ConfigValue::text).map(str::to_owned);
    let list = |section: &ConfigValue, key: &str| section.get(key).map(texts).unwrap_or_default();
    let collections = match section.get("collections") {
        Some(ConfigValue::Mapping(entries)) => {
            let read = |(name, meta): &(String, ConfigValue)| (name.clone(), path(meta), list(meta, "categories"));
            entries.iter().map(read).collect()
        }
        Some(names @ ConfigValue::List(_)) => texts(names).into_iter().map(|name| (name, None, Vec::new())).collect(),
        _ => Vec::new(),
    };
    let tags = section.get("tags");
    Feed {
        path: path(section),
        categories: list(section, "categories"),
        collections,
        tags: tags.is_some_and(ConfigValue::is_truthy),
        only_tags: tags.and_then(|tags| tags.get("only")).map(texts),
        except_tags: tags.map(|tags| list(tags, "except")).unwrap_or_default(),
        tags_path: tags.and_then(path),
    }
}
