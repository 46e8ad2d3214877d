//! `explain` and `rules`.

use std::fmt::Write as _;

use super::exit_code::Exit;
use super::output;
use crate::finding::Meta;
use crate::language::{Language, say};
use crate::rules::ALL;

/// Prints the pages of rules.
pub(super) fn explain(codes: &[String], language: Language) -> anyhow::Result<Exit> {
    let mut pages = Vec::new();
    for word in codes {
        let named = |meta: &&Meta| meta.code.as_str().eq_ignore_ascii_case(word) || meta.name == word;
        let Some(meta) = ALL.iter().map(|rule| rule.meta()).find(named) else {
            let nearest = ALL
                .iter()
                .flat_map(|rule| [rule.meta().code.as_str(), rule.meta().name])
                .max_by(|a, b| strsim::jaro_winkler(a, word).total_cmp(&strsim::jaro_winkler(b, word)));
            let nearest = nearest.unwrap_or_default();
            output::error(&format!("`{word}` is no rule; did you mean `{nearest}`? `postproof rules` lists them all"));
            return Ok(Exit::Usage);
        };
        pages.push(page(meta, language));
    }
    output::print(&pages.join("\n"))?;
    Ok(Exit::Healthy)
}

/// A rule's page in Markdown.
fn page(meta: &Meta, language: Language) -> String {
    let (severity, effect) = (meta.severity.name(), meta.effect.name());
    let line = say!("Severity: {severity}. Effect: {effect}.", severity, effect).in_language(language);
    format!("# {} {}\n\n{line}\n\n{}\n", meta.code, meta.name, meta.page_in(language))
}

/// Prints the list of rules.
pub(super) fn rules(language: Language) -> anyhow::Result<Exit> {
    let mut text = String::new();
    for meta in ALL.iter().map(|rule| rule.meta()) {
        writeln!(
            text,
            "{}  {:<26} {:<8} {}",
            meta.code,
            meta.name,
            meta.severity.name(),
            first_sentence(&meta.summary_in(language))
        )?;
    }
    output::print(&text)?;
    Ok(Exit::Healthy)
}

fn first_sentence(text: &str) -> &str {
    let first = text.split_once("。").map_or(text, |(first, _)| first);
    first.split_once(". ").map_or(first, |(first, _)| first).trim_end_matches(['.', ':', '：'])
}
