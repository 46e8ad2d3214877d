//! What links into the site lead to, from a whole archive.

use crate::archive::Archive;

#[test]
fn what_the_site_serves_is_known_and_what_it_does_not_is_told_once() {
    let archive = Archive::new(
        "//- _config.yml
url: https://a.example
timezone: Asia/Shanghai
//- CNAME
www.a.example
//- index.md
---
title: home
---
[post](/news/2022/01/17/one.html) [encoded](/%E5%8E%A6%E9%97%A8/)
[alias](//www.a.example/img/a.png) [no page](/nothing.html)
[again](nothing.html) [top](#top) [here](#下文) [not here](#xia)

## 下文
//- 厦门/index.html
---
title: x
---
//- img/a.png
PNG
//- _posts/2022-01-17-one.md
---
layout: post
title: \"a\"
date: 2022-01-17 07:46:06 +0800
categories: news
---
[up](../../../../) [sibling](two.html) [archived](/news/2021/01/17/old.html)
//- _layouts/post.html
x
//- old_post/2021-01-17-old.md
---
layout: post
title: \"old\"
date: 2021-01-17 07:46:06 +0800
categories: news
---
text
",
    );
    let links = ["--select", "LK"];
    assert_eq!(
        archive.findings(&links),
        [
            "_posts/2022-01-17-one.md:7:20 LK004",
            "_posts/2022-01-17-one.md:7:40 LK006",
            "index.md:5:11 LK008",
            "index.md:5:36 LK004",
            "index.md:6:47 LK005",
        ]
    );
    let report = archive.report(&links);
    let broken = &report["findings"][3];
    assert!(broken["message"].as_str().unwrap().contains("(2 links in this file)"), "{broken}");
    let archived = &report["findings"][1];
    assert!(archived["help"].as_str().unwrap().contains("old_post/2021-01-17-old.md"), "{archived}");
}

#[test]
fn a_note_silences_and_an_idle_note_is_told() {
    let archive = Archive::new(
        "//- a.md
---
title: a
---
<!-- postproof-ignore LK004: the page is made elsewhere -->

[x](/nothing.html)
//- b.md
---
title: b
---
<!-- postproof-ignore LK004: nothing is wrong here -->
<!-- postproof-ignore LK005 -->
<!-- postproof-ignore XX999: no such rule -->
",
    );
    assert_eq!(archive.findings(&["--select", "LK,PP"]), ["b.md:4:1 PP001", "b.md:5:1 PP001", "b.md:6:1 PP001"]);
    assert_eq!(archive.findings(&["--select", "LK"]), Vec::<String>::new());
}

#[test]
fn a_note_is_idle_only_where_its_rules_were_judged() {
    let archive = Archive::new(
        "//- a.md
---
title: a
---
<!-- postproof-ignore NT001: the page is gone for good, the quotation stays -->
<!-- postproof-ignore NT: nobody asks -->
<!-- postproof-ignore FX001: it was never sealed -->
<!-- postproof-ignore FM009: it is off -->
<!-- postproof-ignore NT002 -->
<!-- postproof-ignore LK004: nothing is wrong here -->

[x](http://gone.example/)
",
    );
    // Offline, unsealed, and without FM: what has no reason is idle whatever was judged.
    assert_eq!(archive.findings(&["--ignore", "FM"]), ["a.md:8:1 PP001", "a.md:9:1 PP001"]);
}

#[test]
fn settings_choose_rules_and_severities() {
    let archive = Archive::new(
        "//- postproof.yml
rules:
  severity: {LK004: warning}
  paths:
    - glob: 'old/**'
      ignore: [LK004]
//- a.md
---
title: a
---
[x](/nothing.html)
//- old/b.md
---
title: b
---
[x](/nowhere.html)
",
    );
    let run = archive.check(&["--select", "LK004"]);
    assert_eq!(run.code, 0, "{}", run.stdout);
    let run = archive.check(&["--select", "LK004", "--fail-on", "warning"]);
    assert_eq!(run.code, 1, "{}", run.stdout);
    assert_eq!(archive.findings(&["--select", "LK004"]), ["a.md:4:1 LK004"]);
    assert_eq!(archive.findings(&["--select", "LK004", "--severity", "LK004=off"]), Vec::<String>::new());
}
