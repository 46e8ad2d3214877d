//! Our tokeniser against html5gum, which follows the WHATWG standard state by state.
#![expect(clippy::string_slice, reason = "the ranges are under test")]

use html5gum::emitters::default::DefaultEmitter;
use proptest::prelude::*;

use super::character_reference::{Place, decode};
use super::tokens::{Mode, Token, Tokens};

/// A tag: its span, its name with `/` before that of an end tag, and its attributes, sorted.
type Tag = (std::ops::Range<usize>, String, Vec<(String, String)>);

fn ours(text: &str) -> Vec<Tag> {
    tags(text, false)
}

/// The tags of `text`, or those that are left if paragraphs are passed over before each.
fn tags(text: &str, passes: bool) -> Vec<Tag> {
    let mut tokens = Tokens::resume(text, Mode::Data);
    let mut tags = Vec::new();
    loop {
        if passes {
            tokens.pass_paragraphs();
        }
        let Some(token) = tokens.next() else { break };
        match token {
            Token::Text(range) => assert!(text.get(range).is_some_and(|text| !text.is_empty())),
            Token::End { name, span } => tags.push((span, format!("/{}", lower(&text[name])), Vec::new())),
            Token::Start { name, span } => {
                let mut attributes: Vec<(String, String)> = Vec::new();
                for attribute in tokens.attributes() {
                    let name = lower(&text[attribute.name.clone()]);
                    let value = decode(&text[attribute.value.clone()], Place::Attribute).into_owned();
                    if !attributes.iter().any(|(known, _)| *known == name) {
                        attributes.push((name, value));
                    }
                }
                attributes.sort();
                tags.push((span, lower(&text[name]), attributes));
            }
        }
    }
    tags
}

fn theirs(text: &str) -> Vec<Tag> {
    let mut emitter = DefaultEmitter::<usize>::new_with_span();
    emitter.naively_switch_states(true);
    let string = |bytes: &html5gum::HtmlString| String::from_utf8_lossy(bytes).into_owned();
    let mut tags = Vec::new();
    for token in html5gum::Tokenizer::new_with_emitter(text, emitter) {
        match token.unwrap() {
            html5gum::Token::StartTag(tag) => {
                let attributes = tag.attributes.iter().map(|(name, value)| (string(name), string(&value.value)));
                tags.push((tag.span.start..tag.span.end, string(&tag.name), attributes.collect()));
            }
            html5gum::Token::EndTag(tag) => {
                tags.push((tag.span.start..tag.span.end, format!("/{}", string(&tag.name)), Vec::new()));
            }
            _ => {}
        }
    }
    tags
}

/// Names as HTML compares them; html5gum has no NUL in them either.
fn lower(name: &str) -> String {
    name.to_ascii_lowercase().replace('\0', "\u{FFFD}")
}

const PIECES: [&str; 64] = [
    "<",
    ">",
    "</",
    "/>",
    "/",
    "=",
    "\"",
    "'",
    " ",
    "\n",
    "\r\n",
    "\t",
    "\u{C}",
    "&",
    ";",
    "-",
    "--",
    "!",
    "?",
    "\0",
    "a",
    "B",
    "中",
    "<a",
    "<A href=",
    " href=\"",
    "</a>",
    "<p>",
    "</p>",
    "<!--",
    "-->",
    "--!>",
    "<!-",
    "<!>",
    "<?x",
    "<!doctype html>",
    "<script>",
    "</script>",
    "<script",
    "</script",
    "<style>",
    "</style>",
    "<title>",
    "</title >",
    "<textarea>",
    "</textarea/>",
    "<xmp>",
    "<iframe>",
    "</iframe>",
    "<svg>",
    "<br/>",
    "&amp;",
    "&copy",
    "&copy=",
    "&notit;",
    "&#x4e2d;",
    "&#20013",
    "&#128;",
    "&#xD800;",
    "&imageType=k",
    "<b c d='e' c=\"f\">",
    " x=y",
    "<a =b>",
    "http://a.cn/?b=1&c=2",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]
    #[test]
    fn tags_are_those_of_the_standard(pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..14)) {
        let text = pieces.concat();
        prop_assert_eq!(ours(&text), theirs(&text), "{:?}", text);
    }

    #[test]
    fn paragraphs_are_all_that_is_passed_over(pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..14)) {
        let text = pieces.concat();
        let others = |mut tags: Vec<Tag>| {
            tags.retain(|(span, ..)| !matches!(&text[span.clone()], "<p>" | "</p>"));
            tags
        };
        prop_assert_eq!(others(tags(&text, true)), others(ours(&text)), "{:?}", text);
    }

    #[test]
    fn damaged_tags_are_those_of_the_standard(text in "[<>/a-c=\"'! &;-]{0,24}") {
        prop_assert_eq!(ours(&text), theirs(&text), "{:?}", text);
    }
}

#[test]
fn text_without_markup_ends_where_the_standard_ends_it() {
    for text in [
        "<script><!--<script></script></script><a>",
        "<script><!--<script></script>--></script><a>",
        "<script><!--<script>--></script><a>",
        "<script><!--><script></script><a>",
        "<script><!--</script><a>--></script><b>",
        "<script><!--<scriptx></script><a>",
        "<script>--></script><a>",
        "<SCRIPT></scrip></scriptx></sCript/><a>",
        "<style><!--</style><a>--></style><b>",
        "<title></titl><a></title\n><b>",
        "<textarea><script></textarea><a>",
        "<plaintext></plaintext><a>",
        "<a><!--><b><!---><c><!--->--><d><!----!><e><!--!><f>--!><g>",
        "<script",
        "<script><!--",
        "<script></script",
    ] {
        assert_eq!(ours(text), theirs(text), "{text}");
    }
}

#[test]
fn every_cut_of_a_post_gives_the_standard_s_tags() {
    let text = "<p class=x>中<a href='/a?b=1&amp;c' id=\"d\">e</a><!-- f --><script>g<!--<script></script>--></script><img src=h/>";
    for end in (0..=text.len()).filter(|&end| text.is_char_boundary(end)) {
        assert_eq!(ours(&text[..end]), theirs(&text[..end]));
        assert_eq!(ours(&text[end..]), theirs(&text[end..]));
    }
}
