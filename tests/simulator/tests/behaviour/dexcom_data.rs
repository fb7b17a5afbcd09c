//! Dexcom's data in its three clouds.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use gearshift_simulator::{Provider, Thing};
use serde_json::Value;

use crate::client::{Answer, Played, get};
use crate::door::{DEXCOM, DEXCOM_EU, DEXCOM_JP, Door};

const DAY: i64 = 86_400_000;
/// The clouds in which the first three riders live, and the fourth to the sixth.
const CLOUDS: [(&str, Door); 3] = [("dexcom", DEXCOM), ("dexcom-eu", DEXCOM_EU), ("dexcom-jp", DEXCOM_JP)];

struct Seen {
    played: Played,
    rider: usize,
    token: String,
}

impl Seen {
    async fn by(rider: usize) -> Seen {
        let played = Played::with(gearshift_simulator::NewRiders { count: 6, ..Default::default() }).await;
        let token = played.access(&CLOUDS[rider % CLOUDS.len()].1, rider, DEXCOM.scope).await;
        Seen { played, rider, token }
    }

    async fn get(&self, path: &str) -> Answer {
        let base = self.played.simulator.base_url();
        get(format!("{base}/{}/v3/users/self/{path}", cloud(self.rider))).bearer(&self.token).send().await
    }

    /// Records of days in UTC, counted back from today.
    async fn records(&self, what: &str, (from, to): (i64, i64)) -> Vec<Value> {
        let today = self.played.simulator.control().now().div_euclid(DAY) * DAY;
        let window = format!("startDate={}&endDate={}", day(today - from * DAY), day(today - to * DAY));
        let answer = self.get(&format!("{what}?{window}")).await;
        answer.json()["records"].as_array().unwrap().clone()
    }

    fn things(&self) -> Vec<Thing> {
        self.played.things(Provider::Dexcom, self.rider)
    }
}

fn cloud(rider: usize) -> &'static str {
    CLOUDS[rider % CLOUDS.len()].0
}

fn day(instant: i64) -> String {
    let text = jiff::Timestamp::from_millisecond(instant).unwrap().to_string();
    text.trim_end_matches('Z').to_owned()
}

#[tokio::test]
async fn a_window_is_required_and_has_thirty_days_at_most() {
    let seen = Seen::by(0).await;
    for wrong in [
        "egvs",
        "egvs?startDate=2026-03-01T00:00:00",
        "egvs?startDate=2026-03-01&endDate=2026-03-02",
        "egvs?startDate=2026-03-01T00:00:00Z&endDate=2026-03-02T00:00:00Z",
        "egvs?startDate=2026-03-02T00:00:00&endDate=2026-03-02T00:00:00",
        "egvs?startDate=2026-03-01T00:00:00&endDate=2026-03-31T00:00:01",
    ] {
        assert_eq!(seen.get(wrong).await.status, 400, "{wrong}");
    }
    let whole = seen.get("egvs?startDate=2026-03-01T00:00:00&endDate=2026-03-31T00:00:00").await;
    assert_eq!((whole.status, whole.json()["recordType"].as_str()), (200, Some("egv")));
}

#[tokio::test]
async fn readings_come_newest_first_and_the_windows_end_is_not_in_it() {
    let seen = Seen::by(0).await;
    let (two, one) = (seen.records("egvs", (3, 1)).await, seen.records("egvs", (3, 2)).await);
    let times: Vec<&str> = two.iter().map(|egv| &egv["systemTime"].as_str().unwrap()[..19]).collect();
    assert!(times.is_sorted_by(|newer, older| newer > older), "{times:?}");
    let rest = seen.records("egvs", (2, 1)).await;
    assert_eq!(two, [rest, one].concat());
}

#[tokio::test]
async fn ten_days_hold_every_odd_reading_that_there_is() {
    let seen = Seen::by(0).await;
    let all = seen.records("egvs", (10, -1)).await;
    let with = |name: &str, value: &str| all.iter().filter(|egv| egv[name] == value).count();
    for (name, value) in [("status", "high"), ("status", "low"), ("status", "unknown"), ("displayDevice", "receiver")] {
        assert!(with(name, value) > 0, "{name} {value}");
    }
    assert!(all.iter().all(|egv| egv["value"].is_null() == (egv["status"] != "ok")));
    let bare = |egv: &&Value| egv["systemTime"].as_str().unwrap().len() == 19;
    assert!(all.iter().filter(bare).all(|egv| egv["displayDevice"] == "receiver" && egv["displayApp"].is_null()));
    let seconds = |egv: &&Value| egv["displayTime"].as_str().unwrap().len() == "2026-03-10T10:52:48-06:59:59".len();
    assert!(all.iter().any(|egv| seconds(&egv)));
    let transmitters: BTreeSet<&str> = all.iter().map(|egv| egv["transmitterId"].as_str().unwrap()).collect();
    assert!(transmitters.len() > 1, "a transmitter lasts ten days");
}

#[tokio::test]
async fn the_range_of_data_ends_with_what_has_been_handed_over() {
    let seen = Seen::by(0).await;
    let range = seen.get("dataRange").await.json();
    let newest = seen.records("egvs", (1, -1)).await.swap_remove(0);
    assert_eq!(range["egvs"]["end"]["systemTime"], newest["systemTime"].as_str().unwrap()[..19]);
    let late = seen.played.simulator.control().now() - 55 * 60_000;
    assert!(range["egvs"]["end"]["systemTime"].as_str().unwrap() < day(late).as_str());
    seen.played.simulator.control().advance(Duration::from_secs(600));
    assert_ne!(seen.get("dataRange").await.json()["egvs"]["end"], range["egvs"]["end"]);
}

#[tokio::test]
async fn europe_has_millimoles_and_of_a_dexcom_one_no_events() {
    let one = Seen::by(1).await;
    let egvs = one.records("egvs", (2, 1)).await;
    assert!(egvs.iter().all(|egv| egv["unit"] == "mmol/L" && egv["rateUnit"] == "mmol/L/min"));
    assert!(egvs.iter().filter_map(|egv| egv["value"].as_f64()).all(|value| (2.0..20.0).contains(&value)));
    assert!(one.records("events", (10, -1)).await.is_empty());
    assert_eq!(one.get("dataRange").await.json()["events"], Value::Null);
    let other = Seen::by(4).await;
    assert!(!other.records("events", (10, -1)).await.is_empty());
}

#[tokio::test]
async fn an_account_that_never_wore_a_sensor_has_nulls_for_ranges() {
    let worn = Seen::by(2).await;
    assert!(worn.records("egvs", (2, 1)).await.iter().all(|egv| egv["unit"] == "mg/dL"));
    let never = Seen::by(5).await;
    let range = never.get("dataRange").await.json();
    assert_eq!([&range["egvs"], &range["events"], &range["calibrations"]], [&Value::Null; 3]);
    assert!(!range["userId"].as_str().unwrap().is_empty());
    assert!(never.things().is_empty());
}

#[tokio::test]
async fn a_token_of_one_cloud_is_none_in_another() {
    let seen = Seen::by(0).await;
    let base = seen.played.simulator.base_url();
    let answer = get(format!("{base}/dexcom-eu/v3/users/self/dataRange")).bearer(&seen.token).send().await;
    assert_eq!((answer.status, answer.json()["fault"]["faultstring"].as_str()), (401, Some("Invalid Access Token")));
}

#[tokio::test]
async fn what_users_enter_is_changed_and_deleted_afterwards() {
    let seen = Seen::by(0).await;
    let events = seen.records("events", (10, -1)).await;
    let with = |name: &str, value: &str| events.iter().filter(|event| event[name] == value).count();
    for status in ["created", "updated", "deleted"] {
        assert!(with("eventStatus", status) > 0, "{status}");
    }
    for kind in ["insulin", "carbs", "exercise", "bloodGlucose", "health", "notes"] {
        assert!(with("eventType", kind) > 0, "{kind}");
    }
    let insulin = events.iter().filter(|event| event["eventType"] == "insulin");
    let texts: BTreeSet<bool> = insulin.map(|event| event["value"].is_string()).collect();
    assert_eq!(texts.len(), 2, "a value is text here and a number there");
}

#[tokio::test]
async fn the_ledger_holds_the_days_and_what_was_not_deleted() {
    let seen = Seen::by(0).await;
    let things = seen.things();
    let known: BTreeSet<&str> = things.iter().map(|thing| thing.id.as_str()).collect();
    for event in seen.records("events", (10, -1)).await {
        let deleted = event["eventStatus"] == "deleted";
        assert_ne!(known.contains(event["recordId"].as_str().unwrap()), deleted, "{event}");
    }
    let mut readings: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for egv in seen.records("egvs", (9, -1)).await {
        let (transmitter, time) = (egv["transmitterId"].as_str().unwrap(), egv["systemTime"].as_str().unwrap());
        readings.entry(format!("{transmitter}/{}", &time[..10])).or_default().extend(egv["value"].as_f64());
    }
    assert!(readings.len() >= 9);
    for (id, values) in readings {
        let day = things.iter().find(|thing| thing.id == id).unwrap();
        assert_eq!((day.kind.as_str(), day.values["readings"]), ("body", values.len() as f64), "{id}");
        assert_eq!(day.values.get("highest").copied(), values.iter().copied().reduce(f64::max), "{id}");
    }
}
