//! How the web is asked, and how long its answers are believed.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How the web is asked.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Fetch {
    /// Ask nothing.
    pub offline: Option<bool>,
    /// Ask for every address, whatever is remembered of it.
    pub fresh: Option<bool>,
    /// Requests at once, all hosts together.
    pub concurrency: Option<usize>,
    /// Requests at once to one host.
    pub per_host: Option<usize>,
    /// Time between the starts of two requests to one host.
    #[serde(with = "super::duration")]
    #[schemars(with = "Option<super::duration::Length>")]
    pub pace: Option<Duration>,
    /// Time for one request, whole.
    #[serde(with = "super::duration")]
    #[schemars(with = "Option<super::duration::Length>")]
    pub timeout: Option<Duration>,
    /// Further tries after a failure that may pass.
    pub retries: Option<u32>,
    /// Redirects that are followed.
    pub max_redirects: Option<usize>,
    /// Time for the whole of the asking.
    #[serde(with = "super::duration")]
    #[schemars(with = "Option<super::duration::Length>")]
    pub max_time: Option<Duration>,
    /// Most addresses that one run asks.
    pub budget: Option<usize>,
    /// Who asks.
    pub user_agent: Option<String>,
    /// Where whoever minds can complain: an address of the web or of mail. The site's own address where nothing is said.
    pub contact: Option<String>,
    /// Obey every host's `robots.txt`.
    pub respect_robots: Option<bool>,
    /// The name of the place from which the web is seen.
    pub vantage: Option<String>,
    /// What is different for some hosts.
    pub hosts: Vec<Host>,
    /// More headers, by host.
    pub headers: Vec<HostHeader>,
    /// A proxy for every request.
    pub proxy: Option<String>,
    /// Addresses of hosts, in place of DNS: `host: address[:port]`.
    pub resolve: BTreeMap<String, String>,
    /// Also ask hosts on loopback and private networks.
    pub allow_private: Option<bool>,
    /// Whose pages are judged by what they say: `source-links`, `all` or `none`.
    pub judge: Option<Judge>,
    /// Ask hosts that are linked over `http` once whether they answer over `https`.
    pub check_https: Option<bool>,
    /// Look up who takes the mail of the domains that `mailto:` links name.
    pub check_mail: Option<bool>,
    /// The name servers that are asked for that, `address[:port]`. Those of the system where nothing is said.
    pub name_servers: Vec<String>,
    /// A file of certificates, in PEM, of authorities trusted beside the system's; relative to the working folder.
    pub ca_file: Option<PathBuf>,
    /// Trust every certificate. The report says so.
    pub insecure: Option<bool>,
    /// Globs of addresses that are not asked.
    pub exclude: Vec<String>,
    /// How long an answer is believed.
    pub max_age: MaxAge,
    /// When a failure is an error.
    pub confirm: Confirm,
}

/// When a failure is an error rather than a warning.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Confirm {
    /// Checks in a row that must have failed.
    pub runs: Option<u32>,
    /// Days that must lie between the first and the last of them.
    pub days: Option<u32>,
}

/// What is different for the hosts of a glob. Of two that fit a host, the later one counts.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Host {
    /// The hosts: a glob of names, or of names with a port.
    pub host: String,
    /// Time between the starts of two requests.
    #[serde(default, with = "super::duration")]
    #[schemars(with = "Option<super::duration::Length>")]
    pub pace: Option<Duration>,
    /// Requests at once.
    #[serde(default)]
    pub per_host: Option<usize>,
    /// Time for one request, whole.
    #[serde(default, with = "super::duration")]
    #[schemars(with = "Option<super::duration::Length>")]
    pub timeout: Option<Duration>,
    /// By which method it is asked.
    #[serde(default)]
    pub method: Option<Method>,
    /// Headers that it is sent; a value `$NAME` takes the environment's.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// How it is logged in to, over `https` only.
    #[serde(default)]
    pub credentials: Option<Credentials>,
    /// Obey its `robots.txt`.
    #[serde(default)]
    pub respect_robots: Option<bool>,
}

/// By which method a host is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// `HEAD`, whose good news is believed.
    Head,
    /// `GET`.
    Get,
}

/// How a host is logged in to. Secrets are written `$NAME` and taken from the environment.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Credentials {
    /// The user's name.
    pub user: Option<String>,
    /// The user's password.
    pub password: Option<String>,
    /// A token, in place of both.
    pub token: Option<String>,
}

/// Whose pages are judged by what they say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Judge {
    /// Those of source links.
    SourceLinks,
    /// Everybody's.
    All,
    /// Nobody's.
    None,
}

/// How long an answer is believed before its address is asked again, by its verdict.
#[derive(Clone, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MaxAge {
    /// It answers. What stays well is asked ever more rarely.
    #[serde(with = "super::duration")]
    #[schemars(with = "Option<super::duration::Length>")]
    pub alive: Option<Duration>,
    /// It answers elsewhere; as for `alive`.
    #[serde(with = "super::duration")]
    #[schemars(with = "Option<super::duration::Length>")]
    pub moved: Option<Duration>,
    /// It is gone.
    #[serde(with = "super::duration")]
    #[schemars(with = "Option<super::duration::Length>")]
    pub dead: Option<Duration>,
    /// It failed.
    #[serde(with = "super::duration")]
    #[schemars(with = "Option<super::duration::Length>")]
    pub failing: Option<Duration>,
    /// It cannot be judged from here.
    #[serde(with = "super::duration")]
    #[schemars(with = "Option<super::duration::Length>")]
    pub blocked: Option<Duration>,
    /// It answers with what is probably not what was linked.
    #[serde(with = "super::duration")]
    #[schemars(with = "Option<super::duration::Length>")]
    pub suspect: Option<Duration>,
    /// What `alive` and `moved` grow to at most.
    #[serde(with = "super::duration")]
    #[schemars(with = "Option<super::duration::Length>")]
    pub longest: Option<Duration>,
}

/// A header for the hosts of a glob.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HostHeader {
    /// The hosts.
    pub host: String,
    /// The header's name.
    pub name: String,
    /// Its value; `$NAME` takes the environment's.
    pub value: String,
}
