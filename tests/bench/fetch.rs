//! How fast addresses are asked: `postproof check` on one page of links, through the stand-in web on loopback.
//!
//! Without pace and with many requests at once to the one host, so that the engine is measured and not its manners.

#[path = "../support/run.rs"]
mod run;
#[path = "../support/web/mod.rs"]
mod web;

use std::fmt::Write as _;
use std::path::Path;

use divan::Bencher;
use divan::counter::ItemsCount;

fn main() {
    divan::main();
}

#[divan::bench(args = [200, 2_000], sample_count = 5, sample_size = 1)]
fn ask(bencher: Bencher<'_, '_>, addresses: usize) {
    let folder = tempfile::tempdir().unwrap_or_else(|error| unready(&error));
    let archive = folder.path().join("archive");
    let mut page = "---\ntitle: 行情\n---\n".to_owned();
    for number in 0..addresses {
        let _ = writeln!(page, "- <http://quote.example/unify/r/0.{number}>");
    }
    run::write(&archive, "index.md", page.as_bytes()).unwrap_or_else(|error| unready(&error));
    let sample = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/archive"));
    let web = web::Web::start(sample).unwrap_or_else(|error| unready(&error));
    let proxy = web.proxy();
    let arguments = ["--proxy", &proxy, "--pace", "0ms", "--per-host", "64", "--concurrency", "64"];
    bencher.counter(ItemsCount::new(addresses)).bench_local(|| {
        let code = run::check_into(&folder.path().join("health.json"), &archive, &arguments);
        assert!(matches!(code, Ok(0)), "the check ended with {code:?}");
    });
    let asked = web.hits().get("quote.example").map_or(0, |hits| *hits as usize);
    assert!(asked >= addresses, "only {asked} requests came for {addresses} addresses");
}

#[expect(clippy::panic, reason = "there is nothing to measure without an archive and a web")]
fn unready<T>(error: &std::io::Error) -> T {
    panic!("the archive or the web is not ready: {error}");
}
