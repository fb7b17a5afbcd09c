//! From `react-calendar`'s answers to records.

use std::collections::{BTreeMap, BTreeSet};

use gearshift_sdk::prelude::*;
use trainerroad_shared::{ride, steps};

use crate::wire::{Chart, Interval, PlanDetail, Ride, RideDetail, Timeline};

pub(crate) fn rides(document: &Fetched) -> Result<Normalized, Failure> {
    let details: Each<RideDetail> = document.json("activities")?;
    let timeline: Timeline = document.json("timeline")?;
    let known: BTreeMap<&str, &Ride> = timeline.rides.good().map(|ride| (ride.id.as_str(), ride)).collect();
    let detailed: BTreeSet<String> = details.good().map(|detail| detail.id.clone()).collect();
    let asked = document.context("ids").unwrap_or_default().split(',').filter(|id| !id.is_empty());
    let missing: Vec<&str> = asked.filter(|id| !detailed.contains(*id)).collect();
    if details.is_empty() && !missing.is_empty() {
        return Err(document.changed("activities", "", "not one detail of the rides that were asked for"));
    }
    let mut out = Normalized::new();
    out.each(document, "/activities", details, |detail, out| {
        let Some(ride) = known.get(detail.id.as_str()) else {
            return Err(Reject::new("/id", "a detail of a ride that is not in the timeline"));
        };
        completed(ride, &detail, out)
    })?;
    // What the timeline says of them is kept until somebody can say more.
    for ride in missing.into_iter().filter_map(|id| known.get(id)) {
        out.rejected("/activities", format!("there is no detail of the ride {}", ride.id));
        if let Ok(record) = completed(ride, &RideDetail::default(), &mut out) {
            out.records.push(record);
        }
    }
    Ok(out)
}

/// When it was stands in the timeline, everything else in the detail.
fn completed(ride: &Ride, detail: &RideDetail, out: &mut Normalized) -> Result<Record, Reject> {
    let start = time::parse(&ride.started, Bare::Utc).map_err(|error| Reject::new("/started", error.to_string()))?;
    // Of the numbers for sports only 1 has been seen, with rides.
    let sport = (ride.sport == Some(1)).then_some(word::sport::CYCLING);
    if sport.is_some() {
        out.assumed("/timeline/activities/type", "1 is cycling");
    }
    Ok(ride::record(format!("activity:{}", ride.id), start.instant, ride.duration)
        .attribute(attribute::NAME, detail.name.as_deref())
        .attribute(attribute::SPORT, sport)
        .flag(attribute::INDOOR, detail.outside.map(|outside| !outside))
        .attribute(attribute::PROVIDER_ID, ride.id.as_str())
        .attribute(attribute::WORKOUT_ID, detail.workout.as_deref())
        .measure(metric::DISTANCE, detail.distance)
        .measure(metric::TRAINING_STRESS_SCORE, detail.tss.or(ride.tss))
        .measure(metric::INTENSITY_FACTOR, detail.intensity)
        .measure(metric::WORK, detail.work)
        .measure(metric::POWER, detail.power)
        .measure(metric::POWER_NORMALIZED, detail.normalized)
        .measure(metric::HEART_RATE, unit::positive(detail.heart_rate))
        .measure(metric::CADENCE, unit::positive(detail.cadence)))
}

pub(crate) fn plan(document: &Fetched) -> Result<Normalized, Failure> {
    let details: Each<PlanDetail> = document.json("planned")?;
    let wanted = document.id.as_deref().unwrap_or_default();
    let Some(detail) = details.good().find(|detail| detail.id.eq_ignore_ascii_case(wanted)) else {
        return Err(match details.first_bad() {
            Some(bad) => {
                let pointer = format!("/{}{}", bad.index, bad.wrong.pointer);
                document.changed("planned", &pointer, bad.wrong.message.clone())
            }
            None => document.changed("planned", "", "the plan is not among its own details"),
        });
    };
    let workout = detail.workout.as_ref();
    let name = detail.name.as_deref().or(workout.and_then(|workout| workout.name.as_deref()));
    let record = ride::plan(&detail.id, detail.date)
        .attribute(attribute::SPORT, workout.map(|_| word::sport::CYCLING))
        .attribute(attribute::WORKOUT_ID, detail.workout_id.as_deref())
        .attribute(attribute::NAME, name)
        .flag(attribute::INDOOR, workout.and_then(|workout| workout.outside).map(|outside| !outside))
        .measure(metric::DURATION, workout.and_then(|workout| workout.minutes).map(unit::from_minutes))
        .measure(metric::TRAINING_STRESS_SCORE, workout.and_then(|workout| workout.tss))
        .measure(metric::INTENSITY_FACTOR, workout.and_then(|workout| workout.intensity).map(unit::from_percent));
    let mut out = Normalized::new();
    let Some(chart) = document.maybe_json::<Chart>("chart")? else { return Ok(out.record(record)) };
    if chart.intervals.iter().any(|interval| interval.targets.len() > 1) {
        out.assumed("/chart/intervalData/startTarget", "two targets are a ramp");
    }
    let intervals: Vec<steps::Interval> = chart.intervals.iter().map(Into::into).collect();
    let record =
        steps::add(record, &intervals).map_err(|reject| document.changed("chart", "/intervalData", reject.message))?;
    Ok(out.record(record))
}

impl From<&Interval> for steps::Interval {
    fn from(from: &Interval) -> Self {
        Self {
            start: from.start,
            end: from.end,
            name: from.name.clone(),
            is_gap: from.fake,
            targets: from.targets.clone(),
        }
    }
}
