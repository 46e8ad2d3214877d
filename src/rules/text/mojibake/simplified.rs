//! GB 2312 that was read as Latin-1: `ÖÐÎÄ` for 中文.
//!
//! Every byte of it shows as an accented letter or a sign. A run of these counts if it is three Chinese characters or
//! longer, and every pair of it is a common one; no word of any language has six such letters that are.

use super::Run;
use crate::text::{Span, read_as};

/// Shorter runs are chance: three characters of two letters each.
const SHORTEST: usize = 6;

/// The runs of such text.
pub(super) fn find(text: &str) -> Vec<Run> {
    let (mut runs, mut done) = (Vec::new(), 0);
    for at in memchr::memchr_iter(0xC3, text.as_bytes()) {
        if at < done {
            continue;
        }
        // The first letters of the run may be signs of the lower half: `±±¾©`.
        let before = text.get(done..at).unwrap_or_default().chars().rev();
        let start = at - before.take_while(|&c| byte(c).is_some()).map(char::len_utf8).sum::<usize>();
        let bytes: Vec<u8> = text.get(start..).unwrap_or_default().chars().map_while(byte).collect();
        done = start + 2 * bytes.len();
        if let Some(repaired) = turned_back(&bytes) {
            runs.push(Run { span: Span::of(start..done), repaired: Some(repaired) });
        }
    }
    runs
}

/// The byte that Latin-1 shows as `c`, if GB 2312 uses it. Each such `c` has two bytes in UTF-8.
fn byte(c: char) -> Option<u8> {
    u8::try_from(c).ok().filter(|byte| (0xA1..=0xFE).contains(byte))
}

fn turned_back(bytes: &[u8]) -> Option<String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let are_common = pairs.iter().all(|pair| matches!(pair, [0xB0..=0xD7 | 0xA1 | 0xA3, _]));
    let are_words = pairs.iter().filter(|pair| matches!(pair, [0xB0..=0xD7, _])).count() * 2 > pairs.len();
    // `ÀÁÂÃÄÅ` is a table of letters, and letters without a sign among them may be a word or a name.
    let is_table = bytes.is_sorted() || bytes.iter().all(|byte| *byte >= 0xC0);
    if bytes.len() < SHORTEST || !rest.is_empty() || !are_common || !are_words || is_table {
        return None;
    }
    read_as("GBK", bytes)
}
