//! FM019: a permalink that overwrites the home page or stops the build.

use super::publication;
use crate::declare_rule;
use crate::document::Kind;
use crate::facts::Reading;
use crate::finding::{Effect, Meta};
use crate::front_matter::{Engine, text_of};
use crate::rules::{DocumentSink, Rule, Settings};
use crate::text::Span;

declare_rule! {
    /// ## What it does
    /// Finds an empty `permalink`, and in posts a `:placeholder` that Jekyll does not know.
    ///
    /// ## Why is this bad?
    /// A post with `permalink: ""` is written to `/` and replaces the home page; a page with one stops the build. An unknown
    /// placeholder in a post stops the build of the whole site.
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
        let Some(entry) = reading.front_matter.get("permalink") else { return };
        let Some(text) = text_of(&entry.value) else { return };
        let engine = settings.front_matter.engine;
        let is_post = reading.kind != Kind::Page;
        let span = entry.value.span;
        let unread = publication::unless_unread(reading, engine);
        if text.is_empty() {
            let (effect, message) = if is_post {
                let effect = publication::effect(reading, engine, Effect::PublishedWrong);
                (effect, "an empty `permalink`: the post is written to `/`, over the home page")
            } else {
                (Effect::BuildAbort, "an empty `permalink`: the build of the whole site stops")
            };
            sink.report(&Self::META, span, format!("{message}{unread}"))
                .effect(effect)
                .help("leave the key out, or give the address");
            return;
        }
        if !is_post {
            return;
        }
        let Some((at, placeholder)) = unknown_placeholder(text, engine) else { return };
        let place = match span.slice(reading.text).find(text.as_ref()) {
            Some(start) => {
                let start = span.start as usize + start + at;
                Span::of(start..start + placeholder.len() + 1)
            }
            None => span,
        };
        let message =
            format!("Jekyll knows no placeholder `:{placeholder}`: the build of the whole site stops{unread}");
        let nearest = known(engine).map(|name| (strsim::osa_distance(name, placeholder), name)).min();
        let help = nearest.map_or_else(String::new, |(_, name)| format!("did you mean `:{name}`?"));
        sink.report(&Self::META, place, message)
            .effect(publication::effect(reading, engine, Effect::BuildAbort))
            .help(help);
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
//- about.md
---
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
