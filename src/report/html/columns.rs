//! The columns of the page's tables. Each column has a number for each row; a text is its number in the table of texts.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::Serialize;

use super::MAX_ROWS;
use super::data::Texts;
use crate::finding::Meta;
use crate::probe::{Reason, evidence_in};
use crate::report::shown::host;
use crate::report::window::Excerpts;
use crate::report::{Context, Report, Reported, Row, Spot};

/// Places of an address, and others of a finding, that the page lists.
const PLACES: usize = 5;

/// Findings, in the order of the report.
#[derive(Debug, Default, Serialize)]
pub(super) struct FindingColumns {
    rule: Vec<u32>,
    severity: Vec<u8>,
    effect: Vec<u8>,
    path: Vec<u32>,
    line: Vec<u32>,
    column: Vec<u32>,
    message: Vec<u32>,
    help: Vec<u32>,
    url: Vec<u32>,
    host: Vec<u32>,
    category: Vec<u32>,
    month: Vec<u32>,
    source: Vec<u32>,
    /// Where the guilty part of `source` begins and ends, in UTF-16 units as JavaScript counts.
    start: Vec<u32>,
    end: Vec<u32>,
    /// Seconds since 1970; 0 if nothing is remembered.
    since: Vec<i64>,
    new: Vec<u8>,
    /// Whether no baseline knows it.
    fresh: Vec<u8>,
}

/// The findings that the page holds: all, or the worst.
pub(super) fn worst(report: &Report) -> Vec<&Reported> {
    let mut findings: Vec<(usize, &Reported)> = report.findings.iter().enumerate().collect();
    if findings.len() > MAX_ROWS {
        findings.sort_by_key(|(at, reported)| {
            (reported.known, Reverse(reported.finding.severity), reported.finding.effect, *at)
        });
        findings.truncate(MAX_ROWS);
        findings.sort_by_key(|(at, _)| *at);
    }
    findings.into_iter().map(|(_, reported)| reported).collect()
}

impl FindingColumns {
    pub(super) fn of(report: &Report, context: &Context<'_>, rules: &[&'static Meta], texts: &mut Texts) -> Self {
        let mut columns = Self::default();
        let mut excerpts = Excerpts::new(context);
        let last_run = report.history.changes.as_ref().map(|changes| changes.since);
        for reported in worst(report) {
            columns.push(reported, context, rules, texts);
            let excerpt = excerpts.of(&reported.finding);
            let units = |end: usize| {
                let text = excerpt.as_ref().and_then(|window| window.text.get(..end)).unwrap_or_default();
                narrow(text.encode_utf16().count())
            };
            columns.start.push(excerpt.as_ref().map_or(0, |window| units(window.span.start)));
            columns.end.push(excerpt.as_ref().map_or(0, |window| units(window.span.end)));
            // What is shown has been masked and made visible.
            columns.source.push(excerpt.as_ref().map_or(0, |window| texts.number(&window.text)));
            let is_new = last_run.is_some() && reported.since.is_some_and(|since| Some(since) > last_run);
            columns.new.push(u8::from(is_new));
        }
        columns
    }

    fn push(&mut self, reported: &Reported, context: &Context<'_>, rules: &[&'static Meta], texts: &mut Texts) {
        let finding = &reported.finding;
        let (line, column) = finding.lines.map_or((1, 1), |lines| (lines.start.line, lines.start.column));
        let rule = rules.iter().position(|meta| meta.code == finding.meta.code);
        self.rule.push(narrow(rule.unwrap_or(0)));
        self.severity.push(finding.severity as u8);
        self.effect.push(finding.effect as u8);
        self.path.push(texts.foreign(context, &finding.path));
        self.line.push(line);
        self.column.push(column);
        self.message.push(texts.foreign(context, &finding.message));
        self.help.push(finding.help.as_deref().map_or(0, |help| texts.foreign(context, help)));
        self.url.push(finding.url.as_deref().map_or(0, |url| texts.foreign(context, url)));
        self.host.push(reported.host().map_or(0, |host| texts.foreign(context, host)));
        self.category.push(reported.category.as_deref().map_or(0, |category| texts.foreign(context, category)));
        self.month.push(reported.month().map_or(0, |month| texts.number(month)));
        self.fresh.push(u8::from(!reported.known));
        self.since.push(reported.since.map_or(0, jiff::Timestamp::as_second));
    }
}

/// The other places that findings name, by row: place and label by turns.
pub(super) fn related(report: &Report, context: &Context<'_>, texts: &mut Texts) -> BTreeMap<usize, Vec<u32>> {
    let with = worst(report).into_iter().enumerate().filter(|(_, reported)| !reported.finding.related.is_empty());
    let row = |(row, reported): (usize, &Reported)| {
        let places = reported.finding.related.iter().take(PLACES).flat_map(|related| {
            let at = related.lines.map_or((1, 1), |lines| (lines.start.line, lines.start.column));
            let place = format!("{}:{}:{}", related.path, at.0, at.1);
            [texts.foreign(context, &place), texts.foreign(context, &related.label)]
        });
        (row, places.collect())
    };
    with.map(row).collect()
}

/// What `postproof fix` offers for findings, by row: what it does, and the texts that it writes.
pub(super) fn fixes(report: &Report, context: &Context<'_>, texts: &mut Texts) -> BTreeMap<usize, Vec<u32>> {
    let fix = |(row, reported): (usize, &Reported)| {
        let fix = reported.finding.fix.as_ref()?;
        let title = texts.foreign(context, &context.say(&fix.title));
        let written = fix.edits.iter().map(|edit| edit.text.trim()).filter(|text| !text.is_empty());
        let written: Vec<u32> = written.take(PLACES).map(|text| texts.foreign(context, text)).collect();
        Some((row, [vec![title], written].concat()))
    };
    worst(report).into_iter().enumerate().filter_map(fix).collect()
}

/// Addresses, in the order of the report.
#[derive(Debug, Default, Serialize)]
pub(super) struct AddressColumns {
    url: Vec<u32>,
    host: Vec<u32>,
    verdict: Vec<u8>,
    reason: Vec<u32>,
    evidence: Vec<u32>,
    /// Status and text by turns.
    redirects: Vec<Vec<u32>>,
    #[serde(rename = "final")]
    last: Vec<u32>,
    /// Seconds since 1970; 0 if it was not asked.
    checked: Vec<i64>,
    remembered: Vec<u8>,
    attempts: Vec<u16>,
    elapsed: Vec<u32>,
    uses: Vec<u64>,
    places: Vec<Vec<u32>>,
}

/// The addresses that there is something to say about. What an offline run did not ask is counted and not listed.
///
/// Each as its uses, the most first, and its number: what they are ranked by, and not the addresses themselves.
pub(super) fn told(report: &Report) -> Vec<(Reverse<u64>, usize)> {
    let rank = |number: usize| {
        let address = report.addresses.get(number)?;
        let is_told = report.lists(&address) && address.outcome.reason != Reason::Offline;
        is_told.then_some((Reverse(address.occurrences), number))
    };
    report.addresses.asked().into_par_iter().filter_map(rank).collect()
}

/// The numbers of the addresses that the page holds: all that it tells of, or those that most links name.
fn most_used(told: &[(Reverse<u64>, usize)]) -> Vec<usize> {
    let mut ranked = told.to_vec();
    if ranked.len() > MAX_ROWS {
        ranked.select_nth_unstable(MAX_ROWS);
        ranked.truncate(MAX_ROWS);
    }
    let mut numbers: Vec<usize> = ranked.into_iter().map(|(_, number)| number).collect();
    numbers.sort_unstable();
    numbers
}

impl AddressColumns {
    pub(super) fn of(
        report: &Report,
        told: &[(Reverse<u64>, usize)],
        context: &Context<'_>,
        texts: &mut Texts,
    ) -> Self {
        let mut columns = Self::default();
        for number in most_used(told) {
            let Some(address) = report.addresses.get(number) else { continue };
            columns.push(&address, context, texts);
            let places = report.addresses.places(number);
            let shown = |place: &Spot<'_>| format!("{}:{}:{}", place.path, place.line, place.column);
            let places = places.iter().take(PLACES).map(|place| texts.foreign(context, &shown(place)));
            columns.places.push(places.collect());
        }
        columns
    }

    fn push(&mut self, address: &Row<'_>, context: &Context<'_>, texts: &mut Texts) {
        let outcome = &address.outcome;
        self.url.push(texts.foreign(context, address.url));
        self.host.push(texts.foreign(context, host(address.url)));
        self.verdict.push(outcome.verdict as u8);
        self.reason.push(texts.number(&outcome.reason.name()));
        self.evidence.push(
            outcome
                .evidence
                .as_deref()
                .map_or(0, |evidence| texts.foreign(context, &evidence_in(evidence).in_language(context.language))),
        );
        let hops = outcome.redirects.iter();
        self.redirects.push(hops.flat_map(|hop| [u32::from(hop.status), texts.foreign(context, &hop.to)]).collect());
        self.last.push(outcome.final_url.as_deref().map_or(0, |url| texts.foreign(context, url)));
        self.checked.push(outcome.checked_at.map_or(0, jiff::Timestamp::as_second));
        self.remembered.push(u8::from(address.from_state));
        self.attempts.push(outcome.attempts);
        self.elapsed.push(outcome.elapsed_ms);
        self.uses.push(address.occurrences);
    }
}

fn narrow(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
