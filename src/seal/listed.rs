//! Which files are sealed, without looking at them.

use std::collections::HashSet;
use std::path::Path;

use super::SealError;
use super::folder::Folder;

/// The paths in a seal's manifests; none where there is no seal.
pub fn listed(folder: &Path) -> Result<HashSet<Box<str>>, SealError> {
    let contents = Folder::open(folder)?.load()?;
    Ok(contents.lines.into_iter().map(|line| line.path).collect())
}
