//! The long arrays of the report: their elements are written on all cores, each batch into memory of its own, and come
//! out in their order.

use std::io::{self, Write};

use rayon::prelude::*;
use serde::Serialize;

use super::lines::Lines;

/// Elements that one thread writes at once: some hundred kilobytes.
const TOGETHER: usize = 512;

/// Bytes that an element usually has.
const USUAL: usize = 512;

/// Batches that are in memory at once.
const AT_ONCE: usize = 16;

/// Writes a member of the outermost object whose value is an array: an element a line, unless it has no view.
pub(super) fn write<'r, T, V>(
    out: &mut dyn Write,
    name: &str,
    rows: &'r [T],
    view: impl Fn(&'r T) -> Option<V> + Sync,
) -> io::Result<()>
where
    T: Sync,
    V: Serialize,
{
    write!(out, ",\n  \"{name}\": [")?;
    let mut is_first = true;
    for rows in rows.chunks(TOGETHER * AT_ONCE) {
        let written: Vec<io::Result<Vec<u8>>> = rows.par_chunks(TOGETHER).map(|rows| lines(rows, &view)).collect();
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

fn lines<'r, T, V: Serialize>(rows: &'r [T], view: impl Fn(&'r T) -> Option<V>) -> io::Result<Vec<u8>> {
    let mut written = Vec::with_capacity(rows.len() * USUAL);
    for view in rows.iter().filter_map(view) {
        written.extend_from_slice(b",\n    ");
        view.serialize(&mut serde_json::Serializer::with_formatter(&mut written, Lines::within(2)))?;
    }
    Ok(written)
}
