//! The Liquid scanner against Liquid itself, with Jekyll's tags.
//!
//! `tests/liquid/record.jsonl` holds texts and what Ruby said of each. A plain `cargo test` goes by the record.
//! With `POSTPROOF_JUDGES=1` Ruby is asked again, and a record that is stale fails; with `POSTPROOF_JUDGES=record` it is
//! written anew. Asked live, Ruby also judges generated texts.
#![expect(clippy::unwrap_used, reason = "a test stops at what it did not expect")]

use std::io::Write as _;
use std::process::{Command, Stdio};

use postproof::extract::liquid::{ProblemKind, scan};
use postproof::text::Span;

const JUDGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/liquid/judge.rb");
const RECORD: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/liquid/record.jsonl");

/// Where the scanner is meant to say something else than the judge, which is Liquid 5 and only parses.
const DIFFERENT: [(&str, &str); 8] = [
    ("{% include %}", "refused when the page is rendered"),
    ("{% include 中.html %}", "refused when the page is rendered"),
    ("{% include a.html, b='c' %}", "refused when the page is rendered"),
    ("{% link %}", "refused when the page is rendered"),
    ("{% # a %}", "not in Liquid 4.0.4"),
    ("{% render 'a' %}", "not in Liquid 4.0.4"),
    ("{% echo a %}", "not in Liquid 4.0.4"),
    ("{% liquid\nassign a = b\n%}", "not in Liquid 4.0.4"),
];

/// What Liquid makes of texts: `ok`, or its complaint.
fn judge(texts: &[String]) -> Vec<String> {
    let mut ruby = Command::new("ruby").arg(JUDGE).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = ruby.stdin.take().unwrap();
    let lines: String = texts.iter().map(|text| serde_json::to_string(text).unwrap() + "\n").collect();
    let writer = std::thread::spawn(move || input.write_all(lines.as_bytes()).unwrap());
    let output = ruby.wait_with_output().unwrap();
    writer.join().unwrap();
    let verdicts: Vec<String> =
        String::from_utf8(output.stdout).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(verdicts.len(), texts.len(), "the judge died");
    verdicts
}

/// The kind of Liquid's complaint.
fn kind_of_verdict(verdict: &str) -> &'static str {
    if verdict == "ok" {
        "ok"
    } else if verdict.contains("was not properly terminated") {
        "unclosed"
    } else if verdict.contains("Unknown tag") {
        // Liquid says so of an end without its block, too.
        "unknown or stray"
    } else if verdict.contains("was never closed") {
        "endless"
    } else if verdict.contains("not a valid delimiter") {
        "endless or stray"
    } else if verdict.contains("Unexpected outer") || verdict.contains("does not expect") {
        "stray"
    } else if verdict.contains("Nesting too deep") {
        "deep"
    } else {
        "syntax"
    }
}

/// The kind of the scanner's first problem.
fn kind_of_scan(text: &str) -> &'static str {
    let liquid = scan(&[], text, Span::of(0..text.len()));
    match liquid.problems.first().map(|problem| &problem.kind) {
        None => "ok",
        Some(ProblemKind::UnclosedOutput | ProblemKind::UnclosedTag | ProblemKind::NamelessTag) => "unclosed",
        Some(ProblemKind::UnknownTag(_)) => "unknown",
        Some(ProblemKind::StrayTag(_)) => "stray",
        Some(ProblemKind::UnclosedBlock(_)) => "endless",
        Some(ProblemKind::Syntax(_)) => "syntax",
        Some(ProblemKind::TooDeep) => "deep",
    }
}

/// The texts about which the scanner and Liquid differ.
fn differences(texts: &[String], verdicts: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for (text, verdict) in texts.iter().zip(verdicts) {
        let (expected, scanned) = (kind_of_verdict(verdict), kind_of_scan(text));
        let is_meant = DIFFERENT.iter().any(|(known, _)| known == text);
        if expected.contains(scanned) == is_meant {
            found.push(format!("{text:?}: Liquid says {verdict}, the scanner {scanned}"));
        }
    }
    found
}

#[test]
fn the_scanner_says_what_liquid_says() {
    let record = std::fs::read_to_string(RECORD).unwrap();
    let recorded: Vec<(String, String)> = record.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (texts, mut verdicts): (Vec<String>, Vec<String>) = recorded.into_iter().unzip();
    assert!(texts.len() >= 120);
    match std::env::var("POSTPROOF_JUDGES").as_deref() {
        Ok("record") => {
            verdicts = judge(&texts);
            let lines = texts.iter().zip(&verdicts).map(|pair| serde_json::to_string(&pair).unwrap() + "\n");
            std::fs::write(RECORD, lines.collect::<String>()).unwrap();
            println!("judged by Ruby, and recorded");
        }
        Ok("1") => {
            let live = judge(&texts);
            for ((text, recorded), live) in texts.iter().zip(&verdicts).zip(&live) {
                assert_eq!(recorded, live, "the record is stale at {text:?}");
            }
            println!("judged by Ruby: {} texts", texts.len());
        }
        _ => println!("judged by the record: {} texts", texts.len()),
    }
    let found = differences(&texts, &verdicts);
    assert!(found.is_empty(), "{} differences:\n{}", found.len(), found.join("\n"));
}

#[test]
fn the_scanner_says_what_liquid_says_of_generated_texts() {
    if std::env::var("POSTPROOF_JUDGES").is_err() {
        println!("not judged: set POSTPROOF_JUDGES=1");
        return;
    }
    let texts = generated(5000);
    let found = differences(&texts, &judge(&texts));
    println!("judged by Ruby: {} generated texts", texts.len());
    assert!(found.is_empty(), "{} differences:\n{}", found.len(), found.join("\n"));
}

/// Texts of pieces that matter to Liquid, always the same.
fn generated(count: usize) -> Vec<String> {
    const PIECES: [&str; 40] = [
        "{{",
        "}}",
        "{%",
        "%}",
        "{",
        "}",
        "%",
        "-",
        " ",
        "\n",
        "a",
        "中",
        "{{ a }}",
        "{% if a %}",
        "{% endif %}",
        "{% else %}",
        "{% raw %}",
        "{% endraw %}",
        "{% comment %}",
        "{% endcomment %}",
        "{% for a in b %}",
        "{% endfor %}",
        "{% case a %}",
        "{% when b %}",
        "{% endcase %}",
        "{% elsif a %}",
        "{% nobody %}",
        "{% assign a = b %}",
        "{%- if a -%}",
        "{%- endif -%}",
        "{% capture a %}",
        "{% endcapture %}",
        "{% highlight a %}",
        "{% endhighlight %}",
        "if",
        "endraw",
        "'",
        "\"",
        "|",
        "{% unless a %}{% endunless %}",
    ];
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = |bound: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % bound as u64).unwrap()
    };
    let mut text = || (0..=next(9)).filter_map(|_| PIECES.get(next(PIECES.len())).copied()).collect();
    (0..count).map(|_| text()).collect()
}
