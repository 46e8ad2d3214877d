//! The links of a document, packed.
//!
//! They are most of what is kept of a post. In a list of records a link takes 36 bytes, packed about 16: what it says has
//! a fixed width, so that it is read at once, and where it stands is written as differences from the link before, in as
//! many bytes as each number needs (LEB128, DWARF 5, 7.6).

use unsigned_varint::{decode, encode};

use super::Link;
use crate::extract::Carrier;
use crate::text::{Span, Symbol};

/// Links between two places in the packed bytes that are marked, so that none is far from a mark: a page may have sixty
/// thousand links.
const STRIDE: usize = 32;

/// Bytes of what a link says: two symbols and the carrier.
const SAYS: usize = 9;

/// Bytes of a number with a fixed width.
const WIDE: usize = size_of::<u32>();

/// Carriers by the number they are packed as.
const CARRIERS: [Carrier; 7] = [
    Carrier::Inline,
    Carrier::Reference,
    Carrier::Autolink,
    Carrier::Bare,
    Carrier::Image,
    Carrier::Anchor,
    Carrier::Resource,
];

/// What a link says, without where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Saying {
    /// As [`Link::destination`].
    pub destination: Symbol,
    /// As [`Link::text`].
    pub text: Symbol,
    /// As [`Link::carrier`].
    pub carrier: Carrier,
}

/// The links of a document, in the order of their spans.
///
/// Packed are: how many there are, what each says, where every 32nd place but the first begins, and the places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links(Box<[u8]>);

impl Links {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        wide(&self.0).map_or(0, |count| count as usize)
    }

    /// What a link says.
    pub fn saying(&self, index: usize) -> Option<Saying> {
        self.says().get(index).map(read)
    }

    /// What each link says. Cheaper than [`Links::iter`], which reads the places too.
    pub fn sayings(&self) -> impl ExactSizeIterator<Item = Saying> + DoubleEndedIterator {
        self.says().iter().map(read)
    }

    /// A link, for which up to 32 places are read.
    pub fn get(&self, index: usize) -> Option<Link> {
        let skipped = index % STRIDE;
        self.from(index - skipped).nth(skipped)
    }

    /// Every link.
    pub fn iter(&self) -> impl Iterator<Item = Link> {
        self.from(0)
    }

    fn says(&self) -> &[[u8; SAYS]] {
        let says = self.0.get(WIDE..WIDE + self.len() * SAYS).unwrap_or_default();
        says.as_chunks().0
    }

    /// The links from one on that has a mark, or from the first.
    fn from(&self, index: usize) -> Unpacked<'_> {
        let says = self.says();
        let marks = WIDE + says.len() * SAYS;
        let places = marks + says.len().saturating_sub(1) / STRIDE * WIDE;
        let mark = match index / STRIDE {
            0 => Some(0),
            behind_first => self.0.get(marks + (behind_first - 1) * WIDE..).and_then(wide),
        };
        let rest = mark.and_then(|mark| self.0.get(places + mark as usize..)).unwrap_or_default();
        Unpacked { says: says.get(index..).unwrap_or_default(), places: rest, number: 0, start: 0, line: 0 }
    }
}

impl FromIterator<Link> for Links {
    fn from_iter<I: IntoIterator<Item = Link>>(links: I) -> Self {
        let links = links.into_iter();
        let (least, _) = links.size_hint();
        let mut says: Vec<u8> = Vec::with_capacity(WIDE + least * SAYS);
        says.extend([0; WIDE]);
        let mut places: Vec<u8> = Vec::with_capacity(least * SAYS);
        let mut marks: Vec<u8> = Vec::new();
        let (mut count, mut start, mut line) = (0_u32, 0, 0);
        for link in links {
            if count > 0 && (count as usize).is_multiple_of(STRIDE) {
                marks.extend(u32::try_from(places.len()).unwrap_or(u32::MAX).to_le_bytes());
                (start, line) = (0, 0);
            }
            count += 1;
            says.extend(link.destination.index().to_le_bytes());
            says.extend(link.text.index().to_le_bytes());
            says.push(
                CARRIERS.iter().zip(0..).find(|(known, _)| **known == link.carrier).map_or(0, |(_, number)| number),
            );
            pack(&mut places, link.span.start.wrapping_sub(start));
            pack(&mut places, link.span.end.wrapping_sub(link.span.start));
            pack(&mut places, link.destination_span.start.wrapping_sub(link.span.start));
            pack(&mut places, link.destination_span.end.wrapping_sub(link.destination_span.start));
            pack(&mut places, link.line.wrapping_sub(line));
            pack(&mut places, link.column);
            (start, line) = (link.span.start, link.line);
        }
        if count == 0 {
            return Self::default();
        }
        says.get_mut(..WIDE).into_iter().for_each(|place| place.copy_from_slice(&count.to_le_bytes()));
        Self([says, marks, places].concat().into())
    }
}

/// Links while they are read.
struct Unpacked<'l> {
    says: &'l [[u8; SAYS]],
    places: &'l [u8],
    /// How many were read.
    number: usize,
    /// Where the link before starts.
    start: u32,
    /// The line of the link before.
    line: u32,
}

impl Iterator for Unpacked<'_> {
    type Item = Link;

    fn next(&mut self) -> Option<Link> {
        let Saying { destination, text, carrier } = self.says.get(self.number).map(read)?;
        if self.number > 0 && self.number.is_multiple_of(STRIDE) {
            (self.start, self.line) = (0, 0);
        }
        self.number += 1;
        let start = self.start.wrapping_add(unpack(&mut self.places));
        let span = Span { start, end: start.wrapping_add(unpack(&mut self.places)) };
        let start = start.wrapping_add(unpack(&mut self.places));
        let destination_span = Span { start, end: start.wrapping_add(unpack(&mut self.places)) };
        let line = self.line.wrapping_add(unpack(&mut self.places));
        let column = unpack(&mut self.places);
        (self.start, self.line) = (span.start, line);
        Some(Link { destination, text, span, destination_span, line, column, carrier })
    }
}

fn wide(bytes: &[u8]) -> Option<u32> {
    bytes.first_chunk().copied().map(u32::from_le_bytes)
}

fn read(bytes: &[u8; SAYS]) -> Saying {
    let [d0, d1, d2, d3, t0, t1, t2, t3, carrier] = *bytes;
    Saying {
        destination: Symbol::of(u32::from_le_bytes([d0, d1, d2, d3])),
        text: Symbol::of(u32::from_le_bytes([t0, t1, t2, t3])),
        carrier: CARRIERS.get(usize::from(carrier)).copied().unwrap_or(Carrier::Inline),
    }
}

fn pack(bytes: &mut Vec<u8>, number: u32) {
    bytes.extend_from_slice(encode::u32(number, &mut encode::u32_buffer()));
}

fn unpack(bytes: &mut &[u8]) -> u32 {
    // What was packed here is always whole.
    let (number, rest) = decode::u32(bytes).unwrap_or_default();
    *bytes = rest;
    number
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn link() -> impl Strategy<Value = Link> {
        // Small numbers mostly, as they are, and any.
        let number = || prop_oneof![4 => 0_u32..300, 1 => any::<u32>()];
        let span = || (number(), number()).prop_map(|(start, end)| Span { start, end });
        let says = (number(), number(), prop::sample::select(&CARRIERS[..]));
        (says, span(), span(), number(), number()).prop_map(
            |((destination, text, carrier), span, destination_span, line, column)| Link {
                destination: Symbol::of(destination),
                text: Symbol::of(text),
                span,
                destination_span,
                line,
                column,
                carrier,
            },
        )
    }

    #[test]
    fn no_link_takes_no_memory() {
        let none = Links::from_iter([]);
        assert_eq!(
            (none.len(), none.is_empty(), none.get(0), none.saying(0), none.iter().next()),
            (0, true, None, None, None)
        );
        assert_eq!(none.0.len(), 0);
    }

    #[test]
    fn a_usual_link_takes_less_than_half_of_a_record() {
        let link = |n: u32| Link {
            destination: Symbol::of(2_000_000 + n),
            text: Symbol::of(1_000_000),
            span: Span::new(300 + 900 * n, 390 + 900 * n),
            destination_span: Span::new(320 + 900 * n, 389 + 900 * n),
            line: 12 + n,
            column: 140,
            carrier: Carrier::Inline,
        };
        let links: Links = (0..7).map(link).collect();
        assert!(links.0.len() <= 4 + 7 * 17, "{}", links.0.len());
        assert!(7 * size_of::<Link>() > 2 * links.0.len());
    }

    #[test]
    fn every_carrier_has_its_number() {
        for carrier in CARRIERS {
            // A carrier that is added has to be added here and to the list.
            let number = match carrier {
                Carrier::Inline => 0,
                Carrier::Reference => 1,
                Carrier::Autolink => 2,
                Carrier::Bare => 3,
                Carrier::Image => 4,
                Carrier::Anchor => 5,
                Carrier::Resource => 6,
            };
            assert_eq!(CARRIERS[number], carrier);
        }
    }

    proptest! {
        #[test]
        fn every_link_comes_back(links in prop::collection::vec(link(), 0..150)) {
            let packed: Links = links.iter().copied().collect();
            prop_assert_eq!(packed.len(), links.len());
            prop_assert_eq!(packed.is_empty(), links.is_empty());
            prop_assert_eq!(&packed.iter().collect::<Vec<_>>(), &links);
            let says = |link: &Link| Saying { destination: link.destination, text: link.text, carrier: link.carrier };
            prop_assert_eq!(packed.sayings().collect::<Vec<_>>(), links.iter().map(says).collect::<Vec<_>>());
            for index in 0..=links.len() {
                prop_assert_eq!(packed.get(index), links.get(index).copied());
                prop_assert_eq!(packed.saying(index), links.get(index).map(says));
            }
        }
    }
}
