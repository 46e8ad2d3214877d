//! Counts the block elements of a body, to see which one is left open.
//!
//! Only what its siblings speak against counts: the last element of a kind is open and the others are closed, or, of
//! paragraphs, a few are open and most are closed. Where HTML ends an element by itself (a `<p>` before a heading, an
//! `<li>` at `</ul>`), it is not open. kramdown takes everything in an open paragraph as raw text.

use crate::text::Span;

/// Kinds that are counted.
const KINDS: usize = 12;
/// So many others must be closed before an open one speaks for a cut.
const ENOUGH: u32 = 2;
/// So many paragraphs must be closed for each one that is open.
const FEW: u32 = 3;

/// A kind of element that is counted; headings are one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Paragraph,
    Item,
    Cell,
    Row,
    Definition,
    Division,
    Quote,
    Table,
    List,
    Section,
    Heading,
    Preformatted,
}

impl Kind {
    fn of(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"p" => Self::Paragraph,
            b"li" => Self::Item,
            b"td" | b"th" => Self::Cell,
            b"tr" => Self::Row,
            b"dd" | b"dt" => Self::Definition,
            b"div" => Self::Division,
            b"blockquote" => Self::Quote,
            b"table" => Self::Table,
            b"ul" | b"ol" | b"dl" => Self::List,
            b"section" | b"article" | b"figure" | b"aside" | b"header" | b"footer" => Self::Section,
            [b'h', b'1'..=b'6'] => Self::Heading,
            b"pre" => Self::Preformatted,
            _ => return None,
        })
    }

    /// Kinds whose end tag may be left out where one of this kind begins or ends.
    fn ends(self, closing: bool) -> &'static [Self] {
        match (self, closing) {
            (Self::Row, true) => &[Self::Cell, Self::Paragraph],
            (Self::Row, false) => &[Self::Cell],
            (Self::Table, true) => &[Self::Row, Self::Cell, Self::Paragraph],
            (Self::List, true) => &[Self::Item, Self::Definition, Self::Paragraph],
            (Self::Paragraph, _) => &[],
            _ => &[Self::Paragraph],
        }
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Count {
    opened: u32,
    closed: u32,
    /// The tag that opened the last one, while it is open.
    open: Option<Span>,
    /// How many before it were never closed, and the last of them.
    left: u32,
    last_left: Option<Span>,
}

/// The block elements so far.
#[derive(Debug, Default)]
pub(super) struct Blocks {
    counts: [Count; KINDS],
}

impl Blocks {
    /// Takes note of a tag; `name` is in lower case.
    pub(super) fn tag(&mut self, name: &[u8], closing: bool, span: Span) {
        let Some(kind) = Kind::of(name) else { return };
        for ended in kind.ends(closing) {
            if let Some(count) = self.counts.get_mut(*ended as usize) {
                count.open = None;
            }
        }
        let Some(count) = self.counts.get_mut(kind as usize) else { return };
        if closing {
            count.closed += 1;
            count.open = None;
        } else {
            count.opened += 1;
            // A paragraph cannot hold another one; an item may, in a list of its own.
            if kind == Kind::Paragraph
                && let Some(left) = count.open
            {
                count.left += 1;
                count.last_left = Some(left);
            }
            count.open = Some(span);
        }
    }

    /// The element that is left open although others of its kind in the post are closed: how many are, and its tag.
    pub(super) fn left_open(&self) -> Option<(u32, Span)> {
        let open = self.counts.iter().filter_map(|count| {
            let Count { opened, closed, open, left, last_left } = *count;
            let one = open.filter(|_| opened == closed + 1);
            let few = open.or(last_left).filter(|_| (left + u32::from(open.is_some())) * FEW <= closed);
            one.or(few.filter(|_| left > 0)).filter(|_| closed >= ENOUGH).map(|span| (closed, span))
        });
        open.max_by_key(|(_, span)| span.start)
    }
}
