//! Opening hosts, closing them, and moving addresses between them.
//!
//! A host opens when its name has an address that may be contacted; until then its addresses wait, and nobody else does.

use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use url::Url;

use super::engine::Engine;
use super::host::{Closure, after, write_key};
use super::journey::{Ask, Journey};
use super::judge::{self, Next};
use super::judging::Judgement;
use super::manners::Manners;
use super::names::Answer;
use super::outcome::{Reason, Verdict};
use super::queue::HostId;
use super::retry;
use super::settings::LookupFailure;
use crate::text::private;

/// What is known of a name.
#[derive(Debug)]
pub(crate) enum Name {
    /// It is being looked up for these hosts (ports of one name).
    Wanted(Vec<HostId>),
    /// It has addresses that may be contacted.
    Open,
    /// It has none.
    Closed(Closure),
}

impl Engine<'_> {
    /// Sorts the run's addresses by host, and opens the hosts, busiest first.
    pub(crate) fn sort_by_host(&mut self) {
        let mut key = String::new();
        let mut host_of = Vec::with_capacity(self.addresses.len());
        for (address, index) in self.addresses.iter().zip(0..) {
            let id = match Url::parse(address.url) {
                Ok(url) if matches!(url.scheme(), "http" | "https") => Some(self.host_of(&url, &mut key)),
                _ => None,
            };
            if id.is_none() {
                self.results.skip(index, Reason::Excluded);
            }
            host_of.push(id);
        }
        self.queue.fill(&host_of);
        drop(host_of);
        for id in self.queue.by_work() {
            self.want_name(id);
        }
    }

    /// The host of an address; a new one begins to open.
    fn host_of(&mut self, url: &Url, key: &mut String) -> HostId {
        write_key(url, key);
        let (id, new) = self.queue.host_id(key);
        if new {
            self.open(id, url);
        }
        id
    }

    /// Opens a host at once where no look-up is needed, and notes its name otherwise.
    fn open(&mut self, id: HostId, url: &Url) {
        let name = url.host_str().unwrap_or_default();
        let mut key = String::new();
        write_key(url, &mut key);
        let manners = Manners::of(self.settings, name, &key);
        let proxied = self.clients.is_proxied(url);
        let why = private::is_private_url(url).filter(|_| !self.settings.allow_private);
        let replaced = self.settings.resolve.iter().filter(|(host, _)| host.eq_ignore_ascii_case(name));
        let replaced: Vec<SocketAddr> = replaced.map(|(_, address)| *address).collect();
        let Some(host) = self.queue.host(id) else { return };
        host.manners = manners;
        host.proxied = proxied;
        if let Some(why) = why {
            host.close(None, private_closure(why));
            host.open = true;
        } else if proxied || !matches!(url.host(), Some(url::Host::Domain(_))) {
            host.open = true;
        } else if !replaced.is_empty() {
            let name = self.enter(name, replaced);
            self.apply(id, &name);
        } else {
            match self.by_name.get_mut(name) {
                Some(Name::Wanted(hosts)) => hosts.push(id),
                Some(Name::Open) => host.open = true,
                Some(Name::Closed(closure)) => {
                    host.close(None, closure.clone());
                    host.open = true;
                }
                None => drop(self.by_name.insert(name.into(), Name::Wanted(vec![id]))),
            }
        }
    }

    /// Has the name of a host looked up, unless that is under way for another port of it.
    fn want_name(&mut self, id: HostId) {
        let now = Instant::now();
        let Some(host) = self.queue.host(id) else { return };
        if host.open {
            self.queue.consider(id, now);
            self.shut_out_waiting(id);
            return;
        }
        let name = host.key.rsplit_once(':').map_or(&*host.key, |(name, _)| name);
        if matches!(self.by_name.get(name), Some(Name::Wanted(hosts)) if hosts.first() == Some(&id)) {
            self.names.want(name.into());
        }
    }

    /// A name was looked up.
    pub(crate) fn name_found(&mut self, (name, result): Answer) {
        self.results.looked_up(&result);
        let state = match result {
            Ok(addresses) if addresses.is_empty() => Name::Closed(not_found()),
            Ok(addresses) => self.enter(&name, addresses.into_iter().map(|ip| SocketAddr::new(ip, 0)).collect()),
            Err(LookupFailure::NotFound) => Name::Closed(not_found()),
            Err(LookupFailure::Resolver(words)) => {
                let words = words.into();
                Name::Closed(Closure { verdict: Verdict::Failing, reason: Reason::DnsFailure, words })
            }
        };
        let Some(Name::Wanted(hosts)) = self.by_name.remove(&name) else { return };
        for id in hosts {
            self.apply(id, &state);
        }
        self.by_name.insert(name, state);
    }

    /// Notes the addresses of a name that may be contacted.
    fn enter(&self, name: &str, addresses: Vec<SocketAddr>) -> Name {
        let why = |ip: IpAddr| private::is_private(ip).filter(|_| !self.settings.allow_private);
        let (open, shut): (Vec<_>, Vec<_>) = addresses.into_iter().partition(|address| why(address.ip()).is_none());
        match shut.first().and_then(|address| why(address.ip())) {
            Some(why) if open.is_empty() => Name::Closed(private_closure(why)),
            _ => {
                self.book.enter(name, open.into());
                Name::Open
            }
        }
    }

    /// Opens or closes a host as its name is.
    fn apply(&mut self, id: HostId, name: &Name) {
        let Some(host) = self.queue.host(id) else { return };
        host.open = true;
        if let Name::Closed(closure) = name {
            host.close(None, closure.clone());
            self.shut_out_waiting(id);
        }
        self.queue.consider(id, Instant::now());
    }

    /// Closes a host for addresses like `url`, or for all.
    pub(crate) fn close(&mut self, id: HostId, url: Option<&Url>, closure: Closure) {
        if let Some(host) = self.queue.host(id) {
            host.close(url, closure);
        }
        self.shut_out_waiting(id);
    }

    /// Ends the waiting of all addresses that a closure concerns.
    fn shut_out_waiting(&mut self, id: HostId) {
        if self.queue.host(id).is_none_or(|host| host.closed.iter().all(Option::is_none)) {
            return;
        }
        let now = Instant::now();
        for work in self.queue.drain(id) {
            let Some(journey) = self.journey(id, work) else { continue };
            match self.queue.host(id).and_then(|host| host.closure(&journey.url).cloned()) {
                Some(closure) => self.shut_out(id, journey, &closure),
                None => self.queue.give(id, journey, now),
            }
        }
    }

    /// Ends an address at a closed host.
    pub(crate) fn shut_out(&mut self, id: HostId, mut journey: Box<Journey>, closure: &Closure) {
        // What a public address redirects to must exist for its readers too, so this one fails.
        let verdict = if closure.verdict == Verdict::Skipped && !journey.hops.is_empty() {
            Verdict::Failing
        } else {
            closure.verdict
        };
        if matches!(closure.reason, Reason::DnsNotFound | Reason::DnsFailure) {
            journey.looks_up(Timestamp::now());
        }
        self.conclude(id, journey, (verdict, closure.reason), Some(closure.words.clone()));
    }

    /// Takes a redirect: the address goes on in the queue of the host that it leads to.
    pub(crate) fn follow(
        &mut self,
        id: HostId,
        mut journey: Box<Journey>,
        (status, target): (u16, Url),
        cookies: &[String],
    ) {
        if !journey.follow(status, target, cookies) {
            self.enqueue(journey);
            return;
        }
        let words = "the redirects lead back to an address among them".to_owned();
        match judge::give_up(&journey, Reason::RedirectLoop, words) {
            Next::Done(verdict, reason, evidence) => self.conclude(id, journey, (verdict, reason), evidence),
            _ => self.restart(id, journey),
        }
    }

    /// Begins an address again, with `GET`.
    pub(crate) fn restart(&mut self, id: HostId, mut journey: Box<Journey>) {
        match self.addresses.get(journey.index as usize).map(|address| Url::parse(address.url)) {
            Some(Ok(url)) => {
                journey.restart(url);
                self.enqueue(journey);
            }
            _ => self.conclude(id, journey, (Verdict::Failing, Reason::RedirectInvalid), None),
        }
    }

    /// Puts an address in the queue of its host.
    pub(crate) fn enqueue(&mut self, mut journey: Box<Journey>) {
        let now = Instant::now();
        let id = self.host_of(&journey.url, &mut String::new());
        let Some(host) = self.queue.host(id) else { return };
        if journey.ask == Ask::Head {
            journey.ask = host.first_ask();
        }
        let (open, closure) = (host.open, host.closure(&journey.url).cloned());
        if let Some(closure) = closure {
            self.shut_out(id, journey, &closure);
            return;
        }
        let new = !open && host.waiting() == 0;
        self.queue.give(id, journey, now);
        if new {
            self.want_name(id);
        }
    }

    /// Lets an address wait, and with it the whole host.
    pub(crate) fn hold(&mut self, id: HostId, mut journey: Box<Journey>, wait: Option<Duration>, now: Instant) {
        if journey.ask == Ask::Head {
            journey.ask = Ask::Get;
        }
        let own = self.backoff(&mut journey);
        let Some(host) = self.queue.host(id) else { return };
        let (first, salt) = (self.settings.backoff, self.settings.seed ^ u64::from(journey.index));
        let troubles = host.troubles(&journey.url);
        let grown = if troubles > 1 { retry::backoff(first, troubles, salt) } else { own };
        // What the host asks for is enough, unless it was given that and complains still.
        let wait = wait.map_or(grown, |wait| if troubles > 2 { wait.max(grown) } else { wait });
        host.hold(after(now, wait));
        self.queue.give(id, journey, now);
    }

    /// The wait before an address is asked again.
    pub(crate) fn backoff(&self, journey: &mut Journey) -> Duration {
        journey.tries = journey.tries.saturating_add(1);
        let salt = self.settings.seed ^ (u64::from(journey.index) << 8);
        retry::backoff(self.settings.backoff, u32::from(journey.tries), salt)
    }

    /// An address has come to its end.
    pub(crate) fn conclude(
        &mut self,
        id: HostId,
        journey: Box<Journey>,
        (verdict, reason): (Verdict, Reason),
        evidence: Option<Box<str>>,
    ) {
        if let Some((journey, judgement)) = self.weigh(id, journey, (verdict, reason, evidence)) {
            self.tell(id, journey, judgement);
        }
    }

    /// Tells the verdict about an address.
    pub(crate) fn tell(&mut self, id: HostId, journey: Box<Journey>, (verdict, reason, evidence): Judgement) {
        let index = journey.index;
        let outcome = journey.outcome(verdict, reason, evidence);
        let host = self.queue.host(id).map(|host| host.key.clone()).unwrap_or_default();
        self.results.tell(index, &host, outcome);
        self.results.show_open_hosts(&self.queue);
    }
}

fn private_closure(why: &str) -> Closure {
    Closure { verdict: Verdict::Skipped, reason: Reason::PrivateAddress, words: why.into() }
}

fn not_found() -> Closure {
    Closure { verdict: Verdict::Dead, reason: Reason::DnsNotFound, words: "the name does not exist".into() }
}
