//! The part of a source line that is shown with a finding.
//!
//! A line may be megabytes long, hold secrets, and command a terminal. A window is cut around the guilty bytes, with
//! a little of what stands before, and is fit to be shown; the guilty bytes are found again in what is shown.

use std::ops::Range;
use std::sync::Arc;

use unicode_width::UnicodeWidthChar;

use super::Context;
use super::shown::{Mask, addresses, push_visible};
use crate::finding::Finding;
use crate::text::decode;

/// Bytes on either side of the guilty ones that are looked at; a window is never that wide.
const REACH: usize = 4096;

/// A part of a line, fit to be shown.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Window {
    /// What is shown.
    pub(super) text: String,
    /// The guilty bytes in it.
    pub(super) span: Range<usize>,
}

/// Cuts at most about `cells` cells around `span` out of a line.
pub(super) fn cut(line: &str, span: Range<usize>, cells: usize, mask: Mask) -> Window {
    let start = floor(line, span.start.saturating_sub(REACH));
    let end = floor(line, span.end.min(span.start + REACH).saturating_add(REACH).min(line.len()));
    let near = line.get(start..end).unwrap_or_default();
    let within = |offset: usize| offset.saturating_sub(start).min(near.len());
    let (text, span) = fit(near, within(span.start)..within(span.end), mask);
    narrow(&text, span, cells.max(20), (start > 0, end < line.len()))
}

/// Cells of an excerpt.
const EXCERPT: usize = 110;

/// The lines of findings for formats that show them all. A file is read once as long as its findings follow each other.
pub(super) struct Excerpts<'c, 'x> {
    context: &'c Context<'x>,
    path: Option<Arc<str>>,
    text: Option<String>,
}

impl<'c, 'x> Excerpts<'c, 'x> {
    pub(super) fn new(context: &'c Context<'x>) -> Self {
        Self { context, path: None, text: None }
    }

    /// The line that a finding begins in; `None` if it is about the file as a whole, or the file cannot be read any more.
    pub(super) fn of(&mut self, finding: &Finding) -> Option<Window> {
        let (start, end) = (finding.span.start as usize, finding.span.end as usize);
        if end == 0 {
            return None;
        }
        if self.path.as_ref() != Some(&finding.path) {
            let bytes = (self.context.source)(&finding.path);
            self.text = bytes.map(|bytes| decode(&bytes).text.into_owned());
            self.path = Some(Arc::clone(&finding.path));
        }
        let window = excerpt(self.text.as_deref()?, start..end, self.context.mask);
        (!window.text.trim().is_empty()).then_some(window)
    }
}

/// The line around a place of a text. However long the text and its lines are, only what is near is looked at.
fn excerpt(text: &str, span: Range<usize>, mask: Mask) -> Window {
    let start = floor(text, span.start);
    let from = floor(text, start.saturating_sub(REACH));
    let to = floor(text, start.saturating_add(2 * REACH));
    let before = text.get(from..start).unwrap_or_default();
    let behind = text.get(start..to).unwrap_or_default();
    let begins = memchr::memrchr(b'\n', before.as_bytes()).map(|at| from + at + 1);
    let ends = memchr::memchr(b'\n', behind.as_bytes()).map(|at| start + at);
    let line = text.get(begins.unwrap_or(from)..ends.unwrap_or(to)).unwrap_or_default();
    let line = line.strip_suffix('\r').unwrap_or(line);
    let within = |offset: usize| offset.saturating_sub(begins.unwrap_or(from)).min(line.len());
    let (shown, span) = fit(line, within(start)..floor(line, within(span.end.max(start))), mask);
    narrow(&shown, span, EXCERPT, (begins.is_none() && from > 0, ends.is_none() && to < text.len()))
}

/// The text with addresses masked and everything visible, and where `span` went.
fn fit(text: &str, span: Range<usize>, mask: Mask) -> (String, Range<usize>) {
    let mut shown = String::with_capacity(text.len());
    let (mut start, mut end) = (None, None);
    let mut pieces = Pieces { text, addresses: addresses(text).collect(), at: 0, next: 0 };
    while let Some((at, piece)) = pieces.advance() {
        let before = shown.len();
        match mask(piece) {
            _ if piece == "\t" => shown.push_str("    "),
            hidden if piece.len() > 1 => hidden.chars().for_each(|c| push_visible(&mut shown, c)),
            _ => piece.chars().for_each(|c| push_visible(&mut shown, c)),
        }
        if at + piece.len() > span.start {
            start.get_or_insert(before);
        }
        if at + piece.len() >= span.end {
            end.get_or_insert(if span.is_empty() && at >= span.end { before } else { shown.len() });
        }
    }
    let start = start.unwrap_or(shown.len());
    let end = if span.is_empty() { start } else { end.unwrap_or(shown.len()).max(start) };
    (shown, start..end)
}

/// Walks a text by characters, and by whole addresses.
struct Pieces<'t> {
    text: &'t str,
    addresses: Vec<Range<usize>>,
    at: usize,
    next: usize,
}

impl<'t> Pieces<'t> {
    fn advance(&mut self) -> Option<(usize, &'t str)> {
        let rest = self.text.get(self.at..)?;
        let mut length = rest.chars().next()?.len_utf8();
        if let Some(address) = self.addresses.get(self.next)
            && address.start == self.at
        {
            length = address.len().max(1);
            self.next += 1;
        }
        let at = self.at;
        self.at += length;
        Some((at, rest.get(..length)?))
    }
}

/// Cuts what is shown to a number of cells, an ellipsis where something was cut off.
fn narrow(text: &str, span: Range<usize>, cells: usize, (cut_before, cut_behind): (bool, bool)) -> Window {
    let fits = text.len() <= cells * 4 && width(text) <= cells;
    let start = if fits { 0 } else { back(text, span.start, cells / 3) };
    let end = if fits { text.len() } else { ahead(text, start, cells) };
    let before = if start > 0 || cut_before { "…" } else { "" };
    let behind = if end < text.len() || cut_behind { "…" } else { "" };
    let held = text.get(start..end).unwrap_or_default();
    let shift = |offset: usize| offset.clamp(start, end) - start + before.len();
    Window { text: format!("{before}{held}{behind}"), span: shift(span.start)..shift(span.end) }
}

fn back(text: &str, from: usize, cells: usize) -> usize {
    let mut left = cells;
    let before = text.get(..from).unwrap_or_default();
    for (at, c) in before.char_indices().rev() {
        let Some(rest) = left.checked_sub(c.width().unwrap_or(0)) else { return at + c.len_utf8() };
        left = rest;
    }
    0
}

fn ahead(text: &str, from: usize, cells: usize) -> usize {
    let mut left = cells;
    let behind = text.get(from..).unwrap_or_default();
    for (at, c) in behind.char_indices() {
        let Some(rest) = left.checked_sub(c.width().unwrap_or(0)) else { return from + at };
        left = rest;
    }
    text.len()
}

fn width(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or(0)).sum()
}

fn floor(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

#[cfg(test)]
mod tests {
    use super::super::shown::tests::hide;
    use super::*;
    use proptest::prelude::*;

    fn guilty(window: &Window) -> &str {
        window.text.get(window.span.clone()).unwrap()
    }

    #[test]
    fn a_short_line_is_shown_whole() {
        let window = cut("中文 [a](b c) 好", 7..15, 80, hide);
        assert_eq!(window.text, "中文 [a](b c) 好");
        assert_eq!(guilty(&window), "[a](b c)");
    }

    #[test]
    fn a_long_line_is_cut_around_the_guilty_bytes() {
        let line = format!("{}[a](b c){}", "中".repeat(1_000_000), "文".repeat(1_000_000));
        let window = cut(&line, 3_000_000..3_000_008, 60, hide);
        assert_eq!(guilty(&window), "[a](b c)");
        assert!(window.text.starts_with("…中") && window.text.ends_with("文…"));
        assert!(width(&window.text) <= 62, "{}", window.text);
    }

    #[test]
    fn a_long_span_is_cut_too() {
        let line = "x".repeat(5_000_000);
        let window = cut(&line, 0..5_000_000, 60, hide);
        assert_eq!(window.span, 0..60);
        let window = cut(&line, 2_000_000..5_000_000, 60, hide);
        assert_eq!(window.text.chars().count(), 62);
    }

    #[test]
    fn signs_and_masks_keep_the_place() {
        let window = cut("\t\u{1b}x http://u:p@a.cn/ y", 2..3, 80, hide);
        assert_eq!(window.text, "    ␛x http://***@a.cn/ y");
        assert_eq!(guilty(&window), "x");
        assert_eq!(guilty(&cut("a http://u:p@a.cn/ y", 10..11, 80, hide)), "http://***@a.cn/");
        assert_eq!(guilty(&cut("a\u{feff}b", 1..4, 80, hide)), "<U+FEFF>");
        assert_eq!(cut("ab", 1..1, 80, hide).span, 1..1);
        assert_eq!(cut("", 0..0, 80, hide), Window { text: String::new(), span: 0..0 });
    }

    #[test]
    fn an_excerpt_is_the_line_and_no_other() {
        let text = "one\ntwo [a](b c) 中\r\nthree\n";
        let window = excerpt(text, 8..16, hide);
        assert_eq!((window.text.as_str(), guilty(&window)), ("two [a](b c) 中", "[a](b c)"));
        // What goes on in the next line is cut off; a place in the line end is at the line's end.
        assert_eq!(guilty(&excerpt(text, 8..40, hide)), "[a](b c) 中");
        assert_eq!(excerpt(text, 21..22, hide).text, "two [a](b c) 中");
        assert_eq!(excerpt(text, 500..900, hide), Window { text: String::new(), span: 0..0 });
        let long = format!("{}[a](b c){}", "中".repeat(100_000), "文".repeat(100_000));
        let window = excerpt(&long, 300_000..300_008, hide);
        assert_eq!(guilty(&window), "[a](b c)");
        assert!(window.text.starts_with('…') && window.text.ends_with('…') && window.text.chars().count() < 120);
        assert_eq!(excerpt("see http://u:p@a.cn/ x", 4..20, hide).text, "see http://***@a.cn/ x");
    }

    proptest! {
        #[test]
        fn no_excerpt_panics(text in "[a中\r\n\t/:@.]{0,60}", start in 0_usize..80, length in 0_usize..80) {
            let window = excerpt(&text, start..start + length, hide);
            prop_assert!(window.text.get(window.span.clone()).is_some());
            prop_assert!(!window.text.contains('\n'));
        }

        #[test]
        fn it_never_panics_and_its_span_lies_on_characters(
            line in "[a中\t\u{1b}🎉/: @.b<]{0,60}", start in 0_usize..80, length in 0_usize..80, cells in 0_usize..70,
        ) {
            let window = cut(&line, floor(&line, start)..floor(&line, start + length), cells, hide);
            prop_assert!(window.text.get(window.span.clone()).is_some());
        }
    }
}
