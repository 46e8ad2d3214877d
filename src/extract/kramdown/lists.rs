//! Lists of items with bullets or numbers.

use std::rc::Rc;

use super::attributes::{Attributes, closing_brace};
use super::blocks::{Parser, Step};
use super::buffer::{Buffer, Builder};
use super::characters::{
    blank_lines, byte_at, indentation, is_space, line_end, name_end, part, skip_space, skip_spaces, skip_while,
    starts_with,
};
use super::lines::{Marker, attributes_here, end_of_block, list_mark, list_start, rule};
use super::scan::Scan;
use super::tags::ends_lazy_line;
use super::tree::{Id, Kind};

/// How many spaces are put before a line at most, so that a deep item does not make all lines below it long.
const INDENTATION: usize = 256;

/// An item whose lines are being gathered.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) id: Id,
    /// How far the first line's text is indented: what the lines below are measured by.
    pub(super) indentation: usize,
    /// The item's text, cut where a nested list begins.
    pub(super) parts: Vec<Builder>,
}

impl Item {
    pub(super) fn push(&mut self, buffer: &Buffer<'_>, from: usize, to: usize) {
        if let Some(last) = self.parts.last_mut() {
            last.push(buffer, from, to);
        }
    }
}

/// Attributes at the beginning of an item: where they begin and end, and where the text behind them begins.
pub(super) fn item_attributes(text: &str, at: usize) -> Option<(usize, usize, usize)> {
    let start = skip_space(text, at);
    if !starts_with(text, start, "{:") || matches!(byte_at(text, start + 2), b':' | b'/') {
        return None;
    }
    if name_end(text, start + 2).is_some_and(|stop| byte_at(text, stop) == b':') {
        return None;
    }
    let (close, ()) = closing_brace(text, start + 2, |_| Some(()))?;
    Some((start + 2, close, skip_space(text, close + 1)))
}

/// The text of an item's first line, with tabs in its indentation made spaces.
fn first_line(buffer: &Buffer<'_>, from: usize, to: usize, mark: usize) -> (Builder, usize) {
    let text = buffer.text();
    let line = part(text, from, to);
    let nothing = skip_space(line, 0) >= line.len()
        || item_attributes(line, 0).is_some_and(|(_, _, behind)| behind >= line.len() && line.ends_with('\n'));
    let blanks = line.bytes().take_while(|byte| matches!(byte, b' ' | b'\t'));
    let step = |width: usize, byte| if byte == b'\t' { width + 4 - width % 4 } else { width + 1 };
    let width = if nothing { 4 } else { blanks.fold(mark, step) };
    let mut builder = Builder::default();
    let start = skip_space(text, from).min(to);
    builder.push(buffer, start, to);
    (builder, width)
}

/// The line below an item, if it is indented far enough.
pub(super) fn content_line(text: &str, at: usize, indent: usize) -> Option<usize> {
    let mut stop = at;
    for _ in 0..indent / 4 {
        stop = indentation(text, stop)?;
    }
    let enough = skip_spaces(text, stop, indent % 4) == stop + indent % 4 || indentation(text, stop).is_some();
    if enough { has_something(text, at, stop) } else { None }
}

/// `.*\S.*\n`: the offset behind a line that is not blank.
fn has_something(text: &str, line: usize, from: usize) -> Option<usize> {
    let end = line_end(text, line);
    let rest = part(text, from.min(end), end);
    (rest.ends_with('\n') && skip_space(rest, 0) < rest.len()).then_some(end)
}

/// A line below an item that is taken along although it is not indented.
pub(super) fn lazy_line(text: &str, at: usize, indent: usize) -> Option<usize> {
    let most = indent.min(3);
    let start = skip_spaces(text, at, most);
    if attributes_here(text, start).is_some() || ends_lazy_line(text, start) {
        return None;
    }
    has_something(text, at, at)
}

impl<'t> Parser<'t> {
    /// Reads the first line of an item, whose mark ends at `stop`, and moves behind it.
    pub(super) fn begin_item(&mut self, id: Id, scan: &mut Scan<'t>, stop: usize) -> Item {
        let buffer = Rc::clone(&scan.buffer);
        let end = line_end(buffer.text(), stop);
        let (mut builder, indentation) = first_line(&buffer, stop, end, stop - scan.at);
        if let Some((from, to, behind)) = item_attributes(builder.text(), 0) {
            let line = builder.finish();
            let mut attributes = Attributes::default();
            attributes.read(&line, from, to);
            if let Some(node) = self.tree.node_mut(id) {
                node.attributes = Some(Box::new(attributes));
            }
            builder = Builder::default();
            builder.push(&line, behind, line.text().len());
        }
        scan.at = end;
        Item { id, indentation, parts: vec![builder] }
    }

    /// A list of items with bullets or numbers.
    pub(super) fn list(&mut self, parent: Id, scan: &mut Scan<'t>) -> Step {
        let buffer = Rc::clone(&scan.buffer);
        let text = buffer.text();
        let marker = match list_mark(text, scan.at, Marker::Bullet, 3) {
            Some(_) => Marker::Bullet,
            None if list_mark(text, scan.at, Marker::Number, 3).is_some() => Marker::Number,
            None => return Step::Not,
        };
        let list = self.tree.add(Kind::List);
        self.give_waiting(list);
        let (items, ended) = self.gather_items(list, scan, marker);
        self.tree.adopt(parent, list);
        for item in items {
            for builder in item.parts {
                self.parse_text(item.id, builder.finish());
            }
        }
        self.finish_items(parent, list, ended);
        if self.options.is_github() {
            self.task_boxes(list);
        }
        Step::Done
    }

    /// The items of a list, and whether an end-of-block marker ended it.
    fn gather_items(&mut self, list: Id, scan: &mut Scan<'t>, marker: Marker) -> (Vec<Item>, bool) {
        let buffer = Rc::clone(&scan.buffer);
        let text = buffer.text();
        let mut items: Vec<Item> = Vec::new();
        let (mut spaces, mut nested, mut blank) = (3, false, false);
        while !scan.ended() {
            let at = scan.at;
            if blank && rule(text, at).is_some() {
                break;
            }
            if let Some(end) = end_of_block(text, at) {
                scan.at = end;
                return (items, true);
            }
            if let Some(stop) = list_mark(text, at, marker, spaces) {
                let id = self.tree.append(list, Kind::Item);
                let item = self.begin_item(id, scan, stop);
                spaces = item.indentation.saturating_sub(1).min(3);
                nested = item.parts.first().is_some_and(|line| list_start(line.text(), 0));
                blank = false;
                items.push(item);
                continue;
            }
            let Some(item) = items.last_mut() else { break };
            let indent = item.indentation;
            let line =
                content_line(text, at, indent).or_else(|| if blank { None } else { lazy_line(text, at, indent) });
            if let Some(end) = line {
                add_line(item, &buffer, (at, end), Some(&mut nested));
                blank = false;
                scan.at = end;
            } else if let Some(end) = blank_lines(text, at) {
                item.push(&buffer, at, end);
                (nested, blank) = (true, true);
                scan.at = end;
            } else {
                break;
            }
        }
        (items, false)
    }

    /// Decides which first paragraphs are printed without a tag, and moves blank lines at the end out of the list.
    fn finish_items(&mut self, parent: Id, list: Id, ended: bool) {
        let items = self.tree.children(list).to_vec();
        let mut last = None;
        let mut earlier_is_no_plain_paragraph = false;
        for (index, item) in items.iter().enumerate() {
            let is_last = index + 1 == items.len();
            let children = self.tree.children(*item);
            let first = children.first().copied();
            let own_attributes =
                first.and_then(|first| self.tree.node(first)).is_some_and(|node| node.attributes.is_some());
            let left = children.get(1).is_some_and(|second| matches!(self.tree.kind(*second), Kind::Left(_)));
            if self.tree.is_paragraph(children.first())
                && left
                && own_attributes
                && let Some(node) = self.tree.node_mut(*item)
            {
                node.children.remove(1);
            }
            let children = self.tree.children(*item);
            let plain = self.tree.is_paragraph(children.first())
                && (!self.tree.is_blank(children.get(1)) || (is_last && children.len() == 2 && !ended))
                && (!is_last || items.len() == 1 || earlier_is_no_plain_paragraph);
            if let Some(node) = first.filter(|_| plain).and_then(|first| self.tree.node_mut(first)) {
                node.kind = Kind::Paragraph(true);
            }
            let tagged = first.is_some_and(|first| matches!(self.tree.kind(first), Kind::Paragraph(false)));
            earlier_is_no_plain_paragraph |= !tagged;
            if first.is_some() {
                let blank = self.tree.is_blank(self.tree.last(*item, 0).as_ref());
                last = if blank { self.tree.pop(*item) } else { None };
            }
        }
        if let Some(last) = last.filter(|_| !ended) {
            self.tree.adopt(parent, last);
        }
    }

    /// `[ ] ` and `[x] ` at the beginning of an item become check boxes, from the first of them on.
    fn task_boxes(&mut self, list: Id) {
        for item in self.tree.children(list).to_vec() {
            let Some(first) = self.tree.children(item).first().copied() else { continue };
            if !self.tree.is_paragraph(Some(&first)) {
                continue;
            }
            let Some(id) = self.tree.children(first).first().copied() else { continue };
            let Some(slice) = self.tree.text(id) else { continue };
            let text = slice.text();
            let start = skip_space(text, 0);
            let is_box = ["[ ]", "[x]", "[X]"].iter().any(|mark| starts_with(text, start, mark));
            if !is_box || !is_space(byte_at(text, start + 3)) {
                continue;
            }
            let behind = skip_space(text, start + 3);
            let mut builder = Builder::default();
            builder.push_made("<input />", slice.buffer.span(slice.from, slice.from).start);
            builder.push(&slice.buffer, slice.from + behind, slice.to);
            if let Some(node) = self.tree.node_mut(id) {
                node.kind = Kind::Joined(Box::new(builder));
            }
        }
    }
}

/// Adds a line to an item: its indentation left out, its tabs made spaces.
pub(super) fn add_line(item: &mut Item, buffer: &Buffer<'_>, line: (usize, usize), nested: Option<&mut bool>) {
    let text = buffer.text();
    let (at, end) = line;
    let tabs = skip_while(text, at, |byte| byte == b'\t');
    let width = 4 * (tabs - at);
    let origin = buffer.span(at, at).start;
    let indent = item.indentation;
    let spaces = skip_spaces(text, tabs, usize::MAX) - tabs;
    let found = width + spaces >= indent;
    // What of the tabs and the spaces behind them is left when the indentation is taken away.
    let made = if found { width.saturating_sub(indent) } else { width };
    let skipped = if found { indent.saturating_sub(width) } else { 0 };
    let start = tabs + skipped;
    let blanks = " ".repeat(made.min(4));
    let begins = made < 4 && list_start_behind(text, &blanks, start, end);
    if let Some(nested) = nested.filter(|_| begins) {
        if !*nested && found {
            item.parts.push(Builder::default());
            *nested = true;
        } else if *nested && !found {
            push_blanks(item, indent + 4, origin);
        }
    }
    push_blanks(item, made, origin);
    item.push(buffer, start, end);
}

fn push_blanks(item: &mut Item, count: usize, origin: u32) {
    if count > 0
        && let Some(last) = item.parts.last_mut()
    {
        last.push_made(&" ".repeat(count.min(INDENTATION)), origin);
    }
}

/// Whether a list begins in a line that is put together from blanks and a part of a text.
fn list_start_behind(text: &str, blanks: &str, start: usize, end: usize) -> bool {
    if blanks.is_empty() {
        return list_start(part(text, 0, end), start);
    }
    let line = format!("{blanks}{}", part(text, start, end));
    list_start(&line, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tab_reaches_to_the_next_stop() {
        let buffer = Buffer::borrowed("-\tb\n", 0);
        let (line, width) = first_line(&buffer, 1, 4, 1);
        assert_eq!(line.text(), "b\n");
        assert_eq!(width, 4);
    }
}
