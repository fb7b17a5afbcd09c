//! Activities: the list, one of them, its laps and zones.

use serde_json::{Map, Value, json};

use crate::clock::{SECOND, zulu};
use crate::message::{Asked, Reply};
use crate::world::{Activity, Lap, Rider, Totals};

use super::athlete::{bike, heart_edges};
use super::polyline::{encode, thin};
use super::{Viewer, errors};

/// Documented: entries of a page unless asked otherwise, and at most.
const PER_PAGE: i64 = 30;
const MOST_PER_PAGE: i64 = 200;

fn number(asked: &Asked, name: &'static str, or: Option<i64>) -> Result<Option<i64>, Reply> {
    match asked.query(name) {
        None => Ok(or),
        Some(text) => text.parse().map(Some).map_err(|_| errors::bad("PageOptions", name)),
    }
}

pub(super) fn list(rider: &Rider, viewer: &Viewer, asked: &Asked) -> Reply {
    page(rider, viewer, asked).unwrap_or_else(|reply| reply)
}

fn page(rider: &Rider, viewer: &Viewer, asked: &Asked) -> Result<Reply, Reply> {
    if !viewer.sees_activities() {
        return Err(errors::forbidden("activity:read"));
    }
    let (before, after) = (number(asked, "before", None)?, number(asked, "after", None)?);
    let page = number(asked, "page", Some(1))?.filter(|page| (1..=1_000_000).contains(page));
    let per_page = number(asked, "per_page", Some(PER_PAGE))?.filter(|size| (1..=MOST_PER_PAGE).contains(size));
    let page = page.ok_or_else(|| errors::bad("PageOptions", "page"))?;
    let per_page = per_page.ok_or_else(|| errors::bad("PageOptions", "per_page"))?;
    let inside = |activity: &&Activity| {
        let start = activity.start / SECOND;
        activity.seen(viewer.sees_all())
            && before.is_none_or(|end| start < end)
            && after.is_none_or(|begin| start > begin)
    };
    let mut found: Vec<&Activity> = rider.activities.iter().filter(inside).collect();
    found.sort_by_key(|activity| (activity.start, activity.id));
    // With a start alone the oldest comes first.
    if after.is_none() || before.is_some() {
        found.reverse();
    }
    let found: Vec<&Activity> =
        found.into_iter().skip(((page - 1) * per_page) as usize).take(per_page as usize).collect();
    let value: Value = found.iter().map(|activity| Value::Object(summary(rider, activity))).collect();
    Ok(Reply::json(200, &value).about("", found.iter().map(|activity| activity.id.to_string()).collect()))
}

/// The activity that a viewer may see under an id.
pub(super) fn find<'a>(rider: &'a Rider, viewer: &Viewer, id: &str) -> Result<&'a Activity, Reply> {
    if !viewer.sees_activities() {
        return Err(errors::forbidden("activity:read"));
    }
    let found =
        rider.activities.iter().find(|activity| activity.id.to_string() == id && activity.seen(viewer.sees_all()));
    found.ok_or_else(|| errors::not_found("Activity"))
}

fn meta(id: i64) -> Value {
    json!({ "id": id, "resource_state": 1 })
}

fn place(activity: &Activity, at_end: bool) -> Value {
    if activity.manual {
        return Value::Null;
    }
    let place = if at_end { activity.way.last() } else { activity.way.first() };
    // Indoors it is an empty list and not null.
    place.map_or(json!([]), |(latitude, longitude)| json!([latitude, longitude]))
}

fn summary(rider: &Rider, activity: &Activity) -> Map<String, Value> {
    let mut fields = Map::new();
    for part in [what(rider, activity), place_and_standing(activity), origin(activity)] {
        if let Value::Object(part) = part {
            fields.extend(part);
        }
    }
    measured(&activity.totals, &mut fields);
    fields
}

fn what(rider: &Rider, activity: &Activity) -> Value {
    let totals = &activity.totals;
    json!({
        "resource_state": 2,
        "athlete": meta(rider.athlete),
        "id": activity.id,
        "name": activity.name,
        "distance": totals.distance,
        "moving_time": totals.moving,
        "elapsed_time": totals.elapsed,
        "total_elevation_gain": totals.climbed.unwrap_or(0.0),
        "type": activity.sport.old_name(),
        "sport_type": activity.sport.name(),
        "workout_type": null,
        "start_date": zulu(activity.start),
        // Local time with a Z that is not true.
        "start_date_local": zulu(activity.start + i64::from(activity.offset) * SECOND),
        "timezone": rider.zone.label,
        "utc_offset": f64::from(activity.offset),
        "average_speed": totals.average_speed,
        "max_speed": totals.max_speed,
        "has_heartrate": totals.average_heartrate.is_some(),
        "gear_id": activity.gear,
    })
}

fn place_and_standing(activity: &Activity) -> Value {
    let line = encode(&thin(&activity.way, 20));
    json!({
        "location_city": null,
        "location_state": null,
        "location_country": null,
        "start_latlng": place(activity, false),
        "end_latlng": place(activity, true),
        "map": { "id": format!("a{}", activity.id), "summary_polyline": line, "resource_state": 2 },
        "achievement_count": 0,
        "kudos_count": activity.id % 23,
        "comment_count": 0,
        "athlete_count": 1,
        "photo_count": 0,
        "total_photo_count": 0,
        "pr_count": 0,
        "has_kudoed": false,
        "flagged": false,
    })
}

fn origin(activity: &Activity) -> Value {
    let uploaded = !activity.manual;
    json!({
        "trainer": !activity.course.sensors.outside,
        "commute": activity.commute,
        "manual": activity.manual,
        "private": activity.private,
        "device_name": activity.device,
        "upload_id": uploaded.then_some(activity.upload),
        "upload_id_str": uploaded.then(|| activity.upload.to_string()),
        "external_id": uploaded.then(|| format!("device_push_{}", activity.upload)),
        "from_accepted_tag": false,
    })
}

/// What a sensor measured is there; the rest is not, rather than null.
fn measured(totals: &Totals, fields: &mut Map<String, Value>) {
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            fields.insert(name.into(), value);
        }
    };
    put("average_cadence", totals.average_cadence.map(Value::from));
    put("average_temp", totals.average_temp.map(Value::from));
    put("average_watts", totals.average_watts.map(Value::from));
    put("max_watts", totals.max_watts.map(Value::from));
    put("weighted_average_watts", totals.weighted_watts.map(Value::from));
    put("kilojoules", totals.kilojoules.map(Value::from));
    put("device_watts", totals.average_watts.map(|_| Value::from(true)));
    put("average_heartrate", totals.average_heartrate.map(Value::from));
    put("max_heartrate", totals.max_heartrate.map(|beats| Value::from(beats as f64)));
    put("elev_high", totals.highest.map(Value::from));
    put("elev_low", totals.lowest.map(Value::from));
}

fn lap_list(rider: &Rider, activity: &Activity) -> Vec<Value> {
    let lap = |lap: &Lap| {
        let totals = &lap.totals;
        let start = activity.start + lap.after * SECOND;
        let value = json!({
            "id": activity.first_lap + lap.index,
            "resource_state": 2,
            "name": format!("Lap {}", lap.index),
            "activity": meta(activity.id),
            "athlete": meta(rider.athlete),
            "elapsed_time": totals.elapsed,
            "moving_time": totals.moving,
            "start_date": zulu(start),
            "start_date_local": zulu(start + i64::from(activity.offset) * SECOND),
            "distance": totals.distance,
            "average_speed": totals.average_speed,
            "max_speed": totals.max_speed,
            "lap_index": lap.index,
            "split": lap.index,
            "start_index": lap.from,
            "end_index": lap.to,
            "total_elevation_gain": totals.climbed.unwrap_or(0.0),
        });
        let Value::Object(mut fields) = value else { return Value::Null };
        let mut all = Map::new();
        measured(totals, &mut all);
        let of_a_lap = ["average_cadence", "average_watts", "device_watts", "average_heartrate", "max_heartrate"];
        fields.extend(all.into_iter().filter(|(name, _)| of_a_lap.contains(&name.as_str())));
        Value::Object(fields)
    };
    activity.laps.iter().map(lap).collect()
}

pub(super) fn laps(rider: &Rider, viewer: &Viewer, id: &str) -> Reply {
    match find(rider, viewer, id) {
        Ok(activity) => Reply::json(200, &lap_list(rider, activity).into()).about(id, vec![id.to_owned()]),
        Err(reply) => reply,
    }
}

pub(super) fn detail(rider: &Rider, viewer: &Viewer, id: &str) -> Reply {
    let activity = match find(rider, viewer, id) {
        Ok(activity) => activity,
        Err(reply) => return reply,
    };
    let mut fields = summary(rider, activity);
    let mut put = |name: &str, value: Value| fields.insert(name.to_owned(), value);
    let (fine, coarse) = (encode(&activity.way), encode(&thin(&activity.way, 20)));
    let gear = rider.bike.as_ref().filter(|(id, _)| activity.gear.as_ref() == Some(id));
    put("resource_state", json!(3));
    put("description", json!(activity.description));
    put("calories", json!(activity.totals.calories));
    put("perceived_exertion", Value::Null);
    put("segment_efforts", json!([]));
    put("best_efforts", json!([]));
    put("splits_metric", json!([]));
    put("splits_standard", json!([]));
    put("laps", lap_list(rider, activity).into());
    put("gear", gear.map_or(Value::Null, |(id, name)| bike(rider, id, name)));
    put("photos", json!({ "primary": null, "count": 0 }));
    put("hide_from_home", json!(false));
    put("segment_leaderboard_opt_out", json!(false));
    put("leaderboard_opt_out", json!(false));
    put("partner_brand_tag", Value::Null);
    put("embed_token", json!(format!("{:040x}", activity.id)));
    put(
        "map",
        json!({ "id": format!("a{}", activity.id), "polyline": fine, "summary_polyline": coarse, "resource_state": 3 }),
    );
    Reply::json(200, &Value::Object(fields)).about(id, vec![id.to_owned()])
}

/// Time in zones is a feature for subscribers.
pub(super) fn zones(rider: &Rider, viewer: &Viewer, id: &str) -> Reply {
    let activity = match find(rider, viewer, id) {
        Ok(activity) => activity,
        Err(reply) => return reply,
    };
    if !rider.subscriber {
        return errors::of_status(402);
    }
    let beats = activity.samples().heartrate;
    if beats.is_empty() {
        return Reply::json(200, &json!([])).about(id, Vec::new());
    }
    let edges = heart_edges(rider);
    let bucket = |from: i64, to: i64| {
        let inside = beats.iter().filter(|beat| **beat >= from && (to < 0 || **beat < to)).count();
        json!({ "min": from, "max": to, "time": inside })
    };
    let tops = edges.iter().skip(1).copied().chain([-1]);
    let buckets: Vec<Value> = edges.iter().zip(tops).map(|(from, to)| bucket(*from, to)).collect();
    let value = json!([{
        "score": beats.len() / 60, "distribution_buckets": buckets, "type": "heartrate", "resource_state": 3,
        "sensor_based": true, "points": 0, "custom_zones": false,
    }]);
    Reply::json(200, &value).about(id, Vec::new())
}

/// Comments and kudos: nobody says a word here.
pub(super) fn talk(rider: &Rider, viewer: &Viewer, id: &str) -> Reply {
    find(rider, viewer, id).map_or_else(|reply| reply, |_| Reply::json(200, &json!([])).about(id, Vec::new()))
}
