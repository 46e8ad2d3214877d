//! Lists of definitions, whose terms are the lines of the paragraph before them.

use std::rc::Rc;

use super::attributes::Attributes;
use super::blocks::{Parser, Step};
use super::characters::{blank_lines, part, skip_while};
use super::lines::{Marker, end_of_block, list_mark};
use super::lists::{Item, add_line, content_line, item_attributes, lazy_line};
use super::scan::Scan;
use super::tree::{Id, Kind, Slice};

impl<'t> Parser<'t> {
    /// A list of definitions, whose terms are the paragraph before it.
    pub(super) fn definition_list(&mut self, parent: Id, scan: &mut Scan<'t>) -> Step {
        let buffer = Rc::clone(&scan.buffer);
        let text = buffer.text();
        if list_mark(text, scan.at, Marker::Colon, 3).is_none() {
            return Step::Not;
        }
        let last = self.tree.last(parent, 0);
        let (paragraph, spaced) = match last.map(|last| self.tree.kind(last)) {
            Some(Kind::Paragraph(_)) => (last, false),
            Some(Kind::Blank(true)) => (self.tree.last(parent, 1), true),
            _ => return Step::Not,
        };
        if !self.tree.is_paragraph(paragraph.as_ref()) {
            return Step::Not;
        }
        let list = self.tree.add(Kind::Definitions);
        self.give_waiting(list);
        self.tree.pop(parent);
        if spaced {
            self.tree.pop(parent);
        }
        if let Some(paragraph) = paragraph {
            self.terms(list, paragraph);
        }
        let blank = self.gather_details(list, scan, spaced);
        self.merge_definitions(parent, list);
        if let Some(blank) = blank {
            self.tree.adopt(parent, blank);
        }
        Step::Done
    }

    /// Each line of the paragraph is a term.
    fn terms(&mut self, list: Id, paragraph: Id) {
        let attributes = self.tree.node_mut(paragraph).and_then(|node| node.attributes.take());
        if let Some(node) = self.tree.node_mut(list) {
            node.attributes = attributes;
        }
        let Some(id) = self.tree.children(paragraph).first().copied() else { return };
        let Some(slice) = self.tree.text(id) else { return };
        let text = slice.buffer.text();
        let mut from = slice.from;
        while from < slice.to {
            let stop = skip_while(text, from, |byte| byte != b'\n').min(slice.to);
            let term = self.tree.append(list, Kind::Term);
            let line = part(text, from, stop);
            let mut start = from;
            if let Some((open, close, behind)) = item_attributes(line, 0) {
                let mut attributes = Attributes::default();
                attributes.read(&slice.buffer, from + open, from + close);
                start = from + behind;
                if let Some(node) = self.tree.node_mut(term) {
                    node.attributes = Some(Box::new(attributes));
                }
            }
            self.tree.append(term, Kind::Text(Slice { from: start, to: stop, buffer: Rc::clone(&slice.buffer) }));
            from = stop + 1;
        }
    }

    /// The details of a list; blank lines at the end of the last are handed out.
    fn gather_details(&mut self, list: Id, scan: &mut Scan<'t>, spaced: bool) -> Option<Id> {
        let buffer = Rc::clone(&scan.buffer);
        let text = buffer.text();
        let mut items: Vec<(Item, bool)> = Vec::new();
        let (mut spaces, mut blank, mut as_paragraph) = (3, false, spaced);
        while !scan.ended() {
            let at = scan.at;
            if let Some(stop) = list_mark(text, at, Marker::Colon, spaces) {
                let id = self.tree.append(list, Kind::Details);
                let item = self.begin_item(id, scan, stop);
                spaces = item.indentation.saturating_sub(1).min(3);
                items.push((item, as_paragraph));
                (blank, as_paragraph) = (false, false);
                continue;
            }
            let Some((item, _)) = items.last_mut() else { break };
            if end_of_block(text, at).is_some() {
                break;
            }
            let indent = item.indentation;
            let line =
                content_line(text, at, indent).or_else(|| if blank { None } else { lazy_line(text, at, indent) });
            if let Some(end) = line {
                add_line(item, &buffer, (at, end), None);
                (blank, as_paragraph) = (false, false);
                scan.at = end;
            } else if let Some(end) = blank_lines(text, at) {
                item.push(&buffer, at, end);
                (blank, as_paragraph) = (true, true);
                scan.at = end;
            } else {
                break;
            }
        }
        let mut last = None;
        for (item, as_paragraph) in items {
            for builder in item.parts {
                self.parse_text(item.id, builder.finish());
            }
            if !self.tree.children(item.id).is_empty() {
                last = self.finish_details(item.id, as_paragraph);
            }
        }
        last
    }

    fn finish_details(&mut self, id: Id, as_paragraph: bool) -> Option<Id> {
        let is_blank = self.tree.is_blank(self.tree.last(id, 0).as_ref());
        let blank = if is_blank { self.tree.pop(id) } else { None };
        let first = self.tree.children(id).first().copied();
        if !as_paragraph
            && self.tree.is_paragraph(first.as_ref())
            && let Some(node) = first.and_then(|first| self.tree.node_mut(first))
        {
            node.kind = Kind::Paragraph(true);
        }
        blank
    }

    /// A list right behind another is the same list.
    fn merge_definitions(&mut self, parent: Id, list: Id) {
        let is_list =
            |parser: &Self, id: Option<Id>| id.filter(|id| matches!(parser.tree.kind(*id), Kind::Definitions));
        let last = self.tree.last(parent, 0);
        let mut target = is_list(self, last);
        if target.is_none() && self.tree.is_blank(last.as_ref()) {
            target = is_list(self, self.tree.last(parent, 1));
            if target.is_some() {
                self.tree.pop(parent);
            }
        }
        let Some(target) = target else { return self.tree.adopt(parent, list) };
        for child in self.tree.children(list).to_vec() {
            self.tree.adopt(target, child);
        }
    }
}
