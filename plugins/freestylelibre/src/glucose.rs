//! Readings, each a record.

use gearshift_sdk::Track;
use gearshift_sdk::prelude::*;

use crate::clock::Moment;
use crate::wire::{Graph, Logbook, Reading, Sensor};

/// The curve of the last twelve hours, and the value on top of it.
pub(crate) fn graph(document: &Fetched) -> Result<Normalized, Failure> {
    let graph: Graph = document.json("answer")?;
    let sensor = graph.data.connection.sensor;
    let mut out = Normalized::new();
    let mut odd = None;
    if let Some(current) = graph.data.connection.current {
        let at = "/data/connection/glucoseMeasurement";
        match read(&current, "reading", sensor.as_ref(), at, &mut out) {
            Ok(record) => out.records.extend(record),
            Err(Reject { pointer, message }) => {
                let at = format!("{at}{pointer}");
                odd = Some(document.changed("answer", &at, message.clone()));
                out.rejected(at, message);
            }
        }
    }
    out.each(document, "/data/graphData", graph.data.graph, |reading, out| {
        read(&reading, "history", sensor.as_ref(), "/data/graphData", out)
    })?;
    odd.filter(|_| out.records.is_empty()).map_or(Ok(out), Err)
}

/// Scans and alarms of two weeks.
pub(crate) fn logbook(document: &Fetched) -> Result<Normalized, Failure> {
    let logbook: Logbook = document.json("answer")?;
    let mut out = Normalized::new();
    out.each(document, "/data", logbook.data, |reading, out| {
        let record = read(&reading, "reading", None, "/data", out)?;
        // A row without an alarm is there because somebody looked.
        Ok(record.map(|record| record.flag(attribute::ON_DEMAND, reading.alarm.is_none().then_some(true))))
    })?;
    Ok(out)
}

/// None for an alarm without a value.
fn read(
    reading: &Reading,
    what: &str,
    sensor: Option<&Sensor>,
    at: &str,
    out: &mut Normalized,
) -> Result<Option<Record>, Reject> {
    let moment = Moment::read(&reading.utc, reading.local.as_deref())?;
    let value = match unit::positive(reading.mg_per_dl) {
        Some(value) => value,
        None if reading.alarm.is_some() => return Ok(None),
        None => return Err(Reject::new("/ValueInMgPerDl", "a reading without its value")),
    };
    let key = format!("{what}:{}", time::format(moment.instant));
    let record = moment.place(Record::new(kind::BODY, key).window(moment.instant, moment.instant));
    let mut record = record
        .attribute(attribute::RECORDING, word::recording::AUTOMATIC)
        .attribute(attribute::DEVICE_MANUFACTURER, "Abbott")
        .attribute(attribute::DEVICE_SERIAL, worn(sensor, moment.instant))
        .measure(metric::GLUCOSE, value);
    if let Some(level) = level(reading) {
        record = record.track(one(attribute::GLUCOSE_LEVEL, level));
    }
    if let Some(trend) = trend(reading, at, out) {
        record = record.track(one(attribute::GLUCOSE_TREND, trend));
    }
    Ok(Some(record))
}

/// The sensor, where it was worn by then: the curve may begin with the one before.
fn worn(sensor: Option<&Sensor>, instant: i64) -> Option<&str> {
    let sensor = sensor?;
    let since = sensor.a?.saturating_mul(1_000);
    sensor.sn.as_deref().filter(|_| since <= instant)
}

/// Beyond what the sensor can tell. That neither is said does not say that a value is in range: colours that other clients show
/// for that are read in more than one way.
fn level(reading: &Reading) -> Option<&'static str> {
    match (reading.high, reading.low) {
        (Some(true), _) => Some(word::glucose_level::HIGH),
        (_, Some(true)) => Some(word::glucose_level::LOW),
        _ => None,
    }
}

fn trend(reading: &Reading, at: &str, out: &mut Normalized) -> Option<&'static str> {
    Some(match reading.trend? {
        0 => word::glucose_trend::UNKNOWN,
        1 => word::glucose_trend::FALLING_QUICKLY,
        2 => word::glucose_trend::FALLING,
        3 => word::glucose_trend::FLAT,
        4 => word::glucose_trend::RISING,
        5 => word::glucose_trend::RISING_QUICKLY,
        other => {
            // It costs itself alone: the value is good.
            out.rejected(format!("{at}/TrendArrow"), format!("an unknown arrow: {other}"));
            return None;
        }
    })
}

/// A word at the reading's own moment.
fn one(attribute: &str, word: &str) -> Track {
    let mut track = Track::new(attribute);
    track.push(0, 0, word);
    track.spans.clear();
    track
}
