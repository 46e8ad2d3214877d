//! The command line of postproof; all of it is in the library's `cli` room.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// A check asks for memory some seventy times for each post, on all cores, which this allocator serves with less work.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    postproof::cli::main_with(std::env::args_os())
}
