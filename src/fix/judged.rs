//! A file's bytes, read and judged.

use std::collections::BTreeMap;

use super::Reader;
use crate::facts::Reading;
use crate::finding::{Effect, Finding, Severity};
use crate::rules::DocumentSink;
use crate::text::{Decoded, Span};

/// Findings that are one to a proof: the rule, and the digest of the guilty text.
pub(super) type Key = (&'static str, u64);

/// How often there is such a finding, and how bad the worst of them is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tally {
    pub(super) count: usize,
    pub(super) severity: Severity,
    /// The worst one is the least.
    pub(super) effect: Effect,
}

/// A link, as a proof needs it.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) span: Span,
    pub(super) read: String,
}

/// What was found in a file.
#[derive(Debug)]
pub(super) struct Judged {
    pub(super) findings: Vec<Finding>,
    pub(super) tallies: BTreeMap<Key, Tally>,
    pub(super) links: Vec<Seen>,
    pub(super) is_readable: bool,
    pub(super) invalid: usize,
}

impl Reader<'_> {
    pub(super) fn read<'t>(&self, bytes: &'t [u8], decoded: &'t Decoded<'_>) -> Reading<'t> {
        Reading::new(self.extract, self.path.clone(), (self.kind, self.dialect), bytes, decoded)
    }

    /// Judges a file by its own rules, severities as settings want them.
    pub(super) fn judge(&self, reading: &Reading<'_>) -> Judged {
        let mut sink = DocumentSink::new(reading, self.rules.language);
        for rule in self.active {
            rule.check_document(self.rules, reading, &mut sink);
        }
        let mut findings = sink.into_findings();
        findings.retain_mut(|finding| self.selection.apply(finding));
        findings.sort_by(Finding::cmp_by_place);
        let mut tallies: BTreeMap<Key, Tally> = BTreeMap::new();
        for finding in &findings {
            let (severity, effect) = (finding.severity, finding.effect);
            let tally = tallies.entry(key_of(finding)).or_insert(Tally { count: 0, severity, effect });
            tally.count += 1;
            tally.severity = tally.severity.max(severity);
            tally.effect = tally.effect.min(effect);
        }
        let links = reading.extraction.links.iter();
        let links = links.map(|link| Seen { span: link.destination_span, read: link.destination.clone().into_owned() });
        Judged {
            findings,
            tallies,
            links: links.collect(),
            is_readable: reading.front_matter.is_readable(),
            invalid: reading.invalid.iter().map(|span| span.len() as usize).sum(),
        }
    }
}

pub(super) fn key_of(finding: &Finding) -> Key {
    (finding.meta.code.as_str(), finding.subject)
}
