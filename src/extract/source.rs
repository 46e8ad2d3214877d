//! A file's text as its parser is to see it, and the way back to the bytes that were written.

use std::borrow::Cow;
use std::ops::Range;

use crate::text::Span;

/// A file's text, and the same text with what Liquid takes away or puts in made harmless.
///
/// Both are equally long, so every offset into one is an offset into the other.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source<'t, 'm> {
    /// The text as written: what results borrow from.
    pub(crate) text: &'t str,
    /// The text as the parser sees it.
    pub(crate) seen: &'m str,
    /// The part that is the body.
    pub(crate) body: Span,
}

impl<'m> Source<'_, 'm> {
    /// The body as the parser sees it.
    pub(crate) fn seen_body(&self) -> &'m str {
        self.body.slice(self.seen)
    }

    /// Whether Liquid writes the bytes of a range, so that they are not yet what the page will show.
    pub(crate) fn is_template(&self, range: &Range<usize>) -> bool {
        let differs = !std::ptr::eq(self.text, self.seen);
        differs && self.text.get(range.clone()) != self.seen.get(range.clone())
    }
}

/// A piece of a source that one parser reads at a stretch, though the source may interrupt it
/// (each line of HTML in a quote begins with `> `).
#[derive(Debug)]
pub(crate) struct Chunk<'t, 'm> {
    source: Source<'t, 'm>,
    range: Range<usize>,
    joined: Option<Joined>,
}

#[derive(Debug)]
struct Joined {
    text: String,
    /// Where a run begins in `text` and what it covers in the source.
    runs: Vec<(usize, Range<usize>)>,
}

impl<'t, 'm> Chunk<'t, 'm> {
    /// A chunk that begins with an uninterrupted range of the source.
    pub(crate) fn new(source: Source<'t, 'm>, range: Range<usize>) -> Self {
        Self { source, range, joined: None }
    }

    /// Adds what the source has at `range` and the parser reads as `text`.
    pub(crate) fn push(&mut self, range: Range<usize>, text: &str) {
        if let Some(joined) = &mut self.joined {
            joined.runs.push((joined.text.len(), range));
            joined.text.push_str(text);
        } else if self.range.is_empty() {
            self.range = range;
        } else if range.start == self.range.end && range.len() == text.len() {
            self.range.end = range.end;
        } else {
            let first = self.source.seen.get(self.range.clone()).unwrap_or_default();
            let runs = vec![(0, self.range.clone()), (first.len(), range)];
            self.joined = Some(Joined { text: format!("{first}{text}"), runs });
        }
    }

    /// What the parser reads.
    pub(crate) fn seen(&self) -> &str {
        match &self.joined {
            Some(joined) => &joined.text,
            None => self.source.seen.get(self.range.clone()).unwrap_or_default(),
        }
    }

    /// The place in the source of a range of what the parser reads.
    pub(crate) fn place(&self, range: &Range<usize>) -> Range<usize> {
        let Some(joined) = &self.joined else {
            return self.range.start + range.start..self.range.start + range.end;
        };
        let run_of = |offset: usize| {
            let behind = joined.runs.partition_point(|(start, _)| *start <= offset);
            joined.runs.get(behind.saturating_sub(1)).cloned().unwrap_or_default()
        };
        let (first_start, first) = run_of(range.start);
        let start = (first.start + (range.start - first_start)).min(first.end);
        if range.is_empty() {
            return start..start;
        }
        let (last_start, last) = run_of(range.end - 1);
        let end = (last.start + (range.end - last_start)).min(last.end);
        start..end.max(start)
    }

    /// The span in the source of a range of what the parser reads.
    pub(crate) fn span(&self, range: &Range<usize>) -> Span {
        Span::of(self.place(range))
    }

    /// What was written at a range of what the parser reads, and whether Liquid writes it.
    pub(crate) fn written(&self, range: &Range<usize>) -> (Cow<'t, str>, bool) {
        let place = self.place(range);
        if place.len() == range.len() {
            let is_template = self.source.is_template(&place);
            (Cow::Borrowed(self.source.text.get(place).unwrap_or_default()), is_template)
        } else {
            (Cow::Owned(self.seen().get(range.clone()).unwrap_or_default().to_owned()), false)
        }
    }
}
