//! Where settings come from, and what is generated from their definitions.

use serde_json::Value;

use crate::archive::Archive;

const ARCHIVE: &str = "
//- _config.yml
title: x
url: https://a.example
//- postproof.yml
fetch:
  pace: 1s
  per_host: 3
  proxy: http://me:secret@proxy.example/
  headers: [{host: '*', name: Cookie, value: sesame}]
rules:
  ignore: [LK]
//- _posts/2022-01-17-a.md
---
title: a
---
x
";

/// A setting and where it comes from, as one line.
fn told(run: &crate::archive::Run, key: &str) -> String {
    let lines = run.stdout.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    let mut lines = lines.filter(|line| line.split(' ').next() == Some(key));
    lines.next().unwrap_or_else(|| panic!("{key}: {}{}", run.stdout, run.stderr))
}

#[test]
fn a_flag_wins_over_the_environment_that_over_the_file_and_that_over_the_default() {
    let archive = Archive::new(ARCHIVE);
    let mut command = archive.command();
    command.args(["config", ".", "--pace", "250ms", "--ignore", "TX"]);
    command
        .env("POSTPROOF_FETCH_PACE", "9s")
        .env("POSTPROOF_FETCH_PER_HOST", "7")
        .env("POSTPROOF_RULES_SELECT", "FM,LK");
    let run = crate::archive::Run::of(&command.output().unwrap());
    assert_eq!(told(&run, "fetch.pace"), "fetch.pace 250ms flag");
    assert_eq!(told(&run, "fetch.per_host"), "fetch.per_host 7 $POSTPROOF_FETCH_PER_HOST");
    assert_eq!(told(&run, "rules.select"), "rules.select [\"FM\",\"LK\"] $POSTPROOF_RULES_SELECT");
    assert_eq!(told(&run, "rules.ignore"), "rules.ignore [\"LK\",\"TX\"] flag and ./postproof.yml:7");
    assert_eq!(told(&run, "fetch.timeout"), "fetch.timeout 20s default");
    assert_eq!(told(&run, "site.url"), "site.url https://a.example _config.yml:2");
    assert_eq!(told(&run, "threads"), "threads 0 default");
    assert!(!run.stdout.contains("secret") && !run.stdout.contains("sesame"), "{}", run.stdout);
}

#[test]
fn secrets_are_named_and_not_shown() {
    let archive = Archive::new(
        "//- postproof.yml\nfetch: {hosts: [{host: a.cn, headers: {X-Key: sesame, X-Other: $KEY}, credentials: {token: $KEY}}]}\n",
    );
    for format in ["text", "json", "yaml"] {
        let mut command = archive.command();
        command.args(["config", ".", "--format", format, "--judge", "all", "--site", "built"]);
        command.env("KEY", "open").env("POSTPROOF_ARCHIVE_CREDENTIALS", "access:open");
        let run = crate::archive::Run::of(&command.output().unwrap());
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(!run.stdout.contains("open") && !run.stdout.contains("sesame"), "{}", run.stdout);
        if format == "text" {
            let account = "archive.credentials $POSTPROOF_ARCHIVE_CREDENTIALS $POSTPROOF_ARCHIVE_CREDENTIALS";
            assert_eq!(told(&run, "archive.credentials"), account);
            assert!(told(&run, "fetch.hosts").contains(r#""X-Key":"***","X-Other":"$KEY""#), "{}", run.stdout);
            assert_eq!(told(&run, "fetch.judge"), "fetch.judge all flag");
            assert_eq!(told(&run, "site.built"), "site.built built flag");
        }
    }
}

#[test]
fn the_environment_counts_in_a_check_and_a_wrong_one_is_told() {
    let archive = Archive::new(ARCHIVE);
    let run = |name: &str, value: &str| {
        let output = archive.command().args(["check", ".", "--offline", "--no-reports"]).env(name, value).output();
        crate::archive::Run::of(&output.unwrap())
    };
    assert_eq!(run("POSTPROOF_REPORT_FAIL_ON", "never").code, 0);
    assert_eq!(run("POSTPROOF_REPORT_FAIL_ON", "").code, 1);
    let wrong = run("POSTPROOF_REPORT_FAIL_ON", "sometimes");
    assert!(wrong.code == 2 && wrong.stderr.contains("POSTPROOF_REPORT_FAIL_ON: "), "{}", wrong.stderr);
    let near = run("POSTPROOF_REPORT_FAILON", "never");
    assert!(near.stderr.contains("did you mean POSTPROOF_REPORT_FAIL_ON?"), "{}", near.stderr);
}

#[test]
fn programs_get_the_same() {
    let archive = Archive::new(ARCHIVE);
    let json: Value = serde_json::from_str(&archive.run(&["config", ".", "--format", "json"]).stdout).unwrap();
    let yaml: Value = serde_yaml::from_str(&archive.run(&["config", ".", "--format", "yaml"]).stdout).unwrap();
    assert_eq!(json, yaml);
    let settings = json.get("settings").and_then(Value::as_array).unwrap();
    let pace = settings.iter().find(|one| one.get("key") == Some(&Value::from("fetch.pace"))).unwrap();
    assert_eq!(pace.pointer("/from/0/line"), Some(&Value::from(2)));
    let wrong = Archive::new("//- postproof.yml\nfetch: {paec: 1s}\n").run(&["config", "."]);
    assert!(wrong.code == 2 && wrong.stderr.contains("did you mean `pace`"), "{}", wrong.stderr);
}

#[test]
fn what_is_generated_lists_every_command() {
    let archive = Archive::empty();
    let help = archive.run(&["--help"]).stdout;
    let commands: Vec<&str> = help
        .lines()
        .skip_while(|line| *line != "Commands:")
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert!(commands.len() > 8 && commands.contains(&"completions"), "{help}");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = archive.run(&["completions", shell]);
        assert_eq!(script.code, 0, "{}", script.stderr);
        for command in &commands {
            assert!(script.stdout.contains(command), "{shell} lacks {command}");
        }
        assert!(script.stdout.contains("max-redirects"), "{shell} lacks the flags of check");
    }
    let page = archive.run(&["man"]).stdout;
    for command in &commands {
        assert!(page.contains(&format!(".SH \"POSTPROOF {}\"", command.to_uppercase())), "the manual lacks {command}");
    }
    assert!(page.contains("max\\-redirects") && page.contains(".TH POSTPROOF 1"), "{page}");
    assert!(page.contains(".SH NAME") && page.contains(".SS DESCRIPTION"), "{page}");
    let schema: Value = serde_json::from_str(&archive.run(&["schema", "config"]).stdout).unwrap();
    assert!(schema.pointer("/properties/fetch").is_some(), "{schema}");
}

#[test]
fn one_address_and_one_line_are_explained() {
    let archive = Archive::new(
        "//- _config.yml\nurl: https://a.example\n//- _posts/2022-01-17-a.md\n---\ntitle: a\n---\n[x](http://b.example/p?token=a&key=AKIA) [y](/nowhere/) [z](http://b.example/a b)\n",
    );
    let explain = |about: &str| archive.run(&["check", ".", "--offline", "--explain", about]);
    let web = explain("http://b.example/p?token=a&key=AKIA").stdout;
    assert!(web.contains("_posts/2022-01-17-a.md:4:1  [text](destination)"), "{web}");
    assert!(web.contains("leads to  the web address http://b.example/p") && web.contains("skipped (offline)"), "{web}");
    let site = explain("/nowhere/").stdout;
    assert!(site.contains("where nothing is") && site.contains("judged      LK004 error"), "{site}");
    let line = explain("_posts/2022-01-17-a.md:4").stdout;
    assert!(line.contains("(3 links)") && line.contains("shown by  kramdown\n"), "{line}");
    assert!(line.contains("shown by  kramdown, github"), "{line}");
    let json = archive.run(&["check", ".", "--offline", "--format", "json", "--explain", "/nowhere/"]);
    let json: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(json.pointer("/explained/links/0/line"), Some(&Value::from(4)));
    for (about, near) in [
        ("http://b.example/q", "the nearest that one leads to is http://b.example/"),
        ("_posts/2022-01-17-b.md:4", "the nearest is _posts/2022-01-17-a.md"),
        ("_posts/2022-01-17-a.md:99", "has 4 lines"),
    ] {
        let run = explain(about);
        assert!(run.code == 2 && run.stderr.contains(near), "{about}: {}{}", run.stdout, run.stderr);
    }
    assert!(!archive.join("reports").exists() && !archive.join(".postproof").exists());
}
