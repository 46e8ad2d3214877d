//! The only place that prints.

use std::io::{self, IsTerminal, Write};

/// Prints text to standard output. A reader that went away is no error: `postproof rules | head` is fine.
pub(super) fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    ignore_closed_pipe(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

/// Success, if all that went wrong is that nobody reads any more.
pub(super) fn ignore_closed_pipe(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other,
    }
}

/// Tells a person a line beside the result.
pub(super) fn tell(line: &str) {
    // Where standard error is closed too, nobody is left to be told.
    let _ = writeln!(io::stderr(), "{line}");
}

/// Whether a person watches standard output.
pub(super) fn is_watched() -> bool {
    io::stdout().is_terminal()
}

/// Whether a person watches standard error.
pub(super) fn is_error_watched() -> bool {
    io::stderr().is_terminal()
}
