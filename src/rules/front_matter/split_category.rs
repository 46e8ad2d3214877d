//! FM013: a category with a space in it.

use super::publication;
use crate::declare_rule;
use crate::facts::Reading;
use crate::finding::{Applicability, Edit, Effect, Fix, Meta};
use crate::front_matter::{Style, text_of};
use crate::language::say;
use crate::rules::{DocumentSink, Rule, Settings};

declare_rule! {
    /// ## What it does
    /// Finds `categories: a b`, a text with white space in it.
    ///
    /// ## Why is this bad?
    /// Jekyll splits it: the post is in the categories `a` and `b`, its address begins with `/a/b/`, and the page of the
    /// category `a b` stays empty.
    ///
    /// ## Example
    /// ```yaml
    /// categories: 21shijijingjibaodao 21caijingAPP
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// categories: ["21shijijingjibaodao 21caijingAPP"]
    /// ```
    pub(crate) struct SplitCategory;
    "FM013", "split-category", Warning, PublishedWrong
}

impl Rule for SplitCategory {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_document(&self, settings: &Settings, reading: &Reading<'_>, sink: &mut DocumentSink<'_>) {
        if !reading.kind.is_post() {
            return;
        }
        let Some(entry) = reading.front_matter.get("categories") else { return };
        let Some(text) = text_of(&entry.value) else { return };
        let parts: Vec<&str> = text.split_whitespace().take(8).collect();
        if parts.len() < 2 {
            return;
        }
        let names: Vec<String> = parts.iter().map(|part| format!("`{part}`")).collect();
        let message = say!(
            "Jekyll splits this at the space in {count} categories: {names}",
            count = parts.len(),
            names = names.join(", "),
        );
        let effect = publication::effect(reading, settings.front_matter.engine, Effect::PublishedWrong);
        let list = format!("[\"{}\"]", parts.join(" "));
        let finding = sink.report(&Self::META, entry.value.span, message).effect(effect);
        finding.help(say!("for one category, write a list of one: `categories: {list}`", list = &list));
        // A quote or a backslash would need an escape, a block scalar ends elsewhere, and an alias is not the text.
        let is_simple = !text.contains(['"', '\\']) && !matches!(entry.value.style, Style::Block | Style::Alias);
        if is_simple && parts.len() < 8 {
            finding.fix(Fix {
                applicability: Applicability::Unsafe,
                title: say!("make it one category"),
                edits: vec![Edit { span: entry.value.span, text: list }],
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{check, findings};

    #[test]
    fn a_space_splits() {
        check(
            &SplitCategory,
            "
---
categories: 21shiji 21caijingAPP
            ^^^^^^^^^^^^^^^^^^^^ FM013 Jekyll splits this at the space in 2 categories: `21shiji`, `21caijingAPP`
---
",
        );
    }

    #[test]
    fn lists_and_the_singular_do_not() {
        check(
            &SplitCategory,
            "---\ncategories: [a b]\ncategory: a b\ntags: a b\n---\n//- _posts/a.md\n---\ncategories: 财经，新闻\n---\n//- a.md\n---\ncategories: a b\n---\n",
        );
    }

    #[test]
    fn nothing_in_it_is_nothing_to_split() {
        for value in ["", "\"  \"", "\" a \"", "[", "~", "12"] {
            let text = format!("---\ncategories: {value}\n---\n");
            assert!(
                findings(&SplitCategory, &Settings::default(), "_posts/2022-01-17-a.md", text.as_bytes()).is_empty()
            );
        }
    }
}
