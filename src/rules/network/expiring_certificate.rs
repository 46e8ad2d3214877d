//! NT008: a host whose certificate ends soon.

use jiff::SignedDuration;

use crate::declare_rule;
use crate::facts::Facts;
use crate::finding::Meta;
use crate::language::say;
use crate::resolve::Target;
use crate::rules::{ArchiveSink, Rule, Settings};

/// Certificates that renew themselves do so with a third of their life left, thirty days of ninety.
const SOON: SignedDuration = SignedDuration::from_hours(24 * 14);

declare_rule! {
    /// ## What it does
    ///
    /// Finds hosts whose certificate ends within 14 days.
    /// The date is seen in handshakes that were made anyway, and reported once for each host, at the first link.
    ///
    /// ## Why is this bad?
    ///
    /// From that day on, browsers show a warning in place of every page of the host.
    /// Where certificates renew themselves that happens weeks before, so this one probably does not.
    ///
    /// ## Example
    ///
    /// ```markdown
    /// <https://forgotten.example/>
    /// ```
    ///
    /// ## Use instead
    ///
    /// Nothing yet. If the host is yours, renew its certificate; if not, see that a web archive holds what you link to.
    pub(crate) struct ExpiringCertificate; "NT008", "expiring-certificate", Warning, LinkBroken
}

impl Rule for ExpiringCertificate {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_archive(&self, settings: &Settings, facts: &Facts<'_>, sink: &mut ArchiveSink) {
        if !facts.hosts.knows_certificates() {
            return;
        }
        let ending = facts.links_by(|target| match target {
            Target::Web { address, .. } => {
                let url = facts.resolved.url(&facts.archive.strings, address);
                let host = url.strip_prefix("https://")?.split(['/', '?', '#', ':']).next()?;
                let end = facts.hosts.certificate_end(host, settings.now)?;
                let left = end.duration_since(settings.now);
                (left > SignedDuration::ZERO && left <= SOON).then(|| (host.to_owned(), end))
            }
            _ => None,
        });
        for ((host, end), places) in ending {
            let day = end.strftime("%Y-%m-%d");
            let message = say!("the certificate of {host} ends on {day}", host = &host, day);
            if let Some(finding) = sink.report_places(&Self::META, facts, &places, (&host, message)) {
                finding
                    .help(say!("if the host is yours, renew it; else see that a web archive holds what you link to"));
            }
        }
    }
}
