//! The tree as JSON, the way Jekyll's templates would see it.

use serde_json::{Map, Number, Value};

use crate::front_matter::tree::{Content, Node, Scalar};

/// The value of a whole block; an empty one is an empty mapping. `None` where aliases hide parts of it.
pub(super) fn of_root(root: &Node<'_>) -> Option<Value> {
    match &root.content {
        Content::Scalar(_) => Some(Value::Object(Map::new())),
        _ => of(root),
    }
}

/// The value of a node. The depth of a tree is bounded by the parser.
fn of(node: &Node<'_>) -> Option<Value> {
    match &node.content {
        Content::Alias(_) => None,
        Content::Scalar(scalar) => Some(of_scalar(scalar)),
        Content::Sequence(items) => items.iter().map(of).collect::<Option<Vec<_>>>().map(Value::Array),
        Content::Mapping(entries) => {
            let mut map = Map::with_capacity(entries.len());
            for entry in entries {
                if entry.is("<<") {
                    return None;
                }
                map.insert(entry.key.clone().into_owned(), of(&entry.value)?);
            }
            Some(Value::Object(map))
        }
    }
}

fn of_scalar(scalar: &Scalar<'_>) -> Value {
    match scalar {
        Scalar::Null => Value::Null,
        Scalar::Bool(value) => Value::Bool(*value),
        Scalar::Integer(value) => Value::Number((*value).into()),
        // JSON has no infinities and no numbers beyond a double's exactness; the nearest that it has stands in.
        Scalar::BigInteger(digits) => number(digits.parse().unwrap_or(f64::MAX)),
        Scalar::Float(value) => number(*value),
        Scalar::Date(_) | Scalar::Time(_) | Scalar::Text(_) => Value::String(scalar.to_ruby_string().into_owned()),
    }
}

fn number(value: f64) -> Value {
    Number::from_f64(value.clamp(f64::MIN, f64::MAX)).map_or(Value::Null, Value::Number)
}
