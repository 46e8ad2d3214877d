//! What no run of Jekyll 4.3 can judge: the server's look-up, what is not published, and the rules of Jekyll 3.10.

use postproof::site::{Abort, CollisionKind, Engine, Served, Settings, SiteMap, Unpublished, published_paths};

use super::support::{NOW, Source};

fn with_map(engine: Engine, site: &str, check: impl FnOnce(&SiteMap<'_>, &postproof::document::Archive)) {
    let source = Source::parse(site);
    let settings = source.settings(engine).0;
    let archive = source.archive(engine);
    check(&SiteMap::build(&settings, &archive, NOW.parse().unwrap()), &archive);
}

/// The files of a site, sorted.
fn files(engine: Engine, site: &str) -> Vec<String> {
    let mut files = Vec::new();
    with_map(engine, site, |map, _| {
        files = map.addresses().iter().map(|address| address.destination.to_owned()).collect();
    });
    files
}

fn index_of(archive: &postproof::document::Archive, path: &str) -> usize {
    archive.documents.iter().position(|document| &*document.path == path).unwrap()
}

const FRONT: &str = "---\n---\n";

#[test]
fn the_server_finds_what_github_pages_finds() {
    let site = format!(
        "//- about.md\n{FRONT}//- both.md\n{FRONT}//- both/index.html\n{FRONT}//- dir/index.md\n{FRONT}//- 中文.md\n{FRONT}//- f.txt\nx\n//- index.md\n{FRONT}"
    );
    with_map(Engine::Jekyll4, &site, |map, archive| {
        let page = |path: &str| Served::Document(index_of(archive, path));
        assert_eq!(map.lookup("/"), page("index.md"));
        assert_eq!(map.lookup(""), page("index.md"));
        assert_eq!(map.lookup("/index.html"), page("index.md"));
        assert_eq!(map.lookup("/about"), page("about.md"));
        assert_eq!(map.lookup("/about.html"), page("about.md"));
        assert_eq!(map.lookup("/dir"), page("dir/index.md"));
        assert_eq!(map.lookup("/dir/"), page("dir/index.md"));
        assert_eq!(map.lookup("/both"), page("both.md"), "a page goes before a folder");
        assert_eq!(map.lookup("/both/"), page("both/index.html"));
        assert_eq!(map.lookup("/中文.html"), page("中文.md"));
        assert_eq!(map.lookup("/f.txt"), Served::File(0));
        for missing in ["/About", "/about/", "/about.md", "/dir//", "/f.txt/", "/f", "/%E4%B8%AD%E6%96%87"] {
            assert_eq!(map.lookup(missing), Served::Nothing, "{missing}");
        }
    });
}

#[test]
fn normal_forms_are_different_addresses() {
    let site = format!("//- caf\u{e9}.md\n{FRONT}");
    with_map(Engine::Jekyll4, &site, |map, _| {
        assert_eq!(map.lookup("/caf\u{e9}"), Served::Document(0));
        assert_eq!(map.lookup("/cafe\u{301}"), Served::Nothing);
    });
}

const UNPUBLISHED: &str = "
//- _config.yml
exclude: [old_post, secret]
timezone: Asia/Shanghai
//- old_post/2022-01-17-NW1.md
---
categories: shamenribao
date: 2022-01-17 07:46:06 +0800
---
//- _posts/2030-01-01-future.md
---
---
//- _posts/2022-01-18-off.md
---
published: false
---
//- _posts/2022-01-19-latin.md [latin1]
---
title: é
---
//- _drafts/2022-01-20-draft.md
---
---
//- _drafts/undated.md
---
---
//- _posts/notes.md
---
---
//- secret/page.md
---
---
//- off.md
---
published: false
---
//- _posts/2022-01-21-lost.md
---
title: a: b
---
";

#[test]
fn what_is_not_published_is_missed_where_it_would_be() {
    with_map(Engine::Jekyll4, UNPUBLISHED, |map, archive| {
        let missed = [
            ("/shamenribao/2022/01/17/NW1.html", "old_post/2022-01-17-NW1.md", Unpublished::Archived),
            ("/shamenribao/2022/01/17/NW1", "old_post/2022-01-17-NW1.md", Unpublished::Archived),
            ("/2030/01/01/future.html", "_posts/2030-01-01-future.md", Unpublished::Future),
            ("/2022/01/18/off.html", "_posts/2022-01-18-off.md", Unpublished::Switched),
            ("/2022/01/19/latin.html", "_posts/2022-01-19-latin.md", Unpublished::Undecodable),
            ("/2022/01/20/draft.html", "_drafts/2022-01-20-draft.md", Unpublished::Excluded),
            ("/off", "off.md", Unpublished::Switched),
        ];
        for (address, path, reason) in missed {
            let document = index_of(archive, path);
            let reason = if path.starts_with("_drafts") { Unpublished::Draft } else { reason };
            assert_eq!(map.lookup(address), Served::Unpublished(document, reason), "{address}");
        }
        let reasons = [
            ("_posts/notes.md", Some(Unpublished::Misnamed)),
            ("_drafts/undated.md", Some(Unpublished::Draft)),
            ("old_post/2022-01-17-NW1.md", Some(Unpublished::Archived)),
            ("_posts/2022-01-21-lost.md", None),
        ];
        for (path, reason) in reasons {
            assert_eq!(map.unpublished(index_of(archive, path)), reason, "{path}");
        }
        assert_eq!(map.lookup("/2022/01/17/NW1.html"), Served::Nothing);
    });
}

#[test]
fn a_file_that_settings_leave_out_is_named_where_it_would_be() {
    let site =
        "//- _config.yml\nexclude: [secret]\n//- secret/page.md\n---\n---\n//- secret/a.png\nx\n//- _data/x.html\nx\n";
    with_map(Engine::Jekyll4, site, |map, archive| {
        for (address, file) in [
            ("/secret/page.html", "secret/page.md"),
            ("/secret/page", "secret/page.md"),
            ("/secret/a.png", "secret/a.png"),
            ("/_data/x", "_data/x.html"),
        ] {
            let Served::LeftOut(found) = map.lookup(address) else { panic!("{address}: {:?}", map.lookup(address)) };
            assert_eq!(&*archive.files[found], file, "{address}");
        }
        for address in ["/secret/", "/secret/page.md/", "/secret/pages", "/page"] {
            assert_eq!(map.lookup(address), Served::Nothing, "{address}");
        }
    });
}

#[test]
fn documents_have_the_address_that_they_would_have() {
    with_map(Engine::Jekyll4, UNPUBLISHED, |map, archive| {
        let address = |path: &str| map.address_of(index_of(archive, path)).map(std::borrow::Cow::into_owned);
        assert_eq!(address("old_post/2022-01-17-NW1.md").as_deref(), Some("/shamenribao/2022/01/17/NW1.html"));
        assert_eq!(address("_posts/2030-01-01-future.md").as_deref(), Some("/2030/01/01/future.html"));
        assert_eq!(address("_posts/notes.md"), None);
        assert_eq!(address("_drafts/undated.md"), None);
        assert_eq!(address("_posts/2022-01-21-lost.md").as_deref(), Some("/2024/06/15/2022-01-21-lost.html"));
        assert!(map.is_unstable(index_of(archive, "_posts/2022-01-21-lost.md")));
        assert!(!map.is_unstable(index_of(archive, "_posts/2022-01-18-off.md")));
    });
}

#[test]
fn a_lost_post_is_stable_where_its_address_has_no_date() {
    let site = "//- _config.yml\npermalink: /:title/\n//- _posts/2020-01-01-x.md\n---\na: b: c\n---\n";
    with_map(Engine::Jekyll4, site, |map, _| {
        assert_eq!(map.address_of(0).as_deref(), Some("/2020-01-01-x/"));
        assert!(!map.is_unstable(0));
    });
}

#[test]
fn an_archive_folder_that_is_not_excluded_is_served_as_pages() {
    let site = "//- old_post/2022-01-17-a.md\n---\ncategories: x\n---\n";
    with_map(Engine::Jekyll4, site, |map, _| {
        assert_eq!(map.lookup("/old_post/2022-01-17-a"), Served::Document(0));
        assert_eq!(map.address_of(0).as_deref(), Some("/old_post/2022-01-17-a.html"));
        assert_eq!(map.lookup("/x/2022/01/17/a.html"), Served::Unpublished(0, Unpublished::Archived));
    });
}

#[test]
fn collisions_are_told_apart() {
    let site = "
//- a.md
---
permalink: /x/
---
//- b.md
---
permalink: /x/
---
//- Case.md
---
---
//- case.md
---
---
//- caf\u{e9}.md
---
---
//- cafe\u{301}.md
---
---
//- y
static
//- z.md
---
permalink: /y/z/
---
";
    with_map(Engine::Jekyll4, site, |map, archive| {
        let document = |path: &str| Served::Document(index_of(archive, path));
        let collisions = map.collisions();
        let found: Vec<_> = collisions.iter().map(|collision| (collision.kind, collision.destinations.len())).collect();
        let expected = [
            (CollisionKind::Same, 1),
            (CollisionKind::Case, 2),
            (CollisionKind::Form, 2),
            (CollisionKind::FileAndFolder, 2),
        ];
        assert_eq!(found, expected);
        assert_eq!(collisions[0].sources, [document("a.md"), document("b.md")]);
        assert_eq!(map.lookup("/x/"), document("b.md"), "what is written last is served");
    });
}

#[test]
fn what_stops_the_build_is_named() {
    let site = "//- _posts/2020-01-01-x.md\n---\ndate: +0800\n---\n//- p.md\n---\npermalink: \"\"\n---\n";
    with_map(Engine::Jekyll4, site, |map, archive| {
        let aborts: Vec<_> = map.build_aborts().collect();
        let post = Served::Document(index_of(archive, "_posts/2020-01-01-x.md"));
        let expected = [(post, &Abort::InvalidDate), (Served::Document(1), &Abort::EmptyPermalink)];
        assert_eq!(aborts, expected);
        assert_eq!(map.address_of(0), None);
    });
}

#[test]
fn what_others_may_serve_is_unknown_and_what_is_declared_is_served() {
    let site = "//- _config.yml\ntheme: minima\nkeep_files: [reports]\nplugins: [jekyll-feed, jekyll-seo-tag]\n";
    with_map(Engine::Jekyll4, site, |map, _| {
        assert_eq!(map.lookup("/assets/main.css"), Served::Unknown("the theme minima".into()));
        assert_eq!(map.lookup("/reports/x.html"), Served::Unknown("keep_files: reports".into()));
        assert_eq!(map.lookup("/feed.xml"), Served::Generated("jekyll-feed".into()));
        assert_eq!(map.lookup("/reportsx"), Served::Nothing);
        assert_eq!(map.lookup("/other"), Served::Nothing);
    });
    let site = "//- _config.yml\nplugins: [jekyll-mystery]\n";
    with_map(Engine::Jekyll4, site, |map, _| {
        assert_eq!(map.lookup("/other"), Served::Unknown("the plugin jekyll-mystery".into()));
    });
    with_map(Engine::Jekyll3, site, |map, _| assert_eq!(map.lookup("/other"), Served::Nothing));
    let archive = Source::default().archive(Engine::Jekyll4);
    let settings = Settings { also_serves: vec!["/search/**".to_owned()], ..Settings::default() };
    let map = SiteMap::build(&settings, &archive, NOW.parse().unwrap());
    assert_eq!(map.lookup("/search/a/b"), Served::Generated("site.also_serves: /search/**".into()));
    assert_eq!(map.lookup("/searches"), Served::Nothing);
}

#[test]
fn pages_310_switches_plugins_on_and_ignores_strangers() {
    // Section 8: GitHub Pages always enables optional-front-matter, readme-index and paginate, and knows no archives.
    let site = "
//- _config.yml
plugins: [jekyll-archives]
jekyll-archives: {enabled: all}
paginate: 1
//- index.html
---
---
//- a.md
x
//- docs/README.md
x
//- _posts/2020-01-01-a.md
---
---
//- _posts/2020-01-02-b.md
---
---
";
    let expected = [
        "2020/01/01/a.html",
        "2020/01/02/b.html",
        "a.html",
        "a.md",
        "docs/README.md",
        "docs/index.html",
        "index.html",
        "page2/index.html",
    ];
    assert_eq!(files(Engine::Jekyll3, site), expected);
}

#[test]
fn engine_310_has_its_own_filter() {
    // Section 1: a user's `exclude` replaces the defaults, a text is a list by commas, `trail.` stays,
    // and single files of `include` outside the walk are not read.
    let site = "
//- _config.yml
exclude: a.txt, b.txt
include: [_one/two.txt]
//- a.txt
x
//- b.txt
x
//- Gemfile
x
//- trail.
x
//- _one/two.txt
x
";
    assert_eq!(files(Engine::Jekyll3, site), ["Gemfile", "trail."]);
    let site = "//- Gemfile\nx\n//- CNAME\nexample.cn\n//- x.txt\nx\n";
    assert_eq!(files(Engine::Jekyll3, site), ["x.txt"]);
    assert_eq!(files(Engine::Jekyll4, site), ["CNAME", "x.txt"]);
}

#[test]
fn engine_310_reads_names_and_styles_in_its_own_way() {
    // Section 2: a folder can carry the date. Section 3.1: `weekdate` is a literal path. Section 7: files are copied
    // verbatim, also those of a collection without output.
    let site = "//- _posts/2021-05-06-dir/file.md\n---\n---\n//- a%20b.png\nx\n//- dots...png\nx\n";
    assert_eq!(files(Engine::Jekyll3, site), ["2021/05/06/dir-file.html", "a%20b.png", "dots...png"]);
    assert_eq!(files(Engine::Jekyll4, site), ["a b.png", "dots.png"]);
    let site = "//- _config.yml\npermalink: weekdate\n//- _posts/2021-05-06-a.md\n---\n---\n";
    assert_eq!(files(Engine::Jekyll3, site), ["weekdate.html"]);
    let site = "//- _config.yml\ncollections: [docs]\n//- _docs/pic.png\nx\n//- _docs/x.md\n---\n---\n";
    assert_eq!(files(Engine::Jekyll3, site), ["docs/pic.png"]);
}

#[test]
fn engine_310_knows_fewer_placeholders() {
    // Section 3.2.
    let site = "//- _config.yml\npermalink: /:week/:title\n//- _posts/2021-05-06-a.md\n---\n---\n";
    with_map(Engine::Jekyll3, site, |map, _| {
        let aborts: Vec<_> = map.build_aborts().collect();
        assert_eq!(aborts, [(Served::Document(0), &Abort::UnknownPlaceholder(":week".to_owned()))]);
    });
}

#[test]
fn a_path_is_read_or_not() {
    let (settings, _) = Settings::from_config("exclude: [old_post, \"*.tmp\"]\ncollections: {docs: {output: true}}\n");
    for read in ["a.md", "_posts/2020-01-01-a.md", "x/_posts/n.md", "_docs/x.md", "img/a.png"] {
        assert!(published_paths(&settings)(read), "{read}");
    }
    for left in ["old_post/a.md", "a/b.tmp", "_layouts/x.html", "_site/index.html", ".git/config", "a~", "_drafts/a.md"]
    {
        assert!(!published_paths(&settings)(left), "{left}");
    }
}

#[test]
fn a_folder_that_is_named_so_is_a_posts_folder() {
    let source = Source::parse("//- content/news/2020-01-01-a.md\n---\ncategories: x\n---\n");
    let settings = Settings { posts_folders: vec!["content/news".to_owned()], ..Settings::default() };
    let archive = source.archive(Engine::Jekyll4);
    let map = SiteMap::build(&settings, &archive, NOW.parse().unwrap());
    assert_eq!(map.address_of(0).as_deref(), Some("/content/x/2020/01/01/a.html"));
}

#[test]
fn a_broken_configuration_is_a_problem_with_its_line() {
    let (settings, problems) = Settings::from_config("url: https://a.cn\nexclude: x\nkey: a: b\n");
    assert_eq!(settings.permalink, "date");
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].line, Some(3));
    let (settings, problems) = Settings::from_config("url: https://a.cn/\nexclude: x, y\ndefaults:\n- {scope: 1}\n");
    assert_eq!(settings.url, "https://a.cn");
    assert_eq!(problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), [Some(2), Some(3)]);
    assert_eq!(settings.exclude.as_deref(), Some(&["x".to_owned(), "y".to_owned()][..]));
    for text in ["", "# nothing\n", "---\n", "\u{FEFF}url: x\n", "[1, 2]", "just text", "a: &a [*a]", "? [x]\n: y\n"] {
        drop(Settings::from_config(text));
    }
}

#[test]
fn templates_stand_for_what_the_source_decides() {
    let site = "
//- _config.yml
url: https://example.cn
baseurl: /b
title: A site
author: {name: Li, tags: [x]}
//- _posts/2022-01-17-Some-thing.md
---
categories: news
---
//- sub/_posts/2022-01-18-x.md
---
title: Own
slug: y
---
//- dir/about.md
---
title: About
---
//- img/a.png
x
//- _posts/2030-01-01-future.md
---
---
";
    with_map(Engine::Jekyll4, site, |map, archive| {
        let value = |path: &str, name: &str| map.variable(index_of(archive, path), name);
        let post = "_posts/2022-01-17-Some-thing.md";
        for (path, name, expected) in [
            (post, "site.url", Some("https://example.cn")),
            (post, "site.baseurl", Some("/b")),
            (post, "site.title", Some("A site")),
            (post, "site.author.name", Some("Li")),
            (post, "site.author.tags", None),
            (post, "site.nothing", None),
            (post, "page.url", Some("/news/2022/01/17/Some-thing.html")),
            (post, "page.title", Some("Some Thing")),
            (post, "page.slug", Some("Some-thing")),
            (post, "page.path", Some(post)),
            (post, "layout.title", None),
            ("sub/_posts/2022-01-18-x.md", "page.slug", Some("y")),
            ("dir/about.md", "page.url", Some("/dir/about.html")),
            ("dir/about.md", "page.dir", Some("/dir/")),
            ("dir/about.md", "page.name", Some("about.md")),
            ("dir/about.md", "page.slug", None),
        ] {
            assert_eq!(value(path, name).as_deref(), expected, "{path} {name}");
        }
        assert_eq!(map.link("dir/about.md").as_deref(), Some("/b/dir/about.html"));
        assert_eq!(map.link("/img/a.png").as_deref(), Some("/b/img/a.png"));
        assert_eq!(map.link("nothing.md"), None);
        assert_eq!(map.link("_posts/2030-01-01-future.md"), None);
        assert_eq!(map.post_url("2022-01-17-Some-thing").as_deref(), Some("/b/news/2022/01/17/Some-thing.html"));
        assert_eq!(map.post_url("sub/2022-01-18-x").as_deref(), Some("/b/sub/2022/01/18/y.html"));
        assert_eq!(map.post_url("2022-01-18-x").as_deref(), Some("/b/sub/2022/01/18/y.html"));
        assert_eq!(map.post_url("2030-01-01-future"), None);
    });
    with_map(Engine::Jekyll3, site, |map, _| {
        assert_eq!(map.link("dir/about.md").as_deref(), Some("/dir/about.html"), "3.10 leaves baseurl out");
    });
}

#[test]
fn front_matter_that_is_no_mapping_stops_the_build_at_a_page_and_loses_a_post() {
    for block in ["title：全角", "- a", "12", "true", "\"\"", "2020-01-02"] {
        let site = format!("//- _posts/2022-01-17-a.md\n---\n{block}\n---\n//- x.md\n---\n{block}\n---\n");
        with_map(Engine::Jekyll4, &site, |map, archive| {
            let page = Served::Document(index_of(archive, "x.md"));
            assert_eq!(map.build_aborts().collect::<Vec<_>>(), [(page, &Abort::NoMapping)], "{block}");
            assert_eq!(map.lookup("/2022/01/17/a.html"), Served::Nothing, "{block}");
        });
    }
    for block in ["false", "~", "", "a: b: c"] {
        let site = format!("//- x.md\n---\n{block}\n---\n");
        with_map(Engine::Jekyll4, &site, |map, _| assert_eq!(map.build_aborts().count(), 0, "{block}"));
    }
}
