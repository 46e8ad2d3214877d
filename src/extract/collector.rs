//! Gathers links and ids while a file is walked, and the text of links whose end has not come.

use std::borrow::Cow;

use super::{Carrier, Malformed, RawLink};
use crate::text::Span;

/// A link's text is kept up to this many bytes: an `<a>` that is never closed has the rest of the page for its text.
const LONGEST_TEXT: usize = 1024;

/// What was found so far.
#[derive(Debug, Default)]
pub(crate) struct Collector<'t> {
    pub(crate) links: Vec<RawLink<'t>>,
    pub(crate) intended: Vec<RawLink<'t>>,
    pub(crate) ids: Vec<Cow<'t, str>>,
    pub(crate) malformed: Vec<Malformed>,
    pub(crate) base: Option<Cow<'t, str>>,
    /// The links of Markdown that are open, outermost first: a link, and an image in it.
    open: Vec<usize>,
    /// So many are open in them that no reader sees.
    hidden: usize,
    /// The `<a>` that is open.
    anchor: Option<usize>,
}

impl<'t> Collector<'t> {
    /// Takes a link that has no text, or all of it.
    pub(crate) fn push(&mut self, mut link: RawLink<'t>) {
        link.text = collapse(link.text);
        self.links.push(link);
    }

    /// Takes a link of Markdown whose text comes until [`Self::close`].
    pub(crate) fn open(&mut self, link: RawLink<'t>) {
        self.open.push(self.links.len());
        self.links.push(link);
    }

    /// Takes note of a link of Markdown that no reader sees.
    pub(crate) fn open_hidden(&mut self) {
        self.hidden += 1;
    }

    /// Whether links that begin here are to be seen: what stands in the text of an image is not.
    pub(crate) fn is_open_to_links(&self) -> bool {
        self.hidden == 0 && !self.is_in_image()
    }

    /// Whether the innermost open link of Markdown is an image.
    pub(crate) fn is_in_image(&self) -> bool {
        let innermost = self.open.last().and_then(|&index| self.links.get(index));
        innermost.is_some_and(|link| link.carrier == Carrier::Image)
    }

    /// The innermost open link of Markdown.
    pub(crate) fn innermost(&mut self) -> Option<&mut RawLink<'t>> {
        if self.hidden > 0 {
            return None;
        }
        self.open.last().and_then(|&index| self.links.get_mut(index))
    }

    /// Ends the innermost open link of Markdown.
    pub(crate) fn close(&mut self) {
        if self.hidden > 0 {
            self.hidden -= 1;
        } else if let Some(link) = self.open.pop().and_then(|index| self.links.get_mut(index)) {
            link.text = collapse(std::mem::take(&mut link.text));
        }
    }

    /// Whether a link of Markdown is open.
    pub(crate) fn is_open(&self) -> bool {
        !self.open.is_empty() || self.hidden > 0
    }

    /// Takes an `<a>` whose text comes until [`Self::close_anchor`]. As in a browser, it ends the one before.
    pub(crate) fn open_anchor(&mut self, link: RawLink<'t>) {
        self.close_anchor(None);
        self.anchor = Some(self.links.len());
        self.links.push(link);
    }

    /// Ends the open `<a>` at its end tag, or without one.
    pub(crate) fn close_anchor(&mut self, end: Option<u32>) {
        if let Some(link) = self.anchor.take().and_then(|index| self.links.get_mut(index)) {
            link.text = collapse(std::mem::take(&mut link.text));
            link.span = Span::new(link.span.start, end.unwrap_or(link.span.end));
        }
    }

    /// Whether anything gathers text.
    pub(crate) fn wants_text(&self) -> bool {
        self.anchor.is_some() || !self.open.is_empty()
    }

    /// Adds text to every link that is open.
    pub(crate) fn text(&mut self, piece: Cow<'t, str>) {
        let mut gathering = self.open.iter().chain(&self.anchor);
        let last = gathering.next_back();
        for &index in gathering {
            if let Some(link) = self.links.get_mut(index) {
                append(&mut link.text, piece.clone());
            }
        }
        if let Some(link) = last.and_then(|&index| self.links.get_mut(index)) {
            append(&mut link.text, piece);
        }
    }

    /// Ends everything that is still open, and puts the links in the order of their spans.
    pub(crate) fn finish(&mut self) {
        self.hidden = 0;
        while self.is_open() {
            self.close();
        }
        self.close_anchor(None);
        let by_place = |link: &RawLink<'t>| (link.span.start, link.destination_span.start);
        if !self.links.is_sorted_by_key(by_place) {
            self.links.sort_by_key(by_place);
        }
        self.intended.sort_by_key(by_place);
        self.malformed.sort_by_key(|malformed| malformed.span);
    }
}

fn append<'t>(text: &mut Cow<'t, str>, piece: Cow<'t, str>) {
    if text.is_empty() {
        *text = piece;
    } else if text.len() < LONGEST_TEXT {
        text.to_mut().push_str(&piece);
    }
    if text.len() > LONGEST_TEXT {
        let end = text.floor_char_boundary(LONGEST_TEXT);
        match text {
            Cow::Borrowed(borrowed) => *borrowed = borrowed.get(..end).unwrap_or_default(),
            Cow::Owned(owned) => owned.truncate(end),
        }
    }
}

/// Makes each run of white space one space, and takes it off both ends.
pub(crate) fn collapse(text: Cow<'_, str>) -> Cow<'_, str> {
    // White space and controls are the smallest bytes there are. Most texts have none, and the smallest is found many at
    // once.
    if text.bytes().min().is_none_or(|least| least > b' ') {
        return text;
    }
    let is_space = |c: char| c.is_ascii_whitespace();
    let mut before = b' ';
    let is_untidy = text.bytes().any(|byte| {
        let untidy = byte.is_ascii_whitespace() && (byte != b' ' || before == b' ');
        before = byte;
        untidy
    });
    if !is_untidy && !text.ends_with(' ') {
        return text;
    }
    let words = |text: &str| text.split(is_space).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    match text {
        Cow::Borrowed(borrowed) => {
            let trimmed = borrowed.trim_matches(is_space);
            let collapsed = words(trimmed);
            if collapsed == trimmed { Cow::Borrowed(trimmed) } else { Cow::Owned(collapsed) }
        }
        Cow::Owned(owned) => Cow::Owned(words(&owned)),
    }
}
