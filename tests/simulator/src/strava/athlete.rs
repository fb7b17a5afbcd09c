//! The athlete and what belongs to them.

use serde_json::{Value, json};

use crate::clock::zulu;
use crate::message::Reply;
use crate::world::{Rider, Sport, round};

use super::{Viewer, errors};

/// When every account was made; nothing depends on it.
const CREATED: i64 = 1_500_000_000_000;

/// What a token answer and a token without `profile:read_all` tell.
pub(super) fn summary(rider: &Rider) -> Value {
    json!({
        "id": rider.athlete,
        "username": rider.username,
        "resource_state": 2,
        "firstname": rider.first,
        "lastname": rider.last,
        "city": rider.zone.city,
        "state": "",
        "country": rider.zone.country,
        "sex": if rider.female { "F" } else { "M" },
        "premium": rider.subscriber,
        "summit": rider.subscriber,
        "created_at": zulu(CREATED),
        "updated_at": zulu(CREATED + i64::from(rider.zone.offset(CREATED))),
        "badge_type_id": u8::from(rider.subscriber),
        "profile_medium": "https://pictures.invalid/medium.jpg",
        "profile": "https://pictures.invalid/large.jpg",
        "friend": null,
        "follower": null,
    })
}

pub(super) fn athlete(rider: &Rider, viewer: &Viewer) -> Reply {
    let mut value = summary(rider);
    if viewer.may("profile:read_all")
        && let Value::Object(fields) = &mut value
    {
        fields.insert("resource_state".into(), json!(3));
        fields.insert("follower_count".into(), json!(rider.first.len()));
        fields.insert("friend_count".into(), json!(rider.last.len()));
        fields.insert("mutual_friend_count".into(), json!(0));
        fields.insert("athlete_type".into(), json!(0));
        fields.insert("date_preference".into(), json!("%m/%d/%Y"));
        fields.insert("measurement_preference".into(), json!(if rider.metric { "meters" } else { "feet" }));
        fields.insert("clubs".into(), json!([]));
        fields.insert("ftp".into(), json!(rider.ftp));
        fields.insert("weight".into(), json!(rider.weight));
        fields.insert("bikes".into(), rider.bike.iter().map(|(id, name)| bike(rider, id, name)).collect());
        fields.insert("shoes".into(), json!([]));
    }
    Reply::json(200, &value).about(rider.athlete.to_string(), vec![rider.athlete.to_string()])
}

pub(super) fn bike(rider: &Rider, id: &str, name: &str) -> Value {
    let ridden = rider.activities.iter().filter(|activity| !activity.deleted && activity.gear.as_deref() == Some(id));
    json!({
        "id": id,
        "primary": true,
        "name": name,
        "resource_state": 2,
        "distance": round(ridden.map(|activity| activity.totals.distance).sum(), 0),
    })
}

pub(super) fn gear(rider: &Rider, id: &str) -> Reply {
    let Some((id, name)) = rider.bike.as_ref().filter(|(own, _)| own == id) else { return errors::not_found("Gear") };
    let mut value = bike(rider, id, name);
    if let Value::Object(fields) = &mut value {
        fields.insert("resource_state".into(), json!(3));
        fields.insert("brand_name".into(), json!("Velo"));
        fields.insert("model_name".into(), json!(name));
        fields.insert("frame_type".into(), json!(3));
        fields.insert("description".into(), json!(""));
    }
    Reply::json(200, &value).about(id.as_str(), vec![id.clone()])
}

fn ranges(edges: &[i64]) -> Value {
    let pairs = edges.windows(2).map(|pair| json!({ "min": pair.first(), "max": pair.last() }));
    pairs.chain(edges.last().map(|last| json!({ "min": last, "max": -1 }))).collect()
}

pub(super) fn heart_edges(rider: &Rider) -> [i64; 5] {
    let shift = rider.ftp % 7;
    [0, 121 + shift, 149 + shift, 164 + shift, 178 + shift]
}

pub(super) fn zones(rider: &Rider, viewer: &Viewer) -> Reply {
    if !viewer.may("profile:read_all") {
        return errors::forbidden("profile:read_all");
    }
    let power: Vec<i64> = [0, 55, 75, 90, 105, 120, 150].iter().map(|share| rider.ftp * share / 100).collect();
    let value = json!({
        "heart_rate": { "custom_zones": false, "zones": ranges(&heart_edges(rider)) },
        "power": { "zones": ranges(&power) },
    });
    Reply::json(200, &value).about(rider.athlete.to_string(), Vec::new())
}

/// Totals of all time, of this year and of four weeks are the same here: nobody's history is longer.
pub(super) fn stats(rider: &Rider, viewer: &Viewer, id: &str) -> Reply {
    if id != rider.athlete.to_string() {
        return errors::not_found("Athlete");
    }
    let seen = || rider.activities.iter().filter(|activity| activity.seen(viewer.sees_all()));
    let total = |run: bool| {
        let of = || seen().filter(|activity| (activity.sport == Sport::Run) == run);
        json!({
            "count": of().count(),
            "distance": round(of().map(|activity| activity.totals.distance).sum(), 1),
            "moving_time": of().map(|activity| activity.totals.moving).sum::<i64>(),
            "elapsed_time": of().map(|activity| activity.totals.elapsed).sum::<i64>(),
            "elevation_gain": round(of().filter_map(|activity| activity.totals.climbed).sum(), 1),
            "achievement_count": 0,
        })
    };
    let none = json!({ "count": 0, "distance": 0, "moving_time": 0, "elapsed_time": 0, "elevation_gain": 0, "achievement_count": 0 });
    let (rides, runs) = (total(false), total(true));
    let value = json!({
        "biggest_ride_distance": seen().map(|activity| activity.totals.distance).fold(0.0, f64::max),
        "biggest_climb_elevation_gain": null,
        "recent_ride_totals": rides, "all_ride_totals": rides, "ytd_ride_totals": rides,
        "recent_run_totals": runs, "all_run_totals": runs, "ytd_run_totals": runs,
        "recent_swim_totals": none, "all_swim_totals": none, "ytd_swim_totals": none,
    });
    Reply::json(200, &value).about(rider.athlete.to_string(), Vec::new())
}
