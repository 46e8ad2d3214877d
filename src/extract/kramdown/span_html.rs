//! HTML in text, and the other spans with an end of their own: code, formulas, extensions.

use super::attributes::{Attributes, closing_brace};
use super::blocks::Parser;
use super::characters::{byte_at, bytes_from, is_space, part, skip_while, starts_with};
use super::events::{Event, Inline};
use super::extensions::{extension_start, extension_stop, is_for_html};
use super::html_blocks::attribute;
use super::known::{Model, lookup};
use super::spans::{Around, Frame, Last, Mode, Spans, Stop};
use super::tags::{Tag, closes, end_tag, start_tag};

impl Spans<'_, '_> {
    /// A comment, an end tag (which is text), or an element.
    pub(super) fn html(&mut self, frame: &mut Frame) -> bool {
        let text = self.text;
        let at = self.at;
        if starts_with(text, at, "<!--") {
            let Some(end) = self.comment.find(text, at + 4, "-->") else {
                self.take_text(frame, 1);
                return true;
            };
            self.events.push(Event::Verbatim(at, end + 3));
            frame.last = Last::Element(None);
            self.at = end + 3;
            return true;
        }
        if byte_at(text, at + 1) == b'/' {
            let length = end_tag(text, at).map_or(1, |(_, end)| end - at);
            self.take_text(frame, length);
            return true;
        }
        let Some(tag) = start_tag(text, at) else {
            if super::tags::name_end(text, at + 1).is_none() {
                return false;
            }
            self.parser.note_no_tag(self.buffer, at);
            self.take_text(frame, 1);
            return true;
        };
        let known = lookup(part(text, at + 1, tag.name_end));
        if known.is_some_and(|known| known.block) || self.is_spent() {
            self.take_text(frame, tag.end - at);
            return true;
        }
        self.element(frame, tag);
        true
    }

    fn element(&mut self, frame: &mut Frame, tag: Tag) {
        let text = self.text;
        let name = part(text, tag.start + 1, tag.name_end);
        let known = lookup(name);
        let model = known.map_or(Model::Raw, |known| known.model);
        let default = model != Model::Raw && frame.around != Around::Html(true) && self.parser.options.parse_span_html;
        let parses = match attribute(text, &tag, "markdown") {
            Some("span") => true,
            Some("1") => model != Model::Raw,
            Some("0") => false,
            _ => default,
        };
        let (start, end) = (tag.start, tag.end);
        let has_content = !tag.closed && !known.is_some_and(|known| known.void);
        self.at = end;
        let index = self.open(Inline::Html(tag, known), start, end);
        if has_content {
            let mut inner = Frame::new(Around::Html(!parses));
            let mode = if parses { Mode::All } else { Mode::Html };
            let any_case = known.is_some();
            if self.parse(&mut inner, Stop::Tag(name, any_case), mode) {
                self.at = closes(text, self.at, name, any_case).unwrap_or(self.at);
            } else {
                self.add_text(&mut inner, self.at, text.len());
                self.at = text.len();
            }
        }
        let end = self.at;
        if let Some(Event::Open(opened)) = self.events.get_mut(index) {
            opened.range = (start, end);
        }
        self.events.push(Event::Close);
        frame.last = Last::Element(Some(index));
    }

    /// Text between runs of backticks.
    pub(super) fn code(&mut self, frame: &mut Frame) -> bool {
        let text = self.text;
        let at = self.at;
        let from = skip_while(text, at, |byte| byte == b'`');
        let length = from - at;
        let spaced = self.before().is_none_or(|before| before.is_ascii() && is_space(before as u8));
        let lonely = length == 1 && spaced && from < text.len() && is_space(byte_at(text, from));
        let run = part(text, at, from);
        let known = self.no_code.iter().any(|(known, nowhere)| *known <= length && *nowhere <= from);
        let close = if lonely || known { None } else { memchr::memmem::find(bytes_from(text, from), run.as_bytes()) };
        let Some(close) = close.map(|offset| from + offset) else {
            if !lonely && !known {
                self.no_code.push((length, from));
            }
            self.take_text(frame, length);
            return true;
        };
        let (mut first, mut last) = (from, close);
        if length > 1 {
            first += usize::from(byte_at(text, first) == b' ' && first < last);
            last -= usize::from(last > first && byte_at(text, last - 1) == b' ');
        }
        let index = self.open(Inline::Code, at, close + length);
        self.events.push(Event::Text(first, last));
        self.events.push(Event::Close);
        frame.last = Last::Element(Some(index));
        self.at = close + length;
        true
    }

    /// `$$ … $$`.
    pub(super) fn formula(&mut self, frame: &mut Frame) -> bool {
        let text = self.text;
        if !starts_with(text, self.at, "$$") {
            return false;
        }
        let Some(close) = self.formula.find(text, self.at + 2, "$$") else { return false };
        let (from, to) = super::characters::trimmed(text, self.at + 2, close);
        let index = self.open(Inline::Code, self.at, close + 2);
        self.events.push(Event::Around("\\("));
        self.events.push(Event::Text(from, to));
        self.events.push(Event::Around("\\)"));
        self.events.push(Event::Close);
        frame.last = Last::Element(Some(index));
        self.at = close + 2;
        true
    }

    /// `{:…}`: an extension, or attributes for the element before.
    pub(super) fn extension(&mut self, frame: &mut Frame) -> bool {
        let text = self.text;
        if !starts_with(text, self.at, "{:") {
            return false;
        }
        let done = if extension_start(text, self.at, |_| true).is_some() {
            self.named_extension(frame)
        } else if extension_stop(text, self.at).is_some() {
            false
        } else {
            self.attributes(frame)
        };
        if !done {
            self.take_text(frame, 1);
        }
        true
    }

    fn named_extension(&mut self, frame: &mut Frame) -> bool {
        let text = self.text;
        let Some(start) = extension_start(text, self.at, |_| true) else { return false };
        let name = part(text, start.name.0, start.name.1);
        let mut settings = Attributes::default();
        settings.read(self.buffer, start.settings.0, start.settings.1);
        let mut body = None;
        let mut end = start.end;
        if !start.closed {
            let Some((stop, behind)) = self.extension_end(start.end, name) else { return false };
            body = Some((start.end, stop));
            end = behind;
        }
        match (name, body) {
            ("options", _) => self.parser.options.set(&settings),
            ("comment", Some(_)) => frame.last = Last::Element(None),
            ("nomarkdown", Some((from, to))) => {
                if is_for_html(&settings) {
                    self.events.push(Event::Verbatim(from, to));
                }
                frame.last = Last::Element(None);
            }
            ("comment" | "nomarkdown", None) => {}
            _ => return false,
        }
        self.at = end;
        true
    }

    fn extension_end(&mut self, from: usize, name: &str) -> Option<(usize, usize)> {
        if self.no_stop.iter().any(|(known, nowhere)| known == name && *nowhere <= from) {
            return None;
        }
        let mut at = from;
        for _ in 0..32 {
            let Some(found) = self.extension.find(self.text, at, "{:/") else { break };
            if let Some((written, end)) = extension_stop(self.text, found)
                && (written.is_empty() || written == name)
            {
                return Some((found, end));
            }
            at = found + 1;
        }
        if self.no_stop.len() < 64 {
            self.no_stop.push((name.to_owned(), from));
        }
        None
    }

    fn attributes(&mut self, frame: &mut Frame) -> bool {
        let Some((close, ())) = closing_brace(self.text, self.at + 2, |_| Some(())) else { return false };
        let Last::Element(index) = frame.last else { return false };
        let mut attributes = Attributes::default();
        attributes.read(self.buffer, self.at + 2, close);
        let Parser { lists, tree, .. } = &mut *self.parser;
        if let Some(Event::Open(opened)) = index.and_then(|index| self.events.get_mut(index)) {
            attributes.resolve(lists, &mut opened.given);
            // kramdown keeps them in the definition's own list, from which the links after this one take them too.
            let definition = opened.definition.and_then(|definition| tree.node_mut(definition));
            if let Some(shared) = definition.and_then(|node| node.attributes.as_mut()) {
                shared.add(attributes);
            }
        }
        self.at = close + 1;
        true
    }
}
