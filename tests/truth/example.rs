//! The example reports in `reports/example/` are what a run on the sample archive writes.
//!
//! `POSTPROOF_EXAMPLES=write cargo test --test truth` writes them anew; read the difference before you commit it.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on fails")]

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::{FIXTURES, run, web};

const EXAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/reports/example");

/// What differs from run to run, made equal: times, and the commit that is checked out.
fn settled(mut report: Value) -> Value {
    let time = json!("2026-01-01T00:00:00Z");
    for key in ["started_at", "finished_at"] {
        report["run"][key] = time.clone();
    }
    report["run"]["revision"] = Value::Null;
    report["tool"]["version"] = json!("0.0.0");
    for address in report["addresses"].as_array_mut().unwrap() {
        address["elapsed_ms"] = json!(0);
        if !address["checked_at"].is_null() {
            address["checked_at"] = time.clone();
        }
    }
    report
}

/// The page without the lines that name the time and the commit.
fn settled_page(page: &str) -> String {
    let differs = |line: &&str| line.starts_with("- Run: ") || line.starts_with("- Revision: ");
    page.split_inclusive('\n').filter(|line| !differs(line)).collect()
}

#[test]
fn the_example_reports_are_what_a_run_writes() {
    let archive = Path::new(FIXTURES).join("archive");
    let web = web::Web::start(&archive).unwrap();
    let proxy = web.proxy();
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("health.json");
    let page = folder.path().join("health.md");
    let page_argument = format!("markdown={}", page.display());
    run::check_into(&report, &archive, &["--proxy", &proxy, "--pace", "5ms", "--format", &page_argument]).unwrap();
    let written = settled(serde_json::from_slice(&fs::read(&report).unwrap()).unwrap());
    let written = format!("{}\n", serde_json::to_string_pretty(&written).unwrap());
    let written_page = settled_page(&fs::read_to_string(&page).unwrap());
    if std::env::var_os("POSTPROOF_EXAMPLES").is_some_and(|value| value == "write") {
        fs::create_dir_all(EXAMPLES).unwrap();
        fs::write(format!("{EXAMPLES}/health.json"), &written).unwrap();
        fs::write(format!("{EXAMPLES}/health.md"), &written_page).unwrap();
    }
    for (name, written) in [("health.json", written), ("health.md", written_page)] {
        let kept = fs::read_to_string(format!("{EXAMPLES}/{name}")).unwrap();
        let differs = kept.lines().zip(written.lines()).enumerate().find(|(_, (kept, written))| kept != written);
        assert!(differs.is_none(), "{name} differs first in line {differs:?}");
        assert_eq!(kept.lines().count(), written.lines().count(), "{name}");
    }
}
