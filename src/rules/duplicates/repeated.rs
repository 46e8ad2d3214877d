//! Which of many keys come more than once, in two bytes of memory for each.

/// Places for each key. Of keys that come once, one in eight falls on another's place.
const PLACES: usize = 8;

/// An odd number without a pattern: its products differ in their upper bits where keys differ in any.
const SPREAD: u64 = 0x9E37_79B9_7F4A_7C15;

/// Two bits for each place: a key came there, and one came again.
///
/// Nearly every post is like no other, so what only few posts share is looked for among those that are left.
#[derive(Debug)]
pub(super) struct Repeated {
    words: Vec<u64>,
    shift: u32,
}

impl Repeated {
    /// Looks at every key; `most` is how many there are at the most.
    pub(super) fn of(most: usize, keys: impl Iterator<Item = u64>) -> Self {
        let places = most.saturating_mul(PLACES).next_power_of_two().max(64);
        let mut repeated = Self { words: vec![0; places / 32], shift: 64 - places.trailing_zeros() };
        for key in keys {
            let (word, bit) = repeated.place(key);
            if let Some(word) = repeated.words.get_mut(word) {
                let came = *word >> bit & 1;
                *word |= (1 | came << 1) << bit;
            }
        }
        repeated
    }

    /// Whether a key came more than once, or shares its place with another one.
    pub(super) fn may_hold(&self, key: u64) -> bool {
        let (word, bit) = self.place(key);
        self.words.get(word).is_some_and(|word| word >> bit & 2 != 0)
    }

    /// The word of a key, and its bits in it.
    fn place(&self, key: u64) -> (usize, u64) {
        let place = key.wrapping_mul(SPREAD) >> self.shift;
        (usize::try_from(place / 32).unwrap_or(usize::MAX), place % 32 * 2)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_again_is_held_and_little_else() {
        for number in [0, 1, 7, 1000, 50_000] {
            let again = || (0..number).step_by(10);
            let repeated = Repeated::of(2 * 50_000, (0..number).chain(again()));
            assert!(again().all(|key| repeated.may_hold(key)));
            let others = (0..number).filter(|key| key % 10 != 0 && repeated.may_hold(*key));
            assert!(others.map(|_| 4).sum::<u64>() <= number);
        }
    }

    #[test]
    fn more_keys_than_were_expected_are_still_found() {
        let repeated = Repeated::of(0, (0..5000).chain(0..5000));
        assert!((0..5000).all(|key| repeated.may_hold(key)));
    }
}
