//! UTF-8 that was read as GBK: `浣犲ソ` for 你好, `鐨勬槸` for 的是.
//!
//! Two Chinese characters are six bytes of UTF-8, which GBK reads as three characters: the first and the fourth byte of
//! each six, leading bytes of UTF-8, become the first half of one character and the second half of the next.
//! A table says which characters can be such a first one; behind them the run is turned back into bytes and must be
//! UTF-8 again, and mean common characters. Chance makes two such characters in one post of thousands,
//! three and more never, so two count only where they are the whole run.

use std::sync::LazyLock;

use super::Run;
use crate::text::{Span, gbk_bytes, read_as};

/// Runs are judged by so many characters; longer ones are as clear.
const LONGEST: usize = 4096;

/// For each character from U+4E00 to U+9FFF, whether its GBK bytes can begin UTF-8 of Chinese text.
static FIRST: LazyLock<Vec<u64>> = LazyLock::new(|| {
    let mut table = vec![0_u64; (0xA000 - 0x4E00) / 64];
    for lead in (0xE3..=0xE9).chain([0xEF]) {
        for trail in 0x80..=0xBF {
            let read = read_as("GBK", &[lead, trail]);
            let at = read.and_then(|read| read.chars().next()).and_then(|c| u32::from(c).checked_sub(0x4E00));
            if let Some((word, bit)) = at.and_then(|at| table.get_mut(at as usize / 64).map(|word| (word, at % 64))) {
                *word |= 1 << bit;
            }
        }
    }
    table
});

/// The runs of such text.
pub(super) fn find(text: &str) -> Vec<Run> {
    let table = FIRST.as_slice();
    let bytes = text.as_bytes();
    let (mut runs, mut at) = (Vec::new(), 0);
    while let Some(rest) = bytes.get(at..) {
        let Some(&[lead, second, third]) = rest.first_chunk() else { break };
        if !(0xE4..=0xE9).contains(&lead) {
            at += 1;
            continue;
        }
        let c = (u32::from(lead & 0xF) << 12) | (u32::from(second & 0x3F) << 6) | u32::from(third & 0x3F);
        let word = c.checked_sub(0x4E00).and_then(|c| table.get(c as usize / 64)).copied().unwrap_or(0);
        if word >> (c % 64) & 1 == 0 {
            at += 3;
            continue;
        }
        match text.get(at..).and_then(turned_back) {
            Some((length, repaired)) => {
                runs.push(Run { span: Span::of(at..at + length), repaired: Some(repaired) });
                at += length;
            }
            None => at += 3,
        }
    }
    runs
}

/// The length of the run that `text` begins with, and the text that it was.
fn turned_back(text: &str) -> Option<(usize, String)> {
    let (mut utf8, mut ends, mut at) = (Vec::new(), Vec::new(), 0);
    for c in text.chars().take(LONGEST).take_while(|c| !c.is_ascii()) {
        let Some(bytes) = gbk_bytes(c) else { break };
        at += c.len_utf8();
        utf8.extend(bytes);
        ends.push(at);
        // Natural text is found out after a few characters.
        if ends.len() == 3 && good(&utf8).0 < 6 {
            return None;
        }
    }
    let (valid, repaired) = good(&utf8);
    let count = repaired.chars().count();
    // The run may end with a character that is not whole, because GBK reads two bytes at a time.
    let is_begun = utf8.get(valid..).is_some_and(|rest| rest.is_empty() || begins(rest));
    let next = text.get(at..).and_then(|rest| rest.chars().next());
    let whole = is_begun && next.is_none_or(|c| c.is_ascii() || c == '\u{FFFD}');
    let end = if whole { at } else { ends.get(valid.div_ceil(2).checked_sub(1)?).copied()? };
    (count > 2 || (count == 2 && whole)).then(|| (end, repaired.to_owned()))
}

/// How many of the bytes are UTF-8 of common Chinese text, and that text.
fn good(bytes: &[u8]) -> (usize, &str) {
    let valid = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            bytes.get(..error.valid_up_to()).and_then(|good| std::str::from_utf8(good).ok()).unwrap_or_default()
        }
    };
    let length = valid.find(|c| !is_common(c)).unwrap_or(valid.len());
    (length, valid.get(..length).unwrap_or_default())
}

/// Whether the bytes are the beginning of a character.
fn begins(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|error| error.valid_up_to() == 0 && error.error_len().is_none())
}

/// The 3,755 characters of GB 2312's first level, and the marks that stand between them.
fn is_common(c: char) -> bool {
    match c {
        '\u{3001}'..='\u{3015}' | '\u{FF01}'..='\u{FF5E}' | '\u{2014}'..='\u{2026}' => true,
        '\u{4E00}'..='\u{9FFF}' => {
            gbk_bytes(c).is_some_and(|[lead, trail]| (0xB0..=0xD7).contains(&lead) && trail >= 0xA1)
        }
        _ => false,
    }
}
