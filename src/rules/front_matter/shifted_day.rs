//! FM015: a date that is another day than it says.

use super::shift::{self, Shift};
use super::{offset, publication};
use crate::declare_rule;
use crate::facts::Reading;
use crate::finding::{Effect, Meta};
use crate::language::{Message, say};
use crate::rules::{DocumentSink, Rule, Settings};

declare_rule! {
    /// ## What it does
    /// Finds dates whose day in the post's address is another one than was written, or depends on the machine that builds
    /// the site: a day that does not exist (`2021-02-30`), a zone that Ruby reads otherwise (`CST` is six hours behind UTC
    /// to it, not China's), a time without offset that is read as UTC, a date without day or year.
    ///
    /// ## Why is this bad?
    /// The post is published under another day than it says, and may move when it is built elsewhere.
    ///
    /// ## Example
    /// ```yaml
    /// date: 2022-01-17 07:46:06 CST
    /// ```
    ///
    /// ## Use instead
    /// ```yaml
    /// date: 2022-01-17 07:46:06 +0800
    /// ```
    ///
    /// ## Settings
    /// With a `timezone` in `_config.yml`, days do not depend on the machine that builds.
    pub(crate) struct ShiftedDay;
    "FM015", "shifted-day", Warning, PublishedWrong
}

impl Rule for ShiftedDay {
    fn meta(&self) -> &'static Meta {
        &Self::META
    }

    fn check_document(&self, settings: &Settings, reading: &Reading<'_>, sink: &mut DocumentSink<'_>) {
        if !reading.kind.is_post() {
            return;
        }
        let Some(entry) = reading.front_matter.get("date") else { return };
        let Some(shift) = shift::of(&settings.front_matter, reading) else { return };
        let (message, help) = describe(&shift);
        let effect = publication::effect(reading, settings.front_matter.engine, Effect::PublishedWrong);
        let finding = sink.report(&Self::META, entry.value.span, message).effect(effect).help(help);
        if let (Shift::ReadAsUtc { .. }, Some(fix)) = (&shift, offset::fix(&settings.front_matter, reading.text, entry))
        {
            finding.fix(fix);
        }
    }
}

fn describe(shift: &Shift) -> (Message, Message) {
    let help = say!("write the day, the time and the offset, such as `2022-01-17 07:46:06 +0800`");
    match shift {
        Shift::RollsOver(Some(day)) => (say!("there is no such day or time: Ruby counts on to {day}", day), help),
        Shift::RollsOver(None) => (say!("there is no such day or time: Ruby counts on"), help),
        Shift::OfBuild => (say!("this names no whole day: Ruby takes the rest from the clock of the build"), help),
        Shift::Zone(zone) => match zone.offset {
            Some(offset) => {
                let hours = format!("{:+}", f64::from(offset) / 3600.0);
                let zone = &zone.name;
                (say!("`{zone}` is {hours} hours from UTC to Ruby, wherever it was written", zone, hours), help)
            }
            None => (say!("Ruby does not know the zone `{zone}` and takes the site's own", zone = &zone.name), help),
        },
        Shift::ReadAsUtc { written, published } => (
            say!("without an offset this is UTC: the address says {published} and not {written}", published, written),
            help,
        ),
        Shift::Machine { written, in_utc } => (
            say!(
                "the site has no `timezone`: built on a machine in UTC, the address says {in_utc} and not {written}",
                in_utc,
                written,
            ),
            say!("set `timezone` in `_config.yml`"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::tz::TimeZone;

    use crate::rules::FrontMatterSettings;
    use crate::rules::testing::{check, check_with, findings};

    fn in_shanghai() -> Settings {
        let front_matter = FrontMatterSettings { time_zone: TimeZone::get("Asia/Shanghai").ok(), ..Default::default() };
        Settings { front_matter, ..Default::default() }
    }

    #[test]
    fn days_that_shift_are_found() {
        check_with(
            &ShiftedDay,
            &in_shanghai(),
            "
---
date: 2021-02-30
      ^^^^^^^^^^ FM015 there is no such day or time: Ruby counts on to 2021-03-02
---
//- _posts/2022-01-17-b.md
---
date: 2022-01-17 07:46 CST
      ^^^^^^^^^^^^^^^^^^^^ FM015 `CST` is -6 hours from UTC to Ruby
---
//- _posts/2022-01-17-c.md
---
date: 2022-01-17 23:46:06
      ^^^^^^^^^^^^^^^^^^^ FM015 without an offset this is UTC: the address says 2022-01-18 and not 2022-01-17
---
//- _posts/2022-01-17-d.md
---
date: '07:46:06'
      ^^^^^^^^^^ FM015 this names no whole day
---
//- _posts/2022-01-17-e.md
---
date: 2022-01-17 07:46 GMT+8
      ^^^^^^^^^^^^^^^^^^^^^^ FM015 Ruby does not know the zone `GMT+8`
---
",
        );
    }

    #[test]
    fn without_a_time_zone_the_machine_decides() {
        check(
            &ShiftedDay,
            "
---
date: 2022-01-17 07:46:06 +0800
      ^^^^^^^^^^^^^^^^^^^^^^^^^ FM015 built on a machine in UTC, the address says 2022-01-16
---
//- _posts/2022-01-17-b.md
---
date: 2022-01-17 08:46:06 +0800
---
",
        );
    }

    #[test]
    fn days_that_stay_are_not_found() {
        for date in
            ["2022-01-17 23:46:06 +0800", "2022-01-17 23:46", "2022-01-17 07:46:06", "2022-01-17 07:46 UTC", "x", ""]
        {
            check_with(&ShiftedDay, &in_shanghai(), &format!("---\ndate: {date}\n---\n"));
        }
    }

    #[test]
    fn damage_is_silent() {
        assert!(findings(&ShiftedDay, &in_shanghai(), "_posts/a.md", b"---\ndate: [\n---\n").is_empty());
    }
}
