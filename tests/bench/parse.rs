//! How fast a post is parsed: its front matter, and its links as each engine finds them.

#[expect(dead_code, reason = "every test binary takes what it needs of it")]
#[path = "../support/generator/mod.rs"]
mod generator;
#[path = "../support/posts.rs"]
mod posts;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use postproof::extract::{Dialect, Settings, extract};
use postproof::front_matter::parse;

fn main() {
    divan::main();
}

#[divan::bench]
fn front_matter(bencher: Bencher<'_, '_>) {
    let posts = posts::texts(1000);
    bencher
        .counter(BytesCount::new(posts::size(&posts)))
        .counter(ItemsCount::new(posts.len()))
        .bench(|| posts.iter().map(|post| parse(post).problems.len()).sum::<usize>());
}

#[divan::bench(args = [Dialect::Kramdown, Dialect::GitHub, Dialect::Html])]
fn links(bencher: Bencher<'_, '_>, dialect: Dialect) {
    let posts = posts::texts(1000);
    let settings = Settings::default();
    let bodies: Vec<_> = posts.iter().map(|post| (post.as_str(), parse(post).block.body(post))).collect();
    bencher.counter(BytesCount::new(posts::size(&posts))).counter(ItemsCount::new(posts.len())).bench(|| {
        bodies.iter().map(|(post, body)| extract(&settings, dialect, post, *body).links.len()).sum::<usize>()
    });
}
