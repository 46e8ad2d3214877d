//! FM005: front matter that breaks the archive's schema.

use crate::declare_rule;
use crate::facts::Reading;
use crate::finding::{Meta, subject_of};
use crate::front_matter::schema::Schema;
use crate::rules::{DocumentSink, Rule, Settings};

declare_rule! {
    /// ## What it does
    /// Holds the front matter of each post against a JSON Schema: the archive's own, or a built-in one that knows which
    /// types of value Jekyll and its usual plugins can use. Values are typed as Jekyll types them.
    ///
    /// ## Why is this bad?
    /// A value of a wrong type is ignored, or shown as Ruby prints it. `published: "false"` publishes the post,
    /// `tags: 2022` gives it no tags.
    ///
    /// ## Example
    /// ```yaml
    /// published: "false"
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// published: false
    /// ```
    ///
    /// ## Settings
    /// `front_matter.schema` in `postproof.yml` names a schema in YAML or JSON, of any draft from 4 on.
    pub(crate) struct SchemaViolation;
    "FM005", "schema-violation", Error, DataSuspect
}

impl Rule for SchemaViolation {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_document(&self, settings: &Settings, reading: &Reading<'_>, sink: &mut DocumentSink<'_>) {
        if !reading.kind.is_post() {
            return;
        }
        let schema = match &settings.front_matter.schema {
            Some(own) => Some(&**own),
            None => Schema::builtin(),
        };
        let Some(schema) = schema else { return };
        for violation in schema.check(&reading.front_matter) {
            // What is absent or empty, though it is required, has rules of its own.
            let field = violation.pointer.strip_prefix('/').unwrap_or_default();
            let is_required = settings.front_matter.required.iter().any(|required| required == field);
            let is_blank = reading.front_matter.get(field).is_none_or(|entry| entry.value.is_blank());
            if is_required && is_blank {
                continue;
            }
            let finding = sink.report(&Self::META, violation.span, violation.message);
            // The fence stands for every missing key: the key tells them apart.
            finding.subject ^= subject_of(&violation.pointer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    use crate::rules::FrontMatterSettings;
    use crate::rules::testing::{check, check_with, findings};

    fn with_schema(schema: &str) -> Settings {
        let schema = Some(Arc::new(Schema::from_text(schema).unwrap()));
        Settings { front_matter: FrontMatterSettings { schema, ..Default::default() }, ..Default::default() }
    }

    #[test]
    fn the_built_in_schema_knows_jekyll() {
        check(
            &SchemaViolation,
            "
---
title: [a]
       ^^^ FM005 `title` is a list of 1, and true or false, a number or text was expected
published: \"false\"
           ^^^^^^^ FM005 `published` is the text `false`, and true or false was expected
---
",
        );
    }

    #[test]
    fn the_archives_own_schema_holds_instead() {
        let settings = with_schema(
            "required: [title, source]\nadditionalProperties: false\nproperties: {source: {}, tags: {}, published: {}}",
        );
        check_with(
            &SchemaViolation,
            &settings,
            "
---
^^^ FM005 `source` is missing
tags: a
mood: b
^^^^ FM005 `mood` is a key that the schema does not know
published: \"false\"
---
",
        );
    }

    #[test]
    fn pages_and_broken_blocks_are_left_alone() {
        check(&SchemaViolation, "//- a.md\n---\ntitle: [a]\n---\n//- _posts/a.md\n---\ntitle: a: b\n---\n");
        assert!(findings(&SchemaViolation, &with_schema("false"), "a.md", b"---\n\xff: b\n---\n").is_empty());
    }
}
