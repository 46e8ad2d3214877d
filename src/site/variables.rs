//! What Liquid in a destination stands for, as far as the source alone decides it.
//!
//! Only single values: a list, a mapping and what a layout or an include sets have no value here.

use super::Engine;
use super::config_value::ConfigValue;
use super::context::Item;
use super::data::Datum;
use super::intended::below_collections;
use super::map::SiteMap;
use super::slug::titleize;
use super::table::Stage;
use super::url::{file_name, folder, stem};
use crate::document::{Document, Field, fragment_digest};

impl SiteMap<'_> {
    /// The value of a variable such as `site.url` or `page.title` in a document; `None` if the source does not decide it.
    pub fn variable(&self, document: usize, name: &str) -> Option<String> {
        match name.split_once('.')? {
            ("site", key) => self.site_variable(key),
            ("page", key) => self.page_variable(document, key),
            _ => None,
        }
    }

    /// What `{% link %}` gives for the path of a source: its address, in Jekyll 4 with `baseurl` before it.
    ///
    /// `None` where nothing is written for the source; Jekyll stops there.
    pub fn link(&self, path: &str) -> Option<String> {
        let number = self.number_of_source(path.trim().trim_start_matches('/'))?;
        Some(self.with_base(&self.table.url(number)))
    }

    /// What `{% post_url %}` gives for the name of a post, its folder before it or not.
    ///
    /// `None` where no published post has the name; Jekyll stops there.
    pub fn post_url(&self, name: &str) -> Option<String> {
        let name = name.trim().trim_start_matches('/');
        let documents = &self.context.archive.documents;
        let digest = fragment_digest(file_name(name));
        let stems = self.stems();
        let from = stems.partition_point(|(other, _)| *other < digest);
        let alike = || stems.iter().skip(from).take_while(|(other, _)| *other == digest);
        let named = |exact: bool| {
            alike().find_map(|&(_, index)| {
                let path = below_collections(&self.context, &documents.get(index as usize)?.path);
                let number = self.served_number(index as usize).filter(|_| stem(path) == file_name(name))?;
                self.table.entry(number).filter(|entry| entry.stage == Stage::Post)?;
                (!exact || is_named(path, name)).then_some(number)
            })
        };
        // Without the folder Jekyll still finds the post, and grumbles.
        let number = named(true).or_else(|| named(false))?;
        Some(self.with_base(&self.table.url(number)))
    }

    /// Digests of the documents' names without their ends, with the document, sorted; made when a tag first names a post.
    fn stems(&self) -> &[(u64, u32)] {
        self.stems.get_or_init(|| {
            let digest = |(index, document): (usize, &Document)| {
                Some((fragment_digest(stem(&document.path)), u32::try_from(index).ok()?))
            };
            let mut stems: Vec<_> = self.context.archive.documents.iter().enumerate().filter_map(digest).collect();
            stems.sort_unstable();
            stems
        })
    }

    fn with_base(&self, url: &str) -> String {
        match self.context.settings.engine {
            Engine::Jekyll4 => format!("{}{url}", self.context.settings.baseurl),
            Engine::Jekyll3 => url.to_owned(),
        }
    }

    fn site_variable(&self, key: &str) -> Option<String> {
        let settings = self.context.settings;
        match key {
            // What `_config.yml` says with a slash at its end keeps it: templates join it as it stands.
            "url" | "baseurl" => {
                let own = settings.root.get(key).and_then(ConfigValue::scalar_text);
                Some(own.unwrap_or_else(|| if key == "url" { settings.url.clone() } else { settings.baseurl.clone() }))
            }
            key => {
                let value = key.split('.').try_fold(&settings.root, |value, part| value.get(part))?;
                value.scalar_text().filter(|_| *value != ConfigValue::Null)
            }
        }
    }

    fn page_variable(&self, document: usize, key: &str) -> Option<String> {
        let item = Item::document(self.context.archive, document)?;
        let url = || self.address_of(document).map(std::borrow::Cow::into_owned);
        let is_page = !self.context.archive.documents.get(document)?.kind.is_post();
        match key {
            "url" => url(),
            "path" if is_page => Some(item.path.to_owned()),
            "path" | "relative_path" => Some(below_collections(&self.context, item.path).to_owned()),
            "name" => Some(file_name(item.path).to_owned()),
            "dir" if is_page => url().map(|url| if url.ends_with('/') { url } else { format!("{}/", folder(&url)) }),
            "collection" if !is_page => Some("posts".to_owned()),
            "slug" if !is_page => self.own_text(&item, Field::Slug).or_else(|| self.slug_of_name(item.path)),
            "title" if !is_page => {
                self.own_text(&item, Field::Title).or_else(|| self.slug_of_name(item.path).map(|slug| titleize(&slug)))
            }
            "title" => self.own_text(&item, Field::Title),
            "layout" => self.own_text(&item, Field::Layout),
            "category" => self.own_text(&item, Field::Category),
            "permalink" => self.own_text(&item, Field::Permalink),
            _ => None,
        }
    }

    fn own_text(&self, item: &Item<'_>, field: Field) -> Option<String> {
        let data = super::data::Data::asked(item.fields, self.context.archive, &self.context.defaults, item.path);
        data.own(field).and_then(Datum::text).map(str::to_owned)
    }

    fn slug_of_name(&self, path: &str) -> Option<String> {
        let name = super::name::dated(self.context.settings.engine, file_name(path))?;
        Some(name.slug.trim_end_matches('.').to_owned())
    }
}

/// Whether a post's path is the one that a name with its folder means: `_posts/folder/name` or `folder/_posts/name`.
fn is_named(path: &str, name: &str) -> bool {
    let (above, last) = (folder(name), file_name(name));
    let within = folder(path);
    let is_last = stem(path) == last;
    let below = if above.is_empty() { "_posts".to_owned() } else { format!("_posts/{above}") };
    let beside = if above.is_empty() { "_posts".to_owned() } else { format!("{above}/_posts") };
    is_last && (within == below || within == beside)
}
