//! `check --site`: a site that was built, by whatever built it.

use crate::archive::{self, Archive, Run};

/// A site as a generator leaves it beside its sources, and sources whose links only a build could judge.
const SITE: &str = r##"
//- postproof.yml
site: {url: https://a.example}
navigation: [{text: home, target: /}]
//- content/posts/one.md
---
title: one
---
[a shortcode]({{< ref "nowhere" >}}) [gone](/gone/)
//- _posts/2022-01-17-two.md
---
layout: post
title: two
date: 2022-01-17 07:46:06 +0800
---
[no such page](/not/there.html)
//- public/index.html
<!DOCTYPE html><html><body>
<a href="/posts/one/">one</a> <a href="posts/one/#part">part</a> <a href="//a.example/img/a.png">picture</a>
<a href="/posts/one/#none">no part</a>
<a href="/posts/three/">three</a>
<p>{% unknown %} and {{ text</p>
<a href="vendor/x.js">script</a> <a href="/posts/two.html">two</a>
</body></html>
//- public/posts/one/index.html
<!DOCTYPE html><html><body><h2 id="part">Part</h2><a href="../../">up</a> <a href="../nowhere/">no</a></body></html>
//- public/posts/two.html
<!DOCTYPE html><html><head><base href="/posts/one/"></head><body>
<a href="#part">part of one</a> <a href="gone.html">gone</a> <a href="/">home</a>
</body></html>
//- public/img/a.png
PNG
//- public/vendor/x.js
1
//- .gitignore
public/
"##;

fn findings(run: &Run) -> Vec<String> {
    archive::findings(&serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}", run.stderr)))
}

const EXPECTED: [&str; 4] = [
    "public/index.html:3:1 LK005",
    "public/index.html:4:1 LK004",
    "public/posts/one/index.html:1:75 LK004",
    "public/posts/two.html:2:33 LK004",
];

#[test]
fn links_are_judged_in_the_built_pages() {
    let archive = Archive::new(SITE);
    let run = archive.check(&["--site", "public", "--format", "json=-", "--select", "LK,LQ,NV,DU,PP"]);
    assert_eq!(findings(&run), EXPECTED, "{}", run.stderr);
    assert_eq!(run.code, 1, "{}", run.stderr);
}

#[test]
fn the_built_site_may_lie_anywhere() {
    let archive = Archive::new(SITE);
    let elsewhere = Archive::empty();
    std::fs::rename(archive.join("public"), elsewhere.join("public")).unwrap();
    let folder = elsewhere.join("public").display().to_string();
    let run = archive.check(&["--site", &folder, "--format", "json=-", "--select", "LK,LQ,NV,DU,PP"]);
    let expected: Vec<String> = EXPECTED.iter().map(|finding| finding.replacen("public", &folder, 1)).collect();
    assert_eq!(findings(&run), expected, "{}", run.stderr);
}

#[test]
fn a_setting_names_the_built_site_too() {
    let archive = Archive::new(SITE);
    archive.write("postproof.yml", b"site: {url: https://a.example, built: public}\n");
    let run = archive.check(&["--format", "json=-", "--select", "LK004"]);
    assert_eq!(findings(&run).len(), 3, "{}{}", run.stdout, run.stderr);
}

#[test]
fn sources_are_still_held_against_their_rules() {
    let archive = Archive::new(SITE);
    archive.write("_posts/2022-01-18-x.md", b"---\ntitle: a: b\n---\n\xEF\xBF\xBD [x](/y)\n");
    let run = archive.check(&["--site", "public", "--format", "json=-", "--select", "FM003,TX003,LK"]);
    let found = findings(&run);
    assert!(found.iter().any(|finding| finding.ends_with("FM003")), "{found:?}");
    assert!(found.iter().any(|finding| finding.ends_with("TX003")), "{found:?}");
    assert_eq!(found.iter().filter(|finding| finding.starts_with("_posts")).count(), 2, "{found:?}");
}

#[test]
fn a_built_site_that_is_not_there_is_told() {
    let archive = Archive::new(SITE);
    let run = archive.check(&["--site", "nowhere"]);
    assert_eq!(run.code, 3, "{}", run.stdout);
    assert!(run.stderr.contains("there is no folder nowhere"), "{}", run.stderr);
    archive.write("empty/.keep", b"");
    let run = archive.check(&["--site", "empty", "--select", "LK"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
}
