//! What changed between two commits, or between a commit and the work tree.

use super::Revision;
use super::command::{Git, VcsError, VcsErrorKind};
use super::tracked::ObjectId;

use crate::language::mark;

/// One file that changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What happened to it.
    pub kind: ChangeKind,
    /// Its path, before where there is one; relative to the folder, as git's bytes.
    pub path: Box<[u8]>,
    /// Its path afterwards, for a rename.
    pub to: Option<Box<[u8]>>,
    /// Its content before.
    pub old: Option<ObjectId>,
    /// Its content afterwards; `None` also for a file of the work tree that git has not stored.
    pub new: Option<ObjectId>,
    /// Its modes before and afterwards, as [`super::Tracked::mode`]; 0 where it is not there.
    pub modes: (u32, u32),
}

/// What happened to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChangeKind {
    /// It came.
    Added,
    /// Its content or its mode changed.
    Modified,
    /// It vanished.
    Deleted,
    /// It moved, with the very same content.
    Renamed,
    /// A file became a link or a submodule, or the other way round.
    Retyped,
    /// A merge of it is not finished.
    Unmerged,
}

pub(super) fn changes(git: &Git, from: &Revision, to: Option<&Revision>) -> Result<Vec<Change>, VcsError> {
    let action = mark!("compare revisions");
    let shape =
        ["-r", "-z", "--raw", "--no-abbrev", "-M100%", "--no-ext-diff", "--no-textconv", "--ignore-submodules=all"];
    let place = ["--relative", "-O/dev/null"];
    // Only the command for people refreshes its idea of the work tree in memory; `diff-index` would report files that were merely touched.
    let command = if to.is_some() { "diff-tree" } else { "diff" };
    let mut arguments = vec![command];
    arguments.extend(shape.into_iter().filter(|option| to.is_some() || *option != "-r"));
    arguments.extend(place);
    arguments.push(from.as_str());
    arguments.extend(to.map(Revision::as_str));
    arguments.push("--");
    let output = git.run(action, &arguments)?;
    parse(&output).ok_or_else(|| git.error(action, VcsErrorKind::Unreadable("a list of changes")))
}

/// Reads `:MODE MODE OLD NEW STATUS\0PATH\0`, with a second path for renames; `None` for anything else.
fn parse(output: &[u8]) -> Option<Vec<Change>> {
    let mut words = output.split(|&byte| byte == 0);
    let mut changes = Vec::new();
    while let Some(head) = words.next() {
        if head.is_empty() {
            continue;
        }
        let head = std::str::from_utf8(head.strip_prefix(b":")?).ok()?;
        let mut fields = head.split(' ');
        let mut mode = || u32::from_str_radix(fields.next()?, 8).ok();
        let modes = (mode()?, mode()?);
        let (old, new) = (ObjectId::parse(fields.next()?)?, ObjectId::parse(fields.next()?)?);
        let kind = match fields.next()?.chars().next()? {
            'A' | 'C' => ChangeKind::Added,
            'M' => ChangeKind::Modified,
            'D' => ChangeKind::Deleted,
            'R' => ChangeKind::Renamed,
            'T' => ChangeKind::Retyped,
            'U' => ChangeKind::Unmerged,
            _ => return None,
        };
        let path: Box<[u8]> = words.next()?.into();
        let to = if kind == ChangeKind::Renamed { Some(words.next()?.into()) } else { None };
        let known = |id: ObjectId| (!id.is_zero()).then_some(id);
        changes.push(Change { kind, path, to, old: known(old), new: known(new), modes });
    }
    Some(changes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn raw_output_is_read() {
        let (a, zero) = ("a".repeat(40), "0".repeat(40));
        let output = format!(
            ":100644 100644 {a} {a} R100\0_posts/a\nb.md\0old_post/a\nb.md\0:100644 000000 {a} {zero} D\0x\0:000000 100644 {zero} {a} A\0新\0"
        );
        let changes = parse(output.as_bytes()).unwrap();
        assert_eq!(changes.len(), 3);
        assert_eq!((changes[0].kind, &*changes[0].path), (ChangeKind::Renamed, &b"_posts/a\nb.md"[..]));
        assert_eq!(changes[0].to.as_deref(), Some(&b"old_post/a\nb.md"[..]));
        assert_eq!((changes[1].kind, changes[1].new), (ChangeKind::Deleted, None));
        assert_eq!((changes[2].kind, changes[2].old), (ChangeKind::Added, None));
        assert_eq!(parse(b""), Some(Vec::new()));
        for bad in ["x", ":1 2 3", ":100644 100644 a b M\0x\0", &format!(":100644 100644 {a} {a} R100\0only one")] {
            assert_eq!(parse(bad.as_bytes()), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn any_output_is_read_or_refused(output in prop::collection::vec(prop::sample::select(b":0 aMR\0\n\xff".to_vec()), 0..60)) {
            parse(&output);
        }
    }
}
