//! The pictures of the page: bars, columns, stacked bars and a line, as numbers for SVG.
//!
//! No text stands in the SVG itself: it would shrink with the picture on a phone. Labels are HTML beside it.

mod timeline;

use std::cmp::Reverse;

use super::words::{Words, fill, words as catalogue};
use crate::probe::Verdict;
use crate::report::shown::{grouped, shown};
use crate::report::{Context, Report, Tally};

pub(super) use timeline::{Columns, Trend, months, trend};

/// Bars of one picture.
const BARS: usize = 10;
/// The narrowest part of a stacked bar of 1000 units that can still be seen.
const SLIVER: f64 = 4.0;

/// A rectangle of a bar; in a column `x` and `width` run downwards.
pub(super) struct Part {
    pub(in crate::report::html) class: &'static str,
    pub(in crate::report::html) x: String,
    pub(in crate::report::html) width: String,
}

/// A bar with its label.
pub(super) struct Bar {
    pub(super) code: &'static str,
    pub(super) label: String,
    pub(super) href: String,
    pub(super) count: String,
    pub(super) parts: Vec<Part>,
}

/// Bars below each other.
pub(super) struct Bars {
    pub(super) name: &'static str,
    pub(super) note: String,
    pub(super) each: Vec<Bar>,
}

/// An entry of a legend.
pub(super) struct Entry {
    pub(in crate::report::html) class: &'static str,
    pub(super) name: &'static str,
    pub(super) count: String,
    pub(super) href: Option<String>,
}

/// One bar of several parts.
pub(super) struct Stacked {
    pub(super) label: String,
    pub(super) note: String,
    pub(super) parts: Vec<Part>,
    pub(super) legend: Vec<Entry>,
}

const CLASSES: [&str; 3] = ["f-error", "f-warning", "f-info"];

/// Findings by rule, by category, by host: those of which there is something to show.
pub(super) fn bars(report: &Report, context: &Context<'_>) -> Vec<Bars> {
    let words = catalogue(context.language);
    let mut pictures = Vec::new();
    let mut rules: Vec<(&'static str, &'static str, Tally)> = Vec::new();
    for reported in &report.findings {
        let meta = reported.finding.meta;
        let code = meta.code.as_str();
        if let Some((.., tally)) = rules.iter_mut().find(|(known, ..)| *known == code) {
            tally.count(reported.finding.severity);
        } else {
            let mut tally = Tally::default();
            tally.count(reported.finding.severity);
            rules.push((code, meta.name, tally));
        }
    }
    let rules = rules.into_iter().map(|(code, name, tally)| (code, name.to_owned(), code.to_owned(), tally));
    pictures.extend(ranked(words, (words.by_rule, "rule"), rules.collect()));
    let named = |name: &str, tally: &Tally| {
        let name = shown(context, name).into_owned();
        ("", name.clone(), name, *tally)
    };
    let categories = report.breakdown.categories.iter().map(|(name, tally)| named(name, tally));
    pictures.extend(ranked(words, (words.by_category, "category"), categories.collect()));
    let hosts = report.breakdown.hosts.iter().map(|(name, tally)| named(name, tally));
    pictures.extend(ranked(words, (words.by_host, "host"), hosts.collect()));
    pictures
}

/// The names with most findings, as bars that link to them; `None` without any.
fn ranked(
    words: &Words,
    (name, key): (&'static str, &str),
    mut tallies: Vec<(&'static str, String, String, Tally)>,
) -> Option<Bars> {
    tallies.sort_by(|a, b| (Reverse(a.3.total()), &a.1).cmp(&(Reverse(b.3.total()), &b.1)));
    let all = tallies.len();
    let most = tallies.first()?.3.total().max(1);
    let bars = tallies.into_iter().take(BARS).map(|(code, label, value, tally)| Bar {
        code,
        label,
        href: format!("#{key}={}", percent_encoding::utf8_percent_encode(&value, percent_encoding::NON_ALPHANUMERIC)),
        count: grouped(tally.total()),
        parts: parts(&[tally.errors, tally.warnings, tally.infos], &CLASSES, (most, 100.0, 0.6)),
    });
    let bars: Vec<Bar> = bars.collect();
    let (shown, total) = (grouped(bars.len() as u64), grouped(all as u64));
    let note = if bars.len() < all { fill(words.top, &[("shown", &shown), ("all", &total)]) } else { String::new() };
    Some(Bars { name, note, each: bars })
}

/// Counts as parts of a bar that is `length` long at `most`; none that is there is narrower than `sliver`.
fn parts(counts: &[u64], classes: &[&'static str], (most, length, sliver): (u64, f64, f64)) -> Vec<Part> {
    let mut x = 0.0;
    let mut parts = Vec::new();
    for (&count, class) in counts.iter().zip(classes).filter(|(count, _)| **count > 0) {
        let width = (ratio(count, most) * length).max(sliver);
        parts.push(Part { class, x: decimal(x), width: decimal(width) });
        x += width;
    }
    parts
}

#[expect(clippy::cast_precision_loss, reason = "a picture shows three digits of it")]
fn ratio(count: u64, most: u64) -> f64 {
    count as f64 / most.max(1) as f64
}

fn decimal(number: f64) -> String {
    format!("{number:.1}")
}

/// What the web answered; `None` if the archive names no address.
pub(super) fn verdicts(report: &Report, words: &'static Words) -> Option<Stacked> {
    let links = &report.summary.links;
    let total = links.external;
    if total == 0 {
        return None;
    }
    let classes = Verdict::ALL.map(|verdict| match verdict {
        Verdict::Alive => "f-alive",
        Verdict::Moved => "f-moved",
        Verdict::Dead => "f-dead",
        Verdict::Failing => "f-failing",
        Verdict::Blocked => "f-blocked",
        Verdict::Suspect => "f-suspect",
        Verdict::Skipped => "f-skipped",
    });
    let counts = Verdict::ALL.map(|verdict| links.of(verdict));
    let names = Verdict::ALL.map(|verdict| words.verdict(verdict));
    let note = fill(words.verdicts_note, &[("addresses", &grouped(total))]);
    let mut stacked = stacked((&counts, &classes, &names), note);
    let is_listed = |verdict: Verdict| {
        (report.lists_alive || verdict != Verdict::Alive)
            && report.addresses.iter().any(|address| address.outcome.verdict == verdict)
    };
    let verdicts = Verdict::ALL.into_iter().filter(|verdict| links.of(*verdict) > 0);
    for (entry, verdict) in stacked.legend.iter_mut().zip(verdicts) {
        entry.href = is_listed(verdict).then(|| format!("#a.verdict={}", verdict.name()));
    }
    Some(stacked)
}

/// How old the answers are; `None` if the archive names no address.
pub(super) fn freshness(report: &Report, words: &'static Words) -> Option<Stacked> {
    let counts = report.freshness.classes().map(|(_, count)| count);
    if counts.iter().sum::<u64>() == 0 {
        return None;
    }
    let classes = ["f-age1", "f-age2", "f-age3", "f-age4", "f-age5", "f-age6"];
    let mut stacked = stacked((&counts, &classes, &words.ages), String::new());
    stacked.label = fill(words.freshness_lead, &[("list", &stacked.label)]);
    Some(stacked)
}

fn stacked((counts, classes, names): (&[u64], &[&'static str], &[&'static str]), note: String) -> Stacked {
    let total: u64 = counts.iter().sum();
    let parts = parts(counts, classes, (total, 1000.0, SLIVER));
    let there = || counts.iter().zip(classes).zip(names).filter(|((count, _), _)| **count > 0);
    let legend =
        there().map(|((count, class), name)| Entry { class, name, count: grouped(*count), href: None }).collect();
    let label: Vec<String> = there().map(|((count, _), name)| format!("{name} {}", grouped(*count))).collect();
    Stacked { label: label.join(", "), note, parts, legend }
}
