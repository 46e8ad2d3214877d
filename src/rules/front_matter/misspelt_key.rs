//! FM017: a key that is nearly one that Jekyll knows.

use super::spelling;
use crate::declare_rule;
use crate::facts::Reading;
use crate::finding::{Applicability, Edit, Fix, Meta};
use crate::language::say;
use crate::rules::{DocumentSink, Rule, Settings};

declare_rule! {
    /// ## What it does
    /// Finds keys that differ from a known one by their case, their width, a full-width colon or a letter or two, where the
    /// known one is absent.
    ///
    /// ## Why is this bad?
    /// Jekyll ignores them: keys count as they are written.
    ///
    /// ## Example
    /// ```yaml
    /// Categories: shamenribao
    /// catagory: shamenribao
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// categories: shamenribao
    /// ```
    pub(crate) struct MisspeltKey;
    "FM017", "misspelt-key", Warning, DataSuspect
}

impl Rule for MisspeltKey {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_document(&self, _settings: &Settings, reading: &Reading<'_>, sink: &mut DocumentSink<'_>) {
        for entry in reading.front_matter.entries() {
            let Some(known) = spelling::meant(&reading.front_matter, entry) else { continue };
            let message = say!("`{key}` is not `{known}`: Jekyll ignores it", key = &entry.key, known);
            let finding = sink.report(&Self::META, entry.key_span, message).help(say!("write `{text}`", text = known));
            // With a full-width colon in it, the key has a part of the value in it too.
            if !entry.key.contains('：') {
                finding.fix(Fix {
                    applicability: Applicability::Unsafe,
                    title: say!("write `{text}`", text = known),
                    edits: vec![Edit { span: entry.key_span, text: known.to_owned() }],
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{check, findings};

    #[test]
    fn keys_that_are_nearly_known_are_found() {
        check(
            &MisspeltKey,
            "
---
Layout: post
^^^^^^ FM017 `Layout` is not `layout`: Jekyll ignores it
tittle: a
^^^^^^ FM017 `tittle` is not `title`
catagories: b
^^^^^^^^^^ FM017 `catagories` is not `categories`
ｄａｔｅ: c
^^^^^^^^ FM017 is not `date`
redirect-from: d
^^^^^^^^^^^^^ FM017 is not `redirect_from`
---
",
        );
    }

    #[test]
    fn other_words_and_second_spellings_are_not() {
        check(
            &MisspeltKey,
            "---\nlayout: a\nLayout: b\nsubtitle: c\ndata: d\nimages: e\nauthor: f\ntoc: g\nlang: h\ncategory: i\nCategories: j\n---\n",
        );
    }

    #[test]
    fn damage_is_silent() {
        assert!(findings(&MisspeltKey, &Settings::default(), "a.md", b"---\nTitle: \"\n---\n").is_empty());
    }
}
