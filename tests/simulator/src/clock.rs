//! Time as the providers see it: the machine's, moved forward by hand.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Unix milliseconds, the machine's plus what was advanced. Windows of data therefore stay close to real time, while
/// tokens and quotas age in a moment.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    ahead: i64,
}

impl Clock {
    pub(crate) fn now(&self) -> i64 {
        self.real().saturating_add(self.ahead)
    }

    /// The machine's own.
    pub(crate) fn real(&self) -> i64 {
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis() as i64
    }

    pub(crate) fn advance(&mut self, by: Duration) {
        self.ahead = self.ahead.saturating_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX / 4)).min(MOST_AHEAD);
    }
}

/// How far the clock may be moved: a hundred years. A date further on has five digits in its year.
const MOST_AHEAD: i64 = 100 * 365 * DAY;

/// Milliseconds in a second, a quarter of an hour and a day.
pub(crate) const SECOND: i64 = 1_000;
pub(crate) const QUARTER: i64 = 900_000;
pub(crate) const DAY: i64 = 86_400_000;

/// A zone in which riders live. The rule is written out, since a small machine has no database of zones.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Zone {
    pub(crate) name: &'static str,
    /// Strava's label: the offset without summer time.
    pub(crate) label: &'static str,
    rule: &'static str,
    pub(crate) city: &'static str,
    pub(crate) country: &'static str,
    pub(crate) latitude: f64,
    pub(crate) longitude: f64,
}

impl Default for Zone {
    fn default() -> Self {
        Zone {
            name: "Europe/Berlin",
            label: "(GMT+01:00) Europe/Berlin",
            rule: "CET-1CEST,M3.5.0,M10.5.0/3",
            city: "Potsdam",
            country: "Germany",
            latitude: 52.39,
            longitude: 13.06,
        }
    }
}

impl Zone {
    /// Offsets east and west, one without summer time, one of half an hour, and one on the southern half.
    pub(crate) fn all() -> [Zone; 5] {
        [
            Zone::default(),
            Zone {
                name: "America/Los_Angeles",
                label: "(GMT-08:00) America/Los_Angeles",
                rule: "PST8PDT,M3.2.0,M11.1.0",
                city: "Santa Cruz",
                country: "United States",
                latitude: 36.97,
                longitude: -122.03,
            },
            Zone {
                name: "Asia/Kolkata",
                label: "(GMT+05:30) Asia/Kolkata",
                rule: "IST-5:30",
                city: "Pune",
                country: "India",
                latitude: 18.52,
                longitude: 73.86,
            },
            Zone {
                name: "Australia/Sydney",
                label: "(GMT+10:00) Australia/Sydney",
                rule: "AEST-10AEDT,M10.1.0,M4.1.0/3",
                city: "Wollongong",
                country: "Australia",
                latitude: -34.42,
                longitude: 150.89,
            },
            Zone {
                name: "Europe/London",
                label: "(GMT+00:00) Europe/London",
                rule: "GMT0BST,M3.5.0/1,M10.5.0",
                city: "Bristol",
                country: "United Kingdom",
                latitude: 51.45,
                longitude: -2.59,
            },
        ]
    }

    /// Seconds east of UTC at an instant.
    pub(crate) fn offset(&self, instant: i64) -> i32 {
        let zone = TimeZone::posix(self.rule).unwrap_or(TimeZone::UTC);
        zone.to_offset(timestamp(instant)).seconds()
    }

    /// The calendar's day there, as `2026-03-10`.
    pub(crate) fn date(&self, instant: i64) -> String {
        date(instant + i64::from(self.offset(instant)) * SECOND)
    }
}

fn timestamp(instant: i64) -> Timestamp {
    Timestamp::from_millisecond(instant).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// `2026-03-10T17:31:04`, without an offset.
pub(crate) fn bare(instant: i64) -> String {
    timestamp(instant).strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

/// `2026-03-10T17:31:04Z`.
pub(crate) fn zulu(instant: i64) -> String {
    format!("{}Z", bare(instant))
}

/// `2026-03-10`.
pub(crate) fn date(instant: i64) -> String {
    timestamp(instant).strftime("%Y-%m-%d").to_string()
}

/// The first millisecond of a day written as `2026-03-10`, in UTC.
pub(crate) fn day(text: &str) -> Option<i64> {
    let date: jiff::civil::Date = text.parse().ok()?;
    Some(date.to_zoned(TimeZone::UTC).ok()?.timestamp().as_millisecond())
}

/// What a cookie's `Expires` and HTTP's `Date` look like.
pub(crate) fn http_date(instant: i64) -> String {
    timestamp(instant).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_zone_has_a_rule_that_can_be_read() {
        let winter = day("2026-01-15").unwrap();
        let offsets: Vec<i32> = Zone::all().iter().map(|zone| zone.offset(winter)).collect();
        assert_eq!(offsets, [3_600, -28_800, 19_800, 39_600, 0]);
        let summer = day("2026-07-15").unwrap();
        let offsets: Vec<i32> = Zone::all().iter().map(|zone| zone.offset(summer)).collect();
        assert_eq!(offsets, [7_200, -25_200, 19_800, 36_000, 3_600]);
    }

    #[test]
    fn a_ride_late_in_the_evening_belongs_to_the_riders_own_day() {
        let half_past_eleven_utc = day("2026-03-10").unwrap() + 23 * 3_600_000 + 1_800_000;
        assert_eq!(Zone::default().date(half_past_eleven_utc), "2026-03-11");
        assert_eq!(zulu(half_past_eleven_utc), "2026-03-10T23:30:00Z");
    }

    #[test]
    fn the_clock_only_goes_forward_and_never_out_of_range() {
        let mut clock = Clock::default();
        let before = clock.now();
        clock.advance(Duration::from_secs(6 * 3_600));
        assert!(clock.now() >= before + 6 * 3_600_000);
        clock.advance(Duration::MAX);
        clock.advance(Duration::MAX);
        assert_eq!(bare(clock.now()).len(), 19);
    }
}
