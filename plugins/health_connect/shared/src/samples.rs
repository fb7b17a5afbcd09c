//! Records of many readings: heart rate, speed, power, cadence, and how the skin's temperature strays.

use gearshift_sdk::prelude::*;
use serde_json::Value;

use crate::wire::{Row, moment_of, number, offset};

/// A type, the member that holds its readings, where the value stands in each, and what it is.
const TYPES: &[(&str, &str, &str, &str)] = &[
    ("CyclingPedalingCadence", "samples", "/revolutionsPerMinute", metric::CADENCE),
    ("HeartRate", "samples", "/beatsPerMinute", metric::HEART_RATE),
    ("Power", "samples", "/power/inWatts", metric::POWER),
    ("SkinTemperature", "deltas", "/delta/inCelsius", metric::SKIN_TEMPERATURE_DEVIATION),
    ("Speed", "samples", "/speed/inMetersPerSecond", metric::SPEED),
    ("StepsCadence", "samples", "/rate", metric::CADENCE),
];

/// None: it is of another type.
pub(crate) fn read(row: &Row) -> Option<Result<Record, Reject>> {
    let found = TYPES.iter().find(|(known, ..)| *known == row.record_type)?;
    Some(series(row, found))
}

fn series(row: &Row, (_, list, at, metric): &(&str, &str, &str, &str)) -> Result<Record, Reject> {
    let start = row.start()?;
    let mut readings = Vec::new();
    for (index, item) in row.list(list)?.iter().enumerate() {
        let place = format!("/{list}/{index}");
        readings.push((since(start, item, &place)?, value(item, at, &place)?));
    }
    // An app may hand them over in any order.
    readings.sort_by_key(|(offset, _)| *offset);
    let (offsets, values) = readings.into_iter().unzip();
    let series = Series { metric: (*metric).to_owned(), offsets, spans: Vec::new(), values };
    let record = row.span(kind::SAMPLE)?.measure(metric::SKIN_TEMPERATURE, row.number("baseline", "/inCelsius"));
    Ok(record.series(Some(series).filter(|series| !series.values.is_empty())))
}

fn since(start: i64, item: &Value, place: &str) -> Result<u32, Reject> {
    offset(start, moment_of(item, "time", place)?, &format!("{place}/time"))
}

fn value(item: &Value, at: &str, place: &str) -> Result<f64, Reject> {
    number(item, at).ok_or_else(|| Reject::new(format!("{place}{at}"), "is no number"))
}
