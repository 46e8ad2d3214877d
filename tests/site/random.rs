//! Random sites: the same seed always gives the same site.
//!
//! Words come from small pools, so that files, categories and permalinks often meet.

use std::fmt::Write as _;

use super::support::Source;

struct Dice(u64);

impl Dice {
    /// A number below `bound` (splitmix64).
    fn roll(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % bound as u64).unwrap()
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.roll(100) < percent
    }

    fn pick<'w>(&mut self, words: &[&'w str]) -> &'w str {
        words[self.roll(words.len())]
    }
}

const FOLDERS: [&str; 12] =
    ["", "", "", "a/", "a/b/", "news/", "中文/", "_hidden/", "old_post/", "a b/", "docs/", ".dot/"];
const NAMES: [&str; 20] = [
    "index",
    "about",
    "x",
    "y",
    "中文 页",
    "a b",
    "README",
    "v1.2",
    "Case",
    "case",
    "404",
    "e#f",
    "p%20q",
    "dots..",
    "_under",
    ".dot",
    "q?r",
    "标题，二",
    "[b]",
    "index",
];
const ENDS: [&str; 14] =
    [".md", ".md", ".md", ".html", ".html", ".markdown", ".txt", ".json", ".xml", "", ".MD", ".htm", ".css", ".md~"];
const SLUGS: [&str; 18] = [
    "one",
    "two",
    "three",
    "标题",
    "标题，一",
    "Hello World!",
    "a.b.c",
    "a#b",
    "c++",
    "x_y",
    "-dash-",
    "é",
    "100%",
    "a(b)",
    "",
    "NW202201172249352683",
    "dots...",
    "~t",
];
const DATES: [&str; 14] = [
    "2020-01-02",
    "2021-12-31",
    "2022-01-17",
    "2023-02-28",
    "2024-02-29",
    "2024-06-15",
    "2024-06-16",
    "2030-01-01",
    "20-1-2",
    "2021-2-30",
    "2020-1-1",
    "1999-10-10",
    "2022-01-17",
    "2020-12-28",
];
const CATEGORIES: [&str; 16] = [
    "news",
    "News",
    "a b",
    "[a, b]",
    "[a b]",
    "财经",
    "财经,新闻",
    "[财经, A股, 财经]",
    "[v1.2, c++]",
    "",
    "[2020, true]",
    "[[n, m], k]",
    "\"\"",
    "[\"x/y\"]",
    "shamenribao",
    "厦门 日报",
];
const TEMPLATES: [&str; 22] = [
    "date",
    "pretty",
    "ordinal",
    "weekdate",
    "none",
    "/:title/",
    "/:year/:title:output_ext",
    "/:categories/:title",
    "/p/:slugified_categories/:slug/",
    "/:collection/:path/",
    "/:path:output_ext",
    "/:year:month:day/:name.htm",
    "/:title_x/",
    "/:i_month-:i_day/:short_year/:title:output_ext",
    "/:hour/:minute/:second/:title/",
    "/w/:w_year/:week/:w_day/:title.html",
    "/:long_month/:short_month/:long_day/:short_day/:y_day/:title/",
    ":title",
    "/中 文/:title",
    "/a/../b/:title/",
    "/same/",
    "/:categories/:year/:month/:day/:title:output_ext",
];
const PERMALINKS: [&str; 18] = [
    "/x/",
    "/x",
    "/x.html",
    "x/y/",
    "/中文/",
    "/%E4%B8%AD/",
    "/a.json",
    "/:title/",
    "/:categories/:title:output_ext",
    "/",
    "/index.html",
    "/v1.2/x",
    "pretty",
    "/:path/:basename/",
    "/a//b/../c.html",
    "/about/",
    "/:year/x/",
    "./rel/",
];
const TIMES: [&str; 8] = [
    "",
    " 00:10:00 +0800",
    " 23:30:00",
    " 23:30",
    " 07:46:06 +0800",
    " 23:50:00 -0500",
    " 12:00:00 Z",
    " 04:05:06 UTC",
];

/// The site of a seed.
pub(crate) fn site(seed: u64) -> Source {
    let mut dice = Dice(seed);
    let mut source = Source::default();
    let config = config(&mut dice);
    // With `future`, Jekyll gives a post whose front matter was lost no date before it sorts: its order is then chance.
    let is_order_chance = config.contains("future: true");
    source.put("_config.yml", config);
    for _ in 0..4 + dice.roll(12) {
        let (path, text) = page(&mut dice);
        put(&mut source, path, text);
    }
    for _ in 0..4 + dice.roll(12) {
        let (path, text) = post(&mut dice);
        let is_lost = is_order_chance && (text.contains("a: b") || text.contains("\"x\n"));
        put(&mut source, path, if is_lost { "text\n".to_owned() } else { text });
    }
    for _ in 0..dice.roll(8) {
        let collection = dice.pick(&["_docs/", "_notes/", "_docs/sub/", "_docs/_in/", "all/_docs/"]);
        let name = format!("{collection}{}{}", dice.pick(&NAMES), dice.pick(&ENDS));
        let text = maybe_front_matter(&mut dice, 70);
        put(&mut source, name, text);
    }
    source
}

/// Adds a file, unless a folder has its name or a file the name of one of its folders.
fn put(source: &mut Source, path: String, text: String) {
    let is_below = |inner: &str, outer: &str| inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('/'));
    if !source.files.keys().any(|other| is_below(other, &path) || is_below(&path, other)) {
        source.put(path, text);
    }
}

fn config(dice: &mut Dice) -> String {
    let mut yaml = String::from("url: https://example.cn\n");
    let mut line = |text: String| {
        yaml.push_str(&text);
        yaml.push('\n');
    };
    if dice.chance(70) {
        line(format!("permalink: \"{}\"", dice.pick(&TEMPLATES)));
    }
    if dice.chance(60) {
        line(format!(
            "timezone: {}",
            dice.pick(&["Asia/Shanghai", "UTC", "America/New_York", "Europe/Berlin", "No/Where"])
        ));
    }
    for (key, percent) in [("future", 15), ("unpublished", 15), ("show_drafts", 0)] {
        if dice.chance(percent) {
            line(format!("{key}: true"));
        }
    }
    if dice.chance(10) {
        line(format!("limit_posts: {}", 1 + dice.roll(5)));
    }
    if dice.chance(25) {
        line(format!(
            "include: [{}]",
            dice.pick(&["_hidden", "_under.md", ".dot", "\"*.css\", _docs", "a/x.md, _hidden/x.md"])
        ));
    }
    if dice.chance(40) {
        let excluded =
            ["old_post", "\"*.txt\", a", "news/, x.md", "\"**/b\"", "\"[xy].*\"", "_posts/sub, case", "\"a*\""];
        line(format!("exclude: [{}]", dice.pick(&excluded)));
    }
    if dice.chance(15) {
        line(format!("collections_dir: {}", dice.pick(&["all", "docs"])));
    }
    if dice.chance(70) {
        line("collections:".to_owned());
        for label in ["docs", "notes", "posts"] {
            let output = dice.chance(75);
            line(format!("  {label}:\n    output: {output}"));
            if dice.chance(30) {
                line(format!("    permalink: \"{}\"", &dice.pick(&TEMPLATES)));
            }
        }
    }
    plugins(dice, &mut line);
    defaults(dice, &mut line);
    yaml
}

fn plugins(dice: &mut Dice, line: &mut impl FnMut(String)) {
    let known = [
        "jekyll-redirect-from",
        "jekyll-archives",
        "jekyll-paginate",
        "jekyll-feed",
        "jekyll-sitemap",
        "jekyll-readme-index",
        "jekyll-optional-front-matter",
    ];
    let named: Vec<&str> = known.into_iter().filter(|_| dice.chance(25)).collect();
    line(format!("plugins: [{}]", named.join(", ")));
    if dice.chance(80) {
        line(format!("paginate: {}", 1 + dice.roll(4)));
    }
    if dice.chance(30) {
        line(format!("paginate_path: {}", dice.pick(&["/news/:num/", "/a/b/p:num/", "seite:num", "/blog/:num"])));
    }
    let enabled = dice.pick(&["all", "true", "[year, tags]", "[categories]", "[month, day]"]);
    line(format!("jekyll-archives:\n  enabled: {enabled}"));
    if dice.chance(30) {
        line("  permalinks: {year: \"/y/:year.html\", tag: \"/:type/:name\", category: \"/c/:name/\"}".to_owned());
    }
    if dice.chance(40) {
        line(format!("feed: {}", dice.pick(&["{path: atom.xml}", "{categories: [news, a b]}", "{tags: true}", "{}"])));
    }
    if dice.chance(30) {
        line(format!(
            "readme_index: {}",
            dice.pick(&["{remove_originals: true}", "{with_frontmatter: true}", "{enabled: false}"])
        ));
    }
    if dice.chance(30) {
        line(format!("optional_front_matter: {}", dice.pick(&["{remove_originals: true}", "{enabled: false}"])));
    }
}

fn defaults(dice: &mut Dice, line: &mut impl FnMut(String)) {
    if !dice.chance(50) {
        return;
    }
    line("defaults:".to_owned());
    for _ in 0..=dice.roll(4) {
        let path = dice.pick(&[
            "\"\"",
            "_posts",
            "a",
            "news/",
            "_docs",
            "\"a/*\"",
            "\"*/b\"",
            "中文",
            "_posts/su",
            "\"**/x*\"",
        ]);
        let kind =
            dice.pick(&["", "", ", type: posts", ", type: pages", ", type: docs", ", type: post", ", type: drafts"]);
        let values = dice.pick(&[
            "layout: post",
            "layout: post",
            "categories: [def]",
            "category: d e",
            "published: false",
            "hidden: true",
            "slug: fixed",
            "date: \"2001-02-03\"",
            "permalink: \"/d/:title/\"",
            "permalink: \"/d/:path/:basename:output_ext\"",
            "permalink: \"/:slug.html\"",
        ]);
        // A default that names a placeholder of pages stops the build where a post follows it: rare enough to keep.
        line(format!("- {{scope: {{path: {path}{kind}}}, values: {{{values}}}}}"));
    }
}

fn page(dice: &mut Dice) -> (String, String) {
    let path = format!("{}{}{}", dice.pick(&FOLDERS), dice.pick(&NAMES), dice.pick(&ENDS));
    (path, maybe_front_matter(dice, 75))
}

fn post(dice: &mut Dice) -> (String, String) {
    let above = dice.pick(&["", "", "", "", "news/", "a/", "a/b/", "_hidden/", "all/", "all/x/", "中文/"]);
    let below = dice.pick(&["", "", "", "", "sub/", "_in/", "sub/_in/", ".dot/", "2021-05-06-dir/"]);
    let name = match dice.roll(20) {
        0 => "notes".to_owned(),
        1 => format!("-{}", dice.pick(&SLUGS)),
        2 => dice.pick(&DATES).to_owned(),
        3 => format!("_{}-{}", dice.pick(&DATES), dice.pick(&SLUGS)),
        _ => format!("{}-{}", dice.pick(&DATES), dice.pick(&SLUGS)),
    };
    let end = dice.pick(&[".md", ".md", ".md", ".md", ".markdown", ".html", ".txt", "", ".json"]);
    let folder = if dice.chance(92) { "_posts/" } else { "_drafts/" };
    (format!("{above}{folder}{below}{name}{end}"), maybe_front_matter(dice, 90))
}

fn maybe_front_matter(dice: &mut Dice, percent: usize) -> String {
    if !dice.chance(percent) {
        return dice.pick(&["text\n", "", "\n---\n---\n", "----\n---\n"]).to_owned();
    }
    let mut text = String::from("---\n");
    let mut line = |key: &str, value: &str| writeln!(text, "{key}: {value}").unwrap();
    if dice.chance(25) {
        line("permalink", &format!("\"{}\"", dice.pick(&PERMALINKS)));
    }
    if dice.chance(40) {
        line("categories", dice.pick(&CATEGORIES));
    }
    if dice.chance(20) {
        line("category", dice.pick(&CATEGORIES));
    }
    if dice.chance(25) {
        line("tags", dice.pick(&["x y", "[C++, C]", "中文", "[2020, a]", "", "x"]));
    }
    if dice.chance(30) {
        let day = dice.pick(&["2020-01-02", "2022-01-17", "2024-06-15", "2031-05-06", "2021/12/31"]);
        line("date", &format!("{day}{}", dice.pick(&TIMES)));
    }
    if dice.chance(15) {
        line("slug", &format!("\"{}\"", dice.pick(&SLUGS)));
    }
    if dice.chance(10) {
        line("published", dice.pick(&["false", "true", "no", "", "\"false\""]));
    }
    if dice.chance(10) {
        line("hidden", "true");
    }
    if dice.chance(20) {
        line("redirect_from", dice.pick(&["/old/", "[/旧/1, old.html]", "/index.html", "[/x, /x/]", "", "old/x.json"]));
    }
    match dice.roll(25) {
        0 => line("title", "a: b"),
        1 => line("title", "\"x"),
        _ => line("title", "x"),
    }
    if !dice.chance(4) {
        text.push_str(dice.pick(&["---\n", "---\n", "---\nbody\n", "...\nbody\n"]));
    }
    text
}
