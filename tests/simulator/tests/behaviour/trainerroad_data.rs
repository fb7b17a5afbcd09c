//! TrainerRoad's calendar, workouts and load in all generations.

use gearshift_simulator::{Generation, RiderTruth};
use serde_json::{Value, json};

use crate::client::{Answer, Played, get, post};

struct Member {
    played: Played,
    cookie: String,
    truth: RiderTruth,
}

impl Member {
    async fn in_generation(generation: Generation) -> Member {
        let played = Played::start().await;
        played.simulator.control().set_generation(generation);
        let cookie = played.session(0).await;
        let truth = played.simulator.ledger().riders.swap_remove(0);
        Member { played, cookie, truth }
    }

    fn switch(&self, generation: Generation) {
        self.played.simulator.control().set_generation(generation);
    }

    /// As a client of the older generation asks.
    async fn ask_old(&self, path: &str) -> Answer {
        get(self.played.trainerroad(path)).header("cookie", self.cookie.clone()).send().await
    }

    /// As a client of the newer generation asks.
    async fn ask_new(&self, path: &str, ids: &str) -> Answer {
        let ask = get(self.played.trainerroad(path)).header("cookie", self.cookie.clone());
        let ask = ask.header("trainerroad-jsonformat", "camel-case");
        if ids.is_empty() { ask } else { ask.header("ids", ids) }.send().await
    }

    fn calendar(&self, from: &str, to: &str) -> String {
        format!("/app/api/calendar/activities/{}?startDate={from}&endDate={to}", self.truth.username)
    }

    fn react(&self, what: &str) -> String {
        format!("/app/api/react-calendar/{}/{what}", self.truth.member)
    }
}

#[tokio::test]
async fn the_old_calendar_lists_what_is_done_and_what_is_planned_between_two_days() {
    let member = Member::in_generation(Generation::IntervalCaseOld).await;
    let all = member.ask_old(&member.calendar("1-1-2020", "12-31-2099")).await.json();
    let all = all.as_array().unwrap();
    assert_eq!(all.len(), member.truth.rides.len() + member.truth.planned.len());
    for truth in &member.truth.rides {
        let entry = all.iter().find(|entry| entry["Id"] == truth.entry.as_str()).unwrap();
        let ride = &entry["CompletedRide"];
        assert_eq!(entry["Date"], format!("{}T00:00:00", truth.date));
        assert_eq!(ride["Duration"], truth.seconds);
        assert_eq!(ride["Tss"], truth.tss);
        assert_eq!(ride["WorkoutRecordId"], truth.record);
        assert_eq!(ride["Distance"], truth.distance as f64 / 1_000.0);
        let started: jiff::civil::DateTime = ride["Date"].as_str().unwrap().parse().unwrap();
        let started = started.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp().as_millisecond();
        assert_eq!(started, truth.start);
    }
    let day = &member.truth.rides[0].date;
    let one = member.ask_old(&member.calendar(day, day)).await.json();
    let expected = member.truth.rides.iter().filter(|ride| ride.date == *day).count();
    assert_eq!(one.as_array().unwrap().len(), expected);
    for planned in &member.truth.planned {
        let entry = all.iter().find(|entry| entry["Id"] == planned.entry.as_str()).unwrap();
        assert_eq!(entry["CompletedRide"], Value::Null);
        assert_eq!(entry["Activity"]["Id"], planned.workout.to_string());
    }
}

#[tokio::test]
async fn the_old_calendar_wants_two_days_and_shows_nobody_elses() {
    let member = Member::in_generation(Generation::IntervalCaseOld).await;
    assert_eq!(member.ask_old(&member.calendar("", "1-1-2026")).await.status, 400);
    assert_eq!(member.ask_old(&member.calendar("soon", "later")).await.status, 400);
    let other = "/app/api/calendar/activities/rider-0002?startDate=1-1-2026&endDate=1-2-2026";
    assert_eq!(member.ask_old(other).await.status, 403);
}

#[tokio::test]
async fn the_intervals_change_the_case_of_their_key_and_lose_their_siblings() {
    let member = Member::in_generation(Generation::IntervalCaseOld).await;
    let planned = &member.truth.planned[0];
    let path = format!("/app/api/workoutdetails/{}", planned.workout);
    let before = member.ask_old(&path).await.json()["Workout"].clone();
    member.switch(Generation::IntervalCaseNew);
    let after = member.ask_old(&path).await.json()["Workout"].clone();
    assert_eq!(before["intervalData"], after["IntervalData"]);
    assert_eq!(before["Details"], after["Details"]);
    assert!(before.get("IntervalData").is_none() && after.get("intervalData").is_none());
    for sibling in ["Plans", "Tags", "Alternative", "ExternalProviderType", "MemberProgressionLevels", "ProfileName"] {
        assert!(before.get(sibling).is_some() && after.get(sibling).is_none(), "{sibling}");
    }
    let intervals = after["IntervalData"].as_array().unwrap();
    assert_eq!(intervals[0]["Name"], "Workout");
    assert_eq!(intervals[0]["End"], planned.seconds);
    assert_eq!(after["Details"]["Duration"].as_i64().unwrap() * 60, planned.seconds);
    for (interval, step) in intervals[1..].iter().zip(&planned.steps) {
        assert_eq!((&interval["Start"], &interval["End"]), (&json!(step.start), &json!(step.end)));
        assert_eq!(interval["IsFake"], step.fake);
        assert_eq!(interval["StartTargetPowerPercent"], step.from);
    }
    assert_eq!(intervals.len(), planned.steps.len() + 1);
}

#[tokio::test]
async fn a_path_of_the_other_generation_is_not_there_unless_both_are() {
    let member = Member::in_generation(Generation::IntervalCaseNew).await;
    let workout = member.truth.planned[0].workout;
    let old = [member.calendar("1-1-2026", "1-2-2026"), format!("/app/api/workoutdetails/{workout}")];
    let new = [member.react("timeline"), format!("/app/api/workouts/{workout}/chart-data")];
    for path in &old {
        assert_eq!(member.ask_old(path).await.status, 200, "{path}");
    }
    for path in &new {
        assert_eq!(member.ask_new(path, "").await.status, 404, "{path}");
    }
    member.switch(Generation::ReactCalendar);
    for path in &new {
        assert_eq!(member.ask_new(path, "").await.status, 200, "{path}");
    }
    for path in &old {
        let gone = member.ask_old(path).await;
        assert_eq!(gone.status, 404, "{path}");
        assert!(gone.header("content-type").starts_with("text/html"));
    }
    member.played.simulator.control().set_both(true);
    for path in old.iter().chain(&new) {
        assert_eq!(member.ask_old(path).await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn a_ride_has_another_id_in_the_new_calendar_and_the_same_start_and_duration() {
    let member = Member::in_generation(Generation::ReactCalendar).await;
    let timeline = member.ask_new(&member.react("timeline"), "").await.json();
    let activities = timeline["activities"].as_array().unwrap();
    assert_eq!(activities.len(), member.truth.rides.len());
    member.switch(Generation::IntervalCaseNew);
    let calendar = member.ask_old(&member.calendar("1-1-2020", "12-31-2099")).await.json();
    for truth in &member.truth.rides {
        let new = activities.iter().find(|activity| activity["id"] == truth.activity).unwrap();
        let entries = calendar.as_array().unwrap();
        let old = &entries.iter().find(|entry| entry["Id"] == truth.entry.as_str()).unwrap()["CompletedRide"];
        assert_eq!((&new["started"], &new["durationInSeconds"]), (&old["Date"], &old["Duration"]));
        assert_ne!(new["id"], old["WorkoutRecordId"]);
        let alike = |other: &&Value| {
            (&other["started"], &other["durationInSeconds"]) == (&new["started"], &new["durationInSeconds"])
        };
        assert_eq!(activities.iter().filter(alike).count(), 1);
    }
    let planned: Vec<&str> =
        timeline["plannedActivities"].as_array().unwrap().iter().map(|plan| plan["id"].as_str().unwrap()).collect();
    assert_eq!(planned, member.truth.planned.iter().map(|plan| plan.entry.as_str()).collect::<Vec<_>>());
}

#[tokio::test]
async fn details_want_their_ids_in_a_header_and_a_hundred_at_most() {
    let member = Member::in_generation(Generation::ReactCalendar).await;
    let rides = &member.truth.rides;
    for what in ["activities", "planned-activities"] {
        assert_eq!(member.ask_new(&member.react(what), "").await.status, 400);
        assert_eq!(member.ask_new(&member.react(what), " , ").await.status, 400);
        assert_eq!(member.ask_new(&member.react(what), &["1"; 101].join(",")).await.status, 400);
        assert_eq!(member.ask_new(&member.react(what), &["1"; 100].join(",")).await.json(), json!([]));
    }
    let ids = format!("{},{}", rides[0].activity, rides[1].activity);
    let details = member.ask_new(&member.react("activities"), &ids).await.json();
    assert_eq!(details.as_array().unwrap().len(), 2);
    assert_eq!(details[0]["name"], rides[0].name.as_str());
    assert_eq!(details[0]["normalizedPower"], rides[0].normalized_power);
    assert_eq!(details[0]["durationInSeconds"], rides[0].seconds);
    let plan = &member.truth.planned[0];
    let details = member.ask_new(&member.react("planned-activities"), &plan.entry).await.json();
    assert_eq!(details[0]["workout"]["workoutName"], plan.name.as_str());
    assert_eq!(details[0]["workout"]["duration"].as_i64().unwrap() * 60, plan.seconds);
    let date: Vec<i64> = plan.date.split('-').map(|part| part.parse().unwrap()).collect();
    assert_eq!(details[0]["date"], json!({ "year": date[0], "month": date[1], "day": date[2] }));
    let one = member.ask_new(&format!("/app/api/calendar/plannedactivities/{}", plan.entry), "").await.json();
    assert_eq!(one, details[0]);
    let other = format!("/app/api/react-calendar/{}/timeline", member.played.rider(1).member);
    assert_eq!(member.ask_new(&other, "").await.status, 403);
}

#[tokio::test]
async fn a_target_is_a_list_now_and_a_ramp_has_two() {
    let member = Member::in_generation(Generation::ReactCalendar).await;
    let plan = &member.truth.planned[0];
    let chart = member.ask_new(&format!("/app/api/workouts/{}/chart-data", plan.workout), "").await.json();
    let intervals = chart["intervalData"].as_array().unwrap();
    assert_eq!(intervals.len(), plan.steps.len(), "no interval spans all of it");
    for (interval, step) in intervals.iter().zip(&plan.steps) {
        let target: Vec<f64> = std::iter::once(step.from).chain(step.to).collect();
        assert_eq!(interval["startTarget"], json!(target));
    }
    assert!(plan.steps.iter().any(|step| step.to.is_some()) && plan.steps.iter().any(|step| step.to.is_none()));
    let by_id = post(member.played.trainerroad("/app/api/workouts/by-id")).header("cookie", member.cookie.clone());
    let by_id = by_id.header("trainerroad-jsonformat", "camel-case").body(format!("[{}]", plan.workout));
    assert_eq!(by_id.send().await.json()[0]["intervalData"], chart["intervalData"]);
}

#[tokio::test]
async fn load_by_day_comes_in_weeks_and_adds_up_in_every_generation() {
    let member = Member::in_generation(Generation::IntervalCaseOld).await;
    let path = format!("/app/api/tss/{}", member.truth.username);
    let before = member.ask_new(&path, "").await.json();
    member.switch(Generation::ReactCalendar);
    assert_eq!(member.ask_new(&path, "").await.json(), before);
    let weeks = before["tssByDay"].as_array().unwrap();
    assert!(weeks.iter().all(|week| week.as_array().unwrap().len() <= 7));
    let days: Vec<&Value> = weeks.iter().flat_map(|week| week.as_array().unwrap()).collect();
    assert_eq!(days.len(), member.truth.days.len());
    for (day, truth) in days.iter().zip(&member.truth.days) {
        assert_eq!(day["date"], format!("{}T00:00:00", truth.date));
        assert_eq!((&day["tss"], &day["hasRides"]), (&json!(truth.tss), &json!(truth.has_rides)));
    }
    let ridden: i64 = days.iter().map(|day| day["tssTrainerRoad"].as_i64().unwrap()).sum();
    assert_eq!(ridden, member.truth.rides.iter().map(|ride| ride.tss).sum::<i64>());
}

#[tokio::test]
async fn the_load_of_a_public_profile_needs_no_session() {
    let member = Member::in_generation(Generation::IntervalCaseOld).await;
    let load = |user: &str| get(member.played.trainerroad(&format!("/app/api/tss/{user}"))).send();
    assert_eq!(load("rider-0001").await.status, 200);
    assert_eq!(load("rider-0002").await.status, 302);
    assert_eq!(load("nobody").await.status, 302);
}

#[tokio::test]
async fn keys_are_written_as_the_header_says() {
    let member = Member::in_generation(Generation::ReactCalendar).await;
    let plain = member.ask_old("/app/api/member-info").await.json();
    let camel = member.ask_new("/app/api/member-info", "").await.json();
    assert_eq!(plain["MemberId"], camel["memberId"]);
    assert!(member.ask_old(&member.react("timeline")).await.json().get("PlannedActivities").is_some());
    let profile = member.ask_new("/app/api/profile/rider-information", "").await.json();
    assert_eq!(profile, json!({ "ftp": member.truth.ftp, "weightKg": member.truth.weight }));
    let weights = member.ask_new(&format!("/app/api/weight-history/{}/all", member.truth.member), "").await.json();
    assert_eq!(weights.as_array().unwrap().last().unwrap()["value"], member.truth.weight);
    let levels = member.ask_new(&format!("/app/api/career/{}/levels", member.truth.member), "").await.json();
    assert_eq!(levels["levels"].as_object().unwrap().len(), 6);
    assert_eq!(member.ask_new("/app/api/career/rider-0001/new", "").await.json()["ftp"], member.truth.ftp);
}
