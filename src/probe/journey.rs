//! How far the asking for one address has come.

use std::hash::{BuildHasher, Hasher};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use url::Url;

use super::cookie::Cookies;
use super::outcome::{Details, Hop, Outcome, Reason, Seen, Validators, Verdict};
use super::suspect::{Drift, Shape, View};

/// What the next request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ask {
    /// `HEAD`, which costs the host least.
    Head,
    /// `GET`, to see whether the host's good answer to `HEAD` was true.
    Confirm,
    /// `GET`.
    Get,
}

/// What is asked beside the run's addresses.
#[derive(Debug)]
pub(crate) enum Errand {
    /// What a host answers for an address that cannot exist, in folders of a shape; the part that cannot exist.
    Sibling(Shape, Box<str>),
    /// Whether the host of this name answers over `https` as well.
    Upgrade(Box<str>),
}

/// One address on its way through requests, redirects and repetitions to a verdict.
#[derive(Debug)]
pub(crate) struct Journey {
    /// Whether it is not one of the run's addresses but the way to a host's `robots.txt`.
    pub(crate) for_robots: bool,
    /// What else it is asked for.
    pub(crate) errand: Option<Errand>,
    /// Which of the run's addresses it is.
    pub(crate) index: u32,
    /// Where the next request goes.
    pub(crate) url: Url,
    /// The method of the next request.
    pub(crate) ask: Ask,
    /// The redirects so far.
    pub(crate) hops: Vec<Hop>,
    /// The status of the last answer.
    pub(crate) status: Option<u16>,
    /// Failed tries at the place where it is.
    pub(crate) tries: u8,
    /// Times that this machine lacked a socket for it.
    pub(crate) local_tries: u8,
    /// Times that its host said to have done nothing with the request.
    pub(crate) unprocessed: u8,
    /// Whether `HEAD` was answered with anything but a success.
    pub(crate) head_was_bad: bool,
    /// Fragments to look for.
    pub(crate) fragments: Box<[Box<str>]>,
    /// Those that the page lacks.
    pub(crate) missing: Box<[Box<str>]>,
    /// Whether its page is to be judged, and the page.
    pub(crate) judges: bool,
    pub(crate) view: Option<Box<View>>,
    /// What of the archive's text the page still shows, if that was to be told.
    pub(crate) drift: Option<Drift>,
    /// What was seen of the page.
    pub(crate) seen: Option<Seen>,
    /// The first address, once a redirect led away from it.
    first: Option<Box<str>>,
    /// What the last answer can be recognised by.
    pub(crate) validators: Option<Box<Validators>>,
    cookies: Cookies,
    been: Vec<u64>,
    departed: Instant,
    attempts: u16,
    spent: Duration,
    took: Duration,
    began: Option<Timestamp>,
}

impl Journey {
    /// At its beginning.
    pub(crate) fn new(index: u32, url: Url, ask: Ask) -> Box<Self> {
        Box::new(Self {
            for_robots: false,
            errand: None,
            index,
            url,
            ask,
            hops: Vec::new(),
            status: None,
            tries: 0,
            local_tries: 0,
            unprocessed: 0,
            head_was_bad: false,
            fragments: Box::default(),
            missing: Box::default(),
            judges: false,
            view: None,
            drift: None,
            seen: None,
            first: None,
            validators: None,
            cookies: Cookies::default(),
            been: Vec::new(),
            departed: Instant::now(),
            attempts: 0,
            spent: Duration::ZERO,
            took: Duration::ZERO,
            began: None,
        })
    }

    /// To the `robots.txt` of the host of an address.
    pub(crate) fn robots(url: &Url) -> Box<Self> {
        let mut url = url.clone();
        url.set_path("/robots.txt");
        url.set_query(None);
        url.set_fragment(None);
        let mut journey = Self::new(u32::MAX, url, Ask::Get);
        journey.for_robots = true;
        journey
    }

    /// Back to the beginning, this time with `GET`: a host that answers `HEAD` with nonsense may mean it otherwise.
    pub(crate) fn restart(&mut self, url: Url) {
        self.url = url;
        self.ask = Ask::Get;
        self.hops.clear();
        self.been.clear();
        self.first = None;
        self.cookies = Cookies::default();
    }

    /// Notes that a request is sent.
    pub(crate) fn depart(&mut self) {
        self.began.get_or_insert_with(Timestamp::now);
        self.attempts = self.attempts.saturating_add(1);
        self.departed = Instant::now();
    }

    /// When the last request was sent.
    pub(crate) fn departed(&self) -> Instant {
        self.departed
    }

    /// Notes that its name was looked up, which counts as asking though nothing was sent.
    pub(crate) fn looks_up(&mut self, now: Timestamp) {
        self.began.get_or_insert(now);
    }

    /// Notes how long it took.
    pub(crate) fn arrive(&mut self, took: Duration) {
        self.spent = self.spent.saturating_add(took);
        self.took = took;
    }

    /// How long the last request took.
    pub(crate) fn took(&self) -> Duration {
        self.took
    }

    /// Takes a redirect and the cookies that came with it.
    /// Says whether the chain has been there before, with the same cookies.
    pub(crate) fn follow(&mut self, status: u16, target: Url, cookies: &[String]) -> bool {
        let here = self.trace();
        self.been.push(here);
        if self.first.is_none() {
            self.first = Some(self.url.as_str().into());
        }
        for cookie in cookies {
            self.cookies.set(&self.url, cookie);
        }
        self.hops.push(Hop { status, to: target.as_str().into() });
        self.url = target;
        self.tries = 0;
        if self.ask == Ask::Confirm {
            self.ask = Ask::Get;
        }
        let there = self.trace();
        self.been.contains(&there)
    }

    /// The `Cookie` header of the next request.
    pub(crate) fn cookie_header(&self) -> Option<String> {
        self.cookies.header(&self.url)
    }

    /// Whether the body of the next answer is needed.
    pub(crate) fn wants_page(&self) -> bool {
        (self.judges || self.wants_fragments()) && self.ask != Ask::Head
    }

    /// Whether fragments are to be looked for: a redirect that names one of its own replaces the reader's.
    pub(crate) fn wants_fragments(&self) -> bool {
        !self.fragments.is_empty() && self.url.fragment().is_none()
    }

    /// The address that it began with.
    pub(crate) fn start(&self) -> &str {
        self.first.as_deref().unwrap_or(self.url.as_str())
    }

    /// Whether every redirect so far was for good, if there was any.
    pub(crate) fn moved_for_good(&self) -> bool {
        !self.hops.is_empty() && self.hops.iter().all(|hop| matches!(hop.status, 301 | 308))
    }

    /// The end of it.
    pub(crate) fn outcome(self, verdict: Verdict, reason: Reason, evidence: Option<Box<str>>) -> Outcome {
        let outcome = Outcome {
            verdict,
            reason,
            status: self.status,
            checked_at: self.began,
            attempts: self.attempts,
            elapsed_ms: u32::try_from(self.spent.as_millis()).unwrap_or(u32::MAX),
            seen: self.seen,
            details: None,
        };
        outcome.with(Details {
            final_url: self.hops.last().map(|hop| hop.to.clone()),
            redirects: self.hops.into_boxed_slice(),
            evidence,
            missing_fragments: self.missing,
            validators: self.validators.map(|validators| *validators),
        })
    }

    /// Where it is and what it carries, in 64 bits.
    fn trace(&self) -> u64 {
        let mut hasher = foldhash::fast::FixedState::with_seed(0).build_hasher();
        let text = self.url.as_str();
        // The fragment stays with the reader; the server never sees it.
        hasher.write(text.split('#').next().unwrap_or(text).as_bytes());
        if let Some(cookies) = self.cookies.header(&self.url) {
            hasher.write_u8(b'#');
            hasher.write(cookies.as_bytes());
        }
        hasher.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn a_loop_is_seen_when_it_closes() {
        let mut journey = Journey::new(0, url("http://a.com/1"), Ask::Head);
        assert!(!journey.follow(302, url("http://a.com/2"), &[]));
        assert!(!journey.follow(302, url("http://a.com/3"), &[]));
        assert!(journey.follow(302, url("http://a.com/2#there"), &[]));
    }

    #[test]
    fn a_new_cookie_makes_it_another_place() {
        let mut journey = Journey::new(0, url("http://a.com/"), Ask::Head);
        let cookie = ["seen=1".to_owned()];
        assert!(!journey.follow(302, url("http://a.com/"), &cookie));
        assert!(journey.follow(302, url("http://a.com/"), &cookie));
    }

    #[test]
    fn moved_for_good_only_if_every_step_is() {
        let mut journey = Journey::new(0, url("http://a.com/"), Ask::Head);
        assert!(!journey.moved_for_good());
        journey.follow(301, url("http://b.com/"), &[]);
        assert!(journey.moved_for_good());
        journey.follow(302, url("http://c.com/"), &[]);
        assert!(!journey.moved_for_good());
    }
}
