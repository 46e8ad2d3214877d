//! The tags of Liquid 4 and Jekyll, and what they refuse behind their name.

use std::sync::LazyLock;

use regex::Regex;

use super::tokens::{is_space, is_word};

/// What a tag is to the tags around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// It stands alone.
    Single,
    /// It goes on to its `end…` tag.
    Block,
    /// Nobody knows it, or it belongs inside a block.
    Unknown,
}

const BLOCKS: [&str; 9] = ["if", "unless", "case", "for", "tablerow", "capture", "comment", "ifchanged", "highlight"];

const SINGLE: [&str; 16] = [
    "assign",
    "break",
    "continue",
    "cycle",
    "decrement",
    "increment",
    "include",
    "include_relative",
    "include_cached",
    "link",
    "post_url",
    "seo",
    "feed_meta",
    "gist",
    "avatar",
    "github_edit_link",
];

/// The role of a name. `raw` is a block too, and is read before anybody asks here.
pub(super) fn role(name: &str, added: &[String]) -> Role {
    if BLOCKS.contains(&name) {
        Role::Block
    } else if SINGLE.contains(&name) || added.iter().any(|tag| tag == name) {
        Role::Single
    } else {
        Role::Unknown
    }
}

/// Whether a name that is no tag of its own belongs directly into a block.
pub(super) fn belongs_into(block: &str, name: &str) -> bool {
    match block {
        "if" | "unless" => matches!(name, "elsif" | "else"),
        "case" => matches!(name, "when" | "else"),
        "for" => name == "else",
        _ => false,
    }
}

/// Whether Liquid, lenient as Jekyll runs it, accepts what follows a tag's name.
pub(super) fn accepts(block: &str, name: &str, markup: &str) -> bool {
    match name {
        "if" | "unless" | "elsif" => has_fragment(markup) && !has_loose_operator(markup),
        "case" => has_fragment(markup),
        "when" => when_accepts(markup),
        "else" => block != "case" || markup.trim_matches(is_space).is_empty(),
        "for" => for_accepts(markup),
        "tablerow" => is_match(&TABLEROW, markup),
        "assign" => is_match(&ASSIGN, markup),
        "capture" => markup.bytes().any(|byte| is_word(byte) || matches!(byte, b'-' | b'.' | b'[' | b']')),
        "cycle" => fragment_length(markup) > 0,
        "raw" => markup.trim_matches(is_space).is_empty(),
        "highlight" => is_match(&HIGHLIGHT, markup.trim_matches(is_space)),
        "include" | "include_relative" | "include_cached" => include_accepts(markup),
        "post_url" => is_match(&POST_NAME, markup.trim_matches(is_space).trim_start_matches('/')),
        "link" => !markup.trim_matches(is_space).is_empty(),
        _ => true,
    }
}

macro_rules! pattern {
    ($name:ident, $pattern:literal) => {
        static $name: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new($pattern).ok());
    };
}

pattern!(TABLEROW, r#"[0-9A-Za-z_]+[ \t-\r]+in[ \t-\r]+(?:[^ \t-\r,|'"]|"[^"]*"|'[^']*')"#);
pattern!(ASSIGN, r"[0-9A-Za-z_\-.\[\]]\)?[ \t-\r]*=");
pattern!(
    HIGHLIGHT,
    r#"(?m)^[a-zA-Z0-9.+#_-]+(?:[ \t-\r]+[0-9A-Za-z_]+(?:=(?:[0-9A-Za-z_]+|"(?:[0-9]+[ \t-\r])*[0-9]+"))?)*$"#
);
pattern!(POST_NAME, r"(?m)^(?:.+/)*[0-9]+-[0-9]+-[0-9]+-.*$");
pattern!(INCLUDED, r"(?m)^[0-9A-Za-z_/.\-()+~#@]+$");
pattern!(COMPUTED, r"(?s)[^{]*(?:\{\{[ \t-\r]*[0-9A-Za-z_\-.]+[ \t-\r]*(?:\|.*)?\}\}[^ \t-\r{}]*)+(.*)");
pattern!(
    PARAMETERS,
    r#"\A[ \t-\r]*(?:[0-9A-Za-z_-]+[ \t-\r]*=[ \t-\r]*(?:"[^"\\]*(?:\\.[^"\\]*)*"|'[^'\\]*(?:\\.[^'\\]*)*'|[0-9A-Za-z_.-]+)(?:[ \t-\r]+|\z))*\z"#
);

fn is_match(pattern: &LazyLock<Option<Regex>>, text: &str) -> bool {
    // A pattern that did not compile would refuse nothing; a test compiles them all.
    pattern.as_ref().is_none_or(|pattern| pattern.is_match(text))
}

/// The length of the "quoted fragment" that a text begins with: a quoted string, or a run without separators.
fn fragment_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    match bytes.first() {
        Some(&quote @ (b'"' | b'\'')) => {
            let rest = bytes.get(1..).unwrap_or_default();
            memchr::memchr(quote, rest).map_or(0, |length| length + 2)
        }
        _ => text.find(|c| is_space(c) || matches!(c, ',' | '|' | '\'' | '"')).unwrap_or(text.len()),
    }
}

fn has_fragment(markup: &str) -> bool {
    let is_separator = |c: char| is_space(c) || matches!(c, ',' | '|');
    if markup.contains(|c: char| !is_separator(c) && !matches!(c, '\'' | '"')) {
        return true;
    }
    let count = |quote: char| markup.chars().filter(|&c| c == quote).count();
    count('"') > 1 || count('\'') > 1
}

/// `and` or `or` with nothing on one side.
fn has_loose_operator(markup: &str) -> bool {
    let is_operator = |word: Option<&str>| matches!(word, Some("and" | "or"));
    let mut words = markup.split(is_space).filter(|word| !word.is_empty());
    let first = words.next();
    let last = words.next_back();
    last.is_some() && (is_operator(first) || is_operator(last))
}

fn for_accepts(markup: &str) -> bool {
    let behind = |text: &str| text.trim_start_matches(is_space).len() < text.len();
    let name = markup.bytes().take_while(|&byte| is_word(byte) || byte == b'-').count();
    let Some(rest) = markup.get(name..).filter(|rest| name > 0 && behind(rest)) else { return false };
    let Some(rest) = rest.trim_start_matches(is_space).strip_prefix("in") else { return false };
    behind(rest) && fragment_length(rest.trim_start_matches(is_space)) > 0
}

fn when_accepts(markup: &str) -> bool {
    has_fragment(markup)
}

fn include_accepts(markup: &str) -> bool {
    let markup = markup.trim_matches(is_space);
    let variable = COMPUTED.as_ref().and_then(|pattern| pattern.captures(markup));
    if let Some(parameters) = variable.as_ref().and_then(|captures| captures.get(1)) {
        return is_match(&PARAMETERS, parameters.as_str());
    }
    let (file, parameters) = markup.split_once(is_space).unwrap_or((markup, ""));
    let is_sequence = |pair: &[u8]| pair.iter().all(|byte| matches!(byte, b'.' | b'/'));
    is_match(&INCLUDED, file) && !file.as_bytes().windows(2).any(is_sequence) && is_match(&PARAMETERS, parameters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        for pattern in [&TABLEROW, &ASSIGN, &HIGHLIGHT, &POST_NAME, &INCLUDED, &COMPUTED, &PARAMETERS] {
            assert!(pattern.is_some());
        }
    }

    #[test]
    fn what_jekyll_refuses_behind_a_name_is_refused() {
        for (name, markup) in [
            ("if", " "),
            ("if", "a and"),
            ("for", "x"),
            ("for", "x in "),
            ("assign", "x"),
            ("include", ""),
            ("include", "../a.html"),
            ("include", "a.html b"),
            ("include", "中.html"),
            ("post_url", "a"),
            ("highlight", ""),
            ("link", " "),
            ("cycle", ""),
        ] {
            assert!(!accepts("", name, markup), "{name} {markup}");
        }
    }

    #[test]
    fn what_jekyll_accepts_behind_a_name_is_accepted() {
        for (name, markup) in [
            ("if", "a == 'b' and c"),
            ("for", "post in site.posts limit:3"),
            ("assign", "x = 'y' | upcase"),
            ("include", "a/b.html x='1' y=\"2\" z=page.t"),
            ("include", "{{ page.x }}"),
            ("post_url", "/a/2020-01-02-b"),
            ("highlight", "ruby linenos mark=\"1 2\""),
            ("link", "_posts/a.md"),
            ("seo", "whatever"),
        ] {
            assert!(accepts("", name, markup), "{name} {markup}");
        }
    }
}
