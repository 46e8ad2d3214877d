//! Bags: what is written is valid to Python's bagit, and what other tools wrote, rightly or wrongly, is judged as it judges it.
//!
//! `POSTPROOF_JUDGES=1` asks bagit itself (`POSTPROOF_BAGIT_PYTHON` names a Python that has it); `bags.json` keeps its answers.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::archive::Archive;

const RECORD: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/seal/bags.json");
const JUDGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/seal/bagit_judge.py");

/// Bags that bagit judges otherwise than RFC 8493, and why ours is the other verdict.
const DIFFERENCES: [(&str, &str); 3] = [
    (
        "other-normal-form",
        "bagit counts the file as there and then does not find it; it is told, and the content is whole",
    ),
    ("percent", "bagit does not know `%25`, which §2.1.3 asks for"),
    ("not-in-every-manifest", "§2.1.3 asks for every file in every manifest; bagit takes any"),
];

/// An archive that is sealed, and the bag of it.
fn bagged() -> (Archive, Archive) {
    let archive = Archive::empty();
    for number in 1..=5 {
        let text = format!("---\nlayout: post\n---\n厦门日报 {number}\n");
        archive.write(&format!("_posts/2022-0{number}-17-NW{number}.md"), text.as_bytes());
    }
    archive.write("新闻/caf\u{e9} *1.html", b"");
    archive.write("img/a b.png", b"\x89PNG\r\n\0\xff");
    let target = Archive::empty();
    let run = archive.run(&["seal", "--bagit", target.join("bag").to_str().unwrap()]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    (archive, target)
}

/// Replaces text in a file of a bag, and takes away the manifests of tag files, which would find that out.
fn edit(bag: &Path, name: &str, from: &str, to: &str) {
    let text = fs::read_to_string(bag.join(name)).unwrap();
    assert!(text.contains(from), "{name} has no {from}");
    fs::write(bag.join(name), text.replacen(from, to, 1)).unwrap();
    for tags in ["tagmanifest-sha256.txt", "tagmanifest-sha512.txt"] {
        drop(fs::remove_file(bag.join(tags)));
    }
}

/// Leaves the manifest of one algorithm.
fn only_sha256(bag: &Path) {
    edit(bag, "bagit.txt", "1.0", "1.0");
    fs::remove_file(bag.join("manifest-sha512.txt")).unwrap();
}

const POST: &str = "data/_posts/2022-01-17-NW1.md";

type Case = (&'static str, fn(&Path));

/// The bad and the odd cases of the conformance suite of the Library of Congress, and some more.
const CASES: [Case; 28] = [
    ("as-written", |_| {}),
    ("altered", |bag| fs::write(bag.join(POST), "x").unwrap()),
    ("altered-same-size", |bag| {
        let mut bytes = fs::read(bag.join(POST)).unwrap();
        bytes[3] ^= 1;
        fs::write(bag.join(POST), bytes).unwrap();
    }),
    ("missing", |bag| fs::remove_file(bag.join(POST)).unwrap()),
    ("extra", |bag| fs::write(bag.join("data/new.md"), "x").unwrap()),
    ("extra-ds-store", |bag| fs::write(bag.join("data/.DS_Store"), "x").unwrap()),
    ("extra-tag-file", |bag| fs::write(bag.join("notes.txt"), "x").unwrap()),
    ("altered-tag-file", |bag| {
        let info = fs::read_to_string(bag.join("bag-info.txt")).unwrap();
        fs::write(bag.join("bag-info.txt"), info.replace("postproof", "somebody")).unwrap();
    }),
    ("missing-tag-file", |bag| fs::remove_file(bag.join("bag-info.txt")).unwrap()),
    ("wrong-oxum", |bag| edit(bag, "bag-info.txt", "Payload-Oxum: ", "Payload-Oxum: 1")),
    ("no-declaration-version", |bag| edit(bag, "bagit.txt", "BagIt-Version: 1.0", "BagIt-Version: one")),
    ("bom-in-declaration", |bag| edit(bag, "bagit.txt", "BagIt", "\u{feff}BagIt")),
    ("version-0.97", |bag| edit(bag, "bagit.txt", "1.0", "0.97")),
    ("no-manifest", |bag| {
        only_sha256(bag);
        fs::remove_file(bag.join("manifest-sha256.txt")).unwrap();
    }),
    ("twice-with-different-digests", |bag| {
        only_sha256(bag);
        let text = fs::read_to_string(bag.join("manifest-sha256.txt")).unwrap();
        let line = text.lines().next().unwrap();
        let other = format!("{}{}\n", "0".repeat(64), &line[64..]);
        fs::write(bag.join("manifest-sha256.txt"), text.clone() + &other).unwrap();
    }),
    ("twice-with-one-digest", |bag| {
        only_sha256(bag);
        let text = fs::read_to_string(bag.join("manifest-sha256.txt")).unwrap();
        fs::write(bag.join("manifest-sha256.txt"), format!("{text}{}\n", text.lines().next().unwrap())).unwrap();
    }),
    ("other-normal-form", |bag| {
        only_sha256(bag);
        edit(bag, "manifest-sha256.txt", "caf\u{e9}", "cafe\u{301}");
    }),
    ("both-normal-forms", |bag| {
        only_sha256(bag);
        let text = fs::read_to_string(bag.join("manifest-sha256.txt")).unwrap();
        let line = text.lines().find(|line| line.contains("caf")).unwrap();
        let other = format!("{}{}\n", "0".repeat(64), line[64..].replace("caf\u{e9}", "cafe\u{301}"));
        fs::write(bag.join("manifest-sha256.txt"), text.clone() + &other).unwrap();
    }),
    ("path-out-of-the-bag", |bag| {
        only_sha256(bag);
        edit(bag, "manifest-sha256.txt", POST, "data/../../x.md");
    }),
    ("absolute-path", |bag| {
        only_sha256(bag);
        edit(bag, "manifest-sha256.txt", POST, "/etc/hostname");
    }),
    ("dot-slash", |bag| {
        only_sha256(bag);
        edit(bag, "manifest-sha256.txt", POST, &format!("./{POST}"));
    }),
    ("star", |bag| {
        only_sha256(bag);
        edit(bag, "manifest-sha256.txt", &format!(" {POST}"), &format!("*{POST}"));
    }),
    ("crlf-manifest", |bag| {
        only_sha256(bag);
        let text = fs::read_to_string(bag.join("manifest-sha256.txt")).unwrap();
        fs::write(bag.join("manifest-sha256.txt"), text.replace('\n', "\r\n")).unwrap();
    }),
    ("not-in-every-manifest", |bag| {
        let text = fs::read_to_string(bag.join("manifest-sha512.txt")).unwrap();
        let line = text.lines().next().unwrap().to_owned() + "\n";
        edit(bag, "manifest-sha512.txt", &line, "");
    }),
    ("not-fetched", |bag| {
        fs::remove_file(bag.join(POST)).unwrap();
        fs::write(bag.join("fetch.txt"), format!("http://127.0.0.1:9/x 10 {POST}\n")).unwrap();
        edit(bag, "bagit.txt", "1.0", "1.0");
    }),
    ("upper-case-digits", |bag| {
        only_sha256(bag);
        let text = fs::read_to_string(bag.join("manifest-sha256.txt")).unwrap();
        let upper: String =
            text.lines().map(|line| format!("{}{}\n", line[..64].to_uppercase(), &line[64..])).collect();
        fs::write(bag.join("manifest-sha256.txt"), upper).unwrap();
    }),
    ("md5-only", |bag| {
        only_sha256(bag);
        let output = Command::new("sh").args(["-c", "find data -type f -exec md5sum {} +"]).current_dir(bag).output();
        fs::write(bag.join("manifest-md5.txt"), output.unwrap().stdout).unwrap();
        fs::remove_file(bag.join("manifest-sha256.txt")).unwrap();
    }),
    ("percent", |bag| {
        only_sha256(bag);
        fs::rename(bag.join(POST), bag.join("data/_posts/100%.md")).unwrap();
        edit(bag, "manifest-sha256.txt", POST, "data/_posts/100%25.md");
    }),
];

/// Our verdict of a bag.
fn verdict(bag: &Path) -> &'static str {
    let run = Archive::empty().run(&["verify", bag.to_str().unwrap()]);
    match run.code {
        0 => "valid",
        1 => "invalid",
        _ => panic!("{}{}", run.stdout, run.stderr),
    }
}

fn python() -> Command {
    let program = std::env::var_os("POSTPROOF_BAGIT_PYTHON").unwrap_or_else(|| "python3".into());
    let mut command = Command::new(program);
    command.arg(JUDGE);
    command
}

/// What bagit says of these bags.
fn ask(bags: &[String]) -> Vec<String> {
    let mut child = python().stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all((bags.join("\n") + "\n").as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

fn is_live() -> bool {
    std::env::var_os("POSTPROOF_JUDGES").is_some()
}

#[test]
fn bags_are_judged_as_bagit_judges_them() {
    let bags: Vec<(&str, Archive)> = CASES
        .iter()
        .map(|(name, change)| {
            let (_, target) = bagged();
            change(&target.join("bag"));
            (*name, target)
        })
        .collect();
    let place = |target: &Archive| target.join("bag").to_str().unwrap().to_owned();
    if is_live() {
        let answers = ask(&bags.iter().map(|(_, target)| place(target)).collect::<Vec<_>>());
        let live: BTreeMap<&str, String> = bags.iter().map(|(name, _)| *name).zip(answers).collect();
        let live = serde_json::to_string_pretty(&live).unwrap() + "\n";
        if std::env::var_os("POSTPROOF_RECORD").is_some() {
            fs::write(RECORD, &live).unwrap();
        }
        assert_eq!(
            fs::read_to_string(RECORD).unwrap(),
            live,
            "what bagit says has changed: POSTPROOF_RECORD=1 keeps it"
        );
    }
    let record: BTreeMap<String, String> = serde_json::from_str(&fs::read_to_string(RECORD).unwrap()).unwrap();
    assert_eq!(record.len(), CASES.len(), "POSTPROOF_JUDGES=1 POSTPROOF_RECORD=1 asks about new cases");
    for (name, target) in &bags {
        let differs = DIFFERENCES.iter().any(|(other, _)| other == name);
        let (theirs, ours) = (record[*name].as_str(), verdict(&target.join("bag")));
        assert_eq!(theirs == ours, !differs, "{name}: bagit says {theirs}, we say {ours}");
    }
}

#[test]
fn a_bag_that_bagit_made_is_valid() {
    // Made by bagit 1.9.0, which still writes version 0.97.
    let made = Archive::empty();
    let picture = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/seal/made_by_bagit.txt")).unwrap();
    let recorded = Archive::new(&picture);
    let run = recorded.run(&["verify"]);
    assert!(run.code == 0 && run.stdout.contains("a bag of version 0.97"), "{}{}", run.stdout, run.stderr);
    recorded.write("data/新闻.md", b"x");
    assert_eq!(recorded.run(&["verify"]).code, 1);
    if is_live() {
        made.write("bag/新闻.md", "厦门日报\n".as_bytes()).write("bag/a%25 b.md", b"b\n");
        let folder = made.join("bag");
        assert!(python().args(["make", folder.to_str().unwrap()]).status().unwrap().success());
        for name in ["bagit.txt", "manifest-sha256.txt", "manifest-sha512.txt"] {
            let expected = Archive::new(&picture);
            assert_eq!(fs::read(folder.join(name)).unwrap(), fs::read(expected.join(name)).unwrap(), "{name}");
        }
        assert_eq!(verdict(&folder), "valid");
    }
}

#[test]
fn the_payload_is_an_archive_that_is_sealed() {
    let (_, target) = bagged();
    let run = target.run(&["verify", "bag/data"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    // And sha256sum reads its manifest.
    let output = Command::new("sha256sum")
        .args(["--check", "--strict", "--quiet", "manifest-sha256.txt"])
        .current_dir(target.join("bag"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn what_is_not_as_it_was_sealed_is_not_bagged() {
    let (archive, target) = bagged();
    archive.write("_posts/2022-01-17-NW1.md", b"altered");
    let bag = target.join("second");
    let run = archive.run(&["seal", "--bagit", bag.to_str().unwrap()]);
    assert_eq!(run.code, 1);
    assert!(run.stdout.contains("broken      _posts/2022-01-17-NW1.md"), "{}", run.stdout);
    let left: Vec<_> = fs::read_dir(target.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["bag"], "nothing is left behind");
    // Nor is a bag written over something, or into the archive.
    let run = archive.run(&["seal", "--bagit", target.join("bag").to_str().unwrap()]);
    assert_eq!(run.code, 3, "{}", run.stdout);
    assert!(run.stderr.contains("is there already"), "{}", run.stderr);
    let run = archive.run(&["seal", "--bagit", "inside"]);
    assert_eq!((run.code, archive.join("inside").exists()), (2, false), "{}", run.stderr);
}

#[test]
fn a_bag_holds_what_git_holds() {
    let git = |archive: &Archive, arguments: &[&str]| {
        let mut command = Command::new("git");
        command.args(["-c", "user.name=a", "-c", "user.email=a@b.cn"]).args(arguments).current_dir(archive.path());
        assert!(command.env("GIT_CONFIG_GLOBAL", "/dev/null").status().unwrap().success());
    };
    let archive = Archive::new("//- .gitattributes\n*.md text eol=crlf\n//- a.md\none\n//- sub/b.html\ntwo\n");
    git(&archive, &["init", "--quiet"]);
    git(&archive, &["add", "--all"]);
    git(&archive, &["commit", "--quiet", "--message=m"]);
    archive.write("a.md", b"one\r\n");
    assert_eq!(archive.run(&["seal"]).code, 0);
    git(&archive, &["sparse-checkout", "set", "nothing"]);
    assert!(!archive.join("sub/b.html").exists());
    let target = Archive::empty();
    let run = archive.run(&["seal", "--bagit", target.join("bag").to_str().unwrap()]);
    assert!(target.join("bag").exists(), "{}{}", run.stdout, run.stderr);
    assert_eq!(fs::read(target.join("bag/data/a.md")).unwrap(), b"one\n");
    assert_eq!(fs::read(target.join("bag/data/sub/b.html")).unwrap(), b"two\n");
    assert_eq!(verdict(&target.join("bag")), "valid");
}

#[test]
fn what_is_wrong_with_a_bag_is_said() {
    let (_, target) = bagged();
    let bag = target.join("bag");
    fs::write(bag.join(POST), "x").unwrap();
    fs::write(bag.join("data/new.md"), "x").unwrap();
    let run = target.run(&["verify", "bag", "--format", "json"]);
    let said: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        said["entries"],
        serde_json::json!([
            { "path": POST, "status": "altered" }, { "path": "data/new.md", "status": "extra" },
        ])
    );
    assert!(said["problems"][0].as_str().unwrap().starts_with("Payload-Oxum promises"), "{said:#}");
    let run = target.run(&["verify", "bag", "--root", &"0".repeat(64)]);
    assert_eq!(run.code, 2, "a bag has no log: {}", run.stdout);
}
