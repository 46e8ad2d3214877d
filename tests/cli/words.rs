//! The commands that explain.

use crate::archive::Archive;

#[test]
fn every_rule_is_listed_and_explained() {
    let archive = Archive::empty();
    let list = archive.run(&["rules"]);
    assert_eq!(list.code, 0);
    let codes: Vec<&str> = list.stdout.lines().map(|line| line.split_whitespace().next().unwrap()).collect();
    assert!(codes.contains(&"LK004"));
    for code in codes {
        let page = archive.run(&["explain", code]);
        assert_eq!(page.code, 0, "{}", page.stderr);
        for heading in ["## What it does", "## Why is this bad?", "## Example", "## Use instead"] {
            assert!(page.stdout.contains(heading), "{code} has no `{heading}`:\n{}", page.stdout);
        }
    }
}

#[test]
fn a_word_that_is_no_rule_is_a_usage_error_with_a_neighbour() {
    let run = Archive::empty().run(&["explain", "broken-internal-lnik"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("did you mean `broken-internal-link`?"), "{}", run.stderr);
}

#[test]
fn the_command_line_is_judged_before_anything_is_done() {
    let archive = Archive::empty();
    for args in
        [&["check", "--pace", "soon"][..], &["--nonsense"], &["check", "--format", "pdf"], &["check", "--proxy"]]
    {
        let run = archive.run(args);
        assert_eq!(run.code, 2, "{args:?}: {}", run.stderr);
    }
    assert_eq!(archive.run(&["--version"]).code, 0);
    assert_eq!(archive.run(&["--help"]).code, 0);
}

#[test]
fn the_report_follows_its_published_schema() {
    let archive = Archive::new("//- _posts/2022-01-17-a.md\nno front matter [x](/y) <http://a.example/>\n");
    let schema: serde_json::Value = serde_json::from_str(&archive.run(&["schema", "report"]).stdout).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let report = archive.report(&[]);
    let errors: Vec<String> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    let mut wrong = report;
    wrong["findings"][0]["line"] = "one".into();
    assert!(!validator.is_valid(&wrong), "the schema accepts anything");
}
