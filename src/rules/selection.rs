//! Which rules apply, where, and how severe they are.

use std::collections::BTreeMap;

use globset::GlobMatcher;

use super::{ALL, Rule};
use crate::finding::{Finding, Meta, Severity};

/// Changes to the rules' own severities.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// Codes, or beginnings of codes, that are off.
    pub ignore: Vec<String>,
    /// Severities by code or beginning of a code; `None` is off. The longest beginning wins.
    pub severity: BTreeMap<String, Option<Severity>>,
}

/// Changes for some paths.
#[derive(Clone, Debug)]
pub struct PathChanges {
    /// The paths.
    pub glob: GlobMatcher,
    /// The changes.
    pub changes: Changes,
}

/// Which rules apply, where, and how severe they are.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Only rules whose codes begin so; `None` is every rule.
    pub select: Option<Vec<String>>,
    /// Changes everywhere.
    pub everywhere: Changes,
    /// Changes for some paths; later ones win.
    pub paths: Vec<PathChanges>,
}

impl Changes {
    /// What becomes of a severity; `None` is off.
    fn apply(&self, meta: &Meta, severity: Severity) -> Option<Severity> {
        if self.ignore.iter().any(|prefix| is_named(meta, prefix)) {
            return None;
        }
        let named = self.severity.iter().filter(|(prefix, _)| is_named(meta, prefix));
        named.max_by_key(|(prefix, _)| prefix.len()).map_or(Some(severity), |(_, &severity)| severity)
    }

    fn words(&self) -> impl Iterator<Item = &String> {
        self.ignore.iter().chain(self.severity.keys())
    }
}

impl Selection {
    /// The rules that apply to any path at all, in the order of the rule list.
    pub fn rules(&self) -> Vec<&'static dyn Rule> {
        ALL.iter().copied().filter(|rule| self.is_on_somewhere(rule.meta())).collect()
    }

    fn is_on_somewhere(&self, meta: &Meta) -> bool {
        let selected = self.select.as_ref().is_none_or(|codes| codes.iter().any(|prefix| is_named(meta, prefix)));
        let turned_on = |paths: &PathChanges| {
            paths.changes.severity.iter().any(|(prefix, severity)| is_named(meta, prefix) && severity.is_some())
        };
        selected && (self.everywhere.apply(meta, meta.severity).is_some() || self.paths.iter().any(turned_on))
    }

    /// Sets the severity of a finding as settings want it; `false` if its rule is off there.
    pub fn apply(&self, finding: &mut Finding) -> bool {
        let meta = finding.meta;
        let mut severity = self.everywhere.apply(meta, finding.severity);
        for paths in self.paths.iter().filter(|paths| paths.glob.is_match(&*finding.path)) {
            severity = paths
                .changes
                .apply(meta, severity.unwrap_or(finding.severity))
                .filter(|_| severity.is_some() || paths.changes.severity.keys().any(|prefix| is_named(meta, prefix)));
        }
        if let Some(severity) = severity {
            finding.severity = severity;
        }
        severity.is_some()
    }

    /// The words of the settings that name no rule.
    pub fn unknown_words(&self) -> Vec<&str> {
        let everywhere = self.everywhere.words();
        let words =
            self.select.iter().flatten().chain(everywhere).chain(self.paths.iter().flat_map(|p| p.changes.words()));
        words.filter(|word| !ALL.iter().any(|rule| is_named(rule.meta(), word))).map(String::as_str).collect()
    }
}

/// Whether a word of the settings names a rule: its code, the beginning of its code, its name, or `ALL`.
pub fn is_named(meta: &Meta, word: &str) -> bool {
    let code = meta.code.as_str();
    word == "ALL"
        || word == meta.name
        || !word.is_empty() && code.get(..word.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(word))
}

/// The code or name of a rule that is most like a word which is none.
pub fn nearest(word: &str) -> &'static str {
    let upper = word.to_ascii_uppercase();
    let likeness = |name: &str| strsim::jaro_winkler(name, word).max(strsim::jaro_winkler(name, &upper));
    let names = ALL.iter().flat_map(|rule| [rule.meta().code.as_str(), rule.meta().name]);
    names.max_by(|a, b| likeness(a).total_cmp(&likeness(b))).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::{Language, say};
    use crate::text::Span;

    fn changes(ignore: &[&str], severity: &[(&str, Option<Severity>)]) -> Changes {
        Changes {
            ignore: ignore.iter().map(ToString::to_string).collect(),
            severity: severity.iter().map(|(code, severity)| ((*code).to_owned(), *severity)).collect(),
        }
    }

    fn severity(selection: &Selection, path: &str) -> Option<Severity> {
        let rule = ALL.iter().find(|rule| rule.meta().code.as_str() == "LK004").unwrap();
        let mut finding = Finding::new(rule.meta(), (path.into(), Span::at(0)), (Language::English, &say!("m")));
        selection.apply(&mut finding).then_some(finding.severity)
    }

    #[test]
    fn the_longest_word_decides_and_later_paths_win() {
        let glob = |pattern: &str| globset::Glob::new(pattern).unwrap().compile_matcher();
        let selection = Selection {
            select: None,
            everywhere: changes(&[], &[("LK", Some(Severity::Info)), ("LK004", Some(Severity::Warning))]),
            paths: vec![
                PathChanges { glob: glob("old_post/**"), changes: changes(&["LK004"], &[]) },
                PathChanges {
                    glob: glob("old_post/2022*"),
                    changes: changes(&[], &[("LK004", Some(Severity::Error))]),
                },
            ],
        };
        assert_eq!(severity(&selection, "a.md"), Some(Severity::Warning));
        assert_eq!(severity(&selection, "old_post/2021-a.md"), None);
        assert_eq!(severity(&selection, "old_post/2022-a.md"), Some(Severity::Error));
    }

    #[test]
    fn selecting_and_ignoring_take_beginnings_and_names() {
        let count = |select: Option<&[&str]>, ignore: &[&str]| {
            let select = select.map(|words| words.iter().map(ToString::to_string).collect());
            Selection { select, everywhere: changes(ignore, &[]), paths: Vec::new() }.rules().len()
        };
        assert_eq!(count(None, &[]), ALL.len());
        assert_eq!(count(Some(&["LK004"]), &[]), 1);
        assert_eq!(count(Some(&["lk"]), &["broken-internal-link"]), count(Some(&["LK"]), &[]) - 1);
        assert_eq!(count(Some(&["ALL"]), &["ALL"]), 0);
    }

    #[test]
    fn words_that_name_no_rule_are_told() {
        let selection = Selection { everywhere: changes(&["LK", "XX001"], &[]), ..Selection::default() };
        assert_eq!(selection.unknown_words(), ["XX001"]);
    }
}
