//! The whole job on the sample archive: `cargo run --release --example demo`.
//!
//! Starts a web of its own on loopback, good and bad hosts mixed, and lets `postproof check` loose on
//! `tests/fixtures/archive` through it. Nothing outside this machine is asked. The reports are in `reports/`.

#[path = "../support/web/mod.rs"]
mod web;

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use postproof::cli::Exit;
use web::Web;

/// The sample archive, from the root of the repository.
const ARCHIVE: &str = "tests/fixtures/archive";

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => {
            // Nothing is left to tell if standard error is closed.
            let _ = writeln!(io::stderr(), "the demo cannot run: {error}");
            ExitCode::from(3)
        }
    }
}

fn run() -> io::Result<ExitCode> {
    std::env::set_current_dir(env!("CARGO_MANIFEST_DIR"))?;
    let web = Web::start(Path::new(ARCHIVE))?;
    let proxy = web.proxy();
    let arguments =
        ["postproof", "check", ARCHIVE, "--proxy", &proxy, "--pace", "10ms", "--reports", "reports", "--no-state"];
    writeln!(io::stderr(), "$ {}\n", arguments.join(" "))?;
    let exit = postproof::cli::run_with(arguments.map(OsString::from));
    let hits = web.hits();
    let requests: u32 = hits.values().sum();
    writeln!(io::stderr(), "\nThe stand-in web answered {requests} requests for {} hosts:", hits.len())?;
    for (host, count) in hits {
        writeln!(io::stderr(), "{count:>5}  {host}")?;
    }
    writeln!(
        io::stderr(),
        "\nThe reports: reports/health.html (open it in a browser), reports/health.md, reports/health.json"
    )?;
    // The sample archive is full of planted damage: finding it is success.
    Ok(if exit == Exit::Findings { ExitCode::SUCCESS } else { exit.into() })
}
