//! FM011: a file in a posts folder whose name is no post's.

use crate::declare_rule;
use crate::document::Kind;
use crate::facts::Reading;
use crate::finding::{Effect, Meta};
use crate::front_matter::date::{self, Moment};
use crate::front_matter::post_name;
use crate::language::say;
use crate::rules::{DocumentSink, Rule, Settings};
use crate::text::{Span, file_name};

declare_rule! {
    /// ## What it does
    /// Finds files of a posts folder that are not named `YYYY-MM-DD-slug.ext`, names whose date is none, and names that
    /// begin with `.`, `_`, `#` or `~`, or end with `~`.
    ///
    /// ## Why is this bad?
    /// Jekyll skips such a file without a word: it is no post, and no page either. Where the name has the form but its date
    /// does not exist (`2022-13-45-a.md`), a post without a `date` of its own stops the build of the whole site.
    ///
    /// ## Example
    /// ```text
    /// _posts/-202205262391921712.md
    /// ```
    ///
    /// ## Use instead
    /// ```text
    /// _posts/2022-05-26-202205262391921712.md
    /// ```
    pub(crate) struct InvalidPostName;
    "FM011", "invalid-post-name", Error, PostLost
}

impl Rule for InvalidPostName {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_document(&self, settings: &Settings, reading: &Reading<'_>, sink: &mut DocumentSink<'_>) {
        if !reading.kind.is_post() {
            return;
        }
        let site = &settings.front_matter;
        let name = file_name(&reading.path);
        let is_built = reading.kind == Kind::Post;
        let (effect, message) = match post_name::read(&reading.path, site.engine) {
            None if is_built => (
                Effect::PostLost,
                say!("`{name}` is not named `YYYY-MM-DD-slug.ext`, so that Jekyll skips it silently", name),
            ),
            None => (
                Effect::DataSuspect,
                say!(
                    "`{name}` is not named `YYYY-MM-DD-slug.ext`: in a posts folder, Jekyll would skip it silently",
                    name
                ),
            ),
            Some(_) if post_name::skipped_part(&reading.path).is_some() => {
                let part = post_name::skipped_part(&reading.path).unwrap_or_default();
                let effect = if is_built { Effect::PostLost } else { Effect::DataSuspect };
                (
                    effect,
                    say!("Jekyll passes over `{part}`, and with it this post, for its first or last character", part),
                )
            }
            Some(post) => match post.day().moment {
                Moment::Invalid(_) if reading.front_matter.get("date").is_none() && is_built => {
                    let message = say!(
                        "`{date}` in the file's name is no date, and it stops the build of the whole site",
                        date = post.date,
                    );
                    (Effect::BuildAbort, message)
                }
                Moment::Invalid(_) => {
                    (Effect::DataSuspect, say!("`{date}` in the file's name is no date", date = post.date))
                }
                Moment::Instant(_) | Moment::Local(_) | Moment::OfBuild => return,
            },
        };
        let day = reading.front_matter.get("date").and_then(|entry| date::read(&entry.value).day_in(&site.zone()));
        let slug = name.trim_start_matches(['-', '_']);
        let help = match day {
            Some(day) if name.contains('.') => say!("name it `{day}-{slug}`", day, slug),
            _ => say!("name it after its day, such as `2022-01-17-slug.md`"),
        };
        sink.report(&Self::META, Span::at(0), message).effect(effect).help(help);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{check, findings};

    #[test]
    fn a_name_without_a_date_is_found() {
        check(
            &InvalidPostName,
            "
//- _posts/-202205262391921712.md
---
^ FM011 `-202205262391921712.md` is not named `YYYY-MM-DD-slug.ext`, so that Jekyll skips it silently
---
//- _posts/2022-13-45-a.md
---
^ FM011 `2022-13-45` in the file's name is no date, and it stops the build
title: a
---
//- old_post/a.md
---
^ FM011 in a posts folder, Jekyll would skip it
---
",
        );
    }

    #[test]
    fn odd_names_that_jekyll_takes_are_left_alone() {
        check(
            &InvalidPostName,
            "
//- _posts/2022-01-17-NW202201172249352683.md
//- _posts/sub/22-1-7-a b.html
//- _posts/2022-01-17-.md
//- about.md
//- old_post/_sub/2022-01-17-a.md
",
        );
    }

    #[test]
    fn the_help_names_it_by_its_date() {
        let text = "---\ndate: 2022-05-26 01:00:00 +0000\n---\n";
        let found = findings(&InvalidPostName, &Settings::default(), "_posts/-2022.md", text.as_bytes());
        assert_eq!(found[0].help.as_deref(), Some("name it `2022-05-26-2022.md`"));
        let found = findings(&InvalidPostName, &Settings::default(), "_posts/\u{0}", b"\xff");
        assert_eq!(found.len(), 1);
    }
}
