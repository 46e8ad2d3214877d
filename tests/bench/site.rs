//! How long the map of a site's addresses takes, on all cores: a part of every check.

use std::hint::black_box;
use std::sync::Arc;

use divan::Bencher;
use divan::counter::ItemsCount;
use postproof::document::{Archive, Date, Document, Ending, Field, Fields, Head, Kind, Links, Places, Value};
use postproof::extract::Dialect;
use postproof::site::{Engine, Settings, SiteMap};
use postproof::text::Interner;

fn main() {
    divan::main();
}

/// Posts of one site: published, or in an archive folder.
#[divan::bench(args = [(100_000, Kind::Post), (1_000_000, Kind::Post), (1_000_000, Kind::Archived)], sample_count = 5, sample_size = 1)]
fn site_map(bencher: Bencher<'_, '_>, (posts, kind): (u32, Kind)) {
    let archive = archive(posts, kind);
    let settings = Settings {
        engine: Engine::Jekyll3,
        permalink: "/:categories/:year/:month/:day/:title.html".to_owned(),
        timezone: Some("Asia/Shanghai".to_owned()),
        archive_folders: vec!["old_post".to_owned()],
        ..Settings::default()
    };
    let now = jiff::Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_hours(24 * 365 * 60);
    bencher.counter(ItemsCount::new(posts)).bench_local(|| SiteMap::build(black_box(&settings), &archive, now).len());
}

fn archive(posts: u32, kind: Kind) -> Archive {
    let interner = Interner::default();
    let (layout, category, tag) =
        (interner.intern("post"), interner.intern("shamenribao"), interner.intern("厦门日报"));
    let folder = if kind == Kind::Post { "_posts" } else { "old_post" };
    let document = |number: u32| {
        let (day, second) = (number / 400, number % 400 * 200);
        let date = jiff::civil::date(2016, 1, 1).saturating_add(jiff::Span::new().days(day));
        Document {
            path: Arc::from(format!("{folder}/{date}-NW{}{second:06}{number:08}.md", date.strftime("%Y%m%d"))),
            kind,
            dialect: Dialect::Kramdown,
            bytes: 3000,
            head: Head::Parsed,
            fields: Fields {
                date: Date::Instant(1_451_577_600 + i64::from(day) * 86_400 + i64::from(second)),
                values: [
                    (Field::Layout, Value::Text(layout)),
                    (Field::Categories, Value::List([Value::Text(category)].into())),
                    (Field::Tags, Value::List([Value::Text(tag)].into())),
                ]
                .into(),
            },
            places: Places::default(),
            body: 0,
            sketch: None,
            ending: Ending::default(),
            links: Links::default(),
            ids: Box::default(),
            rare: None,
        }
    };
    let mut documents: Vec<Document> = (0..posts).map(document).collect();
    documents.sort_by(|a, b| a.path.cmp(&b.path));
    Archive { documents, files: Vec::new(), strings: interner.freeze() }
}
