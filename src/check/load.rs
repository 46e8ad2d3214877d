//! Reads every document on all cores and judges each while its text is at hand.

use std::path::PathBuf;
use std::sync::Arc;

use rayon::prelude::*;

use super::condense::condense_with;
use super::kinds::{Role, kind_of, may_be_document};
use super::shared::SharedValues;
use crate::document::{Archive, Document, Kind, Links};
use crate::event::{Event, Observer, Stage};
use crate::extract::{self, Dialect};
use crate::facts::Reading;
use crate::finding::Finding;
use crate::language::{Language, say};
use crate::probe::Cancel;
use crate::rules::{self, DocumentSink, Rule};
use crate::seal::Ledger;
use crate::source::read_into_if;
use crate::text::{Interner, decode};

/// Files that are read on all cores before what they gave is put together: enough that no core waits for long, few
/// enough that what is read lies in memory once.
const BATCH: usize = 4096;

/// Bytes that a thread keeps room for once it has read a larger file, which few are.
const LARGE: usize = 1 << 18;

/// What reading needs to know.
pub(super) struct Reader<'a> {
    pub(super) extract: &'a extract::Settings,
    pub(super) rules: &'a rules::Settings,
    /// The rules that are on.
    pub(super) active: &'a [&'static dyn Rule],
    /// How pages are read that a generator wrote; `None` where links are judged in the sources.
    pub(super) built: Option<Built<'a>>,
    /// Whether any of them compares the bodies of posts.
    pub(super) compares: bool,
    /// The engine that shows a file.
    pub(super) dialect: &'a (dyn Fn(&str, Kind) -> Dialect + Sync),
    /// Where a file is.
    pub(super) locate: &'a (dyn Fn(&Arc<str>) -> PathBuf + Sync),
    /// What was sealed.
    pub(super) ledger: Option<&'a Ledger>,
    pub(super) observer: &'a dyn Observer,
    pub(super) cancel: &'a Cancel,
    /// The values that documents have in common.
    pub(super) shared: SharedValues,
}

/// How pages are read that a generator wrote.
pub(super) struct Built<'a> {
    pub(super) extract: &'a extract::Settings,
    /// The rules that are on and that judge what is in a page.
    pub(super) active: &'a [&'static dyn Rule],
}

/// What reading gives.
#[derive(Debug, Default)]
pub(super) struct Loaded {
    pub(super) archive: Archive,
    pub(super) findings: Vec<Finding>,
    /// Files that could not be read, and why.
    pub(super) unreadable: Vec<String>,
    /// Whether every file was read or tried.
    pub(super) complete: bool,
    /// Files that were read and whose bytes are not, under their path, what was sealed.
    pub(super) unproven: Vec<Arc<str>>,
}

/// What became of one file.
pub(super) enum Outcome {
    /// A document, what was found in it, and whether its bytes are other than those that were sealed.
    Document(Box<(Document, Vec<Finding>, bool)>),
    /// A static file, and the same of one that was read.
    Static(Arc<str>, bool),
    Unreadable(Arc<str>, String),
    Skipped,
}

/// Reads the files of an archive, each with its role.
pub(super) fn load(reader: &Reader<'_>, files: &[Arc<str>], roles: &[Role]) -> Loaded {
    reader.observer.observe(&Event::Begin { stage: Stage::Read, total: Some(files.len() as u64) });
    let mut loaded = Loaded { complete: true, ..Loaded::default() };
    let documents = roles.iter().filter(|role| matches!(role, Role::Document(_))).count();
    // A post names its own source, and little else that no other post names.
    let interner = Interner::with_room_for(documents * 2);
    // A list that grows is copied, and for a moment lies in memory twice; room that is not used costs nothing.
    loaded.archive.documents.reserve(roles.iter().filter(|role| **role != Role::Static).count());
    for (files, roles) in files.chunks(BATCH).zip(roles.chunks(BATCH)) {
        let read = |buffer: &mut Vec<u8>, (path, role): (&Arc<str>, &Role)| reader.read(path, *role, buffer, &interner);
        let outcomes: Vec<Outcome> = files.par_iter().zip(roles).map_init(Vec::new, read).collect();
        reader.observer.observe(&Event::Advance { stage: Stage::Read, count: files.len() as u64 });
        gather(outcomes, reader.rules.language, &mut loaded);
    }
    reader.observer.observe(&Event::End { stage: Stage::Read });
    loaded.archive.strings = interner.freeze();
    loaded
}

fn gather(outcomes: Vec<Outcome>, language: Language, loaded: &mut Loaded) {
    for outcome in outcomes {
        match outcome {
            Outcome::Document(read) => {
                let (document, findings, is_unproven) = *read;
                if is_unproven {
                    loaded.unproven.push(Arc::clone(&document.path));
                }
                loaded.archive.documents.push(document);
                loaded.findings.extend(findings);
            }
            Outcome::Static(path, is_unproven) => {
                if is_unproven {
                    loaded.unproven.push(Arc::clone(&path));
                }
                loaded.archive.files.push(path);
            }
            Outcome::Unreadable(path, why) => {
                let notice = say!("cannot read {path}: {why}", path = &path, why);
                loaded.unreadable.push(notice.in_language(language));
                // Its address is still served, or at least still meant.
                loaded.archive.files.push(path);
            }
            Outcome::Skipped => loaded.complete = false,
        }
    }
}

impl Reader<'_> {
    fn read(&self, path: &Arc<str>, role: Role, buffer: &mut Vec<u8>, interner: &Interner) -> Outcome {
        if self.cancel.is_cancelled() {
            return Outcome::Skipped;
        }
        if role == Role::Static {
            return Outcome::Static(Arc::clone(path), false);
        }
        // Without a seal, which speaks of every byte, nothing but the beginning of a picture or a film is of interest.
        let is_wanted = |beginning: &[u8]| self.ledger.is_some() || may_be_document(role, beginning);
        let outcome = match read_into_if(&(self.locate)(path), buffer, is_wanted) {
            Ok(bytes) => self.parse((path, role), bytes, interner),
            Err(error) => Outcome::Unreadable(Arc::clone(path), error.to_string()),
        };
        buffer.truncate(LARGE);
        buffer.shrink_to(LARGE);
        outcome
    }

    /// Parses a file that was read, and judges it.
    pub(super) fn parse(&self, (path, role): (&Arc<str>, Role), buffer: &[u8], interner: &Interner) -> Outcome {
        let is_unproven = role != Role::Built && self.ledger.is_some_and(|ledger| !ledger.holds(path, buffer));
        let Some(kind) = kind_of(role, buffer) else { return Outcome::Static(Arc::clone(path), is_unproven) };
        let decoded = decode(buffer);
        let (extract, active, dialect) = match self.built.as_ref().filter(|_| role == Role::Built) {
            Some(built) => (built.extract, built.active, Dialect::Html),
            None => (self.extract, self.active, (self.dialect)(path, kind)),
        };
        let reading = Reading::new(extract, Arc::clone(path), (kind, dialect), buffer, &decoded);
        let mut sink = DocumentSink::new(&reading, self.rules.language);
        for rule in active {
            rule.check_document(self.rules, &reading, &mut sink);
        }
        let findings = sink.into_findings();
        let mut document = condense_with(&reading, (interner, &self.shared), self.compares);
        document.ending.is_torn = findings.iter().any(|finding| finding.meta.code.as_str() == "TX008");
        if self.built.is_some() && role != Role::Built {
            // Its links are judged where its reader meets them.
            document.links = Links::default();
        }
        Outcome::Document(Box::new((document, findings, is_unproven)))
    }
}
