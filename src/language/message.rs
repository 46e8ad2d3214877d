//! Sentences that are not said yet.

use std::fmt;

use super::Language;
use super::catalogue;

/// A sentence or a part of one: a template and what is put in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    template: &'static str,
    arguments: Vec<(&'static str, Argument)>,
}

/// What is put in a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argument {
    /// What is the same in every language: a path, a number, words of the archive.
    Text(String),
    /// A part of the sentence.
    Message(Message),
}

impl<T: fmt::Display> From<T> for Argument {
    fn from(shown: T) -> Self {
        Self::Text(shown.to_string())
    }
}

impl From<Message> for Argument {
    fn from(message: Message) -> Self {
        Self::Message(message)
    }
}

impl Message {
    /// A sentence; [`say!`] makes it, and sees to it that template and arguments agree.
    pub(crate) fn new(template: &'static str, arguments: Vec<(&'static str, Argument)>) -> Self {
        Self { template, arguments }
    }

    /// A text without placeholders that was written down with `mark!` elsewhere.
    pub fn marked(text: &'static str) -> Self {
        Self { template: text, arguments: Vec::new() }
    }

    /// Words of others, which are the same in every language.
    pub(crate) fn text(words: impl fmt::Display) -> Self {
        Self { template: "{words}", arguments: vec![("words", words.into())] }
    }

    /// Nothing, for a part of a sentence that is not always there.
    pub(crate) fn nothing() -> Self {
        Self { template: "", arguments: Vec::new() }
    }

    /// The sentence in English, in which errors show themselves to programs.
    pub fn english(&self) -> String {
        self.in_language(Language::English)
    }

    /// The sentence in a language; in English where the catalogue lacks it.
    pub fn in_language(&self, language: Language) -> String {
        let template = match language {
            Language::English => self.template,
            Language::Chinese => catalogue::chinese(self.template).unwrap_or(self.template),
        };
        let mut said = String::with_capacity(template.len() + 32);
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            said.push_str(before);
            let argument = after.split_once('}').and_then(|(name, after)| {
                let (_, argument) = self.arguments.iter().find(|(known, _)| *known == name)?;
                Some((argument, after))
            });
            rest = match argument {
                Some((Argument::Text(text), after)) => {
                    said.push_str(text);
                    after
                }
                Some((Argument::Message(message), after)) => {
                    said.push_str(&message.in_language(language));
                    after
                }
                None => {
                    said.push('{');
                    after
                }
            };
        }
        said + rest
    }
}

/// A sentence that is not said yet: `say!("{path} has {count} lines", path, count = lines.len())`.
///
/// A placeholder is a name in braces; other braces stand for themselves. That placeholders and arguments agree is held
/// by the compiler, that the catalogue has the template by a test.
macro_rules! say {
    (@argument $name:ident) => { $crate::language::Argument::from($name) };
    (@argument $name:ident $value:expr) => { $crate::language::Argument::from($value) };
    ($template:literal $(, $name:ident $(= $value:expr)?)* $(,)?) => {{
        const _: () = $crate::language::assert_placeholders($template, &[$(stringify!($name)),*]);
        $crate::language::Message::new(
            $template,
            vec![$((stringify!($name), $crate::language::say!(@argument $name $($value)?))),*],
        )
    }};
}
pub(crate) use say;

/// A text that is said elsewhere, by [`Message::marked`]; the catalogue has it because it is marked here.
macro_rules! mark {
    ($text:literal) => {{
        const _: () = $crate::language::assert_placeholders($text, &[]);
        $text
    }};
}
pub(crate) use mark;

/// Fails to compile where a template has a placeholder without an argument, or an argument no placeholder.
pub(crate) const fn assert_placeholders(template: &str, names: &[&str]) {
    let text = template.as_bytes();
    let mut used = 0_u64;
    let mut at = 0;
    while at < text.len() {
        let end = placeholder_end(text, at);
        if end > 0 {
            let index = index_of(text, (at + 1, end), names);
            assert!(index < names.len(), "a placeholder of the template has no argument");
            used |= 1 << index;
            at = end;
        }
        at += 1;
    }
    assert!(used.count_ones() as usize == names.len(), "an argument has no placeholder in the template");
}

/// Where the placeholder ends that begins at an offset, at its closing brace; 0 if none begins there.
#[expect(clippy::indexing_slicing, reason = "it runs in the compiler")]
const fn placeholder_end(text: &[u8], at: usize) -> usize {
    if text[at] != b'{' {
        return 0;
    }
    let mut end = at + 1;
    while end < text.len() && (text[end].is_ascii_lowercase() || text[end] == b'_') {
        end += 1;
    }
    if end > at + 1 && end < text.len() && text[end] == b'}' { end } else { 0 }
}

/// The place of a name among others; their number if it is none of them.
#[expect(clippy::indexing_slicing, reason = "it runs in the compiler")]
const fn index_of(text: &[u8], (start, end): (usize, usize), names: &[&str]) -> usize {
    let mut index = 0;
    while index < names.len() {
        let name = names[index].as_bytes();
        let mut same = 0;
        while same < name.len() && start + same < end && name[same] == text[start + same] {
            same += 1;
        }
        if same == name.len() && start + same == end {
            return index;
        }
        index += 1;
    }
    index
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_in_is_never_read_as_a_template() {
        let path = "{count}{{x}}";
        let message =
            Message::new("`{path}`: {count} {{ {% {other} }", vec![("path", path.into()), ("count", 2.into())]);
        assert_eq!(message.in_language(Language::English), "`{count}{{x}}`: 2 {{ {% {other} }");
    }

    #[test]
    fn a_part_of_a_sentence_is_said_in_its_language() {
        let part = Message::marked("is empty");
        let message = Message::new(
            "`date` {reason}: {consequence}{unread}",
            vec![("reason", part.into()), ("consequence", "x".into()), ("unread", Message::nothing().into())],
        );
        assert_eq!(message.in_language(Language::English), "`date` is empty: x");
        assert_eq!(message.in_language(Language::Chinese), "`date` 为空：x");
    }

    #[test]
    fn a_sentence_that_the_catalogue_lacks_is_english() {
        assert_eq!(Message::marked("no such sentence").in_language(Language::Chinese), "no such sentence");
    }

    #[test]
    #[should_panic(expected = "a placeholder of the template has no argument")]
    fn a_placeholder_without_an_argument_is_refused() {
        assert_placeholders("{a} {b_c}", &["a"]);
    }

    #[test]
    #[should_panic(expected = "an argument has no placeholder")]
    fn an_argument_without_a_placeholder_is_refused() {
        assert_placeholders("{a} {b c}", &["a", "b"]);
    }

    #[test]
    fn braces_that_hold_no_name_are_text() {
        assert_placeholders("{{ x }} {% y %} {} {A} {a b} {", &[]);
        assert_placeholders("{a}{a}", &["a"]);
    }
}
