//! The loop that keeps every host busy within its limits.
//!
//! One thread does it all, so nothing here is locked: it starts what the [`Queue`] allows, waits for whatever comes
//! first (an answer, a name, an alarm, the end of the run's time), and decides what follows. Only look-ups, which block,
//! have threads of their own.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio::time::sleep_until;
use url::Url;

use super::alarm::Alarm;
use super::clients::Clients;
use super::exchange::{self, Exchange, Progress};
use super::host::after;
use super::journey::{Ask, Errand, Journey};
use super::names::Names;
use super::network::Standing;
use super::outcome::Reason;
use super::queue::{HostId, Queue, Work};
use super::results::Results;
use super::settings::Settings;
use super::{Address, Cancel, ProbeError};

/// Many hosts let a connection to the port of `https` hang.
const UPGRADE_PATIENCE: Duration = Duration::from_secs(5);
/// While addresses of such a host wait, the connection has this long; then it is tried again behind all of them.
const UPGRADE_HURRY: Duration = Duration::from_secs(1);

/// A run.
pub(crate) struct Engine<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) addresses: &'a [Address<'a>],
    pub(crate) queue: Queue,
    pub(crate) clients: Clients,
    pub(crate) names: Names,
    pub(crate) by_name: HashMap<Box<str>, super::hosts::Name, foldhash::fast::RandomState>,
    pub(crate) book: Arc<super::names::PhoneBook>,
    pub(crate) alarm: Alarm,
    pub(crate) results: Results<'a>,
    /// What is asked beside the addresses.
    pub(crate) errands: super::judging::Errands,
    /// Hosts that connections are kept to.
    pub(crate) kept: usize,
    pub(crate) sockets: usize,
}

/// How the loop ended.
enum End {
    Done,
    NoNetwork,
    Early(Reason),
}

impl Engine<'_> {
    /// Asks everything. What is not judged when it returns was cut off for the reason that it names.
    pub(crate) async fn run(&mut self, cancel: &Cancel) -> Result<Reason, ProbeError> {
        let started = Instant::now();
        self.sort_by_host();
        match self.drive(cancel, started).await {
            End::Early(reason) => Ok(reason),
            End::NoNetwork => Err(self.no_network()),
            End::Done => match self.results.network.standing() {
                Standing::Up => Ok(Reason::Interrupted),
                Standing::Unclear if self.control_name_exists(cancel).await || cancel.is_cancelled() => {
                    Ok(Reason::Interrupted)
                }
                Standing::Unclear | Standing::Down => Err(self.no_network()),
            },
        }
    }

    async fn drive(&mut self, cancel: &Cancel, started: Instant) -> End {
        let slots = self.settings.concurrency.clamp(1, self.sockets / 2);
        let mut active: FuturesUnordered<_> = FuturesUnordered::new();
        let mut slow: FuturesUnordered<Exchange> = FuturesUnordered::new();
        let mut cancelled = std::pin::pin!(cancel.cancelled());
        let deadline = after(started, self.settings.max_time.unwrap_or(Duration::MAX));
        let mut end = std::pin::pin!(sleep_until(deadline.into()));
        loop {
            let now = Instant::now();
            // The timer ticks once a millisecond, and a near server answers sooner than that: at the end nothing begins.
            while now < deadline && active.len() < slots && active.len() + slow.len() < self.sockets {
                let Some((id, exchange)) = self.start_next(now) else { break };
                active.push(exchange::impatiently(id, exchange, self.settings.patience));
            }
            let idle = active.is_empty() && slow.is_empty();
            if idle && self.names.pending() == 0 && self.queue.waiting() == 0 {
                return End::Done;
            }
            let alarm = self.queue.next_alarm().filter(|_| active.len() < slots);
            if let Some(at) = alarm {
                self.alarm.set(at);
            }
            tokio::select! {
                biased;
                () = &mut cancelled => return End::Early(Reason::Interrupted),
                () = &mut end => return End::Early(Reason::Budget),
                Some(progress) = active.next(), if !active.is_empty() => match progress {
                    Progress::Ended(ended) => self.settle(ended),
                    Progress::Waits(id, exchange) => {
                        self.queue.distrust(id);
                        slow.push(exchange);
                    }
                },
                Some(ended) = slow.next(), if !slow.is_empty() => self.settle(ended),
                Some(answer) = self.names.answer(), if self.names.pending() > 0 => self.name_found(answer),
                () = self.alarm.rings(), if alarm.is_some() => {}
            }
            if self.results.network.is_hopeless() && !self.control_name_exists(cancel).await {
                return if cancel.is_cancelled() { End::Early(Reason::Interrupted) } else { End::NoNetwork };
            }
        }
    }

    /// Starts the next request that may be made now.
    fn start_next(&mut self, now: Instant) -> Option<(HostId, Exchange)> {
        loop {
            let (id, work) = self.queue.pop(now)?;
            if let Some(exchange) = self.begin(id, work, now) {
                return Some((id, exchange));
            }
        }
    }

    /// Starts the request that an address needs next, unless its host is closed.
    fn begin(&mut self, id: HostId, work: Work, now: Instant) -> Option<Exchange> {
        let Some(journey) = self.journey(id, work) else {
            self.queue.finish(id, now);
            return None;
        };
        let kept_limit = self.sockets / 4;
        let host = self.queue.host(id)?;
        if let Some(closure) = host.closure(&journey.url).cloned() {
            self.queue.finish(id, now);
            self.shut_out(id, journey, &closure);
            return None;
        }
        let obeys = host.manners.respect_robots;
        let journey = if obeys { self.permitted(id, journey, now)? } else { journey };
        let host = self.queue.host(id)?;
        // A confirmation or a repetition may still follow on what looks like the last request.
        let last = host.waiting() == 0 && host.under_way == 1 && journey.ask != Ask::Head;
        if !host.kept && !last && self.kept < kept_limit {
            host.kept = true;
            self.kept += 1;
        }
        let client = self.clients.choose(host).clone();
        let mut request = exchange::build(&journey, &host.manners, last);
        let timeout = host.manners.timeout;
        if let Some(validators) = self.validators(&journey) {
            exchange::make_conditional(&mut request, validators);
        }
        let limit = match (&journey.errand, journey.ask) {
            (Some(Errand::Upgrade(_)), _) if journey.tries == 0 => timeout.min(UPGRADE_HURRY),
            (Some(Errand::Upgrade(_)), _) => timeout.min(UPGRADE_PATIENCE),
            (_, Ask::Head) => timeout / 2,
            _ => timeout,
        };
        let index = journey.index as usize;
        let is_judged = self.addresses.get(index).is_some_and(|address| address.judge);
        let claim = is_judged.then(|| exchange::Question { claims: Arc::clone(&self.settings.claims), index });
        Some(exchange::start(client, id, journey, (request, claim), limit))
    }

    pub(crate) fn journey(&mut self, id: HostId, work: Work) -> Option<Box<Journey>> {
        match work {
            Work::Begun(journey) => Some(journey),
            Work::Fresh(index) => {
                let address = self.addresses.get(index as usize)?;
                let url = Url::parse(address.url).ok()?;
                let ask = if address.fragments.is_empty() && !address.judge {
                    self.queue.host(id)?.first_ask()
                } else {
                    Ask::Get
                };
                let mut journey = Journey::new(index, url, ask);
                journey.judges = address.judge;
                journey.fragments = address.fragments.iter().map(|&fragment| fragment.into()).collect();
                Some(journey)
            }
        }
    }

    /// Looks up the names that must exist; the first that does proves a name service, and what was withheld is told.
    async fn control_name_exists(&mut self, cancel: &Cancel) -> bool {
        let mut names = Names::new(Arc::clone(&self.settings.lookup));
        for name in &self.settings.control_names {
            names.want(name.as_str().into());
        }
        while names.pending() > 0 && !cancel.is_cancelled() {
            tokio::select! {
                () = cancel.cancelled() => {}
                Some((_, result)) = names.answer() => {
                    if result.is_ok_and(|addresses| !addresses.is_empty()) {
                        self.results.network.is_proven();
                        self.results.release();
                        return true;
                    }
                }
            }
        }
        false
    }

    fn no_network(&self) -> ProbeError {
        ProbeError::NoNetwork { words: self.results.network.words().to_owned() }
    }
}
