//! What the name of a post's file says: its day, its slug, its extension.

use memchr::{memrchr, memrchr_iter};

use super::url::{extension, file_name};
use crate::front_matter::Engine;

/// A file name `YYYY-MM-DD-slug.ext` in its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct DatedName<'p> {
    /// The day, as written.
    pub date: &'p str,
    /// The slug, as written.
    pub slug: &'p str,
}

/// Reads a path as Jekyll's pattern for posts does; `None` if it is no post's.
///
/// In 3.10 a folder can carry the date, and the rest of the path is the slug.
pub(super) fn dated(engine: Engine, path: &str) -> Option<DatedName<'_>> {
    match engine {
        Engine::Jekyll4 => {
            // The pattern tries the start of the path before it skips the folders.
            let whole = read(path).filter(|name| !name.slug.contains('/'));
            whole.or_else(|| read(file_name(path)))
        }
        Engine::Jekyll3 => {
            let starts = memrchr_iter(b'/', path.as_bytes()).map(|slash| slash + 1);
            starts.chain([0]).find_map(|start| read(path.get(start..)?))
        }
    }
}

/// The slug of a file whose name carries no date: what stands before the last dot that something follows.
///
/// Unlike an extension, that dot can be a name's first letter, or stand in a folder's name.
pub(super) fn undated(path: &str) -> &str {
    let dot = path.rfind('.').filter(|dot| dot + 1 < path.len());
    dot.and_then(|dot| path.get(..dot)).map_or_else(|| super::url::stem(path), file_name)
}

/// Whether a name is one that a draft may have: it needs an extension.
pub(super) fn is_draft_name(path: &str) -> bool {
    path.rfind('.').is_some_and(|dot| dot + 1 < path.len())
}

fn read(text: &str) -> Option<DatedName<'_>> {
    let (year, rest) = digits(text, 2, 4)?;
    let (month, rest) = digits(rest.strip_prefix('-')?, 1, 2)?;
    let (day, rest) = digits(rest.strip_prefix('-')?, 1, 2)?;
    let rest = rest.strip_prefix('-')?;
    let date = text.get(..year + month + day + 2)?;
    let dot = memrchr(b'.', rest.as_bytes()).filter(|dot| dot + 1 < rest.len())?;
    Some(DatedName { date, slug: rest.get(..dot)? })
}

/// The number of digits at the start, if it lies between two bounds, and what follows.
fn digits(text: &str, least: usize, most: usize) -> Option<(usize, &str)> {
    let count = text.bytes().take_while(u8::is_ascii_digit).count();
    (least..=most).contains(&count).then_some(())?;
    Some((count, text.get(count..)?))
}

/// Whether what a name's bytes hold is surely no text.
pub(super) fn is_binary_name(path: &str) -> bool {
    const BINARY: [&str; 24] = [
        ".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".ico", ".bmp", ".pdf", ".zip", ".gz", ".mp3", ".mp4",
        ".webm", ".ogg", ".wav", ".woff", ".woff2", ".ttf", ".otf", ".eot", ".doc", ".docx", ".xlsx",
    ];
    BINARY.iter().any(|known| extension(path).eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(engine: Engine, path: &str) -> Option<(&str, &str)> {
        dated(engine, path).map(|name| (name.date, name.slug))
    }

    #[test]
    fn names_of_posts() {
        let both = |path, expected: Option<(&str, &str)>| {
            assert_eq!(parts(Engine::Jekyll4, path), expected, "{path}");
            assert_eq!(parts(Engine::Jekyll3, path), expected, "{path}");
        };
        both("2020-01-02-a.md", Some(("2020-01-02", "a")));
        both("sub/20-1-2-中文.v2.md", Some(("20-1-2", "中文.v2")));
        both("2020-01-02-.md", Some(("2020-01-02", "")));
        both("2020-01-02.md", None);
        both("2020-01-02-noext", None);
        both("-202205262391921712.md", None);
        both("20200-01-02-a.md", None);
        both("2020-01-02-a.", None);
    }

    #[test]
    fn slugs_of_names_without_a_date() {
        for (path, slug) in
            [("_docs/a.md", "a"), ("_docs/.dot", ""), ("_docs/a", "a"), ("_docs/a.", "a"), ("x.d/y", "x")]
        {
            assert_eq!(undated(path), slug, "{path}");
        }
    }

    #[test]
    fn a_dated_folder_is_a_slug_to_the_older_engine_only() {
        let path = "2021-05-06-dir/file.md";
        assert_eq!(parts(Engine::Jekyll4, path), None);
        assert_eq!(parts(Engine::Jekyll3, path), Some(("2021-05-06", "dir/file")));
    }
}
