//! FM010: a post of the future.

use super::publication;
use crate::declare_rule;
use crate::facts::Reading;
use crate::finding::{Effect, Meta};
use crate::front_matter::{Engine, date, post_name};
use crate::language::say;
use crate::rules::{DocumentSink, Rule, Settings};
use crate::text::Span;

declare_rule! {
    /// ## What it does
    /// Finds posts whose date lies in the future.
    ///
    /// ## Why is this bad?
    /// Jekyll does not publish them; version 3.10, which GitHub Pages runs, does not even say so. Links to such a post are
    /// dead until it is built again after that date.
    ///
    /// ## Example
    /// ```yaml
    /// date: 2202-01-17 07:46:06 +0800
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// date: 2022-01-17 07:46:06 +0800
    /// ```
    ///
    /// ## Settings
    /// A site with `future: true` in `_config.yml` publishes them, and this rule is silent.
    pub(crate) struct FutureDate;
    "FM010", "future-date", Warning, PostLost
}

impl Rule for FutureDate {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_document(&self, settings: &Settings, reading: &Reading<'_>, sink: &mut DocumentSink<'_>) {
        let site = &settings.front_matter;
        if !reading.kind.is_post() || site.publishes_future {
            return;
        }
        let entry = reading.front_matter.get("date");
        let (date, span) = match entry {
            Some(entry) => (date::read(&entry.value), entry.value.span),
            None => match post_name::read(&reading.path, site.engine) {
                Some(name) => (name.day(), reading.front_matter.block.fence().unwrap_or(Span::at(0))),
                None => return,
            },
        };
        let Some(at) = date.instant(&site.zone()).filter(|at| *at > settings.now) else { return };
        let whose = if entry.is_some() { say!("the date") } else { say!("the date in the file's name") };
        let day = site.zone().to_datetime(at).strftime("%Y-%m-%d %H:%M");
        let unread = publication::unless_unread(reading, site.engine);
        let message = if site.engine == Engine::Jekyll3 {
            say!(
                "{whose} is in the future ({day}): until then, Jekyll does not publish the post and does not say so{unread}",
                whose,
                day,
                unread,
            )
        } else {
            say!(
                "{whose} is in the future ({day}): until then, Jekyll does not publish the post{unread}",
                whose,
                day,
                unread,
            )
        };
        sink.report(&Self::META, span, message)
            .effect(publication::effect(reading, site.engine, Effect::PostLost))
            .help(say!("mend the date, or set `future: true` in `_config.yml`"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::FrontMatterSettings;
    use crate::rules::testing::{check_with, findings};

    fn at(now: &str) -> Settings {
        Settings { now: now.parse().unwrap(), ..Default::default() }
    }

    #[test]
    fn a_date_past_now_is_found() {
        check_with(
            &FutureDate,
            &at("2022-01-16T23:46:05Z"),
            "
---
date: 2022-01-17 07:46:06 +0800
      ^^^^^^^^^^^^^^^^^^^^^^^^^ FM010 the date is in the future (2022-01-16 23:46)
---
//- _posts/2022-01-18-b.md
---
^^^ FM010 the date in the file's name is in the future
title: a
---
",
        );
    }

    #[test]
    fn now_is_not_the_future() {
        check_with(&FutureDate, &at("2022-01-16T23:46:06Z"), "---\ndate: 2022-01-17 07:46:06 +0800\n---\n");
        let front_matter = FrontMatterSettings { publishes_future: true, ..Default::default() };
        let settings = Settings { front_matter, ..at("2020-01-01T00:00:00Z") };
        check_with(&FutureDate, &settings, "---\ndate: 2022-01-17 07:46:06 +0800\n---\n");
    }

    #[test]
    fn a_date_that_is_none_is_never_future() {
        for date in ["x", "12:30", "99999999999999-01-01"] {
            let text = format!("---\ndate: {date}\n---\n");
            assert!(
                findings(&FutureDate, &at("2020-01-01T00:00:00Z"), "_posts/2022-01-17-a.md", text.as_bytes())
                    .is_empty()
            );
        }
    }
}
