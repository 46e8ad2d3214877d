//! Character references (`&amp;`, `&#20013;`) as the WHATWG tokeniser decodes them.
//!
//! The list of names in `entities.txt` is the standard's: a name, a space, its code points in hexadecimal.
//! In an attribute a name without `;` is left alone where `=` or a letter or digit follows, so that
//! `?a=1&copy=2` keeps its `&copy`.

use std::borrow::Cow;

use memchr::memchr3;

/// Where a character reference stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In the value of an attribute.
    Attribute,
    /// In text.
    Text,
}

const NAMES: &str = include_str!("entities.txt");

/// No name of the list is longer.
const LONGEST_NAME: usize = 33;

/// No name that may stand without its `;` is longer.
const LONGEST_UNCLOSED: usize = 6;

/// What a browser makes of `written`: references decoded, line ends made one `\n`, NUL made U+FFFD.
pub(crate) fn decode(written: &str, place: Place) -> Cow<'_, str> {
    let Some(first) = memchr3(b'&', b'\r', 0, written.as_bytes()) else { return Cow::Borrowed(written) };
    let mut decoded = String::with_capacity(written.len());
    let (mut rest, mut at) = (written, first);
    loop {
        let (before, from) = rest.split_at_checked(at).unwrap_or((rest, ""));
        decoded.push_str(before);
        let length = match from.as_bytes().first() {
            None => return Cow::Owned(decoded),
            Some(b'\r') => {
                decoded.push('\n');
                if from.starts_with("\r\n") { 2 } else { 1 }
            }
            Some(0) => {
                decoded.push(char::REPLACEMENT_CHARACTER);
                1
            }
            Some(_) => reference(from, place, &mut decoded),
        };
        rest = from.get(length..).unwrap_or_default();
        at = memchr3(b'&', b'\r', 0, rest.as_bytes()).unwrap_or(rest.len());
    }
}

/// Decodes what begins with `&`, and gives the length that was taken.
fn reference(from: &str, place: Place, decoded: &mut String) -> usize {
    let found = if from.starts_with("&#") { numeric(from, decoded) } else { named(from, place, decoded) };
    found.unwrap_or_else(|| {
        decoded.push('&');
        1
    })
}

fn numeric(from: &str, decoded: &mut String) -> Option<usize> {
    let is_hexadecimal = matches!(from.as_bytes().get(2), Some(b'x' | b'X'));
    let (start, radix) = if is_hexadecimal { (3, 16) } else { (2, 10) };
    let digits = from.get(start..)?;
    let length = digits.bytes().take_while(|byte| char::from(*byte).is_digit(radix)).count();
    let digits = digits.get(..length).filter(|digits| !digits.is_empty())?;
    // Too many digits for a number are too many for a character.
    let significant = digits.trim_start_matches('0');
    let number = match significant.len() {
        0 => 0,
        1..=7 => u32::from_str_radix(significant, radix).unwrap_or(u32::MAX),
        _ => u32::MAX,
    };
    decoded.push(character(number));
    let end = start + length;
    Some(if from.as_bytes().get(end) == Some(&b';') { end + 1 } else { end })
}

/// The character of a number; those of the C1 controls mean what Windows-1252 has there.
fn character(number: u32) -> char {
    const WINDOWS_1252: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}', '\u{90}', '‘',
        '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
    ];
    let control = number.checked_sub(0x80).and_then(|at| WINDOWS_1252.get(at as usize));
    match (control, number) {
        (Some(&character), _) => character,
        (None, 0) => char::REPLACEMENT_CHARACTER,
        (None, _) => char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER),
    }
}

fn named(from: &str, place: Place, decoded: &mut String) -> Option<usize> {
    let word = from.get(1..)?;
    let letters = word.bytes().take(LONGEST_NAME).take_while(u8::is_ascii_alphanumeric).count();
    let closed = letters + 1;
    let behind = word.as_bytes().get(letters);
    let whole = if behind == Some(&b';') { look_up(word.get(..closed)?) } else { None };
    let (length, characters) = if let Some(characters) = whole {
        (closed, characters)
    } else if place == Place::Text {
        // The longest name that the text begins with counts.
        let mut lengths = (2..=letters.min(LONGEST_UNCLOSED)).rev();
        lengths.find_map(|length| Some((length, look_up(word.get(..length)?)?)))?
    } else if behind == Some(&b'=') || letters > LONGEST_UNCLOSED {
        return None;
    } else {
        (letters, look_up(word.get(..letters)?)?)
    };
    decoded.extend(characters.split(' ').filter_map(|code| char::from_u32(u32::from_str_radix(code, 16).ok()?)));
    Some(length + 1)
}

/// The code points of a name, which may end in `;`.
fn look_up(name: &str) -> Option<&'static str> {
    let (mut low, mut high) = (0, NAMES.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = NAMES.get(..middle)?.rfind('\n').map_or(0, |end| end + 1);
        let line = NAMES.get(start..)?.split('\n').next()?;
        let (found, characters) = line.split_once(' ')?;
        match found.cmp(name) {
            std::cmp::Ordering::Equal => return Some(characters),
            std::cmp::Ordering::Less => low = start + line.len() + 1,
            std::cmp::Ordering::Greater => high = start,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attribute(written: &str) -> String {
        decode(written, Place::Attribute).into_owned()
    }

    #[test]
    fn every_name_of_the_list_is_found() {
        assert_eq!(NAMES.lines().count(), 2231);
        for line in NAMES.lines() {
            let (name, characters) = line.split_once(' ').unwrap();
            assert_eq!(look_up(name), Some(characters), "{name}");
            assert!(name.len() <= if name.ends_with(';') { LONGEST_NAME } else { LONGEST_UNCLOSED });
        }
    }

    #[test]
    fn an_address_keeps_its_parameters() {
        for written in ["?nid=106.NIO&imageType=k&token=44c9", "?a=1&copy=2", "?a&notit;", "?a=1&b=2&", "&#;&#x;&#xg;"]
        {
            assert!(attribute(written) == written, "{written} became {}", attribute(written));
        }
        assert_eq!(attribute("?a&copy"), "?a©");
        assert_eq!(attribute("?a&copy;=1&amp;b=2"), "?a©=1&b=2");
        assert_eq!(attribute("?a=1&ampb"), "?a=1&ampb");
        assert_eq!(decode("&notit; &notin; &copy=1", Place::Text), "¬it; ∉ ©=1");
    }

    #[test]
    fn numbers_are_decoded_as_browsers_do() {
        assert_eq!(attribute("&#20013;&#x6587;&#47&#x2F"), "中文//");
        assert_eq!(
            attribute("&#128;&#0;&#xD800;&#x110000;&#99999999999999999999;"),
            "€\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"
        );
        assert_eq!(attribute("&#0000000000000065;"), "A");
    }

    #[test]
    fn line_ends_and_nul_are_normalised() {
        assert_eq!(attribute("a\r\nb\rc\0d\r"), "a\nb\nc\u{FFFD}d\n");
    }

    #[test]
    fn damage_is_text() {
        for written in ["&", "&&&&", "&a", "&;", "&#", "&#x", "中&文", "&amp", "&\u{301}"] {
            for end in (0..=written.len()).filter(|&end| written.is_char_boundary(end)) {
                attribute(written.get(..end).unwrap());
            }
        }
    }
}
