//! FM008: a date that stops the build.

use super::publication;
use crate::declare_rule;
use crate::facts::Reading;
use crate::finding::{Effect, Meta};
use crate::front_matter::date::{self, Moment, Why};
use crate::language::say;
use crate::rules::{DocumentSink, Rule, Settings};

declare_rule! {
    /// ## What it does
    /// Finds posts whose `date` Ruby cannot read. It reads more than one would think (`May 6 2021`, `06/05/2021`), and
    /// refuses what has no year, month and day in it, or an hour 25.
    ///
    /// ## Why is this bad?
    /// Jekyll stops at the first such post: the whole site is not built, and the message names no line.
    ///
    /// ## Example
    /// ```yaml
    /// date:  +0800
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// date: 2022-01-17 07:46:06 +0800
    /// ```
    pub(crate) struct InvalidDate;
    "FM008", "invalid-date", Error, BuildAbort
}

impl Rule for InvalidDate {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_document(&self, settings: &Settings, reading: &Reading<'_>, sink: &mut DocumentSink<'_>) {
        if !reading.kind.is_post() {
            return;
        }
        let Some(entry) = reading.front_matter.get("date") else { return };
        let Moment::Invalid(why) = date::read(&entry.value).moment else { return };
        let engine = settings.front_matter.engine;
        let (effect, consequence) = match why {
            Why::TooGreat => (Effect::PublishedWrong, say!("Jekyll drops the data of the post")),
            _ => (Effect::BuildAbort, say!("it stops the build of the whole site")),
        };
        let reason = match why {
            Why::Empty => say!("is empty"),
            Why::NoDate => say!("has no date in it that Ruby can read"),
            Why::OutOfRange => say!("names a month, a day or a time of day that does not exist"),
            Why::TooLong => say!("is longer than the 128 bytes that Ruby reads of a date"),
            Why::TooGreat => say!("has a number in it that is beyond counting"),
        };
        let span = if entry.value.span.is_empty() { entry.key_span } else { entry.value.span };
        let message = say!(
            "`date` {reason}: {consequence}{unread}",
            reason,
            consequence,
            unread = publication::unless_unread(reading, engine),
        );
        sink.report(&Self::META, span, message)
            .effect(publication::effect(reading, engine, effect))
            .help(say!("write it as `YYYY-MM-DD HH:MM:SS +0800`"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{check, findings};

    #[test]
    fn dates_that_ruby_refuses_are_found() {
        check(
            &InvalidDate,
            "
---
date:  +0800
       ^^^^^ FM008 `date` has no date in it that Ruby can read: it stops the build of the whole site
---
//- _posts/2022-01-17-b.md
---
date:
^^^^ FM008 `date` is empty
---
//- _posts/2022-01-17-c.md
---
date: 2021-13-01
      ^^^^^^^^^^ FM008 names a month, a day or a time of day that does not exist
---
//- _posts/2022-01-17-d.md
---
date: 2021年5月6日
      ^^^^^^^^^^^^ FM008
---
//- _posts/-202205262391921712.md
---
date: 1620264600
      ^^^^^^^^^^ FM008 it stops the build of the whole site once the file has a post's name
---
",
        );
    }

    #[test]
    fn dates_that_ruby_reads_are_not() {
        for date in ["2022-01-17", "May 6 2021", "06/05/2021", "20210506T013000", "2021-02-30", "[2021-05-06]", "12:30"]
        {
            check(&InvalidDate, &format!("---\ndate: {date}\n---\n//- about.md\n---\ndate: x\n---\n"));
        }
    }

    #[test]
    fn what_jekyll_does_not_read_does_not_stop_it() {
        let effect = |path: &str| findings(&InvalidDate, &Settings::default(), path, b"---\ndate: x\n---\n")[0].effect;
        assert_eq!(effect("_posts/2022-01-17-a.md"), Effect::BuildAbort);
        assert_eq!(effect("old_post/2022-01-17-a.md"), Effect::DataSuspect);
        assert_eq!(effect("_posts/-2022.md"), Effect::DataSuspect);
    }
}
