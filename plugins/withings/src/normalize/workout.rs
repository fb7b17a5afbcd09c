//! Workouts.

use gearshift_sdk::prelude::*;

use crate::sport;
use crate::wire::{Answer, Series as Listed, Workout};

use super::{day, heart, millis, recording, span};

pub(crate) fn workouts(document: &Fetched) -> Result<Normalized, Failure> {
    let workouts: Answer<Listed<Workout>> = document.json("list")?;
    let mut out = Normalized::new();
    out.each(document, "/body/series", workouts.body.series, |workout, out| record(&workout, out))?;
    Ok(out)
}

/// What was not measured Withings writes as zero. What a person typed in stands beside what was measured, and is theirs to say.
fn record(workout: &Workout, out: &mut Normalized) -> Result<Record, Reject> {
    let (start, end) = span(workout.startdate, workout.enddate)?;
    let data = &workout.data;
    let sport = workout.category.and_then(sport::of);
    let pool_length = unit::positive(data.pool_length);
    if pool_length.is_some() {
        out.assumed("/body/series", "the length of a pool is in metres");
    }
    let mut record = Record::new(kind::ACTIVITY, &workout.id)
        .window(start, end)
        .zone(workout.timezone.clone())
        .updated(workout.modified.map(millis))
        .attribute(attribute::SPORT, sport.map(|sport| sport.word))
        .flag(attribute::INDOOR, sport.filter(|sport| sport.indoor).map(|_| true))
        .attribute(attribute::RECORDING, recording(workout.attrib))
        .measure(metric::DURATION, (workout.enddate - workout.startdate) as f64)
        .measure(metric::PAUSED_DURATION, unit::positive(data.pause_duration))
        .measure(metric::DISTANCE, unit::positive(data.manual_distance).or(unit::positive(data.distance)))
        .measure(metric::STEPS, unit::positive(data.steps))
        .measure(metric::FLOORS, unit::positive(data.elevation))
        .measure(metric::ENERGY_ACTIVE, unit::positive(data.manual_calories).or(unit::positive(data.calories)))
        .measure(metric::OXYGEN_SATURATION, unit::positive(data.spo2_average))
        .measure(metric::SWIM_LENGTHS, unit::positive(data.pool_laps))
        .measure(metric::STROKES, unit::positive(data.strokes))
        .measure(metric::POOL_LENGTH, pool_length);
    record.date = workout.date.as_deref().map(day).transpose()?;
    Ok(heart(record, &data.heart))
}
