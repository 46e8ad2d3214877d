//! A validator's error in a reader's words: what the value is, and what was expected.

use jsonschema::error::{TypeKind, ValidationError, ValidationErrorKind as Kind};
use jsonschema::types::JsonType;
use serde_json::Value;

/// The error as a fragment: `` `tags` is a whole number (2020), and text or a list was expected ``.
pub(super) fn sentence(error: &ValidationError<'_>, pointer: &str) -> String {
    format!("{} is {}, and {}", name(pointer), what_it_is(error.instance()), expected(error))
}

/// A key, or the path of a value, in quotes.
pub(super) fn name(pointer: &str) -> String {
    match pointer.strip_prefix('/') {
        Some(path) => quoted(&path.replace('/', ".").replace("~1", "/").replace("~0", "~")),
        None => "the front matter".to_owned(),
    }
}

/// A pointer that says where even at the top.
pub(super) fn pointer_or_root(pointer: &str) -> String {
    if pointer.is_empty() { "at its top".to_owned() } else { format!("at {pointer}") }
}

/// A short text in backquotes.
pub(super) fn quoted(text: &str) -> String {
    format!("`{}`", shortened(text))
}

/// Whether an error only says that the value has another type.
pub(super) fn is_about_type(error: &ValidationError<'_>) -> bool {
    matches!(error.kind(), Kind::Type { .. })
}

fn shortened(text: &str) -> String {
    const MOST: usize = 60;
    let text = text.replace(['\n', '\r', '`'], " ");
    match text.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text,
    }
}

fn what_it_is(value: &Value) -> String {
    match value {
        Value::Null => "empty".to_owned(),
        Value::Bool(value) => format!("the truth value {value}"),
        Value::Number(number) => format!("the number {number}"),
        Value::String(text) if text.is_empty() => "an empty text".to_owned(),
        Value::String(text) => format!("the text {}", quoted(text)),
        Value::Array(items) => format!("a list of {}", items.len()),
        Value::Object(_) => "a mapping".to_owned(),
    }
}

fn type_name(kind: JsonType) -> &'static str {
    match kind {
        JsonType::Null => "nothing",
        JsonType::Boolean => "true or false",
        JsonType::Integer => "a whole number",
        JsonType::Number => "a number",
        JsonType::String => "text",
        JsonType::Array => "a list",
        JsonType::Object => "a mapping",
    }
}

/// `a`, `a or b`, `a, b or c`.
fn one_of(names: &[String]) -> String {
    match names {
        [] => "something else".to_owned(),
        [only] => only.clone(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

fn value_name(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        other => quoted(&other.to_string()),
    }
}

fn types_of(kind: &TypeKind) -> Vec<String> {
    match kind {
        TypeKind::Single(kind) => vec![type_name(*kind).to_owned()],
        TypeKind::Multiple(kinds) => {
            kinds.iter().filter(|kind| *kind != JsonType::Null).map(|kind| type_name(kind).to_owned()).collect()
        }
    }
}

fn expected(error: &ValidationError<'_>) -> String {
    match error.kind() {
        Kind::Type { kind } => format!("{} was expected", one_of(&types_of(kind))),
        Kind::Constant { expected_value } => format!("{} was expected", value_name(expected_value)),
        Kind::Enum { options } => {
            let names: Vec<_> = options.as_array().into_iter().flatten().take(20).map(value_name).collect();
            format!("{} was expected", one_of(&names))
        }
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
            let mut names: Vec<String> = Vec::new();
            for error in context.iter().flatten() {
                let Kind::Type { kind } = error.kind() else { continue };
                names.extend(types_of(kind).into_iter().filter(|name| !names.contains(name)).collect::<Vec<_>>());
            }
            format!("{} was expected", one_of(&names))
        }
        Kind::OneOfMultipleValid { .. } => "the schema wants it to be one thing only".to_owned(),
        Kind::Pattern { pattern } => format!("the schema wants it to match {}", quoted(pattern)),
        Kind::Format { format } => format!("the schema wants it to be written as {}", quoted(format)),
        other => {
            limits(other).unwrap_or_else(|| format!("the schema's {} does not allow that", quoted(other.keyword())))
        }
    }
}

/// Bounds of sizes and numbers.
fn limits(kind: &Kind) -> Option<String> {
    Some(match kind {
        Kind::MinLength { limit } => format!("at least {} expected", count(*limit, "character")),
        Kind::MaxLength { limit } => format!("at most {} allowed", count(*limit, "character")),
        Kind::MinItems { limit } => format!("at least {} expected", count(*limit, "item")),
        Kind::MaxItems { limit } => format!("at most {} allowed", count(*limit, "item")),
        Kind::MinProperties { limit } => format!("at least {} expected", count(*limit, "key")),
        Kind::MaxProperties { limit } => format!("at most {} allowed", count(*limit, "key")),
        Kind::Minimum { limit } => format!("at least {limit} was expected"),
        Kind::Maximum { limit } => format!("at most {limit} is allowed"),
        Kind::ExclusiveMinimum { limit } => format!("more than {limit} was expected"),
        Kind::ExclusiveMaximum { limit } => format!("less than {limit} was expected"),
        Kind::UniqueItems => "the schema wants its items to differ".to_owned(),
        Kind::Not { .. } | Kind::FalseSchema => "the schema forbids it".to_owned(),
        _ => return None,
    })
}

fn count(number: u64, thing: &str) -> String {
    if number == 1 { format!("1 {thing} is") } else { format!("{number} {thing}s are") }
}
