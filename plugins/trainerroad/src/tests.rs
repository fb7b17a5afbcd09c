use gearshift_sdk::Body;
use gearshift_sdk::prelude::*;
use gearshift_sdk::testing::Recorded;
use serde_json::{Value, json};

use super::*;

const NOW: &str = "2026-03-12T08:00:00Z";
const ROOT: &str = "https://www.trainerroad.com/app/api/react-calendar/880012";

fn subject() -> Subject {
    let settings = vec![("username".to_owned(), "nora-pedals".to_owned())];
    Subject { provider: "TRAINERROAD".into(), account: Some("880012".into()), settings, ..Subject::default() }
}

fn pull(outside: &Recorded, requests: u32, cursor: Option<String>) -> Result<Page, Failure> {
    let request = PullRequest { stream: "calendar".into(), requests, cursor, ..PullRequest::default() };
    TrainerRoad::pull(&Host::for_pull(outside, &request), &subject(), &request)
}

fn normalize(endpoint: &str, id: Option<&str>, parts: &[(&str, &Value)]) -> Result<Normalized, Failure> {
    let part = |(name, value): &(&str, &Value)| Body {
        name: (*name).to_owned(),
        media_type: "application/json".into(),
        bytes: value.to_string().into_bytes(),
    };
    let document = Fetched {
        stream: "calendar".into(),
        endpoint: endpoint.into(),
        id: id.map(Into::into),
        parts: parts.iter().map(part).collect(),
        ..Fetched::default()
    };
    TrainerRoad::normalize(&subject(), &document)
}

#[test]
fn its_fixtures_come_to_what_is_expected() {
    gearshift_sdk::testing::check_all::<TrainerRoad>(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures"));
}

#[test]
fn the_same_ride_has_a_key_in_common_across_the_generations() {
    let old = json!([{ "Id": "AB-1", "Date": "2026-03-10T00:00:00", "Activity": null,
        "CompletedRide": { "Date": "2026-03-10T17:31:04", "Duration": 3600 } }]);
    let old = normalize("calendar.activities", None, &[("calendar", &old)]).unwrap().records.remove(0);
    let details = json!([{ "id": 41000001 }]);
    let timeline = json!({ "plannedActivities": [], "activities": [
        { "id": 41000001, "started": "2026-03-10T17:31:04.250", "durationInSeconds": 3600.0 }] });
    let new = normalize("react-calendar.activities", None, &[("activities", &details), ("timeline", &timeline)]);
    let new = new.unwrap().records.remove(0);
    assert_ne!(old.key, new.key);
    assert_eq!(old.same_as, new.same_as);
}

#[test]
fn a_workout_of_the_generation_before_is_read_in_both_spellings() {
    let calendar =
        json!([{ "Id": "p", "Date": "2024-05-08T00:00:00", "CompletedRide": null, "Activity": { "Id": "3307" } }]);
    let details = json!({ "WorkoutName": "Two Hills", "Duration": 30 });
    let intervals = json!([{ "Start": 0, "End": 1800, "Name": "Workout", "StartTargetPowerPercent": 50.0 }]);
    let read = |key: &str| {
        let workout = json!({ "Workout": { "Details": details, key: intervals } });
        normalize("calendar.planned", Some("p"), &[("calendar", &calendar), ("workout", &workout)])
    };
    let (before, after) = (read("intervalData").unwrap(), read("IntervalData").unwrap());
    assert_eq!(before, after);
    assert_eq!(before.records[0].segments.len(), 2, "a workout of one interval is one step with its target");
    assert_eq!(read("intervals").unwrap_err().code, "changed");
}

#[test]
fn a_plan_never_loses_its_steps_in_silence() {
    let planned =
        json!([{ "id": "p", "date": { "year": 2026, "month": 3, "day": 14 }, "workoutId": 3307, "workout": null }]);
    let read =
        |chart: Value| normalize("react-calendar.planned", Some("p"), &[("planned", &planned), ("chart", &chart)]);
    let place = |chart| read(chart).unwrap_err().detail.unwrap();
    assert_eq!(place(json!({ "IntervalData": [] })), "react-calendar.planned#chart /intervalData");
    assert_eq!(place(json!({ "intervalData": [] })), "react-calendar.planned#chart /intervalData");
    let renamed = json!({ "intervalData": [{ "start": 0, "end": 60, "target": [50] }] });
    assert_eq!(place(renamed), "react-calendar.planned#chart /intervalData/0/startTarget");
}

#[test]
fn a_ride_without_a_detail_is_told_and_not_lost() {
    let timeline = json!({ "plannedActivities": [], "activities": [
        { "id": 7, "started": "2026-03-10T17:31:04", "durationInSeconds": 3600, "tss": 66 },
        { "id": 8, "started": "2026-03-11T17:31:04", "durationInSeconds": 1800, "tss": 30 }] });
    let read = |details: Value| {
        let part = |name: &str, value: &Value| Body {
            name: name.into(),
            bytes: value.to_string().into_bytes(),
            ..Body::default()
        };
        TrainerRoad::normalize(
            &subject(),
            &Fetched {
                endpoint: "react-calendar.activities".into(),
                parts: vec![part("activities", &details), part("timeline", &timeline)],
                context: vec![("ids".into(), "8,7".into())],
                ..Fetched::default()
            },
        )
    };
    let out = read(json!([{ "id": 8, "name": "Pettit" }])).unwrap();
    let keys: Vec<_> = out.records.iter().map(|record| record.key.as_str()).collect();
    assert_eq!((keys, out.notes[0].code.as_str()), (vec!["activity:8", "activity:7"], "rejected"));
    assert_eq!(read(json!([])).unwrap_err().code, "changed");
}

#[test]
fn a_renamed_list_is_no_empty_calendar() {
    let timeline = json!({ "Activities": [], "plannedActivities": [] }).to_string();
    let outside = Recorded::at(NOW).answer("GET", &format!("{ROOT}/timeline"), 200, &timeline);
    let failure = pull(&outside, 10, None).unwrap_err();
    assert_eq!(
        (failure.code.as_str(), failure.detail.as_deref()),
        ("changed", Some("react-calendar.timeline /activities"))
    );
}

#[test]
fn plans_go_on_where_the_requests_ended() {
    let plan = |day: u32| json!({ "id": format!("p{day}"), "date": { "year": 2026, "month": 3, "day": day }, "workoutId": day });
    let timeline = json!({ "activities": [], "plannedActivities": [plan(13), plan(14), plan(15)] }).to_string();
    let provider = |ids: &str, workouts: &[u32]| {
        let mut outside = Recorded::at(NOW).answer("GET", &format!("{ROOT}/timeline"), 200, &timeline);
        outside = outside.answer("GET", &format!("{ROOT}/planned-activities"), 200, ids);
        for workout in workouts {
            let url = format!("https://www.trainerroad.com/app/api/workouts/{workout}/chart-data");
            outside = outside.answer("GET", &url, 200, "{}");
        }
        outside
    };
    let ids = |page: &Page| page.documents.iter().filter_map(|document| document.id.clone()).collect::<Vec<_>>();
    let page = pull(&provider("[]", &[15, 14]), 4, None).unwrap();
    assert_eq!(ids(&page), ["p15", "p14"]);
    let outside = provider("[]", &[13]);
    let page = pull(&outside, 4, page.next).unwrap();
    assert_eq!((ids(&page), page.next), (vec!["p13".to_owned()], None));
    let header = outside.sent()[1].headers.iter().find(|(name, _)| name == "ids").cloned();
    assert_eq!(header, Some(("ids".into(), "p13".into())));
}

#[test]
fn an_ended_session_is_told_from_a_calendar_that_moved() {
    let answer = |status, headers: &[(&str, &str)], body: &str| {
        let outside = Recorded::at(NOW).answer_with("GET", &format!("{ROOT}/timeline"), status, headers, body);
        pull(&outside, 10, None).unwrap_err().code
    };
    let form = r#"<form><input name="Username"><input name="Password" type="password"></form>"#;
    assert_eq!(answer(302, &[("location", "/app/login?ReturnUrl=%2fapp")], ""), "unauthorized");
    assert_eq!(answer(200, &[], form), "unauthorized");
    assert_eq!(answer(200, &[], "<h1>We have moved</h1>"), "changed");
    assert_eq!(answer(404, &[], "<h1>Not found</h1>"), "gone");
    assert_eq!(answer(302, &[("location", "/app/new-calendar")], ""), "changed");
}
