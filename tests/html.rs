//! The HTML report: its structure, its policy and its escaping by a parser of HTML, and its use in a real browser.
//!
//! `POSTPROOF_JUDGES=1` drives headless Chromium over the same pages and fails where the record of what it saw is stale;
//! `POSTPROOF_JUDGES=record` writes the record, and screenshots beside the build (`target/html`).

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    reason = "a test that cannot go on fails"
)]

#[path = "html/browser.rs"]
mod browser;
#[path = "html/page.rs"]
mod page;
#[path = "html/reports.rs"]
mod reports;
#[expect(dead_code, reason = "every test binary takes what it needs of it")]
#[path = "support/web/mod.rs"]
mod web;

use std::collections::BTreeSet;

use page::Page;
use postproof::finding::{Applicability, Edit, Fix};
use postproof::language::{Language, Message};
use postproof::report::{Context, Format as _, Html, Report};
use postproof::text::Span;
use postproof::text::secret::mask;
use scraper::{ElementRef, Selector};
use serde_json::Value;

fn written(report: &Report, language: Language, source: &(dyn Fn(&str) -> Option<Vec<u8>> + Sync)) -> String {
    let mut context = Context::new(source, mask);
    context.language = language;
    let mut out = Vec::new();
    Html.write(report, &context, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Every kind of page that the tests look at, by name.
fn pages() -> Vec<(&'static str, Page)> {
    let page = |report: &Report, language, source: &(dyn Fn(&str) -> Option<Vec<u8>> + Sync)| {
        Page::parse(&written(report, language, source))
    };
    vec![
        ("small, English", page(&reports::large(500), Language::English, &reports::large_source)),
        ("small, Chinese", page(&reports::large(500), Language::Chinese, &reports::large_source)),
        ("nothing wrong", page(&reports::large(0), Language::English, &reports::large_source)),
        ("hostile", page(&reports::hostile(), Language::English, &reports::hostile_source)),
        ("sources that are gone", page(&reports::large(50), Language::Chinese, &|_| None)),
    ]
}

#[test]
fn every_page_is_one_file_that_loads_nothing() {
    for (name, page) in pages() {
        for forbidden in [
            "[src]",
            "link",
            "base",
            "iframe",
            "object",
            "embed",
            "img",
            "form[action]",
            "[style]",
            "meta[http-equiv=refresh]",
        ] {
            assert_eq!(page.count(forbidden), 0, "{name}: {forbidden}");
        }
        for link in page.all("a[href]") {
            let href = link.attr("href").unwrap();
            let is_safe = ["#", "http://", "https://"].iter().any(|begin| href.starts_with(begin));
            assert!(is_safe, "{name}: {href}");
        }
        let handlers =
            page.all("*").flat_map(|element| element.value().attrs()).filter(|(name, _)| name.starts_with("on"));
        assert_eq!(handlers.count(), 0, "{name}");
    }
}

#[test]
fn the_policy_allows_the_pages_own_style_and_scripts_and_nothing_else() {
    for (name, page) in pages() {
        let policy = page.one("meta[http-equiv=Content-Security-Policy]").attr("content").unwrap().to_owned();
        let scripts: Vec<String> =
            page.all("script:not([type])").map(|script| page::digest(&raw_text(script))).collect();
        let styles: Vec<String> = page.all("style").map(|style| page::digest(&raw_text(style))).collect();
        assert_eq!((scripts.len(), styles.len()), (2, 1), "{name}");
        let expected = format!(
            "default-src 'none'; style-src {}; script-src {}; base-uri 'none'; form-action 'none'",
            styles.join(" "),
            scripts.join(" ")
        );
        assert_eq!(policy, expected, "{name}");
        // It must stand before everything that it is to hold.
        let first = page.all("head > meta, head > style, head > script").nth(1).unwrap();
        assert_eq!(first.attr("http-equiv"), Some("Content-Security-Policy"), "{name}");
    }
}

#[test]
fn every_page_can_be_read_by_its_structure() {
    for (name, page) in pages() {
        for (what, count) in
            [("h1", 1), ("header", 1), ("main", 1), ("footer", 1), ("html[lang]", 1), ("head > title", 1)]
        {
            assert_eq!(page.count(what), count, "{name}: {what}");
        }
        let ids: Vec<&str> = page.all("[id]").filter_map(|element| element.attr("id")).collect();
        let distinct: BTreeSet<&str> = ids.iter().copied().collect();
        assert_eq!(ids.len(), distinct.len(), "{name}: an id stands twice");
        for element in page.all("[aria-labelledby]") {
            assert!(distinct.contains(element.attr("aria-labelledby").unwrap()), "{name}");
        }
        assert_eq!(page.all("th").filter(|head| head.attr("scope").is_none()).count(), 0, "{name}");
        for picture in page.all("svg") {
            let is_said = picture.attr("aria-hidden") == Some("true")
                || picture.attr("aria-label").is_some_and(|label| label.len() > 4);
            assert!(is_said, "{name}: a picture says nothing");
        }
        let levels: Vec<u32> =
            page.all("h1, h2, h3, h4").map(|heading| heading.value().name()[1..].parse().unwrap()).collect();
        assert!(
            levels.windows(2).all(|two| two[1] <= two[0] + 1),
            "{name}: a level of headings is skipped: {levels:?}"
        );
        assert!(page.without_data < 300_000, "{name}: {} bytes without the data", page.without_data);
    }
}

#[test]
fn a_document_without_scripts_has_an_answer_and_examples_of_each_rule() {
    let page = Page::parse(&written(&reports::large(500), Language::English, &reports::large_source));
    assert_eq!(page.text("h1"), "The archive needs mending.");
    assert!(
        page.text(".answer").contains("500 findings") || page.text(".answer").contains("errors"),
        "{}",
        page.text(".answer")
    );
    let codes: BTreeSet<String> = page.all(".group h4 code").map(text_of).collect();
    assert_eq!(codes.len(), reports::RULES);
    for group in page.all(".group") {
        let examples = group.select(&Selector::parse("li").unwrap()).count();
        assert!((1..=3).contains(&examples));
        let command = text_of(group.select(&Selector::parse(".command").unwrap()).next().unwrap());
        assert!(command.starts_with("postproof explain "), "{command}");
    }
    assert!(page.all(".group mark").any(|mark| text_of(mark) == "[wrong](a b)"));
    assert_eq!(page.count("#f-live[hidden]"), 1);
    assert!(page.text(".static .note").contains("health.json"));
    // What pictures link to is there for those who have no scripts.
    for rule in page.all(".bars a[href^='#rule=']") {
        let id = &rule.attr("href").unwrap()[1..];
        assert_eq!(page.all("[id]").filter(|element| element.attr("id") == Some(id)).count(), 1, "{id}");
    }
}

#[test]
fn the_answer_tells_since_when_and_what_changed() {
    let page = Page::parse(&written(&reports::large(500), Language::English, &reports::large_source));
    assert!(page.text(".answer").contains("It has been so since 2022-01-10 00:00."), "{}", page.text(".answer"));
    assert_eq!(page.text("#changes"), "Since the run of 2022-01-17 00:00");
    assert!(page.text(".answer").contains("7 new, 1 healed."));
    assert!(page.text(".answer details").contains("gone.md"));
    assert_eq!(page.count(".plot path"), 2);
    let healthy = Page::parse(&written(&reports::large(0), Language::Chinese, &reports::large_source));
    assert_eq!(healthy.text("h1"), "档案状况良好。");
    assert!(healthy.text(".answer").contains("没有更早的记录"));
    assert_eq!((healthy.count("#f-live"), healthy.count(".plot path")), (0, 0));
}

#[test]
fn what_the_baseline_knows_is_marked_and_told() {
    let report = reports::half_known(500);
    let page = Page::parse(&written(&report, Language::English, &reports::large_source));
    let told = format!("The baseline knows {} findings of them; these do not count.", report.summary.known);
    assert!(page.text(".answer").contains(&told), "{}", page.text(".answer"));
    let fresh = page.data["findings"]["fresh"].as_array().unwrap();
    let fresh = fresh.iter().filter(|fresh| fresh.as_u64() == Some(1)).count() as u64;
    assert_eq!((&page.data["has_known"], 500 - fresh), (&Value::Bool(true), report.summary.known));
    assert!(report.summary.known > 100 && fresh > 100);
    // Examples are of what is new where something is.
    assert_eq!(page.count(".group .b-known"), 0);
    let all = Page::parse(&written(&reports::all_known(30), Language::Chinese, &reports::large_source));
    assert_eq!(all.text(".group .b-known"), "已知");
    assert_eq!(all.text("h1"), "档案状况良好。");
}

#[test]
fn a_run_over_changes_says_so_and_findings_show_their_other_places_and_mending() {
    let mut report = reports::large(3);
    report.run.since = Some("main~3".into());
    let finding = &mut report.findings[1].finding;
    finding.see_in("old_post/x.md".into(), Span::new(0, 1), Message::marked("nearly the same"));
    let edits = vec![Edit { span: finding.span, text: "a%20b".into() }];
    finding.fix(Fix { applicability: Applicability::Safe, title: Message::marked("write `%20`"), edits });
    let page = Page::parse(&written(&report, Language::English, &reports::large_source));
    assert!(page.text(".answer").contains("Only what changed since main~3 was judged"), "{}", page.text(".answer"));
    let texts = |list: &Value| -> Vec<String> {
        let numbers = list.as_array().unwrap().iter();
        numbers
            .map(|n| page.data["strings"][usize::try_from(n.as_u64().unwrap()).unwrap()].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(texts(&page.data["related"]["1"]), ["old_post/x.md:1:1", "nearly the same"]);
    assert_eq!(texts(&page.data["fixes"]["1"]), ["write `%20`", "a%20b"]);
    assert!(page.data["fixes"].get("0").is_none());
}

#[test]
fn hostile_text_stays_text() {
    let page = Page::parse(&written(&reports::hostile(), Language::English, &reports::hostile_source));
    let plain = Page::parse(&written(&reports::tame(), Language::English, &reports::hostile_source));
    let shape = |page: &Page| page.all("*").map(|element| element.value().name().to_owned()).collect::<Vec<_>>();
    let tags: BTreeSet<String> = shape(&page).into_iter().collect();
    assert_eq!(tags, shape(&plain).into_iter().collect::<BTreeSet<_>>(), "foreign elements");
    assert!(!page.raw.contains("<script>globalThis.evil") && !page.raw.contains("<img"), "markup got through");
    assert!(page.text("body").contains("<script>globalThis.evil"), "it is not there as text either");
    let data = serde_json::to_string(&page.data).unwrap();
    assert!(data.contains("</script><script>"), "the data do not hold what was said");
    for secret in ["u:p@", "hunter2"] {
        assert!(!page.raw.contains(secret), "{secret}");
    }
    for hidden in ['\u{202e}', '\u{1b}', '\u{7}'] {
        assert!(!page.raw.contains(hidden) && !data.contains(hidden), "{hidden:?}");
    }
}

#[test]
fn the_data_are_columns_of_one_length_over_one_table_of_texts() {
    for (name, page) in pages() {
        let texts = page.data["strings"].as_array().unwrap().len() as u64;
        assert_eq!(page.data["strings"][0], "", "{name}");
        for table in ["findings", "addresses"] {
            let columns = page.data[table].as_object().unwrap();
            let lengths: BTreeSet<usize> = columns.values().map(|column| column.as_array().unwrap().len()).collect();
            assert_eq!(lengths.len(), 1, "{name}: {table}");
        }
        for column in ["path", "message", "help", "url", "host", "category", "month", "source"] {
            let numbers = page.data["findings"][column].as_array().unwrap();
            assert!(numbers.iter().all(|number| number.as_u64().unwrap() < texts), "{name}: {column}");
        }
    }
}

#[test]
fn a_page_of_too_many_findings_holds_the_worst_and_says_so() {
    let report = reports::large(100_400);
    let raw = written(&report, Language::English, &reports::large_source);
    assert!(raw.contains("The page holds the worst 100,000 of 100,400"));
    // A parser of HTML takes long for so many, and the data are one line of JSON.
    let (before, rest) = raw.split_once(r#"<script type="application/json" id="data">"#).unwrap();
    let (data, behind) = rest.split_once("</script>").unwrap();
    assert!(before.len() + behind.len() < 300_000);
    let data: Value = serde_json::from_str(data).unwrap();
    let severities = data["findings"]["severity"].as_array().unwrap();
    assert_eq!(severities.len(), 100_000);
    let infos = severities.iter().filter(|severity| severity.as_u64() == Some(0)).count() as u64;
    assert_eq!(report.summary.infos - infos, 400, "only infos were left out");
}

fn text_of(element: ElementRef<'_>) -> String {
    element.text().collect::<String>().trim().to_owned()
}

/// The text of a script or style as it stands there; `inner_html` would escape it.
fn raw_text(element: ElementRef<'_>) -> String {
    element.text().collect()
}
