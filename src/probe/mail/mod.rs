//! Whether mail to a domain can arrive, by what its name servers say (RFC 5321 §5.1, RFC 7505).
//!
//! The system's own look-up knows no mail hosts, so the servers that it asks are asked here. No mail host is ever
//! contacted: many hang up on strangers, and a greeting says nothing of a mailbox.

mod answer;
mod client;

use std::cell::Cell;
use std::collections::hash_map::RandomState;
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use futures_util::stream;
use jiff::Timestamp;
use tokio::time::sleep_until;

use self::answer::{Kind, Record};
use self::client::{Client, Failure, Found};
use super::host::after;
use super::outcome::{Details, Outcome, Reason, Verdict};
use super::{Cancel, ProbeError};

/// Domains that are looked up at once.
const AT_ONCE: usize = 16;

/// Mail hosts of a domain that are looked up until one has an address.
const MOST_HOSTS: usize = 8;

/// Where the system says which name servers it asks.
const SYSTEM: &str = "/etc/resolv.conf";

const PORT: u16 = 53;

/// Who is asked for mail hosts, and how.
#[derive(Clone, Debug)]
pub struct MailSettings {
    /// The name servers; those of the system where there are none.
    pub servers: Vec<SocketAddr>,
    /// Time for one answer.
    pub timeout: Duration,
    /// How often each server is asked.
    pub rounds: u32,
    /// Time for all of it; what is not known by then is `skipped`.
    pub max_time: Option<Duration>,
}

impl Default for MailSettings {
    fn default() -> Self {
        // What resolvers do where nothing else is said.
        Self { servers: Vec::new(), timeout: Duration::from_secs(5), rounds: 2, max_time: None }
    }
}

/// Why no mail host could be looked up at all.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// It is not known whom to ask.
    #[error("the system names no name server")]
    NoServers,
    /// Of no domain anything was heard, so the fault is not theirs.
    #[error("no name server answers")]
    NoAnswer,
    /// The system gives no event loop.
    #[error(transparent)]
    Runtime(#[from] ProbeError),
}

/// What became of domains, in the order in which they were given, and how long that took.
#[derive(Debug)]
pub struct MailAnswers {
    /// One for each domain.
    pub outcomes: Vec<Outcome>,
    /// How long it took.
    pub took: Duration,
}

/// Looks up who takes the mail of each domain. A domain is an ASCII name such as `a.cn`; they must be distinct.
pub fn ask_mail(settings: &MailSettings, domains: &[&str], cancel: &Cancel) -> Result<MailAnswers, MailError> {
    let started = Instant::now();
    let servers = if settings.servers.is_empty() { system_servers() } else { settings.servers.clone() };
    if servers.is_empty() && !domains.is_empty() {
        return Err(MailError::NoServers);
    }
    let client = Client {
        servers: &servers,
        timeout: settings.timeout,
        rounds: settings.rounds,
        is_heard: Cell::new(false),
        keys: RandomState::new(),
        questions: Cell::new(0),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(ProbeError::from)?;
    let deadline = after(started, settings.max_time.unwrap_or(Duration::MAX));
    let mut outcomes: Vec<Option<Outcome>> = vec![None; domains.len()];
    let why = runtime.block_on(async {
        let asked = domains.iter().enumerate().map(|(index, domain)| {
            let client = &client;
            async move { (index, judge(client, domain).await) }
        });
        let mut answers = std::pin::pin!(stream::iter(asked).buffer_unordered(AT_ONCE));
        let mut cancelled = std::pin::pin!(cancel.cancelled());
        let mut end = std::pin::pin!(sleep_until(deadline.into()));
        loop {
            tokio::select! {
                biased;
                () = &mut cancelled => return Reason::Interrupted,
                () = &mut end => return Reason::Budget,
                answer = answers.next() => match answer {
                    Some((index, outcome)) => {
                        if let Some(slot) = outcomes.get_mut(index) {
                            *slot = Some(outcome);
                        }
                    }
                    None => return Reason::Interrupted,
                },
            }
        }
    });
    let is_answered = outcomes.iter().any(Option::is_some);
    if is_answered && !client.is_heard.get() {
        return Err(MailError::NoAnswer);
    }
    let outcomes = outcomes.into_iter().map(|outcome| outcome.unwrap_or_else(|| Outcome::skipped(why))).collect();
    Ok(MailAnswers { outcomes, took: started.elapsed() })
}

/// The servers that the system asks; none where it keeps them elsewhere.
fn system_servers() -> Vec<SocketAddr> {
    let Ok(bytes) = std::fs::read(SYSTEM) else { return Vec::new() };
    let (config, _) = resolv_conf::Config::parse_with_errors(&bytes);
    let servers = config.get_nameservers_or_local();
    // An IPv6 address may name its network (`fe80::1%eth0`), which only the system can read.
    servers.iter().filter_map(|server| (server.to_string().as_str(), PORT).to_socket_addrs().ok()?.next()).collect()
}

async fn judge(client: &Client<'_>, domain: &str) -> Outcome {
    let (started, asked) = (Instant::now(), client.questions.get());
    let (verdict, reason, evidence) = match takes_mail(client, domain).await {
        Ok(Ok(())) => (Verdict::Alive, Reason::MailHost, None),
        Ok(Err((reason, words))) => (Verdict::Dead, reason, words),
        Err(Failure { words }) => (Verdict::Failing, Reason::DnsFailure, Some(words)),
    };
    Outcome {
        verdict,
        reason,
        checked_at: Some(Timestamp::now()),
        // Those of other domains in the meantime are not told apart.
        attempts: u16::try_from(client.questions.get() - asked).unwrap_or(u16::MAX),
        elapsed_ms: u32::try_from(started.elapsed().as_millis()).unwrap_or(u32::MAX),
        ..Outcome::skipped(reason)
    }
    .with(Details { evidence: evidence.map(Into::into), ..Details::default() })
}

/// Why a domain takes no mail.
type Refusal = (Reason, Option<String>);

async fn takes_mail(client: &Client<'_>, domain: &str) -> Result<Result<(), Refusal>, Failure> {
    let records = match client.ask(domain, Kind::Mx).await? {
        Found::NoSuchName => return Ok(Err((Reason::DnsNotFound, None))),
        // A domain without a mail host takes its mail itself.
        Found::NoRecords if has_address(client, domain).await? => return Ok(Ok(())),
        Found::NoRecords => {
            let words = "it has neither a mail host nor an address".to_owned();
            return Ok(Err((Reason::NoMail, Some(words))));
        }
        Found::Records(records) => records,
    };
    let mut hosts: Vec<(u16, String)> = Vec::new();
    for record in records {
        if let Record::Mail { preference, host } = record {
            hosts.push((preference, host));
        }
    }
    hosts.sort();
    hosts.dedup_by(|a, b| a.1 == b.1);
    // The root stands for nobody (RFC 7505).
    hosts.retain(|(_, host)| !host.is_empty());
    if hosts.is_empty() {
        return Ok(Err((Reason::NoMail, Some("it says itself that it takes none".to_owned()))));
    }
    let mut failure = None;
    for (_, host) in hosts.iter().take(MOST_HOSTS) {
        match has_address(client, host).await {
            Ok(true) => return Ok(Ok(())),
            Ok(false) => {}
            Err(trouble) => failure = Some(trouble),
        }
    }
    if let Some(failure) = failure {
        return Err(failure);
    }
    let names: Vec<&str> = hosts.iter().take(MOST_HOSTS).map(|(_, host)| host.as_str()).collect();
    let words = format!("none of its mail hosts has an address: {}", names.join(", "));
    Ok(Err((Reason::NoMail, Some(words))))
}

async fn has_address(client: &Client<'_>, name: &str) -> Result<bool, Failure> {
    match client.ask(name, Kind::A).await? {
        Found::Records(_) => Ok(true),
        Found::NoSuchName => Ok(false),
        Found::NoRecords => Ok(matches!(client.ask(name, Kind::Aaaa).await?, Found::Records(_))),
    }
}
