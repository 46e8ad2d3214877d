//! What files can have in common, as the numbers under which the index keeps it.

use std::hash::{BuildHasher, Hasher};

use foldhash::quality::FixedState;
use unicode_normalization::UnicodeNormalization;

use crate::site::lowercase;

/// Something that more than one file can have.
#[derive(Clone, Copy, Debug)]
pub(super) enum Key<'k> {
    /// A file of the site that it makes or would make, or its own path where it is read in place.
    Address(&'k str),
    /// A path of the site that it links to.
    Link(&'k str),
    /// An address of the web that it links to.
    Web(&'k str),
    /// Its source link.
    Source(&'k str),
    /// The digest of its body.
    Body(u64),
    /// The id in its name.
    Id(&'k str),
    /// A passage by which nearly equal bodies are found.
    Passage(u32),
    /// Its category.
    Category(&'k str),
    /// What one of its Liquid tags names.
    Liquid(&'k str),
    /// What `post_url` calls it.
    Post(&'k str),
}

impl Key<'_> {
    /// The number that stands for it.
    pub(super) fn number(self) -> i64 {
        let (seed, text): (u64, &[u8]) = match self {
            Self::Address(file) => {
                // Addresses that differ by case or normal form alone have to meet.
                return number(1, lowercase(&file.nfc().collect::<String>()).as_bytes());
            }
            Self::Link(path) => (2, path.trim_start_matches('/').as_bytes()),
            Self::Web(url) => (3, url.as_bytes()),
            Self::Source(url) => (4, url.as_bytes()),
            Self::Body(digest) => return number(5, &digest.to_le_bytes()),
            Self::Id(id) => (6, id.as_bytes()),
            Self::Passage(value) => return number(7, &value.to_le_bytes()),
            Self::Category(name) => (8, name.as_bytes()),
            Self::Liquid(name) => (9, name.trim_start_matches('/').as_bytes()),
            Self::Post(name) => (10, name.as_bytes()),
        };
        number(seed, text)
    }
}

/// Changes with the hash function, so that an index which was made with another one is known.
pub(super) fn canary() -> i64 {
    number(0, "postproof 返回首页".as_bytes())
}

fn number(seed: u64, text: &[u8]) -> i64 {
    let mut state = FixedState::with_seed(seed).build_hasher();
    state.write(text);
    state.finish().cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_collides_meets_and_what_is_of_another_kind_does_not() {
        assert_eq!(Key::Address("a/É.html").number(), Key::Address("A/e\u{301}.html").number());
        assert_eq!(Key::Link("/a").number(), Key::Link("a").number());
        assert_ne!(Key::Link("a").number(), Key::Address("a").number());
        assert_ne!(Key::Link("a").number(), Key::Link("A").number());
    }
}
