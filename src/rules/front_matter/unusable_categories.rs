//! FM016: categories that are neither text nor a list.

use super::publication;
use crate::declare_rule;
use crate::facts::Reading;
use crate::finding::{Effect, Meta};
use crate::front_matter::{Content, Scalar};
use crate::rules::{DocumentSink, Rule, Settings};

declare_rule! {
    /// ## What it does
    /// Finds posts whose `categories` is a number, a truth value, a date or a mapping.
    ///
    /// ## Why is this bad?
    /// Jekyll fails at it and drops all of the post's data: it is published without title and layout, at an address made of
    /// the day of the build.
    ///
    /// ## Example
    /// ```yaml
    /// categories: 2022
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// categories: "2022"
    /// ```
    pub(crate) struct UnusableCategories;
    "FM016", "unusable-categories", Error, PublishedWrong
}

impl Rule for UnusableCategories {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_document(&self, settings: &Settings, reading: &Reading<'_>, sink: &mut DocumentSink<'_>) {
        if !reading.kind.is_post() {
            return;
        }
        let Some(entry) = reading.front_matter.get("categories") else { return };
        let what = match &entry.value.content {
            Content::Scalar(Scalar::Null | Scalar::Text(_)) | Content::Sequence(_) | Content::Alias(_) => return,
            Content::Scalar(scalar) => scalar.type_name(),
            Content::Mapping(_) => "a mapping",
        };
        let unread = publication::unless_unread(reading, settings.front_matter.engine);
        let consequence = "Jekyll publishes the post without its data, at an address made of the build's day";
        let effect = publication::effect(reading, settings.front_matter.engine, Effect::PublishedWrong);
        sink.report(&Self::META, entry.value.span, format!("`categories` is {what}: {consequence}{unread}"))
            .effect(effect)
            .help("write text in quotes, or a list of texts");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{check, findings};

    #[test]
    fn what_jekyll_fails_at_is_found() {
        check(
            &UnusableCategories,
            "
---
categories: 2022
            ^^^^ FM016 `categories` is a whole number: Jekyll publishes the post without its data
---
//- _posts/2022-01-17-b.md
---
categories: no
            ^^ FM016 `categories` is a truth value
---
//- _posts/2022-01-17-c.md
---
categories: {a: b}
            ^^^^^^ FM016 `categories` is a mapping
---
",
        );
    }

    #[test]
    fn what_jekyll_can_use_is_not() {
        for value in ["", "~", "a", "\"2022\"", "[2022, true]", "[]"] {
            check(
                &UnusableCategories,
                &format!("---\ncategories: {value}\ncategory: 12\n---\n//- a.md\n---\ncategories: 1\n---\n"),
            );
        }
    }

    #[test]
    fn damage_is_silent() {
        assert!(
            findings(&UnusableCategories, &Settings::default(), "_posts/a.md", b"---\ncategories: {a\n---\n")
                .is_empty()
        );
    }
}
