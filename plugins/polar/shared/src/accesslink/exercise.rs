//! Exercises.

use gearshift_sdk::prelude::*;

use super::wire::{Bare as Unwrapped, Exercise, Zone};
use super::{samples, sport};
use crate::listing::Listing;
use crate::record::Session;

pub(super) fn list(document: &Fetched) -> Result<Normalized, Failure> {
    let exercises: Listing<Exercise, Unwrapped> = document.json("list")?;
    exercises.read(document, "list", |exercise, _| Ok(summary(&exercise, session(&exercise)?)))
}

pub(super) fn detail(document: &Fetched) -> Result<Normalized, Failure> {
    let exercise: Exercise = document.json("detail")?;
    let wrong = |reject: Reject| document.changed("detail", &reject.pointer, reject.message);
    let session = session(&exercise).map_err(wrong)?;
    let mut out = Normalized::new();
    let record = samples::add(summary(&exercise, session), &exercise, &mut out);
    let zones = exercise.heart_rate_zones.iter().map(zone);
    Ok(out.record(zones.fold(record, Record::segment)))
}

fn session(exercise: &Exercise) -> Result<Session, Reject> {
    let start = time::parse(&exercise.start_time, Bare::Floating)
        .map_err(|error| Reject::new("/start_time", error.to_string()))?;
    let offset = match (start.offset, exercise.start_time_utc_offset) {
        (None, Some(minutes)) => Some(i32::try_from(minutes * 60).map_err(|_| {
            Reject::new("/start_time_utc_offset", format!("minutes east of UTC were expected, and not {minutes}"))
        })?),
        (told, _) => told,
    };
    let wall = start.instant + i64::from(start.offset.unwrap_or(0)) * 1_000;
    Ok(Session { wall, offset, seconds: exercise.duration })
}

/// What list and detail say alike.
fn summary(exercise: &Exercise, session: Session) -> Record {
    let name = exercise.detailed_sport_info.as_deref().or(exercise.sport.as_deref());
    let known = [exercise.detailed_sport_info.as_deref(), exercise.sport.as_deref()];
    let heart = exercise.heart_rate.as_ref();
    let cardio = exercise.training_load_pro.as_ref().and_then(|load| load.cardio);
    session
        .record(format!("exercise:{}", exercise.id))
        .attribute(attribute::SPORT, known.into_iter().flatten().find_map(sport::of))
        .attribute(attribute::SPORT_NAME, name)
        .attribute(attribute::PROVIDER_ID, exercise.id.as_str())
        .attribute(attribute::DEVICE_NAME, exercise.device.as_deref())
        .attribute(attribute::DEVICE_SERIAL, exercise.device_id.as_deref())
        .measure(metric::DURATION, exercise.duration)
        .measure(metric::DISTANCE, unit::positive(exercise.distance))
        .measure(metric::ENERGY, unit::positive(exercise.calories))
        .measure(metric::HEART_RATE, unit::positive(heart.and_then(|heart| heart.average)))
        .measure(metric::HEART_RATE_MAX, unit::positive(heart.and_then(|heart| heart.maximum)))
        .measure(metric::RELATIVE_EFFORT, unit::positive(exercise.training_load))
        .measure(metric::TRAINING_IMPULSE, unit::positive(cardio))
}

/// Polar counts zones from 1, the registry from 0.
fn zone(zone: &Zone) -> Segment {
    Segment::new(role::ZONE)
        .attribute(attribute::ZONE_OF, word::zone_of::HEART_RATE)
        .measure(metric::ZONE_INDEX, (zone.index >= 1.0).then_some(zone.index - 1.0))
        .measure(metric::ZONE_START_HEART_RATE, zone.lower)
        .measure(metric::ZONE_END_HEART_RATE, zone.upper)
        .measure(metric::DURATION, zone.inside)
}
