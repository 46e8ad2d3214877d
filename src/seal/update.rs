//! What a new sealing does to the seal.
//!
//! Pure. Only files that were never sealed are taken in as they are. One that was sealed keeps its line whatever has become of it,
//! unless a person names it: so a sealing cannot bless what somebody altered. A file that was moved with its content unchanged
//! takes its line along.
//!
//! Each line of the seal is a leaf of the log, by its digest and its file's name without the folder: moving a post to the archive folder
//! is no event. A line that is given up is a leaf of its own, and is kept, so that the log accounts for everything that was ever sealed.

use hashbrown::HashSet;

use super::compare::{Content, Found, pair_moves, side_by_side};
use super::digest::Digest;
use super::manifest::{Line, file_name};
use super::merkle;

/// The leaf for a line of the seal.
pub(super) fn sealed_leaf(line: &Line) -> Digest {
    let mut data = String::with_capacity(66 + line.path.len());
    line.digest.push_hex(&mut data);
    merkle::leaf((data + "  " + line.name()).as_bytes())
}

/// The leaf that says that a line was given up.
pub(super) fn retired_leaf(line: &Line) -> Digest {
    let mut data = String::from("-");
    line.digest.push_hex(&mut data);
    merkle::leaf((data + "  " + line.name()).as_bytes())
}

/// A change of the seal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Update {
    /// Lines that come, by path.
    pub added: Vec<Line>,
    /// Lines that go, by path: moved, or given up.
    pub removed: Vec<Line>,
    /// Those of the lines that go that are given up.
    pub retired: Vec<Line>,
    /// Leaves to append to the log, in this order.
    pub leaves: Vec<Digest>,
    /// Files that were moved with the same content: from where, to where.
    pub moved: Vec<(Box<str>, Box<str>)>,
    /// Sealed files that are gone; their lines stay.
    pub missing: Vec<Box<str>>,
    /// Files that were moved and altered, from where and to where; they are not sealed and the old lines stay.
    pub altered_in_move: Vec<(Box<str>, Box<str>)>,
    /// Files that cannot be read, and why; they are not sealed.
    pub unreadable: Vec<(Box<str>, Box<str>)>,
    /// Named to be accepted, and neither sealed nor there.
    pub unknown: Vec<Box<str>>,
}

/// The files that have to be read for a sealing: those that are new, and those that a person accepts. Both lists sorted.
pub(super) fn to_read<'a>(sealed: &[Line], present: &[&'a str], accepted: &HashSet<&str>) -> Vec<&'a str> {
    let pairs = side_by_side(sealed, present, |line| &line.path, |path| path);
    let wanted = pairs.filter_map(|(line, path)| path.filter(|path| line.is_none() || accepted.contains(**path)));
    wanted.copied().collect()
}

/// What a sealing does, once the files that [`to_read`] names are read. All lists sorted by path.
pub(super) fn update(sealed: &[Line], present: &[&str], read: &[Found<'_>], accepted: &HashSet<&str>) -> Update {
    let mut update = Update::default();
    let mut known = HashSet::new();
    let (mut missing, mut gone) = (Vec::new(), Vec::new());
    for (line, path) in side_by_side(sealed, present, |line| &line.path, |path| path) {
        match (line, path) {
            (Some(line), None) if accepted.contains(&*line.path) => gone.push(line),
            (Some(line), None) => missing.push(line),
            _ => {}
        }
        known.extend(line.map(|line| &*line.path).filter(|path| accepted.contains(path)));
        known.extend(path.copied().filter(|path| accepted.contains(path)));
    }
    update.unknown = accepted.iter().filter(|path| !known.contains(**path)).map(|&path| path.into()).collect();
    update.unknown.sort_unstable();
    let fresh = take_in(&mut update, sealed, read);
    let carried = settle_moves(&mut update, (missing, gone), &fresh, accepted);
    finish(&mut update, &carried);
    update
}

/// Sorts what was read into lines that replace accepted ones and files that are new; gives the new ones.
fn take_in<'a>(update: &mut Update, sealed: &[Line], read: &[Found<'a>]) -> Vec<(&'a str, Digest)> {
    let mut fresh = Vec::new();
    for (line, file) in side_by_side(sealed, read, |line| &line.path, |file| file.path) {
        let Some(file) = file else { continue };
        match (line, &file.content) {
            (_, Content::Unreadable(why)) => update.unreadable.push((file.path.into(), why.clone())),
            (None, Content::Read { digest, .. }) => fresh.push((file.path, *digest)),
            (Some(line), Content::Read { digest, .. }) if *digest != line.digest => {
                update.retired.push(line.clone());
                update.added.push(Line { path: file.path.into(), digest: *digest });
            }
            (Some(_), Content::Read { .. }) => {}
        }
    }
    fresh
}

/// Finds out which new files are missing ones that were moved, and gives those that take their leaf along.
/// `gone` are the missing ones that a person gives up, which can still have been moved.
fn settle_moves<'a>(
    update: &mut Update,
    (missing, gone): (Vec<&Line>, Vec<&Line>),
    fresh: &[(&'a str, Digest)],
    accepted: &HashSet<&str>,
) -> HashSet<&'a str> {
    let lost: Vec<&Line> = missing.into_iter().chain(gone).collect();
    let moves = pair_moves(&lost, fresh);
    let (mut withheld, mut carried) = (HashSet::new(), HashSet::new());
    for (&line, target) in lost.iter().zip(moves) {
        let old_is_accepted = accepted.contains(&*line.path);
        match target.and_then(|target| fresh.get(target)) {
            Some(&(to, digest)) if digest == line.digest => {
                update.moved.push((line.path.clone(), to.into()));
                if file_name(to) == line.name() {
                    update.removed.push(line.clone());
                    carried.insert(to);
                } else {
                    update.retired.push(line.clone());
                }
            }
            Some(&(to, _)) if old_is_accepted || accepted.contains(to) => update.retired.push(line.clone()),
            Some(&(to, _)) => {
                update.altered_in_move.push((line.path.clone(), to.into()));
                withheld.insert(to);
            }
            None if old_is_accepted => update.retired.push(line.clone()),
            None => update.missing.push(line.path.clone()),
        }
    }
    let kept = fresh.iter().filter(|(path, _)| !withheld.contains(path));
    update.added.extend(kept.map(|&(path, digest)| Line { path: path.into(), digest }));
    carried
}

/// Puts everything in order and makes the leaves: first what is given up, then what comes, each by path.
/// A line of which only the folder changed has its leaf already.
fn finish(update: &mut Update, carried: &HashSet<&str>) {
    update.retired.sort_unstable();
    update.added.sort_unstable();
    update.leaves = update.retired.iter().map(retired_leaf).collect();
    update.leaves.extend(update.added.iter().filter(|line| !carried.contains(&*line.path)).map(sealed_leaf));
    update.removed.extend(update.retired.iter().cloned());
    update.removed.sort_unstable();
    update.moved.sort_unstable();
    update.altered_in_move.sort_unstable();
    update.missing.sort_unstable();
    update.unreadable.sort_unstable();
}

/// What does not fit between the lines of the seal and its log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Lines of manifests, or lines that were given up, without their leaf: written by another hand than a sealing's.
    pub unlogged: Vec<Box<str>>,
    /// Leaves without a line: something was sealed and then taken out of the manifests.
    pub unaccounted: usize,
}

/// Holds the lines and the lines given up against the log.
pub(super) fn account<'a>(lines: impl Iterator<Item = &'a Line>, retired: &'a [Line], log: &[Digest]) -> Account {
    let mut counts: hashbrown::HashMap<Digest, usize> = hashbrown::HashMap::with_capacity(log.len());
    for leaf in log {
        *counts.entry(*leaf).or_default() += 1;
    }
    let mut account = Account { unlogged: Vec::new(), unaccounted: log.len() };
    let sealed = lines.chain(retired).map(|line| (line, sealed_leaf(line)));
    let given_up = retired.iter().map(|line| (line, retired_leaf(line)));
    for (line, leaf) in sealed.chain(given_up) {
        match counts.get_mut(&leaf).filter(|count| **count > 0) {
            Some(count) => {
                *count -= 1;
                account.unaccounted -= 1;
            }
            None => account.unlogged.push(line.path.clone()),
        }
    }
    account.unlogged.sort_unstable();
    account
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    type Files = BTreeMap<String, String>;

    fn files(picture: &str) -> Files {
        let entries = picture.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        entries
            .map(|entry| entry.split_once(' ').map(|(path, content)| (path.to_owned(), content.to_owned())).unwrap())
            .collect()
    }

    /// A seal and its log in memory, and the sealing of an archive into them.
    #[derive(Default)]
    struct Seal {
        lines: Vec<Line>,
        retired: Vec<Line>,
        log: Vec<Digest>,
    }

    impl Seal {
        fn seal(&mut self, archive: &Files, accepted: &[&str]) -> Update {
            let present: Vec<&str> = archive.keys().map(String::as_str).collect();
            let accepted: HashSet<&str> = accepted.iter().copied().collect();
            let read: Vec<Found<'_>> = to_read(&self.lines, &present, &accepted)
                .into_iter()
                .map(|path| {
                    let content = &archive[path];
                    let digest = Digest::of(content.as_bytes());
                    let content = if content == "!" {
                        Content::Unreadable("no".into())
                    } else {
                        Content::Read { digest, bytes: 1 }
                    };
                    Found { path, content }
                })
                .collect();
            let update = update(&self.lines, &present, &read, &accepted);
            self.lines.retain(|line| !update.removed.contains(line));
            self.lines.extend(update.added.iter().cloned());
            self.lines.sort_unstable();
            self.retired.extend(update.retired.iter().cloned());
            self.log.extend(&update.leaves);
            assert_eq!(
                account(self.lines.iter(), &self.retired, &self.log),
                Account::default(),
                "the log accounts for all"
            );
            update
        }

        fn paths(&self) -> Vec<&str> {
            self.lines.iter().map(|line| &*line.path).collect()
        }
    }

    #[test]
    fn only_what_is_new_is_read_and_sealed() {
        let mut seal = Seal::default();
        assert_eq!(seal.seal(&files("a 1, b 2"), &[]).leaves.len(), 2);
        let present = ["a", "b", "c"];
        assert_eq!(to_read(&seal.lines, &present, &HashSet::new()), ["c"]);
        assert_eq!(to_read(&seal.lines, &present, &HashSet::from(["a", "z"])), ["a", "c"]);
        let update = seal.seal(&files("a 1, b 2, c 3"), &[]);
        assert_eq!((update.added.len(), update.leaves.len()), (1, 1));
        assert_eq!(seal.seal(&files("a 1, b 2, c 3"), &[]), Update::default());
    }

    #[test]
    fn nothing_altered_is_blessed_unless_named() {
        let mut seal = Seal::default();
        seal.seal(&files("p/a 1, p/b 2"), &[]);
        let before = seal.lines.clone();
        assert_eq!(seal.seal(&files("p/a X, p/b 2"), &[]), Update::default());
        let update = seal.seal(&files("p/b 2, q/a X"), &[]);
        assert_eq!(update.altered_in_move, [("p/a".into(), "q/a".into())]);
        let update = seal.seal(&files("p/b 2"), &[]);
        assert_eq!(update.missing, ["p/a".into()]);
        assert_eq!(seal.lines, before, "all this time the seal has not changed");

        let update = seal.seal(&files("p/a X, p/b 2"), &["p/a", "p/z"]);
        assert_eq!((update.retired.len(), update.added.len(), update.leaves.len()), (1, 1, 2));
        assert_eq!(update.unknown, ["p/z".into()]);
        let update = seal.seal(&files("p/b 2, q/a Y"), &["q/a"]);
        assert_eq!((update.altered_in_move.len(), update.retired.len(), seal.paths()), (0, 1, vec!["p/b", "q/a"]));
        seal.seal(&files("q/a Y"), &["p/b"]);
        assert_eq!(seal.paths(), ["q/a"]);
        assert_eq!(seal.retired.len(), 3);
    }

    #[test]
    fn a_move_takes_the_line_along() {
        let mut seal = Seal::default();
        seal.seal(&files("_posts/a 1, _posts/b 2"), &[]);
        let update = seal.seal(&files("_posts/b 2, old_post/a 1"), &[]);
        assert_eq!(update.moved, [("_posts/a".into(), "old_post/a".into())]);
        assert_eq!((update.leaves.len(), seal.paths()), (0, vec!["_posts/b", "old_post/a"]));
        // Under another name it is another leaf, and the old one is given up.
        let update = seal.seal(&files("_posts/b 2, old_post/z 1"), &[]);
        assert_eq!((update.leaves.len(), update.retired.len(), update.moved.len()), (2, 1, 1));
    }

    #[test]
    fn what_cannot_be_read_is_not_sealed() {
        let mut seal = Seal::default();
        let update = seal.seal(&files("a !, b 1"), &[]);
        assert_eq!((update.unreadable.len(), seal.paths()), (1, vec!["b"]));
    }

    #[test]
    fn a_seal_that_was_edited_does_not_fit_its_log() {
        let mut seal = Seal::default();
        seal.seal(&files("a 1, b 2, c 3"), &[]);
        let lost = account(seal.lines[1..].iter(), &[], &seal.log);
        assert_eq!((lost.unlogged.len(), lost.unaccounted), (0, 1));
        seal.lines[0].digest = Digest::of(b"X");
        let forged = account(seal.lines.iter(), &[], &seal.log);
        assert_eq!((forged.unlogged, forged.unaccounted), (vec!["a".into()], 1));
        let claimed =
            account(seal.lines[1..].iter(), &[Line { path: "a".into(), digest: Digest::of(b"1") }], &seal.log);
        assert_eq!(
            (claimed.unlogged, claimed.unaccounted),
            (vec!["a".into()], 0),
            "giving up leaves a leaf of its own"
        );
    }

    proptest! {
        #[test]
        fn however_an_archive_changes_the_log_only_grows(
            states in prop::collection::vec(prop::collection::btree_map("[pq]/[a-d]", "[0-2]", 0..8), 1..8), accept in prop::collection::vec("[pq]/[a-d]", 0..3),
        ) {
            let mut seal = Seal::default();
            let mut heads = Vec::new();
            for archive in &states {
                let sealed: BTreeMap<Box<str>, Digest> = seal.lines.iter().map(|line| (line.path.clone(), line.digest)).collect();
                let accepted: Vec<&str> = accept.iter().map(String::as_str).collect();
                let update = seal.seal(archive, &accepted);
                heads.push(merkle::Peaks::over(&seal.log).head());
                for line in &seal.lines {
                    let before = sealed.get(&line.path);
                    prop_assert!(before.is_none_or(|before| *before == line.digest) || accept.iter().any(|path| **path == *line.path));
                }
                prop_assert!(update.leaves.len() <= 2 * archive.len() + update.retired.len());
            }
            let last = merkle::Peaks::over(&seal.log).head();
            for head in heads {
                let proof = merkle::consistency_proof(&seal.log, usize::try_from(head.size).unwrap()).unwrap_or_default();
                prop_assert!(merkle::is_consistent(&head, &last, &proof));
            }
        }
    }
}
