//! From byte offsets to lines and columns.

/// A place as people and other programs name it. All counts begin at 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line; lines end at `\n`.
    pub line: u32,
    /// Column in code points (Unicode scalar values).
    pub column: u32,
    /// Column in UTF-16 code units, as SARIF and editors count.
    pub utf16_column: u32,
}

/// The starts of a text's lines, for many look-ups in one text.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Finds the lines of `text`.
    pub fn new(text: &str) -> Self {
        let mut starts = vec![0];
        starts.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| u32::try_from(at + 1).unwrap_or(u32::MAX)));
        Self { starts }
    }

    /// The place of byte `offset` in `text`, the text that the index was made from.
    ///
    /// An offset behind the end counts as the end; one inside a character counts as that character's start.
    pub fn position(&self, text: &str, offset: u32) -> Position {
        let mut end = (offset as usize).min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let line = self.starts.partition_point(|&start| start as usize <= end);
        let start = self.starts.get(line.saturating_sub(1)).map_or(0, |&start| start as usize);
        let before = text.get(start..end).unwrap_or_default();
        let narrow = |count: usize| u32::try_from(count + 1).unwrap_or(u32::MAX);
        Position {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: narrow(before.chars().count()),
            utf16_column: narrow(before.chars().map(char::len_utf16).sum()),
        }
    }

    /// Number of lines; a last line without `\n` counts.
    pub fn lines(&self) -> usize {
        self.starts.len()
    }
}

/// Lines and columns of places that come in the order of the text, found in one walk over it.
#[derive(Clone, Debug)]
pub struct LineCursor<'t> {
    text: &'t [u8],
    offset: usize,
    line: u32,
    column: u32,
}

impl<'t> LineCursor<'t> {
    /// A cursor at the start of a text.
    pub fn new(text: &'t str) -> Self {
        Self { text: text.as_bytes(), offset: 0, line: 1, column: 1 }
    }

    /// Line and column in code points of a byte offset; one before an earlier one counts as that one.
    pub fn advance(&mut self, offset: u32) -> (u32, u32) {
        let passed = self.text.get(self.offset..offset as usize).unwrap_or_default();
        if let Some(last) = memchr::memrchr(b'\n', passed) {
            self.line += narrow(memchr::memchr_iter(b'\n', passed).count());
            self.column = 1 + code_points(passed.get(last + 1..).unwrap_or_default());
        } else {
            self.column += code_points(passed);
        }
        self.offset += passed.len();
        (self.line, self.column)
    }
}

/// Bytes that are counted together: no more than a byte can count.
const TOGETHER: usize = 192;

/// Every byte but the second and later ones of a character (`10xxxxxx`, which are the least of the signed ones) begins
/// one. They are counted in bytes, sixteen at a time; wider numbers would cost six times as much.
fn code_points(bytes: &[u8]) -> u32 {
    let begun = |bytes: &[u8]| bytes.iter().fold(0_u8, |count, byte| count + u8::from(byte.cast_signed() >= -64));
    bytes.chunks(TOGETHER).map(|bytes| u32::from(begun(bytes))).sum()
}

fn narrow(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, offset: u32) -> (u32, u32, u32) {
        let place = LineIndex::new(text).position(text, offset);
        (place.line, place.column, place.utf16_column)
    }

    #[test]
    fn columns_count_code_points_and_utf16_units() {
        assert_eq!(at("a中🎉b", 0), (1, 1, 1));
        assert_eq!(at("a中🎉b", 4), (1, 3, 3));
        assert_eq!(at("a中🎉b", 8), (1, 4, 5));
        assert_eq!(at("x\n中文", 5), (2, 2, 2));
    }

    #[test]
    fn the_cursor_agrees_with_the_index() {
        let text = "a中🎉b\n\n文x\n  字 y";
        let index = LineIndex::new(text);
        let mut cursor = LineCursor::new(text);
        for (offset, _) in text.char_indices() {
            let offset = u32::try_from(offset).unwrap();
            let place = index.position(text, offset);
            assert_eq!(cursor.advance(offset), (place.line, place.column), "{offset}");
        }
        assert_eq!(cursor.advance(0), cursor.advance(0));
    }

    #[test]
    fn code_points_are_counted_as_characters() {
        let text = "a中🎉é\u{7FF}\u{800}\u{FFFF}\u{10FFFF}".repeat(40);
        for (start, _) in text.char_indices().take(40) {
            for part in text.get(start..).unwrap().char_indices().map(|(end, _)| text.get(start..start + end).unwrap())
            {
                assert_eq!(code_points(part.as_bytes()) as usize, part.chars().count());
            }
        }
        assert_eq!(code_points(&[b'a'; 10 * TOGETHER + 1]) as usize, 10 * TOGETHER + 1);
    }

    #[test]
    fn offsets_beyond_the_text_or_inside_a_character_are_clamped() {
        assert_eq!(at("ab\n", 99), (2, 1, 1));
        assert_eq!(at("中", 1), (1, 1, 1));
        assert_eq!(at("", 0), (1, 1, 1));
    }
}
