//! The page without scripts: some findings of each rule, the addresses that most links name.

use std::cmp::Reverse;

use super::view::{counted, date};
use super::words::{fill, words as catalogue};
use crate::report::ranking::{RuleGroup, by_rule, examples};
use crate::report::shown::{grouped, shown};
use crate::report::window::Excerpts;
use crate::report::{Context, Report, Reported, Row};

/// Findings of a rule that are shown.
const EXAMPLES: usize = 3;
/// Addresses that are shown.
const ADDRESSES: usize = 50;
/// Redirects of an address that are shown.
const HOPS: usize = 5;

/// The findings of one effect.
pub(super) struct Chapter {
    pub(super) effect: &'static str,
    pub(super) heading: &'static str,
    pub(super) groups: Vec<Group>,
}

/// Some findings of one rule with one effect.
pub(super) struct Group {
    pub(super) code: &'static str,
    pub(super) name: &'static str,
    /// Whether no group before it is of the same rule; links lead to that one.
    pub(super) is_first: bool,
    pub(super) severity: &'static str,
    pub(super) severity_name: &'static str,
    pub(super) counts: String,
    pub(super) summary: String,
    pub(super) examples: Vec<Example>,
    pub(super) rest: String,
}

/// A finding.
pub(super) struct Example {
    pub(super) place: String,
    pub(super) known: &'static str,
    pub(super) message: String,
    pub(super) help: Option<String>,
    pub(super) excerpt: Option<Excerpt>,
}

/// A line of the source in three parts.
pub(super) struct Excerpt {
    pub(super) line: u32,
    pub(super) before: String,
    pub(super) guilty: String,
    pub(super) after: String,
}

/// An address of the web.
pub(super) struct AddressRow {
    pub(super) url: String,
    pub(super) is_link: bool,
    pub(super) verdict: &'static str,
    pub(super) verdict_name: &'static str,
    pub(super) reason: String,
    pub(super) evidence: String,
    pub(super) hops: Vec<HopRow>,
    pub(super) uses: String,
    pub(super) checked: String,
}

/// A redirect.
pub(super) struct HopRow {
    pub(super) status: u16,
    pub(super) to: String,
}

/// The findings by effect and rule, the worst first.
pub(super) fn chapters(report: &Report, context: &Context<'_>) -> Vec<Chapter> {
    let words = catalogue(context.language);
    let mut excerpts = Excerpts::new(context);
    let mut chapters: Vec<Chapter> = Vec::new();
    let mut seen = Vec::new();
    for group in by_rule(report.findings.iter()) {
        let code = group.meta.code;
        let mut shown = shown_group(&group, context, &mut excerpts);
        shown.is_first = !seen.contains(&code);
        seen.push(code);
        match chapters.last_mut().filter(|chapter| chapter.effect == group.effect.name()) {
            Some(chapter) => chapter.groups.push(shown),
            None => chapters.push(Chapter {
                effect: group.effect.name(),
                heading: words.effect(group.effect),
                groups: vec![shown],
            }),
        }
    }
    chapters
}

fn shown_group(group: &RuleGroup<'_>, context: &Context<'_>, excerpts: &mut Excerpts<'_, '_>) -> Group {
    let words = catalogue(context.language);
    let listed = examples(&group.findings, EXAMPLES);
    let count = group.findings.len() as u64;
    let (findings, files) = (counted(count, &words.count_of_findings), counted(group.files(), &words.file));
    let left = count - listed.len() as u64;
    Group {
        code: group.meta.code.as_str(),
        name: group.meta.name,
        is_first: false,
        severity: group.severity.name(),
        severity_name: words.severity(group.severity),
        counts: fill(words.in_files, &[("findings", &findings), ("files", &files)]),
        summary: group.meta.summary_in(context.language),
        examples: listed.into_iter().map(|reported| example(reported, context, excerpts)).collect(),
        rest: if left > 0 { fill(words.rest, &[("count", &grouped(left))]) } else { String::new() },
    }
}

fn example(reported: &Reported, context: &Context<'_>, excerpts: &mut Excerpts<'_, '_>) -> Example {
    let finding = &reported.finding;
    let (line, column) = finding.lines.map_or((1, 1), |lines| (lines.start.line, lines.start.column));
    let excerpt = excerpts.of(finding).map(|window| {
        let part = |range: std::ops::Range<usize>| window.text.get(range).unwrap_or_default().to_owned();
        let (start, end) = (window.span.start, window.span.end);
        Excerpt { line, before: part(0..start), guilty: part(start..end), after: part(end..window.text.len()) }
    });
    Example {
        place: format!("{}:{line}:{column}", shown(context, &finding.path)),
        known: if reported.known { catalogue(context.language).known } else { "" },
        message: shown(context, &finding.message).into_owned(),
        help: finding.help.as_deref().map(|help| shown(context, help).into_owned()),
        excerpt,
    }
}

/// The addresses that most links name.
pub(super) fn addresses(report: &Report, told: &[(Reverse<u64>, usize)], context: &Context<'_>) -> Vec<AddressRow> {
    let mut ranked = told.to_vec();
    if ranked.len() > ADDRESSES {
        ranked.select_nth_unstable(ADDRESSES);
        ranked.truncate(ADDRESSES);
    }
    ranked.sort_unstable();
    let rows = ranked.into_iter().filter_map(|(_, number)| report.addresses.get(number));
    rows.map(|address| address_row(&address, context)).collect()
}

fn address_row(address: &Row<'_>, context: &Context<'_>) -> AddressRow {
    let words = catalogue(context.language);
    let outcome = &address.outcome;
    let url = shown(context, address.url);
    AddressRow {
        is_link: is_link(&url),
        url: url.into_owned(),
        verdict: outcome.verdict.name(),
        verdict_name: words.verdict(outcome.verdict),
        reason: outcome.reason.name().into_owned(),
        evidence: outcome.evidence.as_deref().map_or(String::new(), |evidence| {
            shown(context, &crate::probe::evidence_in(evidence).in_language(context.language)).into_owned()
        }),
        hops: outcome
            .redirects
            .iter()
            .take(HOPS)
            .map(|hop| HopRow { status: hop.status, to: shown(context, &hop.to).into_owned() })
            .collect(),
        uses: grouped(address.occurrences),
        checked: outcome.checked_at.map_or("—".to_owned(), date),
    }
}

/// Whether a reader may follow it: plainly of the web, and nothing in it masked.
fn is_link(url: &str) -> bool {
    let scheme = url.split_once("://").map_or("", |(scheme, _)| scheme);
    ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) && !url.contains("***")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_web_can_be_followed() {
        for url in ["http://a.cn/", "HTTPS://a.cn/x"] {
            assert!(is_link(url), "{url}");
        }
        for url in [
            "javascript://a.cn/%0aalert(1)",
            "javascript:alert(1)",
            "data:text/html,http://a",
            "http:a",
            "",
            "http://***@a.cn/",
            "file:///etc",
            " http://a.cn",
        ] {
            assert!(!is_link(url), "{url}");
        }
    }
}
