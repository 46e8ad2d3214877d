//! `--help` in Chinese, made of the same definitions as the English one, and what the manual page and completions are
//! made of.
//!
//! What clap itself writes into a help (`Usage`, `Options`, default and possible values) has no translation there, so it
//! is taken over here. Nothing is parsed by this command line; it only prints.

use std::ffi::OsString;

use clap::builder::{PossibleValue, PossibleValuesParser, StyledStr};
use clap::{Arg, ArgAction, Command, CommandFactory as _};

use super::args::Cli;
use crate::language::{Language, help};

const TEMPLATE: &str = "{before-help}{about-with-newline}\n用法：{usage}\n\n{all-args}{after-help}";

/// Prints the help that was asked for in Chinese; `false` where the arguments ask for none.
pub(super) fn print_chinese(args: &[OsString]) -> bool {
    match chinese(Cli::command()).try_get_matches_from(args) {
        Err(error) if error.kind() == clap::error::ErrorKind::DisplayHelp => {
            // Where nobody reads the help, nobody misses it.
            let _ = error.print();
            true
        }
        _ => false,
    }
}

/// The language that arguments ask for which were not parsed: they ask for help, or are wrong.
pub(super) fn language(args: &[OsString]) -> Language {
    let flags = args.iter().take_while(|word| *word != "--");
    let words: Vec<&str> = flags.map(|word| word.to_str().unwrap_or_default()).collect();
    let behind = words.array_windows().find_map(|[flag, name]| (*flag == "--lang").then_some(*name));
    let named = behind.or_else(|| words.iter().find_map(|word| word.strip_prefix("--lang=")));
    named.and_then(Language::named).unwrap_or_else(|| Language::of_environment(|name| std::env::var(name).ok()))
}

/// The headings that a manual page has of its own.
const HEADINGS: [(&str, &str); 5] =
    [("NAME", "名称"), ("SYNOPSIS", "概要"), ("DESCRIPTION", "描述"), ("SUBCOMMANDS", "命令"), ("VERSION", "版本")];

/// A manual page of Chinese texts with Chinese headings above them.
pub(super) fn with_chinese_headings(page: &str) -> String {
    let line = |line: &str| {
        let heading = line.strip_prefix(".SH ").or_else(|| line.strip_prefix(".SS "));
        let chinese = heading.and_then(|name| HEADINGS.iter().find(|(english, _)| *english == name));
        match (chinese, line.get(..4)) {
            (Some((_, chinese)), Some(control)) => format!("{control}{chinese}\n"),
            _ => format!("{line}\n"),
        }
    };
    page.lines().map(line).collect()
}

/// A command and all below it as completions describe them, in Chinese.
pub(super) fn described(command: Command) -> Command {
    let about = command.get_about().map(translated);
    let command = command.mut_args(|arg| {
        let text = arg.get_help().map(translated).unwrap_or_default();
        let values: Vec<PossibleValue> = arg.get_possible_values();
        let arg = arg.help(text);
        // Flags have possible values too, which nobody types.
        if values.is_empty() || !arg.get_action().takes_values() {
            return arg;
        }
        let value = |value: PossibleValue| match value.get_help().map(translated) {
            Some(meaning) => value.help(meaning),
            None => value,
        };
        arg.value_parser(PossibleValuesParser::new(values.into_iter().map(value)))
    });
    let command = with_own_flags(command).mut_subcommands(described);
    match about {
        Some(about) => command.about(about),
        None => command,
    }
}

/// A command and all below it with their texts in Chinese.
pub(super) fn chinese(command: Command) -> Command {
    let about = command.get_about().map(translated);
    let whole = command.get_long_about().or(command.get_about()).map(paragraphs);
    let mut command =
        command.help_template(TEMPLATE).subcommand_help_heading("命令").mut_args(argument).mut_subcommands(chinese);
    if let Some(about) = about {
        command = command.about(about.clone()).long_about(whole.unwrap_or(about));
    }
    with_own_flags(command)
}

/// The flags that clap gives each command, in Chinese.
fn with_own_flags(command: Command) -> Command {
    let is_top = command.get_version().is_some();
    let command = command.disable_help_flag(true).disable_version_flag(true);
    let flag = |name: &'static str, short, action, text: &'static str| {
        Arg::new(name).long(name).short(short).action(action).help(text).help_heading("选项")
    };
    let command = command.arg(flag("help", 'h', ArgAction::Help, "显示帮助"));
    if is_top { command.arg(flag("version", 'V', ArgAction::Version, "显示版本")) } else { command }
}

fn argument(arg: Arg) -> Arg {
    let heading = match arg.get_help_heading() {
        Some(heading) => help(heading).unwrap_or("选项"),
        None if arg.is_positional() => "参数",
        None => "选项",
    };
    let text = arg.get_help().map(translated).unwrap_or_default();
    let values = arg.get_possible_values().into_iter().filter(|_| arg.get_action().takes_values());
    let values: Vec<String> = values
        .map(|value| match value.get_help() {
            Some(meaning) => format!("{}（{}）", value.get_name(), translated(meaning)),
            None => value.get_name().to_owned(),
        })
        .collect();
    let values = if values.is_empty() { String::new() } else { format!(" [可选：{}]", values.join("、")) };
    let usual: Vec<String> =
        arg.get_default_values().iter().map(|value| value.to_string_lossy().into_owned()).collect();
    let usual = if usual.is_empty() || !arg.get_action().takes_values() {
        String::new()
    } else {
        format!(" [默认：{}]", usual.join("、"))
    };
    let told = format!("{text}{values}{usual}");
    let takes_values = arg.get_action().takes_values();
    let arg = arg.help(told.clone()).long_help(told).help_heading(heading);
    if takes_values { arg.hide_possible_values(true).hide_default_value(true) } else { arg }
}

/// A text in Chinese, the key of a setting behind it left as it is.
fn translated(text: &StyledStr) -> String {
    let text = text.to_string();
    let (said, key) = parts(&text);
    let key = key.map(|key| format!(" [键：{key}]")).unwrap_or_default();
    format!("{}{key}", help(said).unwrap_or(said))
}

/// A text of several paragraphs in Chinese.
fn paragraphs(text: &StyledStr) -> String {
    let paragraphs = text.to_string();
    let chinese: Vec<String> =
        paragraphs.split("\n\n").map(|paragraph| translated(&paragraph.to_owned().into())).collect();
    chinese.join("\n\n")
}

/// What is said, and the key that stands behind it.
fn parts(text: &str) -> (&str, Option<&str>) {
    let end = text.trim_end_matches('.');
    match end.strip_suffix(']').and_then(|rest| rest.rsplit_once(" [key: ")) {
        Some((said, key)) => (said, Some(key)),
        None => (end, None),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::language::helps;

    /// Every text of a command line that a help shows.
    fn texts(command: &Command, found: &mut BTreeSet<String>) {
        let mut take = |text: &StyledStr| {
            found.insert(parts(&text.to_string()).0.to_owned());
        };
        command.get_about().into_iter().for_each(&mut take);
        for paragraph in command.get_long_about().map(ToString::to_string).unwrap_or_default().split("\n\n") {
            if !paragraph.is_empty() {
                take(&paragraph.to_owned().into());
            }
        }
        for arg in command.get_arguments().filter(|arg| !matches!(arg.get_id().as_str(), "help" | "version")) {
            arg.get_help().into_iter().for_each(&mut take);
            if arg.get_action().takes_values() {
                arg.get_possible_values().iter().filter_map(|value| value.get_help()).for_each(&mut take);
            }
        }
        let headings = command.get_arguments().filter_map(Arg::get_help_heading).map(str::to_owned);
        found.extend(headings.filter(|heading| !heading.is_empty()));
        command.get_subcommands().for_each(|sub| texts(sub, found));
    }

    #[test]
    fn every_help_has_its_chinese_and_no_other_is_kept() {
        let mut said = BTreeSet::new();
        texts(&Cli::command(), &mut said);
        assert!(said.len() > 100, "{said:?}");
        let known: BTreeSet<String> = helps().map(|(english, _)| english.to_owned()).collect();
        let missing: Vec<String> = said.difference(&known).map(|text| format!("= {text}\n…\n")).collect();
        assert!(missing.is_empty(), "add to src/language/help.zh.txt:\n{}", missing.concat());
        assert_eq!(known.difference(&said).collect::<Vec<_>>(), [""; 0], "nobody says this any more");
    }

    #[test]
    fn a_chinese_help_has_no_english_sentence() {
        let mut command = chinese(Cli::command());
        command.build();
        for sub in std::iter::once(command.clone()).chain(command.get_subcommands().cloned()) {
            let page = sub.clone().render_long_help().to_string();
            assert!(page.contains("用法：") && page.contains("显示帮助"), "{page}");
            for english in
                ["Usage", "Options", "Commands", "Arguments", "default:", "possible values", " the ", "Print"]
            {
                assert!(!page.contains(english), "{}: {english} in {page}", sub.get_name());
            }
        }
    }

    #[test]
    fn the_language_is_found_wherever_it_stands() {
        let language = |words: &[&str]| language(&words.iter().map(OsString::from).collect::<Vec<_>>());
        assert_eq!(language(&["postproof", "--lang", "zh", "check", "--help"]), Language::Chinese);
        assert_eq!(language(&["postproof", "check", "--help", "--lang=zh"]), Language::Chinese);
        assert_eq!(language(&["postproof", "--lang=en", "--help"]), Language::English);
        assert_eq!(language(&["postproof", "--lang=en", "--", "--lang=zh"]), Language::English);
    }
}
