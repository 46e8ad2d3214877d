//! Why the day in a post's address may be another one than the day that its author wrote.

use jiff::civil;
use jiff::tz::TimeZone;

use super::FrontMatterSettings;
use crate::facts::Reading;
use crate::front_matter::date::{self, Date, Moment, Zone};

/// Why the day is another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shift {
    /// The written day or time of day does not exist, so that Ruby counts on.
    RollsOver(Option<civil::Date>),
    /// The year or the day is that of the build.
    OfBuild,
    /// The zone's name means something else to Ruby, or nothing.
    Zone(Zone),
    /// There is no offset, so that a time with seconds counts as UTC, where it is another day on the site's clock.
    ReadAsUtc {
        /// The day as written.
        written: civil::Date,
        /// The day in the address.
        published: civil::Date,
    },
    /// The site has no `timezone`, so that the zone of the machine that builds decides between two days.
    Machine {
        /// The day at the written offset.
        written: civil::Date,
        /// The day in UTC.
        in_utc: civil::Date,
    },
}

/// The reason why the day of a post's date shifts, if it does.
pub(super) fn of(settings: &FrontMatterSettings, reading: &Reading<'_>) -> Option<Shift> {
    let entry = reading.front_matter.get("date")?;
    let date = date::read(&entry.value);
    match (date.moment, &date.zone) {
        (Moment::Invalid(_), _) => None,
        (Moment::OfBuild, _) => Some(Shift::OfBuild),
        (_, Some(zone)) if !is_utc(zone) => Some(Shift::Zone(zone.clone())),
        _ if date.rolled_over => Some(Shift::RollsOver(date.day_in(&TimeZone::UTC))),
        _ => across_midnight(settings, &date),
    }
}

/// Names that Ruby and everyone else read alike.
fn is_utc(zone: &Zone) -> bool {
    zone.offset == Some(0) || zone.name.starts_with(['+', '-'])
}

fn across_midnight(settings: &FrontMatterSettings, date: &Date) -> Option<Shift> {
    let Moment::Instant(second) = date.moment else { return None };
    let day_at = |seconds: i64| {
        let at = jiff::Timestamp::from_second(second.saturating_add(seconds)).ok()?;
        Some(TimeZone::UTC.to_datetime(at).date())
    };
    let in_utc = day_at(0)?;
    if !date.has_offset {
        let published = date.day_in(settings.time_zone.as_ref()?)?;
        return (published != in_utc).then_some(Shift::ReadAsUtc { written: in_utc, published });
    }
    if settings.time_zone.is_some() {
        return None;
    }
    let written = day_at(i64::from(date.offset.unwrap_or(0)))?;
    (written != in_utc).then_some(Shift::Machine { written, in_utc })
}
