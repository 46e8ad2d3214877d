//! Everything that could be changed in a file, from what its rules offer and what is known of its addresses.

use std::collections::BTreeSet;

use url::Url;

use super::address::{Written, spellings};
use super::judged::{Judged, Key, key_of};
use super::mend::{Left, Offers, Why};
use super::{Better, Reader};
use crate::facts::Reading;
use crate::finding::{Applicability, Edit, Effect, Finding, Meta, Severity};
use crate::language::Message;
use crate::rules::is_silenced;
use crate::text::Span;

/// One change, before it is known whether it can be made.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) meta: &'static Meta,
    pub(super) title: String,
    /// Where it begins, from 1.
    pub(super) line: u32,
    pub(super) severity: Severity,
    pub(super) effect: Effect,
    /// Its edits, in the ways in which they can be written, the likeliest first.
    pub(super) ways: Vec<Vec<Edit>>,
    pub(super) heals: Heals,
}

/// What must be true afterwards.
#[derive(Debug)]
pub(super) enum Heals {
    /// There is one finding less of this kind.
    Finding(Key),
    /// The link whose destination begins there leads to the new address.
    Link { start: u32, from: Url, to: Url },
}

/// The changes that may be made, in the order of their places, and those that cannot.
pub(super) fn changes(
    reader: &Reader<'_>,
    reading: &Reading<'_>,
    judged: &Judged,
    offers: &Offers<'_>,
) -> (Vec<Change>, Vec<Left>) {
    let (mut changes, mut left) = (Vec::new(), Vec::new());
    for finding in &judged.findings {
        let Some(change) = of_finding(reader, reading, finding) else { continue };
        if !(offers.wanted)(finding.meta) || is_silenced(reading.text, finding.meta) {
            continue;
        }
        let is_safe = finding.fix.as_ref().is_some_and(|fix| fix.applicability == Applicability::Safe);
        if is_safe || offers.unsafe_too {
            changes.push(change);
        } else {
            left.push(Left { code: change.meta.code, line: change.line, why: Why::Unsafe });
        }
    }
    of_links(reader, reading, offers, (&mut changes, &mut left));
    changes.retain(|change| {
        let is_fit = reading.invalid.is_empty() || change.ways.iter().flatten().all(|edit| is_fit(reading, edit));
        if !is_fit {
            left.push(Left { code: change.meta.code, line: change.line, why: Why::Encoding });
        }
        is_fit
    });
    changes.sort_by_key(|change| change.ways.first().and_then(|way| way.first()).map(|edit| edit.span));
    (changes, left)
}

fn of_finding(reader: &Reader<'_>, reading: &Reading<'_>, finding: &Finding) -> Option<Change> {
    let fix = finding.fix.as_ref().filter(|fix| !fix.edits.is_empty())?;
    Some(Change {
        meta: finding.meta,
        title: fix.title.in_language(reader.rules.language),
        line: reading.lines_of(finding.span).start.line,
        severity: finding.severity,
        effect: finding.effect,
        ways: vec![fix.edits.clone()],
        heals: Heals::Finding(key_of(finding)),
    })
}

/// A better address for each destination that has one.
fn of_links(
    reader: &Reader<'_>,
    reading: &Reading<'_>,
    offers: &Offers<'_>,
    (changes, left): (&mut Vec<Change>, &mut Vec<Left>),
) {
    let mut seen = BTreeSet::new();
    for link in &reading.extraction.links {
        let span = link.destination_span;
        let Some(better) = (offers.better)(&link.destination) else { continue };
        // Links by reference share the destination of their definition.
        if !seen.insert(span) {
            continue;
        }
        let mut probe =
            Finding::new(better.meta, (reader.path.clone(), span), (reader.rules.language, &Message::nothing()));
        probe.severity = better.severity;
        if !reader.selection.apply(&mut probe) || is_silenced(reading.text, better.meta) {
            continue;
        }
        let line = reading.lines_of(span).start.line;
        let code = better.meta.code;
        if better.applicability == Applicability::Unsafe && !offers.unsafe_too {
            left.push(Left { code, line, why: Why::Unsafe });
            continue;
        }
        let written = Written { raw: span.slice(reading.text), read: &link.destination };
        let ways = spellings(written, &better.from, &better.to);
        if ways.is_empty() {
            left.push(Left { code, line, why: Why::Refused("the address cannot be written there".to_owned()) });
            continue;
        }
        changes.push(of_link(better, (span, line, probe.severity), ways));
    }
}

fn of_link(better: &Better, (span, line, severity): (Span, u32, Severity), ways: Vec<String>) -> Change {
    Change {
        meta: better.meta,
        title: better.title.clone(),
        line,
        severity,
        effect: better.meta.effect,
        ways: ways.into_iter().map(|text| vec![Edit { span, text }]).collect(),
        heals: Heals::Link { start: span.start, from: better.from.clone(), to: better.to.clone() },
    }
}

/// Whether an edit of a file that is not UTF-8 leaves the bytes alone that are not, and adds none that would be wrong
/// once the file is converted.
fn is_fit(reading: &Reading<'_>, edit: &Edit) -> bool {
    let touches = |bad: &Span| bad.start < edit.span.end && edit.span.start < bad.end;
    edit.text.is_ascii() && !reading.invalid.iter().any(touches)
}
