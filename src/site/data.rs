//! A document's data: its own front matter over the site's defaults.
//!
//! Pages and documents differ in how defaults reach them. A document's defaults are merged into its data, where an
//! empty value of its own gives way; a page asks for the default of a key only if it has no such key at all.

use std::borrow::Cow;

use super::config_value::{ConfigValue, ruby_float};
use super::defaults::{Defaults, Layers};
use super::settings::DefaultSet;
use crate::document::{Archive, Date, Field, Fields, Value};

/// A value of front matter or of `_config.yml`.
#[derive(Clone, Copy, Debug)]
pub(super) enum Datum<'a> {
    /// Nothing.
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Float(f64),
    /// Text.
    Text(&'a str),
    /// A list of a document.
    Values(&'a [Value], &'a Archive),
    /// A list of `_config.yml`.
    ConfigValues(&'a [ConfigValue]),
    /// A mapping.
    Mapping,
}

impl<'a> Datum<'a> {
    fn of_document(value: &'a Value, archive: &'a Archive) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Integer(value) => Self::Integer(*value),
            Value::Float(value) => Self::Float(*value),
            Value::Text(symbol) => Self::Text(archive.text(*symbol)),
            Value::List(items) => Self::Values(items, archive),
            Value::Mapping => Self::Mapping,
        }
    }

    pub(super) fn of_config(value: &'a ConfigValue) -> Self {
        match value {
            ConfigValue::Null => Self::Null,
            ConfigValue::Bool(value) => Self::Bool(*value),
            ConfigValue::Integer(value) => Self::Integer(*value),
            ConfigValue::Float(value) => Self::Float(*value),
            ConfigValue::Text(text) => value.truth().map_or(Self::Text(text), Self::Bool),
            ConfigValue::List(items) => Self::ConfigValues(items),
            ConfigValue::Mapping(_) => Self::Mapping,
        }
    }

    /// Whether it is `null`.
    pub(super) fn is_null(self) -> bool {
        matches!(self, Self::Null)
    }

    /// Whether Ruby takes it for true.
    pub(super) fn is_truthy(self) -> bool {
        !matches!(self, Self::Null | Self::Bool(false))
    }

    /// The text, if it is text.
    pub(super) fn text(self) -> Option<&'a str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The items of a list; none for anything else.
    pub(super) fn items(self) -> Vec<Datum<'a>> {
        match self {
            Self::Values(items, archive) => items.iter().map(|item| Self::of_document(item, archive)).collect(),
            Self::ConfigValues(items) => items.iter().map(Self::of_config).collect(),
            _ => Vec::new(),
        }
    }

    /// Whether it is a list.
    pub(super) fn is_list(self) -> bool {
        matches!(self, Self::Values(..) | Self::ConfigValues(_))
    }

    /// The scalars of a list and of the lists in it, without nulls; a scalar stands for itself.
    pub(super) fn flattened(self) -> Vec<Datum<'a>> {
        let (mut flat, mut rest) = (Vec::new(), vec![self]);
        while let Some(datum) = rest.pop() {
            match datum {
                Self::Null => {}
                list if list.is_list() => rest.extend(list.items().into_iter().rev()),
                scalar => flat.push(scalar),
            }
        }
        flat
    }

    /// The value as Ruby's `to_s` spells it.
    pub(super) fn spelt(self) -> Cow<'a, str> {
        match self {
            Self::Null => Cow::Borrowed(""),
            Self::Bool(value) => Cow::Borrowed(if value { "true" } else { "false" }),
            Self::Integer(value) => Cow::Owned(value.to_string()),
            Self::Float(value) => Cow::Owned(ruby_float(value)),
            Self::Text(text) => Cow::Borrowed(text),
            // What is in a mapping is not kept, and nobody means its spelling to be a part of an address.
            Self::Mapping => Cow::Borrowed("{}"),
            Self::Values(..) | Self::ConfigValues(_) => Cow::Owned(self.inspected(0)),
        }
    }

    /// The value as Ruby's `inspect` spells it, which is how a list in a list becomes text.
    fn inspected(self, depth: usize) -> String {
        match self {
            Self::Null => "nil".to_owned(),
            Self::Text(text) => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
            list if list.is_list() && depth < 8 => {
                let items: Vec<_> = list.items().into_iter().map(|item| item.inspected(depth + 1)).collect();
                format!("[{}]", items.join(", "))
            }
            list if list.is_list() => "[]".to_owned(),
            scalar => scalar.spelt().into_owned(),
        }
    }
}

/// Where a document's values come from.
pub(super) struct Data<'a, 's> {
    fields: &'a Fields,
    archive: &'a Archive,
    layers: Source<'a, 's>,
}

enum Source<'a, 's> {
    Merged(Layers<'s>),
    Asked(&'a Defaults<'s>, &'a str),
}

impl<'a, 's: 'a> Data<'a, 's> {
    /// The data of a post or of a collection's document.
    pub(super) fn merged(fields: &'a Fields, archive: &'a Archive, layers: Layers<'s>) -> Self {
        Self { fields, archive, layers: Source::Merged(layers) }
    }

    /// The data of a page.
    pub(super) fn asked(fields: &'a Fields, archive: &'a Archive, defaults: &'a Defaults<'s>, path: &'a str) -> Self {
        Self { fields, archive, layers: Source::Asked(defaults, path) }
    }

    /// The value of a key; `None` if neither the document nor a default has it.
    pub(super) fn get(&self, field: Field) -> Option<Datum<'a>> {
        let own = self.own(field);
        match &self.layers {
            Source::Merged(layers) if layers.is_empty() => own,
            Source::Merged(layers) => match own {
                Some(datum) if !datum.is_null() => Some(datum),
                own => default_of(layers, field).or(own),
            },
            Source::Asked(defaults, _) if defaults.is_empty() => own,
            Source::Asked(defaults, path) => {
                own.or_else(|| defaults.find(path, "pages", key_of(field)).map(Datum::of_config))
            }
        }
    }

    /// What Jekyll makes of its `date`.
    pub(super) fn date(&self) -> Date {
        self.fields.date
    }

    /// The text of a key that only the defaults of a document are asked for.
    pub(super) fn default_text(&self, key: &str) -> Option<&'s str> {
        self.layers().iter().find_map(|set| set.values.get(key)?.text())
    }

    /// The defaults that apply to a document, the one that wins first; none for a page.
    pub(super) fn layers(&self) -> &[&'s DefaultSet] {
        match &self.layers {
            Source::Merged(layers) => layers,
            Source::Asked(..) => &[],
        }
    }

    /// The value of a key in the document's own front matter.
    pub(super) fn own(&self, field: Field) -> Option<Datum<'a>> {
        self.fields.get(field).map(|value| Datum::of_document(value, self.archive))
    }
}

/// The value of a key in the uppermost layer that has one.
pub(super) fn default_of<'s>(layers: &[&'s DefaultSet], field: Field) -> Option<Datum<'s>> {
    let mut values = layers.iter().filter_map(|set| set.values.get(key_of(field)));
    let first = values.next()?;
    // A null gives way to whatever lies under it.
    let full = std::iter::once(first).chain(values).find(|value| **value != ConfigValue::Null);
    Some(Datum::of_config(full.unwrap_or(first)))
}

/// A field's key in front matter.
pub(super) fn key_of(field: Field) -> &'static str {
    Field::ALL.iter().find(|(known, _)| *known == field).map_or("", |(_, key)| key)
}
