//! Days of glucose.

use std::collections::BTreeMap;

use gearshift_sdk::Track;
use gearshift_sdk::prelude::*;

use super::clock::Moment;
use super::normalize::{each, glucose, shown_by};
use super::wire::Egv;

/// What one reading says.
struct Reading {
    moment: Moment,
    value: Option<f64>,
    rate: Option<f64>,
    level: Option<&'static str>,
    trend: Option<&'static str>,
    egv: Egv,
}

/// One record for each transmitter and day in UTC.
pub(crate) fn days(document: &Fetched) -> Result<Normalized, Failure> {
    let mut days: BTreeMap<(String, String), Vec<Reading>> = BTreeMap::new();
    let mut out = Normalized::new();
    let bound = |name: &str| document.context(name).and_then(|text| text.parse::<i64>().ok());
    let (from, to) = (bound("from").unwrap_or(i64::MIN), bound("to").unwrap_or(i64::MAX));
    each(document, &mut out, |egv: Egv, at, out| {
        let reading = read(egv, at, out)?;
        // The window's end is not in it, or so it is said: a day of one reading must not take the place of a whole one.
        if (from..to).contains(&reading.moment.instant) {
            let day = time::Date::of(reading.moment.instant).to_string();
            let transmitter = reading.egv.transmitter_id.clone().unwrap_or_default();
            days.entry((day, transmitter)).or_default().push(reading);
        }
        Ok(())
    })?;
    out.records
        .extend(days.into_iter().filter_map(|((day, transmitter), readings)| record(&day, &transmitter, readings)));
    Ok(out)
}

fn read(egv: Egv, at: &str, out: &mut Normalized) -> Result<Reading, Reject> {
    let moment = Moment::read(&egv.system_time, egv.display_time.as_deref())?;
    let value = egv.value.map(|value| glucose(value, egv.unit.as_deref(), "/unit")).transpose()?;
    let unit = egv.rate_unit.as_deref().and_then(|unit| unit.strip_suffix("/min"));
    let rate = egv.trend_rate.map(|rate| glucose(rate, unit, "/rateUnit")).transpose();
    let rate = rate.unwrap_or_else(|reject| note(reject, at, out));
    let level = match egv.status.as_deref() {
        // Beyond what the sensor can tell, there is no number. That a value is `ok` does not say that it is in range.
        Some("high") => Some(word::glucose_level::HIGH),
        Some("low") => Some(word::glucose_level::LOW),
        Some("ok" | "unknown") | None => None,
        Some(other) => note(Reject::new("/status", format!("an unknown status: {other:?}")), at, out),
    };
    let trend = egv.trend.as_deref().and_then(|trend| match TRENDS.iter().find(|(known, _)| *known == trend) {
        Some((_, word)) => Some(*word),
        None => note(Reject::new("/trend", format!("an unknown trend: {trend:?}")), at, out),
    });
    Ok(Reading { moment, value, rate, level, trend, egv })
}

/// Something that costs itself alone: the rest of the reading is good.
fn note<T>(reject: Reject, at: &str, out: &mut Normalized) -> Option<T> {
    out.rejected(format!("{at}{}", reject.pointer), reject.message);
    None
}

/// Dexcom's arrows. One up and two up are both beyond 2 mg/dL a minute; the rate itself tells them apart.
const TRENDS: [(&str, &str); 11] = [
    ("doubleUp", word::glucose_trend::RISING_QUICKLY),
    ("singleUp", word::glucose_trend::RISING_QUICKLY),
    ("fortyFiveUp", word::glucose_trend::RISING),
    ("flat", word::glucose_trend::FLAT),
    ("fortyFiveDown", word::glucose_trend::FALLING),
    ("singleDown", word::glucose_trend::FALLING_QUICKLY),
    ("doubleDown", word::glucose_trend::FALLING_QUICKLY),
    ("none", word::glucose_trend::UNKNOWN),
    ("unknown", word::glucose_trend::UNKNOWN),
    ("notComputable", word::glucose_trend::UNKNOWN),
    ("rateOutOfRange", word::glucose_trend::UNKNOWN),
];

/// None where no reading says more than that it was taken.
fn record(day: &str, transmitter: &str, mut readings: Vec<Reading>) -> Option<Record> {
    if !readings.iter().any(|reading| reading.value.is_some() || reading.level.is_some()) {
        return None;
    }
    readings.sort_by_key(|reading| reading.moment.instant);
    let (start, end) = (readings.first()?.moment.instant, readings.last()?.moment.instant);
    let offsets: Vec<u32> =
        readings.iter().map(|reading| u32::try_from(reading.moment.instant - start).unwrap_or(u32::MAX)).collect();
    let key = if transmitter.is_empty() { format!("egvs:{day}") } else { format!("egvs:{transmitter}/{day}") };
    let record = local(Record::new(kind::BODY, key).window(start, end), &readings);
    let record = record
        .attribute(attribute::RECORDING, word::recording::AUTOMATIC)
        .attribute(attribute::DEVICE_MANUFACTURER, "Dexcom")
        .attribute(attribute::DEVICE_MODEL, same(&readings, |egv| egv.transmitter_generation.as_deref()))
        // Hashed by Dexcom, and still another for each transmitter.
        .attribute(attribute::DEVICE_SERIAL, transmitter)
        .attribute(
            attribute::DEVICE_NAME,
            same(&readings, |egv| shown_by(egv.display_app.as_deref(), egv.display_device.as_deref())),
        )
        .series(Series::sparse(metric::GLUCOSE, &offsets, readings.iter().map(|reading| reading.value)))
        .series(Series::sparse(metric::GLUCOSE_RATE, &offsets, readings.iter().map(|reading| reading.rate)))
        .track(track(attribute::GLUCOSE_LEVEL, &offsets, readings.iter().map(|reading| reading.level)))
        .track(track(attribute::GLUCOSE_TREND, &offsets, readings.iter().map(|reading| reading.trend)));
    Some(record)
}

/// The offset of the first reading that knows one and, where the person travelled or the clocks were changed, of the last.
fn local(record: Record, readings: &[Reading]) -> Record {
    let known = |reading: &&Reading| reading.moment.offset.is_some();
    let (Some(first), Some(last)) = (readings.iter().find(known), readings.iter().rev().find(known)) else {
        return record;
    };
    let mut record = first.moment.place(record);
    record.end_offset = last.moment.offset.map(|(seconds, _)| seconds).filter(|end| Some(*end) != record.utc_offset);
    record
}

/// What all readings say alike.
fn same(readings: &[Reading], word: impl Fn(&Egv) -> Option<&str>) -> Option<&str> {
    let mut words = readings.iter().map(|reading| word(&reading.egv));
    let first = words.next()?;
    words.all(|word| word == first).then_some(first)?
}

/// Words at moments.
fn track(attribute: &str, offsets: &[u32], words: impl Iterator<Item = Option<&'static str>>) -> Track {
    let mut track = Track::new(attribute);
    for (offset, word) in offsets.iter().zip(words) {
        if let Some(word) = word {
            track.push(*offset, 0, word);
        }
    }
    track.spans.clear();
    track
}
