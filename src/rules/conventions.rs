//! What an archive's own posts have agreed on: their ways back, and their source link.
//!
//! Conventions are settings; a template such as `返回{tag}` is filled in from a post's front matter and file name.

use std::collections::BTreeMap;

use crate::document::{Archive, Document, Field, Kind, Link, Links, Saying, Value};
use crate::extract::Carrier;
use crate::text::behind_slashes;

/// A way back that every post has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Navigation {
    /// The text that the reader clicks on: `返回首页`, `返回{tag}`.
    pub text: String,
    /// Where it leads, as paths of the site; the first is the one to write, the others were right once.
    pub targets: Vec<String>,
}

/// A text with `{category}`, `{tag}` and `{id}` in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    /// Without the scheme.
    before: String,
    after: String,
}

impl Template {
    /// Splits a template at `{id}`; `None` if it has none.
    pub fn around_id(text: &str) -> Option<Self> {
        let (before, after) = text.split_once("{id}")?;
        Some(Self { before: without_scheme(before).to_owned(), after: after.to_owned() })
    }

    /// The id in an address that follows the template.
    pub fn id_in<'a>(&self, address: &'a str) -> Option<&'a str> {
        let rest = without_scheme(address).strip_prefix(self.before.as_str())?;
        let id = rest.strip_suffix(self.after.as_str())?;
        (!id.is_empty()).then_some(id)
    }
}

fn without_scheme(address: &str) -> &str {
    behind_slashes(address).unwrap_or(address)
}

/// Fills in a template from a post; `None` if the post lacks what it names.
pub(super) fn fill(template: &str, archive: &Archive, document: &Document) -> Option<String> {
    let mut filled = template.to_owned();
    for (name, field, singular) in
        [("{category}", Field::Categories, Field::Category), ("{tag}", Field::Tags, Field::Tag)]
    {
        if filled.contains(name) {
            let value = document.fields.get(field).or_else(|| document.fields.get(singular))?;
            filled = filled.replace(name, first_text(archive, value)?);
        }
    }
    if filled.contains("{id}") {
        filled = filled.replace("{id}", document.id()?);
    }
    Some(filled)
}

/// The link of a post to its source: one that follows a pattern, or, without patterns, its only autolink.
pub fn source_link(patterns: &[Template], archive: &Archive, document: &Document) -> Option<Link> {
    let follows = |link: &Saying| {
        let address = archive.text(link.destination);
        patterns.iter().any(|pattern| pattern.id_in(address).is_some())
    };
    document.links.get(source_among(&document.links, patterns.is_empty(), follows)?)
}

/// The index of a source link among the links of a post; where there is no pattern, of its only autolink.
pub(super) fn source_among(links: &Links, lacks_patterns: bool, follows: impl Fn(&Saying) -> bool) -> Option<usize> {
    if !lacks_patterns {
        return links.sayings().position(|link| follows(&link));
    }
    let mut autolinks = links.sayings().enumerate().filter(|(_, link)| link.carrier == Carrier::Autolink);
    autolinks.next().filter(|_| autolinks.next().is_none()).map(|(index, _)| index)
}

/// The text of a value, or of the first item of a list.
pub fn first_text<'a>(archive: &'a Archive, value: &Value) -> Option<&'a str> {
    match value {
        Value::Text(symbol) => Some(archive.text(*symbol).trim()).filter(|text| !text.is_empty()),
        Value::List(items) => items.first().and_then(|item| match item {
            Value::Text(symbol) => Some(archive.text(*symbol).trim()),
            _ => None,
        }),
        _ => None,
    }
}

/// The category that a post names in its front matter, as written.
pub fn category<'a>(archive: &'a Archive, document: &Document) -> Option<&'a str> {
    let value = document.fields.get(Field::Categories).or_else(|| document.fields.get(Field::Category))?;
    first_text(archive, value)
}

/// The category pages, by the category that they list: pages with a `category`.
pub(super) fn category_pages(archive: &Archive) -> BTreeMap<&str, &Document> {
    let pages = archive.documents.iter().filter(|document| document.kind == Kind::Page);
    pages.filter_map(|page| Some((first_text(archive, page.fields.get(Field::Category)?)?, page))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_found_whatever_the_scheme() {
        let template = Template::around_id("http://s.example/share.html?infoCode={id}").unwrap();
        assert_eq!(template.id_in("https://s.example/share.html?infoCode=NW1"), Some("NW1"));
        assert_eq!(template.id_in("http://s.example/share.html?infoCode="), None);
        assert_eq!(template.id_in("http://other.example/share.html?infoCode=NW1"), None);
        assert_eq!(Template::around_id("http://s.example/"), None);
    }
}
