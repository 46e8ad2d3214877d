//! Text that was meant as a link and is none to the engine that renders it.
//!
//! A parser gives such text back as plain text; this looks at exactly that. It speaks only where an address stands
//! in the place of a destination, so that `[1]`, `(见图)` and `[视频]（记者张三）` stay prose.
//! How far it looks ahead is bounded, so its time grows with the text and nothing else.

mod destination;

use std::borrow::Cow;
use std::ops::Range;

use memchr::memchr3;

use super::collector::{Collector, collapse};
use super::source::Source;
use super::{Carrier, Malformed, RawLink, Why};
use crate::text::Span;
use destination::{Destination, is_strong_address};

/// Looks at the plain text of one file, block by block.
#[derive(Debug)]
pub(crate) struct Scanner<'t, 'm> {
    source: Source<'t, 'm>,
    /// The brackets of the block that are open.
    openers: Vec<Opener>,
    /// How many of them are brackets to Markdown too.
    open_brackets: usize,
    /// What was reported reaches to here, and nothing in it is reported again.
    reported_to: usize,
    line_start: usize,
}

#[derive(Debug)]
struct Opener {
    at: usize,
    is_wide: bool,
    /// `\\[` opens nothing, and the bracket that closes it closes nothing else.
    is_escaped: bool,
    /// What it is if nothing closes it before the block ends.
    unclosed: Option<Found>,
}

impl Opener {
    /// Whether it is a bracket to Markdown.
    fn is_bracket(&self) -> bool {
        !self.is_wide && !self.is_escaped
    }
}

#[derive(Clone, Debug)]
struct Found {
    why: Why,
    range: Range<usize>,
    text: Range<usize>,
    destination: Range<usize>,
}

impl<'t, 'm> Scanner<'t, 'm> {
    pub(crate) fn new(source: Source<'t, 'm>) -> Self {
        Self { source, openers: Vec::new(), open_brackets: 0, reported_to: 0, line_start: 0 }
    }

    /// How many brackets are open to Markdown.
    pub(crate) fn open_brackets(&self) -> usize {
        self.open_brackets
    }

    /// A block of text begins or ends at `at`.
    pub(crate) fn block(&mut self, at: usize, collector: &mut Collector<'t>) {
        self.line(at);
        self.open_brackets = 0;
        for opener in std::mem::take(&mut self.openers) {
            if let Some(found) = opener.unclosed {
                self.report(found, collector);
            }
        }
    }

    /// A line ends in front of `at`.
    pub(crate) fn line(&mut self, at: usize) {
        let line_start = std::mem::replace(&mut self.line_start, at);
        let seen = self.source.seen;
        let Some(last) = self.openers.last_mut().filter(|last| last.at >= line_start) else { return };
        if last.unclosed.is_some() || last.is_escaped {
            return;
        }
        let text_start = last.at + if last.is_wide { 3 } else { 1 };
        let window = destination::window(seen, text_start);
        let Some(length) = window.find(['(', '（', '\n']).filter(|&length| length > 0) else { return };
        let from = text_start + length;
        let Some(bracket) = seen.get(from..).and_then(|rest| rest.chars().next()).filter(|&c| c != '\n') else {
            return;
        };
        let from = from + bracket.len_utf8();
        let Destination { range, end: Some(end), .. } = Destination::read(seen, from) else { return };
        if is_strong_address(window.get(from - text_start..).unwrap_or_default()) {
            let text = text_start..text_start + length;
            last.unclosed = Some(Found { why: Why::UnbalancedBracket, range: last.at..end, text, destination: range });
        }
    }

    /// Plain text stands at `range`.
    pub(crate) fn text(&mut self, range: Range<usize>, collector: &mut Collector<'t>) {
        let bytes = self.source.seen.as_bytes().get(..range.end).unwrap_or_default();
        let mut at = range.start;
        // Full-width brackets are rare and begin with a byte that is not, so they are looked for only where one is.
        let has_wide = bytes.get(range).is_some_and(|text| memchr::memmem::find(text, "］".as_bytes()).is_some());
        loop {
            let rest = bytes.get(at..).unwrap_or_default();
            let next = if has_wide {
                rest.iter().position(|byte| matches!(byte, b'[' | b']' | b'<' | 0xEF))
            } else {
                memchr3(b'[', b']', b'<', rest)
            };
            let Some(length) = next else { return };
            let here = at + length;
            at = here + 1;
            self.mark(here, collector);
        }
    }

    fn mark(&mut self, here: usize, collector: &mut Collector<'t>) {
        let seen = self.source.seen;
        let Some(rest) = seen.get(here..) else { return };
        let is_escaped = seen.get(..here).is_some_and(|before| before.ends_with('\\'));
        let found = match rest.chars().next() {
            Some(c @ ('[' | '［')) => {
                self.open_brackets += usize::from(c == '[' && !is_escaped);
                self.openers.push(Opener { at: here, is_wide: c == '［', is_escaped, unclosed: None });
                None
            }
            _ if is_escaped => None,
            Some(c @ (']' | '］')) => {
                let opener = self.openers.pop();
                self.open_brackets -= usize::from(opener.as_ref().is_some_and(Opener::is_bracket));
                let is_escaped = opener.as_ref().is_some_and(|opener| opener.is_escaped);
                if is_escaped { None } else { after_bracket(seen, opener.as_ref(), (here, c)) }
            }
            Some('<') => in_angles(seen, here),
            _ => None,
        };
        if let Some(found) = found {
            self.report(found, collector);
        }
    }

    fn report(&mut self, found: Found, collector: &mut Collector<'t>) {
        if found.range.start < self.reported_to {
            return;
        }
        self.reported_to = found.range.end;
        let span = Span::of(found.range);
        collector.malformed.push(Malformed { span, why: found.why });
        if found.destination.is_empty() {
            return;
        }
        let is_autolink = matches!(found.why, Why::UnclosedAutolink | Why::SpaceInAutolink);
        let carrier = if is_autolink { Carrier::Autolink } else { Carrier::Inline };
        let slice = |range: Range<usize>| Cow::Borrowed(self.source.text.get(range).unwrap_or_default());
        collector.intended.push(RawLink {
            carrier,
            destination: slice(found.destination.clone()),
            destination_span: Span::of(found.destination),
            span,
            text: collapse(slice(found.text)),
        });
    }
}

/// What a bracket that closes begins, together with what follows it.
fn after_bracket(seen: &str, opener: Option<&Opener>, (here, bracket): (usize, char)) -> Option<Found> {
    let behind = here + bracket.len_utf8();
    let parenthesis = seen.get(behind..)?.chars().next().filter(|c| matches!(c, '(' | '（'))?;
    let from = behind + parenthesis.len_utf8();
    let text = opener.map_or(here..here, |opener| opener.at + if opener.is_wide { 3 } else { 1 }..here);
    let start = opener.map_or(here, |opener| opener.at);
    let is_strong = is_strong_address(destination::window(seen, from));
    let found =
        |why, destination: Range<usize>, end| Some(Found { why, range: start..end, text: text.clone(), destination });
    let Destination { range, end, has_space } = Destination::read(seen, from);
    let broken_off = range.end;
    // What Liquid will write here is no address yet.
    if seen.get(from..end.unwrap_or(broken_off)).is_some_and(|inside| inside.contains("{{") || inside.contains("{%")) {
        return None;
    }
    let is_wide_end = end.and_then(|end| seen.get(..end)).is_some_and(|before| before.ends_with('）'));
    let is_wide_start = bracket == '］' || parenthesis == '（' || opener.is_some_and(|opener| opener.is_wide);
    let is_wide = is_wide_start || is_wide_end;
    match (end, opener) {
        (_, Some(_)) if is_wide => {
            // `[1]（http://…）` is a note of an article, as articles write them.
            let is_note = seen.get(text.clone())?.bytes().all(|byte| byte.is_ascii_digit());
            if !is_strong || is_note { None } else { found(Why::FullWidthBracket, range, end.unwrap_or(broken_off)) }
        }
        (Some(end), Some(_)) if has_space => {
            let is_address = is_strong || destination::is_path(seen.get(range.clone())?);
            if is_address { found(Why::SpaceInDestination, range, end) } else { None }
        }
        (None, Some(_)) if is_strong => found(Why::UnclosedDestination, range, broken_off),
        (Some(end), None) if is_strong && !is_wide => found(Why::UnbalancedBracket, range, end),
        _ => None,
    }
}

/// What a `<` that is no autolink was meant to begin.
fn in_angles(seen: &str, here: usize) -> Option<Found> {
    let from = here + 1;
    let window = destination::window(seen, from);
    let found = |why, destination: Range<usize>, end| {
        Some(Found { why, range: here..end, text: from..destination.end, destination })
    };
    if window.starts_with('>') {
        return is_link_place(seen, here).then(|| found(Why::EmptyAutolink, from..from, from + 1)).flatten();
    }
    if !destination::has_scheme(window) {
        return None;
    }
    let broken_off = from + destination::bare_length(window);
    match window.find(['>', '<', '\n']).filter(|&length| window.get(length..).is_some_and(|rest| rest.starts_with('>')))
    {
        Some(length) => {
            let inner = window.get(..length)?;
            if destination::is_sentence(inner) {
                return found(Why::UnclosedAutolink, from..broken_off, broken_off);
            }
            let has_space = inner.contains(char::is_whitespace);
            has_space.then(|| found(Why::SpaceInAutolink, from..from + length, from + length + 1)).flatten()
        }
        None => found(Why::UnclosedAutolink, from..broken_off, broken_off),
    }
}

/// Whether `<>` stands where a link belongs: at the end of its line, alone or behind a colon.
fn is_link_place(seen: &str, here: usize) -> bool {
    let behind = destination::window(seen, here + 2);
    let is_last = behind.split('\n').next().is_none_or(|rest| rest.trim().is_empty());
    let before = seen.get(..here).unwrap_or_default().trim_end_matches([' ', '\t', '\u{3000}']);
    is_last && (before.is_empty() || before.ends_with(['\n', ':', '：', '>', '-', '*']))
}
