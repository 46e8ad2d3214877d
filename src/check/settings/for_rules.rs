//! From the settings to what the rules know, and which of them apply.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use url::Url;

use super::{SettingsError, Surroundings, glob, refused, wrong};
use crate::config::{self, File, Level};
use crate::front_matter::schema::Schema;
use crate::language::say;
use crate::rules::{self, Changes, FrontMatterSettings, PathChanges, Selection};
use crate::site;

pub(super) fn rules_settings(
    file: &File,
    site: &site::Settings,
    surroundings: &Surroundings,
    now: Timestamp,
) -> Result<rules::Settings, SettingsError> {
    let cname = surroundings.cname.as_deref().map(str::trim).filter(|cname| !cname.is_empty());
    let patterns = file.source_link.iter().map(|pattern| {
        rules::Template::around_id(pattern)
            .ok_or_else(|| wrong("source_link")(say!("`{pattern}` has no {id} in it", pattern, id = "{id}")))
    });
    let ways =
        file.navigation.iter().map(|way| rules::Navigation { text: way.text.clone(), targets: way.target.clone() });
    Ok(rules::Settings {
        now,
        language: file.report.language.unwrap_or_default(),
        navigation: ways.collect(),
        source_links: patterns.collect::<Result<_, _>>()?,
        cname: cname.map(str::to_owned),
        host: Url::parse(&site.url).ok().and_then(|url| url.host_str().map(str::to_owned)),
        aliases: site.aliases.clone(),
        theme: site.theme.clone(),
        allowed_edits: allowed_edits(&file.history)?,
        front_matter: front_matter_settings(file, site, surroundings)?,
    })
}

fn allowed_edits(history: &config::History) -> Result<Vec<rules::AllowedEdit>, SettingsError> {
    let edit = |edit: &config::AllowedEdit| {
        if edit.reason.trim().is_empty() {
            return Err(wrong("history.allow")(say!("`{path}` needs a reason", path = &edit.path)));
        }
        Ok(rules::AllowedEdit { path: glob("history.allow", &edit.path)?, reason: edit.reason.clone() })
    };
    history.allow.iter().map(edit).collect()
}

fn front_matter_settings(
    file: &File,
    site: &site::Settings,
    surroundings: &Surroundings,
) -> Result<FrontMatterSettings, SettingsError> {
    let defaults = FrontMatterSettings::default();
    // What `defaults` of `_config.yml` gives to every post need not stand in any.
    let is_given = |key: &String| {
        let to_posts = |set: &&site::DefaultSet| {
            set.path.as_deref().is_none_or(str::is_empty) && matches!(set.kind.as_deref(), None | Some("" | "posts"))
        };
        site.defaults.iter().filter(to_posts).any(|set| set.values.get(key).is_some())
    };
    let required = file.front_matter.required.clone();
    let required = required.unwrap_or_else(|| defaults.required.into_iter().filter(|key| !is_given(key)).collect());
    let schema = match &surroundings.schema {
        Some(text) => Some(Arc::new(Schema::from_text(text).map_err(|error| refused("front_matter.schema", &error))?)),
        None => None,
    };
    Ok(FrontMatterSettings {
        required,
        schema,
        time_zone: site.timezone.as_deref().and_then(|name| TimeZone::get(name).ok()),
        engine: site.engine,
        publishes_future: site.future,
    })
}

pub(super) fn selection(rules: &config::Rules) -> Result<Selection, SettingsError> {
    let severities = |levels: &BTreeMap<String, Level>| {
        levels.iter().map(|(code, level)| (code.clone(), level.severity())).collect()
    };
    let mut paths = Vec::new();
    for path in &rules.paths {
        let changes = Changes { ignore: path.ignore.clone(), severity: severities(&path.severity) };
        paths.push(PathChanges { glob: glob("rules.paths", &path.glob)?, changes });
    }
    let everywhere = Changes { ignore: rules.ignore.clone(), severity: severities(&rules.severity) };
    Ok(Selection { select: rules.select.clone(), everywhere, paths })
}
