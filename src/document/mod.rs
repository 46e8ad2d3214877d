//! A post or page after it was read: what later stages need of it, and not its text.
//!
//! A million of these with ten links each fit in a gigabyte, so everything is small:
//! strings that repeat are symbols, places are offsets.

mod links;

use std::sync::Arc;

pub use links::{Links, Saying};

use crate::extract::{Carrier, Dialect};
use crate::text::{Sketch, Span, Strings, Symbol, file_name};

/// What a file is to the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A file of a `_posts` folder, or of a folder that settings name so.
    Post,
    /// A post in an archive folder: kept, and not published at a post's address.
    Archived,
    /// A file of a `_drafts` folder.
    Draft,
    /// Any other file with front matter, and HTML or Markdown files that Jekyll or GitHub shows.
    Page,
}

impl Kind {
    /// Whether the rules for posts apply.
    pub fn is_post(self) -> bool {
        matches!(self, Self::Post | Self::Archived)
    }
}

/// A front-matter key that the site's addresses or the rules about the whole archive depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is the key of its name in snake case")]
pub enum Field {
    Layout,
    Title,
    Permalink,
    Published,
    Categories,
    Category,
    Tags,
    Tag,
    Slug,
    RedirectFrom,
    RedirectTo,
    Sitemap,
    Hidden,
    RenderWithLiquid,
}

impl Field {
    /// Every field with its key.
    pub const ALL: [(Self, &'static str); 14] = [
        (Self::Layout, "layout"),
        (Self::Title, "title"),
        (Self::Permalink, "permalink"),
        (Self::Published, "published"),
        (Self::Categories, "categories"),
        (Self::Category, "category"),
        (Self::Tags, "tags"),
        (Self::Tag, "tag"),
        (Self::Slug, "slug"),
        (Self::RedirectFrom, "redirect_from"),
        (Self::RedirectTo, "redirect_to"),
        (Self::Sitemap, "sitemap"),
        (Self::Hidden, "hidden"),
        (Self::RenderWithLiquid, "render_with_liquid"),
    ];
}

/// A front-matter value as Jekyll types it, kept small.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Empty, `~` or `null`.
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Float(f64),
    /// Text; also dates and times, in Ruby's spelling.
    Text(Symbol),
    /// A list.
    List(Box<[Value]>),
    /// A mapping; what is in it does not matter to any stage.
    Mapping,
}

/// What Jekyll makes of a `date`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Date {
    /// No `date` key.
    #[default]
    Absent,
    /// One that stops the build.
    Invalid,
    /// A moment: seconds since 1970-01-01T00:00:00Z.
    Instant(i64),
    /// A wall-clock time in the zone of the machine that builds: seconds since 1970-01-01T00:00:00 on that clock.
    Local(i64),
}

/// The front matter of a document, as far as later stages need it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fields {
    /// What Jekyll makes of `date`.
    pub date: Date,
    /// The other keys that matter, each at most once (the last one counts), in the order of [`Field`]; shared, since
    /// posts by the thousand have the same.
    pub values: Arc<[(Field, Value)]>,
}

impl Fields {
    /// The value of a key.
    pub fn get(&self, field: Field) -> Option<&Value> {
        self.values.iter().find(|(key, _)| *key == field).map(|(_, value)| value)
    }

    /// The symbol of a key's text, where it is text.
    pub fn text(&self, field: Field) -> Option<Symbol> {
        match self.get(field) {
            Some(Value::Text(symbol)) => Some(*symbol),
            _ => None,
        }
    }
}

/// How Jekyll sees a file's front matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Head {
    /// It parsed to a mapping.
    Parsed,
    /// There is none (for a page: the first line is not a fence, and the file is served as it is).
    Missing,
    /// It is not closed; the whole text is body.
    Unterminated,
    /// It is there and Jekyll drops it: YAML that does not parse, categories of a wrong type.
    Dropped,
    /// It parsed, to text, a number or a list: Jekyll loses a post's data, and stops at a page.
    NoMapping,
    /// The file is not UTF-8: Jekyll loses a post, and stops at a page.
    Undecodable,
}

impl Head {
    /// Whether Jekyll goes on without the data that the file has.
    pub fn is_lost(self) -> bool {
        matches!(self, Self::Dropped | Self::NoMapping | Self::Undecodable)
    }
}

/// A link of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The destination, as [`crate::extract::RawLink::destination`].
    pub destination: Symbol,
    /// The text that the reader clicks on.
    pub text: Symbol,
    /// The whole link.
    pub span: Span,
    /// The bytes of the destination.
    pub destination_span: Span,
    /// Line of the link's first byte, from 1.
    pub line: u32,
    /// Column of the link's first byte in code points, from 1.
    pub column: u32,
    /// What carries it.
    pub carrier: Carrier,
}

/// A Liquid tag that names a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LiquidTag {
    /// `{% link %}`.
    Link,
    /// `{% post_url %}`.
    PostUrl,
    /// `{% include %}`, and `{% include_cached %}`.
    Include,
    /// `{% include_relative %}`.
    IncludeRelative,
}

/// A file that a Liquid tag names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LiquidTarget {
    /// The tag.
    pub tag: LiquidTag,
    /// The name as written.
    pub name: Symbol,
    /// The bytes of the name.
    pub span: Span,
}

/// A note that silences the findings of a rule in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ignore {
    /// The rule's code, the beginning of codes, or a rule's name.
    pub word: Symbol,
    /// The whole note.
    pub span: Span,
    /// Whether it says why; one that does not silences nothing.
    pub has_reason: bool,
}

/// How the text of a document ends, white space left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ending {
    /// Where.
    pub at: u32,
    /// Digest of the last bytes of the body; 0 where the body is empty.
    pub digest: u32,
    /// Whether the body ends inside of something, which was told already.
    pub is_torn: bool,
}

/// Where the values of the fields stand that rules about the archive as a whole point at.
///
/// Front matter of more than 64 KiB is not worth eight bytes of every document: a value behind that, or as long, has no
/// place that is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Places([(u16, u16); 4]);

impl Places {
    const KEPT: [Field; 4] = [Field::Layout, Field::Categories, Field::Category, Field::Title];

    /// Where the value of a field stands; the start of the file, if it is not known.
    pub fn of(&self, field: Field) -> Span {
        let kept = Self::KEPT.iter().zip(self.0).find(|(kept, _)| **kept == field);
        kept.map_or(Span::at(0), |(_, (start, length))| Span::new(start.into(), u32::from(start) + u32::from(length)))
    }

    /// Takes note of where the value of a field stands, if that is wanted.
    pub fn set(&mut self, field: Field, span: Span) {
        let Some((_, place)) = Self::KEPT.iter().zip(&mut self.0).find(|(kept, _)| **kept == field) else { return };
        *place = match (u16::try_from(span.start), u16::try_from(span.len())) {
            (Ok(start), Ok(length)) => (start, length),
            _ => (0, 0),
        };
    }
}

/// What few documents have; apart from the rest, since of a million documents each byte is a megabyte.
#[derive(Clone, Debug, Default)]
pub struct Rare {
    /// As [`Document::base`].
    pub base: Option<Symbol>,
    /// As [`Document::liquid`].
    pub liquid: Box<[LiquidTarget]>,
    /// As [`Document::ignores`].
    pub ignores: Box<[Ignore]>,
}

impl Rare {
    /// Nothing, if there is nothing in it.
    pub fn boxed(self) -> Option<Box<Self>> {
        let is_there = self.base.is_some() || !self.liquid.is_empty() || !self.ignores.is_empty();
        is_there.then(|| Box::new(self))
    }
}

/// A post or page.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its path relative to the archive, with `/`.
    pub path: Arc<str>,
    /// What it is to the site.
    pub kind: Kind,
    /// The engine that renders it.
    pub dialect: Dialect,
    /// Its size in bytes.
    pub bytes: u32,
    /// How Jekyll sees its front matter.
    pub head: Head,
    /// The front matter that matters later.
    pub fields: Fields,
    /// Where the values of some of these fields stand, for findings about the archive as a whole.
    pub places: Places,
    /// Digest of the body without white space and without its Markdown links; 0 for a body with nothing else.
    pub body: u64,
    /// A sketch of the same, by which nearly equal bodies are found; posts have one.
    pub sketch: Option<Sketch>,
    /// How its text ends.
    pub ending: Ending,
    /// Its links, in the order of their spans.
    pub links: Links,
    /// What few documents have.
    pub rare: Option<Box<Rare>>,
    /// Digests of the ids that a fragment can name, sorted; see [`fragment_digest`].
    pub ids: Box<[u64]>,
}

impl Document {
    /// Where the value of a field stands; the start of the file, if it is not known.
    pub fn place_of(&self, field: Field) -> Span {
        self.places.of(field)
    }

    /// What its `<base href>` says, on which every relative link then depends.
    pub fn base(&self) -> Option<Symbol> {
        self.rare.as_ref()?.base
    }

    /// The files that its Liquid tags name.
    pub fn liquid(&self) -> &[LiquidTarget] {
        self.rare.as_ref().map_or(&[], |rare| &rare.liquid)
    }

    /// Notes in it that silence findings.
    pub fn ignores(&self) -> &[Ignore] {
        self.rare.as_ref().map_or(&[], |rare| &rare.ignores)
    }

    /// The file's name without its folders.
    pub fn file_name(&self) -> &str {
        file_name(&self.path)
    }

    /// What follows the date in the file's name, without its ending: `NW202201172249352683`.
    pub fn id(&self) -> Option<&str> {
        let name = self.file_name();
        let shape = name.bytes().take(11).map(|b| if b.is_ascii_digit() { b'0' } else { b });
        let id = name.get(11..).filter(|_| shape.eq(*b"0000-00-00-"))?;
        Some(id.rsplit_once('.').map_or(id, |(id, _)| id))
    }
}

/// The digest under which a document keeps an id.
pub fn fragment_digest(id: &str) -> u64 {
    use std::hash::{BuildHasher, Hasher};
    let mut state = foldhash::quality::FixedState::default().build_hasher();
    state.write(id.as_bytes());
    state.finish()
}

/// Everything that was read.
#[derive(Debug, Default)]
pub struct Archive {
    /// Posts and pages, sorted by path.
    pub documents: Vec<Document>,
    /// Every other file that is part of the archive, sorted.
    pub files: Vec<Arc<str>>,
    /// The strings that symbols stand for.
    pub strings: Strings,
}

impl Archive {
    /// The string of a symbol.
    pub fn text(&self, symbol: Symbol) -> &str {
        self.strings.get(symbol)
    }

    /// The document of a path.
    pub fn find(&self, path: &str) -> Option<&Document> {
        let index = self.documents.binary_search_by(|document| (*document.path).cmp(path)).ok()?;
        self.documents.get(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_places_of_some_fields_are_kept_as_far_as_they_fit() {
        let mut places = Places::default();
        assert_eq!(places.of(Field::Layout), Span::at(0));
        let last = u32::from(u16::MAX);
        let fit = [Span::new(12, 16), Span::new(last, last + last), Span::at(last)];
        for span in fit {
            places.set(Field::Category, span);
            assert_eq!(places.of(Field::Category), span);
        }
        for span in [Span::new(last + 1, last + 2), Span::new(0, last + 1), Span::new(u32::MAX, u32::MAX)] {
            places.set(Field::Title, span);
            assert_eq!(places.of(Field::Title), Span::at(0));
        }
        places.set(Field::Slug, Span::new(3, 4));
        assert_eq!((places.of(Field::Slug), places.of(Field::Category)), (Span::at(0), fit[2]));
    }
}
