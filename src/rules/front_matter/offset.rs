//! Writes the offset that a date lacks.
//!
//! Where Jekyll reads the date on the site's clock, the offset of that clock changes nothing and is safe to write. Where
//! Jekyll takes it for UTC, the site's offset is what the author meant in all likelihood, and moves the post by hours.

use jiff::tz::{Offset, TimeZone};

use super::FrontMatterSettings;
use crate::finding::{Applicability, Edit, Fix};
use crate::front_matter::date::{self, Moment};
use crate::front_matter::{self, Entry, Style};
use crate::language::say;
use crate::text::Span;

/// The change, proved by reading the date once it is made; `None` without a zone of the site, or in an hour that its
/// clock shows twice or never.
pub(super) fn fix(settings: &FrontMatterSettings, text: &str, entry: &Entry<'_>) -> Option<Fix> {
    let zone = settings.time_zone.as_ref()?;
    let date = date::read(&entry.value);
    let (second, is_local) = match date.moment {
        Moment::Local(second) => (second, true),
        Moment::Instant(second) if !date.has_offset => (second, false),
        _ => return None,
    };
    let (offset, meant) = on_the_clock(zone, second)?;
    let span = entry.value.span;
    let end = match entry.value.style {
        Style::Plain => span.end,
        Style::Single | Style::Double => span.end.checked_sub(1)?,
        Style::Block | Style::Lines | Style::Flow | Style::Alias => return None,
    };
    let written = Span::new(span.start, end).slice(text);
    let is_bare_day = written.trim_start_matches(['"', '\'']).len() == 10;
    let addition = format!("{} {}", if is_bare_day { " 00:00:00" } else { "" }, name(offset));
    let mended = format!("---\ndate: {written}{addition}{}\n---\n", Span::new(end, span.end).slice(text));
    let mended = front_matter::parse(&mended);
    let now = date::read(&mended.get("date")?.value);
    if !now.has_offset || now.moment != Moment::Instant(meant) {
        return None;
    }
    let is_same = is_local || meant == second;
    Some(Fix {
        applicability: if is_same { Applicability::Safe } else { Applicability::Unsafe },
        title: say!("add the offset `{offset}` of the site's clock", offset = name(offset)),
        edits: vec![Edit { span: Span::at(end), text: addition }],
    })
}

/// The offset of a zone at a time on its clock, and the moment that it then is.
fn on_the_clock(zone: &TimeZone, second: i64) -> Option<(Offset, i64)> {
    let civil = Offset::UTC.to_datetime(jiff::Timestamp::from_second(second).ok()?);
    let at = zone.to_ambiguous_timestamp(civil).unambiguous().ok()?;
    Some((zone.to_offset(at), at.as_second()))
}

/// `+0800`, as Jekyll's own posts write it.
fn name(offset: Offset) -> String {
    let minutes = offset.seconds() / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("{sign}{:02}{:02}", minutes.abs() / 60, minutes.abs() % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mended(zone: &str, date: &str) -> Option<(String, Applicability)> {
        let settings = FrontMatterSettings { time_zone: TimeZone::get(zone).ok(), ..FrontMatterSettings::default() };
        let text = format!("---\ndate: {date}\n---\n");
        let parsed = front_matter::parse(&text);
        let fix = fix(&settings, &text, parsed.get("date")?)?;
        let mut new = text.clone();
        new.insert_str(fix.edits[0].span.start as usize, &fix.edits[0].text);
        Some((new.lines().nth(1).unwrap().strip_prefix("date: ").unwrap().to_owned(), fix.applicability))
    }

    #[test]
    fn what_jekyll_reads_on_the_sites_clock_is_safe() {
        let safe = |date: &str| Some((date.to_owned(), Applicability::Safe));
        assert_eq!(mended("Asia/Shanghai", "2022-01-17 07:46"), safe("2022-01-17 07:46 +0800"));
        assert_eq!(mended("Asia/Shanghai", "\"2022-01-17 07:46:06\""), safe("\"2022-01-17 07:46:06 +0800\""));
        assert_eq!(mended("Asia/Shanghai", "2022-01-17"), safe("2022-01-17 00:00:00 +0800"));
        assert_eq!(mended("UTC", "2022-01-17 07:46:06"), safe("2022-01-17 07:46:06 +0000"));
        assert_eq!(mended("America/New_York", "2022-07-17 07:46"), safe("2022-07-17 07:46 -0400"));
    }

    #[test]
    fn what_jekyll_takes_for_utc_is_for_a_person() {
        let expected = Some(("2022-01-17 07:46:06 +0800".to_owned(), Applicability::Unsafe));
        assert_eq!(mended("Asia/Shanghai", "2022-01-17 07:46:06"), expected);
    }

    #[test]
    fn what_is_not_certain_is_not_offered() {
        for (zone, date) in [
            ("Nowhere/At-All", "2022-01-17 07:46"),
            ("America/New_York", "2022-03-13 02:30"),
            ("America/New_York", "2022-11-06 01:30"),
            ("Asia/Shanghai", "2022-01-17 07:46 +0800"),
            ("Asia/Shanghai", "x"),
            ("Asia/Shanghai", ""),
            ("Asia/Shanghai", "12:30"),
            ("Asia/Shanghai", "|\n  2022-01-17 07:46"),
        ] {
            assert_eq!(mended(zone, date), None, "{date}");
        }
    }
}
