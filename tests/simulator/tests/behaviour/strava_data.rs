//! Strava's athlete and activities.

use gearshift_simulator::{Provider, RiderTruth};
use serde_json::Value;

use crate::client::{Answer, Played, get};

const ALL: &str = "read,activity:read_all,profile:read_all";

struct Seen {
    played: Played,
    token: String,
    truth: RiderTruth,
}

impl Seen {
    async fn by(scope: &str) -> Seen {
        let played = Played::start().await;
        let token = played.signed_in(0, scope).await;
        let truth = played.simulator.ledger().riders.swap_remove(0);
        Seen { played, token, truth }
    }

    async fn get(&self, path: &str) -> Answer {
        get(self.played.strava(&format!("/api/v3{path}"))).bearer(&self.token).send().await
    }

    async fn ids(&self, query: &str) -> Vec<i64> {
        let list = self.get(&format!("/athlete/activities{query}")).await.json();
        list.as_array().unwrap().iter().map(|activity| activity["id"].as_i64().unwrap()).collect()
    }
}

#[tokio::test]
async fn the_list_is_newest_first_and_with_after_alone_oldest_first() {
    let seen = Seen::by(ALL).await;
    let mut by_start = seen.truth.activities.clone();
    by_start.sort_by_key(|activity| activity.start);
    let oldest_first: Vec<i64> = by_start.iter().map(|activity| activity.id).collect();
    let newest_first: Vec<i64> = oldest_first.iter().rev().copied().collect();
    assert_eq!(seen.ids("").await, newest_first);
    assert_eq!(seen.ids("?after=0").await, oldest_first);
    assert_eq!(seen.ids("?after=0&before=4000000000").await, newest_first);
    let middle = by_start[5].start / 1_000;
    assert_eq!(seen.ids(&format!("?after={middle}")).await, oldest_first[6..]);
    assert_eq!(seen.ids(&format!("?before={middle}")).await, newest_first[7..]);
}

#[tokio::test]
async fn pages_follow_each_other_and_the_one_past_the_end_is_empty() {
    let seen = Seen::by(ALL).await;
    let whole = seen.ids("?per_page=200").await;
    assert_eq!(whole.len(), 12);
    let mut paged = Vec::new();
    for page in 1..=3 {
        paged.extend(seen.ids(&format!("?per_page=5&page={page}")).await);
    }
    assert_eq!(paged, whole);
    assert!(seen.ids("?per_page=5&page=4").await.is_empty());
    for wrong in ["per_page=201", "per_page=0", "page=0", "page=x", "after=yesterday"] {
        assert_eq!(seen.get(&format!("/athlete/activities?{wrong}")).await.status, 400, "{wrong}");
    }
}

#[tokio::test]
async fn a_private_activity_is_seen_with_the_wider_scope_alone() {
    let seen = Seen::by("read,activity:read").await;
    let private = seen.truth.activities.iter().find(|activity| activity.private).unwrap().id;
    assert!(!seen.ids("").await.contains(&private));
    assert_eq!(seen.get(&format!("/activities/{private}")).await.status, 404);
    assert_eq!(seen.get(&format!("/activities/{private}/streams?keys=time&key_by_type=true")).await.status, 404);
    let wider = Seen::by(ALL).await;
    assert!(wider.ids("").await.contains(&private));
    assert_eq!(wider.get(&format!("/activities/{private}")).await.status, 200);
}

#[tokio::test]
async fn local_time_has_a_z_that_is_not_true() {
    let seen = Seen::by(ALL).await;
    let truth = &seen.truth.activities[0];
    let detail = seen.get(&format!("/activities/{}", truth.id)).await.json();
    let instant = |name: &str| detail[name].as_str().unwrap().parse::<jiff::Timestamp>().unwrap().as_millisecond();
    assert_eq!(instant("start_date"), truth.start);
    assert_eq!(instant("start_date_local") - truth.start, i64::from(truth.offset) * 1_000);
    assert_eq!(detail["timezone"], "(GMT+01:00) Europe/Berlin");
    assert!(truth.offset == 3_600 || truth.offset == 7_200);
    assert_eq!(detail["utc_offset"], f64::from(truth.offset));
    assert!(truth.id > i64::from(i32::MAX));
}

#[tokio::test]
async fn a_summary_has_no_calories_and_the_detail_has_what_the_ledger_says() {
    let seen = Seen::by(ALL).await;
    let summaries = seen.get("/athlete/activities").await.json();
    for truth in &seen.truth.activities {
        let summary = summaries.as_array().unwrap().iter().find(|summary| summary["id"] == truth.id).unwrap();
        assert!(summary.get("calories").is_none() && summary.get("description").is_none());
        let detail = seen.get(&format!("/activities/{}", truth.id)).await.json();
        assert_eq!(detail["name"], truth.name.as_str());
        assert_eq!(detail["sport_type"], truth.sport.as_str());
        assert_eq!(detail["distance"], truth.distance);
        assert_eq!(detail["elapsed_time"], truth.elapsed);
        assert_eq!(detail["calories"], truth.calories);
        assert_eq!(detail.get("average_heartrate").and_then(Value::as_f64), truth.average_heartrate);
        assert_eq!(detail.get("max_watts").and_then(Value::as_i64), truth.max_watts);
        assert_eq!(detail["laps"].as_array().unwrap().len(), truth.laps.len());
    }
}

#[tokio::test]
async fn streams_are_keyed_by_type_or_listed_and_only_those_that_there_are() {
    let seen = Seen::by(ALL).await;
    let keys = "time,distance,latlng,altitude,velocity_smooth,heartrate,cadence,watts,temp,moving,grade_smooth";
    let ride = seen.truth.activities.iter().find(|activity| activity.sport == "GravelRide").unwrap();
    let path = format!("/activities/{}/streams?keys={keys}", ride.id);
    let keyed = seen.get(&format!("{path}&key_by_type=true")).await.json();
    for (key, stream) in keyed.as_object().unwrap() {
        assert_eq!(stream["data"].as_array().unwrap().len(), ride.samples, "{key}");
        assert_eq!(stream["original_size"], ride.samples, "{key}");
    }
    assert!(keyed.get("latlng").is_some() && keyed.get("heartrate").is_some());
    let listed = seen.get(&path).await.json();
    assert_eq!(listed[0]["type"], "time");
    assert_eq!(listed.as_array().unwrap().len(), keyed.as_object().unwrap().len());
    let indoors = seen.truth.activities.iter().find(|activity| activity.sport == "VirtualRide").unwrap();
    let keyed = seen.get(&format!("/activities/{}/streams?keys={keys},odd&key_by_type=true", indoors.id)).await.json();
    assert!(keyed.get("latlng").is_none() && keyed.get("odd").is_none() && keyed.get("time").is_some());
    assert_eq!(seen.get(&format!("/activities/{}/streams?key_by_type=true", indoors.id)).await.status, 400);
}

#[tokio::test]
async fn what_was_typed_in_by_hand_has_no_streams_and_no_place() {
    let seen = Seen::by(ALL).await;
    let manual = seen.truth.activities.iter().find(|activity| activity.manual).unwrap().id;
    let streams = seen.get(&format!("/activities/{manual}/streams?keys=time&key_by_type=true")).await;
    assert_eq!(streams.status, 404);
    assert_eq!(streams.json()["message"], "Resource Not Found");
    let detail = seen.get(&format!("/activities/{manual}")).await.json();
    assert_eq!(detail["start_latlng"], Value::Null);
    assert_eq!(detail["upload_id"], Value::Null);
    assert_eq!(seen.get(&format!("/activities/{manual}/laps")).await.json(), Value::Array(Vec::new()));
}

#[tokio::test]
async fn laps_point_into_the_streams() {
    let seen = Seen::by(ALL).await;
    let truth = &seen.truth.activities[0];
    let laps = seen.get(&format!("/activities/{}/laps", truth.id)).await.json();
    let laps = laps.as_array().unwrap();
    assert_eq!(laps.len(), truth.laps.len());
    assert_eq!(laps.last().unwrap()["end_index"].as_u64().unwrap() as usize, truth.samples - 1);
    for (lap, truth) in laps.iter().zip(&truth.laps) {
        let start: jiff::Timestamp = lap["start_date"].as_str().unwrap().parse().unwrap();
        assert_eq!(start.as_millisecond(), truth.start);
        assert_eq!(lap["distance"], truth.distance);
    }
}

#[tokio::test]
async fn nobody_sees_what_belongs_to_another() {
    let seen = Seen::by(ALL).await;
    let other = seen.played.simulator.ledger().riders.swap_remove(1);
    let id = other.activities[0].id;
    for path in ["", "/laps", "/zones", "/comments", "/streams?keys=time&key_by_type=true"] {
        assert_eq!(seen.get(&format!("/activities/{id}{path}")).await.status, 404, "{path}");
    }
    assert_eq!(seen.get(&format!("/athletes/{}/stats", other.athlete)).await.status, 404);
}

#[tokio::test]
async fn the_athlete_their_zones_totals_and_bike_are_told() {
    let seen = Seen::by(ALL).await;
    let athlete = seen.get("/athlete").await.json();
    assert_eq!((&athlete["weight"], &athlete["ftp"]), (&seen.truth.weight.into(), &seen.truth.ftp.into()));
    assert_eq!(athlete["resource_state"], 3);
    let zones = seen.get("/athlete/zones").await.json();
    assert_eq!(zones["heart_rate"]["zones"].as_array().unwrap().last().unwrap()["max"], -1);
    let bike = athlete["bikes"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(seen.get(&format!("/gear/{bike}")).await.json()["resource_state"], 3);
    assert_eq!(seen.get("/gear/b1").await.status, 404);
    let runs = seen.truth.activities.iter().filter(|activity| activity.sport == "Run").count();
    let stats = seen.get(&format!("/athletes/{}/stats", seen.truth.athlete)).await.json();
    assert_eq!(stats["all_run_totals"]["count"], runs);
}

#[tokio::test]
async fn time_in_zones_is_for_subscribers() {
    let seen = Seen::by(ALL).await;
    let id = seen.truth.activities[0].id;
    let zones = seen.get(&format!("/activities/{id}/zones")).await.json();
    let seconds: u64 = zones[0]["distribution_buckets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|bucket| bucket["time"].as_u64().unwrap())
        .sum();
    assert_eq!(seconds as usize, seen.truth.activities[0].samples);
    let token = seen.played.signed_in(2, ALL).await;
    let id = seen.played.simulator.ledger().riders[2].activities[0].id;
    let answer = get(seen.played.strava(&format!("/api/v3/activities/{id}/zones"))).bearer(&token).send().await;
    assert_eq!(answer.status, 402);
}

#[tokio::test]
async fn a_change_and_a_removal_show_at_once() {
    let seen = Seen::by(ALL).await;
    let (control, user) = (seen.played.simulator.control(), seen.truth.username.as_str());
    let (one, two) = (seen.truth.activities[0].id.to_string(), seen.truth.activities[1].id.to_string());
    control.rename(user, Provider::Strava, &one, "Renamed").unwrap();
    control.remove(user, Provider::Strava, &two).unwrap();
    assert_eq!(seen.get(&format!("/activities/{one}")).await.json()["name"], "Renamed");
    assert_eq!(seen.get(&format!("/activities/{two}")).await.status, 404);
    let truth = seen.played.simulator.ledger().riders.swap_remove(0);
    assert_eq!(truth.activities[0].edits, 1);
    assert!(truth.activities[1].deleted);
}
