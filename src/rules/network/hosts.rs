//! One report for a host whose addresses all share its fate.
//!
//! A server that is down this morning is one event, however many posts link to it: 5,000 findings would bury the one
//! address that really died.

use std::collections::BTreeMap;

use super::Judged;
use crate::facts::{Facts, Occurrence};
use crate::finding::{Meta, Severity};
use crate::language::{Message, say};
use crate::probe::{Outcome, Reason};
use crate::rules::ArchiveSink;
use crate::store::{HostStanding, Standing, host_of};

/// The addresses of one host.
type Group<'f> = Vec<(&'f str, u32, Vec<Occurrence>)>;

/// Takes the addresses of hosts that are down, or that flap, out of `failing`, and reports each host once.
pub(super) fn report_failing<'f>(
    meta: &'static Meta,
    failing: &mut Judged<'f>,
    (facts, sink): (&'f Facts<'_>, &mut ArchiveSink),
) {
    let is_confirmed = |address: u32| matches!(standing(facts, address), Some(Standing::Confirmed { .. }));
    for (host, group) in groups(failing, |url, address| match facts.record.hosts.get(host_of(url)) {
        Some(HostStanding::Down) => true,
        Some(HostStanding::Flapping) => matches!(standing(facts, address), Some(Standing::Flapping { .. })),
        Some(HostStanding::Mixed) | None => false,
    }) {
        let confirmed = group.iter().filter(|(_, address, _)| is_confirmed(*address)).count();
        // Where less than half have failed for long enough, the host's bad morning is one thing and their end another.
        let is_error = confirmed * 2 >= group.len();
        let (group, apart): (Group<'_>, Group<'_>) =
            group.into_iter().partition(|(_, address, _)| is_error || !is_confirmed(*address));
        failing.extend(apart.into_iter().map(|(url, address, places)| ((url, address), places)));
        let reasons = reasons(facts, &group);
        let addresses = group.len();
        let message = if facts.record.hosts.get(host) == Some(&HostStanding::Flapping) {
            say!("{host} comes and goes: {addresses} of its addresses fail today ({reasons})", host, addresses, reasons)
        } else {
            say!(
                "everything that was asked of {host} fails today: {addresses} addresses ({reasons})",
                host,
                addresses,
                reasons,
            )
        };
        let message = match since(facts, &group).filter(|_| is_error) {
            Some(day) => say!("{message}, since {day}", message, day),
            None => message,
        };
        let help = say!("look again later; this one report stands for all of them, which the JSON report lists");
        report(meta, (host, group), (message, help, is_error), (facts, sink));
    }
}

/// Takes the addresses of hosts that do not exist out of `dead`, and reports each host once.
pub(super) fn report_vanished<'f>(
    meta: &'static Meta,
    dead: &mut Judged<'f>,
    (facts, sink): (&'f Facts<'_>, &mut ArchiveSink),
) {
    // One of which a copy is held is a matter of its own: each has another address to be written instead.
    let is_gone = |address: u32| {
        let has_copy = facts.record.copies.contains_key(&address);
        !has_copy && outcome(facts, address).is_some_and(|outcome| outcome.reason == Reason::DnsNotFound)
    };
    for (host, group) in groups(dead, |_, address| is_gone(address)) {
        let addresses = group.len();
        let message = say!("{host} does not exist any more: {addresses} addresses", host, addresses);
        let help = say!(
            "link to where its pages live now, or to copies that a web archive holds; this one report stands for all of them, which the JSON report lists"
        );
        report(meta, (host, group), (message, help, false), (facts, sink));
    }
}

/// Takes what belongs to a group out of `judged`, by host. One address alone is no group.
fn groups<'f>(judged: &mut Judged<'f>, belongs: impl Fn(&str, u32) -> bool) -> BTreeMap<&'f str, Group<'f>> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (url, _) in judged.keys().filter(|(url, address)| belongs(url, *address)) {
        *counts.entry(host_of(url)).or_default() += 1;
    }
    let mut groups: BTreeMap<&str, Group<'_>> = BTreeMap::new();
    let is_taken = |(url, address): &(&'f str, u32)| {
        counts.get(host_of(url)).is_some_and(|count| *count > 1) && belongs(url, *address)
    };
    for ((url, address), places) in judged.extract_if(.., |key, _| is_taken(key)) {
        groups.entry(host_of(url)).or_default().push((url, address, places));
    }
    groups
}

fn report(
    meta: &'static Meta,
    (host, group): (&str, Group<'_>),
    (message, help, is_error): (Message, Message, bool),
    (facts, sink): (&Facts<'_>, &mut ArchiveSink),
) {
    let scheme = group.first().and_then(|(url, ..)| url.split_once("://")).map_or("http", |(scheme, _)| scheme);
    let mut places: Vec<Occurrence> = group.into_iter().flat_map(|(_, _, places)| places).collect();
    places.sort_unstable();
    let Some(finding) = sink.report_places(meta, facts, &places, (host, message)) else { return };
    finding.url(format!("{scheme}://{host}/")).help(help);
    if is_error {
        finding.severity(Severity::Error);
    }
}

fn outcome<'f>(facts: &'f Facts<'_>, address: u32) -> Option<&'f Outcome> {
    facts.outcomes.get(address as usize)
}

fn standing(facts: &Facts<'_>, address: u32) -> Option<Standing> {
    facts.record.standings.get(&address).copied()
}

/// `connect-refused 12, timeout 3`, the most frequent first.
fn reasons(facts: &Facts<'_>, group: &Group<'_>) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for outcome in group.iter().filter_map(|(_, address, _)| outcome(facts, *address)) {
        *counts.entry(outcome.reason.name().into_owned()).or_default() += 1;
    }
    let mut counts: Vec<(usize, String)> = counts.into_iter().map(|(reason, count)| (count, reason)).collect();
    counts.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    let shown: Vec<String> = counts.iter().take(3).map(|(count, reason)| format!("{reason} {count}")).collect();
    shown.join(", ")
}

/// The day since which all of them have failed, if it is known of each that is confirmed.
fn since(facts: &Facts<'_>, group: &Group<'_>) -> Option<String> {
    let begins = group.iter().filter_map(|(_, address, _)| match standing(facts, *address)? {
        Standing::Confirmed { since, .. } => Some(since),
        _ => None,
    });
    begins.max().map(|since| since.strftime("%Y-%m-%d").to_string())
}
