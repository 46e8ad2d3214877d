//! Reads one file whole.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// The largest file that is read: places in a text are 32 bits wide, with room to spare.
pub const LARGEST: u64 = 1 << 30;

/// Reads a file into `buffer`, in the place of what it held; it keeps its capacity between files.
///
/// It asks the system for as little as it can: a million files are read, and `read_to_end` asks each for its length and
/// its place once more.
pub fn read_into(path: &Path, buffer: &mut Vec<u8>) -> io::Result<()> {
    let filled = fill(path, buffer);
    buffer.truncate(*filled.as_ref().unwrap_or(&0));
    filled.map(|_| ())
}

/// Fills the beginning of a buffer, and tells how much of it.
fn fill(path: &Path, buffer: &mut Vec<u8>) -> io::Result<usize> {
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    if length > LARGEST {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("{length} bytes, more than a gigabyte")));
    }
    // One byte more, so that a file that has grown since is seen, and one that has not is at its end at once. What the
    // buffer held before is written over.
    let wanted = usize::try_from(length).unwrap_or(0) + 1;
    buffer.resize(wanted.max(buffer.len()), 0);
    let mut filled = 0;
    loop {
        let Some(free) = buffer.get_mut(filled..).filter(|free| !free.is_empty()) else {
            // It grows while it is read.
            buffer.resize(filled * 2, 0);
            continue;
        };
        match file.read(free) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
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
    Ok(buffer)
}
