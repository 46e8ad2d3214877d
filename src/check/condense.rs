//! From a document with its text to the compact one that later stages keep.

use std::hash::{BuildHasher, Hasher};
use std::sync::Arc;

use super::shared::SharedValues;
use crate::document::{
    Date, Document, Ending, Field, Fields, Head, Kind, Link, LiquidTag, LiquidTarget, Places, Rare, Value,
    fragment_digest,
};
use crate::extract::{Carrier, liquid};
use crate::facts::Reading;
use crate::front_matter::date::{self, Moment};
use crate::front_matter::{Block, Content, Entry, Node, Scalar};
use crate::text::{Interner, LineCursor, Sketch, Span};

/// The longest link text that is kept, in bytes: enough for a report.
const LONGEST_TEXT: usize = 200;

/// Bytes by which the ends of posts are compared: few enough that a category in the address of a last link does not
/// reach into them.
const LAST: usize = 6;

/// Keeps what later stages need of a document.
pub fn condense(reading: &Reading<'_>, interner: &Interner) -> Document {
    condense_with(reading, (interner, &SharedValues::default()), true)
}

/// [`condense`]; `compares` tells whether any rule compares bodies, for which each is read once more.
pub(super) fn condense_with(
    reading: &Reading<'_>,
    (interner, shared): (&Interner, &SharedValues),
    compares: bool,
) -> Document {
    let mut cursor = LineCursor::new(reading.text);
    let links = reading.extraction.links.iter().map(|link| {
        let (line, column) = cursor.advance(link.span.start);
        let destination = interner.intern(&link.destination);
        // An autolink's text is its address.
        let is_same = link.text == link.destination && link.text.len() <= LONGEST_TEXT;
        let text = if is_same { destination } else { interner.intern(shortened(&link.text)) };
        Link {
            destination,
            text,
            span: link.span,
            destination_span: link.destination_span,
            line,
            column,
            carrier: link.carrier,
        }
    });
    let (body, sketch) = if compares { body(reading) } else { (0, None) };
    let (fields, places) = fields(reading, interner, shared);
    Document {
        path: Arc::clone(&reading.path),
        kind: reading.kind,
        dialect: reading.dialect,
        bytes: u32::try_from(reading.bytes.len()).unwrap_or(u32::MAX),
        head: head(reading),
        fields,
        places,
        body,
        sketch,
        ending: ending(reading),
        links: links.collect(),
        rare: rare(reading, interner).boxed(),
        ids: ids(reading),
    }
}

fn ids(reading: &Reading<'_>) -> Box<[u64]> {
    let mut ids: Vec<u64> = reading.extraction.ids.iter().map(|id| fragment_digest(id)).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.into()
}

fn rare(reading: &Reading<'_>, interner: &Interner) -> Rare {
    let targets = &reading.extraction.liquid.targets;
    Rare {
        base: reading.extraction.base.as_deref().map(|base| interner.intern(base)),
        liquid: targets.iter().filter_map(|target| liquid_target(target, interner)).collect(),
        ignores: crate::rules::ignores(reading.text, interner),
    }
}

fn liquid_target(target: &liquid::Target<'_>, interner: &Interner) -> Option<LiquidTarget> {
    let tag = match target.tag {
        "link" => LiquidTag::Link,
        "post_url" => LiquidTag::PostUrl,
        "include" | "include_cached" => LiquidTag::Include,
        "include_relative" => LiquidTag::IncludeRelative,
        _ => return None,
    };
    Some(LiquidTarget { tag, name: interner.intern(target.name), span: target.span })
}

fn shortened(text: &str) -> &str {
    text.get(..text.floor_char_boundary(LONGEST_TEXT)).unwrap_or(text)
}

fn head(reading: &Reading<'_>) -> Head {
    if !reading.invalid.is_empty() {
        return Head::Undecodable;
    }
    // Jekyll looks for a page's fence in the very first bytes (Utils#has_yaml_header?), and reads a post's behind the mark.
    if reading.kind == Kind::Page && reading.text.starts_with('\u{FEFF}') {
        return Head::Missing;
    }
    match (reading.front_matter.block, &reading.front_matter.root) {
        (Block::Missing, _) => Head::Missing,
        (Block::Unterminated { .. }, _) => Head::Unterminated,
        (Block::Present { .. }, Some(Node { content: Content::Mapping(entries), .. })) => {
            if reading.kind != Kind::Page && entries.iter().any(has_unusable_categories) {
                Head::Dropped
            } else {
                Head::Parsed
            }
        }
        // An empty block is no data, and no fault; `false` is the same to Ruby.
        (Block::Present { .. }, Some(Node { content: Content::Scalar(Scalar::Null | Scalar::Bool(false)), .. })) => {
            Head::Parsed
        }
        (Block::Present { .. }, Some(_)) => Head::NoMapping,
        (Block::Present { .. }, None) => Head::Dropped,
    }
}

/// Jekyll gives up on a post's data when `categories` is neither text nor a list (`Document#populate_categories`).
fn has_unusable_categories(entry: &Entry<'_>) -> bool {
    entry.is("categories")
        && match &entry.value.content {
            Content::Scalar(Scalar::Null | Scalar::Text(_)) | Content::Sequence(_) | Content::Alias(_) => false,
            Content::Scalar(_) | Content::Mapping(_) => true,
        }
}

/// The values that later stages need, and where those stand that rules about the whole archive point at; of a key that
/// stands twice the last one counts.
fn fields(reading: &Reading<'_>, interner: &Interner, shared: &SharedValues) -> (Fields, Places) {
    let mut places = Places::default();
    let Some(Node { content: Content::Mapping(entries), .. }) = &reading.front_matter.root else {
        return (Fields::default(), places);
    };
    let mut values: Vec<(Field, Value)> = Vec::new();
    for entry in entries {
        let Some((field, _)) = Field::ALL.iter().find(|(_, key)| entry.is(key)) else { continue };
        places.set(*field, entry.value.span);
        // A post's title plays no part in any address, and a million titles are many bytes.
        if *field == Field::Title && reading.kind.is_post() {
            continue;
        }
        values.retain(|(known, _)| known != field);
        values.push((*field, value(&entry.value, interner)));
    }
    values.sort_by_key(|(field, _)| *field);
    let date = entries.iter().rev().find(|entry| entry.is("date")).map_or(Date::Absent, |entry| date(&entry.value));
    (Fields { date, values: shared.share(&values) }, places)
}

fn date(value: &Node<'_>) -> Date {
    match date::read(value).moment {
        Moment::Invalid(_) => Date::Invalid,
        Moment::Instant(seconds) => Date::Instant(seconds),
        Moment::Local(seconds) => Date::Local(seconds),
        // The day of the build, as for a post without a date.
        Moment::OfBuild => Date::Absent,
    }
}

/// Digest and sketch of a post's body without its Markdown links and white space: two posts of one article differ in
/// their source links and ways back, and in how their lines are broken.
fn body(reading: &Reading<'_>) -> (u64, Option<Sketch>) {
    if !reading.kind.is_post() {
        return (0, None);
    }
    let is_markdown =
        |carrier| matches!(carrier, Carrier::Inline | Carrier::Reference | Carrier::Autolink | Carrier::Bare);
    let mut text: Vec<u8> = Vec::with_capacity(reading.body.len() as usize);
    let mut from = reading.body.start;
    for link in reading.extraction.links.iter().filter(|link| is_markdown(link.carrier)) {
        if link.span.start >= from {
            add_words(&mut text, Span::new(from, link.span.start).slice(reading.text).as_bytes());
            from = link.span.end;
        }
    }
    add_words(&mut text, Span::new(from, reading.body.end).slice(reading.text).as_bytes());
    let mut state = foldhash::quality::FixedState::default().build_hasher();
    state.write(&text);
    (if text.is_empty() { 0 } else { state.finish() }, Some(Sketch::of(&text)))
}

/// Adds the words of a text without the ASCII white space between them, and without the bars between a post's ways
/// back. A line of Chinese is one word, so the search for its end is what counts, and of the five kinds of white space
/// two stand in hardly any text.
fn add_words(to: &mut Vec<u8>, text: &[u8]) {
    let mut add = |word: &[u8]| {
        if !matches!(word, b"|" | [0xEF, 0xBD, 0x9C]) {
            to.extend_from_slice(word);
        }
    };
    let has_rare = memchr::memchr2(b'\r', b'\x0C', text).is_some();
    let mut rest = text;
    while !rest.is_empty() {
        let end = memchr::memchr3(b'\n', b' ', b'\t', rest).unwrap_or(rest.len());
        let word = rest.get(..end).unwrap_or_default();
        if has_rare {
            word.split(u8::is_ascii_whitespace).for_each(&mut add);
        } else {
            add(word);
        }
        rest = rest.get(end + 1..).unwrap_or_default();
    }
}

/// Where the text ends, and a digest of the last bytes of its body.
fn ending(reading: &Reading<'_>) -> Ending {
    let body = reading.body_text().trim_end();
    let at = reading.body.start + u32::try_from(body.len()).unwrap_or(0);
    if body.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}').is_empty() {
        return Ending { at, ..Ending::default() };
    }
    let last = body.as_bytes().get(body.len().saturating_sub(LAST)..).unwrap_or_default();
    let mut state = foldhash::quality::FixedState::default().build_hasher();
    state.write(last);
    // The upper half; 0 stands for nothing.
    let digest = u32::try_from(state.finish() >> 32).unwrap_or(0).max(1);
    Ending { at, digest, is_torn: false }
}

/// The parser admits no deeper nesting than 64, so this recursion is shallow.
fn value(node: &Node<'_>, interner: &Interner) -> Value {
    match &node.content {
        Content::Sequence(items) => Value::List(items.iter().map(|item| value(item, interner)).collect()),
        Content::Mapping(_) | Content::Alias(_) => Value::Mapping,
        Content::Scalar(Scalar::Null) => Value::Null,
        Content::Scalar(Scalar::Bool(value)) => Value::Bool(*value),
        Content::Scalar(Scalar::Integer(value)) => Value::Integer(*value),
        Content::Scalar(Scalar::Float(value)) => Value::Float(*value),
        Content::Scalar(scalar) => Value::Text(interner.intern(&scalar.to_ruby_string())),
    }
}
