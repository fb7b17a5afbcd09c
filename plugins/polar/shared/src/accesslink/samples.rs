//! Samples and the route of an exercise.

use gearshift_sdk::prelude::*;

use super::wire::{Exercise, Point, Samples};

/// How a kind of samples is read.
struct Column {
    metric: &'static str,
    factor: f64,
    /// Whether zero is the watch's word for "nothing measured": a heart that beats is never at zero.
    zero_is_a_gap: bool,
}

/// Polar's numbers for kinds of samples. Left out are pedalling index, balance of the legs and air pressure, for which the registry
/// has no word or Polar no unit.
fn column(kind: &str) -> Option<Column> {
    let (metric, factor, zero_is_a_gap) = match kind {
        "0" => (metric::HEART_RATE, 1.0, true),
        "1" => (metric::SPEED, unit::from_kmh(1.0), false),
        "2" | "8" => (metric::CADENCE, 1.0, false),
        "3" => (metric::ALTITUDE, 1.0, false),
        "4" => (metric::POWER, 1.0, false),
        "9" => (metric::TEMPERATURE, 1.0, false),
        "10" => (metric::CUMULATIVE_DISTANCE, 1.0, false),
        "11" => (metric::BEAT_INTERVAL, 1.0, true),
        _ => return None,
    };
    Some(Column { metric, factor, zero_is_a_gap })
}

/// Adds what was recorded; a kind that cannot be read costs itself alone.
pub(super) fn add(mut record: Record, exercise: &Exercise, out: &mut Normalized) -> Record {
    for (index, samples) in exercise.samples.iter().enumerate() {
        let Some(column) = column(&samples.kind) else { continue };
        // A bicycle's cadence and a runner's are two kinds with one metric: the first counts.
        if record.series.iter().any(|series| series.metric == column.metric) {
            continue;
        }
        match read(samples, &column) {
            Ok(series) => record = record.series(series),
            Err(reject) => out.rejected(format!("/samples/{index}{}", reject.pointer), reject.message),
        }
    }
    route(record, &exercise.route, out)
}

fn read(samples: &Samples, column: &Column) -> Result<Option<Series>, Reject> {
    let data = samples.data.as_deref().unwrap_or_default();
    let mut values = Vec::new();
    for (index, text) in data.split(',').map(str::trim).enumerate() {
        let number = || text.parse::<f64>().ok().filter(|value| value.is_finite());
        let gap = text.is_empty() || text == "null";
        let value = if gap { None } else { Some(number().ok_or_else(|| wrong(index))?) };
        values.push(value.filter(|value| *value != 0.0 || !column.zero_is_a_gap));
    }
    if column.metric == metric::CUMULATIVE_DISTANCE && falls(&values) {
        return Err(Reject::new("/data", "a distance since the start was expected, and it falls"));
    }
    let offsets = if samples.kind == "11" { beats(&values) } else { steady(samples.rate, values.len())? };
    Ok(Series::sparse(
        column.metric,
        &offsets,
        values.into_iter().map(|value| value.map(|value| value * column.factor)),
    ))
}

fn wrong(index: usize) -> Reject {
    Reject::new("/data", format!("numbers with commas between them were expected; number {} is none", index + 1))
}

/// One sample every so many seconds.
fn steady(rate: Option<f64>, count: usize) -> Result<Vec<u32>, Reject> {
    let rate = rate.filter(|rate| *rate > 0.0 || count <= 1);
    let rate = rate.ok_or_else(|| Reject::new("/recording-rate", "seconds between two samples were expected"))?;
    Ok((0..count).map(|index| (index as f64 * rate * 1_000.0).round() as u32).collect())
}

/// A beat stands where the intervals before it add up to.
fn beats(intervals: &[Option<f64>]) -> Vec<u32> {
    let mut at = 0.0;
    let next = |interval: &Option<f64>| {
        at += interval.unwrap_or(0.0).max(0.0);
        at.round() as u32
    };
    intervals.iter().map(next).collect()
}

fn falls(values: &[Option<f64>]) -> bool {
    let known: Vec<f64> = values.iter().flatten().copied().collect();
    known.iter().zip(known.iter().skip(1)).any(|(before, after)| after < before)
}

fn route(record: Record, route: &[Point], out: &mut Normalized) -> Record {
    let mut points: Vec<(u32, &Point)> =
        route.iter().map(|point| ((point.time * 1_000.0).round() as u32, point)).collect();
    if points.iter().zip(points.iter().skip(1)).any(|(before, after)| after.0 < before.0) {
        out.assumed("/route", "points of the way are sorted by their time");
        points.sort_by_key(|(offset, _)| *offset);
    }
    let offsets: Vec<u32> = points.iter().map(|(offset, _)| *offset).collect();
    record
        .series(Series::sparse(metric::LATITUDE, &offsets, points.iter().map(|(_, point)| Some(point.latitude))))
        .series(Series::sparse(metric::LONGITUDE, &offsets, points.iter().map(|(_, point)| Some(point.longitude))))
}
