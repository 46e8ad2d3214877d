//! A value of `_config.yml`, typed as loosely as Jekyll types it.
//!
//! `serde_yaml` reads YAML as version 1.2 wants it and refuses a key that stands twice; Ruby's reader follows version 1.1
//! and takes the last one. This type keeps mappings as lists, so that both readings stay possible.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor};

/// A value of `_config.yml`.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum ConfigValue {
    /// Empty, `~` or `null`.
    #[default]
    Null,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Float(f64),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<ConfigValue>),
    /// A mapping in the order of the file; of a key that stands twice the last value counts.
    Mapping(Vec<(String, ConfigValue)>),
}

impl ConfigValue {
    /// The value of a key, if this is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().rev().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// The entries of a mapping; none for any other value.
    pub fn entries(&self) -> &[(String, Self)] {
        match self {
            Self::Mapping(entries) => entries,
            _ => &[],
        }
    }

    /// The text, if it is text.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The truth value, if it is one, in the words of YAML 1.1 too. Whether those were quoted is not known; they rarely are.
    pub fn truth(&self) -> Option<bool> {
        match self {
            Self::Bool(value) => Some(*value),
            Self::Text(text) => old_truth_value(text),
            _ => None,
        }
    }

    /// Whether Ruby takes it for true: everything is, save `false` and `null`.
    pub fn is_truthy(&self) -> bool {
        *self != Self::Null && self.truth() != Some(false)
    }

    /// The value as Ruby's `to_s` spells it, for scalars.
    pub fn scalar_text(&self) -> Option<String> {
        match self {
            Self::Null => Some(String::new()),
            Self::Bool(value) => Some(value.to_string()),
            Self::Integer(value) => Some(value.to_string()),
            Self::Float(value) => Some(ruby_float(*value)),
            Self::Text(text) => Some(text.clone()),
            Self::List(_) | Self::Mapping(_) => None,
        }
    }
}

/// A float as Ruby's `to_s` spells it.
pub(super) fn ruby_float(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity".to_owned() } else { "-Infinity".to_owned() };
    }
    let size = value.abs();
    if size == 0.0 || (1e-4..1e16).contains(&size) {
        return format!("{value:?}");
    }
    let scientific = format!("{value:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let digits = if digits.contains('.') { digits.to_owned() } else { format!("{digits}.0") };
    let (sign, exponent) = exponent.strip_prefix('-').map_or(("+", exponent), |rest| ("-", rest));
    format!("{digits}e{sign}{exponent:0>2}")
}

/// A plain word that YAML 1.1 takes for a truth value and YAML 1.2 for text.
fn old_truth_value(text: &str) -> Option<bool> {
    let is = |words: &[&str]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is(&["yes", "on"]) {
        return Some(true);
    }
    is(&["no", "off"]).then_some(false)
}

impl<'de> Deserialize<'de> for ConfigValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = ConfigValue;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value of YAML")
    }

    fn visit_unit<E: de::Error>(self) -> Result<ConfigValue, E> {
        Ok(ConfigValue::Null)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<ConfigValue, E> {
        Ok(ConfigValue::Bool(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<ConfigValue, E> {
        Ok(ConfigValue::Integer(value))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<ConfigValue, E> {
        Ok(ConfigValue::Integer(i64::try_from(value).unwrap_or(i64::MAX)))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<ConfigValue, E> {
        Ok(ConfigValue::Float(value))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<ConfigValue, E> {
        Ok(ConfigValue::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<ConfigValue, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(ConfigValue::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<ConfigValue, A::Error> {
        let mut entries: Vec<(String, ConfigValue)> = Vec::new();
        while let Some((key, value)) = map.next_entry::<ConfigValue, ConfigValue>()? {
            let key = key.scalar_text().unwrap_or_default();
            if key == "<<" {
                // A merge key gives way to keys of its own mapping, wherever they stand.
                entries.splice(0..0, value.entries().iter().cloned());
                continue;
            }
            entries.push((key, value));
        }
        Ok(ConfigValue::Mapping(entries))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<ConfigValue, A::Error> {
        // A tag says nothing here: Jekyll's reader ignores the ones that it may meet.
        let (_tag, content) = tagged.variant::<String>()?;
        content.newtype_variant()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_two_equal_keys_counts() {
        let value: ConfigValue = serde_yaml::from_str("a: 1\nb: yes\na: 2\n").unwrap();
        assert_eq!(value.get("a"), Some(&ConfigValue::Integer(2)));
        assert_eq!(value.get("b"), Some(&ConfigValue::Text("yes".to_owned())));
        assert_eq!(value.get("b").and_then(ConfigValue::truth), Some(true));
    }

    #[test]
    fn merge_keys_fill_in() {
        let value: ConfigValue = serde_yaml::from_str("x: &x {a: 1, b: 2}\ny:\n  b: 3\n  <<: *x\n").unwrap();
        assert_eq!(value.get("y").unwrap().get("b"), Some(&ConfigValue::Integer(3)));
        assert_eq!(value.get("y").unwrap().get("a"), Some(&ConfigValue::Integer(1)));
    }

    #[test]
    fn floats_are_spelt_as_ruby_spells_them() {
        let spelt = [750.0, 1e20, 1.5, 1e16, 0.0001, 0.000_01, 1e15, -0.0].map(ruby_float);
        assert_eq!(spelt, ["750.0", "1.0e+20", "1.5", "1.0e+16", "0.0001", "1.0e-05", "1000000000000000.0", "-0.0"]);
    }
}
