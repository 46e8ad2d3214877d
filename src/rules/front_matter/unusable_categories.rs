//! FM016: categories that are neither text nor a list.

use std::borrow::Cow;

use memchr::memmem;

use super::publication;
use crate::declare_rule;
use crate::facts::Reading;
use crate::finding::{Effect, Meta};
use crate::front_matter::{Content, Node, Scalar};
use crate::language::{Message, mark, say};
use crate::rules::{DocumentSink, Rule, Settings};

declare_rule! {
    /// ## What it does
    /// Finds posts whose `categories` is a number, a truth value, a date or a mapping, and posts whose first category has
    /// a colon in it.
    ///
    /// ## Why is this bad?
    /// Jekyll fails at it and drops all of the post's data: it is published without title and layout, at an address made of
    /// the day of the build. A first category such as `新闻:上海` begins an address that Ruby refuses, and stops the build
    /// of the whole site.
    ///
    /// ## Example
    /// ```yaml
    /// categories: 2022
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// categories: "2022"
    /// ```
    pub(crate) struct UnusableCategories;
    "FM016", "unusable-categories", Error, PublishedWrong
}

impl Rule for UnusableCategories {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_document(&self, settings: &Settings, reading: &Reading<'_>, sink: &mut DocumentSink<'_>) {
        if !reading.kind.is_post() {
            return;
        }
        let engine = settings.front_matter.engine;
        if let Some(entry) = reading.front_matter.get("categories")
            && let Some(what) = unusable_type(&entry.value)
        {
            let message = say!(
                "`categories` is {what}: Jekyll publishes the post without its data, at an address made of the build's day{unread}",
                what = Message::marked(what),
                unread = publication::unless_unread(reading, engine),
            );
            sink.report(&Self::META, entry.value.span, message)
                .effect(publication::effect(reading, engine, Effect::PublishedWrong))
                .help(say!("write text in quotes, or a list of texts"));
            return;
        }
        if let Some((value, category)) = first_category(reading)
            && is_no_address(&category)
            && stands_first(reading)
        {
            let message = say!(
                "the post's address would begin with `{category}`, which is no path for its colon: the build of the \
                 whole site stops{unread}",
                category,
                unread = publication::unless_unread(reading, engine),
            );
            sink.report(&Self::META, value.span, message)
                .effect(publication::effect(reading, engine, Effect::BuildAbort))
                .help(say!("leave the colon out of the category, or write it full-width"));
        }
    }
}

/// The type of what is neither text nor a list, in words.
fn unusable_type(value: &Node<'_>) -> Option<&'static str> {
    match &value.content {
        Content::Scalar(Scalar::Null | Scalar::Text(_)) | Content::Sequence(_) | Content::Alias(_) => None,
        Content::Scalar(scalar) => Some(scalar.type_name()),
        Content::Mapping(_) => Some(mark!("a mapping")),
    }
}

/// Whether a post's address begins with its category, and not with a folder or a permalink of its own.
fn stands_first(reading: &Reading<'_>) -> bool {
    let in_folder = memmem::find(reading.path.as_bytes(), b"_posts/").is_some_and(|at| at > 0);
    !in_folder && reading.front_matter.get("permalink").is_none()
}

/// The first category of a post.
fn first_category<'r>(reading: &'r Reading<'_>) -> Option<(&'r Node<'r>, Cow<'r, str>)> {
    let front_matter = &reading.front_matter;
    let singular = front_matter.get("category").filter(|entry| !entry.value.is_false());
    let entries = [front_matter.get("categories"), singular];
    entries.into_iter().flatten().find_map(|entry| match &entry.value.content {
        Content::Sequence(items) => {
            let first = items.first()?;
            Some((first, first.scalar()?.to_ruby_string()))
        }
        Content::Scalar(Scalar::Text(text)) if entry.is("categories") => {
            Some((&entry.value, Cow::Borrowed(text.split_whitespace().next()?)))
        }
        Content::Scalar(Scalar::Null) | Content::Mapping(_) | Content::Alias(_) => None,
        Content::Scalar(scalar) => Some((&entry.value, scalar.to_ruby_string())),
    })
}

/// Whether Ruby's address library refuses a path that begins with a text: a colon in its first part makes what is before
/// it a scheme, and that must be one.
fn is_no_address(text: &str) -> bool {
    if memchr::memchr(b':', text.as_bytes()).is_none() {
        return false;
    }
    let part = text.split(['/', '?', '#']).next().unwrap_or_default();
    let Some((scheme, _)) = part.split_once(':') else { return false };
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'.' | b'-'));
    !is_scheme
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{check, findings};

    #[test]
    fn what_jekyll_fails_at_is_found() {
        check(
            &UnusableCategories,
            "
---
categories: 2022
            ^^^^ FM016 `categories` is a whole number: Jekyll publishes the post without its data
---
//- _posts/2022-01-17-b.md
---
categories: no
            ^^ FM016 `categories` is a truth value
---
//- _posts/2022-01-17-c.md
---
categories: {a: b}
            ^^^^^^ FM016 `categories` is a mapping
---
//- _posts/2022-01-17-d.md
---
categories: [新闻:上海, b]
             ^^^^^^^^^ FM016 the post's address would begin with `新闻:上海`
---
//- _posts/2022-01-17-e.md
---
category: \"12:30\"
          ^^^^^^^ FM016 the build of the whole site stops
---
",
        );
    }

    #[test]
    fn what_jekyll_can_use_is_not() {
        for value in ["", "~", "a", "\"2022\"", "[2022, true]", "[]", "a:b", "新闻：上海", "[a, 新闻:上海]"] {
            check(
                &UnusableCategories,
                &format!("---\ncategories: {value}\ncategory: 12\n---\n//- a.md\n---\ncategories: 1\n---\n"),
            );
        }
    }

    #[test]
    fn damage_is_silent() {
        assert!(
            findings(&UnusableCategories, &Settings::default(), "_posts/a.md", b"---\ncategories: {a\n---\n")
                .is_empty()
        );
    }
}
