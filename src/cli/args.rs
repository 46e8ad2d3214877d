//! The command line as it is typed.

use std::str::FromStr;

use clap::{Parser, Subcommand, ValueEnum};

use super::archived::ArchivedArgs;
use super::check::CheckArgs;
use super::config::ConfigArgs;
use super::explain::{ExplainArgs, RulesArgs};
use super::fix::FixArgs;
use super::history::HistoryArgs;
use super::init::InitArgs;
use super::links::LinksArgs;
use super::repair::RepairArgs;
use super::seal::SealArgs;
use super::shell::CompletionsArgs;
use super::site::SiteArgs;
use super::verify::VerifyArgs;
use crate::language::{Language, Trouble, say};

/// Keeps a large archive of posts true.
///
/// Reads every post of a Jekyll archive, checks its front matter and its text, resolves every link,
/// asks the web politely, and writes a health report.
#[derive(Debug, Parser)]
#[command(name = "postproof", version, args_conflicts_with_subcommands = true, disable_help_subcommand = true)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    #[command(flatten)]
    pub(super) check: CheckArgs,
    /// The language of findings, reports and rule pages: en or zh [default: that of postproof.yml or of the environment].
    #[arg(long, global = true, value_name = "LANGUAGE", value_parser = parse_language)]
    pub(super) lang: Option<Language>,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check an archive and write its health report.
    Check(Box<CheckArgs>),
    /// Say what rules look for, why, and what to write instead.
    Explain(ExplainArgs),
    /// List the rules.
    Rules(RulesArgs),
    /// Learn the archive's conventions and write them into postproof.yml.
    Init(InitArgs),
    /// Mend what is safe to mend, and nothing else of the files.
    Fix(FixArgs),
    /// Write the digests of new files into the archive's seal.
    Seal(SealArgs),
    /// Hold every file of the archive against its seal.
    Verify(VerifyArgs),
    /// Say which altered or missing files another copy or history still has, and bring them back.
    Repair(RepairArgs),
    /// List every address that the site will serve, with its source.
    Site(SiteArgs),
    /// Ask a web archive which addresses it holds, and have it keep what is new.
    Archived(ArchivedArgs),
    /// Tell what became of the archive over its runs, or of one address.
    History(HistoryArgs),
    /// Show which links each engine sees in a file, side by side.
    Links(LinksArgs),
    /// Show every setting that counts, and where it comes from.
    Config(Box<ConfigArgs>),
    /// Print the completions of a shell.
    Completions(CompletionsArgs),
    /// Print the manual page, in roff.
    Man,
    /// Print the JSON Schema of the report or of the settings file.
    Schema {
        /// Whose schema.
        #[arg(value_enum)]
        of: SchemaOf,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum SchemaOf {
    /// The JSON report, version 1.
    Report,
    /// The settings file, postproof.yml.
    Config,
}

/// How a list is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum ListFormat {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum When {
    /// Where a person watches.
    #[default]
    Auto,
    /// Everywhere.
    Always,
    /// Nowhere.
    Never,
}

impl When {
    /// Whether it is on, where a person does or does not watch.
    pub(super) fn is_on(self, is_watched: bool) -> bool {
        match self {
            Self::Auto => is_watched,
            Self::Always => true,
            Self::Never => false,
        }
    }
}

fn parse_language(text: &str) -> Result<Language, Trouble> {
    Language::named(text).ok_or_else(|| Trouble::new(say!("write en or zh")))
}

/// Reads a number of things.
pub(super) fn parse_count<T: FromStr>(text: &str) -> Result<T, Trouble> {
    text.parse().map_err(|_| Trouble::new(say!("write a whole number")))
}

/// Reads a number of things, of which there is one at the least.
pub(super) fn parse_some<T: FromStr + Default + PartialEq>(text: &str) -> Result<T, Trouble> {
    let count = text.parse().ok().filter(|count| *count != T::default());
    count.ok_or_else(|| Trouble::new(say!("write a whole number, 1 or more")))
}
