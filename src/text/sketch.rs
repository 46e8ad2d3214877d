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

impl Sketch {
    /// The sketch of a text, given without its white space, so that lines may break elsewhere.
    pub fn of(text: &[u8]) -> Self {
        let mut values = [u32::MAX; SIZE];
        let [one, two, three] = ANCHORS;
        for start in memchr::memchr3_iter(one, two, three, text) {
            let Some(shingle) = text.get(start..).and_then(<[u8]>::first_chunk::<SHINGLE>) else { break };
            keep(&mut values, hash(shingle));
        }
        Self(values)
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
        let mut values = [u32::MAX; SIZE];
        bytes.as_chunks::<4>().0.iter().for_each(|value| keep(&mut values, u32::from_le_bytes(*value)));
        Self(values)
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

fn keep(values: &mut [u32; SIZE], value: u32) {
    if value >= values[SIZE - 1] || values.contains(&value) {
        return;
    }
    // Sixteen values are two registers, over which the smaller of two neighbours, or of one and the new one, is taken
    // without a branch: each place keeps its value, takes the new one, or that of the place before it.
    let before = *values;
    for (place, [one, other]) in before.array_windows().enumerate() {
        if let Some(slot) = values.get_mut(place + 1) {
            *slot = (*one).max(value).min(*other);
        }
    }
    values[0] = before[0].min(value);
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
                let mut kept = [u32::MAX; SIZE];
                values.for_each(|value| keep(&mut kept, value));
                Sketch(kept)
            };
            let (one, other) = (all(true), all(false));
            assert!(one.keys().any(|key| other.keys().any(|its| its == key)), "{missing:016b}");
        }
    }
}
