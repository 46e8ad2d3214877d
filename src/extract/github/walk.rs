//! Walks the events of a Markdown file and takes its links.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

use pulldown_cmark::{CowStr, Event, LinkType, OffsetIter, Options, Parser, Tag, TagEnd};

use super::bare::Bare;
use super::destination;
use super::slug::Slugs;
use crate::extract::collector::Collector;
use crate::extract::html;
use crate::extract::malformed::Scanner;
use crate::extract::source::{Chunk, Source};
use crate::extract::{Carrier, RawLink};
use crate::text::Span;

/// Takes the links of a Markdown file.
pub(crate) fn extract<'t>(source: Source<'t, '_>, collector: &mut Collector<'t>) {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS;
    let mut events = Parser::new_ext(source.seen_body(), options).into_offset_iter();
    let mut walk = Walk {
        source,
        collector,
        malformed: Scanner::new(source),
        html: html::State::default(),
        block: None,
        run: None,
        is_code: false,
        heading: None,
        slugs: Slugs::default(),
        footnotes: Footnotes::default(),
        behind: 0,
    };
    while let Some((event, range)) = events.next() {
        let offset = source.body.start as usize;
        walk.event(event, range.start + offset..range.end + offset, &events);
    }
    walk.end();
}

struct Walk<'t, 'm, 'c> {
    source: Source<'t, 'm>,
    collector: &'c mut Collector<'t>,
    malformed: Scanner<'t, 'm>,
    html: html::State,
    /// The HTML block that is being gathered.
    block: Option<Chunk<'t, 'm>>,
    /// Text without markup, not looked at yet.
    run: Option<Range<usize>>,
    is_code: bool,
    /// The text of the heading that is open.
    heading: Option<String>,
    slugs: Slugs,
    footnotes: Footnotes<'m>,
    /// Behind the last event; at the end of a link this is the end of its text.
    behind: usize,
}

#[derive(Default)]
struct Footnotes<'m> {
    referenced: HashSet<CowStr<'m>>,
    defined: Vec<(CowStr<'m>, Range<usize>)>,
}

impl<'m> Walk<'_, 'm, '_> {
    fn event(&mut self, event: Event<'m>, range: Range<usize>, events: &OffsetIter<'m>) {
        let end = range.end;
        match event {
            Event::Start(tag) => return self.start(tag, range, events),
            Event::Text(text) => self.text(&text, range),
            Event::Code(text) => {
                self.flush();
                self.gather(&text, &(range.start + 1..range.end.saturating_sub(1)));
            }
            Event::Html(text) => match &mut self.block {
                Some(block) => block.push(range, &text),
                None => self.read_html(range, &text),
            },
            Event::InlineHtml(text) => {
                self.flush();
                self.read_html(range, &text);
            }
            Event::SoftBreak | Event::HardBreak => {
                self.flush();
                self.gather(" ", &range);
                self.malformed.line(range.end);
            }
            Event::FootnoteReference(label) => {
                self.flush();
                self.collector
                    .ids
                    .extend(["fnref-", "user-content-fnref-"].map(|id| Cow::Owned(format!("{id}{label}"))));
                self.footnotes.referenced.insert(label);
            }
            Event::End(tag) => self.end_tag(tag, range),
            Event::Rule | Event::TaskListMarker(_) | Event::InlineMath(_) | Event::DisplayMath(_) => self.flush(),
        }
        self.behind = end;
    }

    fn text(&mut self, text: &str, range: Range<usize>) {
        if self.is_code {
            return;
        }
        self.gather(text, &range);
        match &mut self.run {
            // What is between the two is the backslash of an escape.
            Some(run) if range.start <= run.end + 1 => run.end = range.end,
            _ => {
                self.flush();
                self.run = Some(range);
            }
        }
    }

    /// Adds text to the links and the heading that are open.
    fn gather(&mut self, text: &str, range: &Range<usize>) {
        if let Some(heading) = &mut self.heading {
            heading.push_str(text);
        }
        if !self.collector.wants_text() {
            return;
        }
        let written = self.source.text.get(range.clone()).unwrap_or_default();
        let is_as_written = written == text || self.source.is_template(range);
        self.collector.text(if is_as_written { Cow::Borrowed(written) } else { Cow::Owned(text.to_owned()) });
    }

    /// Looks at the text that has come without markup in it.
    fn flush(&mut self) {
        let Some(run) = self.run.take() else { return };
        if !self.html.is_visible() {
            return;
        }
        self.malformed.text(run.clone(), self.collector);
        if self.collector.is_open() {
            return;
        }
        let Some(text) = self.source.seen.get(run.clone()) else { return };
        let before = self.source.seen.get(..run.start).and_then(|before| before.chars().next_back());
        for found in Bare::new(text, before) {
            let place = run.start + found.start..run.start + found.end;
            let written = self.source.text.get(place.clone()).unwrap_or_default();
            let span = Span::of(place);
            let destination = html::character_reference::decode(written, html::character_reference::Place::Text);
            let text = Cow::Borrowed(written);
            self.collector.push(RawLink { carrier: Carrier::Bare, destination, destination_span: span, span, text });
        }
    }

    fn read_html(&mut self, range: Range<usize>, text: &str) {
        let mut chunk = Chunk::new(self.source, range.start..range.start);
        chunk.push(range, text);
        html::read(&chunk, &mut self.html, self.collector);
    }

    fn start(&mut self, tag: Tag<'m>, range: Range<usize>, events: &OffsetIter<'m>) {
        self.flush();
        self.behind = range.start;
        match tag {
            Tag::Link { link_type, dest_url, id, .. } => {
                let carrier = match link_type {
                    LinkType::Inline => Carrier::Inline,
                    LinkType::Autolink | LinkType::Email => Carrier::Autolink,
                    _ => Carrier::Reference,
                };
                self.behind = range.start + 1;
                let place = self.place_of(link_type, &id, &range, events);
                self.open(carrier, (link_type, &dest_url), place, range);
            }
            Tag::Image { link_type, dest_url, id, .. } => {
                self.behind = range.start + 2;
                let place = self.place_of(link_type, &id, &range, events);
                self.open(Carrier::Image, (link_type, &dest_url), place, range);
            }
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough => {}
            tag => self.start_block(tag, range),
        }
    }

    fn start_block(&mut self, tag: Tag<'m>, range: Range<usize>) {
        self.malformed.block(range.start, self.collector);
        match tag {
            Tag::HtmlBlock => self.block = Some(Chunk::new(self.source, range.start..range.start)),
            Tag::CodeBlock(_) => self.is_code = true,
            Tag::Heading { .. } => self.heading = Some(String::new()),
            Tag::FootnoteDefinition(label) => self.footnotes.defined.push((label, range)),
            _ => {}
        }
    }

    /// Where the destination of a link is, as far as it can be known at the link's beginning.
    fn place_of(
        &self,
        link_type: LinkType,
        label: &str,
        range: &Range<usize>,
        events: &OffsetIter<'m>,
    ) -> Option<Range<usize>> {
        match link_type {
            LinkType::Inline => None,
            LinkType::Autolink | LinkType::Email => Some(range.start + 1..range.end.saturating_sub(1)),
            _ => {
                let offset = self.source.body.start as usize;
                let definition = events.reference_definitions().get(label)?.span.clone();
                destination::of_definition(self.source.seen, definition.start + offset..definition.end + offset)
            }
        }
    }

    fn open(
        &mut self,
        carrier: Carrier,
        (link_type, read): (LinkType, &str),
        place: Option<Range<usize>>,
        range: Range<usize>,
    ) {
        if !self.html.is_visible() {
            self.collector.open_hidden();
            return;
        }
        let written = place.clone().map(|place| self.source.text.get(place).unwrap_or_default());
        let destination = match written {
            Some(written) if written == read && link_type != LinkType::Email => Cow::Borrowed(written),
            _ if link_type == LinkType::Email => Cow::Owned(format!("mailto:{read}")),
            _ => Cow::Owned(read.to_owned()),
        };
        let span = Span::of(range);
        let destination_span = place.map_or(span, Span::of);
        self.collector.open(RawLink { carrier, destination, destination_span, span, text: Cow::Borrowed("") });
    }

    /// Ends a link; now that its text has ended, the destination behind it can be found.
    fn close(&mut self, range: &Range<usize>) {
        let behind = self.behind;
        let source = self.source;
        if let Some(link) = self.collector.innermost().filter(|link| link.destination_span == link.span) {
            let place = destination::of_inline(source.seen, behind..range.end, &link.destination);
            if let Some(place) = place {
                let written = source.text.get(place.clone()).unwrap_or_default();
                if written == link.destination || source.is_template(&place) {
                    link.destination = Cow::Borrowed(written);
                }
                link.destination_span = Span::of(place);
            }
        }
        self.collector.close();
    }

    fn end_tag(&mut self, tag: TagEnd, range: Range<usize>) {
        self.flush();
        match tag {
            TagEnd::Link | TagEnd::Image => self.close(&range),
            TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough => {}
            tag => self.end_block(tag, range),
        }
    }

    fn end_block(&mut self, tag: TagEnd, range: Range<usize>) {
        self.malformed.block(range.end, self.collector);
        match tag {
            TagEnd::HtmlBlock => {
                if let Some(block) = self.block.take() {
                    html::read(&block, &mut self.html, self.collector);
                }
            }
            TagEnd::CodeBlock => self.is_code = false,
            TagEnd::Heading(_) => {
                let heading = self.heading.take().unwrap_or_default();
                let id = self.slugs.give(&heading);
                self.collector.ids.extend((!id.is_empty()).then_some(Cow::Owned(id)));
            }
            _ => {}
        }
        if self.collector.wants_text() {
            self.collector.text(Cow::Borrowed(" "));
        }
    }

    /// Ends the file: a footnote that nothing refers to is not shown, and its links with it.
    fn end(mut self) {
        self.flush();
        self.malformed.block(self.source.body.end as usize, self.collector);
        let Footnotes { referenced, defined } = self.footnotes;
        let (shown, hidden): (Vec<_>, Vec<_>) = defined.into_iter().partition(|(label, _)| referenced.contains(label));
        for (label, _) in shown {
            self.collector.ids.extend(["fn-", "user-content-fn-"].map(|id| Cow::Owned(format!("{id}{label}"))));
        }
        if hidden.is_empty() {
            return;
        }
        self.collector.links.retain(|link| {
            let start = link.span.start as usize;
            let before = hidden.partition_point(|(_, range)| range.start <= start);
            let last = before.checked_sub(1).and_then(|last| hidden.get(last));
            !last.is_some_and(|(_, range)| range.contains(&start))
        });
    }
}
