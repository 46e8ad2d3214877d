//! Keeps the event parser from its one blind spot.
//!
//! libyaml accepts a tag that a comma follows at once (`[!a, b]`); libyaml-safer has that case unwritten and panics.
//! A space before the comma means the same to both. This room puts it there, where such a case may be, and remembers
//! where, so that places still count from the text as written.
//! Where what looks like such a case is text, the space is one too many; such a text is taken from the file instead.

use std::borrow::Cow;

/// A block with spaces put in, and their offsets in it, in order.
pub(super) struct Spaced<'t> {
    /// The text to parse.
    pub(super) text: Cow<'t, str>,
    inserted: Vec<usize>,
}

impl Spaced<'_> {
    /// Whether the text is as written.
    pub(super) fn is_untouched(&self) -> bool {
        self.inserted.is_empty()
    }

    /// How many spaces were put into the line of an offset before it.
    pub(super) fn inserted_in_line(&self, offset: usize) -> usize {
        let before = self.text.get(..offset).unwrap_or_default();
        let line = before.rfind(['\n', '\r']).map_or(0, |at| at + 1);
        self.inserted.iter().filter(|inserted| (line..offset).contains(*inserted)).count()
    }

    /// The offset in the text as written of an offset in the text that was parsed.
    pub(super) fn original(&self, offset: usize) -> usize {
        offset - self.inserted.partition_point(|inserted| *inserted < offset)
    }
}

/// Puts a space before every comma that may follow a tag in a list or mapping in brackets.
pub(super) fn space(text: &str) -> Spaced<'_> {
    let Some(open) = memchr::memchr2(b'[', b'{', text.as_bytes()) else {
        return Spaced { text: Cow::Borrowed(text), inserted: Vec::new() };
    };
    if memchr::memchr(b'!', text.as_bytes().get(open..).unwrap_or_default()).is_none() {
        return Spaced { text: Cow::Borrowed(text), inserted: Vec::new() };
    }
    let (mut spaced, mut inserted) = (String::with_capacity(text.len() + 8), Vec::new());
    let (mut has_mark, mut is_verbatim, mut before) = (false, false, ' ');
    for (at, c) in text.char_indices() {
        match c {
            '!' if at > open => has_mark = true,
            '<' if before == '!' => is_verbatim = true,
            '>' => is_verbatim = false,
            ',' if has_mark && !is_verbatim => {
                inserted.push(spaced.len());
                spaced.push(' ');
                has_mark = false;
            }
            c if c.is_whitespace() => (has_mark, is_verbatim) = (false, false),
            _ => {}
        }
        before = c;
        spaced.push(c);
    }
    Spaced { text: Cow::Owned(spaced), inserted }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_from_the_text_as_written() {
        let spaced = space("a: [!b, !c, d]");
        assert_eq!(spaced.text, "a: [!b , !c , d]");
        assert_eq!(spaced.original(spaced.text.find('d').unwrap()), 12);
        assert_eq!(spaced.original(4), 4);
        assert_eq!(space("a: [!<x,y>, b]").text, "a: [!<x,y> , b]");
    }

    #[test]
    fn other_text_is_left_alone() {
        for text in ["a: !b, c", "a: [b, c]", "a: \"x!y, z\"\nb: [c]"] {
            assert!(matches!(space(text).text, Cow::Borrowed(_)) || space(text).text == text, "{text}");
        }
    }
}
