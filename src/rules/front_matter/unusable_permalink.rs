//! FM019: a permalink that overwrites the home page or stops the build.

use super::publication;
use crate::declare_rule;
use crate::document::Kind;
use crate::facts::Reading;
use crate::finding::{Effect, Meta};
use crate::front_matter::{Content, Engine, Node, Scalar, text_of};
use crate::language::say;
use crate::rules::{DocumentSink, Rule, Settings};
use crate::text::Span;

declare_rule! {
    /// ## What it does
    /// Finds an empty `permalink`, one that is no text, and in posts a `:placeholder` that Jekyll does
    /// not know; and in posts a `slug` that is no text.
    ///
    /// ## Why is this bad?
    /// A post with `permalink: ""` is written to `/` and replaces the home page; a page with one stops the build. An unknown
    /// placeholder in a post, and a number, a truth value or a list in its place, stop the build of the whole site.
    ///
    /// ## Example
    /// ```yaml
    /// permalink: /:categories/:slugg/
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// permalink: /:categories/:slug/
    /// ```
    pub(crate) struct UnusablePermalink;
    "FM019", "unusable-permalink", Error, BuildAbort
}

impl Rule for UnusablePermalink {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_document(&self, settings: &Settings, reading: &Reading<'_>, sink: &mut DocumentSink<'_>) {
        if publication::is_static(reading) {
            return;
        }
        let engine = settings.front_matter.engine;
        let is_post = reading.kind != Kind::Page;
        let unread = publication::unless_unread(reading, engine);
        let stops = if is_post { publication::effect(reading, engine, Effect::BuildAbort) } else { Effect::BuildAbort };
        // A page's address is not made of its slug.
        let keys: &[&str] = if is_post { &["permalink", "slug"] } else { &["permalink"] };
        for entry in keys.iter().filter_map(|key| reading.front_matter.get(key)) {
            if is_no_text(&entry.value) {
                let message = say!(
                    "a `{key}` that is no text: the build of the whole site stops{unread}",
                    key = &entry.key,
                    unread = unread.clone(),
                );
                sink.report(&Self::META, entry.value.span, message).effect(stops).help(say!("put it in quotes"));
            }
        }
        let Some(entry) = reading.front_matter.get("permalink") else { return };
        let Some(text) = text_of(&entry.value) else { return };
        let span = entry.value.span;
        if text.is_empty() {
            let (effect, message) = if is_post {
                let effect = publication::effect(reading, engine, Effect::PublishedWrong);
                (effect, say!("an empty `permalink`: the post is written to `/`, over the home page"))
            } else {
                (stops, say!("an empty `permalink`: the build of the whole site stops"))
            };
            sink.report(&Self::META, span, say!("{message}{unread}", message, unread))
                .effect(effect)
                .help(say!("leave the key out, or give the address"));
            return;
        }
        if is_post && let Some((at, placeholder)) = unknown_placeholder(text, engine) {
            let message = say!(
                "Jekyll knows no placeholder `:{placeholder}`: the build of the whole site stops{unread}",
                placeholder,
                unread
            );
            let nearest = known(engine).map(|name| (strsim::osa_distance(name, placeholder), name)).min();
            let place = place_in(span, reading.text, text, (at, placeholder.len() + 1));
            let finding = sink.report(&Self::META, place, message).effect(stops);
            if let Some((_, name)) = nearest {
                finding.help(say!("did you mean `:{name}`?", name));
            }
        }
    }
}

/// Whether Jekyll takes a value for an address and fails at it, because it is no text.
fn is_no_text(value: &Node<'_>) -> bool {
    match &value.content {
        Content::Scalar(Scalar::Null | Scalar::Bool(false) | Scalar::Text(_)) | Content::Alias(_) => false,
        Content::Scalar(_) | Content::Sequence(_) | Content::Mapping(_) => true,
    }
}

/// The place of a part of a value in the file; the whole value where it is written with escapes.
fn place_in(span: Span, text: &str, value: &str, (at, length): (usize, usize)) -> Span {
    match span.slice(text).find(value) {
        Some(start) => Span::of(span.start as usize + start + at..span.start as usize + start + at + length),
        None => span,
    }
}

/// Placeholders that both engines know.
const EVERYWHERE: [&str; 18] = [
    "collection",
    "path",
    "name",
    "title",
    "slug",
    "categories",
    "output_ext",
    "year",
    "month",
    "day",
    "hour",
    "minute",
    "second",
    "i_day",
    "i_month",
    "short_month",
    "short_year",
    "y_day",
];

/// Placeholders of Jekyll 4 alone.
const SINCE_4: [&str; 7] = ["slugified_categories", "long_month", "w_year", "week", "w_day", "short_day", "long_day"];

fn known(engine: Engine) -> impl Iterator<Item = &'static str> {
    let newer: &[&str] = if engine == Engine::Jekyll4 { &SINCE_4 } else { &[] };
    EVERYWHERE.iter().chain(newer).copied()
}

/// The first `:[a-z_]+` that is no placeholder, also not without an underscore at its end, and its offset.
fn unknown_placeholder(text: &str, engine: Engine) -> Option<(usize, &str)> {
    text.match_indices(':').find_map(|(at, _)| {
        let rest = text.get(at + 1..)?;
        let length = rest.bytes().take_while(|byte| byte.is_ascii_lowercase() || *byte == b'_').count();
        let name = rest.get(..length).filter(|name| !name.is_empty())?;
        let is_known = |name: &str| known(engine).any(|known| known == name);
        (!is_known(name) && !name.strip_suffix('_').is_some_and(is_known)).then_some((at, name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::FrontMatterSettings;
    use crate::rules::testing::{check, check_with, findings};

    #[test]
    fn what_jekyll_cannot_use_is_found() {
        check(
            &UnusablePermalink,
            "
---
permalink: \"\"
           ^^ FM019 the post is written to `/`, over the home page
---
//- _posts/2022-01-17-b.md
---
permalink: /:year/:slugg.html
                  ^^^^^^ FM019 Jekyll knows no placeholder `:slugg`: the build of the whole site stops
---
//- _posts/2022-01-17-c.md
---
permalink: 2022
           ^^^^ FM019 a `permalink` that is no text: the build of the whole site stops
---
//- _posts/2022-01-17-d.md
---
slug: 202201172249352683
      ^^^^^^^^^^^^^^^^^^ FM019 a `slug` that is no text: the build of the whole site stops
---
//- about.md
---
slug: 12
permalink: ''
           ^^ FM019 the build of the whole site stops
---
",
        );
    }

    #[test]
    fn each_engine_knows_its_own() {
        check(
            &UnusablePermalink,
            "---\npermalink: /:week/\n           ^ FM019\n---\n"
                .replace("           ^ FM019", "            ^^^^^ FM019")
                .as_str(),
        );
        let front_matter = FrontMatterSettings { engine: Engine::Jekyll4, ..Default::default() };
        let settings = Settings { front_matter, ..Default::default() };
        check_with(&UnusablePermalink, &settings, "---\npermalink: /:week/:title_/12:30/\n---\n");
    }

    #[test]
    fn usable_ones_are_not() {
        check(
            &UnusablePermalink,
            "---\npermalink: /:categories/:title.html\n---\n//- a.md\n---\npermalink: /:anything/\n---\n//- b.md\n---\npermalink:\n---\n",
        );
    }

    #[test]
    fn damage_is_silent() {
        for text in ["---\npermalink: \":\\u4e2d:\"\n---\n", "---\npermalink: [:x]\n---\n", "---\npermalink: :\n---\n"]
        {
            let _ = findings(&UnusablePermalink, &Settings::default(), "_posts/2022-01-17-a.md", text.as_bytes());
        }
    }
}
