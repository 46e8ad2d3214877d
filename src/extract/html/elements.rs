//! Which attributes of which elements are links.

use std::borrow::Cow;
use std::ops::Range;

use super::character_reference::{Place, decode};
use super::tokens::{Attribute, is_space};
use super::{refresh, srcset};
use crate::extract::collector::Collector;
use crate::extract::source::Chunk;
use crate::extract::{Carrier, RawLink};
use crate::text::Span;

/// The attributes that matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    Href,
    Src,
    Srcset,
    Data,
    Action,
    Formaction,
    Poster,
    Cite,
    Background,
    XlinkHref,
    Content,
    Id,
    Name,
    Alt,
    Property,
    HttpEquiv,
}

/// How many there are.
const KNOWN: usize = Known::HttpEquiv as usize + 1;

impl Known {
    /// The attribute of a name. By its length first: most of those that stand in posts (`class`, `width`, `data-code`) are
    /// as long as none of these.
    fn of(name: &str) -> Option<Self> {
        let candidates: &[(&str, Self)] = match name.len() {
            2 => &[("id", Self::Id)],
            3 => &[("src", Self::Src), ("alt", Self::Alt)],
            4 => &[("href", Self::Href), ("name", Self::Name), ("data", Self::Data), ("cite", Self::Cite)],
            6 => &[("srcset", Self::Srcset), ("action", Self::Action), ("poster", Self::Poster)],
            7 => &[("content", Self::Content)],
            8 => &[("property", Self::Property)],
            10 => &[
                ("background", Self::Background),
                ("formaction", Self::Formaction),
                ("http-equiv", Self::HttpEquiv),
                ("xlink:href", Self::XlinkHref),
            ],
            _ => return None,
        };
        candidates.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, known)| *known)
    }
}

/// A start tag as it was cut.
pub(super) struct Tag<'t, 'm, 'c> {
    pub(super) chunk: &'c Chunk<'t, 'm>,
    pub(super) name: &'c str,
    pub(super) span: Range<usize>,
    attributes: &'c [Attribute],
    /// For each of [`Known`] one more than the number of its attribute; 0 where the tag has none.
    numbers: [u32; KNOWN],
}

impl<'t, 'm, 'c> Tag<'t, 'm, 'c> {
    /// Looks at a start tag; of two attributes with one name the first counts.
    pub(super) fn new(
        chunk: &'c Chunk<'t, 'm>,
        name: &'c str,
        span: Range<usize>,
        attributes: &'c [Attribute],
    ) -> Self {
        let mut numbers = [0; KNOWN];
        for (number, attribute) in (1..).zip(attributes) {
            let written = chunk.seen().get(attribute.name.clone()).unwrap_or_default();
            let slot = Known::of(written).and_then(|known| numbers.get_mut(known as usize));
            if let Some(first) = slot.filter(|first| **first == 0) {
                *first = number;
            }
        }
        Self { chunk, name, span, attributes, numbers }
    }

    fn has(&self, known: Known) -> bool {
        self.numbers.get(known as usize).is_some_and(|number| *number > 0)
    }

    fn range(&self, known: Known) -> Option<Range<usize>> {
        let number = self.numbers.get(known as usize)?.checked_sub(1)?;
        self.attributes.get(number as usize).map(|attribute| attribute.value.clone())
    }

    fn value(&self, known: Known) -> Cow<'t, str> {
        self.range(known).map_or(Cow::Borrowed(""), |range| decoded(self.chunk, &range))
    }

    fn is(&self, names: &[&str]) -> bool {
        names.iter().any(|name| name.eq_ignore_ascii_case(self.name))
    }

    /// The link that an attribute is, if the tag has it.
    fn link(&self, known: Known, carrier: Carrier) -> Option<RawLink<'t>> {
        Some(self.link_at(&trimmed(self.chunk.seen(), self.range(known)?), carrier))
    }

    fn link_at(&self, range: &Range<usize>, carrier: Carrier) -> RawLink<'t> {
        RawLink {
            carrier,
            destination: decoded(self.chunk, range),
            destination_span: self.chunk.span(range),
            span: self.chunk.span(&self.span),
            text: Cow::Borrowed(""),
        }
    }

    fn links(&self, collector: &mut Collector<'t>, of: &[(Known, Carrier)]) {
        collector.links.extend(of.iter().filter_map(|&(known, carrier)| self.link(known, carrier)));
    }
}

/// Takes the links and ids of a start tag.
pub(super) fn collect<'t>(tag: &Tag<'t, '_, '_>, collector: &mut Collector<'t>) {
    use Carrier::{Anchor, Resource};
    collect_ids(tag, collector);
    // What most posts have comes first.
    if tag.is(&["span", "p", "div"]) {
        return;
    }
    if tag.is(&["a"]) {
        let link = tag.link(Known::Href, Anchor).or_else(|| tag.link(Known::XlinkHref, Anchor));
        match link {
            Some(link) => collector.open_anchor(link),
            None => collector.close_anchor(None),
        }
    } else if tag.is(&["img", "source"]) {
        collect_image(tag, collector);
    } else if tag.is(&["area"]) {
        if let Some(link) = tag.link(Known::Href, Anchor) {
            collector.push(RawLink { text: tag.value(Known::Alt), ..link });
        }
    } else if let Some((_, attributes)) = ELEMENTS.iter().find(|(element, _)| element.eq_ignore_ascii_case(tag.name)) {
        tag.links(collector, attributes);
    } else if tag.is(&["use", "image", "feimage"]) {
        let link = tag.link(Known::Href, Resource).or_else(|| tag.link(Known::XlinkHref, Resource));
        collector.links.extend(link.or_else(|| tag.link(Known::Src, Resource)));
    } else if tag.is(&["form", "input", "button"]) {
        collect_form(tag, collector);
    } else if tag.is(&["base"]) {
        if collector.base.is_none() && tag.range(Known::Href).is_some() {
            collector.base = Some(tag.value(Known::Href));
        }
    } else if tag.is(&["meta"]) {
        collect_meta(tag, collector);
    }
}

/// The elements that need no more than a look at their attributes.
const ELEMENTS: [(&str, &[(Known, Carrier)]); 18] = {
    use Carrier::{Anchor, Resource};
    use Known::{Background, Cite, Data, Href, Poster, Src};
    [
        ("link", &[(Href, Resource)]),
        ("script", &[(Src, Resource)]),
        ("audio", &[(Src, Resource)]),
        ("video", &[(Src, Resource), (Poster, Resource)]),
        ("track", &[(Src, Resource)]),
        ("embed", &[(Src, Resource)]),
        ("object", &[(Data, Resource)]),
        ("iframe", &[(Src, Anchor)]),
        ("frame", &[(Src, Anchor)]),
        ("blockquote", &[(Cite, Anchor)]),
        ("q", &[(Cite, Anchor)]),
        ("ins", &[(Cite, Anchor)]),
        ("del", &[(Cite, Anchor)]),
        ("body", &[(Background, Resource)]),
        ("table", &[(Background, Resource)]),
        ("td", &[(Background, Resource)]),
        ("th", &[(Background, Resource)]),
        ("tr", &[(Background, Resource)]),
    ]
};

fn collect_ids<'t>(tag: &Tag<'t, '_, '_>, collector: &mut Collector<'t>) {
    if !tag.has(Known::Id) && !tag.has(Known::Name) {
        return;
    }
    let id = tag.value(Known::Id);
    let name = if tag.is(&["a"]) { tag.value(Known::Name) } else { Cow::Borrowed("") };
    let name = if name == id { Cow::Borrowed("") } else { name };
    collector.ids.extend([id, name].into_iter().filter(|id| !id.is_empty()));
}

fn collect_image<'t>(tag: &Tag<'t, '_, '_>, collector: &mut Collector<'t>) {
    let alt = tag.value(Known::Alt);
    if collector.wants_text() {
        collector.text(alt.clone());
    }
    if let Some(link) = tag.link(Known::Src, Carrier::Resource) {
        collector.push(RawLink { text: alt, ..link });
    }
    if let Some(range) = tag.range(Known::Srcset) {
        let candidates = srcset::candidates(tag.chunk.seen().get(range.clone()).unwrap_or_default());
        let places = candidates.map(|candidate| range.start + candidate.start..range.start + candidate.end);
        collector.links.extend(places.map(|place| tag.link_at(&place, Carrier::Resource)));
    }
}

/// An empty `action` means the page itself, so it is no link.
fn collect_form<'t>(tag: &Tag<'t, '_, '_>, collector: &mut Collector<'t>) {
    let attributes: &[(Known, Carrier)] = if tag.is(&["form"]) {
        &[(Known::Action, Carrier::Anchor)]
    } else if tag.is(&["button"]) {
        &[(Known::Formaction, Carrier::Anchor)]
    } else {
        &[(Known::Src, Carrier::Resource), (Known::Formaction, Carrier::Anchor)]
    };
    let links = attributes.iter().filter_map(|&(known, carrier)| tag.link(known, carrier));
    collector.links.extend(links.filter(|link| !link.destination.is_empty()));
}

/// `<meta http-equiv=refresh>` and the addresses of Open Graph and its like.
fn collect_meta<'t>(tag: &Tag<'t, '_, '_>, collector: &mut Collector<'t>) {
    let Some(range) = tag.range(Known::Content) else { return };
    let content = tag.chunk.seen().get(range.clone()).unwrap_or_default();
    if tag.value(Known::HttpEquiv).eq_ignore_ascii_case("refresh") {
        if let Some(url) = refresh::address(content) {
            let place = range.start + url.start..range.start + url.end;
            collector.links.push(tag.link_at(&place, Carrier::Anchor));
        }
        return;
    }
    let property = if tag.range(Known::Property).is_some() { Known::Property } else { Known::Name };
    let property = tag.value(property).to_ascii_lowercase();
    if let Some(&(_, carrier)) = PROPERTIES.iter().find(|(name, _)| *name == property) {
        collector.links.push(tag.link_at(&trimmed(tag.chunk.seen(), range), carrier));
    }
}

const PROPERTIES: [(&str, Carrier); 15] = [
    ("og:url", Carrier::Anchor),
    ("og:image", Carrier::Resource),
    ("og:image:url", Carrier::Resource),
    ("og:image:secure_url", Carrier::Resource),
    ("og:audio", Carrier::Resource),
    ("og:audio:url", Carrier::Resource),
    ("og:audio:secure_url", Carrier::Resource),
    ("og:video", Carrier::Resource),
    ("og:video:url", Carrier::Resource),
    ("og:video:secure_url", Carrier::Resource),
    ("twitter:url", Carrier::Anchor),
    ("twitter:image", Carrier::Resource),
    ("twitter:image:src", Carrier::Resource),
    ("twitter:player", Carrier::Anchor),
    ("msapplication-tileimage", Carrier::Resource),
];

/// The value at a range; what Liquid writes is left as it stands.
fn decoded<'t>(chunk: &Chunk<'t, '_>, range: &Range<usize>) -> Cow<'t, str> {
    match chunk.written(range) {
        (written, true) => written,
        (Cow::Borrowed(written), false) => decode(written, Place::Attribute),
        (Cow::Owned(written), false) => Cow::Owned(decode(&written, Place::Attribute).into_owned()),
    }
}

/// A range without white space at its ends: URL parsers take it off.
fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let written = text.as_bytes().get(range.clone()).unwrap_or_default();
    let start = written.iter().position(|&byte| !is_space(byte)).unwrap_or(written.len());
    let end = written.iter().rposition(|&byte| !is_space(byte)).map_or(start, |last| last + 1);
    range.start + start..range.start + end
}

/// The text of a range, decoded.
pub(super) fn text<'t>(chunk: &Chunk<'t, '_>, range: &Range<usize>) -> Cow<'t, str> {
    match chunk.written(range) {
        (Cow::Borrowed(written), _) => decode(written, Place::Text),
        (Cow::Owned(written), _) => Cow::Owned(decode(&written, Place::Text).into_owned()),
    }
}

/// The span of a tag in the source.
pub(super) fn span(chunk: &Chunk<'_, '_>, range: &Range<usize>) -> Span {
    chunk.span(range)
}
