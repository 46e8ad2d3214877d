//! What serde and libyaml say of settings that cannot be read, taken apart so that it can be said in every language.
//!
//! Both hand on nothing but English text. It is only taken apart where all of it is known; what is not is quoted as a whole.

use super::error::ConfigErrorKind;
use crate::language::{Argument, Message, say};
use crate::rules::yaml_complaint;

/// What is wrong, of words that are known from the first to the last.
pub(super) fn taken_apart(words: &str) -> Option<ConfigErrorKind> {
    if let Some(why) = not_yaml(words) {
        return Some(ConfigErrorKind::Unusable { key: String::new(), why });
    }
    let words = without_place(words).0;
    // The path of keys stands before it, and what a key or a value holds may look like anything.
    let starts = std::iter::once(0).chain(words.match_indices(": ").map(|(at, between)| at + between.len()));
    starts.filter_map(|at| words.split_at_checked(at)).find_map(|(path, what)| {
        let key = path.trim_end_matches(": ").to_owned();
        Some(ConfigErrorKind::Unusable { key, why: of_value(what)? })
    })
}

/// What serde says of a value.
fn of_value(words: &str) -> Option<Message> {
    if let Some(rest) = words.strip_prefix("unknown variant `") {
        let (value, known) = rest.rsplit_once("`, expected ")?;
        return Some(misspelt(value, &names(known)?));
    }
    let pair = |rest: &str| {
        let (found, wanted) = rest.rsplit_once(", expected ")?;
        if wanted == "any value" && found.ends_with("128") {
            return Some(say!("{found} is too large", found = found_as(found)?));
        }
        Some(say!("{wanted} is expected here, and not {found}", wanted = wanted_by(wanted)?, found = found_as(found)?))
    };
    if let Some(rest) = words.strip_prefix("invalid type: ").or_else(|| words.strip_prefix("invalid value: ")) {
        return pair(rest);
    }
    if let Some(rest) = words.strip_prefix("data did not match any variant of untagged enum ") {
        let wanted = match rest {
            "OneOrMany" => say!("a text, or a list of texts,"),
            "Spelling" => say!("a length of time, such as 500ms, 10s, 5m or 1h,"),
            _ => return None,
        };
        return Some(say!("{wanted} is expected here", wanted));
    }
    let name = |head: &str| words.strip_prefix(head)?.strip_suffix('`').filter(|name| !name.contains('`'));
    if let Some(key) = name("missing field `") {
        return Some(say!("`{key}` is missing", key));
    }
    name("duplicate field `").map(|key| say!("`{key}` is given twice", key))
}

fn misspelt(value: &str, known: &[&str]) -> Message {
    let list = known.join(", ");
    if let Some(near) = nearest(value, known.iter().copied()) {
        say!("`{value}` cannot stand here: write one of {list}; did you mean `{near}`?", value, list, near)
    } else {
        say!("`{value}` cannot stand here: write one of {list}", value, list)
    }
}

/// The known word that is like another one, if any is.
pub(super) fn nearest<'k>(word: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    let scored = known.map(|name| (strsim::jaro_winkler(name, word), name)).filter(|(likeness, _)| *likeness > 0.75);
    scored.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, name)| name)
}

/// The names of a list as serde writes it: one in backticks, two with an "or", "one of" more.
fn names(list: &str) -> Option<Vec<&str>> {
    let list = list.strip_prefix("one of ").unwrap_or(list);
    let names = list.split([',', ' ']).filter(|word| !word.is_empty() && *word != "or");
    names.map(|name| name.strip_prefix('`')?.strip_suffix('`')).collect()
}

/// What stands in a setting's place.
fn found_as<'w>(words: &'w str) -> Option<Argument> {
    // What is wider than 64 bits is told with its width.
    let narrow =
        |words: &'w str| words.strip_suffix(" as u128").or_else(|| words.strip_suffix(" as i128")).unwrap_or(words);
    let quoted = |head: &str| narrow(words.strip_prefix(head)?).strip_suffix('`');
    Some(match words {
        "sequence" => say!("a list").into(),
        "map" => say!("a mapping").into(),
        "unit value" => say!("nothing").into(),
        _ => {
            if let Some(value) = quoted("boolean `") {
                format!("`{value}`").into()
            } else if let Some(number) = quoted("integer `").or_else(|| quoted("floating point `")) {
                say!("the number {number}", number).into()
            } else {
                let text = words.strip_prefix("string ").filter(|text| text.len() > 1 && text.ends_with('"'))?;
                say!("the text {text}", text).into()
            }
        }
    })
}

/// What should stand in a setting's place.
fn wanted_by(words: &str) -> Option<Message> {
    Some(match words {
        "a boolean" => say!("true or false"),
        "a string" => say!("a text"),
        "path string" => say!("a path"),
        "a sequence" => say!("a list"),
        "u32" | "usize" => say!("a whole number from 0 on"),
        "a map" | "a YAML mapping" => say!("a mapping"),
        "a Value::Tagged enum" | "a YAML tag starting with '!'" => say!("a single word"),
        "field identifier" => say!("the name of a setting"),
        _ if words.strip_prefix("struct ").is_some_and(|name| name.bytes().all(|byte| byte.is_ascii_alphabetic())) => {
            say!("a mapping")
        }
        _ => return None,
    })
}

/// What libyaml says of text that is no YAML.
fn not_yaml(words: &str) -> Option<Message> {
    let (problem, context) = words.split_once(", while ").map_or((words, None), |(one, other)| (one, Some(other)));
    let problem = without_place(problem).0;
    let (context, begins) = context.map_or((None, None), |context| {
        let (context, line) = without_place(context);
        (Some(context), line)
    });
    let said = context.map_or_else(|| problem.to_owned(), |context| format!("{problem} while {context}"));
    let Argument::Message(what) = yaml_complaint(&said) else { return None };
    Some(match begins {
        Some(line) => say!("{what}; it begins in line {line}", what, line),
        None => what,
    })
}

/// Words without the place at their end, ` at line 3 column 7`, and its line.
fn without_place(words: &str) -> (&str, Option<&str>) {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let place = words.rsplit_once(" at line ").and_then(|(before, place)| {
        let (line, column) = place.split_once(" column ")?;
        (is_number(line) && is_number(column)).then_some((before, Some(line)))
    });
    place.unwrap_or((words, None))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::{keys, parse};
    use super::*;
    use crate::language::Language;

    /// Values of every kind.
    const VALUES: [&str; 24] = [
        "null",
        "true",
        "1",
        "-1",
        "1.5",
        "1e400",
        ".nan",
        "x",
        "''",
        "'`'",
        "', expected `x`'",
        "[]",
        "[1]",
        "[x]",
        "[null]",
        "[[x]]",
        "{}",
        "{x: 1}",
        "{x: y}",
        "[{}]",
        "[{x: 1}]",
        "[{host: [1]}]",
        "[{host: a, pace: [1]}]",
        "99999999999999999999",
    ];

    /// Every setting, and every group of them, in place of which one stands.
    fn places() -> Vec<String> {
        let mut places: Vec<String> = keys().into_iter().collect();
        for key in places.clone() {
            let above = key.match_indices('.').filter_map(|(at, _)| key.get(..at)).map(str::to_owned);
            places.extend(above);
        }
        places.sort_unstable();
        places.dedup();
        places
    }

    fn with(key: &str, value: &str) -> String {
        let lines = key.split('.').enumerate().map(|(depth, part)| format!("{}{part}:", " ".repeat(depth)));
        format!("{} {value}\n", lines.collect::<Vec<_>>().join("\n"))
    }

    /// What is wrong with settings, said in Chinese.
    fn chinese(text: &str) -> Option<String> {
        let error = parse(Path::new("p.yml"), text).err()?;
        Some(error.message().in_language(Language::Chinese))
    }

    /// Whether words of English stand in it that are no names or values of settings.
    fn has_english(told: &str) -> bool {
        let words = told.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '`' | '_' | '-' | '"'));
        let mut words = words.map(|word| word.trim_matches('"'));
        let prose =
            ["expected", "invalid", "type", "value", "unknown", "variant", "missing", "field", "struct", "did", "not"];
        words.any(|word| prose.contains(&word))
    }

    #[test]
    fn whatever_stands_where_is_told_in_chinese() {
        let (mut told, mut refused) = (0, 0);
        for (key, value) in places().iter().flat_map(|key| VALUES.iter().map(move |value| (key, value))) {
            let Some(said) = chinese(&with(key, value)) else { continue };
            refused += 1;
            // What stands there is quoted.
            let prose = said.replace(", expected `x`", "").replace("expected_", "");
            assert!(prose.starts_with("p.yml:") && !has_english(&prose), "{key}: {value}: {said}");
            told += usize::from(said.contains("此处应为"));
        }
        assert!(refused > 900 && told > 500, "{refused} {told}");
    }

    #[test]
    fn both_languages_say_what_to_write() {
        let english = |text: &str| parse(Path::new("p.yml"), text).unwrap_err().to_string();
        for (text, in_english, in_chinese) in [
            (
                "fetch:\n  judge: al\n",
                "p.yml:2: fetch.judge: `al` cannot stand here: write one of source-links, all, none; did you mean `all`?",
                "p.yml:2：fetch.judge：此处不能写 `al`：请写以下之一：source-links, all, none；是否想写 `all`？",
            ),
            (
                "rules: {severity: {FM009: deadly}}",
                "p.yml:1: rules.severity.FM009: `deadly` cannot stand here: write one of off, info, warning, error",
                "p.yml:1：rules.severity.FM009：此处不能写 `deadly`：请写以下之一：off, info, warning, error",
            ),
            (
                "fetch: {concurrency: many}",
                "p.yml:1: fetch.concurrency: a whole number from 0 on is expected here, and not the text \"many\"",
                "p.yml:1：fetch.concurrency：此处应为从 0 开始的整数，而不是文本 \"many\"",
            ),
            (
                "navigation: [{text: a}]",
                "p.yml:1: navigation[0]: `target` is missing",
                "p.yml:1：navigation[0]：缺少 `target`",
            ),
            ("fetch: {pace: 1s, pace: 2s}", "p.yml:1: fetch: `pace` is given twice", "p.yml:1：fetch：`pace` 写了两次"),
            (
                "source_link: {a: b}",
                "p.yml:1: a text, or a list of texts, is expected here",
                "p.yml:1：此处应为一个文本或文本的列表",
            ),
            (
                "fetch: {pace: 1s",
                "p.yml:2: did not find expected ',' or '}' while parsing a flow mapping; it begins in line 1",
                "p.yml:2：解析流式映射时未找到应有的逗号或右花括号；它从第 1 行开始",
            ),
            ("[1]", "p.yml:1: a mapping is expected here, and not a list", "p.yml:1：此处应为映射，而不是列表"),
        ] {
            assert_eq!(english(text), in_english, "{text}");
            assert_eq!(chinese(text).unwrap(), in_chinese, "{text}");
        }
    }

    #[test]
    fn what_is_not_known_to_its_end_is_quoted_as_a_whole() {
        for words in [
            "",
            "invalid type: ",
            "invalid type: sequence, expected something new",
            "invalid type: a new kind, expected a string",
            "unknown variant `x`, expected nothing",
            "unknown variant `x",
            "missing field `a` or `b`",
            "data did not match any variant of untagged enum Other",
            "did not find expected key while doing something new",
            "recursion limit exceeded at line 3 column 5",
        ] {
            assert!(taken_apart(words).is_none(), "{words}");
        }
    }

    #[test]
    fn what_a_key_holds_may_look_like_anything() {
        let text = "rules: {severity: {'invalid type: x': {a: b}, 'a: missing field `x`': off}}";
        let told = chinese(text).unwrap();
        assert!(told.starts_with("p.yml:1：rules.severity.invalid type: x：此处应为"), "{told}");
    }
}
