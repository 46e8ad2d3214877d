//! Links of whole files.

mod damage;

use super::*;

const SEED: &str = include_str!("../../../tests/fixtures/seed/post.md");

/// The links as `carrier destination|text`.
fn links(dialect: Dialect, text: &str) -> Vec<String> {
    let extraction = run(dialect, text);
    extraction.links.iter().map(|link| format!("{:?} {}|{}", link.carrier, link.destination, link.text)).collect()
}

fn run(dialect: Dialect, text: &str) -> Extraction<'_> {
    let extraction = extract(&Settings::default(), dialect, text, Span::of(0..text.len()));
    hold(text, &extraction);
    extraction
}

/// What is true of every extraction.
fn hold(text: &str, extraction: &Extraction<'_>) {
    let on_boundaries = |span: Span| {
        let Span { start, end } = span;
        assert!(start <= end && end as usize <= text.len(), "{span:?} in {text:?}");
        assert!(text.is_char_boundary(start as usize) && text.is_char_boundary(end as usize), "{span:?} in {text:?}");
    };
    for link in extraction.links.iter().chain(&extraction.intended) {
        on_boundaries(link.span);
        on_boundaries(link.destination_span);
        let written = link.destination_span.slice(text);
        if !written.contains(['\\', '&', '\r', '\n', '\0', '{']) {
            let scheme = link.destination.strip_suffix(written);
            assert!(matches!(scheme, Some("" | "http://" | "mailto:")), "{link:?} in {text:?}");
        }
        if matches!(link.carrier, Carrier::Inline | Carrier::Autolink | Carrier::Bare) {
            let (outer, inner) = (link.span, link.destination_span);
            assert!(outer.start <= inner.start && inner.end <= outer.end, "{link:?} in {text:?}");
        }
    }
    extraction.malformed.iter().for_each(|malformed| on_boundaries(malformed.span));
    extraction.liquid.pieces.iter().for_each(|piece| on_boundaries(piece.span));
    extraction.liquid.problems.iter().for_each(|problem| on_boundaries(problem.span));
    extraction.liquid.targets.iter().for_each(|target| on_boundaries(target.span));
    assert!(extraction.links.is_sorted_by_key(|link| link.span.start));
}

fn malformed(text: &str) -> Vec<String> {
    let extraction = run(Dialect::GitHub, text);
    let slice = |malformed: &Malformed| format!("{:?} {}", malformed.why, malformed.span.slice(text));
    extraction.malformed.iter().map(slice).collect()
}

#[test]
fn the_seed_has_three_links() {
    let body = SEED.find("\n---\n").unwrap() + 5;
    let extraction = extract(&Settings::default(), Dialect::GitHub, SEED, Span::of(body..SEED.len()));
    hold(SEED, &extraction);
    let found: Vec<_> = extraction
        .links
        .iter()
        .map(|link| (link.carrier, link.span.slice(SEED), link.destination_span.slice(SEED), &*link.text))
        .collect();
    let source = "http://finews.zning.xyz/html_News/NewsShare.html?infoCode=NW202201172249352683";
    let category = "//finews.withounder.com/category/shamenribao.html";
    assert_eq!(
        found,
        [
            (Carrier::Autolink, &*format!("<{source}>"), source, source),
            (Carrier::Inline, &*format!("[返回厦门日报新闻]({category})"), category, "返回厦门日报新闻"),
            (Carrier::Inline, "[返回首页](//finews.withounder.com/)", "//finews.withounder.com/", "返回首页"),
        ]
    );
    assert_eq!((extraction.malformed.len(), extraction.ids.len()), (0, 0));
    assert!(extraction.links.iter().all(|link| matches!(link.destination, Cow::Borrowed(_))));
}

#[test]
fn every_kind_of_markdown_link_is_found() {
    assert_eq!(
        links(Dialect::GitHub, "[a *b*  `c`](/d 't') <http://e> ![f](g) [h][i] [i][] [i]\n\n[i]: <j k>"),
        [
            "Inline /d|a b c",
            "Autolink http://e|http://e",
            "Image g|f",
            "Reference j k|h",
            "Reference j k|i",
            "Reference j k|i"
        ]
    );
    assert_eq!(
        links(Dialect::GitHub, "[![a](b)](c) <x@y.z> [](d)"),
        ["Inline c|a", "Image b|a", "Autolink mailto:x@y.z|x@y.z", "Inline d|"]
    );
    assert_eq!(links(Dialect::GitHub, "[a](b\\_c&amp;d) [e\nf](g)"), ["Inline b_c&d|a", "Inline g|e f"]);
    assert_eq!(
        links(Dialect::GitHub, "> [a](\n> /b) |\n\n| [c](d) | e |\n|-|-|\n| [f](g) | http://h.i |"),
        ["Inline /b|a", "Inline d|c", "Inline g|f", "Bare http://h.i|http://h.i"]
    );
}

#[test]
fn code_comments_and_scripts_have_no_links() {
    for text in [
        "`[a](b)`",
        "    [a](b)",
        "```\n<a href=b>\n```",
        "<!-- [a](b) <a href=c> -->",
        "<div><!--\n\n[a](b) http://c.d\n\n--></div>",
        "<script>\n[a](b)\n</script>",
        "x <script> [a](b) </script>",
        "<textarea>\n\n[a](b)</textarea>",
        "<![CDATA[ <a href=b> ]]>",
        "<span href=\"http://a\">b</span>",
    ] {
        assert_eq!(links(Dialect::GitHub, text), [""; 0], "{text}");
    }
    for text in
        ["<title><a href=b></title>", "<style><a href=b>", "<!--><!-- <a href=b> --!>", "<p title='<a href=b>'>"]
    {
        assert_eq!(links(Dialect::Html, text), [""; 0], "{text}");
    }
}

#[test]
fn html_links_are_found_with_their_text() {
    let text = "<p><A HREF=\"http://a?b=1&imageType=k&amp;c\" href=x> t &lt; <b>u</b></a><img src=/i alt=' v '>";
    let found = run(Dialect::Html, text);
    assert_eq!(links(Dialect::Html, text), ["Anchor http://a?b=1&imageType=k&c|t < u", "Resource /i|v"]);
    assert_eq!(found.links[0].destination_span.slice(text), "http://a?b=1&imageType=k&amp;c");
    assert!(found.links[0].span.slice(text).ends_with("</b></a>"));
    assert_eq!(found.links[1].span.slice(text), "<img src=/i alt=' v '>");
    assert_eq!(links(Dialect::Html, "<a href=a>b<a href=c>d<a>e</a>"), ["Anchor a|b", "Anchor c|d"]);
    assert_eq!(
        links(Dialect::Html, "<img src=a srcset='b 1x, c 2x'><source srcset=d><video src=e poster=f>"),
        ["Resource a|", "Resource b|", "Resource c|", "Resource d|", "Resource e|", "Resource f|"]
    );
    assert_eq!(
        links(Dialect::Html, "<meta http-equiv=refresh content='0; url=a'><meta property=og:image content=b>"),
        ["Anchor a|", "Resource b|"]
    );
    let found = run(Dialect::Html, "<base href=/b/><a id=x name=y><h1 id='z'>");
    assert_eq!((found.base.as_deref(), found.ids.len(), found.links.len()), (Some("/b/"), 3, 0));
}

#[test]
fn html_that_markdown_interrupts_is_one() {
    assert_eq!(links(Dialect::GitHub, "<a href='b'>c *d* [e](f)</a> g"), ["Anchor b|c d", "Inline f|e"]);
    assert_eq!(links(Dialect::GitHub, "<div><a href='b'>\n\n# c\n\n</a></div>"), ["Anchor b|c"]);
    assert_eq!(links(Dialect::GitHub, "> <div\n> title='x\n> y'><a\n> href='b\n> c'>d</a>"), ["Anchor b\nc|d"]);
}

#[test]
fn bare_addresses_end_where_chinese_goes_on() {
    assert_eq!(
        links(Dialect::GitHub, "http://a.cn/1。后文 https://b.cn/2，以及（https://c.cn/3）结束"),
        [
            "Bare http://a.cn/1|http://a.cn/1",
            "Bare https://b.cn/2|https://b.cn/2",
            "Bare https://c.cn/3|https://c.cn/3"
        ]
    );
    assert_eq!(
        links(Dialect::GitHub, "**http://a.cn/x_y_z** [http://b.c](d) `http://e.f` http://g.h/?i&amp;j"),
        [
            "Bare http://a.cn/x_y_z|http://a.cn/x_y_z",
            "Inline d|http://b.c",
            "Bare http://g.h/?i&amp;j|http://g.h/?i&amp;j"
        ]
    );
}

#[test]
fn bare_addresses_are_github_s() {
    assert_eq!(
        links(Dialect::GitHub, "http://a.b/*c*d [http://e.f] [g http://h.i] j www.k.l, 见www.m.n `x`www.o.p"),
        ["Bare http://a.b/*c*d|http://a.b/*c*d", "Bare http://www.k.l|www.k.l"]
    );
    assert_eq!(
        links(Dialect::GitHub, "| http://a.b/_c_ | d |\n|-|-|\n| <a href='e'>f http://g.h</a> | i |"),
        ["Bare http://a.b/_c|http://a.b/_c", "Anchor e|f http://g.h", "Bare http://g.h|http://g.h"]
    );
}

#[test]
fn what_stands_in_the_text_of_an_image_is_no_link() {
    assert_eq!(
        links(Dialect::GitHub, "![a [b](c) ![d](e) <i>f</i>](g) [![h](i)](j)"),
        ["Image g|a b d <i>f</i>", "Inline j|h", "Image i|h"]
    );
}

#[test]
fn ids_are_those_of_headings_attributes_and_footnotes() {
    let found = run(Dialect::GitHub, "# 中文 `A` [b](c)\n\n# 中文 A b\n\nx[^1]\n\n[^1]: [y](z)\n\n[^2]: [v](w)\n");
    let ids: Vec<&str> = found.ids.iter().map(AsRef::as_ref).collect();
    let expected = ["中文-a-b", "中文-a-b-1", "fnref-1", "user-content-fnref-1", "fn-1", "user-content-fn-1"];
    assert_eq!(ids, expected);
    assert_eq!(found.links.len(), 2, "a footnote that nothing refers to is not shown");
}

#[test]
fn what_was_meant_as_a_link_is_seen() {
    for text in [
        "SpaceInDestination [返回x](//h.cn/category/a b.html)",
        "SpaceInDestination [返回x](category/a b.html)",
        "SpaceInDestination [a](//h/a (b) c.html 't')",
        "UnclosedDestination [返回首页](//h.cn/",
        "UnbalancedBracket [返回首页(//h.cn/)",
        "UnbalancedBracket ](//h.cn/)",
        "UnclosedAutolink <http://h.cn/a?b=c",
        "SpaceInAutolink <http://h.cn/a b>",
        "FullWidthBracket ［返回］（//h.cn/）",
        "FullWidthBracket [x]（http://h.cn/a）",
        "FullWidthBracket [x](http://h.cn/a）",
        "EmptyAutolink <>",
    ] {
        let (_, written) = text.split_once(' ').unwrap();
        assert_eq!(malformed(written), [text]);
        assert_eq!(malformed(&format!("前文\n{written}\n后文")), [text]);
        assert_eq!(malformed(&format!("`{written}`")), [""; 0]);
        assert_eq!(malformed(&format!("<!-- {written} -->")), [""; 0]);
        assert_eq!(malformed(&format!("<div>{written}</div>\n")), [""; 0]);
    }
}

#[test]
fn what_was_meant_is_handed_on() {
    let text = "[返回  x](//h.cn/category/a b.html)｜[返回首页](//h.cn/)";
    let found = run(Dialect::GitHub, text);
    let meant: Vec<_> = found.intended.iter().map(|link| (&*link.destination, &*link.text)).collect();
    assert_eq!(meant, [("//h.cn/category/a b.html", "返回 x")]);
    assert_eq!(found.links.len(), 1);
    let text = "[返回x](//h.cn/a｜[返回首页](//h.cn/) 和 <http://a.cn/b。后文";
    let found = run(Dialect::GitHub, text);
    let meant: Vec<_> = found.intended.iter().map(|link| (&*link.destination, &*link.text)).collect();
    assert_eq!(meant, [("//h.cn/a", "返回x"), ("http://a.cn/b", "http://a.cn/b")]);
}

#[test]
fn prose_is_no_broken_link() {
    for text in [
        "见[1]和[2]。",
        "a[0](x y) b[i](j)",
        "(见图) [视频]（记者张三） 【图】（来源：新华社）",
        "[图](记者 张三 摄)",
        "[1]（http://a.cn/x）",
        "区间 [0, 1) 与 (0, 1]",
        "a < b > c <- d -> e <> f",
        "[见 http://a.cn/b (c) d]",
        "\\[a](//h/a b)",
        "[单位](/万元 2021)",
        "if a <b && c> d",
        "[a](//h/b 'c') [d]( /e )",
        "价格<100 http://a.cn",
        "[ ] todo (http://a.cn)",
        "[a]({{ site.url }}/b.html) [c]({% link d.md %})",
    ] {
        assert_eq!(malformed(text), [""; 0], "{text}");
    }
}

#[test]
fn liquid_runs_before_html() {
    let text = "<a href=\"{{ \"/x y\" | relative_url }}\">{{ t }}</a>{% comment %}<a href=c>{% endcomment %}\
                {% raw %}<a href=d>{{ e }}</a>{% endraw %}";
    assert_eq!(links(Dialect::Html, text), ["Anchor {{ \"/x y\" | relative_url }}|{{ t }}", "Anchor d|{{ e }}"]);
    assert_eq!(links(Dialect::Html, "<!-- {% comment %} --> {% endcomment %}<a href=b> -->"), [""; 0]);
}
