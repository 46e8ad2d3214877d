//! Links of GitHub's Markdown against GitHub's own parser, `cmark-gfm`.
//!
//! `tests/github/record.jsonl` holds texts and the HTML that it makes of each. A plain `cargo test` goes by the record.
//! With `POSTPROOF_JUDGES=1` cmark-gfm is asked again, a record that is stale fails, and generated texts are judged, too;
//! with `POSTPROOF_JUDGES=record` the record is written anew.
#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use std::io::Write as _;
use std::process::{Command, Stdio};

use postproof::extract::{Dialect, Settings, extract};
use postproof::text::Span;

const RECORD: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/github/record.jsonl");

/// Where we are meant to say something else.
const DIFFERENT: [(&str, &str); 1] = [("a@b.c http://d.e", "addresses of mail that have no brackets are left out")];

fn render(text: &str) -> String {
    let mut cmark = Command::new("cmark-gfm")
        .args(["--unsafe", "-e", "table", "-e", "strikethrough", "-e", "autolink", "-e", "tasklist"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    cmark.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    String::from_utf8(cmark.wait_with_output().unwrap().stdout).unwrap()
}

/// The destinations, without percent signs, and the texts of links.
fn links(dialect: Dialect, text: &str) -> Vec<(String, String)> {
    let found = extract(&Settings::default(), dialect, text, Span::of(0..text.len())).links;
    found.iter().map(|link| (decoded(&link.destination), link.text.to_string())).collect()
}

/// cmark-gfm writes what is not ASCII with percent signs.
fn decoded(destination: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), destination);
    while let Some((before, behind)) = rest.split_once('%') {
        bytes.extend(before.bytes());
        let code = behind.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(code.unwrap_or(b'%'));
        rest = if code.is_some() { behind.get(2..).unwrap() } else { behind };
    }
    bytes.extend(rest.bytes());
    String::from_utf8_lossy(&bytes).into_owned()
}

fn differences(pairs: &[(String, String)]) -> Vec<String> {
    let mut found = Vec::new();
    for (text, html) in pairs {
        let (ours, theirs) = (links(Dialect::GitHub, text), links(Dialect::Html, html));
        let is_meant = DIFFERENT.iter().any(|(known, _)| known == text);
        if (ours == theirs) == is_meant {
            found.push(format!("{text:?}: cmark-gfm says {theirs:?}, we say {ours:?}"));
        }
    }
    found
}

#[test]
fn links_are_those_of_github() {
    let record = std::fs::read_to_string(RECORD).unwrap();
    let mut pairs: Vec<(String, String)> = record.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(pairs.len() >= 150);
    match std::env::var("POSTPROOF_JUDGES").as_deref() {
        Ok("record") => {
            for (text, html) in &mut pairs {
                *html = render(text);
            }
            let lines = pairs.iter().map(|pair| serde_json::to_string(pair).unwrap() + "\n");
            std::fs::write(RECORD, lines.collect::<String>()).unwrap();
            println!("judged by cmark-gfm, and recorded");
        }
        Ok("1") => {
            for (text, html) in &pairs {
                assert_eq!(*html, render(text), "the record is stale at {text:?}");
            }
            println!("judged by cmark-gfm: {} texts", pairs.len());
        }
        _ => println!("judged by the record: {} texts", pairs.len()),
    }
    let found = differences(&pairs);
    assert!(found.is_empty(), "{} differences:\n{}", found.len(), found.join("\n"));
}

#[test]
fn links_of_generated_texts_are_those_of_github() {
    if std::env::var("POSTPROOF_JUDGES").is_err() {
        println!("not judged: set POSTPROOF_JUDGES=1");
        return;
    }
    let pairs: Vec<(String, String)> = generated(2000).into_iter().map(|text| (text.clone(), render(&text))).collect();
    println!("judged by cmark-gfm: {} generated texts", pairs.len());
    let found = differences(&pairs);
    assert!(found.is_empty(), "{} differences:\n{}", found.len(), found.join("\n"));
}

/// Texts of pieces that matter to links, always the same. Bare addresses are not among them: behind one everything up to
/// the next space is part of it to GitHub, Chinese and links too, and to us it is not. Nor are open comments: cmark-gfm
/// still has CommonMark 0.29's, in which no `--` may stand.
fn generated(count: usize) -> Vec<String> {
    const PIECES: &str = concat!(
        "[¦]¦(¦)¦<¦>¦!¦*¦**¦_¦`¦~~¦|¦\\¦\"¦'¦ ¦\n¦\n\n¦    ¦# ¦> ¦- ¦1. ¦中¦。¦a¦b.c¦&¦;¦&amp;¦&copy;¦",
        "[a](b)¦[a](//b.c/d e)¦[a](<b c>)¦[a](b \"t\")¦[a]¦[a][]¦[b][a]¦\n\n[a]: /b 't'\n\n¦![¦](¦](/x)¦",
        "<http://a.b>¦<a href=\"b\">¦</a>¦<img src=a alt=b>¦<div>¦</div>¦<!-- x -->¦<p¦",
        "| a | [b](c) |\n|-|-|\n¦```\n¦\n***\n¦\n---\n¦<span>",
    );
    let pieces: Vec<&str> = PIECES.split('¦').collect();
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = |bound: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % bound as u64).unwrap()
    };
    let mut text = || (0..=next(9)).filter_map(|_| pieces.get(next(pieces.len())).copied()).collect();
    (0..count).map(|_| text()).collect()
}
