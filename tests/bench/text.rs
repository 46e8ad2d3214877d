//! How fast bytes become text, offsets become lines, and repeated strings become symbols.

#[expect(dead_code, reason = "every test binary takes what it needs of it")]
#[path = "../support/generator/mod.rs"]
mod generator;
#[path = "../support/posts.rs"]
mod posts;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use postproof::text::{Interner, LineIndex, decode};

fn main() {
    divan::main();
}

#[divan::bench]
fn decode_posts(bencher: Bencher<'_, '_>) {
    let posts = posts::texts(1000);
    bencher
        .counter(BytesCount::new(posts::size(&posts)))
        .counter(ItemsCount::new(posts.len()))
        .bench(|| posts.iter().map(|post| decode(post.as_bytes()).text.len()).sum::<usize>());
}

#[divan::bench]
fn find_the_last_line(bencher: Bencher<'_, '_>) {
    let posts = posts::texts(1000);
    bencher
        .counter(BytesCount::new(posts::size(&posts)))
        .counter(ItemsCount::new(posts.len()))
        .bench(|| posts.iter().map(|post| LineIndex::new(post).position(post, u32::MAX).line).sum::<u32>());
}

/// Destinations as an archive has them: a few in every post, some in one.
#[divan::bench]
fn intern_destinations(bencher: Bencher<'_, '_>) {
    let posts = posts::texts(1000);
    let destinations: Vec<&str> = posts.iter().flat_map(|post| post.split(['"', '<', '(', ')', '>'])).collect();
    bencher.counter(ItemsCount::new(destinations.len())).bench(|| {
        let interner = Interner::default();
        destinations.iter().map(|destination| u64::from(interner.intern(destination).index())).sum::<u64>()
    });
}
