//! Damaged and hostile input: the map never panics, agrees with itself, and does not depend on threads.

use std::sync::Arc;

use postproof::document::{Archive, Date, Document, Ending, Field, Fields, Head, Kind, Links, Places, Value};
use postproof::extract::Dialect;
use postproof::site::{Engine, Served, Settings, SiteMap};
use postproof::text::Interner;
use proptest::prelude::*;

use super::random;
use super::support::NOW;

const WORDS: [&str; 40] = [
    "/",
    "//",
    "..",
    ".",
    "./",
    "_posts",
    "_posts/",
    "_drafts/",
    "2020-01-02-",
    "2020-13-45-",
    "-",
    ":title",
    ":",
    ":x_",
    "%",
    "%E4",
    "%2F",
    "a",
    "B",
    "中",
    "é",
    "e\u{301}",
    "\n",
    "\0",
    "*",
    "[",
    "\\",
    "?",
    "#",
    " ",
    "~",
    "index",
    ".md",
    ".html",
    ".MD",
    "README",
    "\u{FEFF}",
    "{{",
    "all",
    "docs/",
];

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(&WORDS[..]), 0..8).prop_map(|words| words.concat())
}

fn value() -> impl Strategy<Value = Drafted> {
    prop_oneof![
        Just(Drafted::Null),
        any::<bool>().prop_map(Drafted::Bool),
        any::<i64>().prop_map(Drafted::Integer),
        any::<f64>().prop_map(Drafted::Float),
        text().prop_map(Drafted::Text),
        prop::collection::vec(text(), 0..3).prop_map(Drafted::List),
        Just(Drafted::Mapping),
    ]
}

/// A document before its text is interned.
type Drawn = (String, Kind, Head, Date, Vec<(usize, Drafted)>);

/// A value before its text is interned.
#[derive(Clone, Debug)]
enum Drafted {
    Null,
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    List(Vec<String>),
    Mapping,
}

impl Drafted {
    fn intern(&self, interner: &Interner) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(*value),
            Self::Integer(value) => Value::Integer(*value),
            Self::Float(value) => Value::Float(*value),
            Self::Text(text) => Value::Text(interner.intern(text)),
            Self::List(items) => Value::List(items.iter().map(|item| Value::Text(interner.intern(item))).collect()),
            Self::Mapping => Value::Mapping,
        }
    }
}

prop_compose! {
    fn document()(
        path in text(),
        kind in prop::sample::select(vec![Kind::Post, Kind::Archived, Kind::Draft, Kind::Page]),
        head in prop::sample::select(vec![Head::Parsed, Head::Missing, Head::Unterminated, Head::Dropped, Head::NoMapping, Head::Undecodable]),
        date in prop_oneof![
            Just(Date::Absent), Just(Date::Invalid), any::<i64>().prop_map(Date::Instant), any::<i64>().prop_map(Date::Local)
        ],
        values in prop::collection::vec((0..Field::ALL.len(), value()), 0..5),
    ) -> Drawn {
        (path, kind, head, date, values)
    }
}

fn archive(documents: &[Drawn], files: &[String]) -> Archive {
    let interner = Interner::default();
    let mut read: Vec<Document> = documents
        .iter()
        .map(|(path, kind, head, date, values)| Document {
            path: Arc::from(path.as_str()),
            kind: *kind,
            dialect: Dialect::Kramdown,
            bytes: 0,
            head: *head,
            fields: Fields {
                date: *date,
                values: values.iter().map(|(field, value)| (Field::ALL[*field].0, value.intern(&interner))).collect(),
            },
            places: Places::default(),
            body: 0,
            sketch: None,
            ending: Ending::default(),
            rare: None,
            links: Links::default(),
            ids: Box::default(),
        })
        .collect();
    read.sort_by(|one, other| one.path.cmp(&other.path));
    read.dedup_by(|one, other| one.path == other.path);
    let mut files: Vec<Arc<str>> = files.iter().map(|path| Arc::from(path.as_str())).collect();
    files.sort();
    Archive { documents: read, files, strings: interner.freeze() }
}

/// Asks a map everything, and holds its answers against each other.
fn interrogate(settings: &Settings, archive: &Archive) {
    let map = SiteMap::build(settings, archive, NOW.parse().unwrap());
    for address in map.addresses() {
        assert!(address.url.starts_with('/') || address.url.is_empty(), "{address:?}");
        assert_ne!(map.lookup(address.destination), Served::Nothing, "{address:?}");
        if !address.destination.ends_with('/') {
            assert_eq!(map.lookup(address.destination), address.served, "{address:?}");
        }
    }
    for index in 0..archive.documents.len() {
        if let (Some(url), None) = (map.address_of(index), map.unpublished(index)) {
            assert!(url.is_empty() || url.starts_with('/'), "{url}");
        }
        for name in ["page.url", "page.title", "page.slug", "page.dir", "site.url", "site.x.y", "page"] {
            drop(map.variable(index, name));
        }
        drop((map.is_unstable(index), map.link(&archive.documents[index].path)));
    }
    drop((map.collisions(), map.build_aborts().count(), map.post_url("2020-01-02-a"), map.is_empty()));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_archive_breaks_the_map(
        documents in prop::collection::vec(document(), 0..8),
        files in prop::collection::vec(text(), 0..6),
        (permalink, zone, base) in (text(), text(), text()),
        (include, exclude) in (prop::collection::vec(text(), 0..3), prop::collection::vec(text(), 0..3)),
        (limit, paginate, drafts) in (0_u64..3, 0_i64..3, any::<bool>()),
        engine in prop::sample::select(vec![Engine::Jekyll4, Engine::Jekyll3]),
    ) {
        let plugins = ["redirect-from", "archives", "paginate", "feed", "sitemap", "readme-index", "optional-front-matter"];
        let settings = Settings {
            engine,
            permalink,
            timezone: Some(zone),
            collections_dir: base.trim_matches('/').to_owned(),
            include: Some(include),
            exclude: Some(exclude),
            limit_posts: limit,
            paginate: Some(paginate),
            show_drafts: drafts,
            plugins: plugins.iter().map(|name| format!("jekyll-{name}")).collect(),
            ..Settings::default()
        };
        interrogate(&settings, &archive(&documents, &files));
    }

    #[test]
    fn no_configuration_breaks_the_settings(words in prop::collection::vec(prop::sample::select(vec![
        "permalink", "collections", "defaults", "exclude", "include", "feed", "plugins", "paginate", "limit_posts", ":", ": ", "\n",
        "\n  ", "- ", "[", "]", "{", "}", "x", "true", "~", "-1", "&a", "*a", "!!str", "\"", "'", "values", "scope", "path", "<<", "\t",
    ]), 0..40)) {
        let (settings, problems) = Settings::from_config(&words.concat());
        prop_assert!(problems.iter().all(|problem| problem.line != Some(0)));
        interrogate(&settings, &archive(&[], &["a.md".to_owned(), "_posts/2020-01-02-a.md".to_owned()]));
    }
}

#[test]
fn every_part_of_a_configuration_is_read_without_harm() {
    let source = random::site(7);
    let whole = String::from_utf8(source.files["_config.yml"].clone()).unwrap();
    for (end, _) in whole.char_indices() {
        drop(Settings::from_config(whole.get(..end).unwrap()));
    }
    let deep = "a: ".to_owned() + &"[".repeat(100_000);
    assert!(!Settings::from_config(&deep).1.is_empty());
    let long = format!("exclude: [\"{}\"]\n", "*a".repeat(2_000));
    let (settings, _) = Settings::from_config(&long);
    interrogate(&settings, &archive(&[], &["a".repeat(4_000)]));
}

#[test]
fn the_map_does_not_depend_on_threads() {
    for seed in 1..40 {
        let source = random::site(seed);
        let (settings, _) = source.settings(Engine::Jekyll4);
        let archive = source.archive(Engine::Jekyll4);
        let with = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let map = SiteMap::build(&settings, &archive, NOW.parse().unwrap());
                format!("{:?}\n{:?}\n{:?}", map.addresses(), map.collisions(), map.build_aborts().collect::<Vec<_>>())
            })
        };
        assert_eq!(with(1), with(3), "seed {seed}");
        interrogate(&settings, &archive);
    }
}
