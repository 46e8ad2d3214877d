//! The loop that keeps every host busy within its limits.
//!
//! One thread does it all, so nothing here is locked: it starts what the [`Queue`] allows, waits for whatever comes
//! first (an answer, a name, an alarm, the end of the run's time), and decides what follows. Only look-ups, which block,
//! have threads of their own.

use std::collections::HashMap;
use std::time::Instant;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio::time::sleep_until;
use url::Url;

use super::alarm::Alarm;
use super::clients::Clients;
use super::exchange::{self, Ended, Exchange, Progress, Reply};
use super::host::Closure;
use super::journey::{Ask, Journey};
use super::judge::{self, Limits, Next};
use super::names::Names;
use super::network::Standing;
use super::outcome::{Reason, Verdict};
use super::queue::{HostId, Queue, Work};
use super::results::Results;
use super::settings::Settings;
use super::trouble::{Stage, Trouble};
use super::{Address, Cancel, ProbeError};

/// Times that an address waits for a socket of this machine.
const LOCAL_TRIES: u8 = 100;
/// The wait for one.
const LOCAL_WAIT: std::time::Duration = std::time::Duration::from_millis(50);

/// A run.
pub(crate) struct Engine<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) addresses: &'a [Address<'a>],
    pub(crate) queue: Queue,
    pub(crate) clients: Clients,
    pub(crate) names: Names,
    pub(crate) by_name: HashMap<Box<str>, super::hosts::Name, foldhash::fast::RandomState>,
    pub(crate) book: std::sync::Arc<super::names::PhoneBook>,
    pub(crate) alarm: Alarm,
    pub(crate) results: Results<'a>,
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
                Standing::Unclear if self.control_name_exists(cancel).await => {
                    self.results.release(true);
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
        let far = started + std::time::Duration::from_hours(24 * 365);
        let end = self.settings.max_time.map_or(far, |limit| started + limit);
        let mut end = std::pin::pin!(sleep_until(end.into()));
        loop {
            let now = Instant::now();
            while active.len() < slots && active.len() + slow.len() < self.sockets {
                let Some((id, work)) = self.queue.pop(now) else { break };
                if let Some(exchange) = self.begin(id, work, now) {
                    active.push(exchange::impatiently(id, exchange));
                }
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
            if self.results.network.is_hopeless() {
                return End::NoNetwork;
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
        // A confirmation or a repetition may still follow on what looks like the last request.
        let last = host.waiting() == 0 && host.under_way == 1 && journey.ask != Ask::Head;
        if !host.kept && !last && self.kept < kept_limit {
            host.kept = true;
            self.kept += 1;
        }
        let client = if host.kept { &self.clients.keeping } else { &self.clients.closing };
        let request = exchange::build(&journey, host.headers.as_deref(), last);
        let limit = if journey.ask == Ask::Head { self.settings.timeout / 2 } else { self.settings.timeout };
        Some(exchange::start(client.clone(), id, journey, request, limit))
    }

    pub(crate) fn journey(&mut self, id: HostId, work: Work) -> Option<Box<Journey>> {
        match work {
            Work::Begun(journey) => Some(journey),
            Work::Fresh(index) => {
                let url = Url::parse(self.addresses.get(index as usize)?.url).ok()?;
                let ask = self.queue.host(id)?.first_ask();
                Some(Journey::new(index, url, ask))
            }
        }
    }

    /// Decides what follows from the end of a request.
    fn settle(&mut self, ended: Ended) {
        let Ended { host: id, mut journey, result } = ended;
        let now = Instant::now();
        let next = match &result {
            Ok(reply) => self.hear(id, &mut journey, reply, now),
            Err(trouble) => self.miss(id, &mut journey, trouble),
        };
        match next {
            Next::Done(verdict, reason, evidence) => {
                let tries = u32::from(self.settings.retries) + 1;
                let host = self.queue.host(id);
                let refuses = host.is_some_and(|host| host.strikes >= 2 * tries);
                if refuses && reason == Reason::Status(429) {
                    let words = "not asked: its host answers too many requests however long it is left alone";
                    self.close(id, None, Closure { verdict, reason, words: words.into() });
                }
                self.conclude(id, journey, (verdict, reason), evidence);
            }
            Next::Ask(ask) => {
                journey.ask = ask;
                self.queue.give(id, journey, now);
            }
            Next::Follow(target) => {
                let (status, cookies) = result.map_or((0, Vec::new()), |reply| (reply.status, reply.cookies));
                self.follow(id, journey, (status, target), &cookies);
            }
            Next::Restart => self.restart(id, journey),
            Next::HostLater(wait) => self.hold(id, journey, wait, now),
            Next::Later => {
                let wait = match &result {
                    Err(trouble) if trouble.stage == Stage::Local => LOCAL_WAIT,
                    _ => self.backoff(&mut journey),
                };
                self.queue.give_later(id, journey, now + wait, now);
            }
            Next::HostClosed => {
                let words = "the host wants to be left alone for longer than the run waits";
                let closure = Closure { verdict: Verdict::Blocked, reason: Reason::RetryAfter, words: words.into() };
                self.close(id, None, closure);
                self.conclude(id, journey, (Verdict::Blocked, Reason::RetryAfter), Some(words.into()));
            }
        }
        self.queue.finish(id, now);
        if let Some(host) = self.queue.host(id)
            && host.under_way == 0
            && host.waiting() == 0
        {
            self.kept -= usize::from(std::mem::take(&mut host.kept));
        }
    }

    /// An answer came.
    fn hear(&mut self, id: HostId, journey: &mut Journey, reply: &Reply, now: Instant) -> Next {
        self.results.network_answers();
        let mut limits = self.limits(journey);
        journey.status = Some(reply.status);
        let pace = self.settings.pace;
        let Some(host) = self.queue.host(id) else { return Next::Restart };
        let throttled = reply.status == 429 || (reply.status == 503 && reply.retry_after.is_some());
        if host.answers(&journey.url, throttled) && !pace.is_zero() {
            // The first request had a connection to set up and so arrived later than it was sent; the second does not.
            host.hold(now + pace);
        }
        let good = (200..300).contains(&reply.status);
        if good || journey.ask != Ask::Head {
            host.hears(reply.status);
        }
        limits.may_retry &= host.has_prospects() || throttled;
        match journey.ask {
            Ask::Head if good => limits.confirm = host.head_was_good(),
            Ask::Head if matches!(reply.status, 405 | 501) => host.head_lied(),
            Ask::Confirm if !good && reply.status != 429 => host.head_lied(),
            _ => {}
        }
        if journey.ask == Ask::Get && journey.head_was_bad && good {
            host.head_lied();
        }
        journey.head_was_bad |= journey.ask == Ask::Head && !good;
        judge::judge_reply(journey, reply, limits)
    }

    /// No answer came.
    fn miss(&mut self, id: HostId, journey: &mut Journey, trouble: &Trouble) -> Next {
        let mut limits = self.limits(journey);
        let tries = u32::from(self.settings.retries) + 1;
        let Some(host) = self.queue.host(id) else { return Next::Restart };
        if trouble.stage == Stage::Local && journey.local_tries < LOCAL_TRIES {
            journey.local_tries += 1;
            return Next::Later;
        }
        if trouble.stage == Stage::Exchange && journey.ask == Ask::Head {
            host.head_failed();
        }
        let silence = host.is_silent(&journey.url);
        let proxied;
        let trouble = if host.proxied && trouble.stage == Stage::Connect {
            proxied = trouble.of_proxy();
            &proxied
        } else {
            trouble
        };
        limits.may_retry &= host.has_prospects();
        // Two addresses' worth of tries without a connection, or four without an answer, speak for the whole host.
        let enough = if trouble.stage == Stage::Connect { 2 * tries } else { 4 * tries };
        if silence >= enough {
            let words = format!("not asked: its host gave no answer {silence} times in a row ({})", trouble.words);
            let closure = Closure { verdict: Verdict::Failing, reason: trouble.reason, words: words.into() };
            self.close(id, Some(&journey.url), closure);
            return Next::Done(Verdict::Failing, trouble.reason, Some(trouble.words.clone()));
        }
        judge::judge_trouble(journey, trouble, limits)
    }

    /// Looks up the names that must exist; the first that does proves a name service.
    async fn control_name_exists(&mut self, cancel: &Cancel) -> bool {
        for name in &self.settings.control_names {
            self.names.want(name.as_str().into());
        }
        while self.names.pending() > 0 {
            tokio::select! {
                () = cancel.cancelled() => return false,
                Some((_, result)) = self.names.answer() => {
                    if result.is_ok_and(|addresses| !addresses.is_empty()) {
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

    fn limits(&self, journey: &Journey) -> Limits {
        Limits {
            may_retry: journey.tries < self.settings.retries,
            max_redirects: self.settings.max_redirects,
            retry_after_limit: self.settings.retry_after_limit,
            confirm: false,
        }
    }
}
