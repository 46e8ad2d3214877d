//! UTF-8 that was read as Latin-1 or windows-1252: `ä¸­æ–‡` for 中文, `â€™` for ’, `Ã©` for é.
//!
//! A run of such characters is turned back into bytes. If these are UTF-8 and mean Chinese, Japanese or Korean text or
//! typographic marks, no writer meant the run as it stands. Sequences of two bytes (`Ã©`) are looked at with more
//! doubt, because capital letters with accents may stand before a sign: one alone is no damage.

use super::Run;
use crate::text::{Span, latin_byte};

/// The runs of such text.
pub(super) fn find(text: &str) -> Vec<Run> {
    let (mut runs, mut doubtful) = (Vec::new(), Vec::new());
    let mut done = 0;
    // The characters that stand for leading bytes, Â to ô, begin with this byte in UTF-8, and hardly any other text does.
    for at in memchr::memchr_iter(0xC3, text.as_bytes()) {
        if at < done {
            continue;
        }
        let Some((end, repaired)) = turned_back(text, at) else { continue };
        done = end;
        let certain = repaired.chars().any(|c| u32::from(c) >= 0x2000);
        let run = Run { span: Span::of(at..end), repaired: Some(repaired) };
        if certain { runs.push(run) } else { doubtful.push(run) }
    }
    let characters: usize =
        doubtful.iter().filter_map(|run| run.repaired.as_ref()).map(|text| text.chars().count()).sum();
    if !runs.is_empty() || characters > 1 {
        runs.append(&mut doubtful);
        runs.sort_by_key(|run| run.span);
    }
    runs
}

/// The end of the run that begins at `at`, and the text that it was.
fn turned_back(text: &str, at: usize) -> Option<(usize, String)> {
    let (mut repaired, mut end) = (String::new(), at);
    while let Some((c, length)) = text.get(end..).and_then(one) {
        repaired.push(c);
        end += length;
    }
    (!repaired.is_empty()).then_some((end, repaired))
}

/// The character that the beginning of `text` was, and how many bytes of `text` it takes.
fn one(text: &str) -> Option<(char, usize)> {
    let mut bytes = [0_u8; 4];
    let (mut held, mut length, mut wanted) = (0, 0, 1);
    for (slot, c) in bytes.iter_mut().zip(text.chars()) {
        *slot = latin_byte(c)?;
        length += c.len_utf8();
        held += 1;
        if held == 1 {
            wanted = match *slot {
                0xC2..=0xDF => 2,
                0xE2..=0xED | 0xEF => 3,
                0xF0 => 4,
                _ => return None,
            };
        }
        if held == wanted {
            break;
        }
    }
    let c = std::str::from_utf8(bytes.get(..wanted)?).ok()?.chars().next()?;
    is_plausible(c).then_some((c, length))
}

/// What archives are written in: Latin with accents, Cyrillic, typographic marks, CJK, wide forms, emoji.
fn is_plausible(c: char) -> bool {
    matches!(c,
        '\u{A1}'..='\u{17F}' | '\u{400}'..='\u{45F}' | '\u{2010}'..='\u{203A}' | '€' | '™' | '①'..='⑩' | '→' | '■'..='◎' | '★'
        | '\u{3000}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}' | '\u{FEFF}'..='\u{FFEE}'
        | '\u{FFFD}' | '\u{1F300}'..='\u{1F9FF}')
}
