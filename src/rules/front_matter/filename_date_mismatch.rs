//! FM012: a file's name and its date name two days.

use super::shift;
use crate::declare_rule;
use crate::facts::Reading;
use crate::finding::Meta;
use crate::front_matter::{date, post_name};
use crate::language::say;
use crate::rules::{DocumentSink, Rule, Settings};

declare_rule! {
    /// ## What it does
    /// Compares the day in the file's name with the day of `date` in the site's time zone.
    ///
    /// ## Why is this bad?
    /// The address is made of `date`, the file is found by its name. Where they differ, one of them is wrong, and whoever
    /// looks for the post by its day looks in the wrong place.
    ///
    /// ## Example
    /// ```text
    /// _posts/2022-01-17-a.md with `date: 2022-01-16 07:46:06 +0800`
    /// ```
    ///
    /// ## Use instead
    /// ```text
    /// _posts/2022-01-16-a.md with `date: 2022-01-16 07:46:06 +0800`
    /// ```
    pub(crate) struct FilenameDateMismatch;
    "FM012", "filename-date-mismatch", Warning, DataSuspect
}

impl Rule for FilenameDateMismatch {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_document(&self, settings: &Settings, reading: &Reading<'_>, sink: &mut DocumentSink<'_>) {
        let site = &settings.front_matter;
        // Why a day shifts is FM015's to say.
        if !reading.kind.is_post() || shift::of(site, reading).is_some() {
            return;
        }
        let Some(entry) = reading.front_matter.get("date") else { return };
        let Some(name) = post_name::read(&reading.path, site.engine) else { return };
        let zone = site.zone();
        let (Some(of_name), Some(of_date)) = (name.day().day_in(&zone), date::read(&entry.value).day_in(&zone)) else {
            return;
        };
        // A date of the future is a finding already, and rarely agrees with the name.
        let read = date::read(&entry.value);
        let is_future = !site.publishes_future && read.instant(&zone).is_some_and(|at| at > settings.now);
        if of_name == of_date || is_future {
            return;
        }
        let message = say!(
            "the file's name says {of_name}, and its `date` {of_date}: the address is made of the latter",
            of_name,
            of_date
        );
        sink.report(&Self::META, entry.value.span, message).help(say!("make the name and the date agree"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::TimeZone;

    use crate::rules::FrontMatterSettings;
    use crate::rules::testing::{check_with, findings};

    fn in_shanghai() -> Settings {
        let front_matter = FrontMatterSettings { time_zone: TimeZone::get("Asia/Shanghai").ok(), ..Default::default() };
        Settings { now: "2026-01-01T00:00:00Z".parse().unwrap(), front_matter, ..Settings::default() }
    }

    #[test]
    fn two_days_are_found() {
        check_with(
            &FilenameDateMismatch,
            &in_shanghai(),
            "
---
date: 2022-01-16 07:46:06 +0800
      ^^^^^^^^^^^^^^^^^^^^^^^^^ FM012 the file's name says 2022-01-17, and its `date` 2022-01-16
---
",
        );
    }

    #[test]
    fn the_day_is_that_of_the_sites_zone() {
        let text = "---\ndate: 2022-01-16 17:00:00 +0000\n---\n//- _posts/x.md\n---\ndate: 2022-01-16\n---\n";
        check_with(&FilenameDateMismatch, &in_shanghai(), text);
    }

    #[test]
    fn damage_and_other_causes_are_silent() {
        for date in ["", "x", "2021-02-30", "2022-01-16 10:00 CST", "12:30"] {
            let text = format!("---\ndate: {date}\n---\n");
            let found = findings(&FilenameDateMismatch, &in_shanghai(), "_posts/2022-01-17-a.md", text.as_bytes());
            assert!(found.is_empty(), "{date}");
        }
    }
}
