//! Polar's two APIs, and that they tell of one world.

use std::collections::BTreeMap;

use gearshift_simulator::{NewRiders, Provider, Thing};
use serde_json::{Value, json};

use crate::client::{Answer, Played, get, post};
use crate::door::{POLAR, POLAR_V4};

const V4: &str = "activity:read sleep:read nightly_recharge:read continuous_samples:read training_sessions:read";

struct Seen {
    played: Played,
    token: String,
    /// `/v3` or `/v4/data`.
    root: &'static str,
}

impl Seen {
    async fn v3() -> Seen {
        let played = Played::with(NewRiders { count: 2, activities: 0, rides: 0, ..NewRiders::default() }).await;
        Seen::in_v3(played).await
    }

    async fn in_v3(played: Played) -> Seen {
        let token = played.access(&POLAR, 0, POLAR.scope).await;
        let seen = Seen { played, token, root: "/v3" };
        let users = seen.url("/users");
        let body = json!({ "member-id": "ours" }).to_string();
        assert_eq!(post(users).bearer(&seen.token).body(body).send().await.status, 200);
        seen
    }

    async fn in_v4(played: Played, scope: &str) -> Seen {
        let token = played.access(&POLAR_V4, 0, scope).await;
        Seen { played, token, root: "/v4/data" }
    }

    async fn v4(scope: &str) -> Seen {
        let played = Played::with(NewRiders { count: 2, activities: 0, rides: 0, ..NewRiders::default() }).await;
        Seen::in_v4(played, scope).await
    }

    fn url(&self, path: &str) -> String {
        format!("{}/polar{}{path}", self.played.simulator.base_url(), self.root)
    }

    async fn get(&self, path: &str) -> Answer {
        get(self.url(path)).bearer(&self.token).send().await
    }

    fn things(&self, kind: &str) -> BTreeMap<String, Thing> {
        let things = self.played.things_of(Provider::Polar, 0, kind);
        things.into_iter().map(|thing| (thing.id.clone(), thing)).collect()
    }

    /// Days on which there is something, and what there is on each.
    async fn by_day(&self, path: &str, name: &str, features: &str) -> Vec<Value> {
        let (from, to) = self.range();
        let index = self.get(&format!("{path}?from={from}&to={to}")).await.json();
        let mut found = Vec::new();
        for day in items(&index[name]) {
            assert_eq!(day.as_object().unwrap().len(), 1, "a date and nothing else: {day}");
            let date = day.as_object().unwrap().values().next().unwrap().as_str().unwrap().to_owned();
            let one = self.get(&format!("{path}?from={date}&to={}&{features}", next(&date))).await.json();
            assert_eq!(items(&one[name]).len(), 1);
            found.push(one[name][0].clone());
        }
        found
    }

    /// The last weeks, and tomorrow.
    fn range(&self) -> (String, String) {
        let nights = self.things("sleep");
        (nights.keys().next().unwrap().clone(), next(&next(&next(nights.keys().last().unwrap()))))
    }
}

fn items(list: &Value) -> &Vec<Value> {
    list.as_array().unwrap_or_else(|| panic!("no list: {list}"))
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_else(|| panic!("{name} in {value}"))
}

fn next(date: &str) -> String {
    let date: jiff::civil::Date = date.parse().unwrap();
    date.tomorrow().unwrap().to_string()
}

fn seconds(text: &str) -> f64 {
    text.strip_suffix('s').unwrap().parse().unwrap()
}

#[tokio::test]
async fn nights_are_the_same_in_both_apis() {
    let old = Seen::v3().await;
    let nights = old.get("/users/sleep").await.json();
    let things = old.things("sleep");
    assert!(things.len() >= 10);
    let new = Seen::in_v4(old.played, V4).await;
    let features = "features=sleep-result&features=sleep-evaluation&features=sleep-score";
    let found = new.by_day("/sleeps", "nightSleeps", features).await;
    assert_eq!((found.len(), items(&nights["nights"]).len()), (things.len(), things.len()));
    for (before, after) in items(&nights["nights"]).iter().zip(&found) {
        let values = &things[text(before, "date")].values;
        assert_eq!(text(before, "date"), text(after, "sleepDate"));
        assert_eq!(before["sleep_start_time"], after["sleepResult"]["hypnogram"]["sleepStart"]);
        let phases = &after["sleepEvaluation"]["phaseDurations"];
        for (name, phase) in [("light_sleep", "light"), ("deep_sleep", "deep"), ("rem_sleep", "rem")] {
            assert_eq!(before[name].as_f64(), Some(seconds(text(phases, phase))), "{name}");
            assert_eq!(before[name].as_f64(), Some(values[name]));
        }
        assert_eq!(before["sleep_score"].as_f64(), after["sleepScore"]["sleepScore"].as_f64());
        let hypnogram = before["hypnogram"].as_object().unwrap();
        assert!(
            hypnogram.keys().any(|clock| clock.as_str() < "08") && hypnogram.keys().any(|clock| clock.as_str() > "21")
        );
    }
}

#[tokio::test]
async fn a_short_night_has_no_recharge() {
    let old = Seen::v3().await;
    let recharges = old.get("/users/nightly-recharge").await.json();
    let things = old.things("sleep");
    let charged = things.values().filter(|night| night.values.contains_key("nightly_recharge_status")).count();
    assert!(charged < things.len() && charged > 5);
    assert_eq!(items(&recharges["recharges"]).len(), charged);
    let new = Seen::in_v4(old.played, V4).await;
    let found = new.by_day("/nightly-recharge-results", "nightlyRechargeResults", "features=samples").await;
    for (before, after) in items(&recharges["recharges"]).iter().zip(&found) {
        assert_eq!(before["nightly_recharge_status"], after["recoveryIndicator"]);
        let breaths = 60_000.0 / after["meanNightlyRecoveryRespirationInterval"].as_f64().unwrap();
        assert_eq!(before["breathing_rate_avg"].as_f64(), Some(breaths));
    }
}

#[tokio::test]
async fn sessions_are_numbered_apart_and_begin_in_the_same_second() {
    let old = Seen::v3().await;
    let mut before = items(&old.get("/exercises").await.json()).clone();
    before.reverse();
    let things = old.things("activity");
    let detail =
        old.get(&format!("/exercises/{}?samples=true&zones=true&route=true", text(&before[0], "id"))).await.json();
    let new = Seen::in_v4(old.played, V4).await;
    let (from, to) = new.range();
    let after = new.get(&format!("/training-sessions/list?from={from}T00:00:00&to={to}T00:00:00")).await.json();
    let after = items(&after["trainingSessions"]);
    assert_eq!((before.len(), after.len()), (things.len() / 2, things.len() / 2));
    for (before, after) in before.iter().zip(after) {
        assert_eq!(before["start_time"], after["startTime"]);
        let (one, other) = (&things[text(before, "id")], &things[text(&after["identifier"], "id")]);
        assert_eq!((one.start, one.end, &one.values), (other.start, other.end, &other.values));
        assert_eq!(after["durationMillis"].as_f64(), Some(one.values["duration"] * 1_000.0));
        assert!(before["samples"].is_null(), "only where they are asked for");
    }
    assert!(!items(&detail["samples"]).is_empty() && !items(&detail["route"]).is_empty());
}

#[tokio::test]
async fn a_days_steps_are_what_its_busiest_device_counted() {
    let old = Seen::v3().await;
    let (from, to) = old.range();
    let days = old.get(&format!("/users/activities?from={from}&to={to}")).await.json();
    let things = old.things("daily");
    let new = Seen::in_v4(old.played, V4).await;
    let found = new.by_day("/activity/list", "activityDays", "features=samples").await;
    assert!(found.len() >= 10 && found.len() == items(&days).len());
    let counted = |device: &Value| -> i64 {
        let rows = items(&device["activitySamples"]).iter();
        rows.flat_map(|row| items(&row["stepSamples"]["steps"])).map(|steps| steps.as_i64().unwrap()).sum()
    };
    for (before, after) in items(&days).iter().zip(&found) {
        let devices = items(&after["activitiesPerDevice"]);
        let most = devices.iter().map(counted).max();
        assert_eq!(before["steps"].as_i64(), most);
        assert_eq!(most.map(|steps| steps as f64), Some(things[text(after, "date")].values["steps"]));
    }
    assert!(found.iter().any(|day| items(&day["activitiesPerDevice"]).len() == 2));
}

#[tokio::test]
async fn features_are_for_one_day_and_ranges_have_an_end() {
    let seen = Seen::v4(V4).await;
    let (from, to) = seen.range();
    assert_eq!(seen.get(&format!("/sleeps?from={from}&to={to}&features=sleep-score")).await.status, 400);
    assert_eq!(
        seen.get(&format!("/sleeps?from={from}&to={from}")).await.status,
        400,
        "`to` does not belong to the range"
    );
    assert_eq!(seen.get(&format!("/training-sessions/list?from={from}&to={to}")).await.status, 400, "times, not days");
    assert_eq!(seen.get("/sleeps?from=2025-01-01&to=2025-03-01").await.status, 400);
    assert_eq!(seen.get("/sleeps?from=2025-01-01&to=2025-01-20").await.status, 204, "nothing there");
}

#[tokio::test]
async fn each_call_of_v4_has_a_scope_of_its_own() {
    let seen = Seen::v4("sleep:read").await;
    let (from, to) = seen.range();
    assert_eq!(seen.get(&format!("/sleeps?from={from}&to={to}")).await.status, 200);
    for path in ["activity/list", "nightly-recharge-results", "continuous-samples"] {
        let answer = seen.get(&format!("/{path}?from={from}&to={to}")).await;
        assert_eq!(answer.status, 403, "{path}");
        assert!(answer.text().contains("Missing required scope"));
    }
}

#[tokio::test]
async fn v3_tells_who_it_is_and_how_much_of_its_quota_is_spent() {
    let seen = Seen::v3().await;
    let (id, athlete) = seen.things("athlete").into_iter().next().unwrap();
    let user = seen.get(&format!("/users/{id}")).await;
    assert_eq!(user.json()["weight"].as_f64(), Some(athlete.values["weight"]));
    assert_eq!(user.header("ratelimit-usage").split(", ").count(), 2);
    assert_eq!(seen.get("/users/1").await.status, 404, "somebody else");
    assert_eq!(seen.get("/users/sleep/2001-01-01").await.status, 404);
    let rates =
        seen.get(&format!("/users/continuous-heart-rate?from={}&to={}", seen.range().0, seen.range().1)).await.json();
    assert_eq!(items(&rates["heart_rates"]).len(), seen.things("daily").len());
}
