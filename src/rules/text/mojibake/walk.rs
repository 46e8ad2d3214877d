//! One walk over the characters of a text for the two kinds of damage that are made of Chinese characters.
//!
//! Nearly all text of an archive is Chinese and whole, and this walk is most of what the rule costs. Two tables with a bit
//! for each character say where to look closer. Damage begins with a character of one, which hardly any text has; behind
//! it comes one of the other, which a text of Chinese has one of in thirty characters. So of two neighbours only the second
//! is looked at: it is one of either, or damage begins with neither of the two.

use std::sync::LazyLock;

use super::{Run, gbk, nonsense};
use crate::text::Span;

/// A bit for each character of the Basic Multilingual Plane.
type Table = [u64; 1024];

/// The characters that damage can begin with.
static FIRST: LazyLock<Box<Table>> = LazyLock::new(|| table(|c| gbk::is_first(c) || nonsense::is_first(c)));

/// These, and the characters of three bytes that can come behind them.
static LIKELY: LazyLock<Box<Table>> = LazyLock::new(|| {
    let is_second = |c| gbk::is_second(c) || nonsense::is_second(c);
    table(|c| is_second(c) || gbk::is_first(c) || nonsense::is_first(c))
});

fn table(holds: impl Fn(char) -> bool) -> Box<Table> {
    let mut table = Box::new([0_u64; 1024]);
    for c in ('\u{800}'..='\u{FFFF}').filter(|c| holds(*c)) {
        if let Some(word) = table.get_mut(c as usize / 64) {
            *word |= 1 << (u32::from(c) % 64);
        }
    }
    table
}

/// The runs of damage in a text.
#[derive(Debug, Default)]
pub(super) struct Walked {
    /// What is left of lost text.
    pub(super) nonsense: Vec<Run>,
    /// UTF-8 that was read as GBK.
    pub(super) gbk: Vec<Run>,
}

/// Walks over `text`.
pub(super) fn walk(text: &str) -> Walked {
    let tables: (&Table, &Table) = (&FIRST, &LIKELY);
    let (mut walked, mut rest) = (Walked::default(), text.as_bytes());
    // Nearly every character of Chinese text has three bytes, and nearly all of them stand in rows; two branches for
    // two of them keep the walk fast. The characters of four bytes are none that damage begins with, whatever their
    // first three bytes are taken for.
    loop {
        rest = behind_short(rest);
        let pairs = rest.as_chunks().0;
        let whole = pairs.iter().take_while(|pair| is_harmless(tables, **pair)).count();
        rest = rest.get(whole * 6..).unwrap_or_default();
        // The end of the row, or the suspect in it.
        while let [lead @ 0xE0..=0xFF, second, third, next @ ..] = rest {
            let is_suspect = holds(tables.0, [*lead, *second, *third]) == 1;
            let looked_at = if is_suspect { walked.look(text, text.len() - rest.len()) } else { None };
            rest = looked_at.map_or(next, |length| rest.get(length..).unwrap_or_default());
            if is_suspect {
                break;
            }
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

/// Whether these bytes are two characters of three bytes, and damage begins with neither.
fn is_harmless((first, likely): (&Table, &Table), [lead, a, b, other, c, d]: [u8; 6]) -> bool {
    if lead & other & 0xE0 != 0xE0 {
        return false;
    }
    holds(likely, [other, c, d]) == 0 || holds(first, [lead, a, b]) | holds(first, [other, c, d]) == 0
}

/// 1 if a character of three bytes is in the table, and else 0.
fn holds(table: &Table, [lead, second, third]: [u8; 3]) -> u64 {
    let block = usize::from(lead & 0xF) << 6 | usize::from(second & 0x3F);
    table.get(block).map_or(0, |word| word >> (third & 0x3F) & 1)
}

impl Walked {
    /// Whether there is no damage.
    pub(super) fn is_empty(&self) -> bool {
        self.nonsense.is_empty() && self.gbk.is_empty()
    }

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
