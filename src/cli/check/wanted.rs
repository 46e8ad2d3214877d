//! The formats that a command line asks for.

use std::ffi::OsStr;

use clap::builder::{PossibleValuesParser, StringValueParser, TypedValueParser};
use clap::{Arg, Command, Error};

use crate::report;

/// A format that is asked for: `NAME`, `NAME=FILE` or `NAME=-`.
#[derive(Clone, Debug)]
pub(in crate::cli) struct Wanted {
    /// The name of a format that there is.
    pub(super) name: String,
    /// Where it goes; the reports folder where nothing is said.
    pub(super) target: Option<String>,
}

/// Reads a format that is asked for. A name that is none is told in clap's words, with the one that is like it.
#[derive(Clone, Copy, Debug)]
pub(super) struct WantedParser;

impl TypedValueParser for WantedParser {
    type Value = Wanted;

    fn parse_ref(&self, command: &Command, argument: Option<&Arg>, value: &OsStr) -> Result<Wanted, Error> {
        let typed = StringValueParser::new().parse_ref(command, argument, value)?;
        let (name, target) =
            typed.split_once('=').map_or((&*typed, None), |(name, file)| (name, Some(file.to_owned())));
        let names = PossibleValuesParser::new(report::ALL.iter().map(|format| format.name()));
        let name = names.parse_ref(command, argument, OsStr::new(name))?;
        Ok(Wanted { name, target })
    }
}
