//! Which files Jekyll reads, and as what.
//!
//! Jekyll walks the source, filters each folder's entries, and besides looks into `_posts`, `_drafts` and the folders of
//! collections, where other rules hold. A file can be read in more than one way: as a page and as a post, say.
//! What is in a file is not looked at here.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use foldhash::fast::FixedState;

use super::fnmatch;
use super::settings::Settings;
use super::url::{file_name, folder};
use crate::front_matter::Engine;

/// How a file is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Roles {
    /// As a page, or copied as it is.
    pub page: bool,
    /// As a post or draft.
    pub post: Option<PostPlace>,
    /// As a document or file of a collection: its index in the settings.
    pub collection: Option<usize>,
}

/// Where in a `_posts` or `_drafts` folder a file lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PostPlace {
    /// Byte offset in the path of what comes after that folder.
    pub entry: usize,
    /// It is a `_drafts` folder.
    pub draft: bool,
    /// It is a folder that settings name, and is read as if it were named `_posts`.
    pub renamed: bool,
}

/// The rules of one site.
#[derive(Debug)]
pub(super) struct Entries<'s> {
    settings: &'s Settings,
    include: Vec<Pattern<'s>>,
    exclude: Vec<Pattern<'s>>,
    folders: HashMap<Box<str>, bool, FixedState>,
    included_files: HashSet<&'s str, FixedState>,
    collection_folders: Vec<String>,
}

#[derive(Debug)]
struct Pattern<'s> {
    text: &'s str,
    glob: bool,
}

/// What Jekyll 4 always leaves out.
const EXCLUDED: [&str; 10] = [
    ".sass-cache",
    ".jekyll-cache",
    "gemfiles",
    "Gemfile",
    "Gemfile.lock",
    "node_modules",
    "vendor/bundle/",
    "vendor/cache/",
    "vendor/gems/",
    "vendor/ruby/",
];

/// Tells of paths whether Jekyll reads the file at all, be it as page, static file, post, draft or document of a
/// collection.
pub fn published_paths(settings: &Settings) -> impl Fn(&str) -> bool + '_ {
    let entries = Entries::new(settings, std::iter::empty());
    move |path| {
        let roles = entries.roles(path);
        roles.page || roles.post.is_some() || roles.collection.is_some()
    }
}

impl<'s> Entries<'s> {
    /// `paths` yields every file of the archive, those of a folder together.
    pub(super) fn new<'p>(settings: &'s Settings, paths: impl Iterator<Item = &'p str>) -> Self {
        let include: Vec<&str> = match &settings.include {
            Some(include) => include.iter().map(String::as_str).collect(),
            None => vec![".htaccess"],
        };
        let mut exclude: Vec<&str> = settings.exclude.iter().flatten().map(String::as_str).collect();
        if settings.engine == Engine::Jekyll4 || settings.exclude.is_none() {
            exclude.extend(EXCLUDED);
        }
        match settings.engine {
            Engine::Jekyll4 => exclude.retain(|pattern| !include.contains(pattern)),
            Engine::Jekyll3 if settings.exclude.is_none() => exclude.push("CNAME"),
            Engine::Jekyll3 => {}
        }
        let base = match settings.collections_dir.as_str() {
            "" => String::new(),
            base => format!("{base}/"),
        };
        let folder_of = |collection: &super::settings::Collection| format!("{base}_{}/", collection.label);
        let mut entries = Self {
            settings,
            include: patterns(&include),
            exclude: patterns(&exclude),
            folders: HashMap::default(),
            included_files: included_files(settings),
            collection_folders: settings.collections.iter().map(folder_of).collect(),
        };
        let mut last = "";
        for path in paths {
            let folder = folder(path);
            if folder != last {
                entries.learn(folder);
                last = folder;
            }
        }
        entries
    }

    /// How a file is read.
    pub(super) fn roles(&self, path: &str) -> Roles {
        if let Some(place) = self.configured_posts(path) {
            return Roles { post: Some(place), ..Roles::default() };
        }
        let (within, name) = (folder(path), file_name(path));
        let walked = self.walks(within) && self.keeps(name, path, false);
        let page = walked || self.included_files.contains(path);
        Roles { page, post: self.post_place(path), collection: self.collection(path) }
    }

    /// Whether Jekyll's walk comes into a folder.
    fn walks(&self, folder: &str) -> bool {
        match self.folders.get(folder) {
            Some(&walked) => walked,
            None => self.walks_afresh(folder),
        }
    }

    fn walks_afresh(&self, folder: &str) -> bool {
        let ends = folder.match_indices('/').map(|(at, _)| at).chain([folder.len()]);
        folder.is_empty()
            || ends
                .filter_map(|end| folder.get(..end))
                .all(|parent| parent != self.settings.destination && self.keeps(file_name(parent), parent, true))
    }

    fn learn(&mut self, folder: &str) {
        let mut parent = folder;
        while !parent.is_empty() && !self.folders.contains_key(parent) {
            let walked = self.walks_afresh(parent);
            self.folders.insert(Box::from(parent), walked);
            parent = super::url::folder(parent);
        }
    }

    /// Jekyll's filter. `entry` is the path below the folder that is read, `path` the one below the source.
    fn keeps(&self, entry: &str, path: &str, is_folder: bool) -> bool {
        let name = file_name(entry);
        if self.settings.engine == Engine::Jekyll4 && entry.ends_with('.') {
            return false;
        }
        let included = self.is_included(entry) || (name.len() != entry.len() && self.is_included(name));
        if included {
            return true;
        }
        let is_special = |text: &str| text.starts_with(['.', '_', '#', '~']);
        let rejected = is_special(entry) || is_special(name) || entry.ends_with('~');
        !rejected && !self.exclude.iter().any(|pattern| pattern.matches(path, is_folder))
    }

    /// Whether a pattern of an `include` that was written down fits a path or its last part.
    pub(super) fn is_named_in_include(&self, path: &str) -> bool {
        self.is_included(path) || self.is_included(file_name(path))
    }

    fn is_included(&self, entry: &str) -> bool {
        let is_folder = || self.folders.contains_key(entry);
        self.include.iter().any(|pattern| pattern.matches(entry, pattern.text.ends_with('/') && is_folder()))
    }

    /// The first `_posts` or `_drafts` folder in a path that Jekyll reaches and in which it keeps the file.
    fn post_place(&self, path: &str) -> Option<PostPlace> {
        for (at, part) in parts(path) {
            let draft = part == "_drafts";
            if part != "_posts" && !(draft && self.settings.show_drafts) {
                continue;
            }
            let within = path.get(..at.saturating_sub(1)).unwrap_or_default();
            let entry = at + part.len() + 1;
            if self.is_outside_collections(within) || !self.walks(within) {
                continue;
            }
            let rest = path.get(entry..).unwrap_or_default();
            let is_hidden = rest.starts_with('.') || rest.contains("/.");
            if !is_hidden && self.keeps(rest, path, false) {
                return Some(PostPlace { entry, draft, renamed: false });
            }
        }
        None
    }

    fn is_outside_collections(&self, folder: &str) -> bool {
        !folder.starts_with(&self.settings.collections_dir)
    }

    fn configured_posts(&self, path: &str) -> Option<PostPlace> {
        let inside = |folder: &&String| path.strip_prefix(folder.as_str()).is_some_and(|rest| rest.starts_with('/'));
        let folder = self.settings.posts_folders.iter().find(inside)?;
        // A folder that is a `_posts` folder anyway follows Jekyll's own rules.
        let is_posts = file_name(folder) == "_posts";
        (!is_posts).then_some(PostPlace { entry: folder.len() + 1, draft: false, renamed: true })
    }

    fn collection(&self, path: &str) -> Option<usize> {
        let index = self.collection_folders.iter().position(|folder| path.starts_with(folder.as_str()))?;
        let label = &self.settings.collections.get(index)?.label;
        let folder = self.collection_folders.get(index)?;
        let entry = path.get(folder.len()..)?;
        let special = label == "posts" || label == "data";
        // The filter sees the path as if there were no `collections_dir`.
        let seen: Cow<'_, str> = path.get(folder.len() - label.len() - 2..).map_or(Cow::Borrowed(path), Cow::Borrowed);
        (!special && self.keeps(entry, &seen, false)).then_some(index)
    }
}

/// The files that `include` names one by one, which Jekyll 4 reads wherever they lie.
fn included_files(settings: &Settings) -> HashSet<&str, FixedState> {
    if settings.engine == Engine::Jekyll3 {
        return HashSet::default();
    }
    let named = settings.include.iter().flatten();
    named.map(|path| path.strip_prefix("./").unwrap_or(path).trim_start_matches('/')).collect()
}

/// Whether a list of patterns, such as `exclude`, names a file, by Jekyll's `EntryFilter#glob_include?`.
pub(super) fn names(texts: &[String], path: &str) -> bool {
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    patterns(&texts).iter().any(|pattern| pattern.matches(path, false))
}

fn patterns<'s>(texts: &[&'s str]) -> Vec<Pattern<'s>> {
    let pattern = |text: &&'s str| {
        let text = text.strip_prefix('/').unwrap_or(text);
        Pattern { text, glob: fnmatch::is_glob(text) }
    };
    texts.iter().map(pattern).collect()
}

impl Pattern<'_> {
    fn matches(&self, path: &str, is_folder: bool) -> bool {
        // Nearly every pattern is a name that differs in its first letter.
        let may_start = self.text.is_empty() || self.text.as_bytes().first() == path.as_bytes().first();
        if !may_start && !self.glob {
            return false;
        }
        if path.starts_with(self.text) {
            return true;
        }
        if self.glob && fnmatch::matches(self.text, path) {
            return true;
        }
        is_folder && self.text.strip_suffix('/') == Some(path)
    }
}

/// The folders of a path with the offset of each.
fn parts(path: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    path.split('/').map(move |part| {
        let start = at;
        at += part.len() + 1;
        (start, part)
    })
}
