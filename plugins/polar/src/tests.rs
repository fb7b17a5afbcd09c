use gearshift_sdk::prelude::*;
use gearshift_sdk::testing::Recorded;
use gearshift_sdk::{Body, Credential};
use serde_json::{Value, json};

use super::*;

const NOW: &str = "2026-03-12T08:00:00Z";

fn subject() -> Subject {
    Subject { provider: "POLAR".into(), ..Subject::default() }
}

fn pull(outside: &Recorded, request: &PullRequest) -> Result<Page, Failure> {
    Dynamic::pull(&Host::for_pull(outside, request), &subject(), request)
}

fn request(stream: &str, requests: u32) -> PullRequest {
    PullRequest { stream: stream.into(), requests, ..PullRequest::default() }
}

fn normalize(endpoint: &str, part: &str, body: &Value) -> Result<Normalized, Failure> {
    let part = Body { name: part.into(), media_type: "application/json".into(), bytes: body.to_string().into_bytes() };
    Dynamic::normalize(&subject(), &Fetched { endpoint: endpoint.into(), parts: vec![part], ..Fetched::default() })
}

#[test]
fn its_fixtures_come_to_what_is_expected() {
    gearshift_sdk::testing::check_all::<Dynamic>(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures"));
}

#[test]
fn a_session_and_a_night_are_the_same_in_both_apis() {
    let exercise = json!({ "id": "kR8pXw", "start_time": "2026-03-10T18:31:04", "start_time_utc_offset": 60, "duration": "PT20M30.5S" });
    let session = json!({ "trainingSessions": [{ "identifier": { "id": "8000000117" }, "startTime": "2026-03-10T18:31:04",
        "stopTime": "2026-03-10T18:51:34", "durationMillis": 1230500 }] });
    let before = normalize("accesslink.exercise", "detail", &exercise).unwrap().records.remove(0);
    let after = normalize(SESSIONS, "list", &session).unwrap().records.remove(0);
    assert_ne!(before.key, after.key);
    assert_eq!(before.same_as, after.same_as);
    let times = ["2026-03-10T23:02:30+01:00", "2026-03-11T06:32:30+01:00"];
    let old = json!([{ "date": "2026-03-11", "sleep_start_time": times[0], "sleep_end_time": times[1] }]);
    let new = json!({ "nightSleeps": [{ "sleepDate": "2026-03-11",
        "sleepResult": { "hypnogram": { "sleepStart": times[0], "sleepEnd": times[1] } } }] });
    let before = normalize("accesslink.sleep", "nights", &old).unwrap().records.remove(0);
    assert_eq!(before, normalize(SLEEP, "night", &new).unwrap().records.remove(0));
}

#[test]
fn days_go_on_where_the_requests_ended() {
    let root = "https://www.polaraccesslink.com/v4/data/sleeps";
    let features = "features=sleep-result&features=sleep-evaluation&features=sleep-score";
    let index = json!({ "nightSleeps": [{ "sleepDate": "2026-03-10" }, { "sleepDate": "2026-03-11" }] }).to_string();
    let outside = Recorded::at(NOW)
        .answer("GET", &format!("{root}?from=2026-02-11&to=2026-03-13"), 200, &index)
        .answer("GET", &format!("{root}?from=2026-03-11&to=2026-03-12&{features}"), 200, "{}");
    let first = pull(&outside, &request("sleep", 2)).unwrap();
    assert_eq!(first.documents[0].id.as_deref(), Some("2026-03-11"));
    let rest = Recorded::at(NOW).answer("GET", &format!("{root}?from=2026-03-10&to=2026-03-11&{features}"), 200, "{}");
    let second = pull(&rest, &PullRequest { cursor: first.next, ..request("sleep", 2) }).unwrap();
    assert_eq!((second.documents.len(), second.next), (1, None));
    assert_eq!(second.watermark.as_deref(), Some(r#"{"through":"2026-03-12"}"#));
    assert!(rest.sent().iter().all(|sent| sent.credential == Credential::User));
}

#[test]
fn the_watermark_of_accesslink_is_read() {
    let outside = Recorded::at(NOW).answer(
        "GET",
        "https://www.polaraccesslink.com/v4/data/training-sessions/list?from=2025-12-13T00%3A00%3A00&to=2026-03-13T00%3A00%3A00",
        204,
        "",
    );
    let since = Some(r#"{"uploaded":"2026-03-10T19:02:11Z"}"#.to_owned());
    let page = pull(&outside, &PullRequest { since, ..request("activities", 5) }).unwrap();
    assert_eq!((page.documents.len(), page.next), (0, None), "all that v4 has is new after a move");
}

#[test]
fn lengths_of_time_are_protobufs() {
    let night = |span: Value| {
        json!({ "nightSleeps": [{ "sleepDate": "2026-03-11", "sleepEvaluation": { "asleepDuration": span },
            "sleepResult": { "hypnogram": { "sleepStart": "2026-03-10T23:00:00Z", "sleepEnd": "2026-03-11T06:00:00Z" } } }] })
    };
    let asleep = |span: Value| normalize(SLEEP, "night", &night(span)).map(|out| out.records[0].measures[0].value);
    assert_eq!(asleep(json!("80s")).unwrap(), 80.0);
    assert_eq!(asleep(json!("3.000000001s")).unwrap(), 3.000000001);
    for wrong in [json!("80"), json!("PT80S"), json!("1:20s"), json!("-3s"), json!(80)] {
        let failure = asleep(wrong.clone()).unwrap_err();
        assert_eq!(
            failure.detail.as_deref(),
            Some("dynamic.sleep /nightSleeps/0/sleepEvaluation/asleepDuration"),
            "{wrong}"
        );
    }
}

#[test]
fn a_renamed_list_is_no_empty_one_and_an_empty_object_is() {
    let failure = normalize(SLEEP, "night", &json!({ "sleeps": [] })).unwrap_err();
    assert_eq!((failure.code.as_str(), failure.detail.as_deref()), ("changed", Some("dynamic.sleep")));
    assert_eq!(normalize(SLEEP, "night", &json!({})).unwrap(), Normalized::new());
}

#[test]
fn both_envelopes_of_a_day_are_opened() {
    let day = json!([{ "date": "2026-03-11", "samples": [{ "heartRate": 62, "offsetMillis": 60000 }] }]);
    let bare = normalize(HEART_RATE, "heart-rate", &json!({ "heartRateSamplesPerDay": day })).unwrap();
    let twice = json!({ "continuousSamples": { "heartRateSamplesPerDay": day } });
    assert_eq!(normalize(HEART_RATE, "heart-rate", &twice).unwrap(), bare);
    assert_eq!(bare.records[0].series[0].values, [62.0]);
}

#[test]
fn who_has_connected_is_not_told() {
    let outside = Recorded::at(NOW);
    let accounts =
        Dynamic::identify(&Host::new(&outside, 5), &subject(), &[("scope".into(), "sleep:read".into())]).unwrap();
    assert_eq!(accounts, [Account::default()]);
}
