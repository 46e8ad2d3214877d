//! Tables: lines with a pipe that is neither escaped nor in code.
//!
//! A pipe in the first line of a block is enough, so that a link with a pipe in it falls into two cells.

use std::rc::Rc;

use super::blocks::{Parser, Step};
use super::buffer::{Buffer, Builder};
use super::characters::{
    blanks_then_newline, byte_at, bytes_from, line_end, line_stop, part, skip_space, skip_while, trimmed, trimmed_end,
};
use super::events::{Event, Inline};
use super::lines::{before_boundary, has_pipe, table_start};
use super::scan::Scan;
use super::spans::{Mode, Spans};
use super::swallowed::{Swallowed, Swallower, lookalikes};
use super::tree::{Id, Kind, Slice};

/// The cells of a line, and the pipes between them.
#[derive(Debug, Default)]
struct Cells {
    cells: Vec<Builder>,
    pipes: Vec<usize>,
}

impl Cells {
    /// The cell that is being filled.
    fn open(&mut self) -> Option<&mut Builder> {
        if self.cells.is_empty() {
            self.cells.push(Builder::default());
        }
        self.cells.last_mut()
    }

    fn push(&mut self, buffer: &Buffer<'_>, from: usize, to: usize) {
        if let Some(cell) = self.open() {
            cell.push(buffer, from, to);
        }
    }

    /// Text is split at each pipe that is not escaped.
    fn split(&mut self, buffer: &Buffer<'_>, from: usize, to: usize) {
        let text = buffer.text();
        let mut start = from;
        for pipe in memchr::memchr_iter(b'|', part(text, from, to).as_bytes()).map(|offset| from + offset) {
            if pipe > from && byte_at(text, pipe - 1) == b'\\' {
                self.push(buffer, start, pipe - 1);
                start = pipe;
            } else {
                self.push(buffer, start, pipe);
                self.cells.push(Builder::default());
                self.pipes.push(pipe);
                start = pipe + 1;
            }
        }
        self.push(buffer, start, to);
    }
}

/// What a table is made of so far.
#[derive(Debug, Default)]
struct Rows<'t> {
    cells: Vec<Slice<'t>>,
    swallowed: Vec<Swallowed>,
    /// Rows since the last separator.
    pending: usize,
    has_head: bool,
    has_body: bool,
    has_foot: bool,
}

impl Rows<'_> {
    fn separator(&mut self) {
        if self.pending == 0 {
            return;
        }
        if !self.has_head && !self.has_foot {
            self.has_head = true;
            self.pending = 0;
        } else if !self.has_foot {
            self.has_body = true;
            self.pending = 0;
        }
    }

    /// Remembers what looks like a link and has a pipe in it that makes a new cell.
    fn note_cut_links(&mut self, buffer: &Buffer<'_>, line: (usize, usize), pipes: &[usize]) {
        for (from, to) in lookalikes(buffer.text(), line.0, line.1) {
            let index = pipes.partition_point(|pipe| *pipe < from);
            if let Some(pipe) = pipes.get(index).filter(|pipe| **pipe < to) {
                let by = buffer.span(*pipe, *pipe + 1);
                self.swallowed.push(Swallowed { span: buffer.span(from, to), by, why: Swallower::TablePipe });
            }
        }
    }

    fn foot_separator(&mut self) {
        if self.pending > 0 {
            self.has_body = true;
            self.pending = 0;
        }
        self.has_foot = true;
    }
}

impl<'t> Parser<'t> {
    /// A table at the place.
    pub(super) fn table(&mut self, parent: Id, scan: &mut Scan<'t>) -> Step {
        let buffer = Rc::clone(&scan.buffer);
        let text = buffer.text();
        let from = scan.at;
        if !table_start(text, from) || !self.after_boundary(parent) {
            return Step::Not;
        }
        // The attributes that wait go to the table even if it turns out to be none.
        let waiting = self.waiting.take();
        let leading = byte_at(text, skip_space(text, from)) == b'|';
        let mut at = separator(text, from, b'-').unwrap_or(from);
        let mut rows = Rows::default();
        while at < text.len() && has_pipe(part(text, at, line_stop(text, at))) {
            let end = line_end(text, at);
            if separator(text, at, b'-').is_some() {
                rows.separator();
            } else if separator(text, at, b'=').is_some() {
                rows.foot_separator();
            } else {
                self.row(&mut rows, &buffer, at, leading);
            }
            at = end;
        }
        rows.has_body |= rows.pending > 0 && !rows.has_foot;
        self.steps += (at - from) as u64;
        if !before_boundary(text, at) || !self.has_pipe_on_each_line(&buffer, from, at) || !rows.has_body {
            return Step::Not;
        }
        scan.at = at;
        self.swallowed.append(&mut rows.swallowed);
        let table = self.tree.append(parent, Kind::Table);
        if let Some(node) = self.tree.node_mut(table) {
            node.attributes = waiting;
        }
        for cell in rows.cells {
            let id = self.tree.append(table, Kind::Cell);
            self.tree.append(id, Kind::Text(cell));
        }
        Step::Done
    }

    /// Splits a line into cells.
    fn row(&mut self, rows: &mut Rows<'t>, buffer: &Rc<Buffer<'t>>, at: usize, leading: bool) {
        let text = buffer.text();
        let stop = line_stop(text, at);
        let stop = at + part(text, at, stop).trim_end_matches([' ', '\t']).len();
        let mut cells = Cells::default();
        let mut from = at;
        while from < stop {
            let code = code_element(text, from, stop);
            let to = code.map_or(stop, |(open, _)| open);
            self.split(&mut cells, buffer, from, to);
            let Some((open, close)) = code else { break };
            cells.push(buffer, open, close);
            from = close;
        }
        rows.note_cut_links(buffer, (at, stop), &cells.pipes);
        let mut cells = cells.cells;
        let is_empty = |cell: Option<&Builder>| cell.is_none_or(|cell| cell.text().trim().is_empty());
        let first = usize::from(leading && is_empty(cells.first()));
        if cells.len() > first && is_empty(cells.last()) {
            cells.pop();
        }
        rows.pending += 1;
        for cell in cells.into_iter().skip(first) {
            let cell = cell.finish();
            let (from, to) = trimmed(cell.text(), 0, cell.text().len());
            if from < to {
                rows.cells.push(Slice { buffer: cell, from, to });
            }
        }
    }

    /// Splits a part of a line at its pipes, which count only outside code.
    fn split(&mut self, cells: &mut Cells, buffer: &Rc<Buffer<'t>>, from: usize, to: usize) {
        let _text = buffer.text();
        let slice = Slice { buffer: Rc::clone(buffer), from, to };
        let events = Spans::new(self, &slice).run(Mode::Code);
        let mut code = false;
        for event in events {
            match event {
                Event::Open(_) => code = true,
                Event::Close => code = false,
                Event::Text(from, to) if code => push_code(cells, buffer, from, to),
                Event::Text(from, to) => cells.split(buffer, from, to),
                _ => {}
            }
        }
    }

    /// Whether each line has a pipe that is neither escaped nor in code, as kramdown finds out.
    fn has_pipe_on_each_line(&mut self, buffer: &Rc<Buffer<'t>>, from: usize, to: usize) -> bool {
        let text = buffer.text();
        let slice = Slice { buffer: Rc::clone(buffer), from, to: to.saturating_sub(1) };
        let events = Spans::new(self, &slice).run(Mode::CodeAndHtml);
        let mut check = PipeCheck::default();
        let mut depth = 0_usize;
        let mut code = false;
        for event in events {
            match event {
                Event::Open(opened) => {
                    code = depth == 0 && matches!(opened.kind, Inline::Code);
                    depth += 1;
                }
                Event::Close => {
                    depth -= 1;
                    code = false;
                }
                Event::Text(from, to) if depth == 0 || (code && depth == 1) => check.add(part(text, from, to), code),
                Event::Verbatim(from, to) if depth == 0 => check.add(part(text, from, to), false),
                _ => {}
            }
            if check.failed {
                break;
            }
        }
        check.pipe
    }
}

/// Whether the line that is being read has a pipe.
#[derive(Debug, Default)]
struct PipeCheck {
    pipe: bool,
    failed: bool,
}

impl PipeCheck {
    fn add(&mut self, value: &str, code: bool) {
        let value = value.trim_end_matches('\n');
        let several = value.contains('\n');
        if code {
            let many = value.matches('\n').count() > 1;
            self.failed = many || (several && !self.pipe);
            self.pipe &= !several || self.failed;
            return;
        }
        let first = value.split('\n').next().unwrap_or_default();
        let last = value.rsplit('\n').next().unwrap_or_default();
        if several && !self.pipe && !has_pipe(first) {
            self.failed = true;
            return;
        }
        self.pipe = (!several && self.pipe) || has_pipe(last);
    }
}

/// Code is put back with a delimiter that fits its content.
fn push_code(cells: &mut Cells, buffer: &Buffer<'_>, from: usize, to: usize) {
    let text = buffer.text();
    let origin = buffer.span(from, from).start;
    let (mut longest, mut run) = (0, 0);
    for byte in bytes_from(text, from).iter().take(to - from) {
        run = if *byte == b'`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let marks = "`".repeat(longest + 1);
    let space = if longest > 0 { " " } else { "" };
    if let Some(last) = cells.open() {
        last.push_made(&format!("{marks}{space}"), origin);
        last.push(buffer, from, to);
        last.push_made(&format!("{space}{marks}"), origin);
    }
}

/// `<code.*?>.*?</code>` from an offset on: where it begins, and the offset behind it.
fn code_element(text: &str, from: usize, to: usize) -> Option<(usize, usize)> {
    let open = from + memchr::memmem::find(part(text, from, to).as_bytes(), b"<code")?;
    let behind = open + memchr::memchr(b'>', part(text, open, to).as_bytes())? + 1;
    let close = behind + memchr::memmem::find(part(text, behind, to).as_bytes(), b"</code>")?;
    Some((open, close + 7))
}

/// A line of dashes (or equal signs), pipes, colons and plus signs: the offset behind it.
fn separator(text: &str, at: usize, mark: u8) -> Option<usize> {
    let class = |byte| matches!(byte, b'+' | b'|' | b':' | b' ' | b'\t') || byte == mark;
    let stop = skip_while(text, at, class);
    let end = blanks_then_newline(text, stop)?;
    let end_of_marks = trimmed_end(text, at, stop);
    bytes_from(text, at).get(..end_of_marks - at)?.contains(&mark).then_some(end)
}
