//! FM009: a date that does not say in which zone.

use super::{offset, shift};
use crate::declare_rule;
use crate::facts::Reading;
use crate::finding::Meta;
use crate::front_matter::date::{self, Moment};
use crate::language::say;
use crate::rules::{DocumentSink, Rule, Settings};

declare_rule! {
    /// ## What it does
    /// Finds dates without an offset from UTC.
    ///
    /// ## Why is this bad?
    /// What such a date means depends on how it is written: with seconds and without quotes Jekyll reads it as UTC, without
    /// seconds or in quotes as the time of the site's zone. In Shanghai that is eight hours apart.
    ///
    /// ## Example
    /// ```yaml
    /// date: 2022-01-17 07:46:06
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// date: 2022-01-17 07:46:06 +0800
    /// ```
    pub(crate) struct DateWithoutOffset;
    "FM009", "date-without-offset", Info, DataSuspect
}

impl Rule for DateWithoutOffset {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_document(&self, settings: &Settings, reading: &Reading<'_>, sink: &mut DocumentSink<'_>) {
        if !reading.kind.is_post() {
            return;
        }
        let Some(entry) = reading.front_matter.get("date") else { return };
        let date = date::read(&entry.value);
        if date.has_offset || shift::of(&settings.front_matter, reading).is_some() {
            return;
        }
        let meaning = match date.moment {
            Moment::Instant(_) => say!("Jekyll reads it as UTC"),
            Moment::Local(_) => say!("Jekyll reads it in the site's `timezone`, or that of the machine that builds"),
            Moment::Invalid(_) | Moment::OfBuild => return,
        };
        let message = say!("`date` has no offset from UTC: {meaning}", meaning);
        let finding = sink.report(&Self::META, entry.value.span, message).help(say!("add the offset, such as `+0800`"));
        if let Some(fix) = offset::fix(&settings.front_matter, reading.text, entry) {
            finding.fix(fix);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{check, findings};

    #[test]
    fn what_it_means_depends_on_how_it_is_written() {
        check(
            &DateWithoutOffset,
            "
---
date: 2022-01-17 07:46:06
      ^^^^^^^^^^^^^^^^^^^ FM009 Jekyll reads it as UTC
---
//- _posts/2022-01-17-b.md
---
date: 2022-01-17 07:46
      ^^^^^^^^^^^^^^^^ FM009 Jekyll reads it in the site's `timezone`
---
",
        );
    }

    #[test]
    fn an_offset_or_another_rule_is_enough() {
        for date in [
            "2022-01-17 07:46:06 +0800",
            "2022-01-17T07:46:06Z",
            "2022-01-17 07:46 UTC",
            "x",
            "",
            "12:30",
            "2021-02-30",
        ] {
            check(&DateWithoutOffset, &format!("---\ndate: {date}\n---\n"));
        }
        check(&DateWithoutOffset, "//- about.md\n---\ndate: 2022-01-17\n---\n");
    }

    #[test]
    fn damage_is_silent() {
        assert!(
            findings(&DateWithoutOffset, &Settings::default(), "_posts/a.md", b"---\ndate: \xff\xfe\n---\n").is_empty()
        );
    }
}
