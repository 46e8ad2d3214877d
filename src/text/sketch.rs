//! A small sample of a text's shingles, by which two texts that are nearly the same are found among a million.
//!
//! A shingle is a run of 24 bytes, eight Chinese characters; Chinese has no spaces to make words of. A shingle begins
//! where one of three bytes stands, so that two texts agree on which shingles are looked at wherever a passage stands
//! (content-defined sampling), and of their hashes the smallest are kept (bottom-k sketch, Broder 1997). The share of
//! values that two sketches have in common estimates how much of their shingles the texts share (Jaccard).

use std::cmp::Ordering;

/// Values that are kept of each text.
const SIZE: usize = 16;

/// The smallest values, of which each pair of neighbours is a key by which a text is found.
///
/// Two texts with eleven of sixteen values in common are found by one of these at the least: where five of the twelve
/// smallest differ, the other seven lie in no more than six runs. A single value would not do as
/// a key: in an archive of one template, or of one trade's phrases, every one of the smallest values of a post can be
/// a phrase that hundreds of posts share, but hardly two phrases beside each other.
const PAIRED: usize = 12;

/// Values below which a text is too short to judge.
const LEAST: usize = 4;

/// Bytes of a shingle.
const SHINGLE: usize = 24;

/// A shingle begins at these bytes: two of the 64 that can end a Chinese character, and a letter that is in every
/// European sentence.
const ANCHORS: [u8; 3] = [0x8F, 0xA1, b'e'];

/// The smallest hashes of a text's sampled shingles, sorted; `u32::MAX` stands for one that a short text lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sketch([u32; SIZE]);

/// Bytes in which anchors are looked for together, in rows of [`ROW`].
const BLOCK: usize = 8 * ROW;

/// Bytes of a row: a register of every processor that has any.
const ROW: usize = 16;

impl Sketch {
    /// The sketch of a text, given without its white space, so that lines may break elsewhere.
    pub fn of(text: &[u8]) -> Self {
        let mut smallest = Smallest::new();
        let mut add = |start: usize| {
            if let Some(shingle) = text.get(start..).and_then(<[u8]>::first_chunk::<SHINGLE>) {
                smallest.add(hash(shingle));
            }
        };
        let (blocks, rest) = text.as_chunks::<BLOCK>();
        for (number, block) in blocks.iter().enumerate() {
            each_anchor(block, |at| add(number * BLOCK + at));
        }
        // No anchor is zero.
        let mut last = [0; BLOCK];
        last.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
        each_anchor(&last, |at| add(text.len() - rest.len() + at));
        Self(smallest.finish())
    }

    /// The keys by which texts that may be alike are found; none for a text too short to judge.
    pub fn keys(&self) -> impl Iterator<Item = u32> {
        let values = self.values();
        let values = if values.len() < LEAST { &[] } else { values.get(..PAIRED).unwrap_or(values) };
        // Multiplied by odd numbers, so that no pair is lost and (a, b) is another key than (b, a).
        values.array_windows().map(|[one, next]| one.wrapping_mul(0x9E37_79B1) ^ next.wrapping_mul(0x85EB_CA6B))
    }

    /// Its values as bytes, to be kept.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.values().iter().flat_map(|value| value.to_le_bytes()).collect()
    }

    /// The way back from [`Self::to_bytes`]; of other bytes some sketch.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let mut smallest = Smallest::new();
        bytes.as_chunks::<4>().0.iter().for_each(|value| smallest.add(u32::from_le_bytes(*value)));
        Self(smallest.finish())
    }

    fn values(&self) -> &[u32] {
        let kept = self.0.partition_point(|value| *value < u32::MAX);
        self.0.get(..kept).unwrap_or_default()
    }

    /// An estimate of the share of shingles that two texts have in common, in percent; `None` where it is less than
    /// `least`, which mostly shows after a few values.
    pub fn likeness(&self, other: &Self, least: usize) -> Option<usize> {
        // Of the smallest values of both together, those that both have (Broder's estimator).
        let (mut mine, mut theirs) = (self.values().iter().peekable(), other.values().iter().peekable());
        let (mut common, mut looked_at) = (0, 0);
        while looked_at < SIZE {
            let order = match (mine.peek(), theirs.peek()) {
                (Some(one), Some(other)) => one.cmp(other),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => break,
            };
            looked_at += 1;
            common += usize::from(order.is_eq());
            if (SIZE - (looked_at - common)) * 100 < least * SIZE {
                return None;
            }
            if order.is_le() {
                mine.next();
            }
            if order.is_ge() {
                theirs.next();
            }
        }
        Some(common * 100 / looked_at.max(1)).filter(|likeness| *likeness >= least)
    }
}

/// Calls `found` with the place of each anchor in a block, in no order: of a set the order is of no interest.
fn each_anchor(block: &[u8; BLOCK], mut found: impl FnMut(usize)) {
    for (half, marks) in marks(block).as_chunks::<8>().0.iter().enumerate() {
        let mut marks = u64::from_le_bytes(*marks);
        while marks != 0 {
            let bit = marks.trailing_zeros() as usize;
            found((7 - bit % 8) * ROW + half * 8 + bit / 8);
            marks &= marks - 1;
        }
    }
}

/// A byte for each column of a block, in which the bits of the rows stand whose byte is an anchor, the last row's lowest.
///
/// A row is looked at with a handful of instructions and no branch; a search that stops at each anchor, which stand thirty
/// bytes apart, takes six times as many. Where this is part of another function, the compiler looks at bytes one by one.
#[inline(never)]
fn marks(block: &[u8; BLOCK]) -> [u8; ROW] {
    let [one, two, three] = ANCHORS;
    let is_anchor = |byte: u8| u8::from(byte == one) | u8::from(byte == two) | u8::from(byte == three);
    let mut marks = [0_u8; ROW];
    for row in block.as_chunks::<ROW>().0 {
        marks.iter_mut().zip(row).for_each(|(mark, byte)| *mark = *mark << 1 | is_anchor(*byte));
    }
    marks
}

/// Values that are gathered before the smallest of them are looked for: more than most posts have.
const GATHERED: usize = 256;

/// The smallest of many values, without repetitions.
///
/// Most texts have a hundred values: to sort these once costs a third of putting each in its place among the smallest.
struct Smallest {
    gathered: [u32; GATHERED],
    count: usize,
    /// Only what is smaller can be one of the smallest.
    bound: u32,
}

impl Smallest {
    const fn new() -> Self {
        Self { gathered: [0; GATHERED], count: 0, bound: u32::MAX }
    }

    fn add(&mut self, value: u32) {
        if value >= self.bound {
            return;
        }
        if self.count == GATHERED {
            self.settle();
        }
        if let Some(slot) = self.gathered.get_mut(self.count) {
            *slot = value;
            self.count += 1;
        }
    }

    /// Keeps the smallest of what was gathered, sorted.
    fn settle(&mut self) {
        let gathered = self.gathered.get_mut(..self.count).unwrap_or_default();
        // Hashes are spread evenly, so that the smallest are nearly always among the lowest two for each of them.
        let share = u32::try_from(2 * SIZE).unwrap_or(0).saturating_mul(u32::MAX / narrow(gathered.len()).max(1));
        let mut low = 0;
        for at in 0..gathered.len() {
            gathered.swap(low, at);
            low += usize::from(gathered.get(low).is_some_and(|value| *value < share));
        }
        let mut kept = sort_distinct(gathered.get_mut(..low).unwrap_or_default());
        if kept < SIZE {
            kept = sort_distinct(gathered);
        }
        self.count = kept;
        if kept == SIZE {
            self.bound = self.gathered[SIZE - 1];
        }
    }

    /// The smallest values, sorted, and `u32::MAX` in the places that are left.
    fn finish(&mut self) -> [u32; SIZE] {
        self.settle();
        let mut values = [u32::MAX; SIZE];
        values.iter_mut().zip(&self.gathered).take(self.count).for_each(|(to, from)| *to = *from);
        values
    }
}

/// Sorts values and brings the smallest that differ to the front: how many these are. None is lost.
fn sort_distinct(values: &mut [u32]) -> usize {
    values.sort_unstable();
    let mut kept = 0;
    for at in 0..values.len() {
        if kept == SIZE {
            break;
        }
        if kept == 0 || values.get(kept - 1) != values.get(at) {
            values.swap(kept, at);
            kept += 1;
        }
    }
    kept
}

fn narrow(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// Mixes the bytes of a shingle (the finalizer of `MurmurHash3`, for its avalanche).
fn hash(shingle: &[u8; SHINGLE]) -> u32 {
    let mut mixed: u64 = 0x9E37_79B9_7F4A_7C15;
    for word in shingle.as_chunks::<8>().0 {
        mixed = (mixed ^ u64::from_le_bytes(*word)).wrapping_mul(0xFF51_AFD7_ED55_8CCD);
        mixed ^= mixed >> 33;
    }
    // The upper half is the better mixed one.
    u32::try_from(mixed >> 32).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sketch(text: &str) -> Sketch {
        Sketch::of(text.as_bytes())
    }

    /// Text of a thousand characters, drawn by a linear congruential generator.
    fn article(seed: u64) -> String {
        let mut state = seed;
        let mut draw = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            char::from_u32(0x4E00 + u32::try_from(state >> 40).unwrap() % 0x5000).unwrap()
        };
        (0..1000).map(|_| draw()).collect()
    }

    #[test]
    fn a_few_changes_leave_the_sketches_alike() {
        let text = article(1);
        let edited: String = text.chars().enumerate().map(|(n, c)| if n % 300 == 7 { '改' } else { c }).collect();
        assert!(sketch(&text).likeness(&sketch(&edited), 75).is_some());
        assert_eq!(sketch(&text).likeness(&sketch(&format!("《{text}")), 100), Some(100));
    }

    #[test]
    fn texts_that_are_nearly_the_same_meet() {
        for seed in 1..500 {
            let text = article(seed);
            let edited: String = text.chars().enumerate().map(|(n, c)| if n % 100 == 7 { '改' } else { c }).collect();
            let (one, other) = (sketch(&text), sketch(&edited));
            assert!(one.keys().any(|key| other.keys().any(|its| its == key)), "{seed}: {:?}", one.likeness(&other, 0));
        }
    }

    #[test]
    fn other_texts_have_other_sketches() {
        for seed in 2..50 {
            assert_eq!(sketch(&article(1)).likeness(&sketch(&article(seed)), 25), None, "{seed}");
        }
    }

    #[test]
    fn a_bound_changes_no_estimate() {
        let text = article(1);
        for every in 1..200 {
            let edited: String = text.chars().enumerate().map(|(n, c)| if n % every == 0 { '改' } else { c }).collect();
            for edited in [edited.as_str(), edited.get(..3 * every.min(60)).unwrap()] {
                let (one, other) = (sketch(&text), sketch(edited));
                let likeness = one.likeness(&other, 0).unwrap();
                for least in [1, 25, 68, 69, 70, 75, 94, 100] {
                    assert_eq!(one.likeness(&other, least), Some(likeness).filter(|likeness| *likeness >= least));
                }
            }
        }
    }

    /// As the module's text says it, one anchor and one value after the other.
    fn plainly(text: &[u8]) -> Sketch {
        let starts = (0..text.len()).filter(|start| ANCHORS.contains(&text[*start]));
        let shingles = starts.filter_map(|start| text.get(start..)?.first_chunk::<SHINGLE>());
        let smallest: std::collections::BTreeSet<u32> = shingles.map(hash).filter(|value| *value < u32::MAX).collect();
        let mut values = [u32::MAX; SIZE];
        values.iter_mut().zip(smallest).for_each(|(to, from)| *to = from);
        Sketch(values)
    }

    proptest! {
        #[test]
        fn many_bytes_at_once_are_seen_as_one_by_one(
            words in prop::collection::vec(prop::sample::select(&["e", "x", "中", "\u{4E0F}", "。", "的", "ee", "abcdefghij"][..]), 0..600),
            cut in 0..40_usize,
        ) {
            let text = words.concat();
            let text = text.as_bytes().get(cut..).unwrap_or_default();
            prop_assert_eq!(Sketch::of(text), plainly(text));
        }

        #[test]
        fn the_smallest_are_the_smallest(values in prop::collection::vec(prop_oneof![any::<u32>(), 0..20_u32, Just(u32::MAX)], 0..900)) {
            let mut smallest = Smallest::new();
            for value in &values {
                smallest.add(*value);
            }
            let expected: std::collections::BTreeSet<u32> = values.into_iter().filter(|value| *value < u32::MAX).collect();
            let kept: Vec<u32> = smallest.finish().into_iter().filter(|value| *value < u32::MAX).collect();
            prop_assert_eq!(kept, expected.into_iter().take(SIZE).collect::<Vec<_>>());
        }
    }

    #[test]
    fn long_texts_are_seen_as_one_by_one() {
        for (texts, words) in [(1, 999), (2, 1998), (10, 9990)] {
            let text: String = (0..texts).map(|seed| article(seed % 7)).collect();
            assert_eq!(sketch(&text), plainly(text.as_bytes()));
            assert_eq!(sketch(&"的e".repeat(words)), plainly("的e".repeat(words).as_bytes()));
        }
    }

    #[test]
    fn a_sketch_comes_back_from_its_bytes() {
        for text in ["", "简讯", "一篇短讯，字数不多，长得可以有样本，少得不够十六个，然而也要原样回来。", &article(4)]
        {
            assert_eq!(Sketch::from_bytes(&sketch(text).to_bytes()), sketch(text));
        }
        for bytes in [&[7][..], &[255; 64], &[9; 4000]] {
            assert!(Sketch::from_bytes(bytes).values().len() <= 1);
        }
    }

    #[test]
    fn short_texts_are_not_judged() {
        assert_eq!(sketch("简讯").keys().count(), 0);
        assert_eq!(sketch("").keys().count(), 0);
        assert_eq!(sketch(&article(3)).keys().count(), PAIRED - 1);
    }

    #[test]
    fn every_pair_of_sketches_that_is_alike_enough_meets() {
        // Whichever five of the sixteen smallest values differ.
        for missing in 0..1_u32 << 16 {
            if missing.count_ones() > 5 {
                continue;
            }
            let all = |with: bool| {
                let values = (0..16).filter(|bit| with || missing >> bit & 1 == 0).map(|bit| bit * 10);
                let mut kept = Smallest::new();
                values.for_each(|value| kept.add(value));
                Sketch(kept.finish())
            };
            let (one, other) = (all(true), all(false));
            assert!(one.keys().any(|key| other.keys().any(|its| its == key)), "{missing:016b}");
        }
    }
}
