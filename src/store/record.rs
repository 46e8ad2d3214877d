//! What is known of a run's addresses beside their outcomes: how long they have failed, who has asked, which copies are kept.

use std::collections::{BTreeMap, BTreeSet};

use super::confirm::{HostStanding, HostTally, Standing, host_standing};
use super::settings::Confirmation;
use crate::probe::{Outcome, Verdict};

/// What is known of a run's addresses, each by its number in the run. What is not in a map has nothing to tell.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// Of those that fail, whether history confirms it.
    pub standings: BTreeMap<u32, Standing>,
    /// Of hosts that were asked in this run, what all their addresses together say.
    pub hosts: BTreeMap<Box<str>, HostStanding>,
    /// Those that another place has asked, and its name.
    pub origins: BTreeMap<u32, Box<str>>,
    /// Those of which a web archive holds a copy: its address, and the day on which it was taken.
    pub copies: BTreeMap<u32, (String, String)>,
    /// Of the domains that mail is sent to, what is known of each.
    pub mail: BTreeMap<Box<str>, MailRecord>,
    /// Those that are due and were not reached: their outcome is what an earlier run learnt.
    pub stale: BTreeSet<u32>,
    /// Those over `http` that answer over `https` as well, at the very same address; known only where it was to be proved.
    pub twins: BTreeSet<u32>,
}

/// What is known of a domain that mail is sent to.
#[derive(Clone, Debug)]
pub struct MailRecord {
    /// Whether somebody takes its mail.
    pub outcome: Outcome,
    /// Of one that fails, whether history confirms it.
    pub standing: Option<Standing>,
}

impl Record {
    /// Draws up what the addresses that were asked in this run say of their hosts.
    pub fn judge_hosts<'a>(
        &mut self,
        asked: impl Iterator<Item = (u32, &'a str, &'a Outcome)>,
        settings: &Confirmation,
    ) {
        let mut tallies: BTreeMap<&str, HostTally> = BTreeMap::new();
        for (address, url, outcome) in asked.filter(|(_, _, outcome)| outcome.verdict != Verdict::Skipped) {
            let tally = tallies.entry(host_of(url)).or_default();
            tally.asked += 1;
            tally.failing += u32::from(outcome.verdict == Verdict::Failing);
            tally.flapping += u32::from(matches!(self.standings.get(&address), Some(Standing::Flapping { .. })));
        }
        let judged = tallies.into_iter().map(|(host, tally)| (host, host_standing(tally, settings)));
        let telling = judged.filter(|(_, standing)| *standing != HostStanding::Mixed);
        self.hosts = telling.map(|(host, standing)| (host.into(), standing)).collect();
    }
}

/// The host of an address, with its port, as politeness counts hosts: one for both schemes.
pub fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    authority.rsplit('@').next().unwrap_or(authority)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::probe::Reason;

    #[test]
    fn hosts_are_those_of_politeness() {
        for (url, host) in [
            ("https://a.cn/x?y#z", "a.cn"),
            ("http://a.cn", "a.cn"),
            ("http://a.cn:8080?x", "a.cn:8080"),
            ("https://me:secret@a.cn/@b", "a.cn"),
            ("", ""),
        ] {
            assert_eq!(host_of(url), host, "{url}");
        }
    }

    #[test]
    fn only_what_was_asked_speaks_for_its_host() {
        let outcome = |verdict| Outcome { verdict, ..Outcome::skipped(Reason::Timeout) };
        let picture = [
            ("http://down.cn/1", Verdict::Failing),
            ("https://down.cn/2", Verdict::Failing),
            ("http://down.cn/3", Verdict::Failing),
            ("http://down.cn/4", Verdict::Skipped),
            ("http://small.cn/1", Verdict::Failing),
            ("http://mixed.cn/1", Verdict::Failing),
            ("http://mixed.cn/2", Verdict::Failing),
            ("http://mixed.cn/3", Verdict::Dead),
            ("http://flaps.cn/1", Verdict::Failing),
            ("http://flaps.cn/2", Verdict::Alive),
            ("http://flaps.cn/3", Verdict::Alive),
        ];
        let outcomes: Vec<_> = picture.iter().map(|(_, verdict)| outcome(*verdict)).collect();
        let mut record = Record::default();
        record.standings.insert(8, Standing::Flapping { changes: 5 });
        let asked = (0..).zip(picture).zip(&outcomes).map(|((number, (url, _)), outcome)| (number, url, outcome));
        record.judge_hosts(asked, &Confirmation::default());
        let hosts: Vec<_> = record.hosts.iter().map(|(host, standing)| (&**host, *standing)).collect();
        assert_eq!(hosts, [("down.cn", HostStanding::Down), ("flaps.cn", HostStanding::Flapping)]);
    }
}
