//! Paths as archives write them: with `/`, whatever the system.

use memchr::{memchr, memrchr};

/// The last part of a path.
pub fn file_name(path: &str) -> &str {
    match memrchr(b'/', path.as_bytes()) {
        Some(slash) => path.get(slash + 1..).unwrap_or_default(),
        None => path,
    }
}

/// The folder of a path without its last slash; empty for a path without a folder.
pub fn folder(path: &str) -> &str {
    memrchr(b'/', path.as_bytes()).and_then(|slash| path.get(..slash)).unwrap_or_default()
}

/// What follows the first `//` of an address: its authority and the rest. `None` if it has none.
pub fn behind_slashes(address: &str) -> Option<&str> {
    let bytes = address.as_bytes();
    let mut from = 0;
    loop {
        let slash = from + memchr(b'/', bytes.get(from..)?)?;
        if bytes.get(slash + 1) == Some(&b'/') {
            return address.get(slash + 2..);
        }
        from = slash + 1;
    }
}

/// The host of an address that begins with `http://`, `https://` or `//`, if it needs no closer look: letters, digits,
/// hyphens and single dots, with letters alone behind the last dot, and no port.
///
/// Nearly every address of an archive has such a host, and several rules ask about each.
pub fn plain_host(address: &str) -> Option<&str> {
    let behind = ["http://", "https://", "//"].iter().find_map(|begin| address.strip_prefix(begin))?;
    let (mut label, mut dots, mut are_letters) = (0_usize, 0_usize, true);
    let mut end = behind.len();
    for (at, byte) in behind.bytes().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' => label += 1,
            b'0'..=b'9' | b'-' => {
                label += 1;
                are_letters = false;
            }
            b'.' if label > 0 => {
                dots += 1;
                (label, are_letters) = (0, true);
            }
            b'/' | b'?' | b'#' => {
                end = at;
                break;
            }
            _ => return None,
        }
    }
    let is_plain = dots > 0 && label > 1 && are_letters && end <= LONGEST_PLAIN;
    behind.get(..end).filter(|_| is_plain)
}

/// No label of a host this long is too long either (RFC 1035 §2.3.4).
const LONGEST_PLAIN: usize = 63;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_taken_apart() {
        for (path, above, name) in [("a/b/c.md", "a/b", "c.md"), ("c.md", "", "c.md"), ("/c", "", "c"), ("a/", "a", "")]
        {
            assert_eq!((folder(path), file_name(path)), (above, name), "{path}");
        }
    }

    #[test]
    fn plain_hosts_are_those_of_ordinary_addresses() {
        for (address, host) in [
            ("http://a.cn", Some("a.cn")),
            ("https://A-1.b.cn/x@y:1", Some("A-1.b.cn")),
            ("//a.cn?x", Some("a.cn")),
            ("//a.cn#x", Some("a.cn")),
            ("http://a.cn:80/", None),
            ("http://u@a.cn/", None),
            ("http://a..cn/", None),
            ("http://.cn/", None),
            ("http://cn/", None),
            ("http://a.c/", None),
            ("http://a.cn./", None),
            ("http://1.2.3.4/", None),
            ("http:///a.cn", None),
            ("http://a.c\u{4E2D}n/", None),
            ("http://a.cn\\x", None),
            ("HTTP://a.cn/", None),
            ("a.cn/", None),
            ("", None),
        ] {
            assert_eq!(plain_host(address), host, "{address}");
        }
        assert_eq!(plain_host(&format!("//{}.cn/", "a".repeat(61))), None);
    }

    #[test]
    fn what_follows_two_slashes_is_found() {
        for (address, behind) in [
            ("http://a.cn/x//y", Some("a.cn/x//y")),
            ("//a.cn", Some("a.cn")),
            ("a/b/c", None),
            ("a/b//", Some("")),
            ("///", Some("/")),
            ("", None),
        ] {
            assert_eq!(behind_slashes(address), behind, "{address}");
        }
    }
}
