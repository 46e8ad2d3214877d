//! One walk over the characters of a text for the two kinds of damage that are made of Chinese characters.
//!
//! Nearly all text of an archive is Chinese and whole, and this walk is most of what the rule costs. A table with a bit
//! for each character says where to look closer, which is at one character of a hundred.

use std::sync::LazyLock;

use super::{Run, gbk, nonsense};
use crate::text::Span;

/// For each character of the Basic Multilingual Plane, whether damage can begin with it.
static SUSPECTS: LazyLock<Box<[u64; 1024]>> = LazyLock::new(|| {
    let mut table = Box::new([0_u64; 1024]);
    for c in '\u{4E00}'..='\u{9FFF}' {
        let is_suspect = gbk::is_first(c) || nonsense::is_first(c);
        if let Some(word) = table.get_mut(c as usize / 64).filter(|_| is_suspect) {
            *word |= 1 << (u32::from(c) % 64);
        }
    }
    table
});

/// The runs of damage in a text.
#[derive(Debug, Default)]
pub(super) struct Walked {
    /// What is left of lost text.
    pub(super) nonsense: Vec<Run>,
    /// UTF-8 that was read as GBK.
    pub(super) gbk: Vec<Run>,
}

/// Characters that are looked at in one go.
const AT_ONCE: usize = 4;

/// Walks over `text`.
pub(super) fn walk(text: &str) -> Walked {
    let table: &[u64; 1024] = &SUSPECTS;
    let (mut walked, mut rest) = (Walked::default(), text.as_bytes());
    // Nearly every character of Chinese text has three bytes, and nearly all of them stand in rows; two branches for
    // several of them keep the walk fast. The characters of four bytes are none that damage begins with, whatever
    // their first three bytes are taken for.
    loop {
        rest = behind_short(rest);
        let mut row = rest.as_chunks::<{ 3 * AT_ONCE }>().0.iter();
        let whole = row.by_ref().take_while(|chunk| is_harmless(table, chunk)).count();
        rest = rest.get(whole * 3 * AT_ONCE..).unwrap_or_default();
        // The end of the row, or the suspect among these.
        for _ in 0..AT_ONCE {
            let [lead @ 0xE0..=0xFF, second, third, next @ ..] = rest else { break };
            let is_suspect = suspicion(table, [*lead, *second, *third]) == 1;
            let looked_at = if is_suspect { walked.look(text, text.len() - rest.len()) } else { None };
            rest = looked_at.map_or(next, |length| rest.get(length..).unwrap_or_default());
        }
        if rest.len() < 3 {
            return walked;
        }
    }
}

/// What comes behind the characters of one or two bytes at the beginning: tags and addresses, many bytes at a time.
fn behind_short(bytes: &[u8]) -> &[u8] {
    let is_ascii = |word: &&[u8; 8]| u64::from_ne_bytes(**word) & 0x8080_8080_8080_8080 == 0;
    let words = bytes.as_chunks().0.iter().take_while(is_ascii).count();
    let rest = bytes.get(words * 8..).unwrap_or_default();
    let short = rest.iter().take_while(|byte| **byte < 0xE0).count();
    rest.get(short..).unwrap_or_default()
}

/// Whether these bytes are nothing but characters of three bytes that no damage begins with.
fn is_harmless(table: &[u64; 1024], bytes: &[u8; 3 * AT_ONCE]) -> bool {
    let characters = bytes.as_chunks::<3>().0;
    if characters.iter().fold(0xE0, |leads, [lead, ..]| leads & lead) != 0xE0 {
        return false;
    }
    characters.iter().fold(0, |any, character| any | suspicion(table, *character)) == 0
}

/// 1 if damage can begin with a character of three bytes, and else 0.
fn suspicion(table: &[u64; 1024], [lead, second, third]: [u8; 3]) -> u64 {
    let block = usize::from(lead & 0xF) << 6 | usize::from(second & 0x3F);
    table.get(block).map_or(0, |word| word >> (third & 0x3F) & 1)
}

impl Walked {
    /// Looks closer at what begins at `at`: the length of the damage there, if there is any.
    pub(super) fn look(&mut self, text: &str, at: usize) -> Option<usize> {
        let rest = text.get(at..)?;
        if let Some(length) = nonsense::length(rest) {
            self.nonsense.push(Run { span: Span::of(at..at + length), repaired: None });
            return Some(length);
        }
        let (length, repaired) = gbk::turned_back(rest)?;
        let span = Span::of(at..at + length);
        match self.gbk.last_mut() {
            // A run that goes on where the last one was long enough is the same run.
            Some(last) if last.span.end == span.start => last.span.end = span.end,
            _ => self.gbk.push(Run { span, repaired: Some(repaired) }),
        }
        Some(length)
    }
}
