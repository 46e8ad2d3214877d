//! Complaints about a command line that could not be parsed, in the language of whoever typed it.
//!
//! clap knows what is wrong and has words for it in English alone. Its errors are taken apart here, and said with its
//! own words in English and with the catalogue's in Chinese, in the same look. What it prints where nothing is wrong
//! (`--help`, `--version`) is not this file's matter.

use std::error::Error as _;
use std::ffi::OsString;
use std::fmt::{Display, Write as _};

use clap::CommandFactory as _;
use clap::builder::StyledStr;
use clap::builder::styling::{Style, Styles};
use clap::error::{ContextKind, ContextValue, Error, ErrorFormatter, ErrorKind};

use super::args::Cli;
use super::voice;
use crate::language::{Language, Message, say};

/// Tells a person what is wrong with a command line.
pub(super) fn print(error: Error, language: Language) {
    // Where standard error is closed too, nobody is left to be told.
    let _ = match language {
        Language::English => error.apply::<InEnglish>().print(),
        Language::Chinese => error.apply::<InChinese>().print(),
    };
}

/// The likeness of two words from which on one may be meant for the other.
const LIKELY: f64 = 0.8;

/// An error about a word in the place of a command, in words that fit: clap takes the first word for a folder, since
/// `postproof FOLDER` checks it, and finds fault with the second.
pub(super) fn about_command(mut error: Error, args: &[OsString]) -> Error {
    let command = Cli::command();
    let is_command = |word: &&str| command.find_subcommand(word).is_some();
    let second = match error.get(ContextKind::InvalidSubcommand) {
        Some(ContextValue::String(word)) if error.kind() == ErrorKind::ArgumentConflict => word.clone(),
        _ => return error,
    };
    if is_command(&second.as_str()) {
        return error;
    }
    let words = || args.iter().skip(1).filter_map(|word| word.to_str()).filter(|word| !word.starts_with('-'));
    if let Some(known) = words().find(is_command) {
        // Flags stand before it that it takes behind it alone.
        error.insert(ContextKind::InvalidSubcommand, ContextValue::String(known.to_owned()));
        if let Some(ContextValue::Strings(mut others)) = error.remove(ContextKind::PriorArg) {
            others.retain(|other| other.starts_with('-'));
            error.insert(ContextKind::PriorArg, ContextValue::Strings(others));
        }
        return error;
    }
    words().find_map(misspelt).unwrap_or_else(|| {
        let kind = ContextKind::InvalidArg;
        about(ErrorKind::UnknownArgument, [(kind, ContextValue::String(second))])
    })
}

/// The error about a word that is no command and like one.
pub(super) fn misspelt(word: &str) -> Option<Error> {
    let command = Cli::command();
    let names = command.get_subcommands().map(clap::Command::get_name);
    let (likeness, nearest) = names.map(|name| (strsim::jaro(word, name), name)).max_by(|a, b| a.0.total_cmp(&b.0))?;
    let context = [
        (ContextKind::InvalidSubcommand, ContextValue::String(word.to_owned())),
        (ContextKind::SuggestedSubcommand, ContextValue::String(nearest.to_owned())),
    ];
    (LIKELY..1.0).contains(&likeness).then(|| about(ErrorKind::InvalidSubcommand, context))
}

fn about<const N: usize>(kind: ErrorKind, context: [(ContextKind, ContextValue); N]) -> Error {
    let mut command = Cli::command();
    let usage = command.render_usage();
    let mut error = Error::new(kind).with_cmd(&command);
    for (kind, value) in context {
        error.insert(kind, value);
    }
    error.insert(ContextKind::Usage, ContextValue::StyledStr(usage));
    error
}

struct InEnglish;
struct InChinese;

impl ErrorFormatter for InEnglish {
    fn format_error(error: &Error<Self>) -> StyledStr {
        complaint(error, Language::English)
    }
}

impl ErrorFormatter for InChinese {
    fn format_error(error: &Error<Self>) -> StyledStr {
        complaint(error, Language::Chinese)
    }
}

/// The whole of a complaint: what is wrong, what was probably meant, the usage, and where to read on.
fn complaint<F: ErrorFormatter>(error: &Error<F>, language: Language) -> StyledStr {
    let context = Context { error, styles: Styles::styled() };
    let mut said = context.headline().in_language(language);
    let tips = context.tips();
    if !tips.is_empty() {
        said.push('\n');
    }
    for tip in tips {
        let _ = write!(said, "\n  {}", tip.in_language(language));
    }
    if let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) {
        // The words behind it are what is typed, in every language.
        let heading = say!("Usage:").in_language(language);
        let _ = write!(said, "\n\n{}", usage.ansi().to_string().replacen("Usage:", &heading, 1));
    }
    let help = styled(*context.styles.get_literal(), "--help");
    let _ = writeln!(said, "\n\n{}", say!("For more information, try '{help}'.", help).in_language(language));
    let mut shown = StyledStr::new();
    shown.push_str(&said);
    shown
}

/// What clap knows of an error.
struct Context<'e, F: ErrorFormatter> {
    error: &'e Error<F>,
    styles: Styles,
}

impl<F: ErrorFormatter> Context<'_, F> {
    fn headline(&self) -> Message {
        let what = self.what().unwrap_or_else(|| self.kind());
        let style = *self.styles.get_error();
        say!("{mark}error:{end} {what}", mark = style, end = end(style), what)
    }

    /// What is wrong with which word; `None` where clap does not say with which.
    fn what(&self) -> Option<Message> {
        let argument = || self.wrong(ContextKind::InvalidArg);
        let of_argument = || self.literal(ContextKind::InvalidArg);
        Some(match self.error.kind() {
            ErrorKind::ArgumentConflict => return self.conflict(),
            ErrorKind::NoEquals => {
                say!("equal sign is needed when assigning values to '{argument}'", argument = argument()?)
            }
            ErrorKind::InvalidValue => return self.no_value(),
            ErrorKind::ValueValidation => return self.unusable(),
            ErrorKind::InvalidSubcommand => {
                say!("unrecognized subcommand '{command}'", command = self.wrong(ContextKind::InvalidSubcommand)?)
            }
            ErrorKind::MissingRequiredArgument => {
                let list = self.list(ContextKind::InvalidArg, *self.styles.get_valid())?;
                say!("the following required arguments were not provided:{list}", list)
            }
            ErrorKind::MissingSubcommand => say!(
                "'{command}' requires a subcommand but one was not provided{known}",
                command = self.wrong(ContextKind::InvalidSubcommand)?,
                known = self.known(ContextKind::ValidSubcommand),
            ),
            ErrorKind::TooManyValues => say!(
                "unexpected value '{value}' for '{argument}' found; no more were expected",
                value = self.wrong(ContextKind::InvalidValue)?,
                argument = of_argument()?,
            ),
            ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues => return self.miscounted(),
            ErrorKind::UnknownArgument => say!("unexpected argument '{argument}' found", argument = argument()?),
            _ => return None,
        })
    }

    /// What a kind of error means where nothing more is known of it.
    fn kind(&self) -> Message {
        match self.error.kind() {
            ErrorKind::InvalidValue => say!("one of the values isn't valid for an argument"),
            ErrorKind::UnknownArgument => say!("unexpected argument found"),
            ErrorKind::InvalidSubcommand => say!("unrecognized subcommand"),
            ErrorKind::NoEquals => say!("equal is needed when assigning values to one of the arguments"),
            ErrorKind::ValueValidation => say!("invalid value for one of the arguments"),
            ErrorKind::TooManyValues => say!("unexpected value for an argument found"),
            ErrorKind::TooFewValues => say!("more values required for an argument"),
            ErrorKind::WrongNumberOfValues => say!("too many or too few values for an argument"),
            ErrorKind::ArgumentConflict => {
                say!("an argument cannot be used with one or more of the other specified arguments")
            }
            ErrorKind::MissingRequiredArgument => say!("one or more required arguments were not provided"),
            ErrorKind::MissingSubcommand => say!("a subcommand is required but one was not provided"),
            ErrorKind::InvalidUtf8 => say!("invalid UTF-8 was detected in one or more arguments"),
            _ => self.error.source().map_or_else(|| say!("unknown cause"), voice::sentence),
        }
    }

    fn conflict(&self) -> Option<Message> {
        let named = |kind| match self.error.get(kind) {
            Some(ContextValue::String(name)) => Some(name),
            _ => None,
        };
        let argument = named(ContextKind::InvalidArg);
        if argument.is_some() && argument == named(ContextKind::PriorArg) {
            let argument = self.wrong(ContextKind::InvalidArg)?;
            return Some(say!("the argument '{argument}' cannot be used multiple times", argument));
        }
        let argument = self.wrong(ContextKind::InvalidArg);
        let command = self.wrong(ContextKind::InvalidSubcommand);
        if let Some(list) = self.list(ContextKind::PriorArg, *self.styles.get_invalid()) {
            return match (argument, command) {
                (Some(argument), _) => {
                    Some(say!("the argument '{argument}' cannot be used with:{list}", argument, list))
                }
                (None, command) => {
                    Some(say!("the subcommand '{command}' cannot be used with:{list}", command = command?, list))
                }
            };
        }
        let other = self.wrong(ContextKind::PriorArg)?;
        match (argument, command) {
            (Some(argument), _) => {
                Some(say!("the argument '{argument}' cannot be used with '{other}'", argument, other))
            }
            (None, command) => {
                Some(say!("the subcommand '{command}' cannot be used with '{other}'", command = command?, other))
            }
        }
    }

    /// A value that is none of those that there are, or no value at all.
    fn no_value(&self) -> Option<Message> {
        let known = self.known(ContextKind::ValidValue);
        let is_empty =
            matches!(self.error.get(ContextKind::InvalidValue)?, ContextValue::String(value) if value.is_empty());
        if is_empty {
            let argument = self.wrong(ContextKind::InvalidArg)?;
            return Some(say!("a value is required for '{argument}' but none was supplied{known}", argument, known));
        }
        let (value, argument) = (self.wrong(ContextKind::InvalidValue)?, self.literal(ContextKind::InvalidArg)?);
        Some(say!("invalid value '{value}' for '{argument}'{known}", value, argument, known))
    }

    /// A value that whoever reads it refuses.
    fn unusable(&self) -> Option<Message> {
        let (value, argument) = (self.wrong(ContextKind::InvalidValue)?, self.literal(ContextKind::InvalidArg)?);
        Some(match self.error.source().map(voice::sentence) {
            Some(why) => say!("invalid value '{value}' for '{argument}': {why}", value, argument, why),
            None => {
                say!("invalid value '{value}' for '{argument}'{known}", value, argument, known = Message::nothing())
            }
        })
    }

    fn miscounted(&self) -> Option<Message> {
        let number = |kind, style: Style| match self.error.get(kind) {
            Some(ContextValue::Number(number)) => Some(styled(style, number)),
            _ => None,
        };
        let argument = self.literal(ContextKind::InvalidArg)?;
        let count = number(ContextKind::ActualNumValues, *self.styles.get_invalid())?;
        let valid = *self.styles.get_valid();
        if let Some(least) = number(ContextKind::MinValues, valid) {
            return Some(say!(
                "{least} values required by '{argument}'; only {count} were provided",
                least,
                argument,
                count
            ));
        }
        let due = number(ContextKind::ExpectedNumValues, valid)?;
        Some(say!("{due} values required for '{argument}' but {count} were provided", due, argument, count))
    }

    /// What was probably meant.
    fn tips(&self) -> Vec<Message> {
        let mut tips = Vec::new();
        for kind in [ContextKind::SuggestedSubcommand, ContextKind::SuggestedArg, ContextKind::SuggestedValue] {
            let words: &[String] = match self.error.get(kind) {
                Some(ContextValue::String(word)) => std::slice::from_ref(word),
                Some(ContextValue::Strings(words)) => words,
                _ => &[],
            };
            let words: Vec<String> =
                words.iter().map(|word| format!("'{}'", styled(*self.styles.get_valid(), word))).collect();
            let words = words.join(", ");
            match kind {
                _ if words.is_empty() => {}
                ContextKind::SuggestedSubcommand => tips.push(say!("a similar subcommand exists: {words}", words)),
                ContextKind::SuggestedArg => tips.push(say!("a similar argument exists: {words}", words)),
                _ => tips.push(say!("a similar value exists: {words}", words)),
            }
        }
        if let Some(ContextValue::StyledStrs(others)) = self.error.get(ContextKind::Suggested) {
            tips.extend(others.iter().map(|other| self.other_tip(&other.to_string())));
        }
        let style = *self.styles.get_valid();
        tips.into_iter().map(|tip| say!("{mark}tip:{end} {tip}", mark = style, end = end(style), tip)).collect()
    }

    /// A tip that clap has only as a sentence. One that it has learned since is quoted as it is.
    fn other_tip(&self, words: &str) -> Message {
        let (valid, invalid) = (*self.styles.get_valid(), *self.styles.get_invalid());
        let cut = |before: &str, between: &str, behind: &str| {
            let (first, second) = words.strip_prefix(before)?.strip_suffix(behind)?.split_once(between)?;
            Some((first.to_owned(), second.to_owned()))
        };
        if let Some((value, usage)) = cut("to pass '", "' as a value, use '", "'") {
            let (value, usage) = (styled(invalid, value), styled(valid, usage));
            return say!("to pass '{value}' as a value, use '{usage}'", value, usage);
        }
        if let Some((command, _)) = cut("subcommand '", "' exists; to use it", " before it") {
            let (command, dashes) = (styled(valid, command), styled(invalid, "--"));
            return say!("subcommand '{command}' exists; to use it, remove the '{dashes}' before it", command, dashes);
        }
        match words.strip_prefix('\'').and_then(|rest| rest.strip_suffix("' exists")) {
            Some(usage) => say!("'{usage}' exists", usage = styled(valid, usage)),
            None => Message::text(words),
        }
    }

    /// A word that is wrong.
    fn wrong(&self, kind: ContextKind) -> Option<String> {
        self.word(kind, *self.styles.get_invalid())
    }

    /// A word that is as it should be.
    fn literal(&self, kind: ContextKind) -> Option<String> {
        self.word(kind, *self.styles.get_literal())
    }

    fn word(&self, kind: ContextKind, style: Style) -> Option<String> {
        match self.error.get(kind)? {
            ContextValue::String(word) => Some(styled(style, word)),
            _ => None,
        }
    }

    /// Words, each in a line of its own.
    fn list(&self, kind: ContextKind, style: Style) -> Option<String> {
        let ContextValue::Strings(words) = self.error.get(kind)? else { return None };
        let mut lines = String::new();
        for word in words {
            let _ = write!(lines, "\n  {}", styled(style, word));
        }
        Some(lines)
    }

    /// The values or commands that there are.
    fn known(&self, kind: ContextKind) -> Message {
        let Some(ContextValue::Strings(words)) = self.error.get(kind) else { return Message::nothing() };
        if words.is_empty() {
            return Message::nothing();
        }
        let words: Vec<String> = words.iter().map(|word| styled(*self.styles.get_valid(), word)).collect();
        let (line, words) = ("\n  ", words.join(", "));
        if kind == ContextKind::ValidSubcommand {
            say!("{line}[subcommands: {words}]", line, words)
        } else {
            say!("{line}[possible values: {words}]", line, words)
        }
    }
}

fn styled(style: Style, what: impl Display) -> String {
    format!("{style}{what}{style:#}")
}

/// What ends a style.
fn end(style: Style) -> String {
    format!("{style:#}")
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    /// Command lines that clap refuses, of every kind that this one has.
    const REFUSED: [(ErrorKind, &str); 29] = [
        (ErrorKind::UnknownArgument, "check --nonsense"),
        (ErrorKind::UnknownArgument, "check --offlin"),
        (ErrorKind::UnknownArgument, "check a b"),
        (ErrorKind::UnknownArgument, "--offline --from x check"),
        (ErrorKind::UnknownArgument, "check . -- -- --x"),
        (ErrorKind::UnknownArgument, "-vx"),
        (ErrorKind::InvalidValue, "check --pace"),
        (ErrorKind::InvalidValue, "check --config="),
        (ErrorKind::InvalidValue, "check --fail-on"),
        (ErrorKind::InvalidValue, "check --fail-on erorr"),
        (ErrorKind::InvalidValue, "schema x"),
        (ErrorKind::InvalidValue, "check --format josn"),
        (ErrorKind::InvalidValue, "check --format josn=out.json"),
        (ErrorKind::InvalidValue, "check --severity FM009=eror"),
        (ErrorKind::ValueValidation, "check --severity FM009"),
        (ErrorKind::ValueValidation, "check --pace soon"),
        (ErrorKind::ValueValidation, "check --budget many"),
        (ErrorKind::ValueValidation, "check --concurrency 0"),
        (ErrorKind::ValueValidation, "check --header x"),
        (ErrorKind::ValueValidation, "verify --root x"),
        (ErrorKind::ValueValidation, "check --lang de"),
        (ErrorKind::TooManyValues, "check --offline=yes"),
        (ErrorKind::ArgumentConflict, "check --quiet --verbose"),
        (ErrorKind::ArgumentConflict, "check --offline --offline"),
        (ErrorKind::ArgumentConflict, "archived --offline --fresh --save"),
        (ErrorKind::ArgumentConflict, "--offline check ."),
        (ErrorKind::ArgumentConflict, ". check"),
        (ErrorKind::MissingRequiredArgument, "repair"),
        (ErrorKind::MissingRequiredArgument, "archived --save-limit 3"),
    ];

    const KINDS: [ErrorKind; 17] = [
        ErrorKind::InvalidValue,
        ErrorKind::UnknownArgument,
        ErrorKind::InvalidSubcommand,
        ErrorKind::NoEquals,
        ErrorKind::ValueValidation,
        ErrorKind::TooManyValues,
        ErrorKind::TooFewValues,
        ErrorKind::WrongNumberOfValues,
        ErrorKind::ArgumentConflict,
        ErrorKind::MissingRequiredArgument,
        ErrorKind::MissingSubcommand,
        ErrorKind::InvalidUtf8,
        ErrorKind::DisplayHelp,
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand,
        ErrorKind::DisplayVersion,
        ErrorKind::Io,
        ErrorKind::Format,
    ];

    fn words(line: &str) -> Vec<OsString> {
        std::iter::once("postproof").chain(line.split(' ')).map(OsString::from).collect()
    }

    fn refused(line: &str) -> Error {
        Cli::try_parse_from(words(line)).expect_err(line)
    }

    fn plain(error: &Error, language: Language) -> String {
        complaint(error, language).to_string()
    }

    #[test]
    fn in_english_clap_is_quoted_to_the_letter_and_the_colour() {
        for (kind, line) in REFUSED {
            let error = refused(line);
            assert_eq!(error.kind(), kind, "{line}");
            let ours = complaint(&error, Language::English).ansi().to_string();
            assert_eq!(ours, error.render().ansi().to_string(), "{line}");
        }
        for kind in KINDS {
            let error = Error::<clap::error::RichFormatter>::new(kind).with_cmd(&Cli::command());
            assert_eq!(plain(&error, Language::English), error.render().to_string(), "{kind:?}");
        }
    }

    #[test]
    fn in_chinese_nothing_is_left_in_english() {
        let is_english = |text: &str| {
            let prose = text.lines().filter(|line| !line.contains("postproof ") && !line.contains("'-- "));
            let words = prose.flat_map(|line| line.split(|c: char| !c.is_ascii_alphabetic() && c != '-'));
            let known = ["the", "argument", "value", "invalid", "cannot", "used", "with", "write", "tip", "error"];
            words.filter(|word| known.contains(word)).count() > usize::from(text.contains("error、"))
        };
        for (_, line) in REFUSED {
            let told = plain(&refused(line), Language::Chinese);
            assert!(told.starts_with("错误：") && told.ends_with("\n\n详情请用 '--help' 查看。\n"), "{told}");
            // What is typed is the same in every language.
            let typed = ["error, warning", "warning, error", "'error'"];
            let prose = typed.iter().fold(told.clone(), |told, words| told.replace(words, ""));
            assert!(!is_english(&prose), "{line}: {told}");
        }
        for kind in KINDS {
            let error = Error::<clap::error::RichFormatter>::new(kind).with_cmd(&Cli::command());
            let told = plain(&error, Language::Chinese);
            assert!(told.starts_with("错误：") && !is_english(&told), "{kind:?}: {told}");
        }
    }

    #[test]
    fn what_was_meant_is_told() {
        let told = |line| plain(&about_command(refused(line), &words(line)), Language::Chinese);
        assert!(told("check --offlin").contains("\n\n  提示：有一个相近的参数：'--offline'\n\n用法： postproof check"));
        assert!(
            told("check --fail-on erorr").contains("[可选：error, warning, never]\n\n  提示：有一个相近的值：'error'")
        );
        for (line, nearest) in [
            ("check --format josn", "json"),
            ("check --format gihub=-", "github"),
            ("--format makdown", "markdown"),
            ("check --severity FM009=eror", "error"),
            ("fix --format jsn", "json"),
            ("check --color alwas", "always"),
            ("check --judge source-link", "source-links"),
            ("schema confg", "config"),
            ("completions bsh", "bash"),
        ] {
            let tip = format!("\n\n  提示：有一个相近的值：'{nearest}'");
            assert!(told(line).contains(&tip), "{line}: {}", told(line));
        }
        assert!(told("check --nonsense").contains("若要把 '--nonsense' 作为值，请写 '-- --nonsense'"));
        assert!(told("check --pace soon").contains("'--pace <DURATION>' 的值 'soon' 无效：`soon` 不是时间长度"));
        let command = told("checkk .");
        assert!(
            command.starts_with("错误：没有 'checkk' 这个命令\n\n  提示：有一个相近的命令：'check'\n"),
            "{command}"
        );
        assert!(command.contains("用法： postproof [OPTIONS] [PATH]\n       postproof <COMMAND>"), "{command}");
        assert!(told("nothing .").starts_with("错误：意外的参数 '.'\n"));
        assert!(
            told("--offline check .").starts_with("错误：命令 'check' 不能与它前面的以下参数同时使用：\n  --offline\n")
        );
    }

    #[test]
    fn a_folder_that_is_like_no_command_is_a_folder() {
        assert!(misspelt("chekc").is_some() && misspelt("verfy").is_some());
        for other in ["check", "", ".", "_posts", "old_post", "blog", "存档", "/tmp/check"] {
            assert!(misspelt(other).is_none(), "{other}");
        }
    }

    #[test]
    fn whatever_clap_knows_of_an_error_it_is_said() {
        let contexts = [
            ContextKind::InvalidSubcommand,
            ContextKind::InvalidArg,
            ContextKind::PriorArg,
            ContextKind::ValidSubcommand,
            ContextKind::ValidValue,
            ContextKind::InvalidValue,
            ContextKind::ActualNumValues,
            ContextKind::ExpectedNumValues,
            ContextKind::MinValues,
            ContextKind::SuggestedSubcommand,
            ContextKind::SuggestedArg,
            ContextKind::SuggestedValue,
            ContextKind::Suggested,
            ContextKind::Usage,
        ];
        let values = [
            ContextValue::None,
            ContextValue::Bool(true),
            ContextValue::String(String::new()),
            ContextValue::String("{why}".to_owned()),
            ContextValue::Strings(Vec::new()),
            ContextValue::Strings(vec!["a".to_owned(), "b".to_owned()]),
            ContextValue::StyledStrs(vec!["a tip of tomorrow".into(), "' exists".into(), "subcommand '".into()]),
            ContextValue::Number(-1),
        ];
        for kind in KINDS {
            for value in &values {
                let mut error = Error::new(kind);
                for context in contexts {
                    error.insert(context, value.clone());
                    assert!(plain(&error, Language::Chinese).starts_with("错误："), "{kind:?} {context:?} {value:?}");
                }
            }
        }
    }
}
