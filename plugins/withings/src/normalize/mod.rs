//! From answers to records.

pub(crate) mod body;
pub(crate) mod day;
pub(crate) mod night;
pub(crate) mod workout;

use gearshift_sdk::prelude::*;

use super::wire::Heart;

/// Unix milliseconds of Unix seconds.
fn millis(seconds: i64) -> i64 {
    seconds.saturating_mul(1_000)
}

/// What Withings says of how something came to be. Where a device cannot tell several people apart, it cannot tell whose it is.
fn recording(attrib: Option<i64>) -> Option<&'static str> {
    match attrib? {
        0 | 5 | 7 | 8 | 15 | 17 => Some(word::recording::AUTOMATIC),
        1 => Some(word::recording::INDETERMINATE),
        2 | 4 => Some(word::recording::MANUAL),
        _ => None,
    }
}

/// A day as Withings writes it, which is the person's own.
fn day(date: &str) -> Result<String, Reject> {
    let date = time::Date::parse(date).map_err(|error| Reject::new("/date", error.to_string()))?;
    Ok(date.to_string())
}

/// Start and end in Unix milliseconds.
fn span(start: i64, end: i64) -> Result<(i64, i64), Reject> {
    if end < start {
        return Err(Reject::new("/enddate", format!("it ends before it starts, at {start}")));
    }
    Ok((millis(start), millis(end)))
}

/// Mean, lowest and highest heart rate, and how long it stood in which zone. Without a heart rate there were no zones.
fn heart(record: Record, heart: &Heart) -> Record {
    let Some(mean) = unit::positive(heart.hr_average) else { return record };
    let record = record
        .measure(metric::HEART_RATE, mean)
        .measure(metric::HEART_RATE_MAX, unit::positive(heart.hr_max))
        .measure(metric::HEART_RATE_MIN, unit::positive(heart.hr_min));
    let zones = [heart.hr_zone_0, heart.hr_zone_1, heart.hr_zone_2, heart.hr_zone_3];
    let zones = [0.0, 1.0, 2.0, 3.0].into_iter().zip(zones).filter_map(|(index, seconds)| Some((index, seconds?)));
    zones.fold(record, |record, (index, seconds)| {
        record.segment(
            Segment::new(role::ZONE)
                .attribute(attribute::ZONE_OF, word::zone_of::HEART_RATE)
                .measure(metric::ZONE_INDEX, index)
                .measure(metric::DURATION, seconds),
        )
    })
}
