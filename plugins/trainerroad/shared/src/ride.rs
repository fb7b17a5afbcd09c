//! What makes a ride the same ride.

use gearshift_sdk::prelude::*;
use gearshift_sdk::time::Date;

/// Two generations number their rides in ways that share nothing: a GUID of the calendar's entry, then a number of its own.
/// What both tell is when a ride began, to the second, and how long it took. So the record bears a key of its generation and
/// this one beside it. That joins nothing wrongly: nobody begins two rides of the same length in the same second, and if it is
/// there twice, it was handed over twice.
pub fn same_as(start: i64, seconds: f64) -> String {
    let second = start.div_euclid(1_000) * 1_000;
    let clock = time::format(second);
    format!("start:{}/{seconds:.0}", clock.trim_end_matches('Z'))
}

/// A ride that began at this moment. TrainerRoad writes moments in UTC and does not say where the person was.
pub fn record(key: String, start: i64, seconds: f64) -> Record {
    Record::new(kind::ACTIVITY, key)
        .same_as(same_as(start, seconds))
        .lasting(start, seconds)
        .measure(metric::DURATION, seconds)
}

/// A plan for a day. Its id is a GUID that has outlived the generations.
pub fn plan(id: &str, date: Date) -> Record {
    let record = Record::new(kind::PLANNED_WORKOUT, format!("plan:{}", id.to_ascii_lowercase())).date(date.to_string());
    record.window(date.midnight(), date.plus(1).midnight()).floating()
}
