//! The cases, and what kramdown answered to each.

use serde_json::{Value, json};

use crate::judge::Judge;

/// A text, the settings that it is rendered with, and kramdown's answer.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) settings: Value,
    /// The HTML; none where kramdown stops with an error.
    pub(crate) html: Option<String>,
}

fn path() -> String {
    concat!(env!("CARGO_MANIFEST_DIR"), "/tests/kramdown/cases.jsonl").to_owned()
}

/// The cases with the answers of the record.
pub(crate) fn recorded() -> Vec<Case> {
    let record = std::fs::read_to_string(path()).expect("the record lies beside the test");
    let case = |line: &str| {
        let written: Value = serde_json::from_str(line).expect("each line is a case");
        let text = |key: &str| written[key].as_str().map(str::to_owned);
        Case {
            name: text("name").unwrap_or_default(),
            text: text("text").unwrap_or_default(),
            settings: written["options"].clone(),
            html: text("html"),
        }
    };
    record.lines().map(case).collect()
}

/// Asks the judge anew.
pub(crate) fn judged(cases: Vec<Case>) -> Vec<Case> {
    let mut judge = Judge::start();
    let judged = |case: Case| Case { html: judge.ask(&case.text, &case.settings).ok(), ..case };
    cases.into_iter().map(judged).collect()
}

/// Writes the record.
pub(crate) fn write(cases: &[Case]) {
    let line = |case: &Case| {
        json!({ "name": case.name, "text": case.text, "options": case.settings, "html": case.html }).to_string() + "\n"
    };
    std::fs::write(path(), cases.iter().map(line).collect::<String>()).expect("the record can be written");
}
