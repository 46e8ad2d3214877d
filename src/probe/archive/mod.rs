//! A web archive: which copies it holds of what is gone, and keeping what is new.
//!
//! It is asked through its CDX interface, by the beginnings of addresses rather than address by address, since it allows
//! few questions and each may have many answers. The availability interface is not used: its "nothing" means "unknown".
//! This is the other door of the room; both functions return when all is done, and hand over what they learn as they go.

mod cdx;
mod client;
mod save;
mod surt;

use crate::language::{Message, say};
use std::collections::VecDeque;
use std::fmt;
use std::time::{Duration, Instant};

use reqwest::{Method, Url};

pub use cdx::{Answer, Question, Row};
pub use save::Saving;
pub use surt::{bare_host, surt};

use super::{Cancel, Settings};
use client::Guest;

/// How a web archive is asked.
#[derive(Clone)]
pub struct ArchiveSettings {
    /// The address of its CDX interface.
    pub cdx: String,
    /// The address of its Save Page Now interface.
    pub save: String,
    /// What the address of a copy begins with; the moment and the address follow.
    pub replay: String,
    /// The account that saves, as `access:secret`.
    pub account: Option<String>,
    /// Questions in a minute. The Internet Archive shuts out whoever asks more than thirty.
    pub per_minute: u32,
    /// Pages handed over in a minute: seven with an account, three without.
    pub saves_per_minute: Option<u32>,
    /// The least wait after "too many requests".
    pub throttle_wait: Duration,
    /// The wait before it is asked again what became of a page.
    pub poll: Duration,
    /// Times that it is asked what became of one page.
    pub polls: u32,
    /// The wait before a question is repeated that it failed to answer.
    pub backoff: Duration,
    /// Most time for one question: an answer may have a hundred thousand rows.
    pub timeout: Duration,
    /// Most time for all of them.
    pub max_time: Option<Duration>,
}

impl Default for ArchiveSettings {
    fn default() -> Self {
        Self {
            cdx: "https://web.archive.org/cdx/search/cdx".to_owned(),
            save: "https://web.archive.org/save".to_owned(),
            replay: "https://web.archive.org/web/".to_owned(),
            account: None,
            per_minute: 24,
            saves_per_minute: None,
            throttle_wait: Duration::from_mins(1),
            poll: Duration::from_secs(15),
            polls: 12,
            backoff: Duration::from_secs(5),
            timeout: Duration::from_mins(3),
            max_time: None,
        }
    }
}

impl fmt::Debug for ArchiveSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The account is a secret.
        let Self { cdx, save, per_minute, throttle_wait, .. } = self;
        let mut shown = f.debug_struct("ArchiveSettings");
        shown.field("cdx", cdx).field("save", save).field("has_account", &self.account.is_some());
        shown.field("per_minute", per_minute).field("throttle_wait", throttle_wait).finish_non_exhaustive()
    }
}

/// What the Internet Archive allows at most, and the wait that it wants at least, whatever the settings say.
const INTERNET_ARCHIVE: (u32, Duration) = (24, Duration::from_mins(1));

impl ArchiveSettings {
    fn is_internet_archive(&self) -> bool {
        [&self.cdx, &self.save]
            .into_iter()
            .filter_map(|text| Url::parse(text).ok())
            .any(|url| url.host_str().is_some_and(|host| host == "archive.org" || host.ends_with(".archive.org")))
    }

    /// Least time between two questions.
    fn pace(&self) -> Duration {
        let most = if self.is_internet_archive() { INTERNET_ARCHIVE.0 } else { u32::MAX };
        Duration::from_mins(1) / self.per_minute.clamp(1, most)
    }

    /// Least time between two pages that are handed over.
    fn save_pace(&self) -> Duration {
        let allowed = if self.account.is_some() { 7 } else { 3 };
        let wanted = self.saves_per_minute.unwrap_or(allowed);
        Duration::from_mins(1) / wanted.clamp(1, if self.is_internet_archive() { allowed } else { u32::MAX })
    }

    /// Least wait after "too many requests".
    fn patience(&self) -> Duration {
        if self.is_internet_archive() { self.throttle_wait.max(INTERNET_ARCHIVE.1) } else { self.throttle_wait }
    }

    /// The address of a copy.
    pub fn copy_address(&self, timestamp: &str, original: &str) -> String {
        format!("{}{timestamp}/{original}", self.replay)
    }
}

/// Why a web archive could not be asked to the end. What was learnt before was handed over.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.message().english())]
pub enum ArchiveError {
    /// One of its addresses is none.
    Address(String),
    /// The settings make no client.
    Client(String),
    /// The system gives no event loop.
    Runtime(#[from] std::io::Error),
    /// It answers "too many requests" however long it is left alone.
    Throttled,
    /// It fails again and again.
    Fails(String),
    /// The run was interrupted, or its time is over.
    Over,
}

impl ArchiveError {
    /// Why, without what the system says of it.
    pub fn message(&self) -> Message {
        match self {
            Self::Address(text) => say!("`{text}` is no address of a web archive", text),
            Self::Client(words) => say!("setting up the HTTP client: {words}", words),
            Self::Runtime(_) => say!("starting the event loop"),
            Self::Throttled => say!("the web archive wants to be left alone; run again in an hour"),
            Self::Fails(why) => say!("the web archive cannot be asked ({why}); run again later", why),
            Self::Over => say!("the run ended before the web archive was asked everything"),
        }
    }
}

/// The answer to the question before, or why there is none; nothing before the first.
pub type Told = Option<Result<Answer, String>>;
/// The next question, with the key to go on with; nothing when all is known.
pub type Next = Option<(Question, Option<String>)>;

/// Questions in a row that it fails on before it is believed to be down.
const FAILURES: u32 = 3;

/// Asks a web archive what `next` wants to know, until it wants nothing more.
///
/// `next` is given the answer to the question before, or why there is none, and names the next question, with the key
/// to go on with where an answer had one.
pub fn ask_archive(
    settings: &ArchiveSettings,
    web: &Settings,
    cancel: &Cancel,
    next: &mut dyn FnMut(Told) -> Next,
) -> Result<(), ArchiveError> {
    let base = address(&settings.cdx)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut guest = Guest::new(settings, web, cancel)?;
    runtime.block_on(async {
        let mut wanted = next(None);
        let mut failures = 0;
        while let Some((question, resume)) = wanted {
            let url = cdx::address(&base, &question, resume.as_deref());
            let answer = match guest.ask((Method::GET, &url), None, settings.pace()).await {
                Ok(body) => cdx::parse(&body).map_err(|words| format!("its answer is damaged: {words}")),
                Err(ArchiveError::Fails(words)) => Err(words),
                Err(trouble) => return Err(trouble),
            };
            failures = if answer.is_ok() { 0 } else { failures + 1 };
            let words = answer.as_ref().err().cloned();
            wanted = next(Some(answer));
            if let Some(words) = words.filter(|_| failures >= FAILURES) {
                return Err(ArchiveError::Fails(words));
            }
        }
        Ok(())
    })
}

/// A page to be saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its address.
    pub url: String,
    /// The number under which it was handed over before.
    pub job: Option<String>,
}

/// Has pages saved, the first first. `on` is told of each what became of it, last of all whether it is still pending.
pub fn save_pages(
    settings: &ArchiveSettings,
    web: &Settings,
    cancel: &Cancel,
    pages: &[Page],
    on: &mut dyn FnMut(usize, Saving),
) -> Result<(), ArchiveError> {
    let base = address(&settings.save)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut guest = Guest::new(settings, web, cancel)?;
    runtime.block_on(async {
        let mut jobs: VecDeque<Job> = VecDeque::new();
        for (page, number) in pages.iter().zip(0..) {
            if let Some(name) = &page.job {
                jobs.push_back(Job { number, name: name.clone(), polls: settings.polls, due: Instant::now() });
            }
        }
        let mut fresh = pages.iter().enumerate().filter(|(_, page)| page.job.is_none());
        let mut is_enough = false;
        loop {
            let is_due = jobs.front().is_some_and(|job| job.due <= Instant::now());
            if is_due && let Some(job) = jobs.pop_front() {
                ask_after(&mut guest, settings, (&base, job), (&mut jobs, on)).await?;
            } else if let Some((number, page)) = fresh.next().filter(|_| !is_enough) {
                let form = url::form_urlencoded::Serializer::new(String::new())
                    .extend_pairs([("url", page.url.as_str()), ("skip_first_archive", "1")])
                    .finish();
                let body = guest.ask((Method::POST, &base), Some(&form), settings.save_pace()).await?;
                let saving = save::parse(&body).unwrap_or_else(Saving::Later);
                if let Saving::Pending(name) = &saving {
                    let due = Instant::now() + settings.poll;
                    jobs.push_back(Job { number, name: name.clone(), polls: settings.polls, due });
                }
                is_enough = matches!(saving, Saving::Enough(_));
                on(number, saving);
            } else if let Some(job) = jobs.front() {
                guest.rest(job.due.saturating_duration_since(Instant::now()));
                guest.wait().await?;
            } else {
                return Ok(());
            }
        }
    })
}

/// A page that was handed over.
struct Job {
    number: usize,
    name: String,
    polls: u32,
    due: Instant,
}

/// Asks what became of a page, and puts it back where that is not known yet.
async fn ask_after(
    guest: &mut Guest<'_>,
    settings: &ArchiveSettings,
    (base, mut job): (&Url, Job),
    (jobs, on): (&mut VecDeque<Job>, &mut dyn FnMut(usize, Saving)),
) -> Result<(), ArchiveError> {
    let mut url = base.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(["status", &job.name]);
    }
    let body = guest.ask((Method::GET, &url), None, settings.pace()).await?;
    match save::parse(&body).unwrap_or_else(Saving::Later) {
        Saving::Pending(_) if job.polls > 1 => {
            job.polls -= 1;
            job.due = Instant::now() + settings.poll;
            jobs.push_back(job);
        }
        saving => on(job.number, saving),
    }
    Ok(())
}

fn address(text: &str) -> Result<Url, ArchiveError> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    url.ok_or_else(|| ArchiveError::Address(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_can_hurry_the_internet_archive() {
        let hasty = ArchiveSettings {
            per_minute: 6000,
            saves_per_minute: Some(600),
            throttle_wait: Duration::ZERO,
            ..ArchiveSettings::default()
        };
        assert_eq!(hasty.pace(), Duration::from_millis(2500));
        assert_eq!(hasty.save_pace(), Duration::from_secs(20));
        assert_eq!(hasty.patience(), Duration::from_mins(1));
        let account = ArchiveSettings { account: Some("key:secret".to_owned()), ..hasty.clone() };
        assert!(account.save_pace() > Duration::from_secs(8));
        assert!(!format!("{account:?}").contains("secret"));
        let own = ArchiveSettings {
            cdx: "http://127.0.0.1:1/cdx".to_owned(),
            save: "http://127.0.0.1:1/save".to_owned(),
            ..hasty
        };
        assert_eq!((own.pace(), own.patience()), (Duration::from_millis(10), Duration::ZERO));
        let none = ArchiveSettings { per_minute: 0, saves_per_minute: Some(0), ..own };
        assert_eq!((none.pace(), none.save_pace()), (Duration::from_mins(1), Duration::from_mins(1)));
    }

    #[test]
    fn the_address_of_a_copy_is_what_a_reader_clicks_on() {
        assert_eq!(
            ArchiveSettings::default().copy_address("20220118074606", "http://a.cn:80/x?y=1"),
            "https://web.archive.org/web/20220118074606/http://a.cn:80/x?y=1"
        );
    }
}
