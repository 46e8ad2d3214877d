use super::*;
use crate::rules::testing::{check, findings};
use proptest::prelude::*;

fn torn(body: &str) -> Option<Torn> {
    end_of(body, true).map(|(torn, _)| torn)
}

const PARAGRAPHS: &str = "<p>本报记者卢漳华</p>\n <p>通讯员郑素描</p>\n";

#[test]
fn a_half_tag_is_underlined_to_the_end() {
    let post = format!("{PARAGRAPHS}<p class=\"em_media");
    let found = findings(&TruncatedPost, &Settings::default(), "_posts/2022-01-17-a.md", post.as_bytes());
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].span.slice(&post), "<p class=\"em_media");
    assert_eq!(found[0].message, "the body ends inside a tag; the rest of the post is lost");
}

#[test]
fn an_open_paragraph_is_underlined_where_it_begins() {
    check(
        &TruncatedPost,
        "
<p>本报记者卢漳华</p>
<p>通讯员郑素描</p>
<p>日前，人力资源社会保障部办公厅、公安部办公
^^^ TX008 this element is never closed, though 2 of its kind are
",
    );
}

#[test]
fn an_open_paragraph_among_closed_ones_is_found() {
    check(
        &TruncatedPost,
        "
<p>本报记者卢漳华</p>
<p>通讯员郑素描</p>
<p>责任编辑：值班编辑<p>校对：夜班组</p>
^^^ TX008 this element is never closed, though 3 of its kind are

[返回首页](//a.cn/)
",
    );
}

#[test]
fn each_kind_of_cut_is_found() {
    for (end, expected) in [
        ("<", Torn::Tag),
        ("</", Torn::Tag),
        ("</p", Torn::Tag),
        ("<spa", Torn::Tag),
        ("<a href", Torn::Tag),
        ("<a href=", Torn::Tag),
        ("<a href=\"http://quote.eastmoney.com/unify/r/1.600160", Torn::Tag),
        ("<img src='http://a.cn/?a=1&b=2' alt=\"x", Torn::Tag),
        ("<!-- comment", Torn::Comment),
        ("<!--", Torn::Comment),
        ("<htt", Torn::Tag),
        ("<http:", Torn::Autolink),
        ("<http://finews.zning.xyz/html_News/NewsShare.html?infoCode=NW2022", Torn::Autolink),
        ("&nbs", Torn::Entity),
        ("&nbsp", Torn::Entity),
        ("&#1234", Torn::Entity),
        ("&#x4e", Torn::Entity),
        ("[返回厦门日报", Torn::Link),
        ("[返回首页](", Torn::Link),
        ("[返回首页](//finews.withounder.com", Torn::Link),
        ("[返回安信](//a.cn/category/anxin(xianggang)", Torn::Link),
        ("[返回](//a.cn/a.html)｜[返回首页](//a.", Torn::Link),
        ("[返回](//a.cn/a.html)｜[返回首", Torn::Link),
    ] {
        assert_eq!(torn(&format!("{PARAGRAPHS}{end}")), Some(expected), "{end}");
    }
    for (body, closed) in [
        ("<ul><li>a</li><li>b</li><li>c", 2),
        ("<div>a</div><div>b</div><div>c</div><div>d", 3),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr><tr><td>e", 4),
        ("<blockquote>a</blockquote>\n<blockquote>b</blockquote>\n<blockquote>c", 2),
    ] {
        assert_eq!(torn(body), Some(Torn::Block(closed)), "{body}");
    }
}

#[test]
fn whole_texts_are_left_alone() {
    for text in include_str!("whole.txt").split("\n%%\n") {
        for body in [text, text.trim_end(), &format!("{text}\n")] {
            assert_eq!(end_of(body, true), None, "{body}");
        }
    }
}

#[test]
fn html_knows_no_code_spans() {
    assert_eq!(end_of("<p>a</p><p>`b</p><p>c` <a href=\"", false).map(|found| found.0), Some(Torn::Tag));
    assert_eq!(end_of("[a](b", false), None);
}

#[test]
fn a_cut_inside_a_character_is_another_rule_s() {
    let bytes = format!("{PARAGRAPHS}<p>中").into_bytes();
    let judge = |bytes: &[u8]| findings(&TruncatedPost, &Settings::default(), "_posts/2022-01-17-a.md", bytes).len();
    assert_eq!((judge(&bytes), judge(&bytes[..bytes.len() - 1])), (1, 0));
}

#[test]
fn pages_may_end_as_they_like() {
    check(&TruncatedPost, "//- _includes/head.html\n<div><p>a</p><p>b</p><p>\n<a href=\"\n");
}

#[test]
fn most_cuts_in_tags_and_links_are_found() {
    let body = "<p>▲监察员。</p>\n <p>本报<a href=\"http://quote.eastmoney.com/unify/r/1.600160\" class=\"keytip\">记者</a>卢漳华 </p>\n\
        <p>日前，<!-- x -->人力资源&ldquo;社会保障&rdquo;部</p><p class=\"em_media\">（文章来源：厦门日报）</p>\n\n\
        <http://finews.zning.xyz/html_News/NewsShare.html?infoCode=NW202201172249352683>\n\n\
        [返回厦门日报新闻](//finews.withounder.com/category/shamenribao.html)｜[返回首页](//finews.withounder.com/)";
    let (mut inside, mut found) = (0, 0);
    let whole = ["<p>▲监察员。</p>", "</a>", "</p>", "-->", "html)", "683>", "\n", ">日前，", "｜"];
    for (cut, _) in body.char_indices().skip(1) {
        let part = body.get(..cut).unwrap();
        let last = part.rfind(['<', '>', '[', '(', ')']).and_then(|at| part.get(at..)).unwrap_or_default();
        if last.starts_with(['<', '[', '(']) && !whole.iter().any(|end| part.ends_with(end)) {
            inside += 1;
            found += u32::from(torn(part).is_some());
        }
    }
    assert!(inside > 250 && found * 100 >= inside * 97, "{found} of {inside}");
    assert_eq!(torn(body), None);
}

#[test]
fn millions_of_signs_end_quickly() {
    for sign in [
        "<",
        "<a ",
        "<a b=\"",
        "<a b='<a c=\"",
        "`",
        "` ``",
        "[",
        "](",
        "&",
        "<!--",
        "<p>",
        "</p>",
        "<http:",
        "```\n",
        "~~~",
        "<script>",
    ] {
        let _any = end_of(&sign.repeat(300_000), true);
    }
    let growing: String = (1..1500).flat_map(|n| ["`".repeat(n), " ".to_owned()]).collect();
    assert_eq!(torn(&growing), None);
}

proptest! {
    #[test]
    fn a_paragraph_counts_however_its_tags_are_written(
        pieces in prop::collection::vec(
            prop::sample::select(&["<p>", "</p>", "<P>", "<li>", "</li>", "<!--", "-->", "<a href=\"", "\">", "`", "<", "x", "中", " "][..]),
            0..24,
        )
    ) {
        let body = pieces.concat();
        let spaced = body.replace("<p>", "<p >").replace("</p>", "</p >");
        prop_assert_eq!(torn(&body), torn(&spaced), "{:?}", body);
    }

    #[test]
    fn spans_lie_on_characters(body in "[<>/ap!\\-`~\\[\\]()&#;=\"' 中\n]{0,60}") {
        if let Some((_, span)) = end_of(&body, true) {
            prop_assert!(body.get(span.range()).is_some());
        }
    }
}
