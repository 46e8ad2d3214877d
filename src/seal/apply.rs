//! Turns an update into the files of the seal that change, and no others.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use hashbrown::{HashMap, HashSet};
use jiff::Timestamp;

use super::companion::{COMPANION, Companion, Contents, FORMAT, Listed, Log, RETIRED};
use super::compare::{Content, Found};
use super::digest::Digest;
use super::error::{SealError, SealErrorKind};
use super::folder::{FileChange, Folder, LEAVES_PER_FILE, log_file_name};
use super::manifest::{self, Line};
use super::merkle::Peaks;
use super::update::Update;
use crate::language::{Message, say};

/// The lengths of files, as far as a sealing knows them.
pub(super) struct Sizes<'a> {
    top: &'a Path,
    by_digest: HashMap<Digest, u64>,
}

impl<'a> Sizes<'a> {
    /// The lengths of what was just read; that of any other file is asked of the system.
    pub(super) fn new(top: &'a Path, read: &[Found<'_>]) -> Self {
        let sizes = read.iter().filter_map(|file| match file.content {
            Content::Read { digest, bytes } => Some((digest, bytes)),
            Content::Unreadable(_) => None,
        });
        Self { top, by_digest: sizes.collect() }
    }

    fn of(&self, line: &Line) -> u64 {
        let asked = || fs::metadata(self.top.join(&*line.path)).map_or(0, |file| file.len());
        self.by_digest.get(&line.digest).copied().unwrap_or_else(asked)
    }
}

/// The files that change, `seal.json` last, and what it says then.
pub(super) fn apply(
    folder: &Folder,
    before: Contents,
    update: &Update,
    (sizes, at): (&Sizes<'_>, Timestamp),
) -> Result<(Vec<FileChange>, Companion), SealError> {
    let mut changes = Vec::new();
    let Contents { companion, lines, mut retired, .. } = before;
    let is_first = companion.format == 0;
    let manifests = apply_lines(companion.manifests, lines, update, (sizes, &mut changes));
    let mut digest_of_retired = companion.retired;
    if !update.retired.is_empty() {
        retired.extend(update.retired.iter().cloned());
        retired.sort_unstable();
        let text = manifest::print(&retired);
        digest_of_retired = Some(Digest::of(text.as_bytes()));
        changes.push((RETIRED.to_owned(), Some(text.into_bytes())));
    }
    let log = append(folder, &companion.log, &update.leaves, &mut changes)?;
    let companion = Companion {
        format: FORMAT,
        postproof: env!("CARGO_PKG_VERSION").to_owned(),
        sealed_at: at.to_string(),
        files: manifests.values().map(|listed| listed.files).sum(),
        bytes: manifests.values().map(|listed| listed.bytes).sum(),
        manifests: manifests.into_values().collect(),
        retired: digest_of_retired,
        log,
    };
    if is_first {
        changes
            .push((".gitattributes".to_owned(), Some(b"# Line ends are part of what is sealed.\n* -text\n".to_vec())));
    }
    let mut text = serde_json::to_string_pretty(&companion).unwrap_or_default();
    text.push('\n');
    changes.push((COMPANION.to_owned(), Some(text.into_bytes())));
    Ok((changes, companion))
}

fn apply_lines(
    manifests: Vec<Listed>,
    lines: Vec<Line>,
    update: &Update,
    (sizes, changes): (&Sizes<'_>, &mut Vec<FileChange>),
) -> BTreeMap<String, Listed> {
    let mut listed: BTreeMap<String, Listed> =
        manifests.into_iter().map(|manifest| (manifest.name.clone(), manifest)).collect();
    let mut touched: BTreeMap<String, Vec<Line>> = BTreeMap::new();
    for line in update.added.iter().chain(&update.removed) {
        touched.entry(manifest::manifest_of(&line.path)).or_default();
    }
    let removed: HashSet<&Line> = update.removed.iter().collect();
    let kept = lines.into_iter().filter(|line| !removed.contains(line));
    for line in kept.chain(update.added.iter().cloned()) {
        if let Some(lines) = touched.get_mut(&manifest::manifest_of(&line.path)) {
            lines.push(line);
        }
    }
    for (name, mut lines) in touched {
        lines.sort_unstable();
        if lines.is_empty() {
            // `sha256sum -c` calls a manifest without a line a fault.
            changes.push((name.clone(), None));
            listed.remove(&name);
            continue;
        }
        let bytes = bytes_of(&name, listed.get(&name), &lines, (update, sizes));
        let text = manifest::print(&lines);
        let sha256 = Digest::of(text.as_bytes());
        changes.push((name.clone(), Some(text.into_bytes())));
        listed.insert(name.clone(), Listed { name, files: lines.len() as u64, bytes, sha256 });
    }
    listed
}

/// Bytes of a manifest's files: what came is added and what went is taken off, as long as its length is known; else all are asked for.
fn bytes_of(name: &str, before: Option<&Listed>, lines: &[Line], (update, sizes): (&Update, &Sizes<'_>)) -> u64 {
    let of_this = |line: &&Line| manifest::manifest_of(&line.path) == name;
    let gone: Option<u64> =
        update.removed.iter().filter(of_this).map(|line| sizes.by_digest.get(&line.digest).copied()).sum();
    let come: u64 = update.added.iter().filter(of_this).map(|line| sizes.of(line)).sum();
    let before = before.map_or(0, |listed| listed.bytes);
    let difference = gone.and_then(|gone| (before + come).checked_sub(gone));
    difference.unwrap_or_else(|| lines.iter().map(|line| sizes.of(line)).sum())
}

/// Appends leaves to the log: the last file of it grows, and new ones follow.
fn append(folder: &Folder, log: &Log, leaves: &[Digest], changes: &mut Vec<FileChange>) -> Result<Log, SealError> {
    let damaged = |what: Message| folder.error("read", SealErrorKind::Damaged(what));
    let mut peaks = Peaks::new(log.leaves, log.peaks.clone()).ok_or_else(|| damaged(say!("the peaks of the log")))?;
    let mut number = log.leaves / LEAVES_PER_FILE;
    let started = log.leaves % LEAVES_PER_FILE;
    let mut open = if started == 0 { Vec::new() } else { folder.log_file(number)? };
    if open.len() as u64 != started {
        return Err(damaged(Message::text(log_file_name(number))));
    }
    let mut size = log.leaves;
    for (position, leaf) in (1..).zip(leaves) {
        peaks.push(*leaf);
        open.push(*leaf);
        size += 1;
        if open.len() as u64 == LEAVES_PER_FILE || position == leaves.len() {
            changes.push((log_file_name(number), Some(print_leaves(&open).into_bytes())));
            number += 1;
            open.clear();
        }
    }
    Ok(Log { leaves: size, root: peaks.head().root, peaks: peaks.hashes().to_vec() })
}

fn print_leaves(leaves: &[Digest]) -> String {
    let mut text = String::with_capacity(leaves.len() * 65);
    for leaf in leaves {
        leaf.push_hex(&mut text);
        text.push('\n');
    }
    text
}
