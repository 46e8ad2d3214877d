//! What the span parser makes of a text.

use super::attributes::Given;
use super::known::Known;
use super::tags::Tag;
use super::tree::{Id, Slice};

/// What the span parser makes of a text, in order.
#[derive(Debug)]
pub(super) enum Event<'t> {
    /// Text as it stands in the buffer.
    Text(usize, usize),
    /// A character that stands for something else in the buffer.
    Char(char),
    /// What the reader sees, but no part of the text that makes a heading's id.
    Around(&'static str),
    Open(Box<Opened<'t>>),
    Close,
    /// HTML that is handed to the browser as it stands.
    Verbatim(usize, usize),
    /// A mark of a footnote: where its name stands.
    Footnote(usize, usize),
}

/// An element that begins.
#[derive(Debug)]
pub(super) struct Opened<'t> {
    pub(super) kind: Inline<'t>,
    /// The attributes that braces give to it.
    pub(super) given: Vec<Given>,
    /// The definition whose attributes it shares, if that has any.
    pub(super) definition: Option<Id>,
    /// Where it begins and ends in the buffer.
    pub(super) range: (usize, usize),
}

/// What an element in text is.
#[derive(Debug)]
pub(super) enum Inline<'t> {
    /// A link whose address stands in the buffer.
    Link(usize, usize),
    /// `<address>`; `true` for a mail address without its scheme.
    Autolink(usize, usize, bool),
    /// A link that is defined elsewhere.
    Reference(Slice<'t>),
    /// An image, with the range of its alternative text.
    Image(usize, usize, (usize, usize)),
    /// An image that is defined elsewhere.
    ReferenceImage(Slice<'t>, (usize, usize)),
    Html(Tag, Option<&'static Known>),
    /// Emphasis.
    Plain,
    /// Struck-out text, which kramdown takes for HTML.
    Struck,
    /// Code or a formula: in its text no reference to a character counts.
    Code,
}
