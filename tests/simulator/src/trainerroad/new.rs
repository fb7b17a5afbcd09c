//! The calendar and the workouts since the calendar changed.

use serde_json::{Value, json};

use crate::clock::{bare, day};
use crate::message::Reply;
use crate::world::{PlannedWorkout, Ride, Step, Workout};

use super::{Seen, data, gone, message};

/// Ids in a header: as many as the web page sends at most.
const MOST_IDS: usize = 100;

fn parts(date: &str) -> Value {
    let mut numbers = date.split('-').map(|part| part.parse::<i64>().unwrap_or_default());
    json!({ "year": numbers.next(), "month": numbers.next(), "day": numbers.next() })
}

fn is_own(seen: &Seen<'_>) -> bool {
    seen.path.get(1).is_some_and(|member| *member == seen.rider.member.to_string())
}

fn forbidden() -> Reply {
    message(403, "You may not see this member's calendar.")
}

/// All of a member's history, whatever was asked.
pub(super) fn timeline(seen: &Seen<'_>) -> Reply {
    if !is_own(seen) {
        return forbidden();
    }
    let rider = seen.rider;
    let mut rides: Vec<&Ride> = rider.done().collect();
    rides.sort_by_key(|ride| ride.start);
    let activity = |ride: &&Ride| {
        json!({
            "id": ride.renumbered, "started": bare(ride.start), "type": 1, "tss": ride.tss, "durationInSeconds": ride.seconds,
        })
    };
    let planned = |plan: &PlannedWorkout| {
        let tss = seen.workout(plan.workout).map_or(0, |workout| workout.tss);
        json!({ "id": plan.entry, "date": parts(&plan.date), "type": 1, "tss": tss, "workoutId": plan.workout })
    };
    let threshold = |(index, (date, value)): (usize, &(String, i64))| {
        json!({
            "id": rider.member * 10 + index as i64, "date": format!("{date}T00:00:00"), "value": value,
            "isApplied": true, "isEnabled": true, "source": 1, "viewed": true,
        })
    };
    let time_off = rider.thresholds.first().map(|(date, _)| {
        json!([{ "id": rider.member * 10, "typeId": 2, "date": parts(date), "duration": 86_400, "groupId": null }])
    });
    let items =
        rides.iter().map(|ride| ride.renumbered.to_string()).chain(rider.planned().map(|plan| plan.entry.clone()));
    let items = items.collect();
    let value = json!({
        "activities": rides.iter().map(activity).collect::<Value>(),
        "plannedActivities": rider.planned().map(planned).collect::<Value>(),
        "events": [],
        "annotations": time_off.unwrap_or_else(|| json!([])),
        "fitnessThresholds": rider.thresholds.iter().enumerate().map(threshold).collect::<Value>(),
    });
    data(seen.asked, &value).about("", items)
}

/// The ids of the header, or the refusal.
fn ids(seen: &Seen<'_>) -> Result<Vec<String>, Reply> {
    let list = seen.asked.header("ids").unwrap_or_default();
    let ids: Vec<String> =
        list.split(',').map(|id| id.trim().to_ascii_lowercase()).filter(|id| !id.is_empty()).collect();
    match ids.len() {
        0 => Err(message(400, "The ids header is required.")),
        1..=MOST_IDS => Ok(ids),
        _ => Err(message(400, "Too many ids.")),
    }
}

pub(super) fn activities(seen: &Seen<'_>) -> Reply {
    if !is_own(seen) {
        return forbidden();
    }
    let ids = match ids(seen) {
        Ok(ids) => ids,
        Err(reply) => return reply,
    };
    let found: Vec<&Ride> =
        ids.iter().filter_map(|id| seen.rider.done().find(|ride| ride.renumbered.to_string() == *id)).collect();
    let value: Value = found.iter().map(|ride| detail(ride)).collect();
    data(seen.asked, &value).about("", found.iter().map(|ride| ride.renumbered.to_string()).collect())
}

fn detail(ride: &Ride) -> Value {
    json!({
        "id": ride.renumbered,
        "workoutId": ride.workout,
        "name": ride.name,
        "started": bare(ride.start),
        "isOutside": ride.outside,
        "tss": ride.tss,
        "intensityFactor": ride.intensity,
        "durationInSeconds": ride.seconds,
        "distanceInMeters": ride.distance,
        "kj": ride.kilojoules,
        "averagePower": ride.average_power,
        "normalizedPower": ride.normalized_power,
        "averageHeartRate": ride.average_heartrate,
        "averageCadence": ride.average_cadence,
    })
}

pub(super) fn planned(seen: &Seen<'_>) -> Reply {
    if !is_own(seen) {
        return forbidden();
    }
    let ids = match ids(seen) {
        Ok(ids) => ids,
        Err(reply) => return reply,
    };
    let found: Vec<&PlannedWorkout> =
        ids.iter().filter_map(|id| seen.rider.planned().find(|plan| plan.entry == *id)).collect();
    let value: Value = found.iter().map(|plan| plan_detail(seen, plan)).collect();
    data(seen.asked, &value).about("", found.iter().map(|plan| plan.entry.clone()).collect())
}

pub(super) fn planned_one(seen: &Seen<'_>) -> Reply {
    let id = seen.path.last().copied().unwrap_or_default();
    let Some(plan) = seen.rider.planned().find(|plan| plan.entry.eq_ignore_ascii_case(id)) else { return gone() };
    data(seen.asked, &plan_detail(seen, plan)).about(plan.entry.as_str(), vec![plan.entry.clone()])
}

fn head(workout: &Workout) -> Value {
    json!({
        "id": workout.id,
        "workoutName": workout.name,
        "isOutside": workout.outside,
        "tss": workout.tss,
        "duration": workout.minutes,
        "intensityFactor": workout.intensity,
        "progressionId": workout.zone.0,
        "progressionLevel": 2.7,
    })
}

/// The steps are not in it.
fn plan_detail(seen: &Seen<'_>, plan: &PlannedWorkout) -> Value {
    let workout = seen.workout(plan.workout);
    json!({
        "id": plan.entry,
        "date": parts(&plan.date),
        "name": workout.map(|workout| workout.name),
        "workoutId": plan.workout,
        "workout": workout.map(head),
        "recommendationReason": day(&plan.date).map(|at| at.rem_euclid(5)),
    })
}

/// A target is a list now: one number, or two for a ramp. No interval spans all of it.
fn intervals(workout: &Workout) -> Value {
    let interval = |step: &Step| {
        let target: Vec<f64> = std::iter::once(step.from).chain(step.to).collect();
        json!({
            "start": step.start, "end": step.end, "name": step.name, "isFake": step.fake, "testInterval": false, "startTarget": target,
        })
    };
    workout.steps.iter().map(interval).collect()
}

pub(super) fn chart(seen: &Seen<'_>) -> Reply {
    let id = seen.path.get(1).copied().unwrap_or_default();
    let Some(workout) = id.parse().ok().and_then(|id| seen.workout(id)) else { return gone() };
    data(seen.asked, &json!({ "workoutId": workout.id, "intervalData": intervals(workout) }))
        .about(id, vec![id.to_owned()])
}

pub(super) fn by_id(seen: &Seen<'_>) -> Reply {
    let Ok(ids) = serde_json::from_slice::<Vec<i64>>(&seen.asked.body) else {
        return message(400, "A list of workout ids is required.");
    };
    let found: Vec<&Workout> = ids.iter().filter_map(|id| seen.workout(*id)).collect();
    let value: Value = found
        .iter()
        .map(|workout| {
            let mut value = head(workout);
            if let Value::Object(fields) = &mut value {
                fields.insert("intervalData".into(), intervals(workout));
            }
            value
        })
        .collect();
    data(seen.asked, &value).about("", found.iter().map(|workout| workout.id.to_string()).collect())
}
