//! Permalink templates with every placeholder that Jekyll knows.

use std::borrow::Cow;

use jiff::civil::DateTime;

use super::slug::{Case, SlugMode, lowercase, push_slug, slugify};
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
    pub categories: &'a [Cow<'a, str>],
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
    while let Some((before, after)) = memchr::memchr(b':', rest.as_bytes()).and_then(|at| rest.split_at_checked(at)) {
        url.push_str(before);
        let after = after.get(1..).unwrap_or_default();
        let is_name = |byte: &u8| byte.is_ascii_lowercase() || *byte == b'_';
        let end = after.bytes().take_while(is_name).count();
        let (name, tail) = after.split_at_checked(end).unwrap_or((after, ""));
        rest = tail;
        if name.is_empty() {
            url.push(':');
            continue;
        }
        let from = url.len();
        let (written, suffix) = match (values.write(name, &mut url), name.strip_suffix('_')) {
            (Some(is_date), _) => (Some(is_date), ""),
            (None, Some(shorter)) => (values.write(shorter, &mut url), "_"),
            (None, None) => (None, ""),
        };
        let Some(is_date) = written else { return Err(format!(":{name}")) };
        escape_from(values.engine, &mut url, from);
        url.push_str(suffix);
        dated |= is_date;
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
    /// Appends the value of a placeholder and tells whether it comes from the date; `None` if the engine knows no such
    /// placeholder, and nothing is appended.
    fn write(&self, name: &str, url: &mut String) -> Option<bool> {
        let slug = self.slug.unwrap_or(self.stem);
        let lowered = (SlugMode::Default, Case::Lowered);
        match name {
            "title" => push_slug(url, self.engine, slug, (SlugMode::Pretty, Case::Kept)),
            "slug" => push_slug(url, self.engine, slug, lowered),
            "name" => push_slug(url, self.engine, self.stem, lowered),
            "collection" => url.push_str(self.collection),
            "path" => url.push_str(&cleaned_path(self.engine, self.path, self.collection)),
            "output_ext" => url.push_str(self.output_extension),
            "categories" => push_joined(url, self.categories, lowercase),
            "slugified_categories" if self.engine == Engine::Jekyll4 => {
                push_joined(url, self.categories, |name| slugify(self.engine, name, SlugMode::Default, Case::Lowered));
            }
            _ => return self.write_date_part(name, url).map(|()| true),
        }
        Some(false)
    }

    fn write_date_part(&self, name: &str, url: &mut String) -> Option<()> {
        let (clock, date) = (self.clock, self.clock.date());
        let is_3 = self.engine == Engine::Jekyll3;
        let part = match name {
            "year" if (0..=9999).contains(&date.year()) => {
                push_padded(url, date.year().unsigned_abs(), 4);
                return Some(());
            }
            "month" => {
                push_padded(url, u16::from(date.month().unsigned_abs()), 2);
                return Some(());
            }
            "day" => {
                push_padded(url, u16::from(date.day().unsigned_abs()), 2);
                return Some(());
            }
            "long_month" | "w_year" | "week" | "w_day" | "short_day" | "long_day" if is_3 => return None,
            "year" => format!("{:04}", date.year()),
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
        url.push_str(&part);
        Some(())
    }
}

/// The path below a collection's folder without extension and dots before it.
fn cleaned_path<'p>(engine: Engine, relative_path: &'p str, label: &str) -> Cow<'p, str> {
    let path = relative_path.strip_suffix(extension(relative_path)).unwrap_or(relative_path);
    // Only Jekyll 4 takes the dots off.
    let path = if engine == Engine::Jekyll4 { path.trim_end_matches('.') } else { path };
    let folder = format!("_{label}");
    match path.split_once(&folder) {
        Some(("", rest)) => Cow::Borrowed(rest),
        Some((before, rest)) => Cow::Owned([before, rest].concat()),
        None => Cow::Borrowed(path),
    }
}

/// Appends a number with zeros before it; a million dates are spelt, and this is what they need most.
fn push_padded(url: &mut String, number: u16, width: usize) {
    for place in [1000, 100, 10, 1].into_iter().skip(4_usize.saturating_sub(width)) {
        let digit = u8::try_from(number / place % 10).unwrap_or(0);
        url.push(char::from(b'0' + digit));
    }
}

/// Appends distinct names in their order, as folders.
fn push_joined(url: &mut String, names: &[Cow<'_, str>], spelt: impl Fn(&str) -> String) {
    if let [name] = names {
        url.push_str(&spelt(name));
        return;
    }
    let mut distinct: Vec<String> = Vec::new();
    for name in names.iter().map(|name| spelt(name)) {
        if !distinct.contains(&name) {
            distinct.push(name);
        }
    }
    url.push_str(&distinct.join("/"));
}

/// Escapes what was appended since `from`.
fn escape_from(engine: Engine, url: &mut String, from: usize) {
    let Some(Cow::Owned(escaped)) = url.get(from..).map(|value| escape_path(engine, value)) else { return };
    url.truncate(from);
    url.push_str(&escaped);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn expanded(engine: Engine, template: &str) -> Result<String, String> {
        let categories = ["News", "a b", "news"].map(Cow::Borrowed);
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
