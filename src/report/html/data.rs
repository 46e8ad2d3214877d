//! What the page's script reads: findings and addresses in columns of numbers over one table of texts.
//!
//! Most texts repeat: helps, hosts, categories, months, paths. Each stands once, and a row is a few numbers, which is
//! what lets a browser filter and sort a hundred thousand of them between two frames.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::io;

use foldhash::fast::RandomState;
use serde::Serialize;
use serde_json::ser::Formatter;

use super::columns::{AddressColumns, FindingColumns, fixes, related};
use super::words::{Words, words as catalogue};
use crate::finding::{Effect, Meta, Severity};
use crate::language::Language;
use crate::probe::Verdict;
use crate::report::shown::shown;
use crate::report::{Context, Report};

#[derive(Serialize)]
struct Data<'r> {
    words: &'static Words,
    severities: Vec<Name>,
    effects: Vec<Name>,
    verdicts: Vec<Name>,
    rules: Vec<Rule>,
    has_new: bool,
    has_known: bool,
    findings: FindingColumns,
    /// Of the few findings that have any: other places that a finding names, as texts of place and label by turns.
    related: BTreeMap<usize, Vec<u32>>,
    /// What `postproof fix` would write, as title and new texts.
    fixes: BTreeMap<usize, Vec<u32>>,
    addresses: AddressColumns,
    strings: &'r [Box<str>],
}

#[derive(Serialize)]
struct Name {
    key: &'static str,
    name: &'static str,
}

#[derive(Serialize)]
struct Rule {
    code: &'static str,
    name: &'static str,
    summary: String,
}

/// The data as JSON that may stand in a `script` element.
///
/// `told` are the addresses that there is something to say about, as [`told`](super::columns::told) gives them.
pub(super) fn data(report: &Report, told: &[(Reverse<u64>, usize)], context: &Context<'_>) -> io::Result<String> {
    let words = catalogue(context.language);
    let mut texts = Texts::default();
    let metas = rules(report);
    let findings = FindingColumns::of(report, context, &metas, &mut texts);
    let addresses = AddressColumns::of(report, told, context, &mut texts);
    let (related, fixes) = (related(report, context, &mut texts), fixes(report, context, &mut texts));
    let effects = [
        Effect::BuildAbort,
        Effect::PostLost,
        Effect::PublishedWrong,
        Effect::LinkBroken,
        Effect::DataSuspect,
        Effect::Style,
    ];
    let severities = [Severity::Info, Severity::Warning, Severity::Error];
    let data = Data {
        words,
        severities: severities.map(|severity| Name { key: severity.name(), name: words.severity(severity) }).into(),
        effects: effects.map(|effect| Name { key: effect.name(), name: words.effect(effect) }).into(),
        verdicts: Verdict::ALL.map(|verdict| Name { key: verdict.name(), name: words.verdict(verdict) }).into(),
        rules: metas.iter().map(|meta| rule(meta, context.language)).collect(),
        has_new: report.history.changes.is_some(),
        has_known: report.summary.known > 0,
        findings,
        related,
        fixes,
        addresses,
        strings: &texts.list,
    };
    let mut json = Vec::with_capacity(1 << 16);
    data.serialize(&mut serde_json::Serializer::with_formatter(&mut json, InScript))?;
    String::from_utf8(json).map_err(io::Error::other)
}

/// The rules that found something, by code.
fn rules(report: &Report) -> Vec<&'static Meta> {
    let mut metas: Vec<&'static Meta> = Vec::new();
    for reported in &report.findings {
        let meta = reported.finding.meta;
        if !metas.iter().any(|known| known.code == meta.code) {
            metas.push(meta);
        }
    }
    metas.sort_by_key(|meta| meta.code);
    metas
}

fn rule(meta: &'static Meta, language: Language) -> Rule {
    Rule { code: meta.code.as_str(), name: meta.name, summary: meta.summary_in(language) }
}

/// A table of texts, each once; number 0 is the empty text, which stands for none.
#[derive(Debug)]
pub(super) struct Texts {
    list: Vec<Box<str>>,
    known: HashMap<Box<str>, u32, RandomState>,
}

impl Default for Texts {
    fn default() -> Self {
        Self { list: vec!["".into()], known: HashMap::from_iter([("".into(), 0)]) }
    }
}

impl Texts {
    /// The number of a text.
    pub(super) fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.known.get(text) {
            return *number;
        }
        let number = u32::try_from(self.list.len()).unwrap_or(0);
        self.list.push(text.into());
        self.known.insert(text.into(), number);
        number
    }

    /// The number of a foreign text, masked and visible.
    pub(super) fn foreign(&mut self, context: &Context<'_>, text: &str) -> u32 {
        self.number(&shown(context, text))
    }
}

/// JSON in which no character begins or ends markup: `</script>` and `<!--` cannot be told from other text.
#[derive(Clone, Copy, Debug)]
struct InScript;

impl Formatter for InScript {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some(at) = rest.find(['<', '>', '&']) {
            let (good, markup) = rest.split_at(at);
            writer.write_all(good.as_bytes())?;
            let mut after = markup.chars();
            write!(writer, "\\u{:04x}", u32::from(after.next().unwrap_or('<')))?;
            rest = after.as_str();
        }
        writer.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_ends_the_script_it_stands_in() {
        let hostile = ["</script><script>alert(1)</script>", "<!--", "-->", "]]>", "&lt;", "<", "中<文"];
        let mut json = Vec::new();
        hostile.serialize(&mut serde_json::Serializer::with_formatter(&mut json, InScript)).unwrap();
        let json = String::from_utf8(json).unwrap();
        assert!(!json.contains(['<', '>', '&']), "{json}");
        assert_eq!(serde_json::from_str::<Vec<String>>(&json).unwrap(), hostile);
    }

    #[test]
    fn each_text_has_one_number() {
        let mut texts = Texts::default();
        assert_eq!(["a", "", "b", "a"].map(|text| texts.number(text)), [1, 0, 2, 1]);
        assert_eq!(texts.list.len(), 3);
    }
}
