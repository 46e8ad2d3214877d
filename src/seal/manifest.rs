//! A manifest: lines of a digest and a path, exactly as `sha256sum` writes and reads them.
//!
//! Pure and total: a line that cannot be read is a problem among the lines that can. A line leads nowhere outside the archive,
//! whoever wrote it.

use super::digest::Digest;
use super::names::{Refusal, refusal};

/// The manifest of what has no month.
pub(super) const OTHER: &str = "other.sha256";

/// One sealed file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Line {
    /// Its path, relative to the archive.
    pub path: Box<str>,
    /// Its digest.
    pub digest: Digest,
}

impl Line {
    /// The file's own name.
    pub fn name(&self) -> &str {
        file_name(&self.path)
    }
}

/// What is wrong with a line of a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineProblem {
    /// It is not 64 digits, two spaces and a path.
    Malformed,
    /// Its path cannot be sealed.
    Refused(Refusal),
    /// Its path stands in the manifest before.
    Repeated,
}

/// The file's own name, behind the last slash.
pub(super) fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// The manifest in which a path belongs: one for each month that a file's name begins with, and one for all other files.
pub(super) fn manifest_of(path: &str) -> String {
    let name = file_name(path);
    let is_digit = |at: usize| name.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
    let is_dash = |at: usize| name.as_bytes().get(at) == Some(&b'-');
    let has_shape = [0, 1, 2, 3, 5, 6, 8, 9].into_iter().all(is_digit) && is_dash(4) && is_dash(7);
    let month = name.get(..7).filter(|_| has_shape);
    let is_month = |month: &&str| {
        month.get(5..).and_then(|month| month.parse().ok()).is_some_and(|month| (1..=12).contains(&month))
    };
    month.filter(is_month).map_or_else(|| OTHER.to_owned(), |month| format!("{month}.sha256"))
}

/// The lines as text, in the order in which they are given.
pub(super) fn print(lines: &[Line]) -> String {
    let mut text = String::with_capacity(lines.iter().map(|line| line.path.len() + 67).sum());
    for line in lines {
        line.digest.push_hex(&mut text);
        text.push_str("  ");
        text.push_str(&line.path);
        text.push('\n');
    }
    text
}

/// The lines, sorted by path, and the problems with the number of their line from 1.
///
/// Of a repeated path the first line counts. A carriage return at a line's end is a git's doing, and taken off.
pub(super) fn parse(bytes: &[u8]) -> (Vec<Line>, Vec<(usize, LineProblem)>) {
    let (mut numbered, mut problems) = parse_lines(bytes);
    if !numbered.is_sorted_by(|one, other| one.0.path < other.0.path) {
        numbered.sort_by(|one, other| (&one.0.path, one.1).cmp(&(&other.0.path, other.1)));
        numbered.dedup_by(|later, earlier| {
            let repeated = later.0.path == earlier.0.path;
            if repeated {
                problems.push((later.1, LineProblem::Repeated));
            }
            repeated
        });
        problems.sort_unstable_by_key(|(number, _)| *number);
    }
    (numbered.into_iter().map(|(line, _)| line).collect(), problems)
}

/// As [`parse`], of a list in which a path may stand again: what was given up can be given up once more.
pub(super) fn parse_repeating(bytes: &[u8]) -> (Vec<Line>, Vec<(usize, LineProblem)>) {
    let (numbered, problems) = parse_lines(bytes);
    let mut lines: Vec<Line> = numbered.into_iter().map(|(line, _)| line).collect();
    lines.sort_unstable();
    (lines, problems)
}

/// A value with the number of its line, from 1.
type Numbered<T> = Vec<(T, usize)>;

fn parse_lines(bytes: &[u8]) -> (Numbered<Line>, Vec<(usize, LineProblem)>) {
    let mut problems = Vec::new();
    let mut numbered = Vec::new();
    for (number, line) in (1..).zip(bytes.split(|&byte| byte == b'\n')) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            continue;
        }
        match parse_line(line) {
            Ok(line) => numbered.push((line, number)),
            Err(problem) => problems.push((number, problem)),
        }
    }
    (numbered, problems)
}

fn parse_line(line: &[u8]) -> Result<Line, LineProblem> {
    let (digits, rest) = line.split_at_checked(64).ok_or(LineProblem::Malformed)?;
    // A star in place of the second space says that the file was read as bytes, which it always is.
    let path = rest.strip_prefix(b"  ").or_else(|| rest.strip_prefix(b" *")).ok_or(LineProblem::Malformed)?;
    let path = std::str::from_utf8(path).map_err(|_| LineProblem::Malformed)?;
    let digest = Digest::parse(digits).ok_or(LineProblem::Malformed)?;
    match refusal(path) {
        Some(why) => Err(LineProblem::Refused(why)),
        None => Ok(Line { path: path.into(), digest }),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn line(path: &str) -> Line {
        Line { path: path.into(), digest: Digest::of(path.as_bytes()) }
    }

    #[test]
    fn the_month_is_that_of_the_name() {
        let table = [
            ("_posts/2022-01-17-NW1.md", "2022-01.sha256"),
            ("old_post/2021-12-08-202112082206935918.md", "2021-12.sha256"),
            ("2022-01-17", "2022-01.sha256"),
            ("_posts/-202205262391921712.md", OTHER),
            ("_posts/2022-13-01-a.md", OTHER),
            ("_posts/2022-00-01-a.md", OTHER),
            ("_posts/2022-1-17-a.md", OTHER),
            ("2022-01-17/index.md", OTHER),
            ("category/shamenribao.html", OTHER),
            ("２０２２-01-17-a.md", OTHER),
            ("", OTHER),
        ];
        for (path, expected) in table {
            assert_eq!(manifest_of(path), expected, "{path}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_line() {
        let digest = Digest::of(b"x");
        let text = format!(
            "{digest}  b\r\n\n{digest} *a\n{digest} c\nnonsense\n\\{digest}  d\\\\e\n{digest}  ../etc/passwd\n{}  a\n\u{feff}{digest}  z\n",
            Digest::of(b"y")
        );
        let (lines, problems) = parse(text.as_bytes());
        assert_eq!(
            lines.iter().map(|line| (&*line.path, line.digest)).collect::<Vec<_>>(),
            [("a", digest), ("b", digest)]
        );
        assert_eq!(
            problems,
            [
                (4, LineProblem::Malformed),
                (5, LineProblem::Malformed),
                (6, LineProblem::Malformed),
                (7, LineProblem::Refused(Refusal::NotBelow)),
                (8, LineProblem::Repeated),
                (9, LineProblem::Malformed),
            ]
        );
        assert_eq!(parse(&[0xff; 100]).1, [(1, LineProblem::Malformed)]);
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(paths in prop::collection::btree_set("[ -~新é💡]{1,20}", 0..20)) {
            let lines: Vec<Line> = paths.iter().filter(|path| refusal(path).is_none()).map(|path| line(path)).collect();
            let (read, problems) = parse(print(&lines).as_bytes());
            prop_assert_eq!(read, lines);
            prop_assert!(problems.is_empty());
        }

        #[test]
        fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let (lines, _) = parse(&bytes);
            prop_assert!(lines.iter().all(|line| refusal(&line.path).is_none()));
        }

        #[test]
        fn a_cut_manifest_keeps_its_whole_lines(count in 0_usize..20, cut in any::<prop::sample::Index>()) {
            let lines: Vec<Line> = (10..10 + count).map(|number| line(&format!("{number}"))).collect();
            let text = print(&lines);
            let cut = cut.index(text.len() + 1);
            let (read, problems) = parse(&text.as_bytes()[..cut]);
            let whole = cut / 69;
            prop_assert!(lines[..whole].iter().all(|line| read.contains(line)));
            prop_assert!(problems.len() + read.len() <= whole + 1);
        }
    }
}
