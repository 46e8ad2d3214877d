//! Text between the markup: it belongs to the links and headings around it, and bare addresses are in it.

use std::borrow::Cow;
use std::ops::Range;

use super::bare::{self, Bare};
use super::walk::Walk;
use crate::extract::{Carrier, RawLink};
use crate::text::Span;

/// Text that comes piece by piece.
#[derive(Debug, Default)]
pub(super) struct TextRuns {
    /// Text without markup, not looked at yet.
    run: Option<Range<usize>>,
    /// Behind the last bare address.
    bare_to: usize,
}

impl Walk<'_, '_, '_> {
    /// Takes text that stands at `range`.
    pub(super) fn text(&mut self, text: &str, range: Range<usize>) {
        self.gather(text, &range);
        if self.is_code {
            return;
        }
        match &mut self.text.run {
            // What is between the two is the backslash of an escape.
            Some(run) if range.start <= run.end + 1 => run.end = range.end,
            _ => {
                self.flush();
                self.text.run = Some(range);
            }
        }
    }

    /// Adds text to the links and the heading that are open.
    pub(super) fn gather(&mut self, text: &str, range: &Range<usize>) {
        if let Some(heading) = &mut self.heading {
            heading.push_str(text);
        }
        if !self.collector.wants_text() {
            return;
        }
        let written = self.source.text.get(range.clone()).unwrap_or_default();
        let is_as_written = written == text || self.source.is_template(range);
        self.collector.text(if is_as_written { Cow::Borrowed(written) } else { Cow::Owned(text.to_owned()) });
    }

    /// Looks at the text that has come without markup in it.
    pub(super) fn flush(&mut self) {
        let Some(run) = self.text.run.take() else { return };
        if !self.html.is_visible() {
            return;
        }
        let open_brackets = self.malformed.open_brackets();
        self.malformed.text(run.clone(), self.collector);
        if !self.collector.is_open() {
            self.bare(run, open_brackets);
        }
    }

    /// Takes the bare addresses of a run. GitHub makes no link of one between brackets, whatever the brackets are.
    fn bare(&mut self, run: Range<usize>, mut open_brackets: usize) {
        let start = run.start.max(self.text.bare_to);
        let seen = self.source.seen;
        let Some(text) = seen.get(start..run.end) else { return };
        let before = seen.get(..start).and_then(|before| before.chars().next_back());
        let mut counted = run.start;
        for found in Bare::new(text, before) {
            let place = start + found.range.start..start + found.range.end;
            open_brackets = count_brackets(seen, counted..place.start, open_brackets);
            counted = place.start;
            if open_brackets > 0 {
                continue;
            }
            let end = if found.is_cut { bare::extended(seen, place.start, run.end) } else { place.end };
            self.text.bare_to = end;
            self.bare_link(place.start..end, found.is_without_scheme);
        }
    }

    fn bare_link(&mut self, place: Range<usize>, is_without_scheme: bool) {
        self.collector.close_anchor(None);
        let text = self.source.text.get(place.clone()).unwrap_or_default();
        let span = Span::of(place);
        // GitHub takes a bare address as it is written, character references and all.
        let destination = if is_without_scheme { Cow::Owned(format!("http://{text}")) } else { Cow::Borrowed(text) };
        let text = Cow::Borrowed(text);
        self.collector.push(RawLink { carrier: Carrier::Bare, destination, destination_span: span, span, text });
    }
}

/// How many brackets are open behind a range.
fn count_brackets(text: &str, range: Range<usize>, open: usize) -> usize {
    let mut before = b' ';
    let bytes = text.as_bytes().get(range).unwrap_or_default();
    bytes.iter().fold(open, |open, &byte| {
        let is_escaped = std::mem::replace(&mut before, byte) == b'\\';
        match byte {
            b'[' if !is_escaped => open + 1,
            b']' if !is_escaped => open.saturating_sub(1),
            _ => open,
        }
    })
}
