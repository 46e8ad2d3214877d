//! `explain` and `rules`.

use std::fmt::Write as _;

use clap::Args;
use serde::Serialize;

use super::args::{ListFormat, When};
use super::exit_code::Exit;
use super::markdown;
use super::output;
use super::voice::Voice;
use crate::finding::Meta;
use crate::language::{Language, say};
use crate::rules::{ALL, nearest};

#[derive(Clone, Debug, Args)]
pub(super) struct ExplainArgs {
    /// Codes or names of rules.
    #[arg(required = true, value_name = "CODE")]
    codes: Vec<String>,
    #[command(flatten)]
    shown: Shown,
}

#[derive(Clone, Debug, Args)]
pub(super) struct RulesArgs {
    #[command(flatten)]
    shown: Shown,
}

#[derive(Clone, Debug, Args)]
struct Shown {
    /// For people or for programs.
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    format: ListFormat,
    /// Colours.
    #[arg(long, value_enum, value_name = "WHEN", default_value = "auto")]
    color: When,
}

/// A rule as programs read it.
#[derive(Serialize)]
struct Entry {
    code: &'static str,
    name: &'static str,
    severity: &'static str,
    effect: &'static str,
    summary: String,
    /// The page in Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<String>,
}

impl Entry {
    fn of(meta: &Meta, language: Language) -> Self {
        Self {
            code: meta.code.as_str(),
            name: meta.name,
            severity: meta.severity.name(),
            effect: meta.effect.name(),
            summary: meta.summary_in(language),
            page: None,
        }
    }
}

/// Prints the pages of rules.
pub(super) fn explain(args: &ExplainArgs, voice: &Voice) -> anyhow::Result<Exit> {
    let language = voice.language();
    let mut metas = Vec::new();
    for word in &args.codes {
        let named = |meta: &&Meta| meta.code.as_str().eq_ignore_ascii_case(word) || meta.name == word;
        let Some(meta) = ALL.iter().map(|rule| rule.meta()).find(named) else {
            let nearest = nearest(word);
            voice.error(say!(
                "`{word}` is no rule; did you mean `{nearest}`? `postproof rules` lists them all",
                word,
                nearest
            ));
            return Ok(Exit::Usage);
        };
        metas.push(meta);
    }
    if args.shown.format == ListFormat::Json {
        let entry = |meta: &&Meta| Entry { page: Some(meta.page_in(language)), ..Entry::of(meta, language) };
        return print_json(&metas.iter().map(entry).collect::<Vec<_>>());
    }
    let pages: Vec<String> = metas.into_iter().map(|meta| page(meta, language)).collect();
    let text = pages.join("\n");
    let is_coloured = args.shown.color.is_on(output::is_watched());
    output::print(&if is_coloured { markdown::coloured(&text) } else { text })?;
    Ok(Exit::Healthy)
}

/// A rule's page in Markdown.
fn page(meta: &Meta, language: Language) -> String {
    let (severity, effect) = (meta.severity.name(), meta.effect.name());
    let line = say!("Severity: {severity}. Effect: {effect}.", severity, effect).in_language(language);
    format!("# {} {}\n\n{line}\n\n{}\n", meta.code, meta.name, meta.page_in(language))
}

/// Prints the list of rules.
pub(super) fn rules(args: &RulesArgs, voice: &Voice) -> anyhow::Result<Exit> {
    let language = voice.language();
    if args.shown.format == ListFormat::Json {
        return print_json(&ALL.iter().map(|rule| Entry::of(rule.meta(), language)).collect::<Vec<_>>());
    }
    let is_coloured = args.shown.color.is_on(output::is_watched());
    let (bold, plain) = if is_coloured { ("\u{1b}[1m", "\u{1b}[0m") } else { ("", "") };
    let mut text = String::new();
    for meta in ALL.iter().map(|rule| rule.meta()) {
        let summary = meta.summary_in(language);
        let (code, name, severity) = (meta.code, meta.name, meta.severity.name());
        writeln!(text, "{bold}{code}{plain}  {name:<26} {severity:<8} {}", first_sentence(&summary))?;
    }
    output::print(&text)?;
    Ok(Exit::Healthy)
}

fn print_json(entries: &[Entry]) -> anyhow::Result<Exit> {
    output::print(&(serde_json::to_string_pretty(entries)? + "\n"))?;
    Ok(Exit::Healthy)
}

fn first_sentence(text: &str) -> &str {
    let first = text.split_once('。').map_or(text, |(first, _)| first);
    first.split_once(". ").map_or(first, |(first, _)| first).trim_end_matches(['.', ':', '：'])
}
