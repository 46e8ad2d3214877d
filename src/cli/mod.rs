//! The command line: what is typed, what is printed, and the exit code.

mod archive;
mod archived;
mod args;
mod bag;
mod check;
mod complaint;
mod config;
mod exit_code;
mod explain;
mod fix;
mod help;
mod history;
mod home;
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
mod voice;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser};

use args::{Cli, Command, SchemaOf};
pub use exit_code::Exit;
use voice::Voice;

use crate::check::SettingsError;
use crate::language::Language;

/// Runs postproof as if it was called with these arguments, the program's name first.
pub fn main_with(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    run_with(args).into()
}

/// [`main_with`], for a caller that wants to know how it ended.
pub fn run_with(args: impl IntoIterator<Item = OsString>) -> Exit {
    let args = behind_command(args.into_iter().collect());
    let cli = match Cli::try_parse_from(&args) {
        Ok(cli) => cli,
        Err(error) => {
            let language = help::language(&args);
            if !matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
                complaint::print(complaint::about_command(error, &args), language);
                return Exit::Usage;
            }
            let is_help = error.kind() == ErrorKind::DisplayHelp;
            if !(is_help && language == Language::Chinese && help::print_chinese(&args)) {
                // Where nobody reads the help, nobody misses it.
                let _ = error.print();
            }
            return Exit::Healthy;
        }
    };
    if let Some(error) = misspelt_command(&cli) {
        complaint::print(error, help::language(&args));
        return Exit::Usage;
    }
    run(cli)
}

/// The error about a folder that is none and looks like a misspelt command.
fn misspelt_command(cli: &Cli) -> Option<clap::Error> {
    let path = &cli.check.path;
    let word = path.to_str().filter(|_| cli.command.is_none() && !path.exists())?;
    complaint::misspelt(word)
}

/// Puts flags that stand before a command behind it, where it takes them: `postproof --lang zh check .`.
fn behind_command(mut args: Vec<OsString>) -> Vec<OsString> {
    let word = |at: usize| args.get(at).and_then(|word| word.to_str()).unwrap_or_default();
    let mut at = 1;
    loop {
        at += match word(at) {
            "--lang" | "--color" => 2,
            "-q" | "--quiet" | "-v" | "--verbose" => 1,
            flag if flag.starts_with("--lang=") || flag.starts_with("--color=") => 1,
            _ => break,
        };
    }
    if at > 1
        && Cli::command().find_subcommand(word(at)).is_some()
        && let Some(moved) = args.get_mut(1..=at)
    {
        moved.rotate_right(1);
    }
    args
}

fn run(cli: Cli) -> Exit {
    let voice = &Voice::new(cli.lang);
    let done = match cli.command {
        None => check::check(&cli.check, voice),
        Some(Command::Check(args)) => check::check(&args, voice),
        Some(Command::Explain(args)) => explain::explain(&args, voice),
        Some(Command::Rules(args)) => explain::rules(&args, voice),
        Some(Command::Init(args)) => init::init(&args, voice),
        Some(Command::Fix(args)) => fix::fix(&args, voice),
        Some(Command::Seal(args)) => seal::seal(&args, voice),
        Some(Command::Verify(args)) => verify::verify(&args, voice),
        Some(Command::Repair(args)) => repair::repair(&args, voice),
        Some(Command::Site(args)) => site::site(&args, voice),
        Some(Command::Archived(args)) => archived::archived(&args, voice),
        Some(Command::History(args)) => history::history(&args, voice),
        Some(Command::Links(args)) => links::links(&args, voice),
        Some(Command::Config(args)) => config::config(&args, voice),
        Some(Command::Completions(args)) => shell::completions(&args, voice),
        Some(Command::Man) => shell::man(voice),
        Some(Command::Schema { of }) => schema(of).map(|()| Exit::Healthy).map_err(Into::into),
    };
    done.unwrap_or_else(|error| {
        voice.failed(&error);
        if error.is::<SettingsError>() { Exit::Usage } else { Exit::Failure }
    })
}

fn schema(of: SchemaOf) -> std::io::Result<()> {
    match of {
        SchemaOf::Report => output::print(crate::report::schema()),
        SchemaOf::Config => output::print(&format!("{:#}\n", crate::config::schema())),
    }
}
