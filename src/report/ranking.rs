//! What is wrong most: rules, posts, hosts and months, each counted and put in order.
//!
//! Infos are left out of posts and months: nobody is hurt by them, and they would hide what hurts.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::audit::month_of;
use super::shown::{addresses, host};
use super::{Report, Reported, Row};
use crate::finding::{Effect, Meta, Severity};
use crate::probe::Verdict;

/// The findings of one rule with one effect.
#[derive(Debug)]
pub(super) struct RuleGroup<'r> {
    /// What happens because of them.
    pub(super) effect: Effect,
    /// The worst severity among them.
    pub(super) severity: Severity,
    /// The rule.
    pub(super) meta: &'static Meta,
    /// The findings, by place.
    pub(super) findings: Vec<&'r Reported>,
}

impl RuleGroup<'_> {
    /// In how many files they are.
    pub(super) fn files(&self) -> u64 {
        distinct_files(&self.findings)
    }
}

/// Groups findings by effect and rule, the worst effect first; the rules of an effect by severity, then by code.
pub(super) fn by_rule<'r>(findings: impl Iterator<Item = &'r Reported>) -> Vec<RuleGroup<'r>> {
    let mut groups: BTreeMap<_, RuleGroup<'r>> = BTreeMap::new();
    for reported in findings {
        let finding = &reported.finding;
        let group = groups.entry((finding.effect, finding.meta.code)).or_insert_with(|| RuleGroup {
            effect: finding.effect,
            severity: finding.severity,
            meta: finding.meta,
            findings: Vec::new(),
        });
        group.severity = group.severity.max(finding.severity);
        group.findings.push(reported);
    }
    let mut groups: Vec<RuleGroup<'r>> = groups.into_values().collect();
    groups.sort_by_key(|group| (group.effect, Reverse(group.severity), group.meta.code));
    groups
}

/// All findings, what no baseline knows first, then the worst severity, then the worst effect, then in the order of
/// place.
pub(super) fn worst_first(report: &Report) -> Vec<&Reported> {
    let mut worst: Vec<&Reported> = report.findings.iter().collect();
    worst.sort_by_key(|reported| (reported.known, Reverse(reported.finding.severity), reported.finding.effect));
    worst
}

/// In how many files findings are.
pub(super) fn distinct_files(findings: &[&Reported]) -> u64 {
    findings.iter().map(|reported| &*reported.finding.path).collect::<BTreeSet<_>>().len() as u64
}

/// Findings of a group that differ most: of each kind of message one, then more in the order of place.
///
/// Messages are of one kind if they are equal but for numbers, addresses and what they quote in backticks.
pub(super) fn examples<'r>(findings: &[&'r Reported], count: usize) -> Vec<&'r Reported> {
    let mut kinds = BTreeSet::new();
    let (mut first, mut later) = (Vec::new(), Vec::new());
    // What a baseline knows tells a reader least.
    let new = findings.iter().filter(|reported| !reported.known);
    for &reported in new.chain(findings.iter().filter(|reported| reported.known)) {
        if first.len() == count {
            break;
        }
        if kinds.insert(kind(&reported.finding.message)) {
            first.push(reported);
        } else if later.len() < count {
            later.push(reported);
        }
    }
    first.extend(later);
    first.truncate(count);
    first.sort_by(|a, b| a.finding.cmp_by_place(&b.finding));
    first
}

fn kind(message: &str) -> String {
    let mut kind = String::with_capacity(message.len());
    for own_words in message.split('`').step_by(2) {
        let mut done = 0;
        for address in addresses(own_words) {
            kind.push_str(own_words.get(done..address.start).unwrap_or_default());
            kind.push('`');
            done = address.end;
        }
        kind.push_str(own_words.get(done..).unwrap_or_default());
        kind.push('`');
    }
    kind.retain(|c| !c.is_ascii_digit());
    kind
}

/// A post, a month or the like and the findings in it.
#[derive(Debug)]
pub(super) struct Tally<'r> {
    /// Its name.
    pub(super) name: &'r str,
    /// Errors in it.
    pub(super) errors: u64,
    /// Warnings in it.
    pub(super) warnings: u64,
    /// The findings, by place.
    pub(super) findings: Vec<&'r Reported>,
}

/// The files with most errors, then warnings.
pub(super) fn worst_files(report: &Report) -> Vec<Tally<'_>> {
    tally(report, Some)
}

/// The months, by the names of their posts, with most errors, then warnings.
pub(super) fn worst_months(report: &Report) -> Vec<Tally<'_>> {
    tally(report, month_of)
}

fn tally<'r>(report: &'r Report, name: impl Fn(&'r str) -> Option<&'r str>) -> Vec<Tally<'r>> {
    let mut tallies: BTreeMap<&'r str, Tally<'r>> = BTreeMap::new();
    for reported in report.findings.iter().filter(|reported| reported.finding.severity > Severity::Info) {
        let Some(name) = name(&reported.finding.path) else { continue };
        let empty = || Tally { name, errors: 0, warnings: 0, findings: Vec::new() };
        let tally = tallies.entry(name).or_insert_with(empty);
        match reported.finding.severity {
            Severity::Error => tally.errors += 1,
            _ => tally.warnings += 1,
        }
        tally.findings.push(reported);
    }
    let mut tallies: Vec<Tally<'r>> = tallies.into_values().collect();
    tallies.sort_by_key(|tally| (Reverse(tally.errors), Reverse(tally.warnings), tally.name));
    tallies
}

/// A host and its addresses that are not well.
#[derive(Debug)]
pub(super) struct HostTally<'r> {
    /// The host.
    pub(super) name: &'r str,
    /// Addresses by verdict and reason, the most frequent first.
    pub(super) reasons: Vec<((Verdict, String), u64)>,
    /// How many links name them.
    pub(super) occurrences: u64,
    /// The numbers of the addresses, sorted.
    pub(super) addresses: Vec<usize>,
}

/// The hosts with most addresses that are not well; those that were not asked are left out.
pub(super) fn worst_hosts(report: &Report) -> Vec<HostTally<'_>> {
    let is_ill = |address: &Row<'_>| !matches!(address.outcome.verdict, Verdict::Alive | Verdict::Skipped);
    let mut hosts: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for number in report.addresses.asked() {
        if let Some(address) = report.addresses.get(number).filter(is_ill) {
            hosts.entry(host(address.url)).or_default().push(number);
        }
    }
    let mut hosts: Vec<HostTally<'_>> =
        hosts.into_iter().map(|(name, addresses)| host_tally(report, name, addresses)).collect();
    hosts.sort_by_key(|host| (Reverse(host.addresses.len()), Reverse(host.occurrences), host.name));
    hosts
}

fn host_tally<'r>(report: &Report, name: &'r str, addresses: Vec<usize>) -> HostTally<'r> {
    let mut reasons: BTreeMap<(Verdict, String), u64> = BTreeMap::new();
    let mut occurrences = 0;
    for address in addresses.iter().filter_map(|number| report.addresses.get(*number)) {
        occurrences += address.occurrences;
        *reasons.entry((address.outcome.verdict, address.outcome.reason.name().into_owned())).or_default() += 1;
    }
    let mut reasons: Vec<_> = reasons.into_iter().collect();
    reasons.sort_by_key(|(_, count)| Reverse(*count));
    HostTally { name, reasons, occurrences, addresses }
}

#[cfg(test)]
mod tests {
    use super::super::model::tests::{ABORTS, BROKEN, STYLE, address, finding, parts};
    use super::*;
    use crate::probe::Reason;

    #[test]
    fn the_one_that_differs_is_among_the_examples() {
        let mut findings = vec![finding(&BROKEN, "a.md", (1, 2), "white space in `a b` at 7"); 1000];
        findings.push(finding(&BROKEN, "z.md", (1, 2), "never closed"));
        findings[500].message = "white space in `中 文` at 8".into();
        let report = Report::new(parts(findings));
        let all: Vec<&Reported> = report.findings.iter().collect();
        let shown = examples(&all, 3);
        assert_eq!(shown.len(), 3);
        assert_eq!(shown[2].finding.message, "never closed");
    }

    #[test]
    fn addresses_make_no_kinds() {
        assert_eq!(kind("http://a.cn/1 answers 404 in 3 links"), kind("https://b.cn/2 answers 410 in 12 links"));
        assert_ne!(kind("http://a.cn/1 answers 404"), kind("http://a.cn/1 refuses the connection"));
    }

    #[test]
    fn the_worst_effect_comes_first() {
        let report = Report::new(parts(vec![
            finding(&STYLE, "a.md", (1, 2), "m"),
            finding(&BROKEN, "a.md", (1, 2), "m"),
            finding(&ABORTS, "b.md", (1, 2), "m"),
        ]));
        let groups = by_rule(report.findings.iter());
        assert_eq!(
            groups.iter().map(|group| group.meta.code.as_str()).collect::<Vec<_>>(),
            ["FM008", "LK002", "FM009"]
        );
    }

    #[test]
    fn months_and_files_are_ranked_without_infos() {
        let report = Report::new(parts(vec![
            finding(&BROKEN, "_posts/2022-01-17-a.md", (1, 2), "m"),
            finding(&BROKEN, "_posts/2022-01-18-a.md", (1, 2), "m"),
            finding(&ABORTS, "old_post/2021-12-01-a.md", (1, 2), "m"),
            finding(&STYLE, "_posts/2020-01-01-a.md", (1, 2), "m"),
            finding(&BROKEN, "_posts/-2022.md", (1, 2), "m"),
        ]));
        assert_eq!(worst_months(&report).iter().map(|tally| tally.name).collect::<Vec<_>>(), ["2021-12", "2022-01"]);
        assert_eq!(worst_files(&report)[0].name, "old_post/2021-12-01-a.md");
        assert_eq!(worst_files(&report).len(), 4);
    }

    #[test]
    fn hosts_are_ranked_by_ill_addresses() {
        let mut parts = parts(vec![]);
        parts.addresses = vec![
            address("http://a.cn/", Verdict::Dead, Reason::Status(404)),
            address("http://b.cn/1", Verdict::Dead, Reason::Status(404)),
            address("http://b.cn/2", Verdict::Failing, Reason::Timeout),
            address("http://c.cn/", Verdict::Alive, Reason::Status(200)),
            address("http://d.cn/", Verdict::Skipped, Reason::Offline),
        ];
        let report = Report::new(parts);
        let hosts = worst_hosts(&report);
        assert_eq!(hosts.iter().map(|host| host.name).collect::<Vec<_>>(), ["b.cn", "a.cn"]);
        assert_eq!(hosts[0].occurrences, 6);
    }
}
