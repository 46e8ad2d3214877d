//! A small archive in memory, full of what ties files to each other.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::Random;

pub(super) const CATEGORIES: [&str; 4] = ["ribao", "wanbao", "Ribao", "zhoubao"];

const CONFIG: &str = "url: https://news.example\ntimezone: Asia/Shanghai\nplugins: [jekyll-redirect-from]\n";

const SETTINGS: &str = "\
posts:
  archive: [old_post]
navigation:
  - text: 返回{tag}
    target: /category/{category}.html
  - text: 返回首页
    target: /
source_link: http://source.example/news?id={id}
";

/// Numbers that posts can have; few, so that they meet.
pub(super) const NUMBERS: usize = 14;

/// What kinds of text the bodies are made of; few, so that they are equal or nearly so.
const BODIES: usize = 4;

/// An archive.
#[derive(Clone, Debug)]
pub(super) struct Archive {
    files: BTreeMap<String, Vec<u8>>,
}

impl Archive {
    pub(super) fn new(random: &mut Random) -> Self {
        let mut archive = Self { files: BTreeMap::new() };
        archive.put("_config.yml", CONFIG);
        archive.put("postproof.yml", SETTINGS);
        for layout in ["post", "category", "default"] {
            archive.put(&format!("_layouts/{layout}.html"), "{{ content }}\n");
        }
        archive.put("_includes/foot.html", "foot\n");
        archive.put("index.html", "---\nlayout: default\n---\n<a href=\"/about.html#a\">x</a>\n");
        archive.put("about.md", "---\nlayout: default\n---\n## a\n\ntext\n\n## b\n\ntext\n");
        for category in CATEGORIES.iter().take(3) {
            archive.put_category(category, category);
        }
        for _ in 0..6 + random.below(8) {
            let path = place(random);
            let text = post(&path, random);
            archive.put(&path, text);
        }
        archive
    }

    pub(super) fn files(&self) -> &BTreeMap<String, Vec<u8>> {
        &self.files
    }

    pub(super) fn put(&mut self, path: &str, bytes: impl Into<Vec<u8>>) {
        self.files.insert(path.to_owned(), bytes.into());
    }

    pub(super) fn take(&mut self, path: &str) -> Option<Vec<u8>> {
        self.files.remove(path)
    }

    pub(super) fn put_category(&mut self, category: &str, title: &str) {
        let text = format!("---\nlayout: category\ntitle: {title}\ncategory: {category}\n---\n");
        self.put(&format!("category/{category}.html"), text);
    }

    /// The paths of some post, draft or kept post.
    pub(super) fn some_post(&self, random: &mut Random) -> Option<String> {
        let posts: Vec<&String> = self.files.keys().filter(|path| path.contains("-NW")).collect();
        posts.get(random.below(posts.len())).map(|path| (*path).clone())
    }
}

fn id(number: usize) -> String {
    format!("NW202201{:02}{:03}", number % 3 + 10, number)
}

fn name(number: usize) -> String {
    format!("2022-01-{:02}-{}", number % 3 + 10, id(number))
}

/// A place for a post.
pub(super) fn place(random: &mut Random) -> String {
    let folder = random.pick(&["_posts", "_posts", "_posts", "old_post", "old_post", "_drafts"]);
    format!("{folder}/{}.md", name(random.below(NUMBERS)))
}

/// A post for a path; most are healthy, and what is wrong with the others is the archive's usual.
pub(super) fn post(path: &str, random: &mut Random) -> Vec<u8> {
    let stem = path.rsplit('/').next().unwrap_or_default().trim_end_matches(".md");
    let (day, id) = stem.split_at(11);
    let day = day.trim_end_matches('-');
    let category = random.pick(&CATEGORIES);
    let mut front = vec!["layout: post".to_owned(), format!("title: 新闻 {id}")];
    front.push(format!("date: {day} 07:46:06 +0800"));
    front.push(format!("categories: {category}"));
    front.push(format!("tags: {category}"));
    match random.below(24) {
        0 => drop(front.remove(1)),
        1 => front.push("title: twice".to_owned()),
        2 => front.push("bad: [".to_owned()),
        3 => front.push(format!("permalink: /ribao/2022/01/10/{}.html", self::id(random.below(NUMBERS)))),
        4 => front.push("redirect_from: /about.html".to_owned()),
        5 => front.push(format!("redirect_from: /was/{}/", random.below(3))),
        6 => "layout: gone".clone_into(&mut front[0]),
        7 => front.push("published: false".to_owned()),
        8 => "date: 2022-13-99".clone_into(&mut front[2]),
        9 => drop(front.remove(3)),
        _ => {}
    }
    let mut text = format!("---\n{}\n---\n{}", front.join("\n"), body(random));
    for _ in 0..random.below(3) {
        text.push_str(&link(random));
        text.push('\n');
    }
    let source = if random.chance(150) { self::id(random.below(NUMBERS)) } else { id.to_owned() };
    write!(text, "\n<http://source.example/news?id={source}>\n").unwrap();
    write!(text, "\n[返回{category}](/category/{category}.html)｜[返回首页](/)\n").unwrap();
    match random.below(30) {
        0 => text.push_str("\u{fffd} lost\n"),
        1 => text.push_str("<!-- postproof-ignore LK004: known -->\n"),
        2 => text = text.replacen("---\n", "", 1),
        3 => text.truncate(text.char_indices().nth(200).map_or(text.len(), |(at, _)| at)),
        4 => return [text.as_bytes(), b"\xff\xfe\n"].concat(),
        5 => text.push_str("<<<<<<< HEAD\n"),
        6 => text = text.replace("[返回首页](/)", "[返回首页](/about.html)"),
        _ => {}
    }
    text.into_bytes()
}

/// A link to something that may be there.
pub(super) fn link(random: &mut Random) -> String {
    let number = random.below(NUMBERS);
    let day = number % 3 + 10;
    match random.below(13) {
        0..=3 => {
            let category = random.pick(&["ribao", "wanbao"]);
            format!("[上一篇](/{category}/2022/01/{day}/{}.html)", id(number))
        }
        4 => format!("[kept](../old_post/{}.md)", name(number)),
        5 => format!("[a](/about.html#{})", random.pick(&["a", "b", "c"])),
        6 => "[nowhere](/nowhere.html)".to_owned(),
        7 => format!("[was](/was/{}/)", random.below(3)),
        8 => format!("![x](/assets/{}.png)", random.below(3)),
        9 => format!("[feed]({})", random.pick(&["/feed.xml", "/zhoubao/", "/category/"])),
        10 => format!("{{% post_url {} %}}", name(number)),
        11 => format!("[{{{{ x }}}}]({{% link _posts/{}.md %}})", name(number)),
        _ => "[empty]()".to_owned(),
    }
}

/// A body: one of a few, or one of these with another word in it, or one of its own.
fn body(random: &mut Random) -> String {
    let kind = random.below(BODIES);
    let mut words = Random::new(kind as u64, 99);
    if random.chance(600) {
        words = Random::new(random.next(), 99);
    }
    let mut text = String::new();
    for number in 0..8 {
        text.push_str(if number == 0 { "<p>" } else { " <p>" });
        for _ in 0..40 {
            text.extend(char::from_u32(0x4e00 + u32::try_from(words.below(2500)).unwrap_or(0)));
        }
        text.push_str("</p>\n");
    }
    if random.chance(400) {
        writeln!(text, " <p>又及{}。</p>", random.below(1000)).unwrap();
    }
    text
}
