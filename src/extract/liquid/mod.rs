//! Liquid in a file: where it is, what of it stops Jekyll's build, and the files that it names.
//!
//! The tokens are those of Liquid 4.0.4, which GitHub Pages pins, and the tags those of Liquid and Jekyll.
//! Nothing is evaluated. The scan goes on behind a problem, as far as what follows still means something:
//! the first problem is the one at which the build stops.

mod mask;
mod tags;
mod tokens;

use crate::text::Span;
pub(crate) use mask::mask;
use tags::Role;
use tokens::{Tag, Token, Tokens};

/// The Liquid of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Liquid<'t> {
    /// The tags and outputs, in the order of their places. A comment is one piece from its tag to its end, and so is a highlighted block;
    /// of a raw block the two tags are pieces and what is between them is not.
    pub pieces: Vec<Piece>,
    /// What stops the build, in the order in which Liquid meets it: a block without end at the end of the file.
    pub problems: Vec<Problem<'t>>,
    /// The files that tags name.
    pub targets: Vec<Target<'t>>,
}

/// A stretch of text that Liquid replaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Its bytes.
    pub span: Span,
    /// What it is.
    pub kind: PieceKind,
}

/// What a stretch of Liquid is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PieceKind {
    /// `{{ … }}`.
    Output,
    /// `{% … %}`.
    Tag,
    /// `{% comment %} … {% endcomment %}`.
    Comment,
    /// `{% highlight … %} … {% endhighlight %}`: code.
    Highlight,
}

/// Something at which Liquid stops.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem<'t> {
    /// The guilty bytes.
    pub span: Span,
    /// What is wrong.
    pub kind: ProblemKind<'t>,
}

/// What is wrong with Liquid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProblemKind<'t> {
    /// `{{` without `}}`, or with a lone `}` before it.
    UnclosedOutput,
    /// `{%` without `%}`.
    UnclosedTag,
    /// `{% … %}` that does not begin with a name.
    NamelessTag,
    /// A name that is no tag.
    UnknownTag(&'t str),
    /// `else` or an `end…` tag that ends nothing here.
    StrayTag(&'t str),
    /// A block without its `end…` tag.
    UnclosedBlock(&'t str),
    /// What follows a tag's name is not what it takes.
    Syntax(&'t str),
    /// More than a hundred blocks in each other.
    TooDeep,
}

/// A file that a tag names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target<'t> {
    /// The tag: `link`, `post_url`, `include`, `include_relative` or `include_cached`.
    pub tag: &'t str,
    /// The name as written; with `{{` in it, it is only known when the page is built.
    pub name: &'t str,
    /// The bytes of the name.
    pub span: Span,
}

/// So many blocks may be in each other.
const DEEPEST: usize = 100;

/// Finds the Liquid in a file's body. `added` names the tags of the site's plugins.
pub fn scan<'t>(added: &[String], text: &'t str, body: Span) -> Liquid<'t> {
    let text = text.get(..body.end as usize).unwrap_or_default();
    let mut scan = Scan { text, added, found: Liquid::default(), blocks: Vec::new(), raw: None };
    for token in Tokens::new(text, body.start as usize) {
        scan.token(&token);
    }
    scan.end();
    scan.found
}

/// The two braces that a token begins with: how far the token goes is not the writer's fault.
fn braces(span: Span) -> Span {
    Span::new(span.start, span.start + 2)
}

struct Scan<'t, 'a> {
    text: &'t str,
    added: &'a [String],
    found: Liquid<'t>,
    blocks: Vec<Block<'t>>,
    /// The open `{% raw %}`.
    raw: Option<Span>,
}

struct Block<'t> {
    name: &'t str,
    span: Span,
    /// Index of its first piece.
    piece: usize,
    has_else: bool,
}

impl<'t> Scan<'t, '_> {
    fn slice(&self, range: std::ops::Range<usize>) -> &'t str {
        self.text.get(range).unwrap_or_default()
    }

    fn problem(&mut self, span: Span, kind: ProblemKind<'t>) {
        self.found.problems.push(Problem { span, kind });
    }

    fn piece(&mut self, span: Span, kind: PieceKind) {
        self.found.pieces.push(Piece { span, kind });
    }

    fn token(&mut self, token: &Token) {
        let span = Span::of(token.range.clone());
        if self.raw.is_some() {
            if let Some(start) = tokens::is_end_of_raw(self.text, &token.range) {
                self.raw = None;
                self.piece(Span::of(start..token.range.end), PieceKind::Tag);
            }
        } else if token.is_tag {
            self.piece(span, PieceKind::Tag);
            self.tag(token, span);
        } else {
            self.piece(span, PieceKind::Output);
            let written = self.slice(token.range.clone());
            if !written.ends_with("}}") || written.len() < 4 {
                self.problem(braces(span), ProblemKind::UnclosedOutput);
            }
        }
    }

    fn tag(&mut self, token: &Token, span: Span) {
        let Some(tag) = Tag::read(self.text, &token.range) else {
            let is_closed = token.range.len() > 2;
            self.problem(braces(span), if is_closed { ProblemKind::NamelessTag } else { ProblemKind::UnclosedTag });
            return;
        };
        let (name, markup) = (self.slice(tag.name.clone()), self.slice(tag.markup.clone()));
        let block = self.blocks.last().map_or("", |block| block.name);
        let role = if name == "raw" { Role::Block } else { tags::role(name, self.added) };
        if role == Role::Unknown && !tags::belongs_into(block, name) {
            self.inner(name, (block, span));
            return;
        }
        if !tags::accepts(block, name, markup) {
            self.problem(span, ProblemKind::Syntax(name));
        }
        if name == "else" && block == "for" && self.is_second_else() {
            self.close();
        } else if name == "raw" {
            self.raw = Some(span);
        } else if role == Role::Block {
            if self.blocks.len() == DEEPEST {
                self.problem(span, ProblemKind::TooDeep);
            }
            let piece = self.found.pieces.len().saturating_sub(1);
            self.blocks.push(Block { name, span, piece, has_else: false });
        } else {
            self.target(name, &tag);
        }
    }

    /// A name that is no tag of its own: the end of a block, or a mistake.
    fn inner(&mut self, name: &'t str, (block, span): (&str, Span)) {
        let ended = name.strip_prefix("end");
        if ended == Some(block) && !block.is_empty() {
            self.close();
            return;
        }
        if block == "comment" {
            return;
        }
        // The end of a block further out ends those within it.
        // No deeper than Liquid goes, or a million open blocks would each be looked at a million times.
        let in_reach = self.blocks.len().saturating_sub(DEEPEST);
        let within = self.blocks.get(in_reach..).unwrap_or_default();
        let depth = within.iter().rposition(|open| ended == Some(open.name)).map(|depth| in_reach + depth);
        match depth {
            Some(depth) => {
                let unclosed = self.blocks.split_off(depth + 1);
                for block in unclosed {
                    self.problem(block.span, ProblemKind::UnclosedBlock(block.name));
                }
                self.close();
            }
            None if ended.is_some() || matches!(name, "else" | "elsif" | "when") => {
                self.problem(span, ProblemKind::StrayTag(name));
            }
            None => self.problem(span, ProblemKind::UnknownTag(name)),
        }
    }

    /// Takes note of an `else`. To Liquid a second one ends the innermost `for`.
    fn is_second_else(&mut self) -> bool {
        self.blocks.last_mut().is_some_and(|block| std::mem::replace(&mut block.has_else, true))
    }

    fn close(&mut self) {
        let Some(block) = self.blocks.pop() else { return };
        let kind = match block.name {
            "comment" => PieceKind::Comment,
            "highlight" => PieceKind::Highlight,
            _ => return,
        };
        let end = self.found.pieces.last().map_or(block.span.end, |last| last.span.end);
        self.found.pieces.truncate(block.piece);
        self.piece(Span::new(block.span.start, end), kind);
    }

    fn target(&mut self, name: &'t str, tag: &Tag) {
        if !matches!(name, "link" | "post_url" | "include" | "include_relative" | "include_cached") {
            return;
        }
        let markup = self.slice(tag.markup.clone());
        let written = markup.trim_end_matches(tokens::is_space);
        let is_include = name.starts_with("include");
        let length = match written.find("}}") {
            Some(end) if is_include => end + 2,
            _ if is_include => written.find(tokens::is_space).unwrap_or(written.len()),
            _ => written.len(),
        };
        let span = Span::of(tag.markup.start..tag.markup.start + length);
        let target = Target { tag: name, name: span.slice(self.text), span };
        if !span.is_empty() {
            self.found.targets.push(target);
        }
    }

    fn end(&mut self) {
        if let Some(span) = self.raw {
            self.problem(span, ProblemKind::UnclosedBlock("raw"));
        }
        while let Some(block) = self.blocks.pop() {
            self.problem(block.span, ProblemKind::UnclosedBlock(block.name));
        }
    }
}
