//! What Liquid in destinations names, for a whole archive.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::document::{Archive, Kind};
use crate::resolve::Name;
use crate::site::{Engine, Settings, SiteMap};

/// Gives values to what the Liquid of an archive names.
pub(super) struct Templates<'a> {
    pub(super) settings: &'a Settings,
    pub(super) archive: &'a Archive,
    pub(super) map: &'a SiteMap<'a>,
    /// The posts by their names without an ending, made when the first `post_url` is met.
    pub(super) posts: OnceLock<HashMap<&'a str, usize>>,
}

impl Templates<'_> {
    /// The value of a name on the page of a document.
    pub(super) fn value_of(&self, document: usize, name: Name<'_>) -> Option<String> {
        match name {
            Name::Variable("page.url") => self.map.address_of(document).map(std::borrow::Cow::into_owned),
            Name::Variable("site.url") => Some(self.settings.url.clone()),
            Name::Variable("site.baseurl") => Some(self.settings.baseurl.clone()),
            Name::Variable(name) => {
                let mut value = &self.settings.root;
                for key in name.strip_prefix("site.")?.split('.') {
                    value = value.get(key)?;
                }
                value.scalar_text()
            }
            Name::Link(path) => self.linked(self.file(path.trim_start_matches('/'))?),
            Name::Post(name) => self.linked(Source::Document(self.post(name)?)),
        }
    }

    fn file(&self, path: &str) -> Option<Source> {
        let documents = &self.archive.documents;
        if let Ok(index) = documents.binary_search_by(|document| (*document.path).cmp(path)) {
            return Some(Source::Document(index));
        }
        let index = self.archive.files.binary_search_by(|file| (**file).cmp(path)).ok()?;
        Some(Source::File(index))
    }

    /// A post by its name, with or without the folder below `_posts`.
    fn post(&self, name: &str) -> Option<usize> {
        let posts = self.posts.get_or_init(|| {
            let posts = self.archive.documents.iter().enumerate().filter(|(_, document)| document.kind == Kind::Post);
            posts.map(|(index, document)| (stem(&document.path), index)).collect()
        });
        posts.get(name.rsplit('/').next().unwrap_or(name)).copied()
    }

    /// What `{% link %}` and `{% post_url %}` print: Jekyll 4 puts `baseurl` before the address, 3.10 does not.
    fn linked(&self, source: Source) -> Option<String> {
        let address = match source {
            Source::Document(index) => self.map.address_of(index)?.into_owned(),
            Source::File(index) => format!("/{}", self.archive.files.get(index)?),
        };
        Some(match self.settings.engine {
            Engine::Jekyll4 => format!("{}{address}", self.settings.baseurl),
            Engine::Jekyll310 => address,
        })
    }
}

#[derive(Clone, Copy, Debug)]
enum Source {
    Document(usize),
    File(usize),
}

/// A file's name without its folders and its ending.
fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}
