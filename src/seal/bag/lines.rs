//! The tag files of a bag, as text: the declaration, manifests, `fetch.txt`, and labels with values.
//!
//! Pure and total: what cannot be used is a problem with its line, what older tools wrote otherwise is a warning.

use encoding_rs::{Encoding, UTF_8};

use super::PAYLOAD;
use super::algorithm::Algorithm;
use crate::language::{Message, say};

/// The oldest version in which a percent sign is escaped.
pub(super) const ESCAPED: (u32, u32) = (1, 0);

/// What `bagit.txt` says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Declaration {
    pub(super) version: (u32, u32),
    pub(super) encoding: &'static Encoding,
}

/// What was remarked on while reading: what makes a bag invalid, and what does not.
#[derive(Debug, Default)]
pub(super) struct Remarks {
    pub(super) problems: Vec<Message>,
    pub(super) warnings: Vec<Message>,
}

impl Remarks {
    pub(super) fn problem(&mut self, what: Message) {
        self.problems.push(what);
    }

    pub(super) fn warning(&mut self, what: Message) {
        self.warnings.push(what);
    }
}

/// Reads `bagit.txt`: two lines and nothing else, without a byte order mark. (§2.1.1)
pub(super) fn declaration(bytes: &[u8], remarks: &mut Remarks) -> Declaration {
    let mut declared = Declaration { version: ESCAPED, encoding: UTF_8 };
    if bytes.starts_with(b"\xef\xbb\xbf") {
        remarks.problem(say!("bagit.txt begins with a byte order mark"));
    }
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    let version = lines.next().and_then(|line| line.strip_prefix("BagIt-Version:")).map(str::trim);
    let number = |text: &str| text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
    let numbers = version
        .and_then(|version| version.split_once('.'))
        .and_then(|(major, minor)| Some((number(major)?, number(minor)?)));
    match numbers {
        Some(version) => declared.version = version,
        None => remarks.problem(say!("bagit.txt:1 is not `BagIt-Version: M.N`")),
    }
    let label = lines.next().and_then(|line| line.strip_prefix("Tag-File-Character-Encoding:")).map(str::trim);
    match label.and_then(|label| Encoding::for_label(label.as_bytes())) {
        Some(encoding) => declared.encoding = encoding,
        None => remarks.problem(say!("bagit.txt:2 names no `Tag-File-Character-Encoding` that is known")),
    }
    if lines.any(|line| !line.trim().is_empty()) {
        remarks.problem(say!("bagit.txt has more than two lines"));
    }
    declared
}

/// A line of a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) path: String,
    /// In lower case.
    pub(super) digits: String,
}

/// Reads a manifest; `name` is its file's name. (§2.1.3)
pub(super) fn manifest(
    (name, algorithm): (&str, Algorithm),
    text: &str,
    version: (u32, u32),
    remarks: &mut Remarks,
) -> Vec<Entry> {
    let is_payload = name.starts_with("manifest");
    let length = algorithm.digest(b"").len() * 2;
    let mut entries = Vec::new();
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        let place = format!("{name}:{number}");
        let Some((digits, path)) = line.split_once([' ', '\t']) else {
            remarks.problem(say!("{place} is no digest and a path", place));
            continue;
        };
        if digits.len() != length || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            remarks.problem(say!("{place} has no {algorithm} digest", place, algorithm = algorithm.name()));
            continue;
        }
        let mut path = path.trim_start_matches([' ', '\t']);
        if let Some(rest) = path.strip_prefix('*') {
            remarks.warning(say!("{place} has the `*` of a checksum tool before its path", place = &place));
            path = rest;
        }
        if let Some(path) = below(&place, &decoded(path, version), remarks) {
            if is_payload == path.starts_with(PAYLOAD) {
                entries.push(Entry { path, digits: digits.to_ascii_lowercase() });
            } else {
                remarks.problem(say!("{place} names {path}, which belongs in the other kind of manifest", place, path));
            }
        }
    }
    entries
}

/// The paths that `fetch.txt` promises. (§2.2.3)
pub(super) fn fetched(text: &str, version: (u32, u32), remarks: &mut Remarks) -> Vec<String> {
    let mut paths = Vec::new();
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        let place = format!("fetch.txt:{number}");
        let mut words = line.splitn(3, [' ', '\t']).map(str::trim);
        let (Some(_url), Some(_length), Some(path)) = (words.next(), words.next(), words.next()) else {
            remarks.problem(say!("{place} is no address, length and path", place));
            continue;
        };
        paths.extend(below(&place, &decoded(path, version), remarks));
    }
    paths
}

/// Labels and values; a line that begins with white space goes on with the value before it. (§2.2.2)
pub(super) fn labels(text: &str) -> Vec<(String, String)> {
    let mut labels: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = labels.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((label, value)) = line.split_once(':') {
            labels.push((label.trim().to_owned(), value.trim().to_owned()));
        }
    }
    labels
}

/// A path with its escapes: carriage returns, line feeds and percent signs are written `%0D`, `%0A`, `%25`.
pub(super) fn encoded(path: &str) -> String {
    path.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn decoded(path: &str, version: (u32, u32)) -> String {
    let mut text = path.replace("%0D", "\r").replace("%0d", "\r").replace("%0A", "\n").replace("%0a", "\n");
    if version >= ESCAPED {
        text = text.replace("%25", "%");
    }
    text
}

/// The path, if it leads nowhere outside the bag.
fn below(place: &str, path: &str, remarks: &mut Remarks) -> Option<String> {
    let mut rest = path;
    while let Some(next) = rest.strip_prefix("./") {
        rest = next;
    }
    if rest.len() < path.len() {
        remarks.warning(say!("{place} begins its path with `./`", place));
    }
    let has_drive = matches!(rest.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic());
    let leads_out = rest.starts_with(['/', '~', '\\']) || has_drive || rest.contains('\0');
    if leads_out || rest.split('/').any(|part| matches!(part, "" | "." | "..")) {
        remarks.problem(say!("{place} names {path}, which does not lie plainly in the bag", place, path));
        return None;
    }
    Some(rest.to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str, version: (u32, u32)) -> (Vec<String>, Remarks) {
        let mut remarks = Remarks::default();
        let entries = manifest(("manifest-md5.txt", Algorithm::Md5), text, version, &mut remarks);
        (entries.into_iter().map(|entry| entry.path).collect(), remarks)
    }

    const DIGITS: &str = "900150983cd24fb0d6963f7d28e17f72";

    #[test]
    fn paths_of_other_tools_are_read_and_told() {
        let text = format!("{DIGITS}  data/a\n{DIGITS} *data/b\n{DIGITS}\t./data/c d\n\n{DIGITS}  data/e%0Af%25g\n");
        let (paths, remarks) = read(&text, (1, 0));
        assert_eq!(paths, ["data/a", "data/b", "data/c d", "data/e\nf%g"]);
        assert_eq!((remarks.problems.len(), remarks.warnings.len()), (0, 2), "{remarks:?}");
        // Before version 1.0 a percent sign was written as it is.
        assert_eq!(read(&text, (0, 97)).0[3], "data/e\nf%25g");
    }

    #[test]
    fn what_cannot_be_used_is_told_with_its_line() {
        let outside = ["../x", "data/../../x", "/etc/passwd", "~/x", "data//x", "\\\\host\\x", "C:\\x", "data/.", ""];
        for path in outside {
            let (paths, remarks) = read(&format!("{DIGITS}  {path}\n"), (1, 0));
            assert_eq!((paths.len(), remarks.problems.len()), (0, 1), "{path}: {remarks:?}");
        }
        for line in ["x", "nonsense  data/a", "90015098  data/a", &format!("{DIGITS}  bagit.txt")] {
            let (paths, remarks) = read(line, (1, 0));
            assert_eq!((paths.len(), remarks.problems.len()), (0, 1), "{line}: {remarks:?}");
        }
    }

    #[test]
    fn the_declaration_is_two_lines_exactly() {
        let good = "BagIt-Version: 0.97\nTag-File-Character-Encoding: UTF-8\n";
        let bad = [
            "",
            "BagIt-Version: 0.97\n",
            "BagIt-Version: x\nTag-File-Character-Encoding: UTF-8\n",
            "BagIt-Version: 1.+1\nTag-File-Character-Encoding: UTF-8\n",
            "BagIt-Version: 1.0\nTag-File-Character-Encoding: WTF-8\n",
            "\u{feff}BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n",
            "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\nmore: x\n",
        ];
        let problems = |text: &str| {
            let mut remarks = Remarks::default();
            declaration(text.as_bytes(), &mut remarks);
            remarks.problems.len()
        };
        assert_eq!(problems(good), 0);
        assert_eq!(problems(&good.replace('\n', "\r\n")), 0);
        for text in bad {
            assert!(problems(text) > 0, "{text:?}");
        }
    }

    #[test]
    fn values_go_on_in_the_next_line() {
        let labels = labels("Source-Organization: 厦门\n  日报\nPayload-Oxum: 1.2\nnonsense\n");
        let expected = [("Source-Organization", "厦门 日报"), ("Payload-Oxum", "1.2")];
        assert_eq!(labels, expected.map(|(label, value)| (label.to_owned(), value.to_owned())));
    }

    proptest! {
        #[test]
        fn what_is_escaped_is_read_back(path in "[a%\r\n0DA25 新]{1,12}") {
            prop_assert_eq!(decoded(&encoded(&path), (1, 0)), path);
        }

        #[test]
        fn any_text_is_read(text in "\\PC{0,200}") {
            let mut remarks = Remarks::default();
            for entry in manifest(("manifest-md5.txt", Algorithm::Md5), &text, (1, 0), &mut remarks) {
                prop_assert!(!entry.path.contains(".."));
            }
            fetched(&text, (1, 0), &mut remarks);
            labels(&text);
            declaration(text.as_bytes(), &mut remarks);
        }
    }
}
