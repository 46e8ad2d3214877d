//! How one host is treated: as the run treats all, but for what the settings say of hosts like it.

use std::sync::Arc;
use std::time::Duration;

use globset::GlobMatcher;
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};

use super::settings::Settings;

/// By which method a host is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method {
    /// `HEAD`, of which bad news is always and good news now and then held against `GET`.
    #[default]
    Either,
    /// `HEAD`, whose good news is believed.
    Head,
    /// `GET`.
    Get,
}

/// What is different for some hosts. What is left out is as for all; of two that fit a host, the later one counts.
#[derive(Clone, Debug)]
pub struct HostSettings {
    /// The hosts: matches a name, or a name with its port.
    pub hosts: GlobMatcher,
    /// Least time between the starts of two requests.
    pub pace: Option<Duration>,
    /// Requests under way at once.
    pub per_host: Option<usize>,
    /// Most time for one request.
    pub timeout: Option<Duration>,
    /// By which method it is asked.
    pub method: Option<Method>,
    /// Whether its `robots.txt` is obeyed.
    pub respect_robots: Option<bool>,
    /// Headers that it is sent; a value may be a secret.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// The `Authorization` header. It goes over `https` only.
    pub credentials: Option<HeaderValue>,
}

impl HostSettings {
    /// Settings that change nothing for the hosts of a glob.
    pub fn new(hosts: GlobMatcher) -> Self {
        Self {
            hosts,
            pace: None,
            per_host: None,
            timeout: None,
            method: None,
            respect_robots: None,
            headers: Vec::new(),
            credentials: None,
        }
    }
}

/// Whether a glob names a host. A name goes over the wire in ASCII (`xn--…`), and people write it as they read it.
fn fits(hosts: &GlobMatcher, name: &str) -> bool {
    hosts.is_match(name) || (name.contains("xn--") && hosts.is_match(as_read(name)))
}

/// A name as people read it, with its port if it has one.
fn as_read(name: &str) -> String {
    let (name, port) = name.split_once(':').map_or((name, None), |(name, port)| (name, Some(port)));
    let read = idna::domain_to_unicode(name).0;
    port.map_or_else(|| read.clone(), |port| format!("{read}:{port}"))
}

/// How one host is treated.
#[derive(Clone, Debug)]
pub(crate) struct Manners {
    pub(crate) per_host: usize,
    pub(crate) pace: Duration,
    pub(crate) timeout: Duration,
    pub(crate) method: Method,
    pub(crate) respect_robots: bool,
    headers: Option<Arc<HeaderMap>>,
    credentials: Option<HeaderValue>,
}

impl Manners {
    /// As all hosts are treated.
    pub(crate) fn common(settings: &Settings) -> Self {
        Self {
            per_host: settings.per_host,
            pace: settings.pace,
            timeout: settings.timeout,
            method: Method::Either,
            respect_robots: settings.respect_robots,
            headers: None,
            credentials: None,
        }
    }

    /// As the host of a name, and of a key that has its port, is treated.
    pub(crate) fn of(settings: &Settings, name: &str, key: &str) -> Self {
        let mut manners = Self::common(settings);
        let mut headers = HeaderMap::new();
        for header in settings.headers.iter().filter(|header| fits(&header.hosts, name)) {
            headers.append(header.name.clone(), header.value.clone());
        }
        for special in settings.hosts.iter().filter(|special| fits(&special.hosts, name) || fits(&special.hosts, key)) {
            manners.pace = special.pace.unwrap_or(manners.pace);
            manners.per_host = special.per_host.unwrap_or(manners.per_host);
            manners.timeout = special.timeout.unwrap_or(manners.timeout);
            manners.method = special.method.unwrap_or(manners.method);
            manners.respect_robots = special.respect_robots.unwrap_or(manners.respect_robots);
            if special.credentials.is_some() {
                manners.credentials.clone_from(&special.credentials);
            }
            for (name, value) in &special.headers {
                headers.insert(name.clone(), value.clone());
            }
        }
        manners.headers = (!headers.is_empty()).then(|| Arc::new(headers));
        manners
    }

    /// Adds to a request's headers what the host is sent.
    pub(crate) fn dress(&self, headers: &mut HeaderMap, is_secure: bool) {
        if let Some(own) = &self.headers {
            headers.extend(own.iter().map(|(name, value)| (name.clone(), value.clone())));
        }
        if let Some(credentials) = self.credentials.as_ref().filter(|_| is_secure) {
            headers.insert(AUTHORIZATION, credentials.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use globset::Glob;

    use super::*;

    fn special(glob: &str) -> HostSettings {
        HostSettings::new(Glob::new(glob).unwrap().compile_matcher())
    }

    #[test]
    fn the_later_of_two_that_fit_counts_and_what_is_left_out_stays() {
        let ms = Duration::from_millis;
        let hosts = vec![
            HostSettings { pace: Some(ms(300)), per_host: Some(1), ..special("*.cn") },
            HostSettings { pace: Some(ms(700)), method: Some(Method::Get), ..special("slow.cn") },
            HostSettings { timeout: Some(ms(9)), respect_robots: Some(true), ..special("slow.cn:8080") },
        ];
        let settings = Settings { hosts, ..Settings::default() };
        let of = |key: &str| {
            let name = key.split(':').next().unwrap();
            let manners = Manners::of(&settings, name, key);
            (manners.pace, manners.per_host, manners.method, manners.timeout, manners.respect_robots)
        };
        let (pace, per_host, timeout) = (settings.pace, settings.per_host, settings.timeout);
        assert_eq!(of("a.com"), (pace, per_host, Method::Either, timeout, false));
        assert_eq!(of("a.cn"), (ms(300), 1, Method::Either, timeout, false));
        assert_eq!(of("slow.cn"), (ms(700), 1, Method::Get, timeout, false));
        assert_eq!(of("slow.cn:8080"), (ms(700), 1, Method::Get, ms(9), true));
        assert_eq!(of("slow.cn.evil.com"), (pace, per_host, Method::Either, timeout, false));
    }

    #[test]
    fn a_host_has_both_of_its_spellings() {
        let ms = Duration::from_millis;
        let gentle = |glob: &str| {
            let hosts = vec![HostSettings { pace: Some(ms(700)), ..special(glob) }];
            let settings = Settings { hosts, ..Settings::default() };
            move |key: &str| Manners::of(&settings, key.split(':').next().unwrap(), key).pace == ms(700)
        };
        for glob in ["*.例子.中国", "*.xn--fsqu00a.xn--fiqs8s", "新闻.*", "新*.中国", "新闻.例子.中国:8080"]
        {
            assert!(gentle(glob)("xn--efvy88h.xn--fsqu00a.xn--fiqs8s:8080"), "{glob}");
            assert!(!gentle(glob)("a.cn") && !gentle(glob)("xn--efvy88h.cn.com:80") || glob == "新闻.*", "{glob}");
        }
        assert!(gentle("bücher.example")("xn--bcher-kva.example"));
    }

    #[test]
    fn credentials_never_go_in_the_clear() {
        let headers = vec![(HeaderName::from_static("accept-language"), HeaderValue::from_static("zh-CN"))];
        let credentials = Some(HeaderValue::from_static("Bearer secret"));
        let settings =
            Settings { hosts: vec![HostSettings { headers, credentials, ..special("a.cn") }], ..Settings::default() };
        let sent = |name: &str, is_secure| {
            let mut headers = HeaderMap::new();
            Manners::of(&settings, name, name).dress(&mut headers, is_secure);
            headers.keys().map(|name| name.as_str().to_owned()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(sent("a.cn", false), "accept-language");
        assert_eq!(sent("a.cn", true), "accept-language authorization");
        assert_eq!(sent("b.cn", true), "");
    }
}
