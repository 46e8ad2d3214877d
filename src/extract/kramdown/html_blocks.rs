//! HTML that stands as a block, and the raw text, HTML and blocks inside it.
//!
//! kramdown has no end tags that are implied: what is not closed by its own end tag takes the rest of the text.

use std::rc::Rc;

use super::blocks::{Parser, Step};
use super::characters::{blanks_then_newline, byte_at, part, skip_spaces, starts_with};
use super::known::{Model, lookup};
use super::scan::{Needle, Scan};
use super::tags::{Tag, end_tag, name_end, start_tag};
use super::tree::{Element, Id, Kind, Slice};

/// What the content of a raw element is, once its start tag is read.
enum Content {
    /// It was read, or there is none.
    Done,
    /// Raw text and HTML up to its end tag.
    Raw(Id),
}

impl<'t> Parser<'t> {
    /// A comment, an element or an end tag at the beginning of a line.
    pub(super) fn html(&mut self, parent: Id, scan: &mut Scan<'t>) -> Step {
        let buffer = Rc::clone(&scan.buffer);
        let text = buffer.text();
        if let Some(end) = comment(scan) {
            self.verbatim(parent, scan, end);
            skip_line_rest(scan);
            return Step::Done;
        }
        let start = skip_spaces(text, scan.at, 3);
        let closing = byte_at(text, start + 1) == b'/';
        let name_start = start + 1 + usize::from(closing);
        let Some(name_stop) = name_end(text, name_start) else { return Step::Not };
        let name = part(text, name_start, name_stop);
        if lookup(name).is_some_and(|known| known.span) {
            return Step::Not;
        }
        if closing {
            let Some((_, end)) = end_tag(text, start) else { return Step::Not };
            if !matches!(self.tree.kind(parent), Kind::Html(element) if element.name() == name.to_lowercase()) {
                return Step::Not;
            }
            scan.at = end;
            return Step::Stop;
        }
        let Some(tag) = start_tag(text, start) else { return Step::Not };
        scan.at = tag.end;
        if let Content::Raw(id) = self.open(parent, scan, tag) {
            self.raw_html(id, scan);
            self.after_element(parent, scan);
        }
        Step::Done
    }

    fn verbatim(&mut self, parent: Id, scan: &mut Scan<'t>, end: usize) {
        let slice = Slice { buffer: Rc::clone(&scan.buffer), from: scan.at, to: end };
        self.tree.append(parent, Kind::Verbatim(slice));
        scan.at = end;
    }

    /// Adds the element of a start tag, and reads its content unless that is raw.
    fn open(&mut self, parent: Id, scan: &mut Scan<'t>, tag: Tag) -> Content {
        let buffer = Rc::clone(&scan.buffer);
        let text = buffer.text();
        let name = part(text, tag.start + 1, tag.name_end);
        let known = lookup(name);
        let inside_raw = self.is_raw(parent);
        let default = known.map_or(Model::Raw, |known| known.model);
        let usual = if self.options.parse_block_html && !inside_raw { default } else { Model::Raw };
        let model = match attribute(text, &tag, "markdown") {
            Some("0") => Model::Raw,
            Some("1") => default,
            Some("span") => Model::Span,
            Some("block") => Model::Block,
            _ => usual,
        };
        let closed = tag.closed || known.is_some_and(|known| known.void);
        let script = matches!(known.map(|known| known.name), Some("script" | "style"));
        let end = tag.end;
        let element = Element { buffer: Rc::clone(&buffer), tag, known, model, end, ended: closed };
        let id = self.tree.append(parent, Kind::Html(Box::new(element)));
        if script {
            self.script(id, scan, name);
            self.give_waiting(id);
            if model == Model::Block {
                skip_line_rest(scan);
            }
            return Content::Done;
        }
        self.give_waiting(id);
        if model == Model::Block {
            skip_line_rest(scan);
        }
        if closed {
            return Content::Done;
        }
        match model {
            Model::Raw => return Content::Raw(id),
            Model::Block => {
                let found = self.parse_blocks(id, scan);
                self.close(id, scan.at, found);
            }
            Model::Span => self.span_content(id, scan, name),
        }
        self.after_element(parent, scan);
        Content::Done
    }

    /// The content of `script` or `style`, which no one parses.
    fn script(&mut self, id: Id, scan: &mut Scan<'t>, name: &str) {
        let found = scan.find_close(scan.at, name);
        scan.at = found.map_or(scan.buffer.text().len(), |(_, end)| end);
        self.close(id, scan.at, found.is_some());
    }

    fn span_content(&mut self, id: Id, scan: &mut Scan<'t>, name: &str) {
        let from = scan.at;
        let found = scan.find_close(from, name);
        let len = scan.buffer.text().len();
        let (to, end) = found.unwrap_or((len, len));
        self.tree.append(id, Kind::Text(Slice { buffer: Rc::clone(&scan.buffer), from, to }));
        scan.at = end;
        self.close(id, end, found.is_some());
    }

    fn close(&mut self, id: Id, at: usize, found: bool) {
        if let Some(node) = self.tree.node_mut(id)
            && let Kind::Html(element) = &mut node.kind
        {
            element.end = at;
            element.ended = found;
        }
    }

    fn is_raw(&self, id: Id) -> bool {
        matches!(self.tree.kind(id), Kind::Html(element) if element.model == Model::Raw)
    }

    /// The rest of the line behind an element is skipped if it is blank.
    fn after_element(&self, parent: Id, scan: &mut Scan<'t>) {
        if !self.is_raw(parent) {
            skip_line_rest(scan);
        }
    }

    /// Raw text and HTML up to the end tag of `id`; elements in one another wait on a stack.
    fn raw_html(&mut self, id: Id, scan: &mut Scan<'t>) {
        let buffer = Rc::clone(&scan.buffer);
        let text = buffer.text();
        let mut open = vec![id];
        let mut printed = scan.at;
        while let Some(parent) = open.last().copied() {
            self.steps += 1;
            let rest = super::characters::bytes_from(text, scan.at);
            let Some(offset) = memchr::memchr(b'<', rest) else {
                self.raw_text(parent, scan, printed, text.len());
                for id in open.drain(..) {
                    self.close(id, text.len(), false);
                }
                scan.at = text.len();
                return;
            };
            scan.at += offset;
            let at = scan.at;
            if let Some(end) = comment(scan).or_else(|| instruction(scan)) {
                self.raw_text(parent, scan, printed, at);
                self.verbatim(parent, scan, end);
            } else if let Some(tag) = start_tag(text, at) {
                self.raw_text(parent, scan, printed, at);
                scan.at = tag.end;
                if let Content::Raw(id) = self.open(parent, scan, tag) {
                    open.push(id);
                }
            } else if let Some((name_stop, end)) = end_tag(text, at) {
                scan.at = end;
                let name = part(text, at + 2, name_stop);
                if !self.is_named(parent, name) {
                    continue;
                }
                self.raw_text(parent, scan, printed, at);
                self.close(parent, end, true);
                open.pop();
            } else {
                self.note_no_tag(&buffer, at);
                scan.at += 1;
                continue;
            }
            printed = scan.at;
        }
    }

    fn is_named(&self, id: Id, name: &str) -> bool {
        let Kind::Html(element) = self.tree.kind(id) else { return false };
        match element.known {
            Some(known) => known.name.eq_ignore_ascii_case(name),
            None => element.name() == name,
        }
    }

    fn raw_text(&mut self, parent: Id, scan: &Scan<'t>, from: usize, to: usize) {
        if from < to {
            let slice = Slice { buffer: Rc::clone(&scan.buffer), from, to };
            self.tree.append(parent, Kind::RawText(slice));
        }
    }
}

/// `[ \t]*\n` is skipped.
fn skip_line_rest(scan: &mut Scan<'_>) {
    if let Some(end) = blanks_then_newline(scan.buffer.text(), scan.at) {
        scan.at = end;
    }
}

/// A comment at the place: the offset behind it.
fn comment(scan: &mut Scan<'_>) -> Option<usize> {
    starts_with(scan.buffer.text(), scan.at, "<!--").then_some(())?;
    scan.find(Needle::Comment, scan.at + 4).map(|end| end + 3)
}

/// A processing instruction at the place: the offset behind it.
fn instruction(scan: &mut Scan<'_>) -> Option<usize> {
    starts_with(scan.buffer.text(), scan.at, "<?").then_some(())?;
    scan.find(Needle::Instruction, scan.at + 2).map(|end| end + 2)
}

/// The value of an attribute of a tag; of two with one name the last.
pub(super) fn attribute<'b>(text: &'b str, tag: &Tag, name: &str) -> Option<&'b str> {
    let found = tag.attributes.iter().rev().find(|[from, to, ..]| part(text, *from, *to).eq_ignore_ascii_case(name));
    found.map(|[_, _, from, to]| part(text, *from, *to))
}
