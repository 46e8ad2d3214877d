//! What a host's answers to `HEAD` are worth.
//!
//! Many servers answer `HEAD` without thinking: with an error where `GET` has the page, which is easy to find out, or with
//! "fine" whatever is asked, which only a `GET` beside it shows. So the first good answer of each host is held against
//! `GET`, and one now and then after it.

use super::journey::Ask;

/// Every so many good answers one is held against `GET`.
const SAMPLE: u32 = 256;

/// How far a host's answers to `HEAD` are believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Head {
    /// Believed, with the number of good answers and of times that it failed where `GET` did not.
    Believed {
        /// Good answers.
        good: u32,
        /// Requests that got no answer.
        faults: u8,
    },
    /// Not asked any more.
    Useless,
}

impl Default for Head {
    fn default() -> Self {
        Self::Believed { good: 0, faults: 0 }
    }
}

impl Head {
    /// How to begin with an address.
    pub(crate) fn first_ask(self) -> Ask {
        if self == Self::Useless { Ask::Get } else { Ask::Head }
    }

    /// Takes note of a good answer. Returns whether to hold it against `GET`.
    pub(crate) fn was_good(&mut self) -> bool {
        match self {
            Self::Believed { good, .. } => {
                *good = good.wrapping_add(1);
                *good % SAMPLE == 1
            }
            Self::Useless => true,
        }
    }

    /// Takes note that `HEAD` and `GET` disagree.
    pub(crate) fn lied(&mut self) {
        *self = Self::Useless;
    }

    /// Takes note that `HEAD` got no answer where `GET` might. Once may be chance.
    pub(crate) fn failed(&mut self) {
        match self {
            Self::Believed { faults: faults @ 0, .. } => *faults = 1,
            _ => *self = Self::Useless,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn believed_until_it_lies_or_fails_twice() {
        let mut head = Head::default();
        let held: Vec<bool> = (0..=SAMPLE).map(|_| head.was_good()).collect();
        assert_eq!(held.iter().filter(|held| **held).count(), 2, "the first, and one in {SAMPLE}");
        head.failed();
        assert_eq!(head.first_ask(), Ask::Head);
        head.failed();
        assert_eq!(head.first_ask(), Ask::Get);
        let mut head = Head::default();
        head.lied();
        assert_eq!(head.first_ask(), Ask::Get);
    }
}
