//! How the web is asked, and how long its answers are believed.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Deserialize;

use super::duration::deserialize as duration;

/// How the web is asked.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fetch {
    /// Ask nothing.
    pub offline: Option<bool>,
    /// Requests at once, all hosts together.
    pub concurrency: Option<usize>,
    /// Requests at once to one host.
    pub per_host: Option<usize>,
    /// Time between the starts of two requests to one host.
    #[serde(deserialize_with = "duration")]
    pub pace: Option<Duration>,
    /// Time for one request, whole.
    #[serde(deserialize_with = "duration")]
    pub timeout: Option<Duration>,
    /// Further tries after a failure that may pass.
    pub retries: Option<u32>,
    /// Redirects that are followed.
    pub max_redirects: Option<usize>,
    /// Time for the whole of the asking.
    #[serde(deserialize_with = "duration")]
    pub max_time: Option<Duration>,
    /// Who asks.
    pub user_agent: Option<String>,
    /// More headers, by host.
    pub headers: Vec<HostHeader>,
    /// A proxy for every request.
    pub proxy: Option<String>,
    /// Addresses of hosts, in place of DNS: `host: address[:port]`.
    pub resolve: BTreeMap<String, String>,
    /// Also ask hosts on loopback and private networks.
    pub allow_private: Option<bool>,
    /// Globs of addresses that are not asked.
    pub exclude: Vec<String>,
    /// How long an answer is believed.
    pub max_age: MaxAge,
}

/// How long an answer is believed before its address is asked again, by its verdict.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MaxAge {
    /// It answers. What stays well is asked ever more rarely.
    #[serde(deserialize_with = "duration")]
    pub alive: Option<Duration>,
    /// It answers elsewhere; as for `alive`.
    #[serde(deserialize_with = "duration")]
    pub moved: Option<Duration>,
    /// It is gone.
    #[serde(deserialize_with = "duration")]
    pub dead: Option<Duration>,
    /// It failed.
    #[serde(deserialize_with = "duration")]
    pub failing: Option<Duration>,
    /// It cannot be judged from here.
    #[serde(deserialize_with = "duration")]
    pub blocked: Option<Duration>,
    /// It answers with what is probably not what was linked.
    #[serde(deserialize_with = "duration")]
    pub suspect: Option<Duration>,
}

/// A header for the hosts of a glob.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HostHeader {
    /// The hosts.
    pub host: String,
    /// The header's name.
    pub name: String,
    /// Its value; `$NAME` takes the environment's.
    pub value: String,
}
