//! Makes the changes of a file that can be made together, and proves them.

use super::Reader;
use super::apply::{apply, overlaps};
use super::candidates::{Change, changes};
use super::judged::Judged;
use super::proof::prove;
use crate::finding::{Applicability, Code, Edit, Meta, Severity};
use crate::text::decode;

/// Times that a file is gone through; the second finds something rarely, the third hardly ever.
const ROUNDS: usize = 8;

/// A better address for every link that names another.
#[derive(Clone, Debug)]
pub struct Better {
    /// The rule that knows it.
    pub meta: &'static Meta,
    /// The severity of its finding.
    pub severity: Severity,
    /// Whether it may be written without asking.
    pub applicability: Applicability,
    /// What it does, as a fragment, with nothing secret in it.
    pub title: String,
    /// The address that is written.
    pub from: url::Url,
    /// The address to write.
    pub to: url::Url,
}

/// What may be changed in a file.
#[derive(Clone, Copy)]
#[expect(missing_debug_implementations, reason = "its parts are closures")]
pub struct Offers<'o> {
    /// The rules whose findings are to be mended.
    pub wanted: &'o dyn Fn(&Meta) -> bool,
    /// The better address for a destination, as the engine reads it.
    pub better: &'o dyn Fn(&str) -> Option<&'o Better>,
    /// Whether changes are made that a person should look at.
    pub unsafe_too: bool,
}

/// A change that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// The rule whose finding it heals.
    pub code: Code,
    /// The line where it begins, before the change.
    pub line: u32,
    /// What it does.
    pub title: String,
}

/// A change that was not made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// The rule whose finding it would heal.
    pub code: Code,
    /// The line where it begins; 0 if it is not known.
    pub line: u32,
    /// Why not.
    pub why: Why,
}

/// Why a change was not made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// A person should look, and did not say that unsafe changes are wanted.
    Unsafe,
    /// It overlaps one that was made; the next run makes it.
    Overlaps,
    /// The file is not UTF-8, and the change touches what is not, or adds what would not be.
    Encoding,
    /// The result was read again, and was not better.
    Refused(String),
}

/// What became of a file.
#[derive(Clone, Debug, Default)]
pub struct Mended {
    /// Its new bytes; `None` if nothing changes.
    pub bytes: Option<Vec<u8>>,
    /// What was changed, in the order of the file.
    pub done: Vec<Done>,
    /// What was not.
    pub left: Vec<Left>,
}

/// A change with the way in which it is written.
pub(super) type Choice<'c> = (&'c Change, &'c [Edit]);

/// Mends a file, until nothing is left to mend: a change may make room for one that it overlapped, or bring to light
/// what nobody could read before.
pub fn mend(reader: &Reader<'_>, bytes: &[u8], offers: &Offers<'_>) -> Mended {
    let mut mended = Mended::default();
    for _ in 0..ROUNDS {
        let now = mended.bytes.as_deref().unwrap_or(bytes);
        let Mended { bytes: new, done, left } = mend_once(reader, now, offers);
        mended.left = left;
        mended.done.extend(done);
        let Some(new) = new else { break };
        mended.bytes = Some(new);
    }
    if mended.bytes.as_deref() == Some(bytes) {
        // Changes that undo each other were none.
        return Mended { left: mended.left, ..Mended::default() };
    }
    mended
}

fn mend_once(reader: &Reader<'_>, bytes: &[u8], offers: &Offers<'_>) -> Mended {
    let decoded = decode(bytes);
    let reading = reader.read(bytes, &decoded);
    let before = reader.judge(&reading);
    let (changes, mut left) = changes(reader, &reading, &before, offers);
    let (chosen, overlapping) = apart(changes);
    left.extend(overlapping.iter().map(|change| left_of(change, Why::Overlaps)));
    let mut work = Work { reader, bytes, before: &before, accepted: Vec::new(), result: None, left };
    work.settle(&chosen);
    let Work { mut accepted, result, mut left, .. } = work;
    accepted.sort_by_key(|(_, edits)| edits.first().map(|edit| edit.span));
    left.sort_by(|one, other| (one.line, one.code, &one.why).cmp(&(other.line, other.code, &other.why)));
    let done =
        |(change, _): &Choice<'_>| Done { code: change.meta.code, line: change.line, title: change.title.clone() };
    Mended { bytes: result.filter(|new| new != bytes), done: accepted.iter().map(done).collect(), left }
}

fn left_of(change: &Change, why: Why) -> Left {
    Left { code: change.meta.code, line: change.line, why }
}

/// Changes that do not overlap, and the rest: the first of two wins.
fn apart(changes: Vec<Change>) -> (Vec<Change>, Vec<Change>) {
    let (mut chosen, mut rest): (Vec<Change>, Vec<Change>) = (Vec::new(), Vec::new());
    // Sorted by their first edits, so that those which a change can meet are the last ones.
    let mut furthest = 0;
    for change in changes {
        let edits = || change.ways.iter().flatten();
        let start = edits().map(|edit| edit.span.start).min().unwrap_or(0);
        let meets = |other: &Change| {
            let others = || other.ways.iter().flatten();
            edits().any(|one| others().any(|other| overlaps(one, other)))
        };
        if start <= furthest && chosen.iter().any(meets) {
            rest.push(change);
        } else {
            furthest = furthest.max(edits().map(|edit| edit.span.end).max().unwrap_or(0));
            chosen.push(change);
        }
    }
    (chosen, rest)
}

/// A file on its way.
struct Work<'w> {
    reader: &'w Reader<'w>,
    bytes: &'w [u8],
    before: &'w Judged,
    accepted: Vec<Choice<'w>>,
    /// The bytes with everything accepted.
    result: Option<Vec<u8>>,
    left: Vec<Left>,
}

impl<'w> Work<'w> {
    /// Accepts every change of a group that can be proved; halves the group until the guilty ones are alone.
    fn settle(&mut self, group: &'w [Change]) {
        let first: Option<Vec<Choice<'w>>> =
            group.iter().map(|change| Some((change, change.ways.first()?.as_slice()))).collect();
        let Some(first) = first.filter(|first| !first.is_empty()) else { return };
        let Err(why) = self.accept(&first) else { return };
        if let [change] = group {
            let others = change.ways.get(1..).unwrap_or_default();
            if !others.iter().any(|way| self.accept(&[(change, way.as_slice())]).is_ok()) {
                self.left.push(left_of(change, Why::Refused(why)));
            }
        } else if let Some((one, other)) = group.split_at_checked(group.len() / 2) {
            self.settle(one);
            self.settle(other);
        }
    }

    fn accept(&mut self, more: &[Choice<'w>]) -> Result<(), String> {
        let all: Vec<Choice<'w>> = self.accepted.iter().chain(more).copied().collect();
        let edits: Vec<&Edit> = all.iter().flat_map(|(_, edits)| *edits).collect();
        let new = apply(self.bytes, &edits).ok_or("its edits overlap")?;
        let decoded = decode(&new);
        let reading = self.reader.read(&new, &decoded);
        prove(self.before, &self.reader.judge(&reading), &all)?;
        drop(reading);
        drop(decoded);
        self.accepted = all;
        self.result = Some(new);
        Ok(())
    }
}
