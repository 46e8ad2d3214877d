use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::finding::{Applicability, Severity};
use crate::rules::{ALL, FrontMatterSettings, Settings};

const PATH: &str = "_posts/2022-01-17-a.md";

/// The archive around the file: one legacy host, the zone of the site, and two addresses that moved.
struct World {
    extract: extract::Settings,
    rules: Settings,
    selection: Selection,
    moved: Vec<Better>,
}

impl World {
    fn new() -> Self {
        let front_matter = FrontMatterSettings {
            time_zone: jiff::tz::TimeZone::get("Asia/Shanghai").ok(),
            required: vec!["title".to_owned()],
            ..FrontMatterSettings::default()
        };
        let rules = Settings {
            now: "2026-01-01T00:00:00Z".parse().unwrap(),
            host: Some("finews.withounder.com".to_owned()),
            aliases: vec!["finews.zning.me".to_owned()],
            front_matter,
            ..Settings::default()
        };
        let moved =
            [("http://old.cn/a?x=1&y=2", "https://new.cn/b?x=1&y=2"), ("http://old.cn/p", "http://new.cn/q)(1")];
        let meta = ALL.iter().map(|rule| rule.meta()).find(|meta| meta.code.as_str() == "NT004").unwrap();
        let better = |(from, to): (&str, &str)| Better {
            meta,
            severity: Severity::Warning,
            applicability: Applicability::Safe,
            title: format!("write {to}"),
            from: url::Url::parse(from).unwrap(),
            to: url::Url::parse(to).unwrap(),
        };
        Self {
            extract: extract::Settings::default(),
            rules,
            selection: Selection::default(),
            moved: moved.map(better).into(),
        }
    }

    fn reader(&self) -> Reader<'_> {
        Reader {
            extract: &self.extract,
            rules: &self.rules,
            active: ALL,
            selection: &self.selection,
            path: Arc::from(PATH),
            kind: Kind::Post,
            dialect: Dialect::Kramdown,
        }
    }

    fn better(&self, destination: &str) -> Option<&Better> {
        let whole = if destination.starts_with("//") { format!("http:{destination}") } else { destination.to_owned() };
        let mut url = url::Url::parse(&whole).ok()?;
        url.set_fragment(None);
        self.moved.iter().find(|better| better.from == url)
    }

    fn mend(&self, bytes: &[u8], unsafe_too: bool) -> Mended {
        let better = |destination: &str| self.better(destination);
        mend(&self.reader(), bytes, &Offers { wanted: &|_| true, better: &better, unsafe_too })
    }

    /// The text afterwards, and the codes of what was done and left.
    fn told(&self, text: &str) -> (String, Vec<&'static str>, Vec<(&'static str, Why)>) {
        let mended = self.mend(text.as_bytes(), false);
        let done = mended.done.iter().map(|done| done.code.as_str()).collect();
        let left = mended.left.iter().map(|left| (left.code.as_str(), left.why.clone())).collect();
        (String::from_utf8(mended.bytes.unwrap_or_else(|| text.as_bytes().to_vec())).unwrap(), done, left)
    }
}

fn post(head: &str, body: &str) -> String {
    format!("---\ntitle: \"a\"\n{head}---\n{body}")
}

#[test]
fn every_form_of_a_moved_link_keeps_its_form() {
    let world = World::new();
    for (written, expected) in [
        ("<http://old.cn/a?x=1&y=2>", "<https://new.cn/b?x=1&y=2>"),
        ("[x](http://old.cn/a?x=1&y=2#top \"t\")", "[x](https://new.cn/b?x=1&y=2#top \"t\")"),
        ("<a href='http://old.cn/a?x=1&amp;y=2'>x</a>", "<a href='https://new.cn/b?x=1&amp;y=2'>x</a>"),
        ("<a href=\"//old.cn/a?x=1&y=2\">x</a>", "<a href=\"https://new.cn/b?x=1&y=2\">x</a>"),
        ("[x][1] and [y][1]\n\n[1]: http://old.cn/a?x=1&y=2", "[x][1] and [y][1]\n\n[1]: https://new.cn/b?x=1&y=2"),
        ("[x](http://other.cn/a?x=1&y=2)", "[x](http://other.cn/a?x=1&y=2)"),
    ] {
        for ends in ["\n", "\r\n"] {
            let text = post("", &format!("{written}\n\n中文 no end")).replace('\n', ends);
            let (new, ..) = world.told(&text);
            assert_eq!(new, post("", &format!("{expected}\n\n中文 no end")).replace('\n', ends));
            assert_eq!(world.told(&new).1, [""; 0], "{new}");
        }
    }
}

#[test]
fn what_cannot_be_written_is_told_and_left() {
    let text = post("", "[x](http://old.cn/p) <http://old.cn/a?x=1&y=2>\n");
    let (new, done, left) = World::new().told(&text);
    assert_eq!(new, post("", "[x](http://old.cn/p) <https://new.cn/b?x=1&y=2>\n"));
    assert_eq!(done, ["NT004"]);
    assert!(matches!(left.as_slice(), [("NT004", Why::Refused(_))]), "{left:?}");
}

#[test]
fn two_changes_of_one_line_and_one_that_overlaps() {
    let world = World::new();
    let text =
        "\u{FEFF}---\ntitle: 12:30\ndate: 2022-01-17 07:46\n---\n[a](//finews.zning.me/) [b](//finews.zning.me/x)\n";
    let (new, done, left) = world.told(text);
    assert_eq!(
        new,
        "---\ntitle: \"12:30\"\ndate: 2022-01-17 07:46 +0800\n---\n[a](//finews.withounder.com/) [b](//finews.withounder.com/x)\n"
    );
    assert_eq!(done, ["TX002", "FM014", "FM009", "LK008", "LK008"]);
    assert_eq!(left, []);
    assert_eq!(world.told(&new), (new.clone(), vec![], vec![]));
}

#[test]
fn a_mended_title_that_would_stop_the_build_is_not_written() {
    let broken = "---\ntitle: \"他说\"你好\"\"\ndate: never\n---\nx\n";
    let (new, done, left) = World::new().told(broken);
    assert_eq!((new.as_str(), done.len()), (broken, 0));
    assert!(matches!(left.as_slice(), [("FM003", Why::Refused(why))] if why.contains("FM008")), "{left:?}");
    // A fault that does not stop the build comes to light.
    let (new, done, _) = World::new().told("---\ntitle: \"他说\"你好\"\"\ntags: 007\ncategories: a b\n---\nx\n");
    assert_eq!(new, "---\ntitle: \"他说\\\"你好\\\"\"\ntags: 007\ncategories: a b\n---\nx\n");
    assert_eq!(done, ["FM003"]);
}

#[test]
fn bytes_that_are_no_utf8_are_never_touched() {
    let world = World::new();
    // 新闻 in GBK, quoted wrongly: the text that would be written has lost its bytes already.
    let gbk = b"---\ntitle: \"\xD0\xC2\xCE\xC5\" \"x\"\n---\n<http://old.cn/a?x=1&y=2> \xD0\xC2\n";
    let mended = world.mend(gbk, true);
    assert_eq!(
        mended.bytes.unwrap(),
        b"---\ntitle: \"\xD0\xC2\xCE\xC5\" \"x\"\n---\n<https://new.cn/b?x=1&y=2> \xD0\xC2\n"
    );
    assert!(mended.left.iter().any(|left| left.why == Why::Encoding), "{:?}", mended.left);
}

#[test]
fn notes_silence_and_unsafe_changes_wait() {
    let world = World::new();
    let note = post("", "<!-- postproof-ignore NT004: kept on purpose -->\n<http://old.cn/a?x=1&y=2>\n");
    assert_eq!(world.told(&note).0, note);
    let text = post("date: 2022-01-17 07:46:06\n", "x\n");
    assert_eq!(world.told(&text).2, [("FM009", Why::Unsafe)]);
    let mended = world.mend(text.as_bytes(), true);
    assert_eq!(mended.bytes.unwrap(), post("date: 2022-01-17 07:46:06 +0800\n", "x\n").as_bytes());
}

#[test]
fn a_thousand_links_and_one_that_fails() {
    let world = World::new();
    let mut body = "<http://old.cn/a?x=1&y=2>\n\n".repeat(1000);
    // Whatever is not read back is left, and the rest is written.
    body.push_str("[x](http://old.cn/p)\n");
    let mended = world.mend(post("", &body).as_bytes(), false);
    assert_eq!((mended.done.len(), mended.left.len()), (1000, 1));
}

/// Lines, and whether a change may touch them.
const LINES: [(&str, bool); 14] = [
    ("plain 中文 text", false),
    ("<http://old.cn/a?x=1&y=2>", true),
    ("[a](http://old.cn/a?x=1&amp;y=2#x \"t\") [b](//finews.zning.me/)", true),
    ("<p>a<a href=http://old.cn/a?x=1&y=2>b</a>", true),
    ("| [x](http://old.cn/a?x=1&y=2) | y |", true),
    ("```", false),
    ("<!-- a", false),
    ("-->", false),
    ("{% raw %}", false),
    ("{{ x", false),
    ("> quote <http://good.cn/>", false),
    ("[x](http://a.cn/b c)", true),
    ("    code <http://good.cn/x>", false),
    ("", false),
];

const HEADS: [&str; 8] = [
    "title: \"a\"",
    "title: a: b",
    "title: 12:30",
    "date: 2022-01-17 07:46",
    "date: 2022-01-17 07:46:06",
    "categories: a b",
    "tags: @x",
    "tags: x",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, ..ProptestConfig::default() })]
    #[test]
    fn a_change_touches_its_lines_only_and_is_made_once(
        heads in prop::collection::vec(0..HEADS.len(), 0..4),
        body in prop::collection::vec(0..LINES.len(), 0..12),
        ends in prop::bool::ANY, unsafe_too in prop::bool::ANY, mark in prop::bool::ANY, bad in prop::option::of(0_usize..200),
    ) {
        let end = if ends { "\r\n" } else { "\n" };
        let mut text = String::from(if mark { "\u{FEFF}---" } else { "---" });
        text.push_str(end);
        for head in &heads {
            text.push_str(HEADS[*head]);
            text.push_str(end);
        }
        text.push_str("---");
        text.push_str(end);
        text.push_str(&body.iter().map(|line| LINES[*line].0).collect::<Vec<_>>().join(end));
        let mut bytes = text.into_bytes();
        if let Some(at) = bad.filter(|at| *at < bytes.len()) {
            bytes[at] = 0xC4;
        }
        let world = World::new();
        let mended = world.mend(&bytes, unsafe_too);
        let Some(new) = mended.bytes else {
            prop_assert!(mended.done.is_empty());
            return Ok(());
        };
        prop_assert!(!mended.done.is_empty());
        // Lines that no rule is about stand there as they stood.
        let lines = |bytes: &[u8]| bytes.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect::<Vec<_>>();
        let (old, now) = (lines(&bytes), lines(&new));
        let is_plain = |line: &Vec<u8>| {
            let text = String::from_utf8_lossy(line);
            LINES.iter().any(|(known, touched)| !touched && text.trim_end_matches('\r') == *known)
        };
        prop_assert_eq!(old.iter().filter(|l| is_plain(l)).collect::<Vec<_>>(), now.iter().filter(|l| is_plain(l)).collect::<Vec<_>>());
        // What is no UTF-8 is there to the last byte.
        let damage = |bytes: &[u8]| memchr::memchr_iter(0xC4, bytes).count();
        prop_assert_eq!(damage(&bytes), damage(&new));
        let again = world.mend(&new, unsafe_too);
        prop_assert!(again.bytes.is_none(), "{:?} {}", again.done, String::from_utf8_lossy(&new));
    }

    #[test]
    fn any_bytes_are_no_trouble(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mended = World::new().mend(&bytes, true);
        prop_assert!(mended.bytes.is_none_or(|new| new != bytes));
    }
}
