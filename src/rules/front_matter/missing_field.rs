//! FM006: a required field that is absent.

use super::{publication, spelling};
use crate::declare_rule;
use crate::facts::Reading;
use crate::finding::{Effect, Meta, subject_of};
use crate::language::{Message, say};
use crate::rules::{DocumentSink, Rule, Settings};

declare_rule! {
    /// ## What it does
    /// Finds posts without a field that every post must have. `category` counts as `categories`.
    ///
    /// ## Why is this bad?
    /// Without `layout` the post is a page without frame; without `title` or `date`, Jekyll makes them up from the file's
    /// name; without `categories` no category lists the post and its address has none.
    ///
    /// ## Example
    /// ```yaml
    /// layout: post
    /// title: "a"
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// layout: post
    /// title: "a"
    /// date: 2022-01-17 07:46:06 +0800
    /// categories: shamenribao
    /// ```
    ///
    /// ## Settings
    /// `front_matter.required` in `postproof.yml` lists the fields; by default `layout`, `title`, `date`, `categories`.
    pub(crate) struct MissingField;
    "FM006", "missing-field", Error, DataSuspect
}

impl Rule for MissingField {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_document(&self, settings: &Settings, reading: &Reading<'_>, sink: &mut DocumentSink<'_>) {
        let front_matter = &reading.front_matter;
        let Some(fence) = front_matter.block.fence() else { return };
        // A merge key may bring any field along, and is a finding of its own.
        if !(reading.kind.is_post() && front_matter.is_readable()) || front_matter.has_merge_key() {
            return;
        }
        let unread = publication::unless_unread(reading, settings.front_matter.engine);
        for field in &settings.front_matter.required {
            let singular = if field == "categories" { "category" } else { field };
            let is_there = front_matter.get(field).is_some() || front_matter.get(singular).is_some();
            if is_there || spelling::is_misspelt(front_matter, field) {
                continue;
            }
            let (effect, consequence) = consequence(field);
            let effect = publication::effect(reading, settings.front_matter.engine, effect);
            let finding = sink.report(
                &Self::META,
                fence,
                say!("`{field}` is missing: {consequence}{unread}", field, consequence, unread = unread.clone()),
            );
            finding.effect(effect).help(say!("add a line `{field}: …`", field));
            // The fence stands for every missing field: the field tells them apart.
            finding.subject = subject_of(field);
        }
    }
}

fn consequence(field: &str) -> (Effect, Message) {
    match field {
        "layout" => (Effect::PublishedWrong, say!("Jekyll publishes the post without layout")),
        "title" => (Effect::PublishedWrong, say!("Jekyll makes a title of the file's name")),
        "date" => (Effect::DataSuspect, say!("Jekyll takes the day of the file's name, at midnight")),
        "categories" => (Effect::PublishedWrong, say!("the post is in no category, and its address has none")),
        _ => (Effect::DataSuspect, say!("every post of this archive must have it")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::FrontMatterSettings;
    use crate::rules::testing::{check, check_with, findings};

    #[test]
    fn every_missing_field_is_named() {
        check(
            &MissingField,
            "
---
^^^ FM006 `date` is missing: Jekyll takes the day of the file's name
^^^ FM006 `title` is missing: Jekyll makes a title of the file's name
layout: post
category: a
---
",
        );
    }

    #[test]
    fn an_empty_or_misspelt_field_is_another_rules() {
        check(
            &MissingField,
            "---\nlayout:\ntitle: \"\"\nDate: 2022-01-17\ncatagories: a\n---\n//- about.md\n---\n---\n",
        );
    }

    #[test]
    fn the_fields_are_a_setting() {
        let front_matter = FrontMatterSettings { required: vec!["source".to_owned()], ..Default::default() };
        let settings = Settings { front_matter, ..Default::default() };
        check_with(&MissingField, &settings, "---\n^^^ FM006 `source` is missing\ntitle: a\n---\n");
    }

    #[test]
    fn an_empty_block_lacks_everything_and_a_broken_one_nothing() {
        let found =
            |text: &str| findings(&MissingField, &Settings::default(), "_posts/2022-01-17-a.md", text.as_bytes());
        assert_eq!(found("---\n---\n").len(), 4);
        assert_eq!(found("---\na: b: c\n---\n").len(), 0);
        assert_eq!(found("---\n<<: {layout: post}\n---\n").len(), 0);
        assert_eq!(found("---\nlay").len(), 0);
    }

    #[test]
    fn a_finding_is_known_by_the_name_of_its_field() {
        let found =
            findings(&MissingField, &Settings::default(), "_posts/2022-01-17-a.md", b"---\nlayout: post\n---\n");
        assert_eq!(found.len(), 3);
        for field in ["title", "date", "categories"] {
            assert!(found.iter().any(|finding| finding.subject == subject_of(field)), "{field}");
        }
    }
}
