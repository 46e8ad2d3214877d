//! What the web answered: one finding for each address, at the first link that names it.

mod blocked_link;
mod dead_link;
mod failing_link;
mod moved_link;

pub(crate) use blocked_link::BlockedLink;
pub(crate) use dead_link::DeadLink;
pub(crate) use failing_link::FailingLink;
pub(crate) use moved_link::MovedLink;

use super::ArchiveSink;
use crate::facts::Facts;
use crate::finding::{Meta, Severity};
use crate::probe::{Outcome, Reason, Verdict};
use crate::resolve::Target;
use crate::text::secret::mask;

/// Reports every address with a verdict, in the order of their spellings; a failure that is confirmed as an error.
fn report_verdict(meta: &'static Meta, verdict: Verdict, help: &str, (facts, sink): (&Facts<'_>, &mut ArchiveSink)) {
    let judged = facts.links_by(|target| match target {
        Target::Web { address, .. } => {
            let outcome = facts.outcomes.get(*address as usize)?;
            (outcome.verdict == verdict).then(|| (facts.resolved.url(&facts.archive.strings, *address), *address))
        }
        _ => None,
    });
    for ((url, address), places) in judged {
        let Some(outcome) = facts.outcomes.get(address as usize) else { continue };
        let shown = mask(url);
        let since = facts.confirmed.get(&address);
        let message = |count: &str| match since {
            None => format!("{shown} {}{count}", words(outcome)),
            Some(since) => {
                format!("{shown} has failed since {}: it {}{count}", since.strftime("%Y-%m-%d"), words(outcome))
            }
        };
        let Some(finding) = sink.report_places(meta, facts, &places, (url, message)) else { continue };
        if since.is_some() {
            finding.severity(Severity::Error);
        }
        finding.url(&*shown).help(match &outcome.final_url {
            Some(to) if verdict == Verdict::Moved => format!("{help}: {}", mask(to)),
            Some(to) => format!("it redirects to {}; {help}", mask(to)),
            None => help.to_owned(),
        });
    }
}

/// What an answer means, as the end of a sentence that begins with the address.
fn words(outcome: &Outcome) -> String {
    let words = match outcome.reason {
        Reason::Status(status) if outcome.verdict == Verdict::Moved => format!("moved for good ({status})"),
        Reason::Status(status) => format!("answers {status}"),
        Reason::DnsNotFound => "names a host that does not exist".to_owned(),
        Reason::DnsFailure => "names a host that the resolver cannot look up today".to_owned(),
        Reason::ConnectRefused => "refuses the connection".to_owned(),
        Reason::ConnectReset => "cuts the connection".to_owned(),
        Reason::ConnectFailed => "cannot be reached".to_owned(),
        Reason::Timeout => "does not answer in time".to_owned(),
        Reason::TlsUntrusted => "shows a certificate that nobody trusted has signed".to_owned(),
        Reason::TlsExpired => "shows a certificate that is not valid today".to_owned(),
        Reason::TlsHostname => "shows a certificate of another host".to_owned(),
        Reason::TlsFailed => "fails to set up TLS".to_owned(),
        Reason::RedirectLoop => "redirects in a circle".to_owned(),
        Reason::RedirectLimit => "redirects again and again".to_owned(),
        Reason::RedirectInvalid => "redirects to what is no web address".to_owned(),
        Reason::ProtocolError => "answers what is not HTTP".to_owned(),
        Reason::BodyTruncated => "breaks off in the middle of its answer".to_owned(),
        Reason::RetryAfter => "asks to come back later than this run can wait".to_owned(),
        Reason::Soft404 => "answers 200 with a page that says it was not found".to_owned(),
        Reason::Parked => "answers with the page of a parked domain".to_owned(),
        Reason::RedirectHome => "leads to the home page of its site".to_owned(),
        Reason::RedirectLogin => "leads to a log-in page".to_owned(),
        other => format!("was judged by {}", other.name()),
    };
    match &outcome.evidence {
        Some(evidence) => format!("{words}: {evidence}"),
        None => words,
    }
}
