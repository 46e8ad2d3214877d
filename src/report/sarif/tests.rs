//! What is in a SARIF file, and what is left out of it.

use super::super::Baseline;
use super::super::model::tests::{ABORTS, BROKEN, STYLE, finding, parts};
use super::super::samples::{POST, assert_harmless, hostile, usual, written};
use super::*;
use crate::text::secret::mask;
use serde_json::Value;

fn sarif(report: &Report) -> Value {
    serde_json::from_str(&written(&Sarif, report)).unwrap()
}

fn within(report: &Report, limits: (usize, u64)) -> Value {
    let mut out = Vec::new();
    write_within(report, &Context::new(&|_| None, mask), limits, &mut out).unwrap();
    serde_json::from_slice(&out).unwrap()
}

fn indented(text: &str) -> String {
    let value: Value = serde_json::from_str(&text.replace(env!("CARGO_PKG_VERSION"), "VERSION")).unwrap();
    serde_json::to_string_pretty(&value).unwrap()
}

#[test]
fn the_log_of_a_report() {
    insta::assert_snapshot!(indented(&written(&Sarif, &usual())));
}

#[test]
fn the_log_of_a_hostile_report() {
    insta::assert_snapshot!(written(&Sarif, &hostile()).replace(env!("CARGO_PKG_VERSION"), "VERSION"));
}

/// A finding with a change and one without are known, the others are new.
#[test]
fn the_log_of_a_report_with_a_baseline() {
    let mut report = usual();
    report.hold_against(&Baseline::default().updated(&report));
    for reported in &mut report.findings {
        reported.known &= matches!(reported.finding.meta.code.as_str(), "FM008" | "LK002");
    }
    insta::assert_snapshot!(indented(&written(&Sarif, &report)));
}

#[test]
fn the_worst_comes_first() {
    let report = Report::new(parts(vec![
        finding(&STYLE, "a.md", (0, 1), "m"),
        finding(&BROKEN, "b.md", (0, 1), "m"),
        finding(&ABORTS, "c.md", (0, 1), "m"),
    ]));
    let log = sarif(&report);
    let results = log["runs"][0]["results"].as_array().unwrap();
    let codes: Vec<&str> = results.iter().map(|result| result["ruleId"].as_str().unwrap()).collect();
    assert_eq!(codes, ["FM008", "LK002", "FM009"]);
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(log["runs"][0]["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
    }
}

#[test]
fn regions_are_what_they_say_in_utf16_and_in_bytes() {
    let log = sarif(&usual());
    let result = &log["runs"][0]["results"][0];
    let title = &result["relatedLocations"][0]["physicalLocation"]["region"];
    let line: Vec<u16> = POST.lines().nth(1).unwrap().encode_utf16().collect();
    let number = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap();
    let (start, end) = (number(&title["startColumn"]) - 1, number(&title["endColumn"]) - 1);
    assert_eq!(String::from_utf16(&line[start..end]).unwrap(), "\"他说\"好\"。🎉\"");
    let (offset, length) = (number(&title["byteOffset"]), number(&title["byteLength"]));
    assert_eq!(POST.get(offset..offset + length).unwrap(), "\"他说\"好\"。🎉\"");
    let replaced = &result["fixes"][0]["artifactChanges"][0]["replacements"][0]["deletedRegion"];
    assert_eq!(replaced, &result["locations"][0]["physicalLocation"]["region"]);
}

#[test]
fn what_is_hostile_stays_text() {
    let text = written(&Sarif, &hostile());
    assert_harmless(&text);
    let log: Value = serde_json::from_str(&text).unwrap();
    let result = log["runs"][0]["results"].as_array().unwrap().iter().find(|result| result["ruleId"] == "FM008");
    let result = result.unwrap();
    let uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().unwrap();
    assert!(uri.starts_with("_posts/=HYPERLINK(%22http%3A//evil.example/%22)%3A%3Aerror%20file=x"), "{uri}");
    assert!(uri.bytes().all(|byte| byte.is_ascii_graphic()), "{uri}");
    assert!(result.get("fixes").is_none(), "a fix with a secret is not written");
}

#[test]
fn what_the_baseline_knows_is_suppressed_and_comes_last() {
    let findings = vec![finding(&ABORTS, "a.md", (0, 1), "m"), finding(&BROKEN, "b.md", (0, 1), "m")];
    let mut report = Report::new(parts(findings));
    let without = sarif(&report);
    assert!(without["runs"][0]["results"][0].get("suppressions").is_none(), "nobody asked");
    report.hold_against(&Baseline::default().updated(&report));
    report.findings[1].known = false;
    let log = sarif(&report);
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert_eq!((&results[0]["ruleId"], &results[0]["baselineState"]), (&"LK002".into(), &"new".into()));
    assert_eq!(results[0]["suppressions"], Value::Array(Vec::new()));
    assert_eq!((&results[1]["ruleId"], &results[1]["baselineState"]), (&"FM008".into(), &"unchanged".into()));
    let suppression = &results[1]["suppressions"][0];
    assert_eq!((&suppression["kind"], &suppression["status"]), (&"external".into(), &"accepted".into()));
}

#[test]
fn what_is_cut_is_told() {
    let findings = (0..50).map(|n| finding([&BROKEN, &ABORTS][n % 2], &format!("{n:02}.md"), (0, 1), "m"));
    let report = Report::new(parts(findings.collect()));
    let log = within(&report, (30, u64::MAX));
    let run = &log["runs"][0];
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 30);
    assert_eq!(results.iter().filter(|result| result["ruleId"] == "FM008").count(), 25);
    assert_eq!((&run["properties"]["findings"], &run["properties"]["leftOut"]), (&50.into(), &20.into()));
    let notice = run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].as_str().unwrap();
    assert!(notice.starts_with("20 of 50 findings are left out"), "{notice}");
}

#[test]
fn it_stays_within_the_bytes_of_an_upload() {
    // Every message differs, so that little of them is compressed away.
    let word = |n: u64| format!("{:x}", n.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let message = |n: u64| (0..40).map(|at| word(n * 40 + at)).collect::<String>();
    let findings = (0..3000).map(|n| finding(&ABORTS, &format!("{n}.md"), (0, 1), &message(n)));
    let report = Report::new(parts(findings.collect()));
    let limit = 400_000;
    let log = within(&report, (MOST_RESULTS, limit));
    let kept = log["runs"][0]["results"].as_array().unwrap().len();
    assert!((500..3000).contains(&kept), "{kept}");
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(log["runs"][0]["results"].to_string().as_bytes()).unwrap();
    let size = packed.finish().unwrap().len() as u64;
    assert!(size < limit * 6 / 5, "{size}");
}
