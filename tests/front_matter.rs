//! Front matter, dates and file names as Jekyll itself reads them.
//!
//! `tests/front_matter/cases.json` holds what is asked, `record.json` what Jekyll answered; `judge.rb` asks.
//! A plain run holds postproof against the record. With `POSTPROOF_JUDGES=1` it asks Jekyll once more, and fails where
//! the record is stale. To renew the record:
//! `ruby tests/front_matter/judge.rb < tests/front_matter/cases.json > tests/front_matter/record.json`

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test of the whole may stop where it stands, and says which answers it used"
)]

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use jiff::tz::TimeZone;
use postproof::document::Kind;
use postproof::extract::Dialect;
use postproof::facts::Reading;
use postproof::finding::Effect;
use postproof::front_matter::{self, Block, Content, Engine, Key, Node, Problem, Scalar, date, post_name};
use postproof::language::Language;
use postproof::rules::{ALL, DocumentSink, FrontMatterSettings, Settings};
use serde_json::{Value, json};

fn file(name: &str) -> String {
    let folder = std::env::var("POSTPROOF_CASES")
        .unwrap_or_else(|_| format!("{}/tests/front_matter", env!("CARGO_MANIFEST_DIR")));
    std::fs::read_to_string(Path::new(&folder).join(name)).unwrap()
}

fn load(name: &str) -> Value {
    serde_json::from_str(&file(name)).unwrap()
}

/// Each case of a kind with Jekyll's answer.
fn answered(kind: &str) -> Vec<(String, Value)> {
    let (cases, record) = (load("cases.json"), load("record.json"));
    let (cases, answers) = (cases[kind].as_array().unwrap().clone(), record[kind].as_array().unwrap().clone());
    assert_eq!(cases.len(), answers.len(), "the record is of other cases; renew it");
    cases.into_iter().map(|case| case.as_str().unwrap().to_owned()).zip(answers).collect()
}

fn report(wrong: &[String], total: usize) {
    assert!(wrong.is_empty(), "{} of {total} differ from Jekyll:\n{}", wrong.len(), wrong.join("\n"));
}

fn zones() -> [(&'static str, TimeZone); 2] {
    [("UTC", TimeZone::UTC), ("Asia/Shanghai", TimeZone::get("Asia/Shanghai").unwrap())]
}

/// What Jekyll says of all cases, under this Ruby.
fn ask(ruby: &OsStr) -> Value {
    let script = format!("{}/tests/front_matter/judge.rb", env!("CARGO_MANIFEST_DIR"));
    let mut ruby = Command::new(ruby).arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let cases = file("cases.json");
    let mut stdin = ruby.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(cases.as_bytes()));
    let output = ruby.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Debian's Jekyll 4 types values by another library; the older one has `SafeYAML`, as GitHub Pages has.
#[test]
fn the_older_jekyll_says_the_same() {
    let asked = std::env::var_os("POSTPROOF_JUDGES").and_then(|_| std::env::var_os("POSTPROOF_JEKYLL3_RUBY"));
    let Some(ruby) = asked else {
        println!("Jekyll 3 was not asked: `.ci/run` unpacks it");
        return;
    };
    let (live, record) = (ask(&ruby), load("record.json"));
    assert_eq!(live["typed"], json!(true), "it has no safe_yaml");
    assert_eq!(live["dates"], record["dates"], "Jekyll 3 reads dates otherwise");
    let [live, record] = [&live, &record].map(|answers| answers["blocks"].as_array().unwrap());
    assert_eq!(live.len(), record.len());
    // The addresses that follow are another test's.
    let said = |answer: &Value| ["split", "syntax", "value", "is_page"].map(|key| answer[key].clone());
    let pairs = live.iter().zip(record).map(|(live, record)| (said(live), said(record)));
    // The libyaml of that release, 0.2.2, ends a tag in brackets elsewhere and has another word in one sentence.
    let is_of_libyaml = |said: &[Value; 4]| {
        let text = said[0].to_string();
        ["[!x, y]", "[!x,]", r"x\n\ttags: y"].iter().any(|odd| text.contains(odd))
    };
    let differ: Vec<_> = pairs.filter(|(live, record)| live != record && !is_of_libyaml(record)).collect();
    assert!(differ.is_empty(), "Jekyll 3 reads {} blocks otherwise: {differ:#?}", differ.len());
}

#[test]
fn the_record_is_not_stale() {
    if std::env::var_os("POSTPROOF_JUDGES").is_none() {
        println!("Jekyll was not asked: its recorded answers were used (POSTPROOF_JUDGES=1 asks it)");
        return;
    }
    let mut live = ask(OsStr::new("ruby"));
    let mut record = load("record.json");
    if live["typed"] == json!(false) {
        println!("this Jekyll has no safe_yaml: types of values were not asked again");
        // What is left of an answer is what does not depend on the types of values.
        for answer in record["blocks"].as_array_mut().unwrap() {
            answer.as_object_mut().unwrap().retain(|key, _| matches!(&**key, "split" | "syntax"));
        }
        record["typed"] = json!(false);
    }
    live["jekyll"] = record["jekyll"].clone();
    assert_eq!(live["dates"], record["dates"], "the record of dates is stale");
    assert_eq!(live["names"], record["names"], "the record of names is stale");
    assert_eq!(live, record, "the record is stale");
}

#[test]
fn the_fences_are_where_jekyll_finds_them() {
    let mut wrong = Vec::new();
    let blocks = answered("blocks");
    for (text, answer) in &blocks {
        let parsed = front_matter::parse(text);
        let found = match parsed.block {
            Block::Present { fence, yaml, body } => {
                json!([&text[fence.start as usize..yaml.end as usize], &text[body as usize..]])
            }
            Block::Missing | Block::Unterminated { .. } => Value::Null,
        };
        if found != answer["split"] {
            wrong.push(format!("{text:?}: {found} and not {}", answer["split"]));
        }
        if answer["is_page"] != json!(front_matter::is_page(text.as_bytes())) {
            wrong.push(format!("{text:?}: is a page? {}", answer["is_page"]));
        }
    }
    report(&wrong, blocks.len());
}

#[test]
fn yaml_is_refused_where_libyaml_refuses_it_and_in_its_words() {
    let mut wrong = Vec::new();
    let blocks = answered("blocks");
    for (text, answer) in blocks.iter().filter(|(_, answer)| !answer["split"].is_null()) {
        let parsed = front_matter::parse(text);
        let found = match parsed.problems.first() {
            Some(Problem::Syntax { message, reported: (line, column), .. }) => {
                json!(format!("(<unknown>): {message} at line {line} column {column}"))
            }
            Some(Problem::Limit { .. }) => continue,
            Some(Problem::Number { .. }) | None => Value::Null,
        };
        if found != answer["syntax"] {
            wrong.push(format!("{text:?}: {found} and not {}", answer["syntax"]));
        }
    }
    report(&wrong, blocks.len());
}

fn typed(node: &Node<'_>) -> Value {
    match &node.content {
        Content::Scalar(scalar) => match scalar {
            Scalar::Null => json!(["nothing"]),
            Scalar::Bool(value) => json!(["bool", value]),
            Scalar::Integer(_) | Scalar::BigInteger(_) => json!(["integer", scalar.to_ruby_string()]),
            Scalar::Float(_) => json!(["float", scalar.to_ruby_string()]),
            Scalar::Date(_) => json!(["date", scalar.to_ruby_string()]),
            Scalar::Time(_) => json!(["time", scalar.to_ruby_string()]),
            Scalar::Text(text) => json!(["text", text]),
        },
        Content::Sequence(items) => json!(["list", items.iter().map(typed).collect::<Vec<_>>()]),
        Content::Mapping(entries) => {
            // Of equal keys the last value counts, at the place of the first.
            let mut pairs: Vec<(String, Value)> = Vec::new();
            for entry in entries {
                let (key, value) = (entry.key.clone().into_owned(), typed(&entry.value));
                match pairs.iter_mut().find(|(known, _)| *known == key) {
                    Some(pair) => pair.1 = value,
                    None => pairs.push((key, value)),
                }
            }
            json!(["map", pairs.into_iter().map(|(key, value)| json!([key, value])).collect::<Vec<_>>()])
        }
        Content::Alias(_) => json!(["alias"]),
    }
}

/// Whether a tree has what is deliberately kept otherwise than SafeYAML keeps it: aliases of lists and mappings are not
/// followed, merge keys are not merged, a null key does not shift the keys after it, and `!binary` is not decoded.
fn has_traps(node: &Node<'_>) -> bool {
    let tag = node.properties.as_ref().and_then(|properties| properties.tag.as_deref());
    if tag.is_some_and(|tag| tag.ends_with("binary")) {
        return true;
    }
    match &node.content {
        Content::Alias(_) => true,
        Content::Scalar(_) => false,
        Content::Sequence(items) => items.iter().any(has_traps),
        Content::Mapping(entries) => entries
            .iter()
            .any(|entry| matches!(entry.kind, Key::Null | Key::Complex) || entry.is("<<") || has_traps(&entry.value)),
    }
}

#[test]
fn values_have_the_types_that_jekyll_gives_them() {
    let mut wrong = Vec::new();
    let blocks = answered("blocks");
    for (text, answer) in blocks.iter().filter(|(_, answer)| !answer["value"].is_null()) {
        let parsed = front_matter::parse(text);
        let found = match (&parsed.root, parsed.problems.first()) {
            (None, Some(Problem::Limit { .. })) => continue,
            (Some(root), _) if has_traps(root) => continue,
            (Some(root), _) => typed(root),
            (None, _) => json!(["fails", "ArgumentError"]),
        };
        // Nothing at all is `false` to SafeYAML where there is no document.
        let is_nothing = found == json!(["nothing"]) && answer["value"] == json!(["bool", false]);
        if found != answer["value"] && !is_nothing {
            wrong.push(format!("{text:?}: {found} and not {}", answer["value"]));
        }
    }
    report(&wrong, blocks.len());
}

#[test]
fn a_post_stops_the_build_or_loses_its_data_where_it_does_in_jekyll() {
    let mut wrong = Vec::new();
    let blocks = answered("blocks");
    for (text, answer) in blocks.iter().filter(|(_, answer)| !answer["post"].is_null()) {
        let parsed = front_matter::parse(text);
        let limited = parsed.problems.iter().any(|problem| matches!(problem, Problem::Limit { .. }));
        if limited || parsed.root.as_ref().is_some_and(has_traps) {
            continue;
        }
        for (name, zone) in zones() {
            let answer = &answer["post"][name];
            let stops = answer["fatal"] == json!("InvalidDateError");
            let read = parsed.get("date").map(|entry| date::read(&entry.value));
            let is_dropped = !parsed.is_readable()
                || parsed.get("categories").is_some_and(|entry| {
                    !matches!(
                        entry.value.content,
                        Content::Scalar(Scalar::Text(_) | Scalar::Null) | Content::Sequence(_) | Content::Alias(_)
                    )
                });
            let is_invalid = matches!(read, Some(date::Date { moment: date::Moment::Invalid(_), .. })) && !is_dropped;
            if stops != is_invalid {
                wrong.push(format!("{text:?} in {name}: {answer}, but {read:?}"));
            }
            let has_permalink = parsed.get("permalink").is_some();
            let day = read.as_ref().and_then(|read| read.day_in(&zone));
            // Ruby writes a year before the first with one digit more.
            if let Some(day) = day.filter(|day| day.year() > 0)
                && !is_dropped
                && !has_permalink
            {
                let address = format!("/{}/", day.strftime("%Y/%m/%d"));
                let url = answer["url"].as_str().unwrap_or_default();
                if !url.contains(&address) {
                    wrong.push(format!("{text:?} in {name}: {url}, but {address}"));
                }
            }
            if is_dropped && parsed.block.fence().is_some() && matches!(parsed.block, Block::Present { .. }) {
                let url = answer["url"].as_str().unwrap_or_default();
                if !url.starts_with("/2026/01/02/2020-01-02-case") {
                    wrong.push(format!("{text:?} in {name}: data dropped? {answer}"));
                }
            }
        }
    }
    report(&wrong, blocks.len());
}

/// Whether a rule says that a file stops the build, under the engine that was asked.
fn is_said_to_stop(path: &str, kind: Kind, text: &str) -> bool {
    let front_matter = FrontMatterSettings { engine: Engine::Jekyll4, ..FrontMatterSettings::default() };
    let settings = Settings { now: jiff::Timestamp::MAX, front_matter, ..Settings::default() };
    let decoded = postproof::text::decode(text.as_bytes());
    let extraction = postproof::extract::Settings::default();
    let reading = Reading::new(&extraction, path.into(), (kind, Dialect::GitHub), text.as_bytes(), &decoded);
    let rules = ALL.iter().filter(|rule| rule.meta().code.as_str().starts_with("FM"));
    let findings = rules.flat_map(|rule| {
        let mut sink = DocumentSink::new(&reading, Language::English);
        rule.check_document(&settings, &reading, &mut sink);
        sink.into_findings()
    });
    findings.into_iter().any(|finding| finding.effect == Effect::BuildAbort)
}

/// Every build that Jekyll stops is announced by a rule, and no other.
#[test]
fn the_rules_say_when_a_build_stops_and_only_then() {
    let mut wrong = Vec::new();
    let blocks = answered("blocks");
    for (text, answer) in &blocks {
        let parsed = front_matter::parse(text);
        let limited = parsed.problems.iter().any(|problem| matches!(problem, Problem::Limit { .. }));
        if limited || parsed.root.as_ref().is_some_and(has_traps) {
            continue;
        }
        let asked = [
            (&answer["post"]["UTC"], is_said_to_stop("_posts/2020-01-02-case.md", Kind::Post, text)),
            (&answer["page"], is_said_to_stop("case.md", Kind::Page, text)),
        ];
        for (answer, said) in asked {
            let stops = !(answer["fatal"].is_null() && answer["fails"].is_null());
            if stops != said {
                wrong.push(format!("{text:?}: {answer}, and the rules say {said}"));
            }
        }
    }
    report(&wrong, blocks.len());
}

#[test]
fn a_page_stops_the_build_where_it_does_in_jekyll() {
    let mut wrong = Vec::new();
    let blocks = answered("blocks");
    for (text, answer) in blocks.iter().filter(|(_, answer)| !answer["page"].is_null()) {
        let parsed = front_matter::parse(text);
        let stops = !answer["page"]["fatal"].is_null();
        let is_no_mapping = parsed.root.is_some() && !parsed.is_readable();
        let empty_permalink = parsed.get("permalink").is_some_and(
            |entry| matches!(&entry.value.content, Content::Scalar(Scalar::Text(text)) if text.is_empty()),
        );
        let limited = parsed.problems.iter().any(|problem| matches!(problem, Problem::Limit { .. }));
        let skipped = limited || parsed.root.as_ref().is_some_and(has_traps);
        if !skipped && stops != (is_no_mapping || empty_permalink) {
            wrong.push(format!("{text:?}: {}", answer["page"]));
        }
    }
    report(&wrong, blocks.len());
}

#[test]
fn dates_are_what_ruby_reads() {
    let mut wrong = Vec::new();
    let dates = answered("dates");
    for (text, answer) in &dates {
        let read = date::parse(text);
        for (name, zone) in zones() {
            let found = match (read.moment, read.instant(&zone)) {
                (date::Moment::Invalid(date::Why::TooGreat), _) => json!("dropped"),
                (date::Moment::Invalid(_), _) => json!("invalid"),
                (date::Moment::OfBuild, _) => json!("of-build"),
                (_, Some(instant)) => json!(instant.as_second()),
                // Years that only Ruby can count.
                (_, None) => continue,
            };
            if found != answer[name] {
                wrong.push(format!("{text:?} in {name}: {found} and not {}: {read:?}", answer[name]));
            }
        }
    }
    report(&wrong, dates.len());
}

#[test]
fn names_of_posts_are_read_as_jekyll_reads_them() {
    let mut wrong = Vec::new();
    let names = answered("names");
    for (name, answer) in &names {
        let read = post_name::read(name, Engine::Jekyll4);
        let skipped = answer["skipped"] == json!(true);
        if skipped != read.is_none() {
            wrong.push(format!("{name:?}: {answer}, but {read:?}"));
        }
        let Some(read) = read else { continue };
        let day = read.day();
        let stops = !answer["fatal"].is_null();
        if stops != matches!(day.moment, date::Moment::Invalid(_)) {
            wrong.push(format!("{name:?}: {answer}, but {day:?}"));
        }
        if let Some(day) = day.day_in(&TimeZone::UTC) {
            let address = format!("/{}/", day.strftime("%Y/%m/%d"));
            if !answer["url"].as_str().unwrap_or_default().starts_with(&address) {
                wrong.push(format!("{name:?}: {answer}, but {address}"));
            }
        }
    }
    report(&wrong, names.len());
}

/// `serde_yaml` stands on the same libyaml: it must accept and refuse the same blocks, but for what it refuses on
/// purpose and Jekyll lets pass.
#[test]
fn a_second_parser_accepts_and_refuses_the_same() {
    let on_purpose = ["duplicate entry", "unknown anchor", "more than one document", "invalid type"];
    let mut wrong = Vec::new();
    let blocks = answered("blocks");
    for (text, answer) in &blocks {
        let Some(yaml) = answer["split"][0].as_str() else { continue };
        let parsed = front_matter::parse(text);
        let refused = parsed.problems.iter().any(|problem| matches!(problem, Problem::Syntax { .. }));
        let second = serde_yaml::from_str::<serde_yaml::Value>(yaml).err().map(|error| error.to_string());
        let differs = match &second {
            Some(error) => !refused && !on_purpose.iter().any(|words| error.contains(words)),
            None => refused,
        };
        if differs {
            wrong.push(format!("{text:?}: {second:?}"));
        }
    }
    report(&wrong, blocks.len());
}

#[test]
fn the_judge_has_enough_to_judge() {
    let cases = load("cases.json");
    let count = |kind: &str| cases[kind].as_array().unwrap().len();
    assert!(count("blocks") >= 60 && count("dates") >= 60 && count("names") >= 20);
}
