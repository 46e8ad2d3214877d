//! What the pages of the web say, as a user sees it: the program on small archives, against servers on loopback.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a test that cannot go on fails"
)]

#[expect(dead_code, reason = "every test binary takes what it needs of it")]
#[path = "support/archive.rs"]
mod archive;

#[expect(dead_code, reason = "every test binary takes what it needs of it")]
#[path = "probe/server.rs"]
mod server;

#[expect(dead_code, reason = "every test binary takes what it needs of it")]
#[path = "history/repository.rs"]
mod repository;

#[path = "judgement/between.rs"]
mod between;

#[path = "judgement/certificates.rs"]
mod certificates;

#[path = "judgement/elsewhere.rs"]
mod elsewhere;

#[path = "judgement/fragments.rs"]
mod fragments;

#[path = "judgement/pages.rs"]
mod pages;

#[path = "judgement/rules.rs"]
mod rules;

use serde_json::Value;

use archive::Archive;
use server::Server;

/// The JSON report of a check with the network, for which `site.example` is a server of the test.
pub(crate) fn online(archive: &Archive, server: &Server, args: &[&str]) -> Value {
    let resolve = format!("site.example:{}", server.address);
    let mut all = vec!["check", ".", "--no-reports", "--color", "never", "--format", "json=-"];
    all.extend(["--allow-private", "--pace", "0s", "--retries", "0", "--resolve", &resolve]);
    all.extend(args);
    let run = archive.run(&all);
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}{}", run.stdout, run.stderr))
}
