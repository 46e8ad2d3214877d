//! The block between the two fences at a post's head, as Jekyll reads it.
//!
//! Parsing is total: what is wrong is data in [`FrontMatter::problems`], each with its place.

use std::borrow::Cow;

use crate::text::Span;

/// Whether and where a file has front matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Block {
    /// The file does not begin with a `---` line.
    Missing,
    /// It does, and no line closes the block.
    Unterminated {
        /// The opening line.
        fence: Span,
    },
    /// Both fences are there.
    Present {
        /// The opening line, without its line end.
        fence: Span,
        /// What stands between the fences.
        yaml: Span,
        /// Offset of the first byte of the body.
        body: u32,
    },
}

/// A file's front matter.
#[derive(Debug)]
pub struct FrontMatter<'t> {
    /// Where it is.
    pub block: Block,
    /// Its value; `None` where there is none, or where the YAML does not parse.
    pub root: Option<Node<'t>>,
    /// What is wrong with it as YAML.
    pub problems: Vec<Problem>,
}

/// What is wrong with a block as YAML, whatever its keys mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// libyaml refuses it.
    Syntax {
        /// The place of the complaint.
        span: Span,
        /// libyaml's words.
        message: String,
    },
}

/// A value with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Node<'t> {
    /// Where it stands in the file.
    pub span: Span,
    /// What it is.
    pub content: Content<'t>,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub enum Content<'t> {
    /// A single value, typed as Jekyll types it.
    Scalar(Scalar<'t>),
    /// A list.
    Sequence(Vec<Node<'t>>),
    /// A mapping, in the order of the file, duplicates kept.
    Mapping(Vec<Entry<'t>>),
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry<'t> {
    /// The key's text.
    pub key: Cow<'t, str>,
    /// The key's place.
    pub key_span: Span,
    /// The value.
    pub value: Node<'t>,
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
    /// Any other number, sexagesimals among them.
    Float(f64),
    /// A calendar day.
    Date(jiff::civil::Date),
    /// A moment; without an offset it is read as UTC.
    Time(jiff::Timestamp),
    /// Text.
    Text(Cow<'t, str>),
}

/// Reads the front matter of a file's text.
pub fn parse(text: &str) -> FrontMatter<'_> {
    let _ = text;
    FrontMatter { block: Block::Missing, root: None, problems: Vec::new() }
}

impl Block {
    /// The bytes of the body: everything after the block, or the whole file.
    pub fn body(self, text: &str) -> Span {
        let start = match self {
            Self::Missing | Self::Unterminated { .. } => 0,
            Self::Present { body, .. } => body,
        };
        Span::new(start, u32::try_from(text.len()).unwrap_or(u32::MAX))
    }
}
