//! Input that nobody would make on purpose: each ends in a clear error or finding.

use std::io::Read;
use std::process::Stdio;

use crate::archive::{Archive, Run};

const POST: &str = "---\nlayout: post\ntitle: \"t\"\ndate: 2022-01-17 07:46:06 +0800\ncategories: a\n---\n";

#[test]
fn a_path_that_is_no_folder_is_an_error() {
    let archive = Archive::empty();
    archive.write("file.md", b"x");
    for (path, words) in [("missing", "there is no folder missing"), ("file.md", "file.md is a file, not a folder")] {
        let run = archive.run(&["check", path, "--offline", "--no-reports"]);
        assert_eq!(run.code, 3, "{}", run.stderr);
        assert_eq!(run.stderr.matches(words).count(), 1, "it is said once: {}", run.stderr);
    }
}

#[test]
fn an_empty_folder_is_told_and_not_called_an_archive() {
    let archive = Archive::empty();
    let run = archive.check(&[]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    let report = archive.report(&[]);
    assert_eq!((&report["archive"]["posts"], &report["summary"]["healthy"]), (&0.into(), &false.into()));
    assert!(format!("{}{}", run.stdout, run.stderr).contains("no post"), "{}{}", run.stdout, run.stderr);
}

#[test]
fn a_folder_of_pages_is_checked_unless_settings_say_that_there_are_posts() {
    let archive = Archive::new("//- index.md\n---\ntitle: a\n---\nx\n");
    let run = archive.check(&[]);
    assert!(run.code == 0 && run.stdout.contains("no post was found"), "{}{}", run.stdout, run.stderr);
    archive.write("postproof.yml", b"posts: {folders: [content]}\n");
    let run = archive.check(&[]);
    assert!(run.code == 3 && run.stdout.contains("no post was found"), "{}{}", run.stdout, run.stderr);
}

#[test]
fn a_broken_settings_file_is_a_usage_error_with_its_line() {
    let archive = Archive::new("//- postproof.yml\nfetch:\n  paec: 1s\n");
    let run = archive.check(&[]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("postproof.yml:2: `paec` is no setting here; did you mean `pace`?"), "{}", run.stderr);
}

#[test]
fn a_broken_site_configuration_is_told_with_its_line() {
    let archive = Archive::new("//- _config.yml\nurl: [\n//- index.md\n---\ntitle: a\n---\n");
    let run = archive.check(&[]);
    assert!(format!("{}{}", run.stdout, run.stderr).contains("_config.yml"), "{}{}", run.stdout, run.stderr);
}

#[test]
fn huge_and_hostile_files_are_read() {
    let archive = Archive::empty();
    archive.write("_posts/2022-01-01-large.md", format!("{POST}{}", "<p>正文。</p>\n".repeat(500_000)).as_bytes());
    archive.write(
        "_posts/2022-01-02-binary.md",
        &(0..200_000_u32).map(|n| u8::try_from(n * 7 % 256).unwrap()).collect::<Vec<_>>(),
    );
    archive.write("_posts/2022-01-03-line.md", format!("{POST}{}", "字".repeat(800_000)).as_bytes());
    archive.write("_posts/2022-01-04-nested.md", format!("{POST}{}", "> ".repeat(100_000)).as_bytes());
    archive.write("_posts/2022-01-05-divs.md", format!("{POST}{}", "<div>".repeat(200_000)).as_bytes());
    archive.write("_posts/2022-01-06-brackets.md", format!("{POST}{}", "[".repeat(500_000)).as_bytes());
    let bomb = "---\na: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: [*c, *c, *c]\n---\ntext\n";
    archive.write("_posts/2022-01-07-bomb.md", bomb.as_bytes());
    archive.write("_posts/2022-01-08-名字 有空格.md", format!("{POST}text\n").as_bytes());
    let report = archive.report(&[]);
    assert_eq!(report["archive"]["posts"], 8);
    assert_eq!(report["run"]["complete"], true);
    let found = |path: &str, code: &str| {
        let list = report["findings"].as_array().unwrap();
        list.iter().any(|finding| finding["path"].as_str().unwrap().contains(path) && finding["code"] == code)
    };
    assert!(found("binary", "TX001"), "{}", report["findings"]);
    assert!(found("bomb", "FM018"), "{}", report["findings"]);
}

#[cfg(unix)]
#[test]
fn names_with_line_ends_and_bad_bytes_are_read() {
    use std::os::unix::ffi::OsStrExt;
    let archive = Archive::empty();
    archive.write("_posts/2022-01-01-a\nb.md", format!("{POST}text\n").as_bytes());
    let odd = archive.join("_posts").join(std::ffi::OsStr::from_bytes(b"2022-01-02-\xC4\xFA.md"));
    std::fs::write(odd, format!("{POST}text\n")).unwrap();
    let report = archive.report(&[]);
    assert_eq!(report["archive"]["posts"], 2);
    assert_eq!(report["run"]["complete"], true);
}

#[cfg(unix)]
#[test]
fn a_report_folder_that_cannot_be_written_is_an_error_and_leaves_nothing() {
    let archive = Archive::new("//- index.md\n---\ntitle: a\n---\n");
    archive.write("blocked", b"a file stands where the folder should be");
    let run = archive.run(&["check", ".", "--offline", "--reports", "blocked/reports"]);
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert_eq!(run.stderr.matches("os error").count(), 1, "it is said once: {}", run.stderr);
    assert!(run.stderr.contains("blocked"), "{}", run.stderr);
    assert_eq!(std::fs::read(archive.join("blocked")).unwrap(), b"a file stands where the folder should be");
}

#[test]
fn a_closed_pipe_is_no_trouble() {
    let archive = Archive::empty();
    for number in 0..300 {
        archive.write(&format!("_posts/2022-01-01-{number}.md"), b"no front matter");
    }
    let mut child = archive
        .command()
        .args(["check", ".", "--offline", "--no-reports", "--format", "json=-"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = child.stdout.take().unwrap();
    out.read_exact(&mut [0; 10]).unwrap();
    drop(out);
    let run = Run::of(&child.wait_with_output().unwrap());
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
}

#[test]
fn reports_are_no_part_of_the_archive_and_are_kept_out_of_the_site() {
    let archive =
        Archive::new("//- index.md\n---\ntitle: a\n---\n[own](/reports/mine.html) [ours](/reports/health.json)\n");
    archive.write("reports/mine.html", b"<p>an archive's own page</p>");
    let run = archive.run(&["check", ".", "--offline"]);
    assert!(run.stdout.contains("add a line to `exclude` in _config.yml:  - reports/"), "{}", run.stdout);
    assert_eq!(archive.findings(&["--select", "LK004"]), ["index.md:4:27 LK004"]);
    archive.write("_config.yml", b"exclude: [reports/]\n");
    let run = archive.run(&["check", ".", "--offline"]);
    assert!(!run.stdout.contains("add a line to `exclude`"), "{}", run.stdout);
}
