//! From the settings to how a web archive is asked.

use std::collections::BTreeMap;

use url::Url;

use super::for_hosts::hidden;
use super::{SettingsError, wrong};
use crate::config;
use crate::language::say;
use crate::probe::ArchiveSettings;

/// Where the account that saves is looked for if the settings do not say.
const ACCOUNT: &str = "POSTPROOF_ARCHIVE_CREDENTIALS";

pub(super) fn archive_settings(
    given: &config::WebArchive,
    environment: &BTreeMap<String, String>,
) -> Result<ArchiveSettings, SettingsError> {
    let mut settings = ArchiveSettings::default();
    let places = [
        ("archive.cdx", &given.cdx, &mut settings.cdx),
        ("archive.save", &given.save, &mut settings.save),
        ("archive.replay", &given.replay, &mut settings.replay),
    ];
    for (name, text, place) in places {
        let Some(text) = text else { continue };
        let is_sound = Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        if !is_sound {
            return Err(wrong(name)(say!("`{text}` is no address of the web", text)));
        }
        place.clone_from(text);
    }
    settings.per_minute = given.per_minute.unwrap_or(settings.per_minute);
    if given.per_minute.is_some() {
        settings.saves_per_minute = given.per_minute;
    }
    settings.account = match &given.credentials {
        Some(text) => Some(hidden("archive.credentials", ("credentials", text), environment)?),
        None => environment.get(ACCOUNT).cloned(),
    };
    Ok(settings)
}
