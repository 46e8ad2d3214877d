//! Writes a file of the archive anew, if it is still the one that was read.
//!
//! A bot may write the same file at the same time. The bytes are compared just before the new ones take the name; what
//! lies between the comparison and the rename is a few system calls, and no lock that the other does not know closes it.

use std::fs;
use std::io;
use std::path::Path;

use super::read::read;
use super::write::{WriteError, write_whole};
use crate::language::{Message, say};

/// Why a file was not written anew. It still is what it was.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.message().english())]
pub enum ReplaceError {
    /// It is a symbolic link.
    Link,
    /// It must not be written.
    ReadOnly,
    /// Its bytes are others than those that were read.
    Changed,
    /// It cannot be read any more.
    Unreadable(io::Error),
    /// It cannot be written.
    #[error(transparent)]
    Unwritable(#[from] WriteError),
}

impl ReplaceError {
    /// Why it was not written.
    pub fn message(&self) -> Message {
        match self {
            Self::Link => say!("it is a symbolic link; what it leads to is mended under its own name"),
            Self::ReadOnly => say!("it is read-only"),
            Self::Changed => say!("it changed meanwhile; run again"),
            Self::Unreadable(why) => say!("it cannot be read: {why}", why),
            Self::Unwritable(error) => error.message(),
        }
    }
}

/// Puts `new` in place of `old`, which the file must hold: whole, or not at all.
///
/// The file keeps its permissions. A read-only file is left alone, although its folder would allow to replace it:
/// somebody did not want it to change.
pub fn replace(path: &Path, old: &[u8], new: &[u8]) -> Result<(), ReplaceError> {
    let metadata = fs::symlink_metadata(path).map_err(ReplaceError::Unreadable)?;
    if metadata.file_type().is_symlink() {
        return Err(ReplaceError::Link);
    }
    if metadata.permissions().readonly() {
        return Err(ReplaceError::ReadOnly);
    }
    if read(path).map_err(ReplaceError::Unreadable)? != old {
        return Err(ReplaceError::Changed);
    }
    Ok(write_whole(path, |out| out.write_all(new))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_file_that_was_read_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.md");
        fs::write(&path, "old").unwrap();
        replace(&path, b"old", b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert!(matches!(replace(&path, b"old", b"newer"), Err(ReplaceError::Changed)));
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert!(matches!(replace(&folder.path().join("b.md"), b"", b"x"), Err(ReplaceError::Unreadable(_))));
        assert!(!folder.path().join("b.md").exists());
    }

    #[cfg(unix)]
    #[test]
    fn links_and_read_only_files_are_left_alone() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("a.md"), folder.path().join("b.md"));
        fs::write(&path, "old").unwrap();
        symlink(&path, &link).unwrap();
        assert!(matches!(replace(&link, b"old", b"new"), Err(ReplaceError::Link)));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
        assert!(matches!(replace(&path, b"old", b"new"), Err(ReplaceError::ReadOnly)));
        assert_eq!(fs::read(&path).unwrap(), b"old");
    }
}
