//! Walks over the tags of a body, once, to its end.

use memchr::{memchr, memchr3, memmem};

use super::Torn;
use super::blocks::Blocks;
use super::code::{self, Code};
use super::names::{begins_a_name, is_element, is_scheme};
use crate::text::Span;

/// A half tag at the end is not longer.
const LONGEST: usize = 4096;
/// After so many runs of backticks without their like, backticks are text. It keeps the walk linear.
const PATIENCE: u32 = 32;

/// What a walk saw.
#[derive(Debug, Default)]
pub(super) struct Walked {
    /// What the body ends inside of, and where that begins.
    pub(super) torn: Option<(Torn, usize)>,
    /// Whether the end lies in code or in a script, where nothing can be said.
    pub(super) in_code: bool,
    /// The block elements.
    pub(super) blocks: Blocks,
    /// Tags that were whole.
    tags: u32,
}

/// Walks over `body`; in Markdown, code is skipped.
pub(super) fn walk(body: &str, markdown: bool) -> Walked {
    let mut walked = Walked::default();
    let bytes = body.as_bytes();
    let (mut at, mut patience) = (0, PATIENCE);
    // Where Markdown has no code, or too much of what is none, only `<` is looked for.
    let mut code_signs = if markdown { [b'`', b'~'] } else { [b'<'; 2] };
    while let Some(found) = bytes.get(at..).and_then(|rest| memchr3(b'<', code_signs[0], code_signs[1], rest)) {
        at += found;
        let sign = bytes.get(at).copied().unwrap_or_default();
        at = if sign == b'<' {
            match paragraph(&mut walked, bytes, at).or_else(|| tag(&mut walked, body, at)) {
                Some(next) => next,
                None => break,
            }
        } else {
            match code::at(body, at, sign) {
                Code::Until(end) => end,
                Code::None(next) => {
                    patience -= 1;
                    if patience == 0 {
                        code_signs = [b'<'; 2];
                    }
                    next
                }
                Code::Rest => {
                    walked.in_code = true;
                    break;
                }
            }
        };
    }
    walked
}

/// Counts a `<p>` or `</p>` at `at`, which most tags of an archive are, and gives where it ends.
fn paragraph(walked: &mut Walked, bytes: &[u8], at: usize) -> Option<usize> {
    let (closing, length) = match bytes.get(at + 1..)? {
        [b'p', b'>', ..] => (false, 3),
        [b'/', b'p', b'>', ..] => (true, 4),
        _ => return None,
    };
    walked.tags += 1;
    walked.blocks.tag(b"p", closing, Span::of(at..at + length));
    Some(at + length)
}

/// Looks at the `<` at `at`; gives where to go on, or nothing if the body ends in what it begins.
fn tag(walked: &mut Walked, body: &str, at: usize) -> Option<usize> {
    let bytes = body.as_bytes();
    let rest = bytes.get(at + 1..)?;
    if rest.starts_with(b"!--") {
        // `<!-->` is a whole comment, so the search begins at its own dashes.
        let end = memmem::find(bytes.get(at + 2..)?, b"-->");
        if end.is_none() {
            walked.torn = Some((Torn::Comment, at));
        }
        return end.map(|end| at + 2 + end + 3);
    }
    let closing = rest.first() == Some(&b'/');
    let name_start = at + 1 + usize::from(closing);
    let name = name_at(body, name_start);
    let behind = name_start + name.len();
    match (name, bytes.get(behind)) {
        (name, None) => {
            let begins = name.is_empty() || begins_a_name(name, !closing);
            let is_torn = begins && walked.may_begin(body, at);
            walked.torn = is_torn.then_some((Torn::Tag, at));
            None
        }
        ("", _) => Some(at + 1),
        (name, Some(b':')) if !closing && is_scheme(name) => autolink(walked, bytes, at),
        (_, Some(b'>' | b'/')) => whole(walked, body, (at, behind), closing),
        (_, Some(byte)) if byte.is_ascii_whitespace() => whole(walked, body, (at, behind), closing),
        _ => Some(at + 1),
    }
}

impl Walked {
    /// Whether a tag may begin at `at`, and not the second half of a comparison: `a<b`.
    fn may_begin(&self, body: &str, at: usize) -> bool {
        let before = body.get(..at).and_then(|before| before.chars().next_back());
        before.is_none_or(|c| !c.is_ascii() || matches!(c, '\n' | '>')) || self.tags > 0
    }
}

fn name_at(body: &str, start: usize) -> &str {
    let rest = body.get(start..).unwrap_or_default();
    let length = rest.bytes().take(32).take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'-').count();
    let name = rest.get(..length).unwrap_or_default();
    if name.starts_with(|c: char| c.is_ascii_alphabetic()) { name } else { "" }
}

/// `<http://…`: it ends with `>`; white space or another `<` says that it was none.
fn autolink(walked: &mut Walked, bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at + 1..).unwrap_or_default();
    let Some(length) = rest.iter().position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'<' | b'>')) else {
        walked.torn = Some((Torn::Autolink, at));
        return None;
    };
    Some(at + 1 + length)
}

/// A tag whose name is whole: finds its end, and counts it.
fn whole(walked: &mut Walked, body: &str, (at, behind): (usize, usize), closing: bool) -> Option<usize> {
    let bytes = body.as_bytes();
    let name = body.get(at + 1 + usize::from(closing)..behind).unwrap_or_default();
    match tag_end(bytes, behind) {
        End::Closed(end) => {
            walked.tags += 1;
            let mut lower = [0_u8; 10];
            for (to, from) in lower.iter_mut().zip(name.bytes()) {
                *to = from.to_ascii_lowercase();
            }
            let lower = lower.get(..name.len()).unwrap_or_default();
            if bytes.get(end - 1) != Some(&b'/') {
                walked.blocks.tag(lower, closing, Span::of(at..end + 1));
            }
            if !closing && matches!(lower, b"script" | b"style" | b"textarea") {
                let raw_end = raw_text_end(bytes, end, lower);
                walked.in_code = raw_end.is_none();
                return raw_end;
            }
            Some(end + 1)
        }
        End::Other(next) => Some(next),
        End::Missing => {
            let tail = bytes.get(behind..).unwrap_or_default();
            let has_value = memchr(b'=', tail).is_some();
            let is_torn = tail.len() < LONGEST && is_element(name) && (has_value || walked.may_begin(body, at));
            walked.torn = is_torn.then_some((Torn::Tag, at));
            None
        }
    }
}

/// How a tag ends.
enum End {
    /// With the `>` here.
    Closed(usize),
    /// Another one begins here before it ends.
    Other(usize),
    /// Not at all.
    Missing,
}

/// The end of a tag whose name ends at `from`. Values in quotation marks may hold `>` and `<`.
fn tag_end(bytes: &[u8], from: usize) -> End {
    let (mut at, mut after_equals) = (from, false);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'>' => return End::Closed(at),
            b'<' => return End::Other(at),
            b'"' | b'\'' if after_equals => {
                let rest = bytes.get(at + 1..).unwrap_or_default();
                match memchr(byte, rest) {
                    Some(length) => at += length + 1,
                    // The mark is never closed; if the tag is, the mark alone is missing.
                    None => return memchr(b'>', rest).map_or(End::Missing, |length| End::Closed(at + 1 + length)),
                }
                after_equals = false;
            }
            b'=' => after_equals = true,
            byte if byte.is_ascii_whitespace() => {}
            _ => after_equals = false,
        }
        at += 1;
    }
    End::Missing
}

/// The end tag of an element whose content is no markup.
fn raw_text_end(bytes: &[u8], from: usize, name: &[u8]) -> Option<usize> {
    let mut at = from;
    loop {
        at += 1 + memchr(b'<', bytes.get(at + 1..)?)?;
        let tag = bytes.get(at + 1..)?.strip_prefix(b"/");
        if tag.and_then(|tag| tag.get(..name.len())).is_some_and(|start| start.eq_ignore_ascii_case(name)) {
            return Some(at);
        }
    }
}
