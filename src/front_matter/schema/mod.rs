//! Holds front matter against a JSON Schema, and says in words and places where it breaks it.
//!
//! What is validated is what Jekyll sees: values typed by SafeYAML's rules, dates and times as Ruby prints them, of two
//! equal keys the last. The schema is the built-in one, which knows what Jekyll and its usual plugins can use, or the
//! archive's own. Nothing is ever fetched: a `$ref` into the web is an error of the schema.
//! A valid post costs one look at its values; words are made for what is broken only.

mod json;
mod words;

use std::sync::LazyLock;

use jsonschema::error::{ValidationError, ValidationErrorKind};
use jsonschema::paths::LocationSegment;
use serde_json::Value;

use super::tree::{Content, Node, Scalar};
use super::typed::{self, Unreadable};
use super::{Block, FrontMatter};
use crate::language::{Message, say};
use crate::text::Span;

/// A compiled schema.
#[derive(Debug)]
pub struct Schema {
    validator: jsonschema::Validator,
    is_builtin: bool,
}

/// A place where front matter breaks its schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The guilty value; a key that should not be there; the opening fence, or the parent's key, where one is missing.
    pub span: Span,
    /// The path of the value as a JSON pointer: `/tags/0`.
    pub pointer: String,
    /// What it is and what was expected, as a fragment.
    pub message: Message,
}

static BUILTIN: LazyLock<Option<Schema>> = LazyLock::new(|| {
    let mut schema = Schema::from_text(include_str!("jekyll.json")).ok()?;
    schema.is_builtin = true;
    Some(schema)
});

impl Schema {
    /// The built-in schema for Jekyll posts.
    pub fn builtin() -> Option<&'static Self> {
        BUILTIN.as_ref()
    }

    /// Compiles a schema that is written in YAML or JSON.
    pub fn from_text(text: &str) -> Result<Self, Unreadable> {
        let schema: Value = typed::read(text)?;
        let validator = jsonschema::validator_for(&schema).map_err(|error| Unreadable {
            message: format!("no JSON Schema: {}: {error}", words::pointer_or_root(error.instance_path().as_str())),
            place: None,
        })?;
        Ok(Self { validator, is_builtin: false })
    }

    /// Where front matter breaks the schema. What was not parsed, or hides values behind aliases, is not judged.
    pub fn check(&self, front_matter: &FrontMatter<'_>) -> Vec<Violation> {
        let Some(root) = front_matter.root.as_ref().filter(|_| front_matter.is_readable()) else {
            return Vec::new();
        };
        if self.is_builtin && is_plainly_valid(root) {
            return Vec::new();
        }
        let Some(value) = json::of_root(root) else {
            return Vec::new();
        };
        if self.validator.is_valid(&value) {
            return Vec::new();
        }
        let errors = self.validator.iter_errors(&value);
        let mut violations: Vec<Violation> =
            errors.flat_map(|error| violations_of(&error, root, front_matter.block)).collect();
        violations.sort_by_key(|violation| violation.span);
        violations
    }
}

/// Whether the built-in schema has nothing to say, at a glance: it names types for some keys, and text fits all but
/// those whose value is a truth value.
fn is_plainly_valid(root: &Node<'_>) -> bool {
    let Content::Mapping(entries) = &root.content else { return false };
    entries.iter().all(|entry| {
        let is_truth = matches!(&*entry.key, "published" | "sitemap" | "hidden" | "render_with_liquid");
        let fits_anything = matches!(&*entry.key, "date" | "categories" | "permalink" | "slug");
        match &entry.value.content {
            Content::Scalar(Scalar::Text(_)) => !is_truth,
            Content::Scalar(Scalar::Null) => true,
            _ => fits_anything,
        }
    })
}

/// The violations of an error; one for each key that should not be there.
fn violations_of(error: &ValidationError<'_>, root: &Node<'_>, block: Block) -> Vec<Violation> {
    let error = nearest(error);
    let pointer = error.instance_path().as_str().to_owned();
    let place = find(root, error);
    let fence = block.fence().unwrap_or_default();
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected }
        | ValidationErrorKind::UnevaluatedProperties { unexpected } => unexpected
            .iter()
            .map(|key| {
                let entry = place.node.and_then(|node| match &node.content {
                    Content::Mapping(entries) => entries.iter().find(|entry| entry.key == *key),
                    _ => None,
                });
                Violation {
                    span: entry.map_or(fence, |entry| entry.key_span),
                    pointer: format!("{pointer}/{key}"),
                    message: say!("{key} is a key that the schema does not know", key = words::quoted(key)),
                }
            })
            .collect(),
        ValidationErrorKind::Required { property } => {
            let key = property.as_str().unwrap_or_default();
            vec![Violation {
                span: place.key.unwrap_or(fence),
                pointer: format!("{pointer}/{key}"),
                message: say!("{key} is missing", key = words::name(&format!("{pointer}/{key}"))),
            }]
        }
        _ => {
            let value = place.node.map_or(fence, |node| node.span);
            let span = if value.is_empty() { place.key.unwrap_or(fence) } else { value };
            vec![Violation { span, message: words::sentence(error, &pointer), pointer }]
        }
    }
}

/// Of the branches of `oneOf` and `anyOf`, the error of the one that comes nearest: whose trouble lies deepest, then
/// whose troubles are fewest. Branches that all want another type of the same value are told together.
fn nearest<'e, 'i>(error: &'e ValidationError<'i>) -> &'e ValidationError<'i>
where
    'i: 'e,
{
    let mut nearest = error;
    // Branches nest no deeper than the schema does; the bound keeps a recursive one from leading on.
    for _ in 0..16 {
        let (ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context }) = nearest.kind()
        else {
            break;
        };
        let depth = |branch: &[ValidationError<'static>]| {
            branch.iter().map(|error| error.instance_path().as_str().len()).max().unwrap_or(0)
        };
        let here = nearest.instance_path().as_str().len();
        let best = context
            .iter()
            .filter(|branch| depth(branch) > here || branch.iter().all(|error| !words::is_about_type(error)))
            .max_by_key(|branch| (depth(branch), std::cmp::Reverse(branch.len())));
        match best.and_then(|branch| branch.first()) {
            Some(error) => nearest = error,
            None => break,
        }
    }
    nearest
}

/// The node that an error is about, and the key that it stands under.
struct Place<'n, 't> {
    node: Option<&'n Node<'t>>,
    key: Option<Span>,
}

fn find<'n, 't>(root: &'n Node<'t>, error: &ValidationError<'_>) -> Place<'n, 't> {
    let mut place = Place { node: Some(root), key: None };
    for segment in error.instance_path().segments() {
        let Some(node) = place.node else { break };
        match (&node.content, segment) {
            (Content::Mapping(entries), LocationSegment::Property(key)) => {
                let entry = entries.iter().rev().find(|entry| entry.key == *key);
                place = Place { node: entry.map(|entry| &entry.value), key: entry.map(|entry| entry.key_span) };
            }
            (Content::Sequence(items), LocationSegment::Index(index)) => {
                place = Place { node: items.get(index), key: place.key };
            }
            _ => break,
        }
    }
    place
}

#[cfg(test)]
mod tests;
