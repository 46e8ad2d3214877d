//! Notes in posts that silence findings: `<!-- postproof-ignore CODE: reason -->`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::postproof::UnusedIgnore;
use super::{ALL, selection};
use crate::document::{Archive, Document, Ignore};
use crate::finding::{Finding, Meta, subject_of};
use crate::language::{Language, say};
use crate::text::{Interner, Span};

const OPENING: &str = "<!-- postproof-ignore ";

/// Every text is searched for it, so that it is made ready once.
/// Finds the notes of a text.
pub fn ignores(text: &str, interner: &Interner) -> Box<[Ignore]> {
    let mut found = Vec::new();
    for start in openings(text) {
        let rest = text.get(start + OPENING.len()..).unwrap_or_default();
        let Some((note, _)) = rest.split_once("-->") else { break };
        let (codes, reason) = note.split_once([':', '：']).unwrap_or((note, ""));
        let span = Span::of(start..start + OPENING.len() + note.len() + "-->".len());
        let has_reason = !reason.trim().is_empty();
        let words = codes.split([',', ' ']).filter(|word| !word.is_empty());
        found.extend(words.map(|word| Ignore { word: interner.intern(word), span, has_reason }));
    }
    found.into()
}

/// Where notes begin. No other sign of one is as rare in posts as its second, and nothing is found as fast as a single
/// byte.
fn openings(text: &str) -> impl Iterator<Item = usize> {
    let bytes = text.as_bytes();
    let begins = |start: &usize| bytes.get(*start..).is_some_and(|rest| rest.starts_with(OPENING.as_bytes()));
    memchr::memchr_iter(b'!', bytes).filter_map(|mark| mark.checked_sub(1)).filter(begins)
}

/// Whether a note in a text silences a rule.
pub fn is_silenced(text: &str, meta: &Meta) -> bool {
    let interner = Interner::default();
    let notes = ignores(text, &interner);
    let strings = interner.freeze();
    notes.iter().any(|note| note.has_reason && selection::is_named(meta, strings.get(note.word)))
}

/// Whether a note in a document silences a rule.
pub(super) fn is_silenced_in(archive: &Archive, document: &Document, meta: &Meta) -> bool {
    let mut notes = document.ignores().iter().filter(|note| note.has_reason);
    notes.any(|note| selection::is_named(meta, archive.text(note.word)))
}

/// Takes out the findings that notes silence, and adds one for each note that silences nothing.
///
/// A note is unused only where the rules that it names ran and found nothing: `ran` tells which did. A note about a
/// dead link is not called unused by a run that asked nobody.
pub fn suppress(
    (archive, language): (&Archive, Language),
    mut findings: Vec<Finding>,
    ran: &dyn Fn(&Meta) -> bool,
) -> Vec<Finding> {
    let notes: BTreeMap<&str, &Document> =
        archive.documents.iter().filter(|document| !document.ignores().is_empty()).map(|d| (&*d.path, d)).collect();
    if notes.is_empty() {
        return findings;
    }
    let mut used: Vec<(&str, Span, &str)> = Vec::new();
    findings.retain(|finding| {
        let Some((path, document)) = notes.get_key_value(&*finding.path) else { return true };
        let silencing: Vec<_> = document
            .ignores()
            .iter()
            .map(|note| (note, archive.text(note.word)))
            .filter(|(note, word)| note.has_reason && selection::is_named(finding.meta, word))
            .collect();
        used.extend(silencing.iter().map(|(note, word)| (*path, note.span, *word)));
        silencing.is_empty()
    });
    if !ran(&UnusedIgnore::META) {
        return findings;
    }
    let is_open = |note: &Ignore, word: &str| {
        let mut named = ALL.iter().map(|rule| rule.meta()).filter(|meta| selection::is_named(meta, word));
        note.has_reason && named.any(|meta| !ran(meta))
    };
    for (path, document) in notes {
        for note in document.ignores() {
            let word = archive.text(note.word);
            if !used.contains(&(path, note.span, word)) && !is_open(note, word) {
                findings.push(unused((document, language), note, word));
            }
        }
    }
    findings
}

fn unused((document, language): (&Document, Language), note: &Ignore, word: &str) -> Finding {
    let known = ALL.iter().any(|rule| selection::is_named(rule.meta(), word));
    let message = match (known, note.has_reason) {
        (false, _) => say!("`{word}` is no rule's code: nothing is silenced", word),
        (true, false) => say!("no reason is given for ignoring {word}: nothing is silenced", word),
        (true, true) => say!("nothing here for {word} to silence", word),
    };
    let place = (Arc::clone(&document.path), note.span);
    let mut finding = Finding::new(&UnusedIgnore::META, place, (language, &message));
    finding.subject = subject_of(word);
    finding.help(if known && !note.has_reason {
        say!("write <!-- postproof-ignore {word}: why -->", word)
    } else {
        say!("take the note out")
    });
    finding
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PIECES: [&str; 9] =
        [OPENING, "<!-- postproof-ignore", "<!--", "!", "<", " postproof-ignore ", "-->", "\n", "中"];

    proptest! {
        #[test]
        fn every_note_s_beginning_is_found(pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..12)) {
            let text = pieces.concat();
            let expected: Vec<usize> = text.match_indices(OPENING).map(|(at, _)| at).collect();
            prop_assert_eq!(openings(&text).collect::<Vec<_>>(), expected);
        }
    }
}
