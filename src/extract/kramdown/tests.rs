//! What the scanner finds, as pictures: carets stand under the bytes of each link.

use proptest::prelude::*;

use super::{Options, Page, Swallower, page};
use crate::text::Span;

fn read(text: &str) -> Page<'_> {
    page(&Options::default(), text, Span::of(0..text.len()))
}

/// Each link as its own bytes and the bytes of its destination.
fn links(text: &str) -> Vec<(&str, &str)> {
    read(text).extraction.links.iter().map(|link| (link.span.slice(text), link.destination_span.slice(text))).collect()
}

/// What is swallowed, and by what.
fn swallowed(text: &str) -> Vec<(&str, &str, Swallower)> {
    read(text).swallowed.iter().map(|found| (found.span.slice(text), found.by.slice(text), found.why)).collect()
}

#[test]
fn spans_lie_on_the_bytes_of_the_file() {
    assert_eq!(links("x [a](/b) y"), [("[a](/b)", "/b")]);
    assert_eq!(links("> - [a](</b c>)\n>   <http://h>"), [("[a](</b c>)", "/b c"), ("<http://h>", "http://h")]);
    assert_eq!(links("[a]\n\n[a]: /b"), [("[a]", "/b")]);
    assert_eq!(links("<p>x <a href=\"/b\">c</a></p>"), [("<a href=\"/b\">c</a>", "/b")]);
    assert_eq!(links("[a](/b){: href=\"/c\"}"), [("[a](/b)", "/c")]);
    assert_eq!(links("a|[b](/c)\r\n-|-\r\nd|e\r\n"), [("[b](/c)", "/c")]);
}

#[test]
fn html_that_is_handed_through_has_its_values_where_they_stand() {
    // To a browser `<!-->` is a whole comment, so the link behind it is one.
    assert_eq!(links("<!--> <a href=b>-->［"), [("<a href=b>", "b")]);
    for (written, value) in
        [("href=b", "b"), ("href = \"b c\"", "b c"), ("title=x href='/中'", "/中"), ("href=\"\"", ""), ("href", "")]
    {
        let text = format!("{{::nomarkdown}}\n<a {written}>x</a>\n{{:/}}\n");
        assert_eq!(links(&text), [(&*format!("<a {written}>"), value)], "{text}");
    }
}

#[test]
fn a_link_over_two_lines_of_a_quote_spans_the_mark_between() {
    assert_eq!(links("> [a\n> b](/c)"), [("[a\n> b](/c)", "/c")]);
    let text = "> [a\n> b](/c)";
    assert_eq!(read(text).extraction.links[0].text, "a b");
}

#[test]
fn nothing_is_copied_from_a_plain_link() {
    let text = "<p>a</p>\n\n[返回](//h/)";
    let found = read(text);
    let link = &found.extraction.links[0];
    assert!(matches!(link.destination, std::borrow::Cow::Borrowed("//h/")));
    assert!(matches!(link.text, std::borrow::Cow::Borrowed("返回")));
}

#[test]
fn a_body_in_the_middle_of_a_file_keeps_its_offsets() {
    let text = "---\nlayout: post\n---\n[a](/b)\n";
    let found = page(&Options::default(), text, Span::of(21..text.len()));
    assert_eq!(found.extraction.links[0].span.slice(text), "[a](/b)");
}

#[test]
fn an_unclosed_tag_swallows_the_way_back() {
    let text = "<p>a<p class=\"x\">b</p>\n\n<http://h/x>\n\n[返回](//h/)";
    assert_eq!(
        swallowed(text),
        [("<http://h/x>", "<p>", Swallower::UnclosedTag), ("[返回](//h/)", "<p>", Swallower::UnclosedTag),]
    );
    assert!(links(text).is_empty());
}

#[test]
fn a_closed_element_swallows_only_what_is_in_it() {
    let text = "<p>[a](/b)</p>\n[c](/d)";
    assert_eq!(swallowed(text), [("[a](/b)", "<p>", Swallower::RawElement)]);
    assert_eq!(links(text), [("[c](/d)", "/d")]);
}

#[test]
fn a_pipe_swallows_the_link_that_it_cuts() {
    let text = "[a](http://h/a|b)";
    assert_eq!(swallowed(text), [(text, "|", Swallower::TablePipe)]);
    let text = "原文：<http://h/a|b>";
    assert_eq!(swallowed(text), [("<http://h/a|b>", "|", Swallower::TablePipe)]);
    assert!(swallowed("[首页](//x/)|[上页](/y)").is_empty());
}

#[test]
fn a_tag_with_an_unquoted_address_is_swallowed_by_itself() {
    let text = "x <a href=/b>y</a> <img src=/c.png>";
    assert_eq!(
        swallowed(text),
        [("<a href=/b>", "<a href=/b>", Swallower::NoTag), ("<img src=/c.png>", "<img src=/c.png>", Swallower::NoTag),]
    );
    let text = "<p><a href=/b>y</a></p>";
    assert_eq!(swallowed(text), [("<a href=/b>", "<a href=/b>", Swallower::NoTag)]);
}

#[test]
fn code_comments_and_scripts_swallow_nothing() {
    for text in
        ["`[a](/b)`", "    [a](/b)", "<!-- [a](/b) -->", "<script>[a](/b)</script>", "<p>[a] (b)</p>", "<p>1<2</p>"]
    {
        assert_eq!(swallowed(text), [], "{text}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read(text in "[\\[\\]()<>*_`|{}:#/\"'a-c1中 \\t\\n\\r&;=!^~$.\\\\-]{0,80}") {
        let found = read(&text);
        for link in &found.extraction.links {
            prop_assert!(text.get(link.span.range()).is_some());
            prop_assert!(text.get(link.destination_span.range()).is_some());
        }
        for found in &found.swallowed {
            prop_assert!(text.get(found.span.range()).is_some());
            prop_assert!(text.get(found.by.range()).is_some());
        }
    }

    #[test]
    fn any_cut_of_a_post_is_read(from in 0_usize..200, to in 0_usize..200) {
        let post = "> 摘要\n\n<p>a <a href=\"http://h/\" class='k'>中</a> &amp;</p>\n* [x](/y|z)\n  `c`\n\n<http://h/x>\n[返回](//h/)｜[r]\n\n[r]: /b\n";
        let (from, to) = (post.floor_char_boundary(from.min(post.len())), post.ceil_char_boundary(to.min(post.len())));
        let body = Span::of(from.min(to)..to);
        for link in &page(&Options::default(), post, body).extraction.links {
            prop_assert!(body.start <= link.span.start && link.span.end <= body.end);
        }
    }
}
