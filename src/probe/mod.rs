//! Asking the web.
//!
//! Every address is asked once, many hosts at a time and each host gently: never more requests at once than it is
//! allowed, never closer than its pace, longer pauses when it asks for them. Whatever a server does ends in exactly one
//! [`Verdict`] with one [`Reason`]; only a machine without network ends in an error.
//!
//! This is the one asynchronous room, and [`probe`] is its door: an ordinary function that returns when all is known.
//! It does not remember earlier runs and does not know what a link means to the archive.

mod alarm;
mod answers;
mod archive;
mod cancel;
mod clients;
mod cookie;
mod engine;
mod evidence;
mod exchange;
mod fragment;
mod head;
mod host;
mod host_book;
mod hosts;
mod journey;
mod judge;
mod judging;
mod latency;
mod mail;
mod manners;
mod names;
mod network;
mod outcome;
mod page;
mod permission;
mod queue;
mod results;
mod retry;
mod robots;
mod settings;
mod suspect;
mod tls;
mod trouble;

#[cfg(test)]
mod properties;

use std::collections::HashMap;
use std::sync::Arc;

pub use archive::{
    Answer, ArchiveError, ArchiveSettings, Next, Page, Question, Row, Saving, Told, ask_archive, bare_host, save_pages,
    surt,
};
pub use cancel::Cancel;
pub use evidence::evidence_in;
pub use host_book::HostBook;
pub use mail::{MailAnswers, MailError, MailSettings, ask_mail};
pub use manners::{HostSettings, Method};
pub use outcome::{Details, Hop, Outcome, Reason, Seen, Validators, Verdict};
pub use settings::{Claims, HostHeader, Lookup, LookupFailure, ProxySetting, Settings};
pub use suspect::{Claim, Drift, Suspicion, funnels, judge_page, measure_drift};

use crate::event::{Event, Observer};
use crate::language::{Message, say};

/// Pages that are parsed at once, beside the event loop.
const PARSERS: usize = 4;

/// An address to ask.
#[derive(Clone, Copy, Debug)]
pub struct Address<'a> {
    /// Absolute, `http` or `https`, without fragment.
    pub url: &'a str,
    /// Fragments that links name behind `#`, as they are written there. Each asked about costs the page's body.
    pub fragments: &'a [&'a str],
    /// What is remembered of its last version: where it is unchanged, the host need not send it again.
    pub validators: Option<&'a Validators>,
    /// Whether its page is to be judged by what it says, which costs its body.
    pub judge: bool,
}

impl<'a> Address<'a> {
    /// An address of which nothing is asked but whether it answers.
    pub fn new(url: &'a str) -> Self {
        Self { url, fragments: &[], validators: None, judge: false }
    }
}

/// Why the web could not be asked at all.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.message().english())]
pub enum ProbeError {
    /// No name is found or no host can be reached, so the fault is this machine's.
    NoNetwork {
        /// What the system said.
        words: String,
    },
    /// The settings make no client: the proxy's address or a certificate is damaged.
    Client {
        /// What the library said.
        words: String,
    },
    /// The system gives no event loop.
    Runtime(#[from] std::io::Error),
}

impl ProbeError {
    /// Why, without what the system says of it.
    pub fn message(&self) -> Message {
        match self {
            Self::NoNetwork { words } => {
                say!("no network: not one address could be looked up or reached ({words})", words)
            }
            Self::Client { words } => say!("setting up the HTTP client: {words}", words),
            Self::Runtime(_) => say!("starting the event loop"),
        }
    }
}

/// Asks every address, and gives `take` what became of each as soon as that is final, with its place in `addresses`.
///
/// `addresses` must be distinct; each is told of once, unless the run ends in an error. Nothing of an outcome is kept here.
/// `cancel` and [`Settings::max_time`] end the run early; what is not judged then is [`Verdict::Skipped`].
pub fn probe(
    settings: &Settings,
    addresses: &[Address<'_>],
    observer: &dyn Observer,
    cancel: &Cancel,
    take: &mut dyn FnMut(usize, Outcome),
) -> Result<(), ProbeError> {
    let runtime = tokio::runtime::Builder::new_current_thread().max_blocking_threads(PARSERS).enable_all().build()?;
    let book = Arc::default();
    let clients = clients::Clients::new(settings, &book).map_err(|words| ProbeError::Client { words })?;
    if clients.rootless {
        let message =
            "this machine knows no certificate authorities, so https cannot be judged (install ca-certificates)";
        observer.observe(&Event::Notice { message });
    }
    let mut engine = engine::Engine {
        settings,
        addresses,
        queue: queue::Queue::new(manners::Manners::common(settings)),
        clients,
        names: names::Names::new(Arc::clone(&settings.lookup)),
        by_name: HashMap::default(),
        book,
        alarm: alarm::Alarm::new()?,
        results: results::Results::new(addresses.len(), observer, take),
        errands: judging::Errands::default(),
        kept: 0,
        sockets: clients::socket_budget(),
    };
    let reason = runtime.block_on(engine.run(cancel));
    engine.give_up_waiting();
    // A look-up that hangs must not hold up the end.
    runtime.shutdown_background();
    engine.results.finish(reason?);
    Ok(())
}
