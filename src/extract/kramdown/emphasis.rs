//! Emphasis, as far as it decides where links end.

use super::characters::{byte_at, is_alpha, is_space, part};
use super::events::{Event, Inline};
use super::spans::{Around, Frame, Last, Mode, Spans, Stop};

impl Spans<'_, '_> {
    /// One or two marks, and the text up to the next of the same.
    pub(super) fn emphasis(&mut self, frame: &mut Frame) -> bool {
        let mark = byte_at(self.text, self.at);
        let length = if byte_at(self.text, self.at + 1) == mark { 2 } else { 1 };
        let kind = match (mark, length) {
            (b'*', 1) => 1,
            (b'*', _) => 2,
            (_, 1) => 3,
            _ => 4,
        };
        let key = self.key(frame, kind);
        let behind = byte_at(self.text, self.at + length);
        let within = if length == 2 { self.in_strong } else { self.in_emphasis };
        let fails = (mark == b'_' && self.follows_word())
            || (self.at + length < self.text.len() && is_space(behind))
            || within
            || self.is_tired()
            || self.has_failed(key)
            || self.is_hopeless(key)
            || !self.stands_behind(mark, self.at + length);
        if fails || !self.emphasised(frame, mark, length) {
            if !fails {
                self.gives_up(key);
            }
            self.take_text(frame, length);
        }
        true
    }

    /// Whether letters, with or without a hyphen behind them, come right before the place.
    fn follows_word(&self) -> bool {
        let before = part(self.text, self.start, self.at);
        before.strip_suffix('-').unwrap_or(before).chars().next_back().is_some_and(is_alpha)
            || before.chars().next_back().is_some_and(is_alpha)
    }

    fn emphasised(&mut self, frame: &mut Frame, mark: u8, length: usize) -> bool {
        if self.emphasis_of(frame, mark, length, length) {
            return true;
        }
        length == 2 && frame.around != Around::Emphasis && self.emphasis_of(frame, mark, 1, 1)
    }

    /// Parses an emphasis of `length` marks whose content begins `skipped` bytes further on.
    fn emphasis_of(&mut self, frame: &mut Frame, mark: u8, length: usize, skipped: usize) -> bool {
        let (start, kept) = (self.at, self.events.len());
        let outer = (self.in_emphasis, self.in_strong);
        self.at += skipped;
        let index = self.open(Inline::Plain, start, start);
        let around = if length == 2 { Around::Strong } else { Around::Emphasis };
        self.in_emphasis |= length == 1;
        self.in_strong |= length == 2;
        let found = self.parse(&mut Frame::new(around), Stop::Emphasis(mark, length), Mode::All);
        (self.in_emphasis, self.in_strong) = outer;
        if !found {
            self.events.truncate(kept);
            self.at = start;
            return false;
        }
        self.at += length;
        self.events.push(Event::Close);
        frame.last = Last::Element(Some(index));
        true
    }
}
