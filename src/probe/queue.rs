//! Who is asked next.
//!
//! Every host has its own queue, and stands in the list of ready hosts only while it may be asked: a host that is paced,
//! held back, waiting for a name or at its limit is in no list, so it costs the others nothing. Of the ready hosts the one
//! with most work left goes first, since the run cannot end before it; every fourth turn is the longest-waiting one's,
//! so that no small host starves. One that was silent or slow when asked last comes after all others, since it may keep
//! its slot for long. Pure: the time is passed in.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, VecDeque};
use std::time::{Duration, Instant};

use super::host::Host;
use super::journey::Journey;
use super::manners::Manners;

/// A host's place in the queue's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct HostId(u32);

/// Every so many turns the host that has waited longest comes first.
const LONGEST_EVERY: u8 = 4;
/// Every so many turns a host that was silent or slow does.
const SUSPECTS_EVERY: u8 = 64;

/// Where the next host comes from.
#[derive(Clone, Copy)]
enum List {
    Busiest,
    Longest,
    Suspects,
}

/// An address to go on with.
#[derive(Debug)]
pub(crate) enum Work {
    /// Not yet begun: its place among the run's addresses.
    Fresh(u32),
    /// Begun.
    Begun(Box<Journey>),
}

/// All hosts and their work.
#[derive(Debug)]
pub(crate) struct Queue {
    /// How a host is treated of which nothing else is known.
    common: Manners,
    hosts: Vec<Host>,
    by_key: HashMap<Box<str>, HostId, foldhash::fast::RandomState>,
    /// Addresses not yet begun, grouped by host.
    fresh: Vec<u32>,
    busiest: BinaryHeap<(usize, Reverse<HostId>)>,
    longest: VecDeque<HostId>,
    /// Ready hosts that were silent or slow, asked when there is nobody else.
    suspects: VecDeque<HostId>,
    alarms: BinaryHeap<Reverse<(Instant, HostId)>>,
    turn: u8,
    waiting: usize,
}

impl Queue {
    pub(crate) fn new(common: Manners) -> Self {
        Self {
            common,
            hosts: Vec::new(),
            by_key: HashMap::default(),
            fresh: Vec::new(),
            busiest: BinaryHeap::new(),
            longest: VecDeque::new(),
            suspects: VecDeque::new(),
            alarms: BinaryHeap::new(),
            turn: 0,
            waiting: 0,
        }
    }

    /// The host of a key; the second half says whether it is new.
    pub(crate) fn host_id(&mut self, key: &str) -> (HostId, bool) {
        if let Some(id) = self.by_key.get(key) {
            return (*id, false);
        }
        let id = HostId(u32::try_from(self.hosts.len()).unwrap_or(u32::MAX));
        self.by_key.insert(key.into(), id);
        self.hosts.push(Host::new(key.into(), self.common.clone()));
        (id, true)
    }

    /// Takes all addresses of the run: the host of each, or `None` for one that is not asked.
    pub(crate) fn fill(&mut self, host_of: &[Option<HostId>]) {
        let mut ends = vec![0_usize; self.hosts.len()];
        for host in host_of.iter().flatten() {
            if let Some(count) = ends.get_mut(host.0 as usize) {
                *count += 1;
            }
        }
        let mut total = 0;
        for (host, end) in self.hosts.iter_mut().zip(&mut ends) {
            host.fresh = total..total + *end;
            total += *end;
            *end = host.fresh.start;
        }
        self.fresh = vec![0; total];
        self.waiting = total;
        for (index, host) in host_of.iter().enumerate() {
            let Some(next) = host.and_then(|host| ends.get_mut(host.0 as usize)) else { continue };
            if let Some(place) = self.fresh.get_mut(*next) {
                *place = u32::try_from(index).unwrap_or(u32::MAX);
            }
            *next += 1;
        }
    }

    /// Every host, busiest first.
    pub(crate) fn by_work(&self) -> Vec<HostId> {
        let mut ids: Vec<(Reverse<usize>, HostId)> =
            self.hosts.iter().zip(0..).map(|(host, number)| (Reverse(host.waiting()), HostId(number))).collect();
        ids.sort_unstable();
        ids.into_iter().map(|(_, id)| id).collect()
    }

    /// A host.
    pub(crate) fn host(&mut self, id: HostId) -> Option<&mut Host> {
        self.hosts.get_mut(id.0 as usize)
    }

    /// Every host.
    pub(crate) fn hosts(&self) -> &[Host] {
        &self.hosts
    }

    /// Addresses that wait to be begun or to go on.
    pub(crate) fn waiting(&self) -> usize {
        self.waiting
    }

    /// The next address to go on with, if one may be asked `now`. Its host counts one request more until
    /// [`Self::finish`].
    pub(crate) fn pop(&mut self, now: Instant) -> Option<(HostId, Work)> {
        while let Some(Reverse((at, id))) = self.alarms.peek().copied().filter(|Reverse((at, _))| *at <= now) {
            self.alarms.pop();
            if let Some(host) = self.host(id).filter(|host| host.alarm == Some(at)) {
                host.alarm = None;
            }
            self.consider(id, now);
        }
        loop {
            let id = self.next_ready()?;
            let Some(host) = self.host(id) else { continue };
            host.marks.ready = false;
            if host.not_before.is_some_and(|before| before > now) {
                self.consider(id, now);
                continue;
            }
            let work = match host.begun.pop_front() {
                Some(journey) => Some(Work::Begun(journey)),
                None => match host.fresh.next() {
                    Some(place) => self.fresh.get(place).map(|index| Work::Fresh(*index)),
                    None => host.last.take().map(Work::Begun),
                },
            };
            let Some(work) = work else { continue };
            self.waiting -= 1;
            if let Some(host) = self.host(id) {
                host.starts(now);
            }
            self.consider(id, now);
            return Some((id, work));
        }
    }

    /// A request of the host has ended, or was not made after all.
    pub(crate) fn finish(&mut self, id: HostId, now: Instant) {
        if let Some(host) = self.host(id) {
            host.under_way = host.under_way.saturating_sub(1);
        }
        self.consider(id, now);
    }

    /// An address is to go on as soon as its host may be asked.
    pub(crate) fn give(&mut self, id: HostId, journey: Box<Journey>, now: Instant) {
        self.waiting += 1;
        if let Some(host) = self.host(id) {
            host.begun.push_back(journey);
        }
        self.consider(id, now);
    }

    /// An address is to go on before all others of its host.
    pub(crate) fn give_first(&mut self, id: HostId, journey: Box<Journey>, now: Instant) {
        self.waiting += 1;
        if let Some(host) = self.host(id) {
            host.begun.push_front(journey);
        }
        self.consider(id, now);
    }

    /// What is asked beside the addresses of a host is to go on once none of them waits.
    pub(crate) fn give_last(&mut self, id: HostId, journey: Box<Journey>, now: Instant) {
        let Some(host) = self.hosts.get_mut(id.0 as usize) else { return };
        // There is one such question for each host.
        self.waiting += usize::from(host.last.replace(journey).is_none());
        self.consider(id, now);
    }

    /// An address is to go on, but not before `at`.
    pub(crate) fn give_later(&mut self, id: HostId, journey: Box<Journey>, at: Instant, now: Instant) {
        self.waiting += 1;
        if let Some(host) = self.host(id) {
            // What is asked beside the addresses has no index of its own: two of a host may be put off to one moment.
            let mut key = (at, journey.index);
            while host.delayed.contains_key(&key) {
                let Some(later) = key.0.checked_add(Duration::from_nanos(1)) else { break };
                key.0 = later;
            }
            host.delayed.insert(key, journey);
        }
        self.consider(id, now);
    }

    /// A host is slow, so others go first until it answers.
    pub(crate) fn distrust(&mut self, id: HostId) {
        if let Some(host) = self.host(id) {
            host.marks.suspect = true;
        }
    }

    /// Takes all work away from a host.
    pub(crate) fn drain(&mut self, id: HostId) -> Vec<Work> {
        let Some(host) = self.hosts.get_mut(id.0 as usize) else { return Vec::new() };
        let fresh = self.fresh.get(std::mem::take(&mut host.fresh)).unwrap_or_default();
        let begun = host.begun.drain(..).chain(std::mem::take(&mut host.delayed).into_values()).chain(host.last.take());
        let work: Vec<Work> = fresh.iter().map(|index| Work::Fresh(*index)).chain(begun.map(Work::Begun)).collect();
        self.waiting -= work.len();
        work
    }

    /// When [`Self::pop`] may have something that it has not yet.
    pub(crate) fn next_alarm(&self) -> Option<Instant> {
        self.alarms.peek().map(|Reverse((at, _))| *at)
    }

    /// Puts a host in the list of the ready ones, or sets its alarm, if it has work and may be asked.
    pub(crate) fn consider(&mut self, id: HostId, now: Instant) {
        let Some(host) = self.hosts.get_mut(id.0 as usize) else { return };
        if !host.open || host.marks.ready || host.under_way >= host.limit() {
            return;
        }
        while let Some(due) = host.delayed.first_entry().filter(|entry| entry.key().0 <= now) {
            host.begun.push_back(due.remove());
        }
        let held = host.not_before.filter(|before| *before > now);
        let has_work = !(host.fresh.is_empty() && host.begun.is_empty() && host.last.is_none());
        let due = host.delayed.first_key_value().map(|((at, _), _)| *at);
        let alarm = if has_work { held } else { due.map(|due| held.map_or(due, |held| held.max(due))) };
        if let Some(at) = alarm {
            if host.alarm.is_none_or(|set| at < set) {
                host.alarm = Some(at);
                self.alarms.push(Reverse((at, id)));
            }
        } else if has_work {
            host.marks.ready = true;
            let waiting = host.waiting();
            if host.marks.suspect {
                if !std::mem::replace(&mut host.marks.in_suspects, true) {
                    self.suspects.push_back(id);
                }
                return;
            }
            if !std::mem::replace(&mut host.marks.in_busiest, true) {
                self.busiest.push((waiting, Reverse(id)));
            }
            if !std::mem::replace(&mut host.marks.in_longest, true) {
                self.longest.push_back(id);
            }
        }
    }

    /// Takes a ready host off a list; what another list says of it is skipped when it comes up.
    fn next_ready(&mut self) -> Option<HostId> {
        loop {
            self.turn = self.turn.wrapping_add(1) % SUSPECTS_EVERY;
            let list = match self.turn {
                0 if !self.suspects.is_empty() => List::Suspects,
                turn if turn % LONGEST_EVERY == 0 && !self.longest.is_empty() => List::Longest,
                _ if !self.busiest.is_empty() => List::Busiest,
                _ => List::Suspects,
            };
            let id = match list {
                List::Busiest => self.busiest.pop().map(|(_, Reverse(id))| id),
                List::Longest => self.longest.pop_front(),
                List::Suspects => self.suspects.pop_front(),
            }?;
            let marks = &mut self.hosts.get_mut(id.0 as usize)?.marks;
            match list {
                List::Busiest => marks.in_busiest = false,
                List::Longest => marks.in_longest = false,
                List::Suspects => marks.in_suspects = false,
            }
            if !marks.ready {
                continue;
            }
            if !marks.suspect || matches!(list, List::Suspects) {
                return Some(id);
            }
            // It became one after it was listed.
            if !std::mem::replace(&mut marks.in_suspects, true) {
                self.suspects.push_back(id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::super::settings::Settings;
    use super::*;

    /// A queue whose hosts `a`, `b`, … have so many addresses each, all open and known to answer.
    fn queue(per_host: usize, pace: u64, sizes: &[usize]) -> (Queue, Vec<HostId>, Instant) {
        let settings = Settings { per_host, pace: Duration::from_millis(pace), ..Settings::default() };
        let mut queue = Queue::new(Manners::common(&settings));
        let now = Instant::now();
        let ids: Vec<HostId> = ('a'..).zip(sizes).map(|(name, _)| queue.host_id(&name.to_string()).0).collect();
        // The addresses come mixed, as an archive names them.
        let longest = sizes.iter().copied().max().unwrap_or(0);
        let rounds = (0..longest).flat_map(|round| ids.iter().zip(sizes).filter(move |(_, size)| round < **size));
        let host_of: Vec<Option<HostId>> = rounds.map(|(id, _)| Some(*id)).collect();
        queue.fill(&host_of);
        for id in &ids {
            let host = queue.host(*id).unwrap();
            host.open = true;
            let url = Url::parse("http://a/").unwrap();
            host.answers(&Journey::new(0, url, super::super::journey::Ask::Get), false);
            queue.consider(*id, now);
        }
        (queue, ids, now)
    }

    /// Who is asked when, in milliseconds, if every request takes `took`.
    fn run(queue: &mut Queue, start: Instant, slots: usize, took: u64) -> Vec<(u64, HostId)> {
        let (mut log, mut under_way, mut now) = (Vec::new(), VecDeque::new(), 0);
        loop {
            let at = start + Duration::from_millis(now);
            while under_way.front().is_some_and(|(end, _)| *end <= now) {
                queue.finish(under_way.pop_front().unwrap().1, at);
            }
            while under_way.len() < slots {
                let Some((id, _)) = queue.pop(at) else { break };
                log.push((now, id));
                under_way.push_back((now + took, id));
            }
            if under_way.is_empty() && queue.waiting() == 0 {
                return log;
            }
            now += 1;
        }
    }

    #[test]
    fn what_is_put_off_to_one_moment_all_comes_back() {
        let (mut queue, ids, now) = queue(usize::MAX, 0, &[0]);
        let later = now + Duration::from_millis(5);
        for path in ["robots.txt", "none"] {
            let url = Url::parse(&format!("http://a/{path}")).unwrap();
            queue.give_later(ids[0], Journey::new(u32::MAX, url, super::super::journey::Ask::Get), later, now);
        }
        assert_eq!(queue.waiting(), 2);
        assert!(queue.pop(now).is_none());
        let back = std::iter::from_fn(|| queue.pop(later + Duration::from_millis(1))).count();
        assert_eq!((back, queue.waiting()), (2, 0));
    }

    #[test]
    fn every_address_comes_once_and_belongs_to_its_host() {
        let (mut queue, ids, now) = queue(usize::MAX, 0, &[3, 1, 2]);
        let mut seen = Vec::new();
        while let Some((id, work)) = queue.pop(now) {
            let Work::Fresh(index) = work else { panic!("{work:?}") };
            seen.push((index, id));
        }
        seen.sort_unstable();
        let [a, b, c] = ids[..] else { panic!() };
        assert_eq!(seen, [(0, a), (1, b), (2, c), (3, a), (4, c), (5, a)]);
        assert_eq!(queue.waiting(), 0);
    }

    #[test]
    fn a_host_is_neither_crowded_nor_hurried() {
        let (mut queue, ids, now) = queue(2, 10, &[20, 20, 5]);
        let log = run(&mut queue, now, 100, 35);
        for id in ids {
            let starts: Vec<u64> = log.iter().filter(|(_, host)| *host == id).map(|(at, _)| *at).collect();
            assert!(starts.windows(2).all(|pair| pair[1] - pair[0] >= 10), "{starts:?}");
            assert!(starts.windows(3).all(|three| three[2] - three[0] >= 35), "{starts:?}");
        }
    }

    #[test]
    fn the_busiest_host_sets_the_time() {
        // Ten hosts want 2000 requests a second, and there are slots for 1000: the busiest must not lose its turns.
        let sizes = [400, 30, 30, 30, 30, 30, 30, 30, 30, 30];
        let (mut queue, _, now) = queue(usize::MAX, 5, &sizes);
        let end = run(&mut queue, now, 1, 1).last().unwrap().0;
        assert!(end <= 399 * 5 * 105 / 100, "{end} ms for a bound of {} ms", 399 * 5);
    }

    /// The milliseconds until everything is asked, of hosts that nobody knows yet, as the engine goes on with them. Every
    /// request takes what `took` says of its host; time is counted and not waited for.
    fn time_of_all(queue: &mut Queue, start: Instant, slots: usize, took: impl Fn(HostId) -> u64) -> u64 {
        let mut under_way: BinaryHeap<Reverse<(u64, HostId)>> = BinaryHeap::new();
        let mut now = 0;
        loop {
            let at = start + Duration::from_millis(now);
            while under_way.peek().is_some_and(|Reverse((end, _))| *end <= now) {
                let Some(Reverse((_, id))) = under_way.pop() else { break };
                let journey = Journey::new(0, Url::parse("http://a/").unwrap(), super::super::journey::Ask::Get);
                let host = queue.host(id).unwrap();
                if host.answers(&journey, false) {
                    host.hold(at + host.manners.pace);
                }
                queue.finish(id, at);
            }
            while under_way.len() < slots {
                let Some((id, _)) = queue.pop(at) else { break };
                under_way.push(Reverse((now + took(id), id)));
            }
            let alarm = queue.next_alarm().filter(|_| under_way.len() < slots);
            let alarm = alarm.map(|alarm| u64::try_from((alarm - start).as_nanos().div_ceil(1_000_000)).unwrap());
            let ended = under_way.peek().map(|Reverse((end, _))| *end);
            match alarm.into_iter().chain(ended).min() {
                Some(next) => now = next,
                None => return now,
            }
        }
    }

    #[test]
    fn two_thousand_hosts_take_no_longer_than_the_busiest() {
        let sizes: Vec<usize> = (1..=2000).map(|rank| (600 / rank).max(1)).collect();
        for (pace, per_host, slots) in [(50, 2, 128), (100, 2, 64), (100, 1, 128)] {
            let settings = Settings { per_host, pace: Duration::from_millis(pace), ..Settings::default() };
            let mut queue = Queue::new(Manners::common(&settings));
            let start = Instant::now();
            // The busiest comes last in the archive, and stands in no list before the others do.
            let ids: Vec<HostId> = (0..2000).map(|number| queue.host_id(&format!("h{number}")).0).collect();
            let host_of = ids.iter().zip(sizes.iter().rev()).flat_map(|(id, size)| vec![Some(*id); *size]);
            queue.fill(&host_of.collect::<Vec<_>>());
            for id in &ids {
                queue.host(*id).unwrap().open = true;
                queue.consider(*id, start);
            }
            // From 10 to 90 ms; every hundredth takes a second, which is when the engine gives its slot to others.
            let took = |id: HostId| if id.0 % 100 == 7 { 1000 } else { 10 + u64::from(id.0) * 7 % 81 };
            let bound = 599 * pace + took(ids[1999]);
            let time = time_of_all(&mut queue, start, slots, took);
            assert_eq!(queue.waiting(), 0);
            assert!(time >= bound, "{time} ms are less than the {bound} ms that the pace takes");
            assert!(time * 100 <= bound * 105, "{time} ms for a bound of {bound} ms");
        }
    }

    #[test]
    fn no_small_host_starves() {
        let (mut queue, ids, now) = queue(usize::MAX, 0, &[1000, 1]);
        let log = run(&mut queue, now, 4, 1);
        let turn = log.iter().position(|(_, id)| *id == ids[1]).unwrap();
        assert!(turn < 8, "the small host's turn was the {turn}th");
    }

    #[test]
    fn a_host_that_is_held_back_costs_the_others_nothing() {
        let (mut queue, ids, now) = queue(4, 0, &[100, 50]);
        queue.host(ids[0]).unwrap().hold(now + Duration::from_millis(500));
        let log = run(&mut queue, now, 2, 1);
        assert!(log[..50].iter().all(|(at, id)| *id == ids[1] && *at < 60));
        assert_eq!(log[50].0, 500);
    }

    #[test]
    fn a_suspect_comes_last_and_yet_in_time() {
        let (mut queue, ids, now) = queue(usize::MAX, 0, &[1, 1000]);
        queue.distrust(ids[0]);
        let log = run(&mut queue, now, 1, 1);
        let turn = log.iter().position(|(_, id)| *id == ids[0]).unwrap();
        assert!((30..200).contains(&turn), "the suspect's turn was the {turn}th");
    }

    #[test]
    fn what_was_put_off_comes_when_it_is_due() {
        let (mut queue, ids, now) = queue(4, 0, &[1]);
        let (id, _) = queue.pop(now).unwrap();
        let journey = Journey::new(0, Url::parse("http://a/").unwrap(), super::super::journey::Ask::Get);
        let due = now + Duration::from_millis(30);
        queue.give_later(id, journey, due, now);
        queue.finish(id, now);
        assert!(queue.pop(now).is_none());
        assert_eq!(queue.next_alarm(), Some(due));
        assert!(matches!(queue.pop(due), Some((host, Work::Begun(_))) if host == ids[0]));
    }

    #[test]
    fn a_drained_host_has_nothing_left() {
        let (mut queue, ids, now) = queue(4, 0, &[5, 1]);
        let journey = Journey::new(9, Url::parse("http://a/").unwrap(), super::super::journey::Ask::Get);
        queue.give_later(ids[0], journey, now, now);
        assert_eq!(queue.drain(ids[0]).len(), 6);
        assert_eq!(queue.waiting(), 1);
        assert_eq!(queue.pop(now).map(|(id, _)| id), Some(ids[1]));
        assert!(queue.pop(now).is_none());
    }
}
