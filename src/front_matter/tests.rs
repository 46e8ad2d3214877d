use proptest::prelude::*;

use super::*;

fn root(text: &str) -> Node<'_> {
    let parsed = parse(text);
    assert_eq!(parsed.problems, [], "{text:?}");
    parsed.root.unwrap()
}

/// Every span of a tree.
fn spans<'n>(node: &'n Node<'_>, into: &mut Vec<(Span, &'n str)>) {
    into.push((node.span, "value"));
    match &node.content {
        Content::Sequence(items) => items.iter().for_each(|item| spans(item, into)),
        Content::Mapping(entries) => {
            for entry in entries {
                into.push((entry.key_span, "key"));
                spans(&entry.value, into);
            }
        }
        Content::Scalar(_) | Content::Alias(_) => {}
    }
}

fn check_spans(text: &str) {
    let parsed = parse(text);
    let mut found: Vec<(Span, &str)> = parsed.problems.iter().map(|problem| (problem.span(), "problem")).collect();
    if let Some(root) = &parsed.root {
        spans(root, &mut found);
    }
    for (span, what) in found {
        assert!(text.get(span.range()).is_some(), "the {what} {span:?} of {text:?}");
    }
}

/// What the event parser makes of a block, whatever the short cut makes of it.
fn by_events(text: &str) -> Option<Node<'_>> {
    let Block::Present { fence, yaml, .. } = split::split(text) else { return None };
    events::parse(text, Span::new(fence.start, yaml.end)).ok()
}

#[test]
fn the_seed_takes_the_short_cut_to_the_same_tree() {
    let text = "---\nlayout: post\ntitle: \"稳定劳动关系 为农民工办好实事\"\ndate: 2022-01-17 07:46:06 +0800\ncategories: shamenribao\ntags: 厦门日报新闻\n---\n<p>a</p>\n";
    let Block::Present { yaml, .. } = parse(text).block else { panic!() };
    let short = plain::parse(text, yaml).unwrap();
    assert_eq!(Some(&short), by_events(text).as_ref());
    let Content::Mapping(entries) = &short.content else { panic!() };
    assert_eq!(entries[1].value.span.slice(text), "\"稳定劳动关系 为农民工办好实事\"");
    assert_eq!(entries[1].key_span.slice(text), "title");
    assert_eq!(entries[3].value.style, Style::Plain);
}

#[test]
fn places_are_those_of_the_file() {
    let text = "\u{FEFF}--- \r\ntitle: '它''s'\r\ntags:\r\n- \u{1F389}\r\n- {甲: [乙, \"丙\"]}\r\n---\r\n";
    let root = root(text);
    let mut found = Vec::new();
    spans(&root, &mut found);
    let found: Vec<&str> = found.iter().map(|(span, _)| span.slice(text)).collect();
    let whole = "title: '它''s'\r\ntags:\r\n- \u{1F389}\r\n- {甲: [乙, \"丙\"]}";
    let list = "- \u{1F389}\r\n- {甲: [乙, \"丙\"]}";
    let expected = [
        whole,
        "title",
        "'它''s'",
        "tags",
        list,
        "\u{1F389}",
        "{甲: [乙, \"丙\"]}",
        "甲",
        "[乙, \"丙\"]",
        "乙",
        "\"丙\"",
    ];
    assert_eq!(found, expected);
}

#[test]
fn problems_have_the_parsers_words_and_place() {
    let problem = |text: &str| match parse(text).problems.as_slice() {
        [Problem::Syntax { span, message, reported }] => (span.slice(text).to_owned(), message.clone(), *reported),
        other => panic!("{other:?}"),
    };
    let (at, message, reported) = problem("---\ntitle: 快讯: 上涨\n---\n");
    assert_eq!((&*at, reported), (":", (2, 10)));
    assert_eq!(message, "mapping values are not allowed in this context");
    let (at, message, reported) = problem("---\ntitle: \"a\nb: c\n---\n");
    assert_eq!((&*at, reported), ("\"", (2, 8)));
    assert_eq!(message, "found unexpected end of stream while scanning a quoted scalar");
    let (at, _, reported) = problem("---\ntitle: a\u{0}b\n---\n");
    assert_eq!((&*at, reported), ("\u{0}", (1, 1)));
}

#[test]
fn aliases_are_never_expanded() {
    let root = root("---\na: &x [1, 2]\nb: *x\nc: &y \"12\"\nd: *y\ne: *none\n---\n");
    let Content::Mapping(entries) = &root.content else { panic!() };
    let content = |index: usize| &entries[index].value.content;
    assert_eq!(*content(1), Content::Alias("x".to_owned()));
    assert_eq!(*content(3), Content::Scalar(Scalar::Integer(12)));
    assert_eq!(*content(4), Content::Scalar(Scalar::Null));
    assert_eq!(entries[0].value.properties.as_ref().unwrap().anchor.as_deref(), Some("x"));
}

#[test]
fn only_the_first_document_counts() {
    let root = root("---\na: b\n--- c\n\"\n---\n");
    assert_eq!(root.span, Span::new(4, 8));
}

#[test]
fn an_empty_block_is_nothing_and_no_fault() {
    for text in ["---\n---\n", "---\n\n\n---\n", "---\n# a comment\n---\n"] {
        let parsed = parse(text);
        assert!(parsed.is_readable() && parsed.entries().is_empty(), "{text:?}");
    }
    for text in ["---\na\n---\n", "---\n- a\n---\n", "---\ntitle：a\n---\n", "---\n12\n---\n"] {
        assert!(!parse(text).is_readable(), "{text:?}");
    }
}

#[test]
fn bombs_stop_at_a_limit() {
    let limit = |yaml: &str| match parse(&format!("---\n{yaml}\n---\n")).problems.as_slice() {
        [Problem::Limit { message, .. }] => message.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(limit(&"[".repeat(60_000)), "lists and mappings more than 64 deep");
    assert_eq!(limit(&"{a: ".repeat(15_000)), "lists and mappings more than 64 deep");
    assert_eq!(limit(&"[".repeat(1_000_000)), "more than 64 KiB");
    assert_eq!(limit(&format!("title: {}", "很".repeat(2_000_000))), "more than 64 KiB");
    assert_eq!(limit(&"a: b\n".repeat(10_000)), "more than 10,000 parts");
    assert_eq!(limit(&format!("a: &a x\nb: [{}]", "*a, ".repeat(101))), "more than 100 aliases");
    let bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: &d [*c, *c]\ne: [*d, *d]\n";
    assert_eq!(parse(&format!("---\n{bomb}---\n")).entries().len(), 5);
}

#[test]
fn a_million_lines_are_read_in_passing() {
    let text = format!("---\n{}---\nbody", "a: b\n".repeat(1_000_000));
    let parsed = parse(&text);
    assert!(matches!(parsed.problems.as_slice(), [Problem::Limit { .. }]));
    assert_eq!(parsed.block.body(&text).slice(&text), "body");
}

#[test]
fn a_tag_before_a_comma_is_read_and_no_panic() {
    let root = root("---\ntags: [!a, !b c, {!!str, !<tag:x,y> d}]\n---\n");
    let mut found = Vec::new();
    spans(&root, &mut found);
    assert!(found.iter().any(|(span, _)| *span == Span::new(10, 43)));
}

#[test]
fn blocks_cut_anywhere_are_no_trouble() {
    let text = "---\nlayout: post\ntitle: \"他说：\\\"好\\\" 'x'\"\ntags: [甲, !b, &c {d: *c}]\ntext: >-\n  a\n\n  b\n? [k]\n: v\n---\nbody\n";
    for cut in (0..=text.len()).filter(|cut| text.is_char_boundary(*cut)) {
        check_spans(text.get(..cut).unwrap());
        check_spans(&format!("{}\n---\n", text.get(..cut).unwrap()));
        check_spans(&format!("---\n{}", text.get(cut..).unwrap()));
    }
}

/// Text of the characters that mean something to YAML or to Jekyll, and a few that mean nothing.
fn yaml_like() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[a-z]{1,4}: ",
        4 => Just("\n".to_owned()),
        2 => "[ \t]{1,3}",
        4 => r#"[-?:,\[\]{}#&*!|>'"%@`~<=.+\\/0-9]"#,
        2 => "[a-z0-9中文：，]{1,4}",
        1 => "\\PC",
        1 => prop_oneof![
            Just("\r\n".to_owned()), Just("\u{85}".to_owned()), Just("\u{2028}".to_owned()), Just("\u{FEFF}".to_owned()),
            Just("\u{0}".to_owned()), Just("\u{7F}".to_owned()), Just("\u{A0}".to_owned()), Just("\\x41".to_owned()),
            Just("\\u4e2d".to_owned()), Just("!!str ".to_owned()), Just("!<a>".to_owned()), Just("%YAML 1.1\n".to_owned()),
            Just("--- ".to_owned()), Just("...".to_owned()), Just("<<: ".to_owned()), Just("|2-\n".to_owned()),
        ],
    ];
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

/// Lines such as posts have, with a trap now and then.
fn post_like() -> impl Strategy<Value = String> {
    let key = prop_oneof![
        6 => Just("title".to_owned()), 2 => "[a-zA-Z][a-zA-Z0-9_-]{0,6}", 1 => Just("on".to_owned()), 1 => Just("中".to_owned()),
    ];
    let value = prop_oneof![
        3 => "[a-zA-Z0-9中文 ：:#/._+-]{0,12}",
        3 => "\"[a-zA-Z0-9中文 ：:#'，。-]{0,12}\"",
        1 => "\"[^\r\n]{0,6}\"",
        1 => "\\PC{0,6}",
        1 => Just("2022-01-17 07:46:06 +0800".to_owned()),
        1 => prop_oneof![Just("12:30".to_owned()), Just("~".to_owned()), Just("1_.5".to_owned()), Just("-".to_owned())],
    ];
    let gap = prop_oneof![8 => Just(" "), 1 => Just("  "), 1 => Just(""), 1 => Just("\t")];
    let end = prop_oneof![8 => Just("\n"), 2 => Just("\r\n"), 1 => Just(" \n"), 1 => Just("\n\n"), 1 => Just("\n ")];
    let line = (key, gap, value, end).prop_map(|(key, gap, value, end)| format!("{key}:{gap}{value}{end}"));
    proptest::collection::vec(line, 0..6).prop_map(|lines| lines.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn any_block_is_read_without_panic(yaml in yaml_like(), end in prop_oneof![Just("\n---\n"), Just("---\n"), Just("")]) {
        check_spans(&format!("---\n{yaml}{end}"));
        check_spans(&yaml);
    }

    #[test]
    fn the_short_cut_leads_to_the_same_tree(yaml in post_like()) {
        let text = format!("---\n{yaml}---\n");
        if let Block::Present { yaml, .. } = split::split(&text)
            && let Some(short) = plain::parse(&text, yaml)
        {
            prop_assert_eq!(Some(short), by_events(&text), "{:?}", text);
        }
    }

    #[test]
    fn any_date_is_read_without_panic(text in "[-0-9a-zA-Z:/., +'年\\[\\]]{0,40}", other in any::<String>()) {
        let _ = date::parse(&text);
        let _ = date::parse(&other);
    }

    #[test]
    fn any_scalar_is_typed_without_panic(text in "[-+0-9_,.:eExXbB~aTZ \t]{0,24}", other in any::<String>()) {
        let _ = scalar::guess(Cow::Borrowed(&text));
        let _ = scalar::guess(Cow::Borrowed(&other));
    }
}

#[test]
fn the_keys_that_are_known_are_text() {
    for key in ["title", "date", "tags"] {
        assert_eq!(scalar::guess(Cow::Borrowed(key)), Some(Scalar::Text(Cow::Borrowed(key))));
    }
}
