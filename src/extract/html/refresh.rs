//! The address in `<meta http-equiv=refresh content="…">` (WHATWG HTML, "shared declarative refresh steps").

use std::ops::Range;

use super::tokens::is_space;

/// The place of the address; `None` where the page only reloads itself.
pub(super) fn address(content: &str) -> Option<Range<usize>> {
    let bytes = content.as_bytes();
    let skip = |from: usize, is_skipped: &dyn Fn(u8) -> bool| {
        let rest = bytes.get(from..).unwrap_or_default();
        from + rest.iter().position(|&byte| !is_skipped(byte)).unwrap_or(rest.len())
    };
    let digits = skip(0, &is_space);
    let behind_digits = skip(digits, &|byte| byte.is_ascii_digit());
    if behind_digits == digits && bytes.get(digits) != Some(&b'.') {
        return None;
    }
    let behind_time = skip(behind_digits, &|byte| byte.is_ascii_digit() || byte == b'.');
    let next = *bytes.get(behind_time)?;
    if !is_space(next) && !matches!(next, b';' | b',') {
        return None;
    }
    let separator = skip(behind_time, &is_space);
    let start = match bytes.get(separator)? {
        b';' | b',' => skip(separator + 1, &is_space),
        _ => separator,
    };
    let address = behind_url_sign(content, start);
    let (from, to) = match bytes.get(address) {
        Some(quote @ (b'"' | b'\'')) => {
            let rest = bytes.get(address + 1..)?;
            (address + 1, address + 1 + memchr::memchr(*quote, rest).unwrap_or(rest.len()))
        }
        Some(_) => (address, bytes.len()),
        None => return None,
    };
    let written = bytes.get(from..to)?;
    let end = written.iter().rposition(|&byte| !is_space(byte)).map_or(from, |last| from + last + 1);
    Some(from..end)
}

/// Behind `url =`, where it stands at `from`; else `from`.
fn behind_url_sign(content: &str, from: usize) -> usize {
    let rest = content.get(from..).unwrap_or_default();
    let Some(sign) = rest.get(..3).filter(|sign| sign.eq_ignore_ascii_case("url")) else { return from };
    let behind = rest.get(sign.len()..).unwrap_or_default().trim_ascii_start();
    let Some(value) = behind.strip_prefix('=') else { return from };
    content.len() - value.trim_ascii_start().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(content: &str) -> Option<&str> {
        address(content).map(|range| content.get(range).unwrap())
    }

    #[test]
    fn the_address_of_a_refresh_is_found() {
        assert_eq!(found("5; url=http://h/a b "), Some("http://h/a b"));
        assert_eq!(found("0;URL = '//h/a';x"), Some("//h/a"));
        assert_eq!(found(" .5, /a"), Some("/a"));
        assert_eq!(found("3 \"/a\""), Some("/a"));
        assert_eq!(found("0;url"), Some("url"));
    }

    #[test]
    fn a_reload_or_nonsense_has_none() {
        for content in ["", "5", "5;", "x; url=/a", "5x; url=/a", ";url=/a", "5;url="] {
            assert_eq!(found(content), None, "{content}");
        }
    }
}
