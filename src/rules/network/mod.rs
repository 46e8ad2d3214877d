//! What the web answered: one finding for each address, at the first link that names it.

mod blocked_link;
mod dead_link;
mod drifted_content;
mod expiring_certificate;
mod failing_link;
mod hosts;
mod insecure_link;
mod mail;
mod moved_link;
mod suspect_link;

pub(crate) use blocked_link::BlockedLink;
pub(crate) use dead_link::DeadLink;
pub(crate) use drifted_content::DriftedContent;
pub(crate) use expiring_certificate::ExpiringCertificate;
pub(crate) use failing_link::FailingLink;
pub(crate) use insecure_link::InsecureLink;
pub(crate) use moved_link::MovedLink;
pub(crate) use suspect_link::SuspectLink;

use std::collections::BTreeMap;

use super::ArchiveSink;
use crate::facts::{Facts, Occurrence};
use crate::finding::{Applicability, Meta, Severity};
use crate::language::{Message, say};
use crate::probe::{Outcome, Reason, Verdict, evidence_in};
use crate::store::Standing;
use crate::text::secret::mask;

/// The links to each address with a verdict, by the spelling and the index of the address.
type Judged<'f> = BTreeMap<(&'f str, u32), Vec<Occurrence>>;

/// Every address with a verdict.
fn judged<'f>(verdict: Verdict, facts: &'f Facts<'_>) -> Judged<'f> {
    facts.links_by_outcome(|address, _, outcome| {
        (outcome.verdict == verdict).then(|| (facts.resolved.url(&facts.archive.strings, address), address))
    })
}

/// Reports every address with a verdict, in the order of their spellings; a failure that is confirmed as an error.
fn report_verdict(
    meta: &'static Meta,
    verdict: Verdict,
    help: &Message,
    (facts, sink): (&Facts<'_>, &mut ArchiveSink),
) {
    report_each(meta, judged(verdict, facts), help, (facts, sink));
}

/// Reports these addresses.
fn report_each(meta: &'static Meta, judged: Judged<'_>, help: &Message, (facts, sink): (&Facts<'_>, &mut ArchiveSink)) {
    for ((url, address), places) in judged {
        let Some(outcome) = facts.outcomes.get(address as usize) else { continue };
        let shown = mask(url);
        let verdict = outcome.verdict;
        let standing = facts.record.standings.get(&address);
        let answer = match facts.record.origins.get(&address) {
            Some(place) => say!("{answer}, seen from {place}", answer = words(outcome), place),
            None => words(outcome),
        };
        let message = confirmed(&shown, answer, standing);
        let Some(finding) = sink.report_places(meta, facts, &places, (url, message)) else { continue };
        if matches!(standing, Some(Standing::Confirmed { .. })) {
            finding.severity(Severity::Error);
        }
        if let (Verdict::Moved, Some(to)) = (verdict, &outcome.final_url) {
            finding.instead(url, to, Applicability::Safe);
        }
        finding.url(&*shown).help(match &outcome.final_url {
            Some(to) if verdict == Verdict::Moved => say!("{help}: {address}", help = help.clone(), address = mask(to)),
            Some(to) => say!("it redirects to {address}; {help}", address = mask(to), help = help.clone()),
            None => help.clone(),
        });
        if let Some((copy, day)) = facts.record.copies.get(&address).filter(|_| verdict != Verdict::Moved) {
            finding.help(say!(
                "link to the copy of {day} that a web archive holds: {address}",
                day,
                address = mask(copy),
            ));
            finding.instead(url, copy, Applicability::Unsafe);
        }
    }
}

/// What is said of an address that answers so, and since when it has if history confirms it.
fn confirmed(address: &str, answer: Message, standing: Option<&Standing>) -> Message {
    match standing {
        Some(Standing::Confirmed { since, .. }) => {
            say!("{address} has failed since {day}: it {answer}", address, day = since.strftime("%Y-%m-%d"), answer)
        }
        Some(Standing::Flapping { changes }) => say!(
            "{address} comes and goes ({changes} changes in its last 16 checks): now it {answer}",
            address,
            changes,
            answer,
        ),
        _ => say!("{address} {answer}", address, answer),
    }
}

/// What an answer means, as the end of a sentence that begins with the address.
fn words(outcome: &Outcome) -> Message {
    let words = match outcome.reason {
        Reason::Status(status) if outcome.verdict == Verdict::Moved => say!("moved for good ({status})", status),
        Reason::Status(status) => say!("answers {status}", status),
        Reason::DnsNotFound => say!("names a host that does not exist"),
        Reason::DnsFailure => say!("names a host that the resolver cannot look up today"),
        Reason::ConnectRefused => say!("refuses the connection"),
        Reason::ConnectReset => say!("cuts the connection"),
        Reason::ConnectFailed => say!("cannot be reached"),
        Reason::Timeout => say!("does not answer in time"),
        Reason::TlsUntrusted => say!("shows a certificate that nobody trusted has signed"),
        Reason::TlsExpired => say!("shows a certificate that is not valid today"),
        Reason::TlsHostname => say!("shows a certificate of another host"),
        Reason::TlsFailed => say!("fails to set up TLS"),
        Reason::RedirectLoop => say!("redirects in a circle"),
        Reason::RedirectLimit => say!("redirects again and again"),
        Reason::RedirectInvalid => say!("redirects to what is no web address"),
        Reason::ProtocolError => say!("answers what is not HTTP"),
        Reason::BodyTruncated => say!("breaks off in the middle of its answer"),
        Reason::RetryAfter => say!("asks to come back later than this run can wait"),
        Reason::Soft404 => say!("answers 200 with a page that says it was not found"),
        Reason::Parked => say!("answers with the page of a parked domain"),
        Reason::RedirectHome => say!("leads to the home page of a site"),
        Reason::RedirectLogin => say!("leads to a log-in page"),
        Reason::LoginWall => say!("answers with a log-in page"),
        Reason::Funnel => say!("leads to a page that many other addresses lead to"),
        other => say!("was judged by {reason}", reason = other.name()),
    };
    with_evidence(words, outcome)
}

fn with_evidence(words: Message, outcome: &Outcome) -> Message {
    match &outcome.evidence {
        Some(evidence) => say!("{words}: {evidence}", words, evidence = evidence_in(evidence)),
        None => words,
    }
}
