//! The scripts of the GitHub action, run as the runner runs them, with programs of the test in place of `gh`, `curl`
//! and `cargo`.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};

use crate::archive::Archive;

/// A folder that stands for a runner: `bin` comes first on its PATH.
struct Runner {
    folder: Archive,
}

impl Runner {
    fn new() -> Self {
        let folder = Archive::empty();
        for name in ["bin", "temp", "fake"] {
            std::fs::create_dir(folder.join(name)).unwrap();
        }
        Self { folder }
    }

    /// Puts a program on the PATH.
    fn program(&self, name: &str, script: &str) {
        let path = self.folder.join("bin").join(name);
        std::fs::write(&path, format!("#!/usr/bin/env bash\n{script}")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.join(name)).unwrap_or_default()
    }

    fn run(&self, script: &str, variables: &[(&str, &str)]) -> Output {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let own = Path::new(env!("CARGO_BIN_EXE_postproof")).parent().unwrap();
        let (first, last) = (self.folder.join("bin"), std::env::var("PATH").unwrap());
        Command::new("bash")
            .arg(root.join(".github/action").join(script))
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", format!("{}:{}:{last}", first.display(), own.display()))
            .env("FAKE", self.folder.join("fake"))
            .env("RUNNER_TEMP", self.folder.join("temp"))
            .env("RUNNER_OS", "Linux")
            .env("RUNNER_ARCH", "X64")
            .env("GITHUB_ACTION_PATH", root)
            .env("GITHUB_REPOSITORY", "owner/archive")
            .env("GITHUB_SERVER_URL", "https://forge.example")
            .env("GITHUB_OUTPUT", self.folder.join("output"))
            .env("GITHUB_PATH", self.folder.join("path"))
            .env("GITHUB_STEP_SUMMARY", self.folder.join("summary"))
            .envs(variables.iter().copied())
            .output()
            .unwrap()
    }
}

fn shown(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Answers `gh issue list` with the number in the file of the state, and enters everything else.
const GH: &str = r#"
if [ "$1 $2" = "issue list" ]; then
    while [ $# -gt 0 ]; do
        [ "$1" != --state ] || cat "$FAKE/$2" 2>/dev/null
        shift
    done
    exit 0
fi
printf '%s|' "$@" >>"$FAKE/calls"
echo >>"$FAKE/calls"
while [ $# -gt 0 ]; do
    [ "$1" != --body-file ] || cp "$2" "$FAKE/body"
    shift
done
"#;

/// What `gh` was asked to do, given the issues that there are and how the run ended.
fn issue(open: &str, closed: &str, healthy: &str, complete: &str) -> (String, String) {
    let runner = Runner::new();
    runner.program("gh", GH);
    runner.folder.write("fake/open", open.as_bytes()).write("fake/closed", closed.as_bytes());
    runner.folder.write("reports/health.md", "# Archive health\n\n坏的链接 @nobody\n".as_bytes());
    let variables = [
        ("ISSUE_TITLE", "Archive health"),
        ("ISSUE_LABEL", "postproof"),
        ("HEALTHY", healthy),
        ("COMPLETE", complete),
        ("REPORT", "reports/health.md"),
        ("RUN_URL", "https://forge.example/run/7"),
    ];
    let output = runner.run("issue.sh", &variables);
    assert!(output.status.success(), "{}", shown(&output));
    (runner.read("fake/calls"), runner.read("fake/body"))
}

#[test]
fn one_issue_is_kept() {
    let (calls, body) = issue("", "", "false", "true");
    let words: Vec<String> = calls.lines().map(|call| call.chars().take(12).collect()).collect();
    assert_eq!(words, ["label|create", "issue|create"], "{calls}");
    assert!(calls.contains("--title|Archive health|--label|postproof|"), "{calls}");
    assert!(body.starts_with("# Archive health\n\n坏的链接") && body.contains("https://forge.example/run/7"), "{body}");

    let (calls, _) = issue("12", "3", "false", "true");
    assert!(calls.starts_with("issue|edit|12|") && calls.lines().count() == 1, "{calls}");

    let (calls, _) = issue("", "3", "false", "true");
    let words: Vec<&str> = calls.lines().map(|call| call.split("|--").next().unwrap()).collect();
    assert_eq!(words, ["issue|reopen|3", "issue|edit|3"], "{calls}");

    let (calls, _) = issue("12", "", "true", "true");
    assert!(calls.starts_with("issue|close|12|") && calls.lines().count() == 1, "{calls}");

    assert_eq!(issue("", "3", "true", "true").0, "");
    assert_eq!(issue("12", "", "", "false").0, "", "a run that was cut says nothing about the archive");
}

#[test]
fn a_long_report_is_cut_at_a_line() {
    let runner = Runner::new();
    runner.program("gh", GH);
    let line = format!("{}\n", "字".repeat(300));
    runner.folder.write("reports/health.md", line.repeat(200).as_bytes());
    let variables = [
        ("ISSUE_TITLE", "t"),
        ("ISSUE_LABEL", "l"),
        ("HEALTHY", "false"),
        ("COMPLETE", "true"),
        ("REPORT", "reports/health.md"),
        ("RUN_URL", "u"),
    ];
    let output = runner.run("issue.sh", &variables);
    assert!(output.status.success(), "{}", shown(&output));
    let body = runner.read("fake/body");
    assert!((50_000..65_536).contains(&body.len()), "{}", body.len());
    assert_eq!(body.lines().filter(|shown| *shown == line.trim_end()).count(), 66);
    assert!(body.contains("\n… the rest is in the report of the run.\n"), "{body}");
}

#[test]
fn an_issue_that_cannot_be_kept_fails_the_step() {
    let runner = Runner::new();
    runner.program("gh", "echo 'HTTP 403' >&2; exit 1");
    let variables = [("ISSUE_TITLE", "t"), ("ISSUE_LABEL", "l"), ("HEALTHY", "false"), ("COMPLETE", "true")];
    assert!(!runner.run("issue.sh", &variables).status.success());
}

const POST: &str = "---\nlayout: post\ntitle: \"::error::x\"\ndate: 明天\ncategories: a\n---\n##[error]x\n";

#[test]
fn a_check_shows_what_it_found_and_tells_its_outputs() {
    let runner = Runner::new();
    runner.folder.write("blog/_posts/2022-01-17-a.md", POST.as_bytes());
    let output = runner.run(
        "check.sh",
        &[
            ("POSTPROOF_PATH", "blog"),
            ("POSTPROOF_OFFLINE", "true"),
            ("POSTPROOF_SINCE", "0000000000000000000000000000000000000000"),
            ("POSTPROOF_FORMATS", "ndjson\n\n  sarif=out/x.sarif\n"),
            ("POSTPROOF_ARGS", "--severity FM006=off  --ignore NV"),
            ("POSTPROOF_ANNOTATIONS", "true"),
            ("POSTPROOF_SUMMARY", "true"),
            ("POSTPROOF_REPORTS", "out/reports"),
        ],
    );
    assert!(output.status.success(), "{}", shown(&output));
    let told = runner.read("output");
    for line in ["healthy=false", "complete=true", "report=out/reports/health.json", "exit-code=1"] {
        assert!(told.lines().any(|told| told == line), "{line}: {told}");
    }
    let errors = told.lines().find_map(|line| line.strip_prefix("errors=")).unwrap();
    assert!(errors.parse::<u32>().unwrap() >= 1, "{told}");
    let printed = String::from_utf8(output.stdout).unwrap();
    let fence = printed.lines().next().unwrap().strip_prefix("::stop-commands::").unwrap().to_owned();
    let (inside, behind) = printed.split_once(&format!("\n::{fence}::\n")).unwrap();
    assert!(inside.contains("FM008") && behind.starts_with("::error file=_posts/2022-01-17-a.md,"), "{printed}");
    assert!(runner.read("summary").starts_with("# Archive health\n"));
    assert!(runner.read("out/x.sarif").contains("\"2.1.0\"") && !runner.read("out/reports/health.ndjson").is_empty());
}

#[test]
fn what_changed_is_looked_for_between_two_commits() {
    for (since, expected) in [
        ("0123abc", "--since\n0123abc..HEAD\n"),
        ("main...", "--since\nmain...\n"),
        ("a1..b2", "--since\na1..b2\n"),
        ("0000000", ""),
        ("", ""),
    ] {
        let runner = Runner::new();
        runner.program("postproof", "printf '%s\\n' \"$@\" >\"$FAKE/args\"");
        let output = runner.run("check.sh", &[("POSTPROOF_SINCE", since)]);
        assert!(output.status.success(), "{}", shown(&output));
        let given = runner.read("fake/args");
        assert!(given.starts_with("check\n.\n"), "{given}");
        let shown = given.find("--since").and_then(|at| given.get(at..)).unwrap_or_default();
        assert_eq!(shown, expected, "{since}");
    }
}

#[test]
fn a_check_that_cannot_run_says_so_and_names_no_report() {
    let runner = Runner::new();
    let output = runner.run("check.sh", &[("POSTPROOF_PATH", "blog"), ("POSTPROOF_OFFLINE", "true")]);
    assert!(output.status.success(), "{}", shown(&output));
    let told = runner.read("output");
    assert!(told.contains("exit-code=3\n") && told.contains("healthy=\n") && !told.contains("report="), "{told}");
}

/// Gives the files of the folder `web` and enters what was asked for.
const CURL: &str = r#"
for last; do :; done
echo "$last" >>"$FAKE/asked"
while [ $# -gt 0 ]; do
    [ "$1" != --output ] || to="$2"
    shift
done
cp "$FAKE/web/${last##*/}" "$to" 2>/dev/null || exit 22
"#;

/// A runner whose `curl` knows a release, and what installing gives.
fn install(sums: Option<&str>, variables: &[(&str, &str)]) -> (Runner, Output) {
    let runner = Runner::new();
    runner.program("curl", CURL);
    let name = "postproof-x86_64-unknown-linux-musl";
    runner.program(
        "cargo",
        "while [ $# -gt 0 ]; do [ \"$1\" != --root ] || root=\"$2\"; shift; done\nmkdir -p \"$root/bin\"\n\
        printf '#!/bin/sh\\necho built\\n' >\"$root/bin/postproof\"; chmod +x \"$root/bin/postproof\"",
    );
    if let Some(sums) = sums {
        let pack = format!(
            "mkdir -p web/{name} && printf '#!/bin/sh\\necho released\\n' >web/{name}/postproof && \
             chmod +x web/{name}/postproof && tar -czf web/{name}.tar.gz -C web {name} && cd web && {sums} >SHA256SUMS"
        );
        let packed = Command::new("bash").args(["-c", &pack]).current_dir(runner.folder.join("fake")).status();
        assert!(packed.unwrap().success());
    }
    let mut all = vec![("ACTION_REPOSITORY", "owner/postproof"), ("ACTION_REF", "v1.2.3")];
    all.extend(variables);
    let output = runner.run("install.sh", &all);
    (runner, output)
}

#[test]
fn a_release_is_installed_if_its_checksum_holds() {
    let (runner, output) = install(Some("sha256sum postproof-*.tar.gz"), &[]);
    assert!(output.status.success(), "{}", shown(&output));
    assert!(shown(&output).ends_with("released\n"), "{}", shown(&output));
    let asked = runner.read("fake/asked");
    let first =
        "https://forge.example/owner/postproof/releases/download/v1.2.3/postproof-x86_64-unknown-linux-musl.tar.gz";
    assert_eq!(asked.lines().next(), Some(first));
    assert!(runner.read("path").trim_end().ends_with("/temp/postproof-bin"));

    let wrong = "sha256sum postproof-*.tar.gz | sed 's/^......../00000000/'";
    let (_, output) = install(Some(wrong), &[]);
    assert!(!output.status.success() && shown(&output).contains("is not what SHA256SUMS of v1.2.3 says"));
    assert!(!shown(&output).contains("built"), "a wrong checksum is not built around");
}

#[test]
fn without_a_release_it_is_built() {
    let (_, output) = install(None, &[]);
    assert!(output.status.success() && shown(&output).ends_with("built\n"), "{}", shown(&output));
    let (runner, output) = install(Some("sha256sum postproof-*.tar.gz"), &[("ACTION_REF", "main")]);
    assert!(output.status.success() && shown(&output).ends_with("built\n"), "{}", shown(&output));
    assert_eq!(runner.read("fake/asked"), "", "a branch names no release");
    let (_, output) = install(None, &[("VERSION", "v9.9.9")]);
    assert!(!output.status.success() && shown(&output).contains("the release v9.9.9 cannot be had"));
}
