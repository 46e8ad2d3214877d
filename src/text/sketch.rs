//! A small sample of a text's shingles, by which two texts that are nearly the same are found among a million.
//!
//! A shingle is eight characters in a row; Chinese has no spaces to make words of. Which shingles are looked at depends on
//! their own characters, so that two texts agree on it wherever the passage stands (content-defined sampling), and of
//! their hashes the smallest are kept (bottom-k sketch, Broder 1997). The share of values that two sketches have in
//! common estimates how much of their shingles the texts share (Jaccard).

/// Values that are kept of each text.
pub const SIZE: usize = 16;

/// Characters of a shingle.
const SHINGLE: usize = 8;

/// One of so many shingles is looked at.
const SAMPLED: u32 = 8;

/// The smallest hashes of a text's sampled shingles, sorted; `u32::MAX` stands for one that a short text lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sketch([u32; SIZE]);

/// A sketch while its text is read.
#[derive(Clone, Debug)]
pub struct Sketcher {
    values: [u32; SIZE],
    window: [u32; SHINGLE],
    seen: usize,
}

impl Default for Sketcher {
    fn default() -> Self {
        Self { values: [u32::MAX; SIZE], window: [0; SHINGLE], seen: 0 }
    }
}

impl Sketcher {
    /// Reads on. White space is left out, so that lines may break elsewhere.
    pub fn read(&mut self, text: &str) {
        for character in text.chars().filter(|character| !character.is_whitespace()) {
            self.window.rotate_left(1);
            if let Some(last) = self.window.last_mut() {
                *last = u32::from(character);
            }
            self.seen += 1;
            // The first character decides, so a passage is sampled alike wherever it stands.
            let is_sampled = self.window.first().is_some_and(|first| first.is_multiple_of(SAMPLED));
            if self.seen >= SHINGLE && is_sampled {
                self.keep(hash(self.window));
            }
        }
    }

    fn keep(&mut self, value: u32) {
        if self.values.last().is_some_and(|greatest| value >= *greatest) {
            return;
        }
        let Err(at) = self.values.binary_search(&value) else { return };
        if let Some(tail) = self.values.get_mut(at..) {
            tail.rotate_right(1);
            if let Some(first) = tail.first_mut() {
                *first = value;
            }
        }
    }

    /// The sketch of what was read.
    pub fn finish(self) -> Sketch {
        Sketch(self.values)
    }
}

impl Sketch {
    /// The values by which texts that may be alike are found; none for a text too short to judge.
    pub fn keys(&self) -> &[u32] {
        if self.0.contains(&u32::MAX) { &[] } else { self.0.get(..8).unwrap_or_default() }
    }

    /// An estimate of the share of shingles that two texts have in common, in sixteenths.
    pub fn likeness(&self, other: &Self) -> usize {
        // Of the smallest values of both together, those that both have (Broder's estimator).
        let (mut mine, mut theirs, mut common) = (self.0.iter().peekable(), other.0.iter().peekable(), 0);
        for _ in 0..SIZE {
            let (Some(a), Some(b)) = (mine.peek(), theirs.peek()) else { break };
            let order = a.cmp(b);
            common += usize::from(order.is_eq());
            if order.is_le() {
                mine.next();
            }
            if order.is_ge() {
                theirs.next();
            }
        }
        common
    }
}

/// Mixes the characters of a shingle (the finalizer of `MurmurHash3`, for its avalanche).
fn hash(window: [u32; SHINGLE]) -> u32 {
    let mut mixed: u64 = 0x9E37_79B9_7F4A_7C15;
    for character in window {
        mixed = (mixed ^ u64::from(character)).wrapping_mul(0xFF51_AFD7_ED55_8CCD);
        mixed ^= mixed >> 33;
    }
    // The upper half is the better mixed one.
    u32::try_from(mixed >> 32).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sketch(text: &str) -> Sketch {
        let mut sketcher = Sketcher::default();
        sketcher.read(text);
        sketcher.finish()
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
        assert!(sketch(&text).likeness(&sketch(&edited)) >= 12);
        assert_eq!(sketch(&text).likeness(&sketch(&format!(" \n{text}"))), SIZE);
    }

    #[test]
    fn other_texts_have_other_sketches() {
        for seed in 2..50 {
            assert!(sketch(&article(1)).likeness(&sketch(&article(seed))) < 4, "{seed}");
        }
    }

    #[test]
    fn short_texts_are_not_judged() {
        assert_eq!(sketch("简讯").keys(), &[] as &[u32]);
        assert_eq!(sketch("").keys(), &[] as &[u32]);
        assert_eq!(sketch(&article(3)).keys().len(), 8);
    }
}
