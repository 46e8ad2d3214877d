//! Counts the block elements of a body, to see which one is left open.
//!
//! Only what speaks for a cut counts: the last element of a kind is open, and the others are closed. Where HTML ends an
//! element by itself (a `<p>` before a heading, an `<li>` at `</ul>`), it is not open.

use crate::text::Span;

/// Kinds that are counted.
const KINDS: usize = 12;
/// So many others must be closed before an open one speaks for a cut.
const ENOUGH: u32 = 2;

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
            count.open = Some(span);
        }
    }

    /// The element that is left open although others of its kind are closed: how many are, and its tag.
    pub(super) fn left_open(&self) -> Option<(u32, Span)> {
        let open = self.counts.iter().filter_map(|count| {
            let others_are_closed = count.closed >= ENOUGH && count.opened == count.closed + 1;
            count.open.filter(|_| others_are_closed).map(|span| (count.closed, span))
        });
        open.max_by_key(|(_, span)| span.start)
    }
}
