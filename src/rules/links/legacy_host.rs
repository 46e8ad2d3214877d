//! LK008: a host by which the site was once known.

use crate::declare_rule;
use crate::facts::Reading;
use crate::finding::{Applicability, Edit, Fix, Meta};
use crate::language::say;
use crate::rules::{DocumentSink, Rule, Settings};
use crate::text::Span;

declare_rule! {
    /// ## What it does
    ///
    /// Finds links that name one of the site's other hosts: those of `site.aliases`, and the host in `CNAME`
    /// where `url` in `_config.yml` names another.
    ///
    /// ## Why is this bad?
    ///
    /// The link works as long as somebody pays for the old name. It is the first thing to be forgotten.
    ///
    /// ## Example
    ///
    /// ```markdown
    /// [返回首页](//finews.zning.me/)
    /// ```
    ///
    /// ## Use instead
    ///
    /// ```markdown
    /// [返回首页](//finews.withounder.com/)
    /// ```
    ///
    /// ## Settings
    ///
    /// `site.aliases` lists the hosts; `site.url` names today's.
    pub(crate) struct LegacyHost; "LK008", "legacy-host", Warning, Style
}

impl Rule for LegacyHost {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_document(&self, settings: &Settings, reading: &Reading<'_>, sink: &mut DocumentSink<'_>) {
        let Some(today) = settings.host.as_ref().filter(|_| !settings.aliases.is_empty()) else { return };
        for link in &reading.extraction.links {
            let written = link.destination_span.slice(reading.text);
            let Some((start, host)) = host_of(written) else { continue };
            if host.eq_ignore_ascii_case(today)
                || !settings.aliases.iter().any(|alias| host.eq_ignore_ascii_case(alias))
            {
                continue;
            }
            let span = Span::of(start..start + host.len()).shifted(link.destination_span.start);
            let edits = vec![Edit { span, text: today.clone() }];
            sink.report(&Self::META, span, say!("{host} is an old name of the site, which is {today}", host, today))
                .help(say!("write {text}", text = today))
                .fix(Fix { applicability: Applicability::Safe, title: say!("write {text}", text = today), edits });
        }
    }
}

/// The host that a destination names, and where it begins.
fn host_of(written: &str) -> Option<(usize, &str)> {
    let start = ["//", "http://", "https://"].into_iter().find(|begin| written.starts_with(begin))?.len();
    let rest = written.get(start..)?;
    let end = rest.bytes().position(|byte| matches!(byte, b'/' | b'?' | b'#' | b':' | b'\\')).unwrap_or(rest.len());
    Some((start, rest.get(..end)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{check_with, findings};

    fn settings() -> Settings {
        let aliases = vec!["finews.zning.me".to_owned()];
        Settings { host: Some("finews.withounder.com".to_owned()), aliases, ..Settings::default() }
    }

    #[test]
    fn an_old_name_is_found() {
        check_with(
            &LegacyHost,
            &settings(),
            "
---
---
[返回首页](//finews.zning.me/) <https://finews.zning.me/a>
             ^^^^^^^^^^^^^^^ LK008 finews.zning.me is an old name of the site
                                        ^^^^^^^^^^^^^^^ LK008 old name
",
        );
    }

    #[test]
    fn other_hosts_and_ports_of_text_are_not() {
        let text = "---\n---\n[a](//finews.withounder.com/) [b](/x?u=//finews.zning.me/) [c](//x.finews.zning.me/)\n";
        check_with(&LegacyHost, &settings(), text);
        check_with(&LegacyHost, &Settings::default(), "---\n---\n[a](//finews.zning.me/)\n");
    }

    #[test]
    fn damage_is_silent() {
        assert!(findings(&LegacyHost, &settings(), "_posts/a.md", b"[a](//\xFF [b](//").is_empty());
    }
}
