//! Histories as lines for the tests of these rules: `M path`, `R from to`.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, OnceLock};

use globset::Glob;

use super::AllowedEdit;
use crate::document::{Archive, Kind};
use crate::facts::{Facts, FileChange, FileVersion, History, NamedEdit};
use crate::probe::HostBook;
use crate::resolve::Resolved;
use crate::rules::{ArchiveSink, Rule, Settings};
use crate::site::{self, SiteMap};
use crate::store::Record;

/// A history that a test writes down.
pub(super) struct Drawn(pub(super) History);

impl Deref for Drawn {
    type Target = History;

    fn deref(&self) -> &History {
        &self.0
    }
}

impl DerefMut for Drawn {
    fn deref_mut(&mut self) -> &mut History {
        &mut self.0
    }
}

impl Drawn {
    /// Adds a trailer.
    pub(super) fn edit(&mut self, path: &str, reason: &str) {
        let edit = NamedEdit { path: path.to_owned(), reason: reason.to_owned(), commit: "c1".to_owned() };
        self.edits.push(edit);
    }
}

/// `A`dded, `M`odified, `D`eleted, re`T`yped, `S` for a mode alone, `R`enamed with the same content.
pub(super) fn changes(lines: &str) -> Drawn {
    let version = |path: &str, is_file: bool| {
        let kind = match path.split('/').next() {
            Some("_posts") => Some(Kind::Post),
            Some("old_post" | "archive") => Some(Kind::Archived),
            _ => None,
        };
        Some(FileVersion { path: Arc::from(path), kind, is_file })
    };
    let change = |line: &str| {
        let mut words = line.split(' ');
        let (letter, path) = (words.next().unwrap(), words.next().unwrap());
        let to = words.next().unwrap_or(path);
        FileChange {
            old: version(path, true).filter(|_| letter != "A"),
            new: version(to, letter != "T").filter(|_| letter != "D"),
            is_same: matches!(letter, "R" | "S"),
        }
    };
    let changes = lines.lines().map(change).collect();
    Drawn(History { since: "abc".to_owned(), changes, ..History::default() })
}

/// Settings that allow rewrites.
pub(super) fn settings(allowed: &[(&str, &str)]) -> Settings {
    let edit = |(path, reason): &(&str, &str)| AllowedEdit {
        path: Glob::new(path).unwrap().compile_matcher(),
        reason: (*reason).to_owned(),
    };
    Settings { allowed_edits: allowed.iter().map(edit).collect(), ..Settings::default() }
}

/// The findings of a rule about a history, as lines.
pub(super) fn judge(rule: &dyn Rule, settings: &Settings, history: &History) -> Vec<String> {
    let (archive, resolved, site) = (Archive::default(), Resolved::default(), site::Settings::default());
    let map = SiteMap::build(&site, &archive, jiff::Timestamp::UNIX_EPOCH);
    let facts = Facts {
        archive: &archive,
        site: &map,
        resolved: &resolved,
        outcomes: &[],
        record: &Record::default(),
        hosts: &HostBook::default(),
        fixity: None,
        history: Some(history),
        part: None,
        overview: OnceLock::new(),
    };
    let mut sink = ArchiveSink::default();
    rule.check_archive(settings, &facts, &mut sink);
    let findings = sink.into_findings();
    findings.iter().map(|finding| format!("{} {} {}", finding.meta.code, finding.path, finding.message)).collect()
}
