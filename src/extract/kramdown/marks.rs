//! Where the next span may begin.

use super::characters::{byte_at, bytes_from, char_before, starts_with};
use super::spans::{Mode, Spans, Stop};

impl Spans<'_, '_> {
    /// The next place where a span may begin or the element may end.
    pub(super) fn next_start(&self, stop: Stop<'_>, mode: Mode) -> Option<usize> {
        let rest = bytes_from(self.text, self.at);
        let found = match mode {
            Mode::Html => memchr::memchr(b'<', rest),
            Mode::Code => memchr::memchr(b'`', rest),
            Mode::CodeAndHtml => memchr::memchr2(b'<', b'`', rest),
            Mode::All => return self.next_mark(matches!(stop, Stop::Bracket)),
        };
        found.map(|offset| self.at + offset)
    }

    fn next_mark(&self, brackets: bool) -> Option<usize> {
        let mut at = self.at;
        loop {
            let rest = bytes_from(self.text, at);
            at += rest.iter().position(|byte| MARKS.get(usize::from(*byte)).copied().unwrap_or(false))?;
            let mark = byte_at(self.text, at);
            if matches!(mark, b'"' | b'\'') && at > self.at {
                return char_before(self.text, at).map(|before| at - before.len_utf8());
            }
            let symbols = self.parser.options.has_symbols();
            let begins = match mark {
                b']' => brackets,
                b'!' => byte_at(self.text, at + 1) == b'[',
                b'{' => byte_at(self.text, at + 1) == b':',
                b'-' => symbols && byte_at(self.text, at + 1) == b'-',
                b'.' => symbols && starts_with(self.text, at, "..."),
                b'>' => symbols && starts_with(self.text, at, ">>"),
                b'~' => self.parser.options.is_github() && starts_with(self.text, at, "~~"),
                b' ' => {
                    (symbols && (starts_with(self.text, at, " <<") || starts_with(self.text, at, " >>")))
                        || (!self.parser.options.hard_wrap && starts_with(self.text, at, "  \n"))
                }
                _ => true,
            };
            if begins {
                return Some(at);
            }
            at += 1;
        }
    }
}

/// The bytes at which a span may begin.
static MARKS: [bool; 256] = marks();

const fn marks() -> [bool; 256] {
    let mut table = [false; 256];
    let mut rest: &[u8] = b"*_`<[]!\"'${&-. >\\~";
    while let [mark, tail @ ..] = rest {
        // The index is a byte, and the table has a place for each.
        if let Some(place) = table.split_at_mut(*mark as usize).1.first_mut() {
            *place = true;
        }
        rest = tail;
    }
    table
}
