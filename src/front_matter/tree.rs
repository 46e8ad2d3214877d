//! The tree that a block becomes: values with their places, typed as Jekyll types them.
//!
//! The place of a mapping or list reaches from its first to its last part; a quoted value's place has its quotes.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::language::mark;
use crate::text::Span;

/// A value with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node<'t> {
    /// Where it stands in the file.
    pub span: Span,
    /// What it is.
    pub content: Content<'t>,
    /// How it is written.
    pub style: Style,
    /// Its tag and anchor, which posts rarely have.
    pub properties: Option<Box<Properties>>,
}

/// How a value is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Style {
    /// Without quotes: the only style whose type is guessed.
    Plain,
    /// `'…'`.
    Single,
    /// `"…"`.
    Double,
    /// `|` or `>` and indented lines.
    Block,
    /// A list or mapping by indentation.
    Lines,
    /// `[…]` or `{…}`.
    Flow,
    /// `*name`.
    Alias,
}

/// What may stand before a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Properties {
    /// Its tag, such as `!ruby/object`.
    pub tag: Option<String>,
    /// Its anchor, without the `&`.
    pub anchor: Option<String>,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub enum Content<'t> {
    /// A single value, typed as Jekyll types it; also an alias of one, and an alias of nothing ([`Scalar::Null`]).
    Scalar(Scalar<'t>),
    /// A list.
    Sequence(Vec<Node<'t>>),
    /// A mapping, in the order of the file, duplicates kept.
    Mapping(Vec<Entry<'t>>),
    /// An alias of a list or a mapping, by its name; it is not followed.
    Alias(String),
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry<'t> {
    /// The key's text; of a list or mapping as key, its source.
    pub key: Cow<'t, str>,
    /// The key's place.
    pub key_span: Span,
    /// What the key is once typed.
    pub kind: Key,
    /// The value.
    pub value: Node<'t>,
}

/// What a key is once typed; every one but text is a trap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Key {
    /// Text, as it should be.
    Text,
    /// `~`, `null` or nothing: SafeYAML then takes the value for a key, and so on to the end of the mapping.
    Null,
    /// A number, truth value or date (`on: …`, `2021: …`).
    Typed,
    /// A list, a mapping or an alias of one.
    Complex,
}

/// A single value as SafeYAML types it.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar<'t> {
    /// Empty, `~` or `null`.
    Null,
    /// `true`, `yes`, `on` and their opposites.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A whole number beyond 64 bits, in decimal digits.
    BigInteger(String),
    /// Any other number, sexagesimals among them.
    Float(f64),
    /// A calendar day.
    Date(jiff::civil::Date),
    /// A moment; without an offset it is read as UTC.
    Time(Time),
    /// Text.
    Text(Cow<'t, str>),
}

/// A moment as SafeYAML reads it; parts of a second are dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Time {
    /// The moment.
    pub at: jiff::Timestamp,
    /// The offset from UTC in seconds, if one is written.
    pub offset: Option<i32>,
}

impl Entry<'_> {
    /// Whether the key is this text.
    pub fn is(&self, key: &str) -> bool {
        self.kind == Key::Text && self.key == key
    }
}

impl Node<'_> {
    /// Whether it is a single value.
    pub fn scalar(&self) -> Option<&Scalar<'_>> {
        match &self.content {
            Content::Scalar(scalar) => Some(scalar),
            Content::Sequence(_) | Content::Mapping(_) | Content::Alias(_) => None,
        }
    }

    /// Whether it is `false`, which Ruby often takes for nothing.
    pub fn is_false(&self) -> bool {
        matches!(self.content, Content::Scalar(Scalar::Bool(false)))
    }

    /// Whether it is empty to a reader: nothing, blank text, an empty list or mapping.
    pub fn is_blank(&self) -> bool {
        match &self.content {
            Content::Scalar(Scalar::Null) => true,
            Content::Scalar(Scalar::Text(text)) => text.trim().is_empty(),
            Content::Scalar(_) | Content::Alias(_) => false,
            Content::Sequence(items) => items.iter().all(Node::is_blank),
            Content::Mapping(entries) => entries.is_empty(),
        }
    }

    /// What Ruby's `to_s` makes of it.
    ///
    /// Aliases inside lists and mappings are written as `nil`; nothing that Jekyll does with such text depends on them.
    pub fn to_ruby_string(&self) -> Cow<'_, str> {
        if let Content::Scalar(scalar) = &self.content {
            return scalar.to_ruby_string();
        }
        let mut text = String::new();
        inspect(self, &mut text);
        Cow::Owned(text)
    }
}

impl Scalar<'_> {
    /// What Ruby's `to_s` makes of it.
    pub fn to_ruby_string(&self) -> Cow<'_, str> {
        match self {
            Self::Null => Cow::Borrowed(""),
            Self::Bool(value) => Cow::Borrowed(if *value { "true" } else { "false" }),
            Self::Integer(value) => Cow::Owned(value.to_string()),
            Self::BigInteger(digits) => Cow::Borrowed(digits),
            Self::Float(value) => Cow::Owned(ruby_float(*value)),
            Self::Date(day) => Cow::Owned(day.to_string()),
            Self::Time(time) => Cow::Owned(time.to_string()),
            Self::Text(text) => Cow::Borrowed(text),
        }
    }

    /// Its type in words: `a whole number`.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Null => mark!("nothing"),
            Self::Bool(_) => mark!("a truth value"),
            Self::Integer(_) | Self::BigInteger(_) => mark!("a whole number"),
            Self::Float(_) => mark!("a number"),
            Self::Date(_) => mark!("a date"),
            Self::Time(_) => mark!("a time"),
            Self::Text(_) => mark!("text"),
        }
    }
}

impl std::fmt::Display for Time {
    /// Ruby's spelling: `2022-01-17 07:46:06 +0800`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let offset = self.offset.unwrap_or(0);
        let zone = jiff::tz::Offset::from_seconds(offset).unwrap_or(jiff::tz::Offset::UTC);
        write!(f, "{}", zone.to_datetime(self.at).strftime("%Y-%m-%d %H:%M:%S "))?;
        let sign = if offset < 0 { '-' } else { '+' };
        let minutes = offset.unsigned_abs() / 60;
        write!(f, "{sign}{:02}{:02}", minutes / 60, minutes % 60)
    }
}

/// A number as Ruby prints it: `750.0`, `1.0e+20`.
fn ruby_float(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    let size = value.abs();
    if size != 0.0 && !(1e-4..1e16).contains(&size) {
        let text = format!("{value:e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let point = if digits.contains('.') { "" } else { ".0" };
        let (sign, exponent) = exponent.strip_prefix('-').map_or(('+', exponent), |rest| ('-', rest));
        return format!("{digits}{point}e{sign}{exponent:0>2}");
    }
    let text = format!("{value}");
    if text.contains('.') { text } else { text + ".0" }
}

/// Ruby's `inspect`. The depth of a tree is bounded by the parser.
fn inspect(node: &Node<'_>, text: &mut String) {
    match &node.content {
        Content::Scalar(Scalar::Null) | Content::Alias(_) => text.push_str("nil"),
        Content::Scalar(Scalar::Text(value)) => inspect_text(value, text),
        Content::Scalar(Scalar::Date(day)) => {
            // The digits behind the day (its Julian number) change nothing for whoever reads a date out of this.
            let _ = write!(text, "#<Date: {day}>");
        }
        Content::Scalar(scalar) => text.push_str(&scalar.to_ruby_string()),
        Content::Sequence(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                text.push_str(if index == 0 { "" } else { ", " });
                inspect(item, text);
            }
            text.push(']');
        }
        Content::Mapping(entries) => {
            text.push('{');
            for (index, entry) in entries.iter().enumerate() {
                text.push_str(if index == 0 { "" } else { ", " });
                inspect_text(&entry.key, text);
                text.push_str("=>");
                inspect(&entry.value, text);
            }
            text.push('}');
        }
    }
}

fn inspect_text(value: &str, text: &mut String) {
    text.push('"');
    for c in value.chars() {
        if matches!(c, '"' | '\\') {
            text.push('\\');
        }
        text.push(c);
    }
    text.push('"');
}
