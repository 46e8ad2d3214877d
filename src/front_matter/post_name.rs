//! The name of a post's file, which Jekyll reads before it reads the file.
//!
//! A file of a `_posts` folder whose name does not carry a date is no post, and no page either: it is not published.

use super::Engine;
use super::date::{self, Date};
use crate::text::{file_name, folder};

/// The parts of `YYYY-MM-DD-slug.ext`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostName<'p> {
    /// The date as written.
    pub date: &'p str,
    /// What stands between the date and the extension.
    pub slug: &'p str,
    /// The extension with its dot.
    pub extension: &'p str,
}

/// Reads the name of a post from its path; `None` where Jekyll does not take it for a post.
///
/// Jekyll 3.10 also takes `2021-05-06-folder/file.md`, where the date is a folder's.
pub fn read(path: &str, engine: Engine) -> Option<PostName<'_>> {
    let (folders, name) = (folder(path), file_name(path));
    if let Some(found) = split(name) {
        return Some(found);
    }
    if engine == Engine::Jekyll4 {
        return None;
    }
    // The folders that count are those below the posts folder; the innermost date wins.
    let below = folders.rsplit_once("_posts/").map_or("", |(_, below)| below);
    let start = path.len() - name.len() - below.len() - usize::from(!below.is_empty());
    let ends = below.match_indices('/').map(|(at, _)| at + 1);
    let starts: Vec<usize> = std::iter::once(0).chain(ends).collect();
    starts.into_iter().rev().find_map(|offset| split(path.get(start + offset..)?))
}

/// The part of a path below its posts folder for which Jekyll passes the file over: a name that begins with `.`, `_`,
/// `#` or `~`, or ends with `~`.
pub fn skipped_part(path: &str) -> Option<&str> {
    let is_posts_folder = |slash: &usize| path.get(..=*slash).is_some_and(|folder| folder.ends_with("_posts/"));
    let folder = memchr::memrchr_iter(b'/', path.as_bytes()).find(is_posts_folder);
    let below = folder.map_or_else(|| file_name(path), |slash| path.get(slash + 1..).unwrap_or_default());
    below.split('/').find(|part| part.starts_with(['.', '_', '#', '~']) || part.ends_with('~'))
}

impl PostName<'_> {
    /// What Jekyll makes of the date: `20-1-2` is in 2020, the 30th of February is in March, the 13th month is none.
    pub fn day(&self) -> Date {
        date::parse(self.date)
    }
}

/// `(\d{2,4}-\d{1,2}-\d{1,2})-(.*)(\.[^.]+)`
fn split(name: &str) -> Option<PostName<'_>> {
    let mut length = 0;
    for (least, most) in [(2, 4), (1, 2), (1, 2)] {
        let digits = name.get(length..)?.bytes().take_while(u8::is_ascii_digit).count();
        if !(least..=most).contains(&digits) || name.as_bytes().get(length + digits) != Some(&b'-') {
            return None;
        }
        length += digits + 1;
    }
    let (date, rest) = (name.get(..length - 1)?, name.get(length..)?);
    let dot = memchr::memrchr(b'.', rest.as_bytes()).filter(|dot| dot + 1 < rest.len())?;
    let (slug, extension) = rest.split_at_checked(dot)?;
    Some(PostName { date, slug, extension })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(path: &str, engine: Engine) -> Option<(&str, &str, &str)> {
        read(path, engine).map(|name| (name.date, name.slug, name.extension))
    }

    #[test]
    fn names_as_jekyll_4_reads_them() {
        let parts = |path| parts(path, Engine::Jekyll4);
        assert_eq!(parts("_posts/2022-01-17-a.b.md"), Some(("2022-01-17", "a.b", ".md")));
        assert_eq!(parts("2022-1-7-.md"), Some(("2022-1-7", "", ".md")));
        for path in ["-202205262391921712.md", "2022-01-17.md", "2022-01-17-a", "2022-01-17-a.", "x-2022-01-17-a.md"] {
            assert_eq!(parts(path), None, "{path}");
        }
        assert_eq!(parts("_posts/2022-01-17-a/b.md"), None);
    }

    #[test]
    fn hidden_files_and_folders_are_passed_over() {
        assert_eq!(skipped_part("_posts/2022-01-17-a.md"), None);
        assert_eq!(skipped_part("_x/_posts/b/2022-01-17-a.md"), None);
        assert_eq!(skipped_part("old_post/_b/2022-01-17-a.md"), None);
        assert_eq!(skipped_part("_posts/_b/2022-01-17-a.md"), Some("_b"));
        assert_eq!(skipped_part("_posts/2022-01-17-a.md~"), Some("2022-01-17-a.md~"));
        assert_eq!(skipped_part("_posts/_a/_posts/b/c.md"), None);
        assert_eq!(skipped_part("_posts/_a_posts/b/c.md"), None);
        assert_eq!(skipped_part("_posts/_a/b/c.md"), Some("_a"));
        assert_eq!(skipped_part("_posts"), Some("_posts"));
    }

    #[test]
    fn a_folder_may_carry_the_date_in_jekyll_3() {
        let parts = |path| parts(path, Engine::Jekyll3);
        assert_eq!(parts("_posts/2022-01-17-a/b.md"), Some(("2022-01-17", "a/b", ".md")));
        assert_eq!(parts("x/_posts/y/2022-01-17-a/b.md"), Some(("2022-01-17", "a/b", ".md")));
        assert_eq!(parts("2022-01-17-a/_posts/b.md"), None);
        assert_eq!(parts("_posts/b.md"), None);
    }
}
