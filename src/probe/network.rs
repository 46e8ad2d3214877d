//! Whether this machine reaches the web at all.
//!
//! A laptop in a train must not report an archive of dead links. So bad news that a broken network of our own explains
//! just as well is withheld until something has been heard from outside, and if nothing ever is, the run is an error.

use std::net::IpAddr;

use super::outcome::{Outcome, Reason};
use super::settings::LookupFailure;

/// What has been heard, and the bad news that waits for it.
#[derive(Debug, Default)]
pub(crate) struct Network {
    /// A server answered.
    answered: bool,
    /// A name was found.
    found: bool,
    /// Look-ups in a row at the beginning that the resolver failed.
    resolver_failures: u32,
    withheld: Vec<Withheld>,
    words: Option<Box<str>>,
}

/// The address, its host, and what is said of it.
pub(crate) type Withheld = (u32, Box<str>, Outcome);

/// How sure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// The network is there.
    Up,
    /// Every sign says that there is none.
    Down,
    /// The only sign is that no name is found; a name that must exist will tell.
    Unclear,
}

/// With so many names that the resolver fails on, and none that it finds, it is time to ask for one that must exist.
const ENOUGH: u32 = 16;

impl Network {
    /// A server answered.
    pub(crate) fn answers(&mut self) {
        self.answered = true;
    }

    /// A name was looked up.
    pub(crate) fn looked_up(&mut self, result: &Result<Vec<IpAddr>, LookupFailure>) {
        self.found |= result.as_ref().is_ok_and(|addresses| !addresses.is_empty());
        self.resolver_failures += u32::from(matches!(result, Err(LookupFailure::Resolver(_))));
    }

    /// A name that must exist was found.
    pub(crate) fn is_proven(&mut self) {
        self.found = true;
    }

    /// Whether going on looks useless.
    pub(crate) fn is_hopeless(&self) -> bool {
        !self.answered && !self.found && self.resolver_failures >= ENOUGH
    }

    /// Whether this is bad news that has to wait.
    pub(crate) fn withholds(&self, outcome: &Outcome) -> bool {
        match outcome.reason {
            Reason::DnsNotFound | Reason::DnsFailure => !self.answered && !self.found,
            Reason::ConnectFailed => !self.answered,
            _ => false,
        }
    }

    /// Puts bad news aside.
    pub(crate) fn withhold(&mut self, index: u32, host: &str, outcome: Outcome) {
        if self.words.is_none() || outcome.reason != Reason::DnsNotFound {
            self.words.clone_from(&outcome.evidence);
        }
        self.withheld.push((index, host.into(), outcome));
    }

    /// The bad news that need not wait any longer.
    pub(crate) fn release(&mut self) -> Vec<Withheld> {
        if self.withheld.is_empty() || !(self.answered || self.found) {
            return Vec::new();
        }
        let withheld = std::mem::take(&mut self.withheld);
        let (kept, free) = withheld.into_iter().partition(|(_, _, outcome)| self.withholds(outcome));
        self.withheld = kept;
        free
    }

    /// How it looks when nothing is left to ask.
    pub(crate) fn standing(&self) -> Standing {
        if self.withheld.is_empty() || self.answered {
            Standing::Up
        } else if self.withheld.iter().all(|(_, _, outcome)| outcome.reason != Reason::ConnectFailed) {
            Standing::Unclear
        } else {
            Standing::Down
        }
    }

    /// What the system said about it.
    pub(crate) fn words(&self) -> &str {
        self.words.as_deref().unwrap_or("nothing answers")
    }
}
