//! The files that git holds, and their content.

use std::fmt;
use std::io::{BufRead, Read as _};

use super::Revision;
use super::command::{Git, VcsError, VcsErrorKind};

use crate::language::mark;

/// A blob's name in git: 20 bytes of SHA-1, or 32 of SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId {
    bytes: [u8; 32],
    length: u8,
}

impl ObjectId {
    /// Reads 40 or 64 hexadecimal digits.
    pub fn parse(digits: &str) -> Option<Self> {
        if !matches!(digits.len(), 40 | 64) {
            return None;
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.as_bytes().chunks_exact(2)) {
            let value = |digit: &u8| char::from(*digit).to_digit(16);
            let [high, low] = pair else { return None };
            *byte = u8::try_from(value(high)? * 16 + value(low)?).ok()?;
        }
        Some(Self { bytes, length: u8::try_from(digits.len() / 2).ok()? })
    }

    /// A name from its bytes; `None` for any other number of them than 20 or 32.
    pub fn from_bytes(name: &[u8]) -> Option<Self> {
        let mut bytes = [0; 32];
        bytes.get_mut(..name.len())?.copy_from_slice(name);
        matches!(name.len(), 20 | 32).then(|| Self { bytes, length: u8::try_from(name.len()).unwrap_or(0) })
    }

    /// The bytes of the name.
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.length)).unwrap_or_default()
    }

    /// Whether it stands for no blob.
    pub fn is_zero(&self) -> bool {
        self.bytes.iter().all(|&byte| byte == 0)
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// A blob with a path that it has or once had, as git's bytes.
pub type Named = (ObjectId, Box<[u8]>);

/// A file that git holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tracked {
    /// Its path relative to the folder, as git's bytes.
    pub path: Box<[u8]>,
    /// Its content, or the commit of a submodule.
    pub blob: ObjectId,
    /// Its mode: 0o100644, 0o100755, 0o120000 for a link, 0o160000 for a submodule.
    pub mode: u32,
    /// Whether a sparse checkout leaves it out of the work tree.
    pub skipped: bool,
    /// Whether a merge of it is not finished; it is then listed once for each side.
    pub unmerged: bool,
}

impl Tracked {
    /// Whether it is a regular file rather than a link or a submodule.
    pub fn is_file(&self) -> bool {
        self.mode & 0o170_000 == 0o100_000
    }
}

pub(super) fn tracked(git: &Git) -> Result<Vec<Tracked>, VcsError> {
    let action = mark!("list the files");
    let output = git.run(action, &["ls-files", "-s", "-v", "-z", "--"])?;
    parse(&output, |head| {
        let [tag, mode, blob, stage] = fields(head)?;
        Some((mode, blob, tag.eq_ignore_ascii_case("S"), stage != "0"))
    })
    .ok_or_else(|| git.error(action, VcsErrorKind::Unreadable("a list of files")))
}

pub(super) fn files_at(git: &Git, revision: &Revision) -> Result<Vec<Tracked>, VcsError> {
    let action = mark!("list the files of a commit");
    let output = git.run(action, &["ls-tree", "-r", "-z", revision.as_str(), "--"])?;
    parse(&output, |head| {
        let [mode, _kind, blob] = fields(head)?;
        Some((mode, blob, false, false))
    })
    .ok_or_else(|| git.error(action, VcsErrorKind::Unreadable("a list of files")))
}

/// Which files' bytes in the work tree can differ from git's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Converted {
    /// Any file's: `core.autocrlf` is on.
    All,
    /// Those for which an attribute says something of line ends, filters, identifiers or encodings; sorted.
    Only(Vec<Box<[u8]>>),
}

impl Converted {
    /// Whether this file's bytes can differ.
    pub fn contains(&self, path: &[u8]) -> bool {
        match self {
            Self::All => true,
            Self::Only(paths) => paths.binary_search_by(|known| (**known).cmp(path)).is_ok(),
        }
    }
}

pub(super) fn converted(git: &Git) -> Result<Converted, VcsError> {
    let action = mark!("read the attributes");
    let (code, value) = git.run_with_code(action, &["config", "--get", "core.autocrlf"], &[0, 1])?;
    if code == 0 && !matches!(value.trim_ascii(), b"false" | b"no" | b"off" | b"0" | b"") {
        return Ok(Converted::All);
    }
    with_attributes(git, action, ":(exclude,attr:!text !eol !crlf !filter !ident !working-tree-encoding)")
}

pub(super) fn converted_beyond_line_ends(git: &Git) -> Result<Converted, VcsError> {
    with_attributes(git, mark!("read the attributes"), ":(exclude,attr:!filter !ident !working-tree-encoding)")
}

/// The files that `plain`, a pathspec, does not leave out.
fn with_attributes(git: &Git, action: &'static str, plain: &str) -> Result<Converted, VcsError> {
    let output = git.run(action, &["ls-files", "-z", "--", ".", plain])?;
    let mut paths: Vec<Box<[u8]>> =
        output.split(|&byte| byte == 0).filter(|path| !path.is_empty()).map(Into::into).collect();
    paths.sort_unstable();
    Ok(Converted::Only(paths))
}

pub(super) fn blobs_of_files(git: &Git, paths: &[&str]) -> Result<Vec<ObjectId>, VcsError> {
    let mut input = Vec::new();
    for path in paths {
        // git reads one path a line, from the top of the work tree, and takes one in quotation marks for escaped.
        let name = [&*git.prefix, path.as_bytes()].concat();
        let escaped = name.iter().flat_map(|&byte| match byte {
            b'"' | b'\\' => vec![b'\\', byte],
            b'\n' => b"\\n".to_vec(),
            _ => vec![byte],
        });
        input.push(b'"');
        input.extend(escaped);
        input.extend_from_slice(b"\"\n");
    }
    let arguments = ["hash-object", "--stdin-paths"];
    git.feed(("hash files", &arguments), &input, |output| {
        let lines = output.lines().map(|line| line.ok().as_deref().and_then(ObjectId::parse));
        let blobs: Option<Vec<ObjectId>> = lines.collect();
        blobs.filter(|blobs| blobs.len() == paths.len()).ok_or(VcsErrorKind::Unreadable("a list of blobs"))
    })
}

pub(super) fn blobs_of_history(git: &Git, revision: &Revision) -> Result<Vec<Named>, VcsError> {
    // What a partial clone lacks is left out rather than asked for.
    let arguments =
        ["rev-list", "--objects", "--filter=object:type=blob", "--missing=allow-any", revision.as_str(), "--"];
    let output = git.run(mark!("list the blobs of the history"), &arguments)?;
    let blob = |line: &[u8]| {
        let space = memchr::memchr(b' ', line)?;
        let (id, path) = line.split_at_checked(space)?;
        Some((ObjectId::parse(std::str::from_utf8(id).ok()?)?, path.get(1..)?.into()))
    };
    Ok(output.split(|&byte| byte == b'\n').filter_map(blob).collect())
}

pub(super) fn read_blobs(
    git: &Git,
    blobs: &[ObjectId],
    mut visit: impl FnMut(usize, Option<&[u8]>),
) -> Result<(), VcsError> {
    let input: Vec<u8> =
        blobs.iter().flat_map(|blob| [blob.to_string().into_bytes(), b"\n".to_vec()].concat()).collect();
    git.feed((mark!("read blobs"), &["cat-file", "--batch"]), &input, |output| {
        let (mut head, mut content) = (Vec::new(), Vec::new());
        for position in 0..blobs.len() {
            head.clear();
            output.read_until(b'\n', &mut head)?;
            let Some(size) = blob_size(&head) else {
                visit(position, None);
                continue;
            };
            content.clear();
            let taken = output.by_ref().take(size.saturating_add(1)).read_to_end(&mut content)?;
            if content.pop() != Some(b'\n') || taken as u64 != size.saturating_add(1) {
                return Err(VcsErrorKind::Unreadable("a blob"));
            }
            visit(position, Some(&content));
        }
        Ok(())
    })
}

/// The size in `ID blob SIZE\n`; `None` in `ID missing\n`.
fn blob_size(head: &[u8]) -> Option<u64> {
    let [_, _, size] = fields(std::str::from_utf8(head).ok()?.trim_end())?;
    size.parse().ok()
}

/// Reads `HEAD\tPATH\0` again and again; `None` for anything else.
fn parse(output: &[u8], read: impl Fn(&str) -> Option<(&str, &str, bool, bool)>) -> Option<Vec<Tracked>> {
    let entries = output.split(|&byte| byte == 0).filter(|entry| !entry.is_empty());
    let entry = |entry: &[u8]| {
        let tab = memchr::memchr(b'\t', entry)?;
        let (head, path) = entry.split_at_checked(tab)?;
        let (mode, blob, skipped, unmerged) = read(std::str::from_utf8(head).ok()?)?;
        let mode = u32::from_str_radix(mode, 8).ok()?;
        Some(Tracked { path: path.get(1..)?.into(), blob: ObjectId::parse(blob)?, mode, skipped, unmerged })
    };
    entries.map(entry).collect()
}

fn fields<const COUNT: usize>(head: &str) -> Option<[&str; COUNT]> {
    let words: Vec<&str> = head.split(' ').collect();
    words.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn object_ids_read_and_print() {
        for digits in ["0123456789abcdef0123456789abcdef01234567", &"fe".repeat(32)] {
            let id = ObjectId::parse(digits).unwrap();
            assert_eq!(id.to_string(), digits);
            assert_eq!(ObjectId::from_bytes(id.as_bytes()), Some(id));
        }
        for bad in ["", "12", &"g".repeat(40), &"é".repeat(20), &"a".repeat(41)] {
            assert_eq!(ObjectId::parse(bad), None, "{bad}");
        }
        assert_eq!(ObjectId::from_bytes(&[1; 21]), None);
        assert_eq!(ObjectId::from_bytes(&[1; 99]), None);
    }

    #[test]
    fn what_is_no_list_is_refused() {
        fn read(head: &str) -> Option<(&str, &str, bool, bool)> {
            let [mode, _, blob] = fields(head)?;
            Some((mode, blob, false, false))
        }
        let id = "a".repeat(40);
        let good = format!("100644 blob {id}\ta\tb\n新\0");
        assert_eq!(&*parse(good.as_bytes(), read).unwrap()[0].path, "a\tb\n新".as_bytes());
        for bad in ["x", "\t", "100644 blob\tx", &format!("9 blob {id}\tx"), &format!("100644 blob {id}")] {
            assert_eq!(parse(bad.as_bytes(), read), None, "{bad}");
        }
    }
}
