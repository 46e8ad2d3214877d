//! The seal on real files, in real repositories, against other programs, damage and killed processes.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::format_collect,
    reason = "the helpers of a test fail it by panicking, and need no speed"
)]

#[path = "support/archive.rs"]
mod archive;
#[path = "seal/bag.rs"]
mod bag;
#[path = "seal/check.rs"]
mod check;
#[expect(dead_code, reason = "every test binary takes what it needs of it")]
#[path = "support/generator/mod.rs"]
mod generator;
#[path = "seal/killed.rs"]
mod killed;
#[path = "seal/links.rs"]
mod links;
#[path = "seal/names.rs"]
mod names;
#[path = "seal/repair.rs"]
mod repair;
#[path = "seal/torn.rs"]
mod torn;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use jiff::Timestamp;
use postproof::seal::{
    self, Archive, Consistency, Digest, Head, Published, Refusal, Request, SealError, SealErrorKind, Sealed, Status,
    Verification,
};
use postproof::vcs::Repository;

/// Tells the test binary that it is the child of one of its own tests: the archive's top.
const CHILD: &str = "POSTPROOF_TEST_SEAL_CHILD";

/// An archive in a temporary folder.
struct Sandbox(tempfile::TempDir);

impl Sandbox {
    fn new() -> Self {
        // In memory where there is such a folder: a seal waits for the disk many times, and these tests are of processes, not of disks.
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        Self(folder.unwrap())
    }

    /// An archive of posts of three months, some of them moved to the archive folder, and some pages.
    fn with_posts(count: u32) -> Self {
        Self::new().fill(count)
    }

    fn fill(self, count: u32) -> Self {
        for number in 0..count {
            let folder = if number % 3 == 0 { "_posts" } else { "old_post" };
            let path = format!("{folder}/2022-0{}-17-NW{number:05}.md", number % 3 + 1);
            self.write(&path, &format!("---\ntitle: 新闻 {number}\n---\n<p>厦门日报</p>\n"));
        }
        self.write("category/shamenribao.html", "---\nlayout: category\n---\n");
        self.write("README.md", "");
        self
    }

    fn top(&self) -> &Path {
        self.0.path()
    }

    fn folder(&self) -> PathBuf {
        self.top().join(seal::FOLDER)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.top().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn rename(&self, from: &str, to: &str) {
        fs::create_dir_all(self.top().join(to).parent().unwrap()).unwrap();
        fs::rename(self.top().join(from), self.top().join(to)).unwrap();
    }

    fn remove(&self, path: &str) {
        fs::remove_file(self.top().join(path)).unwrap();
    }

    fn git(&self, arguments: &[&str]) -> String {
        let output = Command::new("git")
            .args(["-c", "user.name=a", "-c", "user.email=a@b.cn"])
            .args(arguments)
            .current_dir(self.top())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .output()
            .unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// Whether something in the seal's folder waits to be completed or undone.
    fn is_being_written(&self) -> bool {
        self.seal_files().keys().any(|name| name.contains(".new") || name == "journal")
    }

    /// The files of the seal with their content, by name.
    fn seal_files(&self) -> Files {
        let mut names = Vec::new();
        list(&self.folder(), "", &mut names);
        let content = |name: &String| fs::read(self.folder().join(name)).ok();
        names.into_iter().filter_map(|name| Some((name.clone(), content(&name)?))).collect()
    }

    fn paths(&self) -> Vec<String> {
        let mut paths = Vec::new();
        list(self.top(), "", &mut paths);
        paths
    }

    fn seal(&self) -> Sealed {
        self.seal_accepting(&[])
    }

    fn seal_accepting(&self, accepted: &[&str]) -> Sealed {
        try_seal(self.top(), accepted).unwrap()
    }

    fn verify(&self) -> Verification {
        self.try_verify().unwrap()
    }

    fn try_verify(&self) -> Result<Verification, SealError> {
        let paths = self.paths();
        let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
        let repository = Repository::discover(self.top()).unwrap();
        let archive = Archive { top: self.top(), paths: &paths, repository: repository.as_ref() };
        seal::verify(&archive, &self.folder())
    }

    /// What a verification says, a line each.
    fn said(&self) -> Vec<String> {
        let verification = self.verify();
        assert_eq!(verification.problems, []);
        assert_eq!(verification.account, seal::Account::default());
        said(&verification)
    }

    fn consistency(&self, head: &Head) -> Consistency {
        seal::consistency(&self.folder(), &Published { size: None, root: head.root }).unwrap()
    }
}

fn try_seal(top: &Path, accepted: &[&str]) -> Result<Sealed, SealError> {
    let mut paths = Vec::new();
    list(top, "", &mut paths);
    let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    let repository = Repository::discover(top).unwrap();
    let archive = Archive { top, paths: &paths, repository: repository.as_ref() };
    let at = Timestamp::from_second(1_800_000_000).unwrap();
    seal::seal(&archive, &Request { folder: &top.join(seal::FOLDER), accepted, at })
}

fn said(verification: &Verification) -> Vec<String> {
    let line = |entry: &seal::Entry| {
        let path = &entry.path;
        match &entry.status {
            Status::Altered { .. } => format!("altered {path}"),
            Status::Missing { .. } => format!("missing {path}"),
            Status::Moved { to } => format!("moved {path} to {to}"),
            Status::AlteredInMove { to, .. } => format!("altered {path} in its move to {to}"),
            Status::Extra => format!("extra {path}"),
            Status::Unreadable(why) => format!("unreadable {path}: {why}"),
        }
    };
    verification.comparison.entries.iter().map(line).collect()
}

fn list(folder: &Path, prefix: &str, paths: &mut Vec<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        if entry.file_type().unwrap().is_dir() {
            if !name.starts_with('.') {
                list(&entry.path(), &format!("{name}/"), paths);
            }
        } else if !name.starts_with(".git") {
            paths.push(name);
        }
    }
}

/// Small numbers without a pattern.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % below
    }
}

fn flip(path: &Path, bit: usize) {
    let mut bytes = fs::read(path).unwrap();
    *bytes.get_mut(bit / 8).unwrap() ^= 1 << (bit % 8);
    fs::write(path, bytes).unwrap();
}

fn sha256sum(sandbox: &Sandbox) -> (bool, String) {
    let script = "sha256sum --check --strict --quiet .postproof/seal/*.sha256";
    let output =
        Command::new("sh").args(["-c", script]).current_dir(sandbox.top()).env("LC_ALL", "C").output().unwrap();
    (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn other_programs_accept_the_manifests() {
    let sandbox = Sandbox::with_posts(100);
    for name in [" space ", "*star", "-dash", "新 闻.html", "a'b\"c", "#hash", "tab\there", "%0A", "~"] {
        sandbox.write(&format!("pages/{name}"), name);
    }
    sandbox.seal();
    assert_eq!(sha256sum(&sandbox), (true, String::new()));
    let mut names: Vec<String> = fs::read_dir(sandbox.folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [".gitattributes", "2022-01.sha256", "2022-02.sha256", "2022-03.sha256", "log", "other.sha256", "seal.json"]
    );
    sandbox.write("README.md", "altered");
    let (is_fine, said) = sha256sum(&sandbox);
    assert!(!is_fine && said.contains("README.md: FAILED"), "{said}");

    // And what sha256sum writes is what we write.
    let script = "LC_ALL=C sha256sum -- _posts/* old_post/* | grep 2022-02 | LC_ALL=C sort -k2";
    let output = Command::new("sh").args(["-c", script]).current_dir(sandbox.top()).output().unwrap();
    assert_eq!(output.stdout, fs::read(sandbox.folder().join("2022-02.sha256")).unwrap());
}

#[test]
fn one_flipped_bit_is_found_and_nothing_else() {
    let sandbox = Sandbox::with_posts(60);
    sandbox.seal();
    assert!(sandbox.verify().is_intact());
    let paths: Vec<String> = sandbox.paths().into_iter().filter(|path| path != "README.md").collect();
    let mut dice = Dice(1);
    for _ in 0..200 {
        let path = &paths[dice.roll(paths.len())];
        let file = sandbox.top().join(path);
        let bit = dice.roll(fs::read(&file).unwrap().len() * 8);
        flip(&file, bit);
        assert_eq!(sandbox.said(), [format!("altered {path}")], "bit {bit}");
        flip(&file, bit);
    }
    assert!(sandbox.verify().is_intact());
}

#[test]
fn a_flipped_bit_of_the_seal_is_found() {
    let sandbox = Sandbox::with_posts(30);
    sandbox.seal();
    sandbox.write("README.md", "edited");
    sandbox.seal_accepting(&["README.md"]);
    assert!(sandbox.verify().is_intact());
    let mut dice = Dice(2);
    for name in ["2022-01.sha256", "2022-02.sha256", "other.sha256", "retired", "log/000000"] {
        for _ in 0..40 {
            let file = sandbox.folder().join(name);
            let before = fs::read(&file).unwrap();
            let bit = dice.roll(before.len() * 8);
            flip(&file, bit);
            let after = fs::read(&file).unwrap();
            // A digit's case means nothing, and nothing else is said by the bit that makes it.
            if !after.eq_ignore_ascii_case(&before) || before[bit / 8] != after[bit / 8].to_ascii_lowercase() {
                assert!(!sandbox.verify().is_intact(), "{name}, bit {bit}");
                if name != "log/000000" {
                    assert!(matches!(try_seal(sandbox.top(), &[]).unwrap_err().kind, SealErrorKind::Damaged(_)));
                }
            }
            flip(&file, bit);
        }
    }
    assert!(sandbox.verify().is_intact());
}

#[test]
fn every_class_is_told_on_real_files() {
    let sandbox = Sandbox::with_posts(12);
    sandbox.seal();
    sandbox.write("old_post/2022-02-17-NW00001.md", "altered");
    sandbox.remove("old_post/2022-03-17-NW00002.md");
    sandbox.rename("_posts/2022-01-17-NW00003.md", "old_post/2022-01-17-NW00003.md");
    sandbox.remove("_posts/2022-01-17-NW00006.md");
    sandbox.write("old_post/2022-01-17-NW00006.md", "altered on the way");
    sandbox.write("_posts/2022-04-17-NW00099.md", "new");
    sandbox.remove("old_post/2022-02-17-NW00004.md");
    std::os::unix::fs::symlink("../README.md", sandbox.top().join("old_post/2022-02-17-NW00004.md")).unwrap();
    assert_eq!(
        sandbox.said(),
        [
            "moved _posts/2022-01-17-NW00003.md to old_post/2022-01-17-NW00003.md",
            "altered _posts/2022-01-17-NW00006.md in its move to old_post/2022-01-17-NW00006.md",
            "extra _posts/2022-04-17-NW00099.md",
            "altered old_post/2022-02-17-NW00001.md",
            "unreadable old_post/2022-02-17-NW00004.md: it is a symbolic link",
            "missing old_post/2022-03-17-NW00002.md",
        ]
    );
    let counts = sandbox.verify().counts;
    let manifests: Vec<&str> = counts.iter().map(|count| &*count.manifest).collect();
    assert_eq!(manifests, ["2022-01.sha256", "2022-02.sha256", "2022-03.sha256"]);
    assert_eq!((counts[2].sealed_files, counts[2].found_files), (4, 3));
}

#[test]
fn sealing_again_reads_and_writes_only_what_changed() {
    let sandbox = Sandbox::with_posts(50);
    let first = sandbox.seal();
    assert_eq!((first.files, first.head.size), (52, 52));
    let before = sandbox.seal_files();
    assert_eq!(sandbox.seal().head, first.head);
    assert_eq!(sandbox.seal_files(), before, "a sealing without news writes nothing");

    // An altered file is neither read nor blessed.
    sandbox.write("old_post/2022-02-17-NW00001.md", "altered");
    sandbox.write("_posts/2022-02-18-NW00100.md", "new");
    let second = sandbox.seal();
    assert_eq!((second.files, second.head.size, second.update.added.len()), (53, 53, 1));
    let after = sandbox.seal_files();
    let changed: Vec<&String> = after.keys().filter(|name| before.get(*name) != after.get(*name)).collect();
    assert_eq!(changed, ["2022-02.sha256", "log/000000", "seal.json"]);
    assert_eq!(sandbox.said(), ["altered old_post/2022-02-17-NW00001.md"]);

    let third = sandbox.seal_accepting(&["old_post/2022-02-17-NW00001.md", "nowhere"]);
    assert_eq!(third.update.unknown, ["nowhere".into()]);
    assert_eq!(third.head.size, 55, "what was given up, and what came for it");
    assert!(sandbox.verify().is_intact() && sandbox.verify().counts.is_empty());

    // The bot moves a post; its line moves along, and the log stays.
    sandbox.rename("_posts/2022-02-18-NW00100.md", "old_post/2022-02-18-NW00100.md");
    let fourth = sandbox.seal();
    assert_eq!((fourth.head, fourth.update.moved.len()), (third.head, 1));
    assert!(sandbox.verify().is_intact() && sandbox.verify().counts.is_empty());
    assert_eq!(sha256sum(&sandbox), (true, String::new()));
}

#[test]
fn a_month_without_files_has_no_manifest() {
    let sandbox = Sandbox::with_posts(3);
    let post = "_posts/2023-01-01-x.md";
    sandbox.write(post, "x");
    sandbox.seal();
    sandbox.remove(post);
    assert_eq!(sandbox.seal().update.missing, [post.into()]);
    sandbox.seal_accepting(&[post]);
    // An empty manifest is a fault to sha256sum.
    assert!(!sandbox.folder().join("2023-01.sha256").exists());
    assert_eq!(sha256sum(&sandbox), (true, String::new()));
    sandbox.write(post, "x");
    sandbox.seal();
    sandbox.remove(post);
    sandbox.seal_accepting(&[post]);
    assert!(sandbox.verify().is_intact(), "what was given up twice is accounted for twice");
}

#[test]
fn each_earlier_root_is_proven() {
    let sandbox = Sandbox::with_posts(3);
    let mut heads = vec![sandbox.seal().head];
    for round in 0..30_u32 {
        for number in 0..=round % 7 {
            sandbox
                .write(&format!("_posts/2024-05-0{}-{round}-{number}.md", round % 9 + 1), &format!("{round} {number}"));
        }
        heads.push(sandbox.seal().head);
    }
    let last = *heads.last().unwrap();
    for head in &heads {
        let consistency = sandbox.consistency(head);
        assert_eq!(consistency.published, Some(*head));
        assert!(consistency.holds && consistency.given_up.is_empty());
        assert!(seal::is_consistent(head, &last, &consistency.proof));
        let sized = Published::parse(&head.to_string()).unwrap();
        assert!(seal::consistency(&sandbox.folder(), &sized).unwrap().holds);
    }
    let never = sandbox.consistency(&Head { size: 3, root: Digest::of(b"never") });
    assert!(never.published.is_none() && !never.holds);

    // What is given up is named to whoever holds an earlier head.
    sandbox.write("README.md", "edited");
    sandbox.seal_accepting(&["README.md"]);
    let consistency = sandbox.consistency(&heads[0]);
    assert!(consistency.holds);
    assert_eq!(consistency.given_up.iter().map(|line| &*line.path).collect::<Vec<_>>(), ["README.md"]);
    let later = sandbox.seal().head;
    assert!(sandbox.consistency(&later).given_up.is_empty());

    // Whoever alters a post and makes the whole seal anew has a log of another root.
    fs::remove_dir_all(sandbox.folder()).unwrap();
    sandbox.write("category/shamenribao.html", "altered");
    sandbox.seal();
    assert!(sandbox.verify().is_intact(), "the seal alone cannot tell");
    assert!(heads.iter().all(|head| !sandbox.consistency(head).holds), "an earlier head can");
}

#[test]
fn a_log_of_many_files() {
    let sandbox = Sandbox::new();
    let write =
        |from: u32, to: u32| (from..to).for_each(|number| sandbox.write(&format!("{number}.md"), &number.to_string()));
    write(0, 4095);
    let first = sandbox.seal().head;
    write(4095, 4096);
    sandbox.seal();
    assert!(!sandbox.folder().join("log/000001").exists());
    write(4096, 4200);
    let last = sandbox.seal().head;
    assert_eq!(last.size, 4200);
    assert!(sandbox.folder().join("log/000001").exists());
    assert!(sandbox.verify().is_intact());
    assert!(
        seal::consistency(&sandbox.folder(), &Published { size: Some(first.size), root: first.root }).unwrap().holds
    );
    sandbox.remove(".postproof/seal/log/000001");
    let verification = sandbox.verify();
    assert!(!verification.is_intact());
    assert_eq!(verification.head.size, 4096);
}

#[test]
fn names_that_cannot_be_sealed_are_told() {
    let sandbox = Sandbox::new();
    for name in ["fine.md", "a\nb.md", "a\rb.md", "a\\b.md"] {
        sandbox.write(name, "x");
    }
    let sealed = sandbox.seal();
    let expected = [("a\nb.md", Refusal::LineBreak), ("a\rb.md", Refusal::LineBreak), ("a\\b.md", Refusal::Backslash)];
    assert_eq!(sealed.refused, expected.map(|(path, why)| (path.into(), why)));
    assert_eq!(sealed.files, 1);
    assert_eq!(sandbox.verify().refused.len(), 3);
    assert_eq!(sha256sum(&sandbox), (true, String::new()));
}

#[test]
fn the_digest_is_of_what_git_holds() {
    let sandbox = Sandbox::new();
    sandbox.git(&["init", "--quiet"]);
    sandbox.write(".gitattributes", "*.md text eol=crlf\n");
    sandbox.write("a.md", "one\r\ntwo\r\n");
    sandbox.write("b.html", "one\r\ntwo\r\n");
    sandbox.git(&["add", "--all"]);
    sandbox.git(&["commit", "--quiet", "--message=m"]);
    sandbox.seal();
    let manifest = fs::read_to_string(sandbox.folder().join("other.sha256")).unwrap();
    let expected = format!("{}  a.md\n{}  b.html\n", Digest::of(b"one\ntwo\n"), Digest::of(b"one\r\ntwo\r\n"));
    assert_eq!(manifest, expected);
    // The line ends of another checkout are no alteration; a word is, whatever the line ends.
    sandbox.write("a.md", "one\ntwo\n");
    assert_eq!(sandbox.said(), [""; 0]);
    sandbox.write("a.md", "one\r\nTWO\r\n");
    assert_eq!(sandbox.said(), ["altered a.md"]);
    sandbox.write("a.md", "one\r\ntwo\r\n");
    sandbox.git(&["config", "core.autocrlf", "true"]);
    sandbox.write(".gitattributes", "");
    assert_eq!(sandbox.said(), [""; 0]);
}

#[test]
fn conversions_of_every_kind_are_seen_through() {
    // Attributes; what git holds; what lies in the work tree.
    let table = [
        ("* text=auto\n", "one\ntwo\n", "one\r\ntwo\r\n"),
        ("* text=auto\n", "one\ntwo\n", "one\ntwo\n"),
        ("* text eol=lf\n", "one\ntwo\n", "one\r\ntwo\r\n"),
        ("* -text\n", "one\r\ntwo\r\n", "one\r\ntwo\r\n"),
        ("* crlf\n", "one\n", "one\r\n"),
        ("* ident\n", "$Id$\n", "$Id: 1234567890123456789012345678901234567890 $\n"),
        ("*.md working-tree-encoding=UTF-16LE text\n", "a\n", "a\0\n\0"),
    ];
    for (attributes, held, lying) in table {
        let sandbox = Sandbox::new();
        sandbox.git(&["init", "--quiet"]);
        sandbox.write(".gitattributes", attributes);
        sandbox.write("a.md", lying);
        sandbox.git(&["add", "--all"]);
        sandbox.git(&["commit", "--quiet", "--message=m"]);
        sandbox.seal();
        let manifest = fs::read_to_string(sandbox.folder().join("other.sha256")).unwrap();
        assert_eq!(manifest, format!("{}  a.md\n", Digest::of(held.as_bytes())), "{attributes}");
        assert_eq!(sandbox.said(), [""; 0], "{attributes}");
        sandbox.write("a.md", &lying.replace('o', "0").replace('a', "b").replace('I', "i"));
        assert_eq!(sandbox.said(), ["altered a.md"], "{attributes}");
    }
}

#[test]
fn line_ends_that_git_gave_the_seal_do_not_matter() {
    let sandbox = Sandbox::with_posts(5);
    sandbox.seal();
    for name in ["2022-01.sha256", "other.sha256", "log/000000", "seal.json"] {
        let path = sandbox.folder().join(name);
        let text = fs::read_to_string(&path).unwrap().replace('\n', "\r\n");
        fs::write(path, text).unwrap();
    }
    assert!(sandbox.verify().is_intact());
    sandbox.write("_posts/2022-01-18-new.md", "new");
    sandbox.seal();
    assert!(sandbox.verify().is_intact());
    assert!(sha256sum(&sandbox).0);
}

#[test]
fn what_a_sparse_checkout_leaves_out_is_read_from_git() {
    let sandbox = Sandbox::with_posts(9);
    sandbox.git(&["init", "--quiet"]);
    sandbox.git(&["add", "--all"]);
    sandbox.git(&["commit", "--quiet", "--message=m"]);
    sandbox.seal();
    sandbox.git(&["sparse-checkout", "set", "_posts"]);
    assert!(!sandbox.top().join("old_post").exists());
    assert_eq!(sandbox.said(), [""; 0]);
}

#[test]
fn what_cannot_be_used_says_what_to_do() {
    let sandbox = Sandbox::with_posts(3);
    let message = |error: SealError| error.to_string().replace(&sandbox.folder().display().to_string(), "SEAL");
    insta::assert_snapshot!(message(sandbox.try_verify().unwrap_err()), @"cannot read the seal in SEAL: there is none; make one by `postproof seal`");
    sandbox.seal();
    sandbox.write(".postproof/seal/journal", "+seal.json\n");
    insta::assert_snapshot!(message(sandbox.try_verify().unwrap_err()), @"cannot read the seal in SEAL: a sealing was cut off while it wrote; run `postproof seal` to complete it");
    sandbox.seal();
    assert!(sandbox.verify().is_intact());
    let companion = fs::read_to_string(sandbox.folder().join("seal.json")).unwrap();
    sandbox.write(".postproof/seal/seal.json", &companion.replace("\"format\": 1", "\"format\": 9"));
    insta::assert_snapshot!(message(sandbox.try_verify().unwrap_err()), @"cannot read the seal in SEAL: a newer postproof wrote it (format 9, and this one knows 1); update postproof");
    sandbox.write(".postproof/seal/seal.json", "{");
    insta::assert_snapshot!(message(try_seal(sandbox.top(), &[]).unwrap_err()), @"cannot read the seal in SEAL: it was changed by another hand (seal.json: EOF while parsing an object at line 1 column 1); bring it back from git by `git checkout -- .postproof/seal`, then seal again");
    sandbox.write(".postproof/seal/seal.json", &companion);
    sandbox.remove(".postproof/seal/other.sha256");
    insta::assert_snapshot!(message(try_seal(sandbox.top(), &[]).unwrap_err()), @"cannot read the seal in SEAL: it was changed by another hand (other.sha256 is gone); bring it back from git by `git checkout -- .postproof/seal`, then seal again");
    assert_eq!(sandbox.verify().problems, [seal::Problem::Gone("other.sha256".to_owned())]);
}

#[test]
fn a_hostile_seal_leads_nowhere_outside() {
    let sandbox = Sandbox::with_posts(3);
    sandbox.seal();
    let digest = Digest::of(b"");
    sandbox.write(
        ".postproof/seal/other.sha256",
        &format!("{digest}  /etc/passwd\n{digest}  ../../x\n{digest}  README.md\n"),
    );
    let verification = sandbox.verify();
    assert!(!verification.is_intact());
    assert!(
        verification.comparison.entries.iter().all(|entry| !entry.path.contains("etc") && !entry.path.contains(".."))
    );
    // Nor does a journal.
    sandbox.write("victim", "");
    sandbox.write(".postproof/seal/journal", "-../../victim\n+../../victim\n-/tmp\n\u{1F4A1}\n-\n");
    drop(try_seal(sandbox.top(), &[]));
    assert!(sandbox.top().join("victim").exists());
}

#[test]
fn cut_off_at_any_step_the_seal_is_whole() {
    let sandbox = Sandbox::with_posts(9);
    sandbox.write("_posts/2023-01-01-x.md", "x");
    let first = sandbox.seal().head;
    let before = sandbox.seal_files();
    // A change that brings a manifest, alters one, and takes one away.
    sandbox.write("_posts/2024-01-01-y.md", "y");
    sandbox.write("_posts/2022-01-18-z.md", "z");
    sandbox.remove("_posts/2023-01-01-x.md");
    let accepted = ["_posts/2023-01-01-x.md"];
    let last = sandbox.seal_accepting(&accepted).head;
    let after = sandbox.seal_files();
    let names: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let changed: Vec<&String> = names.into_iter().filter(|name| before.get(*name) != after.get(*name)).collect();
    assert_eq!(changed, ["2022-01.sha256", "2023-01.sha256", "2024-01.sha256", "log/000000", "retired", "seal.json"]);

    for step in 0..=2 * changed.len() {
        let is_decided = step >= changed.len();
        leave_half_written(&sandbox, (&before, &after), &changed, step);
        if is_decided {
            assert!(matches!(sandbox.try_verify().unwrap_err().kind, SealErrorKind::Unfinished));
        }
        // Whoever seals next, with nothing accepted, completes the change or finds the seal as it was before.
        let sealed = sandbox.seal();
        assert_eq!(sealed.update.missing.is_empty(), is_decided, "step {step}");
        assert!(!sandbox.is_being_written());
        assert!(sandbox.consistency(&first).holds);
        if is_decided {
            assert_eq!((sealed.head, sandbox.seal_files()), (last, after.clone()), "step {step}");
        }
        sandbox.seal_accepting(&accepted);
        assert!(sandbox.verify().is_intact(), "step {step}");
    }
}

type Files = BTreeMap<String, Vec<u8>>;

/// Leaves the seal as a process does that is killed on the way from one state to the other: before it decides, having written
/// as many new files as there were steps, the last of them by half; after that, having put one file less in its place.
fn leave_half_written(sandbox: &Sandbox, (before, after): (&Files, &Files), changed: &[&String], step: usize) {
    fs::remove_dir_all(sandbox.folder()).unwrap();
    let put = |name: &str, content: &[u8]| {
        let path = sandbox.folder().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    };
    for (name, content) in before {
        put(name, content);
    }
    let is_decided = step >= changed.len();
    let mut journal = String::new();
    for (number, name) in changed.iter().enumerate() {
        let is_in_place = step > changed.len() + number;
        journal.push_str(if after.contains_key(*name) { "+" } else { "-" });
        journal.push_str(name);
        journal.push('\n');
        match after.get(*name) {
            Some(content) if is_in_place => put(name, content),
            Some(content) if is_decided || step > number => put(&format!("{name}.new"), content),
            Some(content) if step == number => put(&format!("{name}.new"), content.get(..content.len() / 2).unwrap()),
            None if is_in_place => fs::remove_file(sandbox.folder().join(name)).unwrap(),
            _ => {}
        }
    }
    if is_decided {
        put("journal", journal.as_bytes());
    }
}

/// Not a test of its own: what the children of the next one do.
#[test]
fn child_that_seals() {
    let Ok(top) = std::env::var(CHILD) else { return };
    println!("sealing");
    match try_seal(Path::new(&top), &[]) {
        Ok(_) => {}
        Err(SealError { kind: SealErrorKind::Locked, .. }) => println!("locked"),
        Err(error) => panic!("{error}"),
    }
}

fn spawn_child(sandbox: &Sandbox) -> std::process::Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child_that_seals", "--nocapture", "--test-threads=1"])
        .env(CHILD, sandbox.top())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
fn killed_at_any_moment_the_seal_is_whole() {
    // On a disk, where writing takes long enough to be cut off.
    let sandbox = Sandbox(tempfile::tempdir().unwrap()).fill(20);
    let mut heads = vec![sandbox.seal().head];
    let mut dice = Dice(u64::from(std::process::id()));
    for round in 0..20 {
        for number in 0..8 {
            sandbox.write(&format!("_posts/20{:02}-01-01-{round}.md", 30 + number), &format!("{round} {number}"));
        }
        let mut child = spawn_child(&sandbox);
        // Most of a child's time is its start: the moment is drawn from when it begins to write.
        while !sandbox.is_being_written() && child.try_wait().unwrap().is_none() {}
        thread::sleep(Duration::from_micros(u64::try_from(dice.roll(150_000)).unwrap()));
        child.kill().unwrap();
        child.wait().unwrap();
        heads.push(sandbox.seal().head);
        let verification = sandbox.verify();
        assert!(verification.is_intact(), "round {round}: {:?} {:?}", verification.problems, verification.account);
        assert_eq!(verification.comparison.intact, 22 + (round + 1) * 8);
        assert!(!sandbox.is_being_written());
    }
    assert!(heads.iter().all(|head| sandbox.consistency(head).holds));
}

#[test]
fn two_at_once_exclude_each_other() {
    let sandbox = Sandbox::with_posts(400);
    for round in 0..5 {
        sandbox.write(&format!("_posts/2025-01-01-{round}.md"), "x");
        let children: Vec<_> = (0..3).map(|_| spawn_child(&sandbox)).collect();
        for child in children {
            assert!(child.wait_with_output().unwrap().status.success());
        }
        sandbox.seal();
        assert!(sandbox.verify().is_intact());
    }
}
