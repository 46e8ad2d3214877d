//! Permalink templates with every placeholder that Jekyll knows.

use std::borrow::Cow;

use jiff::civil::DateTime;

use super::slug::{Case, SlugMode, lowercase, slugify};
use super::url::{escape_path, extension};
use crate::front_matter::Engine;

/// What a document's placeholders stand for.
pub(super) struct Placeholders<'a> {
    /// The engine.
    pub engine: Engine,
    /// The collection's label.
    pub collection: &'a str,
    /// The path below the folder that holds the collections.
    pub path: &'a str,
    /// The file's name without extension.
    pub stem: &'a str,
    /// The slug, if there is one.
    pub slug: Option<&'a str>,
    /// The categories.
    pub categories: &'a [String],
    /// The extension of the file that is written.
    pub output_extension: &'a str,
    /// The wall clock at the document's date.
    pub clock: DateTime,
}

/// An expanded template.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Expanded {
    /// The address before it is cleaned.
    pub url: String,
    /// Whether a part of it was taken from the date.
    pub dated: bool,
}

/// Expands the template of a document; an unknown placeholder, which stops Jekyll, is the error.
pub(super) fn expand(template: &str, values: &Placeholders<'_>) -> Result<Expanded, String> {
    let mut url = String::with_capacity(template.len() + 64);
    let (mut rest, mut dated) = (template, false);
    while let Some((before, after)) = rest.split_once(':') {
        url.push_str(before);
        let end = after.find(|c: char| !(c.is_ascii_lowercase() || c == '_')).unwrap_or(after.len());
        let (name, tail) = after.split_at_checked(end).unwrap_or((after, ""));
        rest = tail;
        if name.is_empty() {
            url.push(':');
            continue;
        }
        let (value, suffix) = match (values.value(name), name.strip_suffix('_')) {
            (Some(value), _) => (Some(value), ""),
            (None, Some(shorter)) => (values.value(shorter), "_"),
            (None, None) => (None, ""),
        };
        let Some((value, from_date)) = value else { return Err(format!(":{name}")) };
        url.push_str(&escape_path(values.engine, &value));
        url.push_str(suffix);
        dated |= from_date;
    }
    url.push_str(rest);
    Ok(Expanded { url, dated })
}

/// Expands the template of a page or static file: a plain replacement, in which an unknown placeholder stays.
pub(super) fn expand_plain(engine: Engine, template: &str, values: &[(&str, Option<&str>)]) -> String {
    let mut url = Cow::Borrowed(template);
    for (name, value) in values {
        let Some(colon) = url.find(':') else { break };
        // Most placeholders stand at the first colon, where nothing needs to be searched for.
        let place = format!(":{name}");
        let is_first = url.get(colon..).is_some_and(|rest| rest.starts_with(&place));
        if !is_first && !url.contains(&place) {
            continue;
        }
        url = Cow::Owned(match value {
            Some(value) => url.replace(&place, &escape_path(engine, value)),
            None => url.replace(&format!("/{place}"), ""),
        });
    }
    url.into_owned()
}

impl Placeholders<'_> {
    /// The value of a placeholder and whether it comes from the date; `None` if the engine knows no such placeholder.
    fn value(&self, name: &str) -> Option<(Cow<'_, str>, bool)> {
        let plain = |value: String| Some((Cow::Owned(value), false));
        let slug = self.slug.unwrap_or(self.stem);
        match name {
            "title" => return plain(slugify(self.engine, slug, SlugMode::Pretty, Case::Kept)),
            "slug" => return plain(slugify(self.engine, slug, SlugMode::Default, Case::Lowered)),
            "name" => return plain(slugify(self.engine, self.stem, SlugMode::Default, Case::Lowered)),
            "collection" => return Some((Cow::Borrowed(self.collection), false)),
            "path" => return Some((cleaned_path(self.path, self.collection), false)),
            "output_ext" => return Some((Cow::Borrowed(self.output_extension), false)),
            "categories" => return plain(joined(self.categories.iter().map(|name| lowercase(name)))),
            "slugified_categories" if self.engine == Engine::Jekyll4 => {
                let slug = |name: &String| slugify(self.engine, name, SlugMode::Default, Case::Lowered);
                return plain(joined(self.categories.iter().map(slug)));
            }
            _ => {}
        }
        self.date_part(name).map(|part| (Cow::Owned(part), true))
    }

    fn date_part(&self, name: &str) -> Option<String> {
        let only_4 = ["long_month", "w_year", "week", "w_day", "short_day", "long_day"];
        if self.engine == Engine::Jekyll3 && only_4.contains(&name) {
            return None;
        }
        let (clock, date) = (self.clock, self.clock.date());
        let part = match name {
            "year" if (0..=9999).contains(&date.year()) => padded(date.year().unsigned_abs(), 4),
            "year" => format!("{:04}", date.year()),
            "month" => padded(u16::from(date.month().unsigned_abs()), 2),
            "day" => padded(u16::from(date.day().unsigned_abs()), 2),
            "hour" => format!("{:02}", clock.hour()),
            "minute" => format!("{:02}", clock.minute()),
            "second" => format!("{:02}", clock.second()),
            "i_day" => date.day().to_string(),
            "i_month" => date.month().to_string(),
            "short_month" => date.strftime("%b").to_string(),
            "long_month" => date.strftime("%B").to_string(),
            "short_year" => format!("{:02}", date.year().rem_euclid(100)),
            "w_year" => format!("{:04}", date.iso_week_date().year()),
            "week" => format!("{:02}", date.iso_week_date().week()),
            "w_day" => date.weekday().to_monday_one_offset().to_string(),
            "short_day" => date.strftime("%a").to_string(),
            "long_day" => date.strftime("%A").to_string(),
            "y_day" => format!("{:03}", date.day_of_year()),
            _ => return None,
        };
        Some(part)
    }
}

/// The path below a collection's folder without extension and dots before it.
fn cleaned_path<'p>(relative_path: &'p str, label: &str) -> Cow<'p, str> {
    let path = relative_path.strip_suffix(extension(relative_path)).unwrap_or(relative_path);
    let folder = format!("_{label}");
    match path.split_once(&folder) {
        Some(("", rest)) => Cow::Borrowed(rest.trim_end_matches('.')),
        Some((before, rest)) => Cow::Owned(format!("{before}{rest}").trim_end_matches('.').to_owned()),
        None => Cow::Borrowed(path.trim_end_matches('.')),
    }
}

/// A number with zeros before it; a million dates are spelt, and this is what they need most.
fn padded(number: u16, width: usize) -> String {
    let mut text = String::with_capacity(width);
    for place in [1000, 100, 10, 1].into_iter().skip(4_usize.saturating_sub(width)) {
        let digit = u8::try_from(number / place % 10).unwrap_or(0);
        text.push(char::from(b'0' + digit));
    }
    text
}

/// Distinct names in their order, as folders.
fn joined(names: impl Iterator<Item = String>) -> String {
    let mut distinct: Vec<String> = Vec::new();
    for name in names {
        if !distinct.contains(&name) {
            distinct.push(name);
        }
    }
    distinct.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(engine: Engine, template: &str) -> Result<String, String> {
        let categories = ["News".to_owned(), "a b".to_owned(), "news".to_owned()];
        let clock = jiff::civil::date(2021, 1, 3).at(4, 5, 6, 0);
        let (path, stem) = ("_docs/x/2021-01-03-Hello World!.md", "2021-01-03-Hello World!");
        let slug = Some("Hello World!");
        let output_extension = ".html";
        let categories = &categories;
        let values = Placeholders { engine, collection: "docs", path, stem, slug, categories, output_extension, clock };
        expand(template, &values).map(|expanded| expanded.url)
    }

    #[test]
    fn every_placeholder_has_its_value() {
        let template = "/:categories/:slugified_categories/:year:month-:i_day/W:week/:w_year/:short_day/:y_day/:title_:slug:output_ext";
        let url = expanded(Engine::Jekyll4, template).unwrap();
        let expected = "/news/a%20b/news/a-b/202101-3/W53/2020/Sun/003/Hello-World!_hello-world.html";
        assert_eq!(url, expected);
        let template = "/:collection:path/:name/:hour/:minute/:second/:day/:i_month/:short_month/:long_month/:short_year/:w_day/:long_day";
        let url = expanded(Engine::Jekyll4, template).unwrap();
        let expected = "/docs/x/2021-01-03-Hello%20World!/2021-01-03-hello-world/04/05/06/03/1/Jan/January/21/7/Sunday";
        assert_eq!(url, expected);
    }

    #[test]
    fn unknown_placeholders_stop_the_build() {
        assert_eq!(expanded(Engine::Jekyll4, "/:foo/"), Err(":foo".to_owned()));
        assert_eq!(expanded(Engine::Jekyll3, "/W:week/"), Err(":week".to_owned()));
        assert_eq!(expanded(Engine::Jekyll4, "/:/:2/a"), Ok("/:/:2/a".to_owned()));
    }

    #[test]
    fn pages_keep_placeholders_that_they_do_not_know() {
        let values = [("path", Some("/a b")), ("basename", Some("x")), ("output_ext", Some(".html"))];
        assert_eq!(expand_plain(Engine::Jekyll4, "/:path/:basename:output_ext", &values), "//a%20b/x.html");
        assert_eq!(expand_plain(Engine::Jekyll4, "/:title/", &values), "/:title/");
        assert_eq!(expand_plain(Engine::Jekyll4, "/tag/:name/", &[("name", None)]), "/tag/");
    }
}
