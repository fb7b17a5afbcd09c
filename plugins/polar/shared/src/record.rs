//! Records that both APIs tell of, with the keys by which they are one.

use gearshift_sdk::prelude::*;
use gearshift_sdk::time::{Date, Stamp};

use crate::clock::DAY;

/// A night. Polar has one a day in both APIs, and knows it by the day on which it ended.
pub fn night(date: &str, start: &Stamp, end: &Stamp) -> Record {
    let mut record =
        Record::new(kind::SLEEP, date).window(start.instant, end.instant).date(date).offset_of(start, Origin::Provider);
    record.end_offset = end.offset.filter(|offset| Some(*offset) != start.offset);
    record
}

/// A day of the person's own, from midnight to midnight, wherever that was.
pub fn day(date: Date) -> Record {
    let midnight = date.midnight();
    Record::new(kind::DAILY, date.to_string()).date(date.to_string()).window(midnight, midnight + DAY).floating()
}

/// When a session was, on the wall and by the clock of its recording.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Session {
    /// Wall time at its start, in milliseconds as if it were UTC.
    pub wall: i64,
    /// Seconds east of UTC, where that is told.
    pub offset: Option<i32>,
    /// How long the recording ran, seconds.
    pub seconds: f64,
}

impl Session {
    /// The start, Unix milliseconds; wall time where the offset is not known.
    pub fn start(&self) -> i64 {
        self.wall - i64::from(self.offset.unwrap_or(0)) * 1_000
    }

    /// A session under a key of its API's own. The APIs number sessions apart from each other: what both tell is the second of
    /// the day at which it began, where the person was, and how long it ran.
    pub fn record(&self, key: String) -> Record {
        let wall = time::format(self.wall.div_euclid(1_000) * 1_000);
        let both = format!("start:{}/{}", wall.trim_end_matches('Z'), self.seconds.floor());
        let record = Record::new(kind::ACTIVITY, key).same_as(both).lasting(self.start(), self.seconds);
        match self.offset {
            Some(offset) => record.offset(offset, Origin::Provider),
            None => record.floating(),
        }
    }
}

/// A day's heart rate: pairs of milliseconds since midnight and beats a minute, in any order.
pub fn heart_rate(date: Date, mut samples: Vec<(u32, f64)>) -> Record {
    samples.sort_by_key(|(offset, _)| *offset);
    samples.dedup_by_key(|(offset, _)| *offset);
    let offsets: Vec<u32> = samples.iter().map(|(offset, _)| *offset).collect();
    let values = samples.iter().map(|(_, rate)| unit::positive(*rate));
    day(date).series(Series::sparse(metric::HEART_RATE, &offsets, values))
}
