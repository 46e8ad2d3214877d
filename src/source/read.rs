//! Reads one file whole.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// The largest file that is read: places in a text are 32 bits wide, with room to spare.
pub const LARGEST: u64 = 1 << 30;

/// Reads a file into `buffer`, which is emptied first and keeps its capacity between files.
#[expect(clippy::verbose_file_reads, reason = "std::fs::read cannot reuse a buffer, and a million files are read")]
pub fn read_into(path: &Path, buffer: &mut Vec<u8>) -> io::Result<()> {
    buffer.clear();
    let mut file = File::open(path)?;
    let length = file.metadata()?.len();
    if length > LARGEST {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("{length} bytes, more than a gigabyte")));
    }
    buffer.reserve(usize::try_from(length).unwrap_or(0) + 1);
    file.read_to_end(buffer)?;
    Ok(())
}

/// Reads a file.
pub fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut buffer = Vec::new();
    read_into(path, &mut buffer)?;
    Ok(buffer)
}
