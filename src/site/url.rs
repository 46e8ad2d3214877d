//! Paths of addresses: escaping, cleaning, and the file that an address becomes.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter, memchr2_iter, memrchr};

use crate::front_matter::Engine;

const HEX: &[u8; 16] = b"0123456789ABCDEF";

/// Whether a byte stands for itself in an address.
fn is_plain(byte: u8) -> bool {
    #[expect(clippy::indexing_slicing, reason = "a constant is computed while this is compiled")]
    const PLAIN: [bool; 256] = {
        let (mut table, mut byte) = ([false; 256], 0_u8);
        loop {
            table[byte as usize] = byte.is_ascii_alphanumeric()
                || matches!(byte, b'!' | b'$' | b'&'..=b'/' | b':' | b';' | b'=' | b'@' | b'_' | b'~');
            if byte == u8::MAX {
                break table;
            }
            byte += 1;
        }
    };
    PLAIN.get(usize::from(byte)).copied().unwrap_or(false)
}

/// A value of a placeholder as it stands in an address.
pub(super) fn escape_path(engine: Engine, path: &str) -> Cow<'_, str> {
    // Jekyll before 4.4 takes a question mark for the start of a query and leaves it.
    let is_plain = |byte: u8| is_plain(byte) || (byte == b'?' && engine == Engine::Jekyll3);
    if path.bytes().all(is_plain) {
        return Cow::Borrowed(path);
    }
    let mut escaped = String::with_capacity(path.len() * 3);
    for byte in path.bytes() {
        if is_plain(byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push('%');
            for digit in [byte >> 4, byte & 15] {
                escaped.push(HEX.get(usize::from(digit)).copied().map_or('0', char::from));
            }
        }
    }
    Cow::Owned(escaped)
}

/// Percent-decodes; a `%` without two hexadecimal digits stays, and bytes that are not UTF-8 become U+FFFD.
pub(super) fn unescape(text: &str) -> Cow<'_, str> {
    if memchr(b'%', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let digit = |byte: Option<&u8>| byte.and_then(|&byte| char::from(byte).to_digit(16));
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if let (b'%', Some(high), Some(low)) = (byte, digit(bytes.get(at + 1)), digit(bytes.get(at + 2))) {
            decoded.push(u8::try_from(high * 16 + low).unwrap_or(byte));
            at += 3;
        } else {
            decoded.push(byte);
            at += 1;
        }
    }
    Cow::Owned(String::from_utf8_lossy(&decoded).into_owned())
}

/// An expanded template as Jekyll cleans it: one slash at the start, no `..`, no `./`, no two slashes in a row.
pub(super) fn sanitize(path: String) -> String {
    let bytes = path.as_bytes();
    let is_dirty = |at: usize| matches!(bytes.get(at..at + 2), Some(b".." | b"./" | b"//"));
    if path.starts_with('/') && !memchr2_iter(b'.', b'/', bytes).any(is_dirty) {
        return path;
    }
    let path = format!("/{path}").replace("..", "/").replace("./", "");
    let mut clean = String::with_capacity(path.len());
    for c in path.chars() {
        if c != '/' || !clean.ends_with('/') {
            clean.push(c);
        }
    }
    clean
}

/// The file, relative to the site's root, that is written for an address.
///
/// `index` is the name of the file in a folder's stead, `output_extension` what is added to a name that lacks it.
pub(super) fn destination(url: &str, index: &str, output_extension: &str) -> String {
    let mut file = expand(&unescape(url));
    if url.ends_with('/') {
        if !file.is_empty() {
            file.push('/');
        }
        file.push_str(index);
    } else if !file.ends_with(output_extension) {
        file.push_str(output_extension);
    }
    file
}

/// A path without empty, `.` and `..` parts and without slashes at its ends, as Ruby's `expand_path` leaves it.
pub(super) fn expand(path: &str) -> String {
    let bare = path.strip_prefix('/').unwrap_or(path);
    let bare = bare.strip_suffix('/').unwrap_or(bare);
    let bytes = bare.as_bytes();
    // Only parts that begin with a dot, or with the next slash, can be odd.
    let may_be_odd = |start: usize| matches!(bytes.get(start), None | Some(b'.' | b'/'));
    if !may_be_odd(0) && !memchr_iter(b'/', bytes).any(|slash| may_be_odd(slash + 1)) {
        return bare.to_owned();
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in bare.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// A file name's extension with its dot, as Ruby's `File.extname` finds it; empty if there is none.
pub(super) fn extension(path: &str) -> &str {
    let name = file_name(path);
    let bare = name.trim_start_matches('.');
    match memrchr(b'.', bare.as_bytes()) {
        Some(dot) => bare.get(dot..).unwrap_or_default(),
        None => "",
    }
}

pub(super) use crate::text::{file_name, folder};

/// A file's name without its extension.
pub(super) fn stem(path: &str) -> &str {
    let name = file_name(path);
    name.strip_suffix(extension(name)).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_escaped_once() {
        let escape = |text| escape_path(Engine::Jekyll4, text).into_owned();
        assert_eq!(escape("a b[c]?d#e%20"), "a%20b%5Bc%5D%3Fd%23e%2520");
        assert_eq!(escape("中"), "%E4%B8%AD");
        assert_eq!(escape_path(Engine::Jekyll3, "a?b"), "a?b");
        assert_eq!(unescape("%E4%B8%AD%2"), "中%2");
    }

    #[test]
    fn dots_are_cleaned_as_jekyll_cleans_them() {
        assert_eq!(sanitize("foo/../bar//x.html".to_owned()), "/foo/bar/x.html");
        assert_eq!(sanitize("/v1../x".to_owned()), "/v1/x");
        assert_eq!(sanitize(String::new()), "/");
    }

    #[test]
    fn an_address_becomes_a_file() {
        assert_eq!(destination("/", "index.html", ".html"), "index.html");
        assert_eq!(destination("/p/x", "index.html", ".html"), "p/x.html");
        assert_eq!(destination("/p/%E4%B8%AD/", "index.html", ".html"), "p/中/index.html");
        assert_eq!(destination("/a.json", "index.json", ".json"), "a.json");
        assert_eq!(destination("/a/%2e%2e/b", "index.html", ".html"), "b.html");
    }

    #[test]
    fn extensions_are_those_of_ruby() {
        let cases = [(".htaccess", ""), ("a.", "."), ("a.b.", "."), ("..b", ""), (".a.b", ".b"), ("x.d/y", "")];
        for (path, expected) in cases {
            assert_eq!(extension(path), expected, "{path}");
        }
        assert_eq!(stem("x/a..b"), "a.");
    }
}
