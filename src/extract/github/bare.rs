//! Bare addresses that GitHub makes links (GFM §6.9, "Autolinks (extension)").
//!
//! The rules are GitHub's with one difference: where Chinese text goes on, the address has ended.
//! GitHub takes `http://a.cn/1。后文` for one address; nobody ever meant that.
//! E-mail addresses are left out: no stage looks at them.

use std::ops::Range;

use memchr::memmem;

/// Finds the bare addresses of a text without markup, at `at` or behind it.
///
/// `before` is the character in front of the text, if there is one.
pub(super) struct Bare<'s> {
    text: &'s str,
    before: Option<char>,
    at: usize,
    next_colon: Option<usize>,
    next_www: Option<usize>,
}

impl<'s> Bare<'s> {
    pub(super) fn new(text: &'s str, before: Option<char>) -> Self {
        let (next_colon, next_www) = (find_from(text, "://", 0), find_from(text, "www.", 0));
        Self { text, before, at: 0, next_colon, next_www }
    }
}

/// A bare address in a text.
#[derive(Debug)]
pub(super) struct Found {
    /// The address.
    pub(super) range: Range<usize>,
    /// Whether it has no scheme, and gets `http://`.
    pub(super) is_without_scheme: bool,
    /// Whether only the end of the text ended it.
    pub(super) is_cut: bool,
}

impl Found {
    fn new(text: &str, range: Range<usize>) -> Option<Self> {
        let written = text.get(range.clone())?;
        let end = range.start + trimmed_length(written);
        let is_without_scheme = written.starts_with("www.");
        Some(Self { range: range.start..end, is_without_scheme, is_cut: range.end == text.len() })
    }
}

/// Where the address that begins at `start` ends, if what the text has behind `cut` may belong to it: to GitHub, stars
/// and underscores in an address are no emphasis.
pub(super) fn extended(text: &str, start: usize, cut: usize) -> usize {
    let rest = text.get(cut..).unwrap_or_default();
    let is_end = |c: char| c.is_whitespace() || matches!(c, '<' | '[' | '`' | '|') || ends_address(c);
    let end = cut + rest.find(is_end).unwrap_or(rest.len());
    start + trimmed_length(text.get(start..end).unwrap_or_default())
}

fn find_from(text: &str, needle: &str, from: usize) -> Option<usize> {
    Some(from + memmem::find(text.as_bytes().get(from..)?, needle.as_bytes())?)
}

impl Iterator for Bare<'_> {
    type Item = Found;

    fn next(&mut self) -> Option<Found> {
        loop {
            let found = match (self.next_colon, self.next_www) {
                (None, None) => return None,
                (Some(colon), www) if www.is_none_or(|www| colon < www) => {
                    self.next_colon = find_from(self.text, "://", colon + 3);
                    with_scheme(self.text, self.at, colon)
                }
                (colon, www) => {
                    let www = www.or(colon)?;
                    self.next_www = find_from(self.text, "www.", www + 4);
                    if www < self.at { None } else { without_scheme(self.text, (self.before, self.at), www) }
                }
            };
            if let Some(found) = found.filter(|found| found.range.start >= self.at) {
                self.at = found.range.end;
                return Some(found);
            }
        }
    }
}

/// The address whose `://` stands at `colon`; its scheme begins no earlier than `from`.
fn with_scheme(text: &str, from: usize, colon: usize) -> Option<Found> {
    let scheme = ["https", "http", "ftp"].into_iter().find(|scheme| {
        let start = colon.checked_sub(scheme.len()).filter(|&start| start >= from);
        let found = start.and_then(|start| text.get(start..colon));
        found.is_some_and(|found| found.eq_ignore_ascii_case(scheme))
    })?;
    let start = colon - scheme.len();
    // `xhttp://` is another scheme.
    if text.get(..start)?.ends_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let host = text.get(colon + 3..)?;
    let length = host_length(host)?;
    let end = colon + 3 + length + rest_length(host.get(length..)?);
    Found::new(text, start..end).filter(|found| found.range.end > colon + 3)
}

/// The address that begins with the `www.` at `start`.
fn without_scheme(text: &str, (before, ended): (Option<char>, usize), start: usize) -> Option<Found> {
    let previous = text.get(..start)?.chars().next_back().or(before);
    let may_precede = |c: char| c.is_whitespace() || matches!(c, '*' | '_' | '~' | '(');
    // Where GitHub would have gone on with the address before, this one begins.
    let follows_another = ended > 0 && !text.get(ended..start)?.contains(char::is_whitespace);
    if previous.is_some_and(|c| !(may_precede(c) || follows_another && ends_address(c))) {
        return None;
    }
    let host = text.get(start..)?;
    let length = host_length(host).filter(|&length| length > 4)?;
    let end = start + length + rest_length(host.get(length..)?);
    Found::new(text, start..end).filter(|found| found.range.len() > 4)
}

/// No name of a host is longer (RFC 1035 §2.3.4), and no search for its end goes further.
const LONGEST_HOST: usize = 255;

/// The length of the host at the beginning of `text`, if one is there.
///
/// Its last two labels have no underscore. A host that begins in Chinese may be Chinese, if it has a dot.
fn host_length(text: &str) -> Option<usize> {
    let is_chinese = text.starts_with(ends_address);
    let is_host = |c: char| match c {
        '-' | '_' | '.' => true,
        c if ends_address(c) => is_chinese && c.is_alphanumeric(),
        c => c.is_alphanumeric() || (!c.is_ascii() && !c.is_whitespace()),
    };
    let window = text.get(..text.floor_char_boundary(LONGEST_HOST + 1))?;
    let length = window.find(|c| !is_host(c)).unwrap_or(window.len());
    let host = window.get(..length).filter(|host| host.len() <= LONGEST_HOST)?;
    let mut labels = host.rsplit('.');
    let has_underscore = labels.by_ref().take(2).any(|label| label.contains('_'));
    let starts_well = host.starts_with(char::is_alphanumeric);
    (starts_well && !has_underscore && (!is_chinese || host.contains('.'))).then_some(length)
}

/// The length of what follows the host.
fn rest_length(text: &str) -> usize {
    text.find(|c: char| c.is_whitespace() || c == '<' || ends_address(c)).unwrap_or(text.len())
}

/// Whether a character belongs to the text around an address: Chinese, Japanese and Korean letters and every
/// punctuation mark beyond ASCII.
pub(crate) fn ends_address(c: char) -> bool {
    match c {
        '\0'..='\u{7F}' => false,
        '\u{80}'..='\u{1FFF}' => !c.is_alphanumeric() && !unicode_normalization::char::is_combining_mark(c),
        _ => true,
    }
}

/// The length without the punctuation that belongs to the sentence around (GFM's trailing-punctuation,
/// parenthesis and entity rules).
fn trimmed_length(address: &str) -> usize {
    let bytes = address.as_bytes();
    let count = |wanted: u8| memchr::memchr_iter(wanted, bytes).count();
    let (opening, mut closing) = (count(b'('), count(b')'));
    let mut end = bytes.len();
    while let Some(last) = end.checked_sub(1) {
        match bytes.get(last) {
            Some(b')') if closing > opening => closing -= 1,
            Some(b'?' | b'!' | b'.' | b',' | b':' | b'*' | b'_' | b'~' | b'\'' | b'"') => {}
            Some(b';') => {
                let before = bytes.get(..last).unwrap_or_default();
                let letters = before.iter().rev().take_while(|byte| byte.is_ascii_alphanumeric()).count();
                let start = last - letters;
                if letters > 0 && start.checked_sub(1).and_then(|at| bytes.get(at)) == Some(&b'&') {
                    end = start;
                }
            }
            _ => return end,
        }
        end -= 1;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        Bare::new(text, None).map(|found| text.get(found.range).unwrap()).collect()
    }

    #[test]
    fn an_address_ends_where_chinese_goes_on() {
        assert_eq!(found("见http://a.cn/1。后文"), ["http://a.cn/1"]);
        assert_eq!(
            found("http://a.cn/1。后文https://b.cn/2，以及（https://c.cn/3）结束"),
            ["http://a.cn/1", "https://b.cn/2", "https://c.cn/3"]
        );
        assert_eq!(
            found("http://a.cn后文 http://a.cn/x后文 http://a.cn/“x”"),
            ["http://a.cn", "http://a.cn/x", "http://a.cn/"]
        );
        assert_eq!(found("www.a.cn，www.b.cn x，www.c.cn"), ["www.a.cn", "www.b.cn"]);
    }

    #[test]
    fn a_chinese_host_is_one() {
        assert_eq!(found("http://例子.中国/路 http://中国平安"), ["http://例子.中国/"]);
        assert_eq!(found("http://a.de/müller"), ["http://a.de/müller"]);
    }

    #[test]
    fn trailing_punctuation_is_the_sentence_s() {
        assert_eq!(
            found("http://a.cn/x. (http://a.cn/y) http://a.cn/(z)? http://a.cn/((w)"),
            ["http://a.cn/x", "http://a.cn/y", "http://a.cn/(z)", "http://a.cn/((w)"]
        );
        assert_eq!(found("www.a.cn/s?q=x&hl; www.a.cn/s?q=x;"), ["www.a.cn/s?q=x", "www.a.cn/s?q=x"]);
        assert_eq!(found("http://a.cn/x&amp;&lt;"), ["http://a.cn/x"]);
        assert_eq!(found("**http://a.cn/x** http://a.cn/<b"), ["http://a.cn/x", "http://a.cn/"]);
    }

    #[test]
    fn what_only_looks_like_an_address_is_none() {
        for text in [
            "xhttp://a.cn",
            "http://",
            "http://.a",
            "http:// a",
            "http://_a.b",
            "awww.b.cn",
            "见www.b.cn",
            "www.",
            "gopher://a",
        ] {
            assert!(found(text).is_empty(), "{text}: {:?}", found(text));
        }
        assert_eq!(found("http://a_b.c.d HTTP://A.CN"), ["http://a_b.c.d", "HTTP://A.CN"]);
    }

    #[test]
    fn two_schemes_in_a_row_are_one_address() {
        assert_eq!(found("http://a.cn/?u=http://b.cn/www.c.cn"), ["http://a.cn/?u=http://b.cn/www.c.cn"]);
    }
}
