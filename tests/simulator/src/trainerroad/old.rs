//! The calendar and the workouts before the calendar changed.

use serde_json::{Value, json};

use crate::clock::bare;
use crate::message::Reply;
use crate::settings::Generation;
use crate::world::{PlannedWorkout, Ride, Workout};

use super::{Seen, data, gone, message, written};

/// A day as `M-D-YYYY`, or as ISO 8601 with or without a time: both are seen in the wild.
fn day(text: &str) -> Option<String> {
    let text = text.split('T').next().unwrap_or_default();
    let parts: Vec<i16> = text.split('-').map(str::parse).collect::<Result<_, _>>().ok()?;
    let (year, month, day) = match parts.as_slice() {
        [year, month, day] if *year >= 1_900 => (*year, *month, *day),
        [month, day, year] if *year >= 1_900 => (*year, *month, *day),
        _ => return None,
    };
    let date = jiff::civil::Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    Some(date.to_string())
}

/// Both days are included.
pub(super) fn calendar(seen: &Seen<'_>) -> Reply {
    if !seen.path.last().is_some_and(|username| seen.rider.answers_to(username)) {
        return message(403, "You may not see this member's calendar.");
    }
    let bound = |name: &str| seen.asked.query(name).and_then(|text| day(&text));
    let (Some(from), Some(to)) = (bound("startDate"), bound("endDate")) else {
        return message(400, "startDate and endDate are required.");
    };
    let inside = |date: &String| (from.as_str()..=to.as_str()).contains(&date.as_str());
    let rides =
        seen.rider.done().filter(|ride| inside(&ride.date)).map(|ride| (&ride.date, &ride.entry, done(seen, ride)));
    let plans =
        seen.rider.planned().filter(|plan| inside(&plan.date)).map(|plan| (&plan.date, &plan.entry, planned(plan)));
    let mut entries: Vec<_> = rides.chain(plans).collect();
    entries.sort_by(|one, other| (one.0, one.1).cmp(&(other.0, other.1)));
    let items = entries.iter().map(|(_, entry, _)| (*entry).clone()).collect();
    let value: Value = entries.into_iter().map(|(_, _, value)| value).collect();
    data(seen.asked, &value).about("", items)
}

fn done(seen: &Seen<'_>, ride: &Ride) -> Value {
    json!({
        "Id": ride.entry,
        "Date": format!("{}T00:00:00", ride.date),
        "CompletedRide": {
            "Name": ride.name,
            // UTC, although it does not say so.
            "Date": bare(ride.start),
            "IsOutside": ride.outside,
            "Tss": ride.tss,
            "EstimatedDuration": seen.workout(ride.workout).map_or(ride.seconds, |workout| workout.minutes * 60),
            "Duration": ride.seconds,
            "Distance": ride.distance as f64 / 1_000.0,
            "WorkoutRecordId": ride.record,
        },
        "Activity": { "Id": ride.workout.to_string() },
    })
}

fn planned(plan: &PlannedWorkout) -> Value {
    json!({
        "Id": plan.entry,
        "Date": format!("{}T00:00:00", plan.date),
        "CompletedRide": null,
        "Activity": { "Id": plan.workout.to_string() },
    })
}

pub(super) fn workout(seen: &Seen<'_>) -> Reply {
    let id = seen.path.last().copied().unwrap_or_default();
    let Some(workout) = id.parse().ok().and_then(|id| seen.workout(id)) else { return gone() };
    let mut value = json!({ "Details": details(seen, workout) });
    if let Value::Object(fields) = &mut value {
        let intervals = intervals(workout);
        if seen.generation == Generation::IntervalCaseOld {
            fields.insert("intervalData".into(), intervals);
            fields.insert("Plans".into(), json!([]));
            fields.insert("Tags".into(), json!([]));
            fields.insert("Alternative".into(), Value::Null);
            fields.insert("ExternalProviderType".into(), Value::Null);
            fields.insert("MemberProgressionLevels".into(), json!({ workout.zone.0.to_string(): 2.7 }));
            fields.insert("ProfileName".into(), json!(seen.rider.username));
        } else {
            fields.insert("IntervalData".into(), intervals);
        }
    }
    written(seen.asked, &json!({ "Workout": value })).about(id, vec![id.to_owned()])
}

fn details(seen: &Seen<'_>, workout: &Workout) -> Value {
    let (progression, zone) = workout.zone;
    json!({
        "WorkoutLabel": { "Id": 3, "Text": zone, "MemberId": 1, "Updated": "2020-02-03T10:11:12.13" },
        "WorkoutLabelId": 3,
        "Id": workout.id,
        "WorkoutName": workout.name,
        "Kj": workout.kilojoules,
        "WorkoutDescription": format!("<p>{} minutes of <b>{zone}</b> &amp; a little rest.</p>", workout.minutes),
        "WorkoutAlternateDescription": null,
        "WorkoutTypeId": 812,
        "IsOutside": workout.outside,
        "IndoorAlternativeId": null,
        "GoalDescription": format!("<p>Goal: {zone}.</p>"),
        // Minutes here, seconds in the calendar.
        "Duration": workout.minutes,
        "IntensityFactor": workout.intensity as f64,
        "TSS": workout.tss as f64,
        "HasText": true,
        "HasVideo": false,
        "PicUrl": "https://pictures.invalid/chart.svg",
        "FirstPublishDate": null,
        "Zones": [{ "Id": 700 + progression, "WorkoutViewId": 0, "Description": zone }],
        "Intervals": null,
        "MemberId": 0,
        "MemberFtp": seen.rider.ftp,
        "WorkoutWorkoutTags": null,
        "Progression": { "Id": progression, "Text": zone, "MemberId": 1, "Updated": "2020-02-03T10:11:12.13", "TranslationsUpdated": null },
        "ProgressionId": progression,
        "ProgressionLevel": 2.7,
        "WorkoutDifficultyRating": 4,
        "ApplicableProgressionLevel": null,
        "ProgressionLevelDelta": null,
        "WorkoutLevel": null,
        "Levels": [{ "WorkoutId": workout.id, "ProgressionId": progression, "Level": 2.7, "IsPrimary": true }],
    })
}

/// The first spans all of it; where a ramp leads to is not told.
fn intervals(workout: &Workout) -> Value {
    let interval = |start: i64, end: i64, name: &str, fake: bool, target: f64| json!({ "Start": start, "End": end, "Name": name, "IsFake": fake, "TestInterval": false, "StartTargetPowerPercent": target });
    let first = workout.steps.first().map_or(0.0, |step| step.from);
    let whole = interval(0, workout.minutes * 60, "Workout", false, first);
    let steps = workout.steps.iter().map(|step| interval(step.start, step.end, &step.name, step.fake, step.from));
    std::iter::once(whole).chain(steps).collect()
}

#[cfg(test)]
mod tests {
    use super::day;

    #[test]
    fn both_ways_to_write_a_day_are_read() {
        assert_eq!(day("4-1-2026").as_deref(), Some("2026-04-01"));
        assert_eq!(day("2026-04-01").as_deref(), Some("2026-04-01"));
        assert_eq!(day("2026-04-01T00:00:00").as_deref(), Some("2026-04-01"));
        for odd in ["", "13-41-2026", "tomorrow", "1-2", "99999-1-1"] {
            assert_eq!(day(odd), None, "{odd}");
        }
    }
}
