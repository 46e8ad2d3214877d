//! Reads one file whole.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// The largest file that is read: places in a text are 32 bits wide, with room to spare.
pub const LARGEST: u64 = 1 << 30;

/// Nearly every file is smaller.
const USUAL: usize = 1 << 13;

/// Reads a file into `buffer`, in the place of what it held; it keeps its capacity between files.
///
/// It asks the system for as little as it can: a million files are read, `read_to_end` asks each for its length and its
/// place once more, and most are over before their length is of interest.
pub fn read_into(path: &Path, buffer: &mut Vec<u8>) -> io::Result<()> {
    read_into_if(path, buffer, |_| true)
}

/// [`read_into`] of a file whose beginning says that the rest is wanted; else `buffer` holds some of the beginning.
///
/// `is_wanted` is given sixteen bytes or more; a file that has fewer is read in any case.
pub fn read_into_if(path: &Path, buffer: &mut Vec<u8>, is_wanted: impl FnOnce(&[u8]) -> bool) -> io::Result<()> {
    let filled = fill(path, buffer, is_wanted);
    buffer.truncate(*filled.as_ref().unwrap_or(&0));
    filled.map(|_| ())
}

/// Bytes by which it is decided whether a file is read.
const BEGINNING: usize = 16;

/// Fills the beginning of a buffer, and tells how much of it.
fn fill(path: &Path, buffer: &mut Vec<u8>, is_wanted: impl FnOnce(&[u8]) -> bool) -> io::Result<usize> {
    let mut file = File::open(path)?;
    // What the buffer held before is written over.
    buffer.resize(buffer.len().max(USUAL), 0);
    let mut filled = 0;
    let mut is_wanted = Some(is_wanted);
    loop {
        let Some(free) = buffer.get_mut(filled..).filter(|free| !free.is_empty()) else {
            let length = file.metadata()?.len();
            if length > LARGEST {
                let words = format!("{length} bytes, more than a gigabyte");
                return Err(io::Error::new(io::ErrorKind::FileTooLarge, words));
            }
            // One byte more, so that its end is seen; it may also grow while it is read.
            let wanted = usize::try_from(length).unwrap_or(0) + 1;
            buffer.resize(wanted.max(filled * 2), 0);
            continue;
        };
        match file.read(free) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        if filled >= BEGINNING
            && is_wanted.take().is_some_and(|is_wanted| !is_wanted(buffer.get(..filled).unwrap_or_default()))
        {
            break;
        }
        if filled as u64 > LARGEST {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it grows past a gigabyte"));
        }
    }
    Ok(filled)
}

/// Reads a file.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut buffer = Vec::new();
    read_into(path, &mut buffer)?;
    buffer.shrink_to_fit();
    Ok(buffer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_on_only_if_its_beginning_is_wanted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let mut buffer = Vec::new();
        for length in [0, 1, BEGINNING - 1, BEGINNING, USUAL - 1, USUAL, USUAL + 1, 100_000] {
            std::fs::write(&path, vec![b'x'; length]).unwrap();
            read_into_if(&path, &mut buffer, |beginning| beginning.starts_with(b"x")).unwrap();
            assert_eq!(buffer.len(), length);
            let (mut seen, mut part) = (None, Vec::new());
            read_into_if(&path, &mut part, |beginning| {
                seen = Some(beginning.len());
                false
            })
            .unwrap();
            assert_eq!(seen.is_some(), length >= BEGINNING);
            assert!(part.len() == length.min(USUAL) && seen.is_none_or(|seen| seen >= BEGINNING));
        }
    }
}
