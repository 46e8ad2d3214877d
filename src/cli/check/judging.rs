//! The flags of `check` about whose pages are judged, whose mail is looked up, and whose certificates are trusted.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::config;

/// Whose pages are judged by what they say.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Judge {
    /// Those of source links.
    SourceLinks,
    /// Everybody's.
    All,
    /// Nobody's.
    None,
}

impl Judge {
    fn setting(self) -> config::Judge {
        match self {
            Self::SourceLinks => config::Judge::SourceLinks,
            Self::All => config::Judge::All,
            Self::None => config::Judge::None,
        }
    }
}

#[derive(Clone, Debug, Args)]
pub(in crate::cli) struct JudgingArgs {
    /// Whose pages are judged by what they say [default: source-links] [key: `fetch.judge`]
    #[arg(long, value_enum, value_name = "WHOSE", help_heading = "Network")]
    judge: Option<Judge>,
    /// Look up who takes the mail of the domains that mailto: links name [key: `fetch.check_mail`]
    #[arg(long, help_heading = "Network")]
    check_mail: bool,
    /// Trust the authorities of this file of certificates (PEM) too [key: `fetch.ca_file`]
    #[arg(long, value_name = "FILE", help_heading = "Network")]
    ca_file: Option<PathBuf>,
    /// Trust every certificate; the report says so [key: `fetch.insecure`]
    #[arg(long, help_heading = "Network")]
    insecure: bool,
}

impl JudgingArgs {
    /// The setting of which the command line names the file.
    pub(super) fn named_file(&self) -> Option<&'static str> {
        self.ca_file.is_some().then_some("fetch.ca_file")
    }

    /// Lays what was typed over the settings file.
    pub(super) fn over(self, fetch: &mut config::Fetch) {
        fetch.judge = self.judge.map(Judge::setting).or(fetch.judge);
        fetch.check_mail = self.check_mail.then_some(true).or(fetch.check_mail);
        fetch.ca_file = self.ca_file.or(fetch.ca_file.take());
        fetch.insecure = self.insecure.then_some(true).or(fetch.insecure);
    }
}
