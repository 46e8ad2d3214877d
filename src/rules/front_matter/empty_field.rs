//! FM007: a required field with nothing in it.

use super::publication;
use crate::declare_rule;
use crate::facts::Reading;
use crate::finding::{Effect, Meta, subject_of};
use crate::front_matter::Style;
use crate::language::{Message, say};
use crate::rules::{DocumentSink, Rule, Settings};

declare_rule! {
    /// ## What it does
    /// Finds required fields that are there and empty or blank. An empty `date` stops the build and is FM008's.
    ///
    /// ## Why is this bad?
    /// An empty title leaves an empty headline on the page and an empty link on every list; an empty layout is no layout;
    /// an empty category is none.
    ///
    /// ## Example
    /// ```yaml
    /// title: ""
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// title: "What the post is about"
    /// ```
    ///
    /// ## Settings
    /// `front_matter.required` in `postproof.yml` lists the fields; by default `layout`, `title`, `date`, `categories`.
    pub(crate) struct EmptyField;
    "FM007", "empty-field", Error, PublishedWrong
}

impl Rule for EmptyField {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_document(&self, settings: &Settings, reading: &Reading<'_>, sink: &mut DocumentSink<'_>) {
        if !reading.kind.is_post() {
            return;
        }
        for field in settings.front_matter.required.iter().filter(|field| *field != "date") {
            let singular = if field == "categories" { reading.front_matter.get("category") } else { None };
            let mut fields = [reading.front_matter.get(field), singular].into_iter().flatten();
            // One that has something in it is enough, and an alias of nothing is a trap of its own.
            if fields.clone().any(|entry| !entry.value.is_blank() || entry.value.style == Style::Alias) {
                continue;
            }
            let Some(entry) = fields.next() else { continue };
            let span = if entry.value.span.is_empty() { entry.key_span } else { entry.value.span };
            let effect = publication::effect(reading, settings.front_matter.engine, Effect::PublishedWrong);
            let finding = sink.report(
                &Self::META,
                span,
                say!(
                    "`{field}` is empty: {consequence}{unread}",
                    field = &entry.key,
                    consequence = consequence(field),
                    unread = publication::unless_unread(reading, settings.front_matter.engine)
                ),
            );
            finding.effect(effect).help(say!("give `{field}` a value", field = &entry.key));
            finding.subject = subject_of(field);
        }
    }
}

fn consequence(field: &str) -> Message {
    match field {
        "layout" => say!("Jekyll publishes the post without layout"),
        "title" => say!("the page and every list that names it show no title"),
        "categories" => say!("the post is in no category, and its address has none"),
        _ => say!("every post of this archive must have it"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{check, findings};

    #[test]
    fn nothing_and_blanks_are_empty() {
        check(
            &EmptyField,
            "
---
layout:
^^^^^^ FM007 `layout` is empty: Jekyll publishes the post without layout
title: \"  \"
       ^^^^ FM007 `title` is empty
date:
categories: []
            ^^ FM007 `categories` is empty
tags:
---
",
        );
    }

    #[test]
    fn what_is_falsy_is_not_empty() {
        check(&EmptyField, "---\nlayout: no\ntitle: 0\ncategories: []\ncategory: a\n---\n//- a.md\n---\ntitle:\n---\n");
    }

    #[test]
    fn a_broken_block_has_no_fields() {
        assert!(findings(&EmptyField, &Settings::default(), "_posts/a.md", b"---\ntitle: \"\n---\n").is_empty());
    }
}
