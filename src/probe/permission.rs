//! Asking a host's `robots.txt` before anything else, where the settings want it.
//!
//! The first address of a host steps back, the file is asked for in its turn, and every address is then held against it.
//! A host that has no such file, or cannot be reached, allows everything; what is wrong with it its addresses will show.

use std::time::Instant;

use super::engine::Engine;
use super::exchange::Reply;
use super::host::{Robots, after};
use super::journey::Journey;
use super::outcome::{Reason, Verdict};
use super::queue::HostId;
use super::robots::Rules;
use super::trouble::Trouble;

/// Redirects of the file that are followed (RFC 9309 §2.3.1.2), within its host.
const REDIRECTS: usize = 5;

impl Engine<'_> {
    /// The journey to go on with: the address's own if it is allowed, the one to the rules if they are not known, and
    /// none if they forbid it.
    pub(crate) fn permitted(&mut self, id: HostId, journey: Box<Journey>, now: Instant) -> Option<Box<Journey>> {
        if journey.for_robots {
            return Some(journey);
        }
        let host = self.queue.host(id)?;
        if let Robots::Known(rules) = &host.robots {
            let query = journey.url.query().map(|query| format!("?{query}")).unwrap_or_default();
            if rules.allow(&format!("{}{query}", journey.url.path())) {
                return Some(journey);
            }
            let evidence = Some(format!("{} forbids it", Journey::robots(&journey.url).url).into());
            self.queue.finish(id, now);
            self.conclude(id, journey, (Verdict::Blocked, Reason::Robots), evidence);
            return None;
        }
        host.robots = Robots::Asked;
        let first = Journey::robots(&journey.url);
        self.queue.give_first(id, journey, now);
        Some(first)
    }

    /// The answer to the question for the rules.
    pub(crate) fn hear_rules(&mut self, id: HostId, mut journey: Box<Journey>, result: Result<Reply, Trouble>) {
        let now = Instant::now();
        let Some(host) = self.queue.host(id) else { return };
        let rules = match result {
            Err(_) => {
                host.is_silent(&journey);
                Rules::default()
            }
            Ok(reply) => {
                host.answers(&journey, reply.status == 429);
                host.hold(after(now, host.manners.pace));
                self.results.network_answers();
                let target = reply.location.as_deref().and_then(|location| journey.url.join(location).ok());
                let near =
                    target.filter(|target| target.host() == journey.url.host() && journey.hops.len() < REDIRECTS);
                match (reply.status, near) {
                    (300..=399, Some(target)) => {
                        journey.follow(reply.status, target, &reply.cookies);
                        self.queue.give_first(id, journey, now);
                        return;
                    }
                    (200..=299, _) => Rules::read(&reply.body, &self.settings.user_agent),
                    (500..=599, _) => Rules::forbid(),
                    _ => Rules::default(),
                }
            }
        };
        if let Some(host) = self.queue.host(id) {
            host.robots = Robots::Known(rules);
        }
    }
}
