//! WHOOP's collections, and what it says of one thing.

use std::collections::BTreeSet;
use std::time::Duration;

use gearshift_simulator::{NewRiders, Provider, Thing};
use serde_json::Value;
use url::form_urlencoded::Serializer;

use crate::client::{Answer, Played, get};
use crate::door::WHOOP;

const ALL: &str = "read:cycles read:recovery read:sleep read:workout read:profile read:body_measurement";
const COLLECTIONS: [&str; 4] = ["cycle", "recovery", "activity/sleep", "activity/workout"];
const HOUR: Duration = Duration::from_secs(3_600);

struct Seen {
    played: Played,
    rider: usize,
    token: String,
}

impl Seen {
    /// The riders of a world live in zones by turns: the first in Berlin, the second in California, the fifth in England.
    async fn by(rider: usize, scope: &str) -> Seen {
        let played = Played::with(NewRiders { count: 5, activities: 0, rides: 0, ..NewRiders::default() }).await;
        let token = played.access(&WHOOP, rider, scope).await;
        Seen { played, rider, token }
    }

    async fn get(&self, path: &str) -> Answer {
        get(whoop(&self.played, &format!("/developer/v2/{path}"))).bearer(&self.token).send().await
    }

    /// All pages of a collection.
    async fn all(&self, path: &str) -> Vec<Value> {
        let (mut records, mut more) = (Vec::new(), String::new());
        loop {
            let page = self.get(&format!("{path}?limit=25{more}")).await.json();
            records.extend(page["records"].as_array().unwrap().clone());
            let Some(token) = page["next_token"].as_str() else { return records };
            more = format!("&nextToken={}", Serializer::new(String::new()).append_key_only(token).finish());
        }
    }

    fn things(&self, kind: &str) -> Vec<Thing> {
        self.played.things_of(Provider::Whoop, self.rider, kind)
    }
}

fn whoop(played: &Played, path: &str) -> String {
    format!("{}/whoop{path}", played.simulator.base_url())
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_default()
}

#[tokio::test]
async fn pages_follow_each_other_newest_first_and_hold_all_there_is() {
    let seen = Seen::by(0, ALL).await;
    let cycles = seen.all("cycle").await;
    assert!(cycles.len() > 25, "two pages");
    let starts: Vec<&str> = cycles.iter().map(|cycle| text(cycle, "start")).collect();
    assert!(starts.windows(2).all(|pair| pair[0] > pair[1]), "{starts:?}");
    let told: BTreeSet<String> = cycles.iter().map(|cycle| cycle["id"].to_string()).collect();
    let true_ones: BTreeSet<String> = seen.things("daily").into_iter().map(|thing| thing.id).collect();
    assert_eq!(told, true_ones);
    assert_eq!(seen.get("cycle").await.json()["records"].as_array().unwrap().len(), 10);
}

#[tokio::test]
async fn a_parameter_that_is_wrong_is_refused() {
    let seen = Seen::by(0, ALL).await;
    for path in COLLECTIONS {
        for wrong in ["limit=26", "limit=0", "limit=x", "start=yesterday", "end=2026-03-01", "nextToken=x"] {
            assert_eq!(seen.get(&format!("{path}?{wrong}")).await.status, 400, "{path}?{wrong}");
        }
    }
    for nothing in ["cycle/1", "cycle/1/recovery", "activity/sleep/x", "activity/workout/x", "steps"] {
        assert_eq!(seen.get(nothing).await.status, 404, "{nothing}");
    }
}

#[tokio::test]
async fn start_takes_what_still_lasts_and_end_leaves_out_what_begins_then() {
    let seen = Seen::by(0, ALL).await;
    let sleeps = seen.all("activity/sleep").await;
    let (newer, older) = (&sleeps[3], &sleeps[6]);
    let between = format!("activity/sleep?start={}&end={}", text(older, "end"), text(newer, "start"));
    let found = seen.get(&between).await.json();
    let ids: Vec<&str> = found["records"].as_array().unwrap().iter().map(|sleep| text(sleep, "id")).collect();
    let expected: Vec<&str> = sleeps[4..=6].iter().map(|sleep| text(sleep, "id")).collect();
    assert_eq!(ids, expected);
}

#[tokio::test]
async fn the_day_that_lasts_has_no_end_and_the_others_follow_without_a_gap() {
    let seen = Seen::by(0, ALL).await;
    let days = seen.things("daily");
    assert_eq!(days.iter().filter(|day| day.end.is_none()).count(), 1);
    for pair in days.windows(2) {
        // One that was not handed over yet is missing.
        assert!(pair[0].end.unwrap() <= pair[1].start.unwrap(), "{pair:?}");
    }
    let cycles = seen.all("cycle").await;
    assert!(cycles[0]["end"].is_null() && cycles[1]["end"].is_string());
}

#[tokio::test]
async fn a_score_is_there_once_it_was_reckoned_and_never_for_some() {
    let seen = Seen::by(0, ALL).await;
    let mut states = BTreeSet::new();
    for path in COLLECTIONS {
        for item in seen.all(path).await {
            let scored = text(&item, "score_state") == "SCORED";
            assert_eq!(item.get("score").is_some(), scored, "{item}");
            states.insert(text(&item, "score_state").to_owned());
        }
    }
    assert!(states.contains("SCORED") && states.contains("UNSCORABLE"), "{states:?}");
}

#[tokio::test]
async fn a_night_waits_for_its_score_and_gets_it() {
    let seen = Seen::by(0, ALL).await;
    let control = seen.played.simulator.control();
    let mut found = None;
    // A night waits for half a day; of those that follow each other one may be late and one without a score.
    for _ in 0..20 {
        let token = seen.played.access(&WHOOP, 0, ALL).await;
        let url = whoop(&seen.played, "/developer/v2/activity/sleep?limit=25");
        let page = get(url).bearer(&token).send().await.json();
        let nights = page["records"].as_array().unwrap().clone();
        found = nights.into_iter().find(|night| night["nap"] == false && text(night, "score_state") == "PENDING_SCORE");
        if found.is_some() {
            break;
        }
        control.advance(6 * HOUR);
    }
    let night = found.unwrap();
    control.advance(13 * HOUR);
    let token = seen.played.access(&WHOOP, 0, ALL).await;
    let path = format!("/developer/v2/activity/sleep/{}", text(&night, "id"));
    let later = get(whoop(&seen.played, &path)).bearer(&token).send().await.json();
    assert_eq!(text(&later, "score_state"), "SCORED");
    assert!(text(&later, "updated_at") > text(&night, "updated_at"));
    assert_eq!((&later["start"], &later["end"]), (&night["start"], &night["end"]));
}

#[tokio::test]
async fn a_recovery_is_of_a_cycle_and_of_a_sleep() {
    let seen = Seen::by(0, ALL).await;
    for recovery in seen.all("recovery").await.iter().take(5) {
        let sleep = seen.get(&format!("activity/sleep/{}", text(recovery, "sleep_id"))).await.json();
        let cycle = seen.get(&format!("cycle/{}", recovery["cycle_id"])).await.json();
        assert_eq!((&sleep["cycle_id"], &sleep["nap"]), (&recovery["cycle_id"], &Value::from(false)));
        assert_eq!(cycle["start"], sleep["start"]);
        assert_eq!(seen.get(&format!("cycle/{}/recovery", recovery["cycle_id"])).await.json(), *recovery);
        assert_eq!(seen.get(&format!("cycle/{}/sleep", recovery["cycle_id"])).await.json(), sleep);
    }
}

#[tokio::test]
async fn the_stages_of_a_night_add_up() {
    let seen = Seen::by(0, ALL).await;
    let sleeps = seen.things("sleep");
    let scored: Vec<_> = sleeps.iter().filter(|sleep| !sleep.values.is_empty()).collect();
    assert!(scored.len() > 20);
    for sleep in scored {
        let stage = |name: &str| sleep.values[&format!("total_{name}_time_milli")];
        let asleep = stage("light_sleep") + stage("slow_wave_sleep") + stage("rem_sleep");
        assert_eq!(asleep + stage("awake") + stage("no_data"), stage("in_bed"));
        assert_eq!(stage("in_bed"), (sleep.end.unwrap() - sleep.start.unwrap()) as f64);
    }
}

#[tokio::test]
async fn what_was_not_measured_is_missing_or_null() {
    // The third rider's strap is an old one.
    let old = Seen::by(2, ALL).await;
    assert!(old.things("daily").iter().all(|day| !day.values.contains_key("spo2_percentage")));
    let seen = Seen::by(0, ALL).await;
    assert!(seen.things("daily").iter().any(|day| day.values.contains_key("spo2_percentage")));
    let workouts = seen.all("activity/workout").await;
    let scored: Vec<_> = workouts.iter().filter(|workout| workout.get("score").is_some()).collect();
    let outside = |workout: &Value| ["running", "cycling"].contains(&text(workout, "sport_name"));
    assert!(scored.iter().all(|workout| outside(workout) == workout["score"]["distance_meter"].is_number()));
    assert!(scored.iter().any(|workout| !outside(workout)) && scored.iter().any(|workout| outside(workout)));
}

#[tokio::test]
async fn an_offset_is_written_out_and_is_z_where_there_is_none() {
    let offsets = async |rider| {
        let cycles = Seen::by(rider, ALL).await.all("cycle").await;
        cycles.iter().map(|cycle| text(cycle, "timezone_offset").to_owned()).collect::<BTreeSet<_>>()
    };
    // Summer time may begin or end within the days.
    assert!(offsets(1).await.is_subset(&["-08:00", "-07:00"].map(str::to_owned).into()));
    assert_eq!(offsets(2).await, ["+05:30".to_owned()].into());
    assert!(offsets(4).await.is_subset(&["Z", "+01:00"].map(str::to_owned).into()));
}

#[tokio::test]
async fn each_collection_needs_its_scope() {
    let needs = [
        ("read:cycles", "cycle"),
        ("read:recovery", "recovery"),
        ("read:sleep", "activity/sleep"),
        ("read:workout", "activity/workout"),
        ("read:profile", "user/profile/basic"),
        ("read:body_measurement", "user/measurement/body"),
    ];
    let seen = Seen::by(0, ALL).await;
    for (scope, path) in needs {
        assert_eq!(seen.get(path).await.status, 200, "{path}");
        let others: Vec<&str> = ALL.split(' ').filter(|other| *other != scope).collect();
        let token = seen.played.access(&WHOOP, 0, &others.join(" ")).await;
        let url = whoop(&seen.played, &format!("/developer/v2/{path}"));
        assert_eq!(get(url).bearer(&token).send().await.status, 403, "{path}");
    }
    assert_eq!(get(whoop(&seen.played, "/developer/v2/cycle")).send().await.status, 401);
}

#[tokio::test]
async fn what_one_seed_made_stays_the_same() {
    let (one, other) = (Seen::by(3, ALL).await, Seen::by(3, ALL).await);
    for path in ["user/profile/basic", "user/measurement/body"] {
        assert_eq!(one.get(path).await.json(), other.get(path).await.json());
    }
    let ended = |seen: &Seen| -> Vec<Thing> { seen.things("sleep").into_iter().rev().skip(3).take(5).collect() };
    assert_eq!(ended(&one), ended(&other));
}
