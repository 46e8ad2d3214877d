//! HTML tokens with exact places, as the WHATWG tokeniser cuts them.
//!
//! Only what decides links is kept: start tags with their attributes, end tags, text. Comments, declarations and the
//! text of elements that hold no markup are passed over. Nothing is decoded or copied here; every token is a range.
//! A tag that the input ends in is no token, as in a browser. One deliberate difference: `<![CDATA[ … ]]>` is passed
//! over as a whole, because what stands in it was never meant as markup.

use std::ops::Range;

use memchr::{memchr, memchr2, memmem};

/// What stands between the tags here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Text and markup.
    #[default]
    Data,
    /// The text of an element that holds no markup: up to the end tag of that name.
    Raw(&'static str),
    /// A comment.
    Comment,
    /// Everything is text to the end of the file.
    PlainText,
}

/// A piece of HTML.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// Text, with its character references as written.
    Text(Range<usize>),
    /// `<name …>`; its attributes are those of [`Tokens::attributes`] until the next token.
    Start { name: Range<usize>, span: Range<usize> },
    /// `</name>`.
    End { name: Range<usize>, span: Range<usize> },
}

/// An attribute of a start tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attribute {
    /// Its name, as written.
    pub(crate) name: Range<usize>,
    /// Its value without quotes; empty, at the end of the name, where there is none.
    pub(crate) value: Range<usize>,
}

/// Cuts a text into tokens.
#[derive(Debug)]
pub(crate) struct Tokens<'b> {
    text: &'b str,
    at: usize,
    mode: Mode,
    attributes: Vec<Attribute>,
    no_more_cdata_ends: bool,
}

enum Step {
    Token(Token),
    Passed,
}

/// The elements that hold text and no markup.
const RAW: [&str; 8] = ["script", "style", "textarea", "title", "iframe", "xmp", "noembed", "noframes"];

/// Bytes of the shortest of their names.
const SHORTEST_RAW: usize = 3;

impl<'b> Tokens<'b> {
    /// The tokens of `text`, which begins where another text ended in `mode`.
    pub(crate) fn resume(text: &'b str, mode: Mode) -> Self {
        Self { text, at: 0, mode, attributes: Vec::new(), no_more_cdata_ends: false }
    }

    /// What stands at the end of what was cut so far.
    pub(crate) fn mode(&self) -> Mode {
        self.mode
    }

    /// The attributes of the last start tag.
    pub(crate) fn attributes(&self) -> &[Attribute] {
        &self.attributes
    }

    /// Passes over text, and over `<p>` and `</p>`, of which an archive's posts are made: no link begins or ends there.
    pub(crate) fn pass_paragraphs(&mut self) {
        while self.mode == Mode::Data && self.at < self.text.len() {
            let Some(length) = memchr(b'<', self.rest(self.at)) else {
                self.at = self.text.len();
                return;
            };
            self.at += length;
            self.at += match self.rest(self.at) {
                [_, b'p', b'>', ..] => 3,
                [_, b'/', b'p', b'>', ..] => 4,
                _ => return,
            };
        }
    }

    /// The next token.
    pub(crate) fn next(&mut self) -> Option<Token> {
        loop {
            match self.mode {
                Mode::Data => {}
                Mode::Comment => self.pass_comment(self.at, self.at),
                Mode::Raw(name) => self.pass_raw_text(name),
                Mode::PlainText => self.at = self.text.len(),
            }
            let start = self.at;
            let rest = self.rest(start);
            if *rest.first()? != b'<' {
                self.at = start + memchr(b'<', rest).unwrap_or(rest.len());
                return Some(Token::Text(start..self.at));
            }
            if let Step::Token(token) = self.markup(start) {
                return Some(token);
            }
        }
    }

    fn rest(&self, from: usize) -> &'b [u8] {
        self.text.as_bytes().get(from..).unwrap_or_default()
    }

    fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// Cuts what begins with the `<` at `start`.
    fn markup(&mut self, start: usize) -> Step {
        match (self.byte(start + 1), self.byte(start + 2)) {
            (Some(letter), _) if letter.is_ascii_alphabetic() => self.tag(start, start + 1),
            (Some(b'/'), Some(letter)) if letter.is_ascii_alphabetic() => self.tag(start, start + 2),
            (Some(b'!'), _) => self.declaration(start),
            (Some(b'/'), Some(_)) | (Some(b'?'), _) => self.pass_bogus_comment(start + 2),
            _ => {
                self.at = start + 1;
                Step::Token(Token::Text(start..self.at))
            }
        }
    }

    fn declaration(&mut self, start: usize) -> Step {
        let rest = self.rest(start);
        if rest.starts_with(b"<!--") {
            self.pass_comment(start + 2, start + 4);
            return Step::Passed;
        }
        if rest.starts_with(b"<![CDATA[") && !self.no_more_cdata_ends {
            if let Some(length) = memmem::find(rest, b"]]>") {
                self.at = start + length + 3;
                return Step::Passed;
            }
            self.no_more_cdata_ends = true;
        }
        self.pass_bogus_comment(start + 2)
    }

    fn pass_bogus_comment(&mut self, from: usize) -> Step {
        self.at = memchr(b'>', self.rest(from)).map_or(self.text.len(), |length| from + length + 1);
        Step::Passed
    }

    /// Passes over a comment. `-->` may overlap the comment's opening dashes, `--!>` may not.
    fn pass_comment(&mut self, dashes_from: usize, bang_from: usize) {
        let mut from = bang_from;
        while let Some(length) = memchr(b'>', self.rest(from)) {
            let end = from + length;
            let text = self.text.as_bytes();
            let is_end = text.get(dashes_from..end).is_some_and(|before| before.ends_with(b"--"))
                || text.get(bang_from..end).is_some_and(|before| before.ends_with(b"--!"));
            from = end + 1;
            if is_end {
                (self.at, self.mode) = (from, Mode::Data);
                return;
            }
        }
        (self.at, self.mode) = (self.text.len(), Mode::Comment);
    }

    /// Passes over the text of an element that holds no markup, up to its end tag.
    fn pass_raw_text(&mut self, name: &'static str) {
        let mut escape = Escape::None;
        let mut at = self.at;
        while let Some(length) = memchr2(b'<', b'>', self.rest(at)) {
            let here = at + length;
            at = here + 1;
            if self.byte(here) == Some(b'>') {
                let from = match escape {
                    Escape::None => continue,
                    Escape::Single(from) | Escape::Double(from) => from,
                };
                if self.text.as_bytes().get(from..here).is_some_and(|before| before.ends_with(b"--")) {
                    escape = Escape::None;
                }
                continue;
            }
            let is_end = self.byte(here + 1) == Some(b'/') && self.is_name_at(here + 2, name);
            match escape {
                Escape::None | Escape::Single(_) if is_end => {
                    (self.at, self.mode) = (here, Mode::Data);
                    return;
                }
                Escape::Double(from) if is_end => escape = Escape::Single(from),
                Escape::None if name == "script" && self.rest(here).starts_with(b"<!--") => {
                    escape = Escape::Single(here + 2);
                }
                Escape::Single(from) if self.is_name_at(here + 1, name) => escape = Escape::Double(from),
                _ => {}
            }
        }
        self.at = self.text.len();
    }

    /// Whether a tag's name, and no longer one, stands at `at`.
    fn is_name_at(&self, at: usize, name: &str) -> bool {
        let rest = self.rest(at);
        let same = rest.get(..name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()));
        same && rest.get(name.len()).is_some_and(|&byte| is_space(byte) || matches!(byte, b'/' | b'>'))
    }

    /// Cuts the tag whose name begins at `name_start`.
    fn tag(&mut self, start: usize, name_start: usize) -> Step {
        let length = self.rest(name_start).iter().position(|&byte| is_space(byte) || matches!(byte, b'/' | b'>'));
        let name_end = name_start + length.unwrap_or(self.text.len());
        self.attributes.clear();
        let Some(end) = self.cut_attributes(name_end) else {
            self.at = self.text.len();
            return Step::Passed;
        };
        self.at = end;
        let (name, span) = (name_start..name_end, start..end);
        if name_start == start + 2 {
            return Step::Token(Token::End { name, span });
        }
        let written = self.text.get(name.clone()).unwrap_or_default();
        // Most tags are `<p>`, `<a>` and such, whose names are shorter than any of these.
        if written.len() >= SHORTEST_RAW {
            if let Some(raw) = RAW.iter().find(|raw| raw.eq_ignore_ascii_case(written)) {
                self.mode = Mode::Raw(raw);
            } else if written.eq_ignore_ascii_case("plaintext") {
                self.mode = Mode::PlainText;
            }
        }
        Step::Token(Token::Start { name, span })
    }

    /// Cuts the attributes from behind a tag's name and gives the offset behind its `>`.
    fn cut_attributes(&mut self, from: usize) -> Option<usize> {
        let mut at = from;
        loop {
            let first = self.byte(at)?;
            if first == b'>' {
                return Some(at + 1);
            }
            if is_space(first) || first == b'/' {
                at += 1;
                continue;
            }
            // A `=` in the first place belongs to the name.
            let ends = |&byte: &u8| is_space(byte) || matches!(byte, b'/' | b'>' | b'=');
            let length = self.rest(at + 1).iter().position(ends)?;
            let name = at..at + 1 + length;
            let behind = self.behind_space(name.end)?;
            let value = match self.byte(behind) {
                Some(b'=') => self.value(self.behind_space(behind + 1)?)?,
                _ => (name.end..name.end, name.end),
            };
            at = value.1;
            self.attributes.push(Attribute { name, value: value.0 });
        }
    }

    /// The value that begins at `at`, and where the tag goes on.
    fn value(&self, at: usize) -> Option<(Range<usize>, usize)> {
        match self.byte(at)? {
            quote @ (b'"' | b'\'') => {
                let end = at + 1 + memchr(quote, self.rest(at + 1))?;
                Some((at + 1..end, end + 1))
            }
            b'>' => Some((at..at, at)),
            _ => {
                let end = at + self.rest(at).iter().position(|&byte| is_space(byte) || byte == b'>')?;
                Some((at..end, end))
            }
        }
    }

    fn behind_space(&self, at: usize) -> Option<usize> {
        Some(at + self.rest(at).iter().position(|&byte| !is_space(byte))?)
    }
}

/// How deep in the comments that old scripts hide in.
#[derive(Clone, Copy)]
enum Escape {
    None,
    Single(usize),
    Double(usize),
}

/// White space as HTML's grammar means it.
pub(crate) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0C)
}
