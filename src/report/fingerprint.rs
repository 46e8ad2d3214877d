//! What a finding is known by from run to run.
//!
//! A fingerprint holds through what an archive does every day: lines above the finding come and go, and posts move
//! from `_posts` to an archive folder. So it is made of the rule, the file's *name*, the guilty text, and, among
//! findings that are equal in these, a number. A finding about many files (an address of the web, a page that posts link
//! to, a category) belongs to none of them, least of all to the one that happens to come first; there the file's name is
//! left out.
//! SHA-256 is used because baselines and state files outlive versions of this program; a faster hash may change with
//! the library that computes it.

use std::collections::HashMap;
use std::fmt;

use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};

use crate::finding::Finding;

/// What a finding is known by: 64 bits, written as 16 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(pub u64);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl Serialize for Fingerprint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The fingerprints of findings that are sorted by place, in their order.
pub fn fingerprints(findings: &[Finding]) -> Vec<Fingerprint> {
    let mut seen: HashMap<(&str, &str, u64), u64> = HashMap::with_capacity(findings.len());
    let numbered = findings.iter().map(|finding| {
        let code = finding.meta.code.as_str();
        let name = if finding.is_shared || code.starts_with("NT") { "" } else { file_name(&finding.path) };
        let key = (code, name, finding.subject);
        let equal = seen.entry(key).or_default();
        *equal += 1;
        digest(key, *equal)
    });
    numbered.collect()
}

fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

fn digest((code, name, subject): (&str, &str, u64), ordinal: u64) -> Fingerprint {
    let mut state = Sha256::new();
    // A code has a fixed length and the numbers have eight bytes each, so no two keys are written alike.
    state.update(code);
    state.update(subject.to_le_bytes());
    state.update(ordinal.to_le_bytes());
    state.update(name);
    let mut first = [0; 8];
    for (to, from) in first.iter_mut().zip(state.finalize()) {
        *to = from;
    }
    Fingerprint(u64::from_be_bytes(first))
}

#[cfg(test)]
mod tests {
    use super::super::model::tests::{ABORTS, BROKEN, finding};
    use super::*;
    use std::collections::HashSet;

    fn one(path: &str, span: (u32, u32)) -> Fingerprint {
        fingerprints(&[finding(&ABORTS, path, span, "m")])[0]
    }

    #[test]
    fn moves_of_lines_and_files_keep_it() {
        let here = one("_posts/2022-01-17-a.md", (10, 15));
        assert_eq!(here, one("_posts/2022-01-17-a.md", (110, 115)));
        assert_eq!(here, one("old_post/2022-01-17-a.md", (10, 15)));
        assert_ne!(here, one("_posts/2022-01-17-b.md", (10, 15)));
        assert_ne!(here, one("_posts/2022-01-17-a.md", (10, 16)));
    }

    #[test]
    fn it_is_the_same_in_every_version() {
        assert_eq!(one("_posts/2022-01-17-a.md", (10, 15)).to_string(), "07730765749813b2");
    }

    #[test]
    fn equal_findings_are_told_apart() {
        let mut findings = vec![finding(&ABORTS, "a.md", (1, 2), "m"); 1000];
        findings.push(finding(&BROKEN, "a.md", (1, 2), "m"));
        let prints: HashSet<Fingerprint> = fingerprints(&findings).into_iter().collect();
        assert_eq!(prints.len(), 1001);
    }
}
