//! What name servers say of the domains that mail is sent to.

use std::collections::BTreeMap;

use super::confirmed;
use crate::facts::{Facts, Occurrence};
use crate::finding::{Meta, Severity};
use crate::language::{Message, say};
use crate::probe::{Outcome, Reason, Verdict};
use crate::resolve::Target;
use crate::rules::ArchiveSink;
use crate::store::Standing;
use crate::text::mail;

/// Reports every domain of a `mailto:` link that has this verdict, at the first link.
pub(super) fn report(
    meta: &'static Meta,
    verdict: Verdict,
    help: &Message,
    (facts, sink): (&Facts<'_>, &mut ArchiveSink),
) {
    let known = &facts.record.mail;
    let is_bad = |domain: &str| known.get(domain).is_some_and(|record| record.outcome.verdict == verdict);
    if !known.keys().any(|domain| is_bad(domain)) {
        return;
    }
    let links = facts.links_by(|target| match target {
        Target::Mail(behind) => {
            let domains = mail::domains(behind).into_iter().filter(|domain| is_bad(domain));
            Some(domains.collect::<Vec<String>>()).filter(|domains| !domains.is_empty())
        }
        _ => None,
    });
    // One link may go to several domains.
    let mut places: BTreeMap<&str, Vec<Occurrence>> = BTreeMap::new();
    for (domains, found) in &links {
        for domain in domains {
            places.entry(domain).or_default().extend(found);
        }
    }
    for (domain, mut places) in places {
        let Some(record) = known.get(domain) else { continue };
        places.sort_unstable();
        let key = format!("mailto:@{domain}");
        let message = confirmed(domain, words(&record.outcome), record.standing.as_ref());
        let Some(finding) = sink.report_places(meta, facts, &places, (&key, message)) else { continue };
        finding.url(key).help(help.clone());
        if matches!(record.standing, Some(Standing::Confirmed { .. })) {
            finding.severity(Severity::Error);
        }
    }
}

/// What is known of a domain, as the end of a sentence that begins with its name.
fn words(outcome: &Outcome) -> Message {
    let words = match outcome.reason {
        Reason::DnsNotFound => say!("does not exist, so no mail arrives there"),
        Reason::NoMail => say!("takes no mail"),
        _ => say!("is a domain whose mail hosts cannot be looked up today"),
    };
    super::with_evidence(words, outcome)
}
