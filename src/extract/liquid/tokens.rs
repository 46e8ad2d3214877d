//! Cuts a text as Liquid's tokeniser does: `{% … %}`, `{{ … }}`, and what lies between them.
//!
//! An output ends at the first `}`, whether or not a second follows; a tag at the first `%}`.
//! One that never ends is a token of its two braces alone.

use std::ops::Range;

use memchr::{memchr, memmem};

/// What begins with `{{` or `{%`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// The whole token.
    pub(super) range: Range<usize>,
    /// Whether it begins with `{%`.
    pub(super) is_tag: bool,
}

/// The tokens of a part of a text.
pub(super) struct Tokens<'t> {
    text: &'t str,
    at: usize,
    has_brace: bool,
    has_tag_end: bool,
}

impl<'t> Tokens<'t> {
    /// The tokens of `text` from `at` on.
    pub(super) fn new(text: &'t str, at: usize) -> Self {
        Self { text, at, has_brace: true, has_tag_end: true }
    }

    fn rest(&self, from: usize) -> &'t [u8] {
        self.text.as_bytes().get(from..).unwrap_or_default()
    }

    fn end(&mut self, start: usize, is_tag: bool) -> usize {
        let inside = start + 2;
        if is_tag {
            let length = self.has_tag_end.then(|| memmem::find(self.rest(inside), b"%}")).flatten();
            self.has_tag_end = length.is_some();
            return length.map_or(inside, |length| inside + length + 2);
        }
        let length = self.has_brace.then(|| memchr(b'}', self.rest(inside))).flatten();
        self.has_brace = length.is_some();
        let Some(length) = length else { return inside };
        let end = inside + length + 1;
        if self.text.as_bytes().get(end) == Some(&b'}') { end + 1 } else { end }
    }
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        loop {
            let start = self.at + memchr(b'{', self.rest(self.at))?;
            let is_tag = match self.text.as_bytes().get(start + 1) {
                Some(b'%') => true,
                Some(b'{') => false,
                _ => {
                    self.at = start + 1;
                    continue;
                }
            };
            let end = self.end(start, is_tag);
            self.at = end;
            return Some(Token { range: start..end, is_tag });
        }
    }
}

/// A tag's name and what follows it, without the braces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tag {
    /// The name.
    pub(super) name: Range<usize>,
    /// What follows it, up to the `-` or `%` of the end.
    pub(super) markup: Range<usize>,
}

impl Tag {
    /// Reads a token that begins with `{%`; `None` if Liquid cannot.
    pub(super) fn read(text: &str, token: &Range<usize>) -> Option<Self> {
        let inside = text.get(token.clone())?.strip_prefix("{%")?.strip_suffix("%}")?;
        let name_text = inside.strip_prefix('-').unwrap_or(inside).trim_start_matches(is_space);
        let start = token.start + 2 + (inside.len() - name_text.len());
        let length = name_text.bytes().take_while(|&byte| is_word(byte)).count();
        let behind = name_text.get(length..).filter(|_| length > 0)?;
        let markup = behind.trim_start_matches(is_space);
        let from = start + length + (behind.len() - markup.len());
        let markup = markup.strip_suffix('-').unwrap_or(markup);
        Some(Self { name: start..start + length, markup: from..from + markup.len() })
    }
}

/// The `{% endraw %}` at the end of a token, which may begin with anything: the name's tag, and where it begins.
pub(super) fn is_end_of_raw(text: &str, token: &Range<usize>) -> Option<usize> {
    let written = text.get(token.clone())?.strip_suffix("%}")?;
    // Liquid looks for the last `{%` with a word behind it.
    memmem::rfind_iter(written.as_bytes(), b"{%").find_map(|start| {
        // Unlike other tags this one takes no `-` behind its `{%`.
        let name = written.get(start + 2..)?.trim_start_matches(is_space);
        let length = name.bytes().take_while(|&byte| is_word(byte)).count();
        (length > 0).then(|| (name.get(..length) == Some("endraw")).then_some(token.start + start))
    })?
}

/// Ruby's `\s`.
pub(super) fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t'..='\r')
}

/// Ruby's `\w`.
pub(super) fn is_word(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric()
}
