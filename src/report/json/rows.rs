//! The long arrays of the report: their elements are written on all cores, each batch into memory of its own, and come
//! out in their order.

use std::io::{self, Write};
use std::ops::Range;

use rayon::prelude::*;

/// Elements that one thread writes at once: some hundred kilobytes.
const TOGETHER: usize = 512;

/// Bytes that an element usually has.
const USUAL: usize = 640;

/// Batches that are made beside each other, while those before them are written.
const AT_ONCE: usize = 8;

/// Writes a member of the outermost object whose value is an array, an element a line. `append` appends the element of a
/// number, and tells whether there is one.
pub(super) fn write(
    out: &mut dyn Write,
    name: &str,
    count: usize,
    append: impl Fn(usize, &mut Vec<u8>) -> io::Result<bool> + Sync,
) -> io::Result<()> {
    write!(out, ",\n  \"{name}\": [")?;
    let round = |begin: usize| -> Vec<io::Result<Vec<u8>>> {
        let end = count.min(begin + TOGETHER * AT_ONCE);
        let batches = (begin..end).into_par_iter().step_by(TOGETHER);
        batches.map(|begin| lines(begin..end.min(begin + TOGETHER), &append)).collect()
    };
    let mut is_first = true;
    let (mut ready, mut begin) = (round(0), 0);
    while begin < count {
        begin += TOGETHER * AT_ONCE;
        let mut following = Vec::new();
        // The system takes its time to take what is written, and the other cores need not wait for that.
        rayon::in_place_scope(|scope| {
            scope.spawn(|_| following = round(begin));
            ready.drain(..).try_for_each(|batch| append_batch(out, &batch?, &mut is_first))
        })?;
        ready = following;
    }
    out.write_all(b"\n  ]")
}

/// Writes elements of which each has its comma in front; the first of all needs none.
fn append_batch(out: &mut dyn Write, batch: &[u8], is_first: &mut bool) -> io::Result<()> {
    if batch.is_empty() {
        return Ok(());
    }
    out.write_all(batch.get(usize::from(*is_first)..).unwrap_or_default())?;
    *is_first = false;
    Ok(())
}

fn lines(numbers: Range<usize>, append: impl Fn(usize, &mut Vec<u8>) -> io::Result<bool>) -> io::Result<Vec<u8>> {
    let mut written = Vec::with_capacity(numbers.len() * USUAL);
    for number in numbers {
        let before = written.len();
        written.extend_from_slice(b",\n    ");
        if !append(number, &mut written)? {
            written.truncate(before);
        }
    }
    Ok(written)
}
