//! What each file of an archive is to the site, told by its path and, for folders that no setting names, by a sample.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::document::Kind;
use crate::front_matter::is_page;
use crate::text::file_name;

/// Files of a folder that are read to learn whether it is an archive folder.
const SAMPLE: usize = 20;

/// Ends of names whose files Jekyll copies without a look that could matter to a link.
const BINARY: [&str; 28] = [
    "7z", "avi", "bmp", "bz2", "doc", "docx", "eot", "gif", "gz", "ico", "jpeg", "jpg", "m4a", "mov", "mp3", "mp4",
    "ogg", "otf", "pdf", "png", "tar", "ttf", "wav", "webm", "webp", "woff", "woff2", "zip",
];

/// Ends of names of Markdown files, as Jekyll's `markdown_ext` has them.
const MARKDOWN: [&str; 5] = ["markdown", "mkdown", "mkdn", "mkd", "md"];

/// What settings say about folders.
#[derive(Clone, Debug, Default)]
pub struct Folders {
    /// Folders of posts beside every `_posts`.
    pub posts: Vec<String>,
    /// Archive folders; `None` looks for them.
    pub archive: Option<Vec<String>>,
}

/// What a file may be, before it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A document of this kind.
    Document(Kind),
    /// A page if it begins with front matter, a static file otherwise.
    Candidate,
    /// A static file.
    Static,
    /// A page that a generator wrote.
    Built,
}

/// The role of each file, in the order of `files`; and the archive folders that were found or named.
///
/// `is_read` tells what Jekyll reads; `read` gives the text of a file of the sample.
pub fn roles(
    folders: &Folders,
    files: &[Arc<str>],
    is_read: &dyn Fn(&str) -> bool,
    read: &dyn Fn(&Arc<str>) -> Option<Vec<u8>>,
) -> (Vec<Role>, Vec<String>) {
    let archive = match &folders.archive {
        Some(named) => named.iter().map(|folder| folder.trim_matches('/').to_owned()).collect(),
        None => archive_folders(folders, files, read),
    };
    let mut roles = Vec::with_capacity(files.len());
    for siblings in by_folder(files) {
        let Some(place) = siblings.first().map(|path| Place::of(folders, &archive, path)) else { continue };
        roles.extend(siblings.iter().map(|path| place.role(path, is_read)));
    }
    (roles, archive)
}

/// Neighbours in the list that lie in one folder, so that what a folder's name tells is found once for all of them.
fn by_folder(files: &[Arc<str>]) -> impl Iterator<Item = &[Arc<str>]> {
    files.chunk_by(|a, b| folder_of(a) == folder_of(b))
}

fn folder_of(path: &str) -> Option<&str> {
    path.rsplit_once('/').map(|(folder, _)| folder)
}

/// What a file is once it was read; `None` is a static file.
pub fn kind_of(role: Role, bytes: &[u8]) -> Option<Kind> {
    match role {
        Role::Document(kind) => Some(kind),
        Role::Built => Some(Kind::Page),
        // A page that Jekyll misses because of a byte order mark is still meant as one.
        Role::Candidate => is_page(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes)).then_some(Kind::Page),
        Role::Static => None,
    }
}

/// Whether a file can be a document, by its first bytes: those of a fence behind a byte order mark, or more.
pub(super) fn may_be_document(role: Role, beginning: &[u8]) -> bool {
    let beginning = beginning.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(beginning);
    role != Role::Candidate || beginning.starts_with(b"---")
}

/// What a file of this path may be, with these archive folders.
pub(super) fn role(folders: &Folders, archive: &[String], path: &str, is_read: &dyn Fn(&str) -> bool) -> Role {
    Place::of(folders, archive, path).role(path, is_read)
}

/// What the folder of a file makes of it.
enum Place {
    /// Whatever lies there is a document of this kind.
    Documents(Kind),
    /// An archive folder: its Markdown files are old posts.
    Archive,
    Other,
}

impl Place {
    /// That of the folder that a file lies in.
    fn of(folders: &Folders, archive: &[String], path: &str) -> Self {
        if lies_in_named(path, "_posts") || folders.posts.iter().any(|folder| lies_below(path, folder)) {
            return Self::Documents(Kind::Post);
        }
        if lies_in_named(path, "_drafts") {
            return Self::Documents(Kind::Draft);
        }
        if archive.iter().any(|folder| lies_below(path, folder)) { Self::Archive } else { Self::Other }
    }

    /// What a file of the folder may be.
    fn role(&self, path: &str, is_read: &dyn Fn(&str) -> bool) -> Role {
        if let Self::Documents(kind) = self {
            return Role::Document(*kind);
        }
        let end = end_of(path);
        if matches!(self, Self::Archive) && is_markdown(end) {
            return Role::Document(Kind::Archived);
        }
        if BINARY.iter().any(|known| end.eq_ignore_ascii_case(known)) || !is_read(path) {
            Role::Static
        } else {
            Role::Candidate
        }
    }
}

fn is_markdown(end: &str) -> bool {
    MARKDOWN.iter().any(|known| end.eq_ignore_ascii_case(known))
}

/// Whether a folder of this name is on the way to a file.
fn lies_in_named(path: &str, name: &str) -> bool {
    path.split('/').rev().skip(1).any(|folder| folder == name)
}

fn lies_below(path: &str, folder: &str) -> bool {
    let folder = folder.trim_matches('/');
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

fn end_of(path: &str) -> &str {
    let name = file_name(path);
    name.rsplit_once('.').map_or("", |(_, end)| end)
}

/// Finds the folders, other than `_posts`, whose Markdown files are mostly named like posts and are laid out as posts.
pub(super) fn archive_folders(
    folders: &Folders,
    files: &[Arc<str>],
    read: &dyn Fn(&Arc<str>) -> Option<Vec<u8>>,
) -> Vec<String> {
    let mut found: BTreeMap<&str, (usize, Vec<&Arc<str>>)> = BTreeMap::new();
    for siblings in by_folder(files) {
        let Some((path, folder)) = siblings.first().and_then(|path| Some((path, folder_of(path)?))) else { continue };
        let is_private = folder.split('/').any(|part| part.starts_with(['_', '.']));
        if is_private || folders.posts.iter().any(|named| lies_below(path, named)) {
            continue;
        }
        let (all, dated) = found.entry(folder).or_default();
        for path in siblings.iter().filter(|path| is_markdown(end_of(path))) {
            *all += 1;
            if begins_with_date(file_name(path)) {
                dated.push(path);
            }
        }
    }
    found
        .into_iter()
        .filter(|(_, (all, dated))| dated.len() * 2 > *all && mostly_posts(dated, read))
        .map(|(folder, _)| folder.to_owned())
        .collect()
}

fn begins_with_date(name: &str) -> bool {
    let shape = name.bytes().take(11).map(|b| if b.is_ascii_digit() { b'0' } else { b });
    shape.eq(*b"0000-00-00-")
}

fn mostly_posts(dated: &[&Arc<str>], read: &dyn Fn(&Arc<str>) -> Option<Vec<u8>>) -> bool {
    let step = dated.len().div_ceil(SAMPLE).max(1);
    let sample: Vec<bool> =
        dated.iter().step_by(step).filter_map(|path| read(path)).map(|text| has_post_layout(&text)).collect();
    sample.iter().filter(|is_post| **is_post).count() * 2 > sample.len()
}

/// Whether a line `layout: post` stands in the front matter; a sample needs no YAML parser.
fn has_post_layout(text: &[u8]) -> bool {
    let mut lines = text.split(|b| *b == b'\n').map(<[u8]>::trim_ascii);
    let fence = lines.next().map(|line| line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line));
    fence == Some(b"---")
        && lines.take_while(|line| *line != b"---" && *line != b"...").any(|line| {
            let value = line.strip_prefix(b"layout:").map(<[u8]>::trim_ascii);
            matches!(value, Some(b"post" | b"\"post\"" | b"'post'"))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[(&str, &str)], folders: &Folders) -> (Vec<Role>, Vec<String>) {
        let paths: Vec<Arc<str>> = files.iter().map(|(path, _)| Arc::from(*path)).collect();
        let read =
            |path: &Arc<str>| files.iter().find(|(name, _)| **name == **path).map(|(_, text)| text.as_bytes().to_vec());
        roles(folders, &paths, &|path| !path.starts_with('_'), &read)
    }

    const POST: &str = "---\nlayout: post\n---\n";

    #[test]
    fn the_beginning_of_every_document_may_be_one() {
        let texts =
            ["---\n---\n", "---   \r\ntitle: a\n---\n", "\u{FEFF}---\n---\n", "--\n", "{}", "", "a\n---\n---\n"];
        for text in texts {
            for role in [Role::Document(Kind::Post), Role::Candidate, Role::Built] {
                let is_document = kind_of(role, text.as_bytes()).is_some();
                let beginning = &text.as_bytes()[..text.len().min(16)];
                assert_eq!(may_be_document(role, beginning), is_document, "{role:?} {text:?}");
            }
        }
    }

    #[test]
    fn an_archive_folder_is_known_by_its_files() {
        let files = [
            ("_layouts/post.html", ""),
            ("_posts/2022-01-01-a.md", POST),
            ("a/_posts/x.png", ""),
            ("index.html", ""),
            ("logo.png", ""),
            ("notes/2022-01-01-a.md", "---\nlayout: page\n---\n"),
            ("old_post/2022-01-01-a.md", POST),
            ("old_post/2022-01-02-b.md", POST),
            ("old_post/README.md", "# Old posts"),
            ("old_post/pic.png", ""),
        ];
        let (roles, archive) = found(&files, &Folders::default());
        assert_eq!(archive, ["old_post"]);
        let (document, candidate) = (Role::Document, Role::Candidate);
        let expected = [
            Role::Static,
            document(Kind::Post),
            document(Kind::Post),
            candidate,
            Role::Static,
            candidate,
            document(Kind::Archived),
            document(Kind::Archived),
            document(Kind::Archived),
            Role::Static,
        ];
        assert_eq!(roles, expected);
    }

    #[test]
    fn settings_name_folders_instead() {
        let files = [("news/a.md", ""), ("old/2022-01-01-a.md", POST), ("older/a.md", "")];
        let folders = Folders { posts: vec!["news/".to_owned()], archive: Some(vec!["/older".to_owned()]) };
        let (roles, archive) = found(&files, &folders);
        assert_eq!(archive, ["older"]);
        assert_eq!(roles, [Role::Document(Kind::Post), Role::Candidate, Role::Document(Kind::Archived)]);
    }

    #[test]
    fn a_folder_of_few_dated_pages_is_none() {
        let files = [("a/2022-01-01-a.md", POST), ("a/b.md", POST), ("a/c.md", POST)];
        assert_eq!(found(&files, &Folders::default()).1, Vec::<String>::new());
    }
}
