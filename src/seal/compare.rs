//! The archive as it is against the archive as it was sealed.
//!
//! Pure: both sides are lists of paths with digests. A file that is missing and one that nobody sealed are one file that was moved,
//! if their content is the same; if only their name is, it was altered on the way.

use std::collections::VecDeque;
use std::hash::Hash;

use hashbrown::HashMap;

use super::digest::Digest;
use super::manifest::{Line, file_name};

/// What was read of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// Its digest and its length in bytes.
    Read {
        /// The digest.
        digest: Digest,
        /// Number of bytes.
        bytes: u64,
    },
    /// It cannot be read, and why.
    Unreadable(Box<str>),
}

/// A file of the archive, as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found<'a> {
    /// Its path, relative to the archive.
    pub path: &'a str,
    /// What was read of it.
    pub content: Content,
}

/// What is to be said of a file. Nothing is said of one that is as it was sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// Its content is not what was sealed.
    Altered {
        /// The digest that was sealed.
        sealed: Digest,
        /// The digest that it has.
        found: Digest,
    },
    /// It was sealed and is gone.
    Missing {
        /// The digest that was sealed.
        sealed: Digest,
    },
    /// It was moved, with the same content.
    Moved {
        /// Where it is.
        to: Box<str>,
    },
    /// It was moved, and its content is not what was sealed.
    AlteredInMove {
        /// Where it is.
        to: Box<str>,
        /// The digest that was sealed.
        sealed: Digest,
        /// The digest that it has.
        found: Digest,
    },
    /// It was not sealed.
    Extra,
    /// It cannot be read, and why.
    Unreadable(Box<str>),
}

/// A file of which something is to be said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its path; for a file that was moved, the one that was sealed.
    pub path: Box<str>,
    /// What is to be said.
    pub status: Status,
}

/// The archive against its seal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Files that are as they were sealed, where they were sealed.
    pub intact: usize,
    /// All others, by path.
    pub entries: Vec<Entry>,
}

/// Compares; both lists sorted by path, without repetition.
pub(super) fn compare(sealed: &[Line], found: &[Found<'_>]) -> Comparison {
    let mut comparison = Comparison::default();
    let (mut missing, mut extra) = (Vec::new(), Vec::new());
    let mut say = |path: &str, status| comparison.entries.push(Entry { path: path.into(), status });
    for (line, file) in side_by_side(sealed, found, |line| &line.path, |file| file.path) {
        match (line, file) {
            (Some(line), Some(file)) => match &file.content {
                Content::Read { digest, .. } if *digest == line.digest => comparison.intact += 1,
                Content::Read { digest, .. } => say(file.path, Status::Altered { sealed: line.digest, found: *digest }),
                Content::Unreadable(why) => say(file.path, Status::Unreadable(why.clone())),
            },
            (Some(line), None) => missing.push(line),
            (None, Some(file)) => match &file.content {
                Content::Read { digest, .. } => extra.push((file.path, *digest)),
                Content::Unreadable(why) => say(file.path, Status::Unreadable(why.clone())),
            },
            (None, None) => {}
        }
    }
    let moves = pair_moves(&missing, &extra);
    for (line, target) in missing.iter().zip(&moves) {
        let sealed = line.digest;
        let status = match target.and_then(|position| extra.get(position)) {
            None => Status::Missing { sealed },
            Some(&(to, found)) if found == sealed => Status::Moved { to: to.into() },
            Some(&(to, found)) => Status::AlteredInMove { to: to.into(), sealed, found },
        };
        say(&line.path, status);
    }
    let mut is_target = vec![false; extra.len()];
    for position in moves.into_iter().flatten() {
        is_target.get_mut(position).into_iter().for_each(|flag| *flag = true);
    }
    for ((path, _), _) in extra.iter().zip(is_target).filter(|(_, is_target)| !is_target) {
        say(path, Status::Extra);
    }
    comparison.entries.sort_unstable_by(|one, other| one.path.cmp(&other.path));
    comparison
}

/// For each missing file the position of the new one that it became, if any; no new one is taken twice.
///
/// The same content under the same name comes first, then the same content, then the same name.
pub(super) fn pair_moves(missing: &[&Line], extra: &[(&str, Digest)]) -> Vec<Option<usize>> {
    let mut pairs = vec![None; missing.len()];
    let mut taken = vec![false; extra.len()];
    let name = |path| file_name(path);
    pair_by(
        &mut pairs,
        &mut taken,
        |at| missing.get(at).map(|line| (line.digest, line.name())),
        |at| extra.get(at).map(|&(path, digest)| (digest, name(path))),
    );
    pair_by(
        &mut pairs,
        &mut taken,
        |at| missing.get(at).map(|line| line.digest),
        |at| extra.get(at).map(|&(_, digest)| digest),
    );
    pair_by(
        &mut pairs,
        &mut taken,
        |at| missing.get(at).map(|line| line.name()),
        |at| extra.get(at).map(|&(path, _)| name(path)),
    );
    pairs
}

/// Pairs what is still single on both sides and has the same key, in order.
fn pair_by<K: Hash + Eq>(
    pairs: &mut [Option<usize>],
    taken: &mut [bool],
    left: impl Fn(usize) -> Option<K>,
    right: impl Fn(usize) -> Option<K>,
) {
    if pairs.iter().all(Option::is_some) || taken.iter().all(|&taken| taken) {
        return;
    }
    let mut waiting: HashMap<K, VecDeque<usize>> = HashMap::new();
    for (at, _) in taken.iter().enumerate().filter(|(_, taken)| !**taken) {
        if let Some(key) = right(at) {
            waiting.entry(key).or_default().push_back(at);
        }
    }
    for (at, pair) in pairs.iter_mut().enumerate().filter(|(_, pair)| pair.is_none()) {
        let found = left(at).and_then(|key| waiting.get_mut(&key)?.pop_front());
        if let Some(slot) = found.and_then(|found| taken.get_mut(found)) {
            *slot = true;
            *pair = found;
        }
    }
}

/// Walks along two lists that are sorted by the same key, with what has the same key side by side.
pub(super) fn side_by_side<'a, L, R>(
    left: &'a [L],
    right: &'a [R],
    left_key: impl Fn(&'a L) -> &'a str,
    right_key: impl Fn(&'a R) -> &'a str,
) -> impl Iterator<Item = (Option<&'a L>, Option<&'a R>)> {
    let (mut left, mut right) = (left.iter().peekable(), right.iter().peekable());
    std::iter::from_fn(move || {
        let order = match (left.peek(), right.peek()) {
            (Some(one), Some(other)) => left_key(one).cmp(right_key(other)),
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (None, None) => return None,
        };
        let one = if order.is_gt() { None } else { left.next() };
        let other = if order.is_lt() { None } else { right.next() };
        Some((one, other))
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// `path content` a line, sorted; `!` is a file that cannot be read.
    fn sealed(picture: &str) -> Vec<Line> {
        let line = |line: &str| {
            let (path, content) = line.trim().split_once(' ').unwrap();
            Line { path: path.into(), digest: Digest::of(content.as_bytes()) }
        };
        picture.split(',').filter(|line| !line.trim().is_empty()).map(line).collect()
    }

    fn found(picture: &str) -> Vec<Found<'_>> {
        let file = |line| {
            let (path, content) = str::trim(line).split_once(' ').unwrap();
            let digest = Digest::of(content.as_bytes());
            let content =
                if content == "!" { Content::Unreadable("no".into()) } else { Content::Read { digest, bytes: 1 } };
            Found { path, content }
        };
        picture.split(',').filter(|line| !line.trim().is_empty()).map(file).collect()
    }

    fn said(before: &str, after: &str) -> (usize, Vec<String>) {
        let comparison = compare(&sealed(before), &found(after));
        let line = |Entry { path, status }: &Entry| match status {
            Status::Altered { .. } => format!("altered {path}"),
            Status::Missing { .. } => format!("missing {path}"),
            Status::Moved { to } => format!("moved {path} to {to}"),
            Status::AlteredInMove { to, .. } => format!("altered {path} in its move to {to}"),
            Status::Extra => format!("extra {path}"),
            Status::Unreadable(_) => format!("unreadable {path}"),
        };
        (comparison.intact, comparison.entries.iter().map(line).collect())
    }

    #[test]
    fn each_class_is_told() {
        let table: &[(&str, &str, usize, &[&str])] = &[
            ("", "", 0, &[]),
            ("a 1, b 2", "a 1, b 2", 2, &[]),
            ("a 1, b 2", "a 1, b 3", 1, &["altered b"]),
            ("a 1, b 2", "a 1", 1, &["missing b"]),
            ("a 1", "a 1, b 2", 1, &["extra b"]),
            ("a 1, b 2", "a !, b 2", 1, &["unreadable a"]),
            ("", "a !", 0, &["unreadable a"]),
            ("_posts/a 1", "old/a 1", 0, &["moved _posts/a to old/a"]),
            ("_posts/a 1", "old/b 1", 0, &["moved _posts/a to old/b"]),
            ("_posts/a 1", "old/a 2", 0, &["altered _posts/a in its move to old/a"]),
            ("_posts/a 1", "old/b 2", 0, &["missing _posts/a", "extra old/b"]),
            // A copy is not a move: the sealed file is still there.
            ("_posts/a 1", "_posts/a 1, old/a 1", 1, &["extra old/a"]),
            // Of two files with one content each finds its own name; one that is left over is missing.
            ("p/a 1, p/b 1", "q/a 1, q/b 1", 0, &["moved p/a to q/a", "moved p/b to q/b"]),
            ("p/a 1, p/b 1", "q/b 1", 0, &["missing p/a", "moved p/b to q/b"]),
            ("p/a 1, p/b 1", "q/x 1", 0, &["moved p/a to q/x", "missing p/b"]),
            // Contents that were swapped are two altered files.
            ("a 1, b 2", "a 2, b 1", 0, &["altered a", "altered b"]),
        ];
        for (before, after, intact, expected) in table {
            let (count, mut lines) = said(before, after);
            lines.sort_unstable();
            let mut expected: Vec<String> = expected.iter().map(ToString::to_string).collect();
            expected.sort_unstable();
            assert_eq!((count, lines), (*intact, expected), "{before} | {after}");
        }
    }

    proptest! {
        #[test]
        fn everything_is_accounted_for(
            before in prop::collection::btree_map("[pq]/[a-d]", 0_u8..3, 0..8), after in prop::collection::btree_map("[pq]/[a-d]", 0_u8..3, 0..8),
        ) {
            let picture = |files: &std::collections::BTreeMap<String, u8>| {
                files.iter().map(|(path, content)| format!("{path} {content}")).collect::<Vec<_>>().join(",")
            };
            let (before_text, after_text) = (picture(&before), picture(&after));
            let comparison = compare(&sealed(&before_text), &found(&after_text));
            let count = |wanted: fn(&Status) -> bool| comparison.entries.iter().filter(|entry| wanted(&entry.status)).count();
            let altered = count(|status| matches!(status, Status::Altered { .. }));
            let moved = count(|status| matches!(status, Status::Moved { .. } | Status::AlteredInMove { .. }));
            let missing = count(|status| matches!(status, Status::Missing { .. }));
            let extra = count(|status| matches!(status, Status::Extra));
            prop_assert_eq!(comparison.intact + altered + moved + missing, before.len());
            prop_assert_eq!(comparison.intact + altered + moved + extra, after.len());
            prop_assert_eq!(comparison.entries.is_empty(), before == after);
        }
    }
}
