//! Links, references, autolinks and images, from the parser's word to the bytes.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{LinkType, OffsetIter};

use super::destination;
use super::walk::Walk;
use crate::extract::{Carrier, RawLink};
use crate::text::Span;

impl<'m> Walk<'_, 'm, '_> {
    /// Where the destination of a link is, as far as it can be known at the link's beginning.
    pub(super) fn place_of(
        &self,
        link_type: LinkType,
        label: &str,
        range: &Range<usize>,
        events: &OffsetIter<'m>,
    ) -> Option<Range<usize>> {
        match link_type {
            LinkType::Inline => None,
            LinkType::Autolink | LinkType::Email => Some(range.start + 1..range.end.saturating_sub(1)),
            _ => {
                let offset = self.source.body.start as usize;
                let definition = events.reference_definitions().get(label)?.span.clone();
                destination::of_definition(self.source.seen, definition.start + offset..definition.end + offset)
            }
        }
    }

    pub(super) fn open(
        &mut self,
        carrier: Carrier,
        (link_type, read): (LinkType, &str),
        place: Option<Range<usize>>,
        range: Range<usize>,
    ) {
        if !self.html.is_visible() || !self.collector.is_open_to_links() {
            self.collector.open_hidden();
            return;
        }
        if carrier != Carrier::Image {
            // A link in a link ends it, as in a browser.
            self.collector.close_anchor(None);
        }
        let written = place.clone().map(|place| self.source.text.get(place).unwrap_or_default());
        let destination = match written {
            Some(written) if written == read && link_type != LinkType::Email => Cow::Borrowed(written),
            _ if link_type == LinkType::Email => Cow::Owned(format!("mailto:{read}")),
            _ => Cow::Owned(read.to_owned()),
        };
        let span = Span::of(range);
        let destination_span = place.map_or(span, Span::of);
        self.collector.open(RawLink { carrier, destination, destination_span, span, text: Cow::Borrowed("") });
    }

    /// Ends a link; now that its text has ended, the destination behind it can be found.
    pub(super) fn close(&mut self, range: &Range<usize>) {
        let behind = self.behind;
        let source = self.source;
        if let Some(link) = self.collector.innermost().filter(|link| link.destination_span == link.span) {
            let place = destination::of_inline(source.seen, behind..range.end, &link.destination);
            if let Some(place) = place {
                let written = source.text.get(place.clone()).unwrap_or_default();
                if written == link.destination || source.is_template(&place) {
                    link.destination = Cow::Borrowed(written);
                }
                link.destination_span = Span::of(place);
            }
        }
        self.collector.close();
    }
}
