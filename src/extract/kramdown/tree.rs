//! The tree of blocks, as far as it decides what later blocks and the output are.

use std::rc::Rc;

use super::attributes::Attributes;
use super::buffer::{Buffer, Builder};
use super::known::{Known, Model};
use super::tags::Tag;

/// A block of the tree, by its place in [`Tree`].
pub(super) type Id = usize;

/// A range of a buffer.
#[derive(Clone, Debug)]
pub(super) struct Slice<'t> {
    pub(super) buffer: Rc<Buffer<'t>>,
    pub(super) from: usize,
    pub(super) to: usize,
}

impl Slice<'_> {
    pub(super) fn text(&self) -> &str {
        super::characters::part(self.buffer.text(), self.from, self.to)
    }
}

/// An HTML element.
#[derive(Clone, Debug)]
pub(super) struct Element<'t> {
    pub(super) buffer: Rc<Buffer<'t>>,
    pub(super) tag: Tag,
    pub(super) known: Option<&'static Known>,
    pub(super) model: Model,
    /// Offset behind its end tag, or the end of the text that it takes.
    pub(super) end: usize,
    /// Whether it has an end tag, or needs none.
    pub(super) ended: bool,
}

impl Element<'_> {
    /// Its name: in lower case if kramdown knows it.
    pub(super) fn name(&self) -> &str {
        let written = super::characters::part(self.buffer.text(), self.tag.start + 1, self.tag.name_end);
        self.known.map_or(written, |known| known.name)
    }
}

/// What a definition leaves in the place where it stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Left {
    /// An end-of-block marker.
    Nothing,
    /// A definition of a link, an abbreviation or a footnote, which takes attributes.
    Definition,
    /// A list of attributes or a setting.
    Other,
}

/// What a block is.
#[derive(Debug)]
pub(super) enum Kind<'t> {
    Root,
    /// Blank lines; `true` for exactly one without any white space.
    Blank(bool),
    Left(Left),
    /// Text that stands in no block: a line that no parser takes, or the text of an element.
    Text(Slice<'t>),
    /// The same, put together from parts.
    Joined(Box<Builder>),
    /// A paragraph; `true` if it is printed without a tag of its own.
    Paragraph(bool),
    Heading,
    Quote,
    List,
    Item,
    Definitions,
    Term,
    Details,
    /// Block of code, formula or rule: its content is no text.
    Opaque,
    Table,
    Cell,
    Html(Box<Element<'t>>),
    /// Text of raw HTML, printed with `<` and `&` escaped.
    RawText(Slice<'t>),
    /// HTML that is handed to the browser as it stands.
    Verbatim(Slice<'t>),
    Footnote,
}

/// A block.
#[derive(Debug)]
pub(super) struct Node<'t> {
    pub(super) kind: Kind<'t>,
    pub(super) children: Vec<Id>,
    /// The attributes that braces give to it.
    pub(super) attributes: Option<Box<Attributes>>,
    /// The id that a heading names in its own line.
    pub(super) id: Option<Slice<'t>>,
}

/// All blocks of a text.
#[derive(Debug, Default)]
pub(super) struct Tree<'t> {
    nodes: Vec<Node<'t>>,
}

/// The block that holds all others.
pub(super) const ROOT: Id = 0;

impl<'t> Tree<'t> {
    pub(super) fn new() -> Self {
        let mut tree = Self::default();
        tree.add(Kind::Root);
        tree
    }

    /// Adds a block that has no parent.
    pub(super) fn add(&mut self, kind: Kind<'t>) -> Id {
        self.nodes.push(Node { kind, children: Vec::new(), attributes: None, id: None });
        self.nodes.len() - 1
    }

    /// Adds a block as the last child of another.
    pub(super) fn append(&mut self, parent: Id, kind: Kind<'t>) -> Id {
        let id = self.add(kind);
        self.adopt(parent, id);
        id
    }

    pub(super) fn adopt(&mut self, parent: Id, child: Id) {
        if let Some(parent) = self.nodes.get_mut(parent) {
            parent.children.push(child);
        }
    }

    pub(super) fn node(&self, id: Id) -> Option<&Node<'t>> {
        self.nodes.get(id)
    }

    pub(super) fn node_mut(&mut self, id: Id) -> Option<&mut Node<'t>> {
        self.nodes.get_mut(id)
    }

    pub(super) fn kind(&self, id: Id) -> &Kind<'t> {
        self.nodes.get(id).map_or(&Kind::Root, |node| &node.kind)
    }

    pub(super) fn children(&self, id: Id) -> &[Id] {
        self.nodes.get(id).map_or(&[], |node| &node.children)
    }

    /// The child of a block, counted from the last.
    pub(super) fn last(&self, parent: Id, before: usize) -> Option<Id> {
        let children = self.children(parent);
        children.get(children.len().checked_sub(before + 1)?).copied()
    }

    /// The kind of the last child.
    pub(super) fn last_kind(&self, parent: Id) -> Option<&Kind<'t>> {
        self.last(parent, 0).map(|id| self.kind(id))
    }

    pub(super) fn pop(&mut self, parent: Id) -> Option<Id> {
        self.nodes.get_mut(parent)?.children.pop()
    }

    /// The text of a block that holds text, of one that was put together from parts too.
    pub(super) fn text(&mut self, id: Id) -> Option<Slice<'t>> {
        let node = self.nodes.get_mut(id)?;
        if let Kind::Joined(builder) = &mut node.kind {
            let buffer = std::mem::take(builder.as_mut()).finish();
            let to = buffer.text().len();
            node.kind = Kind::Text(Slice { buffer, from: 0, to });
        }
        if let Kind::Text(slice) = &node.kind { Some(slice.clone()) } else { None }
    }

    /// Appends text to a block of text, with `joiner` between.
    pub(super) fn join(&mut self, id: Id, more: &Slice<'t>, joiner: &str) {
        let Some(node) = self.nodes.get_mut(id) else { return };
        if let Kind::Text(slice) = &mut node.kind {
            let between = super::characters::part(more.buffer.text(), slice.to, more.from);
            if Rc::ptr_eq(&slice.buffer, &more.buffer) && slice.to <= more.from && between == joiner {
                slice.to = more.to;
                return;
            }
            let mut builder = Builder::default();
            builder.push(&slice.buffer, slice.from, slice.to);
            node.kind = Kind::Joined(Box::new(builder));
        }
        if let Kind::Joined(builder) = &mut node.kind {
            builder.push_made(joiner, more.buffer.span(more.from, more.from).start);
            builder.push(&more.buffer, more.from, more.to);
        }
    }

    pub(super) fn is_paragraph(&self, id: Option<&Id>) -> bool {
        id.is_some_and(|id| matches!(self.kind(*id), Kind::Paragraph(_)))
    }

    pub(super) fn is_blank(&self, id: Option<&Id>) -> bool {
        id.is_some_and(|id| matches!(self.kind(*id), Kind::Blank(_)))
    }
}
