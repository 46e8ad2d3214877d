//! A source that Jekyll renders, and how its page differs from what GitHub shows of the same file.
//!
//! kramdown decides what is a link. GitHub's Markdown, which was run before, knows what was meant as one.

use std::borrow::Cow;

use memchr::memmem;

use super::kramdown::{self, Options, Swallowed, Swallower};
use super::{Carrier, Dialect, DialectLink, Extraction, Malformed, RawLink};
use crate::text::Span;

/// What Jekyll makes of a file.
///
/// `masked` is the text with its Liquid made harmless, where it has any; `on_github` is what GitHub's Markdown finds.
pub(super) fn extract<'t>(
    options: &Options,
    text: &'t str,
    (masked, body): (Option<&str>, Span),
    on_github: Extraction<'t>,
) -> Extraction<'t> {
    let (links, ids, swallowed) = match masked {
        None => {
            let page = kramdown::page(options, text, body);
            (page.extraction.links, page.extraction.ids, page.swallowed)
        }
        Some(masked) => {
            let page = kramdown::page(options, masked, body);
            let links = page.extraction.links.into_iter().map(|link| unmasked(text, masked, link)).collect();
            let ids = page.extraction.ids.into_iter().map(|id| Cow::Owned(id.into_owned())).collect();
            (links, ids, page.swallowed)
        }
    };
    let shown_here = Cover::of(links.iter().map(|link| link.span));
    let swallowed_here = Cover::of(swallowed.iter().map(|swallowed| swallowed.span));
    let mut swallowed = swallowed;
    let mut dialect_links = differences(&links, &on_github.links, &swallowed_here);
    dialect_links.retain(|link| match torn_by_pipe(text, *link) {
        Some(torn) => {
            swallowed.push(torn);
            false
        }
        None => true,
    });
    let is_malformed =
        |malformed: &Malformed| !shown_here.meets(malformed.span) && !swallowed_here.meets(malformed.span);
    let malformed = on_github.malformed.into_iter().filter(is_malformed).collect();
    let intended = on_github.intended.into_iter().filter(|link| !shown_here.meets(link.span)).collect();
    Extraction { links, ids, malformed, intended, swallowed, dialect_links, ..on_github }
}

/// A link that was found in masked text, as it stands in the text.
fn unmasked<'t>(text: &'t str, masked: &str, link: RawLink<'_>) -> RawLink<'t> {
    let has_liquid = |text: &str| text.contains("{{") || text.contains("{%");
    let written = link.destination_span.slice(text);
    let destination =
        if has_liquid(written) { Cow::Borrowed(written) } else { Cow::Owned(link.destination.into_owned()) };
    // Where the link's text stands in the link as it is, it is taken from what was written there.
    let place = memmem::find(link.span.slice(masked).as_bytes(), link.text.as_bytes());
    let words = place.and_then(|at| {
        let start = link.span.range().start + at;
        text.get(start..start + link.text.len())
    });
    let words = words.map_or_else(|| Cow::Owned(link.text.into_owned()), Cow::Borrowed);
    RawLink { destination, text: words, ..link }
}

/// Both lists are in the order of their spans, so one walk over both is enough.
fn differences(on_page: &[RawLink<'_>], on_github: &[RawLink<'_>], swallowed: &Cover) -> Vec<DialectLink> {
    let is_markdown = |link: &&RawLink<'_>| {
        matches!(link.carrier, Carrier::Inline | Carrier::Reference | Carrier::Autolink | Carrier::Image)
    };
    let starts = |links: &[RawLink<'_>]| links.iter().map(|link| link.span.start).collect::<Vec<u32>>();
    let (page_starts, github_starts) = (starts(on_page), starts(on_github));
    let missing = |starts: &[u32], link: &RawLink<'_>| starts.binary_search(&link.span.start).is_err();
    let only_page = on_page.iter().filter(is_markdown).filter(|link| missing(&github_starts, link));
    let only_github =
        on_github.iter().filter(is_markdown).filter(|link| missing(&page_starts, link) && !swallowed.meets(link.span));
    let named = |shown_by| move |link: &RawLink<'_>| DialectLink { span: link.span, shown_by };
    let mut found: Vec<DialectLink> =
        only_page.map(named(Dialect::Kramdown)).chain(only_github.map(named(Dialect::GitHub))).collect();
    found.sort_by_key(|link| link.span);
    found
}

/// A link that kramdown cuts in two because a `|` in it makes its line a row of a table.
fn torn_by_pipe(text: &str, link: DialectLink) -> Option<Swallowed> {
    let at = link.span.slice(text).find('|').filter(|_| link.shown_by == Dialect::GitHub)?;
    let pipe = link.span.range().start + at;
    Some(Swallowed { span: link.span, by: Span::of(pipe..pipe + 1), why: Swallower::TablePipe })
}

/// Spans, for the question whether another meets one of them.
struct Cover {
    /// The start of each span, and the greatest end of it and those before it.
    starts_and_ends: Vec<(u32, u32)>,
}

impl Cover {
    fn of(spans: impl Iterator<Item = Span>) -> Self {
        let mut starts_and_ends: Vec<(u32, u32)> = spans.map(|span| (span.start, span.end)).collect();
        starts_and_ends.sort_unstable();
        let mut greatest = 0;
        for (_, end) in &mut starts_and_ends {
            greatest = greatest.max(*end);
            *end = greatest;
        }
        Self { starts_and_ends }
    }

    fn meets(&self, span: Span) -> bool {
        let behind = self.starts_and_ends.partition_point(|(start, _)| *start < span.end);
        let last = behind.checked_sub(1).and_then(|last| self.starts_and_ends.get(last));
        last.is_some_and(|(_, end)| *end > span.start)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Settings, extract};
    use super::*;

    fn page(text: &str) -> Extraction<'_> {
        extract(&Settings::default(), Dialect::Kramdown, text, Span::of(0..text.len()))
    }

    #[test]
    fn a_space_is_a_link_on_the_page_and_text_on_github() {
        let page = page("[返回](//a.cn/category/a b.html)");
        assert_eq!(page.links.len(), 1);
        assert_eq!(page.malformed, []);
        assert_eq!(page.dialect_links, [DialectLink { span: page.links[0].span, shown_by: Dialect::Kramdown }]);
    }

    #[test]
    fn an_unclosed_element_swallows_and_is_not_told_twice() {
        let page = page("<p>a<p>b\n\n<http://a.cn/1>\n\n[返回首页](//a.cn/)");
        assert_eq!(page.links.len(), 0, "{:?}", page.links);
        assert_eq!(page.swallowed.len(), 2, "{:?}", page.swallowed);
        assert_eq!(page.dialect_links, []);
    }

    #[test]
    fn liquid_in_a_destination_is_kept_as_written() {
        let page = page("[a]({{ site.url }}/x) [b](/y)");
        let destinations: Vec<&str> = page.links.iter().map(|link| &*link.destination).collect();
        assert_eq!(destinations, ["{{ site.url }}/x", "/y"]);
    }

    #[test]
    fn liquid_in_a_text_is_kept_as_written() {
        let page = page("[到 {{ t }}](/x) {% if a %}");
        assert_eq!(page.links[0].text, "到 {{ t }}");
    }

    #[test]
    fn spans_are_met_wherever_they_overlap() {
        let cover = Cover::of([(5, 30), (10, 12), (40, 41)].map(|(start, end)| Span::new(start, end)).into_iter());
        for (start, end, expected) in [
            (0, 5, false),
            (0, 6, true),
            (20, 21, true),
            (30, 40, false),
            (30, 41, true),
            (41, 50, false),
            (13, 60, true),
        ] {
            assert_eq!(cover.meets(Span::new(start, end)), expected, "{start}..{end}");
        }
    }

    /// Each of so many swallowed links held against each of so many others would not come to an end.
    #[test]
    fn a_file_of_swallowed_links_is_read() {
        let text = format!("<div>\n\n{}", "[a](//b.c/d e) [a](b)\n\n".repeat(20_000));
        assert_eq!(page(&text).links.len(), 0);
    }

    #[test]
    fn the_usual_post_is_the_same_to_both() {
        let page = page("<p>正文。</p>\n\n<http://a.cn/1>\n\n[返回](//a.cn/category/x.html)｜[返回首页](//a.cn/)");
        assert_eq!(page.links.len(), 3);
        assert_eq!((page.dialect_links.len(), page.swallowed.len(), page.malformed.len()), (0, 0, 0));
    }
}
