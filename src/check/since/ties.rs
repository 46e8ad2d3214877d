//! What ties a file to the rest of the archive: what it makes, what it names, what it can have in common with others.

use std::sync::Arc;

use super::super::{Settings, resolve_links};
use super::keys::Key;
use crate::check::mail;
use crate::document::{Archive, Document, Field, Kind, Value};
use crate::resolve::{Resolved, Target, is_rewritten};
use crate::rules::{category, first_text, source_link};
use crate::site::{self, Served, SiteMap, candidates, named_source};
use crate::store::{Contribution, Tally};
use crate::text::Sketch;
use crate::text::mail::domains;

/// What ties one file to others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Ties {
    /// Files of the site that it makes or would make, and its own path where it is read in place.
    pub(super) addresses: Vec<String>,
    /// Paths of the site that it links to.
    pub(super) links: Vec<Arc<str>>,
    /// Addresses of the web that it links to, and domains whose mail it names, as they are remembered.
    pub(super) web: Vec<Box<str>>,
    /// What its Liquid tags name.
    pub(super) liquid: Vec<Box<str>>,
    /// What `post_url` calls it.
    pub(super) names: Vec<Box<str>>,
    pub(super) source: Option<Box<str>>,
    pub(super) body: Option<u64>,
    pub(super) id: Option<Box<str>>,
    /// By which nearly equal bodies are found.
    pub(super) sketch: Option<Sketch>,
    pub(super) tally: Option<Tally>,
    /// The category that it lists, for a page.
    pub(super) lists: Option<Box<str>>,
    /// What a fragment can name in it; sorted.
    pub(super) ids: Box<[u64]>,
    /// Whether it is served at an address of its own.
    pub(super) is_served: bool,
}

impl Ties {
    /// The keys that the file has, and what it is counted under.
    pub(super) fn contribution(&self) -> Contribution {
        let mut keys: Vec<i64> = self.addresses.iter().map(|file| Key::Address(file).number()).collect();
        keys.extend(self.links.iter().map(|path| Key::Link(path).number()));
        keys.extend(self.web.iter().map(|url| Key::Web(url).number()));
        keys.extend(self.liquid.iter().map(|name| Key::Liquid(name).number()));
        keys.extend(self.names.iter().map(|name| Key::Post(name).number()));
        keys.extend(self.common().map(Key::number));
        keys.extend(self.passages().map(|value| Key::Passage(value).number()));
        keys.extend(self.tally.iter().map(|(category, _)| Key::Category(category).number()));
        keys.sort_unstable();
        keys.dedup();
        Contribution { keys, tally: self.tally.clone() }
    }

    /// The passages by which nearly equal bodies are found.
    pub(super) fn passages(&self) -> impl Iterator<Item = u32> {
        self.sketch.iter().flat_map(Sketch::keys)
    }

    /// What two posts should not have in common.
    pub(super) fn common(&self) -> impl Iterator<Item = Key<'_>> {
        let source = self.source.iter().map(|url| Key::Source(url));
        source.chain(self.body.map(Key::Body)).chain(self.id.iter().map(|id| Key::Id(id)))
    }
}

impl Ties {
    /// Whether everybody who links to `old` finds the same in this file.
    pub(super) fn still_serves(&self, old: &Self) -> bool {
        self.is_served == old.is_served
            && old.addresses.iter().all(|file| self.addresses.contains(file))
            && old.ids.iter().all(|id| self.ids.binary_search(id).is_ok())
    }
}

/// The ties of every document and of every other file, in their order.
pub(super) fn ties(settings: &Settings, site: &site::Settings, archive: &Archive) -> (Vec<Ties>, Vec<Ties>) {
    let map = SiteMap::build(site, archive, settings.rules.now);
    let resolved = resolve_links(settings, (site, &map), archive);
    let each = archive.documents.iter().enumerate();
    let mut documents: Vec<Ties> = each.map(|each| of_document(settings, archive, &resolved, each)).collect();
    let mut files: Vec<Ties> = archive.files.iter().map(|path| of_file(path)).collect();
    for (number, ties) in documents.iter_mut().enumerate() {
        ties.is_served = map.unpublished(number).is_none();
    }
    for (served, file) in map.claims() {
        let ties = match served {
            Served::Document(index) => documents.get_mut(index),
            Served::File(index) => files.get_mut(index),
            _ => None,
        };
        if let Some(ties) = ties {
            ties.addresses.push(file);
        }
    }
    (documents, files)
}

fn of_file(path: &str) -> Ties {
    Ties { addresses: vec![path.to_owned()], ..Ties::default() }
}

fn of_document(
    settings: &Settings,
    archive: &Archive,
    resolved: &Resolved,
    (number, document): (usize, &Document),
) -> Ties {
    let mut ties = Ties::default();
    if document.kind == Kind::Archived {
        ties.addresses.push(document.path.to_string());
    }
    ties.addresses.extend(redirects(archive, document));
    for index in 0..document.links.len() {
        match resolved.target(archive, number, index) {
            Some(Target::Site(site)) => ties.links.push(Arc::clone(&site.path)),
            Some(Target::Web { address, .. }) => ties.web.push(resolved.url(&archive.strings, address).into()),
            Some(Target::Mail(behind)) => {
                ties.web.extend(domains(behind).iter().map(|domain| mail::key(domain).into()));
            }
            _ => {}
        }
    }
    ties.liquid.extend(document.liquid().iter().map(|target| archive.text(target.name).into()));
    if document.kind == Kind::Page || settings.site.relative_links_in_collections {
        let named = document.links.sayings().filter(|link| is_rewritten(link.carrier));
        let named = named.filter_map(|link| named_source(&document.path, archive.text(link.destination)));
        // As a tag names a file, so does a link that a plugin leads to the page of that file.
        ties.liquid.extend(named.map(Into::into));
    }
    ties.names = names(document);
    ties.ids.clone_from(&document.ids);
    if document.kind == Kind::Page {
        let lists = document.fields.get(Field::Category).and_then(|value| first_text(archive, value));
        ties.lists = lists.map(Into::into);
    }
    if document.kind.is_post() {
        let source = source_link(&settings.rules.source_links, archive, document);
        ties.source = source.map(|link| archive.text(link.destination).into());
        ties.body = Some(document.body).filter(|digest| *digest != 0);
        ties.id = document.id().map(Into::into);
        ties.sketch = document.sketch;
        let tag = document.fields.get(Field::Tags).and_then(|value| first_text(archive, value)).unwrap_or_default();
        ties.tally = category(archive, document).map(|name| (name.into(), tag.into()));
    }
    ties
}

/// The files at which `redirect_from` puts a page that leads on.
fn redirects(archive: &Archive, document: &Document) -> Vec<String> {
    let texts: Vec<&str> = match document.fields.get(Field::RedirectFrom) {
        Some(Value::Text(symbol)) => vec![archive.text(*symbol)],
        Some(Value::List(items)) => items
            .iter()
            .filter_map(|item| match item {
                Value::Text(symbol) => Some(archive.text(*symbol)),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    };
    let files = texts.into_iter().flat_map(|from| candidates(from.trim_start_matches('/')));
    files.map(std::borrow::Cow::into_owned).collect()
}

/// What `post_url` calls a post: its path below `_posts` without its ending, and that without its folders.
fn names(document: &Document) -> Vec<Box<str>> {
    let Some((_, path)) = document.path.rsplit_once("_posts/").filter(|_| document.kind == Kind::Post) else {
        return Vec::new();
    };
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    let mut names: Vec<Box<str>> = vec![stem.into()];
    names.extend(stem.rsplit_once('/').map(|(_, name)| name.into()));
    names
}

/// The paths by which a file of the site is asked for: the way back from [`candidates`].
pub(super) fn paths_to(file: &str) -> Vec<&str> {
    let mut paths = vec![file];
    paths.extend(file.strip_suffix(".html"));
    if let Some(folder) = file.strip_suffix("index.html").filter(|folder| folder.is_empty() || folder.ends_with('/')) {
        paths.extend([folder, folder.trim_end_matches('/')]);
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_to_a_file_is_a_candidate_of_it_and_the_other_way_round() {
        for file in ["a.html", "a/index.html", "index.html", "a.pdf", "a/b.html", "xindex.html"] {
            for path in paths_to(file) {
                assert!(candidates(path).any(|found| found == file), "{path} does not lead to {file}");
            }
        }
        for path in ["", "a", "a/", "a/b", "a.html", "a/index.html"] {
            for file in candidates(path) {
                assert!(paths_to(&file).contains(&path), "{file} is not asked for by {path:?}");
            }
        }
    }
}
