//! `completions` and `man`, from the same definitions as `--help`, in the language of whoever asks.

use std::io::{self, Write as _};

use clap::{Args, Command, CommandFactory as _};
use clap_complete::Shell;

use super::args::Cli;
use super::exit_code::Exit;
use super::voice::Voice;
use super::{help, output};
use crate::language::Language;

/// What `completions` is told.
#[derive(Clone, Debug, Args)]
pub(super) struct CompletionsArgs {
    /// The shell.
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints the completions of a shell.
pub(super) fn completions(args: &CompletionsArgs, voice: &Voice) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    let mut command = match voice.language() {
        Language::English => Cli::command(),
        Language::Chinese => help::described(Cli::command()),
    };
    clap_complete::generate(args.shell, &mut command, "postproof", &mut script);
    print(&script)
}

/// Prints the manual: one page for the program and all its commands.
pub(super) fn man(voice: &Voice) -> anyhow::Result<Exit> {
    let mut page = Vec::new();
    let is_chinese = voice.language() == Language::Chinese;
    let mut command = if is_chinese { help::chinese(Cli::command()) } else { Cli::command() };
    command.build();
    clap_mangen::Man::new(command.clone()).title("POSTPROOF").manual("postproof").render(&mut page)?;
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set()) {
        section(sub, &mut page)?;
    }
    if is_chinese {
        page = help::with_chinese_headings(std::str::from_utf8(&page)?).into_bytes();
    }
    print(&page)
}

/// A command's own part of the page.
fn section(command: &Command, page: &mut Vec<u8>) -> io::Result<()> {
    let name = command.get_bin_name().unwrap_or(command.get_name()).to_uppercase();
    let man = clap_mangen::Man::new(command.clone());
    writeln!(page, ".SH {name:?}")?;
    let mut parts = Vec::new();
    man.render_description_section(&mut parts)?;
    man.render_options_section(&mut parts)?;
    // Within the section of a command, description and options are its parts.
    let parts = String::from_utf8_lossy(&parts).replace("\n.SH ", "\n.SS ");
    let parts = parts.strip_prefix(".SH ").map_or_else(|| parts.clone(), |rest| format!(".SS {rest}"));
    page.write_all(parts.as_bytes())
}

fn print(bytes: &[u8]) -> anyhow::Result<Exit> {
    let text = std::str::from_utf8(bytes)?;
    output::print(text)?;
    Ok(Exit::Healthy)
}
