//! Text that kramdown parses, with the way back to the bytes of the file.
//!
//! kramdown strips the marks of quotes and lists and parses what remains as a text of its own.
//! So does this scanner: a [`Buffer`] is such a text, and its pieces say which bytes of the file each part came from.
//! The file itself is a buffer that borrows; a buffer inside a list or quote is one copy of its lines.

use std::borrow::Cow;
use std::rc::Rc;

use crate::text::Span;

use super::characters::part;

/// A text and where it came from.
#[derive(Debug)]
pub(super) struct Buffer<'t> {
    text: Cow<'t, str>,
    pieces: Vec<Piece>,
}

/// A part of a buffer, up to the next piece.
#[derive(Clone, Copy, Debug)]
struct Piece {
    /// Where it begins in the buffer.
    local: usize,
    /// Where it begins in the file.
    origin: usize,
    /// Whether it was made by the parser: all of it stands for one place of the file.
    made: bool,
}

impl<'t> Buffer<'t> {
    /// A part of the file, as it is.
    pub(super) fn borrowed(text: &'t str, origin: usize) -> Self {
        Self { text: Cow::Borrowed(text), pieces: vec![Piece { local: 0, origin, made: false }] }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    fn piece_at(&self, local: usize) -> usize {
        self.pieces.partition_point(|piece| piece.local <= local).saturating_sub(1)
    }

    fn origin(&self, local: usize) -> usize {
        match self.pieces.get(self.piece_at(local)) {
            Some(piece) if piece.made => piece.origin,
            Some(piece) => piece.origin + local.saturating_sub(piece.local),
            None => 0,
        }
    }

    /// The bytes of the file from which a range of the buffer came.
    pub(super) fn span(&self, from: usize, to: usize) -> Span {
        let start = self.origin(from);
        if to <= from {
            return Span::of(start..start);
        }
        let end = match self.pieces.get(self.piece_at(to - 1)) {
            Some(piece) if piece.made => piece.origin,
            Some(piece) => piece.origin + (to - piece.local),
            None => start,
        };
        Span::of(start..end.max(start))
    }
}

/// Builds a buffer from parts of another.
#[derive(Debug, Default)]
pub(super) struct Builder {
    text: String,
    pieces: Vec<Piece>,
}

impl Builder {
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Appends a range of a buffer.
    pub(super) fn push(&mut self, buffer: &Buffer<'_>, from: usize, to: usize) {
        let first = buffer.piece_at(from);
        for piece in buffer.pieces.iter().skip(first).take_while(|piece| piece.local < to) {
            let skipped = from.saturating_sub(piece.local);
            let local = (self.text.len() + piece.local).saturating_sub(from).max(self.text.len());
            let origin = if piece.made { piece.origin } else { piece.origin + skipped };
            self.add(Piece { local, origin, made: piece.made });
        }
        self.text.push_str(part(buffer.text(), from, to));
    }

    /// Appends text that stands for one place of the file.
    pub(super) fn push_made(&mut self, text: &str, origin: u32) {
        self.add(Piece { local: self.text.len(), origin: origin as usize, made: true });
        self.text.push_str(text);
    }

    fn add(&mut self, piece: Piece) {
        if let Some(last) = self.pieces.last_mut() {
            if last.local == piece.local {
                *last = piece;
                return;
            }
            if !last.made && !piece.made && last.origin + (piece.local - last.local) == piece.origin {
                return;
            }
        }
        self.pieces.push(piece);
    }

    pub(super) fn finish(self) -> Rc<Buffer<'static>> {
        Rc::new(Buffer { text: Cow::Owned(self.text), pieces: self.pieces })
    }
}

/// The buffer of a file's body with the line ends that kramdown sees: `\n` only, and one at the end.
pub(super) fn adapt(text: &str, body: Span) -> Rc<Buffer<'_>> {
    let inner = body.slice(text);
    let start = body.start as usize;
    if !inner.contains('\r') && inner.ends_with('\n') {
        return Rc::new(Buffer::borrowed(inner, start));
    }
    let whole = Buffer::borrowed(inner, start);
    let mut builder = Builder::default();
    let mut at = 0;
    while at < inner.len() {
        let rest = inner.as_bytes().get(at..).unwrap_or_default();
        let stop = memchr::memchr2(b'\r', b'\n', rest).map_or(inner.len(), |end| at + end);
        builder.push(&whole, at, stop);
        if stop == inner.len() {
            break;
        }
        let crlf = inner.get(stop..).is_some_and(|tail| tail.starts_with("\r\n"));
        if inner.as_bytes().get(stop) == Some(&b'\n') {
            builder.push(&whole, stop, stop + 1);
        } else {
            builder.push_made("\n", whole.span(stop, stop).start);
        }
        at = stop + if crlf { 2 } else { 1 };
    }
    if !builder.text.ends_with('\n') {
        builder.push_made("\n", body.end);
    }
    builder.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_lead_back_through_two_strippings() {
        let file = "> - a\r\n>   b";
        let buffer = adapt(file, Span::of(0..file.len()));
        assert_eq!(buffer.text(), "> - a\n>   b\n");
        let mut quote = Builder::default();
        quote.push(&buffer, 2, 6);
        quote.push(&buffer, 8, 12);
        let quote = quote.finish();
        assert_eq!(quote.text(), "- a\n  b\n");
        assert_eq!(quote.span(6, 7).slice(file), "b");
        assert_eq!(quote.span(2, 7).slice(file), "a\r\n>   b");
    }
}
