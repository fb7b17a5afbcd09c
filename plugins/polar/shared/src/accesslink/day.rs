//! Days: activity, and heart rate through the day.

use gearshift_sdk::Track;
use gearshift_sdk::prelude::*;
use gearshift_sdk::time::Date;

use super::wire::{Activity, Bare as Unwrapped, HeartDay, HeartRates, StepSamples, ZoneSamples};
use crate::clock::{self, DAY};
use crate::listing::Listing;
use crate::record;

pub(super) fn activities(document: &Fetched) -> Result<Normalized, Failure> {
    let days: Listing<Activity, Unwrapped> = document.json("activities")?;
    days.read(document, "activities", |day, _| activity(&day))
}

fn activity(day: &Activity) -> Result<Record, Reject> {
    let date = Date::parse(&day.start_time).map_err(|error| Reject::new("/start_time", error.to_string()))?;
    let samples = day.samples.as_ref();
    let steps = samples.and_then(|samples| samples.steps.as_ref());
    let zones = samples.and_then(|samples| samples.activity_zones.as_ref());
    let record = record::day(date)
        .measure(metric::ACTIVE_DURATION, day.active_duration)
        .measure(metric::INACTIVE_DURATION, day.inactive_duration)
        .measure(metric::ACTIVITY_SCORE, day.daily_activity)
        .measure(metric::ENERGY, day.calories)
        .measure(metric::ENERGY_ACTIVE, day.active_calories)
        .measure(metric::STEPS, day.steps)
        .measure(metric::DISTANCE, day.distance_from_steps)
        .series(steps.and_then(|steps| step_series(date, steps)));
    Ok(match zones {
        Some(zones) => record.track(levels(date, zones)),
        None => record,
    })
}

/// Milliseconds from the day's midnight to a time of this day.
fn within(date: Date, timestamp: &str) -> Option<u32> {
    let wall = time::parse(timestamp, Bare::Floating).ok()?.instant;
    u32::try_from(wall - date.midnight()).ok().filter(|offset| i64::from(*offset) < DAY)
}

/// Steps that each interval added. Without the interval's length it is not known what they were added over.
fn step_series(date: Date, steps: &StepSamples) -> Option<Series> {
    let span = steps.interval_ms.filter(|span| (1.0..=DAY as f64).contains(span))? as u32;
    let taken = steps.samples.iter().filter_map(|sample| Some((within(date, &sample.timestamp)?, sample.steps?)));
    let mut taken: Vec<(u32, f64)> = taken.collect();
    taken.sort_by_key(|(offset, _)| *offset);
    let (offsets, values): (Vec<u32>, Vec<f64>) = taken.into_iter().unzip();
    let series = Series { metric: metric::STEPS.to_owned(), spans: vec![span; offsets.len()], offsets, values };
    (!series.values.is_empty()).then_some(series)
}

/// Each zone lasts until the next begins, the last one to midnight. Sleep and a watch that is not worn are no level of activity.
fn levels(date: Date, zones: &ZoneSamples) -> Track {
    let begun =
        zones.samples.iter().filter_map(|sample| Some((within(date, &sample.timestamp)?, sample.zone.as_str())));
    let mut begun: Vec<(u32, &str)> = begun.collect();
    begun.sort_by_key(|(offset, _)| *offset);
    let mut track = Track::new(attribute::ACTIVITY_LEVEL);
    for (index, (offset, zone)) in begun.iter().enumerate() {
        let end = begun.get(index + 1).map_or(DAY as u32, |(next, _)| *next);
        let level = match *zone {
            "SEDENTARY" => word::activity_level::INACTIVE,
            "LIGHT" => word::activity_level::LOW,
            "CONTINUOUS_MODERATE" | "INTERMITTENT_MODERATE" => word::activity_level::MODERATE,
            "CONTINUOUS_VIGOROUS" | "INTERMITTENT_VIGOROUS" => word::activity_level::HIGH,
            _ => continue,
        };
        if end > *offset {
            track.push(*offset, end - offset, level);
        }
    }
    track
}

pub(super) fn heart_rate(document: &Fetched) -> Result<Normalized, Failure> {
    let days: Listing<HeartDay, HeartRates> = document.json("heart-rate")?;
    days.read(document, "heart-rate", |day, _| {
        let date = Date::parse(&day.date).map_err(|error| Reject::new("/date", error.to_string()))?;
        let mut samples = Vec::with_capacity(day.heart_rate_samples.len());
        for (index, sample) in day.heart_rate_samples.iter().enumerate() {
            let pointer = || format!("/heart_rate_samples/{index}/sample_time");
            let offset = clock::of_day(&sample.sample_time)
                .and_then(|offset| u32::try_from(offset).ok())
                .ok_or_else(|| Reject::new(pointer(), "a time of the day as in 08:05 was expected"))?;
            samples.extend(sample.heart_rate.map(|rate| (offset, rate)));
        }
        Ok(record::heart_rate(date, samples))
    })
}
