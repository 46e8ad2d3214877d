//! A validator's error in a reader's words: what the value is, and what was expected.

use jsonschema::error::{TypeKind, ValidationError, ValidationErrorKind as Kind};
use jsonschema::types::JsonType;
use serde_json::Value;

use crate::language::{Message, say};

/// The error as a fragment: `` `tags` is a whole number (2020), and text or a list was expected ``.
pub(super) fn sentence(error: &ValidationError<'_>, pointer: &str) -> Message {
    say!(
        "{key} is {value}, and {expected}",
        key = name(pointer),
        value = what_it_is(error.instance()),
        expected = expected(error),
    )
}

/// A key, or the path of a value, in quotes.
pub(super) fn name(pointer: &str) -> Message {
    let Some(path) = pointer.strip_prefix('/') else { return say!("the front matter") };
    say!("`{name}`", name = shortened(&path.replace('/', ".").replace("~1", "/").replace("~0", "~")))
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

fn what_it_is(value: &Value) -> Message {
    match value {
        Value::Null => say!("empty"),
        Value::Bool(value) => say!("the truth value {value}", value),
        Value::Number(number) => say!("the number {number}", number),
        Value::String(text) if text.is_empty() => say!("an empty text"),
        Value::String(text) => say!("the text {text}", text = quoted(text)),
        Value::Array(items) => say!("a list of {count}", count = items.len()),
        Value::Object(_) => say!("a mapping"),
    }
}

fn type_name(kind: JsonType) -> Message {
    match kind {
        JsonType::Null => say!("nothing"),
        JsonType::Boolean => say!("true or false"),
        JsonType::Integer => say!("a whole number"),
        JsonType::Number => say!("a number"),
        JsonType::String => say!("text"),
        JsonType::Array => say!("a list"),
        JsonType::Object => say!("a mapping"),
    }
}

/// `a`, `a or b`, `a, b or c`.
fn one_of(names: Vec<Message>) -> Message {
    let mut names = names.into_iter();
    let Some(mut list) = names.next() else { return say!("something else") };
    let last = names.next_back();
    for name in names {
        list = say!("{list}, {name}", list, name);
    }
    match last {
        Some(last) => say!("{list} or {last}", list, last),
        None => list,
    }
}

fn value_name(value: &Value) -> Message {
    match value {
        Value::String(text) => say!("{text}", text = quoted(text)),
        other => say!("{text}", text = quoted(&other.to_string())),
    }
}

fn types_of(kind: &TypeKind) -> Vec<JsonType> {
    match kind {
        TypeKind::Single(kind) => vec![*kind],
        TypeKind::Multiple(kinds) => kinds.iter().filter(|kind| *kind != JsonType::Null).collect(),
    }
}

fn was_expected(what: Message) -> Message {
    say!("{what} was expected", what)
}

fn expected(error: &ValidationError<'_>) -> Message {
    match error.kind() {
        Kind::Type { kind } => was_expected(one_of(types_of(kind).into_iter().map(type_name).collect())),
        Kind::Constant { expected_value } => was_expected(value_name(expected_value)),
        Kind::Enum { options } => {
            was_expected(one_of(options.as_array().into_iter().flatten().take(20).map(value_name).collect()))
        }
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => {
            let mut kinds: Vec<JsonType> = Vec::new();
            for error in context.iter().flatten() {
                let Kind::Type { kind } = error.kind() else { continue };
                let new: Vec<JsonType> = types_of(kind).into_iter().filter(|kind| !kinds.contains(kind)).collect();
                kinds.extend(new);
            }
            was_expected(one_of(kinds.into_iter().map(type_name).collect()))
        }
        Kind::OneOfMultipleValid { .. } => say!("the schema wants it to be one thing only"),
        Kind::Pattern { pattern } => say!("the schema wants it to match {pattern}", pattern = quoted(pattern)),
        Kind::Format { format } => say!("the schema wants it to be written as {format}", format = quoted(format)),
        other => limits(other)
            .unwrap_or_else(|| say!("the schema's {keyword} does not allow that", keyword = quoted(other.keyword()))),
    }
}

/// Bounds of sizes and numbers.
fn limits(kind: &Kind) -> Option<Message> {
    Some(match kind {
        Kind::MinLength { limit: 1 } => say!("at least 1 character is expected"),
        Kind::MinLength { limit } => say!("at least {limit} characters are expected", limit),
        Kind::MaxLength { limit: 1 } => say!("at most 1 character is allowed"),
        Kind::MaxLength { limit } => say!("at most {limit} characters are allowed", limit),
        Kind::MinItems { limit: 1 } => say!("at least 1 item is expected"),
        Kind::MinItems { limit } => say!("at least {limit} items are expected", limit),
        Kind::MaxItems { limit: 1 } => say!("at most 1 item is allowed"),
        Kind::MaxItems { limit } => say!("at most {limit} items are allowed", limit),
        Kind::MinProperties { limit: 1 } => say!("at least 1 key is expected"),
        Kind::MinProperties { limit } => say!("at least {limit} keys are expected", limit),
        Kind::MaxProperties { limit: 1 } => say!("at most 1 key is allowed"),
        Kind::MaxProperties { limit } => say!("at most {limit} keys are allowed", limit),
        Kind::Minimum { limit } => say!("at least {limit} was expected", limit),
        Kind::Maximum { limit } => say!("at most {limit} is allowed", limit),
        Kind::ExclusiveMinimum { limit } => say!("more than {limit} was expected", limit),
        Kind::ExclusiveMaximum { limit } => say!("less than {limit} was expected", limit),
        Kind::UniqueItems => say!("the schema wants its items to differ"),
        Kind::Not { .. } | Kind::FalseSchema => say!("the schema forbids it"),
        _ => return None,
    })
}
