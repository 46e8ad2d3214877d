//! The block parser: which block begins where, in kramdown's order of trying.

use std::collections::HashMap;
use std::rc::Rc;

use super::Options;
use super::attributes::{Attributes, Lists};
use super::buffer::Buffer;
use super::characters::{
    blank_lines, byte_at, indentation, is_space, line_end, part, skip_space, skip_spaces, skip_while,
    space_then_newline, starts_with, trimmed, trimmed_end,
};
use super::definitions::Definition;
use super::lines::{code_lines, end_of_block, ends_lazy, ends_paragraph, fence, quote_mark, rule};
use super::scan::{Needle, Scan};
use super::swallowed::{Swallowed, Swallower, no_tag};
use super::tree::{Id, Kind, Left, ROOT, Slice, Tree};

/// How deep blocks may lie in one another; what lies deeper is read as one paragraph.
///
/// kramdown itself overruns Ruby's stack at some hundred levels.
const DEPTH: usize = 100;

/// What a block parser did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// It made a block, or moved on.
    Done,
    /// No such block begins here.
    Not,
    /// The end tag of the element whose blocks are parsed.
    Stop,
}

/// The parser of one text.
#[derive(Debug)]
pub(super) struct Parser<'t> {
    pub(super) options: Options,
    pub(super) tree: Tree<'t>,
    pub(super) lists: Lists,
    pub(super) links: HashMap<String, Definition<'t>>,
    pub(super) footnotes: HashMap<String, (Id, Id)>,
    /// Attributes in braces that wait for the block below them.
    pub(super) waiting: Option<Box<Attributes>>,
    depth: usize,
    /// What looks like a link and is found to be text while parsing; some of it more than once.
    pub(super) swallowed: Vec<Swallowed>,
    /// How much work was done, in bytes looked at: what the tests of linear time count.
    pub(super) steps: u64,
}

impl<'t> Parser<'t> {
    pub(super) fn new(options: &Options) -> Self {
        Self {
            options: options.clone(),
            tree: Tree::new(),
            lists: Lists::new(),
            links: HashMap::new(),
            footnotes: HashMap::new(),
            waiting: None,
            depth: 0,
            swallowed: Vec::new(),
            steps: 0,
        }
    }

    /// Parses the blocks of a whole text.
    pub(super) fn parse(&mut self, buffer: &Rc<Buffer<'t>>) {
        self.parse_text(ROOT, Rc::clone(buffer));
    }

    /// Parses a text of its own into a block.
    pub(super) fn parse_text(&mut self, parent: Id, buffer: Rc<Buffer<'t>>) {
        self.steps += buffer.text().len() as u64;
        self.parse_blocks(parent, &mut Scan::new(buffer));
    }

    /// Parses blocks up to the end of the text or the end tag of `parent`; says whether that tag was found.
    pub(super) fn parse_blocks(&mut self, parent: Id, scan: &mut Scan<'t>) -> bool {
        let waiting = self.waiting.take();
        self.depth += 1;
        let mut found = false;
        if self.depth > DEPTH {
            let to = scan.buffer.text().len();
            let rest = Slice { buffer: Rc::clone(&scan.buffer), from: scan.at, to };
            self.append(parent, Kind::Text(rest));
            scan.at = to;
        }
        while !scan.ended() && !found {
            let before = scan.at;
            found = self.parse_block(parent, scan) == Step::Stop;
            self.steps += (scan.at - before) as u64 + 1;
        }
        self.depth -= 1;
        self.waiting = waiting;
        found
    }

    fn parse_block(&mut self, parent: Id, scan: &mut Scan<'t>) -> Step {
        let buffer = Rc::clone(&scan.buffer);
        let text = buffer.text();
        let at = scan.at;
        let start = skip_spaces(text, at, 3);
        let first = byte_at(text, start);
        if is_space(first)
            && let Some(end) = blank_lines(text, at)
        {
            return self.blank(parent, scan, part(text, at, end) == "\n", end);
        }
        if indentation(text, at).is_some() {
            scan.at = code_lines(text, at).max(at + 1);
            self.append(parent, Kind::Opaque);
            return Step::Done;
        }
        let step = match first {
            b'~' | b'`' => self.fenced(parent, scan),
            b'>' => self.quote(parent, scan),
            b'#' if start == at => self.numbered_heading(parent, scan),
            b'*' | b'-' | b'_' | b'+' | b'0'..=b'9' => self.rule_or_list(parent, scan),
            b':' => self.definition_list(parent, scan),
            b'<' => self.html(parent, scan),
            _ => Step::Not,
        };
        if step == Step::Not { self.parse_late(parent, scan, first) } else { step }
    }

    fn rule_or_list(&mut self, parent: Id, scan: &mut Scan<'t>) -> Step {
        if let Some(end) = rule(scan.buffer.text(), scan.at) {
            scan.at = end;
            self.append(parent, Kind::Opaque);
            return Step::Done;
        }
        self.list(parent, scan)
    }

    /// The parsers that come behind HTML in kramdown's order.
    fn parse_late(&mut self, parent: Id, scan: &mut Scan<'t>, first: u8) -> Step {
        if self.underlined_heading(parent, scan) {
            return Step::Done;
        }
        let step = if matches!(first, b'$' | b'\\') { self.formula(parent, scan) } else { Step::Not };
        if step != Step::Not || self.table(parent, scan) == Step::Done {
            return Step::Done;
        }
        let buffer = Rc::clone(&scan.buffer);
        let step = match first {
            b'[' | b'*' => self.definition(parent, scan),
            b'{' => self.extension(parent, scan),
            b'^' => match end_of_block(buffer.text(), scan.at) {
                Some(end) => {
                    scan.at = end;
                    self.append(parent, Kind::Left(Left::Nothing));
                    Step::Done
                }
                None => Step::Not,
            },
            _ => Step::Not,
        };
        if step == Step::Not { self.paragraph(parent, scan) } else { step }
    }

    /// Remembers what was meant as a tag at an offset, and is none.
    pub(super) fn note_no_tag(&mut self, buffer: &Buffer<'t>, at: usize) {
        if let Some(end) = no_tag(buffer.text(), at) {
            let span = buffer.span(at, end);
            self.swallowed.push(Swallowed { span, by: span, why: Swallower::NoTag });
        }
    }

    /// Adds a block and gives it the attributes that wait for one.
    pub(super) fn append(&mut self, parent: Id, kind: Kind<'t>) -> Id {
        let id = self.tree.append(parent, kind);
        self.give_waiting(id);
        id
    }

    /// Gives a block the attributes that wait for one.
    pub(super) fn give_waiting(&mut self, id: Id) {
        if self.waiting.is_some()
            && let Some(node) = self.tree.node_mut(id)
        {
            node.attributes = self.waiting.take();
        }
    }

    /// Whether the place is behind a boundary of blocks.
    pub(super) fn after_boundary(&self, parent: Id) -> bool {
        match self.tree.last_kind(parent) {
            None | Some(Kind::Blank(_) | Kind::Left(Left::Nothing)) => true,
            Some(_) => self.waiting.is_some(),
        }
    }

    fn blank(&mut self, parent: Id, scan: &mut Scan<'t>, single: bool, end: usize) -> Step {
        scan.at = end;
        if let Some(last) = self.tree.last(parent, 0)
            && let Some(node) = self.tree.node_mut(last)
            && let Kind::Blank(one) = &mut node.kind
        {
            *one = false;
            return Step::Done;
        }
        self.append(parent, Kind::Blank(single));
        Step::Done
    }

    fn fenced(&mut self, parent: Id, scan: &mut Scan<'t>) -> Step {
        let buffer = Rc::clone(&scan.buffer);
        let text = buffer.text();
        let github = self.options.is_github();
        let Some((start, stop)) = fence(text, scan.at, github) else { return Step::Not };
        for length in (3..=stop - start).rev().take(64) {
            let Some(content) = fence_content(text, start + length) else { continue };
            if let Some(end) = scan.fence_end(content, part(text, start, start + length), github) {
                scan.at = end;
                self.append(parent, Kind::Opaque);
                return Step::Done;
            }
        }
        Step::Not
    }

    fn quote(&mut self, parent: Id, scan: &mut Scan<'t>) -> Step {
        let buffer = Rc::clone(&scan.buffer);
        let text = buffer.text();
        let mut inner = super::buffer::Builder::default();
        loop {
            let end = line_end(text, scan.at);
            inner.push(&buffer, quote_mark(text, scan.at).unwrap_or(scan.at), end);
            scan.at = end;
            if ends_lazy(text, end) {
                break;
            }
        }
        let id = self.append(parent, Kind::Quote);
        self.parse_text(id, inner.finish());
        Step::Done
    }

    fn formula(&mut self, parent: Id, scan: &mut Scan<'t>) -> Step {
        let buffer = Rc::clone(&scan.buffer);
        let text = buffer.text();
        if !self.after_boundary(parent) {
            return Step::Not;
        }
        let start = skip_spaces(text, scan.at, 3);
        let escaped = byte_at(text, start) == b'\\';
        let open = start + usize::from(escaped);
        if !starts_with(text, open, "$$") {
            return Step::Not;
        }
        let Some(close) = scan.find(Needle::Formula, open + 2) else { return Step::Not };
        let line = space_then_newline(text, close + 2);
        if escaped {
            if line.is_some() {
                scan.at = open;
            }
            return Step::Not;
        }
        let end = line.unwrap_or(close + 2);
        if !super::lines::before_boundary(text, end) {
            return Step::Not;
        }
        scan.at = end;
        self.append(parent, Kind::Opaque);
        Step::Done
    }

    fn paragraph(&mut self, parent: Id, scan: &mut Scan<'t>) -> Step {
        let buffer = Rc::clone(&scan.buffer);
        let text = buffer.text();
        let from = scan.at;
        let start = skip_spaces(text, from, 3);
        if matches!(byte_at(text, start), b' ' | b'\t') {
            let to = line_end(text, from);
            scan.at = to;
            return self.loose(parent, Slice { buffer: Rc::clone(&buffer), from, to });
        }
        scan.at = line_end(text, from);
        while !ends_paragraph(text, scan.at, &self.options) {
            scan.at = line_end(text, scan.at);
        }
        let to = trimmed_end(text, from, scan.at);
        let slice = Slice { buffer: Rc::clone(&buffer), from, to };
        if let Some(last) = self.tree.last(parent, 0)
            && matches!(self.tree.kind(last), Kind::Paragraph(_))
        {
            let hard = from >= 3 && starts_with(text, from - 3, "  \n");
            if let Some(text) = self.tree.children(last).first().copied() {
                self.tree.join(text, &slice, if hard { "  \n" } else { "\n" });
            }
            return Step::Done;
        }
        let id = self.append(parent, Kind::Paragraph(false));
        let (from, to) = trimmed(text, from, to);
        self.tree.append(id, Kind::Text(Slice { from, to, ..slice }));
        Step::Done
    }

    /// A line that no parser takes: text of its own, or the rest of such text.
    fn loose(&mut self, parent: Id, slice: Slice<'t>) -> Step {
        match self.tree.last(parent, 0) {
            Some(last) if matches!(self.tree.kind(last), Kind::Text(_) | Kind::Joined(_)) => {
                self.tree.join(last, &slice, "");
            }
            _ => {
                self.tree.append(parent, Kind::Text(slice));
            }
        }
        Step::Done
    }
}

/// Where the content of a fenced block begins, if the rest of the fence's line is as it must be.
fn fence_content(text: &str, at: usize) -> Option<usize> {
    if let Some(content) = space_then_newline(text, at) {
        return Some(content);
    }
    let word = skip_space(text, at);
    let stop = skip_while(text, word, |byte| !is_space(byte));
    space_then_newline(text, stop)
}
