//! NT007: links over `http` to a host that answers over `https`.

use url::Url;

use crate::declare_rule;
use crate::facts::Facts;
use crate::finding::Meta;
use crate::language::say;
use crate::probe::Verdict;
use crate::rules::{ArchiveSink, Rule, Settings};

declare_rule! {
    /// ## What it does
    ///
    /// Finds hosts that are linked over `http:` and answer over `https:` as well, with a certificate that is trusted.
    /// The host is asked once, with one of its addresses that is well, and reported once, at the first link.
    /// An address that redirects by itself is left to NT004, and one with a port of its own has no twin.
    ///
    /// That the host answers is no proof of each address. `postproof fix --ask` asks for every one of them over
    /// `https:`, remembers what it learns, and writes `https:` where the very address is well; `postproof fix` writes
    /// what is remembered.
    ///
    /// ## Why is this bad?
    ///
    /// Whoever is on the way can read and change what the reader gets, and browsers warn of such pages.
    ///
    /// ## Example
    ///
    /// ```markdown
    /// <http://news.example/a.html>
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```markdown
    /// <https://news.example/a.html>
    /// ```
    ///
    /// ## Settings
    ///
    /// `fetch.check_https: false` asks no host, and no address for a mending.
    pub(crate) struct InsecureLink; "NT007", "insecure-link", Info, Style
}

impl Rule for InsecureLink {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_archive(&self, settings: &Settings, facts: &Facts<'_>, sink: &mut ArchiveSink) {
        let insecure = facts.links_by_outcome(|address, _, outcome| {
            if outcome.verdict != Verdict::Alive || outcome.final_url.is_some() {
                return None;
            }
            let rest = facts.resolved.url(&facts.archive.strings, address).strip_prefix("http://")?;
            let host = rest.split(['/', '?', '#']).next().filter(|host| !host.contains([':', '@']))?;
            (facts.hosts.answers_https(host, settings.now) == Some(true)).then(|| host.to_owned())
        });
        for (host, places) in insecure {
            let message = say!("{host} is linked over http and answers over https as well", host = &host);
            if let Some(finding) = sink.report_places(&Self::META, facts, &places, (&host, message)) {
                let url = Url::parse(&format!("https://{host}/")).map(String::from);
                finding.url(url.unwrap_or_default()).help(say!(
                    "write https://{host}/…; `postproof fix --ask` does, where the address itself answers so",
                    host = &host
                ));
            }
        }
    }
}
