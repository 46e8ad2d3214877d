//! What is known of hosts beside the outcomes of their addresses: how they answer for an address that cannot exist,
//! whether they answer over `https`, and until when their certificate lasts.
//!
//! The book is shared by the event loop and the handshakes, is filled from what an earlier run has learnt, and gives back
//! what this one has. What it holds of a host is one line of JSON, for whoever keeps it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::suspect::{Answer, Shape};

/// What a host answers for an address that cannot exist is believed for so long: programs change.
const SIBLING_AGE: SignedDuration = SignedDuration::from_hours(24 * 7);
/// Whether a host answers over `https` is believed for so long.
const HTTPS_AGE: SignedDuration = SignedDuration::from_hours(24 * 30);
/// No run takes longer.
const LONGEST_RUN: SignedDuration = SignedDuration::from_hours(24 * 2);
/// A certificate that was seen longer ago may have been replaced.
const CERTIFICATE_AGE: SignedDuration = SignedDuration::from_hours(24 * 7);

/// What is known of hosts; clones share it.
#[derive(Clone, Debug, Default)]
pub struct HostBook(Arc<Mutex<Book>>);

#[derive(Debug, Default)]
struct Book {
    records: BTreeMap<Box<str>, Record>,
    changed: BTreeSet<Box<str>>,
}

/// Something, and when it was learnt, in seconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Learnt<T> {
    what: T,
    at: i64,
}

impl<T> Learnt<T> {
    fn fresh(&self, now: Timestamp, age: SignedDuration) -> Option<&T> {
        let at = Timestamp::from_second(self.at).ok()?;
        // A run's rules take its beginning for now. A clock that once ran ahead must not freeze what it learnt.
        (now.duration_since(at) <= age && at.duration_since(now) <= LONGEST_RUN).then_some(&self.what)
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
struct Record {
    /// When its certificate ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    certificate: Option<Learnt<i64>>,
    /// Whether it answers over `https` what it answers over `http`.
    #[serde(skip_serializing_if = "Option::is_none")]
    https: Option<Learnt<bool>>,
    /// By the shape of a folder, what it answers for an address that cannot exist.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    siblings: BTreeMap<Box<str>, Learnt<Answer>>,
}

impl HostBook {
    /// Takes what [`Self::changes`] of an earlier run gave; what cannot be read counts as unknown.
    pub fn recall(&self, host: &str, line: &str) {
        if let Ok(record) = serde_json::from_str(line) {
            self.locked().records.insert(host.into(), record);
        }
    }

    /// The hosts of which something new is known, each with all that is known of it.
    pub fn changes(&self) -> Vec<(String, String)> {
        let book = self.locked();
        let changed = book.changed.iter().filter_map(|host| Some((host, book.records.get(host)?)));
        changed.filter_map(|(host, record)| Some((host.to_string(), serde_json::to_string(record).ok()?))).collect()
    }

    /// Whether of any host is known when its certificate ends.
    pub fn knows_certificates(&self) -> bool {
        self.locked().records.values().any(|record| record.certificate.is_some())
    }

    /// When the certificate of a host ends, as of a handshake not long ago.
    pub fn certificate_end(&self, host: &str, now: Timestamp) -> Option<Timestamp> {
        let end = self.get(host, |record| record.certificate.as_ref()?.fresh(now, CERTIFICATE_AGE).copied())?;
        Timestamp::from_second(end).ok()
    }

    /// Whether a host answers over `https` what it answers over `http`.
    pub fn answers_https(&self, host: &str, now: Timestamp) -> Option<bool> {
        self.get(host, |record| record.https.as_ref()?.fresh(now, HTTPS_AGE).copied())
    }

    pub(crate) fn note_certificate(&self, host: &str, end: Timestamp, now: Timestamp) {
        self.change(host, |record| record.certificate = Some(Learnt { what: end.as_second(), at: now.as_second() }));
    }

    pub(crate) fn note_https(&self, host: &str, answers: bool, now: Timestamp) {
        self.change(host, |record| record.https = Some(Learnt { what: answers, at: now.as_second() }));
    }

    pub(crate) fn sibling(&self, shape: &Shape, now: Timestamp) -> Option<Answer> {
        self.get(&shape.host, |record| record.siblings.get(&shape.folder)?.fresh(now, SIBLING_AGE).cloned())
    }

    pub(crate) fn note_sibling(&self, shape: &Shape, answer: &Answer, now: Timestamp) {
        let learnt = Learnt { what: answer.clone(), at: now.as_second() };
        self.change(&shape.host, |record| drop(record.siblings.insert(shape.folder.clone(), learnt)));
    }

    fn get<T>(&self, host: &str, read: impl FnOnce(&Record) -> Option<T>) -> Option<T> {
        self.locked().records.get(host).and_then(read)
    }

    fn change(&self, host: &str, write: impl FnOnce(&mut Record)) {
        let mut book = self.locked();
        write(book.records.entry(host.into()).or_default());
        book.changed.insert(host.into());
    }

    /// A panic elsewhere leaves the book whole.
    fn locked(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: i64) -> Timestamp {
        Timestamp::from_second(day * 86_400).unwrap()
    }

    #[test]
    fn what_is_learnt_is_given_back_and_grows_old() {
        let book = HostBook::default();
        let shape = Shape { host: "a.cn".into(), folder: "/#/*.html".into() };
        book.note_certificate("a.cn", at(100), at(1));
        book.note_https("a.cn", true, at(1));
        book.note_sibling(&shape, &Answer::Honest, at(1));
        let changes = book.changes();
        let [(host, line)] = &changes[..] else { panic!("{changes:?}") };
        let later = HostBook::default();
        later.recall(host, line);
        assert!(later.knows_certificates() && !HostBook::default().knows_certificates());
        assert_eq!(later.certificate_end("a.cn", at(8)), Some(at(100)));
        assert_eq!(later.certificate_end("a.cn", at(9)), None);
        assert_eq!((later.answers_https("a.cn", at(31)), later.answers_https("a.cn", at(32))), (Some(true), None));
        assert_eq!((later.sibling(&shape, at(8)), later.sibling(&shape, at(9))), (Some(Answer::Honest), None));
        assert_eq!(later.answers_https("a.cn", at(-2)), None, "learnt in the future");
        assert!(later.changes().is_empty());
    }

    #[test]
    fn damage_is_forgotten() {
        let book = HostBook::default();
        for line in ["", "{", "[]", "{\"https\":7}", "{\"siblings\":{\"/\":{\"what\":\"moon\",\"at\":1}}}"] {
            book.recall("a.cn", line);
            assert_eq!(book.answers_https("a.cn", at(1)), None, "{line}");
        }
    }
}
