//! Posts, drafts and the documents of collections: their date, slug, categories and address.

use std::borrow::Cow;

use super::abort::Abort;
use super::context::{Context, Item};
use super::data::{Data, Datum, default_of};
use super::name::{dated, undated};
use super::template::{Placeholders, expand};
use super::url::{destination, extension, file_name, folder, sanitize, stem};
use crate::document::{Date, Field, Head};

/// An address and the file that is written for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    /// The path as Jekyll writes it, percent-encoded, with its leading `/`.
    pub url: String,
    /// The file, relative to the site's root.
    pub destination: String,
}

/// A category or tag, and whether it is text to Jekyll.
pub(super) type Term = (String, bool);

/// What a file in a collection, posts among them, becomes.
#[derive(Clone, Debug)]
pub(super) struct Article {
    /// Its address, and whether that is made of the moment of the build; or why asking for it stops Jekyll.
    pub address: Result<(Address, bool), Abort>,
    /// Its date.
    pub instant: i64,
    /// It has no date, and `instant` is the moment of the build.
    pub undated: bool,
    /// `published` does not switch it off.
    pub published: bool,
}

/// How a file in a collection is seen.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place<'p> {
    /// Its path below the folder that holds the collections.
    pub relative_path: &'p str,
    /// The collection's label; `posts` for drafts as well.
    pub label: &'p str,
    /// It lies in a `_drafts` folder.
    pub draft: bool,
}

/// A document of a collection with everything that its address depends on.
pub(super) struct Reading<'a, 's> {
    context: &'a Context<'s>,
    place: Place<'a>,
    head: Head,
    data: Data<'a, 's>,
}

impl<'a, 's: 'a> Reading<'a, 's> {
    pub(super) fn new(context: &'a Context<'s>, item: &Item<'a>, place: Place<'a>) -> Self {
        let layers = if context.defaults.is_empty() {
            Vec::new()
        } else {
            context.defaults.all(place.relative_path, Some(place.label))
        };
        // Where Jekyll stumbles over the front matter, the defaults are merged and nothing else is.
        let fields = if item.head.is_lost() { super::context::no_fields() } else { item.fields };
        Self { context, place, head: item.head, data: Data::merged(fields, context.archive, layers) }
    }

    /// Everything that follows from the file's name and data.
    pub(super) fn article(&self) -> Result<Article, Abort> {
        let (instant, from_build) = self.instant()?;
        let published = self.data.get(Field::Published).is_none_or(Datum::is_truthy);
        let address = self.address(instant).map(|(address, dated)| (address, from_build && dated));
        Ok(Article { address, instant, undated: from_build, published })
    }

    /// Its date, and whether that is the moment of the build.
    pub(super) fn instant(&self) -> Result<(i64, bool), Abort> {
        let date = if self.lost() { Date::Absent } else { self.data.date() };
        if date == Date::Invalid {
            return Err(Abort::InvalidDate);
        }
        let default = || self.data.default_text("date").and_then(|text| self.context.zone.of_text(text));
        let instant = self.context.zone.of(date).or_else(default);
        // A date that is the very second of the build gives way to that of the name.
        if let Some(instant) = instant.filter(|&instant| instant != self.context.now) {
            return Ok((instant, false));
        }
        let name = if self.lost() { None } else { dated(self.context.settings.engine, self.place.relative_path) };
        match name {
            Some(name) => {
                let instant = self.context.zone.of_file_name(name.date);
                instant.map(|instant| (instant, false)).ok_or(Abort::InvalidFileDate)
            }
            None => Ok((self.context.now, instant.is_none())),
        }
    }

    /// Whether Jekyll lost its front matter.
    fn lost(&self) -> bool {
        self.head.is_lost()
    }

    /// The slug, if it has one: a document whose front matter was lost has none.
    pub(super) fn slug(&self) -> Result<Option<Cow<'a, str>>, Abort> {
        match self.data.get(Field::Slug) {
            Some(Datum::Text(slug)) => return Ok(Some(Cow::Borrowed(slug))),
            Some(datum) if datum.is_truthy() => return Err(Abort::NotText("slug")),
            _ => {}
        }
        if self.lost() {
            return Ok(None);
        }
        let path = self.place.relative_path;
        let engine = self.context.settings.engine;
        let slug = dated(engine, path).map_or_else(|| undated(path), |name| name.slug);
        let slug = match engine {
            super::Engine::Jekyll4 => slug.trim_end_matches('.'),
            super::Engine::Jekyll3 => slug,
        };
        Ok(Some(Cow::Borrowed(slug)))
    }

    /// The categories in Jekyll's order: those of the path, of the defaults, of the front matter.
    pub(super) fn categories(&self) -> Vec<Cow<'a, str>> {
        let mut names = categories_of_path(self.place);
        let mut add = |name: Cow<'a, str>| {
            if !names.contains(&name) {
                names.push(name);
            }
        };
        let plural = [self.data.default(Field::Categories), self.data.own(Field::Categories)];
        for datum in plural.into_iter().flatten() {
            match datum {
                Datum::Text(text) => text.split_ascii_whitespace().for_each(|name| add(Cow::Borrowed(name))),
                list => list.items().into_iter().for_each(|item| add(item.spelt())),
            }
        }
        if self.lost() {
            return names;
        }
        // Jekyll adds the singular key's value, and for want of one the plural key's once more, lists in it taken apart.
        let singular = self.data.get(Field::Category).filter(|datum| datum.is_truthy());
        let added = if singular.is_some() { [singular, None] } else { plural };
        let added = added.into_iter().flatten().filter(|datum| datum.is_list() || singular.is_some());
        added.flat_map(Datum::flattened).for_each(|item| add(item.spelt()));
        names
    }

    /// Whether a category is kept in its own type besides its text, as Jekyll keeps numbers and lists in a list.
    pub(super) fn has_untitled_category(&self) -> bool {
        let plural = [self.data.default(Field::Categories), self.data.own(Field::Categories)];
        plural.into_iter().flatten().flat_map(Datum::items).any(|item| item.text().is_none())
    }

    /// The tags, each with whether it is text.
    pub(super) fn tags(&self) -> Vec<Term> {
        let spelt = |item: Datum<'_>| (item.spelt().into_owned(), item.text().is_some());
        let singular = self.data.get(Field::Tag).filter(|datum| datum.is_truthy());
        match (singular, self.data.get(Field::Tags)) {
            (Some(datum), _) => datum.flattened().into_iter().map(spelt).collect(),
            (None, Some(Datum::Text(text))) => {
                text.split_ascii_whitespace().map(|tag| (tag.to_owned(), true)).collect()
            }
            (None, Some(list)) if list.is_list() => list.flattened().into_iter().map(spelt).collect(),
            _ => Vec::new(),
        }
    }

    /// The value of a key, defaults included.
    pub(super) fn get(&self, field: Field) -> Option<Datum<'a>> {
        self.data.get(field)
    }

    fn address(&self, instant: i64) -> Result<(Address, bool), Abort> {
        let settings = self.context.settings;
        let permalink = permalink(self.data.get(Field::Permalink))?;
        let path = self.place.relative_path;
        let own_extension = extension(path);
        let output_extension = permalink.and_then(permalink_extension);
        let output_extension = output_extension.unwrap_or_else(|| settings.output_extension(own_extension));
        let template = match permalink {
            Some(template) => Cow::Borrowed(template),
            None => self.template(),
        };
        let slug = self.slug()?;
        let values = Placeholders {
            engine: settings.engine,
            collection: self.place.label,
            path,
            stem: stem(path),
            slug: slug.as_deref(),
            categories: &self.categories(),
            output_extension,
            clock: self.context.zone.at(instant),
        };
        let expanded = expand(&template, &values).map_err(Abort::UnknownPlaceholder)?;
        let url = sanitize(expanded.url);
        let destination = destination(&url, "index.html", output_extension);
        Ok((Address { url, destination }, expanded.dated))
    }

    fn template(&self) -> Cow<'a, str> {
        let settings = self.context.settings;
        if self.place.label == "posts" {
            return Cow::Borrowed(settings.posts_template());
        }
        collection_template(self.context, self.place.label)
    }
}

impl<'a, 's: 'a> Data<'a, 's> {
    fn default(&self, field: Field) -> Option<Datum<'a>> {
        default_of(self.layers(), field)
    }
}

/// The template that a collection's documents and files follow.
pub(super) fn collection_template<'c>(context: &'c Context<'_>, label: &str) -> Cow<'c, str> {
    let settings = context.settings;
    let own = settings.collections.iter().find(|collection| collection.label == label);
    match own.and_then(|collection| collection.permalink.as_deref()) {
        Some(template) => Cow::Borrowed(template),
        None => Cow::Owned(format!("/:collection/:path{}", settings.permalink_suffix())),
    }
}

/// The text of a `permalink`; what is neither text nor nothing stops Jekyll.
pub(super) fn permalink(datum: Option<Datum<'_>>) -> Result<Option<&str>, Abort> {
    match datum {
        Some(Datum::Text(text)) => Ok(Some(text)),
        Some(datum) if datum.is_truthy() => Err(Abort::NotText("permalink")),
        _ => Ok(None),
    }
}

/// The extension that a permalink asks for.
pub(super) fn permalink_extension(permalink: &str) -> Option<&str> {
    Some(extension(permalink)).filter(|extension| !permalink.ends_with('/') && !extension.is_empty())
}

/// The folders above `_posts` or `_drafts`.
fn categories_of_path(place: Place<'_>) -> Vec<Cow<'_, str>> {
    let starts_so = place.relative_path.strip_prefix('_').is_some_and(|rest| rest.starts_with(place.label));
    if starts_so && !place.draft {
        return Vec::new();
    }
    let special = if place.draft { "_drafts".to_owned() } else { format!("_{}", place.label) };
    let Some((above, _)) = place.relative_path.split_once(special.as_str()) else {
        // Without the special folder every folder of the path counts.
        let above = folder(place.relative_path);
        return above.split('/').filter(|part| !part.is_empty()).map(Cow::Borrowed).collect();
    };
    let name = file_name(place.relative_path);
    let mut names: Vec<Cow<'_, str>> = Vec::new();
    for part in above.split('/').filter(|part| !part.is_empty() && *part != special && *part != name) {
        if !names.iter().any(|known| known == part) {
            names.push(Cow::Borrowed(part));
        }
    }
    names
}
