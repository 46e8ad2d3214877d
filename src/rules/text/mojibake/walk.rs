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

/// Walks over `text`.
pub(super) fn walk(text: &str) -> Walked {
    let table: &[u64; 1024] = &SUSPECTS;
    let (mut walked, mut rest) = (Walked::default(), text.as_bytes());
    // Nearly every character of Chinese text has three bytes; one branch for all of them keeps the walk fast. The
    // characters of four bytes are none that damage begins with, whatever their first three bytes are taken for.
    loop {
        let short = rest.iter().take_while(|byte| **byte < 0xE0).count();
        rest = rest.get(short..).unwrap_or_default();
        let [lead, second, third, next @ ..] = rest else { return walked };
        let block = usize::from(lead & 0xF) << 6 | usize::from(second & 0x3F);
        let is_suspect = table.get(block).is_some_and(|word| word >> (third & 0x3F) & 1 == 1);
        let looked_at = if is_suspect { walked.look(text, text.len() - rest.len()) } else { None };
        rest = match looked_at {
            None => next,
            Some(length) => rest.get(length..).unwrap_or_default(),
        };
    }
}

impl Walked {
    /// Looks closer at what begins at `at`: the length of the damage there, if there is any.
    fn look(&mut self, text: &str, at: usize) -> Option<usize> {
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
