//! The span parser: what stands in a line of text, in kramdown's order of trying.
//!
//! kramdown parses a link or an emphasis up to its end and, where there is none, starts again behind its first mark.
//! So does this parser, but it remembers what failed, and it stops trying when the work exceeds a fixed multiple of the
//! text: from there on a mark is text. Only text made to be slow comes that far.

use std::collections::HashSet;
use std::rc::Rc;

use super::blocks::Parser;
use super::buffer::Buffer;
use super::characters::{byte_at, bytes_from, char_at, char_before, is_space, part};
use super::events::{Event, Inline, Opened};
use super::scan::Search;
use super::tags::closes;
use super::tree::Slice;

/// How deep spans may lie in one another; deeper marks are text.
pub(super) const DEPTH: usize = 60;

/// How much work is done for each byte of a text before emphasis is no longer tried, and twice that for the rest.
const WORK: u64 = 12;

/// What an element is to the marks inside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Around {
    Nothing,
    Emphasis,
    Strong,
    Link,
    Image,
    /// An element of HTML, and whether it is raw.
    Html(bool),
}

/// The last child of the element that is being parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Last {
    None,
    Text,
    /// An element: where it is among the events, if it can take attributes.
    Element(Option<usize>),
}

/// The element whose content is being parsed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) around: Around,
    pub(super) last: Last,
    pub(super) images: usize,
}

impl Frame {
    pub(super) fn new(around: Around) -> Self {
        Self { around, last: Last::None, images: 0 }
    }
}

/// What ends the content of an element.
#[derive(Clone, Copy, Debug)]
pub(super) enum Stop<'s> {
    End,
    Emphasis(u8, usize),
    Bracket,
    Tag(&'s str, bool),
}

/// Which parsers are at work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    All,
    Html,
    Code,
    CodeAndHtml,
}

/// The parser of one text.
#[derive(Debug)]
pub(super) struct Spans<'s, 't> {
    pub(super) parser: &'s mut Parser<'t>,
    pub(super) buffer: &'s Rc<Buffer<'t>>,
    /// The text up to the end of the window that is parsed.
    pub(super) text: &'s str,
    /// Where the window begins.
    pub(super) start: usize,
    pub(super) at: usize,
    pub(super) events: Vec<Event<'t>>,
    pub(super) in_emphasis: bool,
    pub(super) in_strong: bool,
    pub(super) in_link: bool,
    pub(super) failed: HashSet<(usize, u8)>,
    /// The kinds of emphasis that have no end, and from where on.
    pub(super) hopeless: Vec<(usize, u8)>,
    /// The offsets behind the last `]`, `*` and `_` of the window, once they were looked for.
    pub(super) last_marks: [Option<usize>; 3],
    pub(super) comment: Search,
    pub(super) formula: Search,
    pub(super) strike: Search,
    pub(super) extension: Search,
    pub(super) no_code: Vec<(usize, usize)>,
    /// The extensions that have no end, and from where on.
    pub(super) no_stop: Vec<(String, usize)>,
    pub(super) work: u64,
    pub(super) most: u64,
    pub(super) depth: usize,
}

impl<'s, 't> Spans<'s, 't> {
    pub(super) fn new(parser: &'s mut Parser<'t>, slice: &'s Slice<'t>) -> Self {
        let length = (slice.to - slice.from) as u64;
        Self {
            parser,
            buffer: &slice.buffer,
            text: part(slice.buffer.text(), 0, slice.to),
            start: slice.from,
            at: slice.from,
            events: Vec::new(),
            in_emphasis: false,
            in_strong: false,
            in_link: false,
            failed: HashSet::new(),
            hopeless: Vec::new(),
            last_marks: [None; 3],
            comment: Search::default(),
            formula: Search::default(),
            strike: Search::default(),
            extension: Search::default(),
            no_code: Vec::new(),
            no_stop: Vec::new(),
            work: 0,
            most: 4096 + length * WORK,
            depth: 0,
        }
    }

    /// Parses the whole window and hands out what is in it.
    pub(super) fn run(mut self, mode: Mode) -> Vec<Event<'t>> {
        self.parse(&mut Frame::new(Around::Nothing), Stop::End, mode);
        self.parser.steps += self.work;
        self.events
    }

    /// Parses a window of its own, in which nothing around counts.
    pub(super) fn parse_window(&mut self, from: usize, to: usize) {
        let outer = (self.text, self.start, self.in_emphasis, self.in_strong, self.in_link);
        let failed = (std::mem::take(&mut self.failed), std::mem::take(&mut self.hopeless), self.last_marks);
        let no_stop = std::mem::take(&mut self.no_stop);
        self.last_marks = [None; 3];
        let searches = (self.comment, self.formula, self.strike, self.extension, std::mem::take(&mut self.no_code));
        (self.comment, self.formula) = (Search::default(), Search::default());
        (self.strike, self.extension) = (Search::default(), Search::default());
        self.text = part(self.text, 0, to);
        (self.start, self.at) = (from, from);
        (self.in_emphasis, self.in_strong, self.in_link) = (false, false, false);
        self.parse(&mut Frame::new(Around::Html(false)), Stop::End, Mode::All);
        (self.text, self.start, self.in_emphasis, self.in_strong, self.in_link) = outer;
        (self.comment, self.formula, self.strike, self.extension, self.no_code) = searches;
        (self.failed, self.hopeless, self.last_marks) = failed;
        self.no_stop = no_stop;
    }

    /// Parses the content of an element; says whether its end was found.
    pub(super) fn parse(&mut self, frame: &mut Frame, stop: Stop<'_>, mode: Mode) -> bool {
        self.depth += 1;
        let mut open = 1_usize;
        let mut found = false;
        while self.at < self.text.len() && !found {
            let Some(next) = self.next_start(stop, mode) else {
                if matches!(stop, Stop::End) {
                    self.add_text(frame, self.at, self.text.len());
                    self.at = self.text.len();
                }
                break;
            };
            self.work += (next - self.at) as u64 / 8 + 1;
            self.add_text(frame, self.at, next);
            self.at = next;
            found = self.stops(frame, stop, &mut open);
            if !found && !self.dispatch(frame, mode) {
                let width = char_at(self.text, self.at).map_or(1, char::len_utf8);
                self.add_text(frame, self.at, self.at + width);
                self.at += width;
            }
        }
        self.depth -= 1;
        found
    }

    /// Whether the element ends at the place.
    fn stops(&self, frame: &Frame, stop: Stop<'_>, open: &mut usize) -> bool {
        match stop {
            Stop::End => false,
            Stop::Tag(name, any_case) => closes(self.text, self.at, name, any_case).is_some(),
            Stop::Bracket => {
                match byte_at(self.text, self.at) {
                    b']' => *open = open.saturating_sub(1),
                    b'[' => *open += 1,
                    b'!' if byte_at(self.text, self.at + 1) == b'[' => *open += 1,
                    _ => return false,
                }
                *open == frame.images
            }
            Stop::Emphasis(mark, length) => self.ends_emphasis(frame, mark, length),
        }
    }

    fn ends_emphasis(&self, frame: &Frame, mark: u8, length: usize) -> bool {
        let run = bytes_from(self.text, self.at).iter().take(3).take_while(|byte| **byte == mark).count();
        if run < length || frame.last == Last::None {
            return false;
        }
        let before = self.before();
        let spaced = before.is_some_and(|before| before.is_ascii() && is_space(before as u8));
        let behind = char_at(self.text, self.at + length);
        !spaced && (length == 2 || run != 2) && (mark != b'_' || !behind.is_some_and(super::characters::is_alnum))
    }

    /// The character before the place, in the window.
    pub(super) fn before(&self) -> Option<char> {
        if self.at > self.start { char_before(self.text, self.at) } else { None }
    }

    pub(super) fn add_text(&mut self, frame: &mut Frame, from: usize, to: usize) {
        if from >= to {
            return;
        }
        frame.last = Last::Text;
        if let Some(Event::Text(_, end)) = self.events.last_mut()
            && *end == from
        {
            *end = to;
            return;
        }
        self.events.push(Event::Text(from, to));
    }

    /// Adds text at the place and moves behind it.
    pub(super) fn take_text(&mut self, frame: &mut Frame, length: usize) {
        self.add_text(frame, self.at, self.at + length);
        self.at += length;
    }

    pub(super) fn open(&mut self, kind: Inline<'t>, from: usize, to: usize) -> usize {
        self.events.push(Event::Open(Box::new(Opened {
            kind,
            given: Vec::new(),
            definition: None,
            range: (from, to),
        })));
        self.events.len() - 1
    }

    /// Parses what begins at the place; says whether any parser took it.
    fn dispatch(&mut self, frame: &mut Frame, mode: Mode) -> bool {
        let mark = byte_at(self.text, self.at);
        match mode {
            Mode::All => {}
            Mode::Code | Mode::CodeAndHtml if mark == b'`' => return self.code(frame),
            Mode::Html | Mode::CodeAndHtml if mark == b'<' => return self.html(frame),
            _ => return false,
        }
        let taken = match mark {
            b'*' | b'_' => self.emphasis(frame),
            b'`' => self.code(frame),
            b'<' => self.autolink(frame) || self.html(frame),
            b'[' => self.footnote(frame) || self.link(frame),
            b'!' => self.link(frame),
            _ => false,
        };
        if taken || self.smart_quote(frame) {
            return true;
        }
        match mark {
            b'$' => self.formula(frame),
            b'{' => self.extension(frame),
            b'&' => self.entity(frame),
            b'-' | b'.' | b' ' | b'<' | b'>' => self.symbol(frame) || self.line_break(frame),
            b'\\' => self.symbol(frame) || self.line_break(frame) || self.escaped(frame),
            b'~' => self.strike(frame),
            _ => false,
        }
    }
}
