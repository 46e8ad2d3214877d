//! What jekyll-relative-links makes of Markdown links to source files: `[x](other.md)` leads to the page of `other.md`.
//!
//! The plugin runs over the text of pages before anything else does (`lib/jekyll-relative-links/generator.rb`), over
//! posts and other documents only if `relative_links.collections` says so, and only where the file named is one that the
//! site writes. GitHub Pages always runs it.

use super::Served;
use super::context::Source;
use super::entry::names;
use super::map::SiteMap;
use super::table::Stage;
use super::url::{extension, folder, unescape};

impl SiteMap<'_> {
    /// What stands in the page instead of a Markdown link's destination; `None` where it stays as it is written.
    pub fn relative_link(&self, document: usize, destination: &str) -> Option<String> {
        let source = named_source(&self.context.archive.documents.get(document)?.path, destination)?;
        let number = if self.rewrites_links_of(document) { self.number_of_source(&source)? } else { return None };
        let fragment = destination.find('#').and_then(|at| destination.get(at..)).unwrap_or_default();
        Some(format!("{}{}{fragment}", self.context.settings.baseurl, self.table.url(number)))
    }

    /// Whether the plugin looks at a document at all.
    fn rewrites_links_of(&self, document: usize) -> bool {
        let settings = self.context.settings;
        if !settings.relative_links || !settings.has_plugin("jekyll-relative-links") {
            return false;
        }
        let stage = self.served_number(document).and_then(|number| self.table.entry(number)).map(|entry| entry.stage);
        let is_seen = match stage {
            Some(Stage::Page | Stage::AddedPage) => true,
            Some(Stage::Post | Stage::Collection) => settings.relative_links_in_collections,
            Some(Stage::Static) | None => false,
        };
        let path = self.context.archive.documents.get(document).map_or("", |document| &document.path);
        let is_markdown = || settings.markdown_ext.iter().any(|known| extension(path).eq_ignore_ascii_case(known));
        is_seen && is_markdown() && !names(&settings.relative_links_exclude, path)
    }

    /// The number of the address that a source file makes, by its path.
    pub(super) fn number_of_source(&self, path: &str) -> Option<u32> {
        let archive = self.context.archive;
        let inside = format!("{}/{path}", self.context.settings.collections_dir.trim_matches('/'));
        let places = [path, &inside];
        let document = |place: &str| archive.documents.binary_search_by(|document| (*document.path).cmp(place)).ok();
        if let Some(index) = places.iter().filter_map(|place| document(place)).min() {
            return self.served_number(index);
        }
        let file = |place: &str| archive.files.binary_search_by(|file| (**file).cmp(place)).ok();
        let index = places.iter().filter_map(|place| file(place)).min()?;
        let is_of = |number: &u32| self.served_by(*number) == Served::File(index);
        // A file is copied to its own path, unless it lies in a collection or a permalink says otherwise.
        let copied = archive.files.get(index).and_then(|file| self.table.find(file)).filter(is_of);
        copied.or_else(|| {
            // What Jekyll does not read has no address, and a look through all of them is dear.
            let roles = self.context.entries.roles(archive.files.get(index)?);
            if !roles.page && roles.collection.is_none() {
                return None;
            }
            let source = Source::File(u32::try_from(index).ok()?);
            (0..self.table.len()).find(|&number| self.table.entry(number).is_some_and(|entry| entry.source == source))
        })
    }
}

/// The path of the source file that a link on a page would name, if it is meant so and there is one.
pub fn named_source(page: &str, destination: &str) -> Option<String> {
    let written = destination.get(..destination.find('#').unwrap_or(destination.len()))?;
    // The plugin's pattern ends at the first parenthesis; what has a scheme is no path.
    if written.is_empty() || written.contains(')') || has_scheme(written) {
        return None;
    }
    let (base, below) = match written.strip_prefix('/') {
        Some(below) => ("", below),
        None => (folder(page), written),
    };
    Some(unescape(&expanded(base, below)?).replace('+', " "))
}

/// A path below a folder without its `.` and `..`, as Ruby's `File.expand_path` leaves it; `None` above the source.
fn expanded(base: &str, below: &str) -> Option<String> {
    // A tilde is somebody's home to Ruby.
    if below.starts_with('~') {
        return None;
    }
    let mut parts: Vec<&str> = base.split('/').filter(|part| !part.is_empty()).collect();
    for part in below.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

fn has_scheme(text: &str) -> bool {
    text.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_expanded_within_the_source() {
        let cases = [
            ("a/b", "../c.md", Some("a/c.md")),
            ("", "./c.md", Some("c.md")),
            ("a", "../../c.md", None),
            ("", "~x/c.md", None),
            ("a", "b//c.md", Some("a/b/c.md")),
        ];
        for (base, below, expected) in cases {
            assert_eq!(expanded(base, below).as_deref(), expected, "{base} {below}");
        }
    }

    #[test]
    fn schemes_are_no_paths() {
        assert!(has_scheme("http://a.cn/b.md") && has_scheme("mailto:x"));
        assert!(!has_scheme("a/b:c.md") && !has_scheme("中:x.md") && !has_scheme("b.md"));
    }
}
