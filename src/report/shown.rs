//! Words of the archive and of the web, made fit to be shown.
//!
//! Whatever a post, a path or a server's answer holds, no output may obey it: controls, terminal escapes,
//! bidirectional overrides and invisible characters become visible signs, and secrets in addresses are masked.
//! Every format takes foreign text through here.

use std::borrow::Cow;
use std::fmt::Write;
use std::ops::Range;

use memchr::memchr;

use super::Context;
use crate::language::mark;
use crate::text::behind_slashes;

/// A masking function for one address, see [`Context::mask`].
pub(crate) type Mask = fn(&str) -> Cow<'_, str>;

/// Text with its addresses masked and everything in it visible.
pub(super) fn shown<'t>(context: &Context<'_>, text: &'t str) -> Cow<'t, str> {
    match masked(context.mask, text) {
        Cow::Borrowed(text) => visible(text),
        Cow::Owned(text) => Cow::Owned(visible(&text).into_owned()),
    }
}

/// Text with the secrets of every address in it hidden.
pub(crate) fn masked(mask: Mask, text: &str) -> Cow<'_, str> {
    let mut written = String::new();
    let mut done = 0;
    for range in addresses(text) {
        let Some(address) = text.get(range.clone()) else { continue };
        let Cow::Owned(hidden) = mask(address) else { continue };
        written.push_str(text.get(done..range.start).unwrap_or_default());
        written.push_str(&hidden);
        done = range.end;
    }
    if done == 0 {
        return Cow::Borrowed(text);
    }
    written.push_str(text.get(done..).unwrap_or_default());
    Cow::Owned(written)
}

/// Where addresses with an authority stand in a text: `http://…`, `//…`.
///
/// What is meant is enough for masking: from the scheme to the next white space, quote or bracket.
pub(super) fn addresses(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let bytes = text.as_bytes();
    let mut done = 0;
    std::iter::from_fn(move || {
        let slashes = slashes(bytes, done)?;
        let before = bytes.get(done..slashes).unwrap_or_default();
        let scheme = before.strip_suffix(b":").map_or(0, |before| {
            1 + before.iter().rev().take_while(|b| b.is_ascii_alphanumeric() || b"+-.".contains(b)).count()
        });
        let length = bytes.get(slashes..).and_then(|rest| rest.iter().position(|&byte| ends_address(byte)));
        done = length.map_or(text.len(), |length| slashes + length);
        Some(slashes - scheme..done)
    })
}

/// Where two slashes in a row stand, at `from` or behind it.
fn slashes(bytes: &[u8], mut from: usize) -> Option<usize> {
    loop {
        let slash = from + memchr(b'/', bytes.get(from..)?)?;
        match bytes.get(slash + 1) {
            Some(b'/') => return Some(slash),
            _ => from = slash + 1,
        }
    }
}

const fn ends_address(byte: u8) -> bool {
    byte.is_ascii_whitespace()
        || matches!(byte, b'"' | b'\'' | b'`' | b'<' | b'>' | b'(' | b')' | b'[' | b']' | b'{' | b'}' | b'|' | b'\\')
}

/// Text in which nothing is hidden and nothing commands a terminal.
pub(crate) fn visible(text: &str) -> Cow<'_, str> {
    let Some(first) = find_hidden(text) else { return Cow::Borrowed(text) };
    let (good, rest) = text.split_at(first);
    let mut written = String::with_capacity(text.len() + 16);
    written.push_str(good);
    for c in rest.chars() {
        push_visible(&mut written, c);
    }
    Cow::Owned(written)
}

/// Where the first hidden character is.
pub(super) fn find_hidden(text: &str) -> Option<usize> {
    let is_hidden_at = |at: usize| text.get(at..).and_then(|rest| rest.chars().next()).is_some_and(is_hidden);
    let mut parts = text.as_bytes().chunks(PART).enumerate().filter(|(_, part)| holds(part, begins_hidden));
    parts.find_map(|(number, part)| {
        let mut places = (number * PART..).zip(part).filter(|(_, byte)| begins_hidden(**byte) != 0);
        places.find_map(|(at, _)| is_hidden_at(at).then_some(at))
    })
}

/// Bytes after which it is asked whether any of them was odd: a text full of hidden characters is searched anew behind
/// each of them.
const PART: usize = 128;

/// Whether a text has nothing in it that is hidden, or that stands for something else between quotation marks; of some
/// texts that have neither it is not known.
pub(super) fn is_surely_plain(text: &str) -> bool {
    !holds(text.as_bytes(), |byte| begins_hidden(byte) | u8::from(byte == b'"') | u8::from(byte == b'\\'))
}

/// Whether `is_odd`, which gives 1 or 0 without a branch, gives 1 for any of the bytes.
///
/// They are looked at a register at a time, the last of them once more with those before; nearly no text has any, so that
/// nothing is won by asking after each register whether it is known already.
#[inline]
fn holds(bytes: &[u8], is_odd: impl Fn(u8) -> u8) -> bool {
    // A letter is odd to nobody.
    let mut short = [b'a'; BLOCK];
    let last = bytes.last_chunk::<BLOCK>().unwrap_or_else(|| {
        short.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        &short
    });
    let mut any = [0; BLOCK];
    for block in bytes.as_chunks::<BLOCK>().0 {
        any.iter_mut().zip(block).for_each(|(any, byte)| *any |= is_odd(*byte));
    }
    any.iter_mut().zip(last).for_each(|(any, byte)| *any |= is_odd(*byte));
    u128::from_ne_bytes(any) != 0
}

/// Bytes that are looked at together.
const BLOCK: usize = 16;

/// 1 where a character can be hidden whose first byte this is, so that others need not be decoded.
///
/// Without a branch and without a call in it, so that a block is looked at in a few instructions.
#[inline]
const fn begins_hidden(byte: u8) -> u8 {
    let is_latin = (byte < 0x20) as u8 | (byte == 0x7F) as u8 | (byte == 0xC2) as u8 | (byte == 0xD8) as u8;
    is_latin | (byte == 0xE1) as u8 | (byte == 0xE2) as u8 | (byte == 0xEF) as u8 | (byte == 0xF3) as u8
}

/// Appends a character, or a sign for it if it is hidden.
pub(super) fn push_visible(written: &mut String, c: char) {
    match c {
        '\0'..='\u{1F}' => written.extend(char::from_u32(0x2400 + u32::from(c))),
        '\u{7F}' => written.push('␡'),
        _ if is_hidden(c) => {
            // Writing to a string cannot fail.
            let _written = write!(written, "<U+{:04X}>", u32::from(c));
        }
        _ => written.push(c),
    }
}

/// Whether a character is a control, changes the direction of text, or cannot be seen.
///
/// The joiners U+200C and U+200D stay: emoji and several scripts are written with them.
pub(super) fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

/// A number with its thousands apart: `1,234,567`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut written = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            written.push(',');
        }
        written.push(digit);
    }
    written
}

/// A number and its noun: `1 file`, `2,000 files`.
pub(super) fn counted(number: u64, noun: &str) -> String {
    let number_shown = grouped(number);
    match (number, noun.strip_suffix("ss").is_some()) {
        (1, _) => format!("1 {noun}"),
        (_, true) => format!("{number_shown} {noun}es"),
        (_, false) => format!("{number_shown} {noun}s"),
    }
}

/// Bytes as people read them, in powers of ten.
pub(super) fn size(bytes: u64, context: &Context<'_>) -> String {
    let (unit, divisor) = match bytes {
        0..1_000 => return context.counted(bytes, mark!("byte")),
        1_000..1_000_000 => ("kB", 100),
        1_000_000..1_000_000_000 => ("MB", 100_000),
        _ => ("GB", 100_000_000),
    };
    let tenths = bytes / divisor;
    format!("{}.{} {unit}", grouped(tenths / 10), tenths % 10)
}

/// The host of an address, without user info and port; empty if it has none.
pub(super) fn host(url: &str) -> &str {
    let rest = behind_slashes(url).unwrap_or_default();
    let end = rest.bytes().position(|byte| matches!(byte, b'/' | b'?' | b'#')).unwrap_or(rest.len());
    let authority = rest.get(..end).unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    match host.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => host,
        _ => host,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Hides the password of user info, enough to see that masking is asked for.
    pub(in crate::report) fn hide(url: &str) -> Cow<'_, str> {
        match url.split_once('@') {
            Some((_, host)) => Cow::Owned(format!("http://***@{host}")),
            None => Cow::Borrowed(url),
        }
    }

    #[test]
    fn commands_become_signs() {
        assert_eq!(visible("a\u{1b}[31mb\u{7}\n\tc"), "a␛[31mb␇␊␉c");
        assert_eq!(visible("x\u{202e}y\u{9b}z\u{feff}"), "x<U+202E>y<U+009B>z<U+FEFF>");
        assert!(matches!(visible("中文 👨\u{200d}👩 ok"), Cow::Borrowed(_)));
    }

    #[test]
    fn no_hidden_character_is_missed_by_its_first_byte() {
        for c in (0..=u32::from(char::MAX)).filter_map(char::from_u32) {
            let text = format!("中a{c}，");
            assert_eq!(find_hidden(&text), is_hidden(c).then_some(4), "{:x}", u32::from(c));
        }
    }

    #[test]
    fn a_text_that_is_surely_plain_has_nothing_odd_at_any_place() {
        for length in 0..70_usize {
            for c in ['\u{1b}', '\u{7f}', '\u{9b}', '\u{202e}', '\u{e0041}', '"', '\\'] {
                for at in 0..=length {
                    let text = format!("{}{c}{}", "a".repeat(at), "中".repeat(length - at));
                    assert!(!is_surely_plain(&text), "{text:?}");
                    assert_eq!(find_hidden(&text), (!matches!(c, '"' | '\\')).then_some(at), "{text:?}");
                }
            }
            assert!(is_surely_plain(&"a".repeat(length)) && is_surely_plain(&"中".repeat(length)));
        }
    }

    #[test]
    fn addresses_in_text_are_masked() {
        let text = "《http://u:p@a.cn/x》 and //v:q@b.cn/y, (http://c.cn/)";
        assert_eq!(masked(hide, "see http://u:p@a.cn/x now"), "see http://***@a.cn/x now");
        assert_eq!(addresses(text).count(), 3);
        assert!(!masked(hide, text).contains("u:p") && !masked(hide, text).contains("v:q"));
        assert!(matches!(masked(hide, "no address // here"), Cow::Borrowed(_)));
    }

    #[test]
    fn hosts_are_found() {
        for (url, expected) in [
            ("http://a.cn/x@y", "a.cn"),
            ("https://u:p@a.cn:8080?q", "a.cn"),
            ("http://[::1]:80/", "[::1]"),
            ("http://[::1]/", "[::1]"),
            ("mailto:a@b.cn", ""),
        ] {
            assert_eq!(host(url), expected, "{url}");
        }
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(
            (grouped(0), grouped(999), grouped(1000), grouped(1_234_567)),
            ("0".into(), "999".into(), "1,000".into(), "1,234,567".into())
        );
        assert_eq!(
            (counted(1, "address"), counted(2, "address"), counted(0, "file")),
            ("1 address".into(), "2 addresses".into(), "0 files".into())
        );
    }

    #[test]
    fn sizes() {
        let context = Context::new(&|_| None, hide);
        assert_eq!(
            (size(999, &context), size(1000, &context), size(66_342_010, &context), size(7_000_000_000, &context)),
            ("999 bytes".into(), "1.0 kB".into(), "66.3 MB".into(), "7.0 GB".into())
        );
    }
}
