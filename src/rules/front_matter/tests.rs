//! The rules together: one cause, one finding.

use jiff::tz::TimeZone;

use super::FrontMatterSettings;
use crate::finding::{Applicability, Effect, Finding};
use crate::rules::testing::findings;
use crate::rules::{ALL, Settings};

const PATH: &str = "_posts/2022-01-17-a.md";

fn settings() -> Settings {
    let time_zone = TimeZone::get("Asia/Shanghai").ok();
    Settings {
        now: "2026-01-01T00:00:00Z".parse().unwrap(),
        front_matter: FrontMatterSettings { time_zone, ..Default::default() },
        ..Settings::default()
    }
}

fn all(path: &str, bytes: &[u8]) -> Vec<Finding> {
    let rules = ALL.iter().filter(|rule| rule.meta().code.as_str().starts_with("FM"));
    rules.flat_map(|rule| findings(*rule, &settings(), path, bytes)).collect()
}

fn codes(path: &str, text: &str) -> Vec<&'static str> {
    all(path, text.as_bytes()).iter().map(|finding| finding.meta.code.as_str()).collect()
}

/// A healthy post with some of its lines replaced; an empty replacement takes the line out.
fn post(changes: &[(&str, &str)]) -> String {
    let mut text = String::from("---\n");
    let healthy = [
        ("layout", "layout: post\n"),
        ("title", "title: \"稳定 关系\"\n"),
        ("date", "date: 2022-01-17 07:46:06 +0800\n"),
        ("categories", "categories: shamenribao\n"),
        ("tags", "tags: 厦门日报新闻\n"),
    ];
    for (key, line) in healthy {
        let change = changes.iter().find(|(changed, _)| *changed == key);
        text.push_str(change.map_or(line, |(_, line)| line));
    }
    text + "---\n<p>a</p>\n"
}

#[test]
fn a_healthy_post_has_no_finding() {
    assert_eq!(codes(PATH, &post(&[])), [""; 0]);
    assert_eq!(codes("category/shamenribao.html", "---\nlayout: category\ntitle: 厦门日报新闻\n---\n"), [""; 0]);
    assert_eq!(codes("readme.md", "# Read me\n"), [""; 0]);
}

#[test]
fn one_cause_gives_one_finding() {
    let cases: &[(&str, &str, &[&str])] = &[
        ("layout", "", &["FM006"]),
        ("layout", "layout:\n", &["FM007"]),
        ("layout", "Layout: post\n", &["FM017"]),
        ("layout", "layout: [post]\n", &["FM005"]),
        ("title", "title: \"\"\n", &["FM007"]),
        ("title", "title: ~\n", &["FM007"]),
        ("title", "title: a: b\n", &["FM003"]),
        ("title", "title: \"他说\"你好\"\"\n", &["FM003"]),
        ("title", "title：x\n", &["FM003"]),
        ("title", "title: 12:30\n", &["FM014"]),
        ("title", "title: on\n", &["FM014"]),
        ("title", "title: 2022\n", &[]),
        ("title", "title: a #b\n", &["FM014"]),
        ("title", "title: a\ntitle: b\n", &["FM004"]),
        ("title", "title: !!str a\n", &["FM018"]),
        ("title", "title: *none\n", &["FM018"]),
        ("date", "", &["FM006"]),
        ("date", "date:\n", &["FM008"]),
        ("date", "date:  +0800\n", &["FM008"]),
        ("date", "date: 2022-01-17 07:46:06\n", &["FM009"]),
        ("date", "date: 2022-01-17 17:46:06\n", &["FM015"]),
        ("date", "date: 2022-01-17\n", &["FM009"]),
        ("date", "date: 2022-01-16 07:46:06 +0800\n", &["FM012"]),
        ("date", "date: 2022-01-17 07:46 CST\n", &["FM015"]),
        ("date", "date: 2021-02-30\n", &["FM015"]),
        ("date", "date: 2122-01-17 07:46:06 +0800\n", &["FM010"]),
        ("categories", "", &["FM006"]),
        ("categories", "category: a\n", &[]),
        ("categories", "categories: a b\n", &["FM013"]),
        ("categories", "categories: 2022\n", &["FM016"]),
        ("categories", "categories: 007\n", &["FM016"]),
        ("categories", "catagories: a\n", &["FM017"]),
        ("categories", "categories: []\n", &["FM007"]),
        ("tags", "", &[]),
        ("tags", "tags: 2022\n", &["FM005"]),
        ("tags", "published: \"false\"\n", &["FM005"]),
        ("tags", "permalink: \"\"\n", &["FM019"]),
        ("tags", "permalink: /:x/\n", &["FM019"]),
        ("tags", "permalink: 012\n", &["FM019"]),
        ("tags", "slug: 012\n", &["FM019"]),
        ("tags", "\ttags: x\n", &["FM003"]),
    ];
    for (key, line, expected) in cases {
        assert_eq!(codes(PATH, &post(&[(key, line)])), *expected, "{line:?}");
    }
}

#[test]
fn what_is_no_block_is_only_that() {
    assert_eq!(codes(PATH, "<p>a</p>\n"), ["FM001"]);
    assert_eq!(codes(PATH, &post(&[]).replace("---\n<p>", "<p>")), ["FM002"]);
    assert_eq!(codes(PATH, &format!("\n{}", post(&[]))), ["FM001"]);
    assert_eq!(codes(PATH, "---\n- a\n---\n"), ["FM003"]);
    assert_eq!(codes(PATH, "---\n---\n"), ["FM006"; 4]);
    assert_eq!(codes(PATH, ""), ["FM001"]);
}

#[test]
fn a_page_whose_front_matter_is_not_seen_stops_nothing() {
    for text in ["\u{FEFF}---\npermalink: \"\"\n---\n", "\u{FEFF}---\na\n---\n", "\n---\ntitle: a: b\n---\n"] {
        assert_eq!(codes("about.md", text), ["FM001"], "{text:?}");
    }
}

#[test]
fn the_worst_post_of_the_archive() {
    let text = "---\nlayout: post\ntitle: \"\"\ndate:  +0800\ncategories: a\ntags: b\n---\n<>\n";
    let found = all("_posts/-202205262391921712.md", text.as_bytes());
    let found: Vec<_> = found.iter().map(|finding| (finding.meta.code.as_str(), finding.effect)).collect();
    // Jekyll skips the file unread, so nothing else in it can stop the build.
    assert_eq!(found, [("FM007", Effect::DataSuspect), ("FM008", Effect::DataSuspect), ("FM011", Effect::PostLost)]);
}

#[test]
fn fixes_are_in_order_and_heal() {
    let texts = [
        post(&[("title", "title: a: b\n"), ("tags", "tags: @c\n")]),
        post(&[("title", "title: \"他说\"你好\"\"\n")]),
        post(&[("categories", "categories: a b\n")]),
        post(&[("title", "title: 12:30\n")]),
        post(&[("tags", "tags: [on]\n")]),
        post(&[("layout", "Layout: post\n")]),
        format!("\u{FEFF}\n{}", post(&[])),
    ];
    for text in texts {
        for finding in all(PATH, text.as_bytes()) {
            let Some(fix) = &finding.fix else { continue };
            assert!(fix.edits.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start), "{text}");
            let mut healed = text.clone();
            for edit in fix.edits.iter().rev() {
                healed.replace_range(edit.span.range(), &edit.text);
            }
            let code = finding.meta.code.as_str();
            let count = |text: &str| codes(PATH, text).iter().filter(|found| **found == code).count();
            assert!(count(&healed) < count(&text), "{code} in {healed}");
            if fix.applicability == Applicability::Safe {
                assert_eq!(codes(PATH, &healed), [""; 0], "{healed}");
            }
        }
    }
}

#[test]
fn any_cut_and_any_byte_is_no_trouble() {
    let text = post(&[("tags", "tags: [&a b, !c, *a, 007]\npermalink: /:x_/\n")]).into_bytes();
    for cut in 0..=text.len() {
        let _ = all(PATH, text.get(..cut).unwrap());
        let _ = all("old_post/a.md", text.get(cut..).unwrap());
    }
    for at in (0..text.len()).step_by(3) {
        for byte in [0, b'\n', b'"', b'[', b':', 0xFF, 0xE4] {
            let mut damaged = text.clone();
            damaged[at] = byte;
            for finding in all(PATH, &damaged) {
                let text = crate::text::decode(&damaged).text;
                assert!(text.get(finding.span.range()).is_some(), "{:?}", finding.message);
            }
        }
    }
}

#[test]
fn findings_of_one_place_have_fingerprints_of_their_own() {
    let found = all(PATH, b"---\n---\n");
    let mut subjects: Vec<u64> = found.iter().map(|finding| finding.subject).collect();
    subjects.sort_unstable();
    subjects.dedup();
    assert_eq!(subjects.len(), found.len());
}
