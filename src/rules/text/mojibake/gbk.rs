//! UTF-8 that was read as GBK: `浣犲ソ` for 你好, `鐨勬槸` for 的是.
//!
//! Two Chinese characters are six bytes of UTF-8, which GBK reads as three characters: the first and the fourth byte of
//! each six, leading bytes of UTF-8, become the first half of one character and the second half of the next.
//! Few characters can be such a first one; behind them the run is turned back into bytes and must be UTF-8 again, and
//! mean common characters. Chance makes two such characters in one post of thousands, three and more never, so two
//! count only where they are the whole run.

use crate::text::gbk_bytes;

/// Runs are judged by so many characters; longer ones are as clear.
const LONGEST: usize = 4095;

/// Whether a character can be the first one of such a run.
pub(super) fn is_first(c: char) -> bool {
    gbk_bytes(c).is_some_and(|bytes| matches!(bytes, [0xE3..=0xE9 | 0xEF, 0x80..=0xBF]))
}

/// Whether a character can be the second one of such a run: the last byte of a character of three bytes, and the first of
/// the next one, which is as common as [`is_common`] has it. A run of two characters is none.
pub(super) fn is_second(c: char) -> bool {
    gbk_bytes(c).is_some_and(|bytes| matches!(bytes, [0x80..=0xBF, 0xE2..=0xE9 | 0xEF]))
}

/// The length of the run that `text` begins with, and the text that it was.
pub(super) fn turned_back(text: &str) -> Option<(usize, String)> {
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
