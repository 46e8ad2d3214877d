//! A place in a text that is being parsed into blocks, and where the ends of long constructs are.
//!
//! kramdown looks for the end of a comment or a fence up to the end of the text, each time anew.
//! What is remembered here makes that one pass over the text.

use std::rc::Rc;

use memchr::memmem;

use super::buffer::Buffer;
use super::characters::{byte_at, bytes_from, line_end, part, space_then_newline};
use super::lines::fence;

/// A text and how far it is parsed.
#[derive(Debug)]
pub(super) struct Scan<'t> {
    pub(super) buffer: Rc<Buffer<'t>>,
    pub(super) at: usize,
    comment: Search,
    instruction: Search,
    formula: Search,
    stop: Search,
    closes: Vec<(String, usize)>,
    no_stop: Vec<(String, usize)>,
    fences: Option<Vec<Fence>>,
}

/// The last search for a needle: from where, and where it was found.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Search(Option<(usize, Option<usize>)>);

/// A line that can end a block of code.
#[derive(Clone, Copy, Debug)]
struct Fence {
    line: usize,
    start: usize,
    stop: usize,
    end: usize,
    /// The longest fence of this line's last character from here to the end of the text.
    longest: [usize; 2],
}

/// What is looked for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Needle {
    /// `-->`
    Comment,
    /// `?>`
    Instruction,
    /// `$$`
    Formula,
    /// `{:/`
    Stop,
}

impl Search {
    /// Where a needle is next, from an offset on.
    pub(super) fn find(&mut self, text: &str, from: usize, needle: &str) -> Option<usize> {
        if let Some((start, found)) = self.0
            && start <= from
            && found.is_none_or(|found| from <= found)
        {
            return found;
        }
        let found = memmem::find(bytes_from(text, from), needle.as_bytes()).map(|offset| from + offset);
        self.0 = Some((from, found));
        found
    }
}

impl<'t> Scan<'t> {
    pub(super) fn new(buffer: Rc<Buffer<'t>>) -> Self {
        Self {
            buffer,
            at: 0,
            comment: Search::default(),
            instruction: Search::default(),
            formula: Search::default(),
            stop: Search::default(),
            closes: Vec::new(),
            no_stop: Vec::new(),
            fences: None,
        }
    }

    pub(super) fn ended(&self) -> bool {
        self.at >= self.buffer.text().len()
    }

    /// Where a needle is next, from an offset on.
    pub(super) fn find(&mut self, needle: Needle, from: usize) -> Option<usize> {
        let (search, needle) = match needle {
            Needle::Comment => (&mut self.comment, "-->"),
            Needle::Instruction => (&mut self.instruction, "?>"),
            Needle::Formula => (&mut self.formula, "$$"),
            Needle::Stop => (&mut self.stop, "{:/"),
        };
        search.find(self.buffer.text(), from, needle)
    }

    /// Whether the end of an extension was looked for in vain, from an offset on.
    pub(super) fn lacks_stop(&self, from: usize, name: &str) -> bool {
        self.no_stop.iter().any(|(known, nowhere)| known == name && *nowhere <= from)
    }

    /// Remembers that an extension has no end from an offset on.
    pub(super) fn misses_stop(&mut self, from: usize, name: &str) {
        if self.no_stop.len() < 64 {
            self.no_stop.push((name.to_owned(), from));
        }
    }

    /// The end tag of an element: where it begins, and the offset behind it.
    pub(super) fn find_close(&mut self, from: usize, name: &str) -> Option<(usize, usize)> {
        let name = name.to_ascii_lowercase();
        if self.closes.iter().any(|(known, nowhere)| *known == name && *nowhere <= from) {
            return None;
        }
        let found = super::tags::find_close(self.buffer.text(), from, &name);
        if found.is_none() {
            self.closes.push((name, from));
        }
        found
    }

    /// The line that ends a block of code whose fence is `opening`, looked for from an offset on: the offset behind it.
    pub(super) fn fence_end(&mut self, from: usize, opening: &str, github: bool) -> Option<usize> {
        let buffer = Rc::clone(&self.buffer);
        let text = buffer.text();
        let fences = self.fences.get_or_insert_with(|| fences(text));
        let last = *opening.as_bytes().last()?;
        let pure = opening.bytes().all(|byte| byte == last);
        let first = fences.partition_point(|fence| fence.line < from);
        let kind = usize::from(last == b'`');
        let rest = fences.get(first..)?;
        if pure && rest.first().is_none_or(|fence| fence.longest.get(kind).is_none_or(|most| *most < opening.len())) {
            return None;
        }
        let most = if pure { usize::MAX } else { 64 };
        let ends = |fence: &&Fence| {
            let run = part(text, fence.start, fence.stop);
            (github || fence.start == fence.line)
                && run.strip_prefix(opening).is_some_and(|tail| tail.bytes().all(|byte| byte == last))
        };
        rest.iter().take(most).find(ends).map(|fence| fence.end)
    }
}

fn fences(text: &str) -> Vec<Fence> {
    let mut fences = Vec::new();
    let mut line = 0;
    while line < text.len() {
        if let Some((start, stop)) = fence(text, line, true)
            && let Some(end) = space_then_newline(text, stop)
        {
            fences.push(Fence { line, start, stop, end, longest: [0, 0] });
        }
        line = line_end(text, line);
    }
    let mut longest = [0, 0];
    for fence in fences.iter_mut().rev() {
        let kind = usize::from(byte_at(text, fence.stop - 1) == b'`');
        let pure = part(text, fence.start, fence.stop).bytes().all(|byte| byte == byte_at(text, fence.start));
        if let Some(most) = longest.get_mut(kind).filter(|_| pure) {
            *most = (fence.stop - fence.start).max(*most);
        }
        fence.longest = longest;
    }
    fences
}
