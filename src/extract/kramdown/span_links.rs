//! Links, images, addresses in angle brackets and marks of footnotes.

use super::attributes::Given;
use super::characters::{
    byte_at, bytes_from, char_at, is_alnum, is_space, name_end, part, skip_space, starts_with, trimmed, within_reach,
};
use super::definitions::normalized;
use super::events::{Event, Inline};
use super::spans::{Around, Frame, Last, Mode, Spans, Stop};
use super::tree::Id;

/// How long the id of a reference may be; kramdown copies it for each bracket.
const REFERENCE: usize = 4096;

/// Where a link leads.
enum Target {
    /// An address that stands in the buffer.
    Here(usize, usize),
    /// A definition, by its id.
    Defined(String),
}

/// The attributes that a definition gives to its links, and where they are kept.
type Shared = (Vec<Given>, Option<Id>);

impl<'t> Spans<'_, 't> {
    /// `<http://…>` or `<name@host>`.
    pub(super) fn autolink(&mut self, frame: &mut Frame) -> bool {
        let text = self.text;
        let from = self.at + 1;
        let schemes = ["mailto:", "http:", "https:", "ftp:", "ftps:"];
        let scheme = schemes.into_iter().find(|scheme| starts_with(text, from, scheme));
        let to = match scheme {
            Some(scheme) => scheme_address(text, from + scheme.len()),
            None => None,
        };
        let Some((to, mail)) = to.map(|to| (to, false)).or_else(|| mail_address(text, from).map(|to| (to, true)))
        else {
            return false;
        };
        let index = self.open(Inline::Autolink(from, to, mail), self.at, to + 1);
        let hidden = if starts_with(text, from, "mailto:") { 7 } else { 0 };
        self.events.push(Event::Text(from + hidden, to));
        self.events.push(Event::Close);
        frame.last = Last::Element(Some(index));
        self.at = to + 1;
        true
    }

    /// `[^name]`.
    pub(super) fn footnote(&mut self, frame: &mut Frame) -> bool {
        if !starts_with(self.text, self.at, "[^") {
            return false;
        }
        let Some(stop) = name_end(self.text, self.at + 2).filter(|stop| byte_at(self.text, *stop) == b']') else {
            return false;
        };
        let (from, end) = (self.at + 2, stop + 1);
        if self.parser.footnotes.contains_key(part(self.text, from, stop)) {
            self.events.push(Event::Footnote(from, stop));
            frame.last = Last::Element(None);
            self.at = end;
        } else {
            self.take_text(frame, end - self.at);
        }
        true
    }

    /// `[text](address)`, `[text][id]`, `[id]`, and the same with `!` before.
    pub(super) fn link(&mut self, frame: &mut Frame) -> bool {
        let image = byte_at(self.text, self.at) == b'!';
        let bracket = self.at + usize::from(image);
        let behind = byte_at(self.text, bracket + 1);
        if byte_at(self.text, bracket) != b'[' || behind == b'^' || bracket + 1 >= self.text.len() {
            return false;
        }
        let key = self.key(frame, if image { 6 } else { 5 });
        let length = if image { 2 } else { 1 };
        let fails =
            (!image && self.in_link) || self.is_spent() || self.has_failed(key) || !self.stands_behind(b']', bracket);
        if fails || !self.linked(frame, image, length) {
            if !fails {
                self.fails(key);
            }
            self.take_text(frame, length);
        }
        true
    }

    fn linked(&mut self, frame: &mut Frame, image: bool, length: usize) -> bool {
        let (start, kept) = (self.at, self.events.len());
        self.at += length;
        let inner = self.at;
        let index = self.open(Inline::Plain, start, start);
        let within = std::mem::replace(&mut self.in_link, true);
        let around = if image { Around::Image } else { Around::Link };
        let found = self.parse(&mut Frame::new(around), Stop::Bracket, Mode::All);
        self.in_link = within;
        let alternative = (inner, self.at);
        self.at += 1;
        let kind = if found {
            self.target(alternative).and_then(|target| self.kind(target, image, alternative))
        } else {
            None
        };
        let Some((kind, (given, definition))) = kind else {
            self.events.truncate(kept);
            self.at = start;
            return false;
        };
        if image {
            self.events.truncate(index + 1);
            frame.images += 1;
        }
        let end = self.at;
        if let Some(Event::Open(opened)) = self.events.get_mut(index) {
            opened.kind = kind;
            opened.given = given;
            opened.definition = definition;
            opened.range = (start, end);
        }
        self.events.push(Event::Close);
        frame.last = Last::Element(Some(index));
        true
    }

    /// The element of a link with a target, and the attributes that its definition gives to it.
    fn kind(&self, target: Target, image: bool, text: (usize, usize)) -> Option<(Inline<'t>, Shared)> {
        let definition = match target {
            Target::Here(from, to) if image => return Some((Inline::Image(from, to, text), Shared::default())),
            Target::Here(from, to) => return Some((Inline::Link(from, to), Shared::default())),
            Target::Defined(id) => self.parser.links.get(&id)?,
        };
        let mut shared = Shared::default();
        if let Some(attributes) = self.parser.tree.node(definition.place).and_then(|node| node.attributes.as_ref()) {
            attributes.resolve(&self.parser.lists, &mut shared.0);
            shared.0.retain(|given| !matches!(given.name.as_str(), "href" | "src"));
            shared.1 = Some(definition.place);
        }
        let slice = definition.destination.clone();
        Some((if image { Inline::ReferenceImage(slice, text) } else { Inline::Reference(slice) }, shared))
    }

    /// What stands behind the text of a link, whose place is behind its closing bracket.
    fn target(&mut self, alternative: (usize, usize)) -> Option<Target> {
        let text = self.text;
        let bracket = skip_space(text, self.at);
        let mut id = alternative;
        if byte_at(text, bracket) == b'['
            && let Some(length) = memchr::memchr(b']', within_reach(text, bracket + 1))
        {
            self.at = bracket + length + 2;
            if length > 0 {
                id = (bracket + 1, bracket + 1 + length);
            }
        } else if byte_at(text, self.at) == b'(' {
            return self.address();
        }
        if self.parser.links.is_empty() || id.1 - id.0 > REFERENCE {
            return None;
        }
        let written = part(text, id.0, id.1);
        Some(Target::Defined(normalized(&if id == alternative { unescaped(written) } else { written.to_owned() })))
    }

    /// An address in parentheses, with or without a title.
    fn address(&mut self) -> Option<Target> {
        let text = self.text;
        let open = self.at;
        if byte_at(text, open + 1) == b'<'
            && let Some(length) = memchr::memchr2(b'>', b'\n', within_reach(text, open + 2))
            && byte_at(text, open + 2 + length) == b'>'
        {
            let close = open + 2 + length;
            self.at = if byte_at(text, close + 1) == b')' { close + 2 } else { title_end(text, close + 1)? };
            return Some(Target::Here(open + 2, close));
        }
        let (stop, behind, balanced) = address_end(text, open);
        self.count(if balanced { 0 } else { text.len() - open });
        self.count(behind - open);
        self.at = if balanced { behind } else { title_end(text, behind)? };
        let (from, to) = trimmed(text, (open + 1).min(stop), stop);
        Some(Target::Here(from, to))
    }
}

/// The end of an address whose parentheses are balanced, or that is followed by a quotation mark:
/// where it ends, the offset behind what ended it, and whether that was its last parenthesis.
fn address_end(text: &str, open: usize) -> (usize, usize, bool) {
    let mut depth = 0_usize;
    let mut last = open;
    for (offset, byte) in bytes_from(text, open).iter().enumerate() {
        let at = open + offset;
        match byte {
            b'(' => depth += 1,
            b')' => depth -= 1,
            byte if is_space(*byte) && matches!(byte_at(text, at + 1), b'"' | b'\'') => {
                return (at, at + 1, false);
            }
            _ => continue,
        }
        last = at;
        if depth == 0 {
            return (at, at + 1, true);
        }
    }
    (last, last + 1, false)
}

/// A title and the parenthesis behind it: the offset behind that.
fn title_end(text: &str, at: usize) -> Option<usize> {
    let open = skip_space(text, at);
    let quote = byte_at(text, open);
    if !matches!(quote, b'"' | b'\'') {
        return None;
    }
    let closes = memchr::memchr_iter(quote, within_reach(text, open + 1)).filter(|offset| *offset > 0).take(64);
    let ends = closes.map(|offset| skip_space(text, open + offset + 2));
    ends.into_iter().find(|end| byte_at(text, *end) == b')').map(|end| end + 1)
}

/// `.+?>` on one line.
fn scheme_address(text: &str, at: usize) -> Option<usize> {
    let first = char_at(text, at).filter(|first| *first != '\n')?;
    let from = at + first.len_utf8();
    let stop = from + memchr::memchr2(b'>', b'\n', within_reach(text, from))?;
    (byte_at(text, stop) == b'>').then_some(stop)
}

fn mail_address(text: &str, at: usize) -> Option<usize> {
    let name = mail_part(text, at);
    if name == at || byte_at(text, name) != b'@' {
        return None;
    }
    let host = mail_part(text, name + 1);
    (host > name + 1 && byte_at(text, host) == b'>').then_some(host)
}

fn mail_part(text: &str, at: usize) -> usize {
    let mut stop = at;
    while let Some(next) = char_at(text, stop).filter(|next| matches!(next, '-' | '_' | '.') || is_alnum(*next)) {
        stop += next.len_utf8();
        if stop - at > 1024 {
            break;
        }
    }
    stop
}

/// The text with the backslashes taken away that escape a character.
pub(super) fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character == '\\' {
            let mut rest = characters.clone();
            if let Some(next) = rest.next().filter(|next| r#"\.*_+`<>()[]{}#!:|"'$=-"#.contains(*next)) {
                plain.push(next);
                characters = rest;
                continue;
            }
        }
        plain.push(character);
    }
    plain
}
