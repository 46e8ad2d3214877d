//! Characters that stand for others: quotation marks, dashes, entities, escapes; and struck-out text.

use super::characters::{byte_at, char_at, is_ascii_word, is_space, is_word, part, skip_while, starts_with};
use super::entities::entity;
use super::events::{Event, Inline};
use super::spans::{Frame, Last, Spans};

/// The punctuation before which a quotation mark closes.
const PUNCTUATION: &str = "!\"#$%'()*+,-./:;<=>?@[\\]^_`{|}~";

impl Spans<'_, '_> {
    fn add_character(&mut self, frame: &mut Frame, character: char) {
        self.events.push(Event::Char(character));
        frame.last = Last::Element(None);
    }

    /// A quotation mark at the place, or behind the character there.
    pub(super) fn smart_quote(&mut self, frame: &mut Frame) -> bool {
        let text = self.text;
        let Some(first) = char_at(text, self.at) else { return false };
        let here = matches!(first, '"' | '\'');
        let behind = self.at + first.len_utf8();
        let next = byte_at(text, behind);
        if !here && (first == '\\' || !matches!(next, b'"' | b'\'')) {
            return false;
        }
        let quote = |mark: u8, opening: bool| match (mark, opening) {
            (b'"', true) => '“',
            (b'"', false) => '”',
            (_, true) => '‘',
            (_, false) => '’',
        };
        let mark = byte_at(text, self.at);
        if here && let Some(opening) = lonely_opening(text, behind) {
            self.add_character(frame, quote(mark, opening));
            self.at = behind;
            return true;
        }
        let spaced = first.is_ascii() && is_space(first as u8);
        let at = if spaced { behind } else { self.at };
        let marks = (byte_at(text, at), byte_at(text, at + 1));
        if matches!(marks, (b'"', b'\'') | (b'\'', b'"')) && is_ascii_word(byte_at(text, at + 2)) {
            self.add_text(frame, self.at, at);
            self.add_character(frame, quote(marks.0, true));
            self.add_character(frame, quote(marks.1, true));
            self.at = at + 2;
            return true;
        }
        let decade = byte_at(text, at + 1).is_ascii_digit() && byte_at(text, at + 2).is_ascii_digit();
        let (at, opening) = if marks.0 == b'\'' && decade && byte_at(text, at + 3) == b's' {
            (at, false)
        } else if spaced && is_ascii_word(byte_at(text, at + 1)) {
            (at, true)
        } else if !matches!(first, ' ' | '\\' | '\t' | '\r' | '\n' | '[' | '{' | '(' | '-') && is_quote(next) {
            (behind, false)
        } else if here && ends_word(text, behind) {
            (self.at, false)
        } else {
            (self.last_resort(behind), true)
        };
        self.add_text(frame, self.at, at);
        self.add_character(frame, quote(byte_at(text, at), opening));
        self.at = at + 1;
        true
    }

    /// Where the quotation mark is that opens where nothing else is known of it: `'` is tried before `"`.
    fn last_resort(&self, behind: usize) -> usize {
        let here = byte_at(self.text, self.at);
        match (here, byte_at(self.text, behind)) {
            (_, b'\'') => behind,
            (b'\'', _) => self.at,
            (_, b'"') => behind,
            _ => self.at,
        }
    }

    /// Dashes, dots and angle quotation marks.
    pub(super) fn symbol(&mut self, frame: &mut Frame) -> bool {
        if !self.parser.options.has_symbols() {
            return false;
        }
        let symbols: [(&str, &[char]); 9] = [
            ("---", &['—']),
            ("--", &['–']),
            ("...", &['…']),
            ("\\<<", &['<', '<']),
            ("\\>>", &['>', '>']),
            ("<< ", &['«', '\u{A0}']),
            (" >>", &['\u{A0}', '»']),
            ("<<", &['«']),
            (">>", &['»']),
        ];
        let found = symbols.into_iter().find(|(written, _)| starts_with(self.text, self.at, written));
        let Some((written, characters)) = found else { return false };
        for character in characters {
            self.add_character(frame, *character);
        }
        self.at += written.len();
        true
    }

    /// Two spaces or two backslashes at the end of a line.
    pub(super) fn line_break(&mut self, frame: &mut Frame) -> bool {
        let breaks = ["  \n", "\\\\\n"].iter().any(|written| starts_with(self.text, self.at, written));
        if !breaks || self.parser.options.hard_wrap {
            return false;
        }
        frame.last = Last::Element(None);
        self.events.push(Event::Around(" "));
        self.at += 2;
        true
    }

    /// A backslash before a character that has a meaning.
    pub(super) fn escaped(&mut self, frame: &mut Frame) -> bool {
        let escaped = byte_at(self.text, self.at + 1);
        let known = b"\\.*_+`<>()[]{}#!:|\"'$=-".contains(&escaped);
        let github = escaped == b'~' && self.parser.options.is_github();
        if !known && !github {
            return false;
        }
        self.at += 1;
        self.take_text(frame, 1);
        true
    }

    /// `&name;`, `&#1;` or `&#x1;`.
    pub(super) fn entity(&mut self, frame: &mut Frame) -> bool {
        let text = self.text;
        let from = self.at + 1;
        let hexadecimal = starts_with(text, from, "#x");
        let (start, stop) = if hexadecimal {
            (from + 2, skip_while(text, from + 2, |byte| byte.is_ascii_hexdigit()))
        } else if byte_at(text, from) == b'#' {
            (from + 1, skip_while(text, from + 1, |byte| byte.is_ascii_digit()))
        } else {
            let first = is_ascii_word(byte_at(text, from)) || byte_at(text, from) == b':';
            let goes_on = |byte| is_ascii_word(byte) || matches!(byte, b'-' | b'.' | b':');
            (from, if first { skip_while(text, from, goes_on) } else { from })
        };
        if stop == start || byte_at(text, stop) != b';' {
            return false;
        }
        let written = part(text, start, stop);
        let named = start == from;
        let known = if named { entity(written) } else { Some(numbered(written, if hexadecimal { 16 } else { 10 })) };
        self.add_character(frame, known.unwrap_or('&'));
        if known.is_none() {
            self.add_text(frame, from, stop + 1);
        }
        self.at = stop + 1;
        true
    }

    /// `~~struck out~~`, which is a text of its own.
    pub(super) fn strike(&mut self, frame: &mut Frame) -> bool {
        let text = self.text;
        let inner = self.at + 2;
        let first = byte_at(text, inner);
        let begins = self.parser.options.is_github() && starts_with(text, self.at, "~~") && inner < text.len();
        if !begins || first == b'~' || is_space(first) || self.is_spent() {
            return false;
        }
        let mut from = inner + 1;
        for _ in 0..32 {
            let Some(close) = self.strike.find(text, from, "~~") else { return false };
            let before = byte_at(text, close - 1);
            if close > inner && before != b'~' && !is_space(before) {
                let index = self.open(Inline::Struck, self.at, close + 2);
                self.parse_window(inner, close);
                self.events.push(Event::Close);
                frame.last = Last::Element(Some(index));
                self.at = close + 2;
                return true;
            }
            from = close + 1;
        }
        self.count(16 * 32);
        false
    }
}

fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'')
}

/// What a quotation mark is, by the emphasis or the punctuation behind it: `true` for an opening one.
fn lonely_opening(text: &str, behind: usize) -> Option<bool> {
    let next = byte_at(text, behind);
    let further = byte_at(text, behind + 1);
    if matches!(next, b'*' | b'_') && behind + 1 < text.len() && !is_space(further) {
        return Some(true);
    }
    if next == 0 || !PUNCTUATION.as_bytes().contains(&next) || starts_with(text, behind + 1, "..") {
        return None;
    }
    let word = char_at(text, behind + 1).is_some_and(is_word);
    (word == (next == b'_')).then_some(false)
}

/// Whether white space, the end of the line or a lonely `s` is at an offset.
fn ends_word(text: &str, at: usize) -> bool {
    at >= text.len()
        || is_space(byte_at(text, at))
        || (byte_at(text, at) == b's' && !char_at(text, at + 1).is_some_and(is_word))
}

fn numbered(digits: &str, radix: u32) -> char {
    let number = u32::from_str_radix(digits, radix).unwrap_or(0x11_0000);
    super::entities::character(number)
}
