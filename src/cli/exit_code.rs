//! What the exit code says.

use std::process::ExitCode;

/// Why postproof ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Nothing at or above `--fail-on` was found.
    Healthy,
    /// Findings at or above `--fail-on`.
    Findings,
    /// The command line or the settings are wrong.
    Usage,
    /// postproof could not do its work.
    Failure,
    /// Ctrl-C.
    Interrupted,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Healthy => 0,
            Exit::Findings => 1,
            Exit::Usage => 2,
            Exit::Failure => 3,
            // 128 and the number of SIGINT, as shells report it.
            Exit::Interrupted => 130,
        })
    }
}
