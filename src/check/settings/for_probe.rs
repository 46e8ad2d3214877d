//! From the settings to how the web is asked.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use reqwest::header::{HeaderName, HeaderValue};

use super::{SettingsError, glob, wrong};
use crate::config;
use crate::probe::{self, ProxySetting};
use crate::store;

pub(super) fn probe_settings(
    fetch: &config::Fetch,
    environment: &BTreeMap<String, String>,
) -> Result<probe::Settings, SettingsError> {
    let mut settings = probe::Settings::default();
    let set = |value: Option<usize>, field: &mut usize| {
        if let Some(value) = value {
            *field = value;
        }
    };
    set(fetch.concurrency, &mut settings.concurrency);
    set(fetch.per_host, &mut settings.per_host);
    set(fetch.max_redirects, &mut settings.max_redirects);
    settings.pace = fetch.pace.unwrap_or(settings.pace);
    settings.timeout = fetch.timeout.unwrap_or(settings.timeout);
    settings.connect_timeout = settings.connect_timeout.min(settings.timeout);
    settings.retries = fetch.retries.map_or(settings.retries, |retries| u8::try_from(retries).unwrap_or(u8::MAX));
    settings.max_time = fetch.max_time;
    settings.allow_private = fetch.allow_private.unwrap_or(false);
    if let Some(user_agent) = &fetch.user_agent {
        HeaderValue::from_str(user_agent).map_err(|error| wrong("fetch.user_agent")(error.to_string()))?;
        settings.user_agent.clone_from(user_agent);
    }
    if let Some(proxy) = &fetch.proxy {
        settings.proxy = ProxySetting::Url { url: proxy.clone(), bypass: String::new() };
    }
    for header in &fetch.headers {
        settings.headers.push(host_header(header, environment)?);
    }
    for (host, address) in &fetch.resolve {
        settings.resolve.push((host.clone(), socket_address(address)?));
    }
    Ok(settings)
}

pub(super) fn max_age(ages: &config::MaxAge) -> store::MaxAge {
    let defaults = store::MaxAge::default();
    store::MaxAge {
        alive: ages.alive.unwrap_or(defaults.alive),
        moved: ages.moved.unwrap_or(defaults.moved),
        dead: ages.dead.unwrap_or(defaults.dead),
        failing: ages.failing.unwrap_or(defaults.failing),
        blocked: ages.blocked.unwrap_or(defaults.blocked),
        suspect: ages.suspect.unwrap_or(defaults.suspect),
        longest: defaults.longest,
    }
}

fn host_header(
    header: &config::HostHeader,
    environment: &BTreeMap<String, String>,
) -> Result<probe::HostHeader, SettingsError> {
    let wrong = wrong("fetch.headers");
    let value = match header.value.strip_prefix('$') {
        Some(name) => environment
            .get(name)
            .ok_or_else(|| wrong(format!("the environment has no variable {name}, which `{}` takes", header.name)))?
            .clone(),
        None => header.value.clone(),
    };
    let mut value = HeaderValue::from_str(&value).map_err(|error| wrong(format!("`{}`: {error}", header.name)))?;
    value.set_sensitive(true);
    Ok(probe::HostHeader {
        hosts: glob("fetch.headers", &header.host)?,
        name: HeaderName::from_bytes(header.name.as_bytes())
            .map_err(|error| wrong(format!("`{}`: {error}", header.name)))?,
        value,
    })
}

/// `192.0.2.1`, `192.0.2.1:8080`, `[2001:db8::1]:8080`; without a port, that of the web address.
fn socket_address(text: &str) -> Result<SocketAddr, SettingsError> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    if let Ok(address) = bare.parse::<IpAddr>() {
        return Ok(SocketAddr::new(address, 0));
    }
    text.parse()
        .map_err(|_| wrong("fetch.resolve")(format!("`{text}` is no address: write 192.0.2.1 or 192.0.2.1:8080")))
}
