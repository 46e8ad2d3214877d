//! The command line: what is typed, what is printed, and the exit code.

mod archive;
mod archived;
mod args;
mod bag;
mod check;
mod config;
mod exit_code;
mod explain;
mod fix;
mod help;
mod history;
mod init;
mod links;
mod markdown;
mod output;
mod progress;
mod repair;
mod seal;
mod shell;
mod site;
mod verify;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use args::{Cli, Command, SchemaOf};
pub use exit_code::Exit;

use crate::language::Language;

/// Runs postproof as if it was called with these arguments, the program's name first.
pub fn main_with(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    run_with(args).into()
}

/// [`main_with`], for a caller that wants to know how it ended.
pub fn run_with(args: impl IntoIterator<Item = OsString>) -> Exit {
    let args: Vec<OsString> = args.into_iter().collect();
    let cli = match Cli::try_parse_from(&args) {
        Ok(cli) => cli,
        Err(error) => {
            let is_help = error.kind() == ErrorKind::DisplayHelp;
            if is_help && help::language(&args) == Language::Chinese && help::print_chinese(&args) {
                return Exit::Healthy;
            }
            let is_wrong = !matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
            // Where nobody reads the help, nobody misses it.
            let _ = error.print();
            return if is_wrong { Exit::Usage } else { Exit::Healthy };
        }
    };
    run(cli)
}

fn run(cli: Cli) -> Exit {
    let chosen = cli.lang;
    let language = chosen.unwrap_or_else(|| Language::of_environment(|name| std::env::var(name).ok()));
    let done = match cli.command {
        None => check::check(&cli.check, chosen),
        Some(Command::Check(args)) => check::check(&args, chosen),
        Some(Command::Explain(args)) => explain::explain(&args, language),
        Some(Command::Rules(args)) => explain::rules(&args, language),
        Some(Command::Init(args)) => init::init(&args, language),
        Some(Command::Fix(args)) => fix::fix(&args, chosen),
        Some(Command::Seal(args)) => seal::seal(&args),
        Some(Command::Verify(args)) => verify::verify(&args),
        Some(Command::Repair(args)) => repair::repair(&args),
        Some(Command::Site(args)) => site::site(&args),
        Some(Command::Archived(args)) => archived::archived(&args),
        Some(Command::History(args)) => history::history(&args),
        Some(Command::Links(args)) => links::links(&args),
        Some(Command::Config(args)) => config::config(&args),
        Some(Command::Completions(args)) => shell::completions(&args),
        Some(Command::Man) => shell::man(),
        Some(Command::Schema { of }) => schema(of).map(|()| Exit::Healthy).map_err(Into::into),
    };
    done.unwrap_or_else(|error| {
        output::error(&format!("{error:#}"));
        Exit::Failure
    })
}

fn schema(of: SchemaOf) -> std::io::Result<()> {
    match of {
        SchemaOf::Report => output::print(crate::report::schema()),
        SchemaOf::Config => output::print(&format!("{:#}\n", crate::config::schema())),
    }
}
