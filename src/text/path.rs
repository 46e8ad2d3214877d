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
