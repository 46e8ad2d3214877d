//! What `init` learns, and how it keeps what a person wrote.

use std::fmt::Write as _;

use crate::archive::Archive;

/// An archive of the shape of a news archive: two media, two folders, one post that is cut off.
fn news() -> Archive {
    let mut picture = String::from(
        "
//- _config.yml
url: https://news.example
timezone: Asia/Shanghai
//- index.md
---
title: home
---
//- category/shamenribao.html
---
category: shamenribao
title: 厦门日报新闻
---
//- category/jiangnanwanbao.html
---
category: jiangnanwanbao
title: 江南晚报新闻
---
//- category/haixiacaijing.html
---
category: haixiacaijing
title: 海峡财经新闻
---
",
    );
    let media =
        [("shamenribao", "厦门日报新闻"), ("jiangnanwanbao", "江南晚报新闻"), ("haixiacaijing", "海峡财经新闻")];
    for (number, (category, tag)) in media.iter().cycle().take(40).enumerate() {
        let folder = if number < 4 { "_posts" } else { "old_post" };
        let host = if number % 5 == 0 { "old.example" } else { "news.example" };
        let id = format!("NW20220117{number:04}");
        writeln!(picture, "//- {folder}/2022-01-17-{id}.md\n---\nlayout: post\ntitle: \"第 {number} 篇\"\ndate: 2022-01-17 07:46:06 +0800\ncategories: {category}\ntags: {tag}\n---\n<p>正文 {number}</p>\n").unwrap();
        if number != 7 {
            writeln!(picture, "<http://source.example/share.html?infoCode={id}>\n\n[返回{tag}](//{host}/category/{category}.html)｜[返回首页](//{host}/)").unwrap();
        }
    }
    Archive::new(&picture)
}

#[test]
fn conventions_are_found_untold_and_rules_hold_posts_to_them() {
    let archive = news();
    let run = archive.run(&["init"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let written = std::fs::read_to_string(archive.join("postproof.yml")).unwrap();
    assert!(written.starts_with("# yaml-language-server: $schema="), "{written}");
    for line in [
        "  archive: [\"old_post\"]",
        "  required: [\"layout\",\"title\",\"date\",\"categories\",\"tags\"]",
        "# layout is post: 40 of 40 posts (100.0 %)",
        "# tags end with 新闻: 40 of 40 posts (100.0 %)",
        "    - \"old.example\" # 8 of 40 posts (20.0 %)",
        "  - text: \"返回首页\"",
        "    target: \"/\"",
        "  - text: \"返回{tag}\"",
        "    target: \"/category/{category}.html\"",
        "# 39 of 40 posts (97.5 %); not old_post/2022-01-17-NW202201170007.md",
        "source_link: \"http://source.example/share.html?infoCode={id}\"",
    ] {
        assert!(written.replace("\", \"", "\",\"").lines().any(|found| found == line), "`{line}` is not in\n{written}");
    }
    let findings = archive.findings(&["--select", "NV"]);
    let cut = "old_post/2022-01-17-NW202201170007.md";
    assert_eq!(findings.iter().filter(|finding| finding.starts_with(cut)).count(), 3, "{findings:?}");
    assert_eq!(findings.len(), 3, "{findings:?}");
}

#[test]
fn again_it_changes_nothing_and_keeps_what_was_edited() {
    let archive = news();
    archive.run(&["init"]);
    let path = archive.join("postproof.yml");
    let first = std::fs::read_to_string(&path).unwrap();
    let again = archive.run(&["init"]);
    assert!(again.code == 0 && again.stderr.contains("nothing has changed"), "{}{}", again.stdout, again.stderr);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), first);
    let edited =
        first.replace("    target: \"/\"", "    target: [/, /old/] # both are right") + "rules:\n  ignore: [FM009]\n";
    std::fs::write(&path, &edited).unwrap();
    for number in 50..90 {
        let post =
            format!("---\nlayout: news\ntitle: t{number}\ndate: 2022-01-18 07:46:06 +0800\ncategories: a\n---\nx\n");
        archive.write(&format!("old_post/2022-01-18-NW20220118{number}.md"), post.as_bytes());
    }
    let diff = archive.run(&["init", "--diff"]);
    assert!(
        diff.stdout.contains("+# posts in old_post: 76") && diff.stdout.contains("-# posts in old_post: 36"),
        "{}",
        diff.stdout
    );
    assert_eq!(std::fs::read_to_string(&path).unwrap(), edited, "--diff writes nothing");
    archive.run(&["init"]);
    let merged = std::fs::read_to_string(&path).unwrap();
    assert!(merged.contains("target: [/, /old/] # both are right") && merged.contains("ignore: [FM009]"), "{merged}");
    assert!(merged.contains("# posts in old_post: 76"), "{merged}");
}

#[test]
fn other_archives_get_a_modest_file() {
    let blog = Archive::new(
        "
//- _posts/2022-01-17-hello.md
---
title: Hello
---
Hello, [world](https://example.com/).
//- _posts/2022-01-18-again.md
---
title: Again
---
Again.
//- _posts/2022-01-19-more.md
---
title: More
---
More.
",
    );
    let run = blog.run(&["init", "--dry-run"]);
    assert!(run.stdout.contains("required: [\"title\"]") && !run.stdout.contains("navigation:"), "{}", run.stdout);
    assert!(run.stderr.contains("no ways back"), "{}", run.stderr);
    assert!(!blog.join("postproof.yml").exists());

    let hugo = Archive::new(
        "
//- content/posts/a.md
---
title: A
---
//- content/posts/b.md
---
title: B
---
//- content/posts/c.md
---
title: C
---
",
    );
    let run = hugo.run(&["init"]);
    assert!(run.code == 0 && run.stderr.contains("no post was found"), "{}", run.stderr);
    let written = std::fs::read_to_string(hugo.join("postproof.yml")).unwrap();
    assert!(written.contains("#   folders: [\"content/posts\"]"), "{written}");
    assert_eq!(hugo.check(&[]).code, 0);

    let empty = Archive::empty();
    assert_eq!(empty.run(&["init", "--workflow"]).code, 0);
    assert!(empty.join(".github/workflows/postproof.yml").is_file());
    let broken = Archive::new("//- postproof.yml\nrulez: 1\n");
    assert_eq!(broken.run(&["init"]).code, 2);
    assert_eq!(std::fs::read_to_string(broken.join("postproof.yml")).unwrap(), "rulez: 1\n");
}
