//! Reads one file whole.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// The largest file that is read: places in a text are 32 bits wide, with room to spare.
pub const LARGEST: u64 = 1 << 30;

/// Nearly every file is smaller.
const USUAL: usize = 1 << 13;

/// Reads a file whose beginning says that the rest is wanted into `buffer`, and gives what was read; of any other, some of
/// its beginning. What the buffer holds behind that is of other files.
///
/// The buffer keeps its length between files: a length that shrinks to a file's and grows again has to be zeroed each
/// time, which was one instruction of fifty of a check.
///
/// It asks the system for as little as it can: a million files are read, `read_to_end` asks each for its length and its
/// place once more, and most are over before their length is of interest.
///
/// `is_wanted` is given sixteen bytes or more; a file that has fewer is read in any case.
pub fn read_into_if<'b>(
    path: &Path,
    buffer: &'b mut Vec<u8>,
    is_wanted: impl FnOnce(&[u8]) -> bool,
) -> io::Result<&'b [u8]> {
    let filled = fill(path, buffer, is_wanted)?;
    Ok(buffer.get(..filled).unwrap_or_default())
}

/// Bytes by which it is decided whether a file is read.
const BEGINNING: usize = 16;

/// Fills the beginning of a buffer, and tells how much of it.
fn fill(path: &Path, buffer: &mut Vec<u8>, is_wanted: impl FnOnce(&[u8]) -> bool) -> io::Result<usize> {
    let mut file = File::open(path)?;
    // What the buffer held before is written over.
    if buffer.len() < USUAL {
        buffer.resize(USUAL, 0);
    }
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
        // The buffer may have room for a large file, and of a picture nothing behind its beginning is of interest.
        let enough = if is_wanted.is_some() { free.len().min(USUAL) } else { free.len() };
        match file.read(free.get_mut(..enough).unwrap_or_default()) {
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
    let filled = fill(path, &mut buffer, |_| true)?;
    buffer.truncate(filled);
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
        // Longer ones come before shorter ones too, so that what is left of those is seen not to be taken for a file's.
        let lengths = [0, 1, BEGINNING - 1, BEGINNING, USUAL - 1, USUAL, USUAL + 1, 100_000];
        for length in lengths.into_iter().chain(lengths.into_iter().rev()) {
            let written: Vec<u8> = (0..length).map(|at| b'a' + u8::try_from(at % 23).unwrap()).collect();
            std::fs::write(&path, &written).unwrap();
            let read = read_into_if(&path, &mut buffer, |beginning| beginning.starts_with(b"abc")).unwrap();
            assert!(read == written, "{length}");
            assert!(super::read(&path).unwrap() == written, "{length}");
            let mut seen = None;
            let part = read_into_if(&path, &mut buffer, |beginning| {
                seen = Some(beginning.len());
                false
            })
            .unwrap();
            assert_eq!(seen.is_some(), length >= BEGINNING);
            assert!(part.len() == length.min(USUAL) && seen.is_none_or(|seen| seen >= BEGINNING));
        }
    }
}
