//! Text that is cut, mixed up or the same again and again.

use proptest::prelude::*;

use super::*;

const MIX: &str = "# 标题 [a](b \"c\") `d`\n\n> [e][f] ![g](h(i)j) <http://k.cn/l> www.m.cn，http://n.cn/o。\n> <div a='p'\n> href=q><a\n> \
                   href=\"r?s&amp;t&copy=u\">v *w*\n\n[f]: <x y> 'z'\n\n| [a](b) | ![c](d) |\n|-|-|\n| e^[f] | {{ g | h }} |\n\n- [返回](//i/j k.html)｜\
                   ［l］（//m）\n  1. <n@o.p> [^1] {% raw %}{{ {% endraw %}{% comment %}<a href=q>{% endcomment %}\n\n[^1]: <img \
                   srcset='r 1x, s' src=t><!-- u --><script>v</script>\r\n\r\n<http://w\n[x](http://y\n[z(//a.b)\n<>\n";

#[test]
fn every_cut_is_read() {
    for text in [SEED, MIX] {
        for cut in (0..=text.len()).filter(|&cut| text.is_char_boundary(cut)) {
            for dialect in [Dialect::GitHub, Dialect::Html, Dialect::Kramdown] {
                run(dialect, text.get(..cut).unwrap());
                run(dialect, text.get(cut..).unwrap());
            }
        }
    }
}

#[test]
fn a_body_that_is_none_of_the_text_is_read_as_well_as_it_can_be() {
    for (start, end) in [(0, 99), (1, 2), (5, 3), (99, 200)] {
        let extraction = extract(&Settings::default(), Dialect::GitHub, "中[a](b)", Span { start, end });
        hold("中[a](b)", &extraction);
    }
}

/// Whatever takes time that grows faster than the text would be seen here: it would not come to an end.
#[test]
fn the_same_again_and_again_is_read() {
    const PIECES: [&str; 46] = [
        "[",
        "]",
        "<",
        ">",
        "*",
        "_",
        "(",
        ")",
        "{",
        "{{",
        "{%",
        "`",
        "!",
        "![",
        "](",
        "[a](",
        "[a](//",
        "](//a",
        "［a］（//b.c",
        "[(//",
        "<http://",
        "<http://a ",
        "<a ",
        "<a href='",
        "<!--",
        "<![CDATA[>",
        "<script><!--",
        "> ",
        "<div>",
        "{% if a %}",
        "{% raw %}{{",
        "&a;",
        "http://a;",
        "http://a_",
        "(www._",
        "www.a*",
        "\\",
        "|",
        "- ",
        "# a\n",
        "\n<>\n",
        "[^1]",
        "[a]: b\n",
        "<a href=b>x",
        "~~a",
        "[*a",
    ];
    for piece in PIECES {
        let text = piece.repeat(60_000 / piece.len());
        for dialect in [Dialect::GitHub, Dialect::Html, Dialect::Kramdown] {
            run(dialect, &text);
        }
    }
    let nested = format!("{}{}", "![aaaa".repeat(10_000), "](b)".repeat(10_000));
    assert_eq!(run(Dialect::GitHub, &nested).links.len(), 1);
    let line = "中，http://a.cn/1。[a](b)<a href='c'>d</a>".repeat(20_000);
    assert_eq!(run(Dialect::GitHub, &line).links.len(), 60_000);
    let blocks = format!("{}{}", "{% if a %}".repeat(20_000), "{% endfor %}".repeat(20_000));
    assert_eq!(run(Dialect::GitHub, &blocks).liquid.problems.len(), 40_001);
}

const PIECES: [&str; 72] = [
    "[",
    "]",
    "(",
    ")",
    "<",
    ">",
    "!",
    "*",
    "_",
    "`",
    "~",
    "|",
    "\\",
    "\"",
    "'",
    " ",
    "  ",
    "\n",
    "\n\n",
    "\r\n",
    "\t",
    "    ",
    "#",
    "> ",
    "- ",
    "1. ",
    "中",
    "。",
    "（",
    "）",
    "［",
    "］",
    "｜",
    "\u{3000}",
    "\0",
    "&",
    ";",
    "&amp;",
    "{{",
    "}}",
    "{%",
    "%}",
    "{% raw %}",
    "{% endraw %}",
    "{% comment %}",
    "{% endcomment %}",
    "{{ a }}",
    "{% if a %}",
    "[a](b)",
    "[a](//b.c/d e)",
    "[a]",
    "[a]: b\n",
    "[^a]",
    "[^a]: b\n",
    "![",
    "](",
    "<http://a.b>",
    "<http://a b>",
    "http://a.b/c",
    "www.a.b",
    "//a.b/c",
    "<a href=\"b\">",
    "<a href=b>",
    "</a>",
    "<img src=a>",
    "<div>",
    "</div>",
    "<!--",
    "-->",
    "<script>",
    "</script>",
    "<p",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]
    #[test]
    fn any_text_is_read(pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..20)) {
        let text = pieces.concat();
        for dialect in [Dialect::GitHub, Dialect::Html, Dialect::Kramdown] {
            run(dialect, &text);
        }
    }

    #[test]
    fn an_inline_destination_is_spelled_where_it_says(
        text in "[a中 *`]{0,4}",
        destination in "(//|http://|/)?[a-z0-9./?=%#-]{1,12}",
        around in prop::sample::select(&["", "> ", "- ", "# ", "**", "| ", "中"][..]),
    ) {
        let written = format!("{around}[x{text}y]({destination})");
        let extraction = run(Dialect::GitHub, &written);
        for link in &extraction.links {
            prop_assert_eq!(link.destination_span.slice(&written), &*link.destination);
        }
    }
}
