//! The command line of postproof; all of it is in the library's `cli` room.

use std::process::ExitCode;

fn main() -> ExitCode {
    postproof::cli::main_with(std::env::args_os())
}
