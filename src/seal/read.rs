//! Reads files of the archive and digests them, on all cores.
//!
//! Where git changes a file's bytes on the way to the work tree, the bytes that git holds are digested instead,
//! provided that the file is the one that git holds. A file that a sparse checkout leaves out is read from git.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use hashbrown::HashMap;
use rayon::prelude::*;
use sha2::{Digest as _, Sha256};

use super::Archive;
use super::compare::{Content, Found};
use super::digest::Digest;
use super::error::SealErrorKind;
use crate::vcs::{ObjectId, Repository};

/// What files are read through.
pub(super) fn buffer() -> Vec<u8> {
    vec![0; 1 << 16]
}

/// Reads these files, in their order.
pub(super) fn read<'a>(archive: &Archive<'_>, paths: &[&'a str]) -> Result<Vec<Found<'a>>, SealErrorKind> {
    let work = |buffer: &mut Vec<u8>, &path: &&'a str| {
        let (content, has_returns) = look_at(&archive.top.join(path), buffer);
        (Found { path, content }, has_returns)
    };
    let (mut found, has_returns): (Vec<Found<'a>>, Vec<bool>) = paths.par_iter().map_init(buffer, work).unzip();
    if let Some(repository) = archive.repository {
        read_converted(repository, &mut found, &has_returns)?;
    }
    Ok(found)
}

/// Reads those of `paths`, which are not in the work tree, that git holds and a sparse checkout leaves out.
pub(super) fn read_skipped<'a>(repository: &Repository, paths: &[&'a str]) -> Result<Vec<Found<'a>>, SealErrorKind> {
    if paths.is_empty() {
        return Ok(Vec::new());
    }
    let skipped: HashMap<Box<[u8]>, ObjectId> = repository
        .tracked()?
        .into_iter()
        .filter(|file| file.skipped && file.is_file())
        .map(|file| (file.path, file.blob))
        .collect();
    let held: Vec<(&str, ObjectId)> =
        paths.iter().filter_map(|&path| Some((path, *skipped.get(path.as_bytes())?))).collect();
    let blobs: Vec<ObjectId> = held.iter().map(|&(_, blob)| blob).collect();
    let contents = digests_of(repository, &blobs)?;
    let found = held.into_iter().zip(contents);
    Ok(found.filter_map(|((path, _), content)| Some(Found { path, content: content? })).collect())
}

/// Replaces what was read of files that git converts by what git holds of them, where both are the same file.
///
/// Line ends are converted by taking carriage returns away, so a file without any is what git holds already, or is another;
/// `* text=auto`, which many repositories have, then costs nothing.
fn read_converted(repository: &Repository, found: &mut [Found<'_>], has_returns: &[bool]) -> Result<(), SealErrorKind> {
    let converted = repository.converted()?;
    let is_readable = |file: &Found<'_>| matches!(file.content, Content::Read { .. });
    let mut files: Vec<(&mut Found<'_>, bool)> = found
        .iter_mut()
        .zip(has_returns.iter().copied())
        .filter(|(file, _)| is_readable(file) && converted.contains(file.path.as_bytes()))
        .collect();
    if files.is_empty() {
        return Ok(());
    }
    let beyond = repository.converted_beyond_line_ends()?;
    let can_differ = |file: &Found<'_>| beyond.contains(file.path.as_bytes());
    files.retain(|(file, has_returns)| *has_returns || can_differ(file));
    let mut files: Vec<&mut Found<'_>> = files.into_iter().map(|(file, _)| file).collect();
    if files.is_empty() {
        return Ok(());
    }
    let held: HashMap<Box<[u8]>, ObjectId> = repository
        .tracked()?
        .into_iter()
        .filter(|file| file.is_file() && !file.unmerged)
        .map(|file| (file.path, file.blob))
        .collect();
    files.retain(|file| held.contains_key(file.path.as_bytes()));
    let paths: Vec<&str> = files.iter().map(|file| file.path).collect();
    let blobs = repository.blobs_of_files(&paths)?;
    let unchanged = files.into_iter().zip(blobs).filter(|(file, blob)| held.get(file.path.as_bytes()) == Some(blob));
    let (files, blobs): (Vec<_>, Vec<_>) = unchanged.unzip();
    for (file, content) in files.into_iter().zip(digests_of(repository, &blobs)?) {
        if let Some(content) = content {
            file.content = content;
        }
    }
    Ok(())
}

fn digests_of(repository: &Repository, blobs: &[ObjectId]) -> Result<Vec<Option<Content>>, SealErrorKind> {
    let mut contents = vec![None; blobs.len()];
    repository.read_blobs(blobs, |position, bytes| {
        if let (Some(slot), Some(bytes)) = (contents.get_mut(position), bytes) {
            *slot = Some(Content::Read { digest: Digest::of(bytes), bytes: bytes.len() as u64 });
        }
    })?;
    Ok(contents)
}

/// Digests one file.
pub(super) fn read_file(path: &Path, buffer: &mut [u8]) -> Content {
    look_at(path, buffer).0
}

/// Digests one file, and says whether there is a carriage return in it.
fn look_at(path: &Path, buffer: &mut [u8]) -> (Content, bool) {
    digest_file(path, buffer).unwrap_or_else(|error| (Content::Unreadable(error.to_string().into()), false))
}

fn digest_file(path: &Path, buffer: &mut [u8]) -> io::Result<(Content, bool)> {
    // Asked of the path itself: a link is not the post that was sealed, wherever it leads, and a pipe would never end.
    let kind = fs::symlink_metadata(path)?.file_type();
    if !kind.is_file() {
        let what = if kind.is_symlink() { "it is a symbolic link" } else { "it is not a regular file" };
        return Ok((Content::Unreadable(what.into()), false));
    }
    let mut file = File::open(path)?;
    let (mut state, mut bytes, mut has_returns) = (Sha256::new(), 0_u64, false);
    loop {
        let count = match file.read(buffer) {
            Ok(0) => return Ok((Content::Read { digest: Digest::finish(state), bytes }, has_returns)),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let part = buffer.get(..count).unwrap_or_default();
        has_returns = has_returns || memchr::memchr(b'\r', part).is_some();
        state.update(part);
        bytes += count as u64;
    }
}
