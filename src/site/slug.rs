//! Slugs: Jekyll's `slugify` in each of its modes, Unicode kept.
//!
//! Nothing is normalised: a name in NFC and the same name in NFD give two slugs, as they do in Jekyll.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;
use unicode_normalization::UnicodeNormalization;

use crate::front_matter::Engine;

/// What stays in a slug.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlugMode {
    /// Letters, marks and digits.
    Default,
    /// Those, and `._~!$&'()+,;=@`.
    Pretty,
    /// Everything but white space.
    Raw,
    /// ASCII letters and digits.
    Ascii,
    /// As `Default`, after letters with marks became plain Latin ones.
    Latin,
    /// Everything: the text is only put in lower case.
    Verbatim,
}

impl SlugMode {
    /// The mode of a name; an unknown name leaves the text as it is.
    pub fn named(name: &str) -> Self {
        match name {
            "default" => Self::Default,
            "pretty" => Self::Pretty,
            "raw" => Self::Raw,
            "ascii" => Self::Ascii,
            "latin" => Self::Latin,
            _ => Self::Verbatim,
        }
    }
}

/// Whether letters keep their case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// They do.
    Kept,
    /// They become small.
    Lowered,
}

/// The slug of a text.
pub fn slugify(engine: Engine, text: &str, mode: SlugMode, case: Case) -> String {
    let slug = match mode {
        SlugMode::Verbatim => text.to_owned(),
        SlugMode::Latin => strip(&hyphenate(engine, &transliterate(text), SlugMode::Default)),
        mode => strip(&hyphenate(engine, text, mode)),
    };
    match case {
        Case::Kept => slug,
        Case::Lowered => lowercase(&slug),
    }
}

/// Appends the slug of a text.
pub(super) fn push_slug(url: &mut String, engine: Engine, text: &str, (mode, case): (SlugMode, Case)) {
    if !is_own_slug(text, mode) {
        url.push_str(&slugify(engine, text, mode, case));
        return;
    }
    let from = url.len();
    url.push_str(text);
    if let Some(slug) = url.get_mut(from..).filter(|_| case == Case::Lowered) {
        slug.make_ascii_lowercase();
    }
}

/// Whether nothing in a text is replaced or taken off, as in nearly every name that a program gave.
fn is_own_slug(text: &str, mode: SlugMode) -> bool {
    let mut before = b'-';
    let is_kept = |byte| {
        let is_kept = byte != b'\n' && (is_kept_ascii(byte, mode) || (byte == b'-' && before != b'-'));
        before = byte;
        is_kept && byte.is_ascii()
    };
    matches!(mode, SlugMode::Default | SlugMode::Pretty | SlugMode::Ascii)
        && text.bytes().all(is_kept)
        && !text.ends_with('-')
}

/// Lower case as Ruby's `downcase` has it: character by character, so that a final sigma is no special case.
pub fn lowercase(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.chars().flat_map(char::to_lowercase).collect()
}

/// The title that Jekyll makes of a slug: each word with one capital and the rest in small letters.
pub fn titleize(slug: &str) -> String {
    // Ruby's `split` drops empty parts at the end, not those at the start.
    let words = slug.trim_end_matches('-').split('-').map(|word| {
        let mut letters = word.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        first.chain(letters.flat_map(char::to_lowercase)).collect::<String>()
    });
    words.collect::<Vec<_>>().join(" ")
}

fn is_kept_ascii(byte: u8, mode: SlugMode) -> bool {
    match mode {
        SlugMode::Raw => !matches!(byte, b' ' | b'\t'..=b'\r'),
        SlugMode::Pretty => byte.is_ascii_alphanumeric() || b"._~!$&'()+,;=@".contains(&byte),
        _ => byte.is_ascii_alphanumeric(),
    }
}

fn hyphenate(engine: Engine, text: &str, mode: SlugMode) -> Cow<'_, str> {
    static DEFAULT: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[^\p{M}\p{L}\p{Nd}]+").ok());
    static DEFAULT_310: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[^\p{Alphabetic}\p{Nd}]+").ok());
    static PRETTY: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"[^\p{M}\p{L}\p{Nd}._~!$&'()+,;=@]+").ok());
    static PRETTY_310: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"[^\p{Alphabetic}\p{Nd}._~!$&'()+,;=@]+").ok());
    if text.bytes().all(|byte| byte.is_ascii() && is_kept_ascii(byte, mode)) {
        return Cow::Borrowed(text);
    }
    if text.is_ascii() || matches!(mode, SlugMode::Raw | SlugMode::Ascii) {
        return Cow::Owned(hyphenate_plain(text, mode));
    }
    let pattern = match (mode, engine) {
        (SlugMode::Pretty, Engine::Jekyll4) => &PRETTY,
        (SlugMode::Pretty, Engine::Jekyll3) => &PRETTY_310,
        (_, Engine::Jekyll4) => &DEFAULT,
        (_, Engine::Jekyll3) => &DEFAULT_310,
    };
    pattern.as_ref().map_or(Cow::Borrowed(text), |pattern| pattern.replace_all(text, "-"))
}

/// [`hyphenate`] where no Unicode table is needed.
fn hyphenate_plain(text: &str, mode: SlugMode) -> String {
    let mut slug = String::with_capacity(text.len());
    let mut in_run = false;
    for c in text.chars() {
        let kept = match u8::try_from(c) {
            Ok(byte) if byte.is_ascii() => is_kept_ascii(byte, mode),
            _ => mode == SlugMode::Raw,
        };
        if kept {
            slug.push(c);
        } else if !in_run {
            slug.push('-');
        }
        in_run = !kept;
    }
    slug
}

/// Takes one hyphen off each end of each line, as `gsub(/^-|-$/)` does.
fn strip(slug: &str) -> String {
    if !slug.contains('\n') {
        let slug = slug.strip_prefix('-').unwrap_or(slug);
        return slug.strip_suffix('-').unwrap_or(slug).to_owned();
    }
    let lines = slug.split('\n').map(|line| {
        let line = line.strip_prefix('-').unwrap_or(line);
        line.strip_suffix('-').unwrap_or(line)
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Latin letters without their marks; any other character becomes `?`, as in Ruby's I18n.
fn transliterate(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.nfc() {
        if c.is_ascii() {
            plain.push(c);
            continue;
        }
        let special = match c {
            'Æ' => "AE",
            'æ' => "ae",
            'Œ' => "OE",
            'œ' => "oe",
            'ß' => "ss",
            'Þ' => "Th",
            'þ' => "th",
            'Ø' => "O",
            'ø' => "o",
            'Đ' | 'Ð' => "D",
            'đ' | 'ð' => "d",
            'Ħ' => "H",
            'ħ' => "h",
            'ı' => "i",
            'ĸ' => "k",
            'Ł' => "L",
            'ł' => "l",
            'Ŋ' => "NG",
            'ŋ' => "ng",
            'ŉ' => "'n",
            'Ŧ' => "T",
            'ŧ' => "t",
            '×' => "x",
            'ſ' => "s",
            'Ĳ' => "IJ",
            'ĳ' => "ij",
            _ => "",
        };
        if !special.is_empty() {
            plain.push_str(special);
            continue;
        }
        let base = std::iter::once(c).nfd().next().filter(char::is_ascii);
        plain.push(base.filter(|_| c <= '\u{17F}').unwrap_or('?'));
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slug(text: &str, mode: SlugMode) -> String {
        slugify(Engine::Jekyll4, text, mode, Case::Lowered)
    }

    #[test]
    fn chinese_is_kept_and_its_punctuation_is_not() {
        assert_eq!(slug("中文 标题", SlugMode::Default), "中文-标题");
        assert_eq!(slug("厦门，１２３。“好”！", SlugMode::Default), "厦门-１２３-好");
        assert_eq!(slug("中文", SlugMode::Ascii), "");
        assert_eq!(slug("中文é", SlugMode::Latin), "e");
        assert_eq!(slug("Straße Łódź", SlugMode::Latin), "strasse-lodz");
    }

    #[test]
    fn pretty_keeps_what_addresses_may_hold() {
        let pretty = |text: &str| slugify(Engine::Jekyll4, text, SlugMode::Pretty, Case::Kept);
        assert_eq!(pretty("Hello World!"), "Hello-World!");
        assert_eq!(pretty("a#b?c"), "a-b-c");
        assert_eq!(pretty("v1.2.3"), "v1.2.3");
        assert_eq!(pretty("标题（一）v1.2"), "标题-一-v1.2");
        assert_eq!(slug("v1.2.3", SlugMode::Default), "v1-2-3");
        assert_eq!(slug("_a b_", SlugMode::Raw), "_a-b_");
    }

    #[test]
    fn the_engines_differ_in_what_a_letter_is() {
        // U+0300 is a mark (kept by Jekyll 4), and not alphabetic (dropped by 3.10); for Ⅳ it is the other way round.
        assert_eq!(slugify(Engine::Jekyll4, "a\u{300}b", SlugMode::Default, Case::Lowered), "a\u{300}b");
        assert_eq!(slugify(Engine::Jekyll3, "a\u{300}b", SlugMode::Default, Case::Lowered), "a-b");
        assert_eq!(slugify(Engine::Jekyll4, "xⅣ", SlugMode::Default, Case::Lowered), "x");
        assert_eq!(slugify(Engine::Jekyll3, "xⅣ", SlugMode::Default, Case::Lowered), "xⅳ");
    }

    #[test]
    fn a_slug_that_is_appended_is_the_slug() {
        let texts =
            ["", "a", "-", "a-b", "A--b", "-a", "a-", "a_b", "v1.2", "a b", "中-文", "NW2022", "a\nb", "a-\n", "+-+"];
        for text in texts {
            for mode in ["default", "pretty", "raw", "ascii", "latin", "none"].map(SlugMode::named) {
                for case in [Case::Kept, Case::Lowered] {
                    let mut url = "/A/".to_owned();
                    push_slug(&mut url, Engine::Jekyll4, text, (mode, case));
                    assert_eq!(url, format!("/A/{}", slugify(Engine::Jekyll4, text, mode, case)), "{text:?} {mode:?}");
                }
            }
        }
    }

    #[test]
    fn only_one_hyphen_is_taken_off_each_end() {
        assert_eq!(slug("--a--", SlugMode::Default), "a");
        assert_eq!(slug("！！", SlugMode::Default), "");
        assert_eq!(slug("-a\n-b-", SlugMode::Raw), "a--b");
    }

    #[test]
    fn titles_are_made_of_slugs() {
        assert_eq!(titleize("iPhone-sells--well-"), "Iphone Sells  Well");
        assert_eq!(titleize("中文"), "中文");
    }
}
