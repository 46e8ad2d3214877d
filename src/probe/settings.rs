//! How the web is asked.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use globset::GlobMatcher;
use reqwest::header::{HeaderName, HeaderValue};

use super::host_book::HostBook;
use super::manners::HostSettings;
use super::suspect::Claim;

/// Why a name has no address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LookupFailure {
    /// The name service says that there is no such name, or no address for it.
    NotFound,
    /// The name service could not be asked, or could not answer.
    Resolver(String),
}

/// Turns a name into addresses; blocks.
pub type Lookup = Arc<dyn Fn(&str) -> Result<Vec<IpAddr>, LookupFailure> + Send + Sync>;

/// Tells what the page of an address should still show, by its place among those of the run; may read files, for it has a
/// thread of its own.
pub type Claims = Arc<dyn Fn(usize) -> Option<Claim> + Send + Sync>;

/// Who stands between this machine and the web.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProxySetting {
    /// Nobody, whatever the environment says.
    None,
    /// Whom the environment names: `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`.
    System,
    /// This proxy for every address, but for the hosts in `bypass` (in the form of `NO_PROXY`).
    Url {
        /// Such as `http://127.0.0.1:3128` or `socks5h://127.0.0.1:1080`.
        url: String,
        /// Comma-separated hosts that are asked directly.
        bypass: String,
    },
}

/// A header that goes to the hosts that a glob names.
#[derive(Clone, Debug)]
pub struct HostHeader {
    /// Matches the host's name, without port.
    pub hosts: GlobMatcher,
    /// The header's name.
    pub name: HeaderName,
    /// Its value; may be a secret.
    pub value: HeaderValue,
}

/// How the web is asked. The defaults are those of a polite guest.
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "settings are a set of switches")]
pub struct Settings {
    /// Requests under way at once, all hosts together. The number of sockets that the process may open bounds it too.
    pub concurrency: usize,
    /// Requests under way at once at one host (a host's name and port; 80 and 443 are one host).
    /// Two is what RFC 2616 §8.1.4 asked of clients, and a third of what a browser does.
    pub per_host: usize,
    /// Least time between the starts of two requests to one host. Ten a second is slower than one reader's page load.
    pub pace: Duration,
    /// Most time for one request, from its start to the last byte that is needed.
    pub timeout: Duration,
    /// A request that has not been answered for this long gives its slot to other hosts, and goes on waiting without one.
    pub patience: Duration,
    /// Most time until a connection stands, TLS included.
    pub connect_timeout: Duration,
    /// How often a request that failed for a passing reason is repeated.
    pub retries: u8,
    /// The wait before the first repetition; it doubles with each, to at most a minute, less a jitter of up to a half.
    pub backoff: Duration,
    /// The longest `Retry-After` that is waited for; a longer one ends in `blocked`.
    pub retry_after_limit: Duration,
    /// Redirects followed for one address.
    pub max_redirects: usize,
    /// The `User-Agent` header. An honest one names the program and how to reach who runs it.
    pub user_agent: String,
    /// Headers for some hosts.
    pub headers: Vec<HostHeader>,
    /// What is different for some hosts.
    pub hosts: Vec<HostSettings>,
    /// Who stands between.
    pub proxy: ProxySetting,
    /// Addresses of names that are not looked up; port 0 stands for the port of the web address.
    pub resolve: Vec<(String, SocketAddr)>,
    /// Whether loopback, private, link-local and metadata addresses may be contacted.
    pub allow_private: bool,
    /// Whether `robots.txt` is asked for and obeyed, `Crawl-delay` too. Off by default: a person wrote each address.
    pub respect_robots: bool,
    /// The time of the whole run; what is not judged by then is `skipped`.
    pub max_time: Option<Duration>,
    /// What the page of an address that is to be judged should still show.
    pub claims: Claims,
    /// What is known of hosts, and what the run learns of them.
    pub book: HostBook,
    /// Whether a host with addresses over `http` is asked once whether it answers over `https`.
    pub ask_https: bool,
    /// Whether every certificate is trusted, which makes every verdict over `https` worth less.
    pub insecure: bool,
    /// Certificates of authorities trusted beside the system's, in PEM.
    pub extra_roots: Vec<u8>,
    /// How names are looked up.
    pub lookup: Lookup,
    /// Names that exist as long as there is a name service. They are looked up only when every name of a run was
    /// "not found", to tell a dead archive from a machine without network.
    pub control_names: Vec<String>,
    /// What the jitter of back-off is derived from.
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            concurrency: 128,
            per_host: 2,
            pace: Duration::from_millis(100),
            timeout: Duration::from_secs(20),
            patience: Duration::from_secs(1),
            connect_timeout: Duration::from_secs(10),
            retries: 2,
            backoff: Duration::from_secs(1),
            retry_after_limit: Duration::from_mins(1),
            max_redirects: 10,
            user_agent: concat!("postproof/", env!("CARGO_PKG_VERSION"), " (link checker)").to_owned(),
            headers: Vec::new(),
            hosts: Vec::new(),
            proxy: ProxySetting::System,
            resolve: Vec::new(),
            allow_private: false,
            respect_robots: false,
            max_time: None,
            claims: Arc::new(|_| None),
            book: HostBook::default(),
            ask_https: false,
            insecure: false,
            extra_roots: Vec::new(),
            lookup: Arc::new(super::names::system_lookup),
            control_names: ["example.com", "www.iana.org"].map(str::to_owned).to_vec(),
            seed: 0,
        }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Headers and proxies may hold secrets, so only their number or presence is shown.
        f.debug_struct("Settings")
            .field("concurrency", &self.concurrency)
            .field("per_host", &self.per_host)
            .field("pace", &self.pace)
            .field("timeout", &self.timeout)
            .field("connect_timeout", &self.connect_timeout)
            .field("retries", &self.retries)
            .field("max_redirects", &self.max_redirects)
            .field("headers", &self.headers.len())
            .field("hosts", &self.hosts.len())
            .field("proxied", &(self.proxy != ProxySetting::None))
            .field("allow_private", &self.allow_private)
            .finish_non_exhaustive()
    }
}
