//! Walks the events of a Markdown file and takes its links.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

use pulldown_cmark::{CowStr, Event, LinkType, OffsetIter, Options, Parser, Tag, TagEnd};

use super::slug::Slugs;
use super::text::TextRuns;
use crate::extract::Carrier;
use crate::extract::collector::Collector;
use crate::extract::html;
use crate::extract::malformed::Scanner;
use crate::extract::source::{Chunk, Source};

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
        text: TextRuns::default(),
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

/// What is known at one place of the file.
pub(super) struct Walk<'t, 'm, 'c> {
    pub(super) source: Source<'t, 'm>,
    pub(super) collector: &'c mut Collector<'t>,
    pub(super) malformed: Scanner<'t, 'm>,
    pub(super) html: html::State,
    /// The HTML block that is being gathered.
    block: Option<Chunk<'t, 'm>>,
    pub(super) text: TextRuns,
    pub(super) is_code: bool,
    /// The text of the heading that is open.
    pub(super) heading: Option<String>,
    slugs: Slugs,
    footnotes: Footnotes<'m>,
    /// Behind the last event; at the end of a link this is the end of its text.
    pub(super) behind: usize,
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
                if self.collector.is_in_image() {
                    // The text of an image is no markup.
                    self.gather(&text, &range);
                } else {
                    self.read_html(range, &text);
                }
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
