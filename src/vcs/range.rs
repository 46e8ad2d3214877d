//! What is compared, as it is typed after `--since`: `REV`, `A..B`, `A...B`.
//!
//! `REV` is the commit that was the newest before; what is compared with it is the work tree, or with `A..B` another commit.
//! Three dots ask for the commit where two branches parted, as a pull request does: what others did since is no change of ours.

use super::command::{VcsError, VcsErrorKind};
use super::{Repository, Revision};

use crate::language::mark;

/// What is compared with what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// Where the comparison begins: a commit, or the empty tree where nothing was there before.
    pub from: Revision,
    /// Where it ends; `None` is the work tree.
    pub to: Option<Revision>,
    /// The commit at its end: `to`, or what is checked out; `None` before the first commit.
    pub tip: Option<Revision>,
    /// The commit that the tip has to descend from; `None` where nothing was said of that.
    pub previous: Option<Revision>,
    /// Whether nothing was there before.
    pub from_nothing: bool,
}

/// The names that were typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Typed<'t> {
    from: &'t str,
    /// `None` is the work tree.
    to: Option<&'t str>,
    from_base: bool,
}

fn typed(text: &str) -> Typed<'_> {
    let or_head = |name| if str::is_empty(name) { "HEAD" } else { name };
    if let Some((from, to)) = text.split_once("...") {
        return Typed { from: or_head(from), to: Some(to).filter(|to| !to.is_empty()), from_base: true };
    }
    match text.split_once("..") {
        Some((from, to)) => Typed { from: or_head(from), to: Some(or_head(to)), from_base: false },
        None => Typed { from: text, to: None, from_base: false },
    }
}

/// What forges send in place of a commit that is not there: before a branch began, after it was deleted.
fn is_zero(name: &str) -> bool {
    matches!(name.len(), 40 | 64) && name.bytes().all(|digit| digit == b'0')
}

impl Repository {
    /// The commits that `--since` names.
    pub fn comparison(&self, text: &str) -> Result<Comparison, VcsError> {
        let Typed { from, to, from_base } = typed(text);
        if to.is_some_and(is_zero) {
            return Err(self.git.error(mark!("compare revisions"), VcsErrorKind::Deleted));
        }
        let to = to.map(|name| self.resolve(name)).transpose()?;
        let tip = if to.is_some() { to.clone() } else { self.head()? };
        if is_zero(from) {
            return Ok(Comparison { from: self.empty_tree()?, to, tip, previous: None, from_nothing: true });
        }
        let named = self.resolve(from)?;
        match &tip {
            Some(tip) if from_base => {
                let from = self.merge_base(&named, tip)?;
                Ok(Comparison { from, to, tip: Some(tip.clone()), previous: None, from_nothing: false })
            }
            _ => Ok(Comparison { from: named.clone(), to, tip, previous: Some(named), from_nothing: false }),
        }
    }

    /// The tree without a file, as this repository names it.
    fn empty_tree(&self) -> Result<Revision, VcsError> {
        let action = "name the empty tree";
        let name = self.git.run(action, &["hash-object", "-t", "tree", "--stdin"])?;
        let name = String::from_utf8_lossy(name.trim_ascii()).into_owned();
        Ok(Revision(name.into()))
    }

    fn merge_base(&self, one: &Revision, other: &Revision) -> Result<Revision, VcsError> {
        let action = mark!("find where two branches parted");
        let (code, output) = self.git.run_with_code(action, &["merge-base", one.as_str(), other.as_str()], &[0, 1])?;
        let line = output.split(|&byte| byte == b'\n').next().unwrap_or_default();
        match std::str::from_utf8(line) {
            Ok(name) if code == 0 && !name.is_empty() => Ok(Revision(name.into())),
            _ => Err(self.git.error(action, VcsErrorKind::Unrelated { shallow: self.is_shallow()? })),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_names_two_ends() {
        let ends = |text| {
            let Typed { from, to, from_base } = typed(text);
            (from, to, from_base)
        };
        assert_eq!(ends("main"), ("main", None, false));
        assert_eq!(ends("a..b"), ("a", Some("b"), false));
        assert_eq!(ends("a.."), ("a", Some("HEAD"), false));
        assert_eq!(ends("..b"), ("HEAD", Some("b"), false));
        assert_eq!(ends("origin/main..."), ("origin/main", None, true));
        assert_eq!(ends("a...b"), ("a", Some("b"), true));
        assert_eq!(ends(""), ("", None, false));
    }

    #[test]
    fn zeros_are_no_commit() {
        assert!(is_zero(&"0".repeat(40)) && is_zero(&"0".repeat(64)));
        assert!(!is_zero("0") && !is_zero("") && !is_zero(&"0".repeat(41)));
    }
}
