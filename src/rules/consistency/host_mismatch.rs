//! NV009: two hosts for one site.

use std::sync::Arc;

use crate::declare_rule;
use crate::facts::Facts;
use crate::finding::Meta;
use crate::language::say;
use crate::rules::{ArchiveSink, Rule, Settings};
use crate::text::Span;

declare_rule! {
    /// ## What it does
    ///
    /// Compares the host in `CNAME` with that of `url` in `_config.yml`.
    ///
    /// ## Why is this bad?
    ///
    /// GitHub Pages serves the site at the host in `CNAME`; everything that Jekyll writes with `url`
    /// (feeds, canonical addresses, sitemaps) names the other one.
    ///
    /// ## Example
    ///
    /// `CNAME` holds `finews.zning.me`, `_config.yml` holds `url: https://finews.withounder.com`.
    ///
    /// ## Use instead
    ///
    /// The same host in both.
    pub(crate) struct HostMismatch; "NV009", "host-mismatch", Warning, DataSuspect
}

impl Rule for HostMismatch {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_archive(&self, settings: &Settings, _facts: &Facts<'_>, sink: &mut ArchiveSink) {
        let (Some(cname), Some(host)) = (&settings.cname, &settings.host) else { return };
        if cname.eq_ignore_ascii_case(host) {
            return;
        }
        let span = Span::of(0..cname.len());
        sink.report_file(
            &Self::META,
            Arc::from("CNAME"),
            span,
            (cname, say!("`CNAME` names {cname}, and `url` in _config.yml {host}", cname, host)),
        )
        .help(say!(
            "name the host that the site is served at in both; list the other in `site.aliases` if links still use it"
        ));
    }
}
