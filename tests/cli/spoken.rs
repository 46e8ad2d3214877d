//! That every command says what it has to say in Chinese, where Chinese is asked for: a sentence that somebody writes
//! past the catalogue fails here.

use std::process::Command;

use crate::archive::{Archive, Run};

const SITE: &str = "
//- _config.yml
url: https://a.example
//- index.md
---
title: home
---
//- postproof.yml
source_link: https://source.example/{id}
//- _posts/2022-01-17-one.md
---
layout: post
title: one
date: 2022-01-17 07:46:06 +0800
categories: news
---
[two](/gone.html) <https://source.example/1>
//- _posts/2022-01-18-two.md
---
layout: post
title: two
date: 2022-01-18 07:46:06 +0800
published: false
---
two
";

fn is_han(c: char) -> bool {
    ('\u{4E00}'..='\u{9FFF}').contains(&c)
}

/// Whether a line is a sentence and no path, number, address, digest or code: it has two words of letters in a row.
/// What an engine makes of a link is named alike in every language.
fn is_prose(line: &str) -> bool {
    let is_word = |word: &str| {
        let word = word.trim_matches(|c: char| c.is_ascii_punctuation() && c != '`' && c != '-');
        word.len() > 1 && word != "link" && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'\'')
    };
    let words: Vec<bool> = line.split_whitespace().map(is_word).collect();
    words.windows(2).any(|pair| pair == [true, true])
}

/// The lines of a run that are sentences without a word of Chinese.
/// The mark of what `init` learned is read by programs.
fn english(run: &Run) -> Vec<String> {
    let lines = run.stdout.lines().chain(run.stderr.lines());
    lines
        .filter(|line| is_prose(line) && !line.contains(is_han) && !line.starts_with("+# learned: "))
        .map(str::to_owned)
        .collect()
}

fn speaks_chinese(archive: &Archive, args: &[&str]) -> Run {
    let mut all = args.to_vec();
    all.extend(["--lang", "zh"]);
    let run = archive.run(&all);
    assert!(run.stdout.contains(is_han) || run.stderr.contains(is_han), "{args:?}: {}{}", run.stdout, run.stderr);
    assert_eq!(english(&run), [""; 0], "{args:?}: {}{}", run.stdout, run.stderr);
    run
}

fn fails_in_chinese(archive: &Archive, args: &[&str]) {
    let run = speaks_chinese(archive, args);
    assert!(run.code > 1 && run.stderr.starts_with("错误："), "{args:?}: {} {}", run.code, run.stderr);
}

#[test]
fn sentences_are_told_from_paths_and_codes() {
    for prose in ["error: cannot read x", "6 files are sealed: 6 new, 0 moved", "note: left out: a b", "It's not there"]
    {
        assert!(is_prose(prose), "{prose}");
    }
    for other in ["_posts/a.md -> _posts/b.md", "LK001 dead-link", "fetch.pace  1s  postproof.yml:3", "2:ab12", "a"] {
        assert!(!is_prose(other), "{other}");
    }
}

#[test]
fn every_command_speaks_chinese() {
    let archive = Archive::new(SITE);
    for args in [
        &["check", ".", "--offline", "--no-reports"][..],
        &["check", ".", "--offline"],
        &["archived", ".", "--offline", "--all"],
        &["history", "."],
        &["history", "https://source.example/1"],
        &["seal", "."],
        &["verify", "."],
        &["repair", ".", "--from", "."],
        &["site", "."],
        &["site", ".", "--resolve", "/gone.html#a"],
        &["site", ".", "--resolve", "https://b.example/"],
        &["links", "_posts/2022-01-17-one.md"],
        &["config", "."],
        &["rules"],
        &["explain", "LK001"],
        &["fix", ".", "--offline"],
        &["init", "."],
    ] {
        let run = speaks_chinese(&archive, args);
        assert!(run.code < 2, "{args:?}: {} {}{}", run.code, run.stdout, run.stderr);
    }
}

#[test]
fn a_run_is_remembered_in_chinese() {
    // Nothing in it is an address that anybody could be asked for.
    let archive = Archive::new(&SITE.replace("<https://source.example/1>", ""));
    speaks_chinese(&archive, &["check", ".", "--no-reports"]);
    let run = speaks_chinese(&archive, &["history", "."]);
    assert!(run.code == 0 && run.stdout.starts_with("第 1 次运行，"), "{}{}", run.stdout, run.stderr);
}

#[test]
fn why_a_file_was_not_mended_is_said_in_chinese() {
    let archive = Archive::new(&SITE.replace("title: one\n", "title: one\ntitle: one\n"));
    let post = archive.path().join("_posts/2022-01-17-one.md");
    let mut permissions = std::fs::metadata(&post).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&post, permissions).unwrap();
    let run = speaks_chinese(&archive, &["fix", ".", "--offline"]);
    assert!(run.stdout.contains("只读") || run.stderr.contains("只读"), "{}{}", run.stdout, run.stderr);
}

#[test]
fn what_is_wrong_in_the_site_s_settings_is_said_in_chinese() {
    for config in
        ["a: [", "- a", "plugins: x", "limit_posts: x", "limit_posts: -1", "collections: 1", "exclude: a", "url: []"]
    {
        let archive = Archive::new(&SITE.replace("url: https://a.example", config));
        let run = speaks_chinese(&archive, &["check", ".", "--offline", "--no-reports"]);
        assert!(
            run.stdout.contains("_config.yml") || run.stderr.contains("_config.yml"),
            "{}{}",
            run.stdout,
            run.stderr
        );
    }
}

#[test]
fn every_command_fails_in_chinese() {
    let archive = Archive::new(SITE);
    for command in ["check", "init", "fix", "seal", "verify", "site", "archived"] {
        fails_in_chinese(&archive, &[command, "absent"]);
    }
    fails_in_chinese(&archive, &["verify", "."]);
    fails_in_chinese(&archive, &["history", "."]);
    fails_in_chinese(&archive, &["repair", ".", "--from", "absent"]);
    fails_in_chinese(&archive, &["links", "absent.md"]);
    fails_in_chinese(&archive, &["explain", "LK999"]);
    fails_in_chinese(&archive, &["fix", ".", "--rules", "LK999"]);
    assert!(archive.run(&["fix", ".", "--rules", "dead-lnik"]).stderr.contains("did you mean `dead-link`?"));
    fails_in_chinese(&archive, &["check", ".", "--offline", "--format", "cuneiform"]);
    fails_in_chinese(&archive, &["check", ".", "--offline", "--since", "HEAD"]);
    fails_in_chinese(&archive, &["check", ".", "--offline", "--update-baseline"]);
    fails_in_chinese(&archive, &["seal", ".", "--bagit", "bag"]);
    fails_in_chinese(&archive, &["config", ".", "--config", "absent.yml"]);
}

#[test]
fn what_is_generated_is_in_chinese() {
    let archive = Archive::new(SITE);
    let english = archive.run(&["man"]).stdout;
    let page = archive.run(&["man", "--lang", "zh"]).stdout;
    let headings = |page: &str, level: &str| page.lines().filter(|line| line.starts_with(level)).count();
    for command in english.lines().filter(|line| line.starts_with(".SH \"POSTPROOF ")) {
        assert!(page.contains(command), "the manual lacks {command}");
    }
    for heading in page.lines().filter_map(|line| line.strip_prefix(".SH ").or(line.strip_prefix(".SS "))) {
        assert!(heading.contains(is_han) || heading.starts_with("\"POSTPROOF "), "{heading}");
    }
    for heading in [".SH 名称", ".SH 概要", ".SH 描述", ".SH 选项", ".SH 命令", ".SH 版本", ".SS 描述", ".SS 网络"]
    {
        assert!(page.lines().any(|line| line == heading), "the manual lacks {heading}");
    }
    assert!(headings(&page, ".SS") >= headings(&english, ".SS"), "{page}");
    let prose = |line: &&str| is_prose(line) && !line.contains(is_han) && !line.starts_with(['.', '\\']);
    let left: Vec<&str> = page.lines().filter(prose).filter(|line| !line.contains("\\fB")).collect();
    assert_eq!(left, [""; 0], "{page}");
    for shell in ["zsh", "fish", "elvish", "powershell"] {
        let script = archive.run(&["completions", shell, "--lang", "zh"]).stdout;
        for words in ["检查存档并写出健康报告", "完全不访问网络", "显示帮助", "显示版本"] {
            assert!(script.contains(words), "{shell} lacks {words}");
        }
        assert!(!script.contains("Print help") && !script.contains("Ask nothing of the web"), "{script}");
    }
    let meanings = archive.run(&["completions", "zsh", "--lang", "zh"]).stdout;
    assert!(meanings.contains("error\\:\"错误\""), "{meanings}");
}

#[test]
fn a_wrong_command_line_is_refused_in_chinese() {
    let archive = Archive::new(SITE);
    for (line, told) in [
        ("check --nonsense", "意外的参数 '--nonsense'"),
        ("check --offlin", "有一个相近的参数：'--offline'"),
        ("check --pace", "'--pace <DURATION>' 需要一个值"),
        ("check --pace soon", "`soon` 不是时间长度"),
        ("check --concurrency 0", "请写一个不小于 1 的整数"),
        ("check --fail-on erorr", "有一个相近的值：'error'"),
        ("check --offline=yes", "有多余的值 'yes'"),
        ("check --quiet --verbose", "不能与 '--verbose' 同时使用"),
        ("repair", "缺少以下必需的参数：\n  --from <PATH|REV>"),
        ("chekc", "有一个相近的命令：'check'"),
        ("chekc .", "有一个相近的命令：'check'"),
        ("--offline check .", "命令 'check' 不能与它前面的"),
    ] {
        let words: Vec<&str> = ["--lang=zh"].into_iter().chain(line.split(' ')).collect();
        let mut command = archive.command();
        let run = Run::of(&command.args(&words).output().unwrap());
        assert!(run.code == 2 && run.stdout.is_empty(), "{line}: {} {}", run.code, run.stdout);
        assert!(run.stderr.starts_with("错误：") && run.stderr.contains(told), "{line}: {}", run.stderr);
        assert!(run.stderr.contains("'--help'") && !run.stderr.contains('\u{1b}'), "{line}: {}", run.stderr);
    }
    // The locale chooses too, a flag before it, and none behind `--`.
    let said = |words: &[&str]| {
        let mut command = archive.command();
        command.env_remove("LC_ALL").env_remove("LC_MESSAGES").env("LANG", "zh_CN.UTF-8").args(words);
        Run::of(&command.output().unwrap()).stderr
    };
    assert!(said(&["check", "--nonsense"]).starts_with("错误："));
    assert!(
        said(&["check", "--nonsense", "--lang", "en"]).starts_with("error: unexpected argument '--nonsense' found")
    );
    assert!(said(&["check", "--nonsense", "--", "--lang=en"]).starts_with("错误："));
    assert!(said(&["check", "--lang", "de"]).contains("请写 en 或 zh"));
}

#[cfg(unix)]
#[test]
fn an_argument_that_is_no_text_is_refused_in_chinese() {
    use std::os::unix::ffi::OsStrExt;
    let archive = Archive::new(SITE);
    let bytes = std::ffi::OsStr::from_bytes(b"\xC4\xFA");
    let run = Run::of(&archive.command().args(["--lang", "zh", "check", "--select"]).arg(bytes).output().unwrap());
    assert!(run.code == 2 && run.stderr.starts_with("错误：参数中有无效的 UTF-8\n"), "{}", run.stderr);
}

#[test]
fn settings_that_are_wrong_are_told_in_chinese() {
    for text in [
        "fetsh: {}",
        "zzz: 1",
        "fetch: {pace: soon}",
        "fetch: {concurrency: many}",
        "report: {language: klingon}",
        "source_link: https://a.example/",
        "history: {allow: [{path: a.md, reason: ''}]}",
        "archive: {cdx: nowhere}",
        "archive: {credentials: secret}",
        "fetch: {exclude: ['[']}",
        "fetch: {contact: '(x)'}",
        "fetch: {name_servers: [x]}",
        "fetch: {headers: [{host: a.example, name: a b, value: c}]}",
        "fetch: {headers: [{host: a.example, name: a, value: $ABSENT_VARIABLE}]}",
        "fetch: {ca_file: absent.pem}",
        "front_matter: {schema: absent.json}",
        "a: [",
    ] {
        let archive = Archive::new(SITE);
        archive.write("postproof.yml", text.as_bytes());
        fails_in_chinese(&archive, &["check", ".", "--offline", "--no-reports"]);
    }
}

#[test]
fn damage_is_told_in_chinese() {
    let archive = Archive::new(SITE);
    speaks_chinese(&archive, &["seal", "."]);
    archive.write("_posts/2022-01-17-one.md", b"altered");
    std::fs::remove_file(archive.join("index.md")).unwrap();
    std::fs::rename(archive.join("_posts/2022-01-18-two.md"), archive.join("_posts/2022-01-18-three.md")).unwrap();
    archive.write("new.md", b"new");
    assert_eq!(speaks_chinese(&archive, &["verify", "."]).code, 1);
    let head = "1:".to_owned() + &"0".repeat(64);
    speaks_chinese(&archive, &["verify", ".", "--consistent-with", &head]);
    speaks_chinese(&archive, &["verify", ".", "--root", &"0".repeat(64)]);
    let copy = Archive::new(SITE);
    let from = copy.path().to_str().unwrap().to_owned();
    assert_eq!(speaks_chinese(&archive, &["repair", ".", "--from", &from]).code, 1);
    speaks_chinese(&archive, &["seal", ".", "--accept", "nothing.md"]);
    assert_eq!(speaks_chinese(&archive, &["repair", ".", "--from", &from, "--apply"]).code, 0);
    let outside = tempfile::tempdir().unwrap();
    let bag = outside.path().join("bag");
    let bag = bag.to_str().unwrap();
    speaks_chinese(&archive, &["seal", ".", "--bagit", bag]);
    assert_eq!(speaks_chinese(&archive, &["verify", bag]).code, 0);
    std::fs::write(outside.path().join("bag/data/extra"), "x").unwrap();
    assert_eq!(speaks_chinese(&archive, &["verify", bag]).code, 1);
    archive.write(".postproof/seal/seal.json", b"{}");
    fails_in_chinese(&archive, &["verify", "."]);
    archive.write(".postproof/state.db", &[7; 4096]);
    fails_in_chinese(&archive, &["history", "."]);
}

/// What is said inside of another sentence is Chinese too.
#[test]
fn reasons_are_told_in_chinese() {
    let archive = Archive::new(SITE);
    let says = |args: &[&str], words: &str| {
        let run = speaks_chinese(&archive, args);
        assert!(run.stdout.contains(words) || run.stderr.contains(words), "{args:?}: {}{}", run.stdout, run.stderr);
    };
    says(&["site", ".", "--resolve", "http://["], "其主机名形似 IPv6 地址");
    says(&["site", ".", "--resolve", "mailto:a@b.example"], "它是邮件地址 a@b.example");
    says(&["check", ".", "--offline", "--no-reports", "--explain", "index.md:3"], "index.md");
    archive.write("bag/bagit.txt", b"BagIt-Version: 1\n");
    says(&["verify", "bag"], "bagit.txt:1 不是 `BagIt-Version: M.N`");
    says(&["verify", "bag"], "没有可供核对的载荷清单");
    archive.write("bag/manifest-sha256.txt", format!("x  data/a\n{}  data/../../a\n", "0".repeat(64)).as_bytes());
    says(&["verify", "bag"], "manifest-sha256.txt:1 没有 sha256 摘要");
    says(&["verify", "bag"], "manifest-sha256.txt:2 写有 data/../../a，它不是直接位于 bag 之内的路径");
    says(&["seal", "."], "已封存");
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("a"), "x").unwrap();
    says(&["seal", ".", "--bagit", outside.path().to_str().unwrap()], "它已经存在；请指定一个尚不存在的目录");
    archive.write(".postproof/seal/seal.json", b"junk");
    says(&["check", ".", "--offline", "--no-reports"], "被 postproof 以外的程序改动过");
    archive.write("short.db", b"junk");
    for command in ["fix", "history"] {
        says(&[command, ".", "--state", "short.db"], "文件已损坏（它比任何数据库都短）");
    }
}

#[test]
fn the_environment_or_the_settings_choose_chinese_for_every_command() {
    let archive = Archive::new(SITE);
    let with_locale = |command: &mut Command, locale: &str| {
        Run::of(&command.env_remove("LC_ALL").env_remove("LC_MESSAGES").env("LANG", locale).output().unwrap())
    };
    let run = with_locale(archive.command().args(["seal", "."]), "zh_CN.UTF-8");
    assert!(run.code == 0 && run.stdout.starts_with("已封存") && english(&run).is_empty(), "{}", run.stdout);
    let run = with_locale(archive.command().args(["verify", "."]), "en_GB.UTF-8");
    assert!(run.stdout.contains("The archive is intact."), "{}", run.stdout);
    archive.write("postproof.yml", b"report: {language: zh}\n");
    assert!(archive.run(&["verify", "."]).stdout.contains("存档不完好。"));
    assert!(archive.run(&["history", "."]).stderr.starts_with("错误：没有状态文件"));
    assert!(archive.run(&["history", ".", "--lang", "en"]).stderr.starts_with("error: there is no state file"));
}
