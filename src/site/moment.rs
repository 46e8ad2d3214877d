//! Days and hours of addresses, in the zone of the machine that builds the site.

use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::document::Date;

/// The zone in which a site's days begin.
#[derive(Clone, Debug)]
pub(super) struct Zone(TimeZone);

impl Zone {
    /// The zone of `timezone` in `_config.yml`; a name that nobody knows is UTC, as it is to the C library.
    pub(super) fn named(name: Option<&str>) -> Self {
        let Some(name) = name else { return Self(TimeZone::UTC) };
        let zone = TimeZone::get(name).or_else(|_| TimeZone::posix(name));
        Self(zone.unwrap_or(TimeZone::UTC))
    }

    /// The wall clock at a moment, in seconds since 1970.
    pub(super) fn at(&self, instant: i64) -> DateTime {
        let timestamp =
            Timestamp::from_second(instant).unwrap_or(if instant < 0 { Timestamp::MIN } else { Timestamp::MAX });
        self.0.to_datetime(timestamp)
    }

    /// The moment at which the wall clock shows a time.
    fn instant(&self, local: DateTime) -> i64 {
        self.0.to_timestamp(local).map_or(i64::MAX, Timestamp::as_second)
    }

    /// The moment of a document's `date`, if it has one.
    pub(super) fn of(&self, date: Date) -> Option<i64> {
        match date {
            Date::Absent | Date::Invalid => None,
            Date::Instant(second) => Some(second),
            Date::Local(second) => {
                let clock = Timestamp::from_second(second).ok().map(|clock| TimeZone::UTC.to_datetime(clock));
                Some(clock.map_or(second, |clock| self.instant(clock)))
            }
        }
    }

    /// The moment that a date in `_config.yml` names, in its usual forms: `2001-02-03`, with or without a time behind it.
    pub(super) fn of_text(&self, text: &str) -> Option<i64> {
        if let Ok(moment) = Timestamp::strptime("%Y-%m-%d %H:%M:%S %z", text) {
            return Some(moment.as_second());
        }
        let clock =
            DateTime::strptime("%Y-%m-%d %H:%M:%S", text).or_else(|_| DateTime::strptime("%Y-%m-%d %H:%M", text));
        let day = || jiff::civil::Date::strptime("%Y-%m-%d", text).map(|day| day.to_datetime(Time::midnight()));
        clock.or_else(|_| day()).ok().map(|clock| self.instant(clock))
    }

    /// The moment at which a day of a file's name begins, as `Time.parse` reads it; `None` if Ruby refuses it.
    pub(super) fn of_file_name(&self, date: &str) -> Option<i64> {
        let mut parts = date.splitn(3, '-');
        let mut next = || parts.next().map(|part| (part.len(), part.parse::<i16>().ok()));
        let ((digits, year), (_, month), (_, day)) = (next()?, next()?, next()?);
        let (year, month, day) = (year?, month?, day?);
        let year = match (digits, year) {
            (2, 69..) => year + 1900,
            (2, _) => year + 2000,
            _ => year,
        };
        let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok().filter(|day| (1..=31).contains(day))?);
        // Ruby takes the 31st of every month and rolls over.
        let first = jiff::civil::Date::new(year, month, 1).ok()?;
        let date = first.checked_add(i64::from(day - 1).days()).ok()?;
        Some(self.instant(date.to_datetime(Time::midnight())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(date: &str) -> Option<String> {
        let zone = Zone::named(None);
        zone.of_file_name(date).map(|instant| zone.at(instant).date().to_string())
    }

    #[test]
    fn dates_of_file_names_are_read_as_ruby_reads_them() {
        assert_eq!(utc("20-01-02").as_deref(), Some("2020-01-02"));
        assert_eq!(utc("99-01-02").as_deref(), Some("1999-01-02"));
        assert_eq!(utc("68-1-2").as_deref(), Some("2068-01-02"));
        assert_eq!(utc("200-01-02").as_deref(), Some("0200-01-02"));
        assert_eq!(utc("2020-02-30").as_deref(), Some("2020-03-01"));
        for refused in ["2020-13-45", "2020-12-32", "2020-00-10", "2020-01-00"] {
            assert_eq!(utc(refused), None, "{refused}");
        }
    }

    #[test]
    fn days_begin_in_the_zone_of_the_site() {
        let zone = Zone::named(Some("Asia/Shanghai"));
        let instant = zone.of_file_name("2022-01-17").unwrap();
        assert_eq!(instant, 1_642_348_800);
        assert_eq!(zone.of(Date::Local(1_642_377_600)), Some(1_642_348_800));
        assert_eq!(Zone::named(Some("Nowhere/At_All")).at(0).to_string(), "1970-01-01T00:00:00");
    }
}
