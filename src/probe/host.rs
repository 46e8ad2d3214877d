//! One host: its queue, its manners and ours.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;
use std::time::{Duration, Instant};

use url::Url;

use super::head::Head;
use super::journey::{Ask, Journey};
use super::latency::Latency;
use super::manners::{Manners, Method};
use super::outcome::{Reason, Verdict};
use super::robots::Rules;

/// What a host that complains of too many requests is given more at first, and at most, between two of them.
const RESTRAINT: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(10));
/// After so many answers without complaint half of it is taken back.
const CONTENT: u32 = 8;

/// The wait for a silent host stops growing after so many troubles, so that one that is gone is known to be soon.
const SILENCE_MATTERS: u32 = 3;

/// Why no address of a host is asked any more.
#[derive(Clone, Debug)]
pub(crate) struct Closure {
    pub(crate) verdict: Verdict,
    pub(crate) reason: Reason,
    pub(crate) words: Box<str>,
}

/// What is known of a host's `robots.txt`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Robots {
    /// Nothing.
    Unknown,
    /// It is being asked for.
    Asked,
    /// What it says.
    Known(Rules),
}

/// What is known of how a host takes requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trust {
    /// It has not answered yet.
    Stranger,
    /// It answers.
    Answers,
    /// Its last word was silence, or a plea for less.
    Strained,
}

/// In which of the queue's lists a host stands: in each at most once.
#[derive(Clone, Copy, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "marks that are independent of each other")]
pub(crate) struct Marks {
    /// It may be asked; what a list says of a host without this mark is out of date.
    pub(crate) ready: bool,
    pub(crate) in_busiest: bool,
    pub(crate) in_longest: bool,
    pub(crate) in_suspects: bool,
    /// It was silent or slow when asked last, so others go first.
    pub(crate) suspect: bool,
}

/// A host: a name with its port, or with the ports of the web.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "marks that are independent of each other")]
pub(crate) struct Host {
    /// `example.com`, or `example.com:8080`.
    pub(crate) key: Box<str>,
    /// Whether its name has an address and may be contacted.
    pub(crate) open: bool,
    /// Whether a proxy stands before it.
    pub(crate) proxied: bool,
    /// Why it is asked no more, by `http` and by `https`.
    pub(crate) closed: [Option<Closure>; 2],
    /// How it is treated.
    pub(crate) manners: Manners,
    /// Whether connections to it are kept for the next request.
    pub(crate) kept: bool,
    /// Whether it wants to be asked over HTTP/1.1.
    pub(crate) old_http: bool,
    /// Addresses not yet begun, as a range of the queue's list.
    pub(crate) fresh: Range<usize>,
    /// Addresses begun, to go on at once.
    pub(crate) begun: VecDeque<Box<Journey>>,
    /// What is asked beside its addresses, once none of them waits to go on at once.
    pub(crate) last: Option<Box<Journey>>,
    /// Addresses begun, to go on later, by when.
    pub(crate) delayed: BTreeMap<(Instant, u32), Box<Journey>>,
    /// What it lets robots do, where that matters.
    pub(crate) robots: Robots,
    /// Whether it was asked for `https` beside `http`.
    pub(crate) asked_https: bool,
    /// Requests under way.
    pub(crate) under_way: usize,
    /// No request starts before.
    pub(crate) not_before: Option<Instant>,
    /// Where the queue has it.
    pub(crate) marks: Marks,
    pub(crate) alarm: Option<Instant>,
    trust: Trust,
    /// When it was in trouble last.
    trouble_at: Option<Instant>,
    /// Answers of "too many" in a row.
    pub(crate) strikes: u32,
    /// What is added to the pace since it complained, and answers without complaint since that last changed.
    restraint: Duration,
    content: u32,
    /// Requests in a row that no answer came to, by `http` and by `https`.
    silence: [u32; 2],
    /// Answers in a row that were failures of the server.
    failures: u32,
    /// What its answers to `HEAD` are worth.
    pub(crate) head: Head,
    latency: Latency,
}

impl Host {
    pub(crate) fn new(key: Box<str>, manners: Manners) -> Self {
        Self {
            key,
            open: false,
            proxied: false,
            closed: [None, None],
            manners,
            kept: false,
            old_http: false,
            fresh: 0..0,
            begun: VecDeque::new(),
            last: None,
            delayed: BTreeMap::new(),
            robots: Robots::Unknown,
            asked_https: false,
            under_way: 0,
            not_before: None,
            marks: Marks::default(),
            alarm: None,
            trust: Trust::Stranger,
            trouble_at: None,
            strikes: 0,
            restraint: Duration::ZERO,
            content: 0,
            silence: [0, 0],
            failures: 0,
            head: Head::default(),
            latency: Latency::default(),
        }
    }

    /// Addresses that wait.
    pub(crate) fn waiting(&self) -> usize {
        self.fresh.len() + self.begun.len() + self.delayed.len() + usize::from(self.last.is_some())
    }

    /// Requests that may be under way at once: one, until it is known to answer and what it allows, and while it labours.
    pub(crate) fn limit(&self) -> usize {
        let is_well = self.trust == Trust::Answers && self.robots != Robots::Asked && !self.latency.labours();
        if is_well { self.manners.per_host.max(1) } else { 1 }
    }

    /// How to begin with an address.
    pub(crate) fn first_ask(&self) -> Ask {
        if self.manners.method == Method::Get { Ask::Get } else { self.head.first_ask() }
    }

    /// Takes note of a good answer to `HEAD`. Returns whether to hold it against `GET`.
    pub(crate) fn confirms_head(&mut self) -> bool {
        self.head.was_good() && self.manners.method != Method::Head
    }

    /// Takes note of how long an answer took. Only those to the usual question are compared.
    pub(crate) fn took(&mut self, ask: Ask, time: Duration) {
        if ask == self.first_ask() {
            self.latency.hears(time);
        }
    }

    /// The closure that concerns an address.
    pub(crate) fn closure(&self, url: &Url) -> Option<&Closure> {
        let [plain, secure] = &self.closed;
        if url.scheme() == "https" { secure.as_ref() } else { plain.as_ref() }
    }

    /// Closes it for addresses like `url`, or for all.
    pub(crate) fn close(&mut self, url: Option<&Url>, closure: Closure) {
        let [plain, secure] = &mut self.closed;
        match url.map(Url::scheme) {
            Some("https") => *secure = Some(closure),
            Some(_) => *plain = Some(closure),
            None => (*plain, *secure) = (Some(closure.clone()), Some(closure)),
        }
    }

    /// Takes note of an answer. Returns whether it is the first.
    pub(crate) fn answers(&mut self, journey: &Journey, throttled: bool) -> bool {
        *self.silence_of(&journey.url) = 0;
        if throttled && self.is_news(journey) {
            self.strikes = self.strikes.saturating_add(1);
            self.adapt(true);
        } else if !throttled {
            self.strikes = 0;
            self.adapt(false);
        }
        let before = std::mem::replace(&mut self.trust, if throttled { Trust::Strained } else { Trust::Answers });
        self.marks.suspect = false;
        before == Trust::Stranger
    }

    /// Takes note that no answer came. Returns how often in a row that was so.
    pub(crate) fn is_silent(&mut self, journey: &Journey) -> u32 {
        if self.trust == Trust::Answers {
            self.trust = Trust::Strained;
        }
        self.marks.suspect = true;
        let news = self.is_news(journey);
        let silence = self.silence_of(&journey.url);
        *silence = silence.saturating_add(u32::from(news));
        *silence
    }

    /// Whether trouble is new: requests that were under way together and failed together are one trouble.
    fn is_news(&mut self, journey: &Journey) -> bool {
        let news = self.trouble_at.is_none_or(|at| journey.departed() >= at);
        if news {
            self.trouble_at = Some(Instant::now());
        }
        news
    }

    /// How often in a row it was in trouble, which is what the wait before the next request grows with.
    pub(crate) fn troubles(&mut self, url: &Url) -> u32 {
        let strikes = self.strikes;
        strikes.max((*self.silence_of(url)).min(SILENCE_MATTERS))
    }

    /// Takes note of what it answers; a host that fails every address is not asked everything three times.
    pub(crate) fn hears(&mut self, status: u16) {
        self.failures = if status >= 500 { self.failures.saturating_add(1) } else { 0 };
    }

    /// Whether repeating a failed request has any prospect.
    pub(crate) fn has_prospects(&self) -> bool {
        self.failures < 8
    }

    /// No request starts before `until`.
    pub(crate) fn hold(&mut self, until: Instant) {
        self.not_before = Some(self.not_before.map_or(until, |before| before.max(until)));
    }

    /// Notes the start of a request.
    pub(crate) fn starts(&mut self, now: Instant) {
        self.under_way += 1;
        let pace = self.manners.pace;
        let delay = if let Robots::Known(rules) = &self.robots { rules.delay } else { None };
        let gap = delay.map_or(pace, |delay| delay.max(pace)).saturating_add(self.restraint.max(self.latency.pause()));
        if !gap.is_zero() {
            self.hold(after(now, gap));
        }
    }

    /// Slows down at once when it complains, and picks up slowly when it does not.
    fn adapt(&mut self, throttled: bool) {
        let (least, most) = RESTRAINT;
        if throttled {
            self.restraint = (self.restraint * 2).clamp(least, most);
            self.content = 0;
            return;
        }
        self.content = self.content.saturating_add(1);
        if self.content >= CONTENT && !self.restraint.is_zero() {
            self.content = 0;
            self.restraint = if self.restraint > least / 8 { self.restraint / 2 } else { Duration::ZERO };
        }
    }

    fn silence_of(&mut self, url: &Url) -> &mut u32 {
        let [plain, secure] = &mut self.silence;
        if url.scheme() == "https" { secure } else { plain }
    }
}

/// A moment later, or a year later where that is further than the clock goes.
pub(crate) fn after(now: Instant, wait: Duration) -> Instant {
    const YEAR: Duration = Duration::from_hours(365 * 24);
    now.checked_add(wait).filter(|_| wait < YEAR).unwrap_or(now + YEAR)
}

/// Writes a host's key: its name, and its port unless it is one of the web's two.
///
/// `http` and `https` of one name are one host, since they are one machine's work.
pub(crate) fn write_key(url: &Url, key: &mut String) {
    key.clear();
    key.push_str(url.host_str().unwrap_or_default());
    if let Some(port) = url.port() {
        key.push(':');
        key.push_str(&port.to_string());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probe::Settings;

    fn host(per_host: usize) -> Host {
        Host::new("a.com".into(), Manners::common(&Settings { per_host, ..Settings::default() }))
    }

    #[test]
    fn a_host_that_complains_is_given_time_and_one_that_does_not_gets_none() {
        let journey = Journey::new(0, Url::parse("http://a.com/").unwrap(), Ask::Get);
        let mut host = host(4);
        host.answers(&journey, false);
        assert_eq!(host.restraint, Duration::ZERO);
        let old = Journey::new(1, Url::parse("http://a.com/").unwrap(), Ask::Get);
        let mut last = Duration::ZERO;
        for _ in 0..5 {
            let journey = Journey::new(0, Url::parse("http://a.com/").unwrap(), Ask::Get);
            host.answers(&journey, true);
            // The same trouble, told by another request of that time.
            host.answers(&old, true);
            assert!(host.restraint > last && (last.is_zero() || host.restraint == last * 2));
            last = host.restraint;
        }
        for _ in 0..100 {
            let journey = Journey::new(0, Url::parse("http://a.com/").unwrap(), Ask::Get);
            host.answers(&journey, true);
        }
        assert_eq!(host.restraint, RESTRAINT.1);
        for _ in 0..CONTENT * 12 {
            host.answers(&journey, false);
        }
        assert_eq!(host.restraint, Duration::ZERO);
    }

    #[test]
    fn only_a_host_that_answers_is_asked_twice_at_once() {
        let journey = Journey::new(0, Url::parse("http://a.com/").unwrap(), Ask::Get);
        let mut host = host(4);
        assert_eq!(host.limit(), 1);
        host.answers(&journey, false);
        assert_eq!(host.limit(), 4);
        host.is_silent(&journey);
        assert_eq!(host.limit(), 1);
        host.answers(&journey, true);
        assert_eq!(host.limit(), 1);
        host.answers(&journey, false);
        host.manners.per_host = 0;
        assert_eq!(host.limit(), 1);
    }

    #[test]
    fn a_host_that_labours_is_asked_once_at_a_time_until_it_recovers() {
        let journey = Journey::new(0, Url::parse("http://a.com/").unwrap(), Ask::Head);
        let mut host = host(4);
        host.answers(&journey, false);
        let take = |host: &mut Host, ask, millis, times| {
            (0..times).for_each(|_| host.took(ask, Duration::from_millis(millis)));
            host.limit()
        };
        assert_eq!(take(&mut host, Ask::Head, 20, 20), 4);
        assert_eq!(take(&mut host, Ask::Get, 2000, 20), 4, "a page takes longer than its head");
        assert_eq!(take(&mut host, Ask::Head, 2000, 20), 1);
        assert_eq!(take(&mut host, Ask::Head, 20, 60), 4);
    }

    #[test]
    fn the_method_is_the_one_that_is_wanted() {
        let mut host = host(1);
        assert_eq!((host.first_ask(), host.confirms_head()), (Ask::Head, true));
        host.manners.method = Method::Get;
        assert_eq!(host.first_ask(), Ask::Get);
        let mut host = self::host(1);
        host.manners.method = Method::Head;
        assert_eq!((host.first_ask(), host.confirms_head()), (Ask::Head, false));
    }

    #[test]
    fn keys() {
        let key = |url: &str| {
            let mut key = "old".to_owned();
            write_key(&Url::parse(url).unwrap(), &mut key);
            key
        };
        assert_eq!(key("http://A.com/x"), key("https://a.com:443/y"));
        assert_eq!(key("http://a.com:8080/"), "a.com:8080");
        assert_eq!(key("http://[::1]:80/"), "[::1]");
    }
}
