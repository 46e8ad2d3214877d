//! The long arrays of the report: their elements are written on all cores, each batch into memory of its own, and come
//! out in their order.

use std::io::{self, Write};
use std::ops::Range;

use rayon::prelude::*;
use serde::Serialize;

use super::lines::Lines;

/// Elements that one thread writes at once: some hundred kilobytes.
const TOGETHER: usize = 512;

/// Bytes that an element usually has.
const USUAL: usize = 512;

/// Batches that are in memory at once.
const AT_ONCE: usize = 16;

/// Writes a member of the outermost object whose value is an array: an element a line, by its number,
/// unless it has no view.
pub(super) fn write<V: Serialize>(
    out: &mut dyn Write,
    name: &str,
    count: usize,
    view: impl Fn(usize) -> Option<V> + Sync,
) -> io::Result<()> {
    write!(out, ",\n  \"{name}\": [")?;
    let mut is_first = true;
    for begin in (0..count).step_by(TOGETHER * AT_ONCE) {
        let end = count.min(begin + TOGETHER * AT_ONCE);
        let batches = (begin..end).into_par_iter().step_by(TOGETHER);
        let written: Vec<io::Result<Vec<u8>>> =
            batches.map(|begin| lines(begin..end.min(begin + TOGETHER), &view)).collect();
        for batch in written {
            let batch = batch?;
            if batch.is_empty() {
                continue;
            }
            // Each element has its comma in front, and the first of all needs none.
            out.write_all(batch.get(usize::from(is_first)..).unwrap_or_default())?;
            is_first = false;
        }
    }
    out.write_all(b"\n  ]")
}

fn lines<V: Serialize>(numbers: Range<usize>, view: impl Fn(usize) -> Option<V>) -> io::Result<Vec<u8>> {
    let mut written = Vec::with_capacity(numbers.len() * USUAL);
    for view in numbers.filter_map(view) {
        written.extend_from_slice(b",\n    ");
        view.serialize(&mut serde_json::Serializer::with_formatter(&mut written, Lines::within(2)))?;
    }
    Ok(written)
}
