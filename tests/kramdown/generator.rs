//! Texts made from a grammar of what is hard for kramdown, the same ones in each run.

/// A small generator of numbers; the same seed gives the same text.
pub(crate) struct Dice(u64);

impl Dice {
    /// The dice of a seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ 0xD1B5_4A32_D192_ED03)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut value = self.0;
        value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        value ^ (value >> 31)
    }

    /// A number below `below`.
    pub(crate) fn roll(&mut self, below: usize) -> usize {
        usize::try_from(self.next() % below.max(1) as u64).unwrap_or(0)
    }

    fn pick<'s>(&mut self, of: &[&'s str]) -> &'s str {
        of[self.roll(of.len())]
    }
}

const WORDS: &[&str] = &[
    "a", "b", "中文", "报", "x y", "foo", "1", "Ünï", "word", " ", "、", "。", "The End", "r", "R", "k_v", "s", "'80s",
    "it's", "A-B",
];
const ADDRESSES: &[&str] = &[
    "/b",
    "http://h/x",
    "//h/c.html",
    "/a b",
    "/p(1)",
    "http://h/?a=1&b=2",
    "/q?x=&amp;y",
    "../e/",
    "/中",
    "#id",
    "",
    "/x_y_z",
    "/a|b",
    "/a\\_b",
    "mailto:a@b",
];
const MARKS: &[&str] = &[
    "*", "**", "_", "__", "`", "``", "<", ">", "[", "]", "(", ")", "![", "](", "|", "\\", "\"", "'", "$$", "{:", "}",
    "{::", "&", "~~", "--", "---", "...", "<<", ">>", ":", "#", "^", "!", "  \n", "\n", "\n\n", "\t", " ", "    ",
    "\\\n", "<p>", "</p>", "<div>", "</div>", "<b>", "</b>", "<br>", "=", "-", "+ ", "* ", "1. ", "> ", "[^1]",
    "{% x %}", "{{ y }}", "[r]", "[ ] ", "|-", "\n---\n", "\n===\n", "\n: ", "\n    ", "\n  ", "\r\n",
];
const TAGS: &[&str] = &[
    "p",
    "div",
    "section",
    "td",
    "center",
    "b",
    "span",
    "a",
    "font",
    "ul",
    "li",
    "table",
    "tr",
    "h2",
    "pre",
    "code",
    "o:p",
    "公告",
    "P",
    "blockquote",
    "em",
    "iframe",
    "object",
    "textarea",
    "script",
    "style",
];

/// A text of a seed: most of the grammar, some without any, some like a post of the archive, some made of known texts.
pub(crate) fn text(seed: u64, known: &[String]) -> String {
    let mut dice = Dice::new(seed);
    match dice.roll(10) {
        0 | 1 => soup(&mut dice),
        2 => post(&mut dice),
        3 | 4 => mixed(&mut dice, known),
        _ => grammar(&mut dice),
    }
}

/// Known texts behind one another, with a line moved, a prefix added, a mark put in.
fn mixed(dice: &mut Dice, known: &[String]) -> String {
    let mut text = String::new();
    for _ in 0..=dice.roll(3) {
        let mut piece = known[dice.roll(known.len())].clone();
        if dice.roll(4) == 0 {
            let prefix = dice.pick(&["> ", "  ", "    ", "* ", "\t", "| ", ">"]);
            piece = piece.split('\n').map(|line| format!("{prefix}{line}")).collect::<Vec<_>>().join("\n");
        }
        text.push_str(&piece);
        text.push_str(dice.pick(&["\n\n", "\n", "", " ", "\n\n\n"]));
    }
    for _ in 0..dice.roll(4) {
        let mut at = dice.roll(text.len() + 1);
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        match dice.roll(4) {
            0 => {
                let next = text[at..].chars().next().map_or(at, |character| at + character.len_utf8());
                text.replace_range(at..next, "");
            }
            1 => cut(dice, &mut text),
            _ => text.insert_str(at, dice.pick(MARKS)),
        }
    }
    text
}

/// Marks and words in any order.
fn soup(dice: &mut Dice) -> String {
    let mut text = String::new();
    for _ in 0..dice.roll(40) {
        let piece = match dice.roll(10) {
            0..=4 => dice.pick(MARKS).to_owned(),
            5 | 6 => dice.pick(WORDS).to_owned(),
            7 => dice.pick(ADDRESSES).to_owned(),
            8 => span(dice, 2),
            _ => {
                let tag = dice.pick(TAGS);
                open(dice, tag)
            }
        };
        text.push_str(&piece);
    }
    text
}

/// Lines of HTML, a source and a way back, as a news service sends them, with a fault or two.
fn post(dice: &mut Dice) -> String {
    let mut text = String::new();
    for _ in 0..dice.roll(6) {
        text.push_str(dice.pick(&[
            "<p>",
            " <p>",
            "<p class=\"em_media\">",
            "<P>",
            "<div>",
            "",
            "<p align=center>",
            "<!-- x -->",
        ]));
        for _ in 0..dice.roll(4) {
            text.push_str(dice.pick(&[
                "▲监察员深入",
                "*ST海马",
                "“护薪”",
                "110",
                "_",
                "<b>要闻</b>",
                "<br>",
                "<br/>",
                "（文章来源：厦门日报）",
                "<公告>",
                " ",
                "<a href=\"http://quote.eastmoney.com/unify/r/1.600160\" class=\"keytip\">巨化</a>",
                "<span web=\"1\" href=\"http://h/\">股</span>",
                "<img src=\"https://h/GetPic.aspx?nid=106.NIO&imageType=k&token=1\">",
                "<a href=http://h/x>",
                "[x](//h/y)",
                "<http://h/z>",
                "|",
                "\n",
                "&nbsp;",
                "<strong>",
                "</strong>",
                "<font color=\"red\">",
                "</font>",
                "<table><tr><td>",
                "</td></tr></table>",
                "$$",
                "~~",
                "{{ x }}",
            ]));
        }
        text.push_str(dice.pick(&["</p>", "</p>", "</p>\n", "</p>\n", "", "</P>\n", "</div>\n\n"]));
    }
    text.push_str(dice.pick(&["\n\n", "\n", "\n\n\n"]));
    text.push_str(dice.pick(&[
        "<http://finews/x.html?infoCode=NW1>",
        "<>",
        "原文：<http://h/a|b>",
        "<http://h/a b>",
        "<p><http://h/x></p>",
    ]));
    text.push_str(dice.pick(&["\n\n", "\n"]));
    text.push_str(dice.pick(&[
        "[返回厦门日报新闻](//h/category/a.html)｜[返回首页](//h/)",
        "[返回](../emnews/)|[首页](../)",
        "[返回](//h/c/a b.html)｜[首页](//h/)",
        "[返回](//h/c/a(b).html)",
        "[返回](//h/c/a(b.html)｜[首](/)",
    ]));
    text.push_str(dice.pick(&["", "\n"]));
    for _ in 0..dice.roll(3) {
        if dice.roll(3) == 0 {
            cut(dice, &mut text);
        }
    }
    text
}

/// Settings of a seed, as `_config.yml` writes them; most are Jekyll's own.
pub(crate) fn options(seed: u64) -> serde_json::Value {
    let mut dice = Dice::new(seed ^ 0x5EED);
    match dice.roll(24) {
        0 | 1 => serde_json::json!({ "input": "kramdown" }),
        2 => serde_json::json!({ "parse_block_html": true }),
        3 => serde_json::json!({ "parse_span_html": false }),
        4 => serde_json::json!({ "hard_wrap": true, "auto_id_prefix": "p-", "footnote_prefix": "f" }),
        5 => serde_json::json!({ "gfm_quirks": [] }),
        6 => serde_json::json!({ "gfm_quirks": ["paragraph_end", "no_auto_typographic"] }),
        7 => serde_json::json!({ "auto_ids": false }),
        _ => serde_json::json!({}),
    }
}

fn grammar(dice: &mut Dice) -> String {
    let mut text = String::new();
    for _ in 0..=dice.roll(5) {
        block(dice, &mut text, 0);
        text.push_str(dice.pick(&["\n\n", "\n", "\n", "\n\n", "", "\n \n", "\n^\n"]));
    }
    match dice.roll(8) {
        0 => cut(dice, &mut text),
        1 => {
            let mark = dice.pick(MARKS);
            let mut at = dice.roll(text.len() + 1);
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            text.insert_str(at, mark);
        }
        _ => {}
    }
    text
}

fn cut(dice: &mut Dice, text: &mut String) {
    let mut at = dice.roll(text.len() + 1);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    if dice.roll(2) == 0 {
        text.truncate(at);
    } else {
        text.drain(..at);
    }
}

fn line(dice: &mut Dice) -> String {
    let mut line = String::new();
    for _ in 0..=dice.roll(4) {
        line.push_str(&span(dice, 0));
        line.push_str(dice.pick(&["", " ", " ", "，"]));
    }
    line
}

fn lines(dice: &mut Dice, prefix: &str, text: &mut String) {
    for index in 0..=dice.roll(3) {
        if index > 0 {
            text.push('\n');
        }
        if index == 0 || dice.roll(4) > 0 {
            text.push_str(prefix);
        }
        text.push_str(&line(dice));
    }
}

fn prefixed(dice: &mut Dice, first: &str, rest: &str, text: &mut String, depth: usize) {
    let mut inner = String::new();
    block(dice, &mut inner, depth + 1);
    for (index, line) in inner.split('\n').enumerate() {
        if index > 0 {
            text.push('\n');
        }
        let prefix = if index == 0 { first } else { rest };
        if index == 0 || dice.roll(6) > 0 {
            text.push_str(prefix);
        }
        text.push_str(line);
    }
}

fn block(dice: &mut Dice, text: &mut String, depth: usize) {
    let kind = if depth > 2 { dice.roll(6) } else { dice.roll(24) };
    match kind {
        0..=3 => lines(dice, "", text),
        4 => {
            let marks = dice.pick(&["# ", "## ", "#", "### ", " # "]);
            text.push_str(marks);
            text.push_str(&line(dice));
            text.push_str(dice.pick(&["", " #", " {#own}", "{#no}", "\n{: #below}"]));
        }
        5 => {
            text.push_str(&line(dice));
            text.push_str(dice.pick(&["\n---", "\n===", "\n-", "\n= ", "\n***"]));
        }
        6 | 7 => {
            let first = dice.pick(&["> ", ">", "  > ", "> > "]);
            let rest = dice.pick(&["> ", "", ">"]);
            prefixed(dice, first, rest, text, depth);
        }
        8..=10 => {
            for index in 0..=dice.roll(3) {
                if index > 0 {
                    text.push_str(dice.pick(&["\n", "\n\n"]));
                }
                let first = dice.pick(&[
                    "* ",
                    "- ",
                    "1. ",
                    "+ ",
                    "*\t",
                    "  - ",
                    "    * ",
                    "* {: #li} ",
                    "- [ ] ",
                    "- [x] ",
                    "10. ",
                ]);
                let rest = dice.pick(&["  ", "", "    ", "\t", "   "]);
                prefixed(dice, first, rest, text, depth);
            }
        }
        11 => {
            text.push_str(&line(dice));
            text.push_str(dice.pick(&["\n: ", "\n\n: ", "\n:   ", "\n  : "]));
            let rest = dice.pick(&["  ", "", "    "]);
            prefixed(dice, "", rest, text, depth);
        }
        12..=15 => html(dice, text, depth),
        16 | 17 => {
            for index in 0..=dice.roll(3) {
                if index > 0 {
                    text.push('\n');
                }
                let row = [line(dice), line(dice)].join(dice.pick(&["|", " | ", "\\|", "`|`", "|"]));
                text.push_str(dice.pick(&["", "|", "| "]));
                text.push_str(&row);
                text.push_str(dice.pick(&["", "|", " |"]));
                text.push_str(dice.pick(&["", "", "\n|---|---|", "\n|===", "\n--|--"]));
            }
        }
        18 => {
            let fence = dice.pick(&["```", "~~~", "````", "    ", "``", "~~~~"]);
            text.push_str(fence);
            text.push_str(dice.pick(&["\n", "ruby\n", " x y\n", " ruby\n"]));
            lines(dice, "", text);
            text.push('\n');
            text.push_str(dice.pick(&[fence, fence, "", "```"]));
        }
        19 => definition(dice, text),
        20 => extension(dice, text, depth),
        21 => {
            text.push_str(dice.pick(&["    ", "\t", "   \t"]));
            let prefix = dice.pick(&["    ", "\t", ""]);
            lines(dice, prefix, text);
        }
        22 => {
            text.push_str("$$");
            text.push_str(&line(dice));
            text.push_str(dice.pick(&["$$", "", "$$ x"]));
        }
        _ => {
            for _ in 0..dice.roll(12) {
                text.push_str(dice.pick(MARKS));
                text.push_str(dice.pick(WORDS));
            }
        }
    }
}

fn definition(dice: &mut Dice, text: &mut String) {
    match dice.roll(6) {
        0 => {
            text.push_str("[^1]: ");
            prefixed(dice, "", "    ", text, 2);
        }
        1 => text.push_str("*[foo]: http://h/foo"),
        2 => text.push_str("{:list: href=\"/ald\" #ald .c}"),
        _ => {
            text.push_str(dice.pick(&["[r]: ", "[R]:", " [foo]: ", "[a]:\n", "[中文]: "]));
            let address = dice.pick(ADDRESSES);
            if dice.roll(4) == 0 {
                text.extend(["<", address, ">"]);
            } else {
                text.push_str(address);
            }
            text.push_str(dice.pick(&["", " \"t\"", " 't", "\n  \"t\"", " x", "\n{: #ref}"]));
        }
    }
}

fn extension(dice: &mut Dice, text: &mut String, depth: usize) {
    match dice.roll(7) {
        0 => text.push_str("{::options parse_block_html=\"true\" /}"),
        1 => text.push_str("{::options parse_span_html=\"false\" /}"),
        2 => {
            text.push_str(dice.pick(&["{::comment}\n", "{::nomarkdown}\n", "{::other}\n"]));
            block(dice, text, depth + 1);
            text.push_str(dice.pick(&["\n{:/}", "\n{:/comment}", ""]));
        }
        3 => text.push_str("* x\n{:toc}"),
        4 => text.push_str("{:.c #up}"),
        5 => text.push_str("{: #late}\n"),
        _ => text.push_str("{:list}"),
    }
}

fn html(dice: &mut Dice, text: &mut String, depth: usize) {
    if dice.roll(8) == 0 {
        text.push_str(dice.pick(&[
            "<!-- c -->",
            " <!-- c -->",
            "<!-- [a](/b)",
            "<!-- a\n\nb -->",
            "<?php x ?>",
            "<br>",
            "<hr/>",
            "<img src=\"/i.png\">",
        ]));
        if dice.roll(2) == 0 {
            text.push_str(&line(dice));
        }
    } else {
        let tag = dice.pick(TAGS);
        text.push_str(dice.pick(&["", "", "  "]));
        text.push_str(&open(dice, tag));
        text.push_str(dice.pick(&["", "", "\n", "\n\n"]));
        block(dice, text, depth + 1);
        text.push_str(dice.pick(&["", "\n", "\n\n"]));
        if dice.roll(5) > 0 {
            let end = if dice.roll(12) == 0 { dice.pick(TAGS) } else { tag };
            text.extend(["</", end, ">"]);
        }
    }
}

fn open(dice: &mut Dice, tag: &str) -> String {
    let attributes = dice.pick(&[
        "",
        "",
        "",
        "",
        " markdown=\"1\"",
        " markdown=\"span\"",
        " markdown=\"block\"",
        " markdown=\"0\"",
        " id=\"i\"",
        " href=\"/h\"",
        " href='/h&amp;k'",
        " href=/h",
        " href=h",
        " src=\"/s\"",
        " name=\"n\"",
        " href=\"/1\" href=\"/2\"",
        " class=\"c\" id='x'",
        " href=\"/a\nb\"",
        " /",
        " HREF=\"/U\"",
    ]);
    format!("<{tag}{attributes}>")
}

fn span(dice: &mut Dice, depth: usize) -> String {
    let inner = |dice: &mut Dice| if depth > 2 { dice.pick(WORDS).to_owned() } else { span(dice, depth + 1) };
    match dice.roll(30) {
        0..=7 => dice.pick(WORDS).to_owned(),
        8..=11 => {
            let text = inner(dice);
            let address = dice.pick(ADDRESSES);
            let title = dice.pick(&["", "", "", " \"t\"", " 't'", " \"a\"b\"", "\"t\""]);
            format!("[{text}]({address}{title})")
        }
        12 => format!("[{}](<{}>)", inner(dice), dice.pick(ADDRESSES)),
        13 => format!("![{}]({})", inner(dice), dice.pick(ADDRESSES)),
        14 => format!(
            "<{}>",
            dice.pick(&[
                "http://h/x",
                "https://h/?a&b",
                "a@b.c",
                "HTTP://h",
                "http://h/x y",
                "mailto:a@b",
                "ftp:x",
                "",
                "http://h/a|b"
            ])
        ),
        15 => format!("[{}][{}]", inner(dice), dice.pick(&["r", "R", "foo", "", "nope", "中文"])),
        16 => dice.pick(&["[r]", "[foo] [r]", "[R] (x)", "[^1]", "![r]", "[a]"]).to_owned(),
        17 => {
            let mark = dice.pick(&["*", "**", "_", "__", "~~", "***"]);
            format!("{mark}{}{mark}", inner(dice))
        }
        18 => {
            let mark = dice.pick(&["`", "``"]);
            format!("{mark}{}{mark}", inner(dice))
        }
        19..=21 => {
            let tag = dice.pick(&["b", "span", "a", "code", "font", "kbd", "p", "em", "中", "button"]);
            let end = if dice.roll(6) == 0 { String::new() } else { format!("</{tag}>") };
            format!("{}{}{end}", open(dice, tag), inner(dice))
        }
        22 => format!(
            "{}{}",
            inner(dice),
            dice.pick(&["{: href=\"/ial\"}", "{:#sid}", "{:list}", "{:.c}", "{: src='/ial' id='q'}"])
        ),
        23 => dice.pick(&["&amp;", "&copy;", "&nope;", "&#20013;", "&#x4e2d;", "&", "&mdash;", "&#128;"]).to_owned(),
        24 => dice.pick(&["\"", "'", "\"q\"", "'q'", "--", "...", "<<", ">>", " >> ", "<< "]).to_owned(),
        25 => format!("$${}$$", inner(dice)),
        26 => format!("{{::{0}}}{1}{{:/{0}}}", dice.pick(&["comment", "nomarkdown", "x"]), inner(dice)),
        27 => dice
            .pick(&[
                "<br>",
                "<br />",
                "<img src=\"/i\" alt=\"z\">",
                "<!-- c -->",
                "<!--",
                "</b>",
                "{{ x }}",
                "{% link y.md %}",
            ])
            .to_owned(),
        28 => format!("\\{}", dice.pick(MARKS)),
        _ => dice.pick(MARKS).to_owned(),
    }
}
