//! What the span parser remembers so that it does not try the same in vain again.

use super::characters::part;
use super::spans::{Around, DEPTH, Frame, Spans};

impl Spans<'_, '_> {
    /// Whether so much was tried that marks are text from here on.
    pub(super) fn is_spent(&self) -> bool {
        self.work > self.most * 2 || self.depth > DEPTH
    }

    /// Whether so much was tried that emphasis is no longer looked for.
    pub(super) fn is_tired(&self) -> bool {
        self.work > self.most || self.depth > DEPTH
    }

    /// Counts bytes that were looked at and may be looked at again.
    pub(super) fn count(&mut self, bytes: usize) {
        self.work += bytes as u64 / 16;
    }

    /// Whether a mark stands in the window from an offset on.
    pub(super) fn stands_behind(&mut self, mark: u8, from: usize) -> bool {
        let index = match mark {
            b']' => 0,
            b'*' => 1,
            _ => 2,
        };
        let window = part(self.text, self.start, self.text.len()).as_bytes();
        let start = self.start;
        let find = || memchr::memrchr(mark, window).map_or(0, |offset| start + offset + 1);
        let Some(place) = self.last_marks.get_mut(index) else { return true };
        *place.get_or_insert_with(find) > from
    }

    /// Whether the same emphasis failed further up, after much was tried.
    pub(super) fn is_hopeless(&self, key: (usize, u8)) -> bool {
        self.work > self.most / 4 && self.hopeless.iter().any(|(from, bits)| *from <= key.0 && *bits == key.1)
    }

    /// The marks around the place, as far as they decide what fails.
    pub(super) fn key(&self, frame: &Frame, kind: u8) -> (usize, u8) {
        let bits = [self.in_emphasis, self.in_strong, self.in_link, frame.around == Around::Emphasis];
        let bits = bits.into_iter().fold(kind, |key, bit| key << 1 | u8::from(bit));
        (self.at, bits)
    }

    pub(super) fn has_failed(&self, key: (usize, u8)) -> bool {
        !self.failed.is_empty() && self.failed.contains(&key)
    }

    pub(super) fn fails(&mut self, key: (usize, u8)) {
        self.failed.insert(key);
    }

    /// Remembers a kind of emphasis that has no end.
    pub(super) fn gives_up(&mut self, key: (usize, u8)) {
        self.fails(key);
        if self.work > self.most / 4 && !self.is_hopeless(key) {
            self.hopeless.push(key);
        }
    }
}
