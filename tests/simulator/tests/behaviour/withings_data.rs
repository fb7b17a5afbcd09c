//! Withings' lists, nights and statuses.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use gearshift_simulator::{Fault, NewRiders, PlannedFault, Provider, Thing};
use serde_json::Value;

use crate::client::{Answer, Played, post};
use crate::door::WITHINGS;

const ALL: &str = "user.info,user.metrics,user.activity,user.sleepevents";
const EVER: (&str, &str) = ("lastupdate", "1");
const DAY_FIELDS: &str = "steps,distance,elevation,soft,moderate,intense,active,calories,totalcalories,hr_average";

struct Seen {
    played: Played,
    rider: usize,
    token: String,
}

impl Seen {
    async fn by(rider: usize, scope: &str) -> Seen {
        let played = Played::with(NewRiders { count: 5, activities: 0, rides: 0, ..NewRiders::default() }).await;
        let token = played.access(&WITHINGS, rider, scope).await;
        Seen { played, rider, token }
    }

    async fn call(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        post(withings(&self.played, path)).bearer(&self.token).form(fields).send().await
    }

    /// The body of a call that goes well.
    async fn body(&self, path: &str, fields: &[(&str, &str)]) -> Value {
        let answer = self.call(path, fields).await;
        let value = answer.json();
        assert_eq!((answer.status, &value["status"]), (200, &Value::from(0)), "{value}");
        value["body"].clone()
    }

    /// All pages of a list.
    async fn all(&self, path: &str, fields: &[(&str, &str)], member: &str) -> Vec<Value> {
        let (mut rows, mut offset) = (Vec::new(), String::from("0"));
        loop {
            let body = self.body(path, &[fields, &[("offset", offset.as_str())]].concat()).await;
            rows.extend(body[member].as_array().unwrap().clone());
            if body["more"] != true && body["more"] != 1 {
                return rows;
            }
            offset = body["offset"].to_string();
        }
    }

    async fn groups(&self) -> Vec<Value> {
        self.all("/measure", &[("action", "getmeas"), ("category", "1")], "measuregrps").await
    }

    async fn days(&self, since: &str) -> Vec<Value> {
        let fields = [("action", "getactivity"), ("lastupdate", since), ("data_fields", DAY_FIELDS)];
        self.all("/v2/measure", &fields, "activities").await
    }

    async fn nights(&self) -> Vec<Value> {
        let fields =
            [("action", "getsummary"), EVER, ("data_fields", "total_sleep_time,lightsleepduration,asleepduration")];
        self.all("/v2/sleep", &fields, "series").await
    }

    fn things(&self, kind: &str) -> Vec<Thing> {
        self.played.things_of(Provider::Withings, self.rider, kind)
    }

    fn ids(&self, kind: &str) -> BTreeSet<String> {
        self.things(kind).into_iter().map(|thing| thing.id).collect()
    }
}

fn withings(played: &Played, path: &str) -> String {
    format!("{}/withings{path}", played.simulator.base_url())
}

fn ids(rows: &[Value], name: &str) -> Vec<String> {
    rows.iter().map(|row| row[name].to_string().trim_matches('"').to_owned()).collect()
}

#[tokio::test]
async fn pages_follow_each_other_and_hold_everything_once() {
    let seen = Seen::by(0, ALL).await;
    let groups = ids(&seen.groups().await, "grpid");
    assert!(groups.len() > 40, "{}", groups.len());
    assert_eq!(groups.iter().cloned().collect::<BTreeSet<_>>(), seen.ids("body"));
    assert_eq!(groups.len(), seen.ids("body").len(), "none comes twice");
    assert_eq!(ids(&seen.nights().await, "id").into_iter().collect::<BTreeSet<_>>(), seen.ids("sleep"));
    let days = ids(&seen.days("1").await, "date");
    assert_eq!(days.iter().cloned().collect::<BTreeSet<_>>(), seen.ids("daily"));
    assert!(days.len() > seen.ids("daily").len(), "some days have two rows");
    let workouts = seen.all("/v2/measure", &[("action", "getworkouts"), EVER], "series").await;
    assert_eq!(ids(&workouts, "id").into_iter().collect::<BTreeSet<_>>(), seen.ids("activity"));
    assert!(workouts.len() >= 10);
}

#[tokio::test]
async fn a_list_of_measures_says_more_by_a_number_and_only_where_there_is_more() {
    let seen = Seen::by(0, ALL).await;
    let first = seen.body("/measure", &[("action", "getmeas")]).await;
    assert_eq!((&first["more"], &first["offset"]), (&Value::from(1), &Value::from(25)));
    let last = seen.body("/measure", &[("action", "getmeas"), ("offset", "75")]).await;
    assert_eq!((&last["more"], &last["offset"]), (&Value::Null, &Value::Null));
    let days = seen.body("/v2/measure", &[("action", "getactivity"), EVER]).await;
    assert_eq!((&days["more"], &days["offset"]), (&Value::from(true), &Value::from(25)));
}

#[tokio::test]
async fn a_measure_is_its_value_times_a_power_of_ten() {
    let seen = Seen::by(0, ALL).await;
    let truth: BTreeMap<String, Thing> =
        seen.things("body").into_iter().map(|thing| (thing.id.clone(), thing)).collect();
    for group in seen.groups().await {
        for measure in group["measures"].as_array().unwrap() {
            if matches!(measure["position"].as_i64(), Some(2 | 12)) {
                continue;
            }
            let value = measure["value"].as_f64().unwrap() * 10_f64.powi(measure["unit"].as_i64().unwrap() as i32);
            let told = truth[&group["grpid"].to_string()].values[&format!("type_{}", measure["type"])];
            assert!((value - told).abs() < 1e-9, "{measure} and {told}");
        }
    }
}

#[tokio::test]
async fn types_and_categories_are_picked() {
    let seen = Seen::by(0, ALL).await;
    let fields = [("action", "getmeas"), ("meastypes", "9,10"), ("category", "1")];
    let pressure = seen.all("/measure", &fields, "measuregrps").await;
    assert!(!pressure.is_empty());
    assert!(pressure.iter().all(|group| group["measures"].as_array().unwrap().len() == 2));
    let goals = seen.all("/measure", &[("action", "getmeas"), ("category", "2")], "measuregrps").await;
    assert_eq!(goals.len(), 1);
}

#[tokio::test]
async fn what_is_mended_later_comes_again_by_its_change_alone() {
    let seen = Seen::by(1, ALL).await;
    let before = seen.days("1").await;
    let latest = before.iter().map(|day| day["modified"].as_i64().unwrap()).max().unwrap();
    let since = (latest + 1).to_string();
    assert!(seen.days(&since).await.is_empty());
    seen.played.simulator.control().advance(Duration::from_secs(8 * 86_400));
    // The clock outlived the token.
    let seen = Seen { token: seen.played.access(&WITHINGS, 1, ALL).await, ..seen };
    let steps = |rows: &[Value]| -> BTreeMap<(String, i64), i64> {
        let pair = |row: &Value| {
            let key = (row["date"].as_str().unwrap().to_owned(), row["brand"].as_i64().unwrap());
            (key, row["steps"].as_i64().unwrap())
        };
        rows.iter().map(pair).collect()
    };
    let (before, changed) = (steps(&before), steps(&seen.days(&since).await));
    let new = changed.keys().filter(|key| !before.contains_key(*key)).count();
    let mended: Vec<_> =
        changed.iter().filter(|(key, steps)| before.get(*key).is_some_and(|old| old < *steps)).collect();
    assert!(new >= 8, "{changed:?}");
    assert_eq!(new + mended.len(), changed.len(), "nothing that stayed as it was");
}

#[tokio::test]
async fn a_day_is_the_riders_own_and_comes_once_it_is_over() {
    // The second rider lives in California.
    let seen = Seen::by(1, ALL).await;
    for day in seen.days("1").await {
        assert_eq!(day["timezone"], "America/Los_Angeles");
        let date = day["date"].as_str().unwrap();
        // Midnight there is seven or eight hours later than in UTC.
        let modified = day["modified"].as_i64().unwrap();
        let midnight: i64 = midnight_in_utc(date) + 86_400;
        assert!(modified >= midnight + 7 * 3_600, "{date} was over before {modified}");
    }
}

/// Seconds of a day's beginning in UTC.
fn midnight_in_utc(date: &str) -> i64 {
    let midnight: jiff::civil::Date = date.parse().unwrap();
    midnight.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp().as_second()
}

#[tokio::test]
async fn stages_sum_up_to_the_night_and_two_devices_tell_of_one() {
    let seen = Seen::by(0, ALL).await;
    let mut watchers = BTreeSet::new();
    for night in seen.nights().await {
        let (start, end) = (night["startdate"].to_string(), night["enddate"].to_string());
        let fields = [
            ("action", "get"),
            ("startdate", start.as_str()),
            ("enddate", end.as_str()),
            ("data_fields", "hr,rr,sdnn_1,rmssd"),
        ];
        let body = seen.body("/v2/sleep", &fields).await;
        let series = body["series"].as_array().unwrap();
        watchers.insert(series.iter().map(|stretch| stretch["model_id"].to_string()).collect::<BTreeSet<_>>().len());
        let own: Vec<&Value> = series.iter().filter(|stretch| stretch["model_id"] == night["model_id"]).collect();
        let seconds = |states: &[i64]| -> i64 {
            let of = own.iter().filter(|stretch| states.contains(&stretch["state"].as_i64().unwrap()));
            of.map(|stretch| stretch["enddate"].as_i64().unwrap() - stretch["startdate"].as_i64().unwrap()).sum()
        };
        if night["model"] == 0 {
            assert_eq!(night["data"]["asleepduration"], seconds(&[4]));
        } else {
            assert_eq!(night["data"]["total_sleep_time"], seconds(&[1, 2, 3]));
            assert_eq!(night["data"]["lightsleepduration"], seconds(&[1]));
            let asleep = own.iter().find(|stretch| stretch["state"] == 1).unwrap();
            assert!(!asleep["hr"].as_object().unwrap().is_empty());
        }
    }
    assert_eq!(watchers, BTreeSet::from([1, 2]));
}

#[tokio::test]
async fn a_call_without_its_scope_is_forbidden_with_http_200() {
    let seen = Seen::by(0, "user.activity").await;
    for (path, action, status) in [
        ("/measure", "getmeas", 403),
        ("/v2/sleep", "getsummary", 403),
        ("/v2/user", "getgoals", 403),
        ("/v2/measure", "getactivity", 0),
    ] {
        let answer = seen.call(path, &[("action", action), EVER]).await;
        assert_eq!((answer.status, answer.json()["status"].as_i64()), (200, Some(status)), "{path}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_call_is_a_status_too() {
    let seen = Seen::by(0, ALL).await;
    for (path, fields) in [
        ("/v2/measure", vec![("action", "getactivity")]),
        ("/v2/measure", vec![("action", "getactivity"), ("startdateymd", "2026-03-01")]),
        ("/v2/measure", vec![("action", "getactivity"), ("startdateymd", "today"), ("enddateymd", "2026-03-01")]),
        ("/v2/measure", vec![("action", "getactivity"), EVER, ("offset", "-1")]),
        ("/v2/sleep", vec![("action", "get"), ("startdate", "1")]),
        ("/measure", vec![("action", "getmeas"), ("lastupdate", "yesterday")]),
        ("/measure", vec![]),
        ("/nowhere", vec![("action", "getmeas")]),
    ] {
        let answer = seen.call(path, &fields).await;
        assert_eq!((answer.status, answer.json()["status"].as_i64()), (200, Some(503)), "{path} {fields:?}");
    }
    let stranger = post(withings(&seen.played, "/measure")).bearer("guessed").form(&[("action", "getmeas")]);
    let answer = stranger.send().await;
    assert_eq!((answer.status, answer.json()["status"].as_i64()), (200, Some(401)));
    assert_eq!(answer.json()["body"], serde_json::json!({}));
}

#[tokio::test]
async fn a_planned_fault_speaks_as_withings_does() {
    let seen = Seen::by(0, ALL).await;
    for (fault, http, status) in [
        (Fault::RateLimited { retry_after: None }, 200, Some(601)),
        (Fault::Unauthorized, 200, Some(401)),
        (Fault::Status { status: 402 }, 200, Some(402)),
        (Fault::Status { status: 502 }, 502, None),
    ] {
        seen.played.simulator.control().plan_fault(PlannedFault::next(Provider::Withings, fault));
        let answer = seen.call("/measure", &[("action", "getmeas")]).await;
        let told: Option<Value> = serde_json::from_slice(&answer.body).ok();
        assert_eq!((answer.status, told.and_then(|value| value["status"].as_i64())), (http, status));
    }
}
