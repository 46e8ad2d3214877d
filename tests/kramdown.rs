//! Our scanner against the real kramdown.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::too_many_lines,
    reason = "a test may stop where it stands, and a grammar is one long list"
)]

#[path = "kramdown/cases.rs"]
mod cases;
#[path = "kramdown/generator.rs"]
mod generator;
#[path = "kramdown/judge.rs"]
mod judge;
#[path = "kramdown/page.rs"]
mod page;
#[path = "kramdown/slow.rs"]
mod slow;

use std::collections::BTreeMap;

use cases::Case;
use judge::Judge;
use page::{Seen, options, printed, same, scanned};
use postproof::extract::kramdown::{self, Options};
use postproof::text::Span;
use serde_json::Value;

/// Whether Ruby is asked, and not the record.
fn is_live() -> bool {
    std::env::var("POSTPROOF_JUDGES").is_ok_and(|value| value == "1")
}

/// Whether a text is one of a kind.
type Applies = fn(&str) -> bool;

/// Why a text may differ: what we know of and do not follow.
const EXCUSES: [(&str, Applies); 10] = [
    ("HTML that is handed through and leaves a browser inside a tag, a comment or an element", |text| {
        ["{::nomarkdown", "<!-->", "<!--->", "--!>"].iter().any(|mark| text.contains(mark))
            || (text.contains("{::comment") && text.contains("--"))
    }),
    ("an abbreviation that braces give an id to: each of its places gets that id", |text| {
        text.contains("*[") && text.contains("{:")
    }),
    ("a setting inside text: kramdown applies it again each time that it parses the text anew", |text| {
        text.contains("{::options parse_span")
    }),
    ("a reference to a character that an escape puts together", |text| text.contains("&\\")),
    ("the code and the empty cells in an HTML link are part of its text", |text| {
        let blocks = ["markdown=\"1\"", "markdown=\"block\"", "parse_block_html"];
        text.contains("<a")
            && blocks.iter().any(|mark| text.contains(mark))
            && ["|", "    ", "\t", "~~~", "```"].iter().any(|mark| text.contains(mark))
    }),
    ("a formula that braces give attributes to: kramdown prints what is in it without escaping it", |text| {
        text.contains("$${:")
    }),
    ("a table of contents repeats the images, elements and ids that stand in headings", |text| {
        text.contains("{:toc") && ["![", "<", "{:#", "{: "].iter().any(|mark| text.contains(mark))
    }),
    (
        "a comment, a script or a style in an element whose content a browser reads as text up to its first end tag",
        |text| {
            ["<textarea", "<iframe", "<title", "<xmp"].iter().any(|name| {
                let inner = text.find(name).map_or("", |at| &text[at..]);
                ["<!--", "<script", "<style", "<?"].iter().any(|mark| inner.contains(mark))
            })
        },
    ),
    (
        "an end tag of a script or style with more than its name in it: a browser takes it for one, and kramdown does not",
        |text| {
            ["</style", "</script"].iter().any(|end| {
                text.match_indices(end).any(|(at, _)| {
                    let rest = &text[at + end.len()..];
                    rest.starts_with(|c: char| c.is_whitespace() || c == '/') && !rest.trim_start().starts_with('>')
                })
            })
        },
    ),
    ("a self-closed element whose content a browser reads as text up to an end tag that never comes", |text| {
        ["textarea", "iframe", "script", "style", "xmp", "title", "a"].iter().any(|name| {
            text.match_indices(&format!("<{name}"))
                .any(|(at, _)| text[at..].split('>').next().unwrap_or("").trim().ends_with('/'))
        })
    }),
];

/// The first reason that there may be for a difference.
fn excuse(text: &str) -> Option<&'static str> {
    let text = text.to_lowercase();
    EXCUSES.iter().find(|(_, applies)| applies(&text)).map(|(why, _)| *why)
}

fn is_excused(text: &str) -> bool {
    excuse(text).is_some()
}

/// What kramdown and we see, where that is not the same for any reason.
fn unlike(judge: &mut Judge, text: &str, settings: &Value) -> Option<(Seen, Seen)> {
    let html = judge.ask(text, settings).ok()?;
    let (theirs, ours) = (printed(&html), scanned(text, &options(settings)));
    if same(text, &theirs, &ours) { None } else { Some((theirs, ours)) }
}

/// The same, where no reason for it is known.
fn differs(judge: &mut Judge, text: &str, settings: &Value) -> Option<(Seen, Seen)> {
    unlike(judge, text, settings).filter(|_| !is_excused(text))
}

/// Makes a text that differs as short as it can be.
fn minimised(judge: &mut Judge, text: &str, settings: &Value) -> String {
    let mut text: Vec<char> = text.chars().collect();
    let mut width = text.len().div_ceil(2).max(1);
    loop {
        let mut at = 0;
        let mut shorter = false;
        while at < text.len() {
            let mut candidate = text.clone();
            candidate.drain(at..(at + width).min(text.len()));
            if differs(judge, &candidate.iter().collect::<String>(), settings).is_some() {
                text = candidate;
                shorter = true;
            } else {
                at += width;
            }
        }
        if width == 1 && !shorter {
            return text.into_iter().collect();
        }
        width = if shorter { width } else { (width / 2).max(1) };
    }
}

#[test]
fn the_cases_have_the_links_that_kramdown_prints() {
    let mode = std::env::var("POSTPROOF_JUDGES").unwrap_or_default();
    let mut cases = cases::recorded();
    if mode == "record" {
        cases = cases::judged(cases);
        cases::write(&cases);
    }
    let mut faults = Vec::new();
    if mode == "1" {
        let judged = cases::judged(cases::recorded());
        for (case, judged) in cases.iter().zip(&judged) {
            if case.html != judged.html {
                faults.push(format!("{}: the record is stale; write it anew with POSTPROOF_JUDGES=record", case.name));
            }
        }
    }
    println!("{} cases against {}", cases.len(), if mode.is_empty() { "the record" } else { "kramdown itself" });
    let answered = cases.iter().filter(|case| case.html.is_some()).count();
    assert!(answered >= 900, "{answered} cases have an answer: write the record anew with POSTPROOF_JUDGES=record");
    let mut excused = 0;
    for case in &cases {
        let Some(html) = &case.html else { continue };
        let (theirs, ours) = (printed(html), scanned(&case.text, &options(&case.settings)));
        if same(&case.text, &theirs, &ours) {
            continue;
        }
        if is_excused(&case.text) {
            excused += 1;
            continue;
        }
        let Case { name, text, settings, .. } = case;
        faults.push(format!("{name}: {text:?} {settings}\n  kramdown: {theirs:?}\n  ours:     {ours:?}"));
    }
    println!("{excused} differ for a reason that is known");
    assert!(faults.is_empty(), "{} cases differ:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn texts_of_a_grammar_have_the_links_that_kramdown_prints() {
    if !is_live() {
        println!("the judge was not asked: set POSTPROOF_JUDGES=1");
        return;
    }
    let number = |name: &str| std::env::var(name).ok().and_then(|value| value.parse().ok());
    let count = number("POSTPROOF_FUZZ").unwrap_or(20_000_u64);
    let first = number("POSTPROOF_SEED").unwrap_or(0_u64);
    let most = number("POSTPROOF_SHOW").unwrap_or(20_u64);
    let known: Vec<String> = cases::recorded().into_iter().map(|case| case.text).collect();
    let mut judge = Judge::start();
    let (mut failures, mut excused) = (0, BTreeMap::<&str, u64>::new());
    for seed in first..first + count {
        let (text, settings) = (generator::text(seed, &known), generator::options(seed));
        if unlike(&mut judge, &text, &settings).is_none() {
            continue;
        }
        if let Some(why) = excuse(&text) {
            *excused.entry(why).or_default() += 1;
            continue;
        }
        failures += 1;
        if failures <= most {
            let short = minimised(&mut judge, &text, &settings);
            if let Some((theirs, ours)) = differs(&mut judge, &short, &settings) {
                println!("seed {seed}: {short:?} {settings}\n  kramdown: {theirs:?}\n  ours:     {ours:?}");
            }
        }
        if failures >= most * 10 {
            println!("stopped at seed {seed}");
            break;
        }
    }
    println!("{failures} of {count} texts differ, and {} for a reason that is known:", excused.values().sum::<u64>());
    for (why, texts) in excused {
        println!("{texts:>8} {why}");
    }
    assert_eq!(failures, 0);
}

/// How much work a byte may take: blocks that lie in one another are copied up to a hundred times.
const MOST: u64 = 256;

/// How much work each text takes, and how long it is.
fn work(length: usize) -> Vec<(String, u64, usize)> {
    let steps = |text: &str| kramdown::page(&Options::default(), text, Span::of(0..text.len())).steps;
    slow::texts(length).chain(slow::nested(length)).map(|(name, text)| (name, steps(&text), text.len())).collect()
}

#[test]
fn twice_the_text_is_twice_the_work() {
    for ((name, once, length), (_, twice, _)) in work(8_000).into_iter().zip(work(16_000)) {
        assert!(twice <= once * 5 / 2 + 1000, "{name}: {once} steps, {twice} for twice the text");
        assert!(once <= MOST * length as u64, "{name}: {once} steps for {length} bytes");
    }
}

#[test]
fn a_million_marks_are_read() {
    for mark in ["[", "<", "*", "|", "{", ">"] {
        let text = mark.repeat(1_000_000 / mark.len());
        let found = kramdown::page(&Options::default(), &text, Span::of(0..text.len()));
        assert!(found.steps <= MOST * 1_000_000, "{mark}: {} steps", found.steps);
    }
}
