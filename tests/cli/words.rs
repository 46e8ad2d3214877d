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

/// The pages of all rules, as the repository shows them.
#[test]
fn the_rule_book_is_what_explain_prints() {
    let archive = Archive::empty();
    let list: serde_json::Value = serde_json::from_str(&archive.run(&["rules", "--format", "json"]).stdout).unwrap();
    let codes: Vec<String> =
        list.as_array().unwrap().iter().map(|rule| rule["code"].as_str().unwrap().to_owned()).collect();
    let mut args: Vec<&str> = vec!["explain", "--format", "json"];
    args.extend(codes.iter().map(String::as_str));
    let pages: serde_json::Value = serde_json::from_str(&archive.run(&args).stdout).unwrap();
    let mut book = String::from(
        "# The rules of postproof\n\nMade from the rules themselves: `postproof explain CODE` prints the same.\n",
    );
    for rule in pages.as_array().unwrap() {
        let text = |key: &str| rule[key].as_str().unwrap();
        let (code, name, severity, effect) = (text("code"), text("name"), text("severity"), text("effect"));
        let page = text("page").replace("\n## ", "\n### ");
        let page = page.strip_prefix("## ").map_or(page.clone(), |page| format!("### {page}"));
        let title = format!("\n## {code} {name}\n\nSeverity: {severity}. Effect: {effect}.\n\n");
        book.extend([&title, &page, "\n"]);
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/RULES.md");
    if std::env::var_os("POSTPROOF_EXAMPLES").is_some_and(|value| value == "write") {
        std::fs::write(path, &book).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    let differs = kept.lines().zip(book.lines()).find(|(kept, made)| kept != made);
    assert!(kept == book, "RULES.md is stale: POSTPROOF_EXAMPLES=write cargo test --test cli rule_book; {differs:?}");
}

#[test]
fn pages_are_coloured_where_that_is_asked_for_and_chinese_too() {
    let archive = Archive::empty();
    let page = archive.run(&["explain", "FM001", "--color", "always", "--lang", "zh"]).stdout;
    assert!(page.contains("\u{1b}[1m检查什么\u{1b}[0m") && page.contains("\u{1b}[36m"), "{page}");
    assert!(!archive.run(&["explain", "FM003"]).stdout.contains('\u{1b}'));
    assert!(archive.run(&["rules", "--lang", "zh"]).stdout.contains("查找"));
}
