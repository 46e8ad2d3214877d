//! Elements of HTML and spans, as they are printed.

use std::borrow::Cow;
use std::rc::Rc;

use crate::extract::{Carrier, RawLink};
use crate::text::Span;

use super::attributes::Given;
use super::buffer::Buffer;
use super::characters::part;
use super::events::{Event, Inline, Opened};
use super::known::{Known, Model};
use super::output::{NESTED, Print, last};
use super::printed::{Values, collapsed, decoded, hidden_by, links};
use super::span_links::unescaped;
use super::spans::{Mode, Spans};
use super::swallowed::{Swallowed, Swallower, lookalikes};
use super::tags::Tag;
use super::tree::{Element, Id, Kind, Slice};
use super::written::{Written, is_tag, whole};

/// An element in text that is open.
#[derive(Clone, Copy, Debug, Default)]
struct Open {
    /// Whether it opened the text of a link.
    link: bool,
    /// Whether braces gave attributes to it.
    given: bool,
    content: Content,
    /// The element, if a browser reads its content as text.
    hides: Option<&'static str>,
}

/// What the text in an element is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Content {
    #[default]
    Text,
    /// Code, in which no reference to a character counts.
    Literal,
    /// The content of what is HTML to kramdown.
    Html,
}

impl<'t> Print<'t> {
    pub(super) fn enter_element(&mut self, id: Id) {
        let Kind::Html(element) = self.parser.tree.kind(id) else { return };
        let element = element.clone();
        let given = self.given(id);
        let Element { buffer, tag, .. } = &*element;
        let written = Written { text: self.text, buffer, tag, given: &given, joined: false };
        let span = buffer.span(tag.start, element.end);
        if is_tag(element.name()) {
            self.element(element.name(), &written, span);
        } else {
            self.add_text(&written.source(element.name()));
        }
        self.hidden = self.hidden.or(hidden_by(element.name()));
        self.elements.push(id);
        if element.model == Model::Block && !self.parser.tree.children(id).is_empty() {
            self.add_text("\n");
        }
    }

    pub(super) fn leave_element(&mut self, id: Id) {
        let Kind::Html(element) = self.parser.tree.kind(id) else { return };
        let (hides, is_link) = (hidden_by(element.name()), element.name().eq_ignore_ascii_case("a"));
        self.show_behind(hides);
        self.elements.pop();
        if is_link {
            self.close_link();
        }
        let around = self.elements.last().map(|id| self.parser.tree.kind(*id));
        if !matches!(around, Some(Kind::Html(element)) if element.model == Model::Raw) {
            self.add_text("\n");
        }
    }

    /// The first end tag of the element that hides ends what is hidden.
    fn show_behind(&mut self, name: Option<&'static str>) {
        if name.is_some() && self.hidden == name {
            self.hidden = None;
        }
    }

    /// Takes the links and ids of an element; opens the text of `a`, which must be closed whether it is a link or not.
    pub(super) fn element(&mut self, name: &str, values: &impl Values<'t>, span: Span) {
        let is_anchor = name.eq_ignore_ascii_case("a");
        let mut found = links(name, values, span);
        if self.hidden.is_some() {
            found.clear();
        } else {
            let id = values.value("id").map(|(id, _)| id);
            let name = values.value("name").filter(|_| is_anchor).map(|(name, _)| name);
            let name = name.filter(|name| Some(name) != id.as_ref());
            id.into_iter().chain(name).for_each(|id| self.add_id(id));
        }
        let alternative = values.value("alt").map_or(Cow::Borrowed(""), |(alternative, _)| decoded(alternative));
        if name.eq_ignore_ascii_case("img") {
            self.add_text(&alternative);
        }
        if name.eq_ignore_ascii_case("img") || name.eq_ignore_ascii_case("area") {
            for link in &mut found {
                link.text = self.text_of(&alternative, link.span);
            }
        }
        if is_anchor {
            self.open_link(found.pop());
        } else {
            self.page.extraction.links.extend(found);
        }
    }

    fn open_link(&mut self, link: Option<RawLink<'t>>) {
        let place = link.map(|link| {
            self.page.extraction.links.push(link);
            self.page.extraction.links.len() - 1
        });
        let place = place.filter(|_| self.reading < NESTED);
        self.reading += usize::from(place.is_some());
        self.open.push((place, self.collected.len()));
    }

    pub(super) fn close_link(&mut self) {
        let Some((place, start)) = self.open.pop() else { return };
        if let Some(place) = place {
            self.reading -= 1;
            let plain = collapsed(part(&self.collected, start, self.collected.len()));
            let span = self.page.extraction.links.get(place).map_or(Span::at(0), |link| link.span);
            let text = self.text_of(&plain, span);
            if let Some(link) = self.page.extraction.links.get_mut(place) {
                link.text = text;
            }
        }
        if self.open.is_empty() {
            self.collected.clear();
        }
    }

    /// A text of a link: borrowed from the file if it stands in the link as it is.
    fn text_of(&self, plain: &str, span: Span) -> Cow<'t, str> {
        let plain = collapsed(plain);
        let written = span.slice(self.text);
        let found = if written.len() < 1024 { written.find(&plain) } else { None };
        let borrowed = found.and_then(|at| written.get(at..at + plain.len()));
        borrowed.map_or(Cow::Owned(plain), Cow::Borrowed)
    }

    pub(super) fn add_text(&mut self, text: &str) {
        if self.hidden.is_none() && self.reading > 0 {
            self.collected.push_str(text);
        }
    }

    /// Text of raw HTML. What looks like a link in it is swallowed by the element around.
    pub(super) fn raw_text(&mut self, slice: &Slice<'t>) {
        if !self.open.is_empty() {
            self.add_text(&decoded(Cow::Borrowed(slice.text())));
        }
        if self.hidden.is_some() {
            return;
        }
        let found = lookalikes(slice.buffer.text(), slice.from, slice.to);
        if found.is_empty() {
            return;
        }
        let elements = self.elements.iter().filter_map(|id| match self.parser.tree.kind(*id) {
            Kind::Html(element) => Some(element),
            _ => None,
        });
        let elements: Vec<&Element<'t>> = elements.map(|element| &**element).collect();
        let unclosed = elements.iter().find(|element| !element.ended);
        let Some(element) = unclosed.or_else(|| elements.first()) else { return };
        let by = element.buffer.span(element.tag.start, element.tag.end);
        let why = if element.ended { Swallower::RawElement } else { Swallower::UnclosedTag };
        let swallowed = found.into_iter().map(|(from, to)| Swallowed { span: slice.buffer.span(from, to), by, why });
        self.page.swallowed.extend(swallowed);
    }

    /// HTML that the browser reads as it stands.
    pub(super) fn verbatim(&mut self, buffer: &Buffer<'t>, from: usize, to: usize) {
        let html = part(buffer.text(), from, to);
        let is_comment = html.starts_with("<!--") && html.ends_with("-->") && !html.contains("--!>");
        if html.is_empty() || (is_comment && !html.starts_with("<!-->") && !html.starts_with("<!--->")) {
            return;
        }
        super::verbatim::read(self, buffer, from, to);
    }

    /// Parses a text and takes what is in it.
    pub(super) fn spans(&mut self, slice: &Slice<'t>) {
        let events = Spans::new(&mut self.parser, slice).run(Mode::All);
        let mut open: Vec<Open> = Vec::new();
        for event in events {
            match event {
                Event::Text(from, to) => {
                    self.span_text(
                        part(slice.buffer.text(), from, to),
                        open.last().is_some_and(|open| open.content == Content::Literal),
                    );
                }
                Event::Char(character) => self.span_text(character.encode_utf8(&mut [0; 4]), true),
                Event::Around(text) => {
                    let bare = text != " " && open.last().is_some_and(|open| open.given);
                    self.add_text(if bare { "$" } else { text });
                }
                Event::Open(opened) => {
                    let opened = self.open_span(&slice.buffer, *opened);
                    self.hidden = self.hidden.or(opened.hides);
                    self.raw_spans += usize::from(opened.content == Content::Html);
                    open.push(opened);
                }
                Event::Close => {
                    let Some(opened) = open.pop() else { continue };
                    self.show_behind(opened.hides);
                    self.raw_spans -= usize::from(opened.content == Content::Html);
                    if opened.link {
                        self.close_link();
                    }
                }
                Event::Verbatim(from, to) => self.verbatim(&slice.buffer, from, to),
                Event::Footnote(from, to) => self.footnote(part(slice.buffer.text(), from, to)),
            }
        }
    }

    /// Text as kramdown prints it; unless it is literal, references in it count.
    fn span_text(&mut self, text: &str, literal: bool) {
        if let Some(heading) = &mut self.heading {
            heading.push_str(text);
        }
        if literal || self.open.is_empty() {
            return self.add_text(text);
        }
        let breaks = self.raw_spans == 0 && self.elements.is_empty() && !self.in_notes;
        if breaks && self.parser.options.has_hard_breaks() && text.contains("\\\n") {
            return self.add_text(&decoded(Cow::Owned(text.replace("\\\n", "\n"))));
        }
        self.add_text(&decoded(Cow::Borrowed(text)));
    }

    /// Begins an element in text.
    fn open_span(&mut self, buffer: &Rc<Buffer<'t>>, opened: Opened<'t>) -> Open {
        let Opened { kind, given, definition: _, range } = opened;
        let span = buffer.span(range.0, range.1);
        let (carrier, target) = match &kind {
            Inline::Html(tag, known) => return self.open_html_span(buffer, tag, *known, (&given, span)),
            Inline::Plain | Inline::Code | Inline::Struck => {
                self.add_ids(&given);
                let content = match kind {
                    Inline::Code => Content::Literal,
                    Inline::Struck => Content::Html,
                    _ => Content::Text,
                };
                return Open { content, given: !given.is_empty(), ..Open::default() };
            }
            Inline::Link(from, to) => (Carrier::Inline, whole(self.text, buffer, *from, *to)),
            Inline::Autolink(from, to, mail) => {
                let (address, at) = whole(self.text, buffer, *from, *to);
                let address = if *mail { Cow::Owned(format!("mailto:{address}")) } else { address };
                (Carrier::Autolink, (address, at))
            }
            Inline::Image(from, to, _) => (Carrier::Image, whole(self.text, buffer, *from, *to)),
            Inline::Reference(slice) => (Carrier::Reference, whole(self.text, &slice.buffer, slice.from, slice.to)),
            Inline::ReferenceImage(slice, _) => (Carrier::Image, whole(self.text, &slice.buffer, slice.from, slice.to)),
        };
        self.add_ids(&given);
        let image = carrier == Carrier::Image;
        let own = last(&given, if image { "src" } else { "href" });
        let (value, destination_span) = own.map_or(target, |own| (Cow::Owned(own.value.clone()), own.span));
        let mut link = RawLink { carrier, destination: decoded(value), destination_span, span, text: "".into() };
        if let Inline::Image(_, _, (from, to)) | Inline::ReferenceImage(_, (from, to)) = kind {
            let own = last(&given, "alt").map(|own| own.value.clone());
            let written = own.unwrap_or_else(|| unescaped(part(buffer.text(), from, to)));
            let alternative = decoded(Cow::Owned(written));
            self.add_text(&alternative);
            link.text = self.text_of(&alternative, span);
        }
        let link = Some(link).filter(|_| self.hidden.is_none());
        if image {
            self.page.extraction.links.extend(link);
        } else {
            self.open_link(link);
        }
        Open { link: !image, ..Open::default() }
    }

    fn open_html_span(
        &mut self,
        buffer: &Buffer<'t>,
        tag: &Tag,
        known: Option<&'static Known>,
        (given, span): (&[Given], Span),
    ) -> Open {
        let name = known.map_or(part(buffer.text(), tag.start + 1, tag.name_end), |known| known.name);
        let written = Written { text: self.text, buffer, tag, given, joined: true };
        if is_tag(name) {
            self.element(name, &written, span);
        } else {
            self.add_text(&written.source(name));
        }
        Open { link: name.eq_ignore_ascii_case("a"), given: false, content: Content::Html, hides: hidden_by(name) }
    }
}
