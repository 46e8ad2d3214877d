//! Archives that are really sealed, then changed, as pictures: `path content` with commas between them.

use std::fs;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use crate::document::{Archive, Document, Ending, Fields, Head, Kind, Links, Places};
use crate::extract::Dialect;
use crate::facts::Facts;
use crate::resolve::Resolved;
use crate::rules::{ArchiveSink, Rule, Settings};
use crate::seal::{self, Fixity, Ledger, Request};
use crate::site::{self, SiteMap};
use crate::store::Record;

fn lay(top: &Path, picture: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for (path, content) in picture.split(',').map(|file| file.trim().split_once(' ').unwrap()) {
        fs::create_dir_all(top.join(path).parent().unwrap()).unwrap();
        fs::write(top.join(path), content).unwrap();
        paths.push(path.to_owned());
    }
    paths.sort_unstable();
    paths
}

/// What is said of an archive that was sealed as `before` and is now `after`, every file of it read.
pub(super) fn sealed(before: &str, after: &str) -> Fixity {
    let (old, new) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let folder = old.path().join(seal::FOLDER);
    let paths = lay(old.path(), before);
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let request = Request { folder: &folder, accepted: &[], at: jiff::Timestamp::UNIX_EPOCH };
    seal::seal(&seal::Archive { top: old.path(), paths: &paths, repository: None }, &request).unwrap();
    let ledger = Ledger::open(&folder).unwrap().unwrap();
    let paths = lay(new.path(), after);
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let mut suspects = paths.clone();
    suspects.retain(|path| !ledger.holds(path, &fs::read(new.path().join(path)).unwrap()));
    ledger.judge(&seal::Archive { top: new.path(), paths: &paths, repository: None }, &suspects).unwrap()
}

/// The findings of a rule as `path severity message`; everything in `_posts` and `old_post` is a post.
pub(super) fn said(rule: &dyn Rule, fixity: Option<&Fixity>) -> Vec<String> {
    let entries = fixity.iter().flat_map(|fixity| &fixity.comparison.entries);
    let mut archive = Archive { documents: entries.map(|entry| document(&entry.path)).collect(), ..Archive::default() };
    archive.documents.sort_by(|one, other| one.path.cmp(&other.path));
    let settings = site::Settings::default();
    let map = SiteMap::build(&settings, &archive, jiff::Timestamp::UNIX_EPOCH);
    let (resolved, record) = (Resolved::default(), Record::default());
    let hosts = crate::probe::HostBook::default();
    let facts = Facts {
        archive: &archive,
        site: &map,
        resolved: &resolved,
        outcomes: &[],
        record: &record,
        hosts: &hosts,
        fixity,
        history: None,
        part: None,
        overview: OnceLock::new(),
    };
    let mut sink = ArchiveSink::default();
    rule.check_archive(&Settings::default(), &facts, &mut sink);
    let line =
        |finding: crate::finding::Finding| format!("{} {} {}", finding.path, finding.severity.name(), finding.message);
    sink.into_findings().into_iter().map(line).collect()
}

fn document(path: &str) -> Document {
    let kind = match path {
        path if path.starts_with("_posts/") => Kind::Post,
        path if path.starts_with("old_post/") => Kind::Archived,
        _ => Kind::Page,
    };
    Document {
        path: Arc::from(path),
        kind,
        dialect: Dialect::GitHub,
        bytes: 0,
        head: Head::Parsed,
        fields: Fields::default(),
        places: Places::default(),
        body: 0,
        sketch: None,
        ending: Ending::default(),
        links: Links::default(),
        ids: Box::default(),
        rare: None,
    }
}
