//! The block between the two fences at a post's head, as Jekyll reads it.
//!
//! Jekyll cuts the block out with one regular expression, gives it to Ruby's libyaml, and types what comes back with
//! SafeYAML's own rules, which are neither YAML 1.1's nor YAML 1.2's. This room does the same and keeps every place:
//! `split` finds the fences, an event parser builds a tree of spans, and [`date`] says what Ruby makes of a
//! date. The usual shape, `key: value` lines, takes a short cut that gives the same tree.
//!
//! Parsing is total: what is wrong is data in [`FrontMatter::problems`], each with its place.
//! Aliases are never expanded, so a bomb of them costs what its text costs.
//! What the keys mean is no business of this room; the rules judge that.

pub mod date;
mod events;
mod flow_tags;
mod plain;
pub mod post_name;
mod scalar;
pub mod schema;
mod split;
mod tree;
pub mod typed;

use std::borrow::Cow;

use crate::text::Span;

pub use split::is_page;
pub use tree::{Content, Entry, Key, Node, Properties, Scalar, Style, Time};

/// The Jekyll that builds the site; the two differ in what they accept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum Engine {
    /// Jekyll 3.10, with the plugins and in the safe mode of GitHub Pages, which runs it.
    #[default]
    #[serde(rename = "jekyll-3.10")]
    Jekyll3,
    /// Jekyll 4, run by the archive's own workflow.
    #[serde(rename = "jekyll-4")]
    Jekyll4,
}

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
    ///
    /// An empty block is [`Scalar::Null`]: Jekyll reads it as no data and no fault.
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
        /// The line and column that Jekyll names in its log, both from 1; the line is the file's own.
        reported: (u32, u32),
    },
    /// libyaml accepts it, and SafeYAML stops at a value that it takes for a number and cannot read.
    Number {
        /// The value.
        span: Span,
    },
    /// It is larger, deeper or more tangled than any post's front matter is, and was not read to its end.
    Limit {
        /// Where the limit was passed.
        span: Span,
        /// What is too much, as a fragment: `more than 64 KiB`.
        message: String,
    },
}

impl Problem {
    /// Where it is.
    pub fn span(&self) -> Span {
        match self {
            Self::Syntax { span, .. } | Self::Number { span } | Self::Limit { span, .. } => *span,
        }
    }
}

/// The most bytes of a block that are read; front matter of a post has a few hundred.
pub const MAX_BLOCK: u32 = 64 * 1024;

/// Reads the front matter of a file's text.
pub fn parse(text: &str) -> FrontMatter<'_> {
    let block = split::split(text);
    let Block::Present { fence, yaml, .. } = block else {
        return FrontMatter { block, root: None, problems: Vec::new() };
    };
    if yaml.len() > MAX_BLOCK {
        let message = format!("more than {} KiB", MAX_BLOCK / 1024);
        return FrontMatter { block, root: None, problems: vec![Problem::Limit { span: fence, message }] };
    }
    if let Some(root) = plain::parse(text, yaml) {
        return FrontMatter { block, root: Some(root), problems: Vec::new() };
    }
    match events::parse(text, Span::new(fence.start, yaml.end)) {
        Ok(root) => FrontMatter { block, root: Some(root), problems: Vec::new() },
        Err(problem) => FrontMatter { block, root: None, problems: vec![problem] },
    }
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

    /// The opening line, if there is one.
    pub fn fence(self) -> Option<Span> {
        match self {
            Self::Missing => None,
            Self::Unterminated { fence } | Self::Present { fence, .. } => Some(fence),
        }
    }
}

impl<'t> FrontMatter<'t> {
    /// The entries of the mapping; empty where there is none.
    pub fn entries(&self) -> &[Entry<'t>] {
        match &self.root {
            Some(Node { content: Content::Mapping(entries), .. }) => entries,
            _ => &[],
        }
    }

    /// The entry of a key; of two, the last one counts, as in Jekyll.
    pub fn get(&self, key: &str) -> Option<&Entry<'t>> {
        self.entries().iter().rev().find(|entry| entry.is(key))
    }

    /// Whether Jekyll has the data: the YAML parsed, to a mapping or to nothing.
    pub fn is_readable(&self) -> bool {
        match self.root.as_ref().map(|root| &root.content) {
            Some(Content::Mapping(_) | Content::Scalar(Scalar::Null | Scalar::Bool(false))) => true,
            Some(Content::Sequence(_) | Content::Alias(_) | Content::Scalar(_)) | None => false,
        }
    }

    /// Whether a merge key `<<` brings in fields that are not seen here.
    pub fn has_merge_key(&self) -> bool {
        self.entries().iter().any(|entry| entry.is("<<"))
    }
}

/// The text of a value as YAML carries it to Jekyll, if it is text.
pub fn text_of<'n>(node: &'n Node<'_>) -> Option<&'n Cow<'n, str>> {
    match &node.content {
        Content::Scalar(Scalar::Text(text)) => Some(text),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
