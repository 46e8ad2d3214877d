//! A new address in the form in which the old one is written.
//!
//! What did not change stays as it is written: a path with Chinese characters, `&amp;`, the fragment, a missing scheme.
//! Which spelling an engine reads back as the new address is not decided here: the likeliest comes first, and
//! whoever writes one reads the file again.

use std::borrow::Cow;

use url::{Position, Url};

/// A destination as it stands in a file.
#[derive(Clone, Copy, Debug)]
pub struct Written<'t> {
    /// Its bytes.
    pub raw: &'t str,
    /// What the engine reads there, entities and escapes resolved.
    pub read: &'t str,
}

/// The ways to write the address `to` where `from` is written, the likeliest first, none twice.
///
/// None for what cannot be written there: braces that Liquid would run.
pub fn spellings(written: Written<'_>, from: &Url, to: &Url) -> Vec<String> {
    let mut found = Vec::new();
    let Some(raw) = Parts::of(written.raw) else { return found };
    let scheme = scheme(&raw, from, to);
    // The port that is understood changes with the scheme, so one that is written does not stay.
    let is_same = authority_of(from) == authority_of(to) && (from.scheme() == to.scheme() || !raw.has_port());
    let authority = if is_same { raw.authority } else { authority_of(to) };
    if from[Position::BeforePath..Position::AfterQuery] == to[Position::BeforePath..Position::AfterQuery]
        && to.fragment().is_none()
    {
        found.push(format!("{scheme}//{authority}{}", raw.rest));
        return found;
    }
    let path = &to[Position::BeforePath..Position::AfterQuery];
    if path.contains("{{") || path.contains("{%") {
        return found;
    }
    let fragment = match to.fragment() {
        Some(fragment) => format!("#{fragment}"),
        None => raw.fragment().to_owned(),
    };
    let path = if written.read.is_ascii() { Cow::Borrowed(path) } else { Cow::Owned(in_letters(path)) };
    let entities = ["&amp;", "&#38;", "&#x26;"].iter().any(|entity| written.raw.contains(entity));
    let with_entities = path.replace('&', "&amp;");
    let spelt = if entities { [&*with_entities, &*path] } else { [&*path, &*with_entities] };
    for path in spelt {
        let spelling = format!("{scheme}//{authority}{path}{fragment}");
        if !found.contains(&spelling) {
            found.push(spelling);
        }
    }
    found
}

/// A destination with a host, taken apart as it is written.
struct Parts<'t> {
    /// `http:`, or nothing.
    scheme: &'t str,
    authority: &'t str,
    rest: &'t str,
}

impl<'t> Parts<'t> {
    fn of(raw: &'t str) -> Option<Self> {
        let (scheme, after) = raw.split_once("//")?;
        let is_scheme = scheme.is_empty() || ["http:", "https:"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
        let end = after.find(['/', '?', '#', '\\', '&']).unwrap_or(after.len());
        let (authority, rest) = after.split_at_checked(end)?;
        // An entity in the host is nobody's way to write one, and what it ends is not known.
        let is_plain = is_scheme && !authority.is_empty() && !rest.starts_with('&');
        is_plain.then_some(Self { scheme, authority, rest })
    }

    fn has_port(&self) -> bool {
        let host = self.authority.rsplit(['@', ']']).next().unwrap_or_default();
        host.contains(':')
    }

    /// The fragment with its `#`, which is not the one of `&#38;`.
    fn fragment(&self) -> &'t str {
        let is_fragment = |(at, _): &(usize, &str)| !self.rest.get(..*at).is_some_and(|before| before.ends_with('&'));
        let start = self.rest.match_indices('#').find(is_fragment).map(|(at, _)| at);
        start.and_then(|start| self.rest.get(start..)).unwrap_or_default()
    }
}

/// The scheme with its colon, or nothing where none was written and none is needed.
fn scheme(raw: &Parts<'_>, from: &Url, to: &Url) -> String {
    if from.scheme() == to.scheme() { raw.scheme.to_owned() } else { format!("{}:", to.scheme()) }
}

fn authority_of(url: &Url) -> &str {
    &url[Position::BeforeUsername..Position::AfterPort]
}

/// An address with its letters written out: `%E5%8E%A6` becomes `厦`. What are no letters of UTF-8 stays encoded.
fn in_letters(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(at) = rest.find('%') {
        out.push_str(rest.get(..at).unwrap_or_default());
        rest = rest.get(at..).unwrap_or_default();
        if let Some((letter, length)) = first_letter(rest) {
            out.push(letter);
            rest = rest.get(length..).unwrap_or_default();
        } else {
            out.push('%');
            rest = rest.get(1..).unwrap_or_default();
        }
    }
    out.push_str(rest);
    out
}

/// The letter that escapes at the start of a text spell, and their length.
fn first_letter(text: &str) -> Option<(char, usize)> {
    let escape = |number: usize| {
        let digits = text.get(number * 3..number * 3 + 3)?.strip_prefix('%')?;
        u8::from_str_radix(digits, 16).ok()
    };
    let first = escape(0)?;
    let length = match first {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return None,
    };
    let bytes: Vec<u8> = (0..length).map_while(escape).collect();
    let letter = std::str::from_utf8(&bytes).ok()?.chars().next()?;
    letter.is_alphanumeric().then_some((letter, length * 3))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(raw: &str, read: &str, from: &str, to: &str) -> Option<String> {
        spellings(Written { raw, read }, &Url::parse(from).unwrap(), &Url::parse(to).unwrap()).into_iter().next()
    }

    #[test]
    fn what_did_not_change_stays_as_written() {
        for (raw, from, to, expected) in [
            (
                "http://a.cn/x?a=1&amp;b=2#c",
                "http://a.cn/x?a=1&b=2",
                "https://a.cn/x?a=1&b=2",
                "https://a.cn/x?a=1&amp;b=2#c",
            ),
            ("http://A.cn", "http://a.cn/", "https://a.cn/", "https://A.cn"),
            (
                "http://a.cn/厦门/",
                "http://a.cn/%E5%8E%A6%E9%97%A8/",
                "http://b.cn/%E5%8E%A6%E9%97%A8/",
                "http://b.cn/厦门/",
            ),
            ("//a.cn/x", "https://a.cn/x", "https://b.cn/x", "//b.cn/x"),
            ("//a.cn/x", "http://a.cn/x", "https://b.cn/x", "https://b.cn/x"),
            ("HTTP://a.cn:80/x", "http://a.cn/x", "http://b.cn/x", "HTTP://b.cn/x"),
            ("HTTP://A.cn:80/x?a&#38;b#c", "http://a.cn/x?a&b", "https://a.cn/x?a&b", "https://a.cn/x?a&#38;b#c"),
            ("http://[::1]/x", "http://[::1]/x", "https://[::1]/x", "https://[::1]/x"),
        ] {
            assert_eq!(first(raw, raw, from, to).as_deref(), Some(expected), "{raw}");
        }
    }

    #[test]
    fn what_changed_is_written_in_the_same_way() {
        let two = |raw: &str, read: &str| first(raw, read, "http://a.cn/x?a&b", "https://b.cn/y?c&d").unwrap();
        assert_eq!(two("http://a.cn/x?a&amp;b", "http://a.cn/x?a&b"), "https://b.cn/y?c&amp;d");
        assert_eq!(two("http://a.cn/x?a&b#f", "http://a.cn/x?a&b#f"), "https://b.cn/y?c&d#f");
        assert_eq!(two("http://a.cn/x?a&#38;b", "http://a.cn/x?a&b"), "https://b.cn/y?c&amp;d");
        let letters = first(
            "http://a.cn/厦",
            "http://a.cn/厦",
            "http://a.cn/%E5%8E%A6",
            "http://a.cn/%E9%97%A8/%C4%FA/%2F/%EF%BC%8C",
        );
        assert_eq!(letters.as_deref(), Some("http://a.cn/门/%C4%FA/%2F/%EF%BC%8C"));
        let own = first("http://a.cn/x#old", "http://a.cn/x#old", "http://a.cn/x", "http://a.cn/y#new");
        assert_eq!(own.as_deref(), Some("http://a.cn/y#new"));
    }

    #[test]
    fn what_cannot_be_written_is_not() {
        for raw in ["", "/x", "ftp://a.cn/", "http:///x", "http://a&#46;cn/x", "x//y", "http:a.cn"] {
            assert_eq!(first(raw, raw, "http://a.cn/x", "http://b.cn/y"), None, "{raw}");
        }
        assert_eq!(first("http://a.cn/x", "http://a.cn/x", "http://a.cn/x", "http://b.cn/?{{x}}"), None);
    }
}
