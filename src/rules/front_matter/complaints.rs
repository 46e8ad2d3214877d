//! What libyaml says of the mistakes that posts have, and what is said of front matter that was not read: the words
//! that are known in every language. Others are quoted as they are.

use crate::language::{Argument, Message, mark, say};

const PROBLEMS: &[&str] = &[
    mark!("block mapping entries are not allowed in this context"),
    mark!("block sequence entries are not allowed in this context"),
    mark!("control characters are not allowed"),
    mark!("could not find expected ':'"),
    mark!("did not find expected '-' indicator"),
    mark!("did not find expected ',' or ']'"),
    mark!("did not find expected ',' or '}'"),
    mark!("did not find expected <document start>"),
    mark!("did not find expected alphabetic or numeric character"),
    mark!("did not find expected comment or line break"),
    mark!("did not find expected hexdecimal number"),
    mark!("did not find expected key"),
    mark!("did not find expected node content"),
    mark!("did not find expected whitespace or line break"),
    mark!("found a tab character that violates indentation"),
    mark!("found a tab character where an indentation space is expected"),
    mark!("found an indentation indicator equal to 0"),
    mark!("found character that cannot start any token"),
    mark!("found invalid Unicode character escape code"),
    mark!("found undefined tag handle"),
    mark!("found unexpected document indicator"),
    mark!("found unexpected end of stream"),
    mark!("found unknown escape character"),
    mark!("found unknown directive name"),
    mark!("lists and mappings more than 64 deep"),
    mark!("mapping keys are not allowed in this context"),
    mark!("mapping values are not allowed in this context"),
    mark!("more than 100 aliases"),
    mark!("more than 64 KiB"),
];

const CONTEXTS: &[&str] = &[
    mark!("while parsing a block collection"),
    mark!("while parsing a block mapping"),
    mark!("while parsing a block node"),
    mark!("while parsing a flow mapping"),
    mark!("while parsing a flow node"),
    mark!("while parsing a flow sequence"),
    mark!("while parsing a node"),
    mark!("while parsing a quoted scalar"),
    mark!("while parsing a tag"),
    mark!("while scanning a block scalar"),
    mark!("while scanning a directive"),
    mark!("while scanning a plain scalar"),
    mark!("while scanning a quoted scalar"),
    mark!("while scanning a simple key"),
    mark!("while scanning a tag"),
    mark!("while scanning an alias"),
    mark!("while scanning an anchor"),
    mark!("while scanning for the next token"),
];

/// The words of a complaint, in whatever language they are read.
pub(crate) fn complaint(words: &str) -> Argument {
    let Some((problem, rest)) = PROBLEMS.iter().find_map(|problem| Some((*problem, words.strip_prefix(problem)?)))
    else {
        return words.into();
    };
    let problem = Message::marked(problem);
    if rest.is_empty() {
        return problem.into();
    }
    match CONTEXTS.iter().find(|context| rest.strip_prefix(' ') == Some(**context)) {
        Some(context) => say!("{problem} {context}", problem, context = Message::marked(context)).into(),
        None => words.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    fn said(words: &str, language: Language) -> String {
        say!("{words}", words = complaint(words)).in_language(language)
    }

    #[test]
    fn the_words_are_the_parsers_own_in_english() {
        for words in
            ["did not find expected key while parsing a block mapping", "more than 64 KiB", "x while parsing a tag"]
        {
            assert_eq!(said(words, Language::English), words);
        }
    }

    #[test]
    fn what_is_not_known_is_quoted() {
        assert_eq!(
            said("did not find expected key elsewhere", Language::Chinese),
            "did not find expected key elsewhere"
        );
        assert_eq!(
            said("did not find expected key while parsing a block mapping", Language::Chinese),
            "解析块映射时未找到应有的键"
        );
    }
}
