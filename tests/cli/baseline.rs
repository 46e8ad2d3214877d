//! What is known today does not fail the run tomorrow.

use crate::archive::Archive;

const BROKEN: &str = "---\nlayout: post\ntitle: a: b\ndate: 2022-01-17 07:46:06 +0800\ncategories: a\n---\nx\n";

fn archive() -> Archive {
    let archive = Archive::empty();
    archive.write("_posts/2022-01-17-a.md", BROKEN.as_bytes());
    archive.write(
        "old_post/2022-01-16-b.md",
        BROKEN.replace("01-17", "01-16").replace("\nx\n", "\n<p>an older post</p>\n").as_bytes(),
    );
    archive.write("postproof.yml", b"posts: {archive: [old_post]}\n");
    archive
}

#[test]
fn known_findings_are_counted_and_new_ones_fail() {
    let archive = archive();
    assert_eq!(archive.check(&[]).code, 1);
    let run = archive.check(&["--baseline", "known.jsonl", "--update-baseline"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    let written = std::fs::read_to_string(archive.join("known.jsonl")).unwrap();
    assert_eq!(written.lines().count(), 3, "{written}");
    let run = archive.check(&["--baseline", "known.jsonl"]);
    assert!(run.code == 0 && run.stdout.contains("baseline: 2 findings known already"), "{}", run.stdout);

    // The post moves to the archive folder, and lines come before the finding.
    std::fs::rename(archive.join("_posts/2022-01-17-a.md"), archive.join("old_post/2022-01-17-a.md")).unwrap();
    archive.write(
        "old_post/2022-01-16-b.md",
        BROKEN
            .replace("01-17", "01-16")
            .replace("\nx\n", "\n<p>an older post</p>\n")
            .replace("layout: post", "tags: b\nlayout: post")
            .as_bytes(),
    );
    archive.write("postproof.yml", b"posts: {archive: [old_post]}\nreport: {baseline: known.jsonl}\n");
    let run = archive.check(&[]);
    assert!(run.code == 0 && run.stdout.contains("baseline: 2 findings known already"), "{}", run.stdout);

    archive.write(
        "_posts/2022-01-18-c.md",
        BROKEN.replace("01-17", "01-18").replace("\nx\n", "\n<p>a third post</p>\n").as_bytes(),
    );
    let report = archive.report(&[]);
    let known: Vec<bool> =
        report["findings"].as_array().unwrap().iter().map(|f| f["known"].as_bool().unwrap()).collect();
    assert_eq!((known, report["summary"]["known"].as_u64()), (vec![false, true, true], Some(2)));
    assert_eq!(archive.check(&[]).code, 1);
}

#[test]
fn what_is_healed_is_taken_out_and_what_was_not_judged_stays() {
    let archive = archive();
    archive.check(&["--baseline", "known.jsonl", "--update-baseline"]);
    std::fs::remove_file(archive.join("_posts/2022-01-17-a.md")).unwrap();
    let lines = || std::fs::read_to_string(archive.join("known.jsonl")).unwrap().lines().count() - 1;
    archive.check(&["--baseline", "known.jsonl", "--update-baseline", "--select", "LK"]);
    assert_eq!(lines(), 2);
    archive.check(&["--baseline", "known.jsonl", "--update-baseline"]);
    assert_eq!(lines(), 1);
}

#[test]
fn a_baseline_that_cannot_be_read_is_told_and_kept() {
    let archive = archive();
    let run = archive.check(&["--baseline", "none.jsonl"]);
    assert!(run.code == 2 && run.stderr.contains("--update-baseline"), "{}", run.stderr);
    archive.write("known.jsonl", b"<<<<<<< HEAD\n");
    for args in [&["--baseline", "known.jsonl"][..], &["--baseline", "known.jsonl", "--update-baseline"]] {
        let run = archive.check(args);
        assert!(run.code == 2 && run.stderr.contains("line 1"), "{}", run.stderr);
    }
    assert_eq!(std::fs::read(archive.join("known.jsonl")).unwrap(), b"<<<<<<< HEAD\n");
    assert_eq!(archive.check(&["--update-baseline"]).code, 2);
}
