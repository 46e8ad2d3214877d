//! What follows from the end of a request.
//!
//! Here the host learns from it: whether it answers, what its `HEAD` is worth, whether it wants to be left alone. What it
//! means for the address is [`judge`]'s to say.

use std::time::{Duration, Instant};

use super::engine::Engine;
use super::exchange::{Ended, Reply};
use super::host::{Closure, after};
use super::journey::{Ask, Errand, Journey};
use super::judge::{self, Limits, Next};
use super::outcome::{Reason, Validators, Verdict};
use super::queue::HostId;
use super::trouble::{Stage, Trouble};

/// Times that an address waits for a socket of this machine.
const LOCAL_TRIES: u8 = 100;
/// The wait for one.
const LOCAL_WAIT: Duration = Duration::from_millis(50);
/// Times that a request is sent again which the host did nothing with.
const FREE_TRIES: u8 = 6;
/// The first wait before that, which each further one doubles: the connection that goes away must be seen to be gone.
const FREE_WAIT: Duration = Duration::from_millis(10);

impl Engine<'_> {
    /// Decides what follows from the end of a request.
    pub(crate) fn settle(&mut self, ended: Ended) {
        let Ended { host: id, mut journey, result } = ended;
        let now = Instant::now();
        if let Err(trouble) = &result
            && self.is_sent_again(id, &mut journey, trouble, now)
        {
            self.queue.give_first(id, journey, now);
            self.queue.finish(id, now);
            return;
        }
        if journey.for_robots {
            self.hear_rules(id, journey, result);
            self.queue.finish(id, now);
            return;
        }
        if matches!(journey.errand, Some(Errand::Upgrade(_))) {
            self.hear_upgrade(id, journey, &result, now);
            self.queue.finish(id, now);
            return;
        }
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
        self.release(id);
    }

    /// Keeps no more connections to a host that has nothing left to do.
    fn release(&mut self, id: HostId) {
        if let Some(host) = self.queue.host(id)
            && host.under_way == 0
            && host.waiting() == 0
        {
            self.kept -= usize::from(std::mem::take(&mut host.kept));
        }
    }

    /// Whether a request is to be sent again as it is, since its host did nothing with it and said so. That is no failed
    /// try of the address, nor does it speak against the host.
    fn is_sent_again(&mut self, id: HostId, journey: &mut Journey, trouble: &Trouble, now: Instant) -> bool {
        let Some(host) = self.queue.host(id) else { return false };
        if journey.unprocessed >= FREE_TRIES {
            return false;
        }
        match trouble.stage {
            Stage::Unprocessed => host.hold(after(now, FREE_WAIT * (1 << journey.unprocessed))),
            Stage::OldHttp => host.old_http = true,
            _ => return false,
        }
        journey.unprocessed += 1;
        true
    }

    /// An answer came.
    fn hear(&mut self, id: HostId, journey: &mut Journey, reply: &Reply, now: Instant) -> Next {
        self.results.network_answers();
        let mut limits = self.limits(journey);
        journey.status = Some(reply.status);
        journey.validators.clone_from(&reply.validators);
        let Some(host) = self.queue.host(id) else { return Next::Restart };
        let pace = host.manners.pace;
        host.took(journey.ask, journey.took());
        let throttled = reply.status == 429 || (reply.status == 503 && reply.retry_after.is_some());
        if host.answers(journey, throttled) && !pace.is_zero() {
            // The first request had a connection to set up and so arrived later than it was sent; the second does not.
            host.hold(after(now, pace));
        }
        let good = (200..300).contains(&reply.status);
        if good || journey.ask != Ask::Head {
            host.hears(reply.status);
        }
        limits.may_retry &= host.has_prospects() || throttled;
        match journey.ask {
            Ask::Head if good => limits.confirm = host.confirms_head(),
            Ask::Head if matches!(reply.status, 405 | 501) => host.head.lied(),
            Ask::Confirm if !good && reply.status != 429 => host.head.lied(),
            _ => {}
        }
        if journey.ask == Ask::Get && journey.head_was_bad && good {
            host.head.lied();
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
        if matches!(trouble.stage, Stage::Exchange | Stage::Unprocessed) && journey.ask == Ask::Head {
            host.head.failed();
        }
        // Whoever refuses, cuts off or shows a bad certificate is there, and so is the network; but before a proxy it is
        // the proxy that is there.
        if !host.proxied && !matches!(trouble.reason, Reason::ConnectFailed | Reason::Timeout) {
            self.results.network_answers();
        }
        if trouble.reason == Reason::TlsUntrusted && self.clients.rootless {
            let words = "this machine knows no certificate authorities";
            return Next::Done(Verdict::Blocked, trouble.reason, Some(words.into()));
        }
        let silence = host.is_silent(journey);
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

    /// What is remembered of the address that the next request goes to.
    pub(crate) fn validators(&self, journey: &Journey) -> Option<&Validators> {
        let address = self.addresses.get(journey.index as usize)?;
        address.validators.filter(|_| journey.hops.is_empty() && journey.fragments.is_empty())
    }

    fn limits(&self, journey: &Journey) -> Limits {
        Limits {
            may_retry: journey.tries < self.settings.retries,
            max_redirects: self.settings.max_redirects,
            retry_after_limit: self.settings.retry_after_limit,
            confirm: false,
            conditional: self.validators(journey).is_some(),
        }
    }
}
