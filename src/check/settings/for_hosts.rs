//! From the settings to what is different for some hosts, with secrets out of the environment.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{HeaderName, HeaderValue};

use super::{SettingsError, glob, wrong};
use crate::config;
use crate::language::say;
use crate::probe::{HostSettings, Method};

const SETTING: &str = "fetch.hosts";

pub(super) fn host_settings(
    host: &config::Host,
    environment: &BTreeMap<String, String>,
) -> Result<HostSettings, SettingsError> {
    let mut headers = Vec::new();
    for (name, value) in &host.headers {
        let value = secret(SETTING, name, &value_of(SETTING, (name, value), environment)?)?;
        let name = HeaderName::from_bytes(name.as_bytes());
        headers.push((name.map_err(|error| refused_header(SETTING, &host.host, &error))?, value));
    }
    Ok(HostSettings {
        pace: host.pace,
        per_host: host.per_host,
        timeout: host.timeout,
        method: host.method.map(|method| match method {
            config::Method::Head => Method::Head,
            config::Method::Get => Method::Get,
        }),
        respect_robots: host.respect_robots,
        headers,
        credentials: host.credentials.as_ref().map(|given| authorization(given, environment)).transpose()?,
        ..HostSettings::new(glob(SETTING, &host.host)?)
    })
}

/// The `Authorization` header (RFC 7617, RFC 6750).
fn authorization(
    given: &config::Credentials,
    environment: &BTreeMap<String, String>,
) -> Result<HeaderValue, SettingsError> {
    let setting = "fetch.hosts.credentials";
    let text = match (&given.user, &given.password, &given.token) {
        (None, None, Some(token)) => format!("Bearer {}", hidden(setting, ("token", token), environment)?),
        (Some(user), Some(password), None) => {
            let user = value_of(setting, ("user", user), environment)?;
            let password = hidden(setting, ("password", password), environment)?;
            format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
        }
        _ => return Err(wrong(setting)(say!("write `user` and `password`, or `token`"))),
    };
    secret(setting, "credentials", &text)
}

/// What no header can be, in the words of the library that makes them.
pub(super) fn refused_header(setting: &'static str, name: &str, error: &dyn std::fmt::Display) -> SettingsError {
    wrong(setting)(say!("`{name}`: {unusable}", name, unusable = error))
}

fn secret(setting: &'static str, name: &str, text: &str) -> Result<HeaderValue, SettingsError> {
    let mut value = HeaderValue::from_str(text).map_err(|error| refused_header(setting, name, &error))?;
    value.set_sensitive(true);
    Ok(value)
}

/// A value that must come from the environment: a settings file lies in the repository, for all to read.
pub(super) fn hidden(
    setting: &'static str,
    (name, value): (&str, &str),
    environment: &BTreeMap<String, String>,
) -> Result<String, SettingsError> {
    if !value.starts_with('$') {
        return Err(wrong(setting)(say!("`{name}` is a secret: write $NAME, and give it in the environment", name)));
    }
    value_of(setting, (name, value), environment)
}

/// A value as it is written, or the environment's where it is written `$NAME`.
pub(super) fn value_of(
    setting: &'static str,
    (name, value): (&str, &str),
    environment: &BTreeMap<String, String>,
) -> Result<String, SettingsError> {
    let Some(variable) = value.strip_prefix('$') else { return Ok(value.to_owned()) };
    environment.get(variable).cloned().ok_or_else(|| {
        wrong(setting)(say!("the environment has no variable {variable}, which `{name}` takes", variable, name))
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn settings(text: &str) -> Result<Vec<HostSettings>, String> {
        let file = config::parse(Path::new("p"), text).unwrap();
        let environment = BTreeMap::from([("KEY".to_owned(), "open sesame".to_owned())]);
        let made = file.fetch.hosts.iter().map(|host| host_settings(host, &environment));
        made.collect::<Result<_, _>>().map_err(|error| error.to_string())
    }

    #[test]
    fn secrets_come_from_the_environment_and_are_shown_to_nobody() {
        let text = "fetch: {hosts: [{host: '*.cn', headers: {X-Key: $KEY}, credentials: {user: me, password: $KEY}}]}";
        let made = settings(text).unwrap();
        let credentials = made[0].credentials.as_ref().unwrap();
        assert_eq!(credentials.to_str().unwrap(), "Basic bWU6b3BlbiBzZXNhbWU=");
        assert_eq!(made[0].headers[0].1, "open sesame");
        assert!(!format!("{made:?}").contains("sesame") && !format!("{made:?}").contains("bWU6"), "{made:?}");
        let token = settings("fetch: {hosts: [{host: a, credentials: {token: $KEY}}]}").unwrap();
        assert_eq!(token[0].credentials.as_ref().unwrap(), "Bearer open sesame");
    }

    #[test]
    fn what_cannot_be_used_is_told() {
        for (host, words) in [
            ("{host: a, credentials: {user: me, password: hunter2}}", "`password` is a secret: write $NAME"),
            ("{host: a, credentials: {token: $NONE}}", "no variable NONE, which `token` takes"),
            ("{host: a, credentials: {user: me}}", "write `user` and `password`, or `token`"),
            ("{host: 'a[', pace: 1s}", "fetch.hosts"),
            ("{host: a, headers: {'a b': c}}", "invalid HTTP header name"),
        ] {
            let error = settings(&format!("fetch: {{hosts: [{host}]}}")).unwrap_err();
            assert!(error.contains(words), "{error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
