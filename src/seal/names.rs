//! Names of files that a manifest cannot carry, and names that are one name elsewhere.

use crate::language::{Message, say};
use unicode_normalization::UnicodeNormalization as _;

/// Why a file cannot be sealed by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Refusal {
    /// A line feed or a carriage return would break the manifest's lines.
    LineBreak,
    /// A backslash makes `sha256sum` escape the line, and is a separator on other systems.
    Backslash,
    /// An absolute path, an empty part, `.` or `..`: it could lead out of the archive.
    NotBelow,
}

impl Refusal {
    /// What is wrong with the name, as a fragment.
    pub fn message(self) -> Message {
        match self {
            Self::LineBreak => say!("a line break in the name"),
            Self::Backslash => say!("a backslash in the name"),
            Self::NotBelow => say!("a path that is not plainly below the archive"),
        }
    }
}

/// Why a path cannot stand in a manifest, if it cannot.
pub fn refusal(path: &str) -> Option<Refusal> {
    if memchr::memchr2(b'\n', b'\r', path.as_bytes()).is_some() {
        return Some(Refusal::LineBreak);
    }
    if path.contains('\\') {
        return Some(Refusal::Backslash);
    }
    let is_bad = |part: &str| matches!(part, "" | "." | "..");
    (path.contains('\0') || path.split('/').any(is_bad)).then_some(Refusal::NotBelow)
}

/// Paths that differ, and are one path on a system that ignores case or normalises names: in groups, in the order of the paths.
pub fn look_alikes<'a>(paths: &[&'a str]) -> Vec<Vec<&'a str>> {
    let mut keyed: Vec<(String, &str)> = paths.iter().map(|&path| (folded(path), path)).collect();
    keyed.sort_unstable();
    keyed.dedup();
    let groups = keyed.chunk_by(|one, other| one.0 == other.0).filter(|group| group.len() > 1);
    let mut groups: Vec<Vec<&str>> = groups.map(|group| group.iter().map(|&(_, path)| path).collect()).collect();
    groups.sort_unstable();
    groups
}

/// The name as a system sees it that ignores case and normalises. Lower case after upper case stands for case folding,
/// from which it differs in a handful of letters (the final sigma is one that it gets right this way).
fn folded(path: &str) -> String {
    if path.is_ascii() {
        return path.to_ascii_lowercase();
    }
    path.nfd().collect::<String>().to_uppercase().to_lowercase().nfc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_a_manifest_cannot_carry() {
        let table = [
            ("_posts/2022-01-17-a.md", None),
            (" leading and trailing ", None),
            ("*star", None),
            ("-", None),
            ("新闻/厦门日报.md", None),
            ("...", None),
            ("a\nb", Some(Refusal::LineBreak)),
            ("a\r", Some(Refusal::LineBreak)),
            ("a\\b", Some(Refusal::Backslash)),
            ("", Some(Refusal::NotBelow)),
            ("/etc/passwd", Some(Refusal::NotBelow)),
            ("a//b", Some(Refusal::NotBelow)),
            ("a/../b", Some(Refusal::NotBelow)),
            ("./a", Some(Refusal::NotBelow)),
            ("a/", Some(Refusal::NotBelow)),
            ("a\0", Some(Refusal::NotBelow)),
        ];
        for (path, expected) in table {
            assert_eq!(refusal(path), expected, "{path:?}");
        }
    }

    #[test]
    fn names_that_are_one_elsewhere() {
        let paths = ["b", "A.md", "a.md", "caf\u{e9}", "cafe\u{301}", "CAFE\u{301}", "新", "Straße", "STRASSE", "a.md"];
        let groups = look_alikes(&paths);
        assert_eq!(
            groups,
            [vec!["A.md", "a.md"], vec!["CAFE\u{301}", "cafe\u{301}", "caf\u{e9}"], vec!["STRASSE", "Straße"]]
        );
        assert!(look_alikes(&["a", "b", "ab"]).is_empty());
    }
}
