//! Strings one behind the other, in blocks that are never moved.
//!
//! A single text that grows is copied whenever its room is spent, and for that moment lies in memory twice; of a million
//! posts the addresses alone have a hundred megabytes.

/// Bytes of a block. A string lies in one block; what is longer has one of its own, and counts as several.
const BLOCK: usize = 1 << 16;

/// Strings, each known by its number.
#[derive(Clone, Debug, Default)]
pub(crate) struct Blocks {
    blocks: Vec<String>,
    /// Where each string begins: the number of its block times the bytes of one, and its offset there.
    starts: Vec<u32>,
}

impl Blocks {
    /// None yet, with room for the beginnings of so many.
    pub(crate) fn with_room_for(strings: usize) -> Self {
        Self { blocks: Vec::new(), starts: Vec::with_capacity(strings) }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.starts.len()
    }

    /// The string of a number; empty for one that was not given.
    pub(crate) fn get(&self, number: u32) -> &str {
        let number = number as usize;
        let Some(start) = self.starts.get(number).map(|start| *start as usize) else { return "" };
        let (block, from) = (start / BLOCK, start % BLOCK);
        let text = self.blocks.get(block).map_or("", String::as_str);
        // The next one begins where this one ends, or in another block.
        let next = self.starts.get(number + 1).map_or(usize::MAX, |next| *next as usize - block * BLOCK);
        text.get(from..next.min(text.len())).unwrap_or_default()
    }

    /// Adds a string and gives its number.
    pub(crate) fn push(&mut self, text: &str) -> u32 {
        if self.blocks.last().is_none_or(|last| !last.is_empty() && last.len() + text.len() > BLOCK) {
            // The first block grows as it is filled, since most archives are small.
            let room = if self.blocks.is_empty() { text.len() } else { BLOCK.max(text.len()) };
            self.blocks.push(String::with_capacity(room));
        }
        let before = (self.blocks.len().saturating_sub(1)) * BLOCK;
        let number = u32::try_from(self.starts.len()).unwrap_or(u32::MAX);
        if let Some(last) = self.blocks.last_mut() {
            self.starts.push(u32::try_from(before + last.len()).unwrap_or(u32::MAX));
            last.push_str(text);
        }
        // The next string begins behind the whole of a long one, in the last of these.
        let more = if text.len() > BLOCK { text.len().div_ceil(BLOCK) } else { 0 };
        self.blocks.extend((0..more).map(|_| String::new()));
        number
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_was_never_added_is_empty() {
        assert_eq!(Blocks::default().get(0), "");
        let mut blocks = Blocks::with_room_for(3);
        assert_eq!((blocks.push("一"), blocks.get(0), blocks.get(1), blocks.get(u32::MAX)), (0, "一", "", ""));
    }

    #[test]
    fn a_string_is_whole_wherever_a_block_ends() {
        for length in [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 2 * BLOCK + 1, 5 * BLOCK] {
            let mut blocks = Blocks::default();
            let texts = ["x".repeat(BLOCK - 2), "y".repeat(length), String::new(), "zz".to_owned(), "y".repeat(length)];
            for text in &texts {
                blocks.push(text);
            }
            let read: Vec<&str> = (0..5).map(|number| blocks.get(number)).collect();
            assert!(read == texts, "{length}");
        }
    }

    #[test]
    fn blocks_are_not_wasted() {
        let mut blocks = Blocks::default();
        for n in 0..100_000 {
            blocks.push(&format!("http://a.cn/{n:06}"));
        }
        assert_eq!(blocks.blocks.len(), (100_000_usize * 18).div_ceil(BLOCK / 18 * 18));
    }

    proptest! {
        #[test]
        fn every_string_comes_back(lengths in prop::collection::vec(0_usize..3 * BLOCK, 0..40)) {
            let texts: Vec<String> =
                lengths.iter().enumerate().map(|(n, length)| format!("{n}").repeat(*length / 4 + 1)).collect();
            let mut blocks = Blocks::default();
            for (number, text) in (0..).zip(&texts) {
                prop_assert_eq!(blocks.push(text), number);
            }
            prop_assert_eq!(blocks.len(), texts.len());
            for (number, text) in (0..).zip(&texts) {
                prop_assert!(blocks.get(number) == text);
            }
        }
    }
}
