//! How long a user waits for `postproof check --offline`, with the JSON report, at several sizes.
//!
//! The program runs as a process of its own, so its start and the walk through the folders are in the time,
//! and so is what the system's file cache holds after the first run.

#[expect(dead_code, reason = "every test binary takes what it needs of it")]
#[path = "../support/generator/mod.rs"]
mod generator;
#[path = "../support/run.rs"]
mod run;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};

fn main() {
    divan::main();
}

#[divan::bench(args = [1_000, 10_000], sample_count = 10, sample_size = 1)]
fn check(bencher: Bencher<'_, '_>, posts: usize) {
    let folder = tempfile::tempdir().unwrap_or_else(|error| unwritten(&error));
    let archive = folder.path().join("archive");
    let mut bytes = 0;
    for file in generator::files(generator::Settings { posts, seed: 1, damage: 10 }) {
        run::write(&archive, &file.path, &file.bytes).unwrap_or_else(|error| unwritten(&error));
        bytes += file.bytes.len();
    }
    bencher.counter(BytesCount::new(bytes)).counter(ItemsCount::new(posts)).bench_local(|| {
        // Every generated archive is damaged, so anything but 1 means that the check did not run.
        let code = run::check_into(&folder.path().join("health.json"), &archive, &["--offline"]);
        assert!(matches!(code, Ok(1)), "the check ended with {code:?}");
    });
}

#[expect(clippy::panic, reason = "there is nothing to measure without an archive")]
fn unwritten<T>(error: &std::io::Error) -> T {
    panic!("the archive cannot be written: {error}");
}
