//! One walk over a text for the two kinds of damage that are made of Chinese characters.
//!
//! Nearly all text of an archive is Chinese and whole, and most of its posts hold no damage at all. Damage is three
//! characters or longer, so the walk does not look at each: it looks at the character at every seventh byte, and only
//! where that is one that damage is made of, at the two before it, with which the damage may begin.

use std::sync::LazyLock;

use super::{Run, gbk, nonsense};
use crate::text::Span;

/// A bit for each character of the Basic Multilingual Plane.
type Set = [u64; 1024];

/// The characters that damage can begin with, one of a hundred in a text.
static FIRST: LazyLock<Box<Set>> = LazyLock::new(|| set(|c| gbk::is_first(c) || nonsense::is_first(c)));

/// The characters that can be among the first three of damage, one of eight in a text.
static AMONG: LazyLock<Box<Set>> = LazyLock::new(|| set(|c| gbk::is_among(c) || nonsense::is_among(c)));

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

/// The fewest bytes that the first three characters of damage have: the first one has three, and behind it may stand two
/// of two, which GBK has for Greek and Russian letters.
const SHORTEST: usize = 7;

/// Walks over `text`.
pub(super) fn walk(text: &str) -> Walked {
    let (first, among): (&Set, &Set) = (&FIRST, &AMONG);
    let (mut walked, bytes) = (Walked::default(), text.as_bytes());
    // Behind this no damage was looked for.
    let mut done = 0;
    // Of any seven bytes in a row one is looked at, so that no damage lies between two looks.
    let mut at = SHORTEST - 1;
    while let Some(&byte) = bytes.get(at) {
        let here = character(bytes, at);
        if byte < 0x80 || !holds(among, bytes, here) {
            at += SHORTEST;
            continue;
        }
        let second = character(bytes, here.saturating_sub(1));
        let third = character(bytes, second.saturating_sub(1));
        let starts = [third, second, here].into_iter().filter(|start| *start >= done && holds(first, bytes, *start));
        let end = starts.into_iter().find_map(|start| Some(start + walked.look(text, start)?));
        done = end.unwrap_or(here + 1);
        at = end.map_or(at + SHORTEST, |end| end + SHORTEST - 1);
    }
    walked
}

/// Where the character begins that has a byte at `at`.
fn character(bytes: &[u8], at: usize) -> usize {
    let continues = |at: usize| bytes.get(at).is_some_and(|byte| byte & 0xC0 == 0x80);
    // Three steps at the most: the text is UTF-8.
    let back = (0..3).take_while(|back| *back < at && continues(at - back)).count();
    at - back
}

/// Whether a set holds the character that begins at `at`.
fn holds(set: &Set, bytes: &[u8], at: usize) -> bool {
    let (block, last) = match bytes.get(at..) {
        Some([lead @ 0xC2..=0xDF, last, ..]) => (usize::from(lead & 0x1F), last),
        Some([lead @ 0xE0..=0xEF, second, last, ..]) => {
            (usize::from(lead & 0xF) << 6 | usize::from(second & 0x3F), last)
        }
        _ => return false,
    };
    set.get(block).is_some_and(|word| word >> (last & 0x3F) & 1 == 1)
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
