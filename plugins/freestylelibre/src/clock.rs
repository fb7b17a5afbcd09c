//! `5/21/2022 1:38:50 PM`: American, in twelve hours, whatever the user's own form is.

use gearshift_sdk::prelude::*;
use gearshift_sdk::time::{Date, TimeError};

const DAY: i64 = 86_400;

/// When something was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    /// Unix milliseconds.
    pub(crate) instant: i64,
    /// Seconds east of UTC, by what the phone showed.
    pub(crate) offset: Option<i32>,
}

impl Moment {
    pub(crate) fn read(utc: &str, local: Option<&str>) -> Result<Self, Reject> {
        let wrong = |at: &'static str| move |message: String| Reject::new(at, message);
        let instant = seconds(utc).map_err(wrong("/FactoryTimestamp"))?;
        let local = local.map(seconds).transpose().map_err(wrong("/Timestamp"))?;
        Ok(Self { instant: instant * 1_000, offset: local.and_then(|local| offset(local - instant)) })
    }

    /// Puts the offset into a record.
    pub(crate) fn place(&self, record: Record) -> Record {
        match self.offset {
            Some(seconds) => record.offset(seconds, Origin::Inferred),
            None => record,
        }
    }
}

/// To the minute, since the two are written a second apart at times. None where no place is that far from UTC.
fn offset(apart: i64) -> Option<i32> {
    let minutes = (apart + 30).div_euclid(60);
    time::offset_between(minutes * 60_000, 0)
}

/// Seconds since 1970 of a clock that shows this.
fn seconds(text: &str) -> Result<i64, String> {
    let wrong = || format!("a time as in 5/21/2022 1:38:50 PM was expected, and there is {text:?}");
    let mut words = text.split_whitespace();
    let (Some(date), Some(clock), Some(half), None) = (words.next(), words.next(), words.next(), words.next()) else {
        return Err(wrong());
    };
    let date = Date::parse_us(date).map_err(|error: TimeError| error.to_string())?;
    let noon = match half.to_ascii_uppercase().as_str() {
        "AM" => 0,
        "PM" => 12,
        _ => return Err(wrong()),
    };
    let parts: Option<Vec<i64>> = clock.split(':').map(|part| part.parse().ok()).collect();
    let Some([hour @ 1..=12, minute @ 0..=59, second @ 0..=59]) = parts.as_deref() else { return Err(wrong()) };
    Ok(date.midnight() / 1_000 / DAY * DAY + (hour % 12 + noon) * 3_600 + minute * 60 + second)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instant(text: &str) -> i64 {
        Moment::read(text, None).unwrap().instant / 1_000
    }

    #[test]
    fn twelve_hours_are_told_apart() {
        // By `date -ud`.
        assert_eq!(instant("5/21/2022 1:38:50 PM"), 1_653_140_330);
        assert_eq!(instant("12/31/2025 12:00:00 AM"), 1_767_139_200);
        assert_eq!(instant("12/31/2025 12:00:00 PM"), 1_767_182_400);
        assert_eq!(instant("12/31/2025 11:59:59 pm"), 1_767_225_599);
    }

    #[test]
    fn what_the_phone_showed_tells_where_it_was() {
        let offset = |local: &str| Moment::read("3/10/2026 11:45:00 PM", Some(local)).unwrap().offset;
        assert_eq!(offset("3/11/2026 12:45:00 AM"), Some(3_600));
        assert_eq!(offset("3/10/2026 3:44:59 PM"), Some(-28_800));
        assert_eq!(offset("3/11/2026 5:15:01 AM"), Some(19_800));
        assert_eq!(offset("3/10/2026 11:45:00 PM"), Some(0));
        assert_eq!(offset("3/11/2026 12:12:00 AM"), None, "a phone that goes wrong");
    }

    #[test]
    fn what_is_no_time_names_its_place() {
        for odd in ["2026-03-10T23:45:00Z", "3/10/2026 13:45:00 PM", "3/10/2026 0:45:00 AM", "3/10/2026 1:45:00", ""] {
            assert_eq!(Moment::read(odd, None).unwrap_err().pointer, "/FactoryTimestamp", "{odd}");
        }
        let odd = Moment::read("3/10/2026 11:45:00 PM", Some("13/40/2026 1:00:00 AM"));
        assert_eq!(odd.unwrap_err().pointer, "/Timestamp");
    }
}
