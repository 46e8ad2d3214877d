//! The verdicts, as they come in, and who is told of them.

use std::cmp::Reverse;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use crate::event::{Event, Observer};

use super::network::Network;
use super::outcome::{Outcome, Reason};
use super::queue::Queue;
use super::settings::LookupFailure;

/// How often the hosts with work left are told of.
const OPEN_HOSTS_EVERY: Duration = Duration::from_millis(200);
/// How many of them are named.
const BUSIEST: usize = 5;

/// The verdicts of a run.
pub(crate) struct Results<'a> {
    pub(crate) network: Network,
    /// Which addresses have theirs.
    told: Vec<bool>,
    observer: &'a dyn Observer,
    take: &'a mut dyn FnMut(usize, Outcome),
    shown: Instant,
}

impl<'a> Results<'a> {
    pub(crate) fn new(count: usize, observer: &'a dyn Observer, take: &'a mut dyn FnMut(usize, Outcome)) -> Self {
        Self { network: Network::default(), told: vec![false; count], observer, take, shown: Instant::now() }
    }

    /// Takes a verdict, or keeps it back until it is certain that the network is there.
    pub(crate) fn tell(&mut self, index: u32, host: &str, outcome: Outcome) {
        if self.network.withholds(&outcome) {
            self.network.withhold(index, host, outcome);
        } else {
            self.publish(index, host, outcome);
        }
    }

    /// An address is not asked.
    pub(crate) fn skip(&mut self, index: u32, reason: Reason) {
        self.publish(index, "", Outcome::skipped(reason));
    }

    /// A server answered.
    pub(crate) fn network_answers(&mut self) {
        self.network.answers();
        self.release();
    }

    /// A name was looked up.
    pub(crate) fn looked_up(&mut self, result: &Result<Vec<IpAddr>, LookupFailure>) {
        self.network.looked_up(result);
        self.release();
    }

    /// Publishes what was kept back and need not wait any longer.
    pub(crate) fn release(&mut self) {
        for (index, host, outcome) in self.network.release() {
            self.publish(index, &host, outcome);
        }
    }

    /// Tells of the hosts that have work left, not too often.
    pub(crate) fn show_open_hosts(&mut self, queue: &Queue) {
        let now = Instant::now();
        if now - self.shown < OPEN_HOSTS_EVERY {
            return;
        }
        self.shown = now;
        let mut count = 0;
        let mut busiest: Vec<(Reverse<usize>, &str)> = Vec::with_capacity(BUSIEST + 1);
        for host in queue.hosts() {
            let left = host.waiting() + host.under_way;
            count += usize::from(left > 0);
            let entry = (Reverse(left), &*host.key);
            if left > 0 && (busiest.len() < BUSIEST || busiest.last().is_some_and(|last| entry < *last)) {
                let place = busiest.partition_point(|other| *other < entry);
                busiest.insert(place, entry);
                busiest.truncate(BUSIEST);
            }
        }
        let busiest: Vec<(String, usize)> =
            busiest.into_iter().map(|(Reverse(left), key)| (key.to_owned(), left)).collect();
        self.observer.observe(&Event::OpenHosts { count, busiest: &busiest });
    }

    /// What has no verdict was not asked for `reason`.
    pub(crate) fn finish(&mut self, reason: Reason) {
        for index in 0..u32::try_from(self.told.len()).unwrap_or(u32::MAX) {
            if self.told.get(index as usize) == Some(&false) {
                self.skip(index, reason);
            }
        }
    }

    fn publish(&mut self, index: u32, host: &str, outcome: Outcome) {
        self.observer.observe(&Event::Judged { host, verdict: outcome.verdict.name() });
        if let Some(told) = self.told.get_mut(index as usize) {
            *told = true;
        }
        (self.take)(index as usize, outcome);
    }
}
