//! From libyaml's events to a tree, with every place.
//!
//! Nothing is expanded and nothing recurses: open lists and mappings are a stack, and size, depth and the number of
//! events and aliases are bounded before they cost. libyaml takes quadratic time over deep brackets, so the depth is
//! watched while the events come, and the parser is dropped at the limit.
//! Only the first document of a block counts, and only the first document is parsed, as in SafeYAML.

use std::borrow::Cow;
use std::collections::HashMap;

use libyaml_safer::{Error, Event, EventData, MappingStyle, Mark, Parser, ScalarStyle, SequenceStyle};

use super::flow_tags::{self, Spaced};
use super::tree::{Content, Entry, Key, Node, Properties, Scalar, Style};
use super::{Problem, scalar};
use crate::text::Span;

const MAX_EVENTS: u32 = 10_000;
const MAX_DEPTH: usize = 64;
const MAX_ALIASES: u32 = 100;

/// Reads a block, its opening fence included.
pub(super) fn parse(text: &str, block: Span) -> Result<Node<'_>, Problem> {
    let source = text.get(block.range()).unwrap_or_default();
    let spaced = flow_tags::space(source);
    let mut builder = Builder {
        text,
        base: block.start as usize,
        end: block.end,
        spaced: &spaced,
        open: Vec::new(),
        anchors: HashMap::new(),
        root: None,
        aliases: 0,
    };
    let mut input = spaced.text.as_bytes();
    let mut parser = Parser::new();
    parser.set_input_string(&mut input);
    for count in 0.. {
        let event = parser.parse().map_err(|error| builder.syntax(&error))?;
        let ends = matches!(event.data, EventData::DocumentEnd { .. } | EventData::StreamEnd);
        if ends {
            break;
        }
        if count >= MAX_EVENTS {
            return Err(builder.limit(&event, "more than 10,000 parts"));
        }
        builder.take(event)?;
    }
    let empty = Span::at(block.end);
    Ok(builder.root.unwrap_or_else(|| single(empty, Scalar::Null, Style::Plain, None)))
}

/// A list or mapping whose end was not seen yet.
enum Open<'t> {
    Sequence { node: Head, items: Vec<Node<'t>> },
    Mapping { node: Head, entries: Vec<Entry<'t>>, key: Option<(Cow<'t, str>, Span, Key)> },
}

/// What is known of a list or mapping at its start.
struct Head {
    span: Span,
    style: Style,
    properties: Option<Box<Properties>>,
}

struct Builder<'t, 's> {
    text: &'t str,
    base: usize,
    end: u32,
    spaced: &'s Spaced<'t>,
    open: Vec<Open<'t>>,
    anchors: HashMap<String, Option<Scalar<'t>>>,
    root: Option<Node<'t>>,
    aliases: u32,
}

impl<'t> Builder<'t, '_> {
    fn take(&mut self, event: Event) -> Result<(), Problem> {
        let span = self.span(event.start_mark, event.end_mark);
        match event.data {
            EventData::Scalar { anchor, tag, value, quoted_implicit, style, .. } => {
                let node = self.scalar(span, (anchor, tag), value, (quoted_implicit, style))?;
                self.add(node);
            }
            EventData::Alias { anchor } => {
                self.aliases += 1;
                if self.aliases > MAX_ALIASES {
                    return Err(Problem::Limit { span, message: "more than 100 aliases".to_owned() });
                }
                let node = self.alias(span, anchor)?;
                self.add(node);
            }
            EventData::SequenceStart { anchor, tag, style, .. } => {
                let style = if style == SequenceStyle::Flow { Style::Flow } else { Style::Lines };
                let node = self.head(span, style, (anchor, tag))?;
                self.open.push(Open::Sequence { node, items: Vec::new() });
            }
            EventData::MappingStart { anchor, tag, style, .. } => {
                let style = if style == MappingStyle::Flow { Style::Flow } else { Style::Lines };
                let node = self.head(span, style, (anchor, tag))?;
                self.open.push(Open::Mapping { node, entries: Vec::new(), key: None });
            }
            EventData::SequenceEnd | EventData::MappingEnd => self.close(span),
            EventData::StreamStart { .. }
            | EventData::StreamEnd
            | EventData::DocumentStart { .. }
            | EventData::DocumentEnd { .. } => {}
        }
        Ok(())
    }

    fn scalar(
        &mut self,
        span: Span,
        (anchor, tag): (Option<String>, Option<String>),
        value: String,
        (is_quoted, style): (bool, ScalarStyle),
    ) -> Result<Node<'t>, Problem> {
        let style = match style {
            ScalarStyle::SingleQuoted => Style::Single,
            ScalarStyle::DoubleQuoted => Style::Double,
            ScalarStyle::Literal | ScalarStyle::Folded => Style::Block,
            _ => Style::Plain,
        };
        let is_bare = anchor.is_none() && tag.is_none();
        let value = self.borrowed(span, value, is_bare);
        // A tag is ignored, but it takes from a quoted value that it counts as quoted.
        let scalar =
            if is_quoted { Scalar::Text(value) } else { scalar::guess(value).ok_or(Problem::Number { span })? };
        if let Some(anchor) = &anchor {
            self.anchors.insert(anchor.clone(), Some(scalar.clone()));
        }
        Ok(single(span, scalar, style, properties(anchor, tag)))
    }

    /// The text of a value, out of the file where it stands there as it is.
    fn borrowed(&self, span: Span, value: String, is_bare: bool) -> Cow<'t, str> {
        let written = span.slice(self.text);
        let inner = match written.as_bytes() {
            [b'"', .., b'"'] | [b'\'', .., b'\''] => written.get(1..written.len() - 1).unwrap_or_default(),
            _ => written,
        };
        // On one line, without tag and anchor, and without anything that a quoted text escapes with, a value is what is
        // written.
        let is_verbatim = || is_bare && !inner.contains(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}', '\\', '\'']);
        if inner == value || !self.spaced.is_untouched() && is_verbatim() {
            Cow::Borrowed(inner)
        } else {
            Cow::Owned(value)
        }
    }

    /// An alias of a single value is that value, typed once more as if it had no quotes, as SafeYAML does.
    fn alias(&self, span: Span, name: String) -> Result<Node<'t>, Problem> {
        let scalar = match self.anchors.get(&name) {
            Some(None) => {
                return Ok(Node { span, content: Content::Alias(name), style: Style::Alias, properties: None });
            }
            Some(Some(Scalar::Text(text))) => scalar::guess(text.clone()).ok_or(Problem::Number { span })?,
            Some(Some(scalar)) => scalar.clone(),
            None => Scalar::Null,
        };
        Ok(single(span, scalar, Style::Alias, None))
    }

    fn head(
        &mut self,
        span: Span,
        style: Style,
        (anchor, tag): (Option<String>, Option<String>),
    ) -> Result<Head, Problem> {
        if self.open.len() >= MAX_DEPTH {
            return Err(Problem::Limit { span, message: "lists and mappings more than 64 deep".to_owned() });
        }
        if let Some(anchor) = &anchor {
            self.anchors.insert(anchor.clone(), None);
        }
        Ok(Head { span, style, properties: properties(anchor, tag) })
    }

    /// Ends the innermost list or mapping. One in brackets ends with its bracket, one by indentation with its last part.
    fn close(&mut self, end: Span) {
        let Some(open) = self.open.pop() else { return };
        let (head, content, last) = match open {
            Open::Sequence { node, items } => {
                let last = items.last().map(|item| item.span.end);
                (node, Content::Sequence(items), last)
            }
            Open::Mapping { node, entries, .. } => {
                let last = entries.last().map(|entry| entry.value.span.end);
                (node, Content::Mapping(entries), last)
            }
        };
        let end = if head.style == Style::Flow { end.end } else { last.unwrap_or(head.span.end) };
        let span = Span::new(head.span.start, end);
        self.add(Node { span, content, style: head.style, properties: head.properties });
    }

    fn add(&mut self, node: Node<'t>) {
        let text = self.text;
        match self.open.last_mut() {
            None => {
                self.root.get_or_insert(node);
            }
            Some(Open::Sequence { items, .. }) => items.push(node),
            Some(Open::Mapping { entries, key, .. }) => match key.take() {
                None => *key = Some(key_of(text, node)),
                Some((key, key_span, kind)) => entries.push(Entry { key, key_span, kind, value: node }),
            },
        }
    }

    /// The bytes between two marks.
    fn span(&self, start: Mark, end: Mark) -> Span {
        let offset = |mark: Mark| {
            let at = usize::try_from(mark.index).unwrap_or(usize::MAX);
            self.base + self.spaced.original(at)
        };
        Span::of(offset(start)..offset(end))
    }

    fn limit(&self, event: &Event, message: &str) -> Problem {
        Problem::Limit { span: self.span(event.start_mark, event.end_mark), message: message.to_owned() }
    }

    /// libyaml's complaint. Ruby reports the place of the context where there is one.
    fn syntax(&self, error: &Error) -> Problem {
        let Some(mark) = error.problem_mark() else {
            let span = self.forbidden_character();
            return Problem::Syntax { span, message: error.problem().to_owned(), reported: (1, 1) };
        };
        let context = error.context().filter(|context| !context.is_empty());
        let message = match context {
            Some(context) => format!("{} {context}", error.problem()),
            None => error.problem().to_owned(),
        };
        let is_parser = error.kind() == libyaml_safer::ErrorKind::Parser;
        let reported = match error.context_mark() {
            Some(mark) => mark,
            // A complaint of the parser without context leaves the mark that Ruby looks at unset.
            None if is_parser => Mark::default(),
            None => mark,
        };
        let count = |place: u64| u32::try_from(place.saturating_add(1)).unwrap_or(u32::MAX);
        let inserted = self.spaced.inserted_in_line(usize::try_from(reported.index).unwrap_or(usize::MAX));
        let column = reported.column.saturating_sub(u64::try_from(inserted).unwrap_or(0));
        // A complaint about the end says nothing about the place; what was never closed does.
        let place = self.span(mark, mark).start;
        let opened = error.context_mark().map(|mark| self.span(mark, mark).start);
        let span = self.complaint(if place >= self.end { opened.unwrap_or(place) } else { place });
        Problem::Syntax { span, message, reported: (count(reported.line), count(column)) }
    }

    /// The character at the place of a complaint; the last one of the block where the complaint is its end.
    fn complaint(&self, at: u32) -> Span {
        let mut at = (at as usize).min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at -= 1;
        }
        let next = self.text.get(at..).and_then(|rest| rest.chars().next());
        let width = next.filter(|c| !matches!(c, '\n' | '\r')).map_or(0, char::len_utf8);
        Span::of(at..at + width)
    }

    /// The first character of the block that libyaml's reader refuses.
    fn forbidden_character(&self) -> Span {
        let source = self.text.get(self.base..).unwrap_or_default();
        let found = source.char_indices().find(|(_, c)| !is_printable(*c));
        found.map_or(Span::of(self.base..self.base), |(at, c)| Span::of(self.base + at..self.base + at + c.len_utf8()))
    }
}

/// What YAML 1.1 calls printable.
fn is_printable(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{7E}' | '\u{85}' | '\u{A0}'..='\u{D7FF}')
        || matches!(c, '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
}

fn single(span: Span, scalar: Scalar<'_>, style: Style, properties: Option<Box<Properties>>) -> Node<'_> {
    Node { span, content: Content::Scalar(scalar), style, properties }
}

fn properties(anchor: Option<String>, tag: Option<String>) -> Option<Box<Properties>> {
    (anchor.is_some() || tag.is_some()).then(|| Box::new(Properties { tag, anchor }))
}

/// A node as a key: its text, its place, its kind.
fn key_of<'t>(text: &'t str, node: Node<'t>) -> (Cow<'t, str>, Span, Key) {
    let span = node.span;
    match node.content {
        Content::Scalar(Scalar::Text(key)) => (key, span, Key::Text),
        Content::Scalar(Scalar::Null) => (Cow::Borrowed(""), span, Key::Null),
        Content::Scalar(scalar) => (Cow::Owned(scalar.to_ruby_string().into_owned()), span, Key::Typed),
        Content::Sequence(_) | Content::Mapping(_) | Content::Alias(_) => {
            (Cow::Borrowed(span.slice(text)), span, Key::Complex)
        }
    }
}
