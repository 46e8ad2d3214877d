//! TX008: posts that end before the closing part that all others of their folder have, learned from these.

use std::fmt::Write as _;

use crate::archive::Archive;

const WAYS: &str = "[返回厦门日报新闻](//a.cn/category/shamenribao.html)｜[返回首页](//a.cn/)";

/// A post of a number, with what follows its paragraphs.
fn post(archive: &Archive, number: usize, (category, tag): (&str, &str), rest: &str) {
    let mut text = format!(
        "---\nlayout: post\ntitle: \"第{number}篇\"\ndate: 2022-01-17 07:46:06 +0800\ncategories: {category}\ntags: {tag}\n---\n"
    );
    for line in 0..3 {
        writeln!(text, "<p>{number} 号站房的改造{line}</p>").unwrap();
    }
    text.push_str(rest);
    archive.write(&format!("_posts/2022-01-17-{number:04}.md"), text.as_bytes());
}

fn archive(posts: usize) -> Archive {
    let archive = Archive::empty();
    archive.write("_config.yml", b"url: https://a.cn\n");
    for number in 0..posts {
        let end = if number % 2 == 0 { "\n" } else { "" };
        post(
            &archive,
            number,
            ("shamenribao", "厦门日报新闻"),
            &format!("\n<http://s.cn/?id={number}>\n\n{WAYS}{end}"),
        );
    }
    archive
}

fn torn(archive: &Archive) -> Vec<String> {
    archive.findings(&["--select", "TX008"])
}

#[test]
fn a_post_that_was_cut_between_two_elements_is_found() {
    let archive = archive(60);
    post(&archive, 900, ("shamenribao", "厦门日报新闻"), "");
    post(&archive, 901, ("shamenribao", "厦门日报新闻"), "\n<http://s.cn/?id=901>\n\n\n");
    post(&archive, 902, ("jiangnan", "江南晚报新闻"), "<p>最后一句");
    let found = torn(&archive);
    assert_eq!(
        found,
        [
            "_posts/2022-01-17-0900.md:10:19 TX008",
            "_posts/2022-01-17-0901.md:12:22 TX008",
            "_posts/2022-01-17-0902.md:11:1 TX008"
        ],
        "what the document rule tells is not told once more"
    );
    let report = archive.report(&["--select", "TX008"]);
    let message = report["findings"][0]["message"].as_str().unwrap();
    assert_eq!(
        message,
        "the body ends before the closing part that 60 of 63 posts of its folder have: `返回{tag}`, `返回首页`"
    );
}

#[test]
fn posts_that_go_on_or_have_a_part_of_it_are_whole() {
    let archive = archive(100);
    let own = ("shamenribao", "厦门日报新闻");
    post(&archive, 900, own, &format!("\n{WAYS}\n\n（完）\n"));
    post(&archive, 901, own, &format!("\n{WAYS}\n<!-- postproof-ignore LK004: the page is made elsewhere -->\n"));
    post(&archive, 902, own, "\n[返回首页](//a.cn/)，再见。\n");
    post(&archive, 903, own, "\n[返回厦门日报新闻](//a.cn/category/shamenribao.html)\n");
    // Swallowed by an open block: no link to the engine, and there all the same.
    post(&archive, 904, own, &format!("<section>\n\n{WAYS}"));
    // A notice has its own form, and all of its kind have it.
    post(&archive, 905, ("gonggao", "公告"), "<p>特此公告。</p>\n");
    post(&archive, 906, ("gonggao", "公告"), "<p>特此公告。</p>\n");
    assert_eq!(torn(&archive), [""; 0]);
}

#[test]
fn nothing_is_learned_from_few_posts_or_from_posts_that_differ() {
    let few = archive(30);
    post(&few, 900, ("shamenribao", "厦门日报新闻"), "");
    assert_eq!(torn(&few), [""; 0]);
    let mixed = archive(60);
    for number in 900..910 {
        post(&mixed, number, ("a", "b"), &format!("<p>{number}</p>\n"));
    }
    assert_eq!(torn(&mixed), [""; 0], "nine of ten are not always");
}

#[test]
fn damaged_posts_are_judged_without_a_word_too_many() {
    let archive = archive(80);
    let own = ("shamenribao", "厦门日报新闻");
    archive.write("_posts/2022-01-17-0900.md", b"");
    archive.write("_posts/2022-01-17-0901.md", b"---\n");
    archive.write("_posts/2022-01-17-0902.md", "\u{FEFF}".as_bytes());
    archive.write("_posts/2022-01-17-0903.md", b"---\nlayout: post\n---\n\xD0\xC2\xCE\xC5");
    post(&archive, 904, own, "<a href=\"http://a.cn/");
    let found = torn(&archive);
    assert_eq!(found, ["_posts/2022-01-17-0903.md:4:5 TX008", "_posts/2022-01-17-0904.md:11:1 TX008"]);
}
