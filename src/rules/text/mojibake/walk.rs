//! One walk over a text for the two kinds of damage that are made of Chinese characters.
//!
//! Nearly all text of an archive is Chinese and whole, and most of its posts hold no damage at all. Damage is three
//! characters or longer, and hardly any text has characters with which it can begin, or that can stand in the second
//! place. So the walk does not look at each character but at the one at every fifth byte, and only where that is one of
//! these, closer.

use std::sync::LazyLock;

use super::{Run, gbk, nonsense};
use crate::text::Span;

/// A bit for each character of the Basic Multilingual Plane.
type Set = [u64; 1024];

/// The characters that damage can begin with, one of a hundred in a text.
static FIRST: LazyLock<Box<Set>> = LazyLock::new(|| set(|c| gbk::is_first(c) || nonsense::is_first(c)));

/// The characters that can be the first or the second of damage, one of thirty in a text.
static EARLY: LazyLock<Box<Set>> =
    LazyLock::new(|| set(|c| gbk::is_first(c) || gbk::is_second(c) || nonsense::is_early(c)));

fn set(holds: impl Fn(char) -> bool) -> Box<Set> {
    let mut set = Box::new([0_u64; 1024]);
    for (block, word) in (0_u32..).zip(set.iter_mut()) {
        let characters = (0..64).filter_map(|bit| Some((bit, char::from_u32(block * 64 + bit)?)));
        *word = characters.filter(|(_, c)| holds(*c)).fold(0, |word, (bit, _)| word | 1 << bit);
    }
    set
}

/// The runs of damage in a text.
#[derive(Debug, Default)]
pub(super) struct Walked {
    /// What is left of lost text.
    pub(super) nonsense: Vec<Run>,
    /// UTF-8 that was read as GBK.
    pub(super) gbk: Vec<Run>,
}

/// The fewest bytes that the first two characters of damage have: the first one has three, and behind it may stand one
/// of two, which GBK has for signs and Russian letters. Damage as a whole has seven or more.
const STEP: usize = 5;

/// Walks over `text`.
pub(super) fn walk(text: &str) -> Walked {
    let (first, early): (&Set, &Set) = (&FIRST, &EARLY);
    let (mut walked, bytes) = (Walked::default(), text.as_bytes());
    // Before this, damage was looked for.
    let mut done = 0;
    // Of any five bytes in a row one is looked at. Behind that byte damage has two more, so none lies where they end.
    let mut at = STEP - 1;
    while let Some(window) = bytes.get(at - 2..).and_then(<[u8]>::first_chunk) {
        if !holds(early, *window) {
            at += STEP;
            continue;
        }
        let here = begin(bytes, at);
        let starts = [begin(bytes, here.saturating_sub(1)), here];
        let can_begin = |start: &usize| {
            let character = bytes.get(*start..).and_then(<[u8]>::first_chunk::<3>);
            *start >= done
                && character.is_some_and(|[lead, second, third]| *lead >= 0xE0 && has(first, [*lead, *second, *third]))
        };
        let end = starts.into_iter().filter(can_begin).find_map(|start| Some(start + walked.look(text, start)?));
        done = end.unwrap_or(here + 1);
        at = end.map_or(at + STEP, |end| end + STEP - 1);
    }
    walked
}

/// Whether a set may hold the character that the third of five bytes belongs to. One of four bytes, of which no set holds
/// any, may be taken for another.
fn holds(set: &Set, window: [u8; 5]) -> bool {
    match window {
        [_, _, 0..=0x7F, ..] => false,
        [_, _, lead @ 0xE0..=0xFF, second, third]
        | [_, lead @ 0xE0..=0xFF, second @ 0x80..=0xBF, third, _]
        | [lead @ 0xE0..=0xFF, second @ 0x80..=0xBF, third @ 0x80..=0xBF, ..] => has(set, [lead, second, third]),
        [_, _, lead @ 0xC0..=0xDF, last, _] | [_, lead @ 0xC0..=0xDF, last, ..] => {
            has(set, [0xE0, 0x80 | lead & 0x1F, last])
        }
        _ => false,
    }
}

/// Where the character begins that has a byte at `at`.
fn begin(bytes: &[u8], at: usize) -> usize {
    let continues = |at: usize| bytes.get(at).is_some_and(|byte| byte & 0xC0 == 0x80);
    // Three steps at the most: the text is UTF-8.
    let back = (0..3).take_while(|back| *back < at && continues(at - back)).count();
    at - back
}

/// Whether a set holds a character of three bytes.
fn has(set: &Set, [lead, second, third]: [u8; 3]) -> bool {
    let block = usize::from(lead & 0xF) << 6 | usize::from(second & 0x3F);
    set.get(block).is_some_and(|word| word >> (third & 0x3F) & 1 == 1)
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
