//! From an answer to a verdict, or to what is to be done before there can be one.
//!
//! Pure: it sees the journey, the answer and two numbers, and says what follows. A bad word about an address is never
//! taken from `HEAD` alone, for too many servers answer it without thinking.

use std::time::Duration;

use url::Url;

use super::exchange::Reply;
use super::journey::{Ask, Journey};
use super::outcome::{Reason, Verdict};
use super::suspect::{Suspicion, judge_redirect};
use super::trouble::{Stage, Trouble};

/// A longer destination is taken for nonsense.
const LONGEST_LOCATION: usize = 32 * 1024;

/// What follows from an answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// The verdict.
    Done(Verdict, Reason, Option<Box<str>>),
    /// Ask the same address in another way.
    Ask(Ask),
    /// Go where the redirect leads.
    Follow(Url),
    /// Begin again, with `GET` from the first address on.
    Restart,
    /// Ask again after a while; the host wants, or needs, to be left alone by everybody.
    HostLater(Option<Duration>),
    /// Ask again after a while; others may go on.
    Later,
    /// The host wants to be left alone for longer than the run can wait.
    HostClosed,
}

/// What is allowed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Whether another try is left.
    pub(crate) may_retry: bool,
    /// Redirects that are followed.
    pub(crate) max_redirects: usize,
    /// The longest wait that a server may ask for.
    pub(crate) retry_after_limit: Duration,
    /// Whether a good answer to `HEAD` is to be held against `GET`.
    pub(crate) confirm: bool,
    /// Whether the request said which version is known already.
    pub(crate) conditional: bool,
}

/// What a status says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Fine,
    Redirect,
    Gone,
    /// It cannot be judged from here.
    Shut,
    /// Too many requests, or too busy for any.
    Throttled,
    /// Fails, maybe for a moment.
    Passing,
    /// Fails.
    Broken,
}

/// Judges an answer.
pub(crate) fn judge_reply(journey: &Journey, reply: &Reply, limits: Limits) -> Next {
    let status = reply.status;
    let class = if reply.challenge { Class::Shut } else { class(reply, limits.conditional) };
    let head = journey.ask == Ask::Head;
    match class {
        Class::Fine if head && limits.confirm && strays(journey).is_none() => Next::Ask(Ask::Confirm),
        Class::Fine => fine(journey, status),
        Class::Redirect => redirect(journey, reply, limits),
        Class::Throttled => throttled(reply, limits),
        _ if head => Next::Ask(Ask::Get),
        Class::Passing if limits.may_retry => Next::Later,
        Class::Gone => Next::Done(Verdict::Dead, Reason::Status(status), None),
        Class::Shut => Next::Done(Verdict::Blocked, Reason::Status(status), None),
        Class::Passing | Class::Broken => Next::Done(Verdict::Failing, Reason::Status(status), None),
    }
}

/// Judges the lack of an answer.
pub(crate) fn judge_trouble(journey: &Journey, trouble: &Trouble, limits: Limits) -> Next {
    match trouble.stage {
        Stage::Local => Next::Later,
        Stage::Connect if trouble.passing && limits.may_retry => Next::HostLater(None),
        Stage::Exchange | Stage::Unprocessed if journey.ask == Ask::Head => Next::Ask(Ask::Get),
        Stage::Exchange | Stage::Unprocessed if trouble.passing && limits.may_retry => Next::Later,
        _ => Next::Done(Verdict::Failing, trouble.reason, Some(trouble.words.clone())),
    }
}

fn class(reply: &Reply, conditional: bool) -> Class {
    match reply.status {
        200..=299 => Class::Fine,
        304 if conditional => Class::Fine,
        301 | 302 | 303 | 307 | 308 => Class::Redirect,
        300 if reply.location.is_some() => Class::Redirect,
        404 | 410 => Class::Gone,
        429 => Class::Throttled,
        503 if reply.retry_after.is_some() => Class::Throttled,
        // Not allowed, paid for, wants a proxy's or a network's log-in, legal reasons; and the numbers that bot walls use:
        // 406 and 418 for what does not look like a browser, 412 for a script to be run first.
        401 | 402 | 403 | 406 | 407 | 412 | 418 | 420 | 423 | 430 | 451 | 511 | 999 => Class::Shut,
        408 | 425 | 500 | 502..=504 | 506..=510 | 512..=599 => Class::Passing,
        _ => Class::Broken,
    }
}

fn fine(journey: &Journey, status: u16) -> Next {
    if let Some(suspicion) = strays(journey) {
        // What is gone may be led elsewhere only where `HEAD` asks for it.
        return match journey.ask {
            Ask::Head | Ask::Confirm => Next::Restart,
            Ask::Get => Next::Done(Verdict::Suspect, suspicion.reason, Some(suspicion.evidence)),
        };
    }
    match journey.hops.first() {
        Some(first) if journey.moved_for_good() => Next::Done(Verdict::Moved, Reason::Status(first.status), None),
        _ => Next::Done(Verdict::Alive, Reason::Status(status), None),
    }
}

/// Whether the redirects led away from what was asked for.
fn strays(journey: &Journey) -> Option<Suspicion> {
    let from = if journey.hops.is_empty() { return None } else { Url::parse(journey.start()).ok()? };
    judge_redirect(&from, &journey.url)
}

fn redirect(journey: &Journey, reply: &Reply, limits: Limits) -> Next {
    let location = reply.location.as_deref().unwrap_or_default();
    let problem = match journey.url.join(location) {
        _ if location.is_empty() => "a redirect without a destination".to_owned(),
        _ if location.len() > LONGEST_LOCATION => "a redirect to an endless address".to_owned(),
        Ok(_) if journey.hops.len() >= limits.max_redirects => {
            let words = format!("more than {} redirects", limits.max_redirects);
            return give_up(journey, Reason::RedirectLimit, words);
        }
        Ok(target) if matches!(target.scheme(), "http" | "https") && target.has_host() => {
            return Next::Follow(with_fragment(target, &journey.url));
        }
        Ok(target) => format!("redirects to {}", shortened(target.as_str())),
        Err(error) => format!("redirects to {}: {error}", shortened(location)),
    };
    give_up(journey, Reason::RedirectInvalid, problem)
}

/// A redirect that leads nowhere; after `HEAD` the whole way is tried with `GET` first.
pub(crate) fn give_up(journey: &Journey, reason: Reason, words: String) -> Next {
    if journey.ask == Ask::Head {
        return Next::Restart;
    }
    Next::Done(Verdict::Failing, reason, Some(words.into()))
}

/// A destination without a fragment takes over the one before (RFC 9110 §10.2.2).
fn with_fragment(mut target: Url, before: &Url) -> Url {
    if target.fragment().is_none() && before.fragment().is_some() {
        target.set_fragment(before.fragment());
    }
    target
}

fn throttled(reply: &Reply, limits: Limits) -> Next {
    if reply.retry_after.is_some_and(|wait| wait > limits.retry_after_limit) {
        Next::HostClosed
    } else if limits.may_retry {
        Next::HostLater(reply.retry_after)
    } else if reply.status == 429 {
        Next::Done(Verdict::Blocked, Reason::Status(429), None)
    } else {
        Next::Done(Verdict::Failing, Reason::Status(reply.status), None)
    }
}

/// The beginning of a text that somebody else wrote.
fn shortened(text: &str) -> String {
    text.chars().take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits {
        may_retry: false,
        max_redirects: 10,
        retry_after_limit: Duration::from_mins(1),
        confirm: false,
        conditional: false,
    };

    fn journey(ask: Ask) -> Box<Journey> {
        Journey::new(0, Url::parse("http://a.com/dir/page").unwrap(), ask)
    }

    fn verdict(status: u16) -> (Verdict, String) {
        match judge_reply(&journey(Ask::Get), &Reply { status, ..Reply::default() }, LIMITS) {
            Next::Done(verdict, reason, _) => (verdict, reason.name().into_owned()),
            other => panic!("{status}: {other:?}"),
        }
    }

    #[test]
    fn every_status_has_its_verdict() {
        for status in 100..=999 {
            let expected = match status {
                200..=299 => Verdict::Alive,
                404 | 410 => Verdict::Dead,
                401 | 402 | 403 | 406 | 407 | 412 | 418 | 420 | 423 | 429 | 430 | 451 | 511 | 999 => Verdict::Blocked,
                _ => Verdict::Failing,
            };
            let (actual, reason) = verdict(status);
            assert_eq!(actual, expected, "{status}");
            let redirect = matches!(status, 301 | 302 | 303 | 307 | 308);
            assert_eq!(reason, if redirect { "redirect-invalid".to_owned() } else { format!("http-{status}") });
        }
    }

    #[test]
    fn nothing_bad_is_believed_of_head() {
        for status in (300..=999).filter(|status| *status != 429) {
            let next = judge_reply(&journey(Ask::Head), &Reply { status, ..Reply::default() }, LIMITS);
            assert!(matches!(next, Next::Ask(Ask::Get) | Next::Restart), "{status}: {next:?}");
        }
        let next = judge_trouble(&journey(Ask::Head), &Trouble::timeout(), LIMITS);
        assert_eq!(next, Next::Ask(Ask::Get));
    }

    #[test]
    fn redirects_are_joined_and_weighed() {
        let follow = |location: &str| {
            let reply = Reply { status: 302, location: Some(location.to_owned()), ..Reply::default() };
            match judge_reply(&journey(Ask::Get), &reply, LIMITS) {
                Next::Follow(url) => url.to_string(),
                Next::Done(_, reason, _) => reason.name().into_owned(),
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(follow("other"), "http://a.com/dir/other");
        assert_eq!(follow("//b.com"), "http://b.com/");
        assert_eq!(follow("?q=1#f"), "http://a.com/dir/page?q=1#f");
        assert_eq!(follow("https://新闻.com/"), "https://xn--efvy88h.com/");
        for bad in
            ["", "file:///etc/passwd", "javascript:alert(1)", "http://", "http://a b/", "http://[::1", "mailto:a@b.c"]
        {
            assert_eq!(follow(bad), "redirect-invalid", "{bad}");
        }
    }

    #[test]
    fn patience_ends_at_the_limit() {
        let reply =
            |seconds| Reply { status: 429, retry_after: Some(Duration::from_secs(seconds)), ..Reply::default() };
        let limits = Limits { may_retry: true, ..LIMITS };
        let wait = Some(Duration::from_mins(1));
        assert_eq!(judge_reply(&journey(Ask::Head), &reply(60), limits), Next::HostLater(wait));
        assert_eq!(judge_reply(&journey(Ask::Head), &reply(61), limits), Next::HostClosed);
    }
}
