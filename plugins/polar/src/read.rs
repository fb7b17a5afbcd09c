//! From answers to records.

use std::collections::BTreeMap;

use gearshift_sdk::prelude::*;
use gearshift_sdk::time::{Date, Stamp};
use polar_shared::clock::{self, DAY};
use polar_shared::listing::Listing;
use polar_shared::record;

use crate::wire::{
    ActivityDay, ActivityDays, Device, HeartDay, HeartDays, Night, Nights, Recharge, Recharges, Session, Sessions,
    StepSamples,
};

/// Milliseconds in a minute.
const MINUTE: f64 = 60_000.0;

pub(crate) fn sessions(document: &Fetched) -> Result<Normalized, Failure> {
    let sessions: Listing<Session, Sessions> = document.json("list")?;
    sessions.read(document, "list", session)
}

fn session(session: Session, out: &mut Normalized) -> Result<Record, Reject> {
    let wall = |pointer: &str, text: &str| {
        let stamp = time::parse(text, Bare::Floating).map_err(|error| Reject::new(pointer, error.to_string()))?;
        Ok::<_, Reject>((stamp.instant + i64::from(stamp.offset.unwrap_or(0)) * 1_000, stamp.offset))
    };
    let (start, told) = wall("/startTime", &session.start)?;
    let stop = session.stop.as_deref().map(|stop| wall("/stopTime", stop)).transpose()?;
    let offset = session.offset.and_then(|minutes| i32::try_from(minutes * 60).ok()).or(told);
    let when = record::Session { wall: start, offset, seconds: session.millis / 1_000.0 };
    // The recording stood still where the clock went on for longer.
    let passed = stop.map(|(stop, _)| (stop - start) as f64 / 1_000.0).filter(|passed| *passed >= when.seconds);
    let moving = passed.filter(|passed| passed - when.seconds >= 1.0).map(|_| when.seconds);
    let sport = session.sport.as_ref().and_then(|sport| sport_of(&sport.id));
    if sport.is_some() {
        out.assumed("/trainingSessions", "the sports 1 and 2 are running and cycling");
    }
    let record = when.record(format!("session:{}", session.identifier.id));
    let record = match passed {
        Some(passed) => record.lasting(when.start(), passed),
        None => record,
    };
    Ok(record
        .attribute(attribute::NAME, session.name.as_deref())
        .attribute(attribute::SPORT, sport)
        .attribute(attribute::PROVIDER_ID, session.identifier.id.as_str())
        .attribute(attribute::DEVICE_NAME, session.product.as_ref().and_then(|product| product.model.as_deref()))
        .measure(metric::DURATION, passed.unwrap_or(when.seconds))
        .measure(metric::MOVING_DURATION, moving)
        .measure(metric::DISTANCE, unit::positive(session.distance))
        .measure(metric::ENERGY, unit::positive(session.calories))
        .measure(metric::HEART_RATE, unit::positive(session.heart_rate))
        .measure(metric::HEART_RATE_MAX, unit::positive(session.heart_rate_max))
        .measure(metric::RELATIVE_EFFORT, unit::positive(session.load)))
}

/// A sport is a number here. Those that clients have seen; the others stay out until somebody knows them.
fn sport_of(id: &str) -> Option<&'static str> {
    match id {
        "1" => Some(word::sport::RUNNING),
        "2" => Some(word::sport::CYCLING),
        _ => None,
    }
}

pub(crate) fn activity(document: &Fetched) -> Result<Normalized, Failure> {
    let days: Listing<ActivityDay, ActivityDays> = document.json("activity")?;
    days.read(document, "activity", |day, out| {
        let date = date(&day.date)?;
        let counted: Result<Vec<Counted>, Reject> =
            day.devices.iter().enumerate().map(|(index, device)| counted(index, device)).collect();
        // Two watches counted the same steps: to add them would count them twice.
        let most = counted?.into_iter().reduce(|most, next| if next.total > most.total { next } else { most });
        if day.devices.len() > 1 {
            out.assumed("/activitiesPerDevice", "of several devices the one that counted the most steps is the day's");
        }
        Ok(match most {
            Some(most) => record::day(date).measure(metric::STEPS, most.total).series(most.series),
            None => record::day(date),
        })
    })
}

/// What one device counted in a day.
struct Counted {
    total: Option<f64>,
    series: Option<Series>,
}

fn counted(index: usize, device: &Device) -> Result<Counted, Reject> {
    let mut taken: Vec<(u32, u32, f64)> = Vec::new();
    for (row, samples) in device.samples.iter().enumerate() {
        let Some(steps) = &samples.steps else { continue };
        let place = format!("/activitiesPerDevice/{index}/activitySamples/{row}/stepSamples");
        taken.extend(placed(steps).map_err(|reject| Reject::new(place + &reject.pointer, reject.message))?);
    }
    taken.sort_by_key(|(offset, _, _)| *offset);
    let total = (!taken.is_empty()).then(|| taken.iter().map(|(_, _, steps)| steps).sum());
    let mut series = Series { metric: metric::STEPS.to_owned(), ..Series::default() };
    for (offset, span, steps) in taken {
        series.offsets.push(offset);
        series.spans.push(span);
        series.values.push(steps);
    }
    Ok(Counted { total, series: Some(series).filter(|series| !series.values.is_empty()) })
}

/// Offset, span and steps of each interval that was counted.
fn placed(steps: &StepSamples) -> Result<Vec<(u32, u32, f64)>, Reject> {
    let clock = steps.start.get(..8).unwrap_or(&steps.start);
    let start = clock::of_day(clock).ok_or_else(|| Reject::new("/startTime", "a time of the day was expected"))?;
    let interval = Some(steps.interval).filter(|interval| (1.0..=DAY as f64).contains(interval));
    let interval = interval.ok_or_else(|| Reject::new("/interval", "milliseconds were expected"))?;
    let at = |index: usize| (start as f64 + index as f64 * interval) as u32;
    let counted =
        steps.steps.iter().enumerate().filter_map(|(index, steps)| Some((at(index), interval as u32, (*steps)?)));
    Ok(counted.filter(|(offset, _, _)| i64::from(*offset) < DAY).collect())
}

pub(crate) fn heart_rate(document: &Fetched) -> Result<Normalized, Failure> {
    let days: Listing<HeartDay, HeartDays> = document.json("heart-rate")?;
    days.read(document, "heart-rate", |day, out| {
        if let Some(bad) = day.samples.first_bad() {
            out.rejected(
                format!("/{}/samples/{}{}", day.date, bad.index, bad.wrong.pointer),
                bad.wrong.message.clone(),
            );
        }
        let samples = day.samples.good().filter(|sample| i64::from(sample.offset) < DAY);
        Ok(record::heart_rate(date(&day.date)?, samples.map(|sample| (sample.offset, sample.rate)).collect()))
    })
}

pub(crate) fn sleep(document: &Fetched) -> Result<Normalized, Failure> {
    let nights: Listing<Night, Nights> = document.json("night")?;
    nights.read(document, "night", |night, _| {
        let (start, end) = bounds(&night)?;
        let evaluation = night.evaluation.as_ref();
        let phases = evaluation.and_then(|evaluation| evaluation.phases.as_ref());
        let score = night.score.as_ref().and_then(|score| score.score);
        Ok(record::night(&night.date, &start, &end)
            .measure(metric::DURATION, evaluation.and_then(|evaluation| evaluation.span))
            .measure(metric::SLEEP_DURATION, evaluation.and_then(|evaluation| evaluation.asleep))
            .measure(metric::LIGHT_SLEEP_DURATION, phases.and_then(|phases| phases.light))
            .measure(metric::DEEP_SLEEP_DURATION, phases.and_then(|phases| phases.deep))
            .measure(metric::REM_SLEEP_DURATION, phases.and_then(|phases| phases.rem))
            .measure(metric::UNMEASURED_SLEEP_DURATION, phases.and_then(|phases| phases.unknown))
            .measure(metric::AWAKE_DURATION, phases.and_then(|phases| phases.wake))
            .measure(metric::SLEEP_SCORE, unit::positive(score)))
    })
}

fn bounds(night: &Night) -> Result<(Stamp, Stamp), Reject> {
    let hypnogram = &night.result.hypnogram;
    let read = |name: &str, text: &str| {
        let wrong = |error: time::TimeError| Reject::new(format!("/sleepResult/hypnogram/{name}"), error.to_string());
        time::parse(text, Bare::Refused).map_err(wrong)
    };
    Ok((read("sleepStart", &hypnogram.start)?, read("sleepEnd", &hypnogram.end)?))
}

pub(crate) fn recharge(document: &Fetched) -> Result<Normalized, Failure> {
    let recharges: Listing<Recharge, Recharges> = document.json("recharge")?;
    let nights: Option<Listing<Night, Nights>> = document.maybe_json("night")?;
    let nights: BTreeMap<&str, &Night> =
        nights.iter().flat_map(|nights| nights.items.good()).map(|night| (night.date.as_str(), night)).collect();
    recharges.read(document, "recharge", |recharge, out| {
        let breaths = unit::positive(recharge.breath_interval).map(|interval| MINUTE / interval);
        if breaths.is_some() {
            out.assumed("/recharge/meanNightlyRecoveryRespirationInterval", "milliseconds from one breath to the next");
        }
        let record = match nights.get(recharge.date.as_str()) {
            Some(night) => {
                let (start, end) = bounds(night)?;
                let record = record::night(&recharge.date, &start, &end);
                record.measure(metric::BEAT_INTERVAL, unit::positive(recharge.beat_interval))
            }
            // Without the night's bounds it is a finding about the day.
            None => record::day(date(&recharge.date)?),
        };
        Ok(record
            .measure(metric::RECOVERY_SCORE, unit::positive(recharge.indicator))
            .measure(metric::HEART_RATE_VARIABILITY_RMSSD, unit::positive(recharge.variability))
            .measure(metric::RESPIRATION_RATE, breaths))
    })
}

fn date(text: &str) -> Result<Date, Reject> {
    Date::parse(text).map_err(|error| Reject::new("/date", error.to_string()))
}
