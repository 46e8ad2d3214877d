//! From the settings to how the web is asked.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use reqwest::header::{HeaderName, HeaderValue};

use super::for_hosts::{host_settings, refused_header, value_of};
use super::{SettingsError, glob, refused, wrong};
use crate::config;
use crate::language::say;
use crate::probe::{self, ProxySetting};
use crate::store;

pub(super) fn probe_settings(
    fetch: &config::Fetch,
    home: Option<&str>,
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
    settings.insecure = fetch.insecure.unwrap_or(false);
    settings.respect_robots = fetch.respect_robots.unwrap_or(false);
    if let Some(user_agent) = user_agent(fetch, home)? {
        settings.user_agent = user_agent;
    }
    if let Some(proxy) = &fetch.proxy {
        settings.proxy = ProxySetting::Url { url: proxy.clone(), bypass: String::new() };
    }
    for header in &fetch.headers {
        settings.headers.push(host_header(header, environment)?);
    }
    for host in &fetch.hosts {
        settings.hosts.push(host_settings(host, environment)?);
    }
    for (host, address) in &fetch.resolve {
        // Addresses have names as they go over the wire: `例え.テスト` is `xn--r8jz45g.xn--zckzah` there.
        let name = url::Host::parse(host).map_or_else(|_| host.clone(), |host| host.to_string());
        settings.resolve.push((name, socket_address("fetch.resolve", address)?));
    }
    Ok(settings)
}

/// Whom to ask for mail hosts, if anybody.
pub(super) fn mail_settings(fetch: &config::Fetch) -> Result<Option<probe::MailSettings>, SettingsError> {
    let defaults = probe::MailSettings::default();
    let mut servers = Vec::new();
    for text in &fetch.name_servers {
        let mut server = socket_address("fetch.name_servers", text)?;
        if server.port() == 0 {
            server.set_port(53);
        }
        servers.push(server);
    }
    let timeout = fetch.timeout.map_or(defaults.timeout, |timeout| timeout.min(defaults.timeout));
    let settings = probe::MailSettings { servers, timeout, ..defaults };
    Ok(fetch.check_mail.unwrap_or(false).then_some(settings))
}

/// Who asks, and whom to complain to: an honest name has both.
fn user_agent(fetch: &config::Fetch, home: Option<&str>) -> Result<Option<String>, SettingsError> {
    if let Some(user_agent) = &fetch.user_agent {
        HeaderValue::from_str(user_agent).map_err(|error| refused("fetch.user_agent", &error))?;
        return Ok(Some(user_agent.clone()));
    }
    let is_given = fetch.contact.is_some();
    let Some(contact) = fetch.contact.as_deref().or(home) else { return Ok(None) };
    let text = format!(concat!("postproof/", env!("CARGO_PKG_VERSION"), " (link checker; +{})"), contact.trim());
    let is_sound = !contact.contains(['(', ')']) && HeaderValue::from_str(&text).is_ok() && text.is_ascii();
    match (is_sound, is_given) {
        (true, _) => Ok(Some(text)),
        (false, false) => Ok(None),
        (false, true) => Err(wrong("fetch.contact")(say!(
            "`{contact}` cannot stand in a header: write an address of the web or of mail",
            contact
        ))),
    }
}

pub(super) fn confirmation(confirm: &config::Confirm) -> store::Confirmation {
    let defaults = store::Confirmation::default();
    store::Confirmation {
        runs: confirm.runs.unwrap_or(defaults.runs).max(1),
        span: confirm.days.map_or(defaults.span, |days| Duration::from_hours(24).saturating_mul(days)),
        ..defaults
    }
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
        longest: ages.longest.unwrap_or(defaults.longest),
    }
}

fn host_header(
    header: &config::HostHeader,
    environment: &BTreeMap<String, String>,
) -> Result<probe::HostHeader, SettingsError> {
    const SETTING: &str = "fetch.headers";
    let value = value_of(SETTING, (&header.name, &header.value), environment)?;
    let mut value = HeaderValue::from_str(&value).map_err(|error| refused_header(SETTING, &header.name, &error))?;
    value.set_sensitive(true);
    Ok(probe::HostHeader {
        hosts: glob(SETTING, &header.host)?,
        name: HeaderName::from_bytes(header.name.as_bytes())
            .map_err(|error| refused_header(SETTING, &header.name, &error))?,
        value,
    })
}

/// `192.0.2.1`, `192.0.2.1:8080`, `[2001:db8::1]:8080`; without a port, that of the web address.
fn socket_address(setting: &'static str, text: &str) -> Result<SocketAddr, SettingsError> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    if let Ok(address) = bare.parse::<IpAddr>() {
        return Ok(SocketAddr::new(address, 0));
    }
    text.parse().map_err(|_| wrong(setting)(say!("`{text}` is no address: write 192.0.2.1 or 192.0.2.1:8080", text)))
}
