//! The HTTP clients.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::{Client, ClientBuilder, NoProxy, Proxy};
use rustls::ClientConfig;
use url::Url;

use super::host::Host;
use super::names::{PhoneBook, Resolver};
use super::settings::{ProxySetting, Settings};
use super::tls;

/// A kept connection that is not used for this long is closed.
const IDLE: Duration = Duration::from_secs(15);

/// Clients of the same settings, and the sight of who is behind a proxy.
pub(crate) struct Clients {
    /// Keeps connections for the next request.
    keeping: Client,
    /// Closes each after its answer: for a host's only address, and where sockets are scarce.
    closing: Client,
    /// Speaks HTTP/1.1 alone: for hosts that refuse HTTP/2 after they agreed to it.
    old: Client,
    /// Whether this machine knows no certificate authorities, so that no certificate can be judged.
    pub(crate) rootless: bool,
    proxy: Option<Matcher>,
}

impl Clients {
    /// Fails with the words of the library that cannot use the settings.
    pub(crate) fn new(settings: &Settings, book: &Arc<PhoneBook>) -> Result<Self, String> {
        // A container may have no certificate authorities; that is no reason not to ask the rest of the web.
        Self::build(settings, book, false).or_else(|_| Self::build(settings, book, true))
    }

    fn build(settings: &Settings, book: &Arc<PhoneBook>, rootless: bool) -> Result<Self, String> {
        let tls = tls::config(settings, rootless)?;
        let mut old_tls = tls.clone();
        old_tls.alpn_protocols = vec![b"http/1.1".to_vec()];
        let build = |idle: usize, tls: &ClientConfig| -> Result<Client, String> {
            let resolver = Resolver {
                book: Arc::clone(book),
                lookup: Arc::clone(&settings.lookup),
                allow_private: settings.allow_private || settings.proxy != ProxySetting::None,
            };
            let builder = builder(settings).map_err(|error| words(&error))?.tls_backend_preconfigured(tls.clone());
            builder.dns_resolver(resolver).pool_max_idle_per_host(idle).build().map_err(|error| words(&error))
        };
        Ok(Self {
            keeping: build(usize::MAX, &tls)?,
            closing: build(0, &tls)?,
            old: build(usize::MAX, &old_tls)?,
            rootless,
            proxy: matcher(&settings.proxy),
        })
    }

    /// The one that asks a host.
    pub(crate) fn choose(&self, host: &Host) -> &Client {
        match (host.old_http, host.kept) {
            (true, _) => &self.old,
            (false, true) => &self.keeping,
            (false, false) => &self.closing,
        }
    }

    /// Whether requests for an address go through a proxy.
    pub(crate) fn is_proxied(&self, url: &Url) -> bool {
        let Some(matcher) = &self.proxy else { return false };
        url.as_str().parse().is_ok_and(|uri| matcher.intercept(&uri).is_some())
    }
}

/// A client for one conversation with a server that the settings name. Fails with the words of the library.
pub(crate) fn plain(settings: &Settings) -> Result<Client, String> {
    let build = |rootless| {
        let tls = tls::config(settings, rootless)?;
        let builder = builder(settings).map_err(|error| words(&error))?.tls_backend_preconfigured(tls);
        builder.build().map_err(|error| words(&error))
    };
    build(false).or_else(|_| build(true))
}

fn builder(settings: &Settings) -> reqwest::Result<ClientBuilder> {
    let builder = Client::builder()
        .user_agent(&settings.user_agent)
        .connect_timeout(settings.connect_timeout)
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .referer(false)
        .pool_idle_timeout(IDLE)
        // Browsers take these, so a reader sees a page where a stricter client would see none.
        .http1_allow_obsolete_multiline_headers_in_responses(true)
        .http1_allow_spaces_after_header_name_in_responses(true)
        .http1_ignore_invalid_headers_in_responses(true);
    Ok(match &settings.proxy {
        ProxySetting::None => builder.no_proxy(),
        ProxySetting::System => builder,
        ProxySetting::Url { url, bypass } => {
            builder.no_proxy().proxy(Proxy::all(url.as_str())?.no_proxy(NoProxy::from_string(bypass)))
        }
    })
}

/// The same rules as reqwest's own, since both are hyper-util's.
fn matcher(setting: &ProxySetting) -> Option<Matcher> {
    match setting {
        ProxySetting::None => None,
        ProxySetting::System => Some(Matcher::from_system()),
        ProxySetting::Url { url, bypass } => Some(Matcher::builder().all(url.clone()).no(bypass.clone()).build()),
    }
}

/// Sockets that this process may open, with some left for everything else.
pub(crate) fn socket_budget() -> usize {
    // Where the limit cannot be read it is taken for the smallest that is common, that of macOS.
    let limits: io::Result<String> = std::fs::read_to_string("/proc/self/limits");
    let soft = limits.ok().and_then(|text| {
        let line = text.lines().find_map(|line| line.strip_prefix("Max open files"))?;
        line.split_whitespace().next()?.parse::<usize>().ok()
    });
    soft.unwrap_or(256).saturating_sub(64).clamp(16, 16_384)
}

/// The innermost error's words.
pub(crate) fn words(error: &reqwest::Error) -> String {
    let mut innermost: &dyn std::error::Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
