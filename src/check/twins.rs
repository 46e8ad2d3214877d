//! Which addresses over `http` answer over `https` as well: what a mending needs to know of each before it writes one.
//!
//! A host is asked for `https` once, and that says nothing of its other addresses: one may be missing there, lead back,
//! or hang. So each has to be proved. What is remembered of an address's twin is taken as long as it is believed; of
//! hosts that are known to answer over `https`, what is not remembered is asked, as everything is, and remembered.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Settings;
use super::ask::{Asked, due_of};
use super::judged::{Sources, Texts};
use crate::event::{Event, Observer, Stage};
use crate::language::say;
use crate::probe::{self, Cancel, HostBook, Outcome, Verdict};
use crate::store::{self, Candidate, Checked, Due, host_of};

/// The addresses of a run.
pub(super) struct Scene<'s> {
    /// Index and spelling of each that may be asked, sorted by spelling.
    pub(super) wanted: &'s [(u32, &'s str)],
    /// The fragments that links name, by index of their address.
    pub(super) fragments: &'s BTreeMap<u32, Vec<&'s str>>,
    pub(super) sources: &'s Sources,
    pub(super) texts: &'s Texts,
}

impl<'s> Scene<'s> {
    fn fragments_of(&self, address: u32) -> &'s [&'s str] {
        self.fragments.get(&address).map_or(&[], Vec::as_slice)
    }
}

/// What a run may still ask.
#[derive(Clone, Copy)]
pub(super) struct Left {
    pub(super) addresses: Option<usize>,
    pub(super) time: Option<Duration>,
}

impl Left {
    pub(super) const NOTHING: Self = Self { addresses: Some(0), time: Some(Duration::ZERO) };
}

/// An address over `http`, and how it is spelt over `https`.
struct Twin<'s> {
    address: u32,
    host: &'s str,
    url: String,
    fragments: &'s [&'s str],
}

impl Asked {
    /// Finds out which addresses answer over `https` as well.
    pub(super) fn prove_https(
        &mut self,
        settings: &Settings,
        scene: &Scene<'_>,
        left: Left,
        (observer, cancel): (&dyn Observer, &Cancel),
    ) {
        // Where every certificate is taken, one that a browser would warn of proves nothing.
        if !settings.proves_https || settings.probe.insecure {
            return;
        }
        let twins = self.twins(settings, scene);
        let total = twins.len();
        let mut unknown = self.recall_twins(settings, scene, twins);
        let now = (settings.clock)();
        if settings.recalls_only {
            // Nobody is asked, but whoever would like to know is told that asking helps.
            let book = HostBook::default();
            self.journal.recall_hosts(unknown.iter().map(|twin| twin.host), &book);
            let count = unknown.iter().filter(|twin| book.answers_https(twin.host, now) == Some(true)).count();
            if count > 0 && settings.probe.ask_https {
                let notice = say!(
                    "addresses over http that may be well over https too: {count}; `postproof fix --ask` finds out",
                    count
                );
                self.notices.push(notice.in_language(settings.rules.language));
            }
            return;
        }
        unknown.retain(|twin| settings.probe.book.answers_https(twin.host, now) == Some(true));
        unknown.retain(|_| settings.probe.ask_https);
        let unknown = within(unknown, left.addresses);
        if !unknown.is_empty() && left.time != Some(Duration::ZERO) && self.is_untroubled() && !cancel.is_cancelled() {
            self.ask_twins(settings, scene, (&unknown, left.time), (observer, cancel));
        }
        if total > 0 {
            let known = self.record.twins.len();
            let notice =
                say!("of {total} addresses over http, {known} are known to be well over https too", total, known);
            self.notices.push(notice.in_language(settings.rules.language));
        }
    }

    /// The addresses over `http` that are well where they are, with names that can have a certificate.
    fn twins<'s>(&self, settings: &Settings, scene: &Scene<'s>) -> Vec<Twin<'s>> {
        let twin = |&(address, url): &(u32, &'s str)| {
            let outcome = self.outcomes.get(address as usize).filter(|outcome| is_well(outcome))?;
            let rest = url.strip_prefix("http://").filter(|_| outcome.redirects.is_empty())?;
            let authority = rest.split(['/', '?', '#']).next()?;
            let host = host_of(url);
            let is_name = authority == host && !host.contains(':') && host.parse::<std::net::Ipv4Addr>().is_err();
            let twin = format!("https://{rest}");
            let is_fit = is_name && !settings.exclude.is_match(&twin);
            is_fit.then(|| Twin { address, host, url: twin, fragments: scene.fragments_of(address) })
        };
        scene.wanted.iter().filter_map(twin).collect()
    }

    /// Takes what is known and believed of twins, and gives those of which nothing is.
    fn recall_twins<'s>(&mut self, settings: &Settings, scene: &Scene<'s>, twins: Vec<Twin<'s>>) -> Vec<Twin<'s>> {
        let now = (settings.clock)();
        let mut is_known = vec![false; twins.len()];
        let mut proven = Vec::new();
        // What this run has just learnt of an address that links name as well.
        for (twin, is_known) in twins.iter().zip(&mut is_known) {
            let Ok(found) = scene.wanted.binary_search_by(|(_, url)| (*url).cmp(&twin.url)) else { continue };
            let Some((same, _)) = scene.wanted.get(found) else { continue };
            let outcome = self.outcomes.get(*same as usize).filter(|_| !self.record.stale.contains(same));
            let Some(outcome) = outcome.filter(|outcome| outcome.verdict != Verdict::Skipped) else { continue };
            *is_known = true;
            proven.extend(is_well(outcome).then_some(twin.address));
        }
        let urls: Vec<&str> = twins.iter().map(|twin| twin.url.as_str()).collect();
        self.journal.recall(&urls, |position, memory| {
            let (Some(twin), Some(is_known)) = (twins.get(position), is_known.get_mut(position)) else { return };
            let is_fresh = matches!(due_of(settings, (&twin.url, &memory), now), Due::Fresh(_));
            if is_fresh && !std::mem::replace(is_known, true) && is_well(&memory.outcome) {
                proven.push(twin.address);
            }
        });
        self.record.twins.extend(proven);
        twins.into_iter().zip(is_known).filter(|(_, is_known)| !is_known).map(|(twin, _)| twin).collect()
    }

    /// Asks for twins, and remembers what they answer. Each page is judged by what it says: a server that answers
    /// everything over `https` with one page proves nothing.
    fn ask_twins(
        &mut self,
        settings: &Settings,
        scene: &Scene<'_>,
        (twins, max_time): (&[Twin<'_>], Option<Duration>),
        (observer, cancel): (&dyn Observer, &Cancel),
    ) {
        let addresses: Vec<probe::Address<'_>> = twins
            .iter()
            .map(|Twin { url, fragments, .. }| probe::Address { url, fragments, validators: None, judge: true })
            .collect();
        let claims = scene.sources.claims(twins.iter().map(|twin| twin.address), scene.texts);
        let writer = self.journal.writer();
        let mut proven = Vec::new();
        let mut take = |index: usize, outcome: Outcome| {
            let (Some(twin), Some(address)) = (twins.get(index), addresses.get(index)) else { return };
            proven.extend(is_well(&outcome).then_some(twin.address));
            if let Some(writer) = &writer {
                let fragments = address.fragments.iter().map(|&fragment| fragment.into()).collect();
                writer.record(Checked { url: address.url.into(), outcome, fragments, origin: None });
            }
        };
        observer.observe(&Event::Begin { stage: Stage::Fetch, total: Some(addresses.len() as u64) });
        let probed = {
            let settings = probe::Settings { max_time, claims, ask_https: false, ..settings.probe.clone() };
            probe::probe(&settings, &addresses, observer, cancel, &mut take)
        };
        observer.observe(&Event::End { stage: Stage::Fetch });
        if let Some(writer) = writer {
            let written = writer.finish();
            self.journal.note(written);
        }
        self.trouble = probed.err();
        self.record.twins.extend(proven);
    }
}

/// As many as may be asked, each host in turn.
fn within(twins: Vec<Twin<'_>>, most: Option<usize>) -> Vec<Twin<'_>> {
    let candidates: Vec<Candidate<'_>> =
        twins.iter().map(|twin| Candidate { host: twin.host, due: Due::NeverSeen }).collect();
    let order = store::plan(&candidates, most).ask;
    let mut twins: Vec<Option<Twin<'_>>> = twins.into_iter().map(Some).collect();
    order.into_iter().filter_map(|position| twins.get_mut(position as usize)?.take()).collect()
}

/// Whether an address answers where it is, and with what was linked as far as can be seen.
fn is_well(outcome: &Outcome) -> bool {
    let is_replaced = outcome.seen.and_then(|seen| seen.drift).is_some_and(probe::Drift::is_replaced);
    outcome.verdict == Verdict::Alive && outcome.final_url.is_none() && !is_replaced
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_goes_over_the_hosts_in_turn() {
        let twins = |hosts: [&'static str; 4]| -> Vec<Twin<'static>> {
            let twin =
                |(address, host)| Twin { address, host, url: format!("https://{host}/{address}"), fragments: &[] };
            (0..).zip(hosts).map(twin).collect()
        };
        let kept = |most| -> Vec<u32> {
            within(twins(["a.cn", "a.cn", "a.cn", "z.cn"]), most).iter().map(|twin| twin.address).collect()
        };
        assert_eq!(kept(Some(2)), [0, 3]);
        assert_eq!(kept(Some(0)), [0; 0]);
        assert_eq!(kept(None).len(), 4);
    }
}
