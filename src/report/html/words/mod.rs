//! The words of the page, one catalogue for each language.
//!
//! What rules say about the archive comes with the report. A catalogue holds what the page itself says, for the template
//! and for the script alike: the script gets it with the data. `{name}` in a text is filled in by [`fill`].

mod chinese;
mod english;

use serde::Serialize;

use crate::finding::{Effect, Severity};
use crate::language::Language;
use crate::probe::Verdict;

/// The catalogue of a language.
pub(super) fn words(language: Language) -> &'static Words {
    match language {
        Language::English => &english::WORDS,
        Language::Chinese => &chinese::WORDS,
    }
}

/// A noun for one and for more.
pub(super) type Noun = [&'static str; 2];

/// The words of the page in one language.
#[derive(Debug, Serialize)]
pub(super) struct Words {
    pub(super) tag: &'static str,
    pub(super) title: &'static str,
    pub(super) skip: &'static str,
    pub(super) sections: &'static str,
    pub(super) pictures: &'static str,
    pub(super) findings: &'static str,
    pub(super) addresses: &'static str,
    pub(super) knowledge: &'static str,

    pub(super) healthy: &'static str,
    pub(super) not_healthy: &'static str,
    pub(super) not_complete: &'static str,
    pub(super) healthy_headline: &'static str,
    pub(super) not_healthy_headline: &'static str,
    pub(super) not_complete_headline: &'static str,
    pub(super) counts: &'static str,
    pub(super) baseline: &'static str,
    pub(super) only_changes: &'static str,
    pub(super) since: &'static str,
    pub(super) was_healthy: &'static str,
    pub(super) was_not_healthy: &'static str,
    pub(super) no_history: &'static str,
    pub(super) offline_history: &'static str,
    pub(super) covered: &'static str,
    pub(super) nothing_to_cover: &'static str,
    pub(super) offline: &'static str,
    pub(super) changes: &'static str,
    pub(super) changed: &'static str,
    pub(super) not_comparable: &'static str,
    pub(super) show_new: &'static str,
    pub(super) healed_list: &'static str,
    pub(super) effect_sentences: [Noun; 6],

    pub(super) error: Noun,
    pub(super) warning: Noun,
    pub(super) info: Noun,
    pub(super) post: Noun,
    pub(super) link: Noun,
    pub(super) file: Noun,
    pub(super) count_of_findings: Noun,
    pub(super) errors: &'static str,
    pub(super) warnings: &'static str,
    pub(super) infos: &'static str,
    pub(super) posts: &'static str,
    pub(super) posts_note: &'static str,
    pub(super) links: &'static str,
    pub(super) links_note: &'static str,
    pub(super) coverage: &'static str,
    pub(super) coverage_note: &'static str,

    pub(super) trend: &'static str,
    pub(super) trend_label: &'static str,
    pub(super) runs: &'static str,
    pub(super) run: &'static str,
    pub(super) as_table: &'static str,
    pub(super) verdicts: &'static str,
    pub(super) verdicts_note: &'static str,
    pub(super) by_rule: &'static str,
    pub(super) by_month: &'static str,
    pub(super) by_year: &'static str,
    pub(super) by_category: &'static str,
    pub(super) by_host: &'static str,
    pub(super) top: &'static str,
    pub(super) columns_label: &'static str,
    pub(super) most: &'static str,

    pub(super) no_findings: &'static str,
    pub(super) findings_lead: &'static str,
    pub(super) cut: &'static str,
    pub(super) static_note: &'static str,
    pub(super) addresses_note: &'static str,
    pub(super) rest: &'static str,
    pub(super) in_files: &'static str,
    pub(super) no_addresses: &'static str,
    pub(super) addresses_lead: &'static str,

    pub(super) freshness: &'static str,
    pub(super) freshness_lead: &'static str,
    pub(super) ages: [&'static str; 6],
    pub(super) not_checked: &'static str,
    pub(super) all_checked: &'static str,
    pub(super) rules_off: &'static str,
    pub(super) notices: &'static str,
    #[serde(skip)]
    pub(super) reasons: &'static [(&'static str, &'static str, &'static str)],
    pub(super) revision: &'static str,
    pub(super) changes_since: &'static str,
    pub(super) made_by: &'static str,
    pub(super) made: &'static str,
    pub(super) elsewhere: &'static str,
    pub(super) elsewhere_names: &'static str,

    #[serde(skip)]
    pub(super) severity_names: [&'static str; 3],
    #[serde(skip)]
    pub(super) effect_names: [&'static str; 6],
    #[serde(skip)]
    pub(super) verdict_names: [&'static str; 7],

    pub(super) search: &'static str,
    pub(super) search_findings: &'static str,
    pub(super) search_addresses: &'static str,
    pub(super) pages_findings: &'static str,
    pub(super) pages_addresses: &'static str,
    pub(super) all: &'static str,
    pub(super) clear: &'static str,
    pub(super) first: &'static str,
    pub(super) previous: &'static str,
    pub(super) next: &'static str,
    pub(super) last: &'static str,
    pub(super) rows: &'static str,
    pub(super) page_of: &'static str,
    pub(super) status_all: &'static str,
    pub(super) status_some: &'static str,
    pub(super) nothing: &'static str,
    pub(super) help: &'static str,
    pub(super) more: &'static str,
    pub(super) severity: &'static str,
    pub(super) rule: &'static str,
    pub(super) effect: &'static str,
    pub(super) finding: &'static str,
    pub(super) first_seen: &'static str,
    pub(super) host: &'static str,
    pub(super) category: &'static str,
    pub(super) month: &'static str,
    pub(super) only_new: &'static str,
    pub(super) known: &'static str,
    pub(super) only_unknown: &'static str,
    pub(super) related: &'static str,
    pub(super) fix: &'static str,
    pub(super) explain: &'static str,
    pub(super) verdict: &'static str,
    pub(super) reason: &'static str,
    pub(super) address: &'static str,
    pub(super) uses: &'static str,
    pub(super) checked: &'static str,
    pub(super) remembered: &'static str,
    pub(super) redirects: &'static str,
    pub(super) asked: &'static str,
    pub(super) attempts: &'static str,
    pub(super) used_in: &'static str,
    pub(super) more_places: &'static str,
}

impl Words {
    pub(super) fn severity(&self, severity: Severity) -> &'static str {
        let [info, warning, error] = self.severity_names;
        match severity {
            Severity::Info => info,
            Severity::Warning => warning,
            Severity::Error => error,
        }
    }

    pub(super) fn effect(&self, effect: Effect) -> &'static str {
        self.effect_names.get(effect as usize).copied().unwrap_or_default()
    }

    /// What happens because of so many findings, as the rest of a sentence that begins with their number.
    pub(super) fn consequence(&self, effect: Effect, count: u64) -> &'static str {
        self.effect_sentences.get(effect as usize).map_or("", |noun| chosen(noun, count))
    }

    pub(super) fn verdict(&self, verdict: Verdict) -> &'static str {
        self.verdict_names.get(verdict as usize).copied().unwrap_or_default()
    }

    /// A reason for which something was not checked, in words, and what that means; the reason itself if it is a new one.
    pub(super) fn reason<'r>(&'r self, reason: &'r str) -> (&'r str, &'r str) {
        let known = self.reasons.iter().find(|(name, ..)| *name == reason);
        known.map_or((reason, ""), |(_, what, why)| (*what, *why))
    }
}

/// The form of a noun for a number.
pub(super) fn chosen(noun: &Noun, count: u64) -> &'static str {
    let [one, many] = noun;
    if count == 1 { one } else { many }
}

/// A text with each `{name}` filled in.
pub(super) fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, after)) = behind.split_once('}') else {
            rest = behind;
            break;
        };
        filled.push_str(values.iter().find(|(known, _)| *known == name).map_or(name, |(_, value)| value));
        rest = after;
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::*;

    const LANGUAGES: [Language; 2] = [Language::English, Language::Chinese];

    fn placeholders(text: &str) -> BTreeSet<&str> {
        text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect()
    }

    #[test]
    fn texts_are_filled_once() {
        assert_eq!(fill("{a} and {b}, {a}", &[("a", "{b}"), ("b", "2")]), "{b} and 2, {b}");
        assert_eq!(fill("{unknown} {open", &[]), "unknown open");
        assert_eq!(fill("", &[]), "");
    }

    #[test]
    fn the_catalogues_say_the_same() {
        let [english, chinese] = LANGUAGES.map(|language| serde_json::to_value(words(language)).unwrap());
        for (key, text) in english.as_object().unwrap() {
            let other = &chinese[key];
            let pairs: Vec<(&Value, &Value)> = match (text, other) {
                (Value::Array(texts), Value::Array(others)) => texts.iter().zip(others).collect(),
                _ => vec![(text, other)],
            };
            for (text, other) in pairs {
                let (Some(text), Some(other)) = (text.as_str(), other.as_str()) else { continue };
                assert!(!text.is_empty() && !other.is_empty(), "{key} is empty");
                assert_eq!(placeholders(text), placeholders(other), "{key}");
                assert!(key == "title" || key == "elsewhere_names" || text != other, "{key} is not translated");
            }
        }
        let names = |language: Language| words(language).reasons.iter().map(|(name, ..)| *name).collect::<Vec<_>>();
        assert_eq!(names(Language::English), names(Language::Chinese));
    }

    #[test]
    fn every_effect_and_verdict_has_its_own_name() {
        for language in LANGUAGES {
            let words = words(language);
            let verdicts: BTreeSet<&str> = Verdict::ALL.iter().map(|verdict| words.verdict(*verdict)).collect();
            assert_eq!(verdicts.len(), Verdict::ALL.len());
            assert_eq!(words.verdict_names.len(), Verdict::ALL.len());
            assert!(!words.effect(Effect::BuildAbort).is_empty() && !words.effect(Effect::Style).is_empty());
            assert_ne!(words.effect(Effect::BuildAbort), words.effect(Effect::PostLost));
            assert_ne!(words.severity(Severity::Error), words.severity(Severity::Info));
        }
    }
}
