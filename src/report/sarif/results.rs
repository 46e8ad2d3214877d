//! Findings as results, and how many of them fit into an upload.

use std::collections::BTreeMap;
use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde::Serialize;

use super::super::Reported;
use super::super::json::lines::OneLine;
use super::super::json::moment;
use super::super::shown::shown;
use super::level;
use super::log::{ArtifactChange, Fix, Message, Outcome, Replacement, ResultProperties, Suppression};
use super::region::Files;
use crate::finding::{self, Meta};

/// GitHub shows so many locations of a result and refuses more than a thousand.
const MOST_RELATED: usize = 100;
/// Characters of one text; what is longer tells a reader nothing more, and the report would not fit.
const LONGEST: usize = 2_000;

/// What a baseline says of a finding that is in it.
const KNOWN: Suppression =
    Suppression { kind: "external", status: "accepted", justification: "It is in the archive's baseline." };

/// The rules that found something, sorted by code.
pub(super) struct Rules(pub(super) Vec<&'static Meta>);

impl Rules {
    fn index(&self, meta: &Meta) -> usize {
        self.0.partition_point(|other| other.code < meta.code)
    }
}

/// How many of the results, from the first, stay within so many bytes once they are compressed.
pub(super) fn fitting(worst: &[&Reported], (rules, files): ((&Rules, bool), &Files<'_>), most_bytes: u64) -> usize {
    let mut sink = GzEncoder::new(Counter(0), Compression::fast());
    for (at, reported) in worst.iter().enumerate() {
        let mut serializer = serde_json::Serializer::with_formatter(&mut sink, OneLine);
        // The counter takes everything, so this cannot fail.
        let _counted = result(reported, rules, files).serialize(&mut serializer);
        if sink.get_ref().0 > most_bytes {
            return at;
        }
    }
    worst.len()
}

/// Counts bytes and keeps none.
struct Counter(u64);

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// One finding; whether there is a baseline decides if it says that it is new.
pub(super) fn result(reported: &Reported, (rules, has_baseline): (&Rules, bool), files: &Files<'_>) -> Outcome {
    let finding = &reported.finding;
    let text = |text: &str| short(&shown(files.context, text));
    let message = match finding.help.as_deref() {
        Some(help) => format!("{}\nHelp: {}", text(&finding.message), text(help)),
        None => text(&finding.message),
    };
    let related = finding.related.iter().take(MOST_RELATED).enumerate().map(|(at, related)| {
        let label = (at + 1, Message::new(text(&related.label)));
        files.location(&related.path, (related.span, related.lines), Some(label))
    });
    Outcome {
        rule_id: finding.meta.code.as_str(),
        rule_index: rules.index(finding.meta),
        level: level(finding.severity),
        message: Message::new(message),
        locations: [files.location(&finding.path, (finding.span, finding.lines), None)],
        related_locations: related.collect(),
        partial_fingerprints: BTreeMap::from([
            // The only one that GitHub looks at.
            ("primaryLocationLineHash", format!("{}:1", reported.fingerprint)),
            ("postproof/v1", reported.fingerprint.to_string()),
        ]),
        fixes: finding.fix.iter().filter_map(|fix| self::fix(&finding.path, fix, files)).collect(),
        baseline_state: has_baseline.then_some(if reported.known { "unchanged" } else { "new" }),
        // §3.27.23: where one result says whether it is suppressed, every one does.
        suppressions: has_baseline.then(|| reported.known.then_some(KNOWN).into_iter().collect()),
        properties: ResultProperties {
            effect: finding.effect.name(),
            url: finding.url.as_deref().map(text),
            since: reported.since.map(moment),
        },
    }
}

/// A change as SARIF has it. What it writes must be exact: where a secret is in it, it is left out.
fn fix(path: &str, fix: &finding::Fix, files: &Files<'_>) -> Option<Fix> {
    let is_secret = |edit: &finding::Edit| super::super::masked(files.context.mask, &edit.text) != edit.text.as_str();
    if fix.edits.is_empty() || fix.edits.iter().any(|edit| is_secret(edit) || edit.text.len() > LONGEST) {
        return None;
    }
    let replacements = fix.edits.iter().map(|edit| Replacement {
        deleted_region: files.region(path, edit.span),
        inserted_content: Message::new(edit.text.as_str()),
    });
    Some(Fix {
        description: Message::new(short(&shown(files.context, &files.context.say(&fix.title)))),
        artifact_changes: [ArtifactChange {
            artifact_location: files.artifact(path),
            replacements: replacements.collect(),
        }],
    })
}

fn short(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
