//! A source that Jekyll renders, and how its page differs from what GitHub shows of the same file.
//!
//! kramdown decides what is a link. GitHub's Markdown, which was run before, knows what was meant as one.

use std::borrow::Cow;

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
            let links = page.extraction.links.into_iter().map(|link| unmasked(text, link)).collect();
            let ids = page.extraction.ids.into_iter().map(|id| Cow::Owned(id.into_owned())).collect();
            (links, ids, page.swallowed)
        }
    };
    let mut dialect_links = differences(&links, &on_github.links, &swallowed);
    let mut swallowed = swallowed;
    dialect_links.retain(|link| match torn_by_pipe(text, *link) {
        Some(torn) => {
            swallowed.push(torn);
            false
        }
        None => true,
    });
    let is_shown = |span: Span| overlaps(&links, span);
    let is_malformed = |malformed: &Malformed| {
        !is_shown(malformed.span) && !swallowed.iter().any(|swallowed| meets(swallowed.span, malformed.span))
    };
    let malformed = on_github.malformed.into_iter().filter(is_malformed).collect();
    let intended = on_github.intended.into_iter().filter(|link| !is_shown(link.span)).collect();
    Extraction { links, ids, malformed, intended, swallowed, dialect_links, ..on_github }
}

/// A link that was found in masked text, as it stands in the text.
fn unmasked<'t>(text: &'t str, link: RawLink<'_>) -> RawLink<'t> {
    let has_liquid = |text: &str| text.contains("{{") || text.contains("{%");
    let written = link.destination_span.slice(text);
    let destination =
        if has_liquid(written) { Cow::Borrowed(written) } else { Cow::Owned(link.destination.into_owned()) };
    RawLink { destination, text: Cow::Owned(link.text.into_owned()), ..link }
}

/// Both lists are in the order of their spans, so one walk over both is enough.
fn differences(on_page: &[RawLink<'_>], on_github: &[RawLink<'_>], swallowed: &[Swallowed]) -> Vec<DialectLink> {
    let is_markdown = |link: &&RawLink<'_>| {
        matches!(link.carrier, Carrier::Inline | Carrier::Reference | Carrier::Autolink | Carrier::Image)
    };
    let starts = |links: &[RawLink<'_>]| links.iter().map(|link| link.span.start).collect::<Vec<u32>>();
    let (page_starts, github_starts) = (starts(on_page), starts(on_github));
    let missing = |starts: &[u32], link: &RawLink<'_>| starts.binary_search(&link.span.start).is_err();
    let only_page = on_page.iter().filter(is_markdown).filter(|link| missing(&github_starts, link));
    let only_github = on_github
        .iter()
        .filter(is_markdown)
        .filter(|link| missing(&page_starts, link) && !swallowed.iter().any(|other| meets(other.span, link.span)));
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

fn meets(one: Span, other: Span) -> bool {
    one.start < other.end && other.start < one.end
}

/// Whether a span meets a link of a list in the order of spans.
fn overlaps(links: &[RawLink<'_>], span: Span) -> bool {
    let behind = links.partition_point(|link| link.span.start < span.end);
    // Links nest at most as an image in a link, so the few before are enough.
    links.iter().take(behind).rev().take(4).any(|link| meets(link.span, span))
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
    fn the_usual_post_is_the_same_to_both() {
        let page = page("<p>正文。</p>\n\n<http://a.cn/1>\n\n[返回](//a.cn/category/x.html)｜[返回首页](//a.cn/)");
        assert_eq!(page.links.len(), 3);
        assert_eq!((page.dialect_links.len(), page.swallowed.len(), page.malformed.len()), (0, 0, 0));
    }
}
