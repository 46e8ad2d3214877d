//! Pages that list posts: archives by day and term, pagination, feeds.

use super::abort::Abort;
use super::context::Source;
use super::map::{Gathered, SiteMap};
use super::page::page_in;
use super::slug::{Case, SlugMode, slugify};
use super::template::expand_plain;
use super::url::{destination, extension, folder, sanitize};
use crate::document::{Field, Head};
use crate::site::article::{Address, Place, Reading, Term};

/// The kinds of archive with their keys in `enabled` and `permalinks` and their own templates.
const KINDS: [(&str, &str, &str); 5] = [
    ("tags", "tag", "/tag/:name/"),
    ("categories", "category", "/category/:name/"),
    ("year", "year", "/:year/"),
    ("month", "month", "/:year/:month/"),
    ("day", "day", "/:year/:month/:day/"),
];

impl SiteMap<'_> {
    /// The pages of `jekyll-archives`.
    pub(super) fn add_archives(&mut self, gathered: &Gathered) {
        let settings = self.context.settings;
        if !settings.has_plugin("jekyll-archives") {
            return;
        }
        let wanted = |key: &str| settings.archives.all || settings.archives.enabled.iter().any(|kind| kind == key);
        for (key, kind, own_template) in KINDS {
            if !wanted(key) {
                continue;
            }
            let templates = &settings.archives.permalinks;
            let template = templates.iter().find(|(name, _)| name == kind).map_or(own_template, |(_, own)| own);
            let pages = match kind {
                "tag" => self.term_pages(template, kind, self.terms(gathered).1),
                "category" => self.term_pages(template, kind, self.terms(gathered).0),
                _ => self.date_pages(template, kind, gathered),
            };
            for page in pages {
                self.add_page(&page, "jekyll-archives");
            }
        }
    }

    fn term_pages(&self, template: &str, kind: &str, terms: Vec<Term>) -> Vec<Address> {
        let settings = self.context.settings;
        let mode = settings.archives.slug_mode.as_deref().map_or(SlugMode::Default, SlugMode::named);
        let page = |(term, is_text): Term| {
            let slug = is_text.then(|| slugify(settings.engine, &term, mode, Case::Lowered));
            self.archive_page(template, &[("name", slug.as_deref()), ("type", Some(kind))])
        };
        terms.into_iter().map(page).collect()
    }

    fn date_pages(&self, template: &str, kind: &str, gathered: &Gathered) -> Vec<Address> {
        let parts = match kind {
            "year" => 1,
            "month" => 2,
            _ => 3,
        };
        let dates = gathered.posts.iter().map(|(instant, _)| self.context.zone.at(*instant).date());
        let dates = dates.map(|date| {
            (date.year(), if parts > 1 { date.month() } else { 0 }, if parts > 2 { date.day() } else { 0 })
        });
        let days: std::collections::BTreeSet<_> = dates.collect();
        let page = |(year, month, day)| {
            let (year, month, day) = (format!("{year:04}"), format!("{month:02}"), format!("{day:02}"));
            let all = [("year", Some(year.as_str())), ("month", Some(month.as_str())), ("day", Some(day.as_str()))];
            let mut values: Vec<_> = all.into_iter().take(parts).collect();
            values.push(("type", Some(kind)));
            self.archive_page(template, &values)
        };
        days.into_iter().map(page).collect()
    }

    /// The address of an archive page; its extension is whatever the template's own file has.
    fn archive_page(&self, template: &str, values: &[(&str, Option<&str>)]) -> Address {
        let url = sanitize(expand_plain(self.context.settings.engine, template, values));
        let file = destination(&url, "index.html", "");
        let output_extension = self.context.settings.output_extension(extension(&file)).to_owned();
        let index = format!("index{output_extension}");
        Address { destination: destination(&url, &index, &output_extension), url }
    }

    /// The distinct categories and tags of all published posts, sorted.
    fn terms(&self, gathered: &Gathered) -> (Vec<Term>, Vec<Term>) {
        let (mut categories, mut tags) = (std::collections::BTreeSet::new(), std::collections::BTreeSet::new());
        for (_, source) in &gathered.posts {
            let terms = self.terms_of(*source);
            categories.extend(terms.0);
            tags.extend(terms.1);
        }
        (categories.into_iter().collect(), tags.into_iter().collect())
    }

    /// Pages 2 and following of `jekyll-paginate`.
    pub(super) fn add_paginated(&mut self, gathered: &Gathered) {
        let settings = self.context.settings;
        let Some(per_page) = settings.paginate.and_then(|count| usize::try_from(count).ok()).filter(|&count| count > 0)
        else {
            return;
        };
        if !settings.has_plugin("jekyll-paginate") {
            return;
        }
        let Some((template, url)) = self.pagination_template() else { return };
        let shown = gathered.posts.iter().filter(|(_, source)| !self.is_hidden(*source)).count();
        // Jekyll reads the template once more in the folder of its address; where it is not there, its data is lost.
        let again = format!("{}/index.html", folder(&url));
        let wanted = self.page_permalink(again.trim_start_matches('/'));
        for number in 2..=shown.div_ceil(per_page) {
            let path = settings.paginate_path.replacen(":num", &number.to_string(), 1);
            let folder = if path.starts_with('/') { path } else { format!("/{path}") };
            let address = page_in(&self.context, &folder, "index.html", wanted.as_deref());
            self.add_page(&address, &format!("jekyll-paginate of {template}"));
        }
    }

    /// The permalink of a page, its defaults included.
    fn page_permalink(&self, path: &str) -> Option<String> {
        let fields = match self.context.archive.find(path) {
            Some(page) => &page.fields,
            None => super::context::no_fields(),
        };
        let data = super::data::Data::asked(fields, self.context.archive, &self.context.defaults, path);
        super::article::permalink(data.get(Field::Permalink)).ok().flatten().map(str::to_owned)
    }

    /// The page that pagination repeats: the `index.html` with the longest path above `paginate_path`.
    fn pagination_template(&self) -> Option<(String, String)> {
        let goal = self.context.settings.paginate_path.trim_start_matches('/').to_owned();
        let mut above = Some(folder(&goal));
        let mut folders = Vec::new();
        while let Some(current) = above {
            folders.push(current);
            above = (!current.is_empty()).then(|| folder(current));
        }
        folders.into_iter().find_map(|folder| {
            let path = if folder.is_empty() { "index.html".to_owned() } else { format!("{folder}/index.html") };
            let index = self.context.archive.documents.binary_search_by(|document| (*document.path).cmp(&path)).ok()?;
            let document = self.context.archive.documents.get(index)?;
            let number = self.served_number(index).filter(|_| document.head != Head::Missing)?;
            Some((path, self.table.url(number).into_owned()))
        })
    }

    fn is_hidden(&self, source: Source) -> bool {
        let Some((item, place)) = self.read_post(source) else { return false };
        let path = super::judge::relative_path(&self.context, &item, place);
        let place = Place { relative_path: &path, label: "posts", draft: place.draft };
        Reading::new(&self.context, &item, place).get(Field::Hidden).is_some_and(super::data::Datum::is_truthy)
    }

    /// Feeds by tag stop Jekyll at a tag that is no text.
    fn stop_at_odd_tags(&mut self, gathered: &Gathered) {
        if self.context.settings.feed.only_tags.is_some() {
            return;
        }
        for (_, source) in &gathered.posts {
            if self.terms_of(*source).1.iter().any(|(_, is_text)| !is_text) {
                self.stop(*source, Abort::NotText("tags"));
            }
        }
    }

    /// The feeds of `jekyll-feed`.
    pub(super) fn add_feeds(&mut self, gathered: &Gathered) {
        let settings = self.context.settings;
        if !settings.has_plugin("jekyll-feed") {
            return;
        }
        let feed = &settings.feed;
        let mut paths = Vec::new();
        let posts = feed.collections.iter().find(|(name, ..)| name == "posts");
        let posts_path = posts.and_then(|(_, path, _)| path.as_deref()).or(feed.path.as_deref());
        let posts_categories =
            posts.map(|(.., names)| names).filter(|names| !names.is_empty()).unwrap_or(&feed.categories);
        paths.extend(posts_categories.iter().map(|category| format!("/feed/{category}.xml")));
        paths.push(posts_path.unwrap_or("/feed.xml").to_owned());
        for (name, path, categories) in feed.collections.iter().filter(|(name, ..)| name != "posts") {
            paths.extend(categories.iter().map(|category| format!("/feed/{name}/{category}.xml")));
            paths.push(path.clone().unwrap_or_else(|| format!("/feed/{name}.xml")));
        }
        if feed.tags {
            self.stop_at_odd_tags(gathered);
            let used: Vec<String> = self.terms(gathered).1.into_iter().map(|(tag, _)| tag).collect();
            let base = feed.tags_path.as_deref().unwrap_or("/feed/by_tag/");
            let pool = if used.is_empty() { Vec::new() } else { feed.only_tags.clone().unwrap_or(used) };
            let is_plain = |tag: &String| tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            let tags = pool.into_iter().filter(|tag| is_plain(tag) && !feed.except_tags.contains(tag));
            paths.extend(tags.map(|tag| format!("{base}{tag}.xml")));
        }
        for path in paths {
            if !self.has_file(&path) {
                self.add_named_page(&path, "jekyll-feed");
            }
        }
    }
}
