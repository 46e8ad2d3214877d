//! Addresses that no file of the source stands for: what plugins and themes make.

use std::sync::Arc;

use super::Engine;
use super::article::{Address, Reading, Term};
use super::context::{Item, Source};
use super::data::Datum;
use super::map::{Gathered, SiteMap};
use super::page::{page_address, page_in};
use super::table::Stage;
use super::url::folder;

impl SiteMap<'_> {
    /// Adds the addresses that plugins make, in the order in which Jekyll runs them.
    pub(super) fn add_generated(&mut self, gathered: &Gathered) {
        self.add_redirects(gathered);
        self.add_archives(gathered);
        self.add_readmes(gathered);
        self.add_paginated(gathered);
        self.add_feeds(gathered);
        self.add_sitemap();
        self.add_source_maps();
    }

    /// Adds a page that a plugin makes.
    pub(super) fn add_page(&mut self, address: &Address, generator: &str) -> u32 {
        let known = self.generators.last().is_some_and(|last| **last == *generator);
        if !known {
            self.generators.push(Arc::from(generator));
        }
        let index = u32::try_from(self.generators.len()).unwrap_or(u32::MAX).saturating_sub(1);
        self.table.add(address, Source::Generated(index), Stage::AddedPage)
    }

    /// Adds a page of a plugin that has a name and no file; defaults can give it a permalink.
    pub(super) fn add_named_page(&mut self, path: &str, generator: &str) {
        let path = path.strip_prefix('/').unwrap_or(path);
        let wanted = self.context.defaults.find(path, "pages", "permalink").map(Datum::of_config);
        if let Ok(address) = page_address(&self.context, path, wanted) {
            self.add_page(&address, generator);
        }
    }

    /// Whether the source has a file.
    pub(super) fn has_file(&self, path: &str) -> bool {
        let path = path.strip_prefix('/').unwrap_or(path);
        let archive = self.context.archive;
        archive.find(path).is_some() || archive.files.binary_search_by(|file| (**file).cmp(path)).is_ok()
    }

    /// The document or post of a source, to be read once more.
    pub(super) fn read_post(&self, source: Source) -> Option<(Item<'_>, super::entry::PostPlace)> {
        let item = self.item_of(source)?;
        let place = self.context.entries.roles(item.path).post?;
        Some((item, place))
    }

    /// The file of a source.
    pub(super) fn item_of(&self, source: Source) -> Option<Item<'_>> {
        match source {
            Source::Document(index) => Item::document(self.context.archive, index as usize),
            Source::File(index) => Item::file(self.context.archive, index as usize),
            Source::Generated(_) => None,
        }
    }

    fn add_redirects(&mut self, gathered: &Gathered) {
        if !self.context.settings.has_plugin("jekyll-redirect-from") {
            return;
        }
        for (from, source) in &gathered.redirects {
            let path = self.item_of(*source).map(|item| item.path.to_owned()).unwrap_or_default();
            let address = page_in(&self.context, "", "redirect.html", Some(from));
            self.add_page(&address, &format!("redirect_from of {path}"));
        }
        if self.context.settings.redirects_json && !self.has_file("redirects.json") {
            self.add_named_page("redirects.json", "jekyll-redirect-from");
        }
    }

    fn add_sitemap(&mut self) {
        if !self.context.settings.has_plugin("jekyll-sitemap") {
            return;
        }
        for name in ["sitemap.xml", "robots.txt"] {
            let entry = self.table.find(name).and_then(|number| self.table.entry(number));
            if entry.is_none_or(|entry| entry.stage > Stage::Static) {
                self.add_named_page(name, "jekyll-sitemap");
            }
        }
    }

    /// Adds the source map that Jekyll 4 writes beside each style sheet.
    fn add_source_maps(&mut self) {
        let settings = self.context.settings;
        if settings.engine == Engine::Jekyll3 || !settings.sass_source_maps {
            return;
        }
        let mut maps = Vec::new();
        for (index, document) in self.context.archive.documents.iter().enumerate() {
            let extension = super::url::extension(&document.path);
            if !matches!(extension.to_ascii_lowercase().as_str(), ".scss" | ".sass") {
                continue;
            }
            if let Some(address) = self.source_map(index) {
                maps.push((address, format!("the source map of {}", document.path)));
            }
        }
        for (address, generator) in maps {
            self.add_page(&address, &generator);
        }
    }

    fn source_map(&self, document: usize) -> Option<Address> {
        let number = self.served_number(document)?;
        self.table.entry(number).filter(|entry| entry.stage == Stage::Page)?;
        let url = self.table.url(number);
        let item = Item::document(self.context.archive, document)?;
        let name = format!("{}.css.map", super::url::stem(item.path));
        let data = super::data::Data::asked(item.fields, self.context.archive, &self.context.defaults, item.path);
        let wanted = super::article::permalink(data.get(crate::document::Field::Permalink)).ok()?;
        let folder = if url.ends_with('/') { &url } else { folder(&url) };
        Some(page_in(&self.context, folder, &name, wanted))
    }

    /// The categories and tags of a published post, each with whether it is text.
    pub(super) fn terms_of(&self, source: Source) -> (Vec<Term>, Vec<Term>) {
        let Some((item, place)) = self.read_post(source) else { return (Vec::new(), Vec::new()) };
        let path = super::judge::relative_path(&self.context, &item, place);
        let place = super::article::Place { relative_path: &path, label: "posts", draft: place.draft };
        let reading = Reading::new(&self.context, &item, place);
        let mut categories: Vec<_> = reading.categories().into_iter().map(|name| (name.into_owned(), true)).collect();
        categories.extend(reading.has_untitled_category().then(|| (String::new(), false)));
        (categories, reading.tags())
    }
}
